"""Cases of the evaluation of commands: what is said, and what may and must differ in the records afterwards."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from evals.cases import Half
from evals.commands.notation import NOTATION, kind_of, require_conditions, require_reference, require_values
from evals.errors import UnreadableCases

FOLDER = Path(__file__).parents[1] / "cases" / "commands"
Specialist = Literal["lead", "opportunity", "communication", "analytics", "automation", "intelligence"]
Conditions = tuple[dict[str, Any], ...]


class Effect(StrEnum):
    """The strongest effect of a turn, or the way it is answered without any tool."""

    READ = "read"
    DRAFT = "draft"
    WRITE = "write"
    BULK = "bulk"
    DELETE = "delete"
    MERGE = "merge"
    OUTWARD = "outward"
    POLICY = "policy"
    UNDO = "undo"
    NONE = "none"
    CLARIFY = "clarify"
    REFUSED = "refused"


CHANGING = frozenset(
    {Effect.WRITE, Effect.BULK, Effect.DELETE, Effect.MERGE, Effect.OUTWARD, Effect.POLICY, Effect.UNDO}
)
_ASKED = ("record", "recipient", "request", "date", "value", "which", "condition")
_MEASURES = frozenset({"count", "sum", "average", "smallest", "largest"})
_ANSWERS = {
    "count": {"where"}, "sum": {"of", "where"}, "average": {"of", "where"}, "smallest": {"of", "where"},
    "largest": {"of", "where"}, "list": {"where", "order", "first"}, "group": {"by", "measure", "of", "where"},
    "record": set(), "field": set(), "tool": set(),
}  # fmt: skip
_CHANGES = {
    "update": {"set"}, "update_all": {"where", "set", "except"}, "create": {"set"}, "delete": set(),
    "delete_all": {"where", "except"}, "restore": set(), "merge": set(), "taken_back": set(),
}  # fmt: skip


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _one_of(written: Mapping[str, Any], shapes: Mapping[str, set[str]], what: str) -> str:
    """The verb of an entry, with nothing beside it that nobody declared."""
    verbs = [name for name in written if name in shapes]
    if len(verbs) != 1:
        raise ValueError(f"{what} is one of {', '.join(shapes)}: {dict(written)}")
    unknown = set(written) - shapes[verbs[0]] - {verbs[0]}
    if unknown:
        raise ValueError(f"“{verbs[0]}” has no {', '.join(sorted(unknown))}")
    return verbs[0]


@dataclass(frozen=True, slots=True)
class Change:
    """Something that has to differ in the records. `target`: a record, a kind, two records or the number of a turn."""

    verb: str
    target: Any
    set: Mapping[str, Any]
    where: tuple[Mapping[str, Any], ...] = ()
    spared: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def of(cls, written: Mapping[str, Any]) -> Change:
        verb = _one_of(written, _CHANGES, "a change")
        one = cls(verb, written[verb], written.get("set", {}), tuple(written.get("where", ())),
                  tuple(written.get("except", ())))  # fmt: skip
        one.require()
        return one

    def require(self) -> None:
        """Raises `ValueError` for a kind, a field or a value nobody declared."""
        match self.verb:
            case "taken_back":
                if not str(self.target).isdigit():
                    raise ValueError("a turn is taken back by its number")
            case "merge":
                for one in self.target:
                    require_reference(one)
            case "update" | "delete" | "restore":
                require_reference(self.target)
                require_values(kind_of(self.target), self.set)
            case _:
                require_values(self.target, self.set)
                require_conditions(self.target, (*self.where, *self.spared))


@dataclass(frozen=True, slots=True)
class Answer:
    """What has to be found. `of`: a kind of record, a record, a record's field or a tool, as the shape wants it."""

    shape: str
    of: Any
    where: tuple[Mapping[str, Any], ...] = ()
    field: str | None = None
    by: str | None = None
    measure: str = "count"
    order: str | None = None
    first: int | None = None

    @classmethod
    def from_(cls, written: Mapping[str, Any]) -> Answer:
        shape = _one_of(written, _ANSWERS, "an answer")
        one = cls(shape, written[shape], tuple(written.get("where", ())), written.get("of"), written.get("by"),
                  written.get("measure", "count"), written.get("order"), written.get("first"))  # fmt: skip
        one.require()
        return one

    def require(self) -> None:
        """Raises `ValueError` for a kind or a field nobody declared."""
        match self.shape:
            case "record":
                require_reference(self.of)
            case "field":
                record, _, name = str(self.of).rpartition(".")
                require_values(kind_of(record), {name: "any"})
            case "tool":
                pass
            case _:
                if self.measure not in _MEASURES:
                    raise ValueError(f"nothing is measured as “{self.measure}”")
                named = (self.field, self.by, self.order.removeprefix("-") if self.order else None)
                require_values(self.of, {name: "any" for name in named if name})
                require_conditions(self.of, self.where)


@dataclass(frozen=True, slots=True)
class Reading:
    """One right way to take a turn. `agents` is None where nobody's work can be told from the labels."""

    agents: tuple[str, ...] | None
    effect: Effect
    changes: tuple[Change, ...] = ()
    answer: Answer | None = None
    choices: bool = False


class Override(_Strict):
    """Another reading: what it says stands in the place of the labels of the turn, the rest is as there."""

    agents: tuple[Specialist, ...] | None = None
    effect: Effect | None = None
    changes: tuple[dict[str, Any], ...] | None = None
    answer: dict[str, Any] | None = None
    clarify: Literal[_ASKED] | None = None  # type: ignore[valid-type]  # the words are one tuple
    choices: bool = False
    refused: bool = False

    @field_validator("changes")
    @classmethod
    def _changes(cls, written: tuple[dict[str, Any], ...] | None) -> tuple[dict[str, Any], ...] | None:
        for one in written or ():
            Change.of(one)
        return written

    @field_validator("answer")
    @classmethod
    def _answer(cls, written: dict[str, Any] | None) -> dict[str, Any] | None:
        if written is not None:
            Answer.from_(written)
        return written


class Turn(Override):
    say: str = Field(min_length=1)
    agents: tuple[Specialist, ...]
    effect: Effect
    alternatives: tuple[Override, ...] = Field(default=(), alias="or")
    note: str = ""

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if (self.effect is Effect.CLARIFY) != (self.clarify is not None):
            raise ValueError("`clarify` belongs to the effect clarify, and to nothing else")
        if (self.effect is Effect.REFUSED) != self.refused:
            raise ValueError("`refused` belongs to the effect refused, and to nothing else")
        if self.changes and self.effect not in CHANGING:
            raise ValueError(f"a turn with the effect {self.effect} changes nothing")
        return self

    @property
    def readings(self) -> tuple[Reading, ...]:
        """The labels first. Specialists that are said to be just as right are so for every other reading too."""
        alone = [one for one in self.alternatives if one.model_fields_set == {"agents"}]
        others = [one for one in self.alternatives if one not in alone]
        found = [self._main(), *(self._read(one) for one in others)]
        return (*found, *(self._by(one, reading) for one in alone for reading in found))

    def _main(self) -> Reading:
        return Reading(self.agents, self.effect, _changes(self.changes), _answer(self.answer), self.choices)

    def _read(self, other: Override) -> Reading:
        effect = other.effect or self.effect
        same = effect is self.effect
        agents = other.agents if other.agents is not None else self.agents if same or effect in CHANGING else None
        changes = other.changes if other.changes is not None else self.changes if effect in CHANGING else ()
        answer = other.answer if other.answer is not None else self.answer if same else None
        return Reading(agents, effect, _changes(changes), _answer(answer), other.choices)

    def _by(self, other: Override, reading: Reading) -> Reading:
        return Reading(other.agents, reading.effect, reading.changes, reading.answer, reading.choices)


def _changes(written: Iterable[Mapping[str, Any]] | None) -> tuple[Change, ...]:
    return tuple(Change.of(one) for one in written or ())


def _answer(written: Mapping[str, Any] | None) -> Answer | None:
    return Answer.from_(written) if written is not None else None


class CommandCase(_Strict):
    """One conversation of one person."""

    id: str
    person: Literal["rep", "manager", "executive", "admin"]
    tags: tuple[str, ...]
    turns: tuple[Turn, ...] = Field(min_length=1)

    @property
    def placeholders(self) -> frozenset[str]:
        """Everything to be filled in, in what is said and in what is expected."""
        return frozenset(chain.from_iterable(_placeholders(turn) for turn in self.turns))

    @model_validator(mode="after")
    def _refers_to_what_was(self) -> Self:
        for number, turn in enumerate(self.turns, start=1):
            for change in chain.from_iterable(reading.changes for reading in turn.readings):
                if change.verb == "taken_back" and not 0 < change.target < number:
                    raise ValueError(f"turn {number} takes back turn {change.target}, which was not before it")
        return self

    @model_validator(mode="after")
    def _one_condition_each(self) -> Self:
        """A numbered placeholder means one record all through a case, so it is asked for in one way."""
        numbered = Counter(re.split("[:@]", name)[0] for name in self.placeholders if "_first" not in name)
        twice = sorted(name for name, times in numbered.items() if times > 1)
        if twice:
            raise ValueError(f"{', '.join(twice)} is asked for in two ways")
        return self


def _placeholders(turn: Turn) -> Iterator[str]:
    written = str(turn.model_dump(exclude={"note", "effect"}))
    for name in re.findall(r"\{(\w+\d[^{}' ]*)\}", written):
        if not NOTATION.fullmatch(name):
            raise ValueError(f"unknown placeholder: {name}")
        yield name


def path_of(half: Half) -> Path:
    return FOLDER / half.path.name


def halves() -> list[Half]:
    """The halves there are."""
    return [half for half in Half if path_of(half).exists()]


def load(half: Half) -> tuple[CommandCase, ...]:
    """All cases of a half, in the order of the file."""
    return read(path_of(half))


def read(path: Path) -> tuple[CommandCase, ...]:
    """Cases of a file.

    Raises:
        UnreadableCases: there is no such file, or a case has an unknown field, kind or placeholder, or an id twice.
    """
    if not path.exists():
        raise UnreadableCases(path, case="-", why="there is no such file")
    cases = tuple(_case(one, path) for one in yaml.safe_load(path.read_text(encoding="utf-8")))
    twice = next((name for name, times in Counter(case.id for case in cases).items() if times > 1), None)
    if twice is not None:
        raise UnreadableCases(path, case=twice, why="the id is used twice")
    return cases


def _case(written: Any, path: Path) -> CommandCase:  # noqa: ANN401 - whatever the YAML holds
    try:
        return CommandCase.model_validate(written)
    except ValidationError as error:
        name = written.get("id", "?") if isinstance(written, dict) else "?"
        why = "; ".join(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors())
        raise UnreadableCases(path, case=str(name), why=why) from error
