"""The gate for writes: did the person's own words ask for exactly this?"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from agent.local.schema import Request, Understanding
from tools.registry import by_name

# Times the parser reads only in part: a person has to look at what was understood before it is carried out.
_HALF_READ = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:"
    r"|\b(?:every|each|daily|weekly|monthly|yearly|recurring)\b|\d{1,2}\.\s?\d{1,2}\.|\b(?:before|after) the\b"
    r"|\b(?:first|last) (?:\w+ )?day of\b|\bin \d{2,} (?:months|years)\b|\b(?:[ecmp][sd]t|cet|cest|gmt|utc|bst|ist)\b"
    r"|\b[a-z]+ time\b(?<!\bany time)(?<!\bsome time)(?<!\bthis time)(?<!\bnext time)(?<!\bon time)",
    re.IGNORECASE,
)


def times_asked_for(
    understanding: Understanding, text: str, tool: str, args: Mapping[str, Any], *,
    made: Collection[tuple[str, int]] = (),
) -> int:  # fmt: skip
    """How many requests of the message ask for exactly this; each is good for one call.

    Args:
        made: records that the same message had made; only those may be taken from an earlier step.
    """
    if args.get("due") and _HALF_READ.search(text):
        return 0
    asked = (one for one in understanding.requests if one.asked_by_own_words and _feeds_only(one, args, made))
    return sum(heard(request, tool, args) for request in asked)


def _feeds_only(request: Request, args: Mapping[str, Any], made: Collection[tuple[str, int]]) -> bool:
    """Whether whatever an earlier step feeds the request is a record that this message had made."""
    fed = (args.get(one.argument) for one in request.feeds)
    return all(isinstance(one, Mapping) and (one.get("kind"), int(one.get("id") or 0)) in made for one in fed)


def heard(request: Request, tool: str, args: Mapping[str, Any]) -> bool:
    """Whether a request is this call; what is taken from the rows of an earlier request may be any of them."""
    if request.tool != tool:
        return False
    fed = {feed.argument for feed in request.feeds}
    return _plain(request.arguments, tool, without=fed) == _plain(args, tool, without=fed)


def _plain(args: Mapping[str, Any], tool: str, *, without: set[str]) -> dict[str, Any]:
    """The arguments that say something: records by kind and id, and nothing that is so anyway."""
    usual = {name: field.default for name, field in by_name(tool).ask.model_fields.items()}

    def plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
        if isinstance(value, Mapping) and {"kind", "id"} <= set(value):
            return (value["kind"], int(value["id"]))
        if isinstance(value, Mapping):
            return {name: plain(one) for name, one in value.items()}
        return [plain(one) for one in value] if isinstance(value, list) else value

    said = {name: plain(value) for name, value in args.items() if value is not None and name not in without}
    return {name: value for name, value in said.items() if name not in usual or value != usual[name]}
