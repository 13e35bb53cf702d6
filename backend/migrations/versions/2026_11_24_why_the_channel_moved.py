"""What moved the channel and why; who withdrew a release."""

import sqlalchemy as sa
from alembic import op

revision = "c51f7d2e8a06"
down_revision = "a7c4e0b91d52"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ACTION_CHECK = "ck_publications_action"


def upgrade() -> None:
    with op.batch_alter_table("publications") as table:
        table.add_column(sa.Column("action", sa.String(16), nullable=False, server_default="publish"))
        table.add_column(sa.Column("reason", sa.Text))
        table.create_check_constraint(
            op.f(ACTION_CHECK), "action IN ('publish', 'rollout', 'pause', 'rollback', 'withdraw')"
        )
    # Until now nothing else moved the channel: the same version again is a roll-out, an older one a rollback.
    op.execute(
        "UPDATE publications SET action = 'rollback' WHERE EXISTS (SELECT 1 FROM publications AS earlier "
        "WHERE earlier.version = publications.version AND earlier.sequence < publications.sequence)"
    )
    op.execute(
        "UPDATE publications SET action = 'rollout' WHERE EXISTS (SELECT 1 FROM publications AS before "
        "WHERE before.version = publications.version AND before.sequence = publications.sequence - 1)"
    )
    with op.batch_alter_table("publications") as table:
        table.alter_column("action", server_default=None)
    with op.batch_alter_table("releases") as table:
        table.add_column(sa.Column("withdrawn_at", MOMENT))
        table.add_column(sa.Column("withdrawn_by", sa.String(64)))
        table.add_column(sa.Column("withdrawal_reason", sa.Text))


def downgrade() -> None:
    with op.batch_alter_table("releases") as table:
        for column in ("withdrawal_reason", "withdrawn_by", "withdrawn_at"):
            table.drop_column(column)
    with op.batch_alter_table("publications") as table:
        table.drop_constraint(op.f(ACTION_CHECK), type_="check")
        for column in ("reason", "action"):
            table.drop_column(column)
