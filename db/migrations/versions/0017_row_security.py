"""PostgreSQL guards the rows too: what the policies say stands in the program (`db.row_security`)

No table changes. The policies follow from what people may see today, so they are not kept here: whoever brings the
tables to the newest revision makes them anew (`db.revisions.migrate`), and they are gone while tables move.

Revision: 0017; after 0016.
"""

from __future__ import annotations

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing in the tables."""


def downgrade() -> None:
    """Nothing in the tables; the roles stay, because other workspaces of the server may use them."""
