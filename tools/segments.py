"""Turning the names a person used (a colleague, a region) into the conditions of a query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from db.names import fold
from db.repositories.opportunities import GroupBy
from db.repositories.people import PeopleRepository
from tools.contract import ToolContext
from tools.errors import BadArgument, NeedsChoice

_ME = frozenset({"me", "my", "mine", "i", "myself"})


def segments(filters: Mapping[str, Sequence[str]]) -> dict[GroupBy, tuple[str, ...]]:
    """The filters that are columns of a deal; owners are resolved by `chosen_owners`."""
    known = {group.value for group in GroupBy}
    for name in filters:
        if name not in known:
            raise BadArgument("filters", f"“{name}” is not a dimension; there are {', '.join(sorted(known))}")
    return {GroupBy(name): tuple(values) for name, values in filters.items() if values and name != "owner"}


async def chosen_owners(
    filters: Mapping[str, Sequence[str]], at: ToolContext, *, owner: str | None = None
) -> tuple[int, ...]:
    """The colleagues named, among those the person may see. Unknown: says so; several: asks which."""
    names = [*filters.get("owner", ()), *([owner] if owner else [])]
    if not names:
        return ()
    colleagues = await PeopleRepository(at.session, at.actor).visible()
    chosen = []
    for name in names:
        if fold(name) in _ME:
            chosen.append(at.actor.user_id)
            continue
        wanted = set(fold(name).split())
        fits = [one for one in colleagues if wanted <= set(fold(one.name).split()) or fold(one.email) == fold(name)]
        if not fits:
            raise BadArgument("owner", f"I know no colleague “{name}” among the people whose records you see")
        if len(fits) > 1:
            raise NeedsChoice(f"Which {name} do you mean?", tuple(one.name for one in fits))
        chosen.append(fits[0].id)
    return tuple(chosen)
