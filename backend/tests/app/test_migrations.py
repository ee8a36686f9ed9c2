import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from alembic import command
from app.database import Base, Database, MigrationBlockedError, alembic_config, init_db
from app.models import Dataset, OneTimeToken, User
from app.settings import Settings


@pytest.fixture
def database_url(database_kind, request):
    """A database of its own: these tests drop its tables."""
    if database_kind == "sqlite":
        yield ""
        return
    server = request.getfixturevalue("postgres_server")
    url = server.create_database()
    yield url
    server.drop_database(url)


@pytest.fixture
def settings(database_url, tmp_path):
    settings = Settings(_env_file=None, data_dir=tmp_path, database_url=database_url)
    init_db(settings)
    return settings


def tables(settings: Settings) -> set[str]:
    database = Database(settings)
    try:
        return set(sa.inspect(database.engine).get_table_names())
    finally:
        database.dispose()


def test_migrations_go_up_down_and_up(settings):
    config = alembic_config(settings)
    assert tables(settings) == {*Base.metadata.tables, "alembic_version"}
    command.downgrade(config, "base")
    assert tables(settings) == {"alembic_version"}
    command.upgrade(config, "head")
    assert tables(settings) == {*Base.metadata.tables, "alembic_version"}


def test_people_and_their_data_outlive_going_down_and_up(settings):
    """SQLite makes tables anew for some changes; what refers to them must not fall with the old ones."""
    database = Database(settings)
    now = datetime.now(UTC)
    with database.write() as session:
        user = User(username="ada", role="admin", created_at=now)
        session.add(user)
        session.flush()
        token = OneTimeToken(
            user_id=user.id, purpose="owner_link", sha256="f" * 64, created_at=now, expires_at=now
        )
        dataset = Dataset(
            user_id=user.id,
            name="t",
            original_name="t.csv",
            upload_bytes=1,
            upload_sha256="0" * 64,
            upload_key="k",
            created_at=now,
        )
        session.add_all([token, dataset])
    config = alembic_config(settings)
    command.downgrade(config, "0003")
    command.upgrade(config, "head")
    with database.read() as session:
        for model in (User, OneTimeToken, Dataset):
            assert session.scalar(sa.select(sa.func.count()).select_from(model)) == 1, model
    database.dispose()


def test_migrations_make_what_the_models_say(settings):
    command.check(alembic_config(settings))


def test_indexes_have_the_names_of_the_operations_guide(settings, database):
    inspector = sa.inspect(database.engine)
    jobs = {index["name"]: index["column_names"] for index in inspector.get_indexes("clustering_jobs")}
    datasets = {index["name"]: index["column_names"] for index in inspector.get_indexes("datasets")}
    assert jobs["idx_clustering_jobs_user_id"] == ["user_id"]
    assert jobs["idx_clustering_jobs_status"] == ["status"]
    assert datasets["idx_datasets_user_id"] == ["user_id"]


def test_two_processes_may_migrate_at_once(settings):
    command.downgrade(alembic_config(settings), "base")
    failures = []

    def migrate() -> None:
        try:
            init_db(settings)
        except Exception as error:
            failures.append(error)

    # Alembic's context is per process, so the second "process" is a real one.
    code = (
        "from app.settings import Settings; from app.database import init_db; import sys; "
        "init_db(Settings(_env_file=None, data_dir=sys.argv[1], database_url=sys.argv[2]))"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(settings.data_dir), settings.database_url])
    thread = threading.Thread(target=migrate)
    thread.start()
    thread.join()
    assert other.wait(60) == 0
    assert failures == []
    assert tables(settings) >= {User.__tablename__}


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_migration_does_not_wait_for_long_for_a_table_in_use(settings, monkeypatch):
    monkeypatch.setattr("app.database.LOCK_SECONDS", 1)
    config = alembic_config(settings)
    command.downgrade(config, "0013")
    database = Database(settings)
    with database.write() as session:
        session.execute(sa.text("SELECT * FROM refresh_tokens"))
        with pytest.raises(MigrationBlockedError, match="nothing was changed"):
            init_db(settings)
        assert "uploads" not in tables(settings)
    init_db(settings)
    assert tables(settings) == {*Base.metadata.tables, "alembic_version"}
    database.dispose()


def test_schema_of_a_newer_version_stays(settings):
    database = Database(settings)
    with database.write() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = 'newer'"))
    init_db(settings)
    with database.read() as session:
        assert session.scalar(sa.text("SELECT version_num FROM alembic_version")) == "newer"
    database.dispose()
