"""The win rate by segment and over time, in sentences and as a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from tools import deal_sources
from tools.analytics.definition import RATE_RULE, bar
from tools.contract import Chart, ChartKind, Found, ToolContext
from tools.errors import BadArgument, Unanswerable
from tools.evidence import Figures, RowsBehind
from tools.periods import dates
from tools.science.deals import Deals
from tools.science.errors import ScienceError
from tools.science.periods import Grain
from tools.science.winrate import RateRow, win_rate_table

if TYPE_CHECKING:
    from tools.analytics import WinRate

_MOST_ROWS = 15
_EMPTY = "not filled in"


async def answered(ask: WinRate, at: ToolContext) -> Found:
    """The rate of the deals the person may see, narrowed as asked."""
    deals = await deal_sources.from_workspace(at, filters=ask.filters, constant=True)
    if ask.period:
        first, last = dates(ask.period, at)
        deals = replace(deals, frame=deals.frame.filter(pl.col("close_date").is_between(first, last)))
    deals, dimension, grain = _axes(ask.by, deals)
    try:
        total = win_rate_table(deals)[0]
        rows = win_rate_table(deals, dimension, grain, year_start=at.workspace.fiscal_year_start)
    except ScienceError as error:
        raise Unanswerable(str(error)) from error
    return _rates(ask, deals.scope, total=total, rows=rows, dimension=dimension, grain=grain)


def _axes(by: Sequence[str], deals: Deals) -> tuple[Deals, str | None, Grain | None]:
    """What to break down by; two dimensions become one, whose values are their combinations."""
    grains = [one for one in by if one in set(Grain)]
    dimensions = [one for one in dict.fromkeys(by) if one not in set(Grain)]
    if len(grains) > 1:
        raise BadArgument("by", "one length of period at most")
    if unknown := [one for one in dimensions if one not in deals.dimensions]:
        raise BadArgument("by", f"there is no dimension “{unknown[0]}”; there is {', '.join(deals.dimensions)}")
    if len(dimensions) > 1:
        deals, dimensions = _crossed(deals, dimensions)
    return deals, (dimensions[0] if dimensions else None), (Grain(grains[0]) if grains else None)


def _crossed(deals: Deals, dimensions: Sequence[str]) -> tuple[Deals, list[str]]:
    name = " and ".join(dimensions)
    parts = [pl.col(one).cast(pl.String).fill_null(_EMPTY) for one in dimensions]
    frame = deals.frame.with_columns(pl.concat_str(parts, separator=", ").cast(pl.Categorical).alias(name))
    return replace(deals, frame=frame, dimensions=(*deals.dimensions, name)), [name]


def _rates(
    ask: WinRate, scope: str, *, total: RateRow, rows: list[RateRow], dimension: str | None, grain: Grain | None
) -> Found:
    period = ask.period or "all closed deals"
    behind = RowsBehind(
        "find_opportunities",
        {"status": "closed", "closed": ask.period, "filters": deal_sources.listed_as(ask.filters), "limit": 200},
    )
    figures = Figures(RATE_RULE, behind)
    where = f"{period}, {scope}"
    rate = figures.rate("rate", total.rate, f"win rate, {where}", interval=total.interval)
    won = figures.count("won", total.won, f"won deals, {where}")
    closed = figures.count("closed", total.closed, f"closed deals, {where}")
    said = [f"Win rate of {scope}{f' in {ask.period}' if ask.period else ''}: {rate} ({won} of {closed} closed deals)."]
    if dimension or grain:
        ranked = rows if grain else sorted(rows, key=lambda row: -row.interval[0])
        shown = ranked[-_MOST_ROWS:] if grain else ranked[:_MOST_ROWS]
        said.append("\n".join(_rate_line(number, row, figures, where) for number, row in enumerate(shown, start=1)))
        if not grain and len(rows) > 1:
            said.append("Ranked by the lower end of the 95 % interval, so that small groups do not lead by luck.")
    data = tuple(bar(_name(row), row) for row in (rows if dimension or grain else []) if row.closed >= 10)[-24:]
    kind = ChartKind.LINE if grain and not dimension else ChartKind.BAR
    title = f"Win rate by {(dimension or str(grain)).replace('_', ' ')}"
    chart = Chart(title, kind, f"{title}, {where}.", data, "rate") if len(data) > 1 else None
    table = tuple({"segment": _name(row), "won": row.won, "closed": row.closed, "rate": row.rate} for row in rows[:200])
    return Found(tuple(said), figures.all, table, chart, scope=scope)


def _name(row: RateRow) -> str:
    return ", ".join(str(part) for part in (row.segment, row.period) if part is not None) or "all"


def _rate_line(number: int, row: RateRow, figures: Figures, where: str) -> str:
    name = _name(row)
    won = figures.count(f"row{number}.won", row.won, f"won deals, {name}, {where}")
    closed = figures.count(f"row{number}.closed", row.closed, f"closed deals, {name}, {where}")
    if row.closed < 10:
        return f"- {name}: {won} of {closed}"
    rate = figures.rate(f"row{number}.rate", row.rate, f"win rate, {name}, {where}", interval=row.interval)
    return f"- {name}: {rate} ({won} of {closed})"
