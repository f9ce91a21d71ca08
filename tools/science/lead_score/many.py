"""Scores of many leads at once, equal to those of `score`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tools.science.lead_score.facts import department_of, seniority_of
from tools.science.lead_score.rules import MILLION, EventRule, FieldRule, Rules
from tools.science.lead_score.score import HORIZON, MOST_TIMES, hour_of

Whole = NDArray[np.int64]
_FROM_TITLE = {"seniority": seniority_of, "department": department_of}


def score_many(leads: pl.DataFrame, events: pl.DataFrame, rules: Rules, *, now: datetime) -> pl.DataFrame:
    """One row a lead, in order: score (0–100), grade, tier, confidence, next_hour, and the points of each component.

    `leads`: columns named as in LeadFacts (those absent are unknown). `events`: lead (row number, from 0), kind, hour
    (whole hours since 1970) and, where counts were recorded in one piece, times. `next_hour` is the first hour at which
    fading alone lowers the score, null within 90 days. The components stand in columns of their names.
    """
    count, hour = leads.height, hour_of(now)
    known = {name: _known(leads, name) for name in rules.fields}
    fixed = {name: np.zeros(count, dtype=np.int64) for name in rules.components}
    for name, rule in rules.fields.items():
        fixed[rule.component] += _field(known[name], rule)
    past = _past(events, hour)
    done = [_Done.of(past, kind, rule) for kind, rule in rules.events.items()]
    exact = _components(fixed, done, rules, np.full(count, hour, dtype=np.int64))
    scores = _rounded(exact)
    graded = _graded(scores, _out(leads, past), rules)
    return graded.with_columns(
        confidence=pl.Series(_confidence(known, past, rules, count)),
        next_hour=_next(fixed, done, rules, hour, scores),
        **{name: pl.Series(points) for name, points in zip(rules.components, _apportioned(exact, scores), strict=True)},
    )


@dataclass(frozen=True, slots=True)
class _Done:
    """All events of one kind with a rule: whose, when, how often."""

    rule: EventRule
    lead: Whole
    hour: Whole
    times: Whole
    faded: Whole

    @classmethod
    def of(cls, past: pl.DataFrame, kind: str, rule: EventRule) -> _Done:
        own = past.filter(pl.col("kind") == kind)
        lead, hour, times = (own[name].to_numpy().astype(np.int64) for name in ("lead", "hour", "times"))
        return cls(rule, lead, hour, times, np.array(rule.faded, dtype=np.int64))

    def points(self, at: Whole) -> Whole:
        """Millionths for each lead at its hour. Sums stay far below 2^53, so that adding them as floats is exact."""
        age = np.minimum(at[self.lead] - self.hour, len(self.faded) - 1)
        given = np.bincount(self.lead, weights=self.faded[age] * self.times, minlength=len(at))
        return np.clip(given.astype(np.int64), -self.rule.cap, self.rule.cap)


def _past(events: pl.DataFrame, hour: int) -> pl.DataFrame:
    if "times" not in events.columns:
        return events.filter(pl.col("hour") <= hour).unique().with_columns(times=pl.lit(1, dtype=pl.Int64))
    past = events.filter(pl.col("hour") <= hour, pl.col("times") > 0)
    most = pl.col("times").max().clip(upper_bound=MOST_TIMES)
    return past.group_by("lead", "kind", "hour").agg(most)


def _known(leads: pl.DataFrame, name: str) -> pl.Series:
    """What is known of a field; unknown, or an empty text, is null."""
    column = leads[name] if name in leads.columns else pl.Series(name, [None] * leads.height, dtype=pl.String)
    if column.dtype == pl.String:
        column = column.set(column == "", None)
    if name in _FROM_TITLE and "title" in leads.columns:
        titles = leads["title"].unique().to_list()
        told = [_FROM_TITLE[name](one) for one in titles]
        column = column.cast(pl.String).fill_null(leads["title"].replace_strict(titles, told, return_dtype=pl.String))
    return column


def _field(column: pl.Series, rule: FieldRule) -> Whole:
    values = column.unique().to_list()
    given = [rule.millionths(value) for value in values]
    return column.replace_strict(values, given, return_dtype=pl.Int64).to_numpy()


def _components(fixed: dict[str, Whole], done: list[_Done], rules: Rules, at: Whole) -> list[Whole]:
    sums = {name: points.copy() for name, points in fixed.items()}
    for one in done:
        if len(one.lead):
            sums[one.rule.component] += one.points(at)
    return [np.clip(own, 0, rules.components[name]) for name, own in sums.items()]


def _rounded(exact: list[Whole]) -> Whole:
    total: Whole = np.sum(exact, axis=0)
    return (total + MILLION // 2) // MILLION


def _apportioned(exact: list[Whole], scores: Whole) -> Whole:
    """Whole points of each component that add up to the score, by largest remainder; the first of equals goes first."""
    floors, rest = np.array(exact) // MILLION, np.array(exact) % MILLION
    rank = np.argsort(np.argsort(-rest, axis=0, kind="stable"), axis=0, kind="stable")
    given: Whole = floors + (rank < scores - floors.sum(axis=0))
    return given


def _confidence(known: dict[str, pl.Series], past: pl.DataFrame, rules: Rules, count: int) -> NDArray[np.float64]:
    missing = np.zeros(count)
    for name, column in known.items():
        missing += rules.evidence[name] * column.is_null().to_numpy()
    acted = np.zeros(count, dtype=np.bool_)
    counted = [*rules.events, "unsubscribe"]
    acted[past.filter(pl.col("kind").is_in(counted))["lead"].to_numpy()] = True
    missing += np.where(acted, 0.0, rules.evidence[""])
    return np.asarray(np.round(np.maximum(0.0, 1 - missing), 2), dtype=np.float64)


def _next(fixed: dict[str, Whole], done: list[_Done], rules: Rules, hour: int, scores: Whole) -> pl.Series:
    """All leads bisect side by side."""
    low, high = np.full(len(scores), hour, dtype=np.int64), np.full(len(scores), hour + HORIZON, dtype=np.int64)
    falls = _rounded(_components(fixed, done, rules, high)) != scores
    for _ in range(HORIZON.bit_length()):
        middle = (low + high) // 2
        same = _rounded(_components(fixed, done, rules, middle)) == scores
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return pl.Series(high).set(pl.Series(~falls), None)


def _out(leads: pl.DataFrame, past: pl.DataFrame) -> NDArray[np.bool_]:
    out = np.zeros(leads.height, dtype=np.bool_)
    if "opted_out" in leads.columns:
        out |= leads["opted_out"].fill_null(value=False).to_numpy()
    out[past.filter(pl.col("kind") == "unsubscribe")["lead"].to_numpy()] = True
    return out


def _graded(scores: Whole, out: NDArray[np.bool_], rules: Rules) -> pl.DataFrame:
    grades = np.array([rules.grade(one) for one in range(101)])
    tiers = np.array([rules.tier(one, opted_out=False) for one in range(101)])
    return pl.DataFrame({"score": scores, "grade": grades[scores], "tier": np.where(out, "cold", tiers[scores])})
