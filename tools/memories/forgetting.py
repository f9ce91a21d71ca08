"""Forgetting what is remembered: softly, after a look at what goes."""

from __future__ import annotations

from db.access import Grant, RecordAction
from db.repositories.changes import ChangeRepository
from db.repositories.memories import MemoryLine, MemoryRepository
from db.repositories.records import RecordLine
from db.shown import require_shown
from tools.contract import Action, Area, Ask, Effect, Operation, Proposed, RecordArgument, ToolContext, tool
from tools.errors import NeedsChoice, Unanswerable
from tools.memories.about import about, people_of
from tools.memories.topics import topic_asked_for, words_of
from tools.people import each_once, of_colleague
from tools.wording import clean, plural, quoted


class Forget(Ask):
    record: RecordArgument | None = None
    """Whose memories; left out, the one that was remembered last in this conversation."""
    instruction: str | None = None
    """Which of them, in the person's own words (“her family”, “the football”); left out, all of that record."""


@tool(
    area=Area.COMMUNICATION,
    effect=Effect.DELETE,
    requires=Grant("memory", RecordAction.DELETE),
    doing="preparing to forget",
    examples=(
        "forget that about Jane",
        "forget what you know about Jane's family",
        "forget everything about Otto Braun",
        "you can forget that she likes sailing",
        "forget what I just told you",
        "delete your memory of Acme's budget freeze",
    ),
)
async def forget(ask: Forget, at: ToolContext) -> Proposed:
    """Propose to delete what is remembered of a contact, lead, account or deal, all of it or what the words name.

    Softly: it can be undone. Fields of the record and its notes stay as they are. For a person's right to be
    forgotten an administrator erases the person.
    """
    if ask.record is None:
        return _proposed(None, await _last_told(ask, at), at)
    line = await about(ask.record, at)
    known = await MemoryRepository(at.session, at.actor).of(line.ref, today=at.today, past=True)
    if ask.instruction:
        require_shown(at.actor, "memory", "body")
    chosen = _named(ask.instruction, line, known) if ask.instruction else known
    if not chosen:
        like = " like that" if known else ""
        raise Unanswerable(
            f"I remember nothing{like} about {clean(line.name, most=120)}, so there is nothing to forget."
        )
    return _proposed(line, chosen, at)


def _named(words: str, line: RecordLine, known: list[MemoryLine]) -> list[MemoryLine]:
    """Those that share a word with what was said; else those of the topic that is named."""
    wanted = words_of(words, besides=line.name)
    if not wanted:
        return known
    said = [one for one in known if wanted & words_of(one.body, besides=line.name)]
    topic = topic_asked_for(words)
    return said or [one for one in known if one.topic == topic]


async def _last_told(ask: Forget, at: ToolContext) -> list[MemoryLine]:
    """The memory of this conversation that was made last. Raises `NeedsChoice` where that is not what was meant."""
    words = words_of(ask.instruction or "")
    if at.conversation and not words - {"just", "last", "told", "said", "one", "thing"}:
        made = await ChangeRepository(at.session, at.actor).standing(at.conversation)
        ids = [one.record_id for one in made if one.kind == "memory" and one.before is None]
        if ids:
            latest = await MemoryRepository(at.session, at.actor).by_ids(ids[:1])
            if latest:
                return latest
    raise NeedsChoice("Whose memories should I forget? Name the person, the company or the deal.", argument="record")


def _told(shown: list[str]) -> str:
    return f": {'; '.join(shown[:5])}{' …' if len(shown) > 5 else ''}" if shown else ""


def _proposed(line: RecordLine | None, chosen: list[MemoryLine], at: ToolContext) -> Proposed:
    whose = f" about {clean(line.name, most=120)}" if line else ""
    shown = [quoted(one.body, most=200) for one in chosen] if at.actor.sees("memory", "body") else []
    many = f"{len(chosen)} {plural(len(chosen), 'memory', 'memories')}{whose}"
    named = [person for one in chosen for person in of_colleague(one.author_id, one.author)]
    about_ = {"record": {"kind": line.kind, "id": line.id, "name": line.name}} if line else {}
    return Proposed(
        said=f"I would forget {many}{_told(shown)}. It can be undone.",
        done=f"{many} forgotten. “Undo that” brings them back.",
        arguments={**about_, "memories": [one.id for one in chosen]},
        operations=(Operation(Action.DELETE, "memory", {}, ids=tuple(one.id for one in chosen)),),
        focus=(line.ref,) if line else (),
        people=each_once([*(people_of(line, chosen) if line else ()), *named]),
        reach={"records": len(chosen), "examples": shown},
    )
