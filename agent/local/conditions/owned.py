"""Conditions on whose records are and what they hang on: "my deals", "contacts at Acme", "calls with Jane"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from agent.local.conditions.condition import Kinds, Narrowed, on_field
from agent.local.mentions import Mention, Named
from agent.local.reading import Reading
from agent.local.schema import KindCard, Record

_MINE = re.compile(r"(?<!\w)(?:my|mine|do i have|have i|assigned to me|i own|of mine|that are mine)(?!\w)(?! team)")
_UNOWNED = re.compile(
    r"(?<!\w)(?:unassigned|unowned|without (?:an )?owner|nobody owns|no one owns|with no owner|no owner|ownerless|not assigned(?: to (?:anyone|anybody))?)(?!\w)"
)
_WRITERS = ("owner", "user", "author")
_HANGING = frozenset({"interaction", "email", "call", "meeting", "sms", "whatsapp", "note", "task"})
_SUBJECTS = ("contact", "lead", "opportunity", "account")


def owners(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    name = next((one for one in _WRITERS if kind.field(one) is not None), None)
    if name is None:
        return
    if match := _UNOWNED.search(reading.norm):
        yield Narrowed(on_field(name, test="empty"), *match.span())
    elif match := _MINE.search(reading.norm):
        yield Narrowed(on_field(name, "me"), *match.span())


def links(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """Records that are named, where the kind links to them: contacts at Acme, calls with Jane, deals of Sam."""
    for mention in reading.mentions_of(Named.RECORD):
        if mention.first in reading.content:
            continue
        condition = _of_user(mention, kind) or _of_record(mention, kind)
        if condition is not None:
            said = condition | ({"test": "is_not"} if mention.negated and condition["field"] in _WRITERS else {})
            yield Narrowed(said, *reading.text.span(mention.first, mention.last))


def _of_user(mention: Mention, kind: KindCard) -> dict[str, Any] | None:
    users = [one for one in dict.fromkeys(mention.records) if one.kind == "user"]
    name = next((one for one in _WRITERS if kind.field(one) is not None), None)
    others = [one for one in mention.records if one.kind != "user"]
    if len(users) != 1 or name is None or (others and kind.kind in _HANGING):
        return None
    return on_field(name, users[0].as_argument())


def _of_record(mention: Mention, kind: KindCard) -> dict[str, Any] | None:
    return link_to(tuple(dict.fromkeys(mention.records)), kind)


def link_to(records: tuple[Record, ...], kind: KindCard) -> dict[str, Any] | None:
    """The condition that records of a kind hang on one of these records, which bear one name."""
    if kind.kind in _HANGING:
        return next((on_field("about", one.as_argument()) for one in _alone(records, _SUBJECTS)), None)
    if kind.kind == "lead" and (company := next(iter(_alone(records, ("account",))), None)):
        return on_field("company", company.name, test="contains")
    for name in (
        "account",
        "contact",
        "lead",
        "opportunity",
        "course",
        "trainer",
        "batch",
        "learner",
        "campaign",
        "product",
    ):
        field = kind.field(name)
        fits = [one for one in records if field is not None and one.kind == field.to]
        if len(fits) == 1:
            return on_field(name, fits[0].as_argument())
    return None


def _alone(records: tuple[Record, ...], kinds: tuple[str, ...]) -> Iterator[Record]:
    """The record of each kind that is the only one of its kind."""
    for kind in kinds:
        fits = [one for one in records if one.kind == kind]
        if len(fits) == 1:
            yield fits[0]
