"""Whether a clause orders something or only tells how things are."""

from __future__ import annotations

from agent.local.lexicon import words_of
from agent.local.reading import Reading

_TELLING = frozenset(
    {
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "he",
        "she",
        "they",
        "we",
        "i",
        "said",
        "says",
        "signed",
        "became",
        "got",
    }
)
_VERBS = words_of("crm_orders") | words_of("orders")
_BEFORE_VERB = frozenset(
    {
        "please",
        "pls",
        "and",
        "then",
        "also",
        "can",
        "could",
        "you",
        "just",
        "now",
        "kindly",
        "um",
        "uh",
        "ok",
        "okay",
        "so",
        "would",
        "hey",
    }
)


def orders(reading: Reading) -> bool:
    """Whether the clause orders it, by its verb or as tersely as a form, and does not tell how things are."""
    words = [token.norm for token in reading.text.tokens if token.is_word and token.norm not in _BEFORE_VERB]
    return (bool(words) and words[0] in _VERBS) or not _TELLING & set(words)
