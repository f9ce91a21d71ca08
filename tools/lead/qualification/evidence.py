"""What is known about each criterion of a lead or deal: said by a person, on the record, or written somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from db.records import KINDS
from db.records.choices import AnswerState
from db.repositories.base import RecordRef
from db.repositories.qualification import AnswerLine, QualificationRepository
from db.repositories.records import RecordRepository
from tools.contract import Person, ToolContext
from tools.history import History, history
from tools.lead.qualification.frameworks import Criterion, Framework
from tools.lead.qualification.reading import heard
from tools.lead.sections import channel
from tools.people import contact_ref
from tools.records.wording import shown
from tools.wording import clean, quoted, said_on

_WRITTEN = frozenset({"email", "sms", "whatsapp"})


@dataclass(frozen=True, slots=True)
class Settled:
    """`words` say what is known and `source` where from; `state` None: unknown."""

    criterion: Criterion
    state: AnswerState | None = None
    words: str = ""
    source: str = ""
    people: tuple[Person, ...] = ()

    @property
    def known(self) -> bool:
        return self.state is not None


@dataclass(frozen=True, slots=True)
class _Text:
    body: str
    source: str
    at: datetime
    people: tuple[Person, ...]


async def settled(about: RecordRef, framework: Framework, at: ToolContext) -> tuple[Settled, ...]:
    """Each criterion with the best evidence: what a person said goes before the record, the record before texts."""
    known = await history(about, at)
    answers = await QualificationRepository(at.session, at.actor).answers(about, framework.name)
    values = (await RecordRepository(at.session, at.actor, KINDS[about.kind]).get(about.id)).values
    texts = _read(known, at)
    return tuple(
        _said(one, answers[one.name], at)
        if one.name in answers and answers[one.name].state != AnswerState.OPEN
        else _stored(one, values, known, at)
        or _written(one, texts, after=answers[one.name].at if one.name in answers else None)
        or Settled(one)
        for one in framework.criteria
    )


def _said(criterion: Criterion, answer: AnswerLine, at: ToolContext) -> Settled:
    words = quoted(answer.answer, most=160) if answer.answer else "settled"
    people: tuple[Person, ...] = ()
    if answer.author_id is not None and answer.author:
        people = (Person(RecordRef("user", answer.author_id, answer.author)),)
    source = f"said by {clean(answer.author) or 'somebody'}, {said_on(answer.at, at.now)}"
    return Settled(criterion, AnswerState(answer.state), words, source, people)


_OF_LEAD: Mapping[str, tuple[str, ...]] = {
    "budget": ("budget", "budget_most"), "authority": ("decision_makers",), "need": ("pain_points",),
    "timeline": ("decision_timeline",), "decision_criteria": ("decision_criteria",),
}  # fmt: skip
"""Fields that answer a criterion, on whichever of the two kinds has them."""
_ROLES = {"authority": "decision_maker", "economic_buyer": "economic_buyer", "champion": "champion"}


def _stored(criterion: Criterion, values: Mapping[str, Any], known: History, at: ToolContext) -> Settled | None:
    for name in _OF_LEAD.get(criterion.reads, ()):
        if value := values.get(name):
            return Settled(
                criterion, AnswerState.MET, shown(value, at), f"field {name.replace('_', ' ')} of the record"
            )
    if (role := _ROLES.get(criterion.reads)) and at.actor.sees("contact", "buying_role"):
        for one in known.contacts:
            if one.buying_role == role:
                said = f"{clean(one.name, most=80)}{f', {clean(one.title, most=60)}' if one.title else ''}"
                return Settled(criterion, AnswerState.MET, said, "role of the contact", (Person(contact_ref(one)),))
    if criterion.reads == "need" and known.about.kind == "opportunity" and at.actor.sees("contact", "pain_points"):
        for one in known.contacts:
            if one.pain_points:
                words = clean("; ".join(one.pain_points[:2]), most=160)
                source = f"pain points of {clean(one.name, most=80)}"
                return Settled(criterion, AnswerState.MET, words, source, (Person(contact_ref(one)),))
    return None


def _written(criterion: Criterion, texts: list[_Text], *, after: datetime | None) -> Settled | None:
    """The latest sentence that settles it; what was written before a person took an answer back does not."""
    for text in texts:
        if after is not None and text.at <= after:
            continue
        for one in heard(text.body):
            if one.criterion == criterion.reads:
                state = AnswerState.MET if one.met else AnswerState.NOT_MET
                return Settled(criterion, state, quoted(one.quote, most=160), text.source, text.people)
    return None


def _read(known: History, at: ToolContext) -> list[_Text]:
    """What others wrote or said and what colleagues noted, the latest first; what we wrote to them settles nothing."""
    found: list[_Text] = []
    if at.actor.sees("interaction", "body"):
        for one in known.exchanges:
            if one.body and not (one.channel in _WRITTEN and one.direction == "out"):
                who, people = (
                    one.contact or one.user,
                    tuple(_people(one.contact_id, one.contact, one.user_id, one.user)),
                )
                said = (
                    f"{channel(one.channel)}{f' with {clean(who, most=80)}' if who else ''}, {said_on(one.at, at.now)}"
                )
                found.append(_Text(one.body, said, one.at, people))
    if at.actor.sees("note", "body"):
        for note in known.notes:
            said = f"note of {clean(note.author) or 'unknown author'}, {said_on(note.at, at.now)}"
            found.append(_Text(note.body, said, note.at, tuple(_people(None, None, note.author_id, note.author))))
    return sorted(found, key=lambda one: one.at, reverse=True)


def _people(contact_id: int | None, contact: str | None, user_id: int | None, user: str | None) -> Iterator[Person]:
    if contact_id is not None and contact:
        yield Person(RecordRef("contact", contact_id, contact))
    if user_id is not None and user:
        yield Person(RecordRef("user", user_id, user))
