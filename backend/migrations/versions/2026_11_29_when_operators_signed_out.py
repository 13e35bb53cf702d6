"""When an operator signed out, which ends the sessions begun before."""

import sqlalchemy as sa
from alembic import op

revision = "5f2c8e7a1d94"
down_revision = "b86e15f3d7a9"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("operators") as table:
        table.add_column(sa.Column("signed_out_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    with op.batch_alter_table("operators") as table:
        table.drop_column("signed_out_at")
