"""What a conversation remembers between turns: requests, records in focus, the last draft, an open question.

Stored as plain JSON in our own tables; a turn reads it at its start and writes it at its end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

from agent.local.schema import Clarify, Frame, Memory, Pending, Record
from agent.toolbelt import Outcome, last_document, made_by
from db.repositories.base import RecordRef
from db.repositories.changes import ChangeLine
from prompts import fenced
from tools.contract import Document, Effect
from tools.conversations.recap import QUESTIONS

_MOST_FRAMES = 6
_MOST_FOCUS = 12
_MOST_NAMED = 10
_MOST_QUESTIONS = 5
_MOST_EARLIER = 8
_MOST_NAMESAKES = 6
_NONE_LEFT = "unanswerable"
_OF_MANY = frozenset({Effect.BULK, Effect.DELETE})
NAMESAKES = "namesakes"
"""What the memory holds of records that bear a name of the one that was meant."""


def remembered(stored: dict[str, Any]) -> Memory:
    pending = stored.get("pending")
    return Memory(
        frames=tuple(Frame(one["tool"], one["arguments"]) for one in stored.get("frames", ())),
        focus=_records(stored.get("focus", ())),
        listed=_records(stored.get("listed", ())),
        draft="last" if stored.get("draft") else None,
        pending=_pending(pending) if pending else None,
    )


def with_approved(stored: dict[str, Any], changes: Sequence[ChangeLine]) -> dict[str, Any]:
    """The memory with the records that approvals made since the last turn as what is spoken of.

    Args:
        changes: what was carried out since then, the latest first.
    """
    made = [_plain(ref) for one in changes if (ref := made_by(one)) is not None]
    if not made:
        return stored
    return stored | {"focus": _distinct([*made, *stored.get("focus", [])])}


def _distinct(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each record once, where it stands first, and no more than are kept."""
    return list({(one["kind"], one["id"]): one for one in reversed(records)}.values())[::-1][:_MOST_FOCUS]


def document(stored: dict[str, Any]) -> Document | None:
    draft = stored.get("draft")
    if not draft:
        return None
    return Document(
        kind=draft["kind"],
        title=draft["title"],
        body=draft["body"],
        to=_ref(draft.get("to")),
        about=_ref(draft.get("about")),
        subject=draft.get("subject"),
        arguments=draft.get("arguments") or {},
    )


def after(
    stored: dict[str, Any], outcomes: Sequence[Outcome], *, linked: Sequence[RecordRef], asked: Clarify | None
) -> dict[str, Any]:
    """The memory for the next turn."""
    memory = dict(stored)
    # A proposal nobody's words led to is no request of the person's: a follow-up must not be filled from it.
    kept = [one for one in outcomes if one.ok and (one.effect is Effect.READ or one.heard)]
    # Of an order of many that spared them all the conversation goes on ("even so"), as of one that was carried out.
    spared = [one for one in outcomes if one.code == _NONE_LEFT and one.heard and one.effect in _OF_MANY]
    ran = [{"tool": one.tool, "arguments": dict(one.args)} for one in outcomes if one in kept or one in spared]
    memory["frames"] = [*stored.get("frames", []), *ran][-_MOST_FRAMES:]
    lists = [one.found.focus for one in outcomes if one.found and len(one.found.focus) > 1]
    if lists:
        memory["listed"] = [_plain(ref) for ref in lists[-1][:50]]
    mentioned = [ref for one in kept for ref in _spoken_of(one)]
    focus = [_plain(ref) for ref in [*reversed(mentioned), *linked]] + list(stored.get("focus", []))
    memory["focus"] = _distinct(focus)
    draft = last_document(list(outcomes))
    if draft is not None:
        memory["draft"] = {
            "kind": draft.kind, "title": draft.title, "subject": draft.subject, "body": draft.body,
            "to": _plain(draft.to) if draft.to else None, "about": _plain(draft.about) if draft.about else None,
            "arguments": dict(draft.arguments),
        }  # fmt: skip
    memory["pending"] = asdict(asked.pending) if asked and asked.pending else None
    memory[QUESTIONS] = _unanswered(stored, kept, asked)
    return memory


def _unanswered(stored: dict[str, Any], kept: Sequence[Outcome], asked: Clarify | None) -> list[dict[str, Any]]:
    """Questions of ours that are open: a tool that ran since has its answer, and only the latest few are kept."""
    ran = {one.tool for one in kept}
    open_ = [one for one in stored.get(QUESTIONS, []) if one["tool"] not in ran]
    if asked is not None and asked.pending is not None:
        fresh = {"question": _cut(asked.question, 300), "tool": asked.pending.frame.tool}
        open_ = [one for one in open_ if one["tool"] != fresh["tool"]] + [fresh]
    return open_[-_MOST_QUESTIONS:]


def passed_over(stored: dict[str, Any], named: Sequence[Record], chosen: Sequence[RecordRef]) -> list[dict[str, Any]]:
    """Namesakes that were offered and not meant (“no, the other Acme”); those of before, where none were this time.

    Args:
        stored: the memory before the turn; a question that waited in it offered records too.
        named: records the words may mean.
        chosen: records that were meant.
    """
    offered = [*named, *(_pending(stored["pending"]).records if stored.get("pending") else ())]
    meant = {(one.kind, str(one.id)) for one in chosen}
    words = {(one.kind, word) for one in chosen for word in one.name.casefold().split()}
    others = [
        {"kind": one.kind, "id": int(one.id), "name": one.name}
        for one in offered
        if (one.kind, one.id) not in meant and any((one.kind, word) in words for word in one.name.casefold().split())
    ]
    return others[:_MOST_NAMESAKES] or list(stored.get(NAMESAKES, []))


def came_upon(outcomes: Sequence[Outcome], linked: Sequence[RecordRef]) -> tuple[list[str], list[RecordRef]]:
    """What a turn asked for and which records it came upon, for what the conversation spoke of."""
    kept = [one for one in outcomes if one.ok and (one.effect is Effect.READ or one.heard)]
    told = [one.found or one.proposed for one in kept]
    found = [ref for one in told if one is not None for ref in one.focus]
    return [one.tool for one in kept], [one for one in (*linked, *found) if one.id and one.kind != "user"]


def _spoken_of(outcome: Outcome) -> Sequence[RecordRef]:
    """The records a single answer is about; a long list puts nothing but itself into memory."""
    focus = outcome.found.focus if outcome.found else outcome.proposed.focus if outcome.proposed else ()
    about = focus if len(focus) == 1 else ()
    # "It" is the record just made before what that is about.
    return (*about, outcome.made) if outcome.made else about


def in_words(
    memory: Memory, hide: Callable[[str], str], named: Sequence[Record] = (), *, earlier: Sequence[str] = ()
) -> str:
    """The context for a language model: what the message names, records in focus, the last requests, and in a few
    lines what was spoken of earlier. Its length has a limit, however long the conversation is.

    Redacted, short and fenced: names of records are text that anybody may have written.
    """
    lines = [f"- the message names {_in_short(one)}" for one in named[:_MOST_NAMED] if one.kind != "user"]
    lines += [f"- {_in_short(one)}" for one in dict.fromkeys((*memory.focus, *memory.listed[:10]))]
    lines += [f"- {_cut(one, 200)}" for one in earlier[:_MOST_EARLIER]]
    lines += [f"- earlier request: {_cut(f'{one.tool} {dict(one.arguments)}', 300)}" for one in memory.frames[-2:]]
    if memory.draft:
        lines.append("- there is a draft in this conversation, called “last”")
    return fenced(hide("\n".join(lines)), source="this conversation", most=4_000) if lines else "nothing yet"


def _in_short(record: Record) -> str:
    return f"{record.kind} {record.id}: {_cut(record.name, 80)}"


def _cut(text: str, most: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _records(stored: Sequence[dict[str, Any]]) -> tuple[Record, ...]:
    return tuple(Record(one["kind"], str(one["id"]), one["name"]) for one in stored)


def _pending(stored: dict[str, Any]) -> Pending:
    return Pending(
        Frame(stored["frame"]["tool"], stored["frame"]["arguments"]),
        stored["argument"],
        tuple(stored["choices"]),
        tuple(
            Record(one["kind"], one["id"], one["name"], tuple(one["aliases"]), one.get("context", ""))
            for one in stored["records"]
        ),
    )


def _plain(ref: RecordRef) -> dict[str, Any]:
    return {"kind": ref.kind, "id": ref.id, "name": ref.name}


def _ref(stored: dict[str, Any] | None) -> RecordRef | None:
    return RecordRef(stored["kind"], int(stored["id"]), stored["name"]) if stored else None


def without(stored: dict[str, Any], kind: str, record_id: int) -> dict[str, Any]:
    """The memory after a record was erased: not in focus, not listed, no draft to it, no question about it."""
    about = (kind, str(record_id))
    kept = dict(stored)
    for name in ("focus", "listed", NAMESAKES):
        if name in kept:
            kept[name] = [one for one in kept[name] if not mentions(one, *about)]
    kept[QUESTIONS] = []
    kept["frames"] = [one for one in stored.get("frames", []) if not mentions(one, *about)]
    for name in ("draft", "pending"):
        if mentions(stored.get(name), *about):
            kept[name] = None
    return kept


def mentions(value: Any, kind: str, record_id: str) -> bool:  # noqa: ANN401 - any JSON value
    """Whether a JSON value points at a record anywhere."""
    if isinstance(value, dict):
        if value.get("kind") == kind and str(value.get("id")) == record_id:
            return True
        return any(mentions(part, kind, record_id) for part in value.values())
    return isinstance(value, list | tuple) and any(mentions(part, kind, record_id) for part in value)
