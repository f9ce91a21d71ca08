"""How a question wants its records told: counted, added up, averaged, by group, or as a list in some order.

Every finding keeps the characters it was read from, so that what nobody read is known.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from agent.local.asking.ordering import MONEYED, WORTH, Span, is_measured, order_of
from agent.local.conditions import date_of
from agent.local.patterns import compiled
from agent.local.schema import FieldCard, KindCard

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
    order, ordered = order_of(rest, kind, rows=count is not None)
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
    if match := compiled(rf"{BY} (?P<axis>{words})(?!\w)").search(text):
        return axes[match["axis"]], [match.span()]
    asked = rf"(?<!\w)(?:which|what) (?P<axis>{words}) (?:do|does|did|is|are|was|were|has|have|had|come|came|occur|occurs|occurred|appear|appears|bring|brings|brought|got|own|owns)(?: (?P<most>{_MOST}))?(?!\w)"
    if match := compiled(asked).search(text):
        most = compiled(rf"(?<!\w){_MOST}(?!\w)").search(text)
        return axes[match["axis"]], [match.span(), *([most.span()] if most else [])]
    if match := compiled(rf"(?<!\w){_MOST} (?P<axis>{words})(?!\w)").search(text):
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


def _measured(text: str, kind: KindCard) -> tuple[tuple[str, ...], str, list[Span], bool]:
    """The measures, the field they are of, where both are said, and whether the field is named."""
    found = [(match.start(), _MEASURES[match[0]], match.span()) for match in _MEASURE.finditer(text)]
    found += [
        (match.start(), _RANKS[match[0]], match.span())
        for match in _RANK.finditer(text)
        if is_measured(text, match, kind)
    ]
    spans = [span for *_, span in found]
    measures = tuple(dict.fromkeys(how for _, how, _ in sorted(found)))
    if match := _HOW_MUCH.search(text):
        measures, spans = measures or ("sum",), [*spans, _how_much(text, match)]
    main, fields = MONEYED.get(kind.kind, ""), list(_fields_in(text, kind))
    worth = [match.span() for match in WORTH.finditer(text)] if main else []
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
            for match in compiled(rf"(?<!\w){re.escape(word.lower())}s?(?!\w)").finditer(text):
                yield one, match.span()
