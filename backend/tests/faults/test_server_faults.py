"""API servers killed, paused and left without their database, while a person uploads, asks and watches."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from platform_under_test import Platform, wait_for
from postgresql import PostgresServer
from server_fleet import Fleet
from visitors import Answer, Tab, Visitor

from app.datasets.models import Dataset
from app.jobs.models import ClusteringJob
from app.jobs.queue import append_event
from app.live.connection import QUEUE_LENGTH

pytestmark = pytest.mark.faults


@pytest.fixture
def database_kind() -> str:
    return "postgresql"


def numbers_of_states(platform: Platform, job_id: int) -> list[int]:
    return [event.seq for event in platform.rows.events(job_id) if event.event == "state"]


def hears_everything(platform: Platform, tab: Tab, job_id: int) -> bool:
    """Wait until a tab has heard of every change of state, and say whether of each once and in order."""
    wait_for(lambda: len(tab.heard.get(job_id, [])) >= len(numbers_of_states(platform, job_id)))
    return tab.heard[job_id] == numbers_of_states(platform, job_id)


def ended_without_a_word(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True


def test_killed_servers_cost_a_tab_a_reconnection_and_no_event(
    platform: Platform, fleet: Fleet, visit: Callable[[str], Visitor], tmp_path: Path
):
    addresses = [fleet.start_api(name) for name in ("first", "second")]
    for address in addresses:
        fleet.wait_for_answer(address + "/readyz")
    visitor = visit(fleet.start_gateway())
    fleet.wait_for_answer(visitor.address + "/livez")
    platform.start_worker()
    tab = Tab(visitor)
    job_id = platform.job("spin", tmp_path)
    platform.running_pid(job_id)
    wait_for(lambda: tab.statuses.get(job_id) == "running")

    fleet.kill("first")
    assert {visitor.ask("/jobs").status for _ in range(10)} == {200}, "the other server answers"
    fleet.start_api("first")
    fleet.wait_for_answer(addresses[0] + "/readyz")
    fleet.kill("second")
    # By now the tab has lost its server, whichever it was.
    wait_for(lambda: tab.close_codes)
    (tmp_path / "go").touch()
    platform.wait_for_status(job_id, "succeeded")
    assert tab.wait_for_end(job_id) == "succeeded"
    assert hears_everything(platform, tab, job_id)
    assert platform.rows.read(job_id).attempt == 1, "no job is touched"
    tab.close()


def test_an_upload_that_a_killed_server_took_is_no_dataset_and_can_be_sent_again(
    platform: Platform, fleet: Fleet, visit: Callable[[str], Visitor]
):
    visitor = visit(fleet.start_api())
    fleet.wait_for_answer(visitor.address + "/readyz")
    drafts = platform.settings.uploads_dir / "tmp"
    with socket.create_connection(("127.0.0.1", fleet.ports["api"])) as connection:
        head = (
            "POST /api/v1/datasets?filename=a.csv HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {visitor.token}\r\nContent-Length: 9000000\r\n\r\n"
        )
        connection.sendall(head.encode() + b"x\n" + b"1\n" * 1_000_000)
        wait_for(lambda: list(drafts.glob("*.part")))
        fleet.kill("api")
        connection.settimeout(60)
        assert ended_without_a_word(connection), "no answer that promises anything"
    fleet.start_api()
    fleet.wait_for_answer(visitor.address + "/readyz")
    assert visitor.ask("/datasets").body["items"] == []
    assert visitor.ask("/datasets?filename=a.csv", "POST", b"x\n1\n").status == 201
    with platform.rows.database.read() as session:
        kept = session.scalars(sa.select(Dataset)).one()
    assert (platform.settings.uploads_dir / kept.upload_key).read_bytes() == b"x\n1\n"


def test_a_paused_server_answers_when_it_is_resumed_and_its_tabs_hear_what_they_missed(
    platform: Platform, fleet: Fleet, visit: Callable[[str], Visitor], tmp_path: Path
):
    platform.start_worker()
    visitor = visit(fleet.start_api())
    fleet.wait_for_answer(visitor.address + "/readyz")
    tab = Tab(visitor)
    job_id = platform.job("spin", tmp_path)
    platform.running_pid(job_id)
    (server,) = fleet.family("api")[:1]
    server.suspend()
    answers: list[Answer] = []
    asking = threading.Thread(target=lambda: answers.append(visitor.ask(f"/jobs/{job_id}")))
    asking.start()
    (tmp_path / "go").touch()
    platform.wait_for_status(job_id, "succeeded")
    assert answers == []
    server.resume()
    asking.join()
    assert [answer.status for answer in answers] == [200]
    assert tab.wait_for_end(job_id) == "succeeded"
    assert hears_everything(platform, tab, job_id)
    tab.close()


def test_a_server_that_stands_still_is_passed_over_and_taken_back(
    platform: Platform, fleet: Fleet, visit: Callable[[str], Visitor]
):
    addresses = [fleet.start_api(name) for name in ("first", "second")]
    for address in addresses:
        fleet.wait_for_answer(address + "/readyz")
    visitor = visit(fleet.start_gateway())
    fleet.wait_for_answer(visitor.address + "/livez")
    (frozen,) = fleet.family("first")[:1]
    frozen.suspend()
    # Its kernel still takes connections; that it does not answer is what gives it away.
    fleet.wait_for_line("gateway", "2 servers, 1 of them not ready")
    # What comes in the moment of the change may still meet it.
    wait_for(lambda: {visitor.ask("/jobs").status for _ in range(10)} == {200})
    frozen.resume()
    fleet.wait_for_line("gateway", "2 servers, 0 of them not ready")
    before = fleet.log("first").count("GET /api/v1/jobs")
    wait_for(lambda: visitor.ask("/jobs") and fleet.log("first").count("GET /api/v1/jobs") > before)


def test_a_database_restarted_under_load_costs_some_answers_and_nothing_that_was_kept(
    platform: Platform,
    fleet: Fleet,
    visit: Callable[[str], Visitor],
    postgres_server: PostgresServer,
    tmp_path: Path,
):
    platform.start_worker()
    visitor = visit(fleet.start_api())
    fleet.wait_for_answer(visitor.address + "/readyz")
    tab = Tab(visitor)
    running = platform.job("spin", tmp_path)
    platform.running_pid(running)
    stop = threading.Event()
    answers: list[Answer] = []
    kept: list[int] = []

    def browse() -> None:
        while not stop.is_set():
            answers.append(visitor.ask("/jobs"))

    def upload(number: int) -> None:
        count = 0
        while not stop.is_set():
            answer = visitor.ask(f"/datasets?filename=a{number}-{count}.csv", "POST", b"x\n1\n")
            answers.append(answer)
            count += 1
            if answer.status == 201:
                kept.append(answer.body["id"])

    load = [threading.Thread(target=browse) for _ in range(2)]
    load += [threading.Thread(target=upload, args=(number,)) for number in range(2)]
    for thread in load:
        thread.start()
    wait_for(lambda: len(kept) >= 4)
    postgres_server.stop("fast")
    wait_for(lambda: any(answer.status == 503 for answer in answers))
    assert visitor.status("/livez") == 200, "the process lives"
    assert visitor.status("/readyz") == 503, "and says that it cannot serve"
    # Longer than the worker's lease: nobody may take the job from it when the database is back.
    time.sleep(4)
    postgres_server.start()
    before = len(answers)
    wait_for(lambda: {answer.status for answer in answers[before + 8 :]} >= {200, 201})
    stop.set()
    for thread in load:
        thread.join()

    refused = [answer for answer in answers if answer.status not in (200, 201)]
    assert {answer.status for answer in refused} == {503}
    assert {answer.body["code"] for answer in refused} == {"unavailable"}
    assert all(answer.headers["retry-after"] for answer in refused)
    with platform.rows.database.read() as session:
        datasets = {dataset.id: dataset for dataset in session.scalars(sa.select(Dataset))}
    assert set(kept) <= set(datasets), "what was answered with 201 is kept"
    for dataset in datasets.values():
        assert (platform.settings.uploads_dir / dataset.upload_key).read_bytes() == b"x\n1\n"
    (tmp_path / "go").touch()
    platform.wait_for_status(running, "succeeded")
    assert [attempt.outcome for attempt in platform.rows.attempts(running)] == ["ok"]
    assert tab.wait_for_end(running) == "succeeded"
    assert hears_everything(platform, tab, running)
    assert tab.close_codes == [], "tabs wait with their server"
    tab.close()


def test_a_tab_that_does_not_read_is_cut_off_and_the_others_hear_everything(
    platform: Platform, fleet: Fleet, visit: Callable[[str], Visitor]
):
    visitor = visit(fleet.start_api())
    fleet.wait_for_answer(visitor.address + "/readyz")
    other = Tab(visitor)
    job_id = platform.rows.job("fit")
    with deaf_tab(visitor, fleet.ports["api"]) as deaf:
        wait_for(lambda: other.heard.get(job_id) == [1])
        for _ in range(3 * QUEUE_LENGTH // 16):
            with platform.rows.database.write() as session:
                session.get_one(ClusteringJob, job_id).message = "long " * 8000
                for _ in range(16):
                    append_event(session, job_id, "state", {"status": "queued"})
            platform.hints.publish(job_id)
        assert hears_everything(platform, other, job_id)
        assert len(other.heard[job_id]) == 3 * QUEUE_LENGTH + 1
        deaf.settimeout(60)
        taken = sum(iter(lambda: length_read(deaf), 0))
    assert taken < 40_000 * 3 * QUEUE_LENGTH, "the connection ended before everything was sent"
    assert other.close_codes == []
    other.close()


def deaf_tab(visitor: Visitor, port: int) -> socket.socket:
    """Open a WebSocket that watches all jobs, with a small buffer, and leave what comes unread."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    ticket = visitor.ask("/ws-ticket", "POST").body["ticket"]
    connection.sendall(
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        f"Sec-WebSocket-Protocol: fiedler.v1, ticket.{ticket}\r\n\r\n".encode()
    )
    assert b" 101 " in connection.recv(4096)
    watch = json.dumps({"op": "watch", "topics": ["jobs"]}).encode()
    # A final text frame (RFC 6455, section 5.2), masked by zeros.
    connection.sendall(bytes([0x81, 0x80 | len(watch), 0, 0, 0, 0]) + watch)
    return connection


def length_read(connection: socket.socket) -> int:
    """Read a piece, and return its length; 0 at the end, however it came."""
    try:
        return len(connection.recv(1 << 20))
    except ConnectionResetError:
        return 0
