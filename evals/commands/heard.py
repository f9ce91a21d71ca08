"""What was seen of one turn: the answer, what its tools found, what waited for approval, and the rows that changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from evals.commands.cases import Effect
from evals.commands.store import RowChange
from evals.observed import HeardTurn, Ref
from tools.contract import Effect as ToolEffect
from tools.contract import Found
from tools.registry import by_name

_STRENGTH = (
    Effect.READ, Effect.DRAFT, Effect.WRITE, Effect.BULK, Effect.DELETE, Effect.MERGE, Effect.OUTWARD, Effect.POLICY,
)  # fmt: skip
_EFFECTS = {one: Effect(one.value.lower()) for one in ToolEffect}


def listed(tool: str, one: Found) -> tuple[Ref, ...]:
    """The records of a list, in order; a list of tasks has what they are about in focus, and themselves in its rows."""
    if tool == "overdue_tasks":
        return tuple(Ref("task", int(row["id"]), str(row["title"])) for row in one.rows)
    return tuple(Ref(ref.kind, ref.id, ref.name) for ref in one.focus)


@dataclass(frozen=True, slots=True)
class Seen:
    """One turn of a conversation.

    Attributes:
        found: what each reading tool gave, with its name, as the tool gives it for the same arguments once more.
        choices: what a question back lets choose among.
        waiting: tools whose proposals were raised.
        refusals: why a proposal could not be approved.
        changes: rows that differ from before the turn, after the approvals.
    """

    heard: HeardTurn
    found: Sequence[tuple[str, Found]] = ()
    choices: tuple[str, ...] = ()
    waiting: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()
    changes: tuple[RowChange, ...] = field(default=())

    @property
    def effect(self) -> Effect:
        """The strongest effect, or the way it was answered."""
        if self.heard.asks is not None:
            return Effect.CLARIFY
        if self.declined:
            return Effect.REFUSED
        if self.heard.understood == "undo" and not self.heard.calls:
            return Effect.UNDO
        effects = [_EFFECTS[by_name(call.tool).effect] for call in self.heard.calls if call.ok]
        effects += [_EFFECTS[by_name(tool).effect] for tool in self.waiting]
        effects += [Effect.DRAFT for _, one in self.found if one.document is not None]
        return max(effects, key=_STRENGTH.index, default=Effect.NONE)

    @property
    def broken(self) -> bool:
        """Whether the turn ended in a fault of the program, which is no way of declining."""
        return self.heard.refused == "internal_error"

    @property
    def declined(self) -> bool:
        """Whether it says that it does not or may not."""
        if self.broken:
            return False
        failed = any(not call.ok for call in self.heard.calls)
        return (
            self.heard.refused is not None
            or (failed and not any(call.ok for call in self.heard.calls))
            or (self.heard.understood in ("out_of_scope", "refused") and not self.heard.calls)
        )
