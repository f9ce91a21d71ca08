"""look-ups of likenesses, answers of providers, rules of assignment, criteria of qualification and their answers

Revision: 0013; after 0012.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from db import likeness_index

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _record() -> tuple[sa.Column[object], ...]:
    """What every record has."""
    return (
        sa.Column("id", _KEY, nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.Column("deleted_at", _MOMENT),
        sa.Column("run_id", sa.String(40)),
    )


def upgrade() -> None:
    op.create_table(
        "likeness_keys",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("record_id", _KEY, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("key", "kind", "record_id", name="pk_likeness_keys"),
    )
    op.create_index("ix_likeness_keys_kind_record_id", "likeness_keys", ["kind", "record_id"])
    op.create_table(
        "enrichment_answers",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.String(length=200), nullable=False),
        sa.Column("user_id", _KEY, nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=False),
        sa.Column("asked_with", _JSON, nullable=False),
        sa.Column("values", _JSON, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_enrichment_answers_user_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_enrichment_answers"),
    )
    op.create_index("ix_enrichment_answers_kind_record_id", "enrichment_answers", ["kind", "record_id"])
    op.create_table(
        "assignment_rules",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("region", sa.String(length=80)),
        sa.Column("country", sa.String(length=80)),
        sa.Column("industry", sa.String(length=80)),
        sa.Column("lead_source", sa.String(length=80)),
        sa.Column("user_id", _KEY),
        sa.Column("team_id", _KEY),
        *_record(),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_assignment_rules_user_id_users"),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_assignment_rules_team_id_teams"),
        sa.PrimaryKeyConstraint("id", name="pk_assignment_rules"),
    )
    op.create_index("ix_assignment_rules_name", "assignment_rules", ["name"])
    op.create_table(
        "assignment_plans",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("team_id", _KEY),
        sa.Column("territory_weight", sa.Integer(), server_default="3", nullable=False),
        sa.Column("skill_weight", sa.Integer(), server_default="2", nullable=False),
        sa.Column("load_weight", sa.Integer(), server_default="2", nullable=False),
        sa.Column("most_open", sa.Integer()),
        sa.Column("turn_id", _KEY),
        *_record(),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_assignment_plans_team_id_teams"),
        sa.ForeignKeyConstraint(["turn_id"], ["users.id"], name="fk_assignment_plans_turn_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_assignment_plans"),
    )
    op.create_index("ix_assignment_plans_name", "assignment_plans", ["name"])
    op.create_table(
        "qualification_criteria",
        sa.Column("framework", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("question", sa.String(length=300), nullable=False),
        sa.Column("position", sa.Integer(), server_default="1", nullable=False),
        sa.Column("reads", sa.String(length=40)),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_qualification_criteria"),
    )
    op.create_index("ix_qualification_criteria_framework", "qualification_criteria", ["framework"])
    op.create_table(
        "qualification_answers",
        sa.Column("lead_id", _KEY),
        sa.Column("opportunity_id", _KEY),
        sa.Column("framework", sa.String(length=40), nullable=False),
        sa.Column("criterion", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=8), server_default="met", nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("author_id", _KEY),
        *_record(),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_qualification_answers_lead_id_leads"),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunities.id"], name="fk_qualification_answers_opportunity_id_opportunities"
        ),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name="fk_qualification_answers_author_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_qualification_answers"),
    )
    op.create_index("ix_qualification_answers_lead_id", "qualification_answers", ["lead_id"])
    op.create_index("ix_qualification_answers_opportunity_id", "qualification_answers", ["opportunity_id"])
    _fill()


def _fill() -> None:
    """The look-up of what is there already."""
    if not op.get_context().as_sql:
        likeness_index.refresh_all(op.get_bind())


def downgrade() -> None:
    op.drop_table("qualification_answers")
    op.drop_table("qualification_criteria")
    op.drop_table("assignment_plans")
    op.drop_table("assignment_rules")
    op.drop_table("enrichment_answers")
    op.drop_table("likeness_keys")
