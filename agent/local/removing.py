"""What is deleted or brought back of what the conversation spoke of: "delete it", "drop the reminder", "bring him back".

A noun of a kind means the last one of that kind; "the refs one" the one whose name holds the word. What is named or
described is read by `bulk` and `commands`. Words around it may give a reason, and never another order.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.local import guard
from agent.local.conditions import Kinds
from agent.local.lexicon import words_of
from agent.local.mentions import Named
from agent.local.reading import Reading
from agent.local.schema import Memory, Record
from agent.local.undoing import begins_order, pieces

_POLITE = r"(?:(?:please|pls|can you|could you|would you|will you|and|then|now|ok|okay|so|no|oh|hm|hmm|just|also|kindly|actually|let us|let's|you can|you may|i want you to|i would like you to|sorry|wait|better|right|yes|fine|well|forget it|never ?mind|scratch that) ?,? ?)*"
_AFTER = r"(?: (?:please|pls|again|now|then|altogether|completely|instead|thanks|for me|too|as well|straight away|right away|after all|tho|though|and all that))*"
_DELETES = r"delete|remove|trash|bin|drop|scrap|erase|nuke|kill|ditch|strike|quit|get rid of|throw away|throw out|axe|wipe|zap|toss|chuck|lose|take out|take away|cross out|do away with|dump"
_RESTORES = r"restore|bring back|undelete|recover|get back|put back|reinstate|revive|resurrect|un-delete"
_REMOVES = re.compile(rf"{_POLITE}(?:{_DELETES}) (?:off )?(?P<what>.+?){_AFTER}")
_CANCELS = re.compile(rf"{_POLITE}(?:cancel|call off) (?P<what>.+?){_AFTER}")
_IDIOMS = re.compile(
    r"(?:drop|scrap|bin|kill|lose|quit|ditch|strike|chuck|toss|dump|axe|zap|take out|cross out) (?:it|that|this|them|him|her)(?!\w)"
)
"""What is also said of a plan or a draft: it deletes only what was written just before."""
_MAY_GO = re.compile(
    rf"{_POLITE}(?P<what>.+?) (?:may|can|could|should|must|has to|have to) (?:go|be deleted|be removed)(?: away)?{_AFTER}"
)
_BRINGS = re.compile(
    rf"{_POLITE}(?:(?:{_RESTORES}) (?P<what>.+?)|(?:bring|get|put|take|want) (?P<held>.+?) back)(?: (?:in|into the (?:system|crm)))?{_AFTER}"
)
_PRONOUN = re.compile(r"(?:it|that|this|that one|this one|him|her|them|the last one|that again)")
_PERSONAL = frozenset({"him", "her"})
_NOUN = re.compile(
    r"(?:the|this|that|my|our|said) (?:last |new |same |whole )?(?P<noun>[a-z][a-z -]*?)(?: (?:you|we|i) (?:just )?(?:made|created|added|set))?"
)
_ONE = re.compile(r"(?:the|this|that|my) (?P<words>.+?) (?:one|task|reminder|todo|note|deal|record)")
_BOTH = re.compile(r"(?:both|the two)(?: (?:things|of them|of those|records|items))?")
_TELLS_FIRST = re.compile(
    r"(?:it|he|she|they|we|i|the|that|this|there|nobody|somebody|you|did|was|is|has|had|already|who|wrong|too|sorry|not|no|turns|because|as|since)(?!\w)"
)
_MOST_WORDS = 24


@dataclass(frozen=True, slots=True)
class Removal:
    """Records of one turn to be deleted, brought back or cancelled."""

    verb: str
    records: tuple[Record, ...]


def removal(reading: Reading, kinds: Kinds, memory: Memory) -> Removal | None:
    """The deletion or return that the whole turn asks for, of what was spoken of before; None where it asks for more."""
    frame = memory.frames[-1] if memory.frames else None
    drafted = frame is not None and frame.tool in ("draft_email", "revise_draft", "call_script")
    if drafted or len(reading.text.tokens) > _MOST_WORDS or reading.content or guard.is_ban(reading):
        return None
    found: Removal | None = None
    for piece in pieces(reading):
        one = _of_piece(piece, kinds, memory)
        if one is not None and found is None:
            found = one
        elif one is not None or not _is_reason(piece):
            return None
    return found


def _is_reason(piece: Reading) -> bool:
    """Whether a piece only tells why: it orders nothing, names no record and no time."""
    says = bool(piece.mentions or piece.moments or piece.amounts or piece.content)
    words = [token.norm for token in piece.text.tokens if token.is_word]
    talk = all(word in _TALK for word in words)
    return (
        not says
        and "?" not in piece.norm
        and (talk or (bool(_TELLS_FIRST.match(piece.norm)) and not begins_order(piece)))
    )


_TALK = words_of("talk") | words_of("narrows_nothing")


def _of_piece(piece: Reading, kinds: Kinds, memory: Memory) -> Removal | None:
    said = piece.norm.strip(" ,.!?")
    if guard.is_question(piece) or any(_is_record(one.records) for one in piece.mentions_of(Named.RECORD)):
        return None
    if match := _BRINGS.fullmatch(said):
        records = _meant(match["what"] or match["held"], kinds, _gone(memory) or memory.focus, memory)
        return Removal("restore", records) if records else None
    if match := _CANCELS.fullmatch(said):
        records = _meant(match["what"], kinds, memory.focus, memory)
        return Removal("cancel", records) if records and _can_be_cancelled(records[0], kinds) else None
    match = _REMOVES.fullmatch(said) or _MAY_GO.fullmatch(said)
    if match is None or (_IDIOMS.search(said) and not _just_written(memory)):
        return None
    records = _meant(match["what"], kinds, memory.focus, memory)
    return Removal("delete", records) if records else None


def _can_be_cancelled(record: Record, kinds: Kinds) -> bool:
    status = kinds[record.kind].field("status")
    return status is not None and "cancelled" in status.choices


def _just_written(memory: Memory) -> bool:
    return bool(memory.frames) and memory.frames[-1].tool.startswith(("create_", "update_"))


def _is_record(records: Sequence[Record]) -> bool:
    return any(one.kind != "user" for one in records)


def _gone(memory: Memory) -> tuple[Record, ...]:
    """The records that were deleted one by one, the latest first."""
    return tuple(_deleted(memory))


def _deleted(memory: Memory) -> Iterator[Record]:
    for frame in reversed(memory.frames):
        if frame.tool.startswith("delete_"):
            for one in frame.arguments.get("records") or ():
                if isinstance(one, dict) and "id" in one:
                    yield Record(str(one["kind"]), str(one["id"]), str(one.get("name", "")))


def _meant(said: str, kinds: Kinds, spoken: Sequence[Record], memory: Memory) -> tuple[Record, ...]:
    able = [one for one in spoken if one.kind in kinds and kinds[one.kind].writable]
    if _PRONOUN.fullmatch(said):
        people = [one for one in able if one.kind in ("contact", "lead")]
        several = said == "them" and bool(memory.listed)
        return () if several else tuple((people if said in _PERSONAL else able)[:1])
    if _BOTH.fullmatch(said):
        return _last_two(able, memory)
    if match := _NOUN.fullmatch(said):
        of_kind = [one for one in able if match["noun"].strip() in _nouns(kinds, one.kind)]
        if of_kind:
            return tuple(of_kind[:1])
    if match := _ONE.fullmatch(said):
        words = match["words"].split()
        fitting = [one for one in dict.fromkeys(able) if all(word in one.name.lower().split() for word in words)]
        return tuple(fitting) if len(fitting) == 1 else ()
    return ()


def _nouns(kinds: Kinds, kind: str) -> set[str]:
    return {noun.lower() for noun in kinds[kind].nouns}


def _last_two(able: Sequence[Record], memory: Memory) -> tuple[Record, ...]:
    """Two records that the last two requests made."""
    tools = [frame.tool for frame in memory.frames[-2:]]
    made = [one for one in able[:2] if f"create_{one.kind}" in tools]
    return tuple(made) if len(made) == len(tools) == 2 else ()
