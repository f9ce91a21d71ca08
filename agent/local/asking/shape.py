"""How a question wants its records told: counted, added up, averaged, by group, or as a list in some order.

Every finding keeps the characters it was read from, so that what nobody read is known.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from agent.local.conditions import date_of
from agent.local.schema import FieldCard, KindCard

Span = tuple[int, int]

_MEASURES = {
    "average": "average", "averages": "average", "avg": "average", "mean": "average", "total": "sum", "totals": "sum",
    "sum": "sum", "sum total": "sum", "in total": "sum", "added up": "sum", "combined": "sum", "together": "sum",
    "altogether": "sum", "all in all": "sum", "maximum": "largest", "max": "largest", "minimum": "smallest",
    "min": "smallest",
}  # fmt: skip
_MEASURE = re.compile(
    rf"(?<!i )(?<!you )(?<!\w)(?:{'|'.join(sorted(_MEASURES, key=len, reverse=True))})(?!\w)(?! number)"
)
_RANKS = {
    "largest": "largest", "biggest": "largest", "highest": "largest", "greatest": "largest", "smallest": "smallest",
    "lowest": "smallest", "tiniest": "smallest",
}  # fmt: skip
_RANK = re.compile(rf"(?<!\w)(?:{'|'.join(_RANKS)})(?!\w)")
_COUNT = re.compile(
    r"(?<!\w)(?:how many(?: of)?|(?:total )?numbers? of|# of|re-?count|headcount of|counts?|count up|how often)(?!\w)(?! (?:on|me))"
)
_HOW_MUCH = re.compile(
    r"(?<!\w)(?:how much(?: (?:money|revenue|value|volume|business))?(?: in total)?|what (?:are|is|was|were) (?:\w+ ){1,6}worth)(?!\w)"
)
_WORTH = re.compile(
    r"(?<!\w)(?:money|revenue|revenues|value|values|worth|volume|turnover|bookings|size|sizes|pipeline value)(?!\w)"
)
"""What people call the money that a kind is measured by, beside the names of its field."""
MONEYED = {"opportunity": "amount", "quota": "amount", "campaign": "budget"}
"""What is added up where nobody says what."""
_GRAINS = ("day", "week", "month", "quarter", "year")
_PERSONS = ("person", "persons", "people", "rep", "reps", "salesperson", "salespeople", "colleague", "user", "owner", "seller", "head", "team member", "sales rep", "whom")  # fmt: skip
_WRITERS = ("owner", "user", "author")
_SPLIT = r"(?:grouped|broken down|broken out|split|split up|divided|distributed|spread|sorted|listed|counted|break down|breaks down|split it|split that|split them|split this|break it down|break that down|break them down|break this down|split itself|a split|breakdown|a breakdown)"
BY = rf"(?<!\w)(?:and )?(?:(?:{_SPLIT} )?(?:by|per|pro)|for each|for every|in each|each|across|{_SPLIT} (?:itself )?(?:on|over|across|between|among|amongst|into))(?: (?:the|our|my|their|each|every|single|all))*"
_MOST = r"(?:(?:the )?(?:most common|most frequent(?:ly)?|most often|commonest|(?:largest|highest|biggest|smallest|lowest) (?:number|share)|most of (?:them|those|these|it)|most|fewest))"
_WHO_MOST = re.compile(
    rf"(?<!\w)who (?:\w+ ){{0,2}}?(?:owns|own|has|have|holds|got|handles|closed|won|lost|made|logged|brought in|works on|looks after|is responsible for|is in charge of) {_MOST}(?: of (?:them|those|these))?(?!\w)"
)
_WHO_OWNS = re.compile(
    r"(?<!\w)(?:who (?:owns|owned|has|had|holds|held|looks after|closed|won|lost|is responsible for|is in charge of|is behind)|whose are) (?:all of )?(?:them|those|these)(?: all)?(?: deals| leads| accounts| contacts| ones)?(?!\w)"
)
_ORDER = re.compile(
    r"(?<!\w)(?:(?P<down>newest|latest|most recent|biggest|largest|highest|greatest|most expensive|most valuable|top|best|hottest)|(?P<up>oldest|earliest|smallest|lowest|cheapest|worst|longest))(?!\w)"
)
_DATED = frozenset({"newest", "latest", "most recent", "oldest", "earliest"})
_SORTED = re.compile(r"(?<!\w)(?:(?:sorted|ordered|ranked|order|sort|rank|ranking) )?by (?:the |their )?")
_DOLLARS = re.compile(r"\$(?: ?\$)*(?!\w| ?\d)")
_LIST = re.compile(
    r"(?<!\w)(?:list|show|which|who are|give me|name|display|pull up|fetch|which ones|who owns|who has|since when)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Shape:
    """`measures` are of the field `of`; `order` is a field, `limit` how many rows are wanted."""

    measures: tuple[str, ...] = ()
    of: str = ""
    counts: bool = False
    by: Mapping[str, str] = field(default_factory=dict)
    order: str = ""
    descending: bool = True
    limit: int | None = None
    lists: bool = False
    names_a_field: bool = False
    """Whether the words name what is measured."""
    spans: tuple[Span, ...] = ()

    @property
    def summarises(self) -> bool:
        return bool(self.measures or self.counts or self.by)


def shape_of(text: str, kind: KindCard, *, count: tuple[int, int, int] | None = None, date: str | None = None) -> Shape:
    """What a normalised text says of how its records are to be told.

    Args:
        text: the words, with names and what conditions were read from blanked.
        count: how many are wanted, and where that is said.
        date: the date by which days are put together; left out, the one that the kind goes by.
    """
    by, spans = axis_of(text, kind, date)
    rest = blanked(text, spans)
    order, ordered = _order(rest, kind, rows=count is not None)
    if order and not by:
        spans, rest = [*spans, *ordered], blanked(rest, ordered)
    else:
        order = ("", True)
    counted = [match.span() for match in _COUNT.finditer(rest)]
    measures, of, measured, named = _measured(blanked(rest, counted), kind)
    if measures and not of and not counted:
        return Shape(spans=tuple(spans))
    if order[0] or (counted and not named):
        measures = ()  # "how many are there in total" counts
    listed = [match.span() for match in _LIST.finditer(text)]
    if count is not None:
        spans.append((count[1], count[2]))
    return Shape(
        measures, of, bool(counted) or _asks_most(text, by), by, *order,
        count[0] if count else _single(text, order[0]), bool(listed), named, (*spans, *counted, *measured, *listed),
    )  # fmt: skip


def blanked(text: str, spans: list[Span]) -> str:
    for start, end in spans:
        text = text[:start] + "\x00" * (end - start) + text[end:]
    return text


def _asks_most(text: str, by: Mapping[str, str]) -> bool:
    """Whether the most frequent group is asked for, which is told by counting."""
    return bool(_WHO_MOST.search(text)) or bool(by and _FREQUENT.search(text))


_FREQUENT = re.compile(r"(?<!\w)(?:most common|most frequent(?:ly)?|most often|commonest)(?!\w)")


_SINGLE = re.compile(
    r"(?<!\w)(?:who|which \w+|which) (?:has|had|is|was|got) the (?:most|fewest|least)(?!\w)|(?<!\w)(?:who|whose|what|which|where|since when|when)(?: \w+)* (?:the )?(?:biggest|largest|highest|smallest|lowest|oldest|newest|latest|cheapest|top|best)(?: (?:one|deal|lead|account|contact))?(?: |$)(?!\w+s(?!\w))"
)


def _single(text: str, order: str) -> int | None:
    """One row, where the words speak of the biggest one."""
    return 1 if order and _SINGLE.search(text) else None


def axis_of(text: str, kind: KindCard, date: str | None = None) -> tuple[Mapping[str, str], list[Span]]:
    """What to group by, and where that is said: "by region", "per rep", "who owns the most", "which loss reasons were the
    most frequent"."""
    axes = _axes(kind, date or date_of(kind))
    if (match := _WHO_OWNS.search(text)) and "person" in axes:
        return axes["person"], [match.span()]
    if (match := _WHO_MOST.search(text)) and "person" in axes:
        return axes["person"], [match.span()]
    words = "|".join(re.escape(word) for word in sorted(axes, key=len, reverse=True))
    if not words:
        return {}, []
    if match := re.search(rf"{BY} (?P<axis>{words})(?!\w)", text):
        return axes[match["axis"]], [match.span()]
    asked = rf"(?<!\w)(?:which|what) (?P<axis>{words}) (?:do|does|did|is|are|was|were|has|have|had|come|came|occur|occurs|occurred|appear|appears|bring|brings|brought|got|own|owns)(?: (?P<most>{_MOST}))?(?!\w)"
    if match := re.search(asked, text):
        most = re.search(rf"(?<!\w){_MOST}(?!\w)", text)
        return axes[match["axis"]], [match.span(), *([most.span()] if most else [])]
    if match := re.search(rf"(?<!\w){_MOST} (?P<axis>{words})(?!\w)", text):
        return axes[match["axis"]], [match.span()]
    return {}, []


def _axes(kind: KindCard, date: str | None) -> dict[str, Mapping[str, str]]:
    """The words for what records of the kind can be grouped by."""
    found: dict[str, Mapping[str, str]] = {}
    for one in kind.fields:
        if one.grouped and one.type not in ("date", "moment"):
            found |= {form: {"by": one.name} for word in one.words for form in _forms(word.lower())}
    writer = next((name for name in _WRITERS if kind.field(name) is not None), None)
    if writer:
        found |= {word: {"by": writer} for word in _PERSONS}
    if date:
        found |= {form: {"by": date, "grain": grain} for grain in _GRAINS for form in (grain, f"{grain}s")}
    return found


def _forms(word: str) -> tuple[str, ...]:
    return (word, f"{word[:-1]}ies") if word.endswith("y") else (word, f"{word}s")


def _order(text: str, kind: KindCard, *, rows: bool) -> tuple[tuple[str, bool], list[Span]]:
    """The field that a list is ordered by, whether the largest come first, and where that is said."""
    if most := _most_of(text, kind):
        return most
    ranked = [match for match in _ORDER.finditer(text) if not _is_measured(text, match, kind)]
    spans = [match.span() for match in ranked]
    down = not any(match["up"] for match in ranked)
    named = (
        _ranked_by(text, ranked, kind) or _ordered_by(text, kind)
        if ranked or rows or _ASKS_ORDER.search(text)
        else None
    )
    if named is not None:
        field = kind.field(named[0])
        dated = field is not None and not field.measured
        return (named[0], down and not (dated and not ranked)), [*spans, named[1]]
    if not ranked:
        return ("", True), []
    if any(match[0] in _DATED for match in ranked):
        return (date_of(kind) or "", down), spans
    return (_main(kind), down), spans


_ASKS_ORDER = re.compile(r"(?:sort|order|rank)\w* by|^\W*(?:please |now |and )*(?:list|show)(?!\w)")


def _is_measured(text: str, rank: re.Match[str], kind: KindCard) -> bool:
    """Whether it is the largest value of a field that is asked for ("the largest amount"), and no record."""
    if _ASKS_WHICH.search(text[: rank.start()]):
        return False
    tail = re.match(
        r"(?: (?:and|,|or|the|of|average|mean|smallest|largest|lowest|highest|biggest))*", text[rank.end() :]
    )
    after = text[rank.end() + (tail.end() if tail else 0) :].lstrip()
    words = {word for one in kind.fields if one.measured for said in one.words for word in (said.lower(),)}
    return any(re.match(rf"{re.escape(word)}s?(?!\w)", after) for word in words) or bool(
        kind.kind in MONEYED and _WORTH.match(after)
    )


def _most_of(text: str, kind: KindCard) -> tuple[tuple[str, bool], list[Span]] | None:
    """`which account has the most employees`."""
    for one in kind.fields:
        for word in one.words if one.measured else ():
            named = rf"(?<!\w)(?:the )?(?P<how>most|fewest|least) {re.escape(word.lower())}s?(?!\w)"
            if match := re.search(named, text):
                return (one.name, match["how"] == "most"), [match.span()]
    return None


def _ranked_by(text: str, ranked: list[re.Match[str]], kind: KindCard) -> tuple[str, Span] | None:
    """`who has the highest score`: the field whose greatest value tells the record that is asked for."""
    for match in ranked:
        for one in kind.fields:
            for word in one.words if one.measured else ():
                if named := re.match(rf" {re.escape(word.lower())}s?(?!\w)", text[match.end() :]):
                    return one.name, (match.start(), match.end() + named.end())
    return None


_ASKS_WHICH = re.compile(r"(?<!\w)(?:who|whose|which)(?: \w+){0,4} (?:the |our |my |its |their )?$")


def _ordered_by(text: str, kind: KindCard) -> tuple[str, Span] | None:
    for match in _SORTED.finditer(text):
        rest = text[match.end() :]
        if (sign := _DOLLARS.match(rest)) and _main(kind):
            return _main(kind), (match.start(), match.end() + sign.end())
        if kind.kind in MONEYED and (worth := _WORTH.match(rest)):
            return MONEYED[kind.kind], (match.start(), match.end() + worth.end())
        fields = [
            (len(word), one.name)
            for one in kind.fields
            if one.measured or one.type in ("date", "moment")
            for word in one.words
            if re.match(rf"{re.escape(word.lower())}s?(?!\w)", rest)
        ]
        if fields:
            length, name = max(fields)
            plural = rest[length : length + 1] == "s"
            return name, (match.start(), match.end() + length + plural)
    return None


def _main(kind: KindCard) -> str:
    """The field that the size of a record is measured by."""
    if kind.kind in MONEYED:
        return MONEYED[kind.kind]
    preferred = ("score", "employees")
    measured = [one.name for one in kind.fields if one.measured]
    return next((name for name in preferred if name in measured), measured[0] if measured else "")


def _measured(text: str, kind: KindCard) -> tuple[tuple[str, ...], str, list[Span], bool]:
    """The measures, the field they are of, where both are said, and whether the field is named."""
    found = [(match.start(), _MEASURES[match[0]], match.span()) for match in _MEASURE.finditer(text)]
    found += [
        (match.start(), _RANKS[match[0]], match.span())
        for match in _RANK.finditer(text)
        if _is_measured(text, match, kind)
    ]
    spans = [span for *_, span in found]
    measures = tuple(dict.fromkeys(how for _, how, _ in sorted(found)))
    if match := _HOW_MUCH.search(text):
        measures, spans = measures or ("sum",), [*spans, _how_much(text, match)]
    main, fields = MONEYED.get(kind.kind, ""), list(_fields_in(text, kind))
    worth = [match.span() for match in _WORTH.finditer(text)] if main else []
    if fields:
        one, longest = max(fields, key=lambda each: each[1][1] - each[1][0])
        measures = measures or (("sum",) if one.type == "money" else ())
        read = [longest, *(worth if one.name == main else [])]
        return (measures, one.name, [*spans, *read], True) if measures else ((), "", [], False)
    named = bool(worth or _HOW_MUCH.search(text))
    measures = measures or (("sum",) if worth else ())
    return measures, main if measures else "", [*spans, *worth], named and bool(main)


def _how_much(text: str, match: re.Match[str]) -> Span:
    """`how much`; of "what are they worth" no more than the last word is read here."""
    return match.span() if match[0].startswith("how much") else (match.end() - len("worth"), match.end())


def _fields_in(text: str, kind: KindCard) -> Iterator[tuple[FieldCard, Span]]:
    for one in kind.fields:
        for word in one.words if one.measured else ():
            for match in re.finditer(rf"(?<!\w){re.escape(word.lower())}s?(?!\w)", text):
                yield one, match.span()
