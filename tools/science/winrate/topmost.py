"""From what the steps found to the one explanation named, what resembles it, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tools.science.winrate.actions import (
    Action,
    broad_moved,
    data_first,
    losses_beyond_average,
    losses_entered,
    mix_moved,
    more_data,
    newcomers_took_over,
    pipeline_aged,
    season_returned,
    segment_fell,
    segment_rose,
)
from tools.science.winrate.cause import Cause, Sides
from tools.science.winrate.derived import TENURE_OF
from tools.science.winrate.diagnosis import Findings, Top, TopKind, Verdict
from tools.science.winrate.impact import Impact
from tools.science.winrate.overall import Overall, needed_per_period
from tools.science.winrate.share import Share, mix_share, rate_share
from tools.science.winrate.wording import effect_of

MOST_ALIKE = 10
CROSS = " × "


def top_of(verdict: Verdict, findings: Findings, sides: Sides) -> Top | None:
    """The explanation named; None for noise and too little data."""
    overall = findings.overall
    if verdict in {Verdict.NOISE, Verdict.INSUFFICIENT_DATA}:
        return None
    if verdict is Verdict.DATA_QUALITY:
        return _fault_top(findings)
    if verdict is Verdict.SEASONAL:
        return _season_top(findings)
    if verdict is Verdict.TIMING and findings.timing is not None:
        return Top("pipeline age", None, TopKind.TIMING, _ratio(findings.timing.exposure, overall))
    if findings.cause is None or findings.joint is None:
        return Top(None, None, TopKind.BROAD, 1.0)
    return _cause_top(findings.cause, findings, sides)


def _fault_top(findings: Findings) -> Top:
    fault, overall = findings.faults[0], findings.overall
    gone = overall.change - (fault.without.change if fault.without else 0.0)
    return Top(fault.column, fault.segment, TopKind.DATA, _ratio(gone, overall))


def _season_top(findings: Findings) -> Top:
    overall, season, position, whole = findings.overall, findings.season, findings.position, findings.whole
    if whole is not None and not overall.beyond_usual:
        return Top("calendar", "position in the period", TopKind.SEASON, 1 - _ratio(overall.change, whole))
    if season is not None and season.holds:
        return Top("calendar", "same period in earlier years", TopKind.SEASON, _ratio(season.usual, overall))
    mix = position.mix if position is not None else 0.0
    return Top("calendar", "position in the period", TopKind.SEASON, _ratio(mix, overall))


def _cause_top(cause: Cause, findings: Findings, sides: Sides) -> Top:
    joint, overall = cause.joint, findings.overall
    if cause.dimension is None:
        return Top(None, None, TopKind.BROAD, _ratio(joint.rate, overall))
    kind = TopKind(cause.kind.value)
    share: Share | None
    if kind is TopKind.MIX:
        column = next(each for each in sides.previous.columns if each.name == cause.dimension)
        parts = joint.weights.get(cause.dimension, {})
        weights = np.array([parts.get(level, 0.0) for level in column.levels])
        share = mix_share(sides.previous, sides.current, cause.dimension, weights)
        value = _ratio(joint.mix.get(cause.dimension, 0.0), overall)
    else:
        dimensions, segments = cause.dimension.split(CROSS), (cause.segment or "").split(CROSS)
        share = rate_share(sides.previous, sides.current, tuple(zip(dimensions, segments, strict=True)))
        value = share.value if share is not None else 0.0
    if share is None:
        return Top(cause.dimension, cause.segment, kind, value)
    if kind is TopKind.MIX:
        return Top(cause.dimension, cause.segment, kind, value, share.interval)
    return Top(cause.dimension, cause.segment, kind, value, share.interval, share.won, share.closed)


def alike_of(verdict: Verdict, findings: Findings, top: Top | None) -> tuple[tuple[str, str], ...]:
    """Segments that explain a change of rate nearly as well as the one named."""
    cause = findings.cause
    if verdict is not Verdict.RATE_CHANGE or cause is None or cause.location is None or top is None:
        return ()
    return tuple((each.dimension, each.segment) for each in cause.location.alike[:MOST_ALIKE])


def actions_of(
    verdict: Verdict, findings: Findings, top: Top | None, impacts: Sequence[Impact], *, people: frozenset[str]
) -> tuple[Action, ...]:
    """The step for the verdict first, then the standing one about the segment that loses most beyond average."""
    return (*_for_verdict(verdict, findings, top), *losses_beyond_average(impacts, people))


def _for_verdict(verdict: Verdict, findings: Findings, top: Top | None) -> list[Action]:
    joint, season, timing = findings.joint, findings.season, findings.timing
    if verdict is Verdict.INSUFFICIENT_DATA:
        overall = findings.overall
        return [more_data(needed_per_period(max(abs(overall.change), 0.02), overall.rate or 0.5))]
    if top is None:
        return []
    if verdict is Verdict.DATA_QUALITY:
        return [data_first(top.dimension or "the data", top.share_of_change * findings.overall.change)]
    if verdict is Verdict.SEASONAL:
        held = season is not None and season.holds
        return [season_returned(season.usual if season is not None and held else findings.overall.change)]
    if verdict is Verdict.TIMING:
        return [pipeline_aged(timing.exposure if timing is not None else 0.0)]
    if verdict is Verdict.MIX_SHIFT and joint is not None and top.dimension is not None:
        if top.dimension.startswith(TENURE_OF):
            return [newcomers_took_over(top.dimension, joint.mix.get(top.dimension, 0.0))]
        return [mix_moved(top.dimension, top.segment, joint.mix.get(top.dimension, 0.0))]
    here = effect_of(findings.effects, top.dimension, top.segment)
    if top.kind is TopKind.RATE and here is not None:
        return [segment_fell(here) if here.rate_effect < 0 else segment_rose(here)]
    if top.kind is TopKind.RATE:
        return [
            Action(
                f"Go through the deals of {top.segment} ({top.dimension}) with the manager who answers for them.",
                f"{top.segment} rate_effect",
                top.share_of_change * findings.overall.change,
            )
        ]
    if timing is not None and timing.loss_entry is not None:
        return [losses_entered(timing.loss_entry, timing.loss_speed)]
    return [broad_moved(joint.rate if joint is not None else findings.overall.change)]


def _ratio(part: float, overall: Overall) -> float:
    return part / overall.change if overall.change else 0.0
