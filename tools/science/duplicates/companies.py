"""Company names without what says nothing: legal forms, articles, the spelling of "and"."""

from __future__ import annotations

import re

from tools.science.duplicates.names import fold
from tools.science.legal_forms import FORMS

_SPACED = re.compile(r"\b(?:[a-z]\.){2,}")


def strip(name: str | None) -> str:
    """ "The Smith & Sons Ltd." and "Smith and Sons" are both "smith and sons"."""
    if not name:
        return ""
    joined = _SPACED.sub(lambda m: m.group().replace(".", ""), name.lower().replace("&", " and ").replace("+", " and "))
    digits = re.findall(r"\d+", joined)
    words = [word for word in fold(joined).replace(" und ", " and ").replace(" et ", " and ").split() if word != "the"]
    kept = [word for k, word in enumerate(words) if k == 0 or word not in FORMS]
    while len(kept) > 1 and kept[-1] == "and":
        kept.pop()
    return " ".join([*kept, *digits])
