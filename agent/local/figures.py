"""Numbers in words as figures: `fifty eight thousand` reads `58k`, `five per cent` `5 percent`, `45 K` `45k`.

People dictate amounts. Once they stand as figures, whatever reads amounts reads them; small numbers without a scale
stay words, because they number, count and tell the time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal

from agent.local.words import Token

_UNITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
          "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")  # fmt: skip
SMALL = {word: value for value, word in enumerate(_UNITS)}
TENS = {
    word: 10 * place
    for place, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
} | {"fourty": 40, "ninty": 90}
SCALES = {
    "thousand": 10**3, "grand": 10**3, "k": 10**3, "lakh": 10**5, "lakhs": 10**5, "lac": 10**5, "million": 10**6,
    "mil": 10**6, "mio": 10**6, "crore": 10**7, "billion": 10**9, "bn": 10**9, "tausend": 10**3, "tsd": 10**3,
    "millionen": 10**6, "mrd": 10**9,
}  # fmt: skip
_HALVES = (
    (("half", "a"), Decimal("0.5")), (("half", "of", "a"), Decimal("0.5")), (("a", "quarter"), Decimal("0.25")),
    (("a", "quarter", "of", "a"), Decimal("0.25")), (("quarter", "of", "a"), Decimal("0.25")),
    (("three", "quarters", "of", "a"), Decimal("0.75")),
)  # fmt: skip
_MONEY = frozenset({"€", "$", "£", "euro", "euros", "eur", "dollar", "dollars", "usd", "pounds", "gbp", "chf"})
_THOUSAND = 1000


def in_figures(tokens: Sequence[Token], names: Collection[str] = ()) -> tuple[Token, ...]:
    """The same tokens, with amounts and percentages in words as one token of figures.

    Args:
        names: words of the records in play: one that is written like a name stays.
    """
    words = [token.norm for token in tokens]
    result: list[Token] = []
    place = 0
    while place < len(tokens):
        found = _scaled(words, place) or _percent(words, place) or _grouped(words, place)
        if found is None or any(one.is_capitalised and one.norm in names for one in tokens[place : found[1]]):
            result.append(tokens[place])
            place += 1
            continue
        said, end = found
        run = tokens[place:end]
        raw = " ".join(token.raw for token in run)
        result.append(replace(run[0], norm=said, end=run[-1].end, raw=raw))
        place = end
    return tuple(result)


def whole_in_words(words: Sequence[str]) -> int | None:
    """The number that the words begin with: `twenty five seats` is 25, `a dozen` is 12."""
    if list(words[:2]) == ["a", "dozen"]:
        return 12
    found = _group(words, 0)
    return found[0] if found is not None and words[0] != "a" else None


def _scaled(words: Sequence[str], place: int) -> tuple[str, int] | None:
    """An amount that ends in a scale: in words, or figures with the scale a space apart."""
    if words[place].replace(".", "", 1).isdigit() and words[place + 1 : place + 2] == ["k"]:
        return f"{words[place]}k", place + 2
    if words[place].isdigit() and words[place + 1 : place + 2] == ["dozen"]:
        return str(12 * int(words[place])), place + 2
    first = _scaled_once(words, place)
    if first is None:
        hundreds = _group(words, place)
        if hundreds is None or hundreds[0] < 100 or words[place] == "a":
            return None
        return _written(Decimal(hundreds[0])), hundreds[1]
    value, end, scale = first
    while (more := _scaled_once(words, end)) is not None and more[2] < scale and words[end] != "a":
        value, end, scale = value + more[0], more[1], more[2]
    if scale >= _THOUSAND and (rest := _rest(words, end)) is not None:
        value, end = value + rest[0], rest[1]
    return _written(value), end


def _scaled_once(words: Sequence[str], place: int) -> tuple[Decimal, int, int] | None:
    for said, share in _HALVES:
        end = place + len(said)
        if tuple(words[place:end]) == said and _scale(words, end):
            return share * _scale(words, end), end + 1, _scale(words, end)
    if words[place : place + 1] == ["a"] and _scale(words, place + 1):
        idle = words[place + 1] in ("grand", "k") or (place > 0 and words[place - 1] == "thanks")
        return None if idle else (Decimal(_scale(words, place + 1)), place + 2, _scale(words, place + 1))
    found = _group(words, place)
    if found is None:
        return None
    value, end = Decimal(found[0]), found[1]
    if (pointed := _pointed(words, end)) is not None:
        value, end = value + pointed[0], pointed[1]
    elif words[end : end + 3] == ["and", "a", "half"]:
        value, end = value + Decimal("0.5"), end + 3
    if words[end : end + 1] == ["."] and _scale(words, end + 1):
        end += 1  # "FIFTY. THOUSAND."
    scale = _scale(words, end)
    return (value * scale, end + 1, scale) if scale else None


def _scale(words: Sequence[str], place: int) -> int:
    return SCALES.get(words[place], 0) if place < len(words) else 0


def _pointed(words: Sequence[str], place: int) -> tuple[Decimal, int] | None:
    """The digits behind "point"."""
    if words[place : place + 1] != ["point"]:
        return None
    digits, end = "", place + 1
    while end < len(words) and SMALL.get(words[end], 10) < 10:
        digits, end = digits + str(SMALL[words[end]]), end + 1
    return (Decimal(f"0.{digits}"), end) if digits else None


def _group(words: Sequence[str], place: int) -> tuple[int, int] | None:
    """A number below a thousand, or some hundreds ("fifteen hundred"), and where it ends."""
    value, end = _below_hundred(words, place) or (0, place)
    if end == place and words[place : place + 2] == ["a", "hundred"]:
        value, end = 1, place + 1
    if end == place:
        return None
    if words[end : end + 1] != ["hundred"] or not value:
        return value, end
    value, end = 100 * value, end + 1
    begins = end + 1 if words[end : end + 1] == ["and"] else end
    rest = _below_hundred(words, begins)
    return (value + rest[0], rest[1]) if rest is not None and rest[0] else (value, end)


def _below_hundred(words: Sequence[str], place: int) -> tuple[int, int] | None:
    word = words[place] if place < len(words) else ""
    if word in SMALL:
        return SMALL[word], place + 1
    if word not in TENS:
        return None
    unit = SMALL.get(words[place + 1], 0) if place + 1 < len(words) else 0
    return (TENS[word] + unit, place + 2) if 0 < unit < 10 else (TENS[word], place + 1)


def _rest(words: Sequence[str], place: int) -> tuple[int, int] | None:
    """What follows the thousands: `five hundred`, `and fifty`."""
    if words[place : place + 1] == ["and"]:
        found = _below_hundred(words, place + 1)
        ends = found is not None and (found[1] >= len(words) or words[found[1]] in _MONEY)
        return found if ends else None
    found = _group(words, place)
    return found if found is not None and found[0] >= 100 else None


def _percent(words: Sequence[str], place: int) -> tuple[str, int] | None:
    """A number in words before "percent"; figures with a comma as they are with a point."""
    word = words[place]
    if word.endswith("%") and "," in word:
        return word.replace(",", "."), place + 1
    found = _group(words, place)
    if found is None:
        return None
    value, end = Decimal(found[0]), found[1]
    if (pointed := _pointed(words, end)) is not None:
        value, end = value + pointed[0], pointed[1]
    elif words[end : end + 3] == ["and", "a", "half"]:
        value, end = value + Decimal("0.5"), end + 3
    if words[end : end + 1] in (["percent"], ["pct"], ["%"]) or words[end : end + 2] == ["per", "cent"]:
        return f"{value:f}", end
    return None


def _grouped(words: Sequence[str], place: int) -> tuple[str, int] | None:
    """`12 000 €`: figures in groups of three, beside a sign of money."""
    if not (words[place].isdigit() and len(words[place]) <= 3):
        return None
    end = place + 1
    while end < len(words) and words[end].isdigit() and len(words[end]) == 3:
        end += 1
    marked = (end < len(words) and words[end] in _MONEY) or (place > 0 and words[place - 1] in _MONEY)
    return ("".join(words[place:end]), end) if marked and end > place + 1 else None


def _written(value: Decimal) -> str:
    if value < _THOUSAND:
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    thousands = f"{value / _THOUSAND:f}"
    return f"{thousands.rstrip('0').rstrip('.') if '.' in thousands else thousands}k"
