"""Money, percentages, scores and counts in a person's words, with their bounds: `over 50k`, `between 10 and 20 grand`."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_SCALES = {
    "k": 1_000, "grand": 1_000, "thousand": 1_000, "m": 1_000_000, "mm": 1_000_000, "mn": 1_000_000, "mio": 1_000_000,
    "mil": 1_000_000, "million": 1_000_000, "millions": 1_000_000, "bn": 1_000_000_000, "b": 1_000_000_000,
    "billion": 1_000_000_000, "lakh": 100_000, "lakhs": 100_000, "lac": 100_000, "crore": 10_000_000,
    "tsd": 1_000, "tausend": 1_000, "millionen": 1_000_000, "mrd": 1_000_000_000,
}  # fmt: skip
_WORDS: dict[str, int | Decimal] = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "twenty five": 25, "thirty": 30, "forty": 40,
    "fifty": 50, "sixty": 60, "seventy": 70, "seventy five": 75, "eighty": 80, "ninety": 90, "hundred": 100,
    "a hundred": 100, "one hundred": 100, "two hundred": 200, "three hundred": 300, "four hundred": 400,
    "five hundred": 500, "half a": Decimal("0.5"), "quarter of a": Decimal("0.25"), "a quarter of a": Decimal("0.25"), "half of a": Decimal("0.5"), "a quarter": Decimal("0.25"),
    "quarter": Decimal("0.25"), "a couple of hundred": 200, "one and a half": Decimal("1.5"), "a dozen": 12, "dozen": 12,
}  # fmt: skip
_UNITS = {
    word: place
    for place, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"), start=1)
}
_TEENS = {word: place for place, word in enumerate(
    ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"), start=10
)}  # fmt: skip
_TENS = {word: 10 * place for place, word in enumerate(
    ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
)}  # fmt: skip
_BELOW_HUNDRED = f"(?:(?:{'|'.join(_TENS)})(?:[ -](?:{'|'.join(_UNITS)}))?|{'|'.join(_TEENS)}|{'|'.join(_UNITS)})"
_SPELT = rf"(?:(?:a|{'|'.join(_UNITS)}) hundred(?: (?:and )?{_BELOW_HUNDRED})?|{_BELOW_HUNDRED})"
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_WORD = "|".join((_SPELT, *sorted(_WORDS, key=len, reverse=True)))
CURRENCY_CODES = frozenset(
    [
        "usd",
        "eur",
        "gbp",
        "chf",
        "jpy",
        "cny",
        "inr",
        "aud",
        "cad",
        "nzd",
        "sgd",
        "hkd",
        "sek",
        "nok",
        "dkk",
        "pln",
        "czk",
        "huf",
        "aed",
        "sar",
        "zar",
        "brl",
        "mxn",
        "clp",
        "krw",
        "thb",
        "idr",
        "myr",
    ]
)
"""Codes that are no words of every day ("all", "top" and "try" are)."""
_CODES = "|".join(sorted(CURRENCY_CODES))
_AMOUNT = (
    rf"(?:(?P<sign{{n}}>[€$£¥₹]|{_CODES}) ?)?(?:(?P<digits{{n}}>\d[\d.,']*)|(?P<word{{n}}>{_WORD})(?= (?:{_SCALE})\b))"
    rf"(?: ?(?P<scale{{n}}>{_SCALE})\b)?(?: ?(?P<unit{{n}}>euros?|dollars?|bucks|pounds?|quid|yen|rupees?|francs?|{_CODES}|[€$£¥₹])(?!\w))?"
    r"|(?P<figures{n}>five|six|seven|eight) figures?"
)
_MIN = (
    r"over|above|more than|greater than|bigger than|larger than|higher than|at least|>=|> =|>|north of|upwards of|"
    r"exceeding|exceeds|beyond|minimum(?: of)?|min|no less than|not less than|worth at least|starting at|past|from|"
    r"not under|not below"
)
_MAX = (
    r"under|below|less than|smaller than|lower than|up to|at most|<=|< =|<|maximum(?: of)?|max|no more than|"
    r"not more than|south of|cheaper than|not over|not above"
)
_RANGE = re.compile(
    rf"(?<!\w)(?:(?P<opener>between|from) )?(?:{_AMOUNT.format(n=1).replace('(?= (?:' + _SCALE + ')', '(?= (?:and|to|' + _SCALE + ')')}) (?:and|to|-|through|until) (?:{_AMOUNT.format(n=2)})(?![\w%])"
)
_BOUND = re.compile(
    rf"(?<!\w)(?:(?P<bound>{_MIN}|{_MAX}) (?:the )?)?(?:{_AMOUNT.format(n=1)})(?: ?(?P<after>\+|(?:and up|and above|and over|or more|or above|or higher|plus|and bigger|and higher|or less|or below|and below|and under|upwards?|or bigger|tops)(?! ?[\d€$£])))?(?![\w%])"
)
_PERCENT = re.compile(r"(?<![\w.])(\d+(?:[.,]\d+)?) ?(?:%|percent\b|pct\b|per cent\b)")
_SCORE_BEFORE = re.compile(r"(?:scor\w*|rated|rating|points?|grade\w*)(?: of| is| are| at| the| lead)*$")
_SCORE_AFTER = re.compile(r"^ ?(?:points?|score)")
_IS_MAX = re.compile(_MAX)
_ENDS_MAX = frozenset({"or less", "or below", "and below", "and under", "tops"})


@dataclass(frozen=True, slots=True)
class Amount:
    """A bounded or bare amount. Neither money nor score: a bare bound that only a list of scores can take."""

    start: int
    end: int
    low: Decimal | None
    high: Decimal | None
    is_money: bool
    is_score: bool = False
    bare: bool = False


def number(value: Decimal) -> int | float:
    """A plain JSON number: an integer where nothing is lost."""
    return int(value) if value == value.to_integral_value() else float(value)


def read_digits(text: str, *, scaled: bool) -> Decimal | None:
    """Digits with separators of either convention: `3,000`, `1.200.000`, `1,5` before a scale."""
    text = text.strip(".,'")
    if re.fullmatch(r"\d{1,3}(?:[,.']\d{3})+", text) and not (scaled and re.fullmatch(r"\d{1,3}[.,]\d{3}", text)):
        return Decimal(re.sub(r"[,.']", "", text))
    if re.fullmatch(r"\d+(?:[.,]\d+)?", text):
        return Decimal(text.replace(",", "."))
    if re.fullmatch(r"\d{1,3}(?:[,']\d{3})+\.\d+", text):
        return Decimal(re.sub(r"[,']", "", text))
    if re.fullmatch(r"\d{1,3}(?:[.']\d{3})+,\d+", text):
        return Decimal(re.sub(r"[.']", "", text).replace(",", "."))
    return None


def find_amounts(norm: str, taken: list[tuple[int, int]]) -> list[Amount]:
    """Amounts in a cleaned-up text, outside the spans already understood as something else."""
    found: list[Amount] = []
    for match in _RANGE.finditer(norm):
        if _free(match.span(), taken) and (amount := _range(match, norm)):
            found.append(amount)
    spans = [*taken, *((one.start, one.end) for one in found)]
    for match in _BOUND.finditer(norm):
        below = _BELOW_NOTHING.search(norm[: match.start()])
        if _free(match.span(), spans) and not below and (amount := _bounded(match, norm)):
            found.append(amount)
            spans.append(match.span())
    return sorted(found, key=lambda one: one.start)


def find_percent(norm: str) -> list[tuple[int, int]]:
    return [match.span() for match in _PERCENT.finditer(norm)]


_BELOW_NOTHING = re.compile(r"(?:(?<!\w)(?:minus|negative)|(?:^|(?:to|=|:|is|of) )-) ?$")
"""Before an amount that is less than nothing, which no field holds."""


def _free(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return all(span[1] <= start or span[0] >= end for start, end in taken)


def _value(match: re.Match[str], n: int, *, scale: str | None = None) -> Decimal | None:
    if match[f"figures{n}"]:
        return Decimal(10) ** ({"five": 4, "six": 5, "seven": 6, "eight": 7}[match[f"figures{n}"]])
    scale = match[f"scale{n}"] or scale
    factor = _SCALES[scale] if scale else 1
    if match[f"word{n}"]:
        return spelt(match[f"word{n}"]) * factor
    value = read_digits(match[f"digits{n}"], scaled=bool(scale))
    return None if value is None else value * factor


def spelt(words: str) -> Decimal:
    """A number in words: `three hundred and twenty five`, `half a`; 0 for words that are none."""
    if words in _WORDS:
        return Decimal(_WORDS[words])
    head, hundred, rest = words.rpartition("hundred")
    value = 100 * _UNITS.get(head.strip(), 1) if hundred else 0
    known = _UNITS | _TEENS | _TENS
    return Decimal(value + sum(known[word] for word in re.split(r"[ -]", rest.strip()) if word in known))


def _marked(match: re.Match[str], n: int) -> bool:
    return any(match[f"{group}{n}"] for group in ("sign", "scale", "unit", "figures"))


def _range(match: re.Match[str], norm: str) -> Amount | None:
    borrowed = match["scale2"] if not match["scale1"] and not match["figures1"] else None
    if match["digits1"] and match["scale2"] and len(re.sub(r"\D", "", match["digits1"])) > 3:
        borrowed = None
    low, high = _value(match, 1, scale=borrowed), _value(match, 2)
    if low is None or high is None or low > high:
        return None
    is_score = _is_score(match, norm)
    is_money = not is_score and (_marked(match, 1) or _marked(match, 2) or high >= 1000)
    maybe_score = not is_money and match["opener"] is not None and 10 <= high <= 100
    if not (is_money or is_score or maybe_score) or _is_year(match["digits1"]):
        return None
    return Amount(match.start(), match.end(), low, high, is_money, is_score)


def _bounded(match: re.Match[str], norm: str) -> Amount | None:
    value = _value(match, 1)
    if value is None:
        return None
    is_score = _is_score(match, norm)
    after = match["after"] or ""
    bound = match["bound"] or ""
    is_money = not is_score and (_marked(match, 1) or (bool(bound or after) and value >= 500 and bound != "from"))
    maybe_score = bool(bound or after) and bound != "from" and 10 <= value <= 100 and not _marked(match, 1)
    if not (is_money or maybe_score or (is_score and (bound or after or value <= 100))):
        return None
    if not _marked(match, 1) and _is_year(match["digits1"]) and not bound:
        return None
    if after in _ENDS_MAX or (bound and _IS_MAX.fullmatch(bound)):
        return Amount(match.start(), match.end(), None, value, is_money, is_score)
    return Amount(match.start(), match.end(), value, None, is_money, is_score, bare=not (bound or after))


def _is_year(digits: str | None) -> bool:
    return bool(digits and re.fullmatch(r"(?:19|20)\d\d", digits))


def _is_score(match: re.Match[str], norm: str) -> bool:
    if _marked(match, 1):
        return False
    before = norm[: match.start()].rstrip()
    return bool(_SCORE_BEFORE.search(before) or _SCORE_AFTER.match(norm[match.end() :]))


_NUMBER = r"(?<!\w)(?P<n>\d{1,3}|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|fifty)"
_RANK = (
    r"top|first|best|biggest|largest|highest|hottest|newest|oldest|latest|worst|lowest|smallest|greatest|strongest|"
    r"weakest|riskiest|freshest|juiciest|closest|nearest|stalest|longest|fattest|warmest|coldest|soonest|earliest"
)
_NOUN = (
    r"deals?|opportunit(?:y|ies)|leads?|accounts?|customers?|prospects?|contacts?|tasks?|ones?|whales?|"
    r"records?|results?|names|people|reps|companies|items?|things|actions|steps|moves|patterns|reasons|entries|calls"
)
_COUNTS = (
    re.compile(rf"(?:{_RANK}|only|just|(?:show|list|give)(?: me| us)?|max|maximum|limit|limit (?:it )?to|up to|most recent|most valuable|most promising|name) (?:the )?(?:of )?{_NUMBER}(?! ?(?:%|weeks?|days?|months?|quarters?|years?|k\b|grand|million|lines?|sentences?|words?|pm|am|at\b|minutes?|hours?|stages?))(?!\w)"),
    re.compile(rf"{_NUMBER} (?:of )?(?:my |our |the |their |his |her )?(?:{_RANK}|most \w+)(?! of)"),
    re.compile(rf"(?<!over )(?<!than )(?<!above )(?<!under )(?<!least )(?<!call )(?<!with )(?<!closed )(?<!won )(?<!lost ){_NUMBER} (?:\w+ )?(?:{_NOUN})(?!\w)"),
)  # fmt: skip
_ASKING = _COUNTS[:2]
MOST_ROWS = 200
"""The longest list a tool gives."""
_ONE = re.compile(rf"(?:my|our|the|single|whats?|is) (?:single )?(?:{_RANK}|most \w+) (?:\w+ )?(?:deal|opportunity|lead|account|customer|prospect|whale|one)(?!\w)|^(?:{_RANK}) (?:open |lost |won )?(?:deal|opportunity|lead|account|customer|prospect)(?!\w)")  # fmt: skip
_COUNT_WORDS = {word: index for index, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"])} | {
    "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50}  # fmt: skip


def find_count(norm: str) -> tuple[int, int, int] | None:
    """How many rows are wanted: (number, start, end) in the cleaned-up text; `my best lead` wants one.

    None of them (0) is wanted only where a list is asked for: "accounts that have 0 deals" are many.
    """
    for pattern in _COUNTS:
        if match := pattern.search(norm):
            text = match["n"]
            count = int(text) if text.isdigit() else _COUNT_WORDS[text]
            if 0 < count <= MOST_ROWS or (count == 0 and pattern in _ASKING):
                return count, match.start("n"), match.end("n")
    if match := _ONE.search(norm):
        return 1, match.start(), match.start()
    return None
