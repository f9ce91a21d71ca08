"""What to do now, for one record or for everything one is responsible for, each with its reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pydantic import Field

from db.access import Permission, Role
from db.repositories.activity import ActivityRepository, TaskRepository, WaitingLine
from db.repositories.base import RecordRef
from db.repositories.leads import CALLED_FIRST
from db.repositories.opportunities import (
    RESTS_ON,
    Condition,
    OpportunityFilter,
    OpportunityLine,
    OpportunityRepository,
    Order,
)
from db.repositories.people import PeopleRepository
from db.shown import all_shown
from tools.contract import Area, Ask, Effect, Found, RecordArgument, ToolContext, tool
from tools.evidence import Figures, RowsBehind
from tools.history import History, history, unanswered
from tools.intelligence.pressing import RULE, SOON_DAYS, Book, Pressing, Reason
from tools.lead.queue import Place, queue, reason
from tools.people import each_once, lead_ref, of_lead
from tools.segments import everybody
from tools.wording import clean, plain, quoted, slug

_MESSAGE_DAYS = timedelta(days=60)
_LOOKED_AT = 200
_CALLS = 3


class NextBestAction(Ask):
    record: RecordArgument | None = None
    """An account, contact, lead or deal; left out: everything the person is responsible for."""
    limit: int = Field(default=5, ge=1, le=50)


@tool(
    area=Area.INTELLIGENCE,
    effect=Effect.READ,
    requires=Permission.OPPORTUNITIES_READ,
    doing="weighing up what to do next",
    examples=(
        "what should I do next",
        "who should I call first",
        "what is the next best action on the Acme deal",
        "where should I focus today",
        "prioritise my day",
        "what needs my attention",
        "any advice on how to move Globex forward",
    ),
)
async def next_best_action(ask: NextBestAction, at: ToolContext) -> Found:
    """Rank what to do now: unanswered messages, overdue tasks, hot leads, deals near or past their close, stuck deals.

    Each with the reason and its figure, for one record or for everything the person is responsible for.
    """
    figures = Figures(RULE, _rows(ask))
    if ask.record is not None:
        return await _on_record(ask.record, figures, at)
    waiting = await _to_call(at)
    book, scope = await _book(waiting, at)
    ranked = book.ranked()
    called = waiting[:_CALLS]
    calls = _calls(called, figures)
    if not ranked and not calls:
        nothing = "Nothing presses: no message waits, no task is overdue, and no deal is late, stuck or silent in"
        return Found((f"{nothing} {scope}. Ask for your open deals to plan ahead.",), scope=scope)
    shown = ranked[: ask.limit]
    lines = ["Do this first:"] if len(shown) > 1 else []
    lines += [_line(number, one, figures, at) for number, one in enumerate(shown, start=1)]
    if len(ranked) > len(shown):
        more = figures.count("more", len(ranked) - len(shown), f"further records that press, {scope}")
        lines.append(f"{more} more wait after these.")
    found = _found([*lines, *calls], shown, figures, scope)
    leads, people = [lead_ref(one.line) for one in called], [of_lead(one.line) for one in called]
    focus = tuple(dict.fromkeys([*found.focus, *leads]))
    return replace(found, focus=focus, people=each_once([*found.people, *people]))


async def _to_call(at: ToolContext) -> list[Place]:
    """The queue of leads; empty where the person does not see what its order rests on."""
    if not at.actor.may(Permission.LEADS_READ) or not all_shown(at.actor, "lead", *CALLED_FIRST):
        return []
    return (await queue(await _owners(at), at))[1]


async def _owners(at: ToolContext) -> tuple[int, ...]:
    return (at.actor.user_id,) if at.actor.role is Role.REP else await everybody(at)


def _calls(places: list[Place], figures: Figures) -> list[str]:
    """The leads to call first, from the queue of leads."""
    said = [f"- {clean(one.line.name, most=80)}{_at_company(one)}: {reason(one, figures)}" for one in places]
    return ["Leads to call first:", *said] if said else []


def _at_company(place: Place) -> str:
    company = place.line.company
    return f" ({clean(company, most=80)})" if company and company != place.line.name else ""


def _rows(ask: NextBestAction) -> RowsBehind:
    return RowsBehind("next_best_action", ask.model_dump(mode="json") | {"limit": 50})


def _found(lines: list[str], shown: list[Pressing], figures: Figures, scope: str) -> Found:
    return Found(
        ("\n".join(lines),),
        figures.all,
        tuple(_row(one) for one in shown),
        focus=tuple(one.ref for one in shown if one.ref.kind != "task"),
        people=each_once(person for one in shown for person in one.people),
        scope=scope,
    )


async def _book(waiting: list[Place], at: ToolContext) -> tuple[Book, str]:
    """What presses on a rep's own rows; for everybody else on all the rows they see."""
    book = Book(at.now)
    await _fill(book, await _owners(at), at)
    book.leads([place.line for place in waiting])
    return book, "your own book" if at.actor.role is Role.REP else await PeopleRepository(at.session, at.actor).scope()


async def _fill(book: Book, owners: tuple[int, ...], at: ToolContext) -> None:
    deals, activity = OpportunityRepository(at.session, at.actor), ActivityRepository(at.session, at.actor)
    rotting = await deals.rotting_days()
    soon = OpportunityFilter(owners=owners, closing=(at.today, at.today + timedelta(days=SOON_DAYS)))
    pressing: dict[int, OpportunityLine] = {}
    for condition in _conditions(at):
        at_risk = OpportunityFilter(owners=owners, condition=condition)
        found = (await deals.find(at_risk, today=at.today, order=_largest(at), limit=_LOOKED_AT))[1]
        pressing |= {line.id: line for line in found}
    if all_shown(at.actor, "opportunity", "expected_close", "closed_on"):
        near = (await deals.find(soon, today=at.today, order=Order.CLOSE_DATE, limit=_LOOKED_AT))[1]
        pressing |= {line.id: line for line in near}
    book.deals(pressing.values(), rotting)
    book.messages(await activity.waiting(since=at.now - _MESSAGE_DAYS, until=at.now, owners=owners, limit=_LOOKED_AT))
    tasks = TaskRepository(at.session, at.actor)
    if at.actor.sees("task", "due_at"):
        book.tasks((await tasks.due(before=at.now, owners=owners, limit=_LOOKED_AT))[1])


def _conditions(at: ToolContext) -> list[Condition]:
    """What is looked for in deals, as far as the person sees what it rests on."""
    seen = [one for one in Condition if all_shown(at.actor, "opportunity", *RESTS_ON[one])]
    return [Condition.AT_RISK] if Condition.AT_RISK in seen else seen


def _largest(at: ToolContext) -> Order:
    return Order.AMOUNT if at.actor.sees("opportunity", "amount") else Order.ANY


async def _on_record(record: RecordArgument, figures: Figures, at: ToolContext) -> Found:
    known = await history(record.ref, at)
    book = Book(at.now)
    book.deals(known.open_deals, dict(known.rotting))
    book.tasks(known.tasks)
    book.messages(_waiting_on(known))
    book.leads([known.lead] if known.lead is not None and all_shown(at.actor, "lead", *CALLED_FIRST) else [])
    ranked = book.ranked()
    name = clean(known.about.name)
    if not ranked:
        return Found((_quiet(known, name, at),), focus=(known.about,), people=known.people)
    lines = [f"On {name}, do this first:"]
    lines += [_line(number, one, figures, at) for number, one in enumerate(ranked[:10], start=1)]
    found = _found(lines, ranked[:10], figures, name)
    return Found(
        found.said, found.figures, found.rows, focus=found.focus or (known.about,), people=known.people, scope=name
    )


def _waiting_on(known: History) -> list[WaitingLine]:
    """Messages on the open deals, or on the lead, that nobody answered."""
    threads = [(RecordRef("opportunity", one.id, one.name), one.owner_id, one.owner) for one in known.open_deals]
    if known.lead is not None:
        threads.append((known.about, known.lead.owner_id, known.lead.owner))
    found = []
    for about, owner_id, owner in threads:
        mine = tuple(
            one
            for one in known.exchanges
            if about.kind == "lead" or about.id == one.opportunity_id or len(threads) == 1
        )
        last = unanswered(mine)
        if last is not None:
            who = RecordRef("contact", last.contact_id, last.contact or "") if last.contact_id is not None else None
            found.append(WaitingLine(last.at, last.channel, who, about, owner_id, owner))
    return found


def _quiet(known: History, name: str, at: ToolContext) -> str:
    steps = [deal for deal in known.open_deals if deal.next_step]
    if steps:
        return f"Nothing presses on {name}. The next step noted on the deal is {quoted(steps[0].next_step)}."
    if known.open_deals and at.actor.sees("opportunity", "next_step"):
        return f"Nothing presses on {name}, but no next step is noted: agree one and create a task for it."
    lead = known.lead is not None and known.lead.last_contacted_at is None
    if lead and at.actor.sees("lead", "last_contacted_at"):
        return f"Nobody has contacted {name} yet: call, or ask me to draft a first e-mail."
    if known.open_deals:
        return f"Nothing presses on {name}."
    return f"Nothing presses on {name}: there is no open deal, overdue task or unanswered message."


def _line(number: int, one: Pressing, figures: Figures, at: ToolContext) -> str:
    reasons = sorted(one.reasons, key=lambda reason: -reason.points)
    said = "; ".join(_reason(one, reason, figures) for reason in reasons[:3])
    owner = f" ({clean(one.owner)})" if one.owner and one.owner_id != at.actor.user_id else ""
    step = f" Next step noted: {quoted(one.next_step, most=120)}." if one.next_step else ""
    return f"{number}. {_what(one)}{owner}: {said}.{step}"


def _reason(one: Pressing, reason: Reason, figures: Figures) -> str:
    key = f"{one.ref.kind}.{one.ref.id}.{reason.kind}" + (f".{slug(reason.text)}" if reason.kind == "task" else "")
    text = clean(reason.text, most=200)
    if "{days}" not in text:
        return text
    label = f"days: {text.replace('{days}', 'so many days')} ({clean(one.ref.name, most=80)})"
    return text.replace("{days}", figures.days(key[:80], reason.days, label))


def _what(one: Pressing) -> str:
    name = clean(one.ref.name, most=120)
    match one.first.kind:
        case "message":
            who = clean(one.who.name) if one.who and one.who.name else "the sender"
            return f"Answer {who}" if one.ref == one.who else f"Answer {who} on {name}"
        case "task":
            return "Do the task" if one.ref.kind == "task" else f"Do the task on {name}"
        case "lead":
            return f"Call {name}"
        case "soon":
            return f"Secure the close of {name}"
        case "overdue":
            return f"Agree a new close date for {name}, or close it"
        case "stuck":
            return f"Get {name} moving, or close it"
        case _:
            return f"Get back in touch about {name}"


def _row(one: Pressing) -> dict[str, object]:
    return {
        "kind": one.ref.kind,
        "id": one.ref.id,
        "name": clean(one.ref.name),
        "do": _what(one),
        "owner": one.owner,
        "reasons": [{"why": reason.kind, "days": reason.days, "since": plain(reason.when)} for reason in one.reasons],
        "points": round(one.points, 1),
        "next step": clean(one.next_step) or None,
    }
