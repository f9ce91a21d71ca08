"""What keeps the pipeline whole: a stage that deals stand in stays, and its numbers fit its outcome.

A deal names its stage, so that renaming one under it would leave it in a stage that is not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from db.records import KINDS
from db.records.choices import Outcome
from db.records.conditions import Condition, Test
from db.repositories.records import RecordLine, RecordRepository, Wanted
from tools.contract import ToolContext
from tools.errors import BadArgument, Unanswerable
from tools.wording import clean, plural

_CERTAIN = {Outcome.WON: Decimal(1), Outcome.LOST: Decimal(0)}
_MOST_STAGES = 50


async def require_new(columns: Mapping[str, Any], at: ToolContext) -> None:
    """Refuse a stage that cannot be.

    Raises:
        BadArgument: its name is taken, or its numbers do not fit.
    """
    there = await _stages(at)
    await _require_free(str(columns.get("name") or ""), there, at)
    if len(there) >= _MOST_STAGES:
        raise BadArgument("stage", f"a pipeline has at most {_MOST_STAGES} stages")
    _require_fitting(columns)


async def require_changed(before: Sequence[RecordLine], columns: Mapping[str, Any], at: ToolContext) -> None:
    """Refuse a change that deals would fall out of.

    Raises:
        Unanswerable: deals stand in the stage and it would be renamed or end otherwise, or it is the last of its kind.
        BadArgument: its name is taken, or its numbers do not fit.
    """
    there = await _stages(at)
    for stage in before:
        after = {"name": stage.name, "outcome": stage.values.get("outcome")} | dict(columns)
        if after["name"] != stage.name:
            await _require_free(str(after["name"]), [one for one in there if one.id != stage.id], at)
            await _require_unused(stage, at, "be renamed")
        if after["outcome"] != stage.values.get("outcome"):
            await _require_unused(stage, at, f"become {after['outcome']}")
            _require_another([stage], there)
        probability = columns.get("probability", stage.values.get("probability"))
        _require_fitting(after | {"probability": probability})


async def require_removable(ids: Sequence[int], at: ToolContext) -> None:
    """Refuse to remove a stage that deals stand in, or the last open, won or lost one. Raises `Unanswerable`."""
    there = await _stages(at)
    going = [one for one in there if one.id in set(ids)]
    for stage in going:
        await _require_unused(stage, at, "be deleted")
    _require_another(going, there)


async def _stages(at: ToolContext) -> list[RecordLine]:
    _, lines = await RecordRepository(at.session, at.actor, KINDS["stage"]).find(Wanted(limit=10 * _MOST_STAGES))
    return lines


async def _require_free(name: str, there: Sequence[RecordLine], at: ToolContext) -> None:
    taken = {one.name.casefold() for one in there}
    if name.casefold() in taken:
        raise BadArgument("name", f"there is a stage {clean(name, most=80)} already")
    gone = RecordRepository(at.session, at.actor, KINDS["stage"])
    deleted, _ = await gone.find(Wanted((Condition("name", Test.IS, (name,)),), deleted=True, limit=1))
    if deleted:
        raise BadArgument("name", f"the stage {clean(name, most=80)} was deleted; “restore it” brings it back")


async def _require_unused(stage: RecordLine, at: ToolContext, what: str) -> None:
    in_it = Condition("stage", Test.IS, (stage.name,))
    deals, _ = await RecordRepository(at.session, at.actor, KINDS["opportunity"]).find(Wanted((in_it,), limit=1))
    if not deals:
        return
    still = Condition("outcome", Test.IS, (Outcome.OPEN,))
    open_, _ = await RecordRepository(at.session, at.actor, KINDS["opportunity"]).find(Wanted((in_it, still), limit=1))
    name = clean(stage.name, most=80)
    counted = f"{open_:,} open {plural(open_, 'deal')}" if open_ else f"{deals:,} closed {plural(deals, 'deal')}"
    verb = plural(open_ or deals, "stands", "stand")
    how = f"Move {plural(open_ or deals, 'it', 'them')} first: “move all deals in {name} to …”."
    raise Unanswerable(f"{counted} {verb} in {name}, so it cannot {what}. {how if open_ else 'They keep its name.'}")


def _require_another(going: Sequence[RecordLine], there: Sequence[RecordLine]) -> None:
    """Each way a deal can stand needs a stage."""
    staying = [one for one in there if one.id not in {stage.id for stage in going}]
    for stage in going:
        outcome = stage.values.get("outcome")
        if not any(one.values.get("outcome") == outcome for one in staying):
            name = clean(stage.name, most=80)
            raise Unanswerable(
                f"{name} is the only {outcome} stage, and a pipeline needs one. Create another one first."
            )


def _require_fitting(columns: Mapping[str, Any]) -> None:
    """The numbers of a stage: place from 1, days above 0, a probability that fits its outcome."""
    position, days = columns.get("position"), columns.get("rotting_days")
    if position is not None and not 1 <= int(position) <= 1_000:
        raise BadArgument("position", "stages are counted from 1")
    if days is not None and not 1 <= int(days) <= 3_650:
        raise BadArgument("rotting_days", "say after how many days, 1 to 3,650, a deal counts as stuck, or none")
    probability = columns.get("probability")
    if probability is None:
        return
    share, outcome = Decimal(str(probability)), columns.get("outcome") or Outcome.OPEN
    if not 0 <= share <= 1:
        raise BadArgument("probability", "a probability lies between 0 and 100 %")
    certain = _CERTAIN.get(Outcome(str(outcome)))
    if certain is not None and share != certain:
        raise BadArgument("probability", f"a {outcome} stage has a probability of {100 * certain:.0f} %")
