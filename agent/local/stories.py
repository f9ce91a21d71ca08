"""A turn that first tells and then orders: "there is a new person at Acme, her name is Jane Roe … can you add her"."""

from __future__ import annotations

from collections.abc import Sequence

from agent.local import exchanges, guard, new_records, notes
from agent.local.lexicon import words_of
from agent.local.making import take_creation
from agent.local.model import Guess
from agent.local.parts import Part
from agent.local.reading import Reading
from agent.local.requests import TurnSoFar
from agent.local.split import Chunk
from agent.local.task_order import orders_task

_MOST_TOLD = 8
_MOST_ORDERED = 3
_ORDERS = words_of("crm_orders")
_BEFORE = words_of("skipped") | {"pls", "anyway", "um", "uh"}


def take_story(turn: TurnSoFar, atoms: Sequence[tuple[int, int]], place: int) -> int | None:
    """Adds the record that is made of what the pieces from `place` tell, where an order behind them points back at it.

    Returns:
        the first piece behind that order; None where no story begins here.
    """
    if _orders(turn.reading, atoms[place]):
        return None
    for at in range(place + 1, min(place + _MOST_TOLD, len(atoms))):
        if _points_back(turn.reading.part(*atoms[at])):
            return _taken(turn, atoms, place, at)
        if _orders(turn.reading, atoms[at]):
            return None
    return None


def _taken(turn: TurnSoFar, atoms: Sequence[tuple[int, int]], place: int, at: int) -> int | None:
    told = (atoms[place][0], atoms[at][0])
    before, here = len(turn.requests), list(turn.here)
    for end in range(min(at + _MOST_ORDERED, len(atoms)), at, -1):
        if any(_orders(turn.reading, one) for one in atoms[at + 1 : end]):
            continue
        first, last = atoms[at][0], atoms[end - 1][1]
        part = Part(Chunk(first, last, hard=True), turn.reading.part(first, last), Guess((("command", 1.0),)))
        if guard.is_ban(part.reading):
            return None
        if take_creation(turn, part, story_at=told):
            return end
        del turn.requests[before:]
        turn.here[:], turn.clarify = here, None
    return None


def _points_back(piece: Reading) -> bool:
    return (
        notes.keeps(piece)
        or notes.lacks_a_record(piece)
        or exchanges.points_back(piece)
        or new_records.points_back(piece)
    )


def _orders(reading: Reading, atom: tuple[int, int]) -> bool:
    piece = reading.part(*atom)
    words = (token.norm for token in piece.text.tokens if token.norm not in _BEFORE)
    return next(words, "") in _ORDERS or orders_task(piece)
