"""texts of records are searched word by word

No statement: the index over texts is derived from the declarations and made anew after every migration
(`db.fulltext.index`). Workspaces of before get it on their way here.

Revision: 0010; after 0009.
"""

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The index is made when the newest revision is reached."""


def downgrade() -> None:
    """The index is taken away before every migration."""
