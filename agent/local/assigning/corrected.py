"""Words that call off what was said before: "no, I meant Tobias", "not Petra", "rather than Monday"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re

INSTEAD = re.compile(r"(?<!\w)(?:not|rather than|instead of|than|no longer)(?: (?:to|with|for))? $")
NOT_THAT = re.compile(
    r"(?<!\w)(?:i|we) (?:have |had )?(?:meant|mean)(?: to say)?|(?:no|oh|ah|sorry|oops|correction|typo|typing error|on reflection|oh dear|i was wrong|that was wrong|wrong)(?: ,)? ?(?=\S)|(?:not|rather than|instead of) [\w.]+$|would be (?:more prudent|better|right)|(?:is|are) better"
)
