"""Coming back to a record that a conversation left long ago: “the deal from before”, “the company we talked about”."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from agent.local.schema import Memory, Record
from db.repositories.spoken import SpokenRepository

_NOUNS = {
    "deal": ("opportunity",), "opportunity": ("opportunity",), "account": ("account",), "company": ("account",),
    "customer": ("account",), "contact": ("contact",), "person": ("contact", "lead"), "lead": ("lead",),
    "guy": ("contact", "lead"), "woman": ("contact", "lead"), "campaign": ("campaign",),
}  # fmt: skip
_BEFORE = re.compile(
    rf"\b(?:the|that|this) (?:other )?(?P<noun>{'|'.join(_NOUNS)})"
    r"(?P<before> (?:from (?:before|earlier)|earlier|(?:that )?(?:we|you|i)"
    r" (?:talked|spoke|discussed|mentioned|looked at)(?: about| of)?(?: before| earlier| at the beginning)?))(?!\w)",
    re.IGNORECASE,
)
_MOST = 6


@dataclass(frozen=True, slots=True)
class CameBack:
    """The text to read, with the words for the time taken out, and the memory with that record the nearest.

    `several` are the records it may be, where it is not clear which.
    """

    text: str
    memory: Memory
    several: tuple[Record, ...] = ()
    noun: str = ""


def points_back(text: str) -> bool:
    return _BEFORE.search(text) is not None


async def come_back(text: str, memory: Memory, spoken: SpokenRepository, conversation: str) -> CameBack:
    """Resolve it among the records that the conversation came upon and the person still sees."""
    match = _BEFORE.search(text)
    if match is None:
        return CameBack(text, memory)
    plain = text[: match.start("before")] + text[match.end("before") :]
    noun = match["noun"].lower()
    kinds = _NOUNS[noun]
    found = [one for kind in kinds for one in await spoken.records(conversation, kind=kind, limit=_MOST)]
    records = [Record(one.record.kind, str(one.record.id), one.record.name) for one in found]
    if len(records) > 1:
        # “Before” is not the one that is being talked about now.
        now = next((one for one in memory.focus if one.kind in kinds), None)
        records = [one for one in records if now is None or (one.kind, one.id) != (now.kind, now.id)]
    if len(records) != 1:
        return CameBack(plain, memory, tuple(records), noun)
    others = tuple(one for one in memory.focus if (one.kind, one.id) != (records[0].kind, records[0].id))
    return CameBack(plain, replace(memory, focus=(records[0], *others)))
