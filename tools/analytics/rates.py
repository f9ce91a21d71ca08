"""The win rate by segment and over time, in sentences and as a chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from db.money import Money
from db.repositories.dimensions import require_dimensions
from db.repositories.facts import DISQUALIFIED
from db.settings import RateBasis
from db.shown import require_shown
from tools import deal_sources, exchange
from tools.analytics.behind import Lists, Span, Status
from tools.analytics.definition import bar
from tools.contract import Chart, ChartKind, Found, ToolContext
from tools.deal_sources import Counted
from tools.errors import BadArgument, Unanswerable
from tools.evidence import Figures, RowsBehind
from tools.periods import dates
from tools.science.deals import Deals
from tools.science.errors import ScienceError
from tools.science.periods import Grain
from tools.science.winrate import RateRow, win_rate_table
from tools.science.winrate.by_value import ValueRateRow, value_rate_table
from tools.science.winrate.proportions import wilson

if TYPE_CHECKING:
    from tools.analytics import WinRate

_MOST_ROWS = 15
_EMPTY = "not filled in"


async def answered(ask: WinRate, at: ToolContext) -> Found:
    """The rate of the deals the person may see, narrowed as asked."""
    require_dimensions(at.actor, ask.by)
    filters = await deal_sources.as_recorded(ask.filters, at)
    counted = await deal_sources.counted(at, filters=filters, constant=True)
    deals, span = counted.deals, None
    if ask.period:
        first, last = dates(ask.period, at)
        span = Span(first, last, ask.period)
        deals = replace(deals, frame=deals.frame.filter(pl.col("close_date").is_between(first, last)))
    behind = _Behind(
        Lists(replace(counted, deals=deals)), span, [one for one in dict.fromkeys(ask.by) if one not in set(Grain)]
    )
    deals, dimension, grain = _axes(ask.by, deals)
    try:
        table = _table(counted, at)
        total = table(deals, None, None)[0]
        rows = table(deals, dimension, grain)
    except ScienceError as error:
        raise Unanswerable(str(error)) from error
    return _rates(ask, behind, at, total=total, rows=rows, dimension=dimension, grain=grain)


def _table(counted: Counted, at: ToolContext) -> Callable[[Deals, str | None, Grain | None], Sequence[RateRow]]:
    """How rates are reckoned in this workspace: by count or by value.

    Raises:
        Unanswerable: by value, and amounts of several currencies cannot be brought into one.
    """
    year_start = at.workspace.fiscal_year_start
    if counted.definition.basis is RateBasis.COUNT:
        return lambda deals, name, grain: win_rate_table(deals, name, grain, year_start=year_start)
    require_shown(at.actor, "opportunity", "amount")
    if counted.conversion is not None and counted.conversion.missing is not None:
        lacking = exchange.missing_said(counted.conversion.missing, may_set=exchange.may_set(at))
        raise Unanswerable(f"The win rate is defined by value here, and cannot be told. {lacking}")
    return lambda deals, name, grain: value_rate_table(deals, name, grain, year_start=year_start)


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
    ask: WinRate, behind: _Behind, at: ToolContext, *, total: RateRow, rows: Sequence[RateRow], dimension: str | None,
    grain: Grain | None,
) -> Found:  # fmt: skip
    counted = behind.lists.counted
    scope, rule = behind.lists.deals.scope, counted.definition.words(behind.lists.filters)
    by_value = isinstance(total, ValueRateRow)
    figures = Figures(f"{rule}{exchange.rule(counted.conversion) if by_value else ''}")
    where = f"{ask.period or 'all closed deals'}, {scope}"
    listed = behind.of(total, total.closed)
    rate = figures.rate("rate", total.rate, f"win rate, {where}", interval=total.interval, rows=listed)
    won = figures.count("won", total.won, f"won deals, {where}", rows=behind.of(total, total.won, "won"))
    closed = figures.count("closed", total.closed, f"closed deals, {where}", rows=listed)
    said = [f"Win rate of {scope}{f' in {ask.period}' if ask.period else ''}: {rate} ({won} of {closed} closed deals)."]
    if isinstance(total, ValueRateRow):
        said[0] = said[0].replace("Win rate of", "Win rate by value of", 1)
        said.append(_value_said(total, counted, figures, where))
    if dimension or grain:
        ranked = rows if grain else sorted(rows, key=lambda row: -row.interval[0])
        shown = ranked[-_MOST_ROWS:] if grain else ranked[:_MOST_ROWS]
        said.append(
            "\n".join(_rate_line(number, row, figures, behind, where) for number, row in enumerate(shown, start=1))
        )
        if not grain and len(rows) > 1:
            said.append("Ranked by the lower end of the 95 % interval, so that small groups do not lead by luck.")
    said.append(f"Definition: {rule}.{_disqualified(behind.lists.deals, figures, where)}")
    if by_value:
        said += exchange.said(counted.conversion, figures, "the day of the close", may_set=exchange.may_set(at))
    data = tuple(bar(_name(row), row) for row in (rows if dimension or grain else []) if row.closed >= 10)[-24:]
    kind = ChartKind.LINE if grain and not dimension else ChartKind.BAR
    title = f"Win rate by {(dimension or str(grain)).replace('_', ' ')}"
    chart = Chart(title, kind, f"{title}, {where}.", data, "rate") if len(data) > 1 else None
    table = tuple({"segment": _name(row), "won": row.won, "closed": row.closed, "rate": row.rate} for row in rows[:200])
    return Found(tuple(said), figures.all, table, chart, scope=scope)


def _value_said(total: ValueRateRow, counted: Counted, figures: Figures, where: str) -> str:
    """The amounts behind a rate by value, the rate by count beside it, and the deals without an amount."""
    currency = counted.deals.currency or ""
    worth = {
        key: figures.money(f"worth.{key}", Money.of(Decimal(str(round(amount, 2))), currency), f"{label}, {where}")
        for key, amount, label in (
            ("won", total.value_won, "value of the won deals"), ("closed", total.value, "value of the closed deals"),
        )
        if currency
    }  # fmt: skip
    count_rule = counted.definition.words(counted.filters, basis=RateBasis.COUNT)
    interval = wilson(total.won, total.closed)
    by_count = figures.rate(
        "rate.count", total.won / total.closed, f"win rate by count, {where}", rule=count_rule, interval=interval
    )
    said = f"{worth['won']} of {worth['closed']} were won; by count it is {by_count}." if worth else (
        f"By count it is {by_count}."
    )  # fmt: skip
    if without := total.closed - total.known:
        label = f"closed deals without an amount, {where}"
        said += f" Without an amount, and so not weighed: {figures.count('without', without, label)}."
    return said


def _disqualified(deals: Deals, figures: Figures, where: str) -> str:
    """How many deals were left out as disqualified; over all periods, as they were taken out before."""
    out = deals.set_aside.get(DISQUALIFIED, 0)
    if not out:
        return ""
    label = f"deals lost for a reason of disqualification, whenever they closed, {deals.scope}"
    return f" Left out as disqualified: {figures.count('disqualified', out, label)}."


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
