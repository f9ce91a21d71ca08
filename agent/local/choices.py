"""Arguments with a few possible values, found by the phrases that mean them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

from agent.local.lexicon import cues
from agent.local.schema import Argument

_DENIAL = re.compile(
    r"(?<!\w)(?:not|no|never|without|nobody|no one)"
    r"(?: (?:has|ever|the|any|ones|already|yet|that|those|are|have|been)){0,3} $"
)


@cache
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    alternatives = "|".join(
        re.escape(phrase).replace(r"\#", r"\d+") for phrase in sorted(phrases, key=len, reverse=True)
    )
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")


def cues_of(argument: Argument, area: str) -> dict[str, tuple[str, ...]]:
    """Value -> phrases for an argument: its own first, then those of the shared lexicon for its area or its name."""
    shared = cues().get(f"{argument.name}:{area}") or cues().get(argument.name) or {}
    merged: dict[str, tuple[str, ...]] = {value: tuple(phrases) for value, phrases in argument.cues.items()}
    for value, phrases in shared.items():
        merged[value] = (*merged.get(value, ()), *phrases)
    return merged


def heard(norm: str, table: Mapping[str, Sequence[str]]) -> list[tuple[str, int, int]]:
    """Every value whose phrases stand in the text: (value, start, end), values in the order of the table."""
    found = []
    for value, phrases in table.items():
        if match := _pattern(tuple(phrases)).search(norm):
            found.append((value, match.start(), match.end()))
    return found


def spans(norm: str, table: Mapping[str, Sequence[str]]) -> list[tuple[int, int]]:
    """Everywhere a phrase of any value stands."""
    return [match.span() for phrases in table.values() for match in _pattern(tuple(phrases)).finditer(norm)]


def choose(norm: str, argument: Argument, area: str) -> str | None:
    """The value of a CHOICE that the text asks for, None when it says nothing about it.

    Values come in the order of the lexicon, but for a `kind` of text the one named first is the one wanted.
    """
    fitting = [
        (start, value)
        for value, start, _ in heard(norm, cues_of(argument, area))
        if value in argument.choices and not _denied(norm, start)
    ]
    if not fitting or (argument.name == "focus" and len(fitting) > 1):
        return None  # what separates the won from the lost is asked of both
    return min(fitting)[1] if argument.name == "kind" else fitting[0][1]


def joined(norm: str, argument: Argument, area: str) -> list[str]:
    """The values of a CHOICE that are named in one breath: "new or contacted"; empty where there are not several."""
    found = sorted(
        (start, end, value)
        for value, start, end in heard(norm, cues_of(argument, area))
        if value in argument.choices and not _denied(norm, start)
    )
    beside = all(_AND.fullmatch(norm[one[1] : two[0]]) for one, two in pairwise(found))
    return list(dict.fromkeys(value for *_, value in found)) if len(found) > 1 and beside else []


_AND = re.compile(r" ?(?:or|and|,|/|, or|, and) ?")


def flagged(norm: str, argument: Argument, area: str) -> bool:
    """Whether the cue of a FLAG is heard."""
    phrases = cues_of(argument, area).get("true", ())
    return bool(phrases) and bool(heard(norm, {"true": phrases}))


def _denied(norm: str, start: int) -> bool:
    return bool(_DENIAL.search(norm[max(0, start - 30) : start]))
