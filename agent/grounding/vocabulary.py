"""The words a model may add on its own. Every word that is not listed here has to be a tool's.

A list of what may be said, not of what may not: a claim in words, numerals or a language nobody thought of is refused
because its words are not here.
"""

from __future__ import annotations


def spoken(words: str) -> frozenset[str]:
    """A set of words, written as a line of them."""
    return frozenset(words.split())


# They carry a sentence and say nothing by themselves. No negation, no modal verb, no "yes", no time, no comparison, no
# cause, no verb of doing: each of those turns one fact into another.
PLAIN = spoken(
    "a an the it its this that these those they their them there you your yours our ours we us i me "
    "is are was were be been am has have had and also which who whom whose where while whereas but though although "
    "however namely stands stand sits versus vs compared"
)
# They tie a part of a sentence to the one before it.
LINKS = spoken("in of for at on with")
_SAME = {
    "opportunity": "deal", "opportunities": "deal", "worth": "value", "valued": "value", "e-mail": "email",
    "e-mails": "email", "it's": "it", "that's": "that", "there's": "there", "here's": "here", "they're": "they",
    "you're": "you", "i've": "i", "we've": "we", "i'm": "i", "can't": "cannot",
}  # fmt: skip
PHRASES = frozenset(
    {("comes", "to"), ("come", "to"), ("amounts", "to"), ("amount", "to"), ("compared", "to"), ("based", "on")}
)
# A part of a label -> shorter words that mean it and nothing else.
ALIASES: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {
    ("win", "rate"): (("rate",),),
    ("open", "pipeline"): (("pipeline",),),
}
# The same, but only beside a figure of the same sentence of a tool, which says what kind of deals they are.
SHORT: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {
    ("closed", "deal"): (("deal",),),
    ("open", "deal"): (("deal",),),
}
# "reason Price": the value alone says the same.
DIMENSIONS = ("lead source", "reason", "stage", "region", "product", "industry", "owner", "team")
# Openings of a sentence of a tool that say what kind of sentence it is.
HEADINGS = frozenset({("note",), ("next", "step"), ("definition",), ("scope",)})
# What makes an aside more than an aside.
CAVEATS = spoken("no not nothing none never neither nor cannot few association")


def canonical(word: str) -> str:
    """A word as it is compared: without case, possessive and plural, near synonyms as one."""
    low = word.casefold().replace("’", "'")
    low = _SAME.get(low, low)
    low = low.removesuffix("'s").removesuffix("'")
    return low if low in _KEPT else _SAME.get(low, _singular(low))


def _singular(word: str) -> str:
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


_KEPT = PLAIN | LINKS
