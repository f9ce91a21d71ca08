"""Deals for the science, from a file or from the fact table: one shape, whatever the source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import polars as pl

from db.exchange import Conversion
from db.importers.deal_file import DealFile
from db.repositories.dimensions import DimensionRepository, dimension_shown, require_dimensions
from db.repositories.facts import DISQUALIFIED, FactRepository
from db.repositories.people import PeopleRepository
from tools.analytics.definition import Definition, definition
from tools.cited import Known
from tools.contract import ToolContext
from tools.errors import BadArgument, Unanswerable
from tools.evidence import RowsBehind
from tools.science.deals import Deals

NEW_BUSINESS = "new"
OTHER_TYPES = "renewals and expansions"
_DIMENSIONS = ("region", "industry", "product", "lead_source", "team", "owner")


def from_file(file: DealFile, *, name: str) -> Deals:
    """The deals of an imported file, under the file's own column names."""
    account = file.frame["account"].rank("dense").cast(pl.UInt32).alias("account")
    kept = ["outcome", "close_date", "created_date", "amount", *file.dimensions, *file.measures]
    frame = file.frame.select(kept).with_columns(account)
    return Deals(
        frame,
        dimensions=file.dimensions,
        measures=file.measures,
        source_names=file.source_names,
        people=file.people,
        with_open=file.with_open,
        as_of=file.as_of,
        scope=f"the file {name}",
        set_aside=file.set_aside,
        currency=file.currency,
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """What the deals of an answer rest on.

    Attributes:
        filters: as `as_recorded` spells them.
        definition: what counts as a closed deal here.
        conversion: how amounts of several currencies came into one, or why they did not; None for one currency.
        decided: whether deals lost for a reason of disqualification were taken out.
    """

    deals: Deals
    filters: Mapping[str, Sequence[str]]
    definition: Definition
    conversion: Conversion | None = None
    decided: bool = False

    @property
    def listed_as(self) -> dict[str, Any]:
        """The arguments under which a list of deals holds those that are counted here."""
        filters = {name: list(values) for name, values in self.filters.items()}
        if not self.definition.renewals:
            filters = {"deal_type": [NEW_BUSINESS]} | filters
        return {"filters": filters} | ({"decided": True} if self.decided else {})


async def from_workspace(
    at: ToolContext, *, filters: Mapping[str, Sequence[str]], since: date | None = None, constant: bool = False
) -> Deals:
    """The deals that `counted` counts."""
    return (await counted(at, filters=filters, since=since, constant=constant)).deals


async def counted(
    at: ToolContext, *, filters: Mapping[str, Sequence[str]], since: date | None = None, constant: bool = False
) -> Counted:
    """The deals the person may see, as the workspace defines its win rate: which deal types count, unless one is asked
    for by name, and whether disqualified deals count as lost.

    Args:
        filters: as `as_recorded` spells them.
        constant: keep dimensions in which these deals do not differ.
    """
    defined = definition(at.workspace)
    columns = await FactRepository(at.session, at.actor).columns(
        filters=filters, since=since, without=defined.left_out, today=at.today
    )
    frame, set_aside = columns.frame, dict(columns.set_aside)
    if "deal_type" not in filters and not defined.renewals:
        new = pl.col("deal_type").is_null() | (pl.col("deal_type").cast(pl.String) == NEW_BUSINESS)
        kept = frame.filter(new)
        other = frame.filter(~new & (pl.col("outcome") >= 0)).height
        if other:
            set_aside[OTHER_TYPES] = other
        frame = kept
    scope = await PeopleRepository(at.session, at.actor).scope()
    named = "; ".join(f"{dimension.replace('_', ' ')} {' or '.join(values)}" for dimension, values in filters.items())
    shown = (one for one in _DIMENSIONS if dimension_shown(at.actor, one))
    used = tuple(d for d in shown if constant or frame[d].n_unique() > 1)
    deals = Deals(
        frame.select("outcome", "close_date", "created_date", "amount", "account", *used),
        dimensions=used,
        people=("owner",) if "owner" in used else (),
        with_open=True,
        as_of=at.today,
        scope=f"{scope} ({named})" if named else scope,
        set_aside=set_aside,
        currency=columns.currency,
    )
    return Counted(deals, filters, defined, columns.conversion, decided=DISQUALIFIED in columns.set_aside)


async def set_aside_as(at: ToolContext, deals: Deals, *, filters: Mapping[str, Sequence[str]]) -> dict[str, Known]:
    """What each number of deals set aside is, by its reason; those of other deal types with their list."""
    known = {
        reason: Known(f"deals left out: {reason}, {deals.scope}", f"{count:,}", after=f" {reason}")
        for reason, count in deals.set_aside.items()
    }
    if OTHER_TYPES in known and dimension_shown(at.actor, "deal_type"):
        types = await DimensionRepository(at.session, at.actor).labels("deal_type")
        chosen = {**filters, "deal_type": [one for one in types if one != NEW_BUSINESS]}
        rows = RowsBehind("find_opportunities", {"status": "closed", "filters": chosen, "limit": 200})
        known[OTHER_TYPES] = replace(known[OTHER_TYPES], rows=rows)
    return known


async def as_recorded(filters: Mapping[str, Sequence[str]], at: ToolContext) -> dict[str, list[str]]:
    """The filters with their values as they are spelt in the records; a team stands for those below it too.

    Raises:
        BadArgument: a filter on something that is no dimension.
        NotShown: a filter on what is hidden from the person.
        Unanswerable: a value of none of the deals the person sees, with what there is.
    """
    require_dimensions(at.actor, filters)
    facts, recorded = DimensionRepository(at.session, at.actor), {}
    for dimension, values in filters.items():
        if dimension not in (*_DIMENSIONS, "deal_type", "competitor"):
            raise BadArgument("filters", f"“{dimension}” is not a dimension; there are {', '.join(_DIMENSIONS)}")
        seen = await facts.labels(dimension)
        labels = {label.casefold(): [label] for label in seen}
        if dimension == "team":
            labels |= await _own_team(at, seen)
        missing = [value for value in values if value.casefold() not in labels]
        if missing:
            raise Unanswerable(await _unseen(missing[0], dimension, seen, at))
        recorded[dimension] = list(dict.fromkeys(label for value in values for label in labels[value.casefold()]))
    return recorded


async def _own_team(at: ToolContext, seen: Sequence[str]) -> dict[str, list[str]]:
    """The team the person belongs to by name, as every team of the tree below it that has deals here."""
    if at.actor.sees_all:
        return {}
    people = PeopleRepository(at.session, at.actor)
    mine = next((one.team for one in await people.visible() if one.id == at.actor.user_id), None)
    tree = set(await people.teams())
    below = [label for label in seen if label in tree]
    return {mine.casefold(): below} if mine and below else {}


async def _unseen(value: str, dimension: str, seen: Sequence[str], at: ToolContext) -> str:
    """One sentence for a value of no deal in sight; that a colleague exists is not told by it."""
    named = dimension.replace("_", " ")
    words: Sequence[str] = ()
    if dimension == "team":
        words = await PeopleRepository(at.session, at.actor).teams()
    if dimension != "owner":
        words = (*words, *await DimensionRepository(at.session, at.actor).vocabulary(dimension))
    spelt = {word.casefold(): word for word in words}.get(value.casefold())
    some = ", ".join(seen[:8]) or "none filled in"
    if spelt is not None:
        return f"Your deals do not include the {named} “{spelt}”. They have {some}."
    return f"None of these deals has the {named} “{value}”. There is {some}."
