"""Splitting the feedback table: everything is still there, and works as before."""

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask.testing import FlaskClient, FlaskCliRunner
from sqlalchemy import func, select

from backend.migrate import current_revision, downgrade, upgrade
from backend.models import Base, Feedback
from backend.partitioning import partitions
from backend.services import Services
from tests.backend.commands import refused, run
from tests.backend.reports import TOKEN, jpeg, report, send

NUMBER = 4


@pytest.fixture
def kind_of_database() -> str:
    return "postgresql"


def stored(services: Services) -> int:
    with services.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Feedback)) or 0


def is_of_the_models(name: str | None, kind: str, _parents: object) -> bool:
    """PostgreSQL gives each partition a table, and a copy of each foreign key that refers to it, with a number at the end."""
    return kind not in ("table", "foreign_key_constraint") or not re.search(r"\d$", name or "")


def test_reports_from_before_and_after_are_stored_once_and_can_be_deleted(
    client: FlaskClient, runner: FlaskCliRunner, services: Services
) -> None:
    documents = [report() for _ in range(12)]
    assert [send(client, each, jpeg()).status_code for each in documents] == [201] * 12
    run(runner, "db", "split-feedback", str(NUMBER))
    assert partitions(services.database) == NUMBER
    documents += (later := [report() for _ in range(12)])
    assert [send(client, each, jpeg()).status_code for each in later] == [201] * 12
    assert [send(client, each, jpeg()).status_code for each in documents] == [200] * 24
    assert stored(services) == 24
    for each in documents:
        answer = client.delete(f"/api/v1/feedback/{each['id']}", headers={"Deletion-Token": TOKEN})
        assert answer.status_code == 204
    assert stored(services) == 0
    assert {send(client, each, jpeg()).status_code for each in documents} == {410}


def test_names_and_rules_are_those_of_the_models_and_migrations_still_run(
    runner: FlaskCliRunner, services: Services
) -> None:
    run(runner, "db", "split-feedback", str(NUMBER))
    with services.database.engine.connect() as connection:
        options = {"compare_type": True, "include_name": is_of_the_models}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata) == []
    newest = current_revision(services.database)
    downgrade(services.database, "-1")
    upgrade(services.database)
    assert current_revision(services.database) == newest


def test_a_table_is_split_once_and_into_a_number_that_makes_sense(
    runner: FlaskCliRunner, services: Services
) -> None:
    refused(runner, "1 partitions make no sense; choose a number from 2 to 256", "db", "split-feedback", "1")
    run(runner, "db", "split-feedback", str(NUMBER))
    refused(runner, "is split already", "db", "split-feedback", str(NUMBER))
    assert partitions(services.database) == NUMBER


class TestSqlite:
    @pytest.fixture
    def kind_of_database(self) -> str:
        return "sqlite"

    def test_has_no_partitions_and_says_where_to_go(self, runner: FlaskCliRunner) -> None:
        refused(
            runner, "SQLite has no partitions; flask back-up and flask restore", "db", "split-feedback", "8"
        )
