"""The last step: codes become ids and names, and columns get the names they have in the store."""

from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import polars as pl

from db.demo.accounts import INDUSTRIES, REGIONS, Accounts, Contacts
from db.demo.calendar import Span
from db.demo.campaigns import Campaigns
from db.demo.deals import DEAL_TYPES, PRODUCTS, SOURCES, Deals
from db.demo.draw import Ints
from db.demo.firm import Firm
from db.demo.leads import Leads
from db.demo.naming import parts
from db.demo.people import Staff, team_id
from db.demo.pipeline import (
    COMPETITORS,
    LIST_PRICES,
    REASONS,
    ROTTING_DAYS,
    STAGE_PROBABILITIES,
    STAGES,
    deal_names,
)  # fmt: skip
from db.demo.threads import DAY, HOUR
from db.demo.words import words
from db.demo.writing import Scene, fill

CURRENCY = "USD"
CRITERIA = (
    ("First contact made", "A pain and an owner are known"),
    ("A pain and an owner are known", "Budget, decision maker and date are known"),
    ("Budget, decision maker and date are known", "The proposal was discussed"),
    ("The proposal was discussed", "Signed or declined"),
    ("Contract signed", None),
    ("Customer declined or went silent", None),
)


def _days(days: Ints | pl.Series) -> pl.Series:
    return pl.Series(days).cast(pl.Int32).cast(pl.Date)


def _moments(seconds: Ints | pl.Series) -> pl.Series:
    return (pl.Series(seconds).cast(pl.Int64) * 1_000_000).cast(pl.Datetime("us", "UTC"))


def _at(days: Ints | pl.Series, hour: int = 9) -> pl.Series:
    return _moments(pl.Series(days).cast(pl.Int64) * DAY + hour * HOUR)


def _maybe(codes: Ints, values: pl.Series) -> pl.Series:
    """The values where the code is not negative."""
    return pl.select(pl.when(pl.Series(codes) >= 0).then(values)).to_series()


def _recorded(frame: pl.DataFrame, created: pl.Series, updated: pl.Series | None = None) -> pl.DataFrame:
    """Adds what every record carries: key (unless there), version, and when it was written."""
    if "id" not in frame.columns:
        frame = frame.insert_column(0, pl.Series("id", np.arange(1, frame.height + 1)))
    return frame.with_columns(version=pl.lit(1), created_at=created, updated_at=created if updated is None else updated)


def team_table(staff: Staff, span: Span) -> pl.DataFrame:
    frame = staff.teams.rename({"parent": "parent_id"})
    return _recorded(frame, _at(np.full(frame.height, span.first - 400)))


def user_table(staff: Staff) -> pl.DataFrame:
    hired = staff.users["hired"]
    frame = staff.users.drop("hired").rename({"team": "team_id", "manager": "manager_id", "zone": "time_zone"})
    return _recorded(frame.with_columns(hired_on=_days(hired)), _at(hired))


def stage_table(span: Span) -> pl.DataFrame:
    outcomes = ("open", "open", "open", "open", "won", "lost")
    frame = pl.DataFrame(
        {
            "name": STAGES,
            "position": range(1, len(STAGES) + 1),
            "outcome": outcomes,
            "probability": STAGE_PROBABILITIES,
            "rotting_days": ROTTING_DAYS,
            "entry_criteria": [entry for entry, _ in CRITERIA],
            "exit_criteria": [leave for _, leave in CRITERIA],
        }
    )
    return _recorded(frame, _at(np.full(frame.height, span.first - 400)))


def product_table(span: Span) -> pl.DataFrame:
    frame = pl.DataFrame(
        {"name": PRODUCTS, "family": ["Planning"] * 3, "list_price_minor": [p * 100 for p in LIST_PRICES]}
    )
    return _recorded(frame.with_columns(currency=pl.lit(CURRENCY)), _at(np.full(3, span.first - 400)))


def account_table(accounts: Accounts, deals: Deals) -> pl.DataFrame:
    """Who bought something is a customer."""
    bought = np.zeros(accounts.frame.height, dtype=np.bool_)
    bought[deals.account[deals.won & deals.closed]] = True
    frame = accounts.frame.drop("created").with_columns(
        currency=pl.lit(CURRENCY), status=pl.Series(np.where(bought, "customer", "prospect"))
    )
    return _recorded(frame, _at(accounts.frame["created"]))


def contact_table(contacts: Contacts) -> pl.DataFrame:
    frame, inside = contacts.frame, words("internal")
    lists = {
        "pain_points": parts([json.dumps([text]) for text in inside["pains"]], frame["pain"].to_numpy()),
        "interests": parts([json.dumps([text]) for text in inside["interests"]], frame["interest"].to_numpy()),
    }
    return _recorded(frame.drop("pain", "interest", "created").with_columns(**lists), _at(frame["created"], 10))


def campaign_table(campaigns: Campaigns) -> pl.DataFrame:
    frame = campaigns.frame
    days = {"starts_on": _days(frame["starts_on"]), "ends_on": _days(frame["ends_on"])}
    return _recorded(frame.with_columns(**days, currency=pl.lit(CURRENCY)), _at(frame["starts_on"] - 20))


def lead_table(leads: Leads) -> pl.DataFrame:
    frame = leads.frame
    arrived = _at(frame["arrived"], 8)
    contacted = _at(frame["contacted"], 14)
    shaped = frame.drop("arrived", "contacted").with_columns(
        currency=pl.when(pl.col("budget_minor").is_not_null()).then(pl.lit(CURRENCY)),
        arrived_at=arrived, last_contacted_at=contacted,
    )  # fmt: skip
    updated = pl.select(pl.max_horizontal(arrived, contacted)).to_series()
    return _recorded(shaped, arrived, updated)


def lifecycle_table(stays: pl.DataFrame) -> pl.DataFrame:
    """A lead arrives by itself; whoever owns it moves it on."""
    hours = {"new": 8, "contacted": 14, "qualified": 15, "opportunity": 16, "customer": 17, "unqualified": 17}
    of_day = stays["status"].replace_strict(list(hours), list(hours.values()), return_dtype=pl.Int64) * HOUR
    entered = _moments(stays["entered"].cast(pl.Int64) * DAY + of_day)
    following = of_day.shift(-1).fill_null(0)
    left = _moments(stays["left"].cast(pl.Int64) * DAY + following)
    frame = stays.select(lead_id=pl.col("lead") + 1, status="status").with_columns(
        entered_at=entered,
        left_at=pl.select(pl.when(stays["left"] >= 0).then(left)).to_series(),
        changed_by=pl.select(pl.when((stays["status"] != "new") & (stays["by"] > 0)).then(stays["by"])).to_series(),
    )
    return _recorded(frame, entered)


def lead_exchange_table(said: pl.DataFrame) -> pl.DataFrame:
    """Exchanges with leads, shaped as those around deals."""
    moment = _moments(said["day"] * DAY + said["hour"].cast(pl.Int64) * HOUR)
    named = ("channel", "direction", "subject", "outcome", "duration_seconds", "status")
    frame = said.select(*named, lead_id=pl.col("lead") + 1, user_id="by")
    return frame.with_columns(at=moment, version=pl.lit(1), created_at=moment, updated_at=moment)


@dataclass(frozen=True, slots=True)
class Spoken:
    """Per deal: seconds UTC of the last contact (-1 for none) and the next step agreed."""

    last: Ints
    steps: list[str | None]


def opportunity_table(firm: Firm, scene: Scene, campaign: Ints, spoken: Spoken) -> pl.DataFrame:
    span, staff = firm.span, firm.staff
    d, p = scene.deals, scene.pipeline
    ends = np.where(d.closed, d.ends, -1)
    active = np.where(
        spoken.last >= 0,
        spoken.last,
        np.where(d.closed, d.ends, np.minimum(p.stage_entered + 6, span.today - 1)) * DAY + 15 * HOUR,
    )
    moved = np.maximum(active, p.stage_entered * DAY + 9 * HOUR)
    criteria = [json.dumps(pair) for pair in words("internal")["criteria"]]
    frame = pl.DataFrame(
        {
            "name": deal_names(firm.accounts, d, p),
            "account_id": d.account + 1,
            "contact_id": d.contact + 1,
            "owner_id": staff.reps.user[d.rep],
            "team_id": np.array([team_id(k) for k in range(len(staff.team_names))])[d.team],
            "product_id": d.product + 1,
            "campaign_id": _maybe(campaign, pl.Series(campaign + 1)),
            "lead_source": parts(SOURCES, d.source),
            "region": parts(REGIONS, d.region),
            "industry": parts(INDUSTRIES, d.industry),
            "deal_type": parts(DEAL_TYPES, d.kind),
            "stage": parts(STAGES, p.stage),
            "outcome": parts(("lost", "won", "open"), np.where(d.closed, d.won.astype(np.int64), 2)),
            "amount_minor": p.amount,
            "created_on": _days(d.opened),
            "expected_close_on": _days(p.expected),
            "closed_on": _maybe(ends, _days(d.ends)),
            "stage_entered_on": _days(p.stage_entered),
            "last_activity_at": _moments(active),
            "loss_reason": _maybe(p.reason, parts(REASONS, p.reason.clip(0))),
            "competitor": _maybe(p.competitor, parts(COMPETITORS, p.competitor.clip(0))),
            "next_step": pl.Series(spoken.steps, dtype=pl.String),
            "decision_criteria": parts(criteria, p.ask),
        }
    ).with_columns(currency=pl.lit(CURRENCY))
    return _recorded(frame, _at(d.opened), _moments(np.minimum(moved, span.today * DAY - 60)))


def stage_history_table(stays: pl.DataFrame, deals: Deals, staff: Staff) -> pl.DataFrame:
    deal = stays["deal"].to_numpy()
    frame = stays.select(
        "stage",
        opportunity_id=pl.col("deal") + 1,
        entered_on=_days(stays["entered"]),
        left_on=_days(stays["left"]),
        changed_by=pl.Series(staff.reps.user[deals.rep[deal]]),
    )
    return _recorded(frame, _at(stays["entered"], 10))


def touch_table(touches: pl.DataFrame) -> pl.DataFrame:
    moment = _at(touches["day"], 8)
    return _recorded(touches.drop("day").with_columns(touched_at=moment), moment)


def interaction_table(scene: Scene, written: pl.DataFrame, staff: Staff, leads: pl.DataFrame) -> pl.DataFrame:
    """What was said around deals, then with leads."""
    moment = _moments(written["moment"])
    frame = _linked(scene, written["deal"].to_numpy()).with_columns(
        user_id=pl.Series(staff.reps.user[scene.deals.rep[written["deal"].to_numpy()]]), at=moment,
        **{name: written[name] for name in (
            "channel", "direction", "subject", "body", "sentiment", "duration_seconds", "outcome", "next_action",
        )},
    )  # fmt: skip
    spoken = _recorded(frame, moment)
    with_leads = lead_exchange_table(leads).with_columns(
        id=pl.Series(np.arange(spoken.height + 1, spoken.height + leads.height + 1))
    )
    return pl.concat([spoken, with_leads], how="diagonal_relaxed")


def note_table(scene: Scene, written: pl.DataFrame, staff: Staff, span: Span) -> tuple[pl.DataFrame, tuple[int, ...]]:
    """The notes, and the ids of two among them whose text tries to give orders: one with the demo rep."""
    deals = scene.deals
    open_deals = np.flatnonzero(~deals.closed)
    own = open_deals[staff.reps.user[deals.rep[open_deals]] == staff.demo_rep]
    places = [int((own if len(own) else open_deals)[-1]), int(open_deals[len(open_deals) // 2])]
    hostile = pl.DataFrame(
        [
            (deal, (span.today - 2 - k) * DAY + 11 * HOUR, fill(scene, deal, span.today, text), False)
            for k, (deal, text) in enumerate(zip(places, words("internal")["hostile"]["notes"], strict=True))
        ],
        schema=written.schema, orient="row",
    )  # fmt: skip
    everything = pl.concat([written, hostile])
    deal, moment = everything["deal"].to_numpy(), _moments(everything["moment"])
    frame = _linked(scene, deal).with_columns(
        author_id=pl.Series(staff.reps.user[deals.rep[deal]]), body=everything["body"], private=everything["private"]
    )
    return _recorded(frame, moment), (written.height + 1, written.height + 2)


def task_table(scene: Scene, tasks: pl.DataFrame, span: Span) -> pl.DataFrame:
    linked = tasks["deal"].is_not_null()
    deal = tasks["deal"].fill_null(0).to_numpy()
    links = [pl.when(linked).then(column).alias(column.name) for column in _linked(scene, deal).get_columns()]
    due, written = _at(tasks["due"], 12), _at(np.minimum(tasks["made"].to_numpy(), span.today - 1), 10)
    frame = pl.select(links).with_columns(
        lead_id=tasks["lead_id"], title=tasks["title"], due_at=due,
        kind=pl.when(tasks["title"].str.starts_with("Call")).then(pl.lit("call")).otherwise(pl.lit("task")),
        status=pl.when(tasks["done"]).then(pl.lit("done")).otherwise(pl.lit("open")),
        priority=tasks["priority"], auto_generated=~linked, owner_id=tasks["owner_id"], created_by=tasks["owner_id"],
    )  # fmt: skip
    return _recorded(frame, written)


def quota_table(quotas: pl.DataFrame) -> pl.DataFrame:
    days = {"starts_on": _days(quotas["starts_on"]), "ends_on": _days(quotas["ends_on"])}
    return _recorded(quotas.with_columns(**days, currency=pl.lit(CURRENCY)), _at(quotas["starts_on"] - 14))


def _linked(scene: Scene, deal: Ints) -> pl.DataFrame:
    """Account, contact and opportunity of each row."""
    d = scene.deals
    return pl.DataFrame(
        {"account_id": d.account[deal] + 1, "contact_id": d.contact[deal] + 1, "opportunity_id": deal + 1}
    )
