"""Review of complaints, counts from phones, quotas, exports, and operators' roles."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op

revision = "a7c4e0b91d52"
down_revision = "3d883ef2f2c3"
branch_labels = None
depends_on = None

SHA256 = sa.String(64)
VERSION = sa.String(20)
NAME = sa.String(64)
WORD = sa.String(16)
MOMENT = sa.DateTime(timezone=True)
PLATFORMS = ("web", "ios", "android")
DECISIONS = ("positive", "negative", "unsure", "unusable", "spam")


def upgrade() -> None:
    with op.batch_alter_table("operators") as table:
        table.add_column(sa.Column("role", WORD, nullable=False, server_default="reviewer"))
        table.create_check_constraint(*_one_of("operators", "role", ("reviewer", "publisher")))
    with op.batch_alter_table("operators") as table:
        table.alter_column("role", server_default=None)
    with op.batch_alter_table("photos") as table:
        table.add_column(sa.Column("difference_hash", sa.String(16)))
    with op.batch_alter_table("feedback") as table:
        table.add_column(sa.Column("review_state", WORD, nullable=False, server_default="open"))
        table.add_column(sa.Column("outcome", WORD))
        table.add_column(sa.Column("settled_at", MOMENT))
        table.create_check_constraint(*_one_of("feedback", "review_state", ("open", "disputed", "settled")))
        table.create_check_constraint(*_one_of("feedback", "outcome", DECISIONS))
    with op.batch_alter_table("feedback") as table:
        table.alter_column("review_state", server_default=None)
    op.create_index("ix_feedback_review_state", "feedback", ["review_state"])
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("feedback_id", sa.Uuid, nullable=False),
        sa.Column("operator", NAME, nullable=False),
        sa.Column("decision", WORD, nullable=False),
        sa.Column("batch_id", sa.Uuid, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.Column("undone_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.ForeignKeyConstraint(
            ["feedback_id"], ["feedback.id"], ondelete="CASCADE", name="fk_reviews_feedback_id_feedback"
        ),
        _check("reviews", "decision", DECISIONS),
    )
    op.create_index("ix_reviews_feedback_id", "reviews", ["feedback_id"])
    op.create_index("ix_reviews_operator_decided_at", "reviews", ["operator", "decided_at"])
    op.create_table(
        "photo_scores",
        sa.Column("photo_sha256", SHA256, nullable=False),
        sa.Column("model_version", VERSION, nullable=False),
        sa.Column("score", sa.Double, nullable=False),
        sa.PrimaryKeyConstraint("photo_sha256", "model_version", name="pk_photo_scores"),
        _of_photo("photo_scores"),
    )
    op.create_table(
        "exported_photos",
        sa.Column("photo_sha256", SHA256, nullable=False),
        sa.Column("split", sa.String(5), nullable=False),
        sa.Column("exported_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("photo_sha256", name="pk_exported_photos"),
        _of_photo("exported_photos"),
    )
    op.create_table(
        "trainings",
        sa.Column("photo_sha256", SHA256, nullable=False),
        sa.Column("model_version", VERSION, nullable=False),
        sa.PrimaryKeyConstraint("photo_sha256", "model_version", name="pk_trainings"),
        _of_photo("trainings"),
    )
    op.create_table(
        "check_counts",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("model_version", VERSION, nullable=False),
        sa.Column("platform", WORD, nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("day", "model_version", "platform", name="pk_check_counts"),
        _check("check_counts", "platform", PLATFORMS),
    )
    op.create_table(
        "update_counts",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("model_version", VERSION, nullable=False),
        sa.Column("platform", WORD, nullable=False),
        sa.Column("outcome", WORD, nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("count", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint(
            "day", "model_version", "platform", "outcome", "reason", name="pk_update_counts"
        ),
        _check("update_counts", "platform", PLATFORMS),
        _check("update_counts", "outcome", ("installed", "failed")),
    )
    op.create_table(
        "event_batches",
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event_batches"),
    )
    op.create_index("ix_event_batches_received_at", "event_batches", ["received_at"])
    op.create_table(
        "quota_uses",
        sa.Column("key", SHA256, nullable=False),
        sa.Column("hour", MOMENT, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_quota_uses"),
    )
    op.create_index("ix_quota_uses_hour", "quota_uses", ["hour"])


def downgrade() -> None:
    for name in (
        "quota_uses",
        "event_batches",
        "update_counts",
        "check_counts",
        "trainings",
        "exported_photos",
        "photo_scores",
        "reviews",
    ):
        op.drop_table(name)
    op.drop_index("ix_feedback_review_state", "feedback")
    with op.batch_alter_table("feedback") as table:
        for column in ("review_state", "outcome"):
            table.drop_constraint(op.f(f"ck_feedback_{column}"), type_="check")
        for column in ("settled_at", "outcome", "review_state"):
            table.drop_column(column)
    with op.batch_alter_table("photos") as table:
        table.drop_column("difference_hash")
    with op.batch_alter_table("operators") as table:
        table.drop_constraint(op.f("ck_operators_role"), type_="check")
        table.drop_column("role")


def _of_photo(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["photo_sha256"], ["photos.sha256"], ondelete="CASCADE", name=f"fk_{table}_photo_sha256_photos"
    )


def _check(table: str, column: str, words: Iterable[str]) -> sa.CheckConstraint:
    name, condition = _one_of(table, column, words)
    return sa.CheckConstraint(condition, name=name)


def _one_of(table: str, column: str, words: Iterable[str]) -> tuple[str, str]:
    listed = ", ".join(f"'{word}'" for word in words)
    return op.f(f"ck_{table}_{column}"), f"{column} IN ({listed})"
