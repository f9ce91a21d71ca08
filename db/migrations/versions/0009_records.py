"""every record: the library, the training pack, histories of leads, fields and rules of the workspace's own

Revision: 0009; after 0008.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
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
    # Tables that others point at are altered in place: rebuilding them would break what points at them (SQLite).
    op.create_table(
        "custom_fields",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("type", sa.String(length=16), nullable=False),
        sa.Column("choices", _JSON),
        sa.Column("required", sa.Boolean(), nullable=False),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_custom_fields"),
        sa.UniqueConstraint("kind", "name", name="uq_custom_fields_kind_name"),
    )
    op.create_table(
        "exchange_rates",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("rate", sa.Numeric(precision=20, scale=10), nullable=False),
        sa.Column("source", sa.String(length=80)),
        sa.PrimaryKeyConstraint("id", name="pk_exchange_rates"),
        sa.UniqueConstraint("currency", "valid_from", name="uq_exchange_rates_currency_valid_from"),
    )
    op.create_table(
        "hidden_fields",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_hidden_fields"),
        sa.UniqueConstraint("role", "kind", "field", name="uq_hidden_fields_role_kind_field"),
    )
    op.create_table(
        "record_grants",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("allowed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_record_grants"),
        sa.UniqueConstraint("role", "kind", "action", name="uq_record_grants_role_kind_action"),
    )
    op.create_table(
        "trainers",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("email", sa.String(length=254)),
        sa.Column("phone", sa.String(length=40)),
        sa.Column("speciality", sa.String(length=120)),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("custom", _JSON),
        *_record(),
        sa.PrimaryKeyConstraint("id", name="pk_trainers"),
    )
    op.create_index("ix_trainers_name", "trainers", ["name"])

    op.create_table(
        "courses",
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("code", sa.String(length=40)),
        sa.Column("subject", sa.String(length=80)),
        sa.Column("hours", sa.Integer()),
        sa.Column("fee_minor", sa.BigInteger()),
        sa.Column("currency", sa.String(length=3)),
        sa.Column("product_id", _KEY),
        sa.Column("custom", _JSON),
        *_record(),
        sa.ForeignKeyConstraint(["product_id"], ["products.id"], name="fk_courses_product_id_products"),
        sa.PrimaryKeyConstraint("id", name="pk_courses"),
    )
    op.create_index("ix_courses_name", "courses", ["name"])

    op.create_table(
        "batches",
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("course_id", _KEY),
        sa.Column("trainer_id", _KEY),
        sa.Column("starts_on", sa.Date()),
        sa.Column("ends_on", sa.Date()),
        sa.Column("seats", sa.Integer()),
        sa.Column("place", sa.String(length=120)),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("custom", _JSON),
        *_record(),
        sa.ForeignKeyConstraint(["course_id"], ["courses.id"], name="fk_batches_course_id_courses"),
        sa.ForeignKeyConstraint(["trainer_id"], ["trainers.id"], name="fk_batches_trainer_id_trainers"),
        sa.PrimaryKeyConstraint("id", name="pk_batches"),
    )
    op.create_index("ix_batches_course_id", "batches", ["course_id"])
    op.create_index("ix_batches_name", "batches", ["name"])
    op.create_index("ix_batches_trainer_id", "batches", ["trainer_id"])

    op.create_table(
        "objections",
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("category", sa.String(length=40)),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text()),
        sa.Column("owner_id", _KEY),
        *_record(),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_objections_owner_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_objections"),
    )
    op.create_index("ix_objections_name", "objections", ["name"])

    op.create_table(
        "templates",
        sa.Column("name", sa.String(length=160), nullable=False),
        sa.Column("purpose", sa.String(length=40)),
        sa.Column("channel", sa.String(length=16)),
        sa.Column("language", sa.String(length=8)),
        sa.Column("subject", sa.String(length=300)),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("owner_id", _KEY),
        *_record(),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_templates_owner_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_templates"),
    )
    op.create_index("ix_templates_name", "templates", ["name"])

    op.create_table(
        "lead_scores",
        sa.Column("lead_id", _KEY, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=False),
        sa.Column("reasons", _JSON, nullable=False),
        sa.Column("rules", sa.String(length=40), nullable=False),
        *_record(),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_lead_scores_lead_id_leads"),
        sa.PrimaryKeyConstraint("id", name="pk_lead_scores"),
    )
    op.create_index("ix_lead_scores_lead_id_at", "lead_scores", ["lead_id", "at"])

    op.create_table(
        "learners",
        sa.Column("first_name", sa.String(length=80)),
        sa.Column("last_name", sa.String(length=80)),
        sa.Column("email", sa.String(length=254)),
        sa.Column("phone", sa.String(length=40)),
        sa.Column("account_id", _KEY),
        sa.Column("contact_id", _KEY),
        sa.Column("lead_id", _KEY),
        sa.Column("owner_id", _KEY),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("custom", _JSON),
        *_record(),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_learners_account_id_accounts"),
        sa.ForeignKeyConstraint(["contact_id"], ["contacts.id"], name="fk_learners_contact_id_contacts"),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_learners_lead_id_leads"),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name="fk_learners_owner_id_users"),
        sa.PrimaryKeyConstraint("id", name="pk_learners"),
    )
    op.create_index("ix_learners_account_id", "learners", ["account_id"])
    op.create_index("ix_learners_contact_id", "learners", ["contact_id"])
    op.create_index("ix_learners_email", "learners", ["email"])
    op.create_index("ix_learners_lead_id", "learners", ["lead_id"])
    op.create_index("ix_learners_owner_id", "learners", ["owner_id"])

    op.create_table(
        "lifecycle_history",
        sa.Column("lead_id", _KEY, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("entered_at", _MOMENT, nullable=False),
        sa.Column("left_at", _MOMENT),
        sa.Column("changed_by", _KEY),
        sa.Column("reason", sa.String(length=200)),
        *_record(),
        sa.ForeignKeyConstraint(["changed_by"], ["users.id"], name="fk_lifecycle_history_changed_by_users"),
        sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name="fk_lifecycle_history_lead_id_leads"),
        sa.PrimaryKeyConstraint("id", name="pk_lifecycle_history"),
    )
    op.create_index("ix_lifecycle_history_lead_id", "lifecycle_history", ["lead_id"])

    op.create_table(
        "enrolments",
        sa.Column("learner_id", _KEY, nullable=False),
        sa.Column("batch_id", _KEY, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("enrolled_on", sa.Date()),
        *_record(),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name="fk_enrolments_batch_id_batches"),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name="fk_enrolments_learner_id_learners"),
        sa.PrimaryKeyConstraint("id", name="pk_enrolments"),
        sa.UniqueConstraint("learner_id", "batch_id", name="uq_enrolments_learner_id_batch_id"),
    )
    op.create_index("ix_enrolments_batch_id", "enrolments", ["batch_id"])
    op.create_index("ix_enrolments_learner_id", "enrolments", ["learner_id"])

    op.create_table(
        "objection_uses",
        sa.Column("objection_id", _KEY, nullable=False),
        sa.Column("opportunity_id", _KEY),
        sa.Column("interaction_id", _KEY),
        sa.Column("carried", sa.Boolean()),
        *_record(),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interactions.id"], name="fk_objection_uses_interaction_id_interactions"
        ),
        sa.ForeignKeyConstraint(["objection_id"], ["objections.id"], name="fk_objection_uses_objection_id_objections"),
        sa.ForeignKeyConstraint(
            ["opportunity_id"], ["opportunities.id"], name="fk_objection_uses_opportunity_id_opportunities"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_objection_uses"),
    )
    op.create_index("ix_objection_uses_objection_id", "objection_uses", ["objection_id"])
    op.create_index("ix_objection_uses_opportunity_id", "objection_uses", ["opportunity_id"])

    op.add_column("accounts", sa.Column("phone", sa.String(length=40)))
    op.add_column("accounts", sa.Column("status", sa.String(length=16), server_default="prospect", nullable=False))
    op.add_column("accounts", sa.Column("in_dispute", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("accounts", sa.Column("custom", _JSON))
    op.create_index("ix_accounts_domain", "accounts", ["domain"])

    op.add_column("campaigns", sa.Column("custom", _JSON))

    op.add_column("contacts", sa.Column("custom", _JSON))

    op.add_column("interactions", sa.Column("status", sa.String(length=16)))
    op.add_column("interactions", sa.Column("location", sa.String(length=200)))
    op.add_column("interactions", sa.Column("attendees", _JSON))

    op.add_column("leads", sa.Column("budget_most_minor", sa.BigInteger()))
    op.add_column("leads", sa.Column("decision_makers", _JSON))
    op.add_column("leads", sa.Column("qualification", sa.String(length=24)))
    op.add_column("leads", sa.Column("preferred_time", sa.String(length=40)))
    op.add_column("leads", sa.Column("do_not_contact", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("leads", sa.Column("custom", _JSON))

    op.add_column("products", sa.Column("custom", _JSON))

    with op.batch_alter_table("quotas") as table:
        table.add_column(sa.Column("team_id", _KEY))
        table.alter_column("user_id", existing_type=_KEY, nullable=True)
        table.create_index("ix_quotas_team_id", ["team_id"])
        table.create_foreign_key("fk_quotas_team_id_teams", "teams", ["team_id"], ["id"])

    op.add_column("tasks", sa.Column("description", sa.Text()))
    op.add_column("tasks", sa.Column("completed_at", _MOMENT))


def downgrade() -> None:
    # A quota of a team has no person to fall back to.
    op.execute("DELETE FROM quotas WHERE user_id IS NULL")
    op.drop_column("tasks", "description")
    op.drop_column("tasks", "completed_at")
    with op.batch_alter_table("quotas") as table:
        table.drop_constraint("fk_quotas_team_id_teams", type_="foreignkey")
        table.drop_index("ix_quotas_team_id")
        table.drop_column("team_id")
        table.alter_column("user_id", existing_type=_KEY, nullable=False)
    op.drop_column("products", "custom")
    op.drop_column("leads", "budget_most_minor")
    op.drop_column("leads", "decision_makers")
    op.drop_column("leads", "qualification")
    op.drop_column("leads", "preferred_time")
    op.drop_column("leads", "do_not_contact")
    op.drop_column("leads", "custom")
    op.drop_column("interactions", "status")
    op.drop_column("interactions", "location")
    op.drop_column("interactions", "attendees")
    op.drop_column("contacts", "custom")
    op.drop_column("campaigns", "custom")
    op.drop_index("ix_accounts_domain", "accounts")
    op.drop_column("accounts", "phone")
    op.drop_column("accounts", "status")
    op.drop_column("accounts", "in_dispute")
    op.drop_column("accounts", "custom")
    op.drop_table("objection_uses")
    op.drop_table("enrolments")
    op.drop_table("lifecycle_history")
    op.drop_table("learners")
    op.drop_table("lead_scores")
    op.drop_table("templates")
    op.drop_table("objections")
    op.drop_table("batches")
    op.drop_table("courses")
    op.drop_table("trainers")
    op.drop_table("record_grants")
    op.drop_table("hidden_fields")
    op.drop_table("exchange_rates")
    op.drop_table("custom_fields")
