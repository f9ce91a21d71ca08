"""Sentences that say exactly what a field of a person holds, so that it is written there and in no second place."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_CHANNELS = {
    "email": r"e-?mails?|mails?|by (?:e-?)?mail|to be (?:e-?)?mailed|writing",
    "call": r"(?:phone ?)?calls?|phone|the phone|by phone|telephone|to be (?:called|rung|phoned)|ringing",
    "meeting": r"meetings?|meeting in person|in person|face to face|to meet",
    "sms": r"sms|texts?|text messages|to be texted",
    "whatsapp": r"whatsapp(?: messages)?|by whatsapp",
}
_CHANNEL = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _CHANNELS.items())
_CLOCK = r"\d{1,2}(?:[:.]\d\d)?(?: ?[ap]\.?m\.?| ?o'?clock)?"
_DAYTIME = r"(?:the )?(?:early |late )?(?:mornings?|afternoons?|evenings?|noon|lunch(?:time)?)"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekdays|weekends"
_TIME = rf"(?:only )?(?:(?:after|before|from|around|between|at|until|in|on|during) (?:{_CLOCK}|{_DAYTIME}|{_WEEKDAY}|work|hours)(?: ?(?:and|or|to|till|until|-) ?(?:{_CLOCK}|{_DAYTIME}|{_WEEKDAY}))?(?: (?:on|in) (?:{_WEEKDAY}|{_DAYTIME}))?|{_DAYTIME}|{_WEEKDAY})"
_ADDRESS = r"[^,;.!?]{0,80}?"
_PREFERS = re.compile(
    rf"^{_ADDRESS}(?<!\w)(?:prefers|would rather have|(?:likes|wants)(?= to be))(?: to be contacted| contact| only)?(?: by| via| over)? ?(?:{_CHANNEL})?(?: (?:over|to|rather than|instead of|not) [\w -]{{1,20}})??(?: ?(?P<time>{_TIME}))?$",
    re.IGNORECASE,
)
_TIMES = (
    re.compile(rf"^(?:the )?best time (?:to (?:call|reach|contact|ring) )?{_ADDRESS} ?is (?P<time>{_TIME})$", re.IGNORECASE),
    re.compile(rf"^{_ADDRESS}(?<!\w)(?:is|can be|are) (?:best |only |usually )?(?:reached|reachable|available|called|free) (?P<time>{_TIME})$", re.IGNORECASE),
    re.compile(rf"^(?:call|ring|contact|reach) {_ADDRESS} (?P<time>{_TIME})$", re.IGNORECASE),
)  # fmt: skip
_PAIN = re.compile(
    rf"^{_ADDRESS}(?<!\w)(?:pain points? (?:is|are)|(?:is |are )?struggl(?:es|ing) with|suffers? from|(?:main |biggest )?problem is) (?P<what>[^.;!?]{{3,160}})$",
    re.IGNORECASE,
)
_INTEREST = re.compile(
    rf"^{_ADDRESS}(?<!\w)(?:is |are )(?:very )?(?:interested in|keen on|passionate about) (?P<what>[^.;!?]{{3,120}})$",
    re.IGNORECASE,
)


def fields_in(text: str) -> Mapping[str, Any]:
    """Field -> value, where the whole sentence says nothing but that; empty otherwise.

    `preferred_channel` and `preferred_time` hold one value; `pain_points` and `interests` what is added to them.
    """
    said = " ".join(text.split()).strip(" .!,;")
    if match := _PREFERS.match(said):
        channel = next((name for name in _CHANNELS if match[name]), None)
        found = {"preferred_channel": channel, "preferred_time": match["time"]}
        return {name: value for name, value in found.items() if value}
    for pattern in _TIMES:
        if match := pattern.match(said):
            return {"preferred_time": match["time"]}
    if match := _PAIN.match(said):
        return {"pain_points": [match["what"]]}
    if match := _INTEREST.match(said):
        return {"interests": [match["what"]]}
    return {}
