"""What is known of a lead when it is scored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

TITLES = (
    ("c-level", ("chief", "ceo", "cfo", "cto", "coo", "founder", "owner")),
    ("vp", ("vp", "vice")),
    ("director", ("director", "head")),
    ("manager", ("manager", "lead")),
)


@dataclass(frozen=True, slots=True)
class Event:
    """Something the lead did: `kind` as in the rules, `at` with a zone. Kinds without a rule give no points."""

    kind: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadFacts:
    """None is unknown. Budget in minor units of the currency of the rules, timeline in days until the decision."""

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
    opted_out: bool = False
    events: tuple[Event, ...] = ()

    def value(self, field: str) -> str | int | None:
        """The fact a rule asks for; the seniority falls back on the title."""
        if field == "seniority":
            return self.seniority or seniority_of(self.title)
        found: str | int | None = getattr(self, field)
        return found


def seniority_of(title: str | None) -> str | None:
    """The level a title names, None without a title."""
    if not title or not title.strip():
        return None
    words = set(title.casefold().replace(",", " ").replace("-", " ").split())
    return next((level for level, names in TITLES if words & set(names)), "other")
