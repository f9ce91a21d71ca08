"""How far a change of many reaches, for who decides: how many records, whose, which of them, and which figures move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from db.money import Money
from db.records import RecordKind
from db.records.choices import Outcome
from db.records.conditions import Condition, Test
from db.repositories.record_figures import Group, Measure, RecordFigures
from db.repositories.records import Wanted
from tools.contract import ToolContext
from tools.evidence import Unit, render
from tools.records.reading import Reading
from tools.records.selection import Selection
from tools.wording import clean

_MOVES_PIPELINE = frozenset({"stage", "amount"})


async def reach_of(
    kind: RecordKind, chosen: Selection, at: ToolContext, *, given: Reading | None = None, back: bool = False
) -> dict[str, Any]:
    """Part of a proposal's preview.

    Args:
        given: the new values; None where the records are deleted or restored.
        back: the records are restored.
    """
    figures = RecordFigures(at.session, at.actor, kind)
    base = Wanted(ids=chosen.ids, deleted=back)
    whose = await _owners(figures, base, kind, at)
    moved = await _moved(figures, base, kind, at, given=given, back=back)
    return {
        "records": len(chosen.ids),
        "whose": whose,
        "examples": [clean(line.name, most=80) for line in chosen.first],
        "left_out": [{"reason": one.reason, "records": one.count} for one in chosen.left_out],
        "figures": moved,
    }


async def _owners(figures: RecordFigures, base: Wanted, kind: RecordKind, at: ToolContext) -> list[dict[str, Any]]:
    field = next((one.name for one in kind.fields if one.stored == kind.owner), None)
    if field is None or not at.actor.sees(kind.name, field):
        return []
    groups = await figures.measured(base, Measure.COUNT, by=field, zone=at.workspace.zone)
    return [{"owner": clean(one.label, most=80) or "nobody", "records": one.records} for one in groups]


async def _moved(
    figures: RecordFigures, base: Wanted, kind: RecordKind, at: ToolContext, *, given: Reading | None, back: bool
) -> list[str]:
    """The figures people look at that would come out otherwise."""
    if kind.name != "opportunity" or not at.actor.sees("opportunity", "amount"):
        return []
    if given is not None and not _MOVES_PIPELINE & set(given.values):
        return []
    still = Condition("outcome", Test.IS, (Outcome.OPEN,))
    wanted = Wanted((still,), ids=base.ids, deleted=back)
    groups = await figures.measured(wanted, Measure.SUM, of="amount", zone=at.workspace.zone)
    sign = "+" if back else "−"
    if given is not None:
        return [f"open pipeline holds {_said(groups)} of these deals now"] if groups else []
    return [f"open pipeline {sign}{_said([one])}" for one in groups if isinstance(one.value, Money)]


def _said(groups: Sequence[Group]) -> str:
    return " and ".join(render(one.value, Unit.MONEY) for one in groups if isinstance(one.value, Money))
