"""Whom a lead would become: the contact and the account that are there already, or new ones from what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from db.records import KINDS
from db.records.conditions import Condition, Test
from db.repositories.records import RecordLine, RecordRepository, Wanted
from tools.contract import ToolContext
from tools.errors import NeedsChoice

_OFFERED = 5


@dataclass(frozen=True, slots=True)
class Match:
    """A record that is there already, and by what it was found; `record` is None where a new one is made."""

    record: RecordLine | None
    why: str = ""


async def account_for(lead: RecordLine, at: ToolContext) -> Match:
    """The account the lead names, else one with the domain of its address, else one with the name of its company.

    Raises:
        NeedsChoice: several accounts fit.
    """
    accounts = RecordRepository(at.session, at.actor, KINDS["account"])
    if key := lead.values.get("account"):
        return Match(await accounts.get(int(key)), "the account of the lead")
    for condition, why in _telling(lead):
        total, lines = await accounts.find(Wanted((condition,), limit=_OFFERED))
        if total == 1:
            return Match(lines[0], why)
        if total > 1:
            names = tuple(f"{one.name} ({one.detail})" if one.detail else one.name for one in lines)
            question = f"Several accounts have {why}. Set the account of the lead first; which one is it?"
            raise NeedsChoice(question, names)
    return Match(None)


def _telling(lead: RecordLine) -> list[tuple[Condition, str]]:
    found = []
    if (domain := domain_of(lead)) is not None:
        found.append((Condition("domain", Test.IS, (domain,)), f"the domain {domain}"))
    if company := lead.values.get("company"):
        found.append((Condition("name", Test.IS, (str(company).strip(),)), "this name"))
    return found


def domain_of(lead: RecordLine) -> str | None:
    """The domain of the lead's address, where it is a company's."""
    # With it comes polars, which nobody needs who converts no lead.
    from tools.science.duplicates.emails import FREE

    _, at, domain = str(lead.values.get("email") or "").strip().lower().rpartition("@")
    return domain if at and domain and domain not in FREE else None


async def contact_for(lead: RecordLine, at: ToolContext) -> Match:
    """The contact with the lead's address; of several, the one that is oldest."""
    address = str(lead.values.get("email") or "").strip().lower()
    if not address:
        return Match(None)
    wanted = Wanted((Condition("email", Test.IS, (address,)),), order="created_at", descending=False, limit=1)
    _, lines = await RecordRepository(at.session, at.actor, KINDS["contact"]).find(wanted)
    return Match(lines[0], "the same e-mail address") if lines else Match(None)


def new_account(lead: RecordLine) -> dict[str, Any]:
    values = lead.values
    name = values.get("company") or values.get("last_name") or lead.name
    return {
        "name": name, "domain": domain_of(lead), "country": values.get("country"), "region": values.get("region"),
        "industry": values.get("industry"), "employees": values.get("employees"),
    }  # fmt: skip


def new_contact(lead: RecordLine) -> dict[str, Any]:
    names = ("first_name", "last_name", "email", "phone", "title", "preferred_channel", "preferred_time", "pain_points",
             "opted_out", "do_not_contact")  # fmt: skip
    return {name: lead.values.get(name) for name in names}
