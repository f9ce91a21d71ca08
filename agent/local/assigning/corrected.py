"""Words that call off what was said before: "no, I meant Tobias", "not Petra", "rather than Monday"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re

from agent.local.reading import Reading

INSTEAD = re.compile(r"(?<!\w)(?:not|rather than|instead of|than|no longer)(?: (?:to|with|for|in|at|on|the|a))* $")
_WRONG = re.compile(r" (?:is|was) (?:wrong|not right|a typo|a mistake)(?!\w)")
NOT_THAT = re.compile(
    r"(?<!\w)(?:i|we) (?:have |had )?(?:meant|mean)(?: to say)?(?!\w)|(?:no|oh|ah|sorry|oops|correction|typo|typing error|on reflection|oh dear|i was wrong|that was wrong|wrong)(?!\w)(?: ,)? ?(?=\S)|(?:not|rather than|instead of) (?:the |to |with |for )?[\w.]+$|would be (?:more prudent|better|right)|(?:is|are) better"
)


def called_off(reading: Reading, span: tuple[int, int]) -> bool:
    """Whether a value is the one that it shall not be: "not Sweden", "Monday was wrong"."""
    return bool(INSTEAD.search(reading.norm[: span[0]])) or bool(_WRONG.match(reading.norm[span[1] :]))
