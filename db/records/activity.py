"""What happened and what has to happen: interactions by channel, notes and tasks."""

from __future__ import annotations

from db.models import (
    Channel,
    Direction,
    Interaction,
    MeetingStatus,
    Memory,
    MemorySource,
    Note,
    Task,
    TaskStatus,
    Topic,
)
from db.records.declaration import Field, FieldType, RecordKind
from db.records.people import ARRIVED, OWNER

LINKS = (
    Field("account", FieldType.LINK, to="account", said=("company",)),
    Field("contact", FieldType.LINK, to="contact", said=("person", "with")),
    Field("lead", FieldType.LINK, to="lead"),
    Field("opportunity", FieldType.LINK, to="opportunity", label="deal"),
)
_USER = Field("user", FieldType.LINK, to="user", label="colleague", said=("rep", "by"))
_AT = Field("at", FieldType.MOMENT, label="when", required=True, said=("date", "time"))
_DIRECTION = Field("direction", FieldType.CHOICE, choices=tuple(Direction), required=True)
_SUBJECT = Field("subject", said=("topic",))
_BODY = Field("body", FieldType.LONG_TEXT, label="text", said=("message", "content", "notes"))
_SENTIMENT = Field("sentiment", FieldType.NUMBER, written=False)
_DURATION = Field("duration_seconds", FieldType.WHOLE, label="length in seconds", said=("duration", "length"))
_OUTCOME = Field("outcome", labels=True, said=("result",))
_NEXT = Field("next_action", said=("next step",))

INTERACTION = RecordKind(
    "interaction", "interactions", Interaction,
    (
        Field("channel", FieldType.CHOICE, choices=tuple(Channel), required=True),
        _DIRECTION, _AT, *LINKS, _USER, _SUBJECT, _BODY, _DURATION, _OUTCOME, _NEXT, _SENTIMENT,
        Field("status", FieldType.CHOICE, choices=tuple(MeetingStatus)),
        Field("location"), Field("attendees", FieldType.WORDS),
    ),
    title=("subject",), detail=("channel",), area="communication", said=("activity", "activities", "touch"),
    owner="user_id", searched=("body", "next_action"), order="-at",
)  # fmt: skip

EMAIL = RecordKind(
    "email", "emails", Interaction,
    (_DIRECTION, _AT, *LINKS, _USER, _SUBJECT, _BODY, _OUTCOME, _NEXT, _SENTIMENT),
    title=("subject",), area="communication", noun=("e-mail", "e-mails"), said=("mail", "mails"),
    fixed={"channel": Channel.EMAIL}, owner="user_id", searched=("body",), order="-at",
)  # fmt: skip

CALL = RecordKind(
    "call", "calls", Interaction,
    (_DIRECTION, _AT, *LINKS, _USER, _SUBJECT, _BODY, _DURATION, _OUTCOME, _NEXT, _SENTIMENT),
    title=("subject",), area="communication", said=("phone call", "phone calls"),
    fixed={"channel": Channel.CALL}, owner="user_id", searched=("body",), order="-at",
)  # fmt: skip

MEETING = RecordKind(
    "meeting", "meetings", Interaction,
    (
        _AT, *LINKS, _USER, _SUBJECT, _BODY, _DURATION,
        Field("status", FieldType.CHOICE, choices=tuple(MeetingStatus)),
        Field("location", said=("place", "room", "where")),
        Field("attendees", FieldType.WORDS, said=("participants", "attendee")),
        _OUTCOME, _NEXT, _SENTIMENT,
    ),
    title=("subject",), area="communication", said=("appointment", "appointments", "demo", "demos"),
    fixed={"channel": Channel.MEETING}, preset={"direction": Direction.OUT, "status": MeetingStatus.PLANNED},
    owner="user_id", searched=("body",), order="-at",
)  # fmt: skip

SMS = RecordKind(
    "sms", "sms_messages", Interaction,
    (_DIRECTION, _AT, *LINKS, _USER, _BODY, _OUTCOME, _NEXT, _SENTIMENT),
    title=("subject",), area="communication", noun=("text message", "text messages"), said=("sms", "text", "texts"),
    fixed={"channel": Channel.SMS}, owner="user_id", searched=("body",), order="-at",
)  # fmt: skip

WHATSAPP = RecordKind(
    "whatsapp", "whatsapp_messages", Interaction,
    (_DIRECTION, _AT, *LINKS, _USER, _BODY, _OUTCOME, _NEXT, _SENTIMENT),
    title=("subject",), area="communication", noun=("WhatsApp message", "WhatsApp messages"), said=("whatsapp",),
    fixed={"channel": Channel.WHATSAPP}, owner="user_id", searched=("body",), order="-at",
)  # fmt: skip

NOTE = RecordKind(
    "note", "notes", Note,
    (
        Field("body", FieldType.LONG_TEXT, label="text", required=True, said=("note", "content")),
        Field("private", FieldType.FLAG, said=("only for me",)),
        *LINKS,
        Field("author", FieldType.LINK, to="user", written=False),
        ARRIVED,
    ),
    title=("body",), area="communication", owner="author_id", order="-created_at",
)  # fmt: skip

MEMORY = RecordKind(
    "memory", "memories", Memory,
    (
        Field("body", FieldType.LONG_TEXT, label="text", required=True, said=("memory", "content")),
        Field("topic", FieldType.CHOICE, choices=tuple(Topic), said=("about",)),
        *LINKS,
        Field("speaker", FieldType.LINK, to="contact", label="said by", said=("who said it",)),
        Field("said_at", FieldType.MOMENT, label="said", said=("when it was said",)),
        Field("private", FieldType.FLAG, said=("only for me",)),
        Field("valid_until", FieldType.DATE, label="true until", said=("valid to",)),
        Field("author", FieldType.LINK, to="user", label="told by", written=False),
        Field("source", FieldType.CHOICE, choices=tuple(MemorySource), written=False),
        Field("note", FieldType.LINK, to="note", label="from the note", written=False),
        Field("interaction", FieldType.LINK, to="interaction", label="from the exchange", written=False),
        Field("superseded_by", FieldType.LINK, to="memory", label="corrected by", written=False),
        ARRIVED,
    ),
    title=("body",), area="communication", owner="author_id", order="-said_at",
    preset={"topic": Topic.FACT, "source": MemorySource.TOLD},
)  # fmt: skip
"""What is known about a relationship, apart from notes: one sentence each, with who said it and when."""

TASK = RecordKind(
    "task", "tasks", Task,
    (
        Field("title", required=True, said=("name", "what to do")),
        Field("description", FieldType.LONG_TEXT, said=("details",)),
        Field("kind", FieldType.CHOICE, choices=("task", "reminder", "call", "email", "meeting"), said=("type",)),
        Field("due_at", FieldType.MOMENT, label="due", said=("due date", "deadline")),
        Field("remind_at", FieldType.MOMENT, label="reminder at", said=("reminder",)),
        Field("reminded_at", FieldType.MOMENT, label="reminder sent", written=False),
        Field("status", FieldType.CHOICE, choices=tuple(TaskStatus)),
        Field("completed_at", FieldType.MOMENT, label="completed", written=False),
        Field("priority", FieldType.WHOLE, said=("priority score",)),
        Field("auto_generated", FieldType.FLAG, label="made by itself", written=False),
        *LINKS, OWNER,
        Field("created_by", FieldType.LINK, column="created_by", to="user", written=False),
        ARRIVED,
    ),
    title=("title",), area="automation", said=("to-do", "to-dos", "todo", "todos", "reminder", "reminders"),
    owner="owner_id", searched=("description",), order="due_at",
)  # fmt: skip
