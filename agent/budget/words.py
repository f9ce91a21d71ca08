"""What a person is told about money for language models."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from db.repositories.usage import PurseState

WARN_FROM = Decimal("0.8")


class Whose(StrEnum):
    """The three purses every call is paid from."""

    WORKSPACE = "workspace"
    PERSON = "person"
    TURN = "turn"


_NAMES = {
    Whose.WORKSPACE: "this month's budget for language models",
    Whose.PERSON: "your own budget for language models this month",
    Whose.TURN: "what a single answer may cost in language models",
}


def refused(whose: Whose, state: PurseState) -> str:
    """Why a call was not made, and what happened instead."""
    name = _NAMES[whose]
    why = f"{_capital(name)} is used up" if state.spent_share >= 1 else f"What is left of {name} is not enough"
    return f"{why}; the local model answered instead."


def warning(whose: Whose, state: PurseState, *, oversees: bool, blocks: bool) -> str | None:
    """A sentence once four fifths of a purse are spent.

    Args:
        oversees: whether the person answers for what the workspace spends; others are told that little is left, not
            how much.
        blocks: whether calls are refused once it is empty.
    """
    if not state.spent or state.spent_share < WARN_FROM:
        return None
    name = _NAMES[whose]
    share = f"{(state.spent_share * 100).to_integral_value(ROUND_FLOOR)}%"
    if state.spent_share >= 1:
        after = "the local model answers from now on" if blocks else f"{share}, and language models go on being asked"
        return f"{_capital(name)} is used up: {after}."
    if whose is Whose.WORKSPACE and not oversees:
        return f"Little is left of {name}."
    return f"{share} of {name} is used."


def _capital(name: str) -> str:
    return name[0].upper() + name[1:]
