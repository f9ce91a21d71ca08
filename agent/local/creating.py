"""Notes, and exchanges that were held, as people write them down: "note on Acme: they want a discount", "log a call with Jane"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.local.commands import as_written
from agent.local.mentions import Named
from agent.local.new_records import new_record
from agent.local.quantities import spelt
from agent.local.reading import Reading
from agent.local.schema import KindCard, Record

_POLITE = r"^(?:(?:hey|hi|ok|okay|please|pls|and|then|also|now|so|just|yes|yo|um|uh|kindly|can you|could you|would you|will you|i want to|i would like to|i need to|lets) ?,? ?)*"
_ON = r"(?: (?:on|to|for|about|under|in|into|against|with)(?: the)? (?P<on>.+?))?"
_NOTE = re.compile(
    _POLITE
    + r"(?:(?:add|make|write|leave|put|log|save|create|take|jot|drop|enter|record) (?:(?:a|an|the|another|new|quick|short) )*)?(?P<private>private )?(?:note|comment)(?! down)"
    + _ON
    + r" ?(?::|saying(?: that)?|that says|reading|with the text|that|-) ?(?P<body>.+)$"
)
_QUOTED_NOTE = re.compile(
    _POLITE
    + r"(?:add|make|write|leave|put|log|save|create|enter|take)?(?: (?:a|an|the|another|new))* ?(?:note|comment) ?['\"](?P<body>[^'\"]+)['\"]"
    + _ON
    + "$"
)
_JOT = re.compile(
    _POLITE
    + r"(?:jot|note|write|put|get) (?:it |this )?down(?: for| on)?(?: (?P<on>.+?))? ?(?:that|:|,) ?(?P<body>(?!i (?:have|need) to).+)$"
)
_KEEP = re.compile(
    _POLITE
    + r"(?:put|save|log|write|keep|store|file|add|note) (?:that|this|it)(?: down)?(?: (?:in|as|into|on))? ?(?:a |the )?(?:note)?"
    + _ON
    + "$"
)
_LOG = re.compile(
    _POLITE
    + r"(?:log|record|add|note|enter|track|put in) (?:a |the |an |my |that |this |another )?(?:outgoing |outbound |quick )?(?:phone )?(?P<channel>call|meeting|visit|e-?mail|mail|demo|sms|text|whatsapp)(?!\w)(?: (?:with|to|from|for|at) .+?)?(?: ?(?::|saying|-|,|\() ?(?P<body>.+))?$"
)
_TOLD: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(_POLITE + pattern), channel, direction)
    for pattern, channel, direction in (
        (
            r"(?:i |we )?(?:have |just |now )*(?:called|phoned|rang|tried|spoke (?:to|with)|talked (?:to|with)|got off the phone with|(?:had|have had) a (?:call|chat) with)(?: with)? ",
            "call",
            "out",
        ),
        (
            r"(?:i |we )?(?:have |just |now )*(?:met(?: with)?|had a (?:meeting|demo|visit) with|had (?:lunch|coffee) with) ",
            "meeting",
            "out",
        ),
        (r"(?:i |we )?(?:have |just |now )*(?:emailed|mailed|wrote to|sent an e?mail to) ", "email", "out"),
        (r".{2,60}?(?<!\w)(?:called|rang|phoned)(?: me| us)?(?!\w)", "call", "in"),
        (r".{2,60}?(?<!\w)(?:emailed|mailed|wrote|sent (?:me|us) an e?mail)(?: me| us)?(?!\w)", "email", "in"),
        (r".{2,60}?(?<!\w)(?:texted|txted|sent (?:me|us) a text)(?: me| us)?(?!\w)", "sms", "in"),
        (r".{2,60}?(?<!\w)(?:whatsapped|whatsapp'd|sent (?:me|us) a whatsapp)(?: me| us)?(?!\w)", "whatsapp", "in"),
    )
)
_LOG_IT = re.compile(
    r"(?<!\w)(?:log|record|note|track) (?:it|that|this|the)(?: (?:call|meeting|e?mail|text|one))?(?: down)?(?!\w)"
)
_LOG_THAT = re.compile(_POLITE + r"(?:log|record|note) (?:down )?that ")
_NO_ANSWER = re.compile(
    r"(?<!\w)(?:no (?:answer|ans|reply|response|one picked up)|did not (?:answer|pick up|reach)|not reached|unreachable)(?!\w)"
)
_VOICEMAIL = re.compile(r"(?<!\w)(?:left (?:a |him a |her a |them a )?(?:voicemail|message|vm)|voicemail|vm)(?!\w)")
_MINUTES = re.compile(r"(?<!\w)(?P<count>\d{1,3}|[a-z]+(?: [a-z]+)?) ?(?:min|mins|minutes?)(?!\w)")


@dataclass(frozen=True, slots=True)
class Creation:
    """A new record. `told`: the words tell what happened and order nothing, so that a person has to agree."""

    tool: str
    area: str
    arguments: Mapping[str, Any]
    told: bool = False


def creation(
    reading: Reading, kinds: Mapping[str, KindCard], *, about: Record | None = None, whole: Reading | None = None
) -> Creation | None:
    """The new record that the words order, or None where they order none that the rules read.

    Args:
        about: what the clause is about where it names nothing itself.
        whole: the whole turn, whose quoted text "put that in a note" means.
    """
    if not kinds:
        return None
    norm = reading.norm.strip().rstrip(".!")
    link = one_record(reading) or about
    if link is not None and (found := _note(reading, norm, link, whole or reading) or _exchange(reading, norm, link)):
        return found
    made = new_record(reading, kinds)
    return Creation(*made) if made else None


def _note(reading: Reading, norm: str, link: Record, whole: Reading) -> Creation | None:
    if match := _QUOTED_NOTE.match(norm) or _NOTE.match(norm) or _JOT.match(norm):
        values: dict[str, Any] = {"body": as_written_at(reading, match.start("body"), match.end("body"))}
        if match.re is _NOTE and match["private"]:
            values["private"] = True
        return Creation("create_note", "communication", {**values, link.kind: link.as_argument()})
    if _KEEP.match(norm) and "note" in norm and (quoted := _quoted_in(whole)):
        return Creation("create_note", "communication", {"body": quoted, link.kind: link.as_argument()})
    return None


def _quoted_in(whole: Reading) -> str:
    """What the person quoted or pasted, as it stands there."""
    places = sorted(whole.content)
    if not places:
        return ""
    return whole.text.written_between(places[0], places[-1] + 1).strip(" \n“”\"'")


def as_written_at(reading: Reading, start: int, end: int) -> str:
    return reading.text.written_between(*reading.text.token_range(start, end)).strip(" .!“”\"'")


def _exchange(reading: Reading, norm: str, link: Record) -> Creation | None:
    """An exchange that was held. One that lies ahead is a task or a planned meeting."""
    if match := _LOG.match(norm):
        channel = {"visit": "meeting", "demo": "meeting", "mail": "email", "e-mail": "email", "text": "sms"}.get(
            match["channel"], match["channel"]
        )
        body = as_written(reading, match["body"]) if match["body"] else ""
        return _held(reading, norm, link, channel, "out", body)
    told = _LOG_THAT.sub("", norm)
    ordered = told != norm or bool(_LOG_IT.search(norm))
    if not ordered and not (_NO_ANSWER.search(norm) or _VOICEMAIL.search(norm)):
        return None
    for pattern, channel, direction in _TOLD:
        if match := pattern.match(told):
            body = reading.text.written_between(0, len(reading.text.tokens)).strip(" .!")
            found = _held(reading, norm, link, channel, direction, body)
            return Creation(found.tool, found.area, found.arguments, told=not ordered)
    return None


def _held(reading: Reading, norm: str, link: Record, channel: str, direction: str, body: str) -> Creation:
    moments = [one for one in reading.moments if (one.day and one.day <= reading.now.date()) or one.exact]
    when = moments[-1].iso(reading.now) if moments else reading.now.replace(second=0, microsecond=0).isoformat()
    if len(when) == len("2025-01-01"):
        when = f"{when}T12:00:00{reading.now.isoformat()[-6:]}"
    values: dict[str, Any] = {"at": when, link.kind: link.as_argument()}
    values |= {"status": "held"} if channel == "meeting" else {"direction": direction}
    if channel in ("call", "meeting") and (seconds := _seconds(norm)):
        values["duration_seconds"] = seconds
    if _NO_ANSWER.search(norm):
        values["outcome"] = "no answer"
    elif _VOICEMAIL.search(norm):
        values["outcome"] = "voicemail"
    return Creation(f"create_{channel}", "communication", values | ({"body": body} if body else {}))


def _seconds(norm: str) -> int:
    match = _MINUTES.search(norm)
    if match is None:
        return 0
    said = match["count"]
    count = int(said) if said.isdigit() else int(spelt(said.split()[-1] if " " in said and not spelt(said) else said))
    return 60 * count


def one_record(reading: Reading) -> Record | None:
    """The one record a note or a call is about: the most telling kind of an unambiguous name."""
    for mention in reading.mentions_of(Named.RECORD):
        if mention.first in reading.content:
            continue
        for kind in ("contact", "lead", "account", "opportunity"):
            fits = [one for one in dict.fromkeys(mention.records) if one.kind == kind]
            if len(fits) == 1:
                return fits[0]
    return None
