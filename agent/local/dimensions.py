"""Dimensions a figure is broken down by: `by region and product`, `which reps`, `monthly`, `regionwise`."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Sequence

from agent.local.lexicon import cues
from agent.local.patterns import compiled

_GRAINS = ("month", "quarter", "year")
_JOIN = r"(?: ×| \*| ?,| and| then| x| by| and by|, and| &| plus| and then by| and per)"
_OPENER = (
    r"by|per|after|dimensions?|sliced?|segmented|grouped|level|each|every|across|which|what|rank|ranking of|compare|between|among|for all|split by|broken? by|all|"
    r"wise|which of our|which of my|by each|of all|over all|for each|for every|do my|how do|are the|are our|do our"
)
_OVER_TIME = re.compile(r"(?<!\w)(?:over time|trend|trends|trending|trended|development|evolved|evolution|history|historical(?:ly)?|time series|timeline)(?!\w)")  # fmt: skip
_WISE = re.compile(r"(?<!\w)(\w+) ?(?:wise|level|by level)(?!\w)")
_WHO = re.compile(
    r"(?:^|, |and |tell me |show me |know )(?:who|whos|who's)(?: |$)(?!.*\b(?:do i|should i|to call|do we)\b)"
)


def find_dimensions(norm: str, allowed: Sequence[str]) -> list[str]:
    """The dimensions a breakdown is asked for, in the order said, out of those allowed."""
    table = {name: phrases for name, phrases in cues()["dimensions"].items() if name in allowed}
    words = {phrase: name for name, phrases in table.items() for phrase in phrases if phrase != "who"}
    alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    if not alternatives:
        return []
    found: list[tuple[int, str]] = []
    run = re.compile(
        rf"(?<!\w)(?:{_OPENER}) (?:the |our |my |a |sales |of the |individual |single )*((?:{alternatives})(?:{_JOIN} (?:the |our )?(?:{alternatives}))*)(?!\w)"
    )
    single = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)")
    for match in run.finditer(norm):
        if _names_a_period(norm, match.start(1)) or re.search(r"(?:on|in|of|for) (?:my|our) $", norm[: match.start(1)]):
            continue
        found.extend((match.start(1) + hit.start(), words[hit.group()]) for hit in single.finditer(match[1]))
    found.extend(_adverbs(norm, allowed))
    found.extend((match.start(), words[match[1]]) for match in _WISE.finditer(norm) if match[1] in words)
    if not found and "owner" in allowed and _WHO.search(norm):
        found.append((0, "owner"))
    return list(dict.fromkeys(name for _, name in sorted(found)))


def _names_a_period(norm: str, start: int) -> bool:
    """`what quarter`, `this month`: a time, not a breakdown."""
    return bool(re.search(r"(?:this|last|next|the last|same) $", norm[:start]))


def _adverbs(norm: str, allowed: Sequence[str]) -> list[tuple[int, str]]:
    found = []
    for grain in _GRAINS:
        if grain in allowed and (
            match := compiled(
                rf"(?<!\w)(?:{grain}ly|{grain} (?:by|after|over|on|for|to) {grain}|from {grain} to {grain}|each {grain}|every {grain})(?!\w)"
            ).search(norm)
        ):
            found.append((match.start(), grain))
    if "month" in allowed and not found and (match := _OVER_TIME.search(norm)):
        found.append(
            (match.start(), "quarter" if "quarter" in allowed and re.search(r"year|quarters", norm) else "month")
        )
    return found
