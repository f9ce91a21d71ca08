"""What is known of a lead when it is scored."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

TITLES = (
    ("c-level", ("chief", "ceo", "cfo", "cto", "coo", "cmo", "cro", "cio", "founder", "owner", "president")),
    ("vp", ("vp", "vice", "svp", "evp")),
    ("director", ("director", "head")),
    ("manager", ("manager", "lead")),
)
DEPARTMENTS = (
    ("sales", ("sales", "revenue", "cro", "commercial")),
    ("marketing", ("marketing", "cmo", "brand")),
    ("operations", ("operations", "coo", "procurement", "purchasing", "logistics")),
    ("finance", ("finance", "cfo", "controlling", "controller", "accounting")),
    ("it", ("it", "cio", "cto", "engineering", "technology", "data")),
    ("hr", ("hr", "people", "talent")),
)
_TERMS = (
    (("immediate", "asap", "right away", "this week", "this month"), 15),
    (("this quarter", "next month"), 45),
    (("next quarter",), 135),
    (("this year", "half year"), 180),
    (("next year",), 400),
    (("no date", "someday", "no plan", "undecided"), 730),
)
_SPAN = re.compile(r"(\d{1,3})\s*(day|week|month|quarter|year)s?")
_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}


@dataclass(frozen=True, slots=True)
class Event:
    """What the lead did: `kind` as in the rules, `at` with a zone, `times` where a count was recorded in one piece.

    Kinds without a rule give no points.
    """

    kind: str
    at: datetime
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadFacts:
    """None is unknown. Budget in minor units of the workspace's currency, timeline in days until the decision.

    `opted_out` also says of a lead that must not be contacted; `waiting` that its last message has no answer.
    """

    title: str | None = None
    seniority: str | None = None
    department: str | None = None
    employees: int | None = None
    industry: str | None = None
    region: str | None = None
    country: str | None = None
    source: str | None = None
    budget_minor: int | None = None
    timeline_days: int | None = None
    pain_points: int | None = None
    decision_makers: int | None = None
    interactions_in: int | None = None
    interactions_out: int | None = None
    days_since_arrival: int | None = None
    days_since_contact: int | None = None
    opted_out: bool = False
    waiting: bool = False
    events: tuple[Event, ...] = ()

    def value(self, field: str) -> str | int | None:
        """The fact a rule asks for; seniority and department fall back on the title."""
        if field == "seniority":
            return self.seniority or seniority_of(self.title)
        if field == "department":
            return self.department or department_of(self.title)
        found: str | int | None = getattr(self, field)
        return found


def seniority_of(title: str | None) -> str | None:
    """The level a title names, None without a title."""
    return next((level for level, names in TITLES if _words(title) & set(names)), "other") if _words(title) else None


def department_of(title: str | None) -> str | None:
    """The department a title names; None where it names none."""
    return next((name for name, words in DEPARTMENTS if _words(title) & set(words)), None)


def _words(title: str | None) -> set[str]:
    return set(re.split(r"[^\w]+", (title or "").casefold())) - {""}


def timeline_days(said: str | None) -> int | None:
    """Days until a decision that is told in words ("next quarter", "in 3 months"); None where nothing can be read.

    A quarter or year under way counts with its middle, since the words do not say how much of it is left.
    """
    text = (said or "").casefold()
    if span := _SPAN.search(text):
        return int(span[1]) * _DAYS[span[2]]
    return next((days for words, days in _TERMS if any(word in text for word in words)), None)
