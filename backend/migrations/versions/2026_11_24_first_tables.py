"""First tables: feedback and photos, releases and publications, operators."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "3d883ef2f2c3"
down_revision = None
branch_labels = None
depends_on = None

SHA256 = sa.String(64)
VERSION = sa.String(20)
NAME = sa.String(64)
WORD = sa.String(16)
MOMENT = sa.DateTime(timezone=True)
LABELS = ("negative", "positive")


def upgrade() -> None:
    op.create_table(
        "photos",
        sa.Column("sha256", SHA256, nullable=False),
        sa.Column("size_bytes", sa.Integer, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("stored_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_photos"),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("install_id", sa.Uuid, nullable=False),
        sa.Column("deletion_token_hash", SHA256, nullable=False),
        sa.Column("model_version", VERSION, nullable=False),
        sa.Column("score", sa.Double, nullable=False),
        sa.Column("verdict", WORD, nullable=False),
        sa.Column("claimed_label", WORD, nullable=False),
        sa.Column("comment", sa.Text),
        sa.Column("app_version", VERSION, nullable=False),
        sa.Column("platform", WORD, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("content_sha256", SHA256, nullable=False),
        sa.Column("photo_sha256", SHA256),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.ForeignKeyConstraint(
            ["photo_sha256"], ["photos.sha256"], ondelete="RESTRICT", name="fk_feedback_photo_sha256_photos"
        ),
        sa.CheckConstraint("score >= 0 AND score <= 1", name=op.f("ck_feedback_score_range")),
        _one_of("feedback", "verdict", LABELS),
        _one_of("feedback", "claimed_label", LABELS),
        _one_of("feedback", "platform", ("web", "ios", "android")),
    )
    op.create_index("ix_feedback_install_id", "feedback", ["install_id"])
    op.create_index("ix_feedback_photo_sha256", "feedback", ["photo_sha256"])
    op.create_index("ix_feedback_newest", "feedback", [sa.text("received_at DESC"), sa.text("id DESC")])
    op.create_table(
        "tombstones",
        sa.Column("feedback_id", sa.Uuid, nullable=False),
        sa.Column("deletion_token_hash", SHA256, nullable=False),
        sa.Column("deleted_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("feedback_id", name="pk_tombstones"),
    )
    op.create_table(
        "releases",
        sa.Column("version", VERSION, nullable=False),
        sa.Column("model_sha256", SHA256, nullable=False),
        sa.Column("model_size_bytes", sa.Integer, nullable=False),
        sa.Column("manifest", sa.LargeBinary, nullable=False),
        sa.Column("manifest_sha256", SHA256, nullable=False),
        sa.Column("min_app_version", VERSION, nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_releases"),
        _one_of("releases", "state", ("uploading", "ready", "live", "retired", "withdrawn")),
    )
    op.create_table(
        "publications",
        sa.Column("sequence", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("version", VERSION, nullable=False),
        sa.Column("previous_version", VERSION),
        sa.Column("percent", sa.Integer, nullable=False),
        sa.Column("salt", sa.String(32), nullable=False),
        sa.Column("operator", NAME, nullable=False),
        sa.Column("published_at", MOMENT, nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_publications"),
        sa.ForeignKeyConstraint(
            ["version"], ["releases.version"], ondelete="RESTRICT", name="fk_publications_version_releases"
        ),
        sa.ForeignKeyConstraint(
            ["previous_version"],
            ["releases.version"],
            ondelete="RESTRICT",
            name="fk_publications_previous_version_releases",
        ),
        sa.CheckConstraint("percent >= 0 AND percent <= 100", name=op.f("ck_publications_percent_range")),
    )
    op.create_table(
        "operators",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("password_hash", sa.String(255), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_operators"),
        sa.UniqueConstraint("name", name="uq_operators_name"),
    )
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("failed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_failures"),
    )
    op.create_index("ix_sign_in_failures_name_failed_at", "sign_in_failures", ["name", "failed_at"])


def downgrade() -> None:
    for table in (
        "sign_in_failures",
        "operators",
        "publications",
        "releases",
        "tombstones",
        "feedback",
        "photos",
    ):
        op.drop_table(table)


def _one_of(table: str, column: str, words: Iterable[str]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))
