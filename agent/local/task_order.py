"""The order around a task: the words that ask for one, whom it is for, and which words only change one that is there."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from agent.local.mentions import Mention, Named
from agent.local.reading import Reading

COLLEAGUE = "\x01"
"""Stands for a colleague's name in the words of an order."""
_NOUN = r"(?:tasks?|todos?|reminders?|to-?dos?|to dos?|action items?)"
_DETERMINER = r"(?:an? |the |my |another |one |new |quick |small |little |short |further |\d |two |three |four |five )*"
_WHOM = rf"(?:me|us|myself|yourself|him|her|them|self|everyone|{COLLEAGUE}(?: (?:and|,|&|\+) {COLLEAGUE})*)"
_LINK = r"(?: (?:to|that|about|on|of|for|in|by|at|until|till|due|:|-|saying|called|titled|named|regarding|re|(?:i|he|she|they) (?:need|have|must|should|needs|has)(?: to)?))*"
_TASK_NOUN_END = r"(?! (?:list|lists|count|counts|overdue)(?!\w))(?= |$)"
POLITE = re.compile(
    r"^(?:(?:please|pls|plz|kindly|ok|okay|k|hey|um|uh|uhm|er|yeah|well|like|oh|alright|right|great|good|fine|maybe|perhaps|actually|and|also|then|so|now|n|just|sorry|hi|yes|yep|another|next|too|as well|haha|lol|can (?:you|u)|could (?:you|u)|would (?:you|u)|will (?:you|u)|might you|you (?:should|could|can|may)|i want (?:you )?to|i would like (?:you )?to|i need (?:you )?to|let us|if possible|do(?! not| to| me| us)|,|&|\+)(?![\w']) ?)*"
)
NAMES_A_TASK = tuple(
    re.compile(pattern)
    for pattern in (
        rf"^(?:set|create|add|make|do|put|log|schedule|open|enter|plan|register|book|give|write|place|leave|need|want|have|get|send|drop|pop|stick|throw|slot|chuck|assign|file|record|arrange|prepare|lay on|i (?:want|need|would like)|we need)(?: up| down| in| out)?(?: (?:(?:for|to) )?{_WHOM})?(?: (?:up|down|in|of (?:this|that|it)))? {_DETERMINER}{_NOUN}{_TASK_NOUN_END}(?: in| down| up)?(?: (?:for|to|on) {_WHOM})?(?: on my (?:list|calendar))?{_LINK}(?= |$)",
        rf"^(?:set|create|add|put|log|schedule|book|plan|need|want|open|enter|stick|pop|i (?:need|want))(?: up| in)?(?: (?:for )?{_WHOM})? (?:an? |another |one )follow-?up(?! (?:e-?mail|mail|note|message|call|letter|meeting))(?: (?:for|to) {_WHOM})?{_LINK}(?= |$)",
        rf"^(?:and )?(?:for|to) {_WHOM}(?: ,)? {_DETERMINER}{_NOUN}{_TASK_NOUN_END}{_LINK}(?= |$)",
        rf"^{_DETERMINER}{_NOUN}{_TASK_NOUN_END}(?: one)?(?: (?:for |to )?{_WHOM})?(?: ,)?{_LINK}(?= |$)",
        rf"^(?:remind|ping|nudge|alert|notify|poke|buzz|wake|prod|remember|shout at|warn)(?: {_WHOM})?(?: please| pls)?(?: again| back| also| too)?(?: (?:i|we|he|she|they) (?:need|needs|have|has|should|must)(?: to)?)?{_LINK}(?= |$)",
        rf"^(?:task|assign) {_WHOM}(?: (?:with|a {_NOUN}))?{_LINK}(?= |$)",
        rf"^(?:assign)(?: a)?(?: task)? to {_WHOM}{_LINK}(?= |$)",
        rf"^(?:another |a second )?one(?: more)? for {_WHOM}(?: (?:to|:))+(?= |$)",
        r"^(?:do not|never) let (?:me|us) forget(?: (?:to|that|about|:))*(?= |$)",
        r"^(?:i |we )?(?:must not|should not|can not) forget(?: to| about)?(?= |$)",
    )
)
_TO_MYSELF = re.compile(r"^(?:remind|nudge|ping|poke|buzz|prod|wake|alert|notify|remember|task) (?:me|us|myself)(?!\w)")
_NEEDS_SOMEBODY = re.compile(r"^(?:ping|nudge|alert|notify|poke|buzz|wake|prod|remember|shout at|warn|assign)(?!\w)")
"""Verbs that make a task only with somebody behind them."""
_TRIES_AGAIN = re.compile(
    r"^(?:retry|try (?:again|(?:him|her|them|it) again)|(?:call|ring|phone) (?:(?:him|her|them) )?(?:again|back))(?!\w)"
)
_SO_REMIND_ME = re.compile(
    r"^(?:i|we) (?:will|shall|have to|need to|must|am going to|want to)(?!\w).+?,? (?:so |and |please |pls |can you |could you )*remind me(?: please| pls| then| ok| of it| of that)*$"
)
"""What is to be done and when, before the order to be reminded of it."""
_NOT_A_TASK = re.compile(
    rf"^(?:the|that|this|my|his|her) {_NOUN} (?:is|are|was|were|becomes?|gets?|goes|moves?|should|must|has|needs?|can|will|for .{{1,30}} (?:is|was)|about .{{1,40}} is)(?!\w)"
)
_ASKS = re.compile(
    r"^(?:remind|tell) (?:me|us)(?: again)? (?:what|who|whom|whose|which|how|why|when|where|whether|if)(?!\w)"
)
"""`remind me what we know of Acme`: a question."""
_LISTED = re.compile(
    rf"^(?:(?:all|any|my|our|open|overdue|the|his|her|their|new) )*(?:tasks|todos|to-?dos|to dos|reminders|action items)(?!\w)(?! ?(?::|-|to )|(?: for {_WHOM})? ?(?::|-|to ))"
)
"""`tasks due tomorrow`: several tasks, of which a list is asked."""
_CHANGES_ONE = re.compile(
    rf"^(?:that )?(?:call|name|title|rename|label|entitle) (?:it|that|this|the {_NOUN})(?!\w)"
    rf"|^(?:that )?(?:the|that|this|my|its) (?:last )?(?:{_NOUN}|title|name)(?: of (?:it|the {_NOUN}))? (?:is|becomes?|gets?|goes|moves?|should|must|has|needs?|can|will|shall|to|on|at|until|for)(?!\w)"
    r"|^(?:that )?it (?:is|should be|shall be|must be|becomes?|gets?) (?:called|named|titled|due|until|on|at)(?!\w)"
    r"|^(?:better|rather|instead|make it|make that|change it|move it|push it|shift it)(?!\w)"
    rf"|^(?:change|move|push|shift|put|set|postpone|bring|rename|update|edit|mark|close|complete|finish|delete|cancel|drop) (?:the|that|this|my|his|her|its) (?:last )?(?:{_NOUN})(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Masked:
    """Words of an order with colleagues' names as one sign and without their times; `places` are their tokens."""

    norm: str
    words: tuple[tuple[str, int], ...]
    people: tuple[Mention, ...]


def masked(
    reading: Reading, *, drop: Collection[tuple[int, int]] = (), only: Collection[Mention] | None = None
) -> Masked:
    """The words of an order.

    Args:
        drop: spans of the cleaned-up text that say when.
        only: the colleagues to mask; by default everyone who is named.
    """
    gone = {place for start, end in drop for place in range(*reading.text.token_range(start, end))}
    people = tuple(
        one
        for one in reading.mentions_of(Named.RECORD)
        if any(who.kind == "user" for who in one.records) and (only is None or one in only)
    )
    begins = {one.first for one in people}
    inside = {place for one in people for place in range(one.first + 1, one.last)}
    words: list[tuple[str, int]] = []
    for place, token in enumerate(reading.text.tokens):
        if place in begins:
            words.append((COLLEAGUE, place))
        elif place not in gone and place not in inside:
            words.append((token.norm, place))
    return Masked(" ".join(word for word, _ in words), tuple(words), people)


def spans_of_time(reading: Reading) -> list[tuple[int, int]]:
    """Where the text says when, in characters of the cleaned-up text."""
    return [(moment.start, moment.end) for moment in reading.moments]


def head_of(norm: str) -> re.Match[str] | None:
    """The words of an order that ask for a task, behind the polite ones; None where they ask for none."""
    start = POLITE.match(norm)
    begins = start.end() if start else 0
    if _NOT_A_TASK.match(norm[begins:]) or _LISTED.match(norm[begins:]):
        return None
    if _ASKS.match(norm[begins:]):
        return None
    for pattern in NAMES_A_TASK:
        match = pattern.match(norm[begins:])
        if match and match.end() and (not _NEEDS_SOMEBODY.match(match[0]) or _has_somebody(match[0])):
            return match
    return None


def _has_somebody(head: str) -> bool:
    return bool(_TO_MYSELF.match(head)) or COLLEAGUE in head or bool(re.search(r" (?:him|her|them)(?!\w)", head))


def orders_task(reading: Reading) -> bool:
    """Whether the words begin like an order for a task, and not like a change of one that is there."""
    if 0 in reading.content:
        return False
    norm = masked(reading, drop=spans_of_time(reading)).norm.strip(" ,.;:-!?")
    begins = POLITE.match(norm)
    bare = norm[begins.end() if begins else 0 :]
    again = bool(_TRIES_AGAIN.match(bare) and reading.moments)
    return not changes_task(reading) and (again or bool(_SO_REMIND_ME.match(bare)) or head_of(norm) is not None)


def is_one(reading: Reading) -> bool:
    """Whether words that look like two orders order one task: "I will try again at 2, remind me"."""
    norm, begins = reading.norm.strip(" ,.;:-!?"), POLITE.match(reading.norm)
    return bool(_SO_REMIND_ME.match(norm[begins.end() if begins else 0 :]))


_TASK_WORD = re.compile(rf"(?<!\w)(?:{_NOUN}|remind|task (?:me|him|her|us))(?!\w)")
_MOST_BEFORE = 30


def buries_a_task(reading: Reading) -> bool:
    """Whether the order for a task stands behind words that say something else, which would become its title."""
    if orders_task(reading):
        return False
    word = _TASK_WORD.search(reading.norm)
    before = reading.norm[: word.start()] if word else ""
    return len(before) > _MOST_BEFORE and bool(re.search(r" (?:[.,;!+•]|and|if|so|then) ", before))


def changes_task(reading: Reading) -> bool:
    """Whether the words only say what a task that is there becomes: "call it …", "the task is until Monday"."""
    norm = masked(reading).norm.lstrip(" ,.;:-!?")
    begins = re.match(r"(?:(?:and|also|then|so|now|no|please|pls|oh|sorry|wait|actually|,|\.) ?)*", norm)
    return bool(_CHANGES_ONE.match(norm[begins.end() if begins else 0 :]))


def assignees_of(reading: Reading) -> list[Mention]:
    """The colleagues a task is for: those in the order for it, else the one who is told or asked to do something."""
    one = masked(reading, drop=spans_of_time(reading))
    stripped = one.norm.lstrip(" ,.;:-!?")
    head = head_of(stripped)
    if head is not None and (count := head[0].count(COLLEAGUE)):
        return list(one.people[:count])
    found = _told(reading, of_others=head is None)
    return [found] if found else []


def assignee_of(reading: Reading) -> Mention | None:
    """The one colleague a task is for."""
    return next(iter(assignees_of(reading)), None)


_TELLS = re.compile(
    r"(?:^|\b)(?:remind|tell|ask|get|have|assign|give|let|make|instruct|nudge|ping|prod|poke|notify|alert|task)(?: it| this| that| a task)?(?: to)?$"
)
_HIS = re.compile(
    r"(?:task|todo|reminder|one)(?: one)? (?:for|to)$|assign(?:ed)? (?:\w+ ){0,2}to$|^for$|(?:create|add|set|make|log|put) for$|assignee(?: is| :|:)?$|responsible(?: is| :|:)?$|owner(?: is| :|:)?$|by$"
)
_SHALL = re.compile(r"(?:should|needs|has|must|is to|to|please)\b")


def _told(reading: Reading, *, of_others: bool) -> Mention | None:
    """`ask Tom to …`, `assigned to Tom`, `Tom should …`; where a task was ordered before, "ask Tom" is its title."""
    for mention in reading.mentions_of(Named.RECORD):
        if not any(record.kind == "user" for record in mention.records):
            continue
        before = reading.text.norm_between(max(mention.first - 5, 0), mention.first)
        after = reading.text.norm_between(mention.last, mention.last + 2)
        if of_others and _TELLS.search(before):
            return mention
        if _HIS.search(before):
            return mention
        if of_others and _SHALL.match(after) and mention.first <= 2:
            return mention
    return None
