"""Connections: none outlives the database it belongs to."""

import sqlalchemy as sa

from app.database import Database


def test_connection_given_back_after_disposal_is_closed(settings):
    database = Database(settings)
    with database.read() as session:
        session.execute(sa.text("SELECT 1"))
        underlying = session.connection().connection.dbapi_connection
        database.dispose()
        session.execute(sa.text("SELECT 1"))
    assert is_closed(underlying)


def is_closed(connection):
    try:
        connection.execute("SELECT 1")
    except Exception as error:
        return "closed" in str(error).lower()
    return False
