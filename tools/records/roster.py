"""The record tools: for each kind of record the verbs that it takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from db.access import Grant, RecordAction
from db.records import KINDS, RecordKind
from tools.contract import Area, Ask, Effect, Found, OnRecords, Proposed, Tool, ToolContext
from tools.records.asks import Check, Chosen, Find, Merge, Show, Summarise, changing, changing_all, creating
from tools.records.changing import change, change_all
from tools.records.checking import check
from tools.records.creating import create
from tools.records.finding import find
from tools.records.merging import merge
from tools.records.removing import delete, restore
from tools.records.showing import show
from tools.records.summarising import summarise


class Verb(StrEnum):
    READ = "read"
    CHECK = "check"
    FIND = "find"
    SUMMARISE = "summarise"
    CREATE = "create"
    UPDATE = "update"
    UPDATE_ALL = "update_all"
    DELETE = "delete"
    RESTORE = "restore"
    MERGE = "merge"


Run = Callable[[RecordKind, Any, ToolContext], Awaitable[Found | Proposed]]


@dataclass(frozen=True, slots=True)
class _Form:
    """One verb; `{one}`, `{many}`, `{name}` and `{plural}` of a kind are put into its words."""

    tool: str
    effect: Effect
    action: RecordAction
    said: str
    examples: tuple[str, ...]
    doing: str
    ask: Callable[[RecordKind], type[Ask]]
    run: Run


async def _show(kind: RecordKind, ask: Show, at: ToolContext) -> Found:
    return await show(kind, f"read_{kind.name}", ask, at)


async def _check(kind: RecordKind, ask: Check, at: ToolContext) -> Found:
    return await check(kind, f"check_{kind.name}", ask, at)


async def _find(kind: RecordKind, ask: Find, at: ToolContext) -> Found:
    return await find(kind, f"find_{kind.plural}", ask, at)


async def _summarise(kind: RecordKind, ask: Summarise, at: ToolContext) -> Found:
    return await summarise(kind, f"summarise_{kind.plural}", ask, at)


_FORMS: dict[Verb, _Form] = {
    Verb.READ: _Form(
        "read_{name}", Effect.READ, RecordAction.READ,
        "Read one of the {many}: the fields asked for, or all that are filled in.",
        ("show this {one}", "what is on the {one}"), "reading a {one}", lambda _: Show, _show,
    ),
    Verb.CHECK: _Form(
        "check_{name}", Effect.READ, RecordAction.READ, "Say whether one of the {many} meets conditions on its fields.",
        ("does this {one} meet that", "is the {one} like that"), "checking a {one}", lambda _: Check, _check,
    ),
    Verb.FIND: _Form(
        "find_{plural}", Effect.READ, RecordAction.READ,
        "List {many} by any conditions on their fields, or on those of what they are linked to.",
        ("show me the {many}", "list all {many}"), "looking up {many}", lambda _: Find, _find,
    ),
    Verb.SUMMARISE: _Form(
        "summarise_{plural}", Effect.READ, RecordAction.READ,
        "Count {many}, or add up, average or compare a field over them, as a whole or by group.",
        ("how many {many} are there", "number of {many} by month"), "counting {many}", lambda _: Summarise, _summarise,
    ),
    Verb.CREATE: _Form(
        "create_{name}", Effect.WRITE, RecordAction.CREATE,
        "Create one of the {many}. Refuses values that its fields do not take.",
        ("create a {one}", "add a new {one}"), "preparing a {one}", creating, create,
    ),
    Verb.UPDATE: _Form(
        "update_{name}", Effect.WRITE, RecordAction.UPDATE,
        "Change fields of one of the {many}; `empty` names fields to clear. Refuses a change that changes nothing.",
        ("change the {one}", "update this {one}"), "preparing a change of a {one}", changing, change,
    ),
    Verb.UPDATE_ALL: _Form(
        "update_{plural}", Effect.BULK, RecordAction.UPDATE,
        "Give many {many} the same values. Says what it leaves out and why; never all of them without a condition.",
        ("change all these {many}", "update the {many}"), "preparing a change of {many}", changing_all, change_all,
    ),
    Verb.DELETE: _Form(
        "delete_{plural}", Effect.DELETE, RecordAction.DELETE,
        "Delete {many}, softly: they can be restored. Says what it leaves out and why.",
        ("delete this {one}", "remove the {many}"), "preparing to delete {many}", lambda _: Chosen, delete,
    ),
    Verb.RESTORE: _Form(
        "restore_{plural}", Effect.BULK, RecordAction.DELETE, "Bring back {many} that were deleted.",
        ("restore the {one}", "bring back the deleted {many}"), "preparing to restore {many}", lambda _: Chosen,
        restore,
    ),
    Verb.MERGE: _Form(
        "merge_{plural}", Effect.MERGE, RecordAction.UPDATE,
        "Merge {many} that are the same one: everything that hangs on them moves to the one that stays.",
        ("merge these {many}", "these {many} are duplicates"), "preparing to merge {many}", lambda _: Merge, merge,
    ),
}  # fmt: skip
MERGED = frozenset({"account", "contact", "lead"})
_BY_HAND = {("lead", Verb.FIND), ("opportunity", Verb.FIND), ("task", Verb.CREATE)}
"""Verbs of a kind that have a tool of their own, made for it."""


def verbs_of(kind: RecordKind) -> list[Verb]:
    """What can be done with a kind of record, whoever made the tool: what the program keeps itself is only read."""
    verbs = [Verb.READ, Verb.CHECK, Verb.FIND, Verb.SUMMARISE]
    if kind.written:
        verbs += [Verb.CREATE, Verb.UPDATE, Verb.UPDATE_ALL, Verb.DELETE, Verb.RESTORE]
    if kind.name in MERGED:
        verbs.append(Verb.MERGE)
    return verbs


@cache
def tool_for(kind: RecordKind, verb: Verb) -> Tool:
    """A verb on a kind by its declared fields, also where the chat has a tool of its own for it (of the same name)."""
    form = _FORMS[verb]

    def worded(text: str) -> str:
        return text.format(one=kind.one, many=kind.many, name=kind.name, plural=kind.plural)

    async def run(ask: Any, at: ToolContext) -> Found | Proposed:  # noqa: ANN401 - by the tool's own ask
        return await form.run(kind, ask, at)

    return Tool(
        worded(form.tool), Area(kind.area), form.effect, Grant(kind.name, form.action), worded(form.doing),
        tuple(map(worded, form.examples)), form.ask(kind), worded(form.said), run, OnRecords(kind.name, verb.value),
    )  # fmt: skip


TOOLS: tuple[Tool, ...] = tuple(
    tool_for(kind, verb) for kind in KINDS.values() for verb in verbs_of(kind) if (kind.name, verb) not in _BY_HAND
)
