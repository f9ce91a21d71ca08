"""Scores of many leads at once, equal to those of `score`."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

from tools.science.lead_score.facts import seniority_of
from tools.science.lead_score.rules import MILLION, FieldRule, Rules
from tools.science.lead_score.score import hour_of

Whole = NDArray[np.int64]


def score_many(leads: pl.DataFrame, events: pl.DataFrame, rules: Rules, *, now: datetime) -> pl.DataFrame:
    """One row a lead, in order: score (0–100), grade, tier.

    `leads`: columns named as in LeadFacts (those absent are unknown). `events`: lead (row number, from 0), kind, hour
    (whole hours since 1970).
    """
    count, hour = leads.height, hour_of(now)
    sums = {name: np.zeros(count, dtype=np.int64) for name in rules.components}
    for name, rule in rules.fields.items():
        sums[rule.component] += _field(leads, name, rule)
    past = events.filter(pl.col("hour") <= hour).unique()
    for kind, event in rules.events.items():
        own = past.filter(pl.col("kind") == kind)
        table = np.array(event.faded, dtype=np.int64)
        given = table[np.minimum(hour - own["hour"].to_numpy(), len(table) - 1)]
        added = np.zeros(count, dtype=np.int64)
        np.add.at(added, own["lead"].to_numpy(), given)
        sums[event.component] += np.clip(added, -event.cap, event.cap)
    total = sum((np.clip(own, 0, rules.components[name]) for name, own in sums.items()), np.zeros(count, np.int64))
    return _graded((total + MILLION // 2) // MILLION, _out(leads, past), rules)


def _field(leads: pl.DataFrame, name: str, rule: FieldRule) -> Whole:
    column = leads[name] if name in leads.columns else pl.Series(name, [None] * leads.height, dtype=pl.String)
    if name == "seniority" and "title" in leads.columns:
        titles = leads["title"].unique().to_list()
        levels = leads["title"].replace_strict(titles, [seniority_of(one) for one in titles], return_dtype=pl.String)
        known = column.cast(pl.String)
        column = known.set(known == "", None).fill_null(levels)
    values = column.unique().to_list()
    given = [rule.millionths(value) for value in values]
    return column.replace_strict(values, given, return_dtype=pl.Int64).to_numpy()


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
