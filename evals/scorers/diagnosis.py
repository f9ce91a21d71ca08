"""Does an answer about the win rate say what is true of the company? From the published JSON to a grade."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from math import sqrt
from typing import Any

from evals.simulator.truth import Reading, Truth, Verdict

Answer = Mapping[str, Any]
SILENT = frozenset({Verdict.NOISE, Verdict.INSUFFICIENT})
TIMES = " × "


class Grade(StrEnum):
    RIGHT = "right"
    LISTED = "listed"
    """The verdict is right and the true cause stands among those that cannot be told apart, or a side of the
    true cell is named."""
    QUIET = "quiet"
    """Silent where something was to be said."""
    WRONG_CAUSE = "wrong cause"
    WRONG_VERDICT = "wrong verdict"


def grade(answer: Answer, truth: Truth, *, whole_z: float) -> Grade:
    """Grade of one answer.

    Args:
        answer: the diagnosis as published.
        whole_z: naive z of the two whole periods, for truths that allow silence below a bound.
    """
    silent = answer["verdict"] in SILENT
    if silent and truth.quiet_below is not None and abs(whole_z) < truth.quiet_below:
        return Grade.RIGHT
    if any(matches(answer, reading) for reading in truth.readings):
        return Grade.RIGHT if _mentioned(answer, truth.mentions) else Grade.QUIET
    if silent:
        return Grade.QUIET
    if any(_listed(answer, reading) for reading in truth.readings):
        return Grade.LISTED
    verdicts = {reading.verdict for reading in truth.readings}
    return Grade.WRONG_CAUSE if answer["verdict"] in verdicts else Grade.WRONG_VERDICT


def matches(answer: Answer, reading: Reading) -> bool:
    """Whether the answer is this reading."""
    top = answer["top"] or {}
    if answer["verdict"] != reading.verdict or (reading.kind is not None and top.get("kind") != reading.kind):
        return False
    if reading.dimension_part is not None and reading.dimension_part not in (top.get("dimension") or "").lower():
        return False
    if reading.says is not None and not re.search(reading.says, sentences(answer), re.IGNORECASE):
        return False
    return _same_place(top, reading)


def sentences(answer: Answer) -> str:
    """All plain words of an answer."""
    return "\n".join([answer["statement"], *answer["secondary"], *answer["warnings"]])


def _mentioned(answer: Answer, names: tuple[str, ...]) -> bool:
    return not names or any(name in line for name in names for line in answer["secondary"])


def _same_place(place: Mapping[str, Any], reading: Reading) -> bool:
    """Whether dimension and segment are those of the reading; the sides of a cell may come in either order."""
    if reading.dimension is None:
        return True
    if reading.segment is None:
        return place.get("dimension") == reading.dimension
    return _sides(place.get("dimension"), place.get("segment")) == _sides(reading.dimension, reading.segment)


def _sides(dimension: str | None, segment: str | None) -> frozenset[tuple[str, str]]:
    if dimension is None or segment is None:
        return frozenset()
    return frozenset(zip(dimension.split(TIMES), segment.split(TIMES), strict=False))


def _listed(answer: Answer, reading: Reading) -> bool:
    if answer["verdict"] != reading.verdict:
        return False
    if reading.segment is None:
        return reading.kind == "broad" and any(place["dimension"] is None for place in answer["indistinguishable"])
    top = answer["top"] or {}
    side = _sides(top.get("dimension"), top.get("segment"))
    if side and side < _sides(reading.dimension, reading.segment):
        return True
    return any(_same_place(place, reading) for place in answer["indistinguishable"])


def wilson(successes: int, trials: int, *, z: float = 1.959964) -> tuple[float, float]:
    """95 % interval of a proportion (Wilson 1927); (0, 1) without trials."""
    if trials == 0:
        return 0.0, 1.0
    share, widened = successes / trials, 1 + z * z / trials
    middle = (share + z * z / (2 * trials)) / widened
    half = z / widened * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    return max(0.0, middle - half), min(1.0, middle + half)
