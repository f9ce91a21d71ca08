"""What may be asked about the win rate."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tools.science.periods import Grain, Period


class Expected(StrEnum):
    """The direction the person took for granted ("why did it drop")."""

    FALL = "fall"
    RISE = "rise"


@dataclass(frozen=True, slots=True)
class Question:
    """One comparison of two periods, and the settings it is read with.

    Attributes:
        grain: length of the periods; that of `at` or `versus` wins where one is named.
        at: the current period; None = the last complete and usable one.
        versus: the period to compare with; None = the one before.
        year_start: month in which the fiscal year begins, 1 to 12.
        expected: direction taken for granted by the person; contradicted first when it is wrong.
        alpha: two-sided level at which the overall change must stand out before a cause is named.
        wobble: whether the usual movement between periods widens the test (Laney 2002).
        known_at_creation: columns the person vouches for; the leak guard leaves them in.
        known_afterwards: columns the person knows to be filled in later; the leak guard takes them out.
        name_people: whether a person may be named as the top cause when the rules for people allow it.
    """

    grain: Grain = Grain.QUARTER
    at: Period | None = None
    versus: Period | None = None
    year_start: int = 1
    expected: Expected | None = None
    alpha: float = 0.02
    wobble: bool = True
    known_at_creation: tuple[str, ...] = ()
    known_afterwards: tuple[str, ...] = ()
    name_people: bool = True
