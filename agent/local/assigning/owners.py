"""To whom a record goes."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator

from agent.local.assigning.corrected import INSTEAD, NOT_THAT
from agent.local.assigning.finding import Assigned
from agent.local.lexicon import words_of
from agent.local.mentions import Mention, Named
from agent.local.reading import Reading
from agent.local.schema import KindCard, Record

_CUE = re.compile(
    r"(?:(?:goes?|going|over|hand(?:ed)?(?: over)?|give|assign(?:ed)?|transfer(?:red)?|belongs?|pass(?:ed)?|moves?) (?:now )?(?:over )?(?:to|with)|(?:the )?(?:new )?owner(?: is| =|:| to| becomes| should be)?|to|becomes?|is (?:now )?with|is now|→|an|for) $"
)
_OWNS = re.compile(
    r"^ (?:(?:is|as|be|becomes|should be) )?(?:the |its |his |her |their |new )*owner(?!\w)|^ (?:is going to |will |should |shall |to )?(?:takes?|gets|owns?)(?: over)?(?: (?:it|this|that|them|him|her|(?:the )?(?:lead|deal|account|contact)))?(?: over)?(?!\w)"
)
_NOT_ME = re.compile(r"(?<!\w)not (?:me|myself|with me|to me|for me)(?!\w)")
_GIVES = re.compile(
    r"(?<!\w)(?:give|hand|hands|handed|pass|passes|passed|transfer|assign|assigned|reassign|goes?|going|belongs?|over)(?!\w)"
)
_TO = re.compile(r"(?:(?<!\w)to|→|(?<!\w)owner(?: is| =|:| to| becomes| should be)?) $")
_FILLERS = words_of("assigns_nothing")
_LONGEST_NAME = 3


def is_owner(reading: Reading, mention: Mention) -> bool:
    """Whether a name stands where the new owner does ("over to Leah"), and may be a colleague's."""
    start, end = reading.text.span(mention.first, mention.last)
    colleague = any(record.kind == "user" for record in mention.records)
    return (colleague and _stands_as_owner(reading.norm, start, end)) or _stranger(reading, mention.first) is not None


def _stands_as_owner(norm: str, start: int, end: int) -> bool:
    return bool(_CUE.search(norm[:start]) or _OWNS.match(norm[end:]) or _NOT_ME.search(norm))


def owner(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    """The colleague who gets it. One whose records the speaker does not see is known to the tool by name alone."""
    name = next((one for one in ("owner", "user") if kind.field(one) is not None), None)
    if name is None:
        return
    for mention in reading.mentions_of(Named.RECORD):
        users = [one for one in dict.fromkeys(mention.records) if one.kind == "user"]
        if len(users) == 1:
            yield from _colleague(reading, mention, users[0], name)
    yield from (Assigned({}, *match.span()) for match in _NOT_ME.finditer(reading.norm))
    yield from _strangers(reading, name)
    if match := re.search(r"(?<!not )(?:to|with) (?:me|myself)(?!\w)", reading.norm):
        yield Assigned({name: "me"}, *match.span())


def _colleague(reading: Reading, mention: Mention, user: Record, name: str) -> Iterator[Assigned]:
    start, end = reading.text.span(mention.first, mention.last)
    if other := INSTEAD.search(reading.norm[:start]):
        yield Assigned({}, other.start(), end)  # whom it shall not be
        return
    cue, owns = _CUE.search(reading.norm[:start]), _OWNS.match(reading.norm[end:])
    if cue or owns or _NOT_ME.search(reading.norm) or _alone(reading, start, end):
        until = end + (owns.end() if owns else 0)
        yield Assigned({name: user.as_argument()}, cue.start() if cue else start, until)


def _strangers(reading: Reading, name: str) -> Iterator[Assigned]:
    for place in range(len(reading.text.tokens)):
        if (last := _stranger(reading, place)) is not None:
            start, end = reading.text.span(place, last)
            cue, owns = _TO.search(reading.norm[:start]), _OWNS.match(reading.norm[end:])
            written = reading.text.written_between(place, last).strip(" .,!?")
            yield Assigned({name: written}, cue.start() if cue else start, end + (owns.end() if owns else 0))


def _stranger(reading: Reading, place: int) -> int | None:
    """The end of a name that begins here, stands where an owner does, and is no colleague's that the speaker sees."""
    last = _name_end(reading, place)
    if last is None:
        return None
    start, end = reading.text.span(place, last)
    before, behind = reading.norm[:start], reading.norm[end:]
    given = (cue := _TO.search(before)) and (not cue[0].startswith("to") or _GIVES.search(before))
    owns = _OWNS.match(behind) and "?" not in behind
    return last if given or owns or (_NOT_ME.search(before) and not behind.strip(" .!,")) else None


def _name_end(reading: Reading, place: int) -> int | None:
    for mention in reading.mentions_of(Named.RECORD):
        if mention.first == place:
            kinds = {record.kind for record in mention.records}
            return mention.last if kinds <= {"contact", "lead"} else None
    labels = reading.labels
    if labels[place] != "<unk>" or (place and labels[place - 1] == "<unk>"):
        return None
    last = place + 1
    while last < min(len(labels), place + _LONGEST_NAME) and labels[last] == "<unk>":
        last += 1
    return last


def _alone(reading: Reading, start: int, end: int) -> bool:
    """Whether a name is all that is said, beside whom it is not: "no, not Tobias: Petra"."""
    rest = NOT_THAT.sub(" ", f"{reading.norm[:start]} {reading.norm[end:]}")
    rest = re.sub(r"(?:not|rather than|instead of) \w+", " ", rest)
    return all(word in _FILLERS for word in re.findall(r"[^\W_]+", rest))
