"""An answer as blocks: paragraphs, lists of records, tables, headings and code.

Answers composed by tools are plain text: line breaks, numbered lines and dashes, nothing else. A language model may
write Markdown on top of that; `rich` turns headings, tables and code fences on. Nothing in here produces HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_NUMBERED = re.compile(r"^\s{0,3}(\d{1,3})[.)] +(\S.*)$")
_BULLET = re.compile(r"^\s{0,3}[-*•–] +(\S.*)$")
_HEADING = re.compile(r"^\s{0,3}#{1,6} +(\S.*?)\s*#*$")
_FENCE = re.compile(r"^\s{0,3}(?:```|~~~)")
_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
# A subject is one line; a draft begins with it.
_SUBJECT = re.compile(r"^Subject: *(.+)$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Numbered:
    items: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Table:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A message made for a person to use: shown as it is, never as markup."""

    subject: str
    body: str


Block = Paragraph | Heading | Bullets | Numbered | Table | Code | Draft


def blocks(text: str, *, rich: bool = False) -> tuple[Block, ...]:
    """The answer, top to bottom. A line `Subject: …` after an empty line begins a draft that runs to the end."""
    lines = text.replace("\r\n", "\n").split("\n")
    for index, line in enumerate(lines):
        subject = _SUBJECT.match(line)
        if subject and (index == 0 or not lines[index - 1].strip()):
            draft = Draft(subject[1].strip(), "\n".join(lines[index + 1 :]).strip())
            return (*_read(lines[:index], rich=rich), draft)
    return tuple(_read(lines, rich=rich))


def without_choices(text: str, choices: Sequence[str]) -> str:
    """The question alone, where its choices are shown as buttons."""
    offered = {choice.strip() for choice in choices}
    kept = [line for line in text.split("\n") if not ((item := _BULLET.match(line)) and item[1].strip() in offered)]
    return "\n".join(kept).strip()


def without_messages(text: str, addresses: Sequence[str]) -> str:
    """The answer without the sentences that say again what a card shows: a message and whom it would go to."""
    ends = tuple(f" at {address}." for address in addresses if address)
    if not ends:
        return text
    kept = [line for line in text.split("\n") if not (line.startswith("I would send ") and line.endswith(ends))]
    return "\n".join(kept).strip()


def _read(lines: Sequence[str], *, rich: bool) -> Iterator[Block]:
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        block, at = _block(lines, at, rich=rich)
        yield block


def _block(lines: Sequence[str], at: int, *, rich: bool) -> tuple[Block, int]:
    """The block that begins at a line, and the line after it."""
    if rich and (found := _rich_block(lines, at)):
        return found
    if _NUMBERED.match(lines[at]):
        end = _run(lines, at, _NUMBERED)
        items = [match for line in lines[at:end] if (match := _NUMBERED.match(line))]
        return Numbered(tuple((int(item[1]), item[2].strip()) for item in items)), end
    if _BULLET.match(lines[at]):
        end = _run(lines, at, _BULLET)
        return Bullets(tuple(match[1].strip() for line in lines[at:end] if (match := _BULLET.match(line)))), end
    end = at + 1
    while end < len(lines) and lines[end].strip() and not _begins_block(lines, end, rich=rich):
        end += 1
    return Paragraph(tuple(line.strip() for line in lines[at:end])), end


def _rich_block(lines: Sequence[str], at: int) -> tuple[Block, int] | None:
    if _FENCE.match(lines[at]):
        end = next((i for i in range(at + 1, len(lines)) if _FENCE.match(lines[i])), len(lines))
        return Code("\n".join(lines[at + 1 : end])), end + 1
    if heading := _HEADING.match(lines[at]):
        return Heading(heading[1]), at + 1
    if _is_table(lines, at):
        end = at + 2
        while end < len(lines) and "|" in lines[end]:
            end += 1
        head = _cells(lines[at])
        rows = tuple((_cells(line) + ("",) * len(head))[: len(head)] for line in lines[at + 2 : end])
        return Table(head, rows), end
    return None


def _is_table(lines: Sequence[str], at: int) -> bool:
    return "|" in lines[at] and at + 1 < len(lines) and "|" in lines[at + 1] and bool(_RULE.match(lines[at + 1]))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


def _begins_block(lines: Sequence[str], at: int, *, rich: bool) -> bool:
    line = lines[at]
    if _NUMBERED.match(line) or _BULLET.match(line):
        return True
    return rich and bool(_FENCE.match(line) or _HEADING.match(line) or _is_table(lines, at))


def _run(lines: Sequence[str], at: int, pattern: re.Pattern[str]) -> int:
    while at < len(lines) and pattern.match(lines[at]):
        at += 1
    return at
