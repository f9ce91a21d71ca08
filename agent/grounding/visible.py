"""Marks that hide or disguise text. What the tools wrote themselves is never taken for it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_MARKUP = re.compile(
    r"<(?![a-z_]+_\d+(?:_\d+)?>)|(?<!\[)\](?=\()|!\[|&#?\w+;|~~|`|\\|\$\$|://|\bwww\.|\{\{|(?m:^\[[^\[\]]+\]:)",
    re.IGNORECASE,
)
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mn", "Me")


def hides(text: str, sources: Iterable[str]) -> bool:
    """Whether a text holds marks that are not seen, or seen as something else, and that no source holds."""
    written = "\n".join(sources)
    if any(mark not in written and _disguised(mark) for mark in text):
        return True
    return any(match[0] not in written for match in _MARKUP.finditer(text))


def _disguised(mark: str) -> bool:
    if mark.isascii():
        return unicodedata.category(mark) == "Cc" and mark not in "\n\t\r"
    if unicodedata.category(mark) in _UNSEEN:
        return True
    # Compatibility forms look like letters and digits and are others; a no-break space and "…" are harmless.
    return mark not in "\u00a0…\u202f" and unicodedata.normalize("NFKC", mark) != mark
