"""Leads scored at one moment: one by one where they are few, as frames where they are many, with the same result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from db.lead_facts import LEAD, LeadRows
from db.lead_scores import Standing
from tools.science.lead_score import LeadFacts, hour_of, score
from tools.scoring.facts import facts_of, frames_of
from tools.scoring.model import Model

if TYPE_CHECKING:
    import polars as pl

_FEW = 40
"""So many are scored faster one by one than it takes to set up the frames."""
_QUIET = timedelta(days=90)
"""A score that time alone does not move is reckoned again after this."""
_PLACE = {name: at for at, name in enumerate(LEAD)}


@dataclass(frozen=True, slots=True)
class Scored:
    """One lead: what it is worth now, and the whole points of each component, which add up to the score."""

    standing: Standing
    points: tuple[int, ...]
    before: tuple[int | None, str | None]
    same: bool

    @property
    def moved(self) -> bool:
        """Whether the score or the grade is another one than was stored."""
        return self.before != (self.standing.score, self.standing.grade)


def scored(rows: LeadRows, model: Model, *, now: datetime) -> list[Scored]:
    """In the order of the rows."""
    if len(rows.leads) <= _FEW:
        found = facts_of(rows, hour=hour_of(now))
        return [_one(row, found[row[0]], model, now) for row in rows.leads]
    leads, events = frames_of(rows, hour=hour_of(now))
    from tools.science.lead_score.many import score_many

    return _many(rows, score_many(leads, events, model.rules, now=now), model, now)


def _one(row: Sequence[object], facts: LeadFacts, model: Model, now: datetime) -> Scored:
    found = score(facts, model.rules, now=now)
    later = None if found.next_rescore is None else hour_of(found.next_rescore)
    points = tuple(found.components.values())
    return _scored(row, (found.score, found.grade, found.tier, found.confidence, later), points, model, now)


def _many(rows: LeadRows, found: pl.DataFrame, model: Model, now: datetime) -> list[Scored]:
    told = found.select("score", "grade", "tier", "confidence", "next_hour").rows()
    points = found.select(list(model.rules.components)).rows()
    return [_scored(*one, model, now) for one in zip(rows.leads, told, points, strict=True)]


def _scored(
    row: Sequence[object], told: tuple[int, str, str, float, int | None], points: tuple[int, ...], model: Model,
    now: datetime,
) -> Scored:  # fmt: skip
    value, grade, tier, confidence, later = told
    standing = Standing(int(str(row[0])), value, grade, tier, round(confidence * 1000), _rescore(later, model, now))
    fixed = (value, grade, tier, standing.confidence)
    stored = tuple(row[_PLACE[name]] for name in ("score", "grade", "tier", "confidence"))
    same = stored == fixed and row[_PLACE["rescore"]] == hour_of(standing.rescore_at)
    return Scored(standing, points, (stored[0], stored[1]), same)  # type: ignore[arg-type]  # columns of the statement


def _rescore(later: int | None, model: Model, now: datetime) -> datetime:
    due = now + _QUIET if later is None else datetime.fromtimestamp(later * 3600, tz=UTC)
    due = min(due, now + timedelta(days=1)) if model.clocked else due
    return datetime.fromtimestamp(hour_of(due) * 3600, tz=UTC)
