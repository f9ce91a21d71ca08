"""What is sold, to whom, through what, and against which target."""

from __future__ import annotations

from db.models import Campaign, CampaignMember, Opportunity, Outcome, Product, Quota, Stage, StageChange
from db.records.declaration import Field, FieldType, RecordKind
from db.records.people import ARRIVED, CHANGED, OWNER, SOURCE_MARKS

OPPORTUNITY = RecordKind(
    "opportunity", "opportunities", Opportunity,
    (
        Field("name", required=True, said=("title",)),
        Field("account", FieldType.LINK, to="account", said=("company", "customer")),
        Field("contact", FieldType.LINK, to="contact", said=("main contact", "person")),
        Field("stage", FieldType.CHOICE, listed="stage", said=("deal stage", "phase", "step")),
        Field("outcome", FieldType.CHOICE, choices=tuple(Outcome), written=False),
        Field("amount", FieldType.MONEY, said=("value", "deal size", "deal value", "worth", "price")),
        Field("expected_close", FieldType.DATE, column="expected_close_on", label="expected close",
              said=("close date", "closing date", "expected close date")),
        Field("closed_on", FieldType.DATE, label="closed", said=("actual close date",)),
        Field("created_on", FieldType.DATE, label="created"),
        Field("stage_entered_on", FieldType.DATE, label="in its stage since", written=False),
        Field("last_activity_at", FieldType.MOMENT, label="last activity", written=False),
        Field("product", FieldType.LINK, to="product"),
        Field("campaign", FieldType.LINK, to="campaign"),
        Field("source", column="lead_source", labels=True, said=("lead source",)),
        Field("region", labels=True, said=("territory",)),
        Field("industry", labels=True, said=("sector", "vertical")),
        Field("deal_type", FieldType.CHOICE, choices=("new", "renewal", "expansion"), said=("type",)),
        Field("competitor", labels=True, said=("competitors", "competition")),
        Field("loss_reason", labels=True, said=("reason lost", "why lost")),
        Field("next_step", said=("next steps", "next action")),
        Field("decision_criteria", FieldType.WORDS, said=("criteria", "decision criterion")),
        OWNER,
        Field("team", FieldType.LINK, to="team", written=False),
        CHANGED,
    ),
    title=("name",), detail=("stage",), area="opportunity", noun=("deal", "deals"),
    said=("opportunity", "opportunities", "opp", "opps"), owner="owner_id", searched=("next_step",), order="-amount",
    kept=SOURCE_MARKS, valued_on="closed_on",
)  # fmt: skip

PRODUCT = RecordKind(
    "product", "products", Product,
    (
        Field("name", required=True),
        Field("family", labels=True, said=("product family", "product line")),
        Field("list_price", FieldType.MONEY, said=("price",)),
        ARRIVED, CHANGED,
    ),
    title=("name",), detail=("family",), area="opportunity", order="name",
    shared=True,
)  # fmt: skip

STAGE = RecordKind(
    "stage", "stages", Stage,
    (
        Field("name", required=True),
        Field("position", FieldType.WHOLE, required=True, said=("order",)),
        Field("outcome", FieldType.CHOICE, choices=tuple(Outcome)),
        Field("probability", FieldType.SHARE, required=True),
        Field("rotting_days", FieldType.WHOLE, said=("days until it counts as stuck",)),
        Field("entry_criteria"),
        Field("exit_criteria"),
    ),
    title=("name",), area="opportunity", noun=("pipeline stage", "pipeline stages"), order="position",
    shared=True,
)  # fmt: skip

STAGE_CHANGE = RecordKind(
    "stage_change", "stage_changes", StageChange,
    (
        Field("opportunity", FieldType.LINK, to="opportunity", label="deal", written=False),
        Field("stage", labels=True, written=False),
        Field("entered_on", FieldType.DATE, label="entered", written=False),
        Field("left_on", FieldType.DATE, label="left", written=False),
        Field("changed_by", FieldType.LINK, column="changed_by", to="user", written=False),
    ),
    title=("stage",), area="opportunity", said=("stage history",), order="-entered_on",
)  # fmt: skip

CAMPAIGN = RecordKind(
    "campaign", "campaigns", Campaign,
    (
        Field("name", required=True),
        Field("channel", labels=True),
        Field("status", labels=True),
        Field("starts_on", FieldType.DATE, label="starts", said=("start date", "start")),
        Field("ends_on", FieldType.DATE, label="ends", said=("end date", "end")),
        Field("budget", FieldType.MONEY),
        Field("cost", FieldType.MONEY, said=("spend", "spent")),
        OWNER, ARRIVED, CHANGED,
    ),
    title=("name",), detail=("channel",), area="automation", owner="owner_id", order="-starts_on", kept=SOURCE_MARKS,
    shared=True,
)  # fmt: skip

CAMPAIGN_MEMBER = RecordKind(
    "campaign_member", "campaign_members", CampaignMember,
    (
        Field("campaign", FieldType.LINK, to="campaign", required=True),
        Field("lead", FieldType.LINK, to="lead"),
        Field("contact", FieldType.LINK, to="contact"),
        Field("opportunity", FieldType.LINK, to="opportunity", label="deal"),
        Field("touched_at", FieldType.MOMENT, label="touched"),
        Field("response", labels=True),
    ),
    title=("response",), area="automation", noun=("campaign touch", "campaign touches"), order="-touched_at",
)  # fmt: skip

QUOTA = RecordKind(
    "quota", "quotas", Quota,
    (
        Field("user", FieldType.LINK, to="user", said=("rep", "person")),
        Field("team", FieldType.LINK, to="team"),
        Field("starts_on", FieldType.DATE, label="from", required=True, said=("start",)),
        Field("ends_on", FieldType.DATE, label="until", required=True, said=("end",)),
        Field("amount", FieldType.MONEY, required=True, said=("target", "value")),
    ),
    title=(), area="opportunity", said=("target", "targets"), owner="user_id", order="-starts_on",
    valued_on="ends_on",
)  # fmt: skip
