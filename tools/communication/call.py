"""A script for a call, by where things stand: opening, questions, talk track, objections, closing."""

from __future__ import annotations

import re
from datetime import datetime

from db.access import Permission
from db.repositories.opportunities import OpportunityFilter, OpportunityRepository, Outcome
from tools.communication.call_words import ANSWERS, ANYTHING, MISSING, PARTS, UNDECIDED, Phase, phase_of
from tools.communication.facts import Concern, Facts, concern_in, facts
from tools.communication.recipient import Recipient, spoken_to
from tools.communication.words import words
from tools.contract import Area, Ask, Document, Effect, Found, RecordArgument, ToolContext, tool
from tools.errors import BadArgument
from tools.history import History, history, unanswered
from tools.lead.sections import asked, gist
from tools.people import each_once
from tools.segments import matched
from tools.wording import clean, day, listed, moment, quoted, said_on

_MOST_OBJECTIONS = 4
_UNDECIDED = re.compile(r"no decision|status quo|undecided|went (?:silent|dark)|no response", re.IGNORECASE)
_MISSING = re.compile(r"feature|functionality|product gap|missing", re.IGNORECASE)


class CallScript(Ask):
    record: RecordArgument
    """The account, contact, lead or deal to be called."""
    stage: str | None = None
    """The stage to write for; left out: the one its deal is in."""


@tool(
    area=Area.COMMUNICATION,
    effect=Effect.READ,
    requires=Permission.MESSAGES_DRAFT,
    doing="writing a call script",
    examples=(
        "call script for Acme",
        "what should I say when I ring Jane Miller",
        "prepare me for the call with Globex",
        "discovery call script for Globex",
        "give me talking points for the negotiation with Initech",
        "how do I open the call with this lead",
        "which objections will I hear at Hooli and how do I answer them",
    ),
)
async def call_script(ask: CallScript, at: ToolContext) -> Found:
    """Write a call script for an account, contact, lead or deal, from its history and stage.

    Opening, discovery questions, talk track, likely objections with answers, closing ask. Refuses people who must not
    be contacted, and records without anybody to call.
    """
    known = await history(ask.record.ref, at)
    to = spoken_to(known)
    phase = await _phase(known, ask.stage, at)
    told = facts(known, to, at)
    part = PARTS[phase]
    sections = [
        ("Goal", [part.goal]),
        ("Before you call", _before(known, to, at)),
        ("Opening", [_opening(told, at)]),
        ("Questions", [f"{number}. {one}" for number, one in enumerate(part.questions, start=1)]),
        ("Talk track", [f"- {one}" for one in part.track]),
        ("Objections you may hear", [f"- {name}: {answer}" for name, answer in await _objections(known, at)]),
        ("Closing", [f"“{part.ask}”"]),
    ]
    body = "\n\n".join("\n".join([title, *lines]) for title, lines in sections if lines)
    title = f"Call script: {clean(to.ref.name)}"
    where = f" at {clean(to.company)}" if to.company else ""
    said = f"Here is a script for the call with {clean(to.ref.name)}{where}: {part.goal[0].lower()}{part.goal[1:]}"
    record = {"kind": known.about.kind, "id": known.about.id, "name": known.about.name}
    document = Document("script", title, body, to.ref, known.about, arguments={"record": record, "stage": ask.stage})
    return Found((said,), document=document, focus=(to.ref,), people=each_once([to.person, *known.people]))


async def _phase(known: History, stage: str | None, at: ToolContext) -> Phase:
    deal = known.deal
    if stage is not None:
        return await _phase_named(stage, at)
    if deal is None:
        return Phase.LEAD
    if deal.outcome != Outcome.OPEN:
        return Phase.WON if deal.outcome == Outcome.WON else Phase.LOST
    stages = await _stages(at)
    return phase_of(next((probability for name, _, probability in stages if name == deal.stage), 0.0))


async def _phase_named(stage: str, at: ToolContext) -> Phase:
    """The phase of a stage the person named.

    Raises:
        BadArgument: the workspace has no such stage.
    """
    stages = {name: (outcome, likely) for name, outcome, likely in await _stages(at)}
    name = matched([stage], list(stages))[0]
    if name not in stages:
        raise BadArgument("stage", f"there is no stage “{clean(stage, most=40)}”; there are {listed(list(stages))}")
    outcome, likely = stages[name]
    if outcome != Outcome.OPEN:
        return Phase.WON if outcome == Outcome.WON else Phase.LOST
    return phase_of(likely)


async def _stages(at: ToolContext) -> list[tuple[str, str, float]]:
    return await OpportunityRepository(at.session, at.actor).stages()


def _before(known: History, to: Recipient, at: ToolContext) -> list[str]:
    """What to have in mind: for the caller's eyes, so the records' own words may be quoted."""
    shown = at.actor.sees(to.ref.kind, "phone")
    number = f"- Number: {clean(to.person.phone)}" if to.person.phone else "- There is no phone number on record."
    said = [number] if shown else []
    if to.opted_out:
        said.append("- Opted out of messages: make sure that a call is welcome.")
    last = known.last_exchange
    if last is not None:
        said.append(f"- Last exchange, {said_on(last.at, at.now)}: {quoted(gist(last.body) or last.subject)}")
    waiting = unanswered(known.exchanges)
    said += [f"- Unanswered question: {quoted(one)}" for one in (asked(waiting.body)[:2] if waiting else ())]
    if known.deal is not None and known.deal.next_step and known.deal.outcome == Outcome.OPEN:
        said.append(f"- Next step noted on the deal: {quoted(known.deal.next_step)}")
    if known.deal is not None and known.deal.expected_close_on and known.deal.outcome == Outcome.OPEN:
        said.append(f"- Expected close: {day(known.deal.expected_close_on)}")
    said += [f"- Pain point: {quoted(pain, most=120)}" for pain in to.pain_points[:2]]
    said += [f"- Open task: {clean(task.title, most=120)}{_due(task.due_at, at)}" for task in known.tasks[:2]]
    return said


def _due(due: datetime | None, at: ToolContext) -> str:
    return f" (due {moment(due, at.now)})" if due else ""


def _opening(told: Facts, at: ToolContext) -> str:
    said = words("en")
    greeting = f"Hello {told.first}" if told.first else "Hello"
    parts = [f"{greeting}, this is {clean(at.actor.name)}."]
    if told.reference is not None:
        what, when = told.reference
        pattern = said.must("colleague" if told.colleague and what != "enquiry" else "reference", what)
        fields = {"company": told.company or "", "colleague": told.colleague or ""}
        parts.append(pattern.format(date=said.day(when, at.today), **fields))
    if told.question:
        parts.append(f"You asked {said.quoted(told.question)}, and I would like to answer that first.")
    elif told.promise:
        parts.append(f"I promised to {told.promise}; I would like to know whether that settled it.")
    parts.append("Do you have ten minutes?")
    return f"“{' '.join(parts)}”"


async def _objections(known: History, at: ToolContext) -> list[tuple[str, str]]:
    """What they said themselves, the competitor on the deal, and why comparable deals were lost."""
    found: dict[str, str] = {}
    for one in known.exchanges[:10]:
        concern = concern_in(one.body or "") if one.direction == "in" else None
        if concern is not None:
            found.setdefault(f"{_name(concern)} (they raised it on {said_on(one.at, at.now)})", ANSWERS[concern])
    deal = known.deal
    if deal is not None and deal.competitor:
        found.setdefault(f"Comparison with {clean(deal.competitor)}", ANSWERS[Concern.COMPETITOR])
    deals = OpportunityRepository(at.session, at.actor)
    told = at.actor.sees("opportunity", "loss_reason")
    reasons = await deals.loss_reasons(OpportunityFilter(), today=at.today) if told else []
    for reason, _ in reasons:
        if reason and len(set(found.values())) < _MOST_OBJECTIONS:
            answer = _answer(reason)
            if answer not in found.values():
                found[f"{clean(reason, most=60)} (a frequent reason for lost deals)"] = answer
    once = {answer: name for name, answer in reversed(found.items())}
    return [(name, answer) for answer, name in reversed(once.items())][:_MOST_OBJECTIONS]


def _name(concern: Concern) -> str:
    return {
        Concern.PRICE: "Price",
        Concern.COMPETITOR: "Another offer",
        Concern.SECURITY: "Security",
        Concern.INTEGRATION: "Connection to their systems",
        Concern.TIMING: "Timing",
        Concern.CONSENT: "Colleagues who are not convinced",
    }[concern]


def _answer(reason: str) -> str:
    if _UNDECIDED.search(reason):
        return UNDECIDED
    if _MISSING.search(reason):
        return MISSING
    concern = concern_in(reason)
    return ANSWERS[concern] if concern else ANYTHING
