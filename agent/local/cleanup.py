"""Clean-up: abbreviations, forms of writing and typing errors, mended without ever touching a name or a number."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from agent.local.dictated import joined_addresses, without_spelling
from agent.local.figures import in_figures
from agent.local.lexicon import concepts, cue_words, everyday, forms
from agent.local.periods import MONTHS, WEEKDAYS
from agent.local.words import Text, Token, replace_runs

_LONG_RUN = re.compile(r"(.)\1{2,}")
_VOWELS = str.maketrans("", "", "aeiou")
_TAKES_BACK = frozenset({"undo", "redo"})
"""Words that a slip has to hold all letters of: "undr" is more often "under" than an order to take something back."""


@dataclass(frozen=True)
class Speller:
    """Mends words against the words the model was trained on.

    Attributes:
        counts: word -> how often it stands in the phrases; the commoner word wins between equal repairs.
    """

    counts: dict[str, int]

    @cached_property
    def targets(self) -> list[str]:
        own = {word for word, count in self.counts.items() if count > 1 and len(word) > 3}
        read_as = {word for target in forms().values() for word in target if word.isalpha()}
        return sorted(own | {word for word in (*concepts(), *cue_words(), *read_as) if len(word) > 3})

    @cached_property
    def _short(self) -> list[str]:
        return sorted(word for word, count in self.counts.items() if count > 8 and len(word) == 3)

    @cached_property
    def known(self) -> frozenset[str]:
        return frozenset(self.counts) | everyday() | frozenset(concepts()) | cue_words()

    @cached_property
    def _skeletons(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for word in sorted(self.targets, key=lambda word: self.counts.get(word, 0)):
            if len(skeleton := word.translate(_VOWELS)) >= 2:
                found[skeleton] = word
        return found

    def knows(self, word: str) -> bool:
        """Whether the word, or the word it is an inflection of, is one of ours or of everyday English."""
        if word in self.known:
            return True
        if word.endswith("in") and word + "g" in self.known:
            return False
        return any(stem in self.known for stem in _stems(word))

    def mend(self, word: str, *, values: Collection[str] = ()) -> str:
        """The word meant, or the word itself when nothing is near enough. Values of closed lists are tried first."""
        if len(word) < 3 or not word.isalpha() or word in values:
            return word
        common = word in everyday() or word in concepts()
        if (
            len(word) > 3
            and not common
            and (value := _near_value(word, values))
            and (len(word) > 6 or not self.knows(word))
        ):
            return value
        if self.knows(word):
            return word
        if word.endswith("in") and word + "g" in self.known:
            return word + "g"
        for collapsed in (_LONG_RUN.sub(r"\1", word), _LONG_RUN.sub(r"\1\1", word)):
            if collapsed in self.known:
                return collapsed
        if word == word.translate(_VOWELS) and word in self._skeletons:
            return self._skeletons[word]
        return self._nearest(word)

    def two_words(self, word: str) -> tuple[str, str] | None:
        """Two common words written together (`whydid`), the commoner pair where there are several."""
        if len(word) < 5 or not word.isalpha() or self.knows(word):
            return None
        pairs = [(word[:cut], word[cut:]) for cut in range(2, len(word) - 1)]
        common = [pair for pair in pairs if all(self.counts.get(half, 0) > 12 for half in pair)]
        return max(common, key=lambda pair: min(self.counts[half] for half in pair), default=None)

    def _nearest(self, word: str) -> str:
        if len(word) < 4:
            swapped = [short for short in self._short if sorted(short) == sorted(word) and short[0] == word[0]]
            return swapped[0] if len(swapped) == 1 else word
        allowed = 1 if len(word) < 7 else 2
        near = extract(word, self.targets, scorer=OSA.distance, score_cutoff=allowed, limit=8)
        near = [hit for hit in near if hit[0] not in _TAKES_BACK or sorted(hit[0]) == sorted(word)]
        if not near:
            return word

        def rank(hit: tuple[str, float, int]) -> tuple[float, bool, bool, int]:
            swapped = sorted(hit[0]) == sorted(word)
            return hit[1], not swapped, hit[0][0] != word[0], -self.counts.get(hit[0], 0)

        best = min(near, key=rank)
        long_enough = len(word) > 5 and best[1] <= 1
        return best[0] if long_enough or best[0][0] == word[0] else word


_ENDINGS = (
    "s",
    "es",
    "ed",
    "d",
    "ing",
    "er",
    "r",
    "ers",
    "ly",
    "est",
    "ness",
    "able",
    "ment",
    "ful",
    "less",
    "ish",
    "y",
    "al",
)


def _stems(word: str) -> list[str]:
    """Words that this one may be an inflection of."""
    found = []
    for ending in _ENDINGS:
        if word.endswith(ending) and len(stem := word[: -len(ending)]) > 2:
            if ending in {"d", "r"} and not stem.endswith("e"):
                continue
            found += [stem, stem + "e", stem + "y"] if ending not in {"s", "d", "r"} else [stem]
            if stem[-1] == "i":
                found.append(stem[:-1] + "y")
            if len(stem) > 3 and stem[-1] == stem[-2]:
                found.append(stem[:-1])
    return found


def _near_value(word: str, values: Collection[str]) -> str | None:
    """The value of a closed list that a word is a slip, a plural or the beginning of."""
    long = [value for value in values if len(value) > 3]
    for form in (word, word.removesuffix("s")):
        near = extract(form, long, scorer=OSA.distance, score_cutoff=1 if len(form) < 7 else 2, limit=1)
        if near and (len(near[0][0]) > 4 or sorted(near[0][0]) == sorted(form)):
            return near[0][0]
    begun = [value for value in values if value.startswith(word)]
    return begun[0] if len(begun) == 1 else None


def clean_up(text: Text, *, speller: Speller, names: Collection[str], values: Collection[str] = ()) -> Text:
    """The same text with its words read as they were meant.

    Args:
        names: words (lower case) of the records in play; they are left alone.
        values: words (lower case) of the closed lists; a word one slip away from one is read as it.
    """
    tokens = without_spelling(joined_addresses(_join_hyphens(_without_handles(text.tokens))))
    tokens = _join_dates(tokens)
    tokens = in_figures(tokens, names)
    tokens = replace_runs(tokens, _without(names))
    mended: list[Token] = []
    for place, token in enumerate(tokens):
        if _is_mendable(
            token, tokens[place - 1] if place else None, names, shouted=text.shouted, speller=speller, values=values
        ):
            _mend_into(mended, token, speller, names, values)
        else:
            mended.append(token)
    return Text(text.written, in_figures(replace_runs(mended, _without(names)), names))


def _without(names: Collection[str]) -> dict[tuple[str, ...], tuple[str, ...]]:
    table = forms()
    clashing = [run for run in table if len(run) == 1 and run[0] in names and len(run[0]) > 2]
    return {run: target for run, target in table.items() if run not in clashing} if clashing else table


def _without_handles(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Drops what chat clients add around the words: `@handle` and `:emoji:`."""
    kept: list[Token] = []
    place = 0
    while place < len(tokens):
        here = tokens[place]
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        if here.norm == "@" and after and after.is_word and after.start == here.end:
            place += 2
        elif (
            here.norm == ":"
            and after
            and place + 2 < len(tokens)
            and tokens[place + 2].norm == ":"
            and after.start == here.end
            and tokens[place + 2].start == after.end
        ):
            place += 3
        else:
            kept.append(here)
            place += 1
    return tuple(kept)


def _join_hyphens(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """Hyphens inside a word are dropped, so that `at-risk` reads `at risk`; those between numbers stay."""
    kept = []
    for position, token in enumerate(tokens):
        inside = (
            token.norm == "-"
            and 0 < position < len(tokens) - 1
            and tokens[position - 1].end == token.start
            and tokens[position + 1].start == token.end
            and (tokens[position - 1].is_word or tokens[position + 1].is_word)
        )
        if not inside:
            kept.append(token)
    return tuple(kept)


def _join_dates(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The points inside dates end no sentence: `the 3. December`, `Jan. 5`, `the 28.11. and not before`."""
    kept: list[Token] = []
    for place, token in enumerate(tokens):
        before = kept[-1] if kept else None
        after = tokens[place + 1] if place + 1 < len(tokens) else None
        if token.norm != "." or before is None or after is None or before.end != token.start:
            kept.append(token)
        elif _DAY_AND_MONTH.fullmatch(before.norm) and not after.is_capitalised and len(kept) > 1:
            led = kept[-2].norm in _BEFORE_A_DATE
            kept[-1:] = [replace(before, norm=f"{before.norm}.", end=token.end)] if led else [before, token]
        elif not (
            (before.norm.isdigit() and after.norm in MONTHS)
            or (before.norm in MONTHS and len(before.norm) < _LONGEST_SHORT and after.norm[:1].isdigit())
        ):
            kept.append(token)
    return tuple(kept)


_DAY_AND_MONTH = re.compile(r"\d{1,2}\.\d{1,2}")
_BEFORE_A_DATE = frozenset({"the", "on", "by", "until", "till", "before", "from", "for", "due", "am", "bis"})
_LONGEST_SHORT = 5
_CALENDAR = frozenset({*MONTHS, *WEEKDAYS})
"""Words that are written with a capital letter and are no names."""
_FULL_NAMES = frozenset(word for word in _CALENDAR if len(word) > _LONGEST_SHORT)


def _is_mendable(
    token: Token,
    before: Token | None,
    names: Collection[str],
    *,
    shouted: bool,
    speller: Speller,
    values: Collection[str],
) -> bool:
    """Whether a token may be a slip of the finger: not a name in play, and not written like a name."""
    if not token.is_word or token.norm in names or "@" in token.norm:
        return False
    capitalised = token.is_capitalised and before is not None and not shouted
    if capitalised and before is not None and before.norm not in {".", "!", "?", ":"}:
        return not speller.knows(token.norm) and _near_value(token.norm, {*values, *_CALENDAR}) is not None
    return True


def _mend_into(
    mended: list[Token], token: Token, speller: Speller, names: Collection[str], values: Collection[str]
) -> None:
    """Appends the token as it was meant: mended, cut in two, or with its first letter given to the word before."""
    if mended and not speller.knows(token.norm) and token.norm[1:] in speller.known and len(token.norm) > 2:
        joined = mended[-1].norm + token.norm[0]
        if speller.counts.get(joined, 0) > 12 and joined not in names:
            mended[-1] = replace(mended[-1], norm=joined)
            mended.append(replace(token, norm=token.norm[1:]))
            return
    word = speller.mend(token.norm, values={*values, *(_CALENDAR if token.is_capitalised else _FULL_NAMES)})
    if word == token.norm and (pair := speller.two_words(word)):
        mended.extend(replace(token, norm=half) for half in pair)
    else:
        mended.append(replace(token, norm=word))
