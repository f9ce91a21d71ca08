"""Records that words only point at: "them", "the first two", "the rest over 100k", "the Swiss ones", "the latter".

What is pointed at is what the conversation asked about or changed last; conditions said now take the place of those on
the same field.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent.local.asking.earlier import earlier
from agent.local.conditions import Kinds, field_called, narrow
from agent.local.last_asked import Asked, Where, last_asked
from agent.local.lexicon import words_of
from agent.local.reading import Reading
from agent.local.schema import Frame, KindCard, Memory, Record, Request
from agent.local.selecting import Selected, unread

_ALL_OF_THEM = re.compile(
    r"(?:and |also )*(?:(?:all|each|both|every one|any)(?: of)? )?(?:them|those|these|they|both|all(?: three| four| five)?|the lot|the latter|all of (?:them|those|these)|each(?: one)?|(?:those|these|them) (?:all|both)|(?:those|these|them|the same|the listed|the latter) (?:ones|leads|deals|accounts|contacts|tasks|records|\w+s))|(?:all|both|each) of (?:the )?(?:above|list)|the (?:whole )?list|everything(?: on the list| listed)?|both(?: of them)?|the pair|(?:those|the ones|these|all|them) (?:that |which )?(?:you|we|i) (?:just )?(?:kept|left out|skipped|spared|found|counted|listed|showed|mentioned|kept back)"
)
POINTS_AT_MANY = re.compile(
    r"(?<!\w)(?:(?:first|last|top|bottom|other|remaining|next) (?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)|both|all of (?:them|those|these)|(?:them|those|these) all|each of (?:them|those|these)|the rest|the others|these ones|those ones|the ones|all three|all four)(?!\w)(?! (?:days?|weeks?|months?|quarters?|years?|hours?|minutes?))"
)
"""Words that mean several records, and never the one that was spoken of last."""
_OPEN_SHARE = re.compile(
    r"(?P<before>(?:\w+ )?)(?<!\w)(?:(?:an? |the )?(?:few|couple|handful|bit|third|quarter|half|part|share|majority|bunch)|some|most|several|many|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,3}(?: ?%| percent)?|any|either) of (?:the |all )?(?:them|those|these|my|our|the|list|lot|ones|above)(?!\w)"
)
_SAYS_WHICH = frozenset(
    {"first", "last", "top", "bottom", "all", "each", "every", "next", "other", "remaining", "both", "no"}
)


def leaves_open_which(norm: str) -> bool:
    """Whether words mean some of several records and not which: "one of them", "half of the leads", not "all three of them"."""
    return any(match["before"].strip() not in _SAYS_WHICH for match in _OPEN_SHARE.finditer(norm))


_FIRST = re.compile(
    r"(?:the )?(?P<side>first|top|last|bottom) (?P<count>\d{1,2}|two|three|four|five|six|seven|eight|nine|ten)(?: of (?:them|those|these))?(?: ones)?"
)
PLACES = re.compile(
    r"(?:the |numbers? |rows? |nos? |# ?)*(?P<places>(?:\d{1,2}|first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th|last)(?: ones?)?(?: ?(?:,|and|&|, and|plus) ?(?:the |number |row |no |# ?)*(?:\d{1,2}|first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th|last)(?: ones?)?)+)(?: of (?:them|those|these))?"
)
_PLACE = re.compile(r"\d{1,2}|first|second|third|fourth|fifth|last")
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_REST = re.compile(
    r"(?<!\w)(?:(?:the |all |all the )?(?:rest|others|other ones|remaining(?: ones)?|remainder)|all other ones)(?: of (?:them|those|these|the list))?(?!\w)"
)
_ONES = re.compile(r"(?<!\w)(?:(?:the|all|those|every|any|only|just) )*(?:ones|those|lot)(?!\w)")
_OR_NOT = re.compile(
    r"\(? ?(?:(?P<either>[a-z ]+?)(?:ed)? or not|(?:regardless of|no matter|whatever|whichever|irrespective of)(?: the| their| who)? (?P<any>[a-z ]+?)) ?(?:\)|$)"
)
_DRESSED = words_of("talk") | {"ones", "one", "rest", "others", "remaining", "lot", "though", "tho", "hm", "however"}
_NUMBERS = {
    word: place
    for place, word in enumerate(("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=2)
}


@dataclass(frozen=True, slots=True)
class Before:
    """What a turn and its conversation hold that words may point at.

    Attributes:
        listed: rows of the last list.
        taken: (kind, id) of rows that something was ordered of since they were listed.
        asked: the records that were asked about or changed together last.
        made: records that were made one after the other just now, the first one first.
    """

    listed: Sequence[Record] = ()
    taken: Collection[tuple[str, str]] = ()
    asked: Asked | None = None
    made: Sequence[Record] = ()
    overtaken: bool = False
    """Whether another question, about no record, came after the list."""
    elsewhere: Collection[str] = ()
    """Values that an earlier question was narrowed by, about records of another kind than the last one."""

    @property
    def rows(self) -> Sequence[Record]:
        """The rows, where no other question came after the list."""
        kinds = {one.kind for one in self.listed}
        shown = self.asked is None or self.asked.verb in ("find", "update") or bool(self.taken)
        return self.listed if len(kinds) == 1 and shown else ()


def before(
    memory: Memory,
    requests: Sequence[Request],
    kinds: Kinds,
    now: datetime,
    *,
    whole: str = "",
    subject: Selected | None = None,
) -> Before:
    """What the words of a turn may point at.

    Args:
        whole: the words of the whole turn, which may have said before which rows are meant.
        subject: records that the turn itself has described, which come before all others.
    """
    if subject is not None:
        return Before(asked=Asked(subject.kind, "summarise", tuple(subject.where)))
    frames = (*memory.frames, *(Frame(one.tool, one.arguments) for one in requests))
    asked = last_asked(frames, kinds, listed=memory.listed, now=now)
    made = _rows_said(whole, memory.listed) or _made(memory)
    elsewhere = _values_elsewhere(frames, kinds, now, asked)
    return Before(memory.listed, _taken(frames), asked, made, _overtaken(frames), elsewhere)


def _overtaken(frames: Sequence[Frame]) -> bool:
    """Whether the last question, since the last list, was for figures: "how many of those are in Ireland?"."""
    for frame in reversed(frames):
        if frame.tool.startswith(_LISTS):
            return False
        if not ({"record", "records", "where"} & set(frame.arguments)):
            return True
    return False


def _values_elsewhere(frames: Sequence[Frame], kinds: Kinds, now: datetime, asked: Asked | None) -> set[str]:
    found = (earlier(frame, kinds, now) for frame in frames)
    others = [one for one in found if one is not None and asked is not None and one.kind.kind != asked.kind.kind]
    return {str(value) for one in others for condition in one.where for value in condition.get("value") or ()}


def _rows_said(whole: str, listed: Sequence[Record]) -> tuple[Record, ...]:
    """The rows that a turn speaks of before it points at them: "the first two I have called, mark them both …"."""
    match = _FIRST.search(whole)
    if match is None or len({one.kind for one in listed}) != 1:
        return ()
    count = int(match["count"]) if match["count"].isdigit() else _NUMBERS[match["count"]]
    if count > len(listed):
        return ()
    return tuple(listed[:count] if match["side"] in ("first", "top") else listed[-count:])


def _taken(frames: Sequence[Frame]) -> set[tuple[str, str]]:
    """Rows of the last list that something was ordered of since it was shown."""
    found: set[tuple[str, str]] = set()
    for frame in reversed(frames):
        if frame.tool.startswith(_LISTS):
            break
        several = frame.arguments.get("records", [])
        each = [*(several if isinstance(several, list) else []), frame.arguments.get("record")]
        found |= {(str(one["kind"]), str(one["id"])) for one in each if isinstance(one, Mapping) and "id" in one}
    return found


_LISTS = ("find_", "overdue_tasks", "next_best_action")


def _made(memory: Memory) -> tuple[Record, ...]:
    """The records of one kind that the latest requests made, as many as there are of them."""
    tool = memory.frames[-1].tool if memory.frames else ""
    kind = tool.removeprefix("create_")
    if kind == tool:
        return ()
    count = _length(memory.frames, tool)
    of_kind = [one for one in memory.focus if one.kind == kind]
    return tuple(reversed(of_kind[:count])) if 1 < count <= len(of_kind) else ()


def _length(frames: Sequence[Frame], tool: str) -> int:
    """How many of the last requests are calls of one tool."""
    return next((place for place, one in enumerate(reversed(frames)) if one.tool != tool), len(frames))


def pointed(part: Reading, held: Before, kinds: Kinds) -> Selected | None:
    """The records that a piece of text points at; None where it does not, or where it is not clear which they are."""
    said = part.norm.strip(" ,.!:;()")
    if (rows := _rows(said, held)) is not None:
        return _selected(rows[0].kind, kinds, records=rows) if rows else None
    if _ALL_OF_THEM.fullmatch(said):
        return _all(said, held, kinds)
    return _others(part, held, kinds)


def _selected(kind: str, kinds: Kinds, *, where: Where = (), records: Sequence[Record] = ()) -> Selected | None:
    return Selected(kinds[kind], where, True, "only", (), records=tuple(records)) if kind in kinds else None


def _rows(said: str, held: Before) -> Sequence[Record] | None:
    """Rows of the last list by their places, or those that are left; None where the words name no places."""
    listed = held.rows or held.made
    if match := _FIRST.fullmatch(said):
        count = int(match["count"]) if match["count"].isdigit() else _NUMBERS[match["count"]]
        if count > len(listed):
            return []
        return listed[:count] if match["side"] in ("first", "top") else listed[-count:]
    if match := PLACES.fullmatch(said):
        return _at(match["places"], listed)
    if _REST.fullmatch(said) and held.rows and held.taken:
        return [one for one in listed if (one.kind, str(one.id)) not in held.taken]
    return None


def _at(places: str, listed: Sequence[Record]) -> Sequence[Record] | None:
    found = [int(one) if one.isdigit() else _ORDINALS[one] for one in _PLACE.findall(places)]
    if not listed or any(not 0 < abs(place) <= len(listed) for place in found):
        return None
    return list(dict.fromkeys(listed[place - 1 if place > 0 else place] for place in found))


def _all(said: str, held: Before, kinds: Kinds) -> Selected | None:
    asked, both = held.asked, "both" in said.split()
    if held.made and (not both or len(held.made) == _TWO):
        return _selected(held.made[0].kind, kinds, records=held.made)
    if _KEPT.search(said):
        return _selected(asked.kind.kind, kinds, where=asked.where) if asked and asked.verb in _LEAVES_OUT else None
    if asked is None or asked.records:
        records = asked.records if asked is not None else () if held.overtaken else held.rows
        several = bool(records) and (len(records) == _TWO or not both)
        return _selected(records[0].kind, kinds, records=records) if several else None
    if asked.changed or both:
        return None
    return _selected(asked.kind.kind, kinds, where=asked.where)


_KEPT = re.compile(r"(?<!\w)(?:kept|left out|spared|skipped)(?!\w)")
_TWO = 2
_LEAVES_OUT = frozenset({"update", "delete"})


def _others(part: Reading, held: Before, kinds: Kinds) -> Selected | None:
    """`the Swiss ones`, `the rest (over 100k)`: conditions of now in place of those of before on the same fields."""
    asked = held.asked
    if asked is None or not asked.where:
        return None
    found = narrow(part, asked.kind, kinds)
    spans = [(one.start, one.end) for one in found]
    spans += [match.span() for pattern in (_REST, _ONES) for match in pattern.finditer(part.norm)]
    nouns = {word for noun in asked.kind.nouns for word in noun.split()}
    left = [word for word in unread(part, spans) if word not in _DRESSED and word not in nouns]
    fresh = [dict(one.condition) for one in found]
    if left or not fresh:
        return None
    if any(str(value) in held.elsewhere for one in fresh for value in one.get("value") or ()):
        return None  # "the Irish ones" may be those of the question before the last
    said = {str(one["field"]) for one in fresh}
    kept = [one for one in asked.where if str(one["field"]) not in said]
    if asked.changed and len(kept) == len(asked.where):
        return None  # they are what was changed, and may meet the conditions no longer
    where = tuple({str(one): one for one in (*kept, *fresh)}.values())
    return _selected(asked.kind.kind, kinds, where=where)


def regardless(reading: Reading, held: Before) -> tuple[Reading, Before]:
    """The words without a "(owner or not)", and what was asked before without the conditions on that field."""
    asked, match = held.asked, _OR_NOT.search(reading.norm)
    if asked is None or match is None or not (dropped := set(_dropped(reading.norm, asked.kind))):
        return reading, held
    where = tuple(one for one in asked.where if str(one["field"]) not in dropped)
    plain = reading.without(*reading.text.token_range(*match.span()))
    return plain, replace(held, asked=replace(asked, where=where))


def _dropped(norm: str, kind: KindCard) -> Iterator[str]:
    """Fields that shall not matter: `(owner or not)`, `regardless of status`."""
    for match in _OR_NOT.finditer(norm):
        said = (match["either"] or match["any"]).split()
        for start in range(len(said)):
            words = " ".join(said[start:])
            field = field_called(words, kind) or field_called(_NOUN_OF.get(words, ""), kind)
            if field is not None:
                yield field.name
                break


_NOUN_OF = {"own": "owner", "owns them": "owner", "owns it": "owner", "assign": "owner", "own them": "owner"}
