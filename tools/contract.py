"""What a tool is: a typed question, what it may do, and a typed answer. No framework in here."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict

from db.access import Actor, Grant, Permission
from db.repositories.base import RecordRef
from db.session import ReadSession
from db.settings import WorkspaceSettings
from tools.evidence import Figure


class Area(StrEnum):
    """The six specialists."""

    LEAD = "lead"
    OPPORTUNITY = "opportunity"
    COMMUNICATION = "communication"
    ANALYTICS = "analytics"
    AUTOMATION = "automation"
    INTELLIGENCE = "intelligence"


class Effect(StrEnum):
    READ = "READ"
    WRITE = "WRITE"
    BULK = "BULK"
    DELETE = "DELETE"
    MERGE = "MERGE"
    OUTWARD = "OUTWARD"
    POLICY = "POLICY"


class Ask(BaseModel):
    """Arguments of a tool. Unknown ones are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class RecordArgument(BaseModel):
    """A record that the turn has already linked: `{"kind": "account", "id": 17}`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    kind: str
    id: int
    name: str = ""

    @property
    def ref(self) -> RecordRef:
        return RecordRef(self.kind, self.id, self.name)


class ChartKind(StrEnum):
    BAR = "bar"
    LINE = "line"
    WATERFALL = "waterfall"


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of rows, as data. `data` items have `label`, `value`, and optionally `series`, `low`, `high`."""

    title: str
    kind: ChartKind
    alt: str
    data: tuple[Mapping[str, Any], ...]
    unit: str = "count"


@dataclass(frozen=True, slots=True)
class Document:
    """A text made for a person to use: a draft or a script. It is shown as it is, never reworded."""

    kind: str
    title: str
    body: str
    to: RecordRef | None = None
    about: RecordRef | None = None
    subject: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Person:
    """A natural person who appears in a result, so that names, addresses and numbers are hidden from models."""

    ref: RecordRef
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a READ tool answers.

    Attributes:
        said: plain sentences composed by code, with `[[key]]` for figures; good enough to be the answer.
        rows: plain mappings (JSON values), for tables and for a model to read.
        focus: the records the answer is about, in the order shown ("the second one").
        people: everybody named in `said`, `rows` or `document`.
        scope: whose rows these are, in words.
    """

    said: tuple[str, ...]
    figures: tuple[Figure, ...] = ()
    rows: tuple[Mapping[str, Any], ...] = ()
    chart: Chart | None = None
    document: Document | None = None
    focus: tuple[RecordRef, ...] = ()
    people: tuple[Person, ...] = ()
    scope: str = ""


class Action(StrEnum):
    """`undo` takes back changes: its `ids` are none of records, its `values` name them."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    RESTORE = "restore"
    UNDO = "undo"


CREATED = "created"
"""`{"created": 0}` as the value of a link stands for the record that the first operation of the call creates."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One record to create or change, or many that get the same.

    Attributes:
        values: column values as JSON.
        id, version: the one record to change, as it was read.
        ids: the records to change alike, to delete or to restore.
        whole: those beyond the person's sight too: what hangs on a record that is merged into another moves with it,
            and the lead behind a deal that was won becomes a customer, whoever owns it.
    """

    action: Action
    kind: str
    values: Mapping[str, Any]
    id: int | None = None
    version: int | None = None
    ids: tuple[int, ...] = ()
    whole: bool = False


LOOK_UP = "look_up"
"""The channel of a question to an enrichment provider; its `body` is what is sent, as JSON."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message to someone outside, with everything that will be sent."""

    channel: str
    to: RecordRef
    address: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a tool with an effect answers: exactly what would be done. Nothing has been done.

    Attributes:
        said: one sentence for when it waits ("I would …").
        done: one sentence for when it was carried out ("Task … created").
        corrected: one sentence for when it changed what the request before it made ("Task … changed: …").
        corrects: one sentence for when that change waits ("I would change task …").
        arguments: the complete arguments, with everything resolved that was implied.
        reach: how far it reaches, for who decides: names, owners, what is left out and why. Part of what is approved.
        held: a person has to look at it first, even where their own words ask for it and the policy would let it pass.
    """

    said: str
    done: str
    arguments: Mapping[str, Any]
    operations: tuple[Operation, ...] = ()
    message: Message | None = None
    focus: tuple[RecordRef, ...] = ()
    people: tuple[Person, ...] = ()
    corrected: str = ""
    corrects: str = ""
    reach: Mapping[str, Any] = field(default_factory=dict)
    held: bool = False


@dataclass(frozen=True, slots=True)
class ToolContext:
    """What a tool may use.

    Attributes:
        now: the moment of the turn, in the person's zone.
        draft: the conversation's last document.
        conversation: where it is asked; empty outside of one.
    """

    actor: Actor
    session: ReadSession
    now: datetime
    workspace: WorkspaceSettings
    draft: Document | None = None
    conversation: str = ""

    @property
    def today(self) -> date:
        return self.now.date()


@dataclass(frozen=True, slots=True)
class OnRecords:
    """What a tool does with which kind of record, where it is made from the record's declaration."""

    kind: str
    verb: str


@dataclass(frozen=True, slots=True)
class Tool:
    """`doing` is what a reader is told while it runs, as a verb in -ing: "drafting an e-mail"."""

    name: str
    area: Area
    effect: Effect
    requires: Permission | Grant
    doing: str
    examples: tuple[str, ...]
    ask: type[Ask]
    description: str
    run: Callable[[Any, ToolContext], Awaitable[Found | Proposed]]
    on: OnRecords | None = None


class IncompleteTool(TypeError):
    """A tool was declared without something every tool needs; raised on import."""

    def __init__(self, name: str, lacking: str) -> None:
        super().__init__(f"tool {name} lacks {lacking}")


def tool(
    *, area: Area, effect: Effect, requires: Permission | Grant, doing: str, examples: tuple[str, ...]
) -> Callable[[Callable[[Any, ToolContext], Awaitable[Found | Proposed]]], Tool]:
    """Declare a tool: an async function of (ask, context) whose docstring is what models and people read."""

    def declare(function: Callable[[Any, ToolContext], Awaitable[Found | Proposed]]) -> Tool:
        name = function.__name__
        if not (inspect.getdoc(function) or "").strip():
            raise IncompleteTool(name, "a docstring")
        if not doing.strip():
            raise IncompleteTool(name, "words for what it is doing")
        if len(examples) < 2:
            raise IncompleteTool(name, "two example phrases")
        hints = get_type_hints(function)
        ask = hints.get(next(iter(inspect.signature(function).parameters), ""))
        if not (isinstance(ask, type) and issubclass(ask, Ask)):
            raise IncompleteTool(name, "an Ask as its first argument")
        wanted = Found if effect is Effect.READ else Proposed
        if hints.get("return") is not wanted:
            raise IncompleteTool(name, f"the return type {wanted.__name__}, which its effect asks for")
        described = inspect.cleandoc(function.__doc__ or "")
        return Tool(name, area, effect, requires, doing, examples, ask, described, function)

    return declare
