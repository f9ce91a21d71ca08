"""names are looked up by word and kind

Revision: 0002; after 0001.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INDEX = "ix_name_tokens_token"


def upgrade() -> None:
    op.drop_index(INDEX, table_name="name_tokens")
    op.create_index(INDEX, "name_tokens", ["token", "kind"])


def downgrade() -> None:
    op.drop_index(INDEX, table_name="name_tokens")
    op.create_index(INDEX, "name_tokens", ["token"])
