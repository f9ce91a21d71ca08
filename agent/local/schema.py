"""The values that pass between the local model and its caller: what it is told, and what it understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class Effect(StrEnum):
    READ = "READ"
    WRITE = "WRITE"
    BULK = "BULK"
    DELETE = "DELETE"
    MERGE = "MERGE"
    OUTWARD = "OUTWARD"
    POLICY = "POLICY"


class SlotType(StrEnum):
    """What kind of thing an argument takes, so that the same words fill the arguments of every tool.

    PERIOD and GRAIN give strings (`2025Q2`, `quarter`), DUE an ISO date or datetime with zone, MONEY_MIN,
    MONEY_MAX, SCORE_MIN, SCORE_MAX, STAGE_DAYS, SILENT_DAYS and COUNT numbers, RECORD and USER
    `{"kind", "id", "name"}` (the speaker is the string `"me"`), STAGE and VALUE names of a closed vocabulary,
    CHOICE one of `Argument.choices`, DIMENSION one dimension, DIMENSIONS a list of them, FILTERS
    `{dimension: value}`, FLAG true when its cue is heard, TITLE and INSTRUCTION free text, DRAFT the draft last
    written, LANGUAGE and COUNTRY an English name, WHERE conditions on fields that no other argument takes.
    """

    PERIOD = "period"
    GRAIN = "grain"
    DUE = "due"
    MONEY_MIN = "money_min"
    MONEY_MAX = "money_max"
    SCORE_MIN = "score_min"
    SCORE_MAX = "score_max"
    STAGE_DAYS = "stage_days"
    SILENT_DAYS = "silent_days"
    COUNT = "count"
    RECORD = "record"
    USER = "user"
    STAGE = "stage"
    VALUE = "value"
    CHOICE = "choice"
    DIMENSION = "dimension"
    DIMENSIONS = "dimensions"
    FILTERS = "filters"
    FLAG = "flag"
    TITLE = "title"
    INSTRUCTION = "instruction"
    DRAFT = "draft"
    LANGUAGE = "language"
    COUNTRY = "country"
    WHERE = "where"


class PeriodRole(StrEnum):
    """Which of several periods an argument takes, and whether a bare month means the last or the next one."""

    PAST = "past"
    VERSUS = "versus"
    CLOSING = "closing"
    CLOSED = "closed"
    CREATED = "created"


@dataclass(frozen=True, slots=True)
class Argument:
    """One typed argument of a tool.

    Attributes:
        choices: the values a CHOICE may take, or the dimensions a DIMENSION or DIMENSIONS may name.
        cues: value -> the phrases that mean it, beside those of the shared lexicon; a FLAG uses the key `true`.
        default: the value taken when nothing was said; None leaves the argument out.
        role: which period a PERIOD is.
        vocabulary: which closed vocabulary a VALUE is drawn from (`lead_source`).
        kinds: the record kinds a RECORD may be; empty means any.
    """

    name: str
    type: SlotType
    required: bool = False
    choices: tuple[str, ...] = ()
    cues: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default: Any = None
    role: PeriodRole = PeriodRole.PAST
    vocabulary: str | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolCard:
    """A tool as the local model knows it: pure data from the registry."""

    name: str
    area: str
    effect: Effect
    examples: tuple[str, ...] = ()
    arguments: tuple[Argument, ...] = ()
    label: str = ""

    @property
    def said(self) -> str:
        """The tool in words, for a question that offers it."""
        return self.label or self.name.replace("_", " ")

    def argument(self, name: str) -> Argument | None:
        return next((argument for argument in self.arguments if argument.name == name), None)


@dataclass(frozen=True, slots=True)
class FieldCard:
    """One field of a kind of record: how its values are written, and the words for it, the longest first.

    `written` says whether a person may set it; the others are kept by the program.
    """

    name: str
    type: str
    words: tuple[str, ...]
    choices: tuple[str, ...] = ()
    to: str = ""
    grouped: bool = False
    measured: bool = False
    written: bool = True


@dataclass(frozen=True, slots=True)
class KindCard:
    """A kind of record that can be created, changed, deleted and asked about by saying so."""

    kind: str
    plural: str
    area: str
    nouns: tuple[str, ...]
    fields: tuple[FieldCard, ...]
    title: tuple[str, ...] = ()
    writable: bool = True
    """Whether a person may change records of the kind."""

    def field(self, name: str) -> FieldCard | None:
        return next((one for one in self.fields if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Record:
    """A record the speaker may see, as a candidate for a name in the text.

    Attributes:
        aliases: other names of the same record.
        context: what tells it from its namesakes, such as the account a contact belongs to.
    """

    kind: str
    id: str
    name: str
    aliases: tuple[str, ...] = ()
    context: str = ""

    def as_argument(self) -> dict[str, str]:
        return {"kind": self.kind, "id": self.id, "name": self.name}


class Directory(Protocol):
    """The records in scope, asked once a turn."""

    def lookup(self, words: Sequence[str]) -> Sequence[Record]:
        """Records whose name or alias may contain one of the words, typing errors allowed; too many is fine."""
        ...


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The closed lists of one workspace: dimension or list name -> its values -> other words for each value.

    Keys in use: `stage`, `region`, `product`, `lead_source`, `industry`, `deal_type`, `size_band`, `team`,
    `campaign`, `lead_status`. People are records of kind `user`.
    """

    values: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    people: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """One request of an earlier turn as it was carried out; follow-ups are filled from it."""

    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pending:
    """A question that was asked in the last turn and has not been answered."""

    frame: Frame
    argument: str
    choices: tuple[str, ...]
    records: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Memory:
    """What a conversation holds.

    Attributes:
        frames: requests carried out, oldest first.
        focus: records spoken of, the latest first.
        listed: the rows of the last list, in its order ("the second one").
        draft: id of the draft last written, if any.
        pending: the question waiting for an answer.
    """

    frames: tuple[Frame, ...] = ()
    focus: tuple[Record, ...] = ()
    listed: tuple[Record, ...] = ()
    draft: str | None = None
    pending: Pending | None = None


class Kind(StrEnum):
    REQUEST = "request"
    SMALL_TALK = "small_talk"
    HELP = "help"
    OUT_OF_SCOPE = "out_of_scope"
    UNDO = "undo"
    REDO = "redo"
    REFUSED = "refused"
    CLARIFY = "clarify"


@dataclass(frozen=True, slots=True)
class Feed:
    """An argument taken from the rows an earlier request returns.

    With `each` the request is made once for each row; otherwise once, for the row at `place` (1 is the first, -1 the
    last).
    """

    argument: str
    step: int
    each: bool
    place: int = 1


@dataclass(frozen=True, slots=True)
class Request:
    """One tool call that was understood.

    Attributes:
        confidence: calibrated probability that the tool is the one meant, 0 to 1.
        span: start and end of the part of the text it was read from.
        needs: positions of the requests that must be done before.
        feeds: arguments that are filled from those.
        asked_by_own_words: the speaker's own imperative words ask for this tool with these values and records,
            spelt as the records are; only such a write may be applied at once.
        condition: the words of an "if" the request hangs on, for the caller to judge; empty when there is none.
        gate: position of a check that has to come out as yes; otherwise the request is left undone.
        amends: the request takes the place of the last one of the same tool ("make it 11"), it is not a second one.
    """

    tool: str
    area: str
    arguments: Mapping[str, Any]
    confidence: float
    span: tuple[int, int]
    needs: tuple[int, ...] = ()
    feeds: tuple[Feed, ...] = ()
    asked_by_own_words: bool = False
    condition: str = ""
    amends: bool = False
    gate: int | None = None


@dataclass(frozen=True, slots=True)
class Clarify:
    """One short question back. `pending` is what to remember so that the answer can be understood."""

    question: str
    choices: tuple[str, ...] = ()
    pending: Pending | None = None


@dataclass(frozen=True, slots=True)
class Undoing:
    """What of the changes of a conversation is to be taken back.

    Attributes:
        every: all that was done together ("all of that", "both").
        two: exactly two changes ("both").
        places: which ones, counted in the order they were made, from 1; -1 is the last.
        deeds: `create`, `delete`, `merge` or `restore`, where the words name what was done.
        kinds: kinds of records they were done to.
        fields: names of fields that were changed.
        words: what else tells which change is meant, such as a name.
        order: the order that did it, where the words repeat its conditions.
        but: what is to stay as it is now.
    """

    every: bool = False
    two: bool = False
    places: tuple[int, ...] = ()
    deeds: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    order: Frame | None = None
    but: Undoing | None = None

    @property
    def says_which(self) -> bool:
        """Whether the words tell which change is meant, and not only that something is taken back."""
        return bool(self.places or self.deeds or self.kinds or self.fields or self.words or self.order)


SURE = 0.6
"""From this confidence on the parser knows what was asked; below, a language model may know better.

Confidence is a calibrated probability, so of what is planned at just this sureness three in five are right: more than
half. It is one threshold for who plans, what the person's words vouch for, and whose plan goes on after a model was
lost; were they apart, a turn could be planned by one reading and judged by another.
"""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a turn asks for.

    `kind` is REQUEST when there is something to carry out, CLARIFY when a question must be asked first (then
    nothing may be carried out), and otherwise the way the whole turn is answered. `topic` says what an
    out-of-scope turn was about when that is known.
    """

    requests: tuple[Request, ...]
    kind: Kind
    clarify: Clarify | None
    corrected_text: str
    confidence: float = 1.0
    topic: str = ""
    left_out: tuple[str, ...] = ()
    """Conditions that no argument of the tools asked could take, in the person's words."""
    undoing: Undoing | None = None
    """What is taken back before the requests are carried out, or alone where the kind is UNDO."""
    named: tuple[Record, ...] = ()
    """Every record and colleague the person's own words may name; what is quoted or pasted names nobody."""

    @property
    def sure(self) -> bool:
        return self.confidence >= SURE
