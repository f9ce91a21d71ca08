"""Sections of a brief that quote what was written: exchanges, questions, notes, tasks, and what is missing."""

from __future__ import annotations

import re

from db.repositories.activity import InteractionLine
from tools.contract import ToolContext
from tools.history import History, unanswered
from tools.wording import clean, moment, quoted, said_on

_EXCHANGES = 5
_TASKS = 5
_NOTES = 2
_DECIDERS = frozenset({"decision_maker", "economic_buyer"})
_CHANNELS = {"email": "e-mail", "call": "call", "meeting": "meeting", "sms": "SMS", "whatsapp": "WhatsApp"}
_SENTENCE = re.compile(r"[^.!?\n:]+(?:[.!?](?!\s|$)[^.!?\n:]*)*\?")


def channel(name: str) -> str:
    return _CHANNELS.get(name, name)


def exchanges(known: History, at: ToolContext) -> list[str]:
    if not known.exchanges:
        return ["Last exchanges: none on record."]
    said = ["Last exchanges:"]
    for one in known.exchanges[:_EXCHANGES]:
        subject = f", {quoted(one.subject, most=80)}" if one.subject else ""
        text = f": {quoted(gist(one.body))}" if one.body else ""
        outcome = f" Outcome: {clean(one.outcome, most=60)}." if one.outcome else ""
        agreed = f" Next: {clean(one.next_action, most=120)}." if one.next_action else ""
        said.append(
            f"- {said_on(one.at, at.now)}, {channel(one.channel)}{_between(one)}{subject}{text}{outcome}{agreed}"
        )
    return said


def _between(one: InteractionLine) -> str:
    if one.channel == "meeting" or (one.channel == "call" and one.direction == "out"):
        who = [name for name in (one.user, one.contact) if name]
        return f" ({clean(' with '.join(who))})" if who else ""
    other = one.contact if one.direction == "in" else one.user
    return f" from {clean(other)}" if other else f" {one.direction}"


def gist(body: str | None, *, most: int = 160) -> str:
    """A message without its greeting and signature, cut to a line."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", body or "") if part.strip()]
    if len(paragraphs) > 1 and paragraphs[0].endswith(",") and len(paragraphs[0]) < 60:
        paragraphs = paragraphs[1:]
    if len(paragraphs) > 1 and len(paragraphs[-1]) < 60 and "?" not in paragraphs[-1]:
        paragraphs = paragraphs[:-1]
    return clean(" ".join(paragraphs), most=most)


def asked(body: str | None) -> list[str]:
    """The questions of a message, each as one sentence."""
    return [clean(match[0].strip(' ,-–—"“”'), most=160) for match in _SENTENCE.finditer(body or "")]


def questions(known: History, at: ToolContext) -> list[str]:
    waiting = unanswered(known.exchanges)
    if waiting is None or not asked(waiting.body):
        return []
    who = f"{clean(waiting.contact)}, " if waiting.contact else ""
    said = "; ".join(quoted(question) for question in asked(waiting.body)[:3])
    return [f"Open questions: {said} ({who}{said_on(waiting.at, at.now)})."]


def notes(known: History, at: ToolContext) -> list[str]:
    if not known.notes:
        return []
    said = ["Notes:"]
    for note in known.notes[:_NOTES]:
        said.append(f"- {said_on(note.at, at.now)}, {_author(note.author, at)}{quoted(note.body)}")
    return said


def _author(name: str | None, at: ToolContext) -> str:
    return f"{clean(name) or 'unknown author'}: " if at.actor.sees("note", "author") else ""


def owned(owner: str | None, kind: str, at: ToolContext) -> list[str]:
    """Whose it is; nothing where that is hidden from the person."""
    if not at.actor.sees(kind, "owner"):
        return []
    return [f"owned by {clean(owner)}" if owner else "without an owner"]


def touch_shown(known: History, at: ToolContext) -> bool:
    """Whether all that tells of the last contact is shown to the person."""
    lead = known.lead is None or at.actor.sees("lead", "last_contacted_at")
    return lead and (not known.deals or at.actor.sees("opportunity", "last_activity_at"))


def tasks(known: History, at: ToolContext) -> list[str]:
    if not known.tasks:
        return ["Open tasks: none."]
    said = ["Open tasks:"]
    for task in known.tasks[:_TASKS]:
        due = f"due {moment(task.due_at, at.now)}" if task.due_at else "no date"
        late = ", overdue" if task.due_at and task.due_at < at.now else ""
        told = [f"{due}{late}"] if at.actor.sees("task", "due_at") else []
        told += [clean(task.owner)] if task.owner else []
        said.append(f"- {clean(task.title, most=120)}{_bracketed(told)}")
    if len(known.tasks) > _TASKS:
        said.append("- and more")
    return said


def _bracketed(told: list[str]) -> str:
    return f" ({', '.join(told)})" if told else ""


def missing(known: History, at: ToolContext) -> list[str]:
    """What is not filled in, of what is shown to the person."""
    sees, gaps = at.actor.sees, []
    for deal in known.open_deals[:1] if known.about.kind != "contact" else ():
        gaps += [
            word
            for word, there, field in (
                ("a value", deal.value, "amount"),
                ("an expected close date", deal.expected_close_on, "expected_close"),
                ("a next step", deal.next_step, "next_step"),
            )
            if not there and sees("opportunity", field)
        ]
        decided = any(one.buying_role in _DECIDERS for one in known.contacts) or not sees("contact", "buying_role")
        gaps += [] if decided else ["a decision maker"]
    if known.about.kind == "contact" and not known.contacts[0].email and sees("contact", "email"):
        gaps.append("an e-mail address")
    if known.lead is not None:
        lead = known.lead
        wanted = (("an e-mail address", lead.email, "email"), ("an owner", lead.owner, "owner"))
        gaps += [word for word, there, field in wanted if not there and sees("lead", field)]
    people = sees("contact", "account") and sees("opportunity", "contact")
    if known.about.kind in ("account", "opportunity") and not known.contacts and people:
        gaps = [gap for gap in gaps if gap != "a decision maker"] + ["a contact"]
    return [f"Missing: {', '.join(gaps)}."] if gaps else []
