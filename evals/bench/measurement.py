"""A measured figure beside its baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

OURS = "rainmaker"


@dataclass(frozen=True, slots=True)
class Measurement:
    """One figure of one benchmark.

    Attributes:
        name: what was done, with its size ("diagnose 100,000 deals").
        figure: which quantity of it ("time, warm process").
        value: ours, in `unit`; None when our side is not part of the run or was stopped by a limit.
        unit: s, ms, MiB or %; smaller is better in each.
        baseline: who the other side is.
        baseline_value: theirs, in `unit`; None when it was stopped by a limit.
        ratio: baseline_value / value, how many times better ours is; None when either is missing.
        conditions: what else must be known to repeat it (rounds, limits, why a side was stopped).
    """

    name: str
    figure: str
    value: float | None
    unit: str
    baseline: str
    baseline_value: float | None
    ratio: float | None
    conditions: Mapping[str, str | int | float] = field(default_factory=dict)


def compare(
    name: str,
    figure: str,
    *,
    unit: str,
    baseline: str,
    baseline_value: float | None,
    ours: float | None,
    conditions: Mapping[str, str | int | float],
) -> Measurement:
    """A measurement with its ratio, rounded to four significant digits."""
    value, theirs = _significant(ours), _significant(baseline_value)
    ratio = _significant(theirs / value) if value and theirs is not None else None
    return Measurement(
        name=name,
        figure=figure,
        value=value,
        unit=unit,
        baseline=baseline,
        baseline_value=theirs,
        ratio=ratio,
        conditions=dict(conditions),
    )


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A comparison on the roster.

    Attributes:
        name: file name of its results, and what `--only` takes.
        title: its heading.
        goal: the figure to reach, in words.
        run: measures; `quick=True` takes small sizes and few rounds, for a look and not for the record.
    """

    name: str
    title: str
    goal: str
    run: Callable[[bool], Sequence[Measurement]]


def _significant(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
