"""A record and its duplicates made into one: which one stays is proposed, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from db.access import Grant, RecordAction
from db.records import KINDS
from db.repositories.records import RecordRepository, Wanted
from tools.contract import Area, Ask, Effect, Proposed, RecordArgument, ToolContext, tool
from tools.errors import Unanswerable
from tools.lead.duplicates import pairs_of
from tools.lead.keeping import Kept, in_words, kept, survivors
from tools.records.asks import Merge
from tools.records.choosing import with_own_fields
from tools.records.merging import merge
from tools.wording import clean


class MergeDuplicates(Ask):
    record: RecordArgument
    """The contact, lead or account that there is more than once."""


@tool(
    area=Area.LEAD,
    effect=Effect.MERGE,
    requires=Grant("contact", RecordAction.UPDATE),
    doing="preparing to merge duplicates",
    examples=(
        "merge the first pair",
        "merge the duplicates of Jane Miller",
        "merge the second one",
        "dedupe Acme",
        "make one record of these two",
        "clean up the duplicates of this contact",
    ),
)
async def merge_duplicates(ask: MergeDuplicates, at: ToolContext) -> Proposed:
    """Merge a contact, lead or account with its duplicates.

    The best kept record stays, with everything that hangs on the others and the values it lacks. Sure duplicates are
    taken; where there is none, the likeliest one, for a person to look at. Refuses where there is none at all.
    """
    kind = ask.record.kind
    several, _ = await pairs_of(kind, at, about=ask.record.id)
    at.actor.require(Grant(kind, RecordAction.UPDATE))
    if not several:
        name = clean(ask.record.name, most=80) or "this record"
        raise Unanswerable(f"I find no duplicate of {name} among the {KINDS[kind].many} you see.")
    sure = [one for one in several if one.verdict == "sure"] or list(several[:1])
    ids = {ask.record.id, *(int(key) for pair in sure for key in (pair.one, pair.other))}
    side = await _side(kind, sorted(ids), at)
    return await _proposed(kind, side, at)


async def _side(kind: str, ids: Sequence[int], at: ToolContext) -> Kept:
    declared = await with_own_fields(KINDS[kind], at)
    _, lines = await RecordRepository(at.session, at.actor, declared).find(Wanted(ids=tuple(ids), limit=len(ids)))
    return kept(declared, lines)


async def _proposed(kind: str, side: Kept, at: ToolContext) -> Proposed:
    def reference(key: int, name: str) -> RecordArgument:
        return RecordArgument(kind=kind, id=key, name=name)

    declared = await with_own_fields(KINDS[kind], at)
    ask = Merge(
        keep=reference(side.line.id, side.line.name), merge=[reference(one.id, one.name) for one in side.others]
    )
    merged = await merge(KINDS[kind], ask, at)
    values = survivors(declared, side.line, side.others, at)
    why = f" {clean(side.line.name, most=80)} stays because {side.reason}.{in_words(declared, values)}"
    return replace(merged, said=f"{merged.said}{why}", reach={**merged.reach, "because": side.reason, "values": values})
