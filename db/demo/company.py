"""The whole demo company as tables: one frame per table of the store, columns named as there.

Ids count from 1 within each table. Days are `Date`, moments `Datetime` in UTC, money whole cents,
structured columns JSON text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from db.demo.accounts import meet_contacts, open_accounts
from db.demo.calendar import Span
from db.demo.campaigns import run_campaigns
from db.demo.casting import cast_named_deals
from db.demo.deals import sell
from db.demo.duplicates import double
from db.demo.leads import gather_leads
from db.demo.naming import PhoneBook
from db.demo.people import hire
from db.demo.pipeline import advance
from db.demo.plan import DemoPlan
from db.demo.tables import (
    account_table,
    campaign_table,
    contact_table,
    interaction_table,
    lead_table,
    note_table,
    opportunity_table,
    product_table,
    quota_table,
    stage_history_table,
    stage_table,
    task_table,
    team_table,
    touch_table,
    user_table,
)  # fmt: skip
from db.demo.threads import last_moment, talk
from db.demo.work import set_quotas, set_tasks, stays, touches
from db.demo.writing import Scene, next_steps, write_interactions, write_notes


@dataclass(frozen=True, slots=True)
class Company:
    """`tables` in an order in which they can be inserted; the pairs are the ids of people recorded twice."""

    plan: DemoPlan
    tables: Mapping[str, pl.DataFrame]
    lead_pairs: tuple[tuple[int, int], ...]
    contact_pairs: tuple[tuple[int, int], ...]
    hostile_notes: tuple[int, ...]

    def fingerprint(self) -> str:
        """SHA-256 over every value of every table, the same wherever the plan is the same."""
        digest = hashlib.sha256()
        for name, frame in self.tables.items():
            digest.update(f"{name}{frame.columns}".encode())
            digest.update(frame.write_csv(separator="\x1f", float_precision=6).encode())
        return digest.hexdigest()


def build(plan: DemoPlan) -> Company:
    """The company that follows from the plan.

    Raises:
        ImpossiblePlan: the story names a segment that does not exist or wants a rate outside 0 to 1.
    """
    span = Span.until(plan.as_of)
    staff, phones = hire(plan.seed, span), PhoneBook()
    accounts = open_accounts(plan, span, staff)
    contacts = meet_contacts(plan, accounts, phones)
    campaigns = run_campaigns(plan.seed, span, staff)
    deals = sell(plan, span, staff, accounts, contacts)
    pipeline = advance(plan, span, accounts, deals)
    deals = cast_named_deals(span, accounts, contacts, deals, pipeline)
    leads = gather_leads(plan, span, staff, accounts, contacts, deals, campaigns, phones)
    threads = talk(plan, span, accounts, deals, pipeline)
    scene = Scene.of(staff, accounts, contacts, deals, pipeline)
    notes, hostile = note_table(scene, write_notes(plan.seed, scene, threads, span.today), staff, span)
    opportunities = opportunity_table(
        span, staff, accounts, scene, leads.deal_campaign, last_moment(threads, len(deals.kind)),
        next_steps(plan.seed, scene, span.today),
    )  # fmt: skip
    doubled = double(plan.seed, plan.sizes.duplicates, lead_table(leads), contact_table(contacts))
    tables: dict[str, pl.DataFrame] = {
        "teams": team_table(staff, span),
        "users": user_table(staff),
        "stages": stage_table(span),
        "products": product_table(span),
        "accounts": account_table(accounts),
        "contacts": doubled.contacts,
        "campaigns": campaign_table(campaigns),
        "opportunities": opportunities,
        "leads": doubled.leads,
        "stage_history": stage_history_table(stays(deals, pipeline), deals, staff),
        "campaign_members": touch_table(touches(plan.seed, span, campaigns, leads, deals)),
        "interactions": interaction_table(scene, write_interactions(plan.seed, scene, threads), staff),
        "notes": notes,
        "tasks": task_table(scene, set_tasks(plan.seed, span, scene, leads, staff.reps), span),
        "quotas": quota_table(set_quotas(span, staff.reps, deals, pipeline)),
    }
    return Company(plan, tables, doubled.lead_pairs, doubled.contact_pairs, hostile)


def rows(company: Company, table: str) -> list[dict[str, Any]]:
    """The rows of one table as dictionaries, for looking at a few of them."""
    return company.tables[table].to_dicts()
