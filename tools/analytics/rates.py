"""The win rate by segment and over time, in sentences and as a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from tools import deal_sources
from tools.analytics.behind import Lists, Span, Status
from tools.analytics.definition import bar, rate_rule
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
    filters = await deal_sources.as_recorded(ask.filters, at)
    deals = await deal_sources.from_workspace(at, filters=filters, constant=True)
    span = None
    if ask.period:
        first, last = dates(ask.period, at)
        span = Span(first, last, ask.period)
        deals = replace(deals, frame=deals.frame.filter(pl.col("close_date").is_between(first, last)))
    behind = _Behind(Lists(deals, filters), span, [one for one in dict.fromkeys(ask.by) if one not in set(Grain)])
    deals, dimension, grain = _axes(ask.by, deals)
    try:
        total = win_rate_table(deals)[0]
        rows = win_rate_table(deals, dimension, grain, year_start=at.workspace.fiscal_year_start)
    except ScienceError as error:
        raise Unanswerable(str(error)) from error
    return _rates(ask, behind, total=total, rows=rows, dimension=dimension, grain=grain)


class _Behind:
    """The lists behind the counts of the rows of one answer."""

    def __init__(self, lists: Lists, span: Span | None, dimensions: Sequence[str]) -> None:
        self.lists, self.span, self.dimensions = lists, span, dimensions

    @cached_property
    def _segments(self) -> dict[str, dict[str, str]]:
        """Name of a segment -> its conditions; what is not filled in cannot be one."""
        known = self.lists.deals.frame.select(pl.col(list(self.dimensions)).cast(pl.String)).unique().drop_nulls()
        return {", ".join(values): dict(zip(self.dimensions, values, strict=True)) for values in known.iter_rows()}

    def of(self, row: RateRow, count: int, status: Status = "closed") -> RowsBehind | None:
        segment = {} if row.segment is None else self._segments.get(row.segment)
        if segment is None:
            return None
        span = self.span if row.period is None else Span.of(row.period).within(self.span)
        return self.lists.of(count, status=status, span=span, segment=segment)


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
    ask: WinRate, behind: _Behind, *, total: RateRow, rows: list[RateRow], dimension: str | None, grain: Grain | None
) -> Found:
    scope, rule = behind.lists.deals.scope, rate_rule(behind.lists.filters)
    figures = Figures(rule)
    where = f"{ask.period or 'all closed deals'}, {scope}"
    listed = behind.of(total, total.closed)
    rate = figures.rate("rate", total.rate, f"win rate, {where}", interval=total.interval, rows=listed)
    won = figures.count("won", total.won, f"won deals, {where}", rows=behind.of(total, total.won, "won"))
    closed = figures.count("closed", total.closed, f"closed deals, {where}", rows=listed)
    said = [f"Win rate of {scope}{f' in {ask.period}' if ask.period else ''}: {rate} ({won} of {closed} closed deals)."]
    if dimension or grain:
        ranked = rows if grain else sorted(rows, key=lambda row: -row.interval[0])
        shown = ranked[-_MOST_ROWS:] if grain else ranked[:_MOST_ROWS]
        said.append(
            "\n".join(_rate_line(number, row, figures, behind, where) for number, row in enumerate(shown, start=1))
        )
        if not grain and len(rows) > 1:
            said.append("Ranked by the lower end of the 95 % interval, so that small groups do not lead by luck.")
    said.append(f"Definition: {rule}.")
    data = tuple(bar(_name(row), row) for row in (rows if dimension or grain else []) if row.closed >= 10)[-24:]
    kind = ChartKind.LINE if grain and not dimension else ChartKind.BAR
    title = f"Win rate by {(dimension or str(grain)).replace('_', ' ')}"
    chart = Chart(title, kind, f"{title}, {where}.", data, "rate") if len(data) > 1 else None
    table = tuple({"segment": _name(row), "won": row.won, "closed": row.closed, "rate": row.rate} for row in rows[:200])
    return Found(tuple(said), figures.all, table, chart, scope=scope)


def _name(row: RateRow) -> str:
    return ", ".join(str(part) for part in (row.segment, row.period) if part is not None) or "all"


def _rate_line(number: int, row: RateRow, figures: Figures, behind: _Behind, where: str) -> str:
    name, key, rows = _name(row), f"row{number}", behind.of(row, row.closed)
    wins = behind.of(row, row.won, "won")
    won = figures.count(f"{key}.won", row.won, f"won deals, {name}, {where}", rows=wins)
    closed = figures.count(f"{key}.closed", row.closed, f"closed deals, {name}, {where}", rows=rows)
    if row.closed < 10:
        return f"- {name}: {won} of {closed}"
    rate = figures.rate(f"{key}.rate", row.rate, f"win rate, {name}, {where}", interval=row.interval, rows=rows)
    return f"- {name}: {rate} ({won} of {closed})"
