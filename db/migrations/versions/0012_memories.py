"""what is remembered: memories of relationships, and what a conversation spoke of

Revision: 0012; after 0011.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_POINTS_AT = {
    "account_id": "accounts",
    "author_id": "users",
    "contact_id": "contacts",
    "interaction_id": "interactions",
    "lead_id": "leads",
    "note_id": "notes",
    "opportunity_id": "opportunities",
    "speaker_id": "contacts",
    "superseded_by_id": "memories",
}


def upgrade() -> None:
    op.create_table(
        "memories",
        sa.Column("topic", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("said_at", _MOMENT, nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("private", sa.Boolean(), nullable=False),
        sa.Column("valid_until", sa.Date()),
        *(sa.Column(name, _KEY) for name in _POINTS_AT),
        sa.Column("id", _KEY, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("deleted_at", _MOMENT),
        sa.Column("run_id", sa.String(40)),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=f"fk_memories_{name}_{table}")
            for name, table in _POINTS_AT.items()
        ),
        sa.PrimaryKeyConstraint("id", name="pk_memories"),
    )
    for name in _POINTS_AT:
        op.create_index(f"ix_memories_{name}", "memories", [name])
    op.create_table(
        "spoken_of",
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("record_kind", sa.String(length=24), nullable=False),
        sa.Column("record_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        *_counted(),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_spoken_of_conversation_id_conversations"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "record_kind", "record_id", name="pk_spoken_of"),
    )
    op.create_table(
        "spoken_topics",
        sa.Column("conversation_id", sa.String(length=40), nullable=False),
        sa.Column("tool", sa.String(length=60), nullable=False),
        *_counted(),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name="fk_spoken_topics_conversation_id_conversations"
        ),
        sa.PrimaryKeyConstraint("conversation_id", "tool", name="pk_spoken_topics"),
    )


def _counted() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_turn", sa.Integer(), nullable=False),
        sa.Column("last_turn", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """Memories and what was spoken of are lost; the conversations themselves stay."""
    op.drop_table("spoken_topics")
    op.drop_table("spoken_of")
    op.drop_table("memories")
