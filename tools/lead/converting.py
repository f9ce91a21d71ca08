"""A lead becomes a contact, an account and a deal: several operations of one call, taken back as one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from db.access import Grant, RecordAction
from db.money import stored
from db.records import KINDS
from db.records.choices import LeadStatus
from db.records.values import typed
from db.repositories.base import RecordRef
from db.repositories.lifecycle import LifecycleRepository
from db.repositories.records import RecordLine, RecordRepository
from tools.contract import (
    CREATED,
    Action,
    Area,
    Ask,
    Effect,
    Operation,
    Person,
    Proposed,
    RecordArgument,
    ToolContext,
    tool,
)
from tools.errors import BadArgument, Unanswerable
from tools.evidence import Unit, render
from tools.lead.matches import Match, account_for, contact_for, new_account, new_contact
from tools.people import each_once
from tools.records.asks import Amount
from tools.records.consequences import entering, of_creating
from tools.records.values import read_value
from tools.records.wording import people_in
from tools.wording import clean, listed

_DONE = (LeadStatus.OPPORTUNITY, LeadStatus.CUSTOMER)
_STRICTER = ("opted_out", "do_not_contact")


class ConvertLead(Ask):
    record: RecordArgument
    """The lead."""
    title: str | None = Field(default=None, max_length=200)
    """Name of the deal; left out, the company's name."""
    amount: Amount | str | int | float | None = None
    """Value of the deal."""
    stage: str | None = None
    """A stage of the pipeline; left out, the first one."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """`account` and `contact` are ids, or stand for what the same call creates."""

    lead: RecordLine
    accounts: Match
    contacts: Match
    made: tuple[Operation, ...]
    account: Any
    contact: Any


@tool(
    area=Area.LEAD,
    effect=Effect.WRITE,
    requires=Grant("lead", RecordAction.UPDATE),
    doing="preparing the conversion of a lead",
    examples=(
        "convert this lead",
        "convert Jane Doe to an opportunity",
        "turn the lead Max Braun into a deal worth 40k",
        "make an opportunity out of this lead",
        "convert the lead and put the deal in Proposal",
        "qualify and convert Anna Keller",
        "lead to opportunity please",
        "this lead is ready, create the deal",
    ),
)
async def convert_lead(ask: ConvertLead, at: ToolContext) -> Proposed:
    """Convert a lead into a contact, an account and a deal; those that are there already are used.

    Notes, tasks and exchanges of the lead hang on the new records too. Refuses a lead that was converted before.
    """
    lead = await _lead(ask, at)
    plan = await _planned(lead, at)
    deal = await _deal(ask, plan, at)
    operations = (*plan.made, *deal, *await _linked(plan, at), *await _moved(plan, at))
    name, values = clean(lead.name, most=120), deal[0].values
    said = _said(plan, values, at)
    return Proposed(
        said=f"I would convert {name} into {said} It can be undone.",
        done=f"{name} converted into {said} “Undo that” takes all of it back.",
        arguments=_arguments(ask, lead, values),
        operations=operations,
        focus=(lead.ref,),
        people=each_once(_people(plan)),
        reach={"uses": [clean(f"{one.record.kind} {one.record.name}: {one.why}") for one in _used(plan) if one.record]},
    )


async def _lead(ask: ConvertLead, at: ToolContext) -> RecordLine:
    if ask.record.kind != "lead":
        raise BadArgument("record", f"a lead is converted, not a {ask.record.kind}")
    lead = await RecordRepository(at.session, at.actor, KINDS["lead"]).get(ask.record.id)
    if not all(at.actor.sees("lead", field.name) for field in KINDS["lead"].fields):
        # What a role does not see would be lost without a word: a wish not to be written to, for one.
        raise Unanswerable("Your role does not see every field of leads; somebody who does has to convert them.")
    if lead.values.get("opportunity") or lead.values.get("status") in _DONE:
        deal = lead.links.get("opportunity")
        into = f" into the deal {clean(deal.name, most=120)}" if deal else ""
        raise Unanswerable(f"{clean(lead.name, most=120)} was converted{into} before.")
    return lead


async def _planned(lead: RecordLine, at: ToolContext) -> _Plan:
    accounts, contacts = await account_for(lead, at), await contact_for(lead, at)
    if accounts.record is None and contacts.record is not None and (key := contacts.record.values.get("account")):
        there = await RecordRepository(at.session, at.actor, KINDS["account"]).get(int(key))
        accounts = Match(there, "the account of the contact")
    made: list[Operation] = []
    account = await _or_new("account", accounts, new_account(lead), made, at)
    contact = await _or_new("contact", contacts, new_contact(lead) | {"account_id": account}, made, at)
    if contacts.record is not None and (more := _more(contacts.record, lead, account)):
        made.append(Operation(Action.UPDATE, "contact", more, contacts.record.id, contacts.record.version))
    return _Plan(lead, accounts, contacts, tuple(made), account, contact)


async def _or_new(kind: str, match: Match, values: Mapping[str, Any], made: list[Operation], at: ToolContext) -> Any:  # noqa: ANN401 - an id, or what stands for one
    if match.record is not None:
        return match.record.id
    at.actor.require(Grant(kind, RecordAction.CREATE))
    owner = values.get("owner_id") or at.actor.user_id
    usual = (await of_creating(KINDS[kind], {}, at)).values
    told = {name: value for name, value in values.items() if value is not None}
    made.append(Operation(Action.CREATE, kind, dict(usual) | told | {"owner_id": owner}))
    return {CREATED: len(made) - 1}


def _more(contact: RecordLine, lead: RecordLine, account: Any) -> dict[str, Any]:  # noqa: ANN401 - an id, or what stands for one
    """What the contact that is there takes over: an account where it has none, and wishes not to be written to."""
    wishes = {name: True for name in _STRICTER if lead.values.get(name) and not contact.values.get(name)}
    return wishes | ({} if contact.values.get("account") else {"account_id": account})


async def _deal(ask: ConvertLead, plan: _Plan, at: ToolContext) -> list[Operation]:
    """The deal and the beginning of its history."""
    at.actor.require(Grant("opportunity", RecordAction.CREATE))
    kind, lead = KINDS["opportunity"], plan.lead.values
    amount = await read_value(kind, kind.field("amount"), ask.amount, at)
    stage = await read_value(kind, kind.field("stage"), ask.stage, at) if ask.stage else None
    name = (ask.title or "").strip() or str(lead.get("company") or plan.lead.name)
    columns = typed(kind, {"name": name[:200], "amount": amount, "stage": stage}, currency=at.workspace.currency)
    told = {
        "owner_id": lead.get("owner") or at.actor.user_id, "lead_source": lead.get("source"),
        "campaign_id": lead.get("campaign"), "region": lead.get("region"), "industry": lead.get("industry"),
        "account_id": plan.account, "contact_id": plan.contact,
    }  # fmt: skip
    values = {key: value for key, value in (columns | told).items() if value is not None}
    after = await of_creating(kind, values, at)
    if after.values["outcome"] != "open":
        raise BadArgument("stage", "a lead becomes an open deal; win it when it is won")
    place = len(plan.made)
    history = [
        Operation(one.action, one.kind, dict(one.values) | {"opportunity_id": {CREATED: place}})
        for one in after.operations
    ]
    return [Operation(Action.CREATE, "opportunity", dict(after.values) | values), *history]


async def _linked(plan: _Plan, at: ToolContext) -> list[Operation]:
    """The lead points at what it became, and enters its next status."""
    deal = {CREATED: len(plan.made)}
    values = {
        "status": LeadStatus.OPPORTUNITY, "account_id": plan.account, "contact_id": plan.contact,
        "opportunity_id": deal,
    }  # fmt: skip
    stays = await entering([plan.lead.id], LeadStatus.OPPORTUNITY, at, reason="converted")
    return [Operation(Action.UPDATE, "lead", values, plan.lead.id, plan.lead.version), *stays]


async def _moved(plan: _Plan, at: ToolContext) -> list[Operation]:
    """What hangs on the lead hangs on the new records too, except where it has links of its own."""
    links = {"account_id": plan.account, "contact_id": plan.contact, "opportunity_id": {CREATED: len(plan.made)}}
    hanging = await LifecycleRepository(at.session, at.actor).hanging(plan.lead.id)
    return [
        Operation(Action.UPDATE, kind, {name: links[name] for name in lacking}, ids=tuple(ids), whole=True)
        for (kind, lacking), ids in hanging.items()
    ]


def _used(plan: _Plan) -> list[Match]:
    return [one for one in (plan.accounts, plan.contacts) if one.record is not None]


def _said(plan: _Plan, deal: Mapping[str, Any], at: ToolContext) -> str:
    """`the new deal X (Discovery, $40,000) for the new account X with the contact Y that is there (same e-mail).`"""
    new = new_account(plan.lead)["name"]
    account = _one("account", plan.accounts, clean(str(new), most=120))
    contact = _one("contact", plan.contacts, clean(plan.lead.name, most=120))
    details = [clean(str(deal["stage"]), most=80), *_worth(deal, at)]
    return f"the deal {clean(str(deal['name']), most=120)} ({', '.join(details)}), with {listed([account, contact])}."


def _one(kind: str, match: Match, name: str) -> str:
    if match.record is None:
        return f"the new {kind} {name}"
    return f"the {kind} {clean(match.record.name, most=120)} that is there ({clean(match.why)})"


def _worth(deal: Mapping[str, Any], at: ToolContext) -> list[str]:
    money = stored(deal.get("amount_minor"), deal.get("currency"), usual=at.workspace.currency)
    return [render(money, Unit.MONEY)] if money is not None else []


def _arguments(ask: ConvertLead, lead: RecordLine, deal: Mapping[str, Any]) -> dict[str, Any]:
    said = ask.model_dump(mode="json", exclude_none=True, exclude={"record"})
    record = {"kind": "lead", "id": lead.id, "name": lead.name}
    return said | {"record": record, "title": deal["name"], "stage": deal["stage"]}


def _people(plan: _Plan) -> list[Person]:
    people = [*people_in(KINDS["lead"], plan.lead), Person(RecordRef("contact", 0, plan.lead.name))]
    return people + [
        person for one in _used(plan) if one.record for person in people_in(KINDS[one.record.kind], one.record)
    ]
