"""What is known about one account, contact, lead or deal, on one screen."""

from __future__ import annotations

from db.access import Permission
from db.repositories.accounts import ContactLine
from db.repositories.base import RecordRef
from db.repositories.opportunities import USUAL_ROTTING_DAYS, OpportunityLine, Outcome
from tools.contract import Area, Ask, Effect, Found, RecordArgument, ToolContext, tool
from tools.evidence import Figures, RowsBehind, Unit
from tools.history import History, days_overdue, days_stuck, history, silent_days, unanswered
from tools.lead.remembered import remembered
from tools.lead.rows import rows
from tools.lead.sections import exchanges, missing, notes, owned, questions, tasks, touch_shown
from tools.people import contact_ref, each_once
from tools.wording import clean, day, listed, plural, said_on

_RULE = "read from the record"
_DEALS = 5
_PEOPLE = 6


class BriefRecord(Ask):
    record: RecordArgument
    """The account, contact, lead or deal."""


@tool(
    area=Area.LEAD,
    effect=Effect.READ,
    requires=Permission.ACCOUNTS_READ,
    doing="putting together a brief",
    examples=(
        "tell me about Acme",
        "brief me on Globex before my call",
        "what do we know about Jane Miller",
        "what happened last with the Initech deal",
        "summarise the account Umbrella",
        "who are we talking to at Hooli",
        "where do we stand with this lead",
        "give me the background on that deal",
    ),
)
async def brief_record(ask: BriefRecord, at: ToolContext) -> Found:
    """Tell what is known about an account, contact, lead or deal.

    Gives who it is, stage, value, owner, people and their roles, the last exchanges with what was said and agreed,
    open questions, open tasks, pain points, risks, and what is missing.
    """
    known = await history(ask.record.ref, at)
    figures = Figures(_RULE, RowsBehind("brief_record", {"record": {"kind": known.about.kind, "id": known.about.id}}))
    memories, told_of = await remembered(known.about, at)
    lines = [
        _headline(known, figures, at),
        *_deals(known, figures, at),
        *_people(known),
        *_pains(known),
        *memories,
        *exchanges(known, at),
        *questions(known, at),
        *notes(known, at),
        *tasks(known, at),
        *_risks(known, figures, at),
        *missing(known, at),
    ]
    focus = [known.about, *(contact_ref(one) for one in known.contacts[:_PEOPLE])]
    if known.about.kind != "opportunity":
        focus += [RecordRef("opportunity", deal.id, deal.name) for deal in known.deals[:_DEALS]]
    listed_once = tuple(dict.fromkeys(focus))
    people = each_once([*known.people, *told_of])
    return Found(("\n".join(lines),), figures.all, rows(known, at), focus=listed_once, people=people)


def _headline(known: History, figures: Figures, at: ToolContext) -> str:
    match known.about.kind:
        case "opportunity":
            return _deal_headline(known, figures, at)
        case "lead":
            return _lead_headline(known, figures, at)
        case "contact":
            return _contact_headline(known)
        case _:
            return _account_headline(known, figures, at)


def _deal_headline(known: History, figures: Figures, at: ToolContext) -> str:
    deal = known.deals[0]
    where = f" at {clean(deal.account)}" if deal.account else ""
    owner = "".join(f", {one}" for one in owned(deal.owner, "opportunity", at))
    state = _state(deal, figures, at)
    return f"{clean(deal.name)}{where}{owner}{f': {state}' if state else ''}."


def _account_headline(known: History, figures: Figures, at: ToolContext) -> str:
    account = known.account
    if account is None:  # an account's history always carries it
        raise LookupError("the account itself")
    parts = [clean(account.industry)] if account.industry else []
    place = ", ".join(clean(part) for part in (account.city, account.country) if part)
    parts += [place] if place else []
    if account.employees is not None:
        count = figures.count("employees", account.employees, f"employees of {clean(account.name)}")
        parts.append(f"{count} employees")
    if account.annual_revenue is not None:
        parts.append(f"annual revenue {figures.money('revenue', account.annual_revenue, 'annual revenue')}")
    parts += owned(account.owner, "account", at)
    return f"{clean(account.name)}: {', '.join(parts) or 'no details to show'}."


def _contact_headline(known: History) -> str:
    contact = known.contacts[0]
    where = f" at {clean(contact.account)}" if contact.account else ""
    role = ", ".join(clean(part, most=80) for part in (contact.title, _role(contact)) if part)
    parts = [role + where] if role or where else []
    if contact.preferred_channel:
        parts.append(f"prefers {clean(contact.preferred_channel)}")
    if contact.interests:
        parts.append(f"interested in {listed([clean(one, most=60) for one in contact.interests[:4]])}")
    if contact.do_not_contact or contact.opted_out:
        parts.append("must not be contacted" if contact.do_not_contact else "has opted out of messages")
    return f"{clean(contact.name)}: {', '.join(part.strip() for part in parts) or 'no details on record'}."


def _lead_headline(known: History, figures: Figures, at: ToolContext) -> str:
    lead = known.lead
    if lead is None:  # a lead's history always carries it
        raise LookupError("the lead itself")
    job = ", ".join(clean(part) for part in (lead.title, lead.company) if part and part != lead.name)
    parts = [f"{lead.status} lead{f' from {clean(lead.source)}' if lead.source else ''}".strip()]
    if lead.score is not None:
        parts.append(f"score {figures.add('score', lead.score, Unit.SCORE, f'lead score of {clean(lead.name)}')}")
    parts += [f"arrived {said_on(lead.arrived_at, at.now)}"] if lead.arrived_at else []
    if lead.last_contacted_at:
        parts.append(f"last contacted {said_on(lead.last_contacted_at, at.now)}")
    if lead.budget is not None:
        parts.append(f"budget {figures.money('budget', lead.budget, f'budget of {clean(lead.name)}')}")
    if lead.decision_timeline:
        parts.append(f"decision: {clean(lead.decision_timeline)}")
    parts += owned(lead.owner, "lead", at)
    if lead.opted_out:
        parts.append("has opted out of messages")
    return f"{clean(lead.name)}{f' ({job})' if job else ''}: {', '.join(parts)}."


def _state(deal: OpportunityLine, figures: Figures, at: ToolContext) -> str:
    """Stage, value and dates of a deal."""
    key, parts = f"deal.{deal.id}", [clean(deal.stage)] if deal.stage else []
    if deal.stage and deal.outcome == Outcome.OPEN and deal.days_in_stage is not None:
        label = f"days of {clean(deal.name)} in {clean(deal.stage)}"
        age = figures.days(
            f"{key}.stage_days", deal.days_in_stage, label, rule="today minus the day it entered its stage"
        )
        parts[0] += f" for {age}"
    if deal.value is not None:
        parts.append(figures.money(f"{key}.value", deal.value, f"value of {clean(deal.name)}"))
    if deal.outcome == Outcome.OPEN:
        if deal.expected_close_on:
            due = "was due" if deal.expected_close_on < at.today else "due"
            parts.append(f"{due} {day(deal.expected_close_on)}")
        if deal.competitor:
            parts.append(f"competitor {clean(deal.competitor)}")
        if deal.next_step:
            parts.append(f"next step: {clean(deal.next_step, most=160)}")
        return ", ".join(parts)
    if deal.closed_on:
        parts.append(f"closed {day(deal.closed_on)}")
    if deal.outcome == Outcome.LOST and deal.loss_reason:
        parts.append(f"reason: {clean(deal.loss_reason)}{f' ({clean(deal.competitor)})' if deal.competitor else ''}")
    return ", ".join(parts)


def _deals(known: History, figures: Figures, at: ToolContext) -> list[str]:
    if known.about.kind == "opportunity":
        return []
    if not known.deals:
        return ["Deals: none."] if at.actor.sees("opportunity", "account") else []
    said = ["Deals:"]
    said += [f"- {clean(deal.name)}: {_state(deal, figures, at)}" for deal in known.deals[:_DEALS]]
    if len(known.deals) > _DEALS:
        said.append(f"- and more; ask for the deals of {clean(known.about.name)}")
    return said


def _people(known: History) -> list[str]:
    if known.about.kind in ("contact", "lead") or not known.contacts:
        return []
    shown = [f"{clean(one.name)}{f' ({_job(one)})' if _job(one) else ''}" for one in known.contacts[:_PEOPLE]]
    more = " and others" if len(known.contacts) > _PEOPLE else ""
    return [f"People: {', '.join(shown)}{more}."]


def _job(contact: ContactLine) -> str:
    barred = "do not contact" if contact.do_not_contact else "opted out" if contact.opted_out else ""
    return ", ".join(clean(part, most=80) for part in (contact.title, _role(contact), barred) if part)


def _role(contact: ContactLine) -> str:
    return (contact.buying_role or "").replace("_", " ")


def _pains(known: History) -> list[str]:
    pains = [clean(pain, most=120) for contact in known.contacts for pain in contact.pain_points]
    if known.lead is not None:
        pains += [clean(pain, most=120) for pain in known.lead.pain_points]
    return [f"Pain points: {'; '.join(dict.fromkeys(pains[:5]))}."] if pains else []


def _risks(known: History, figures: Figures, at: ToolContext) -> list[str]:
    said, rotting = [], dict(known.rotting)
    for deal in known.open_deals[:_DEALS]:
        key, name = f"deal.{deal.id}", clean(deal.name)
        late, stuck = days_overdue(deal, at.today), days_stuck(deal, rotting)
        if late is not None:
            label = f"days past the expected close of {name}"
            count = figures.days(f"{key}.overdue", late, label, rule="today minus the expected close date")
            said.append(f"{name} is {count} past its expected close")
        if stuck is not None:
            limit, label = rotting.get(deal.stage, USUAL_ROTTING_DAYS), f"days a deal may stay in {clean(deal.stage)}"
            allowed = figures.days(f"{key}.rotting", limit, label, rule="limit set for the stage")
            said.append(f"{name} is in {clean(deal.stage)} longer than the usual {allowed}")
    if known.open_deals or known.lead is not None:
        silent = silent_days(known.last_touch, at.today)
        if silent is not None:
            count = figures.days("silent", silent, "days without activity", rule="today minus the last activity")
            said.append(f"no contact for {count}")
        elif known.last_touch is None and touch_shown(known, at):
            said.append("no contact on record")
    waiting = unanswered(known.exchanges)
    if waiting is not None and (known.open_deals or known.lead is not None):
        said.append(f"the message of {said_on(waiting.at, at.now)} has not been answered")
    return [f"{plural(len(said), 'Risk')}: {'; '.join(said)}."] if said else []
