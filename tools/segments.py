"""Turning the names a person used (a colleague, a region) into the conditions of a query."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

from pydantic import BeforeValidator

from db.names import fold
from db.repositories.dimensions import SEGMENTS, DimensionRepository
from db.repositories.opportunities import GroupBy, OpportunityRepository
from db.repositories.people import Colleague, PeopleRepository
from db.shown import require_shown
from tools.contract import RecordArgument, ToolContext
from tools.errors import BadArgument, NeedsChoice

_ME = frozenset({"me", "my", "mine", "i", "myself"})


def as_list(value: object) -> object:
    """One value written without brackets, as a list of one."""
    return [value] if isinstance(value, str) else value


Names = Annotated[list[str], BeforeValidator(as_list)]
"""One name or several."""
Who = str | RecordArgument
"""A colleague: the name, the e-mail address, "me", or the linked record of kind user."""


def segments(filters: Mapping[str, Sequence[str]]) -> dict[GroupBy, tuple[str, ...]]:
    """The filters that are columns of a deal; owners are resolved by `chosen_owners`."""
    known = {group.value for group in GroupBy}
    for name in filters:
        if name not in known:
            raise BadArgument("filters", f"“{name}” is not a dimension; there are {', '.join(sorted(known))}")
    return {GroupBy(name): tuple(values) for name, values in filters.items() if values and name != "owner"}


async def as_stored(filters: Mapping[str, Sequence[str]], at: ToolContext) -> dict[str, list[str]]:
    """The filters with their values spelt as the records spell them. What is unknown stays, and will match nothing."""
    spelt = {}
    for name, values in filters.items():
        if name == GroupBy.OWNER or not values:
            spelt[name] = list(values)
        elif name == GroupBy.STAGE:
            stages = await OpportunityRepository(at.session, at.actor).stages()
            spelt[name] = matched(values, [stage for stage, _, _ in stages])
        elif name in SEGMENTS:
            spelt[name] = matched(values, await DimensionRepository(at.session, at.actor).labels(name))
        else:
            spelt[name] = list(values)
    return spelt


def matched(values: Iterable[str], labels: Sequence[str]) -> list[str]:
    """Each value as its label: the same word in any case, or the only label that has all of its words."""
    return list(dict.fromkeys(_label(value, labels) for value in values))


def _label(value: str, labels: Sequence[str]) -> str:
    same = [label for label in labels if fold(label) == fold(value)]
    if same:
        return same[0]
    words = set(fold(value).split())
    wider = [label for label in labels if words and words <= set(fold(label).split())]
    return wider[0] if len(wider) == 1 else value


async def chosen_owners(
    filters: Mapping[str, Sequence[str]], at: ToolContext, *, owner: Who | None = None, of: str = "opportunity"
) -> tuple[int, ...]:
    """The colleagues named, among those the person may see. Unknown: says so; several: asks which.

    Args:
        of: the kind of record whose owners they are. Raises `NotShown` where that is hidden and others are named.
    """
    named: list[Who] = [*filters.get("owner", ()), *([owner] if owner else [])]
    if not named:
        return ()
    colleagues = await PeopleRepository(at.session, at.actor).visible()
    found = tuple(_colleague(one, colleagues, at).id for one in named)
    if set(found) != {at.actor.user_id}:
        require_shown(at.actor, of, "owner")
    return found


async def everybody(at: ToolContext) -> tuple[int, ...]:
    """The people whose rows the person sees; none named where that is everybody, so that nothing has to be compared."""
    if at.actor.sees_all:
        return ()
    return tuple(one.id for one in await PeopleRepository(at.session, at.actor).visible())


async def chosen_colleague(who: Who, at: ToolContext, *, argument: str = "owner") -> Colleague:
    """One colleague among those the person may see."""
    return _colleague(who, await PeopleRepository(at.session, at.actor).visible(), at, argument=argument)


def said_of(who: Who | None) -> str:
    """` of Dana Weiss`, or nothing for oneself and for nobody in particular."""
    name = who.name if isinstance(who, RecordArgument) else who
    return f" of {name}" if name and fold(name) not in _ME else ""


def _colleague(who: Who, colleagues: Sequence[Colleague], at: ToolContext, *, argument: str = "owner") -> Colleague:
    if isinstance(who, RecordArgument):
        fits = [one for one in colleagues if who.kind == "user" and one.id == who.id]
        name = who.name or f"{who.kind} {who.id}"
    else:
        name = who
        fits = _named(who, colleagues, at.actor.user_id)
    if not fits:
        raise BadArgument(argument, f"I know no colleague “{name}” among the people whose records you see")
    if len(fits) > 1:
        raise NeedsChoice(f"Which {name} do you mean?", tuple(f"{one.name} ({one.email})" for one in fits))
    return fits[0]


def _named(name: str, colleagues: Sequence[Colleague], me: int) -> list[Colleague]:
    wanted = fold(name)
    if wanted in _ME:
        return [one for one in colleagues if one.id == me]
    exact = [one for one in colleagues if wanted in (fold(one.name), fold(one.email))]
    words = set(wanted.split())
    near = [one for one in colleagues if words and words <= set(fold(one.name).split())]
    # A choice offered before came as “Name (address)”.
    offered = [one for one in colleagues if fold(f"{one.name} ({one.email})") == wanted]
    return offered or (exact if len(exact) == 1 else near)
