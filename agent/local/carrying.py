"""A command on records as requests of their tools: which records it means, and what has to be asked first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agent.local import guard, questions
from agent.local.asking import question
from agent.local.commands import Command, command
from agent.local.creating import creation
from agent.local.mentions import Named
from agent.local.parts import Part
from agent.local.records import Problem, Settled, settle
from agent.local.requests import TurnSoFar, span_of
from agent.local.schema import Argument, Effect, KindCard, Request, SlotType, ToolCard

UPDATE, DELETE, DEAL = "update_record", "delete_record", "update_opportunity"
_EFFECTS = {UPDATE: Effect.WRITE, DELETE: Effect.DELETE, DEAL: Effect.WRITE}
_SURE = 0.9


def record_cards(kinds: Mapping[str, KindCard]) -> dict[str, ToolCard]:
    """Cards for commands whose record is still open, so that an answer to "which one?" is understood."""
    every = tuple(kinds)
    return {
        name: ToolCard(name, "lead", effect, (), (Argument("record", SlotType.RECORD, required=True, kinds=every),))
        for name, effect in _EFFECTS.items()
    }


def take_command(turn: TurnSoFar, part: Part) -> bool:
    """Adds what a part orders of records to the turn, or the question that must be answered first.

    Returns:
        whether a rule has read the part.
    """
    if guard.is_question(part.main) or guard.is_ban(part.main) or 0 in part.reading.content:
        return False  # what begins inside a quotation is somebody else's order
    if (made := creation(part.reading, tuple(turn.kinds.values()))) is not None:
        tool, area, arguments = made
        # What stands behind the colon of a note is quoted, and wanted as it is.
        own = 0 not in turn.reading.content if "body" in arguments else not turn.reading.content
        own = own and not part.chunk.condition
        turn.requests.append(Request(tool, area, arguments, _SURE, span_of(part), asked_by_own_words=own))
        return True
    wanted = command(part.reading, tuple(turn.kinds.values()))
    if wanted is None:
        return False
    if wanted.verb == "merge":
        return _merge(turn, part)
    _one(turn, part, wanted)
    return True


def take_question(turn: TurnSoFar, part: Part) -> bool:
    """Adds a question about records of a kind that the rules read; one that a tool made by hand answers is left to it.

    Returns:
        whether it was added.
    """
    asked = question(part.reading, tuple(turn.kinds.values()))
    if asked is None or not (asked.certain or part.label not in turn.cards):
        return False
    turn.requests.append(Request(asked.tool, asked.area, asked.arguments, _SURE, span_of(part)))
    return True


def _one(turn: TurnSoFar, part: Part, wanted: Command) -> None:
    name = DELETE if wanted.verb == "delete" else DEAL if wanted.kinds == ("opportunity",) else UPDATE
    # A deal is often called by its account; the tool finds the open deal on it, or asks which.
    kinds = ("opportunity", "account") if name == DEAL else wanted.kinds
    argument = Argument("record", SlotType.RECORD, required=True, kinds=kinds)
    card = ToolCard(name, "lead", _EFFECTS[name], (), (argument,))
    settled = settle(
        part.reading, card, argument, whole=turn.reading, memory=turn.memory, here=turn.here, list_step=None
    )
    if settled.problem is not None or not settled.records:
        problem = settled.problem or Problem("record")
        turn.clarify = questions.about_record(card, problem, wanted.values)
        return
    record = settled.records[0]
    base = Request(
        name, "lead", {**wanted.values, "record": record.as_argument()}, _SURE, span_of(part),
        asked_by_own_words=_own(turn, part, settled) and not wanted.told,
    )  # fmt: skip
    turn.requests.append(resolved(base, turn.kinds))
    turn.here.insert(0, record)


def _own(turn: TurnSoFar, part: Part, settled: Settled) -> bool:
    exact = all(mention.exact for mention in part.reading.mentions if mention.records)
    return settled.exact and exact and not turn.reading.content and not part.chunk.condition


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
    if request.tool not in _EFFECTS or not isinstance(record, Mapping):
        return request
    if request.tool == DEAL:
        return replace(request, area=kinds["opportunity"].area)
    kind = kinds[str(record["kind"])]
    values = {name: value for name, value in request.arguments.items() if name != "record"}
    if request.tool == DELETE:
        return replace(request, tool=f"delete_{kind.plural}", area=kind.area, arguments={"records": [dict(record)]})
    return replace(request, tool=f"update_{kind.kind}", area=kind.area, arguments={"record": dict(record), **values})
