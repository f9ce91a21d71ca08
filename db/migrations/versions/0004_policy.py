"""policy, stand-ins, and changes that a turn run again finds

Revision: 0004; after 0003.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_PLACES = """
UPDATE changes SET part = 0,
    step = (SELECT count(*) FROM changes AS e WHERE e.turn_id = changes.turn_id AND e.id < changes.id),
    proposal_id = (SELECT proposals.id FROM proposals WHERE proposals.change_id = changes.id)
"""
_FIRST_CHANGES = """
UPDATE proposals SET change_id = (SELECT min(changes.id) FROM changes WHERE changes.proposal_id = proposals.id)
"""


def upgrade() -> None:
    _policies()
    with op.batch_alter_table("changes") as table:
        table.add_column(sa.Column("step", sa.Integer(), nullable=True))
        table.add_column(sa.Column("part", sa.Integer(), nullable=True))
        table.add_column(sa.Column("call", sa.String(64), nullable=True))
        table.add_column(sa.Column("proposal_id", sa.String(40), nullable=True))
        table.add_column(sa.Column("undone_in", sa.String(40), nullable=True))
    # Which call of its turn an old change came from is not known: each gets a place of its own.
    op.execute(_PLACES)
    # SQLite rebuilds the table, which works only as long as nothing refers to it.
    with op.batch_alter_table("proposals") as table:
        table.add_column(sa.Column("call", sa.String(64), nullable=True))
        table.add_column(sa.Column("rule", sa.String(16), nullable=False, server_default="propose"))
        table.add_column(sa.Column("decided_in", sa.String(40), nullable=True))
        table.create_foreign_key(op.f("fk_proposals_decided_in_turns"), "turns", ["decided_in"], ["id"])
        table.create_index(op.f("ix_proposals_decided_in"), ["decided_in"])
        table.drop_column("change_id")
    with op.batch_alter_table("proposals") as table:
        table.alter_column("rule", existing_type=sa.String(16), existing_nullable=False, server_default=None)
    # A digest now binds more than it did, so what waits from before cannot be approved any more.
    op.execute("UPDATE proposals SET expires_at = CURRENT_TIMESTAMP WHERE status = 'waiting'")
    with op.batch_alter_table("changes") as table:
        table.alter_column("step", existing_type=sa.Integer(), nullable=False)
        table.alter_column("part", existing_type=sa.Integer(), nullable=False)
        table.create_unique_constraint(op.f("uq_changes_turn_id_step_part"), ["turn_id", "step", "part"])
        table.create_foreign_key(op.f("fk_changes_proposal_id_proposals"), "proposals", ["proposal_id"], ["id"])
        table.create_foreign_key(op.f("fk_changes_undone_in_turns"), "turns", ["undone_in"], ["id"])
        table.create_index(op.f("ix_changes_proposal_id"), ["proposal_id"])
        table.create_index(op.f("ix_changes_undone_in"), ["undone_in"])


def _policies() -> None:
    op.create_table(
        "effect_policies",
        sa.Column("effect", sa.String(16), nullable=False),
        sa.Column("tool", sa.String(60), nullable=False),
        sa.Column("rule", sa.String(16), nullable=False),
        sa.Column("approver", sa.String(16), nullable=False),
        sa.Column("changed_by", BigId, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["users.id"], name=op.f("fk_effect_policies_changed_by_users")),
        sa.PrimaryKeyConstraint("effect", "tool", name=op.f("pk_effect_policies")),
    )
    op.create_table(
        "stand_ins",
        sa.Column("user_id", BigId, autoincrement=False, nullable=False),
        sa.Column("stand_in_id", BigId, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_stand_ins_user_id_users")),
        sa.ForeignKeyConstraint(["stand_in_id"], ["users.id"], name=op.f("fk_stand_ins_stand_in_id_users")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_stand_ins")),
    )


def downgrade() -> None:
    with op.batch_alter_table("proposals") as table:
        table.add_column(sa.Column("change_id", sa.String(40), nullable=True))
    op.execute(_FIRST_CHANGES)
    with op.batch_alter_table("changes") as table:
        table.drop_constraint(op.f("uq_changes_turn_id_step_part"), type_="unique")
        table.drop_index(op.f("ix_changes_undone_in"))
        table.drop_index(op.f("ix_changes_proposal_id"))
        table.drop_constraint(op.f("fk_changes_undone_in_turns"), type_="foreignkey")
        table.drop_constraint(op.f("fk_changes_proposal_id_proposals"), type_="foreignkey")
        for column in ("undone_in", "proposal_id", "call", "part", "step"):
            table.drop_column(column)
    with op.batch_alter_table("proposals") as table:
        table.drop_index(op.f("ix_proposals_decided_in"))
        table.drop_constraint(op.f("fk_proposals_decided_in_turns"), type_="foreignkey")
        for column in ("decided_in", "rule", "call"):
            table.drop_column(column)
    op.drop_table("stand_ins")
    op.drop_table("effect_policies")
