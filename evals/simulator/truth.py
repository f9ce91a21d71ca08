"""What a right answer about a simulated company may say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The verdicts of the published answer."""

    RATE_CHANGE = "rate_change"
    MIX_SHIFT = "mix_shift"
    TIMING = "timing"
    SEASONAL = "seasonal"
    NOISE = "noise"
    INSUFFICIENT = "insufficient_data"
    DATA_QUALITY = "data_quality"


@dataclass(frozen=True, slots=True)
class Reading:
    """One honest answer; None leaves a part open.

    Attributes:
        dimension: name of the dimension; two-way cells are `a × b` in either order.
        segment: name of the segment, in the order of `dimension`.
        dimension_part: text the dimension's name must contain, where the analysis names it itself.
        says: pattern that must occur in the sentences of the answer.
    """

    verdict: Verdict
    kind: str | None = None
    dimension: str | None = None
    segment: str | None = None
    dimension_part: str | None = None
    says: str | None = None


@dataclass(frozen=True, slots=True)
class Truth:
    """What was planted, and every answer that would be honest.

    Attributes:
        expected_change: expected change of the win rate as delivered (after faults).
        detectable: change found with 80 % power at α .02 in this design.
        readings: accepted answers; the first is the one the company was built for.
        quiet_below: |z| of the whole periods up to which silence is right as well (None = never).
        mentions: names of which one must occur in `secondary` for a quiet total with moved segments.
    """

    expected_change: float
    detectable: float
    readings: tuple[Reading, ...]
    quiet_below: float | None = None
    mentions: tuple[str, ...] = ()

    @property
    def multiple(self) -> float:
        """The planted change in units of the detectable one."""
        return abs(self.expected_change) / self.detectable


QUIET_READINGS = (Reading(Verdict.NOISE), Reading(Verdict.INSUFFICIENT))
