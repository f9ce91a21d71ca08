"""Analytics tools: why the win rate moved, and the win rate by segment and period."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from db.access import Permission
from tools import deal_sources
from tools.cited import cited
from tools.contract import Area, Ask, Chart, ChartKind, Effect, Found, ToolContext, tool
from tools.errors import BadArgument, Unanswerable
from tools.evidence import Figures, RowsBehind
from tools.periods import dates
from tools.science.deals import Deals
from tools.science.errors import ScienceError
from tools.science.periods import Grain, Period, UnreadablePeriod
from tools.science.winrate import Diagnosis, Expected, Question, RateRow, Verdict, diagnose, win_rate_table

RATE_RULE = "won ÷ (won + lost), new business, by close date, by count"
_DIAGNOSIS_RULE = (
    f"{RATE_RULE}; change tested against sampling noise and usual variation, then season, timing, mix and rate "
    "(Kitagawa 1955; joint split after Gelbach 2016)"
)
_MOST_ROWS = 15
Cite = Callable[[str, str], str]


class ExplainWinRate(Ask):
    at: str | None = None
    """The period asked about; without it the latest complete one."""
    versus: str | None = None
    """The period to compare with; without it the one before."""
    grain: Literal["month", "quarter", "year"] = "quarter"
    direction: Literal["down", "up"] | None = None
    """The direction the person takes for granted."""
    filters: dict[str, list[str]] = Field(default_factory=dict)
    what: Literal["change", "drivers", "risk"] = "change"
    """change: why it moved. drivers: what separates won from lost. risk: revenue at risk in the open pipeline."""


@tool(
    area=Area.ANALYTICS,
    effect=Effect.READ,
    requires=Permission.ANALYTICS_READ,
    examples=(
        "why did win rate drop",
        "why did our win rate fall last quarter",
        "is the fall in win rate just noise",
        "what changed in win rate between Q1 and Q2",
        "what drives our win rate",
        "which segment pulled the win rate down",
        "how much revenue is at risk",
    ),
)
async def explain_win_rate(ask: ExplainWinRate, at: ToolContext) -> Found:
    """Explain why the win rate changed between two periods, or say that the change is noise.

    Splits the change exactly into mix and rate effects per segment, tests it against chance, season, the age of the
    pipeline and faults in the data, and names one cause with its share or none. Also gives what separates won from
    lost deals (what = drivers) and revenue at risk (what = risk).
    """
    deals = await deal_sources.from_workspace(at, filters=ask.filters)
    diagnosis = await asyncio.to_thread(_diagnosed, deals, _question(ask, at.workspace.fiscal_year_start))
    return _explained(diagnosis, ask, deals)


async def diagnosed(ask: ExplainWinRate, at: ToolContext) -> dict[str, Any]:
    """The diagnosis in its published shape, for programs."""
    at.actor.require(Permission.ANALYTICS_READ)
    deals = await deal_sources.from_workspace(at, filters=ask.filters)
    diagnosis = await asyncio.to_thread(_diagnosed, deals, _question(ask, at.workspace.fiscal_year_start))
    return diagnosis.as_json()


def _diagnosed(deals: Deals, question: Question) -> Diagnosis:
    try:
        return diagnose(deals, question)
    except ScienceError as error:
        raise Unanswerable(str(error)) from error


def _question(ask: ExplainWinRate, year_start: int) -> Question:
    try:
        at = Period.parse(ask.at, year_start=year_start) if ask.at else None
        versus = Period.parse(ask.versus, year_start=year_start) if ask.versus else None
    except UnreadablePeriod as error:
        raise BadArgument("period", str(error)) from error
    expected = {"down": Expected.FALL, "up": Expected.RISE, None: None}[ask.direction]
    return Question(grain=Grain(ask.grain), at=at, versus=versus, year_start=year_start, expected=expected)


def _explained(diagnosis: Diagnosis, ask: ExplainWinRate, deals: Deals) -> Found:
    scope, comparison = diagnosis.scope, diagnosis.comparison
    current, previous = str(comparison.current.period), str(comparison.previous.period)
    rows = RowsBehind(
        "find_opportunities",
        {"status": "closed", "closed": current, "filters": ask.filters or {"deal_type": ["new"]}, "limit": 200},
    )
    figures = Figures(_DIAGNOSIS_RULE, rows)
    known = _labels(diagnosis, scope)

    def said(text: str, prefix: str) -> str:
        return cited(
            text, figures, prefix=prefix, label=f"win rate, {current} against {previous}, {scope}", known=known
        )

    sentences = {
        "change": lambda: _change(diagnosis, said, deals.set_aside),
        "drivers": lambda: _drivers(diagnosis, said),
        "risk": lambda: _risk(diagnosis, said),
    }[ask.what]()
    return Found(
        tuple(sentences), figures.all, tuple(_decomposition(diagnosis)), _chart(diagnosis, deals, ask), scope=scope
    )


def _labels(diagnosis: Diagnosis, scope: str) -> dict[str, str]:
    from tools.science.winrate.wording import rate_in_words

    overall, comparison = diagnosis.findings.overall, diagnosis.comparison
    return {
        rate_in_words(counts.won, counts.closed): f"win rate, {window.period}, {scope}"
        for counts, window in ((overall.previous, comparison.previous), (overall.current, comparison.current))
    }


def _change(diagnosis: Diagnosis, said: Cite, set_aside: Mapping[str, int]) -> list[str]:
    """Verdict, size, what was ruled out, the next step, and what the figures rest on, in this order."""
    parts = [said(diagnosis.statement, "statement")]
    extra = [*diagnosis.secondary[:2]] if diagnosis.verdict is not Verdict.INSUFFICIENT_DATA else []
    if diagnosis.ruled_out:
        extra.append(f"Checked and ruled out: {', '.join(diagnosis.ruled_out)}.")
    if extra:
        parts.append(said(" ".join(extra), "also"))
    if diagnosis.actions:
        parts.append(said(f"Next step: {diagnosis.actions[0].text}", "action"))
    aside = (
        [f"{count} {reason}" for reason, count in diagnosis.set_aside.items()]
        if hasattr(diagnosis, "set_aside")
        else []
    )
    basis = f"Definition: {RATE_RULE}. Scope: {diagnosis.scope}, {diagnosis.deals:,} closed deals."
    if aside:
        basis += f" Left out: {', '.join(aside)}."
    parts.append(said(basis, "basis"))
    if diagnosis.warnings:
        parts.append(said("Note: " + " ".join(diagnosis.warnings[:3]), "note"))
    return parts


def _drivers(diagnosis: Diagnosis, said: Cite) -> list[str]:
    listed = diagnosis.drivers.listed
    if not listed:
        text = next((one for one in diagnosis.secondary if "separates won from lost" in one), "")
        return [said(text or "Nothing known at creation separates won from lost deals here.", "drivers")]
    lines = ["Other things equal, these go with more or fewer wins (an association, not proof of cause):"]
    for each in listed[:8]:
        low, high = each.interval
        lines.append(
            f"- {each.feature.replace('=', ': ')}: {100 * each.marginal_effect:+.1f} points "
            f"({100 * low:+.1f} points to {100 * high:+.1f} points)".replace("-", "−", 0)
        )
    return [said("\n".join(lines), "drivers")]


def _risk(diagnosis: Diagnosis, said: Cite) -> list[str]:
    at_risk = diagnosis.as_json()["revenue_at_risk"]
    if not at_risk:
        return ["There are no open deals with an amount here, so there is no revenue at risk to state."]
    worst = sorted(at_risk, key=lambda row: (-float(row["excess"]), -float(row["expected_loss"])))[:5]
    lines = [
        "Revenue at risk in the open pipeline (expected loss; and the part beyond the usual rate where a fall is established):"
    ]
    lines += [
        f"- {row['segment']} ({row['dimension'].replace('_', ' ')}): {float(row['expected_loss']):,.0f} expected loss, "
        f"{float(row['excess']):,.0f} beyond the usual"
        for row in worst
    ]
    return [said("\n".join(lines), "risk")]


def _decomposition(diagnosis: Diagnosis) -> list[dict[str, Any]]:
    effects: list[dict[str, Any]] = diagnosis.as_json()["decomposition"]
    chosen = diagnosis.top.dimension if diagnosis.top else None
    mine = [row for row in effects if row["dimension"] == chosen] or effects
    ranked = sorted(mine, key=lambda row: -abs(row["mix_effect"] + row["rate_effect"]))
    return [
        {
            "dimension": row["dimension"], "segment": row["segment"],
            "share before": row["share"][0], "share now": row["share"][1],
            "rate before": row["rate"][0], "rate now": row["rate"][1],
            "mix effect": row["mix_effect"], "rate effect": row["rate_effect"], "q": row["q_value"],
        }
        for row in ranked[:_MOST_ROWS]
    ]  # fmt: skip


def _chart(diagnosis: Diagnosis, deals: Deals, ask: ExplainWinRate) -> Chart | None:
    """The split of the change where a cause in a dimension is named; otherwise the rate over time."""
    top = diagnosis.top
    effects = [e for e in diagnosis.findings.effects if top is not None and e.dimension == top.dimension]
    overall, comparison = diagnosis.findings.overall, diagnosis.comparison
    if top is None or not effects:
        return rate_over_time(deals, Grain(ask.grain))
    bars: list[dict[str, Any]] = [
        {"label": str(comparison.previous.period), "value": overall.previous.rate, "series": "total"}
    ]
    for effect in sorted(effects, key=lambda e: -abs(e.mix_effect + e.rate_effect))[:8]:
        bars.append({"label": effect.segment, "value": effect.mix_effect + effect.rate_effect, "series": "change"})
    rest = overall.change - sum(bar["value"] for bar in bars[1:])
    if abs(rest) > 5e-4:
        bars.append({"label": "other", "value": rest, "series": "change"})
    bars.append({"label": str(comparison.current.period), "value": overall.current.rate, "series": "total"})
    name = (top.dimension or "").replace("_", " ")
    alt = f"Waterfall from the win rate of {comparison.previous.period} to that of {comparison.current.period}, by {name}."
    return Chart(f"What moved the win rate, by {name}", ChartKind.WATERFALL, alt, tuple(bars), "rate")


def rate_over_time(deals: Deals, grain: Grain) -> Chart | None:
    try:
        rows = [row for row in win_rate_table(deals, grain=grain) if row.closed >= 10][-12:]
    except ScienceError:
        return None
    if len(rows) < 2:
        return None
    alt = f"Win rate by {grain} from {rows[0].period} to {rows[-1].period}, with 95 % intervals."
    return Chart(f"Win rate by {grain}", ChartKind.LINE, alt, tuple(_bar(str(row.period), row) for row in rows), "rate")


def _bar(label: str, row: RateRow) -> dict[str, Any]:
    low, high = row.interval
    return {"label": label, "value": row.rate, "low": low, "high": high, "won": row.won, "closed": row.closed}


class WinRate(Ask):
    by: list[str] = Field(default_factory=list, max_length=2)
    """Dimensions: region, industry, product, lead_source, owner, team, or month, quarter, year."""
    period: str | None = None
    filters: dict[str, list[str]] = Field(default_factory=dict)


@tool(
    area=Area.ANALYTICS,
    effect=Effect.READ,
    requires=Permission.ANALYTICS_READ,
    examples=(
        "what is our win rate",
        "win rate by region",
        "win rate by quarter",
        "win rate by lead source this year",
        "how does win rate compare across products",
        "show me the win rate of my team by month",
        "win rate in EMEA last quarter",
    ),
)
async def win_rate(ask: WinRate, at: ToolContext) -> Found:
    """Give the win rate, by segment and over time, with counts and 95 % intervals."""
    deals = await deal_sources.from_workspace(at, filters=ask.filters, constant=True)
    if ask.period:
        first, last = dates(ask.period, at)
        from dataclasses import replace

        import polars as pl

        deals = replace(deals, frame=deals.frame.filter(pl.col("close_date").is_between(first, last)))
    dimension, grain = _axes(ask.by, deals)
    try:
        total = win_rate_table(deals)[0]
        rows = win_rate_table(deals, dimension, grain, year_start=at.workspace.fiscal_year_start)
    except ScienceError as error:
        raise Unanswerable(str(error)) from error
    return _rates(ask, deals.scope, total=total, rows=rows, dimension=dimension, grain=grain)


def _axes(by: Sequence[str], deals: Deals) -> tuple[str | None, Grain | None]:
    grains = [one for one in by if one in set(Grain)]
    dimensions = [one for one in by if one not in set(Grain)]
    if len(grains) > 1 or len(dimensions) > 1:
        raise BadArgument("by", "one dimension and one length of period at most")
    if dimensions and dimensions[0] not in deals.dimensions:
        raise BadArgument("by", f"there is no dimension “{dimensions[0]}”; there is {', '.join(deals.dimensions)}")
    return (dimensions[0] if dimensions else None), (Grain(grains[0]) if grains else None)


def _rates(
    ask: WinRate, scope: str, *, total: RateRow, rows: list[RateRow], dimension: str | None, grain: Grain | None
) -> Found:
    period = ask.period or "all closed deals"
    behind = RowsBehind(
        "find_opportunities",
        {"status": "closed", "closed": ask.period, "filters": ask.filters or {"deal_type": ["new"]}, "limit": 200},
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
    data = tuple(_bar(_name(row), row) for row in (rows if dimension or grain else []) if row.closed >= 10)[-24:]
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


TOOLS = (explain_win_rate, win_rate)
