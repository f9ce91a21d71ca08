"""Names of people and companies, mail addresses under `.example`, and telephone numbers kept free for fiction."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

import numpy as np
import polars as pl

from db.demo.draw import Draw, Flags, Ints
from db.demo.words import words

_STEP = 101


def fold(text: str) -> str:
    """Lower case letters and digits only: `Élise Möller` -> `elisemoller`."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("ø", "o")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())


def parts(choices: Sequence[str], codes: Ints) -> pl.Series:
    """The chosen words."""
    return pl.Series(choices, dtype=pl.String).gather(pl.Series(codes))


@cache
def _group(kind: str, group: str) -> tuple[str, ...]:
    return tuple(words("names")[kind][group])


def people(groups: Sequence[str], country: Ints, company: Ints, serial: Ints) -> pl.DataFrame:
    """Names for the `serial`-th person of a company: columns `first_name`, `last_name`, `mailbox`.

    No two people of one company bear the same name while it has fewer than some 500.
    """
    first, last = np.empty(len(country), dtype=object), np.empty(len(country), dtype=object)
    for index, group in enumerate(groups):
        rows = np.flatnonzero(country == index)
        firsts, lasts = _group("first", group), _group("last", group)
        total = len(firsts) * len(lasts)
        combination = (company[rows] * 7_919 + serial[rows] * _STEP + 17 * index) % total
        first[rows] = np.array(firsts, dtype=object)[combination % len(firsts)]
        last[rows] = np.array(lasts, dtype=object)[combination // len(firsts)]
    frame = pl.DataFrame(
        {"first_name": pl.Series(first, dtype=pl.String), "last_name": pl.Series(last, dtype=pl.String)}
    )
    plain = {
        name: fold(name) for kind in ("first", "last") for group in words("names")[kind] for name in _group(kind, group)
    }
    return frame.with_columns(
        mailbox=pl.concat_str(
            pl.col("first_name").replace_strict(plain, return_dtype=pl.String),
            pl.lit("."),
            pl.col("last_name").replace_strict(plain, return_dtype=pl.String),
        )
    )


def company_names(seed: int, industries: Sequence[str], industry: Ints, earlier: Ints | None = None) -> pl.Series:
    """One name per row, never the same twice; `earlier` counts the names of each industry given out before."""
    material, draw = words("names")["company"], Draw(seed, "company names")
    stems, nouns, suffixes = material["stems"], material["nouns"], material["suffixes"]
    named = np.empty(len(industry), dtype=object)
    for index, name in enumerate(industries):
        rows = np.flatnonzero(industry == index)
        total = len(stems) * len(nouns[name])
        serial = np.arange(len(rows)) + (0 if earlier is None else int(earlier[index]))
        order, turn = draw.order(total)[serial % total], serial // total
        named[rows] = [
            f"{stems[k % len(stems)]} {nouns[name][k // len(stems)]}{_suffix(suffixes, int(t))}"
            for k, t in zip(order, turn, strict=True)
        ]
    return pl.Series(named, dtype=pl.String)


def _suffix(suffixes: Sequence[str], turn: int) -> str:
    """Nothing on the first round through the names, then Group, International, ..., Group 2, ..."""
    if turn == 0:
        return ""
    again = (turn - 1) // len(suffixes)
    return f" {suffixes[(turn - 1) % len(suffixes)]}" + (f" {again + 1}" if again else "")


def domains(names: pl.Series) -> pl.Series:
    """`Bramwick Foods` -> `bramwickfoods.example`."""
    return pl.Series([f"{fold(name)}.example" for name in names], dtype=pl.String)


class PhoneBook:
    """Hands out each number once; none where a country keeps no numbers for fiction, or they are used up."""

    def __init__(self) -> None:
        self._taken: dict[str, int] = {}
        self._patterns = [tuple(country["phones"]) for country in words("territory")["country"]]
        self._areas = tuple(words("territory")["area_codes"].split())

    def take(self, country: Ints, wanted: Flags) -> list[str | None]:
        return [self._next(self._patterns[c]) if want else None for c, want in zip(country, wanted, strict=True)]

    def _next(self, patterns: tuple[str, ...]) -> str | None:
        if not patterns:
            return None
        serial = self._taken.get(patterns[0], 0)
        self._taken[patterns[0]] = serial + 1
        pattern, turn = patterns[serial % len(patterns)], serial // len(patterns)
        if "NXX" in pattern:
            pattern, turn = pattern.replace("NXX", self._areas[turn % len(self._areas)]), turn // len(self._areas)
        digits = pattern.count("d")
        if turn >= 10**digits:
            return None
        number = iter(f"{(turn * 73 + 19) % 10**digits:0{digits}d}")
        return "".join(next(number) if sign == "d" else sign for sign in pattern)
