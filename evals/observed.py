"""What was seen of a turn: the calls, the answer, and what changed in the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

LISTING = frozenset({"find_opportunities", "find_leads", "overdue_tasks", "next_best_action", "pipeline"})


@dataclass(frozen=True, slots=True)
class Ref:
    """A record, told apart by kind and id."""

    kind: str
    id: int
    name: str = field(default="", compare=False)

    @classmethod
    def of(cls, written: object) -> Ref | None:
        """The record of an argument; None where it is no linked record."""
        if isinstance(written, Mapping) and {"kind", "id"} <= set(written):
            return cls(str(written["kind"]), int(written["id"]), str(written.get("name", "")))
        return None

    def __str__(self) -> str:
        return f"{self.kind} {self.id} “{self.name}”"


@dataclass(frozen=True, slots=True)
class Call:
    """A tool call as it happened.

    Attributes:
        waits_for: the record a proposal is about, for a call that raised one.
        shown: records of the list it gave, in order.
    """

    tool: str
    args: Mapping[str, Any]
    ok: bool = True
    error: str | None = None
    applied: bool = False
    proposed: bool = False
    waits_for: Ref | None = None
    shown: tuple[Ref, ...] = ()

    def __str__(self) -> str:
        return f"{self.tool}{dict(self.args)}{'' if self.ok else f' refused: {self.error}'}"


@dataclass(frozen=True, slots=True)
class Touch:
    """A row of the records that was inserted, updated or deleted.

    Attributes:
        values: the row as it stands afterwards; nothing where it is gone.
        before: the row as it was before this touch; nothing where it was inserted.
    """

    table: str
    row: int
    act: str
    values: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HeardTurn:
    """One turn of a conversation.

    Attributes:
        understood: how the supervisor took the turn as a whole: request, small_talk, help, out_of_scope, undo ...
        prompts: ids of the prompts that language models read in it; none where the local model answered alone.
    """

    said: str
    answer: str
    agents: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    understood: str = "request"
    asks: str | None = None
    refused: str | None = None
    touches: tuple[Touch, ...] = ()
    seconds: float = 0.0
    prompts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks, when, and what the placeholders of the case stand for."""

    user: Ref
    email: str
    role: str
    teams: frozenset[str]
    now: datetime
    filled: Mapping[str, Ref | str]

    def stands_for(self, written: object) -> Ref | str | None:
        """The record or the name behind `{placeholder}`; other text as it is."""
        if not isinstance(written, str):
            return None
        if written.startswith("{") and written.endswith("}"):
            return self.filled[written[1:-1]]
        return written
