"""The order in which explanations are tried; the first that holds is the verdict.

Usable data, same point of the period, faults, sampling, season, age of the pipeline, usual movement, mix or rate,
place.
Each step takes away an explanation that would pass for the next one.
"""

from __future__ import annotations

from collections.abc import Sequence

from tools.science.winrate.cause import Kind
from tools.science.winrate.diagnosis import Findings, Verdict
from tools.science.winrate.joint import JointSplit
from tools.science.winrate.overall import Overall

FEWEST_CLOSED = 30
FEWEST_PER_OUTCOME = 10
SURE_MIX = 3.0


def too_few(overall: Overall) -> bool:
    """Fewer than 30 closings, or 10 of an outcome, in a period."""
    return any(
        counts.closed < FEWEST_CLOSED or min(counts.won, counts.closed - counts.won) < FEWEST_PER_OUTCOME
        for counts in (overall.current, overall.previous)
    )


def too_thin(overall: Overall) -> bool:
    """Too few deals, or no change below half the rate could be seen."""
    # A change that stands out anyway needs no more deals, however coarse the comparison is.
    return too_few(overall) or (not overall.rejects and overall.detectable_sampling > overall.rate / 2)


def position_only(findings: Findings) -> bool:
    """The unfinished period differs from the whole earlier one, but no more than usual from it at the same point.

    With thin data that says something only when the interval at the same point leaves out the change of the whole.
    """
    overall, whole = findings.overall, findings.whole
    if whole is None or not whole.rejects or overall.beyond_usual or too_few(overall):
        return False
    low, high = overall.interval
    return not too_thin(overall) or not low <= whole.change <= high


def mix_is_certain(overall: Overall, joint: JointSplit | None) -> bool:
    """Composition is counted, not estimated: usual movement of the rate does not excuse it."""
    if joint is None or overall.change == 0:
        return False
    return joint.mix_total / overall.change > 0.5 and abs(joint.mix_total) > SURE_MIX * joint.mix_se


def verdict_of(findings: Findings) -> Verdict:
    """Walk the ladder over what the steps found."""
    overall = findings.overall
    if too_thin(overall):
        return Verdict.SEASONAL if position_only(findings) else Verdict.INSUFFICIENT_DATA
    if any(fault.decides for fault in findings.faults):
        return Verdict.DATA_QUALITY
    if position_only(findings):
        return Verdict.SEASONAL
    if not overall.rejects:
        return Verdict.NOISE
    if _seasonal(findings):
        return Verdict.SEASONAL
    if findings.timing is not None and findings.timing.holds:
        return Verdict.TIMING
    if not overall.beyond_usual and not mix_is_certain(overall, findings.joint):
        return Verdict.NOISE
    if findings.cause is not None and findings.cause.kind is Kind.MIX:
        return Verdict.MIX_SHIFT
    return Verdict.RATE_CHANGE


def ruled_out(verdict: Verdict, findings: Findings) -> tuple[str, ...]:
    """What was checked and does not hold; what could not be checked is not in it."""
    if verdict is Verdict.INSUFFICIENT_DATA:
        return ()
    checked = [("data", verdict is not Verdict.DATA_QUALITY)]
    if findings.overall.rejects:
        season_checked = findings.season is not None or findings.position is not None
        checked.append(("season", season_checked and not _seasonal(findings)))
        timing = findings.timing
        checked.append(("timing", timing is not None and not timing.holds and timing.loss_entry is None))
        mix = findings.joint is not None and not mix_is_certain(findings.overall, findings.joint)
        checked.append(("mix", mix and verdict is not Verdict.MIX_SHIFT))
    order: Sequence[str] = ("season", "timing", "mix", "data")
    held = dict(checked)
    return tuple(name for name in order if held.get(name, False))


def _seasonal(findings: Findings) -> bool:
    season, position = findings.season, findings.position
    return (season is not None and season.holds) or (position is not None and position.holds)
