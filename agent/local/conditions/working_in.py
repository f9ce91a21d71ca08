"""Conditions on the department that somebody works in, by its usual names: "contacts in Procurement"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator

from agent.local.conditions.condition import Kinds, Narrowed, as_written, on_field
from agent.local.lexicon import words_of
from agent.local.reading import Reading
from agent.local.schema import KindCard

_NAMES = "|".join(sorted((word.replace("_", " ") for word in words_of("departments")), key=len, reverse=True))
_SAID = r"(?:departments?|teams?|people|folks|guys|staff)"
_DEPARTMENT = re.compile(
    rf"(?<!\w)(?:(?:working |who work |sitting )?(?:in|from|of|at) (?:the )?(?P<placed>{_NAMES})(?: {_SAID})?|(?P<said>{_NAMES}) {_SAID}|(?P<beside>{_NAMES})(?= (?:contacts?|ones?|stakeholders?)(?!\w)))(?!\w)"
)


def departments(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """The department; the word "it" is none unless it is written in capitals."""
    if kind.field("department") is None:
        return
    for match in _DEPARTMENT.finditer(reading.norm):
        group = next(name for name in ("placed", "said", "beside") if match[name])
        written = as_written(reading, *match.span(group))
        if written not in ("it", "It"):
            yield Narrowed(on_field("department", written), *match.span())
