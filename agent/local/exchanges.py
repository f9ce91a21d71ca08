"""Calls, meetings and messages that were held, had or planned, as people have them logged."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from agent.local.made import About, Creation, about_one, one, record_in, stripped, written_at
from agent.local.quantities import spelt
from agent.local.reading import Reading
from agent.local.schema import Record

_CHANNEL = r"(?P<channel>phone calls?|calls?|meetings?|visits?|appointments?|demos?|e-?mails?|mails?|sms|texts?(?: message)?|whatsapps?(?: message)?)"
_CHANNELS = {
    "phone call": "call", "visit": "meeting", "appointment": "meeting", "demo": "meeting", "mail": "email",
    "e-mail": "email", "text": "sms", "text message": "sms", "whatsapp message": "whatsapp",
}  # fmt: skip
_LOGS = r"(?:log|record|add|note|enter|track|register|put in|put down|put|create|save|file|capture|document|make|write down|book|schedule|plan|set up|arrange|fix)"
_LOG = re.compile(
    rf"^{_LOGS} (?:down )?(?:for me |us |me )?(?:(?:a|an|the|my|our|that|this|another|new|quick) )*(?P<more>(?:[^\s,;:]+ ){{0,4}}?){_CHANNEL}(?! (?:script|list|log)(?!\w))(?!\w)(?P<rest>.*)$"
)
_PLANS = re.compile(r"^(?:book|schedule|plan|set up|arrange|fix)(?!\w)")
_LOGS_ONLY = re.compile(r"^(?:log|record|note|track|register|file|capture|document|enter)(?!\w)")
_PAST = r"(?:i |we )?(?:have |ve |just |now |finally |also )*"
_TOLD: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile("^" + pattern), channel, direction)
    for pattern, channel, direction in (
        (
            _PAST
            + r"(?:called|phoned|rang|tried|dialled|dialed|spoke (?:to|with|w /|w)|talked (?:to|with)|chatted (?:to|with)|got off the phone with|had (?:a|an) (?:\w+ ){0,2}(?:call|chat|phone call) with|(?:call|phone call|chat) (?:with|w))(?: with)? ",
            "call",
            "out",
        ),
        (
            _PAST
            + r"(?:met(?: up)?(?: with)?(?= )|had (?:a|an|our|the) (?:\w+ ){0,2}(?:meeting|demo|visit|appointment) with|had (?:lunch|coffee|dinner|breakfast) with|(?:meeting|demo|lunch) with|visited) ",
            "meeting",
            "out",
        ),
        (_PAST + r"(?:met|had (?:a|the|our) meeting|held (?:a|the|our) meeting)(?!\w)", "meeting", "out"),
        (_PAST + r"(?:emailed|mailed|wrote to|sent an e?mail to) ", "email", "out"),
        (_PAST + r"(?:texted|txted|sent a text to) ", "sms", "out"),
        (r"(?:a |an |got a |got an |new )*(?:call|voicemail) from ", "call", "in"),
        (r"(?:a |an |got a |got an |new )*(?:e-?mail|mail) from ", "email", "in"),
        (r"(?:a |an |got a |got an |new )*(?:sms|text|text message) from ", "sms", "in"),
        (r"(?:a |an |got a |got an |new )*(?:whatsapp|whatsapp message) from ", "whatsapp", "in"),
        (r".{2,60}?(?<!\w)(?:called|rang|phoned)(?: me| us)?(?!\w)", "call", "in"),
        (r".{2,60}?(?<!\w)(?:emailed|mailed|wrote|sent (?:me|us) an e?mail)(?: me| us)?(?!\w)", "email", "in"),
        (r".{2,60}?(?<!\w)(?:texted|txted|sent (?:me|us) a text)(?: me| us)?(?!\w)", "sms", "in"),
        (r".{2,60}?(?<!\w)(?:whatsapped|whatsapp'd|sent (?:me|us) a whatsapp)(?: me| us)?(?!\w)", "whatsapp", "in"),
    )
)
_LOG_IT = re.compile(
    r"(?<!\w)(?:log|record|note|track|register|file|capture|put|document) (?:it|that|this|the)(?: (?:call|meeting|e?mail|text|message|whatsapp|one|chat))?(?: down| in)?(?!\w)(?! (?:as a|in a|on|for|to) )"
)
_LOG_IT_ALONE = re.compile(
    r"^(?:log|record|note|track|register|file|capture|document) (?:it|that|this|(?:the|that|this) (?:call|meeting|e?mail|text|message|whatsapp|chat))(?: down| in| please| pls| too| for me| in the crm)*$"
)
_LOG_IT_AS = re.compile(
    r"^(?:log|record|note|mark|put|track|register|file|save) (?:it|that|this|her|him|(?:the|that|this|my) (?:call|meeting|attempt))(?: down)? (?:as|under|with)(?: a| an| outcome| the outcome)* ?:? ?(?P<outcome>(?:(?! and (?:i|we|then|also|remind) )[^,;.])+)$"
)
_LOG_THAT = re.compile(r"^(?:log|record|note|put|jot|write|track|mark|register)(?: it)? ?(?:down )?that ")
_NO_ANSWER = re.compile(
    r"(?<!\w)(?:no (?:answer|ans|reply|response|pick ?up|luck)|(?:no one|nobody) (?:picked up|answered|there)|(?:did not|does not|not) (?:answer|answering|answered|pick up|picking up|reach)|not reached|unreachable|could not reach|rang out)(?!\w)"
)
_VOICEMAIL = re.compile(
    r"(?<!\w)(?:left (?:a |him a |her a |them a )?(?:voicemail|voice mail|message|vm)|voicemail|voice mail|vm)(?!\w)"
)
_LASTED = re.compile(
    r"(?<!\w)(?:(?P<half>half an hour|half hour)|(?:(?P<hours>an|one|two|three|four|five|six|a couple of|\d(?:\.\d)?) ?(?:h|hrs?|hours?)(?: and a (?P<andhalf>half))?)(?: (?:and )?(?P<more>\d{1,2}|[a-z]+) ?(?:min|mins|minutes?|minimum))?|(?P<minutes>\d{1,3}|[a-z]+(?:[ -][a-z]+)?) ?-?(?:min|mins|minutes?|minimum))(?!\w)"
)
_OUTCOME = re.compile(
    r"(?<!\w)(?:outcome|result)(?: was| is| of)?(?: ?[:=-])? ?(?:['\"“‘](?P<quoted>[^'\"”’]+)['\"”’]|(?P<plain>[^,;.'\"]+))"
)
_STATUS = re.compile(r"(?<!\w)(?P<status>held|took place|cancell?ed|no[ -]show|planned)(?!\w)")
_STATUSES = {"took place": "held", "canceled": "cancelled", "no show": "no_show", "no-show": "no_show"}
_SUBJECT = re.compile(
    r"(?<!\w)(?:about|regarding|re|on the subject of|subject|topic|to discuss|to talk about|to go over|to go through)(?: was| is)?(?: ?:)? (?P<said>.+?)$"
)
_PLACE = re.compile(
    r"(?<!\w)(?:at|in) (?P<where>(?:their|our|the|his|her|my) (?:\w+ )?(?:office|offices|site|hq|headquarters|plant|factory|warehouse|place|showroom|premises))(?!\w)"
)
_BODY = re.compile(r" ?(?::|saying(?: that)?|-|–|,|\(|;) ?(?P<body>.+)$")


def exchange_in(reading: Reading, *, about: About, story: Reading | None = None) -> Creation | None:
    """The call, meeting or message that a clause orders to be kept, or tells of.

    Args:
        about: which record words mean that point back or name nothing.
        story: what the turn told before it, which "log it" means.
    """
    norm, begins = stripped(reading)
    if match := _LOG_IT_AS.match(norm):
        return _called(reading, match["outcome"], about, story)
    if story is not None and _LOG_IT_ALONE.match(norm):
        return _of_story(story, about)
    if match := _LOG.match(norm):
        return _logged(reading, norm, begins, match, about)
    return _told(reading, norm, begins, about, story)


def points_back(reading: Reading) -> bool:
    """Whether a clause has logged what was told before it: "log it", "log it as no answer", "put down that we met"."""
    norm, _ = stripped(reading)
    return bool(_LOG_IT_AS.match(norm)) or logs_it(reading) or tells_of_one(reading)


def logs_it(reading: Reading) -> bool:
    """Whether a clause has what was told before it logged as the exchange that it was."""
    norm, _ = stripped(reading)
    return bool(_LOG_IT_ALONE.match(norm))


def tells_of_one(reading: Reading) -> bool:
    """Whether a clause has an exchange kept that it only mentions: "put down that we met"."""
    norm, _ = stripped(reading)
    said = _LOG_THAT.sub("", norm)
    return said != norm and any(pattern.match(said) for pattern, *_ in _TOLD)


def _called(reading: Reading, outcome: str, about: About, story: Reading | None) -> Creation | None:
    """`log it as no answer`: a call that came to nothing."""
    if not (_NO_ANSWER.search(outcome) or _VOICEMAIL.search(outcome)):
        return None
    records = record_in(reading) or (record_in(story) if story else ()) or one(about(reading))
    return _held(reading, reading.norm, records, "call", "out", "") if records else None


def _of_story(story: Reading, about: About) -> Creation | None:
    norm, _ = stripped(story)
    records = record_in(story) or one(about(story))
    for pattern, channel, direction in _TOLD:
        if pattern.match(norm) and records:
            return _held(story, norm, records, channel, direction, _words(story))
    return None


def _words(reading: Reading) -> str:
    """What was quoted, else all that was told."""
    places = sorted(reading.content)
    if places and not _reported(reading, places):
        return reading.text.written_between(places[0], places[-1] + 1).strip(" \n“”\"'")
    return reading.text.written_between(0, len(reading.text.tokens)).strip(" .!")


def _reported(reading: Reading, places: list[int]) -> bool:
    return places[0] == 0


def _logged(reading: Reading, norm: str, begins: int, match: re.Match[str], about: About) -> Creation | None:
    said = match["channel"].rstrip("s") if match["channel"] != "sms" else "sms"
    channel = _CHANNELS.get(said, said)
    ahead = _ahead(reading)
    if channel not in ("call", "meeting") and not _LOGS_ONLY.match(norm):
        return None  # "make a mail for Jane" wants one written
    if _PLANS.match(norm) and not (ahead and channel == "meeting"):
        return None
    if ahead and channel != "meeting":
        return None  # a call that lies ahead is a task
    start = begins + match.start("rest")
    rest = reading.part(
        reading.text.token_range(start, start + 1)[0] if match["rest"] else len(reading.text.tokens),
        len(reading.text.tokens),
    )
    records = record_in(reading) or one(about(reading))
    if not records:
        return None
    details, body = _details(rest, channel)
    return _held(reading, norm, records, channel, "out", body, ahead=ahead, **details)


def _ahead(reading: Reading) -> bool:
    days = [one for one in reading.moments if one.day or one.exact]
    return bool(days) and days[-1].iso(reading.now)[:10] > reading.now.date().isoformat()


def _details(rest: Reading, channel: str) -> tuple[dict[str, Any], str]:
    """Outcome, status, subject and place, and the words that are none of them."""
    found: dict[str, Any] = {}
    norm = rest.norm
    if match := _OUTCOME.search(norm):
        group = "quoted" if match["quoted"] else "plain"
        found["outcome"] = written_at(rest, match.start(group), match.end(group))
    if channel == "meeting":
        if match := _STATUS.search(norm):
            found["status"] = _STATUSES.get(match["status"], match["status"])
        if match := _PLACE.search(norm):
            found["location"] = written_at(rest, match.start("where"), match.end("where"))
    colon = _BODY.search(norm)
    head = norm[: colon.start()] if colon else norm
    if match := _SUBJECT.search(head):
        found["subject"] = written_at(rest, match.start("said"), match.end("said"))
    return found, ", ".join(_pieces(rest, colon.start("body"))) if colon else ""


def _pieces(rest: Reading, start: int) -> Iterator[str]:
    """The pieces behind the colon that say more than how long, when, whether and with what outcome."""
    for match in re.finditer(r"[^,;]+", rest.norm[start:]):
        piece = match[0]
        bare = re.sub(r"['\"“”‘’]", " ", _OUTCOME.sub(" ", _STATUS.sub(" ", _LASTED.sub(" ", piece))))
        if re.search(r"\w", re.sub(r"(?<!\w)(?:about|around|for|it|was|took|lasted|and)(?!\w)", " ", bare)):
            yield written_at(rest, start + match.start(), start + match.end())


def _told(reading: Reading, norm: str, begins: int, about: About, story: Reading | None) -> Creation | None:
    told = _LOG_THAT.sub("", norm)
    ordered = told != norm or bool(_LOG_IT.search(norm))
    terse = bool(_NO_ANSWER.search(norm) or _VOICEMAIL.search(norm) or _LASTED.search(norm))
    if not ordered and (not terse or " . " in norm):
        return None
    for pattern, channel, direction in _TOLD:
        if not pattern.match(told):
            continue
        records = record_in(reading) or (record_in(story) if story else ()) or one(about(reading))
        if not records:
            return None
        first = reading.text.token_range(begins + len(norm) - len(told), begins + len(norm))[0]
        body = reading.text.written_between(first, len(reading.text.tokens)).strip(" .!,")
        return _held(reading, norm, records, channel, direction, body, told=not ordered)
    return None


def _held(
    reading: Reading, norm: str, records: tuple[Record, ...], channel: str, direction: str, body: str, *,
    told: bool = False, ahead: bool = False, **details: Any,  # noqa: ANN401 - fields of the record
) -> Creation:  # fmt: skip
    values: dict[str, Any] = {"at": _when(reading, ahead=ahead)}
    values |= {"status": "planned" if ahead else "held"} if channel == "meeting" else {"direction": direction}
    if channel in ("call", "meeting") and (seconds := lasted(norm)):
        values["duration_seconds"] = seconds
    if _NO_ANSWER.search(norm) and channel == "call":
        values["outcome"] = "no answer"
    elif _VOICEMAIL.search(norm) and channel == "call":
        values["outcome"] = "voicemail"
    values |= details | ({"body": body} if body else {})
    return about_one(f"create_{channel}", values, records, told=told, quotes=bool(body))


def _when(reading: Reading, *, ahead: bool) -> str:
    today = reading.now.date()
    moments = [one for one in reading.moments if one.exact or (one.day and (ahead or one.day <= today))]
    when = moments[-1].iso(reading.now) if moments else reading.now.replace(second=0, microsecond=0).isoformat()
    if len(when) == len("2025-01-01"):
        hour = reading.now.strftime("%H:%M") if when == today.isoformat() else "12:00"
        when = f"{when}T{hour}:00{reading.now.isoformat()[-6:]}"
    return when


def lasted(norm: str) -> int:
    """How long an exchange lasted, in seconds; 0 where nothing was said of it."""
    match = _LASTED.search(norm)
    if match is None:
        return 0
    if match["half"]:
        return 1800
    if match["hours"]:
        hours = (
            Decimal({"an": "1", "a couple of": "2"}.get(match["hours"], match["hours"]))
            if match["hours"] in ("an", "a couple of") or match["hours"][0].isdigit()
            else spelt(match["hours"])
        )
        minutes = 30 if match["andhalf"] else _count(match["more"]) if match["more"] else 0
        return int(hours * 3600) + 60 * minutes
    return 60 * _count(match["minutes"])


def _count(said: str) -> int:
    if said.isdigit():
        return int(said)
    return int(spelt(said) or spelt(said.rsplit(maxsplit=1)[-1]))
