"""Which decisions settled a dispute without a second reviewer."""

import sqlalchemy as sa
from alembic import op

revision = "e7b31c94a5d8"
down_revision = "d2a8f06b91e3"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reviews") as table:
        table.add_column(sa.Column("settled_alone", sa.Boolean, nullable=False, server_default=sa.false()))
    with op.batch_alter_table("reviews") as table:
        table.alter_column("settled_alone", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("reviews") as table:
        table.drop_column("settled_alone")
