"""A question that goes on from the last one about records: "and in Austria?", "Enterprise only.", "average by product"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.local.asking.chatter import without_chatter
from agent.local.asking.earlier import Earlier, earlier
from agent.local.asking.pointing import AT_ROWS, SAME_ROWS
from agent.local.asking.question import HAND_MADE, Question, listing, summaries
from agent.local.asking.shape import Shape, blanked, shape_of
from agent.local.conditions import (
    Kinds,
    Narrowed,
    names_a_date,
    narrow,
    on_field,
    overlaps,
    related,
    week_before,
    without_names,
)
from agent.local.lexicon import words_of
from agent.local.mentions import Named
from agent.local.periods import Found
from agent.local.reading import Reading
from agent.local.schema import Frame, KindCard
from agent.local.selecting import unread

_CUE = re.compile(
    r"^\W*(?:(?:and|but|ok|okay|now|so|then|right|also|hmm|please|no|sorry|what about|how about|same|only|just|restrict|limit|narrow|filter|of|from|among|out of|in|for|by|per|with|without|since|how many|how much|which|who|versus|vs|against|compared|how does (?:that|it|this) compare|& )(?!\w) ?,? ?)+"
)
_ONLY = re.compile(r"(?<!\w)(?:only|just|alone|instead|i mean|i meant)(?!\w)")
_ALONE = re.compile(r"(?<!\w)(?P<how>without|with no|with|no) (?:one|it|any|them)(?!\w)")
_SAME = re.compile(
    r"(?<!\w)(?:in |for |over |during |at )?the same (?:period|time|months?|quarter|year|weeks?|stretch|time ?frame)(?! (?:of |in )?last)(?!\w)"
)
_WEEK_BEFORE = re.compile(r"(?<!\w)(?:the |that |a )?week (?:before(?: that| it)?(?! last)|prior|earlier)(?!\w)")
_COMPARES = re.compile(r"(?<!\w)(?:compare[sd]?|versus|vs|against)(?!\w)")
_NOTHING = (
    words_of("narrows_nothing") | words_of("asks_nothing") | words_of("talk") | frozenset({"but", "well", "too", "&"})
)
_SHORT, _LONGEST = 7, 18
_DATED = ("date", "moment")


def going_on(reading: Reading, frame: Frame, kinds: Kinds) -> tuple[Question, ...]:
    """The last question with what is said anew laid over it; nothing where the words are about something else, or a
    word is left that no rule reads."""
    before = earlier(frame, kinds, reading.now)
    if before is None or reading.content:
        return ()
    reading = without_chatter(reading)
    if not reading.typed or len(reading.typed) > _LONGEST or not _goes_on(reading, before.kind):
        return ()
    found = list(_found(reading, before, kinds))
    norm = without_names(reading).norm
    shape = shape_of(
        blanked(norm, [(one.start, one.end) for one in found]), before.kind, count=reading.count, date=_date_of(before)
    )
    if not (found or shape.summarises or shape.order or shape.limit or _SAME.search(norm)):
        return ()
    if _left(reading, before.kind, found, shape):
        return ()
    where = _laid_over(before.where, [dict(one.condition) for one in found])
    return _as_asked(before, where, shape, norm)


def _goes_on(reading: Reading, kind: KindCard) -> bool:
    """Whether the words open or point like a question that goes on, or are too few to be one of their own."""
    norm = without_names(reading).norm
    cue, points = bool(_CUE.match(norm)), bool(SAME_ROWS.search(norm))
    if any(re.search(rf"(?<!\w){re.escape(noun.lower())}(?!\w)", norm) for noun in kind.nouns):
        return bool(AT_ROWS.search(norm)) or (cue and kind.kind not in HAND_MADE)
    named = any(record.kind != "user" for mention in reading.mentions_of(Named.RECORD) for record in mention.records)
    return cue or points or bool(_ONLY.search(norm)) or (len(reading.typed) <= _SHORT and not named)


def _found(reading: Reading, before: Earlier, kinds: Kinds) -> Iterator[Narrowed]:
    """The conditions that are said; a period without a date of its own is on the date that was asked about."""
    related_ = list(_related(reading, before))
    yield from related_
    date = _date_of(before)
    for one in narrow(reading, before.kind, kinds):
        if overlaps(one, related_):
            continue
        field = before.kind.field(str(one.condition["field"]))
        bare = (
            field is not None
            and field.type in _DATED
            and one.condition.get("test") not in ("not_since", "empty", "filled")
        )
        if bare and date and not names_a_date(reading, before.kind, one.start):
            one = replace(one, condition={**one.condition, "field": date})
        yield one
    match = _ALONE.search(reading.norm)
    if match and before.said:
        test = "filled" if match["how"] == "with" else "empty"
        yield Narrowed(on_field(before.said, test=test), *match.span())


def _date_of(before: Earlier) -> str | None:
    """The date that the earlier question was narrowed by."""
    dates = (before.kind.field(str(one["field"])) for one in before.where if one.get("test") != "not_since")
    return next((one.name for one in dates if one is not None and one.type in _DATED), None)


def _related(reading: Reading, before: Earlier) -> Iterator[Narrowed]:
    """`the week before`, `same time last year`: said of the period of the earlier question."""
    name = _date_of(before)
    period = next((one["value"][0] for one in before.where if one["field"] == name and not one.get("test")), None)
    if name is None or not isinstance(period, str):
        return
    if match := _WEEK_BEFORE.search(reading.norm):
        if moved := week_before(period):
            yield Narrowed(on_field(name, moved), *match.span())
        return
    for one in reading.periods:
        if moved := _moved(one, period, reading):
            yield Narrowed(on_field(name, moved), one.start, one.end)


def _moved(one: Found, period: str, reading: Reading) -> str | None:
    if one.when.relation is None:
        return None
    return related(period, one.when.relation, one.when.grain, today=reading.now.date(), year_start=reading.year_start)


def _left(reading: Reading, kind: KindCard, found: Sequence[Narrowed], shape: Shape) -> bool:
    """Whether a word is left that neither a condition nor the shape of the answer has read."""
    norm = reading.norm
    spans = [(one.start, one.end) for one in found] + list(shape.spans)
    spans += [match.span() for match in (_SAME.search(norm), SAME_ROWS.search(norm)) if match]
    nouns = {word for noun in kind.nouns for word in noun.split()}
    unread_relation = [
        one for one in reading.periods if one.when.relation and not any(_in(one, span) for span in spans)
    ]
    return bool(unread_relation) or any(word not in _NOTHING | nouns for word in unread(reading, spans))


def _in(one: Found, span: tuple[int, int]) -> bool:
    return one.start < span[1] and span[0] < one.end


def _as_asked(before: Earlier, where: Sequence[Mapping[str, Any]], shape: Shape, norm: str) -> tuple[Question, ...]:
    """The same question over other records, or another one over the same."""
    kind = before.kind
    if shape.summarises or (before.summarised and not (shape.order or shape.limit or shape.lists)):
        own_words = before.hand_made and not (shape.measures or shape.counts or _COMPARES.search(norm))
        return summaries(kind, where, _kept(before, shape), certain=not own_words)
    order = {} if shape.order else dict(before.order)
    asked = replace(
        shape, order=shape.order or str(order.get("order", "")), descending=order.get("descending", shape.descending)
    )
    if before.hand_made:
        return _by_hand(before, where, asked, certain=bool(shape.order and SAME_ROWS.search(norm)))
    return (_list(kind, where, asked, certain=True),)


def _kept(before: Earlier, shape: Shape) -> Shape:
    """What is asked with what of the earlier summary still holds: a bare count or total drops the grouping, another
    measure keeps it, and another grouping keeps the measure."""
    summary = before.summary
    by = shape.by or ({} if shape.counts or shape.measures == ("sum",) else _grouping(summary))
    if shape.measures or shape.counts:
        return replace(shape, by=by)
    measure, of = str(summary.get("measure", "count")), str(summary.get("of", ""))
    return replace(shape, by=by, measures=() if measure == "count" or not of else (measure,), of=of)


def _grouping(summary: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(summary[name]) for name in ("by", "grain") if name in summary}


def _list(kind: KindCard, where: Sequence[Mapping[str, Any]], shape: Shape, *, certain: bool) -> Question:
    if kind.kind in HAND_MADE:
        return next(iter(_by_hand(Earlier(kind, ()), where, shape, certain=certain)))
    return listing(kind, where, shape, certain=certain)


_SORTS = {
    "opportunity": {("amount", True): "amount", ("amount", False): "smallest", ("created_on", True): "newest",
                    ("created_on", False): "age", ("expected_close", False): "close_date", ("closed_on", True): "close_date",
                    ("expected_close", True): "last_to_close"},
    "lead": {("score", True): "score", ("score", False): "lowest_score", ("arrived_at", True): "newest",
             ("arrived_at", False): "oldest", ("created_at", True): "newest", ("created_at", False): "oldest"},
}  # fmt: skip


def _by_hand(
    before: Earlier, where: Sequence[Mapping[str, Any]], shape: Shape, *, certain: bool
) -> tuple[Question, ...]:
    """The list that is made by hand; nothing where it cannot be put into the order asked for."""
    kind = before.kind
    sort = _SORTS[kind.kind].get((shape.order, shape.descending), "") if shape.order else ""
    if shape.order and not sort:
        return ()
    said: dict[str, Any] = {"status": "any"} if kind.kind == "opportunity" else {}
    outcomes = next((one["value"] for one in where if one["field"] == "outcome" and not one.get("test")), [])
    if len(outcomes) == 1:
        said["status"], where = outcomes[0], [one for one in where if one["field"] != "outcome"]
    said |= {"where": list(where)} if where else {}
    said |= ({"sort": sort} if sort else {}) | ({"limit": shape.limit} if shape.limit else {})
    return (Question(f"find_{kind.plural}", kind.area, said, certain),)


def _laid_over(before: Sequence[Mapping[str, Any]], anew: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The conditions of before without those on a field that is said anew, and the new ones."""
    said = {str(one["field"]) for one in anew}
    return [*(one for one in before if str(one["field"]) not in said), *anew]
