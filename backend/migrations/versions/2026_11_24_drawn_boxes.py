"""Boxes that reviewers draw."""

import sqlalchemy as sa
from alembic import op

revision = "b86e15f3d7a9"
down_revision = "f4d90b6a2c17"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NAME = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "drawn_boxes",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("feedback_id", sa.Uuid, nullable=False),
        sa.Column("label", sa.String(16), nullable=False),
        *(sa.Column(edge, sa.Double, nullable=False) for edge in ("x0", "y0", "x1", "y1")),
        sa.Column("operator", NAME, nullable=False),
        sa.Column("drawn_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT),
        sa.Column("removed_by", NAME),
        sa.PrimaryKeyConstraint("id", name="pk_drawn_boxes"),
        sa.ForeignKeyConstraint(
            ["feedback_id"], ["feedback.id"], ondelete="CASCADE", name="fk_drawn_boxes_feedback_id_feedback"
        ),
        sa.CheckConstraint("label IN ('negative', 'positive')", name=op.f("ck_drawn_boxes_label")),
        sa.CheckConstraint(
            "0 <= x0 AND x0 < x1 AND x1 <= 1 AND 0 <= y0 AND y0 < y1 AND y1 <= 1",
            name=op.f("ck_drawn_boxes_corners"),
        ),
    )
    op.create_index("ix_drawn_boxes_feedback_id", "drawn_boxes", ["feedback_id"])


def downgrade() -> None:
    op.drop_table("drawn_boxes")
