"""A command on records as requests of their tools: which records it means, and what has to be asked first."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agent.local import guard, questions
from agent.local.becoming import become
from agent.local.bulk import Order, ordered, orders_named
from agent.local.by_list import take_listed
from agent.local.commands import Command, command
from agent.local.consent import spoken_exactly
from agent.local.context import takes_back
from agent.local.kept_fields import asks_for_value, take_kept
from agent.local.made import LINKED
from agent.local.making import take_creation
from agent.local.mentions import Named
from agent.local.parts import Part
from agent.local.reading import Reading
from agent.local.records import Problem, settle
from agent.local.requests import TurnSoFar, span_of
from agent.local.schema import Argument, Clarify, Effect, KindCard, Request, SlotType, ToolCard

UPDATE, DELETE, DEAL, READ = "update_record", "delete_record", "update_opportunity", "read_record"
_EFFECTS = {UPDATE: Effect.WRITE, DELETE: Effect.DELETE, DEAL: Effect.WRITE, READ: Effect.READ}
_SURE = 0.9


def record_cards(kinds: Mapping[str, KindCard], waiting: str = "") -> dict[str, ToolCard]:
    """Cards for commands whose record is still open, so that an answer to "which one?" is understood.

    Args:
        waiting: the tool whose question was asked in the turn before.
    """
    every = tuple(kinds)
    cards = {name: _card(name, "lead", effect, every) for name, effect in _EFFECTS.items()}
    verb, _, name = waiting.partition("_")
    if name in kinds and verb in _OF_ONE and waiting not in cards:
        cards[waiting] = _card(waiting, kinds[name].area, _OF_ONE[verb], LINKED if verb == "create" else (name,))
    return cards


_OF_ONE = {"update": Effect.WRITE, "read": Effect.READ, "create": Effect.WRITE}
"""Verbs whose tools take one record."""


def _card(name: str, area: str, effect: Effect, kinds: tuple[str, ...]) -> ToolCard:
    return ToolCard(name, area, effect, (), (Argument("record", SlotType.RECORD, required=True, kinds=kinds),))


def take_order(turn: TurnSoFar, part: Part) -> bool:
    """Adds what a part orders of records that it describes and does not name, or the question that comes first.

    Its rules begin with a verb and read every word, so that no classifier has to agree.

    Returns:
        whether a rule has read the part.
    """
    if _is_no_order(part) or takes_back(part.reading):
        return False
    if take_listed(turn, part) or take_kept(turn, part) or asks_for_value(turn, part):
        return True
    order = ordered(part.main, turn.kinds, listed=turn.memory.listed, taken=_taken(turn))
    if order is None or (order.selected.words and part.label == "refuse"):
        return False  # "DROP TABLE leads" is no list of leads
    return _described(turn, part, order)


def _taken(turn: TurnSoFar) -> set[tuple[str, str]]:
    """Rows of the last list that something was ordered of since it was shown."""
    frames = [(one.tool, one.arguments) for one in turn.memory.frames] + [
        (one.tool, one.arguments) for one in turn.requests
    ]
    found: set[tuple[str, str]] = set()
    for tool, arguments in reversed(frames):
        if tool.startswith(_LISTS):
            break
        several = arguments.get("records", [])
        each = [*(several if isinstance(several, list) else []), arguments.get("record")]
        found |= {(str(one["kind"]), str(one["id"])) for one in each if isinstance(one, Mapping) and "id" in one}
    return found


_LISTS = ("find_", "overdue_tasks", "next_best_action")


def _is_no_order(part: Part) -> bool:
    """Whether the part asks or forbids; what begins inside a quotation is somebody else's order."""
    return guard.is_question(part.main) or guard.is_ban(part.main) or 0 in part.reading.content


def take_command(turn: TurnSoFar, part: Part) -> bool:
    """Adds what a part orders of records to the turn, or the question that must be answered first.

    Returns:
        whether a rule has read the part.
    """
    if _is_no_order(part):
        return False
    if take_creation(turn, part):
        return True
    wanted = command(part.reading, tuple(turn.kinds.values()))
    if wanted is None:
        return _named(turn, part)
    if wanted.verb == "merge":
        return _merge(turn, part)
    _one(turn, part, wanted)
    return True


def _many(kind: KindCard) -> str:
    return kind.plural.replace("_", " ") if kind.kind != "opportunity" else "deals"


_VERBS = {"update": "change", "delete": "delete", "restore": "restore"}


def _described(turn: TurnSoFar, part: Part, order: Order) -> bool:
    """An order about records that are described and not named, or the question that must be answered first."""
    chosen, kind = order.selected, order.selected.kind
    if chosen.words:
        said = " ".join(chosen.words)
        turn.clarify = Clarify(
            f"I cannot narrow {_many(kind)} by “{said}”, so I change nothing. Which ones do you mean?"
        )
        return True
    if not chosen.where and not chosen.records and chosen.pick == "only":
        verb = _VERBS[order.verb]
        turn.clarify = Clarify(
            f"Which {_many(kind)}? I do not {verb} all of them without a condition: say for example whose, from where "
            "or since when."
        )
        return True
    turn.requests.append(_request(turn, part, order))
    return True


def _request(turn: TurnSoFar, part: Part, order: Order) -> Request:
    chosen, kind = order.selected, order.selected.kind
    where = [dict(one) for one in chosen.where]
    if order.one or chosen.pick != "only":
        described: dict[str, Any] = {"kind": kind.kind, "where": where}
        if chosen.pick != "only":
            described["pick"] = chosen.pick
        own = spoken_exactly(turn.reading, part) and not order.told
        if order.verb == "update":
            arguments = {"record": described, **order.values}
            return Request(f"update_{kind.kind}", kind.area, arguments, _SURE, span_of(part), asked_by_own_words=own)
        return Request(f"{order.verb}_{kind.plural}", kind.area, {"records": [described]}, _SURE, span_of(part))
    some: dict[str, Any] = (
        {"records": [one.as_argument() for one in chosen.records]} if chosen.records else {"where": where}
    )
    if _EVEN_SO.search(turn.reading.norm):
        some["even_so"] = True
    return Request(
        f"{order.verb}_{kind.plural}",
        kind.area,
        {**order.values, **some},
        _SURE,
        span_of(part),
        condition=part.chunk.condition,
    )


_EVEN_SO = re.compile(
    r"(?<!\w)(?:even so|all of them even so|including (?:the )?(?:customers|opted out|those opted out)|no exceptions|without exception)(?!\w)"
)


def _one(turn: TurnSoFar, part: Part, wanted: Command) -> None:
    name = DELETE if wanted.verb == "delete" else DEAL if wanted.kinds == ("opportunity",) else UPDATE
    # A deal is often called by its account; the tool finds the open deal on it, or asks which.
    kinds = ("opportunity", "account") if name == DEAL else wanted.kinds
    argument = Argument("record", SlotType.RECORD, required=True, kinds=kinds)
    card = ToolCard(name, "lead", _EFFECTS[name], (), (argument,))
    clause = _without_owner(part.reading, wanted)
    settled = settle(clause, card, argument, whole=turn.reading, memory=turn.memory, here=turn.here, list_step=None)
    if settled.problem is not None or not settled.records:
        problem = settled.problem or Problem("record")
        turn.clarify = questions.about_record(card, problem, wanted.values)
        return
    record = settled.records[0]
    base = Request(
        name, "lead", {**wanted.values, "record": record.as_argument()}, _SURE, span_of(part),
        asked_by_own_words=settled.exact and spoken_exactly(turn.reading, part) and not wanted.told,
    )  # fmt: skip
    turn.requests.append(resolved(base, turn.kinds))
    turn.here.insert(0, record)


def _without_owner(clause: Reading, wanted: Command) -> Reading:
    """The clause without the name of the new owner, who may have namesakes among the records ("give it to Oskar")."""
    owner = wanted.values.get("owner")
    if not isinstance(owner, Mapping) or not clause.references:
        return clause
    others = tuple(
        one
        for one in clause.mentions
        if not any((who.kind, who.id) == ("user", str(owner["id"])) for who in one.records)
    )
    return replace(clause, mentions=others)


def _named(turn: TurnSoFar, part: Part) -> bool:
    """An order about a named record that only the forms of `bulk` read: by how much or until when something moves."""
    found = orders_named(part.main, turn.kinds)
    if found is None:
        return become(turn, part)
    _, values, span = found
    about = part.main.part(*part.main.text.token_range(*span))
    deals = "opportunity" in values and "account" not in values
    kinds = (*values, "account") if deals else tuple(values)
    argument = Argument("record", SlotType.RECORD, required=True, kinds=kinds)
    card = _card(UPDATE, "lead", Effect.WRITE, kinds)
    settled = settle(about, card, argument, whole=about, memory=turn.memory, here=turn.here, list_step=None)
    if settled.problem is not None or not settled.records:
        turn.clarify = questions.about_record(card, settled.problem or Problem("record"), next(iter(values.values())))
        return True
    record = settled.records[0]
    by_account = deals and record.kind == "account"
    said = values["opportunity" if by_account else record.kind]
    own = settled.exact and spoken_exactly(turn.reading, part)
    tool = DEAL if by_account else UPDATE
    base = Request(tool, "lead", {**said, "record": record.as_argument()}, _SURE, span_of(part), asked_by_own_words=own)
    turn.requests.append(resolved(base, turn.kinds))
    turn.here.insert(0, record)
    return True


def _merge(turn: TurnSoFar, part: Part) -> bool:
    """Two or more records of one kind that are named; the first one stays."""
    named = [
        tuple(one for one in mention.records if one.kind in ("account", "contact", "lead"))
        for mention in part.reading.mentions_of(Named.RECORD)
    ]
    chosen = list(dict.fromkeys(options[0] for options in named if len(options) == 1))
    if len(chosen) < 2 or len({one.kind for one in chosen}) != 1:
        return False
    kind = turn.kinds[chosen[0].kind]
    arguments = {"keep": chosen[0].as_argument(), "merge": [one.as_argument() for one in chosen[1:]]}
    turn.requests.append(Request(f"merge_{kind.plural}", kind.area, arguments, _SURE, span_of(part)))
    return True


def resolved(request: Request, kinds: Mapping[str, KindCard]) -> Request:
    """A request of a command whose record is known now, as one of the tool of its kind."""
    record: Any = request.arguments.get("record")
    if request.tool.startswith("create_") and isinstance(record, Mapping) and request.tool != "create_task":
        values = {name: value for name, value in request.arguments.items() if name != "record"}
        return replace(request, arguments={**values, str(record["kind"]): dict(record)})
    if request.tool not in _EFFECTS or not isinstance(record, Mapping):
        return request
    if request.tool == DEAL:
        return replace(request, area=kinds["opportunity"].area)
    kind = kinds[str(record["kind"])]
    values = {name: value for name, value in request.arguments.items() if name != "record"}
    if request.tool == READ:
        return replace(request, tool=f"read_{kind.kind}", area=kind.area)
    if request.tool == DELETE:
        return replace(request, tool=f"delete_{kind.plural}", area=kind.area, arguments={"records": [dict(record)]})
    return replace(request, tool=f"update_{kind.kind}", area=kind.area, arguments={"record": dict(record), **values})
