import os
import resource
import socket
import threading

import pytest
import sqlalchemy as sa

from app.database import Database
from app.live.datagrams import DatagramHints
from app.live.hints import open_hints
from app.live.watch import JobWatch


class Ear:
    """Keeps the hints it hears."""

    def __init__(self) -> None:
        self.heard: list[int] = []
        self.came = threading.Event()

    def __call__(self, job_id: int) -> None:
        self.heard.append(job_id)
        self.came.set()


def test_every_listener_hears_a_hint(settings, database):
    hints = open_hints(settings, database)
    ears = [Ear(), Ear()]
    subscriptions = [hints.subscribe(ear) for ear in ears]
    hints.publish(17)
    for ear in ears:
        assert ear.came.wait(10)
        assert ear.heard == [17]
    for subscription in subscriptions:
        subscription.close()
    hints.publish(18)
    assert [ear.heard for ear in ears] == [[17], [17]]


def test_path_of_the_data_folder_may_be_long(tmp_path):
    hints = DatagramHints(tmp_path / ("deep" * 40) / "hints")
    ear = Ear()
    subscription = hints.subscribe(ear)
    hints.publish(1)
    assert ear.came.wait(10)
    subscription.close()


def test_socket_of_a_dead_process_is_cleared_away(tmp_path):
    remains = tmp_path / "1-dead.sock"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as dead:
        dead.bind(str(remains))
    hints = DatagramHints(tmp_path)
    hints.publish(1)
    assert not remains.exists()


def test_publishing_without_listeners_is_no_error(settings, database):
    open_hints(settings, database).publish(1)


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_listener_connects_again_and_says_that_hints_were_lost(settings, database, database_kind):
    import sqlalchemy as sa

    hints = open_hints(settings, database)
    ear = Ear()
    subscription = hints.subscribe(ear)
    with database.engine.connect() as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
            )
        )
    assert ear.came.wait(10)
    assert ear.heard == [0]
    ear.came.clear()
    hints.publish(5)
    assert ear.came.wait(10)
    assert ear.heard == [0, 5]
    subscription.close()


def test_waiting_thread_is_woken_by_its_job_and_by_zero():
    watch = JobWatch()
    with watch.waiting_for(3) as event:
        watch.notify(4)
        assert not event.is_set()
        watch.notify(3)
        assert event.is_set()
        event.clear()
        watch.notify(0)
        assert event.is_set()
    assert watch._waiting == {}


def test_listener_of_a_server_with_many_connections_hears(settings, database):
    """Descriptors above 1023, which `select` refuses, are what a listener gets that comes back late."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 4096)), hard))
    taken = [os.open(os.devnull, os.O_RDONLY) for _ in range(1100)]
    try:
        ear = Ear()
        subscription = open_hints(settings, database).subscribe(ear)
        database.dispose()
        open_hints(settings, database).publish(17)
        assert ear.came.wait(10)
        subscription.close()
    finally:
        for descriptor in taken:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_publishing_fails_silently_when_no_connection_is_free(settings, database_kind):
    """Who publishes has committed: an error now would say of what is kept that it is not."""
    narrow = Database(
        settings.model_copy(update={"db_pool_size": 1, "db_max_overflow": 0, "db_pool_timeout": 0.1})
    )
    with narrow.read() as session:
        session.execute(sa.text("SELECT 1"))
        open_hints(settings, narrow).publish(1)
    narrow.dispose()
