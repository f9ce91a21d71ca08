"""New records as people order them: "add Jane Doe as a contact at Acme", "note on Acme: they want a discount"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agent.local.commands import as_written
from agent.local.field_values import Spoken, value_of
from agent.local.mentions import Named
from agent.local.reading import Reading
from agent.local.schema import KindCard, Record

_POLITE = r"^(?:(?:hey|hi|ok|okay|please|pls|and|then|also|now|so|just|yes|can you|could you|would you|will you|i want to|i would like to|i need to|lets) ?,? ?)*"
_NEW = re.compile(
    _POLITE
    + r"(?:create|add|make|set up|open|register|enter|new|log|record|put in)(?!\w)(?: (?:a|an|the|another|new|me)(?!\w))*"
)
_NOTE = re.compile(
    _POLITE
    + r"(?:(?:add|make|write|leave|put|log|save|create|take) (?:a |the )?(?:new )?)?note(?! (?:that|down))(?: (?:on|to|for|about|under) .+?)? ?(?::|saying|that says|-) ?(?P<body>.+)$"
)
_LOG = re.compile(
    _POLITE
    + r"(?:log|record|add|note) (?:a |the |an |my )?(?:phone )?(?P<channel>call|meeting|visit|e-?mail)(?!\w)(?: (?:with|to|from|for|at) .+?)?(?: ?(?::|saying|-) ?(?P<body>.+))?$"
)
_CALLED = re.compile(
    r"(?<!\w)(?:called|named|name is|:) (?P<name>.+?)(?= (?:at|for|from|with|worth|email|phone|in|closing|,)(?!\w)|[,;]|$)"
)
_AS = re.compile(
    _POLITE
    + r"(?:create|add|enter|register|save) (?P<name>[^,:]+?) as (?:a |an |our )?(?:new )?(?P<noun>lead|contact|account|company|customer|prospect|learner|trainer)(?!\w)"
)
_COMPANY = re.compile(
    r"(?<!\w)(?:from|at|of) (?P<name>(?:(?!(?:with|email|phone|and)(?!\w))[^\s,;:@]+ ?){1,5})(?=$|[,;])"
)
_LINKS = ("account", "contact", "lead", "opportunity")
_MADE = ("account", "contact", "lead", "opportunity", "campaign", "product", "trainer", "course", "batch", "learner")
_PEOPLE = frozenset({"contact", "lead", "learner"})


def creation(reading: Reading, kinds: Sequence[KindCard]) -> tuple[str, str, dict[str, Any]] | None:
    """(tool, specialist, arguments) of a new record, or None where the words order none that the rules read."""
    norm = reading.norm.strip().rstrip(".!")
    by_kind = {kind.kind: kind for kind in kinds}
    if not by_kind:
        return None
    return _note(reading, norm) or _exchange(reading, norm) or _new(reading, norm, by_kind)


def _note(reading: Reading, norm: str) -> tuple[str, str, dict[str, Any]] | None:
    match = _NOTE.match(norm)
    link = _one_record(reading)
    if match is None or link is None:
        return None
    return "create_note", "communication", {"body": as_written(reading, match["body"]), link.kind: link.as_argument()}


def _exchange(reading: Reading, norm: str) -> tuple[str, str, dict[str, Any]] | None:
    """A call or meeting that was held. One that lies ahead is a task, not an exchange."""
    match = _LOG.match(norm)
    link = _one_record(reading)
    if match is None or link is None:
        return None
    kind = {"visit": "meeting", "mail": "email", "e-mail": "email"}.get(match["channel"], match["channel"])
    moments = [one for one in reading.moments if one.day or one.exact]
    when = moments[-1].iso(reading.now) if moments else reading.now.replace(second=0, microsecond=0).isoformat()
    if len(when) == len("2025-01-01"):
        when = f"{when}T12:00:00{reading.now.isoformat()[-6:]}"
    values: dict[str, Any] = {"at": when, link.kind: link.as_argument()}
    values |= {"status": "held"} if kind == "meeting" else {"direction": "out"}
    if match["body"]:
        values["body"] = as_written(reading, match["body"])
    return f"create_{kind}", "communication", values


def _new(reading: Reading, norm: str, kinds: Mapping[str, KindCard]) -> tuple[str, str, dict[str, Any]] | None:
    kind, name = _kind_and_name(reading, norm, kinds)
    if kind is None:
        return None
    values = _named(kind, name) | _details(reading, kind) | _linked(reading, kind)
    if kind.kind == "lead" and (company := _COMPANY.search(norm)):
        # A company somebody names for a lead need not be an account here; only its whole name is taken for one.
        values["company"] = _piece(reading, company["name"])
        if str(values.get("account", {}).get("name", "")).lower() != company["name"]:
            values.pop("account", None)
    return (f"create_{kind.kind}", kind.area, values) if values else None


def _kind_and_name(
    reading: Reading, norm: str, kinds: Mapping[str, KindCard]
) -> tuple[KindCard | None, str]:  # fmt: skip
    if match := _AS.match(norm):
        kind = _by_noun(match["noun"], kinds)
        return kind, _piece(reading, match["name"])
    match = _NEW.match(norm)
    if match is None:
        return None, ""
    rest = norm[match.end() :].strip()
    for kind in (kinds[name] for name in _MADE if name in kinds):
        for noun in kind.nouns:
            if re.match(rf"{re.escape(noun.lower())}(?!\w)", rest):
                called = _CALLED.search(rest[len(noun) :])
                return kind, _piece(reading, called["name"]) if called else ""
    return None, ""


def _by_noun(noun: str, kinds: Mapping[str, KindCard]) -> KindCard | None:
    return next((kind for kind in kinds.values() if noun in kind.nouns and kind.kind in _MADE), None)


def _named(kind: KindCard, name: str) -> dict[str, Any]:
    if not name:
        return {}
    if kind.kind not in _PEOPLE:
        return {"name": name}
    first, _, last = name.partition(" ")
    return {"first_name": first, "last_name": last} if last else {"last_name": first}


def _details(reading: Reading, kind: KindCard) -> dict[str, Any]:
    """E-mail, phone and title where they are said, and the amount and close date of a deal."""
    found: dict[str, Any] = {}
    whole = Spoken(reading, reading.norm, reading.text.written)
    for name in ("email", "phone"):
        field = kind.field(name)
        if field is not None and (value := value_of(field, whole)):
            found[name] = value
    if kind.kind == "opportunity":
        amount, close = kind.field("amount"), kind.field("expected_close")
        if reading.amounts and amount is not None and (money := value_of(amount, whole)):
            found["amount"] = money
        if (reading.moments or reading.periods) and close is not None and (day := value_of(close, whole)):
            found["expected_close"] = day
    return found


def _linked(reading: Reading, kind: KindCard) -> dict[str, Any]:
    """What the new record belongs to: the one account, contact or lead that the words name."""
    found: dict[str, Any] = {}
    for mention in reading.mentions_of(Named.RECORD):
        if mention.first in reading.content:
            continue
        for name in _LINKS:
            fits = {one for one in mention.records if one.kind == name}
            if len(fits) == 1 and kind.field(name) is not None and name != kind.kind:
                found[name] = fits.pop().as_argument()
                break
    return found


def _one_record(reading: Reading) -> Record | None:
    """The one record a note or a call is about: the most telling kind of an unambiguous name."""
    for mention in reading.mentions_of(Named.RECORD):
        if mention.first in reading.content:
            continue
        for kind in ("contact", "lead", "account", "opportunity"):
            fits = [one for one in dict.fromkeys(mention.records) if one.kind == kind]
            if len(fits) == 1:
                return fits[0]
    return None


def _piece(reading: Reading, norm: str) -> str:
    """A piece of the normalised text as it was written, capitals and all."""
    words = norm.split()
    tokens = reading.text.tokens
    for start in range(len(tokens) - len(words) + 1):
        if [token.norm for token in tokens[start : start + len(words)]] == words:
            return reading.text.written[tokens[start].start : tokens[start + len(words) - 1].end].strip(" .,!“”\"'")
    return norm.title()
