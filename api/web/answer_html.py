"""From blocks to HTML. Everything is escaped first; the only tags are the ones written here.

Text of records can therefore never become markup, a link leads nowhere outside this workspace, and an image is
its description: nothing in an answer makes a browser speak to another host.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from api.web import icons
from api.web.blocks import Block, Bullets, Code, Draft, Heading, Numbered, Paragraph, Table

_MARK = re.compile(r" ?\[(\d{1,3})\]")
_OWNED = re.compile(r"^(.+?) \(([^()\[\]]+)\): (.+)$", re.DOTALL)
_NAMED = re.compile(r"^([^:]{1,80}): (\S.*)$", re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_IMAGE = re.compile(r"!\[([^\]\n]*)\]\([^()\s]*\)")
_LINK = re.compile(r"\[([^\]\n]+)\]\(([^()\s]+)\)")
_STRONG = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]+?)(?<=[^\s*])\*(?![\w*])")
# What qualifies an answer stands back behind it.
_ASIDE = re.compile(r"(?:Definition|Note|Notes|Scope): ")
# The sentence an answer begins with, up to the end of it and its marks.
_FIRST = re.compile(r"^.{12,220}?[.!?](?: ?\[\d{1,3}\])*(?=\s+[A-Z0-9])|^.{12,220}[.!?:](?: ?\[\d{1,3}\])*$")
_NUMBER = re.compile(r"[-−+]?(?:[$€£¥]|[A-Z]{3} )?\d")
_NUMERIC = ' class="number"'
_MOST_PARTS = 5
# A comma between two facts about a record; the comma inside 1,250 is not one.
_FACT = re.compile(r",\s+")

Citations = Mapping[int, Mapping[str, Any]]


def citations_by_mark(citations: Sequence[Mapping[str, Any]]) -> dict[int, Mapping[str, Any]]:
    return {int(one["n"]): one for one in citations}


def answer_html(found: Sequence[Block], citations: Citations, *, rich: bool = False) -> str:
    """The blocks as HTML, with a button for each citation mark that `citations` knows."""
    parts = [_block(block, citations, rich=rich) for block in found]
    if len(found) > 1 and isinstance(found[0], Paragraph) and not _ASIDE.match(found[0].lines[0]):
        parts[0] = _opening(found[0], citations, rich=rich)
    return "".join(parts)


def _opening(block: Paragraph, citations: Citations, *, rich: bool) -> str:
    """The first paragraph of several; its first sentence carries the answer and stands out."""
    line, more = block.lines[0], block.lines[1:]
    first = _FIRST.match(line)
    if first is None:
        return _block(block, citations, rich=rich)
    rest = [one for one in (line[first.end() :].strip(), *more) if one]
    after = "<br>".join(_inline(one, citations, rich=rich) for one in rest)
    said = f'<p class="first">{_inline(first[0], citations, rich=rich)}</p>'
    return f"{said}<p>{after}</p>" if after else said


def _block(block: Block, citations: Citations, *, rich: bool) -> str:
    def inline(text: str) -> str:
        return _inline(text, citations, rich=rich)

    match block:
        case Paragraph(lines):
            kind = ' class="aside"' if _ASIDE.match(lines[0]) else ""
            return f"<p{kind}>{'<br>'.join(inline(line) for line in lines)}</p>"
        case Heading(text):
            return f"<h3>{inline(text)}</h3>"
        case Numbered(items):
            start = f' start="{items[0][0]}"' if items[0][0] != 1 else ""
            kind = _columns([text for _, text in items])
            return f'<ol class="records{kind}"{start}>{"".join(_record(text, inline) for _, text in items)}</ol>'
        case Bullets(items):
            return _bullets(items, inline)
        case Table(head, rows):
            return table_html([inline(cell) for cell in head], [[inline(cell) for cell in row] for row in rows])
        case Code(text):
            return f"<pre><code>{escape(text)}</code></pre>"
        case Draft():
            return draft_html(block)


def _parted(text: str) -> tuple[str, str, list[str]] | None:
    """`Name (owner): facts` as a name, an owner and its facts."""
    if owned := _OWNED.match(text):
        return owned[1], owned[2], _FACT.split(owned[3])
    if named := _NAMED.match(text):
        return named[1], "", _FACT.split(named[2])
    return None


def _columns(texts: Sequence[str]) -> str:
    """The class of a list whose records have the same facts, so that these stand under each other."""
    counts = {len(parted[2]) if (parted := _parted(text)) else 0 for text in texts}
    [count] = counts if len(counts) == 1 else [0]
    return f" columns of-{count}" if len(texts) > 1 and 2 <= count <= _MOST_PARTS else ""


def _record(text: str, inline: Any) -> str:  # noqa: ANN401 - the inline renderer of this answer
    """A name, an owner and a line of facts."""
    parted = _parted(text)
    if parted is None:
        return f"<li>{inline(text)}</li>"
    name, owner, facts = parted
    whose = f' <span class="owner">{inline(owner)}</span>' if owner else ""
    each = "".join(f"<span{_NUMERIC if _NUMBER.match(fact) else ''}>{inline(fact)}</span>" for fact in facts)
    return (
        f'<li><span class="whose"><span class="name">{inline(name)}</span>{whose}</span>'
        f'<span class="facts">{each}</span></li>'
    )


def _bullets(items: Sequence[str], inline: Any) -> str:  # noqa: ANN401 - the inline renderer of this answer
    """A list; as two columns where every line is `name: rest`."""
    named = [_NAMED.match(item) for item in items]
    if len(items) > 1 and all(named):
        rows = "".join(
            f'<li><span class="name">{inline(one[1])}</span><span class="rest">{inline(one[2])}</span></li>'
            for one in named
            if one
        )
        return f'<ul class="pairs">{rows}</ul>'
    return f"<ul>{''.join(f'<li>{inline(item)}</li>' for item in items)}</ul>"


def table_html(head: Sequence[str], rows: Sequence[Sequence[str]], *, caption: str = "") -> str:
    """A table of cells that are HTML already."""
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f'<div class="table" tabindex="0" role="region" aria-label="{escape(caption or "Table")}">'
        f"<table>{title}<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def draft_html(draft: Draft) -> str:
    """A message on paper, with a button that copies it."""
    subject = f'<p class="subject"><span>Subject</span> {escape(draft.subject)}</p>' if draft.subject else ""
    copied = f"Subject: {draft.subject}\n\n{draft.body}" if draft.subject else draft.body
    return (
        f'<article class="paper" aria-label="Draft">'
        f'<header><span>Draft</span><button type="button" class="quiet" data-copy="{escape(copied)}">'
        f"{icons.COPY}<span>Copy</span></button></header>"
        f'{subject}<div class="body">{escape(draft.body)}</div></article>'
    )


def _inline(text: str, citations: Citations, *, rich: bool) -> str:
    marked = _marked(escape(text), citations)
    return _dressed(marked) if rich else marked


def _marked(safe: str, citations: Citations) -> str:
    """Citation marks as buttons, each kept on one line with its figure. `safe` is escaped."""
    parts, at = [], 0
    for mark in _MARK.finditer(safe):
        cited = citations.get(int(mark[1]))
        if cited is None:
            continue
        before = safe[at : mark.start()]
        figure = escape(str(cited["figure"]))
        if figure and before.endswith(figure):
            parts.append(before[: -len(figure)])
            parts.append(f'<span class="figure">{figure}{_chip(cited)}</span>')
        else:
            parts += [before, _chip(cited)]
        at = mark.end()
    return "".join([*parts, safe[at:]])


def _chip(cited: Mapping[str, Any]) -> str:
    n, label = int(cited["n"]), escape(f"{cited['label']}: {cited['figure']}")
    return (
        f'<sup><button type="button" class="cite" data-cite="{n}" title="{label}" '
        f'aria-label="Open source {n}, {label}" aria-haspopup="dialog">{n}</button></sup>'
    )


def _dressed(marked: str) -> str:
    """A model's inline Markdown, on text that is escaped and holds no other tags than citation buttons."""
    pieces = re.split(r"(<span class=\"figure\">.*?</span>|<sup>.*?</sup>)", marked)
    return "".join(piece if index % 2 else _markdown(piece) for index, piece in enumerate(pieces))


def _markdown(safe: str) -> str:
    pieces = _CODE.split(safe)
    return "".join(f"<code>{piece}</code>" if index % 2 else _emphasis(piece) for index, piece in enumerate(pieces))


def _emphasis(safe: str) -> str:
    text = _LINK.sub(_place, _IMAGE.sub(lambda image: image[1], safe))
    return _EMPHASIS.sub(r"<em>\1</em>", _STRONG.sub(r"<strong>\2</strong>", text))


def _place(link: re.Match[str]) -> str:
    """A link inside this workspace is one; any other is named, so that it is read before it is followed."""
    label, target = link[1], link[2]
    if re.fullmatch(r"/(?:c|traces|evidence)/[\w-]+", target):
        return f'<a href="{target}">{label}</a>'
    return f"{label} ({target})"
