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
_AREAS = ["201", "202", "203", "205", "206", "207", "208", "209", "210", "212", "213", "214", "215", "216", "217", "218", "219", "224", "225", "228", "229", "231", "234", "239", "240", "248", "251", "252", "253", "254", "256", "260", "262", "267", "269", "270", "276", "281", "301", "302", "303", "304", "305", "307", "308", "309", "310", "312", "313", "314", "315", "316", "317", "318", "319", "320", "321", "323", "325", "330", "331", "334", "336", "337", "339", "347", "351", "352", "360", "361", "385", "386", "401", "402", "404", "405", "406", "407", "408", "409", "410", "412", "413", "414", "415", "417", "419", "423", "424", "425", "430", "432", "434", "435", "440", "443", "469", "470", "478", "479", "480", "484", "501", "502", "503", "504", "505", "507", "508", "509", "510", "512", "513", "515", "516", "517", "518", "520", "530", "540", "541", "551", "559", "561", "562", "563", "567", "570", "571", "573", "574", "575", "580", "585", "586", "601", "602", "603", "605", "606", "607", "608", "609", "610", "612", "614", "615", "616", "617", "618", "619", "620", "623", "626", "630", "631", "636", "641", "646", "650", "651", "660", "661", "662", "678", "682", "701", "702", "703", "704", "706", "707", "708", "712", "713", "714", "715", "716", "717", "718", "719", "720", "724", "727", "731", "732", "734", "740", "754", "757", "760", "763", "765", "770", "772", "773", "774", "775", "781", "785", "786", "801", "802", "803", "804", "805", "806", "808", "810", "812", "813", "814", "815", "816", "817", "818", "828", "830", "831", "832", "843", "845", "847", "850", "856", "857", "858", "859", "860", "862", "863", "864", "865", "870", "878", "901", "903", "904", "906", "907", "908", "909", "910", "912", "913", "914", "915", "916", "917", "918", "919", "920", "925", "928", "931", "936", "937", "940", "941", "949", "951", "952", "954", "956", "970", "971", "972", "973", "978", "979", "980", "985", "989"]
"""Area codes of North America; in each the lines 555-0100 to 555-0199 are reserved for fiction."""


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

    def take(self, country: Ints, wanted: Flags) -> list[str | None]:
        return [self._next(self._patterns[c]) if want else None for c, want in zip(country, wanted, strict=True)]

    def _next(self, patterns: tuple[str, ...]) -> str | None:
        if not patterns:
            return None
        serial = self._taken.get(patterns[0], 0)
        self._taken[patterns[0]] = serial + 1
        pattern, turn = patterns[serial % len(patterns)], serial // len(patterns)
        if "NXX" in pattern:
            pattern, turn = pattern.replace("NXX", _AREAS[turn % len(_AREAS)]), turn // len(_AREAS)
        digits = pattern.count("d")
        if turn >= 10**digits:
            return None
        number = iter(f"{(turn * 73 + 19) % 10**digits:0{digits}d}")
        return "".join(next(number) if sign == "d" else sign for sign in pattern)
