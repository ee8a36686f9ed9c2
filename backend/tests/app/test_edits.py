"""Edits of a run: applied by the engine, kept, undone, refused, and seen by all that reads labels."""

import base64
import os
import subprocess
import sys

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from engine_stand_in import Engine, fit_three_clusters
from stand_ins import is_problem

from app.database import BACKEND
from app.jobs.models import ClusteringJob

RUNS = "/api/v1/runs"
N_ROWS = 120


@pytest.fixture
def run_id(database, settings, owner, dataset_id):
    return fit_three_clusters(database, settings, owner.id, dataset_id, N_ROWS)


@pytest.fixture
def engine(client, app, database, settings):
    engine = Engine(app, database, settings)
    yield engine
    engine.close()


@pytest.fixture
def ask(client, owner, run_id):
    """Send a request about the run as its owner."""

    def ask(method, path, body=None):
        return client.request(method, f"{RUNS}/{run_id}{path}", json=body, headers=owner.headers)

    return ask


@pytest.fixture
def shown(ask):
    def shown():
        return ask("GET", "").json()["partition"]

    return shown


@pytest.fixture
def edit(ask, shown):
    """Apply an edit to what is shown now; return the partition and history after it."""

    def edit(kind, **fields):
        answer = ask("POST", "/edits", {"key": shown()["key"], "edit": {"kind": kind, **fields}})
        assert answer.status_code == 200, answer.text
        return answer.json()

    return edit


@pytest.fixture
def go_to(ask, shown):
    def go_to(position):
        return ask("PUT", "/edits/position", {"key": shown()["key"], "position": position})

    return go_to


@pytest.fixture
def labels(ask):
    def labels():
        stream = pa.ipc.open_stream(ask("GET", "/labels").content).read_all()
        return np.asarray(stream["label"])

    return labels


def sizes(partition):
    return [cluster["size"] for cluster in partition["clusters"]]


def bitmap(rows):
    bits = np.zeros(N_ROWS, np.uint8)
    bits[rows] = 1
    return base64.b64encode(np.packbits(bits, bitorder="little")).decode()


def test_merge_is_shown_wherever_the_labels_are(engine, edit, ask, shown, labels):
    assert shown()["position"] == 0
    before = labels()
    after = edit("merge", clusters=[0, 2])
    assert sizes(after["partition"]) == [80, 40]
    assert after["partition"] == shown()
    assert np.array_equal(labels(), np.where(before == 2, 0, before))
    (told,) = after["history"]["edits"]
    assert (told["kind"], told["clusters"], told["n_rows_changed"]) == ("merge", [0, 2], 40)
    exported = pq.read_table(pa.BufferReader(ask("GET", "/export?format=parquet").content))
    assert np.array_equal(np.asarray(exported["cluster"]), labels())


def test_undone_edits_come_back_until_another_replaces_them(engine, edit, go_to, ask, labels):
    plain = labels()
    edit("merge", clusters=[0, 2])
    merged = labels()
    edit("exclude", rows=[0, 1])
    undone = go_to(0).json()
    assert (undone["partition"]["position"], len(undone["history"]["edits"])) == (0, 2)
    assert np.array_equal(labels(), plain)
    assert go_to(1).json()["partition"]["position"] == 1
    assert np.array_equal(labels(), merged)
    history = edit("move", rows=[5], cluster=None)["history"]
    assert [told["kind"] for told in history["edits"]] == ["merge", "move"]
    assert is_problem(go_to(3), 404, "position_not_found")
    go_to(0)
    assert [told["kind"] for told in edit("exclude", rows=[3])["history"]["edits"]] == ["exclude"]


def test_excluded_rows_have_no_cluster_in_exports(engine, edit, ask, labels):
    after = edit("exclude", bitmap=bitmap([1, 7]))
    assert after["partition"]["n_excluded"] == 2
    assert sum(sizes(after["partition"])) == N_ROWS - 2
    assert np.array_equal(np.flatnonzero(labels() == 65_535), [1, 7])
    exported = pq.read_table(pa.BufferReader(ask("GET", "/export?format=parquet").content))
    assert np.array_equal(np.flatnonzero(exported["cluster"].is_null()), [1, 7])
    lines = ask("GET", "/export?format=csv").text.splitlines()
    assert [number for number, line in enumerate(lines[1:]) if line.endswith(",")] == [1, 7]
    assert after["history"]["edits"][0]["n_rows"] == 2


def test_constraints_hold_and_are_told(engine, edit, ask, labels, go_to):
    rows = np.flatnonzero(labels() == 0)[:2].tolist()
    wish = {"must_link": [], "cannot_link": [[[rows[0]], [rows[1]]]], "labelled_rows": []}
    history = edit("constraints", constraints=wish)["history"]
    assert history["constraints"] == wish
    assert history["violations"] == []
    assert labels()[rows[0]] != labels()[rows[1]]
    edit("merge", clusters=[0, 1])
    assert ask("GET", "/edits").json()["constraints"] == wish
    assert go_to(0).json()["history"]["constraints"]["cannot_link"] == []


def test_names_follow_their_clusters(engine, edit, go_to):
    named = edit("rename", cluster=2, name="  Quiet ")
    assert [cluster["name"] for cluster in named["partition"]["clusters"]] == [None, None, "Quiet"]
    merged = edit("merge", clusters=[0, 1])["partition"]["clusters"]
    assert [cluster["name"] for cluster in merged] == [None, "Quiet"]
    whole = edit("merge", clusters=[0, 1])["partition"]["clusters"]
    assert [cluster["name"] for cluster in whole] == ["Quiet"]
    undone = go_to(0).json()["partition"]["clusters"]
    assert [cluster["name"] for cluster in undone] == [None] * 3


def test_every_number_of_clusters_keeps_its_edits(engine, edit, ask):
    edit("merge", clusters=[0, 2])
    other = ask("PUT", "/partition", {"n_clusters": 2}).json()
    assert (other["position"], sizes(other)) == (0, [80, 40])
    assert ask("GET", "/edits").json()["edits"] == []
    back = ask("PUT", "/partition", {"n_clusters": 3}).json()
    assert (back["position"], sizes(back)) == (1, [80, 40])
    assert len(ask("GET", "/edits?n_clusters=3").json()["edits"]) == 1


def test_an_edit_of_what_is_no_longer_shown_is_refused(engine, edit, ask, shown, go_to):
    stale = shown()["key"]
    edit("merge", clusters=[0, 2])
    merge = {"kind": "merge", "clusters": [0, 1]}
    assert is_problem(ask("POST", "/edits", {"key": stale, "edit": merge}), 409, "edit_conflict")
    assert is_problem(ask("PUT", "/edits/position", {"key": stale, "position": 0}), 409, "edit_conflict")
    assert shown()["position"] == 1


def test_an_edit_that_another_overtook_is_not_added(engine, ask, shown, database, edit):
    engine.before_recording = lambda: ask(
        "POST", "/edits", {"key": before, "edit": {"kind": "rename", "cluster": 0, "name": "One"}}
    )
    before = shown()["key"]
    kept = edit("merge", clusters=[0, 2])
    assert [told["kind"] for told in kept["history"]["edits"]] == ["rename", "merge"]
    assert kept["partition"]["clusters"][0]["name"] == "One"
    before = shown()["key"]
    engine.before_recording = lambda: ask("PUT", "/edits/position", {"key": before, "position": 0})
    body = {"key": before, "edit": {"kind": "exclude", "rows": [0]}}
    assert is_problem(ask("POST", "/edits", body), 409, "edit_conflict")
    assert (shown()["position"], shown()["n_excluded"]) == (0, 0)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        ({"kind": "merge", "clusters": [0, 3]}, "names cluster 3; there are clusters 0 to 2"),
        ({"kind": "exclude", "rows": list(range(N_ROWS))}, "no row would be left in any cluster"),
        (
            {"kind": "constraints", "constraints": {"must_link": [[0, 1]], "cannot_link": [[[0], [1]]]}},
            "0",
        ),
    ],
)
def test_what_the_engine_refuses_is_told_and_not_kept(engine, ask, shown, edit, words):
    answer = ask("POST", "/edits", {"key": shown()["key"], "edit": edit})
    assert is_problem(answer, 422, "edit_refused")
    assert words in answer.json()["detail"]
    assert ask("GET", "/edits").json()["edits"] == []


@pytest.mark.parametrize(
    "edit",
    [
        {"kind": "move", "rows": [N_ROWS]},
        {"kind": "move", "rows": [0], "bitmap": "AA=="},
        {"kind": "move"},
        {"kind": "exclude", "bitmap": "AA=="},
        {"kind": "exclude", "bitmap": bitmap([])},
        {"kind": "exclude", "bitmap": "@"},
        {"kind": "merge", "clusters": [1]},
        {"kind": "rename", "cluster": 0, "name": "  "},
        {"kind": "constraints", "constraints": {"must_link": [[0, N_ROWS]]}},
        {"kind": "explode"},
    ],
)
def test_malformed_edits_are_refused_without_a_job(ask, shown, database, edit):
    assert is_problem(ask("POST", "/edits", {"key": shown()["key"], "edit": edit}), 422, "request_invalid")
    with database.read() as session:
        assert session.query(ClusteringJob).filter_by(kind="revise").count() == 0


def test_names_are_given_once(engine, edit, ask, shown):
    edit("rename", cluster=0, name="Early")
    again = {"key": shown()["key"], "edit": {"kind": "rename", "cluster": 1, "name": "Early"}}
    assert is_problem(ask("POST", "/edits", again), 422, "edit_refused")
    gone = {"key": shown()["key"], "edit": {"kind": "rename", "cluster": 9, "name": "Late"}}
    assert is_problem(ask("POST", "/edits", gone), 422, "edit_refused")


def test_strangers_and_viewers_change_nothing(client, make_person, run_id, owner, shown, database):
    body = {"key": shown()["key"], "edit": {"kind": "rename", "cluster": 0, "name": "Mine"}}
    address = f"{RUNS}/{run_id}/edits"
    stranger = make_person("stranger")
    assert is_problem(client.post(address, json=body), 401, "not_signed_in")
    assert is_problem(client.post(address, json=body, headers=stranger.headers), 404, "not_found")
    assert is_problem(client.get(address, headers=stranger.headers), 404, "not_found")
    position = {"key": shown()["key"], "position": 0}
    put = client.put(f"{address}/position", json=position, headers=stranger.headers)
    assert is_problem(put, 404, "not_found")
    viewer = make_person("viewer", "viewer")
    assert is_problem(client.post(address, json=body, headers=viewer.headers), 403, "not_allowed")
    assert shown()["position"] == 0


def test_the_script_makes_the_same_labels(engine, edit, ask, labels, tmp_path):
    edit("constraints", constraints={"must_link": [[0, 1]]})
    edit("rename", cluster=0, name='A "quoted" {name}')
    edit("exclude", bitmap=bitmap([1, 7]))
    edit("split", cluster=0)
    (tmp_path / "table.parquet").write_bytes(ask("GET", "/export?format=parquet").content)
    answer = ask("GET", "/script")
    assert answer.headers["content-type"].startswith("text/x-python")
    (tmp_path / "again.py").write_text(answer.text)
    command = [sys.executable, "again.py", "table.parquet", "labels.csv"]
    environment = {**os.environ, "PYTHONPATH": str(BACKEND)}
    made = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    assert np.array_equal(np.loadtxt(tmp_path / "labels.csv", skiprows=1), labels())
    assert 'A "quoted" {name}: ' in made.stdout


def test_the_script_leaves_out_what_was_undone(engine, edit, ask, go_to):
    edit("merge", clusters=[0, 2])
    assert "'merge'" in ask("GET", "/script").text
    go_to(0)
    assert "'merge'" not in ask("GET", "/script").text


def test_views_are_told_of_the_cut_and_kept_over_its_edits(engine, edit, ask, shown):
    told = shown()["consensus"]
    assert told["n_agreeing"] == len(told["views"]) > 1
    assert told["views"][told["chosen"]]["agreement"] == 1
    edit("merge", clusters=[0, 1])
    assert shown()["consensus"] == told
    cut = ask("PUT", "/partition", {"n_clusters": 2}).json()
    assert {view["n_clusters"] for view in cut["consensus"]["views"]} == {2}
