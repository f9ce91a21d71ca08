"""Which records an order of many leaves out: "…, except the ones from referrals", "but not those over 100k".

Conditions all have to hold, so that what is left out can be said of one condition only; more are asked about.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agent.local.conditions import Kinds, narrow
from agent.local.last_asked import Where
from agent.local.lexicon import words_of
from agent.local.reading import Reading
from agent.local.schema import KindCard
from agent.local.selecting import unread

_EXCEPT = re.compile(
    r"[,.;(]? ?(?<!\w)(?:(?:but |and )?(?:except(?: for)?|excepting|excluding|apart from|other than|save for|not counting|leave out|leaving out|skip|skipping|spare|sparing|only not)(?= )"
    r"|(?:but |and |just )?(?:not|without|leave)(?= (?:the|those|these|any|any of the) (?:ones|lot)(?!\w))|(?:but|and|just) (?:not|leave)(?= (?:those|these|the|any|anything|anyone)(?!\w))|(?:but |and |just )?not(?= (?:those|these)(?!\w)))(?P<kept>[^.;]+?)[ .!)]*$"
)
_OPPOSITES = {
    "is": "is_not", "is_not": "is", "above": "at_most", "at_most": "above", "below": "at_least", "at_least": "below",
    "empty": "filled", "filled": "empty",
}  # fmt: skip
_DRESSED = words_of("talk") | words_of("leaves_out")


def exception(reading: Reading) -> tuple[int, Reading] | None:
    """The first token of the words that leave something out, and what they leave out; None where nothing is."""
    match = _EXCEPT.search(reading.norm)
    if match is None:
        return None
    start, at = _token_from(reading, match.start()), _token_from(reading, match.start("kept"))
    last = reading.text.token_range(*match.span("kept"))[1]
    return (start, reading.part(at, last)) if start > 0 and at < last else None


def _token_from(reading: Reading, position: int) -> int:
    """The first token that begins at a place of the text or behind it."""
    spans = (reading.text.span(at, at + 1)[0] for at in range(len(reading.text.tokens)))
    return next((at for at, start in enumerate(spans) if start >= position), len(reading.text.tokens))


def leaving_out(where: Where, kept: Reading, kind: KindCard, kinds: Kinds) -> Where | None:
    """The conditions without what the words leave out; None where the words say more than one condition can."""
    found = narrow(kept, kind, kinds)
    nouns = {word for noun in kind.nouns for word in noun.split()}
    left = [word for word in unread(kept, [(one.start, one.end) for one in found]) if word not in _DRESSED | nouns]
    said = list({str(one.condition): one.condition for one in found}.values())
    if left or len(said) != 1:
        return None
    opposite = _opposite(said[0])
    return None if opposite is None else (*_still_said(where, said[0]), opposite)


def _opposite(condition: Mapping[str, Any]) -> Mapping[str, Any] | None:
    # "Except" may have been read as a "not" of the value itself.
    test = str(condition.get("test", "is"))
    turned = test if test == "is_not" else _OPPOSITES.get(test)
    if turned is None:
        return None
    plain = {name: value for name, value in condition.items() if name != "test"}
    return (
        plain
        if turned == "is"
        else {"field": plain["field"], "test": turned}
        | {name: value for name, value in plain.items() if name != "field"}
    )


def _still_said(where: Where, condition: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [one for one in where if one != condition]
