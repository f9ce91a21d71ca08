"""Companies and the people who may buy: accounts, contacts and leads."""

from __future__ import annotations

from db.models import Account, AccountStatus, Contact, Lead, LeadStatus
from db.records.declaration import Field, FieldType, Personal, RecordKind

CHANNELS = ("email", "call", "meeting", "sms", "whatsapp")
OWNER = Field("owner", FieldType.LINK, to="user", said=("rep", "assignee", "assigned to", "account manager"))
ARRIVED = Field("created_at", FieldType.MOMENT, label="created", written=False)
CHANGED = Field("updated_at", FieldType.MOMENT, label="last changed", written=False)
FIRST_NAME = Field("first_name", personal=Personal.NAME)
LAST_NAME = Field("last_name", personal=Personal.NAME, said=("surname", "family name"))
EMAIL = Field("email", FieldType.EMAIL, label="e-mail", said=("mail", "email address"), personal=Personal.EMAIL)
PHONE = Field(
    "phone", FieldType.PHONE, said=("phone number", "number", "mobile", "telephone", "cell"), personal=Personal.PHONE
)
OPTED_OUT = Field("opted_out", FieldType.FLAG, label="opted out of messages", said=("unsubscribed", "opt-out"))
DO_NOT_CONTACT = Field("do_not_contact", FieldType.FLAG, said=("dnc",))
_HEADCOUNT = ("headcount", "people", "staff", "size", "company size", "number of employees")
PAIN_POINTS = Field("pain_points", FieldType.WORDS, said=("pain point", "problems", "pains"))
CHANNEL = Field(
    "preferred_channel", FieldType.CHOICE, choices=CHANNELS, said=("preferred contact method", "preferred way")
)
PREFERRED_TIME = Field("preferred_time", said=("best time", "preferred contact time"))
LAST_ACTIVITY = Field(
    "last_activity", FieldType.MOMENT, said=("activity", "last touch", "last interaction"), written=False, derived=True
)
"""When the latest exchange with it was, by any channel."""
SOURCE_MARKS = frozenset({"source", "external_id"})

ACCOUNT = RecordKind(
    "account", "accounts", Account,
    (
        Field("name", required=True, said=("company name",)),
        Field("domain", FieldType.DOMAIN, said=("website", "web site", "homepage")),
        Field("phone", FieldType.PHONE, said=("phone number", "switchboard")),
        Field("status", FieldType.CHOICE, choices=tuple(AccountStatus), said=("account status",)),
        Field("industry", labels=True, said=("sector", "vertical")),
        Field("region", labels=True),
        Field("country", labels=True),
        Field("city", labels=True, said=("town",)),
        Field("employees", FieldType.WHOLE, said=_HEADCOUNT),
        Field("annual_revenue", FieldType.MONEY, said=("revenue", "turnover")),
        Field("in_dispute", FieldType.FLAG, said=("dispute",)),
        OWNER, LAST_ACTIVITY, ARRIVED, CHANGED,
    ),
    title=("name",), detail=("industry", "city"), area="lead", said=("company", "companies", "customer", "customers",
    "organisation", "organization", "client", "clients"), owner="owner_id", order="name", kept=SOURCE_MARKS,
)  # fmt: skip

CONTACT = RecordKind(
    "contact", "contacts", Contact,
    (
        FIRST_NAME, LAST_NAME,
        Field("account", FieldType.LINK, to="account", said=("company", "employer")),
        EMAIL, PHONE,
        Field("title", said=("job title", "position", "job")),
        Field("department", labels=True),
        Field("seniority", labels=True, said=("level",)),
        Field("buying_role", labels=True, said=("role", "role in the deal")),
        Field("language", labels=True),
        Field("time_zone", labels=True, said=("timezone",)),
        CHANNEL, PREFERRED_TIME, PAIN_POINTS,
        Field("interests", FieldType.WORDS, said=("interest", "hobbies")),
        OPTED_OUT, DO_NOT_CONTACT, OWNER, LAST_ACTIVITY, ARRIVED, CHANGED,
    ),
    title=("first_name", "last_name"), detail=("title",), area="lead",
    said=("person", "people", "stakeholder", "stakeholders"), owner="owner_id", order="last_name", kept=SOURCE_MARKS,
)  # fmt: skip

LEAD = RecordKind(
    "lead", "leads", Lead,
    (
        FIRST_NAME, LAST_NAME,
        Field("company", said=("employer", "organisation")),
        EMAIL, PHONE,
        Field("title", said=("job title", "position", "job")),
        Field("country", labels=True),
        Field("region", labels=True, said=("state", "territory")),
        Field("industry", labels=True, said=("sector", "vertical")),
        Field("employees", FieldType.WHOLE, said=_HEADCOUNT),
        Field("source", column="lead_source", labels=True, said=("lead source", "origin", "channel it came from")),
        Field("campaign", FieldType.LINK, to="campaign"),
        Field("status", FieldType.CHOICE, choices=tuple(LeadStatus), said=("lead status", "lifecycle stage")),
        Field("qualification", labels=True, said=("qualification status",)),
        Field("score", FieldType.WHOLE, said=("lead score",), written=False),
        Field("grade", labels=True, written=False),
        Field("tier", labels=True, said=("score tier",), written=False),
        PAIN_POINTS,
        Field("budget", FieldType.MONEY, said=("budget from", "minimum budget")),
        Field("budget_most", FieldType.MONEY, label="highest budget", said=("budget to", "maximum budget")),
        Field("decision_timeline", said=("timeline", "time frame", "timeframe")),
        Field("decision_makers", FieldType.WORDS, said=("decision maker",)),
        CHANNEL, PREFERRED_TIME, OPTED_OUT, DO_NOT_CONTACT, OWNER,
        Field("team", FieldType.LINK, to="team", written=False),
        Field("account", FieldType.LINK, to="account"),
        Field("contact", FieldType.LINK, to="contact", label="contact it became", written=False),
        Field("opportunity", FieldType.LINK, to="opportunity", label="deal", written=False),
        Field("arrived_at", FieldType.MOMENT, label="arrived", said=("came in", "created"), written=False),
        Field("last_contacted_at", FieldType.MOMENT, label="last contacted", said=("last contact",)),
        Field("last_contacted_by", FieldType.LINK, column="last_contacted_by", to="user"),
        LAST_ACTIVITY, CHANGED,
    ),
    title=("first_name", "last_name"), detail=("company",), area="lead", said=("prospect", "prospects", "enquiry"),
    owner="owner_id", searched=("company",), order="-arrived_at",
    kept=SOURCE_MARKS | {"engagement", "score_confidence", "rescore_at"},
)  # fmt: skip
