"""Conditions that stand in relation to an earlier one: a period before the one asked about, a value that was moved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from agent.local.when import Relation, add_months
from tools.science.periods import Grain, Period

_DAYS = re.compile(r"\d{4}-\d\d-\d\d")
_BY = re.compile(r"(?P<sign>-)?(?P<count>\d{1,4}) (?P<unit>day|week|month|year)s?")


def related(before: str, relation: Relation, grain: Grain | None, *, today: date, year_start: int) -> str | None:
    """The period that stands in this relation to an earlier one; one that is not over is held against as much of last
    year's. None where the words name another length than the earlier period has."""
    stretch = _stretch(before)
    if stretch is None:
        period = Period.parse(before, year_start=year_start)
        if relation is Relation.PREVIOUS:
            return str(period.shift(-1)) if grain in (None, period.grain) else None
        if period.first <= today < period.last:
            return _between(add_months(period.first, -12), add_months(today, -12))
        return str(period.same_last_year())
    first, last = stretch
    if relation is Relation.SAME_LAST_YEAR:
        return _between(add_months(first, -12), add_months(last, -12))
    days = last - first + timedelta(days=1)
    return _between(first - days, last - days) if grain is None else None


def one_before(before: str, days: int) -> str | None:
    """The day or the week before; None where the earlier period is of another length."""
    stretch = _stretch(before)
    if stretch is None or (stretch[1] - stretch[0]).days != days - 1:
        return None
    return _between(*(day - timedelta(days=days) for day in stretch))


def moved_by(condition: Mapping[str, Any], value: object) -> dict[str, Any] | None:
    """What a condition comes to when its field was given a value or was moved; None where that is not known."""
    said = {"field": condition["field"]}
    if not isinstance(value, Mapping) or "id" in value:
        return {**said, "value": [value]}
    by = _BY.fullmatch(str(value.get("plus", "")))
    stretches = [_stretch(str(one)) for one in condition.get("value", ())]
    if by is None or condition.get("test") or not stretches or not all(stretches):
        return None
    return {**said, "value": [_between(*(_moved(day, by) for day in one)) for one in stretches if one]}


def _moved(day: date, by: re.Match[str]) -> date:
    count = int(by["count"]) * (-1 if by["sign"] else 1)
    if by["unit"] in ("day", "week"):
        return day + timedelta(days=count * (7 if by["unit"] == "week" else 1))
    return add_months(day, count * (12 if by["unit"] == "year" else 1))


def _stretch(text: str) -> tuple[date, date] | None:
    days = [date.fromisoformat(one) for one in text.split("/") if _DAYS.fullmatch(one)]
    return (days[0], days[-1]) if days else None


def _between(first: date, last: date) -> str:
    return f"{first.isoformat()}/{last.isoformat()}"
