"""A command on records as requests of their tools: which records it means, and what has to be asked first."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.local import guard, questions
from agent.local.becoming import become
from agent.local.bulk import Order, ordered, orders_named
from agent.local.by_list import take_listed
from agent.local.changing_many import changed_many
from agent.local.commands import Command, command
from agent.local.consent import spoken_exactly
from agent.local.context import last_frame, takes_back
from agent.local.excepting import exception, leaving_out
from agent.local.kept_fields import asks_for_value, take_kept
from agent.local.made import LINKED
from agent.local.making import take_creation
from agent.local.mentions import Named
from agent.local.merging import merging
from agent.local.naming_several import several_named
from agent.local.parts import Part
from agent.local.pointing import POINTS_AT_MANY, before, leaves_open_which
from agent.local.reading import Reading
from agent.local.records import Problem, settle
from agent.local.removing import removal
from agent.local.requests import TurnSoFar, span_of
from agent.local.schema import Argument, Clarify, Effect, KindCard, Record, Request, SlotType, ToolCard

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
    left = exception(part.main)
    main = _behind_the_rows(part.main if left is None else part.main.part(0, left[0]))
    held = before(turn.memory, turn.requests, turn.kinds, main.now, whole=turn.reading.norm, subject=turn.subject)
    order = ordered(main, turn.kinds, held)
    if order is None or order.selected.words:
        order = changed_many(main, turn.kinds, held) or order
    if order is not None and leaves_open_which(main.norm):
        turn.clarify = _WHICH_OF_THEM
        return True
    if order is not None and left is not None and not order.selected.words:
        return _leaving_out(turn, part, order, left[1])
    if order is None or (order.selected.words and part.label == "refuse"):
        return False  # "DROP TABLE leads" is no list of leads
    return _described(turn, part, order)


_TELLS_ROWS = re.compile(
    r"(?:\w+ ){0,3}?(?:the )?(?:first|last|top|bottom) (?:\d{1,2}|two|three|four|five) (?:of (?:them|those|these) )?"
    r"(?:that |which )?(?:i|we) [\w ]+? (?=(?:mark|set|move|put|give|assign|change|push|make|flag) (?:them|those|these|both)(?!\w))"
)


def _behind_the_rows(main: Reading) -> Reading:
    """The order behind words that only tell which rows it is about ("the first two I called, mark them both …")."""
    match = _TELLS_ROWS.match(main.norm)
    if match is None:
        return main
    tokens = range(len(main.text.tokens))
    first = next(at for at in tokens if main.text.span(at, at + 1)[0] >= match.end())
    return main.part(first, len(main.text.tokens))


def _leaving_out(turn: TurnSoFar, part: Part, order: Order, kept: Reading) -> bool:
    """An order of many without those that its last words leave out; what cannot be left out so is asked about."""
    chosen = order.selected
    where = None if chosen.records else leaving_out(chosen.where, kept, chosen.kind, turn.kinds)
    if where is None or not chosen.plural:
        said = kept.text.written_between(0, len(kept.text.tokens)).strip(" .!")
        turn.clarify = Clarify(
            f"I cannot leave out “{said}”, so I change nothing. Which {_many(chosen.kind)} do you mean?"
        )
        return True
    return _described(turn, part, replace(order, selected=replace(chosen, where=tuple(where))))


def _is_no_order(part: Part) -> bool:
    """Whether the part asks or forbids; what begins inside a quotation is somebody else's order."""
    main = part.main
    asks = guard.is_question(main) or guard.asks_by_its_mark(main)
    return asks or guard.is_ban(main) or guard.is_supposed(main) or 0 in part.reading.content


def take_command(turn: TurnSoFar, part: Part) -> bool:
    """Adds what a part orders of records to the turn, or the question that must be answered first.

    Returns:
        whether a rule has read the part.
    """
    if _is_no_order(part):
        return False
    if take_creation(turn, part):
        return True
    if _several(turn, part):
        return True
    before, here = len(turn.requests), list(turn.here)
    wanted = command(part.reading, tuple(turn.kinds.values()))
    if wanted is not None and wanted.verb == "delete" and (part.chunk.condition or _HANGS.search(part.main.norm)):
        turn.clarify = Clarify("I cannot tell yet whether that is so, so I delete nothing. Say it again when it is.")
        return True
    if wanted is not None and wanted.verb == "merge":
        return take_merging(turn, part)
    taken = _named(turn, part) if wanted is None else _one(turn, part, wanted)
    if taken and len(turn.requests) > before and (_means_several(part.main) or _points_at_rows(turn, part.main, here)):
        del turn.requests[before:]
        turn.here[:] = here
        turn.clarify = _WHICH_ONES
    return taken


_WHICH_ONES = Clarify("Which ones do you mean? Name them, or ask for a list of them first.")
_WHICH_OF_THEM = Clarify("Which of them do you mean? Name them, or say what they have in common.")


def _several(turn: TurnSoFar, part: Part) -> bool:
    """A change of each of several records that are named."""
    found = several_named(part.main, turn.kinds)
    if found is None:
        return False
    own = spoken_exactly(turn.reading, part)
    for record in found.records:
        arguments = {**found.values, "record": record.as_argument()}
        tool = f"update_{found.kind.kind}"
        turn.requests.append(Request(tool, found.kind.area, arguments, _SURE, span_of(part), asked_by_own_words=own))
        turn.here.insert(0, record)
    return True


_HANGS = re.compile(r"(?<!\w)(?:if|unless|in case|as long as|provided|should)(?!\w)")
"""What makes a deletion hang on something that nobody has looked at."""


def _means_several(clause: Reading) -> bool:
    """Whether a change of a single record would be less than the words say ("the last three", "both")."""
    named = [one for one in clause.mentions_of(Named.RECORD) if any(record.kind != "user" for record in one.records)]
    return (bool(POINTS_AT_MANY.search(clause.norm)) or leaves_open_which(clause.norm)) and len(named) <= 1


_SEVERAL = re.compile(r"(?<!\w)(?:them|those|these|they|their)(?!\w)")
_ROWS_OF_OTHERS = frozenset({"overdue_tasks", "next_best_action"})
"""Lists of what is to be done, whose rows are kept as the people and companies that it is about."""
_OF_SEVERAL = ("find_", "summarise_", "overdue_tasks", "next_best_action")


def _points_at_rows(turn: TurnSoFar, clause: Reading, here: Sequence[Record]) -> bool:
    """Whether "them" are the rows of a list or a count just given, and nobody whom this turn names."""
    named = [one for one in clause.mentions_of(Named.RECORD) if any(record.kind != "user" for record in one.records)]
    frame = last_frame(turn.memory)
    if frame is not None and frame.tool in _ROWS_OF_OTHERS and not (named or here):
        return any(place is not None for *_, place in clause.references) or bool(_SEVERAL.search(clause.norm))
    shown = frame is not None and frame.tool.startswith(_OF_SEVERAL)
    several = len(turn.memory.listed) > 1 or (frame is not None and frame.tool.startswith("summarise_"))
    return shown and several and not (named or here) and bool(_SEVERAL.search(clause.norm))


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
    if not order.one and _ONLY_IF.search(part.main.norm):
        turn.clarify = Clarify(
            f"I cannot tell for which {_many(kind)} that is so, so I change nothing. Which ones do you mean?"
        )
        return True
    turn.requests.append(_request(turn, part, order))
    return True


_ONLY_IF = re.compile(r"(?<!\w)(?:if|unless|in case|as long as|provided|whenever)(?!\w)")


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


def _one(turn: TurnSoFar, part: Part, wanted: Command) -> bool:
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
        return True
    if len(settled.records) > 1:
        turn.clarify = _WHICH_ONES
        return True
    record = settled.records[0]
    base = Request(
        name, "lead", {**wanted.values, "record": record.as_argument()}, _SURE, span_of(part),
        asked_by_own_words=settled.exact and spoken_exactly(turn.reading, part) and not wanted.told,
    )  # fmt: skip
    turn.requests.append(resolved(base, turn.kinds))
    turn.here.insert(0, record)
    return True


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
    texts = [one for said in values.values() for one in said.values() if isinstance(one, str)]
    if _ONLY_IF.search(part.main.norm[span[1] :]) and not any(_ONLY_IF.search(one.casefold()) for one in texts):
        turn.clarify = Clarify("I cannot tell yet whether that is so, so I change nothing. Say it again when it is.")
        return True
    about = part.main.part(*part.main.text.token_range(*span))
    deals = "opportunity" in values and "account" not in values
    kinds = (*values, "account") if deals else tuple(values)
    argument = Argument("record", SlotType.RECORD, required=True, kinds=kinds)
    card = _card(UPDATE, "lead", Effect.WRITE, kinds)
    settled = settle(about, card, argument, whole=about, memory=turn.memory, here=turn.here, list_step=None)
    if settled.problem is not None or not settled.records:
        turn.clarify = questions.about_record(card, settled.problem or Problem("record"), next(iter(values.values())))
        return True
    if len(settled.records) > 1 or settled.records[0].kind not in kinds:
        turn.clarify = _WHICH_ONES
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


def take_removal(turn: TurnSoFar) -> bool:
    """Adds what a whole turn deletes, brings back or cancels of what the conversation spoke of.

    Returns:
        whether it does.
    """
    found = removal(turn.reading, turn.kinds, turn.memory)
    if found is None:
        return False
    span = (0, len(turn.reading.text.written))
    by_kind: dict[str, list[dict[str, str]]] = {}
    for record in found.records:
        by_kind.setdefault(record.kind, []).append(record.as_argument())
    for name, records in by_kind.items():
        kind = turn.kinds[name]
        if found.verb == "cancel":
            arguments: dict[str, Any] = {"record": records[0], "status": "cancelled"}
            turn.requests.append(Request(f"update_{name}", kind.area, arguments, _SURE, span, asked_by_own_words=True))
        else:
            arguments = {"records": records}
            turn.requests.append(Request(f"{found.verb}_{kind.plural}", kind.area, arguments, _SURE, span))
    turn.here[:0] = found.records
    return True


def take_merging(turn: TurnSoFar, part: Part | None = None) -> bool:
    """Adds what a part, or the whole turn, merges.

    Returns:
        whether it merges anything.
    """
    found = merging(part.reading if part else turn.reading, turn.kinds, turn.memory)
    if found is None:
        return False
    kind = turn.kinds[found.keep.kind]
    arguments = {"keep": found.keep.as_argument(), "merge": [one.as_argument() for one in found.merge]}
    span = span_of(part) if part else (0, len(turn.reading.text.written))
    turn.requests.append(Request(f"merge_{kind.plural}", kind.area, arguments, _SURE, span))
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
