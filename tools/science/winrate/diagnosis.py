"""The answer to "why did the win rate move", as values and as the published JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tools.science.winrate.actions import Action
from tools.science.winrate.cause import Cause
from tools.science.winrate.comparison import Comparison, Counts, Window
from tools.science.winrate.drivers import Drivers
from tools.science.winrate.faults import Fault
from tools.science.winrate.impact import CycleGap, Impact
from tools.science.winrate.joint import JointSplit
from tools.science.winrate.kitagawa import Effect
from tools.science.winrate.leak_guard import Excluded
from tools.science.winrate.money import AtRisk, ValueRate
from tools.science.winrate.overall import Overall
from tools.science.winrate.proportions import Interval, wilson
from tools.science.winrate.season import Position, Season
from tools.science.winrate.timing import Timing

DEFINITION = "won / (won + lost), by close date, by count"


class Verdict(StrEnum):
    RATE_CHANGE = "rate_change"
    MIX_SHIFT = "mix_shift"
    TIMING = "timing"
    SEASONAL = "seasonal"
    NOISE = "noise"
    INSUFFICIENT_DATA = "insufficient_data"
    DATA_QUALITY = "data_quality"


class TopKind(StrEnum):
    RATE = "rate"
    MIX = "mix"
    BROAD = "broad"
    TIMING = "timing"
    SEASON = "season"
    DATA = "data"


@dataclass(frozen=True, slots=True)
class Top:
    """The one explanation named.

    Attributes:
        interval: of the share; None where it is not estimated.
        won, closed: (previous, current) of the segment, for a change of its rate.
    """

    dimension: str | None
    segment: str | None
    kind: TopKind
    share_of_change: float
    interval: Interval | None = None
    won: tuple[int, int] | None = None
    closed: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything the steps of the ladder found, whichever of them decided."""

    overall: Overall
    faults: tuple[Fault, ...] = ()
    season: Season | None = None
    position: Position | None = None
    whole: Overall | None = None
    timing: Timing | None = None
    joint: JointSplit | None = None
    cause: Cause | None = None
    effects: tuple[Effect, ...] = ()
    value: ValueRate | None = None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Verdict, its cause, and all figures behind it. Rates and shares are fractions.

    Attributes:
        deals: closed deals of the scope, dated or not.
        statement: the answer in one sentence (a wrong premise is corrected before it).
        indistinguishable: (dimension, segment) that fit nearly as well as `top`.
        secondary: further findings in words, worth a reader's time but not the headline.
        ruled_out: explanations checked and set aside.
    """

    scope: str
    deals: int
    comparison: Comparison
    findings: Findings
    verdict: Verdict
    statement: str
    top: Top | None
    indistinguishable: tuple[tuple[str, str], ...]
    secondary: tuple[str, ...]
    ruled_out: tuple[str, ...]
    drivers: Drivers
    excluded: tuple[Excluded, ...]
    segment_impact: tuple[Impact, ...]
    cycle_outcome_gap: tuple[CycleGap, ...]
    revenue_at_risk: tuple[AtRisk, ...]
    actions: tuple[Action, ...]
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The published shape: JSON types only, the same keys whatever was found."""
        overall = self.findings.overall
        return {
            "metric": "win_rate",
            "definition": DEFINITION,
            "scope": self.scope,
            "deals": self.deals,
            "current": _period(self.comparison.current, overall.current),
            "previous": _period(self.comparison.previous, overall.previous),
            "change": overall.change,
            "p_value": overall.p_value,
            "detectable_change": overall.detectable,
            "verdict": self.verdict.value,
            "statement": self.statement,
            "top": _top(self.top),
            "indistinguishable": [{"dimension": d, "segment": s} for d, s in self.indistinguishable],
            "secondary": list(self.secondary),
            "ruled_out": list(self.ruled_out),
            "joint": _joint(self.findings.joint),
            "usual_variation": {"sigma_z": overall.variation.sigma_z, "periods": overall.variation.periods},
            "decomposition": [_effect(each) for each in self.findings.effects],
            "drivers": _drivers(self.drivers),
            "excluded": [{"column": each.column, "reason": each.reason} for each in self.excluded],
            "segment_impact": _impacts(self.segment_impact),
            "cycle_outcome_gap": _gaps(self.cycle_outcome_gap),
            "revenue_at_risk": _at_risk(self.revenue_at_risk),
            "actions": [{"text": each.text, "because": each.because, "figure": each.figure} for each in self.actions],
            "warnings": list(self.warnings),
        }


def _period(window: Window, counts: Counts) -> dict[str, Any]:
    return {
        "period": str(window.period),
        "won": counts.won,
        "closed": counts.closed,
        "rate": counts.rate if counts.closed else None,
        "interval": list(wilson(counts.won, counts.closed)),
        "complete": window.complete,
    }


def _top(top: Top | None) -> dict[str, Any] | None:
    if top is None:
        return None
    return {
        "dimension": top.dimension,
        "segment": top.segment,
        "kind": top.kind.value,
        "share_of_change": top.share_of_change,
    }


def _joint(joint: JointSplit | None) -> dict[str, Any]:
    """Without a second period there is nothing to split: both parts are 0."""
    if joint is None:
        return {"rate": 0.0, "rate_interval": [0.0, 0.0], "mix": {}, "mix_interval": [0.0, 0.0]}
    return {
        "rate": joint.rate,
        "rate_interval": list(joint.rate_interval),
        "mix": dict(joint.mix),
        "mix_interval": list(joint.mix_interval),
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "dimension": effect.dimension,
        "segment": effect.segment,
        "share": list(effect.share),
        "rate": list(effect.rate),
        "mix_effect": effect.mix_effect,
        "rate_effect": effect.rate_effect,
        "interval": list(effect.interval),
        "q_value": effect.q_value,
    }


def _drivers(drivers: Drivers) -> list[dict[str, Any]]:
    return [
        {
            "feature": each.feature,
            "marginal_effect": each.marginal_effect,
            "interval": list(each.interval),
            "q_value": each.q_value,
        }
        for each in drivers.listed
    ]


def _impacts(impacts: Sequence[Impact]) -> list[dict[str, Any]]:
    return [
        {
            "dimension": each.dimension,
            "segment": each.segment,
            "closed": each.closed,
            "win_rate": each.win_rate,
            "score": each.score,
            "excess": each.excess,
            "interval": list(each.interval),
        }
        for each in impacts
    ]


def _gaps(gaps: Sequence[CycleGap]) -> list[dict[str, Any]]:
    return [
        {
            "dimension": each.dimension,
            "segment": each.segment,
            "median_won": each.median_won,
            "median_lost": each.median_lost,
            "gap": each.gap,
            "interval": list(each.interval),
            "p_value": each.p_value,
        }
        for each in gaps
    ]


def _at_risk(rows: Sequence[AtRisk]) -> list[dict[str, Any]]:
    return [
        {
            "dimension": each.dimension,
            "segment": each.segment,
            "expected_loss": f"{each.expected_loss:.2f}",
            "excess": f"{each.excess:.2f}",
            "rule": each.rule,
        }
        for each in rows
    ]
