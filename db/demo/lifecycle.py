"""How leads came to where they stand: their stays from new to customer, and what was said with recent ones."""

from __future__ import annotations

import numpy as np
import polars as pl

from db.demo.calendar import Days
from db.demo.deals import Deals
from db.demo.draw import Ints
from db.demo.firm import Firm
from db.demo.leads import Leads

WAY = ("new", "contacted", "qualified", "opportunity", "customer", "unqualified")
"""Through which statuses a lead goes, in this order."""
CALLED_DAYS = 120
"""Exchanges are recorded with leads that arrived within so many days."""
OUTCOMES = ("interested", "call back later", "asked for material", "no answer")


def stays(firm: Firm, leads: Leads, deals: Deals) -> pl.DataFrame:
    """One row a stay, in the order in which a lead went through them: lead, status, entered, left, by; days."""
    entered = _entered(firm, leads, deals)
    owner = leads.frame["owner_id"].fill_null(0).to_numpy()
    # What a lead left is the next status it entered.
    left = np.full(len(leads.deal), -1, dtype=np.int64)
    rows = []
    for status in reversed(WAY):
        there = np.flatnonzero(entered[status] >= 0)
        rows.append(pl.DataFrame({
            "lead": there, "status": [status] * len(there), "entered": entered[status][there], "left": left[there],
            "by": owner[there], "step": [WAY.index(status)] * len(there),
        }))  # fmt: skip
        left = np.where(entered[status] >= 0, entered[status], left)
    return pl.concat(rows).sort("lead", "step").drop("step")


def _entered(firm: Firm, leads: Leads, deals: Deals) -> dict[str, Days]:
    """The day each lead entered a status, -1 for never."""
    last = firm.span.today - 1
    status, arrived = leads.frame["status"].to_numpy(), leads.arrived
    contacted = leads.frame["contacted"].fill_null(-1).to_numpy().astype(np.int64)
    became, row = leads.deal >= 0, leads.deal.clip(0)
    # A lead that became a deal was contacted halfway there; its last contact is the day the deal began.
    first = np.where(became, arrived + (deals.opened[row] - arrived).clip(0) // 2, contacted)
    won = became & deals.won[row] & deals.closed[row]

    def after(days: int, which: Ints | np.typing.NDArray[np.bool_]) -> Days:
        return np.where(which, np.minimum(contacted + days, last), -1).astype(np.int64)

    return {
        "new": arrived,
        "contacted": np.where(contacted >= 0, first, -1).astype(np.int64),
        "qualified": after(3, (status == "qualified") & (contacted >= 0)),
        "opportunity": np.where(became, np.minimum(deals.opened[row], last), -1).astype(np.int64),
        "customer": np.where(won, np.minimum(deals.ends[row], last), -1).astype(np.int64),
        "unqualified": after(7, (status == "unqualified") & (contacted >= 0)),
    }


def exchanges(firm: Firm, leads: Leads) -> pl.DataFrame:
    """What was said with recent leads that are no deals yet: the call behind the last contact, and before it a message
    of those who were qualified, with a meeting after it: lead, day, hour, by, channel, direction and so on."""
    draw, span = firm.draw("first calls"), firm.span
    status, contacted = leads.frame["status"].to_numpy(), leads.frame["contacted"].fill_null(-1).to_numpy()
    recent = (leads.arrived > span.today - CALLED_DAYS) & (contacted >= 0)
    called = np.flatnonzero(recent & np.isin(status, ("contacted", "qualified")))
    keen = np.flatnonzero(recent & (status == "qualified"))
    met = keen[contacted[keen] + 2 < span.today]
    outcome = pl.Series(OUTCOMES).gather(pl.Series(draw.pick(len(called), (4, 3, 2, 3))))
    seconds = pl.Series(draw.whole(len(called), 120, 900))
    spoken = [
        _said(leads, called, contacted[called], 14, "call", "out", "First call").with_columns(
            outcome=outcome, duration_seconds=pl.when(outcome == OUTCOMES[-1]).then(20).otherwise(seconds)
        ),
        _said(leads, keen, np.maximum(contacted[keen] - 1, leads.arrived[keen]), 11, "email", "in", "A question"),
        _said(leads, met, contacted[met] + 2, 15, "meeting", "out", "Demonstration").with_columns(
            status=pl.lit("held"), duration_seconds=pl.lit(2400, dtype=pl.Int64)
        ),
    ]
    return pl.concat(spoken, how="diagonal_relaxed").sort("day", "hour", "lead", maintain_order=True)


def _said(leads: Leads, rows: Ints, days: Days, hour: int, channel: str, direction: str, subject: str) -> pl.DataFrame:
    frame = pl.DataFrame({"lead": rows, "day": pl.Series(days).cast(pl.Int64)})
    return frame.with_columns(
        hour=pl.lit(hour), by=leads.frame["owner_id"].gather(rows), channel=pl.lit(channel),
        direction=pl.lit(direction), subject=pl.lit(subject),
    )  # fmt: skip
