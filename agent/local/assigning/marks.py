"""What is switched on or emptied: "take her off all mailings", "never call them", "clear the next step"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agent.local.assigning.finding import Assigned
from agent.local.reading import Reading
from agent.local.schema import KindCard

_MAILS = r"(?:mails?|e-?mails?|mailings?|newsletters?|marketing)"
_WHOM = r"(?: (?:him|her|them|it|this (?:lead|contact|one)))?"
_SWITCHES: Sequence[tuple[str, bool, re.Pattern[str]]] = (
    ("opted_out", False, re.compile(rf"(?<!\w)(?:opt(?:ed)?(?: {_WHOM.strip()})? (?:back )?in|re-?subscribed?|wants? (?:our |to get )?{_MAILS} again)(?!\w)")),
    ("opted_out", True, re.compile(
        rf"(?<!\w)(?:take{_WHOM} ?off (?:all |the |our )*(?:{_MAILS}|mailing list|list)|opt(?:s|ed|ing)?{_WHOM} ?-?out|unsubscribe[ds]?|no more {_MAILS}"
        rf"|(?:does|do) not want (?:to (?:receive|get) )?(?:any |any ?more |more |our )*{_MAILS}(?: (?:of|from) us)?(?: any ?more)?|stop (?:mailing|emailing){_WHOM})(?!\w)"
    )),
    ("do_not_contact", False, re.compile(r"(?<!\w)(?:may|can) be (?:contacted|called) again(?!\w)")),
    ("do_not_contact", True, re.compile(
        rf"(?<!\w)(?:(?:do not|never) (?:contact|call|email|mail|ring){_WHOM}(?: (?:ever )?(?:again|any ?more))?|(?:must|should|may) not be contacted(?: (?:again|any ?more))?"
        rf"|nobody (?:should |may |shall )?(?:contacts?|calls?){_WHOM}(?: (?:ever|never))?(?: (?:again|any ?more|more))?|dnc)(?!\w)"
    )),
    ("in_dispute", False, re.compile(r"(?<!\w)(?:(?:the )?dispute(?: is| was|'s| 's)? (?:over|settled|resolved|closed|gone)|no longer (?:in dispute|disput\w+)|not in dispute(?: any ?more)?|unflag(?:ged)?)(?!\w)")),
    ("in_dispute", True, re.compile(r"(?<!\w)(?:(?:is |are )?in dispute|(?:is |are )?disput(?:es|ing|ed)(?: (?:the|our|an|their) (?:\w+ ){0,2}(?:invoice|bill|contract|charge|payment))?|as disputed)(?!\w)")),
)  # fmt: skip
"""Flags, what they become, and the words for it."""
_CLEAR = re.compile(
    r"(?:clear|remove|delete|empty|blank|wipe|unset) (?:the |his |her |its |their )?(?P<field>[a-z][a-z -]+?)(?= (?:of|for|on|from)(?!\w)|[,;]|$| and )"
)


def flags(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    """What is switched on or off; the first words that speak of a flag decide about it."""
    decided: set[str] = set()
    for name, becomes, pattern in _SWITCHES:
        if name not in decided and kind.field(name) is not None and (match := pattern.search(reading.norm)):
            decided.add(name)
            yield Assigned({name: becomes}, *match.span())


def cleared(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    for match in _CLEAR.finditer(reading.norm):
        said = match["field"].strip()
        for field in kind.fields:
            if any(said in (word.lower(), f"{word.lower()} number", f"{word.lower()} field") for word in field.words):
                yield Assigned({"empty": [field.name]}, *match.span())
                break
