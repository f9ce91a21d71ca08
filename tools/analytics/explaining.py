"""A diagnosis in sentences: verdict, size, what was ruled out, the next step, and what the figures rest on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from db.money import Money
from db.settings import RateBasis
from db.shown import require_shown
from tools import deal_sources, exchange
from tools.analytics.behind import Lists
from tools.analytics.definition import bar
from tools.analytics.meanings import meanings, segment_of
from tools.cited import Known, cited
from tools.contract import Chart, ChartKind, Found, ToolContext
from tools.errors import BadArgument, Unanswerable
from tools.evidence import Figures, Unit, render
from tools.science.deals import Deals
from tools.science.errors import ScienceError
from tools.science.periods import Grain, Period, UnreadablePeriod
from tools.science.winrate import Diagnosis, Expected, Question, Verdict, diagnose, win_rate_table

if TYPE_CHECKING:
    from tools.analytics import ExplainWinRate

_METHOD = (
    "change tested against sampling noise and usual variation, then season, timing, mix and rate "
    "(Kitagawa 1955; joint split after Gelbach 2016)"
)
_MOST_ROWS = 15
_BY_COUNT = (
    "This workspace defines its win rate by value, but a change is explained by count: its tests rest on the number of "
    "deals. “What is our win rate” gives it by value."
)
Cite = Callable[..., str]
"""(text, prefix, known=()) -> the text with references in place of its numbers."""


async def answered(ask: ExplainWinRate, at: ToolContext) -> Found:
    """The diagnosis in sentences, each counted figure with its own list."""
    lists, diagnosis = await diagnosis_of(ask, at)
    aside = await deal_sources.set_aside_as(at, lists.deals, filters=lists.filters)
    return _explained(diagnosis, ask, lists, aside, at)


async def diagnosis_of(ask: ExplainWinRate, at: ToolContext) -> tuple[Lists, Diagnosis]:
    """The deals the person may see, and what the science says of them."""
    if ask.what == "risk":
        require_shown(at.actor, "opportunity", "amount")
    filters = await deal_sources.as_recorded(ask.filters, at)
    counted = await deal_sources.counted(at, filters=filters)
    question = _question(ask, at.workspace.fiscal_year_start)
    return Lists(counted), await asyncio.to_thread(_diagnosed, counted.deals, question)


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


def _explained(
    diagnosis: Diagnosis, ask: ExplainWinRate, lists: Lists, aside: Mapping[str, Known], at: ToolContext
) -> Found:
    scope, comparison, deals = diagnosis.scope, diagnosis.comparison, lists.deals
    counted = lists.counted
    rule = counted.definition.words(lists.filters, basis=RateBasis.COUNT)
    figures = Figures(f"{rule}; {_METHOD}{exchange.rule(counted.conversion)}")
    told = (*aside.values(), *meanings(diagnosis, lists))
    label = f"from the comparison of {comparison.current.period} with {comparison.previous.period}, {scope}"

    def said(text: str, prefix: str, known: Iterable[Known] = ()) -> str:
        return cited(text, figures, prefix=prefix, label=label, known=(*known, *told))

    sentences: list[str] = {
        "change": lambda: _change(diagnosis, said, deals.set_aside, rule),
        "drivers": lambda: _drivers(diagnosis, said),
        "risk": lambda: _risk(diagnosis, said, lists),
    }[ask.what]()
    if counted.definition.basis is RateBasis.VALUE and ask.what != "risk":
        sentences.append(_BY_COUNT)
    if ask.what == "risk":
        sentences += exchange.said(counted.conversion, figures, "today", may_set=exchange.may_set(at))
    return Found(
        tuple(sentences), figures.all, tuple(_decomposition(diagnosis)), _chart(diagnosis, deals, ask), scope=scope
    )


def _change(diagnosis: Diagnosis, said: Cite, set_aside: Mapping[str, int], rule: str) -> list[str]:
    """Verdict, size, what was ruled out, the next step, and what the figures rest on, in this order."""
    parts = [said(diagnosis.statement, "statement")]
    extra = [*diagnosis.secondary[:2]] if diagnosis.verdict is not Verdict.INSUFFICIENT_DATA else []
    if diagnosis.ruled_out:
        extra.append(f"Checked and ruled out: {', '.join(diagnosis.ruled_out)}.")
    if extra:
        parts.append(said(" ".join(extra), "also"))
    if diagnosis.actions:
        parts.append(said(f"Next step: {diagnosis.actions[0].text}", "action"))
    aside = [f"{count:,} {reason}" for reason, count in set_aside.items() if count]
    basis = f"Definition: {rule}. Scope: {diagnosis.scope}, {diagnosis.deals:,} closed deals."
    if aside:
        basis += f" Left out: {', '.join(aside)}."
    parts.append(said(basis, "basis"))
    # What was left out stands in the basis already.
    notes = [one for one in diagnosis.warnings if not any(reason in one for reason in set_aside)]
    if notes:
        parts.append(said("Note: " + " ".join(notes[:3]), "note"))
    return parts


def _drivers(diagnosis: Diagnosis, said: Cite) -> list[str]:
    listed = diagnosis.drivers.listed
    if not listed:
        text = next((one for one in diagnosis.secondary if "separates won from lost" in one), "")
        return [said(text or "Nothing known at creation separates won from lost deals here.", "drivers")]
    lines = ["Other things equal, these go with more or fewer wins (an association, not proof of cause):"]
    known: list[Known] = []
    for each in listed[:8]:
        low, high = each.interval
        name, effect = each.feature.replace("=", ": "), f"{100 * each.marginal_effect:+.1f} points"
        lines.append(f"- {name}: {effect} ({100 * low:+.1f} points to {100 * high:+.1f} points)")
        label = f"difference in win rate that goes with {name}, other things equal"
        known.append(Known(label, effect, before=f"- {name}: "))
        known.append(Known(f"95 % interval, {label}", before=f"- {name}: {effect} ("))
    known.append(Known("limit of a band of the dimension"))
    return [said("\n".join(lines), "drivers", known)]


def _risk(diagnosis: Diagnosis, said: Cite, lists: Lists) -> list[str]:
    at_risk = diagnosis.as_json()["revenue_at_risk"]
    if not at_risk:
        return ["There are no open deals with an amount here, so there is no revenue at risk to state."]
    worst = sorted(at_risk, key=lambda row: (-float(row["excess"]), -float(row["expected_loss"])))[:5]
    lines = ["Revenue at risk in the open pipeline: expected loss, and the part of it beyond the usual rate:"]
    known: list[Known] = []
    for row in worst:
        name = f"{row['segment']} ({row['dimension'].replace('_', ' ')})"
        lost, beyond = (_worth(row[part], lists.deals.currency) for part in ("expected_loss", "excess"))
        start = f"- {name}: {lost} expected loss, "
        rows = lists.about(status="open", segment=segment_of(row["dimension"], row["segment"]))
        lines.append(f"{start}{beyond} beyond the usual")
        label = f"expected loss in the open deals of {name}, {diagnosis.scope}"
        known.append(Known(label, lost, before=f"- {name}: ", rows=rows))
        known.append(Known(f"part beyond the usual rate, {label}", beyond, before=start, rows=rows))
    return [said("\n".join(lines), "risk", known)]


def _worth(amount: str, currency: str | None) -> str:
    """An amount of the published shape; in its currency where one is known."""
    whole = Decimal(amount).to_integral_value()
    return f"{whole:,}" if currency is None else render(Money.of(whole, currency), Unit.MONEY)


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
    between = f"from {comparison.previous.period} to {comparison.current.period}"
    alt = f"Waterfall of the win rate {between}, by {name}."
    return Chart(f"What moved the win rate, by {name}", ChartKind.WATERFALL, alt, tuple(bars), "rate")


def rate_over_time(deals: Deals, grain: Grain) -> Chart | None:
    try:
        rows = [row for row in win_rate_table(deals, grain=grain) if row.closed >= 10][-12:]
    except ScienceError:
        return None
    if len(rows) < 2:
        return None
    alt = f"Win rate by {grain} from {rows[0].period} to {rows[-1].period}, with 95 % intervals."
    return Chart(f"Win rate by {grain}", ChartKind.LINE, alt, tuple(bar(str(row.period), row) for row in rows), "rate")
