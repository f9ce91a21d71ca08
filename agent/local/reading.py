"""Reading: a text with everything in it that has a name or a type, and the same text with those things typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

from agent.local.cleanup import Speller, clean_up
from agent.local.content import Content, find_content
from agent.local.lapses import Lapse, find_lapses, lapses_since
from agent.local.lexicon import everyday
from agent.local.mentions import (
    Mention,
    Named,
    find_countries,
    find_records,
    find_references,
    find_values,
    name_words,
    negated,
)
from agent.local.moments import Moment, timing
from agent.local.periods import Found, find_periods
from agent.local.quantities import Amount, find_amounts, find_count, find_percent
from agent.local.schema import Directory, Record, Vocabulary
from agent.local.when import Clock, Unsettled
from agent.local.words import Text, Token, tokenise


@dataclass(frozen=True)
class Reading:
    """One text, or one part of it, read.

    `periods`, `moments`, `lapses`, `amounts` and `references` stand on characters of `text.norm`, mentions on tokens.
    """

    text: Text
    mentions: tuple[Mention, ...]
    periods: tuple[Found, ...]
    moments: tuple[Moment, ...]
    lapses: tuple[Lapse, ...]
    amounts: tuple[Amount, ...]
    count: tuple[int, int, int] | None
    references: tuple[tuple[int, int, str, int | None], ...]
    percents: tuple[tuple[int, int], ...]
    content: frozenset[int]
    known: frozenset[str]
    now: datetime
    year_start: int
    week_start: int
    unsettled: tuple[Unsettled, ...] = ()
    """Words of a day or a time that there is not, or that may be either of two."""
    anchor: date | None = None
    """The day that was spoken of before, which "the day after" is beside."""

    @property
    def norm(self) -> str:
        return self.text.norm

    def mentions_of(self, what: Named) -> list[Mention]:
        return [mention for mention in self.mentions if mention.what is what]

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """For each token what it is read as: a word, `<type>` on the first token of a typed thing, "" on its others."""
        labels: dict[int, str] = dict.fromkeys(self.content, "<text>")
        for kind, first, last in self._spans():
            if not any(position in labels for position in range(first, last)):
                labels[first] = f"<{kind}>"
                labels.update(dict.fromkeys(range(first + 1, last), ""))
        words = enumerate(self.text.tokens)
        return tuple(labels[place] if place in labels else self._word(token) for place, token in words)

    def _word(self, token: Token) -> str:
        if token.is_word and token.norm.isalpha() and len(token.norm) > 2 and token.norm not in self.known:
            return "<unk>"
        return token.norm

    @cached_property
    def typed(self) -> tuple[str, ...]:
        """The tokens with named things replaced by their types and content by `<text>`; punctuation is left out."""
        result: list[str] = []
        for word in self.labels:
            is_plain = word[:1].isalnum() or word.startswith("<") or word == "?"
            if word and is_plain and not (word in {"<text>", "<unk>"} and result and result[-1] == word):
                result.append(word)
        return tuple(result)

    def _spans(self) -> list[tuple[str, int, int]]:
        spans = [(_kind(mention), mention.first, mention.last) for mention in self.mentions]
        for amount in self.amounts:
            spans.append(("money" if amount.is_money else "score", *self.text.token_range(amount.start, amount.end)))
        for lapse in self.lapses:
            spans.append((lapse.kind.value, *self.text.token_range(lapse.start, lapse.end)))
        for start, end in self.percents:
            spans.append(("percent", *self.text.token_range(start, end)))
        for moment in self.moments:
            if moment.at or moment.exact or not any(_overlap(moment, found) for found in self.periods):
                spans.append(("when", *self.text.token_range(moment.start, moment.end)))
        for found in self.periods:
            single = found.when.bare and found.when.past.first == found.when.past.last
            spans.append(("when" if single else "period", *self.text.token_range(found.start, found.end)))
        spans += [("when", *self.text.token_range(one.start, one.end)) for one in self.unsettled]
        if self.count and self.count[2] > self.count[1]:
            spans.append(("count", *self.text.token_range(self.count[1], self.count[2])))
        return spans

    def part(self, first: int, last: int) -> Reading:
        """The reading of the tokens from `first` up to, not including, `last`; each is read once."""
        if (first, last) not in self._parts:
            self._parts[first, last] = self._read_part(first, last)
        return self._parts[first, last]

    @cached_property
    def _parts(self) -> dict[tuple[int, int], Reading]:
        return {}

    def _read_part(self, first: int, last: int) -> Reading:
        text = self.text.part(first, last)
        inside = tuple(
            Mention(m.what, m.first - first, m.last - first, m.records, m.dimension, m.value, m.exact, m.negated)
            for m in self.mentions
            if first <= m.first and m.last <= last
        )
        content = frozenset(position - first for position in self.content if first <= position < last)
        anchor = self._day_before(first) or self.anchor
        # Words that say no time in the whole say none in a part of it.
        timeless = not (self.periods or self.moments or self.lapses or self.unsettled)
        return _measure(
            text, inside, content, self.known, self.now, self.year_start, self.week_start, anchor, timeless=timeless
        )

    def without(self, first: int, last: int) -> Reading:
        """The reading of the tokens before `first` and from `last` on."""
        gone = last - first
        tokens = (*self.text.tokens[:first], *self.text.tokens[last:])
        kept = tuple(
            one if one.last <= first else replace(one, first=one.first - gone, last=one.last - gone)
            for one in self.mentions
            if one.last <= first or last <= one.first
        )
        content = frozenset(
            place if place < first else place - gone for place in self.content if not first <= place < last
        )
        text = Text(self.text.written, tokens)
        return _measure(text, kept, content, self.known, self.now, self.year_start, self.week_start, self.anchor)

    def _day_before(self, first: int) -> date | None:
        """The last day named before a token."""
        if first >= len(self.text.tokens):
            return None
        start = self.text.span(first, first + 1)[0]
        return next((one.day for one in reversed(self.moments) if one.day is not None and one.end <= start), None)


def retold(reading: Reading, first: int, last: int) -> Reading:
    """A part in which what somebody is said to want counts as told; quoted and pasted words stay content.

    Args:
        reading: a whole turn.
    """
    quoted = [one for one in find_content(reading.text.written) if not one.reported]
    return replace(reading, content=_content_tokens(reading.text, quoted)).part(first, last)


def _kind(mention: Mention) -> str:
    if mention.what is Named.RECORD:
        return "user" if all(record.kind == "user" for record in mention.records) else "record"
    return mention.dimension if mention.what is Named.VALUE else mention.what.value


def _overlap(moment: Moment, found: Found) -> bool:
    return moment.start < found.end and found.start < moment.end


def read(
    written: str, *, speller: Speller, vocabulary: Vocabulary, directory: Directory, focus: Sequence[Record],
    now: datetime, year_start: int = 1, week_start: int = 0, anchor: date | None = None,
) -> Reading:  # fmt: skip
    """Reads a text as its writer meant it. Pure but for the one question to the directory."""
    raw = tokenise(written)
    words = [token.norm for token in raw.tokens if token.is_word and _may_name(token)]
    candidates = {(record.kind, record.id): record for record in (*directory.lookup(words), *focus, *vocabulary.people)}
    listed = _value_words(vocabulary)
    text = clean_up(raw, speller=speller, names=name_words(candidates.values()), values=listed)
    content = _content_tokens(text, find_content(written))
    values = [mention for mention in find_values(text, vocabulary) if mention.first not in content]
    wide = find_countries(text)
    named = [
        one for one in find_records(text, tuple(candidates.values()), [(one.first, one.last) for one in values])
        # A country that is spelt right is no name with a typing error.
        if one.exact or not any(land.first < one.last and one.first < land.last for land in wide)
    ]  # fmt: skip
    values = [one for one in values if not any(one.first < other.last and other.first < one.last for other in named)]
    # "New Zealand" is a country, and no new business beside a word that nobody knows.
    values = [one for one in values if not any(_within_land(one, land) for land in wide)]
    spans = [(mention.first, mention.last) for mention in (*values, *named)]
    lands = [land for land in wide if not any(land.first < last and first < land.last for first, last in spans)]
    mentions = (*values, *named, *lands)
    marked = tuple(_with_negation(text, mention) for mention in mentions)
    return _measure(
        text,
        tuple(sorted(marked, key=lambda one: one.first)),
        content,
        speller.known,
        now,
        year_start,
        week_start,
        anchor,
    )


def _within_land(value: Mention, land: Mention) -> bool:
    longer = land.last - land.first > value.last - value.first
    return longer and land.first <= value.first and value.last <= land.last


def _value_words(vocabulary: Vocabulary) -> frozenset[str]:
    names = (name for values in vocabulary.values.values() for pair in values.items() for name in (pair[0], *pair[1]))
    return frozenset(word for name in names for word in name.lower().split())


def _may_name(token: Token) -> bool:
    return len(token.norm) > 1 and (token.is_capitalised or token.norm not in everyday())


def _with_negation(text: Text, mention: Mention) -> Mention:
    of_people = any(record.kind == "user" for record in mention.records)
    if (mention.what is Named.RECORD and not of_people) or not negated(text, mention):
        return mention
    return Mention(
        mention.what,
        mention.first,
        mention.last,
        mention.records,
        mention.dimension,
        mention.value,
        mention.exact,
        True,
    )


def _content_tokens(text: Text, stretches: Sequence[Content]) -> frozenset[int]:
    return frozenset(
        position
        for position, token in enumerate(text.tokens)
        if any(stretch.start <= token.start < stretch.end for stretch in stretches)
    )


def _times(
    norm: str, clock: Clock, now: datetime, anchor: date | None
) -> tuple[tuple[Found, ...], tuple[Moment, ...], tuple[Lapse, ...], tuple[Unsettled, ...]]:
    lapses = tuple(find_lapses(norm))
    periods = [one for one in find_periods(norm, clock) if not _within(one, lapses)]
    days = [(one.start, one.end, one.when.past.first) for one in periods if one.when.relation is None]
    lapses += tuple(lapses_since(norm, days, now.date()))
    moments, unsettled = timing(norm, now, year_start=clock.year_start, anchor=anchor)
    moments = [one for one in moments if not _within(one, lapses)]
    periods = [one for one in periods if not _within(one, (*lapses, *unsettled))]
    return tuple(periods), tuple(moments), lapses, tuple(unsettled)


def _measure(
    text: Text,
    mentions: tuple[Mention, ...],
    content: frozenset[int],
    known: frozenset[str],
    now: datetime,
    year_start: int,
    week_start: int,
    anchor: date | None,
    *,
    timeless: bool = False,
) -> Reading:
    norm = _masked(text, mentions, content)
    clock = Clock(now.date(), year_start, week_start)
    periods, moments, lapses, unsettled = ((), (), (), ()) if timeless else _times(norm, clock, now, anchor)
    percents = tuple(find_percent(norm))
    timed = [(one.start, one.end) for one in periods] + [(one.start, one.end) for one in moments]
    timed += [(one.start, one.end) for one in lapses] + [(one.start, one.end) for one in unsettled]
    amounts = tuple(find_amounts(norm, [*timed, *percents]))
    count = find_count(norm)
    timed += [(one.start, one.end) for one in amounts]
    if count and any(count[1] < end and start < count[2] for start, end in timed):
        count = None
    references = tuple(find_references(norm))
    return Reading(
        text,
        mentions,
        periods,
        moments,
        lapses,
        amounts,
        count,
        references,
        percents,
        content,
        known,
        now,
        year_start,
        week_start,
        unsettled,
        anchor,
    )


def _within(found: Found | Moment, others: Sequence[Lapse | Unsettled]) -> bool:
    """`no activity for the last 30 days` says how long, not when; "31 February" is no February."""
    return any(other.start < found.end and found.start < other.end for other in others)


def _masked(text: Text, mentions: tuple[Mention, ...], content: frozenset[int]) -> str:
    """The cleaned-up text with names and content blanked, so that no number or month is read out of them."""
    hidden = set(content)
    for mention in mentions:
        if mention.what is Named.RECORD:
            hidden.update(range(mention.first, mention.last))
    return " ".join(
        "\x00" * len(token.norm) if place in hidden else token.norm for place, token in enumerate(text.tokens)
    )
