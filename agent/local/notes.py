"""Notes as people have them written down: "note on Acme: they want a discount", "put that in a note", "jot down that …"."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from typing import Any

from agent.local.made import About, Creation, about_one, one, record_in, stripped, written_at
from agent.local.reading import Reading
from agent.local.schema import Record

_VERB = r"(?:add|make|write|leave|put|log|save|create|take|jot|drop|enter|record|stick|pop|file|keep|post|attach|do|place|insert|set)"
_DET = r"(?:(?P<private>private|confidential|internal only)|a|an|the|another|one more|new|quick|short|little|brief|also|as well|instead|down|in|up|me|us|further|for (?:me|us))"
_NOUN = r"(?:notes?|comment|memo|remark)"
_IS_NOTE = rf"(?:{_VERB} )?(?:{_DET} )*(?:{_NOUN}|(?P<one>one))(?! down)(?: instead| too| as well| please)*"
_ON = r"(?: (?:on|to|for|about|under|in|into|against|with|at|onto|by)(?: the)? (?P<on>.+?))?"
_SAYS = r" ?(?::|;|saying(?: that)?|that says(?: that)?|to say(?: that)?|which says|reading|with the text|stating(?: that)?|that|-|–|=) ?"
_NOTE = re.compile(rf"^{_IS_NOTE}{_ON}{_SAYS}(?P<body>.+)$")
_COMMA = re.compile(rf"^{_IS_NOTE}(?: (?:on|to|for|about|in|under)(?: the)? (?P<on>.+?)) ?, ?(?P<body>.+)$")
_TERSE = re.compile(rf"^{_IS_NOTE} (?:on|for|to) (?P<on>(?:him|her|it|them|(?:this|that) \w+)) (?P<body>\S+ .+)$")
_QUOTED = re.compile(
    rf"^{_IS_NOTE}{_ON} ?[:,]? ?['\"“‘](?P<body>[^'\"”’]+(?:'\w[^'\"”’]*)*)['\"”’]?{_ON.replace('<on>', '<behind>')}$"
)
_JOT = re.compile(
    r"^(?:jot|note|write|put|get|mark|scribble) (?:it |this )?down(?: (?:for|on|in|about|under) (?P<on>.+?))?(?: that|:|,) ?(?P<body>(?! ?(?:i|we) (?:have|need) to).+)$"
)
_NOTE_VERB = re.compile(
    r"^(?:note|remark|record|mention|write) (?:(?:on|in|for|under|about|against|at|to) (?P<on>.+?) )?that (?P<body>(?! ?(?:i|we) (?:have|need) to).+)$"
)
_KEEP = re.compile(
    r"^(?:put|save|log|write|keep|store|file|add|note|record|jot|stick|pop|copy|paste|attach|capture|make) "
    r"(?:of )?(?:that|this|it|all (?:of )?(?:that|this|it)|(?:the|his|her|their|that|this) (?:message|mail|email|text|quote|words?)|what .{2,30}? (?:said|wrote|sent))"
    rf"(?P<down> down)?(?: (?:in|as|into|on|to))?(?: (?P<noun>(?:{_DET} )*{_NOUN}))?{_ON}(?: please| pls| too)*$"
)
_PLACE = re.compile(r"^(?:on|to|for|in|into|under|against|with|at|onto) ")
_MOST_ON = 9


def note_in(
    reading: Reading, *, about: About, whole: Reading, story: Reading | None = None, again: bool = False
) -> Creation | None:
    """The note that a clause orders.

    Args:
        about: which record words mean that point back or name nothing.
        whole: the whole turn, whose quoted text "put that in a note" means.
        story: what the turn told before it, which "note that on her" means.
        again: a note was written before, so that "another one" is a note too.
    """
    norm, begins = stripped(reading)
    for pattern in (_QUOTED, _NOTE, _COMMA, _JOT, _NOTE_VERB, _TERSE):
        match = pattern.match(norm)
        if match is None or ("one" in pattern.groupindex and match["one"] and not again):
            continue
        records = _linked(reading, match, begins, about, story)
        if records is None:
            continue
        values: dict[str, Any] = {"body": written_at(reading, begins + match.start("body"), begins + match.end("body"))}
        if "private" in pattern.groupindex and match["private"]:
            values["private"] = True
        return about_one("create_note", values, records, quotes=True) if values["body"] else None
    return _kept(reading, norm, begins, about, whole, story)


def _linked(
    reading: Reading, match: re.Match[str], begins: int, about: About, story: Reading | None
) -> tuple[Record, ...] | None:
    """The record the note is for: that behind "on"; else the one it names, or that the turn was about."""
    for group in ("on", "behind"):
        if group in match.re.groupindex and match[group]:
            first, last = reading.text.token_range(begins + match.start(group), begins + match.end(group))
            target = reading.part(first, last)
            if last - first > _MOST_ON and not record_in(target):
                return None
            return record_in(target) or one(about(target)) or None
    first, last = reading.text.token_range(begins + match.start("body"), begins + match.end("body"))
    body = reading.part(first, last)
    return (record_in(story) if story else ()) or one(about(body)) or record_in(body) or None


def lacks_a_record(reading: Reading) -> bool:
    """Whether a clause orders a note and names nobody whom it is on."""
    norm, _begins = stripped(reading)
    match = _NOTE.match(norm) or _JOT.match(norm)
    return match is not None and not match["on"] and not record_in(reading)


def keeps(reading: Reading) -> bool:
    """Whether a clause has what was said or quoted before it kept as a note."""
    norm, _ = stripped(reading)
    match = _KEEP.match(norm)
    return bool(match) and _speaks_of_a_note(norm, match)


def _speaks_of_a_note(norm: str, match: re.Match[str] | None) -> bool:
    return match is not None and bool(match["noun"] or match["down"] or norm.startswith(("note ", "jot ")))


def _kept(
    reading: Reading, norm: str, begins: int, about: About, whole: Reading, story: Reading | None
) -> Creation | None:
    match = _KEEP.match(norm)
    if match is None or not _speaks_of_a_note(norm, match):
        return None
    body = _quoted_in(whole) or (_told(story) if story else "")
    if not body:
        return None
    where = reading
    if match["on"]:
        where = reading.part(*reading.text.token_range(begins + match.start("on"), begins + match.end("on")))
    records = record_in(where) or (record_in(story) if story and not match["on"] else ()) or one(about(where))
    records = records or (record_in(story) if story else ())
    return about_one("create_note", {"body": body}, records, quotes=True) if records else None


def _quoted_in(whole: Reading) -> str:
    """What the person quoted or pasted, as it stands there."""
    places = sorted(whole.content)
    if not places:
        return ""
    return whole.text.written_between(places[0], places[-1] + 1).strip(" \n“”\"'")


def _told(story: Reading) -> str:
    norm = story.norm
    greeting = re.match(
        r"(?:(?:yo|hey|hi|hello|ok|okay|so|oh|well|btw|fyi|omg|lol|haha|and|also|,|!|\.) ?)+(?=\S)", norm
    )
    return written_at(story, greeting.end() if greeting else 0, len(norm))
