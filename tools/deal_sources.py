"""Deals for the science, from a file or from the fact table: one shape, whatever the source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from db.importers.deal_file import DealFile
from db.repositories.dimensions import DimensionRepository
from db.repositories.facts import FactRepository
from db.repositories.people import PeopleRepository
from tools.contract import ToolContext
from tools.errors import BadArgument, Unanswerable
from tools.science.deals import Deals

NEW_BUSINESS = "new"
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


def listed_as(filters: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The filters under which a list of deals holds those that `from_workspace` counts."""
    return {"deal_type": [NEW_BUSINESS]} | {name: list(values) for name, values in filters.items()}


async def from_workspace(
    at: ToolContext, *, filters: Mapping[str, Sequence[str]], since: date | None = None, constant: bool = False
) -> Deals:
    """The deals the person may see: new business, unless a deal type is asked for by name.

    Args:
        constant: keep dimensions in which these deals do not differ.
    """
    facts = FactRepository(at.session, at.actor)
    wanted = await _known(DimensionRepository(at.session, at.actor), filters)
    columns = await facts.columns(filters=wanted, since=since)
    frame, set_aside = columns.frame, dict(columns.set_aside)
    if "deal_type" not in filters:
        new = pl.col("deal_type").is_null() | (pl.col("deal_type").cast(pl.String) == NEW_BUSINESS)
        kept = frame.filter(new)
        if kept.height < frame.height:
            set_aside["renewals and expansions"] = frame.height - kept.height
        frame = kept
    scope = await PeopleRepository(at.session, at.actor).scope()
    named = "; ".join(f"{dimension.replace('_', ' ')} {' or '.join(values)}" for dimension, values in wanted.items())
    used = tuple(d for d in _DIMENSIONS if constant or frame[d].n_unique() > 1)
    return Deals(
        frame.select("outcome", "close_date", "created_date", "amount", "account", *used),
        dimensions=used,
        people=("owner",) if "owner" in used else (),
        with_open=True,
        as_of=at.today,
        scope=f"{scope} ({named})" if named else scope,
        set_aside=set_aside,
        currency=columns.currency,
    )


async def _known(facts: DimensionRepository, filters: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """The filters with their values as they are spelt in the records; an unknown value is named, with what there is."""
    known: dict[str, list[str]] = {}
    for dimension, values in filters.items():
        if dimension not in (*_DIMENSIONS, "deal_type", "competitor"):
            raise BadArgument("filters", f"“{dimension}” is not a dimension; there are {', '.join(_DIMENSIONS)}")
        labels = {label.casefold(): label for label in await facts.labels(dimension)}
        missing = [value for value in values if value.casefold() not in labels]
        if missing:
            some = ", ".join(list(labels.values())[:8])
            named = dimension.replace("_", " ")
            raise Unanswerable(f"None of these deals has the {named} “{missing[0]}”. There is {some}.")
        known[dimension] = [labels[value.casefold()] for value in values]
    return known
