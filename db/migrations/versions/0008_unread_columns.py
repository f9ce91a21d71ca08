"""columns that nothing reads are gone: a purse's ceiling is the setting of today, and a reservation is swept by time

Revision: 0008; after 0007.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("usage") as table:
        table.drop_column("holder")
    with op.batch_alter_table("budgets") as table:
        table.drop_column("ceiling")


def downgrade() -> None:
    """Ceilings are written anew with the next reservation of their purse."""
    with op.batch_alter_table("budgets") as table:
        table.add_column(sa.Column("ceiling", sa.BigInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("budgets") as table:
        table.alter_column("ceiling", server_default=None)
    with op.batch_alter_table("usage") as table:
        table.add_column(sa.Column("holder", sa.String(60), nullable=False, server_default=""))
    with op.batch_alter_table("usage") as table:
        table.alter_column("holder", server_default=None)
