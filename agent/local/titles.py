"""Free text inside a request: the title of a task, the instruction for a draft."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from agent.local.mentions import Mention
from agent.local.reading import Reading
from agent.local.task_order import COLLEAGUE, NAMES_A_TASK, POLITE, masked

_TASK_WORDS = r"(?:tasks?|todos?|reminders?|note|follow-?up|to-?do)"
_HEADS = (
    POLITE,
    *NAMES_A_TASK,
    *(
        re.compile(pattern)
        for pattern in (
            rf"^(?:set|create|add|make|put|log|schedule|open|enter|plan|register|book|new|give|write|place|leave|need|want|have)(?: up| down| in| me| us| \x01)? ?(?:a |an |me a |the |me |another |one |new |quick )*{_TASK_WORDS}(?: in| down| up)?(?: for me| for us| for \x01| on my (?:list|calendar)| to \x01| for myself)?(?: (?:to|that|about|on|of|for|:|-|saying|called|titled|named))*(?= |$)",
            rf"^(?:new |a |my |another |one )*{_TASK_WORDS}(?: one)?(?: for me| for \x01| for myself| to self)?(?: (?:to|that|about|on|of|for|:|-))*(?= |$)",
            r"^(?:tell|ask|get|have|assign|make|let|remind|want|instruct)(?: a task to)? \x01(?: know)?(?: a (?:task|reminder|todo))?(?: (?:to|that|:|about))*(?= |$)",
            r"^tell (?:me|us)(?: again)?(?: (?:to|that|about))*(?= |$)",
            r"^\x01 (?:should|needs to|has to|must|is to|to|, please|please)(?= |$)",
            r"^(?:put|stick|get|add|have) (?=.* (?:on|in|to) my (?:list|tasks?|todo list|todos|calendar|agenda|plate))",
            r"^(?:do )?(?:pop|stick|drop|throw|slot|place|chuck|pencil) (?:in |me in )?(?:a |an |the )*(?:tasks?|todos?|reminders?|note)(?: in| down)?(?: for me| for us)?(?: (?:to|that|about|on|of|for|:|-))*(?= |$)",
            r"^(?:put|jot|note|write|take) (?:this |it )?down(?: that| to| :)*(?: (?:i|we) (?:have to|need to|must|should|want to))?(?= |$)",
            r"^(?:i|we) (?:will|shall|am going to|are going to|have to|need to|must|should|want to|gotta|got to)(?= |$)",
            r"^(?:pencil in|block time|block|note to self|for me|for us|:|-|to)(?= |$)",
        )
    ),
)
_TAILS = (
    re.compile(r" (?:on|in|to|onto) my (?:list|tasks?|todo list|todos?|calendar|agenda|plate|task list)(?: please)?$"),
    re.compile(
        r" (?:please|pls|thanks|asap|ok|for me|will you|, make a task|, remind me|, do not let me forget|would you|could you)$"
    ),
    re.compile(
        r"[ ,.;!?]+(?:thanks|thank you|thx|cheers|ta)(?: (?:a (?:lot|million|bunch)|so much|very much|again|in advance))?[ .!?]*$"
    ),
    re.compile(
        r"(?: ?[,.;:!?-]| and| to| by| on| at| for| in| due| until| till| before| after| with a reminder| set a reminder)+$"
    ),
)


def title_of(reading: Reading, *, drop: Collection[tuple[int, int]], assignees: Collection[Mention]) -> str:
    """The title of a task in the person's own words, without the order around it and without its time.

    Args:
        drop: spans of the cleaned-up text that say when.
        assignees: the colleagues it is for, whose names are part of the order.
    """
    quoted = sorted(reading.content)
    if quoted:
        return reading.text.written_between(quoted[0], quoted[-1] + 1).strip(" \"'“”‘’")
    order = masked(reading, drop=drop, only=assignees)
    start, end = _trim(order.norm)
    places = _within(order.words, start, end)
    hidden = {place for word, place in order.words if word == COLLEAGUE}
    return _written(reading, [place for place in places if place not in hidden])


def _trim(norm: str) -> tuple[int, int]:
    """Start and end of what is left of a task when the order around it is taken away."""
    start, end, changed = 0, len(norm), True
    while changed:
        changed = False
        while start < end and norm[start] in " ,.;:-!?":
            start += 1
            changed = True
        for head in _HEADS:
            match = head.match(norm[start:end])
            if match and match.end():
                start += match.end()
                changed = True
                break
    changed = True
    while changed:
        changed = False
        for tail in _TAILS:
            if match := tail.search(norm, start, end):
                end, changed = match.start(), True
    return start, max(start, end)


def _within(kept: Sequence[tuple[str, int]], start: int, end: int) -> list[int]:
    places, position = [], 0
    for norm, place in kept:
        if position >= start and position + len(norm) <= end:
            places.append(place)
        position += len(norm) + 1
    return places


def _written(reading: Reading, places: list[int]) -> str:
    """The person's own spelling where words stand together; a cut in the middle becomes one space."""
    pieces: list[str] = []
    run: list[int] = []
    for place in [*places, -1]:
        if run and place != run[-1] + 1:
            pieces.append(reading.text.written_between(run[0], run[-1] + 1).strip())
            run = []
        run.append(place)
    title = " ".join(piece for piece in pieces if piece).strip(' ,.;:-–!?"“”')
    if title[:1] == title[-1:] == "'":
        title = title[1:-1]
    return title[:1].upper() + title[1:] if title and title[0].islower() else title


_TIME_WORDS = re.compile(
    r"(?<!\w)(?:\d{1,2}(?:st|nd|rd|th)|\d{1,2}[:.h]\d\d|\d{1,2} ?(?:am|pm|h|uhr|o ?.?clock)|\d{3,4}|today|tomorrow|tmrw|2moro|tonight|"
    r"mon|tues?|wed|thurs?|fri|(?:mon|tues|wednes|thurs|fri|satur|sun)day|next (?:week|month)|thirty|o.?clock|noon|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)(?!\w)",
    re.IGNORECASE,
)


def says_when(title: str) -> bool:
    """Whether a word that may say when was left in a title, so that the time was perhaps not read in full."""
    return bool(_TIME_WORDS.search(title))


_INSTRUCTION = re.compile(
    r"(?<!\w)(?:about|regarding|concerning|re|saying|to say|say|says|that|mention|mentioning|mentions|including|include|"
    r"asking|ask|asks|thanking|explaining|explain|explains|telling|with|after|on|over|because|since|where|handles?|addressing|offering|offer|"
    r"proposing|suggesting|inviting|confirming|and|covering|for the|for his|for her|for their|so|but|in which|which|to|for|:|-|,|\.)(?!\w)"
)


_FILLER = re.compile(
    r"(?:(?:something|anything|back|a few lines|a line|a note|an email|a mail|a message|quickly|please|now|an?(?: \w+){0,2} (?:email|mail|note|message|letter)) ?)+"
)


def instruction_of(reading: Reading, *, after: int) -> str | None:
    """What a draft should say: the person's words behind the one it is for.

    Args:
        after: position of the first token behind the order and the record.
    """
    rest = reading.text.norm_between(after, len(reading.text.tokens)).strip(" ,.;:-!?")
    filler = _FILLER.match(rest)
    if not reading.content and not _INSTRUCTION.match(rest, filler.end() if filler else 0) and len(rest.split()) < 4:
        return None
    text = reading.text.written_between(after, len(reading.text.tokens)).strip(" ,.;:-!?")
    return text or None
