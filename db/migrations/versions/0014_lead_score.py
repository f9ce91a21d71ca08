"""lead scores with tier and confidence, the moment of the next, rules of the workspace; the contact a lead became

Revision: 0014; after 0013.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_MOMENT = sa.DateTime(timezone=True)
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "scoring_rules",
        sa.Column("version", _KEY, nullable=False),
        sa.Column("body", _JSON, nullable=False),
        sa.Column("changed_by", _KEY),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["users.id"], name="fk_scoring_rules_changed_by_users"),
        sa.PrimaryKeyConstraint("version", name="pk_scoring_rules"),
    )
    op.add_column("lead_scores", sa.Column("reason", sa.String(200)))
    op.add_column("leads", sa.Column("tier", sa.String(8)))
    op.add_column("leads", sa.Column("score_confidence", sa.Numeric(4, 3)))
    op.add_column("leads", sa.Column("rescore_at", _MOMENT))
    op.create_index("ix_leads_rescore_at", "leads", ["rescore_at"])
    # In place: what points at leads would break if their table were rebuilt (SQLite).
    link = sa.Column("contact_id", _KEY, sa.ForeignKey("contacts.id", name="fk_leads_contact_id_contacts"))
    op.add_column("leads", link, inline_references=True)
    op.create_index("ix_leads_contact_id", "leads", ["contact_id"])
    op.create_index("ix_leads_opportunity_id", "leads", ["opportunity_id"])


def downgrade() -> None:
    op.drop_index("ix_leads_opportunity_id", "leads")
    op.drop_index("ix_leads_contact_id", "leads")
    op.drop_index("ix_leads_rescore_at", "leads")
    for name in ("contact_id", "rescore_at", "score_confidence", "tier"):
        op.drop_column("leads", name)
    op.drop_column("lead_scores", "reason")
    op.drop_table("scoring_rules")
