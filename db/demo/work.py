"""What people have to do and to reach: tasks, quotas, touches of campaigns."""

from __future__ import annotations

import numpy as np
import polars as pl

from db.demo.calendar import QUARTERS, Days, Span
from db.demo.campaigns import Campaigns
from db.demo.deals import Deals
from db.demo.draw import Draw, Ints
from db.demo.firm import Firm
from db.demo.leads import Leads
from db.demo.pipeline import STAGES, Pipeline, earned
from db.demo.words import words
from db.demo.writing import Scene, fill

RESPONSES = ("none", "opened", "clicked", "registered", "attended")
FIRST_ANSWERS, LATER_ANSWERS, DEAL_ANSWERS = (
    (0.0, 3.0, 3.0, 4.0, 0.0),
    (9.0, 6.0, 3.0, 0.0, 2.0),
    (8.0, 6.0, 3.0, 1.0, 2.0),
)
"""How often each response follows the touch that brought a lead, a later one, and one during a deal."""
_TaskRow = tuple[int | None, int | None, str, int, int, bool, int, int]
FRESH_DAYS = 21
STRETCH = 1.04
"""Quotas are set this much above what was sold."""


def set_quotas(firm: Firm, deals: Deals, pipeline: Pipeline) -> pl.DataFrame:
    """One quota per rep and quarter of service, from what the rep (a newcomer: the team) usually sells."""
    span, reps = firm.span, firm.staff.reps
    quarter, revenue = span.quarter(deals.ends), earned(deals, pipeline)
    base = np.zeros((len(reps.user), QUARTERS + 1))
    inside = (quarter >= 0) & deals.closed
    np.add.at(base, (deals.rep[inside], quarter[inside]), revenue[inside])
    rows = []
    for rep in range(len(reps.user)):
        served = [
            k
            for k in range(QUARTERS + 1)
            if reps.since[rep] < span.starts[k + 1] - 45 and reps.until[rep] > span.starts[k] + 45
        ]
        known = [k for k in served if k < QUARTERS - 1 and reps.since[rep] < span.starts[k] - 180]
        peers = (reps.team == reps.team[rep]) & (reps.since < span.first) & (reps.until > span.today)
        usual = base[rep, known].mean() if known else base[peers, : QUARTERS - 1].mean()
        for k in served:
            ramp = np.clip((span.starts[k + 1] - reps.since[rep]) / 365, 0.2, 1.0)
            target = usual * STRETCH * ramp * 1.02 ** (k - QUARTERS / 2)
            rows.append(
                (
                    int(reps.user[rep]),
                    int(span.starts[k]),
                    int(span.starts[k + 1]) - 1,
                    max(round(target / 5e5), 1) * 500_000,
                )
            )
    return pl.DataFrame(rows, schema=["user_id", "starts_on", "ends_on", "amount_minor"], orient="row")


def set_tasks(firm: Firm, scene: Scene, leads: Leads) -> pl.DataFrame:
    """Follow-ups on deals and first calls to new leads; about one open task in five is overdue."""
    span, reps = firm.span, firm.staff.reps
    draw, deals, stage = firm.draw("tasks"), scene.deals, scene.pipeline.stage
    n = len(deals.kind)
    forms, luck = words("internal")["tasks"], draw.uniform(n)
    pending = ~deals.closed & draw.chance(0.6, n)
    finished = deals.closed & (span.today - deals.ends < 150) & draw.chance(0.35, n)
    due = span.today + np.where(draw.chance(0.2, n), -draw.whole(n, 1, 14), draw.whole(n, 0, 21))
    due = np.where(finished, deals.ends - draw.whole(n, 2, 25), due)
    due = np.maximum(due, deals.opened + 1)
    priority = 30 + draw.whole(n, 0, 5) * 10 + np.where(stage == 3, 15, 0)
    rows: list[_TaskRow] = []
    for deal in np.flatnonzero(pending | finished):
        options = forms[STAGES[min(int(stage[deal]), 3)]]
        title = fill(scene, int(deal), int(due[deal]), options[int(luck[deal] * len(options))])
        rows.append(
            (
                int(deal),
                None,
                title,
                int(due[deal]),
                int(max(due[deal] - 4, deals.opened[deal])),
                bool(finished[deal]),
                int(priority[deal]),
                int(reps.user[deals.rep[deal]]),
            )
        )
    rows += _first_calls(draw, span, leads, forms["lead"][0])
    columns = ["deal", "lead_id", "title", "due", "made", "done", "priority", "owner_id"]
    return pl.DataFrame(rows, schema=columns, orient="row", infer_schema_length=None)


def _first_calls(draw: Draw, span: Span, leads: Leads, form: str) -> list[_TaskRow]:
    frame = leads.frame.with_row_index("row").filter(
        (pl.col("status") == "new") & pl.col("owner_id").is_not_null() & (pl.col("arrived") > span.today - 20)
    )
    found = frame.select("row", "first_name", "last_name", "company", "arrived", "owner_id").iter_rows()
    kept = draw.chance(0.7, frame.height)
    return [
        (None, row + 1, form.format(full=f"{first} {last}", account=company), arrived + 1, arrived, False, 70, owner)
        for (row, first, last, company, arrived, owner), keep in zip(found, kept, strict=True) if keep
    ]  # fmt: skip


def touches(firm: Firm, campaigns: Campaigns, leads: Leads, deals: Deals) -> pl.DataFrame:
    """Campaign touches: those that brought a lead, further ones on the same lead, and some on running deals."""
    draw, span = firm.draw("touches"), firm.span
    brought = np.flatnonzero(leads.campaign >= 0)
    again = brought[draw.chance(0.45, len(brought))]
    first = _touch(leads, brought, leads.arrived[brought], _answers(draw, len(brought), FIRST_ANSWERS))
    later = np.minimum(leads.arrived[again] + 2 + draw.whole(len(again), 0, 20), span.today - 1)
    more = _touch(leads, again, later, _answers(draw, len(again), LATER_ANSWERS))
    asked = _asked_for_more(firm, leads, brought)
    new = np.flatnonzero(deals.kind == 0)
    rows = draw.some(new, len(new) // 8)
    campaign = draw.whole(len(rows), 0, len(campaigns.begins))
    length = draw.uniform(len(rows)) * (deals.ends[rows] - deals.opened[rows])
    moment = deals.opened[rows] + np.floor(length).astype(np.int64)
    fits = (campaigns.begins[campaign] <= moment) & (moment <= campaigns.ends[campaign]) & (moment < span.today)
    running = pl.DataFrame(
        {
            "campaign_id": campaign[fits] + 1,
            "lead_id": pl.Series([None] * int(fits.sum()), dtype=pl.Int64),
            "contact_id": deals.contact[rows[fits]] + 1,
            "opportunity_id": rows[fits] + 1,
            "day": moment[fits],
            "response": _answers(draw, int(fits.sum()), DEAL_ANSWERS),
        }
    )
    return pl.concat([first, more, asked, running], how="vertical_relaxed").sort(
        "day", "campaign_id", maintain_order=True
    )


def _asked_for_more(firm: Firm, leads: Leads, brought: Ints) -> pl.DataFrame:
    """Some of the newest leads asked for a demonstration on the day after they arrived."""
    draw, span = firm.draw("requests"), firm.span
    newest = brought[(leads.arrived[brought] > span.today - FRESH_DAYS) & (leads.deal[brought] < 0)]
    keen = newest[draw.chance(0.2, len(newest))]
    day = np.minimum(leads.arrived[keen] + 1, span.today - 1)
    return _touch(leads, keen, day, pl.Series(["demo requested"] * len(keen), dtype=pl.String))


def _answers(draw: Draw, n: int, weights: tuple[float, ...]) -> pl.Series:
    return pl.Series(RESPONSES).gather(pl.Series(draw.pick(n, weights)))


def _touch(leads: Leads, rows: Ints, day: Days, answers: pl.Series) -> pl.DataFrame:
    deal = leads.deal[rows]
    return pl.DataFrame(
        {
            "campaign_id": leads.campaign[rows] + 1,
            "lead_id": rows + 1,
            "contact_id": pl.Series([None] * len(rows), dtype=pl.Int64),
            "opportunity_id": pl.Series(np.where(deal >= 0, deal + 1, 0)).replace(0, None),
            "day": day,
            "response": answers,
        }
    )


def stays(deals: Deals, pipeline: Pipeline) -> pl.DataFrame:
    """Stage history: one row per stay of a deal in a stage, its ending included."""
    deal, stage = np.nonzero(pipeline.reached)
    ended = np.flatnonzero(deals.closed)
    left = pipeline.left[deal, stage]
    frame = pl.DataFrame(
        {
            "deal": np.concatenate([deal, ended]),
            "stage": np.concatenate([stage, pipeline.stage[ended]]),
            "entered": np.concatenate([pipeline.entered[deal, stage], deals.ends[ended]]),
            "left": np.concatenate([left, np.full(len(ended), -1)]),
        }
    )
    return frame.sort("deal", "stage").with_columns(
        pl.col("left").replace(-1, None), stage=pl.Series(STAGES).gather(frame.sort("deal", "stage")["stage"])
    )
