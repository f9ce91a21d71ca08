"""Sentences that hand over, greet or decline and assert nothing of the records: whole forms, not words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agent.grounding.tokens import BREAKS, Kind, Token, lines_of, tokens_of
from agent.grounding.verdict import Verdict
from agent.grounding.visible import hides
from agent.local.lexicon import concepts, everyday

_THING = (
    "(?:(?:answer|result|record|figure|detail|overview|summary|brief|draft|script|deal|lead|task|step|list|tool|crm)"
    "(?: and )?)"
)
_THE = "(?:the |your |our |a |an |these |this )?"
_THINGS = rf"{_THE}(?:{_THING} ?)+(?:(?:for|in|of|on) {_THE}(?:{_THING} ?)+)?"
_ME = "(?:i|we)"
_HANDOVERS = re.compile(
    rf"(?:hello|hi|hey|thank|thank you|good (?:morning|afternoon|evening))(?: there)?(?: <\w+>)?"
    rf"|you are welcome|(?:{_ME} )?(?:am |are )?(?:happy|glad) to help|hope (?:this|that|it) help"
    rf"|here you (?:go|are)"
    rf"|(?:here|below|above|following) (?:is|are) (?:{_THINGS}|what (?:{_ME}|{_THINGS}) ?(?:have )?"
    rf"(?:found|find|see|have|hold|say|show))(?: for you)?(?: in {_THINGS})?(?: ?you asked for)?"
    rf"|{_ME} (?:have )?(?:found|see) (?:this|these|following|{_THINGS})"
    rf"|(?:please )?let me know if (?:you )?(?:(?:would )?like|want|need) "
    rf"(?:more|anything else|more detail|detail|to see more)"
)  # fmt: skip
_TOPIC = "(?:the |a |an |your |our |my |of |in |for |on |at |with |about |@ ?)+"
_DECLINES = re.compile(
    rf"(?:sorry )?{_TOPIC}(?:is|are) (?:not|outside)(?: part)? ?(?:in |of )?{_THE}(?:crm|record|crm record|data)"
    rf"|(?:sorry )?(?:{_ME} (?:am|are) (?:sorry|afraid) )?(?:but )?{_ME} (?:cannot|can not) "
    rf"(?:help|answer|do|look up|tell|know)(?: you)?(?: with| about)?(?: that| this| it| {_TOPIC})?"
    rf"|{_ME} (?:only )?(?:can )?(?:answer|work|help)(?: only)?(?: you)? (?:from|on|with) {_THINGS}"
    rf"|ask me about (?:{_THE}(?:{_THING} ?|win rate ?)(?:and |or )?)+"
    rf"|how can {_ME} help(?: you)?(?: today)?|goodbye|bye|sorry"
)  # fmt: skip
_LONGEST = 30


def is_handover(tokens: Sequence[Token]) -> bool:
    """`Here is what I found.`"""
    return len(tokens) <= _LONGEST and _HANDOVERS.fullmatch(_words(tokens)) is not None


def judge_talk(text: str, *, question: str) -> Verdict:
    """Whether a model's reply to a turn without tools may be shown.

    Args:
        question: the person's message; everyday words of it may be named as what cannot be answered, words of the
            trade and names may not, because that would be an answer.
    """
    if not text.strip():
        return Verdict.EMPTY
    if hides(text, ()):
        return Verdict.HIDDEN_TEXT
    topic = frozenset(t.value for t in tokens_of(question) if t.kind is Kind.WORD and _everyday(t.value))
    for line in lines_of(text):
        if line.number is not None:
            return Verdict.BARE_FIGURE
        for sentence in line.sentences:
            if not is_handover(sentence.tokens) and not _declines(sentence.tokens, topic):
                return Verdict.UNSUPPORTED
    return Verdict.GROUNDED


def _declines(tokens: Sequence[Token], topic: frozenset[str]) -> bool:
    return len(tokens) <= _LONGEST and (
        _DECLINES.fullmatch(_words(tokens)) is not None or _DECLINES.fullmatch(_words(tokens, topic)) is not None
    )


def _everyday(word: str) -> bool:
    return word in everyday() and word not in concepts() and f"{word}s" not in concepts()


def _words(tokens: Sequence[Token], topic: frozenset[str] = frozenset()) -> str:
    """The words of a sentence in one line; what the person asked about as `@`."""
    words = [t.value for t in tokens if t.kind not in BREAKS]
    return " ".join("@" if word in topic else word for word in (words[:-1] if words[-1:] == ["?"] else words))
