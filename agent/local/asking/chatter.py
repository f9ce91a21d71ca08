"""Sentences around a question that only react or explain: "Thought so. How many …", "Whatever. What is …"."""

from __future__ import annotations

from collections.abc import Iterator

from agent.local.lexicon import words_of
from agent.local.mentions import Named
from agent.local.reading import Reading

_ENDS = frozenset({".", "!", "?", ";", "…"})
_MOST_WORDS = 6
_ORDERS = words_of("crm_orders") | words_of("starters")
_NARROWS = frozenset(
    {"only", "just", "without", "not", "no", "except", "excluding", "open", "won", "lost", "closed", "all", "by", "per"}
)
_NOTHING = words_of("talk") | words_of("asks_nothing") | words_of("narrows_nothing")


def without_chatter(reading: Reading) -> Reading:
    """The question alone, where all other sentences of a turn ask, order and narrow nothing."""
    sentences = list(_sentences(reading))
    while len(sentences) > 1 and _reacts(reading.part(*sentences[0])):
        del sentences[0]
    while len(sentences) > 1 and _says_nothing(reading.part(*sentences[-1])):
        del sentences[-1]
    if not sentences:
        return reading
    end = sentences[-1][1]
    while end < len(reading.text.tokens) and reading.text.tokens[end].norm in _ENDS:
        end += 1
    return reading.part(sentences[0][0], end)


def _sentences(reading: Reading) -> Iterator[tuple[int, int]]:
    tokens = reading.text.tokens
    inside = {place for one in reading.mentions for place in range(one.first + 1, one.last)} | reading.content
    start = 0
    for place, token in enumerate(tokens):
        if token.norm in _ENDS and place not in inside:
            if any(one.is_word for one in tokens[start:place]):
                yield start, place
            start = place + 1
    if any(one.is_word for one in tokens[start:]):
        yield start, len(tokens)


def _reacts(sentence: Reading) -> bool:
    """A few words that name, measure, order and narrow nothing."""
    words = [token.norm for token in sentence.text.tokens if token.is_word]
    measured = sentence.periods or sentence.moments or sentence.amounts or sentence.count or sentence.percents
    return (
        len(words) <= _MOST_WORDS
        and not measured
        and not sentence.mentions
        and not sentence.content
        and not any(word in _NARROWS or (word in _ORDERS and word not in _NOTHING) for word in words)
    )


def _says_nothing(sentence: Reading) -> bool:
    return not sentence.mentions_of(Named.RECORD) and all(
        token.norm in _NOTHING or not token.norm[0].isalnum() for token in sentence.text.tokens
    )
