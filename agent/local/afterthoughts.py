"""What stands behind an order of many and may narrow it or hold it back: "…, only the old ones", "…. Or wait until Monday".

The order was read without these words. What only tells why, or is polite, leaves it as it is; anything that may say which
ones are meant, or whether at all, is asked about.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.local.reading import Reading
from agent.local.schema import Request
from agent.local.together import reads_only

_OF_MANY = ("update_", "delete_", "restore_")
_MARKS = frozenset({".", "!", "?", ";", ",", ":", "-", "…", "(", ")"})
_TELLS_WHY = re.compile(
    r"(?:and |but |so |well )*(?:because|cause|since|as (?:they|he|she|it|we|i)|they|he|she|it|we|i|you|nobody|that|this|there|thanks|thank|sorry)(?!\w)"
)
_HOLDS_BACK = re.compile(
    r"(?<!\w)(?:wait|hold|stop|pause|unless|if|until|till|except|later|not yet|not now|forget|leave|instead|rather|on second thoughts?|never ?mind)(?!\w)"
)
_NARROWS = re.compile(
    r"(?<!\w)(?:ones?|only|just|mostly|mainly|largely|partly|roughly|half|some|most|few|max|maximum|minimum|at least|per|not|without|those|any|or|which|who|whose|where|especially|particularly|at (?:most|least)|up to|first|last|\d+)(?!\w)"
    r"|^(?:the|these|my|our|but|from|in|for|of|with|by) "
)


def afterthought(reading: Reading, requests: Sequence[Request]) -> str:
    """The words behind an order of many that may change which records it is about; empty where there are none."""
    taken = [one.span for one in requests if not reads_only(one)]
    looks = [one.span for one in requests if reads_only(one)]
    many = [one for one in requests if one.tool.startswith(_OF_MANY) and _of_many(one)]
    for piece in _behind(reading, min((one.span[1] for one in many), default=None)):
        start, end = piece.text.tokens[0].start, piece.text.tokens[-1].end
        asks = piece.norm.endswith("?") or any(
            _within(start, end, span) for span in looks if not _NOT.match(piece.norm)
        )
        if not asks and not any(_within(start, end, span) for span in taken) and _matters(piece.norm.strip(" .,!?")):
            return piece.text.written_between(0, len(piece.text.tokens)).strip(" .,!?")
    return ""


_NOT = re.compile(r"(?:and |but |well |oh |so |ok |just )*(?:not|only|except|without|or|mostly)(?!\w)")


def _of_many(request: Request) -> bool:
    return bool(request.arguments.get("where")) or len(request.arguments.get("records") or ()) > 1


def _within(start: int, end: int, span: tuple[int, int]) -> bool:
    return span[0] <= start and end <= span[1]


def _matters(said: str) -> bool:
    if _HOLDS_BACK.search(said):
        return True
    return bool(_NARROWS.search(said)) and not _TELLS_WHY.match(said)


def _behind(reading: Reading, position: int | None) -> Iterator[Reading]:
    """The pieces between marks behind a place of the written text."""
    if position is None:
        return
    tokens, start = reading.text.tokens, None
    for place, token in enumerate(tokens):
        if token.start < position or token.norm in _MARKS:
            if start is not None:
                yield reading.part(start, place)
            start = None
        elif start is None:
            start = place
    if start is not None:
        yield reading.part(start, len(tokens))
