"""The migrations, up and down, on tables that hold data."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, insert, select

from backend.database import Database
from backend.migrate import MIGRATIONS, current_revision, downgrade, upgrade
from backend.models import Base

SCRIPTS = ScriptDirectory(str(MIGRATIONS))
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
SHA256 = "ab" * 32
COMPLAINT = "e3b0c442-98fc-4c14-9afb-f4c8996fb924"

FIRST_ROWS: dict[str, list[dict[str, Any]]] = {
    "photos": [{"sha256": SHA256, "size_bytes": 3, "width": 4, "height": 5, "stored_at": NOW}],
    "feedback": [
        {
            "id": COMPLAINT,
            "install_id": COMPLAINT,
            "deletion_token_hash": SHA256,
            "model_version": "1.0.0",
            "score": 0.25,
            "verdict": "negative",
            "claimed_label": "positive",
            "comment": "Das ist ein Würstchen.",
            "app_version": "1.0.0",
            "platform": "web",
            "taken_at": NOW,
            "received_at": NOW,
            "content_sha256": SHA256,
            "photo_sha256": SHA256,
        }
    ],
    "releases": [
        {
            "version": version,
            "model_sha256": SHA256,
            "model_size_bytes": 3,
            "manifest": b"{}",
            "manifest_sha256": SHA256,
            "min_app_version": "1.0.0",
            "state": "retired",
            "created_at": NOW,
        }
        for version in ("1.0.0", "1.0.1")
    ],
    "publications": [
        {
            "sequence": sequence,
            "version": version,
            "previous_version": None,
            "percent": percent,
            "salt": "0" * 32,
            "operator": "maria",
            "published_at": NOW,
            "issued_at": NOW,
            "expires_at": NOW,
        }
        for sequence, version, percent in (
            (1, "1.0.0", 100),
            (2, "1.0.1", 10),
            (3, "1.0.1", 50),
            (4, "1.0.0", 100),
        )
    ],
    "operators": [{"id": 1, "name": "maria", "password_hash": "x", "created_at": NOW}],
    "tombstones": [{"feedback_id": SHA256[:32], "deletion_token_hash": SHA256, "deleted_at": NOW}],
}
"""Rows of the first revision's tables; foreign keys come after what they refer to."""


@pytest.fixture
def database(empty_database_url: str) -> Iterator[Database]:
    database = Database(empty_database_url)
    yield database
    database.dispose()


def fill(database: Database) -> None:
    upgrade(database, REVISIONS[0])
    with database.engine.begin() as connection:
        for name, rows in FIRST_ROWS.items():
            connection.execute(insert(Table(name, MetaData(), autoload_with=connection)), rows)


def contents(database: Database, columns_of: dict[str, list[str]]) -> dict[str, list[tuple[Any, ...]]]:
    with database.engine.connect() as connection:
        found = {}
        for name, columns in columns_of.items():
            table = Table(name, MetaData(), autoload_with=connection)
            rows = connection.execute(select(*(table.c[column] for column in columns)))
            found[name] = sorted(tuple(map(str, row)) for row in rows)
        return found


def test_there_is_one_line_of_revisions() -> None:
    assert len(SCRIPTS.get_heads()) == 1
    assert len(REVISIONS) == len(list(MIGRATIONS.glob("versions/*.py")))


def test_the_migrations_make_the_tables_of_the_models(database: Database) -> None:
    upgrade(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_data_survives_each_migration_up_and_down(database: Database) -> None:
    fill(database)
    columns = {name: list(rows[0]) for name, rows in FIRST_ROWS.items()}
    before = contents(database, columns)
    for revision in REVISIONS[1:]:
        upgrade(database, revision)
        assert contents(database, columns) == before, f"up to {revision}"
    for revision in reversed(REVISIONS[:-1]):
        downgrade(database, revision)
        assert contents(database, columns) == before, f"down to {revision}"
    upgrade(database)
    assert contents(database, columns) == before
    assert current_revision(database) == REVISIONS[-1]


def test_all_the_way_down_leaves_nothing_and_up_again_works(database: Database) -> None:
    upgrade(database)
    downgrade(database, "base")
    assert current_revision(database) is None
    upgrade(database)
    assert current_revision(database) == REVISIONS[-1]


def test_what_moved_the_channel_is_found_out_for_old_publications(database: Database) -> None:
    fill(database)
    upgrade(database)
    with database.engine.connect() as connection:
        table = Table("publications", MetaData(), autoload_with=connection)
        actions = connection.execute(select(table.c.action).order_by(table.c.sequence)).scalars().all()
    assert actions == ["publish", "publish", "rollout", "rollback"]
