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
from agent.local.asking.question import HAND_MADE, Question, listing, listing_by_hand, summaries
from agent.local.asking.shape import Shape, axis_of, blanked, shape_of
from agent.local.conditions import (
    Kinds,
    Narrowed,
    names_a_date,
    narrow,
    on_field,
    one_before,
    overlaps,
    related,
    without_names,
)
from agent.local.lexicon import words_of
from agent.local.mentions import Named
from agent.local.patterns import compiled
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
_BEFORE = re.compile(
    r"(?<!\w)(?:the |that |a )?(?P<unit>week|day) (?:before(?: that| it)?(?! last)|prior|earlier)(?!\w)"
)
_PLAIN = re.compile(r"(?<!\w)(?:plain|bare|mere|simple|absolute) (?:count|number)s?(?!\w)")
_SHARE = re.compile(r"(?<!\w)(?:share|percentage|proportion|rate|plain|bare|mere|absolute)(?!\w)")
"""What is asked for before the person is content with a count."""
_ALL = re.compile(r"(?<!\w)(?:all|each|every)(?!\w)")
_COMPARES = re.compile(r"(?<!\w)(?:compare[sd]?|versus|vs|against)(?!\w)")
_NOTHING = (
    words_of("narrows_nothing")
    | words_of("asks_nothing")
    | words_of("talk")
    | frozenset({"but", "well", "too", "&", "instead", "alone", "separately"})
)
_SHORT, _LONGEST = 7, 18
_DATED = ("date", "moment")


_OF_WHICH = (
    "I can reckon over all that fit, and not over the first of them alone. Shall I take all of them? Then say so with "
    "what you want to know, for example “how much are all of them worth”."
)


def going_on(reading: Reading, frame: Frame, kinds: Kinds, *, names_its_kind: bool = False) -> tuple[Question, ...]:
    """The last question with what is said anew laid over it; nothing where the words are about something else, or a
    word is left that no rule reads.

    Args:
        names_its_kind: go on although the words name the kind of records again.
    """
    before = earlier(frame, kinds, reading.now)
    if before is None or reading.content:
        return ()
    whole, reading = reading.norm, without_chatter(reading)
    if not reading.typed or len(reading.typed) > _LONGEST or not (names_its_kind or _goes_on(reading, before.kind)):
        return ()
    norm = without_names(reading).norm
    axis = axis_of(norm, before.kind)[1]
    found = [one for one in _found(reading, before, kinds) if not any(_touches(one, span) for span in axis)]
    shape = shape_of(
        blanked(norm, [(one.start, one.end) for one in found]), before.kind, count=reading.count, date=_date_of(before)
    )
    shape = _measured_again(shape, before, norm)
    shows = shape.lists and AT_ROWS.search(norm)
    if not (found or shape.summarises or shape.order or shape.limit or shows or _SAME.search(norm)):
        return ()
    if _PLAIN.search(whole):
        shape = replace(
            shape, counts=True, measures=(), spans=(*shape.spans, *(one.span() for one in _SHARE.finditer(norm)))
        )
    if _left(reading, before.kind, found, shape):
        return ()
    if before.limited and shape.summarises and AT_ROWS.search(norm) and not _ALL.search(norm):
        return (Question("", before.kind.area, {}, certain=True, unclear=_OF_WHICH),)
    where = _laid_over(_there(before, norm), [dict(one.condition) for one in found])
    return _as_asked(before, where, shape, norm)


_EXTREME = re.compile(r"(?<!\w)(?:(?P<largest>largest|biggest|highest|greatest)|smallest|lowest)(?!\w)")


def _measured_again(shape: Shape, before: Earlier, norm: str) -> Shape:
    """`and the highest?`, after an average: another measure of the same field, and no list."""
    match = _EXTREME.search(norm)
    of = str(before.summary.get("of", ""))
    if match is None or not of or not shape.order or shape.limit or shape.lists or "by" in norm.split():
        return shape
    return replace(shape, order="", measures=("largest" if match["largest"] else "smallest",), of=of)


_THERE = re.compile(r"(?<!in )(?<!are )(?<!is )(?<!out )(?<!\w)there(?! (?:are|is|was|were))(?!\w)")
_PLACES = frozenset({"country", "region", "city"})


def _there(before: Earlier, norm: str) -> Sequence[Mapping[str, Any]]:
    """`there` is the place that was spoken of, and none of the other conditions; "in there" is all of them."""
    places = [one for one in before.where if str(one["field"]).rpartition(".")[2] in _PLACES]
    return places if places and _THERE.search(norm) else before.where


def _goes_on(reading: Reading, kind: KindCard) -> bool:
    """Whether the words open or point like a question that goes on, or are too few to be one of their own."""
    norm = without_names(reading).norm
    norm = blanked(norm, axis_of(norm, kind)[1])
    cue, points = bool(_CUE.match(norm)), bool(SAME_ROWS.search(norm))
    if any(compiled(rf"(?<!\w){re.escape(noun.lower())}(?!\w)").search(norm) for noun in kind.nouns):
        return bool(AT_ROWS.search(norm)) or (cue and kind.kind not in HAND_MADE)
    named = any(record.kind != "user" for mention in reading.mentions_of(Named.RECORD) for record in mention.records)
    return (
        cue or points or bool(_ONLY.search(norm) or _PLAIN.search(norm)) or (len(reading.typed) <= _SHORT and not named)
    )


def _found(reading: Reading, before: Earlier, kinds: Kinds) -> Iterator[Narrowed]:
    """The conditions that are said; a period without a date of its own is on the date that was asked about."""
    related_ = list(_related(reading, before))
    yield from related_
    date = _date_of(before)
    for one in narrow(reading, before.kind, kinds):
        if overlaps(one, related_):
            continue
        field = before.kind.field(str(one.condition["field"]))
        untimed = one.condition.get("test") in ("not_since", "empty", "filled")
        bare = field is not None and field.type in _DATED and not untimed
        if bare and date and not names_a_date(reading, before.kind, one.start):
            yield replace(one, condition={**one.condition, "field": date})
        else:
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
    if match := _BEFORE.search(reading.norm):
        if moved := one_before(period, 7 if match["unit"] == "week" else 1):
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
        one for one in reading.periods if one.when.relation and not any(_touches(one, span) for span in spans)
    ]
    return bool(unread_relation) or any(word not in _NOTHING | nouns for word in unread(reading, spans))


def _touches(one: Found | Narrowed, span: tuple[int, int]) -> bool:
    return one.start < span[1] and span[0] < one.end


def _as_asked(before: Earlier, where: Sequence[Mapping[str, Any]], shape: Shape, norm: str) -> tuple[Question, ...]:
    """The same question over other records, or another one over the same."""
    kind = before.kind
    if shape.summarises or (before.summarised and not (shape.order or shape.limit or shape.lists)):
        own_words = before.hand_made and not (shape.measures or shape.counts or _COMPARES.search(norm))
        return summaries(kind, where, _kept(before, shape, norm), certain=not own_words)
    order = {} if shape.order else dict(before.order)
    asked = replace(
        shape, order=shape.order or str(order.get("order", "")), descending=order.get("descending", shape.descending)
    )
    if kind.kind in HAND_MADE:
        certain = not before.hand_made or (before.summarised and bool(shape.order or shape.lists))
        return listing_by_hand(kind, where, asked, certain=certain)
    return (listing(kind, where, asked, certain=True),)


_IN_TOTAL = re.compile(r"(?<!\w)(?:in total|altogether|together|all in all|how much|in all|combined)(?!\w)")


def _kept(before: Earlier, shape: Shape, norm: str) -> Shape:
    """What is asked with what of the earlier summary still holds: a bare count or total drops the grouping, another
    measure keeps it, and another grouping keeps the measure."""
    summary = before.summary
    whole = shape.counts or (shape.measures == ("sum",) and _IN_TOTAL.search(norm))
    by = shape.by or ({} if whole else _grouping(summary))
    if shape.measures or shape.counts:
        return replace(shape, by=by)
    measure, of = str(summary.get("measure", "count")), str(summary.get("of", ""))
    return replace(shape, by=by, measures=() if measure == "count" or not of else (measure,), of=of)


def _grouping(summary: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(summary[name]) for name in ("by", "grain") if name in summary}


def _laid_over(before: Sequence[Mapping[str, Any]], anew: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The conditions of before without those on a field that is said anew, and the new ones."""
    said = {str(one["field"]) for one in anew}
    kept = [one for one in before if str(one["field"]) not in said]
    return list({str(one): one for one in (*kept, *anew)}.values())
