"""Campaigns of three years: two ordinary ones a quarter, one that works and one that does not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from db.demo.calendar import QUARTERS, Days, months_of
from db.demo.deals import SOURCES
from db.demo.draw import Draw, Floats, Ints
from db.demo.firm import Firm
from db.demo.words import words

REACHED_SOURCES = (SOURCES.index("Inbound"), SOURCES.index("Event"))
ORDINARY_REACH = 0.2
LASTS_DAYS = 75


@dataclass(frozen=True, slots=True)
class Campaigns:
    """`reach` is the share of the leads of its sources and days that a campaign brings; `lift` how they convert."""

    frame: pl.DataFrame
    begins: Days
    ends: Days
    reach: Floats
    lift: Floats

    def of(self, draw: Draw, day: Days, source: Ints, *, converted: bool) -> Ints:
        """The campaign that brought each lead, -1 for none."""
        running = (
            (self.begins <= day[:, None]) & (day[:, None] <= self.ends) & np.isin(source, REACHED_SOURCES)[:, None]
        )
        weight = np.where(running, self.reach * (self.lift if converted else 1.0), 0.0)
        none = np.maximum(1.0 - weight.sum(axis=1, keepdims=True), 0.05)
        return draw.pick_each(np.concatenate([none, weight], axis=1)) - 1


def run_campaigns(firm: Firm) -> Campaigns:
    """The campaigns begun before today."""
    span, staff = firm.span, firm.staff
    draw, material = firm.draw("campaigns"), words("campaigns")
    ordinary = material["ordinary"]
    rows = []
    for quarter in range(QUARTERS + 1):
        for turn in range(2):
            one = ordinary[(2 * quarter + turn) % len(ordinary)]
            rows.append((one, int(span.starts[quarter]) + 6 + 20 * turn, ORDINARY_REACH, 1.0))
    for name in ("works", "fails"):
        one = material[name]
        rows.append((one, int(span.starts[QUARTERS - 3]) + 14, float(one["reach"]), float(one["lift"])))
    rows = [row for row in rows if row[1] < span.today - 5]
    begins = np.array([row[1] for row in rows], dtype=np.int64)
    long = np.array([2.6 if row[0] in (material["works"], material["fails"]) else 1.0 for row in rows])
    ends = begins + (LASTS_DAYS * long).astype(np.int64)
    spent = np.clip((span.today - begins) / (ends - begins), 0.05, 1.0) * draw.uniform(len(rows), 0.9, 1.12)
    budget = np.array([row[0]["budget"] for row in rows]) * 100
    month = months_of(begins)
    frame = pl.DataFrame(
        {
            "id": np.arange(1, len(rows) + 1),
            "name": [
                f"{row[0]['name']} {1970 + m // 12} Q{m % 12 // 3 + 1}" for row, m in zip(rows, month, strict=True)
            ],
            "channel": [row[0]["channel"] for row in rows],
            "status": np.where(ends < span.today, "finished", "running"),
            "starts_on": begins,
            "ends_on": ends,
            "budget_minor": budget,
            "cost_minor": np.round(budget * spent / 1e4).astype(np.int64) * 10_000,
            "owner_id": pl.Series([int(staff.users.filter(pl.col("role") == "admin")["id"][0])] * len(rows)),
        }
    )
    return Campaigns(frame, begins, ends, np.array([row[2] for row in rows]), np.array([row[3] for row in rows]))
