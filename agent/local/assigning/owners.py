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
from agent.local.schema import KindCard

_OWNER_CUE = re.compile(
    r"(?:goes?|going|over|hand(?:ed)?(?: over)?|give|assign(?:ed)?|transfer(?:red)?|belongs?|pass(?:ed)?|moves?) (?:now )?(?:over )?(?:to|with)|(?:the )?(?:new )?owner(?: is| =|:| to| becomes| should be)?|to|becomes?|is (?:now )?with|is now|→|an|for"
)
_OWNS = re.compile(
    r"^ (?:(?:is|as|be|becomes|should be) )?(?:the |its |his |her |their |new )*owner(?!\w)|^ (?:takes|should take|will take|gets|owns)(?: (?:it|this|that|them|him|her))?(?: over)?(?!\w)"
)
_INSTEAD_OF_ONE = re.compile(r"(?<!\w)not (?:me|myself|with me|to me|for me)(?!\w)")
_FILLERS = words_of("assigns_nothing")


def is_owner(reading: Reading, mention: Mention) -> bool:
    """Whether a name stands where the new owner does ("over to Leah"), and may be a colleague's."""
    start, end = reading.text.span(mention.first, mention.last)
    colleague = any(record.kind == "user" for record in mention.records)
    return colleague and _stands_as_owner(reading.norm, start, end)


def _stands_as_owner(norm: str, start: int, end: int) -> bool:
    before, behind = norm[:start], norm[end:]
    cued = re.search(rf"(?:{_OWNER_CUE.pattern}) $", before) or _OWNS.match(behind)
    return bool(cued or _INSTEAD_OF_ONE.search(norm))


def owner(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    name = next((one for one in ("owner", "user") if kind.field(one) is not None), None)
    if name is None:
        return
    for mention in reading.mentions_of(Named.RECORD):
        users = [one for one in dict.fromkeys(mention.records) if one.kind == "user"]
        start, end = reading.text.span(mention.first, mention.last)
        if len(users) == 1 and (other := INSTEAD.search(reading.norm[:start])):
            yield Assigned({}, other.start(), end)  # whom it shall not be
            continue
        cue = re.search(rf"(?:{_OWNER_CUE.pattern}) $", reading.norm[:start])
        owns = _OWNS.match(reading.norm[end:])
        instead = _INSTEAD_OF_ONE.search(reading.norm)
        if len(users) == 1 and (cue or owns or instead or _alone(reading, start, end)):
            until = end + (owns.end() if owns else 0)
            yield Assigned({name: users[0].as_argument()}, cue.start() if cue else start, until)
    yield from (Assigned({}, *match.span()) for match in _INSTEAD_OF_ONE.finditer(reading.norm))
    if match := re.search(r"(?<!not )(?:to|with) (?:me|myself)(?!\w)", reading.norm):
        yield Assigned({name: "me"}, *match.span())


def _alone(reading: Reading, start: int, end: int) -> bool:
    """Whether a name is all that is said, beside whom it is not: "no, not Tobias: Petra"."""
    rest = NOT_THAT.sub(" ", f"{reading.norm[:start]} {reading.norm[end:]}")
    rest = re.sub(r"(?:not|rather than|instead of) \w+", " ", rest)
    return all(word in _FILLERS for word in re.findall(r"[^\W_]+", rest))
