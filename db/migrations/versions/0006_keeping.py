"""credentials have a scope; links that set a password; attempts to sign in; audit entries are found by subject

Revision: 0006; after 0005.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.models.base import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_SCOPED = ("api_tokens", "sign_ins", "turns")


def upgrade() -> None:
    # Columns are added in place: SQLite would copy a table in a batch, and with it empty those that point at it.
    for table in _SCOPED:
        op.add_column(table, sa.Column("scope", sa.String(16), server_default="full", nullable=False))
    op.add_column("api_tokens", sa.Column("last_used_at", UtcDateTime(), nullable=True))
    op.add_column("sign_ins", sa.Column("token_id", sa.String(40), nullable=True))
    op.create_table(
        "invitations",
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.Column("used_at", UtcDateTime(), nullable=True),
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_invitations_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("code_hash", name="uq_invitations_code_hash"),
    )
    op.create_index("ix_invitations_user_id", "invitations", ["user_id"])
    op.create_table(
        "sign_in_attempts",
        sa.Column("about", sa.String(64), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("about", name="pk_sign_in_attempts"),
    )
    op.create_index("ix_audit_subject", "audit", ["subject"])


def downgrade() -> None:
    # Without its scope a credential would be one for everything.
    for table, ends in (("api_tokens", "revoked_at"), ("sign_ins", "expires_at")):
        op.execute(f"UPDATE {table} SET {ends} = CURRENT_TIMESTAMP WHERE scope <> 'full'")  # noqa: S608 - our own names
    op.drop_index("ix_audit_subject", "audit")
    op.drop_table("sign_in_attempts")
    op.drop_table("invitations")
    op.drop_column("sign_ins", "token_id")
    op.drop_column("api_tokens", "last_used_at")
    for table in _SCOPED:
        op.drop_column(table, "scope")
