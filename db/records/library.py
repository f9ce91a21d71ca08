"""Texts to send and answers to objections, and the history that the program keeps of leads."""

from __future__ import annotations

from db.models import LeadScore, LeadStatus, LifecycleChange, Objection, ObjectionUse, Template
from db.records.declaration import Field, FieldType, RecordKind
from db.records.people import ARRIVED, CHANGED, CHANNELS, OWNER

TEMPLATE = RecordKind(
    "template", "templates", Template,
    (
        Field("name", required=True),
        Field("purpose", labels=True, said=("kind", "use")),
        Field("channel", FieldType.CHOICE, choices=CHANNELS),
        Field("language", labels=True),
        Field("subject"),
        Field("body", FieldType.LONG_TEXT, label="text", required=True, said=("content",)),
        OWNER, ARRIVED, CHANGED,
    ),
    title=("name",), detail=("purpose", "language"), area="communication", owner="owner_id",
    searched=("subject", "body"), order="name",
    shared=True,
)  # fmt: skip

OBJECTION = RecordKind(
    "objection", "objections", Objection,
    (
        Field("name", required=True, label="objection", said=("what they say",)),
        Field("category", labels=True),
        Field("response", FieldType.LONG_TEXT, required=True, said=("answer", "reply")),
        Field("evidence", FieldType.LONG_TEXT, said=("proof",)),
        OWNER, ARRIVED, CHANGED,
    ),
    title=("name",), detail=("category",), area="communication", owner="owner_id", searched=("response", "evidence"),
    order="name",
    shared=True,
)  # fmt: skip

OBJECTION_USE = RecordKind(
    "objection_use", "objection_uses", ObjectionUse,
    (
        Field("objection", FieldType.LINK, to="objection", required=True),
        Field("opportunity", FieldType.LINK, to="opportunity", label="deal"),
        Field("interaction", FieldType.LINK, to="interaction"),
        Field("carried", FieldType.FLAG, label="overcome", said=("worked",)),
        ARRIVED,
    ),
    title=(), area="communication", noun=("use of an objection", "uses of objections"), order="-created_at",
)  # fmt: skip

LEAD_SCORE = RecordKind(
    "lead_score", "lead_scores", LeadScore,
    (
        Field("lead", FieldType.LINK, to="lead", written=False),
        Field("at", FieldType.MOMENT, label="when", written=False),
        Field("score", FieldType.WHOLE, written=False),
        Field("grade", labels=True, written=False),
        Field("reasons", FieldType.WORDS, written=False),
        Field("reason", label="why it changed", written=False),
        Field("rules", written=False),
    ),
    title=("grade",), area="lead", said=("score history",), order="-at",
)  # fmt: skip

LIFECYCLE_CHANGE = RecordKind(
    "lifecycle_change", "lifecycle_changes", LifecycleChange,
    (
        Field("lead", FieldType.LINK, to="lead", written=False),
        Field("status", FieldType.CHOICE, choices=tuple(LeadStatus), written=False),
        Field("entered_at", FieldType.MOMENT, label="entered", written=False),
        Field("left_at", FieldType.MOMENT, label="left", written=False),
        Field("changed_by", FieldType.LINK, column="changed_by", to="user", written=False),
        Field("reason", written=False),
    ),
    title=("status",), area="lead", said=("lead history",), order="-entered_at",
)  # fmt: skip
