"""What won and lost deals have in common: patterns by industry and revenue, loss reasons, and what to aim for.

Every rate stands beside its counts and its Wilson interval (Wilson 1927); tests over several segments are adjusted
(Benjamini, Hochberg 1995); how far a segment's rate is believed comes from a beta-binomial hierarchy
(`tools.science.segment_rates`), so that ten deals do not make a rule.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from tools.science.deal_records import Coded, Codes, Records, closed_deals, coded, mean, numbers
from tools.science.segment_rates import SUPPORTED_Q, Dimension, SegmentRate, dimension
from tools.science.threshold import qualification
from tools.science.winrate.proportions import benjamini_hochberg, wilson

REVENUE_RANGES = ("0-10M", "10-50M", "50-100M", "100M+")
_REVENUE_LIMITS = (10e6, 50e6, 100e6)
_LEAST_TO_RECOMMEND, _SURE = 10, 0.9
_STRONG, _POOR = 0.7, 0.3
_CATCH_ALL = frozenset({"other", "others", "unknown", "n/a", "none", "misc", "sonstiges", "no reason"})
_SUSPECT_SHARE = 0.4


def analyze_win_loss_patterns(inputs: Mapping[str, Any], context: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Analyse closed deals: summary, win and loss patterns, whom to aim for, and the qualification threshold.

    Args:
        inputs: `deals` (list of mappings with `outcome` "won" or "lost", and optionally `account` with `industry` and
            `revenue`, `deal_value`, `sales_cycle_days`, `qualification_score` 0 to 1, `loss_reason`, `close_date`,
            `currency`), `min_deals_for_pattern` (default 5), `time_period_days` (counted back from the latest close).
        context: `trace_id` is handed back.

    Returns:
        `summary`, `win_patterns`, `loss_patterns`, `icp_recommendations`, `qualification_insights`, `warnings`; or
        `{"status": "error", "error": ...}` when there is nothing to analyse. Money is in the deals' own units.
    """
    records = closed_deals(inputs.get("deals"), days=inputs.get("time_period_days"))
    trace = {"trace_id": context["trace_id"]} if context and context.get("trace_id") else {}
    if not records.given:
        return {"status": "error", "error": "No deals to analyse.", **trace}
    if not records.count:
        return {"status": "error", "error": "No won or lost deals to analyse.", **trace}
    columns = _Columns(records)
    least = _least(inputs.get("min_deals_for_pattern"))
    dimensions = {
        "industry": _dimension(columns.industry, records, least),
        "revenue_range": _dimension(columns.revenue, records, least),
    }
    patterns = [
        _win_pattern(kind, found, segment, columns)
        for kind, found in dimensions.items()
        if found is not None
        for segment in found.segments
    ]
    patterns.sort(key=lambda one: (not one["supported"], -one["win_rate"], -one["deal_count"], one["pattern_value"]))
    return {
        "status": "success",
        **trace,
        "summary": _summary(records, columns),
        "win_patterns": patterns,
        "loss_patterns": _loss_patterns(records, columns),
        "icp_recommendations": _recommendations(dimensions),
        "qualification_insights": qualification(columns.score, records.won),
        "warnings": [*records.warnings, *columns.warnings],
    }


class _Columns:
    """The deals as columns. Values in another currency than the commonest are left out of averages."""

    def __init__(self, records: Records) -> None:
        rows, accounts = records.rows, records.accounts
        self.won = records.won
        self.industry = coded([account.get("industry") for account in accounts])
        revenue = numbers([account.get("revenue") for account in accounts])
        bins = np.where(np.isnan(revenue) | (revenue < 0), -1, np.searchsorted(_REVENUE_LIMITS, revenue, side="right"))
        self.revenue = Coded(bins.astype(np.int64), REVENUE_RANGES)
        self.value = numbers([row.get("deal_value") for row in rows])
        self.cycle = numbers([row.get("sales_cycle_days") for row in rows])
        self.score = numbers([row.get("qualification_score") for row in rows])
        self.reason = coded([row.get("loss_reason") for row in rows])
        self.warnings = self._one_currency(coded([row.get("currency") for row in rows]))

    def _one_currency(self, currency: Coded) -> list[str]:
        if len(currency.labels) < 2:
            return []
        main = int(np.argmax(np.bincount(currency.codes[currency.codes >= 0])))
        other = (currency.codes >= 0) & (currency.codes != main)
        self.value[other] = np.nan
        return [
            f"The values of {int(other.sum())} deals in other currencies than {currency.labels[main]} are left out."
        ]


def _least(value: object) -> int:
    return max(1, int(value)) if isinstance(value, int | float) and not isinstance(value, bool) else 5


def _summary(records: Records, columns: _Columns) -> dict[str, Any]:
    won, lost = columns.won, ~columns.won
    wins, n = int(won.sum()), records.count
    low, high = wilson(wins, n)
    value_won, cycle_won = mean(columns.value[won]), mean(columns.cycle[won])
    return {
        "total_deals": n,
        "won_count": wins,
        "lost_count": n - wins,
        "win_rate": round(wins / n, 2),
        "interval": [round(low, 4), round(high, 4)],
        "avg_deal_value": round(value_won, 2),
        "avg_deal_value_won": round(value_won, 2),
        "avg_deal_value_lost": round(mean(columns.value[lost]), 2),
        "avg_sales_cycle": _whole(cycle_won),
        "avg_sales_cycle_won": _whole(cycle_won),
        "avg_sales_cycle_lost": _whole(mean(columns.cycle[lost])),
        "losses_without_reason": int((lost & (columns.reason.codes < 0)).sum()),
    }


def _whole(days: float) -> int:
    return math.floor(days + 0.5)


def _dimension(column: Coded, records: Records, least: int) -> Dimension | None:
    filled = column.codes >= 0
    if not filled.any():
        return None
    return dimension(
        column.labels,
        column.counts(filled & records.won).tolist(),
        column.counts(filled).tolist(),
        least=least,
    )


def _win_pattern(kind: str, found: Dimension, segment: SegmentRate, columns: _Columns) -> dict[str, Any]:
    column = columns.industry if kind == "industry" else columns.revenue
    mine = columns.won & (column.codes == column.labels.index(segment.label))
    return {
        "pattern_type": kind,
        "pattern_value": segment.label,
        "win_rate": round(segment.rate, 2),
        "won_count": segment.won,
        "deal_count": segment.closed,
        "avg_deal_value": round(mean(columns.value[mine]), 2),
        "confidence": round(segment.confidence, 4),
        "recommendation": _advice(kind, found, segment),
        "interval": [round(limit, 4) for limit in segment.interval],
        "likely_range": [round(limit, 4) for limit in segment.likely],
        "q_value": round(segment.q_value, 6),
        "supported": segment.supported,
    }


def _advice(kind: str, found: Dimension, segment: SegmentRate) -> str:
    label = "Moderate fit"
    if segment.rate >= _STRONG:
        label = "Strong fit" if kind == "industry" else "Sweet spot"
    elif segment.rate <= _POOR:
        label = "Poor fit"
    side = "above" if segment.rate >= found.pooled else "below"
    alike = "Your segments differ little, so its" if found.alike else "Its"
    low, high = segment.likely
    evidence = (
        f"{alike} likely true rate is {low:.0%} to {high:.0%}; {segment.confidence:.0%} sure it is {side} your average "
        f"({found.pooled:.0%})."
    )
    if segment.supported:
        return f"{label}: {segment.won} of {segment.closed} won. {evidence}"
    return f"{label} so far: {segment.won} of {segment.closed} won. {evidence} Not supported yet: it could be chance."


def _loss_patterns(records: Records, columns: _Columns) -> list[dict[str, Any]]:
    lost = ~records.won
    counts = columns.reason.counts(lost)
    known = int(counts.sum())
    named = [int(code) for code in np.flatnonzero(counts)]
    if not known:
        return []
    q_values = benjamini_hochberg([_more_than_even(int(counts[code]), known, len(named)) for code in named])
    found = [_loss_pattern(columns, code, int(counts[code]), known, q) for code, q in zip(named, q_values, strict=True)]
    return sorted(found, key=lambda one: (-one["count"], one["loss_reason"]))


def _more_than_even(count: int, known: int, reasons: int) -> float:
    """P(X >= count) if all reasons were equally frequent: the tail of the binomial."""
    from scipy.special import betainc

    return float(betainc(count, known - count + 1, 1 / reasons)) if reasons > 1 and count else 1.0


def _loss_pattern(columns: _Columns, code: int, count: int, known: int, q: float) -> dict[str, Any]:
    reason = columns.reason.labels[code]
    mine = ~columns.won & (columns.reason.codes == code)
    return {
        "loss_reason": reason,
        "reason": reason,
        "count": count,
        "percentage": round(count / known, 4),
        "common_attributes": {
            **_commonest("industry", columns.industry, mine),
            **_commonest("revenue_range", columns.revenue, mine),
            "avg_deal_value": round(mean(columns.value[mine]), 2),
            "avg_sales_cycle": _whole(mean(columns.cycle[mine])),
        },
        "recommendation": _answer(reason, count, known),
        "interval": [round(limit, 4) for limit in wilson(count, known)],
        "q_value": round(q, 6),
        "supported": q <= SUPPORTED_Q,
    }


def _commonest(name: str, column: Coded, chosen: Any) -> dict[str, Any]:  # noqa: ANN401 - a numpy mask
    counts: Codes = column.counts(chosen)
    if not counts.size or not counts.any():
        return {}
    top = int(np.argmax(counts))
    return {name: column.labels[top], f"{name}_count": int(counts[top])}


_ANSWERS = (
    (("price", "cost", "expensive", "discount"), "Look at value and scope early; test packaging before discounts."),
    (("budget", "fund"), "Ask for the released budget and its owner before proposing."),
    (("timing", "time", "delay", "postpon"), "Ask in discovery what happens if nothing changes, and by when."),
    (("compet",), "Compare with this rival on the buyer's own criteria, early."),
    (("feature", "function", "product", "fit", "missing"), "Check the must-haves before investing; pass the gap on."),
    (("decision", "response", "ghost", "dark", "status quo"), "Meet whoever decides, and agree dates for each step."),
    (("relation", "trust", "champion", "contact"), "Build a second contact on the buyer's side."),
)


def _answer(reason: str, count: int, known: int) -> str:
    share = f"{count} of {known} losses with a reason"
    if reason.casefold() in _CATCH_ALL:
        hint = "mostly unexplained; " if count / known > _SUSPECT_SHARE else ""
        return f"{share}: {hint}ask for the real reason when a deal is closed."
    advice = next((text for words, text in _ANSWERS if any(word in reason.casefold() for word in words)), None)
    return f"{share}. {advice or 'Read these deals together and agree what to do differently.'}"


def _recommendations(dimensions: Mapping[str, Dimension | None]) -> list[dict[str, Any]]:
    found = []
    for kind, attribute in (("industry", "target_industries"), ("revenue_range", "revenue_range")):
        judged = dimensions[kind]
        if judged is None:
            continue
        better = [one for one in judged.segments if one.rate > judged.pooled or one.rate >= _STRONG]
        better.sort(key=lambda one: (-one.rate, -one.closed, one.label))
        sure = [one for one in better if _worth_aiming(one)]
        hopeful = [one for one in better if not _worth_aiming(one) and one.rate >= _STRONG]
        for group, supported in ((sure, True), (hopeful, False)):
            if group:
                found.append(_recommendation(attribute, judged, group, supported=supported))
    return sorted(found, key=lambda one: not one["supported"])


def _worth_aiming(one: SegmentRate) -> bool:
    return one.supported and one.confidence >= _SURE and one.closed >= _LEAST_TO_RECOMMEND


def _recommendation(attribute: str, judged: Dimension, group: list[SegmentRate], *, supported: bool) -> dict[str, Any]:
    said = ", ".join(f"{one.label} {one.rate:.0%} win rate ({one.won} of {one.closed})" for one in group)
    doubt = "" if supported else " Not supported yet: with so few deals it could be chance."
    everyone = "All industries" if attribute == "target_industries" else "All revenue ranges"
    return {
        "attribute": attribute,
        "current": everyone,
        "recommended": ", ".join(one.label for one in group),
        "rationale": f"{said} against {judged.pooled:.0%} overall.{doubt}",
        "confidence": round(min(one.confidence for one in group), 4),
        "interval": [round(limit, 4) for limit in _pooled_interval(group)],
        "q_value": round(max(one.q_value for one in group), 6),
        "supported": supported,
    }


def _pooled_interval(group: list[SegmentRate]) -> tuple[float, float]:
    return wilson(sum(one.won for one in group), sum(one.closed for one in group))
