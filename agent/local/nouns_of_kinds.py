"""Which kind of record words that point back name: "this company" is an account, whatever was spoken of last."""

from __future__ import annotations

import re

_SAYS = (
    (re.compile(r"(?<!\w)(?:company|account|customer|client|organi[sz]ation|firm)(?!\w)"), ("account",)),
    (re.compile(r"(?<!\w)(?:deal|opportunity|opp)(?!\w)"), ("opportunity",)),
    (re.compile(r"(?<!\w)(?:lead|prospect)(?!\w)"), ("lead",)),
)


def kinds_named(said: str) -> tuple[str, ...] | None:
    """The kinds that the noun of a pointer names; None where it has none ("it", "her")."""
    return next((kinds for pattern, kinds in _SAYS if pattern.search(said)), None)


def names_other(said: str, kind: str) -> bool:
    """Whether words that point back name another kind of record: "the account" is no deal."""
    named = kinds_named(said)
    return named is not None and kind not in named
