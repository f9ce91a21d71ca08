"""Cases of the evaluation of understanding: what is said, and what a careful reader would have done."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from evals.errors import UnreadableCases
from evals.scorers.times import require_due, require_period

FOLDER = Path(__file__).with_name("cases") / "understanding"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
PLACEHOLDERS = frozenset(
    {
        "account1", "account2", "contact1", "contact1_first", "lead1", "opportunity1", "rep1", "rep1_first",
        "campaign1", "product1", "region1", "region2", "ambiguous1",
    }
)  # fmt: skip
ARGUMENTS: dict[str, frozenset[str]] = {
    "find_opportunities": frozenset(
        {"sort", "period", "stuck", "stage", "amount_min", "amount_max", "status", "limit", "at_risk", "filters"}
    ),
    "pipeline": frozenset({"by", "stage", "filters", "period"}),
    "find_leads": frozenset(
        {"created", "status", "contacted", "score_min", "score_max", "filters", "sort", "limit", "quiet"}
    ),
    "brief_record": frozenset({"record"}),
    "win_rate": frozenset({"by", "filters", "period", "amount_min"}),
    "explain_win_rate": frozenset({"period", "versus", "direction", "filters", "grain"}),
    "win_loss_patterns": frozenset({"outcome", "filters", "period", "amount_max"}),
    "next_best_action": frozenset({"record", "filters", "limit"}),
    "draft_email": frozenset({"record", "kind", "length", "instruction", "tone"}),
    "call_script": frozenset({"record", "stage"}),
    "send_email": frozenset({"to"}),
    "create_task": frozenset({"title", "record", "due", "reminder", "assignee"}),
    "overdue_tasks": frozenset({"scope", "period", "filters"}),
}
"""The arguments a case may ask for, in the words of the cases; a tool may call them otherwise or lack them."""
_ROW = re.compile(r"@(\d+|last|each)")


class Half(StrEnum):
    """The held-back half is never looked at while tuning."""

    DEV = "dev"
    HELD_BACK = "held-back"

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.replace('-', '_')}.yaml"


class TurnKind(StrEnum):
    """The strongest effect of a turn, or the way it is answered without any tool."""

    READ = "read"
    DRAFT = "draft"
    WRITE = "write"
    OUTWARD = "outward"
    UNDO = "undo"
    SMALL_TALK = "small_talk"
    HELP = "help"
    OUT_OF_SCOPE = "out_of_scope"
    CLARIFY = "clarify"
    REFUSED = "refused"


WITH_TOOLS = frozenset({TurnKind.READ, TurnKind.DRAFT, TurnKind.WRITE, TurnKind.OUTWARD})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ExpectedStep(_Strict):
    tool: str
    args: dict[str, Any]

    @model_validator(mode="after")
    def _in_the_vocabulary(self) -> Self:
        known = ARGUMENTS.get(self.tool)
        if known is None:
            raise ValueError(f"no case may ask for the tool {self.tool}")
        unknown = set(self.args) - known
        if unknown:
            raise ValueError(f"{self.tool} is never asked for {', '.join(sorted(unknown))}")
        for name in ("period", "versus", "created"):
            if name in self.args:
                require_period(self.args[name])
        if "due" in self.args:
            require_due(self.args["due"])
        for name in ("record", "to", "assignee"):
            _require_record(self.args.get(name))
        return self


def _require_record(value: object) -> None:
    if value is None:
        return
    if not isinstance(value, str) or not (_ROW.fullmatch(value) or PLACEHOLDER.fullmatch(value)):
        raise ValueError(f"“{value}” is neither a placeholder nor a row of a list")


class Reading(_Strict):
    """One right way to take a turn."""

    agents: tuple[Literal["lead", "opportunity", "communication", "analytics", "automation", "intelligence"], ...]
    steps: tuple[ExpectedStep, ...]
    kind: TurnKind
    write_allowed: bool
    about: Literal["record", "recipient", "request", "date", "metric", "action", "draft", "unanswerable"] | None = None
    undo_first: bool = False

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if bool(self.steps) != (self.kind in WITH_TOOLS) or bool(self.steps) != bool(self.agents):
            raise ValueError(f"agents and steps do not fit the kind {self.kind}")
        if (self.kind is TurnKind.CLARIFY) != (self.about is not None):
            raise ValueError("`about` belongs to clarify, and to nothing else")
        return self


class Turn(Reading):
    say: str = Field(min_length=1)
    alternatives: tuple[Reading, ...] = Field(default=(), alias="or")

    @property
    def readings(self) -> tuple[Reading, ...]:
        return (self, *self.alternatives)


class Case(_Strict):
    """One conversation of one person."""

    id: str
    person: Literal["rep", "manager", "executive", "admin"]
    tags: tuple[str, ...]
    turns: tuple[Turn, ...] = Field(min_length=1)

    @property
    def placeholders(self) -> frozenset[str]:
        """Everything to be filled in, in what is said and in what is expected."""
        expected = [
            str(step.args) for turn in self.turns for reading in turn.readings for step in reading.steps
        ]  # fmt: skip
        found = {name for text in (*expected, *(turn.say for turn in self.turns)) for name in PLACEHOLDER.findall(text)}
        return frozenset(found & PLACEHOLDERS)

    @property
    def speaks_of_rows(self) -> bool:
        """Whether a step takes a row of an earlier list."""
        return any(
            str(step.args.get("record", "")).startswith("@")
            for turn in self.turns for reading in turn.readings for step in reading.steps
        )  # fmt: skip

    @field_validator("turns")
    @classmethod
    def _known_placeholders(cls, turns: tuple[Turn, ...]) -> tuple[Turn, ...]:
        unknown = {name for turn in turns for name in PLACEHOLDER.findall(turn.say)} - PLACEHOLDERS
        if unknown:
            raise ValueError(f"unknown placeholders: {', '.join(sorted(unknown))}")
        return turns


def load(half: Half) -> tuple[Case, ...]:
    """All cases of a half, in the order of the file."""
    return read(half.path)


def read(path: Path) -> tuple[Case, ...]:
    """Cases of a file.

    Raises:
        UnreadableCases: a case has an unknown field, tool, argument, token or placeholder, or an id twice.
    """
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    cases = tuple(_case(one, path) for one in written)
    ids = [case.id for case in cases]
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice is not None:
        raise UnreadableCases(path, case=twice, why="the id is used twice")
    return cases


def _case(written: Any, path: Path) -> Case:  # noqa: ANN401 - whatever the YAML holds
    try:
        return Case.model_validate(written)
    except ValidationError as error:
        name = written.get("id", "?") if isinstance(written, dict) else "?"
        raise UnreadableCases(path, case=str(name), why=_in_words(error.errors())) from error


def _in_words(faults: Iterable[Any]) -> str:
    return "; ".join(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in faults)
