"""The databases the other tests stand on."""

from __future__ import annotations

from sqlalchemy import create_engine, text


def test_a_test_has_an_empty_database_of_its_own(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE mine (id INTEGER PRIMARY KEY)"))
        connection.execute(text("INSERT INTO mine VALUES (7)"))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT id FROM mine")) == 7
    engine.dispose()


def test_postgresql_is_really_asked(postgres_url: str) -> None:
    engine = create_engine(postgres_url)
    with engine.connect() as connection:
        assert str(connection.scalar(text("SELECT version()"))).startswith("PostgreSQL")
        assert connection.scalar(text("SHOW listen_addresses")) == ""
    engine.dispose()
