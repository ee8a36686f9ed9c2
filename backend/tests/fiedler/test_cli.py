"""The command: a table in, labels and a report out, bad input told in words with exit code 2."""

import sys

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest
from sklearn.metrics import normalized_mutual_info_score
from typer.testing import CliRunner

import fiedler
from fiedler.cli import app
from fiedler.dense_blocks import find_device
from fiedler.labelled_table import free_column_name
from fiedler.report import bar


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


@pytest.fixture
def groups(tmp_path):
    """Three groups of 100 rows with a text column and a gap, as a CSV file."""
    rng = np.random.default_rng(0)
    truth = np.arange(300) % 3
    points = np.array([[0, 0], [9, 0], [0, 9]])[truth] + rng.normal(size=(300, 2))
    lines = ["name,height,width", *(f"row {i},{x:.6f},{y:.6f}" for i, (x, y) in enumerate(points))]
    lines[5] = "row 4,,1.0"
    (tmp_path / "groups.csv").write_text("\n".join(lines) + "\n")
    return truth


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_labels_are_written_beside_the_table(run, groups, tmp_path, suffix):
    result = run("cluster", "groups.csv", "-k", "3", "-o", f"out.{suffix}")
    assert result.exit_code == 0, result.output
    written = tmp_path / f"out.{suffix}"
    table = pyarrow.csv.read_csv(written) if suffix == "csv" else pq.read_table(written)
    assert table.column_names == ["name", "height", "width", "cluster"]
    assert table["name"].to_pylist()[:2] == ["row 0", "row 1"]
    assert normalized_mutual_info_score(groups, table["cluster"].to_numpy()) > 0.95


def test_report_shows_sizes_spectrum_candidates_and_notes(run, groups):
    result = run("cluster", "groups.csv")
    assert result.exit_code == 0, result.output
    assert "3 clusters in 300 rows by 2 columns, silhouette 0." in result.output
    assert "← k" in result.output
    assert "Numbers of clusters worth a look, best first\n      3  " in result.output
    assert "1 missing cells" in result.output


def test_gpu_that_is_not_there_is_told_and_the_processor_computes(run, groups):
    result = run("cluster", "groups.csv", "-k", "3", "--method", "landmark", "--device", "cuda")
    assert result.exit_code == 0, result.output
    assert "3 clusters in 300 rows" in result.output
    assert find_device("cuda").device is not None or "A GPU was asked for" in result.output


def test_forecast_is_told_and_nothing_computed(run, groups, tmp_path):
    result = run("cluster", "groups.csv", "-k", "3", "-o", "out.csv", "--forecast")
    assert result.exit_code == 0, result.output
    assert "of memory for 300 rows of 2 columns." in result.output
    assert "clusters" not in result.output
    assert not (tmp_path / "out.csv").exists()


def test_fit_for_which_memory_is_short_is_refused_in_words(run, groups, monkeypatch):
    # The command of that name hides its module from a dotted path.
    monkeypatch.setattr(sys.modules["fiedler.cli.cluster"], "free_memory", lambda: 1_000_000)
    result = run("cluster", "groups.csv", "-k", "3")
    assert result.exit_code == 2
    assert "300 rows of 2 columns need about" in result.output
    assert "1 MB may be used" in result.output


def test_days_are_written_without_a_time_and_times_with_theirs(run, groups, tmp_path):
    lines = (tmp_path / "groups.csv").read_text().splitlines()
    rows = [
        f"{line},2024-03-{i % 28 + 1:02d},2024-03-05 10:{i % 60:02d}:00" for i, line in enumerate(lines[1:])
    ]
    (tmp_path / "groups.csv").write_text("\n".join([f"{lines[0]},day,moment", *rows]) + "\n")
    assert run("cluster", "groups.csv", "-k", "3", "-o", "out.csv").exit_code == 0
    first = (tmp_path / "out.csv").read_text().splitlines()[1].split(",")
    assert first[3] == "2024-03-01"
    assert first[4].startswith("2024-03-05 10:00:00")


def test_reasons_after_the_first_go_on_in_small_letters(run, groups):
    output = run("cluster", "groups.csv").output
    assert "; clusters lie" in output
    assert "; Clusters" not in output


def test_columns_and_seed_are_followed(run, groups):
    result = run("cluster", "groups.csv", "--columns", "height", "-k", "2", "--seed", "3")
    assert result.exit_code == 0, result.output
    assert "2 clusters in 300 rows by 1 column" in result.output


def test_an_existing_cluster_column_is_kept(run, groups, tmp_path):
    text = (tmp_path / "groups.csv").read_text().replace("width", "cluster", 1)
    (tmp_path / "groups.csv").write_text(text)
    result = run("cluster", "groups.csv", "-k", "3", "-o", "out.parquet")
    assert result.exit_code == 0, result.output
    assert pq.read_table(tmp_path / "out.parquet").column_names == ["name", "height", "cluster", "cluster_2"]


def test_an_existing_file_is_kept_unless_forced(run, groups, tmp_path):
    (tmp_path / "out.csv").write_text("mine")
    result = run("cluster", "groups.csv", "-o", "out.csv")
    assert result.exit_code == 2
    assert "exists already" in result.output
    assert (tmp_path / "out.csv").read_text() == "mine"
    assert run("cluster", "groups.csv", "-o", "out.csv", "--force").exit_code == 0
    assert (tmp_path / "out.csv").read_text() != "mine"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["missing.csv"], "missing.csv"),
        (["groups.csv", "-k", "many"], "whole number or auto"),
        (["groups.csv", "-k", "0"], "-k is 0; it must lie between 1 and 60"),
        (["groups.csv", "-k", "99"], "-k is 99; it must lie between 1 and 60"),
        (["groups.csv", "--columns", "weight"], "no column 'weight'"),
        (["groups.csv", "--columns", "name"], "holds text; clustering needs numbers"),
        (["groups.csv", "-o", "out.xlsx"], "must end in .csv or .parquet"),
        (["groups.csv", "-o", "nowhere/out.csv"], "does not exist"),
        (["empty.csv"], "empty"),
    ],
)
def test_bad_input_is_told_in_words_with_exit_code_two(run, groups, tmp_path, arguments, message):
    (tmp_path / "empty.csv").write_text("")
    result = run("cluster", *arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.output.split())
    assert "Traceback" not in result.output


def test_version_is_printed(run):
    assert run("version").output == f"{fiedler.__version__}\n"


def test_free_name_counts_on_from_two():
    assert free_column_name(["a"]) == "cluster"
    assert free_column_name(["cluster", "cluster_2"]) == "cluster_3"


def test_bar_is_drawn_in_eighths():
    assert bar(1.0, 4) == "████"
    assert bar(0.53125, 4) == "██▏"
    assert bar(0.0, 4) == ""


def test_cluster_takes_every_choice_of_graph_solver_and_rounding(run, groups):
    graph = "--affinity rbf --metric euclidean --bandwidth 0.5"
    solver = "--laplacian unnormalized --eigen-solver dense --rounding tree --components 4"
    result = run("cluster", "groups.csv", "-k", "3", *graph.split(), *solver.split())
    assert result.exit_code == 0, result.output
    assert "3 clusters in 300 rows" in result.output
    assert "Spectrum of the unnormalized Laplacian by dense" in result.output
    mutual = run("cluster", "groups.csv", "-k", "3", "--links", "mutual", "--affinity", "binary")
    assert mutual.exit_code == 0, mutual.output
    refused = run("cluster", "groups.csv", "--radius", "1")
    assert refused.exit_code == 2
    assert "set affinity to 'epsilon'" in refused.output


def cliques(header="source,target,weight"):
    """Edges of three cliques of eight vertices, each linked to the next by a weak edge."""
    lines = [header]
    for first in "abc":
        lines += [f"{first}{i},{first}{j},1" for i in range(8) for j in range(i)]
    return "\n".join([*lines, "a0,b0,0.1", "b0,c0,0.1"]) + "\n"


@pytest.mark.parametrize("header", ["source,target,weight", "From,To,Strength", "weight,Target,Source"])
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_graph_clusters_the_vertices_of_its_edges(run, tmp_path, header, suffix):
    text = cliques(header)
    if header.startswith("weight"):
        rows = [line.split(",")[::-1] for line in text.splitlines()[1:]]
        text = "\n".join([header, *(",".join(row) for row in rows)]) + "\n"
    (tmp_path / "edges.csv").write_text(text)
    result = run("graph", "edges.csv", "-k", "3", "-o", f"vertices.{suffix}")
    assert result.exit_code == 0, result.output
    assert "3 clusters in 24 vertices and 86 edges" in result.output
    assert "← k" in result.output
    written = tmp_path / f"vertices.{suffix}"
    table = pyarrow.csv.read_csv(written) if suffix == "csv" else pq.read_table(written)
    named = {(name[0], label) for name, label in zip(*table.to_pydict().values(), strict=True)}
    assert len(named) == 3


def test_graph_suggests_a_number_and_takes_its_choices(run, tmp_path):
    (tmp_path / "edges.csv").write_text(cliques())
    result = run("graph", "edges.csv", "--laplacian", "random_walk", "--rounding", "cluster_qr")
    assert result.exit_code == 0, result.output
    assert "Numbers of clusters worth a look, best first\n      3  " in result.output


def test_graph_says_what_is_wrong_with_its_edges(run, tmp_path):
    (tmp_path / "edges.csv").write_text("a,b,c,d\n1,2,3,4\n2,3,4,5\n")
    result = run("graph", "edges.csv")
    assert result.exit_code == 2
    assert "edges.csv has the columns a, b, c, d; required are columns called source, target" in result.output
    (tmp_path / "edges.csv").write_text(cliques().replace("a1,a0,1", "a1,a0,-1"))
    assert "has the weight -1" in run("graph", "edges.csv").output


@pytest.fixture
def big(tmp_path):
    """Three groups of 20,000 rows with a number for each row, as one Parquet file and as parts."""
    rng = np.random.default_rng(0)
    truth = np.arange(60_000) % 3
    points = np.array([[0, 0], [90, 0], [0, 90]])[truth] + 10 * rng.normal(size=(60_000, 2))
    table = pa.table({"id": np.arange(60_000), "height": points[:, 0], "width": points[:, 1]})
    pq.write_table(table, tmp_path / "big.parquet", row_group_size=9_000)
    (tmp_path / "parts").mkdir()
    for number, start in enumerate((0, 25_000)):
        part = table.slice(start, 25_000 + 10_000 * number)
        pq.write_table(part, tmp_path / "parts" / f"part-{number}.parquet")
    return truth


def test_a_table_beyond_half_the_memory_is_streamed_with_the_same_labels(run, big, tmp_path, monkeypatch):
    held = run("cluster", "big.parquet", "-k", "3", "-o", "held.parquet")
    assert "Landmarks: 60,000 rows" in held.output
    monkeypatch.setattr("fiedler.streamed_table.physical_memory_bytes", lambda: 2_000_000)
    streamed = run("cluster", "big.parquet", "-k", "3", "-o", "streamed.csv")
    assert streamed.exit_code == 0, streamed.output
    assert "3 clusters in 60,000 rows by 2 columns, silhouette 0." in streamed.output
    assert "rows were read in passes" in streamed.output
    expected = pq.read_table(tmp_path / "held.parquet")["cluster"].to_pylist()
    assert pyarrow.csv.read_csv(tmp_path / "streamed.csv")["cluster"].to_pylist() == expected


def test_forecast_of_parts_is_told_and_nothing_computed(run, big, tmp_path):
    result = run("cluster", "parts", "-o", "labelled", "--forecast")
    assert result.exit_code == 0, result.output
    assert "of memory for 60,000 rows of 2 columns." in result.output
    assert not (tmp_path / "labelled").exists()


def test_parts_are_streamed_and_copied_with_their_labels(run, big, tmp_path):
    assert run("cluster", "big.parquet", "-k", "3", "-o", "held.parquet", "--memory", "1").exit_code == 0
    result = run("cluster", "parts", "-k", "3", "-o", "labelled", "--memory", "0.2")
    assert result.exit_code == 0, result.output
    held = pq.read_table(tmp_path / "held.parquet")
    assert held.equals(pq.read_table(tmp_path / "labelled"))
    assert sorted(path.name for path in (tmp_path / "labelled").iterdir()) == [
        "part-0.parquet",
        "part-1.parquet",
    ]
    assert normalized_mutual_info_score(big, held["cluster"].to_numpy()) > 0.95


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["parts", "-o", "parts"], "exists already"),
        (["parts", "-o", "nowhere/labelled"], "does not exist"),
        (["parts", "--method", "exact"], "method is 'exact'; a table that is streamed"),
        (["parts", "--rounding", "tree"], "rounding is 'tree'; a table that is streamed"),
        (["parts", "--metric", "cosine"], "metric is 'cosine'; a table that is streamed"),
        (["big.parquet", "--memory", "0.001"], "bytes with one thread"),
        (["empty"], "holds no file that ends in .parquet"),
    ],
)
def test_what_streaming_cannot_do_is_told_in_words(run, big, tmp_path, arguments, message):
    (tmp_path / "empty").mkdir()
    result = run("cluster", *arguments)
    assert result.exit_code == 2, result.output
    assert message in " ".join(result.output.split())
