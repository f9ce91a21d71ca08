"""Which parts of a text are content and not the person's own words: quotes, pasted mail and notes, reported speech."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTES = re.compile(r"\"([^\"\n]{1,2000})\"|“([^”]{1,2000})”|«([^»]{1,2000})»|(?<!\w)'([^'\n]{12,2000})'(?!\w)|(?<!\w)‘([^’]{12,2000})’(?!\w)|```([\s\S]+?)```")  # fmt: skip
_PASTED = re.compile(
    r"(?:^|\n)(?:>|From:|Subject:|To:|Sent:|Cc:|-----|On .{4,60} wrote:)[^\n]*(?:\n[\s\S]*)?"
    r"|(?:(?:here (?:is|are)|below (?:is|are)|see|this is|these are|pasting|pasted|attached is|fwd|forwarded)\b[^.:\n]{0,60}(?:mail|email|e-mail|note|notes|message|transcript|thread|reply|chat|call|minutes|summary|feedback)[^.:\n]{0,60}:|"
    r"\b(?:notes?|transcript|email|e-mail|mail|message|minutes|reply|quote|feedback|voicemail)(?: (?:from|of|by) [^:\n]{1,40})?:)\s*\S[\s\S]*",
    re.IGNORECASE,
)
_WHO = (
    r"(?:(?:the |a |my |our |their |her |his |this |that )?(?:\w+ ){0,2}?(?:customer|client|prospect|buyer|lead|contact|he|she|they|someone|somebody|procurement|legal|cfo|ceo|cto|boss|note|notes|"
    r"mail|email|e-mail|message|transcript|thread|letter|chat|subject|signature|footer|description|crm|field|page|website|form|invoice)|(?-i:[A-Z])[\w.&-]+(?: (?-i:[A-Z])[\w.&-]+)?)"
)
_SAYS = (
    r"(?:(?:just|now|then|also|has|have|had|literally|actually) )*"
    r"(?:says|said|writes|wrote|reads|states|stated|tells (?:me|us|you)|told (?:me|us|you)|asks|asked|is asking|wants|wanted|demands|"
    r"demanded|replied|replies|answered|insists|insisted|instructs|instructed|contains|claims|claimed|mentions|mentioned|orders|"
    r"ordered|suggests|suggested|requests|requested|begged|begs|(?<=they )(?:say|want|ask|demand|insist|claim))"
)
_HEARSAY = (
    r"(?!(?:i|we|you|who|what|which|nobody|as|like|have|has|do|did)\b)\w+(?: \w+)? (?:said|says|wrote|told (?:me|us))"
)
_REPORTED = re.compile(
    rf"(?:^|(?<=[.!?,;:\n(])|\band |\bso |\bbut |\bbecause )\s*(?:{_WHO}(?:'s (?:last |latest )?(?:note|mail|email|e-mail|message|reply))?"
    rf" {_SAYS}|{_HEARSAY})(?: (?:that|to|us to|me to|you to|for|if|whether|the|we|i|you|it|they)\b| ?[:,-]| )(?P<rest>[^.!?\n;]*)",
    re.IGNORECASE,
)
_TURN_BACK = re.compile(
    r"(?:[,-]|\bso\b|\band\b|\bbut\b|\bthen\b)\s*(?:so |and |then |now |please |can you |could you |just |but )*(?:draft|write|remind|create|add|set|show|tell me|give me|make|find|what|who|how|why|which|brief|summari[sz]e|put together|help me|let me know|schedule|send)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Content:
    """A stretch of the written text that is content. `reported` when it was told rather than quoted."""

    start: int
    end: int
    reported: bool = False


def find_content(written: str) -> list[Content]:
    """Stretches that can hold no order, from left to right. Short quotes of up to three words are names or titles."""
    found: list[Content] = []
    for match in _QUOTES.finditer(written):
        inside = next(group for group in match.groups() if group is not None)
        if len(inside.split()) > 3 or re.search(
            r"(?:says?|said|reads?|wrote|writes?|told|:)\W*$", written[: match.start()]
        ):
            found.append(Content(match.start(), match.end()))
    for match in _PASTED.finditer(written):
        colon = match.group().find(":")
        start = match.start() + (colon + 1 if colon >= 0 and match.group().lstrip()[:1] not in ">-" else 0)
        if (
            not _inside(start, found)
            and len(written[start : match.end()].split()) > 2
            and _is_paste(match.group(), written)
        ):
            found.append(Content(start, match.end()))
    for match in _REPORTED.finditer(written):
        if not _inside(match.start("rest"), found):
            end = match.end("rest")
            if back := _TURN_BACK.search(written, match.start("rest"), end):
                end = back.start()
            found.append(Content(match.start(), end, reported=True))
    return sorted(found, key=lambda one: one.start)


def _is_paste(matched: str, written: str) -> bool:
    """`note: call her` in one short line is an order; a longer or many-line paste is not."""
    head = matched.lstrip().split(":")[0].lower()
    return "\n" in written or len(head.split()) > 1 or head.startswith((">", "-")) or len(matched.split()) > 25


def _inside(position: int, found: list[Content]) -> bool:
    return any(one.start <= position < one.end for one in found)
