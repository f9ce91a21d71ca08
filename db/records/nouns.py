"""The words for kinds of records, and the kinds a text speaks of."""

from __future__ import annotations

import re
from functools import cache

from db.names import fold
from db.records.roster import KINDS


def kinds_in(words: str) -> set[str]:
    """The kinds of records whose nouns stand in a text, as whole words."""
    text = fold(words)
    return {kind for kind in KINDS if _nouns(kind).search(text)}


@cache
def _nouns(kind: str) -> re.Pattern[str]:
    one = KINDS[kind]
    nouns = {one.one, one.many, one.name.replace("_", " "), one.plural.replace("_", " "), *one.said}
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(map(re.escape, map(fold, nouns)), key=len, reverse=True))})(?!\w)")
