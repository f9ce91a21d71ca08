"""The gate for writes: did the person's own words ask for exactly this?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agent.local.schema import Understanding

# Times the parser reads only in part: a person has to look at what was understood before it is carried out.
_HALF_READ = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:"
    r"|\b(?:every|each|daily|weekly|monthly|yearly|recurring)\b|\d{1,2}\.\s?\d{1,2}\.|\b(?:before|after) the\b"
    r"|\b(?:first|last) (?:\w+ )?day of\b|\bin \d{2,} (?:months|years)\b|\b(?:[ecmp][sd]t|cet|cest|gmt|utc|bst|ist)\b"
    r"|\b[a-z]+ time\b(?<!\bany time)(?<!\bsome time)(?<!\bthis time)(?<!\bnext time)(?<!\bon time)",
    re.IGNORECASE,
)


def asked_for(understanding: Understanding, text: str, tool: str, args: Mapping[str, Any]) -> bool:
    """Whether the parser, reading only the person's own words, came to the same tool, record and values."""
    if args.get("due") and _HALF_READ.search(text):
        return False
    return any(
        request.asked_by_own_words and request.tool == tool and not request.feeds and _same(request.arguments, args)
        for request in understanding.requests
    )


def _same(said: Mapping[str, Any], args: Mapping[str, Any]) -> bool:
    def plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(value, Mapping) and {"kind", "id"} <= set(value):
            return (value["kind"], int(value["id"]))
        return value

    return {name: plain(value) for name, value in said.items() if value is not None} == {
        name: plain(value) for name, value in args.items() if value is not None
    }
