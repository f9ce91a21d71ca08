"""What was talked about: topics, records, what was done and decided, what is open, and where it stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from db.access import Permission
from db.repositories.base import RecordRef
from db.repositories.change_log import ChangeLogRepository, Wanted
from db.repositories.conversations import ConversationRepository
from db.repositories.proposals import ProposalLine, ProposalRepository, ProposalStatus
from db.repositories.spoken import SpokenRecord, SpokenRepository, Topic
from db.repositories.turns import TurnLine, TurnRepository
from tools.changes.told import Told, told
from tools.contract import Area, Ask, Effect, Found, Person, ToolContext, tool
from tools.errors import Unanswerable
from tools.evidence import Figures
from tools.people import each_once
from tools.wording import clean, listed, plural, quoted

QUESTIONS = "questions"
"""What the memory of a conversation holds: questions of ours that nobody has answered."""
_RECORDS, _TOPICS, _CHANGES, _PROPOSALS = 10, 8, 8, 8
_PEOPLE = frozenset({"contact", "lead", "user"})
_STATUS = {
    ProposalStatus.WAITING: "waits for a decision", ProposalStatus.APPLIED: "approved and done",
    ProposalStatus.APPROVED: "approved", ProposalStatus.DECLINED: "declined", ProposalStatus.FAILED: "failed",
    ProposalStatus.EXPIRED: "ran out",
}  # fmt: skip


class RecapConversation(Ask):
    pass


@dataclass(frozen=True, slots=True)
class _Talk:
    topics: Sequence[Topic]
    records: Sequence[SpokenRecord]
    changes: Sequence[Told]
    proposals: Sequence[ProposalLine]
    questions: Sequence[str]
    last: TurnLine | None
    names: Sequence[RecordRef] = field(default=())


@tool(
    area=Area.AUTOMATION,
    effect=Effect.READ,
    requires=Permission.ACCOUNTS_READ,
    doing="going through this conversation",
    examples=(
        "what did we talk about",
        "summarise this conversation",
        "where were we",
        "recap this chat please",
        "what have we decided so far",
        "what is still open from our conversation",
        "catch me up on this thread",
    ),
)
async def recap_conversation(ask: RecapConversation, at: ToolContext) -> Found:
    """Summarise this conversation: what was asked for, the records it was about, what was changed and decided, which
    proposals and questions are open, and where it stopped."""
    if not at.conversation:
        raise Unanswerable("There is no conversation here that I could summarise.")
    talk = await _talk(at)
    if not (talk.topics or talk.records or talk.changes or talk.proposals or talk.questions):
        raise Unanswerable("We have not talked about anything in this conversation yet.")
    figures = Figures("counted turn by turn as the conversation went on")
    said = [
        *_asked_for(talk, figures), *_about(talk), *_changed(talk), *_decided(talk), *_open(talk), *_stopped(talk)
    ]  # fmt: skip
    people = [Person(one.record) for one in talk.records if one.record.kind in _PEOPLE]
    people += [person for one in talk.changes for person in one.people]
    rows = [
        {"what": "record", "kind": one.record.kind, "id": one.record.id, "name": one.record.name}
        for one in talk.records
    ]
    rows += [{"what": "change", "text": one.what, "change": one.change.id} for one in talk.changes]
    rows += [{"what": "proposal", "tool": one.tool, "status": one.status, "proposal": one.id} for one in talk.proposals]
    focus = tuple(one.record for one in talk.records)
    return Found(("\n".join(said),), figures.all, tuple(rows), focus=focus, people=each_once(people))


async def _talk(at: ToolContext) -> _Talk:
    spoken, here = SpokenRepository(at.session, at.actor), at.conversation
    log = ChangeLogRepository(at.session, at.actor)
    lines = await log.made(Wanted(conversation=here, users=(at.actor.user_id,)), limit=_CHANGES)
    conversation = await ConversationRepository(at.session, at.actor).get(here)
    turns = [one for one in await TurnRepository(at.session, at.actor).of(here, limit=2) if not one.unfinished]
    return _Talk(
        await spoken.topics(here, limit=_TOPICS),
        await spoken.records(here, limit=_RECORDS),
        await told([one.change for one in lines], at),
        await ProposalRepository(at.session, at.actor).of_conversation(here, limit=_PROPOSALS),
        [str(one["question"]) for one in conversation.memory.get(QUESTIONS, ())],
        turns[-1] if turns else None,
    )


def _asked_for(talk: _Talk, figures: Figures) -> list[str]:
    if not talk.topics:
        return []
    said = []
    for one in talk.topics:
        words = one.tool.replace("_", " ")
        count = figures.count(f"times.{one.tool}", one.times, f"times “{words}” was asked for in this conversation")
        said.append(f"{words} ({count} {plural(one.times, 'time')})")
    return [f"Asked for: {listed(said)}."]


def _about(talk: _Talk) -> list[str]:
    names = [clean(one.record.name, most=80) for one in talk.records if one.record.name]
    return [f"About: {listed(names)}."] if names else []


def _changed(talk: _Talk) -> list[str]:
    if not talk.changes:
        return []
    undone = {True: " (taken back since)", False: ""}
    return ["Changed:", *(f"- {one.what}{undone[one.change.undone_at is not None]}" for one in talk.changes)]


def _decided(talk: _Talk) -> list[str]:
    closed = [one for one in talk.proposals if one.status is not ProposalStatus.WAITING]
    return ["Decided:", *map(_proposal, closed)] if closed else []


def _open(talk: _Talk) -> list[str]:
    waiting = [one for one in talk.proposals if one.status is ProposalStatus.WAITING]
    said = [*map(_proposal, waiting), *(f"- not answered: {quoted(one)}" for one in talk.questions)]
    return ["Open:", *said] if said else []


def _proposal(one: ProposalLine) -> str:
    title = one.arguments.get("title") or (one.arguments.get("message") or {}).get("subject")
    about = f" {quoted(str(title), most=80)}" if title else ""
    return f"- {one.tool.replace('_', ' ')}{about}: {_STATUS.get(one.status, one.status)}"


def _stopped(talk: _Talk) -> list[str]:
    return [f"Last you asked: {quoted(talk.last.text, most=160)}"] if talk.last else []
