"""A change that hangs on something no record tells: "mark it as won once they sign", "unless she objects, give it to Leah".

Nobody waits for it here, so that it is asked about and never made now.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from agent.local.reading import Reading
from agent.local.schema import Clarify, Request

_HANGS = re.compile(
    r"(?<!\w)(?:"
    r"(?<!as )(?<!even )if (?!anything|possible|need(?:ed)?(?!\w)|necessary|at all|not (?:already|yet)|that is ok|that 's ok|it is ok|it is not too|(?:i|you|u) (?:may|can|could|would|do not mind|remember|recall|please|like|have time|get a))"
    r"|unless |in case |provided |as long as |as soon as |the moment |the minute |the day "
    r"|(?<!at )once (?!more|again|and for all|for all|per |a )"
    r"|when (?!i (?:said|say|wrote|typed|put|entered|told|mentioned|meant)|you (?:can|could|get a|have time|have a))"
    r"|(?:until|till|after|before) (?:he|she|they|it|we|i|you|somebody|someone|everybody) )"
)
_OPENS = re.compile(
    r"^(?:(?:and|but|so|then|also|ok|okay|please|only|,) ?)*(?:should (?:he|she|they|it|we|the) |"
    rf"{_HANGS.pattern})"
)
_ENDS = frozenset({".", "!", "?", ";"})
_CHANGES = ("update_", "delete_", "restore_", "merge_")
_ASK = Clarify(
    "I cannot wait for that, so I change nothing now. Say it again when it is so, or have me remind you of it."
)


def hangs_on_something(reading: Reading, requests: list[Request]) -> Clarify | None:
    """The question in place of changes that are not to be made yet; None where every one is to be made now."""
    starts = sorted(one.span[0] for one in requests)
    ends = [next((at for at in starts if at >= one.span[1]), len(reading.text.written)) for one in requests]
    return _ASK if any(_hangs(reading, one, end) for one, end in zip(requests, ends, strict=True)) else None


def _hangs(reading: Reading, request: Request, end: int) -> bool:
    changes = request.tool.startswith(_CHANGES) and not request.tool.startswith("update_rule")
    if not changes or request.gate is not None or "where" in request.arguments or request.amends:
        return False
    first, last, begin = _places(reading, request, end)
    own = " ".join(_own(reading, first, last))
    said = " ".join(_own(reading, begin, last))
    values = " ".join(_texts(request.arguments)).lower()
    found = _OPENS.match(said) or next(
        (one for one in _HANGS.finditer(own) if not _is_told(own, one.start(), values)), None
    )
    return found is not None


def _places(reading: Reading, request: Request, behind: int) -> tuple[int, int, int]:
    """The tokens that a request was read from, and where the sentence begins that they stand in."""
    tokens = reading.text.tokens
    inside = [at for at, one in enumerate(tokens) if request.span[0] <= one.start < request.span[1]]
    if not inside:
        return 0, 0, 0
    marks = [at for at in range(inside[0]) if tokens[at].norm in _ENDS]
    later = range(inside[-1], len(tokens))
    end = next((at for at in later if tokens[at].norm in _ENDS or tokens[at].start >= behind), len(tokens))
    return inside[0], max(end, inside[-1]), marks[-1] + 1 if marks else 0


def _own(reading: Reading, first: int, last: int) -> Iterator[str]:
    """The person's own words, without quotations and the names of records."""
    named = {at for one in reading.mentions if one.records for at in range(one.first, one.last)}
    for at in range(first, last):
        if at not in reading.content:
            yield "it" if at in named else reading.text.tokens[at].norm


def _is_told(own: str, at: int, values: str) -> bool:
    """Whether the words stand in a text that is kept ("next step: call her when she is back")."""
    return bool(values) and own[at : at + _ENOUGH].strip() in values


_ENOUGH = 12


def _texts(arguments: Mapping[str, object]) -> Iterator[str]:
    yield from (value for value in arguments.values() if isinstance(value, str))
