"""Who joins a campaign or a batch: "enrol him in that batch", "add Jane to the campaign as a touch", "and Tom as well"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agent.local.made import About, Creation, stripped
from agent.local.mentions import Named
from agent.local.new_details import details
from agent.local.reading import Reading
from agent.local.schema import KindCard

_JOINS = re.compile(
    r"^(?:add|put|include|enter|sign up|sign|register|place|get|invite) (?P<who>.+?)(?: also| too)? (?:in|into|to|on|onto|for|up for)(?: the| this| that| our)? (?P<where>.+)$"
)
_ENROLS = re.compile(
    r"^(?:enrol|enroll|book) (?P<who>.+?)(?: also| too)? (?:in|into|on|onto|for)(?: the)? (?P<where>.+)$"
)
_TOO = re.compile(
    r"^(?:also )?(?:add|put|include|enrol|enroll|and|sign up|invite) (?P<who>.+?)(?: in)? (?:as well|too|also)$"
)
_TOUCH = re.compile(r"(?<!\w)(?:touch|touches|response|responded|member|participant|attendee)(?!\w)")
_IT = re.compile(
    r"(?:it|there|this|that|them|(?:this|that|the) (?:campaign|batch|course|class)|campaign|batch)(?: as .+)?(?: please| too)*"
)
_KINDS = {"campaign": "campaign_member", "batch": "enrolment"}
_MEMBERS = {"campaign_member": ("lead", "contact"), "enrolment": ("learner",)}


def joining(reading: Reading, kinds: Mapping[str, KindCard], *, about: About, last: str = "") -> Creation | None:
    """The touch of a campaign, or the enrolment, that a clause orders for one person.

    Args:
        about: which record words mean that point back.
        last: the tool of the request before, which "as well" goes on from.
    """
    norm, begins = stripped(reading)
    into: tuple[str, Any] | None = None
    match = _ENROLS.match(norm) or _JOINS.match(norm)
    if match is not None:
        where = reading.part(*reading.text.token_range(begins + match.start("where"), begins + match.end("where")))
        into = _into(where, about, said=bool(_TOUCH.search(norm)), who=reading)
    elif (match := _TOO.match(norm)) and last in _GOES_ON:
        into = _pointed(reading.part(0, 0), about)
    if match is None or into is None:
        return None
    kind = kinds[_KINDS[into[0]]]
    span = reading.text.token_range(begins + match.start("who"), begins + match.end("who"))
    member = _member(reading.part(*span), kind, about)
    if member is None:
        return None
    values = {into[0]: into[1], member[0]: member[1]}
    values |= {name: value for name, value in details(reading, kind, values) if name in ("response", "status")}
    return Creation(f"create_{kind.kind}", kind.area, values)


_GOES_ON = ("create_campaign_member", "create_enrolment", "create_campaign", "update_campaign", "create_batch")


def _into(where: Reading, about: About, *, said: bool, who: Reading) -> tuple[str, Any] | None:
    """The campaign or batch: by its name where a touch is spoken of or a contact joins, or pointed at."""
    for mention in where.mentions:
        if mention.what is Named.VALUE and mention.dimension == "campaign":
            lead = any(one.kind == "lead" for found in who.mentions_of(Named.RECORD) for one in found.records)
            return ("campaign", mention.value) if said or not lead else None
        for one in mention.records:
            if one.kind in _KINDS:
                return one.kind, one.as_argument()
    return _pointed(where, about) if _IT.fullmatch(where.norm.strip(" .")) else None


def _pointed(where: Reading, about: About) -> tuple[str, Any] | None:
    wanted = tuple(kind for kind in _KINDS if kind in where.norm) or tuple(_KINDS)
    found = about(where, wanted)
    return (found.kind, found.as_argument()) if found else None


def _member(who: Reading, kind: KindCard, about: About) -> tuple[str, Any] | None:
    people = _MEMBERS[kind.kind]
    named = {one for mention in who.mentions_of(Named.RECORD) for one in mention.records if one.kind in people}
    if len(named) == 1 and len(who.mentions_of(Named.RECORD)) == 1:
        one = named.pop()
        return one.kind, one.as_argument()
    if named or not who.references:
        return None
    found = about(who, people)
    return (found.kind, found.as_argument()) if found else None
