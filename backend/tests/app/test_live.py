"""The WebSocket: tickets, snapshots, events, and what happens to those who do not listen."""

import asyncio
from datetime import timedelta

import pytest
from stand_ins import end_job
from starlette.websockets import WebSocketDisconnect

from app.database import database_now
from app.jobs.models import FINAL_STATUSES, ClusteringJob
from app.jobs.queue import append_event, enqueue
from app.jobs.repository import events_after, read_job
from app.jobs.schemas import JobRead
from app.live import feed
from app.live.connection import CROWDED, QUEUE_LENGTH, SLOW_CONSUMER, Change, Connection
from app.live.feed import Feed
from app.live.messages import Snapshot


@pytest.fixture
def connect(client, owner):
    def connect(person=owner, *, ticket=None, protocols=None, **headers):
        if ticket is None:
            ticket = client.post("/api/v1/ws-ticket", headers=person.headers).json()["ticket"]
        offered = protocols if protocols is not None else ["fiedler.v1", f"ticket.{ticket}"]
        return client.websocket_connect("/ws", subprotocols=offered, headers=headers)

    return connect


@pytest.fixture
def job_id(database, owner, dataset_id):
    with database.write() as session:
        return enqueue(session, user_id=owner.id, kind="fit", dataset_id=dataset_id).id


def happen(database, app, job_id, event="state", **values):
    """Change a job as a worker would, and hint at it."""
    with database.write() as session:
        job = session.get_one(ClusteringJob, job_id)
        for name, value in values.items():
            setattr(job, name, value)
        if job.status in FINAL_STATUSES:
            job.finished_at = database_now(session)
        session.flush()
        append_event(session, job_id, event, values)
    app.state.hints.publish(job_id)


def close_code(websocket):
    with pytest.raises(WebSocketDisconnect) as caught:
        websocket.receive_json()
    return caught.value.code


def test_subscriber_gets_a_snapshot_then_every_event(connect, database, app, job_id):
    with connect() as websocket:
        assert websocket.accepted_subprotocol == "fiedler.v1"
        websocket.send_json({"op": "subscribe", "job": job_id, "after_seq": 0})
        snapshot = websocket.receive_json()
        assert (snapshot["type"], snapshot["seq"], snapshot["job"]["status"]) == ("snapshot", 1, "queued")
        happen(database, app, job_id, status="running")
        event = websocket.receive_json()
        assert (event["type"], event["event"], event["seq"], event["job_id"]) == ("event", "state", 2, job_id)
        assert event["job"]["status"] == "running"
        happen(database, app, job_id, "progress", progress=0.5)
        event = websocket.receive_json()
        assert (event["event"], event["seq"], event["job"]["progress"]) == ("progress", 3, 0.5)


def test_lost_hint_costs_one_poll(connect, database, app, job_id, monkeypatch):
    with connect() as websocket:
        websocket.send_json({"op": "subscribe", "job": job_id})
        websocket.receive_json()
        monkeypatch.setattr(app.state.hints, "publish", lambda _job: None)
        happen(database, app, job_id, status="running")
        assert websocket.receive_json()["job"]["status"] == "running"


def test_reconnect_hands_over_the_states_that_were_missed(connect, database, app, job_id):
    happen(database, app, job_id, status="running")
    happen(database, app, job_id, "progress", progress=0.5)
    happen(database, app, job_id, status="succeeded")
    with connect() as websocket:
        websocket.send_json({"op": "subscribe", "job": job_id, "after_seq": 1})
        messages = [websocket.receive_json() for _ in range(3)]
        assert [(message["type"], message["seq"]) for message in messages] == [
            ("snapshot", 4),
            ("event", 2),
            ("event", 4),
        ]


def test_watcher_hears_of_new_and_running_jobs_of_the_own_only(
    connect, database, app, owner, stranger, dataset_id, job_id
):
    with connect() as websocket:
        websocket.send_json({"op": "watch", "topics": ["jobs"]})
        websocket.send_json({"op": "ping"})
        assert websocket.receive_json() == {"type": "pong"}
        with database.write() as session:
            foreign = enqueue(session, user_id=stranger.id, kind="fit").id
            mine = enqueue(session, user_id=owner.id, kind="fit", dataset_id=dataset_id).id
        for each in (foreign, mine):
            app.state.hints.publish(each)
        happen(database, app, job_id, "progress", progress=0.5)
        happen(database, app, job_id, status="running")
        heard = {}
        while len(heard) < 2:
            message = websocket.receive_json()
            assert message["event"] == "state"
            heard[message["job_id"]] = message["job"]["status"]
        assert heard == {mine: "queued", job_id: "running"}


def test_waiting_job_hears_that_the_queue_moved(connect, client, owner, database, app, dataset_id, job_id):
    with database.write() as session:
        behind = enqueue(session, user_id=owner.id, kind="fit", dataset_id=dataset_id).id
    with connect() as websocket:
        websocket.send_json({"op": "subscribe", "job": behind})
        assert websocket.receive_json()["job"]["queue_position"] == 2
        happen(database, app, job_id, status="running")
        moved = websocket.receive_json()
        assert (moved["type"], moved["seq"], moved["job"]["queue_position"]) == ("snapshot", 1, 1)


def test_unsubscribed_job_is_silent(connect, database, app, job_id):
    with connect() as websocket:
        for operation in ({"op": "subscribe", "job": job_id}, {"op": "unsubscribe", "job": job_id}):
            websocket.send_json(operation)
        assert websocket.receive_json()["type"] == "snapshot"
        happen(database, app, job_id, status="running")
        websocket.send_json({"op": "ping"})
        assert websocket.receive_json() == {"type": "pong"}


def test_each_change_of_state_is_told_once_however_a_job_is_followed(connect, database, app, job_id):
    """Watched and subscribed to, seen again after a gap: never a number twice, never one left out."""
    with connect() as websocket:
        websocket.send_json({"op": "watch", "topics": ["jobs"]})
        websocket.send_json({"op": "ping"})
        assert websocket.receive_json()["type"] == "pong"
        happen(database, app, job_id, status="running")
        assert websocket.receive_json()["seq"] == 2
        happen(database, app, job_id, "progress", progress=0.5)
        websocket.send_json({"op": "subscribe", "job": job_id, "after_seq": 1})
        assert websocket.receive_json()["type"] == "snapshot"
        websocket.send_json({"op": "ping"})
        heard = []
        while (message := websocket.receive_json())["type"] != "pong":
            heard.append(message["event"])
        assert "state" not in heard, "the second was told before the subscription"
        websocket.send_json({"op": "unsubscribe", "job": job_id})
        happen(database, app, job_id, status="succeeded")
        message = websocket.receive_json()
        assert (message["event"], message["seq"]) == ("state", 4), "it is watched still"
        websocket.send_json({"op": "ping"})
        assert websocket.receive_json()["type"] == "pong"


def test_reconnected_watcher_gets_what_it_missed_when_it_subscribes(connect, database, app, job_id):
    happen(database, app, job_id, status="running")
    with connect() as websocket:
        websocket.send_json({"op": "watch", "topics": ["jobs"]})
        websocket.send_json({"op": "subscribe", "job": job_id, "after_seq": 1})
        assert [websocket.receive_json()["seq"] for _ in range(2)] == [2, 2]
        happen(database, app, job_id, status="succeeded")
        assert websocket.receive_json()["seq"] == 3


def test_snapshot_older_than_what_was_told_is_taken_again(owner):
    told = Connection(owner.id, 1)
    told.watch(1, {7: 3})
    job = JobRead.model_construct(id=7, status="running", queue_position=None, starts_in_seconds=None)
    told.tell(Change(owner.id, job, 4, []))
    assert not told.subscribe(owner.id, Snapshot.model_construct(job=job, seq=3), [], 0)
    assert told.outgoing.empty()
    assert told.subscribe(owner.id, Snapshot.model_construct(job=job, seq=4), [], 0)


def test_job_that_ended_long_ago_is_not_looked_at_by_polls(database, owner, dataset_id):
    with database.write() as session:
        old, recent, running = (
            enqueue(session, user_id=owner.id, kind="fit", dataset_id=dataset_id) for _ in range(3)
        )
        for job, ended in ((old, timedelta(hours=1)), (recent, timedelta(seconds=30))):
            end_job(session, job)
            job.finished_at = database_now(session) - ended
        numbers = [old.id, recent.id, running.id]
    follower = Connection(owner.id, 1)
    follower.watch(numbers[0], {})
    found = [change.job.id for change in Feed(database)._changes([follower], {0})]
    assert found == numbers[1:]
    assert [change.job.id for change in Feed(database)._changes([follower], set(numbers))] == numbers


def test_hints_that_never_cease_do_not_keep_the_poll_from_its_turn(database, owner, monkeypatch):
    monkeypatch.setattr(feed, "POLL_SECONDS", 0.1)

    async def serve() -> None:
        polled = asyncio.Event()
        served = Feed(database)
        served.add(Connection(owner.id, 1))

        async def deliver(hinted):
            served.changed(5)
            if 0 in hinted:
                polled.set()
            await asyncio.sleep(0)

        monkeypatch.setattr(served, "_deliver", deliver)
        served.changed(5)
        serving = asyncio.create_task(served.run())
        await asyncio.wait_for(polled.wait(), 10)
        serving.cancel()

    asyncio.run(serve())


def test_two_tabs_see_the_same(connect, database, app, job_id):
    with connect() as one, connect() as two:
        for tab in (one, two):
            tab.send_json({"op": "subscribe", "job": job_id})
            tab.receive_json()
        happen(database, app, job_id, status="running")
        assert one.receive_json() == two.receive_json()


def test_ticket_works_once(connect, client, owner):
    ticket = client.post("/api/v1/ws-ticket", headers=owner.headers).json()
    assert ticket["expires_in"] == 30
    with connect(ticket=ticket["ticket"]) as websocket:
        websocket.send_json({"op": "ping"})
        assert websocket.receive_json() == {"type": "pong"}
    with connect(ticket=ticket["ticket"]) as websocket:
        assert close_code(websocket) == 4401


@pytest.mark.parametrize("protocols", [[], ["fiedler.v1"], ["fiedler.v1", "ticket.nonsense"]])
def test_connection_without_a_valid_ticket_is_closed(connect, protocols):
    with connect(ticket="", protocols=protocols) as websocket:
        assert close_code(websocket) == 4401


def test_ticket_given_before_signing_out_everywhere_is_worthless(connect, client, database, owner):
    from app.auth.service import end_all_sessions
    from app.users.models import User

    ticket = client.post("/api/v1/ws-ticket", headers=owner.headers).json()["ticket"]
    with database.write() as session:
        end_all_sessions(session, session.get_one(User, owner.id))
    with connect(ticket=ticket) as websocket:
        assert close_code(websocket) == 4401


def test_page_of_another_site_is_refused(connect):
    with connect(origin="https://evil.example") as websocket:
        assert close_code(websocket) == 4403


def test_foreign_job_and_nonsense_are_answered_with_problems(connect, stranger, job_id):
    with connect(stranger) as websocket:
        websocket.send_json({"op": "subscribe", "job": job_id})
        assert websocket.receive_json()["problem"]["code"] == "not_found"
        for nonsense in ('{"op": "dance"}', "[", '{"op": "subscribe", "job": "x"}', " " * 5000):
            websocket.send_text(nonsense)
            message = websocket.receive_json()
            assert (message["type"], message["problem"]["code"]) == ("error", "request_invalid")
        websocket.send_json({"op": "ping"})
        assert websocket.receive_json() == {"type": "pong"}


def changes(database, owner, dataset_id):
    with database.write() as session:
        job = enqueue(session, user_id=owner.id, kind="fit", dataset_id=dataset_id)
        read = read_job(session, job)
        end_job(session, job)
        assert job.created_at <= database_now(session)
    seq = 0
    while True:
        events = yield Change(owner.id, read, seq, [])
        numbered = [(seq + place, event) for place, event in enumerate(events, start=1)]
        seq += len(events)
        yield Change(owner.id, read, seq, numbered)


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_progress_is_coalesced_and_states_never(database, owner, dataset_id, database_kind):
    async def run():
        source = changes(database, owner, dataset_id)
        job = next(source).job
        connection = Connection(owner.id, 1)
        connection.subscribed.add(job.id)
        connection.tell(source.send(["progress", "progress", "state", "state", "progress"]))
        sent = [connection.outgoing.get_nowait() for _ in range(connection.outgoing.qsize())]
        return [message.split('"seq":')[1].split(",")[0] for message in sent]

    assert asyncio.run(run()) == ["2", "3", "4", "5"]


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_slow_consumer_loses_progress_first_and_then_the_connection(
    database, owner, dataset_id, database_kind
):
    async def run():
        source = changes(database, owner, dataset_id)
        job = next(source).job
        connection = Connection(owner.id, 1)
        connection.subscribed.add(job.id)
        connection.tell(source.send(["state"] * (CROWDED + 1)))
        next(source)
        connection.tell(source.send(["progress"]))
        assert connection.outgoing.qsize() == CROWDED + 1
        assert connection.close_code is None
        next(source)
        connection.tell(source.send(["state"] * QUEUE_LENGTH))
        await connection.closing.wait()
        return connection.close_code

    assert asyncio.run(run()) == SLOW_CONSUMER


def test_event_newer_than_the_job_that_was_read_waits(database, owner, dataset_id, monkeypatch):
    """Otherwise "succeeded" would be told with a job that still runs, and never again."""
    with database.write() as session:
        job_id = enqueue(session, user_id=owner.id, kind="fit", dataset_id=dataset_id).id

    def finish_in_between(session, job, after):
        with database.write() as other:
            other.get_one(ClusteringJob, job).status = "running"
            append_event(other, job, "state", {"status": "running"})
        with database.read() as now:
            return events_after(now, job, after)

    monkeypatch.setattr(feed, "events_after", finish_in_between)
    follower = Connection(user_id=owner.id, token_version=0)
    follower.subscribed.add(job_id)
    (change,) = Feed(database)._changes([follower], {job_id})
    assert (change.job.status, change.seq) == ("queued", 1)
    assert [seq for seq, _ in change.events] == [1]


@pytest.mark.parametrize("steps_between", range(5))
def test_serving_ends_when_cancelled_while_a_hint_arrives(database, steps_between):
    """A hint just before the process shuts down must not swallow the cancellation."""

    async def serve() -> None:
        served = Feed(database)
        serving = asyncio.create_task(served.run())
        await asyncio.sleep(0.05)
        served._wake.set()
        for _ in range(steps_between):
            await asyncio.sleep(0)
        serving.cancel()
        ended, _ = await asyncio.wait({serving}, timeout=3)
        assert ended == {serving}

    asyncio.run(serve())
