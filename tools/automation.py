"""Automation tools: tasks and reminders, and what is due."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from pydantic import Field

from db.access import Permission
from db.repositories.activity import TaskLine, TaskRepository
from db.repositories.base import RecordRef
from db.repositories.people import Colleague, PeopleRepository
from db.shown import require_shown
from tools.contract import (
    Action,
    Area,
    Ask,
    Effect,
    Found,
    Operation,
    Person,
    Proposed,
    RecordArgument,
    ToolContext,
    tool,
)
from tools.errors import BadArgument, NeedsChoice
from tools.evidence import Figures, RowsBehind
from tools.listing import Listing
from tools.named import found_record
from tools.people import each_once, of_colleague
from tools.periods import midnight, moments
from tools.segments import Who, chosen_colleague, everybody, said_of
from tools.wording import clean, moment, plain, plural, said_on

_DUE_RULE = "open tasks of these people whose due time lies in the window"
_END_OF_DAY, _REMINDER_TIME = time(17), time(9)
_LINKS = {"account": "account_id", "contact": "contact_id", "lead": "lead_id", "opportunity": "opportunity_id"}


class CreateTask(Ask):
    title: str = Field(min_length=1, max_length=300)
    """What is to be done, in the person's words."""
    due: str | None = None
    """ISO date or date and time; without a zone it is the person's own."""
    record: RecordArgument | None = None
    """The account, contact, lead or deal it is about."""
    assignee: Who | None = None
    """A colleague, or "me"."""
    remind: bool = False
    """Whether to remind at the due time."""


@tool(
    area=Area.AUTOMATION,
    effect=Effect.WRITE,
    requires=Permission.TASKS_WRITE,
    doing="preparing a task",
    examples=(
        "remind me to call Jane on Thursday at ten",
        "create a task to send Acme the contract by Friday",
        "add a to-do: prepare the Globex demo for tomorrow",
        "set a reminder for the renewal in three weeks",
        "put a follow-up with this lead on my list for Monday",
        "give Dana a task to check the pricing by the end of the week",
        "remember to ask Initech about the security review next Tuesday",
    ),
)
async def create_task(ask: CreateTask, at: ToolContext) -> Proposed:
    """Create a task or a reminder with a due time, for oneself or a colleague, about a record.

    Refuses a due time that has passed, a reminder without a time, a colleague the person has no say over, and a
    record the person does not see.
    """
    title = clean(ask.title)
    if not title:
        raise BadArgument("title", "a task needs words that say what is to be done")
    if ask.remind and ask.due is None:
        raise NeedsChoice("When should I remind you?", ("tomorrow morning", "next Monday", "in a week"), argument="due")
    due = _due(ask.due, at, remind=ask.remind) if ask.due else None
    assignee = await _assignee(ask.assignee, at)
    about = await found_record(ask.record.ref, at) if ask.record else None
    return _proposed(title, due, about, assignee, at, remind=ask.remind)


def _proposed(
    title: str, due: datetime | None, about: RecordRef | None, assignee: Colleague, at: ToolContext, *, remind: bool
) -> Proposed:
    kind = "reminder" if remind else "task"
    stored = due.astimezone(UTC).isoformat() if due else None
    values = {
        "title": title,
        "kind": kind,
        "due_at": stored,
        "remind_at": stored if remind else None,
        "status": "open",
        "owner_id": assignee.id,
        "created_by": at.actor.user_id,
    }
    if about is not None:
        values[_LINKS[about.kind]] = about.id
    mine = assignee.id == at.actor.user_id
    what = f"{kind} “{title}”"
    when = f" for {moment(due, at.now)}" if due else " without a due date"
    link = f", about {clean(about.name)}" if about and about.name else ""
    whom = "" if mine else f", assigned to {clean(assignee.name)}"
    arguments = {
        "title": title,
        "due": due.isoformat() if due else None,
        "record": {"kind": about.kind, "id": about.id, "name": about.name} if about else None,
        "assignee": {"kind": "user", "id": assignee.id, "name": assignee.name},
        "remind": remind,
    }
    named = [*of_colleague(assignee.id, assignee.name, assignee.email)]
    if about is not None and about.kind in ("contact", "lead"):
        named.append(Person(about))
    return Proposed(
        said=f"I would create the {what}{when}{link}{whom}.",
        done=f"{what[0].upper()}{what[1:]} created{when}{link}{whom}.",
        corrected=f"{what[0].upper()}{what[1:]} changed: it is now{when}{link}{whom}.",
        corrects=f"I would change the {what}: it would be{when}{link}{whom}.",
        arguments=arguments,
        operations=(Operation(Action.CREATE, "task", values),),
        focus=(about,) if about else (),
        people=each_once(named),
    )


def _due(text: str, at: ToolContext, *, remind: bool) -> datetime:
    """The moment meant, in the person's zone. A bare day means its morning for a reminder, its evening for a task."""
    try:
        if len(text) <= len("2025-01-01"):
            due = _on_day(date.fromisoformat(text), at, remind=remind)
        else:
            due = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadArgument("due", f"“{clean(text, most=40)}” is not an ISO date or date and time") from error
    due = due.astimezone(at.now.tzinfo) if due.tzinfo else due.replace(tzinfo=at.now.tzinfo)
    if due <= at.now:
        raise NeedsChoice(
            f"{moment(due, at.now)} has passed already. When should it be due?",
            ("today", "tomorrow", "next week"),
            argument="due",
        )
    return due


def _on_day(day: date, at: ToolContext, *, remind: bool) -> datetime:
    usual = datetime.combine(day, _REMINDER_TIME if remind else _END_OF_DAY, tzinfo=at.now.tzinfo)
    if day != at.today or usual > at.now:
        return usual
    soon = (at.now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    soon = soon if soon - at.now >= timedelta(minutes=15) else soon + timedelta(hours=1)
    return soon if soon.date() == day else datetime.combine(day, time(23, 59), tzinfo=at.now.tzinfo)


async def _assignee(who: Who | None, at: ToolContext) -> Colleague:
    chosen = await chosen_colleague(who or "me", at, argument="assignee")
    if not chosen.active:
        raise BadArgument("assignee", f"{clean(chosen.name)} no longer works here")
    return chosen


class OverdueTasks(Ask):
    owner: Who | None = None
    """A colleague, or "me"; left out: oneself, and for managers everybody they see."""
    scope: Literal["overdue", "today", "tomorrow", "week", "open"] = "overdue"
    due_in: str | None = None
    """Period in which they are due, instead of a scope: 2025-06 or two ISO dates joined by a slash."""
    limit: int = Field(default=10, ge=1, le=200)


@tool(
    area=Area.AUTOMATION,
    effect=Effect.READ,
    requires=Permission.TASKS_READ,
    doing="looking up tasks",
    examples=(
        "what tasks are overdue",
        "what do I have to do today",
        "show my to-do list",
        "which follow-ups did I miss",
        "tasks due this week",
        "is anything late on my list",
        "overdue tasks of Dana",
        "what do I have to do tomorrow",
    ),
)
async def overdue_tasks(ask: OverdueTasks, at: ToolContext) -> Found:
    """List open tasks: overdue, due today, tomorrow, within seven days or in a period, or all; earliest first."""
    owners, whose = await _owners(ask.owner, at)
    require_shown(at.actor, "task", "due_at")
    since, before = moments(ask.due_in, at) if ask.due_in else _window(ask.scope, at)
    repository = TaskRepository(at.session, at.actor)
    total, lines = await repository.due(before=before, since=since, owners=owners, limit=ask.limit)
    late = 0
    if since is not None and since <= at.now and ask.scope != "overdue":
        late, _ = await repository.due(before=since, owners=owners, limit=1)
    figures = Figures(_DUE_RULE, RowsBehind("overdue_tasks", ask.model_dump(mode="json") | {"limit": 200}))
    listing = Listing(total, lines, figures, "tasks", whose)
    if lines:
        head = listing.head(_what(ask, at, count=total), order="due time", within="for", key="tasks")
    else:
        head = f"{_nothing(ask, at)} for {whose}."
    text = [head, *listing.numbered(lambda number, line: _line(number, line, at))]
    if late:
        rows = RowsBehind(
            "overdue_tasks", ask.model_dump(mode="json") | {"scope": "overdue", "due_in": None, "limit": 200}
        )
        count = figures.count("late", late, f"tasks overdue from earlier days, {whose}", rows=rows)
        text.append(f"{count} more {plural(late, 'is', 'are')} overdue from earlier days.")
    return listing.found(text, row=_row, focus=lambda line: line.about, people=_people)


async def _owners(owner: Who | None, at: ToolContext) -> tuple[tuple[int, ...], str]:
    """Whose tasks, as ids (none: everybody in sight) and in words."""
    if owner is None and at.actor.role != "rep":
        return await everybody(at), await PeopleRepository(at.session, at.actor).scope("tasks")
    chosen = await chosen_colleague(owner or "me", at)
    if chosen.id != at.actor.user_id:
        require_shown(at.actor, "task", "owner")
    return (chosen.id,), said_of(chosen.name).removeprefix(" of ") if chosen.id != at.actor.user_id else "you"


def _window(scope: str, at: ToolContext) -> tuple[datetime | None, datetime | None]:
    match scope:
        case "overdue":
            return None, at.now
        case "today":
            return midnight(at.today, at), midnight(at.today + timedelta(days=1), at)
        case "tomorrow":
            return midnight(at.today + timedelta(days=1), at), midnight(at.today + timedelta(days=2), at)
        case "week":
            return midnight(at.today, at), midnight(at.today + timedelta(days=8), at)
        case _:
            return None, None


def _what(ask: OverdueTasks, at: ToolContext, *, count: int) -> str:
    noun = plural(count, "task")
    if ask.due_in:
        return f"{noun} due in {clean(ask.due_in.replace('/', ' to '), most=40)}"
    match ask.scope:
        case "overdue":
            return f"overdue {noun}"
        case "today" | "tomorrow":
            return f"{noun} due {ask.scope}"
        case "week":
            return f"{noun} due until {said_on(at.now + timedelta(days=7), at.now)}"
        case _:
            return f"open {noun}"


def _nothing(ask: OverdueTasks, at: ToolContext) -> str:
    match ask.due_in or ask.scope:
        case "overdue":
            return "Nothing is overdue"
        case "open":
            return "There are no open tasks"
        case _:
            return f"There are no {_what(ask, at, count=0)}"


def _line(number: int, line: TaskLine, at: ToolContext) -> str:
    due = f"due {moment(line.due_at, at.now)}" if line.due_at else "no due date"
    about = f", about {clean(line.about.name, most=80)}" if line.about and line.about.name else ""
    owner = f" ({clean(line.owner)})" if line.owner and line.owner_id != at.actor.user_id else ""
    return f"{number}. {clean(line.title, most=160)}{owner}: {due}{about}"


def _row(line: TaskLine) -> dict[str, object]:
    return {
        "id": line.id,
        "title": line.title,
        "kind": line.kind,
        "due": plain(line.due_at),
        "owner": line.owner,
        "about": line.about.name if line.about else None,
    }


def _people(line: TaskLine) -> list[Person]:
    named = [*of_colleague(line.owner_id, line.owner)]
    if line.about is not None and line.about.kind in ("contact", "lead"):
        named.append(Person(line.about))
    return named


TOOLS = (create_task, overdue_tasks)
