"""A clause that says what one record is to become, and which record that is: named, pointed at, or spoken of before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agent.local import questions
from agent.local.assigning import assigned, is_owner, orders
from agent.local.consent import spoken_exactly
from agent.local.mentions import Named
from agent.local.parts import Part
from agent.local.pointing import names_other
from agent.local.reading import Reading
from agent.local.records import Problem, settle
from agent.local.requests import TurnSoFar, span_of
from agent.local.schema import Argument, Effect, KindCard, Record, Request, SlotType, ToolCard

_SURE = 0.9
_MOST_BEFORE = 4
_LISTED = ("product", "campaign", "stage")
"""Kinds whose names stand in closed lists, by the list."""
_SPEAKS_OF = {
    "product": re.compile(r"(?<!\w)(?:product|list price|price|family)(?!\w)"),
    "campaign": re.compile(r"(?<!\w)campaign(?!\w)"),
    "stage": re.compile(r"(?<!\w)(?:stage|probability|rotting|position)(?!\w)"),
}
_OF_A_DEAL = frozenset({"stage", "amount", "expected_close", "next_step", "loss_reason"})


def become(turn: TurnSoFar, part: Part) -> bool:
    """Adds the change to the turn, or the question which record is meant. False where no rule reads the clause."""
    clause = part.main
    named = _named(turn, clause)
    if len(named) > 1:
        return False
    if named:
        return _of_named(turn, part, named[0])
    if (described := _by_list(turn, clause)) is not None:
        return _add(turn, part, *described)
    for record in _spoken_of(turn, clause):
        kind = turn.kinds[record.kind]
        if values := assigned(clause, kind):
            return _add(turn, part, kind, record.as_argument(), values, about=record)
    return False


def _named(turn: TurnSoFar, clause: Reading) -> list[tuple[Record, ...]]:
    """What each name in the clause may mean, among records that can be changed."""
    found = (
        tuple(one for one in dict.fromkeys(mention.records) if _writable(turn, one.kind))
        for mention in clause.mentions_of(Named.RECORD)
        if mention.first not in clause.content and not is_owner(clause, mention)
    )
    return [options for options in found if options]


def _writable(turn: TurnSoFar, kind: str) -> bool:
    return kind in turn.kinds and turn.kinds[kind].writable


def _of_named(turn: TurnSoFar, part: Part, options: tuple[Record, ...]) -> bool:
    """Of the kinds a name may mean, those whose fields the clause speaks of."""
    read: list[tuple[Record, Mapping[str, Any], bool]] = []
    for record in options:
        if values := assigned(part.main, turn.kinds[record.kind]):
            read.append((record, values, False))
        elif record.kind == "account":
            of_deal = assigned(part.main, turn.kinds["opportunity"]) or {}
            read += [(record, of_deal, True)] if _OF_A_DEAL & set(of_deal) else []
    before = [one for one in read if one[0] in (*turn.here, *turn.memory.focus)]
    read = before or read
    if not read:
        return False
    if len(read) > 1:
        return _ask_which(turn, read)
    record, said, by_account = read[0]
    kind = turn.kinds["opportunity" if by_account else record.kind]
    return _add(turn, part, kind, record.as_argument(), said, about=record)


def _ask_which(turn: TurnSoFar, read: Sequence[tuple[Record, Mapping[str, Any], bool]]) -> bool:
    kinds = tuple(dict.fromkeys(record.kind for record, _, _ in read))
    if len(kinds) > 1:
        return False
    kind = turn.kinds[kinds[0]]
    argument = Argument("record", SlotType.RECORD, required=True, kinds=kinds)
    card = ToolCard(f"update_{kind.kind}", kind.area, Effect.WRITE, (), (argument,))
    problem = Problem("record", options=tuple(record for record, _, _ in read)[:6])
    turn.clarify = questions.about_record(card, problem, read[0][1])
    return True


def _by_list(turn: TurnSoFar, clause: Reading) -> tuple[KindCard, Mapping[str, Any], Mapping[str, Any]] | None:
    """`raise the list price of Enterprise`: a product, campaign or stage by its name in a closed list."""
    for name in _LISTED:
        mentions = [one for one in clause.mentions_of(Named.VALUE) if one.dimension == name]
        if len(mentions) != 1 or not _SPEAKS_OF[name].search(clause.norm) or not _writable(turn, name):
            continue
        kind = turn.kinds[name]
        beside = clause.text.span(mentions[0].first, mentions[0].last)
        if values := assigned(clause, kind, beside=(beside,)):
            where = [{"field": "name", "value": [mentions[0].value]}]
            return kind, {"kind": name, "where": where}, values
    return None


def _spoken_of(turn: TurnSoFar, clause: Reading) -> Iterator[Record]:
    """What the clause points at; where it points at nothing, what the turn and then the conversation were about."""
    kinds = tuple(kind.kind for kind in turn.kinds.values() if kind.writable)
    if any(place is not None for *_, place in clause.references):
        argument = Argument("record", SlotType.RECORD, required=True, kinds=kinds)
        card = ToolCard("update_record", "lead", Effect.WRITE, (), (argument,))
        settled = settle(clause, card, argument, whole=clause, memory=turn.memory, here=turn.here, list_step=None)
        yield from settled.records[:1]
        return
    said = " ".join(words for *_, words, _ in clause.references)
    before = [one for one in dict.fromkeys((*turn.here, *turn.memory.focus)) if not names_other(said, one.kind)]
    people = [one for one in before if one.kind in ("contact", "lead")] if _PERSONAL.search(clause.norm) else []
    yield from [one for one in dict.fromkeys((*people, *before)) if _writable(turn, one.kind)][:_MOST_BEFORE]


_PERSONAL = re.compile(r"(?<!\w)(?:him|her|his|he|she)(?!\w)")


def _add(
    turn: TurnSoFar, part: Part, kind: KindCard, record: Mapping[str, Any], values: Mapping[str, Any],
    about: Record | None = None,
) -> bool:  # fmt: skip
    own = orders(part.main) and spoken_exactly(turn.reading, part)
    arguments = {**values, "record": dict(record)}
    tool = f"update_{kind.kind}"
    turn.requests.append(Request(tool, kind.area, arguments, _SURE, span_of(part), asked_by_own_words=own))
    if about is not None:
        turn.here.insert(0, about)
    return True
