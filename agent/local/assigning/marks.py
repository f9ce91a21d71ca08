"""What is switched on or emptied: "take her off all mailings", "never call them", "clear the next step"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator

from agent.local.assigning.finding import Assigned
from agent.local.reading import Reading
from agent.local.schema import KindCard

_OPT_OUT = re.compile(
    r"(?:take (?:him|her|them|it)? ?off (?:all |the |our )?(?:mailings?|mailing list|list)|opt(?:ed)? ?-?out|unsubscribe[ds]?|no more (?:mails|emails|mailings))"
)
_NO_CONTACT = re.compile(
    r"(?:do not|never) (?:contact|call|email|mail)(?: (?:him|her|them))?(?: (?:again|any ?more))?|dnc"
)
_CLEAR = re.compile(
    r"(?:clear|remove|delete|empty|blank|wipe|unset) (?:the |his |her |its |their )?(?P<field>[a-z][a-z -]+?)(?= (?:of|for|on|from)(?!\w)|[,;]|$| and )"
)


def flags(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    for name, pattern in (("opted_out", _OPT_OUT), ("do_not_contact", _NO_CONTACT)):
        if kind.field(name) is not None and (match := pattern.search(reading.norm)):
            yield Assigned({name: True}, *match.span())


def cleared(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    for match in _CLEAR.finditer(reading.norm):
        said = match["field"].strip()
        for field in kind.fields:
            if any(said in (word.lower(), f"{word.lower()} number", f"{word.lower()} field") for word in field.words):
                yield Assigned({"empty": [field.name]}, *match.span())
                break
