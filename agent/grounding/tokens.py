"""A text as lines, sentences and tokens, read the same way whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import zip_longest

from agent.grounding.vocabulary import LINKS, PHRASES, PLAIN, canonical
from agent.local.periods import MONTHS


class Kind(StrEnum):
    FIGURE = "figure"
    NUMBER = "number"
    WORD = "word"
    OTHER = "other"
    LINK = "link"
    PLAIN = "plain"
    BREAK = "break"
    COLON = "colon"
    SEMICOLON = "semicolon"
    OPEN = "open"
    CLOSE = "close"
    END = "end"


BREAKS = frozenset({Kind.BREAK, Kind.COLON, Kind.SEMICOLON, Kind.OPEN, Kind.CLOSE})


@dataclass(frozen=True, slots=True)
class Token:
    """`value` is what is compared; `start` where it stands in its line."""

    kind: Kind
    value: str
    start: int = 0

    @property
    def speaks(self) -> bool:
        """Whether it says something, so that a tool must have said it."""
        return self.kind in _SPEAKING


_SPEAKING = frozenset({Kind.FIGURE, Kind.NUMBER, Kind.WORD, Kind.OTHER})


@dataclass(frozen=True, slots=True)
class Sentence:
    tokens: tuple[Token, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """`item` for a line of a list, `number` where its mark is one."""

    sentences: tuple[Sentence, ...]
    item: bool
    number: str | None


_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_TOKEN = re.compile(
    rf"""(?P<figure>\[\[[A-Za-z0-9_.:-]{{1,80}}\]\])
    |(?P<person><[a-z_]+_\d+(?:_\d+)?>)
    |(?P<quote>“[^”\n]*”|"[^"\n]*")
    |(?P<iso>\b(?:19|20)\d\d-\d\d-\d\d\b)
    |(?P<isomonth>\b(?:19|20)\d\d-\d\d\b)
    |(?P<quarter>\b(?:19|20)\d\d[ -]?Q[1-4]\b|\bQ[1-4][ /-]?(?:19|20)\d\d\b)
    |(?P<date>\b\d{{1,2}}\ (?:{_MONTH})(?:\ (?:19|20)\d\d)?\b
        |\b(?:{_MONTH})\ \d{{1,2}}(?:,?\ (?:19|20)\d\d)?\b(?![%,.]?\d))
    |(?P<month>\b(?:{_MONTH})\ (?:19|20)\d\d\b)
    |(?P<number>\d+(?:[.,:]\d+)*)
    |(?P<word>[^\W\d_]+(?:['’-][^\W\d_]+)*)
    |(?P<space>\s+)
    |(?P<mark>.)""",
    re.VERBOSE | re.IGNORECASE,
)
_ITEM = re.compile(r"\s*(?:(?P<number>\d{1,3})[.)]|[-*•]|#{1,4})\s+")
_ENDS = re.compile(r"[*_”\"')]*(?:\s|$)")
_MARKS = {",": Kind.BREAK, "–": Kind.BREAK, "—": Kind.BREAK, ":": Kind.COLON, ";": Kind.SEMICOLON, "(": Kind.OPEN,
          ")": Kind.CLOSE}  # fmt: skip


def lines_of(text: str) -> Iterator[Line]:
    """The lines that hold anything, without their list marks."""
    for raw in text.splitlines():
        mark = _ITEM.match(raw)
        body = raw[mark.end() :] if mark else raw
        listed = mark is not None and not mark[0].strip().startswith("#")
        sentences = tuple(_sentences(body))
        if sentences:
            yield Line(sentences, item=listed, number=mark["number"] if mark else None)


def tokens_of(text: str) -> tuple[Token, ...]:
    """Everything but white space, in order."""
    return tuple(_joined([token for token in map(_token, _TOKEN.finditer(text)) if token is not None]))


def _sentences(body: str) -> Iterator[Sentence]:
    held: list[Token] = []
    begin = 0
    for token in tokens_of(body):
        if token.kind is not Kind.END:
            held.append(token)
            continue
        stop = token.start + 1
        if not _ENDS.match(body, stop):
            continue
        if held:
            yield Sentence(tuple(held), body[begin:stop].strip())
        held, begin = [], stop
    if held:
        yield Sentence(tuple(held), body[begin:].strip())


def _token(match: re.Match[str]) -> Token | None:
    kind, text, start = match.lastgroup or "mark", match[0], match.start()
    match kind:
        case "space":
            return None
        case "figure":
            return Token(Kind.FIGURE, text[2:-2], start)
        case "person":
            return Token(Kind.WORD, text.lower(), start)
        case "quote":
            return Token(Kind.WORD, f"“{' '.join(text[1:-1].split())}”", start)
        case "number":
            return Token(Kind.NUMBER, text, start)
        case "word":
            return _word(text, start)
        case "mark":
            return _mark(match)
    return Token(Kind.NUMBER, _moment(kind, text), start)


def _word(text: str, start: int) -> Token:
    value = canonical(text)
    return Token(Kind.PLAIN if value in PLAIN else Kind.LINK if value in LINKS else Kind.WORD, value, start)


def _mark(match: re.Match[str]) -> Token | None:
    text, start = match[0], match.start()
    if text in "*_":
        return None
    if text == "-" and _free(match):
        # Only a dash that stands free is one: before a figure it would turn its sign.
        return Token(Kind.BREAK, text, start)
    if text in ".!":
        return Token(Kind.END, text, start)
    if text in _MARKS:
        return Token(_MARKS[text], text, start)
    return Token(Kind.OTHER, text, start)


def _free(match: re.Match[str]) -> bool:
    around = match.string[match.start() - 1 : match.start()] + match.string[match.end() : match.end() + 1]
    return match.start() > 0 and around.isspace()


def _moment(kind: str, text: str) -> str:
    """One way of writing for each day, month and quarter, so that `May 31, 2025` is `31 May 2025`."""
    year = re.search(r"(?:19|20)\d\d", text)
    if kind in ("iso", "isomonth"):
        return text
    if kind == "quarter":
        quarter = re.search(r"q([1-4])", text.lower())
        return f"{year[0]}Q{quarter[1]}" if year and quarter else text
    named = re.search(rf"{_MONTH}", text, re.IGNORECASE)
    month = f"{MONTHS[named[0].lower()]:02}" if named else "??"
    if kind == "month":
        return f"{year[0]}-{month}" if year else text
    rest = text.replace(year[0], "") if year else text
    day = re.search(r"\d{1,2}", rest)
    return f"{year[0] if year else '----'}-{month}-{int(day[0]) if day else 0:02}"


def _joined(tokens: Sequence[Token]) -> Iterator[Token]:
    """Two words that are one plain verb (`comes to`) as one token."""
    skip = False
    for token, after in zip_longest(tokens, tokens[1:]):
        if skip:
            skip = False
            continue
        if after is not None and (token.value, after.value) in PHRASES:
            skip = True
            yield replace(token, kind=Kind.PLAIN, value=f"{token.value} {after.value}")
            continue
        yield token
