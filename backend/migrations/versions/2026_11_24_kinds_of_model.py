"""Versions and channels of their own for each kind of model; all that there were are classifiers."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "f4d90b6a2c17"
down_revision = "e7b31c94a5d8"
branch_labels = None
depends_on = None

SHA256 = sa.String(64)
VERSION = sa.String(20)
NAME = sa.String(64)
WORD = sa.String(16)
MOMENT = sa.DateTime(timezone=True)
CLASSIFIER = "classifier"
TABLES = ("releases", "publications", "trainings")
"""Those that a kind is part of the key of. Few rows each: they are read, and the tables made anew around them."""


def upgrade() -> None:
    rows = _taken_out()
    _create(["kind"])
    _put_back({name: [row | {"kind": CLASSIFIER} for row in of_table] for name, of_table in rows.items()})


def downgrade() -> None:
    rows = _taken_out()
    _create([])
    _put_back(
        {
            name: [
                {column: value for column, value in row.items() if column != "kind"}
                for row in of_table
                if row["kind"] == CLASSIFIER
            ]
            for name, of_table in rows.items()
        }
    )


def _taken_out() -> dict[str, list[dict[str, Any]]]:
    connection = op.get_bind()
    tables = {name: sa.Table(name, sa.MetaData(), autoload_with=connection) for name in TABLES}
    rows = {
        name: [dict(row) for row in connection.execute(sa.select(table)).mappings()]
        for name, table in tables.items()
    }
    for name in reversed(TABLES):
        op.drop_table(name)
    return rows


def _put_back(rows: dict[str, list[dict[str, Any]]]) -> None:
    for name, of_table in rows.items():
        if of_table:
            table = sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())
            op.bulk_insert(table, of_table)


def _create(kind: list[str]) -> None:
    """Make the tables, with the column `kind` in their keys or without."""
    op.create_table(
        "releases",
        *_kind("releases", kind),
        sa.Column("version", VERSION, nullable=False),
        sa.Column("model_sha256", SHA256, nullable=False),
        sa.Column("model_size_bytes", sa.Integer, nullable=False),
        sa.Column("manifest", sa.LargeBinary, nullable=False),
        sa.Column("manifest_sha256", SHA256, nullable=False),
        sa.Column("min_app_version", VERSION, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("withdrawn_by", NAME),
        sa.Column("withdrawal_reason", sa.Text),
        sa.PrimaryKeyConstraint(*kind, "version", name="pk_releases"),
        _one_of("releases", "state", ("uploading", "ready", "live", "retired", "withdrawn")),
    )
    op.create_table(
        "publications",
        *_kind("publications", kind),
        sa.Column("sequence", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("version", VERSION, nullable=False),
        sa.Column("previous_version", VERSION),
        sa.Column("percent", sa.Integer, nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("action", WORD, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("operator", NAME, nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint(*kind, "sequence", name="pk_publications"),
        *(
            sa.ForeignKeyConstraint(
                [*kind, column],
                [f"releases.{key}" for key in (*kind, "version")],
                ondelete="RESTRICT",
                name=f"fk_publications_{column}_releases",
            )
            for column in ("version", "previous_version")
        ),
        sa.CheckConstraint("percent >= 0 AND percent <= 100", name=op.f("ck_publications_percent_range")),
        _one_of("publications", "action", ("publish", "rollout", "pause", "rollback", "withdraw")),
    )
    op.create_table(
        "trainings",
        sa.Column("photo_sha256", SHA256, nullable=False),
        *_kind("trainings", kind),
        sa.Column("model_version", VERSION, nullable=False),
        sa.PrimaryKeyConstraint("photo_sha256", *kind, "model_version", name="pk_trainings"),
        sa.ForeignKeyConstraint(
            ["photo_sha256"], ["photos.sha256"], ondelete="CASCADE", name="fk_trainings_photo_sha256_photos"
        ),
    )


def _kind(table: str, kind: list[str]) -> list[sa.schema.SchemaItem]:
    if not kind:
        return []
    return [sa.Column("kind", WORD, nullable=False), _one_of(table, "kind", (CLASSIFIER, "detector"))]


def _one_of(table: str, column: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))
