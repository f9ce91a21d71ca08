"""The whole demo company as tables: one frame per table of the store, columns named as there.

Ids count from 1 within each table. Days are `Date`, moments `Datetime` in UTC, money whole cents,
structured columns JSON text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from db.demo import tables
from db.demo.campaigns import run_campaigns
from db.demo.casting import cast_named_deals
from db.demo.duplicates import double
from db.demo.firm import Firm
from db.demo.leads import gather_leads
from db.demo.lifecycle import exchanges
from db.demo.lifecycle import stays as lead_stays
from db.demo.pipeline import advance
from db.demo.plan import DemoPlan
from db.demo.selling import sell
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
    firm = Firm.found(plan)
    span, staff = firm.span, firm.staff
    campaigns = run_campaigns(firm)
    deals = sell(firm)
    pipeline = advance(firm, deals)
    deals = cast_named_deals(firm, deals, pipeline)
    leads = gather_leads(firm, deals, campaigns)
    threads = talk(firm, deals, pipeline)
    scene = Scene.of(firm, deals, pipeline)
    notes, hostile = tables.note_table(scene, write_notes(plan.seed, scene, threads, span.today), staff, span)
    spoken = tables.Spoken(last_moment(threads, len(deals.kind)), next_steps(plan.seed, scene, span.today))
    doubled = double(plan.seed, plan.sizes.duplicates, tables.lead_table(leads), tables.contact_table(firm.contacts))
    filled: dict[str, pl.DataFrame] = {
        "teams": tables.team_table(staff, span),
        "users": tables.user_table(staff),
        "stages": tables.stage_table(span),
        "products": tables.product_table(span),
        "accounts": tables.account_table(firm.accounts, deals),
        "contacts": doubled.contacts,
        "campaigns": tables.campaign_table(campaigns),
        "opportunities": tables.opportunity_table(firm, scene, leads.deal_campaign, spoken),
        "leads": doubled.leads,
        "stage_history": tables.stage_history_table(stays(deals, pipeline), deals, staff),
        "lifecycle_history": tables.lifecycle_table(lead_stays(firm, leads, deals)),
        "campaign_members": tables.touch_table(touches(firm, campaigns, leads, deals)),
        "interactions": tables.interaction_table(
            scene, write_interactions(plan.seed, scene, threads), staff, exchanges(firm, leads)
        ),
        "notes": notes,
        "tasks": tables.task_table(scene, set_tasks(firm, scene, leads), span),
        "quotas": tables.quota_table(set_quotas(firm, deals, pipeline)),
    }
    return Company(plan, filled, doubled.lead_pairs, doubled.contact_pairs, hostile)
