"""Names that are probably the same name written in two ways."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz.distance import OSA, DamerauLevenshtein

from db.names import fold

_NOT_WORD = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")
_MAX_COMPARED = 2_000
_RARE = 10


def folded(name: str) -> str:
    """The name without case, accents, spaces and punctuation."""
    return _NOT_WORD.sub("", fold(name))


def near_name(name: str, candidates: Sequence[str]) -> str | None:
    """The one candidate that is the same but for spelling; None when there is none or more than one.

    Case, spaces and punctuation do not count; beyond that one slip (a letter too few, too many, wrong or swapped)
    is allowed from five letters on and two from ten, never one in a digit.
    """
    wanted = folded(name)
    same = [candidate for candidate in candidates if folded(candidate) == wanted]
    if same or not wanted:
        return same[0] if len(same) == 1 else None
    close = [candidate for candidate in candidates if _one_slip(wanted, folded(candidate))]
    return close[0] if len(close) == 1 else None


def _one_slip(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    allowed = 0 if shorter < 5 else 1 if shorter < 10 else 2
    if not allowed or _DIGITS.findall(one) != _DIGITS.findall(other) or one[0] != other[0]:
        return False
    return DamerauLevenshtein.distance(one, other, score_cutoff=allowed) <= allowed


def spelling_pairs(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Pairs (rarer, commoner) of values that differ in case, spaces or punctuation only."""
    by_fold: dict[str, list[str]] = {}
    for value in counts:
        by_fold.setdefault(folded(value), []).append(value)
    pairs = []
    for key, values in by_fold.items():
        if key and len(values) > 1:
            first, *others = sorted(values, key=lambda value: (-counts[value], value))
            pairs += [(other, first) for other in others]
    return pairs


def rare_slips(counts: Mapping[str, int]) -> list[tuple[str, str]]:
    """Pairs (rare, common) of long values one slip apart of which one is at least ten times as frequent."""
    common = sorted(counts, key=lambda value: (-counts[value], value))[:_MAX_COMPARED]
    pairs = []
    for rare in common:
        wanted = folded(rare)
        if len(wanted) < 6:
            continue
        near = [
            other
            for other in common
            if counts[other] >= _RARE * counts[rare]
            and folded(other) != wanted
            and OSA.distance(wanted, folded(other), score_cutoff=1) <= 1
            and _one_slip(wanted, folded(other))
        ]
        if len(near) == 1:
            pairs.append((rare, near[0]))
    return pairs


def lexicon_slips(values: Iterable[str], lexicon: frozenset[str]) -> list[tuple[str, str]]:
    """Pairs (value, word) of values that are no word of the lexicon but one slip away from exactly one."""
    by_fold = {folded(word): word for word in lexicon}
    pairs = []
    for value in values:
        wanted = folded(value)
        if wanted in by_fold or len(wanted) < 6 or len(value) > 60:
            continue
        near = [word for key, word in by_fold.items() if _one_slip(wanted, key)]
        if len(near) == 1:
            pairs.append((value, near[0]))
    return pairs
