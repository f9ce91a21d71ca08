"""Keeping what a person says about a relationship: in the field that holds it, else as a memory with its source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from db.access import Grant, RecordAction
from db.records import KINDS
from db.records.choices import MemorySource, Topic
from db.repositories.memories import MemoryLine, MemoryRepository
from db.repositories.records import RecordLine
from tools.contract import CREATED, Action, Area, Ask, Effect, Operation, Proposed, RecordArgument, ToolContext, tool
from tools.errors import BadArgument, NothingToChange, NotKept
from tools.memories.about import about, people_of
from tools.memories.fields import fields_in
from tools.memories.topics import IN_WORDS, likeness, topic_of, words_of
from tools.special_categories import category_of
from tools.wording import clean, listed, quoted

_LONGEST = 600
_ORDER = re.compile(
    r"^(?:please |pls |and |also |hey |ok |so )*(?:(?:remember|note|keep in mind|memori[sz]e|don'?t forget|make a note|"
    r"save|for the record)(?: for me| privately| this| down)?(?: ?[:,-]| that)?|that) +",
    re.IGNORECASE,
)
_CORRECTS = re.compile(
    r"^(?:no|nope|actually|sorry|wait|correction|that'?s wrong|not any ?more)(?:[,:;.-]+ *| +(?=\w))", re.IGNORECASE
)
_NOW_OTHERWISE = re.compile(r"\b(?:no longer|not any ?more|instead|rather than before|meanwhile|now)\b", re.IGNORECASE)
_PRIVATE = re.compile(
    r"\b(?:privately|(?:just|only) (?:for me|between us)|keep (?:it|this) (?:private|to yourself))\b[,:]? *",
    re.IGNORECASE,
)
_ALIKE, _ALIKE_WHEN_CORRECTED = 0.5, 0.2
"""Share of words in common from which a new sentence stands in for an older one of its topic."""


class Remember(Ask):
    record: RecordArgument
    """The contact, lead, account or deal it is about."""
    instruction: str
    """What to remember, in the person's own words."""


@tool(
    area=Area.COMMUNICATION,
    effect=Effect.WRITE,
    requires=Grant("memory", RecordAction.CREATE),
    doing="remembering it",
    examples=(
        "remember that Jane prefers calls after 4pm",
        "note for Jane Miller that her daughter plays football",
        "keep in mind that Otto hates long mails",
        "remember for Acme: they freeze their budget in December",
        "don't forget that she promised to introduce us to the CFO",
        "no, she prefers e-mail",
    ),
)
async def remember(ask: Remember, at: ToolContext) -> Proposed:
    """Keep something about a contact, lead, account or deal in mind, with who said it and when.

    What a field of the person says exactly (preferred channel and time, pain points, interests) is written there. A
    sentence that says an earlier one otherwise takes its place; the earlier one stays in the history. Refuses what
    the law protects most: health, belief, politics, trade union, sexuality, origin.
    """
    line = await about(ask.record, at)
    text, corrects, private = _read(ask.instruction)
    if category := category_of(text, names=line.name):
        raise NotKept(category)
    reference = {"record": {"kind": line.kind, "id": line.id, "name": line.name}, "instruction": ask.instruction}
    if not private and (columns := _fields(line, fields_in(text), at)):
        return _in_fields(line, columns, reference, at)
    return await _as_memory(line, text, reference, at, corrects=corrects, private=private)


def _read(instruction: str) -> tuple[str, bool, bool]:
    """The sentence without the order around it, whether it corrects an earlier one, and whether it is private."""
    said = clean(instruction, most=_LONGEST)
    private = bool(_PRIVATE.search(said))
    said = _PRIVATE.sub("", said)
    corrects = False
    while True:
        before, said = said, _ORDER.sub("", said).strip()
        if match := _CORRECTS.match(said):
            corrects, said = True, said[match.end() :]
        if said == before:
            break
    said = said.strip(' ,;:-"“”')
    if len(said) < 3:
        raise BadArgument("instruction", "say what I should remember")
    return said[:1].upper() + said[1:], corrects or bool(_NOW_OTHERWISE.search(said)), private


def _fields(line: RecordLine, found: Mapping[str, Any], at: ToolContext) -> dict[str, Any]:
    """The values for the record's own fields; nothing unless it has all of them and the person sees and keeps them."""
    declared = KINDS[line.kind].by_name
    keeps = at.actor.may(Grant(line.kind, RecordAction.UPDATE))
    if not keeps or not all(name in declared and at.actor.sees(line.kind, name) for name in found):
        return {}
    columns: dict[str, Any] = {}
    for name, value in found.items():
        have = line.values.get(name)
        whole = list(dict.fromkeys([*(have or []), *value])) if isinstance(value, list) else value
        if whole != have:
            columns[name] = whole
    if found and not columns:
        raise NothingToChange(f"{KINDS[line.kind].one} {clean(line.name, most=120)}")
    return columns


def _in_fields(line: RecordLine, columns: dict[str, Any], reference: dict[str, Any], at: ToolContext) -> Proposed:
    kind = KINDS[line.kind]
    what = listed([f"{kind.field(name).words} {_plain(value)}" for name, value in columns.items()])
    name = clean(line.name, most=120)
    return Proposed(
        said=f"I would set {what} on the {kind.one} {name}.",
        done=f"Remembered on the {kind.one} {name}: {what}.",
        arguments=reference,
        operations=(Operation(Action.UPDATE, line.kind, columns, line.id, line.version),),
        focus=(line.ref,),
        people=people_of(line, []),
    )


def _plain(value: object) -> str:
    return listed([clean(str(one), most=80) for one in value] if isinstance(value, list) else [clean(str(value))])


async def _as_memory(
    line: RecordLine, text: str, reference: dict[str, Any], at: ToolContext, *, corrects: bool, private: bool
) -> Proposed:
    known = await MemoryRepository(at.session, at.actor).of(line.ref, today=at.today)
    topic = topic_of(text) or Topic.FACT
    earlier = _said_otherwise(text, topic, known, line.name, corrects=corrects)
    if earlier is not None and words_of(earlier.body) == words_of(text):
        raise NothingToChange(f"{clean(line.name, most=120)}: {quoted(earlier.body)}")
    name = clean(line.name, most=120)
    instead = f" instead of {quoted(earlier.body)}, which stays in the history" if earlier else ""
    what = f"{IN_WORDS[topic].lower()} of {name}: {quoted(text)}{instead}"
    values = {
        f"{line.kind}_id": line.id, "topic": topic, "body": text, "author_id": at.actor.user_id,
        "said_at": at.now.isoformat(), "source": MemorySource.TOLD, "private": private,
    }  # fmt: skip
    return Proposed(
        said=f"I would remember this under {what}.{' Only you will see it.' if private else ''}",
        done=f"Remembered under {what}.{' Only you see it.' if private else ''}",
        arguments=reference,
        operations=(Operation(Action.CREATE, "memory", values), *_superseding(earlier, at)),
        focus=(line.ref,),
        people=people_of(line, [earlier] if earlier else []),
    )


def _superseding(earlier: MemoryLine | None, at: ToolContext) -> tuple[Operation, ...]:
    if earlier is None:
        return ()
    values = {"superseded_by_id": {CREATED: 0}, "valid_until": at.today.isoformat()}
    return (Operation(Action.UPDATE, "memory", values, earlier.id, earlier.version),)


def _said_otherwise(
    text: str, topic: Topic, known: list[MemoryLine], name: str, *, corrects: bool
) -> MemoryLine | None:
    """The memory that this one takes the place of: the most alike of its topic, alike enough."""
    said = words_of(text, besides=name)
    alike = [
        (likeness(said, words_of(one.body, besides=name)), one)
        for one in known
        if one.topic == topic or words_of(one.body, besides=name) == said
    ]
    best = max(alike, key=lambda pair: pair[0], default=None)
    if best is None:
        return None
    enough = _ALIKE_WHEN_CORRECTED if corrects else _ALIKE
    return best[1] if best[0] >= enough else None
