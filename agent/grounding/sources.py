"""The tools' sentences of a turn, taken apart into the pieces that may be left out and those that may not."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from agent.grounding.tokens import BREAKS, Kind, Line, Sentence, Token, lines_of
from agent.grounding.vocabulary import CAVEATS, HEADINGS, spoken


@dataclass(frozen=True, slots=True)
class Told:
    """What one tool call said, as a model saw it.

    Attributes:
        position: of the call in the turn.
        texts: its sentences, with references of the turn.
        owed: the reader has to be told (a refusal, a deed, a proposal), whatever the model leaves out.
        also: what may be said beside it.
    """

    position: int
    texts: tuple[str, ...]
    owed: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of tokens that is said whole or not at all.

    Attributes:
        free: whether it may be left out.
        fact: what a row says of its name: a name alone, which somebody else chose, says nothing.
    """

    tokens: tuple[Token, ...]
    free: bool
    fact: bool = False


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of a tool.

    Attributes:
        place: (call, line of the turn, sentence of the line): the order in which things were said.
        number: of its line in a numbered list.
        item: whether its line is one of a list.
        row: whether it tells facts of a record or a group side by side, so that one may stand without the next.
        leans: it speaks of what the sentence before it named.
        owed: if the model leaves it out, code adds it.
    """

    place: tuple[int, int, int]
    text: str
    pieces: tuple[Piece, ...]
    number: str | None
    item: bool
    row: bool
    leans: bool
    owed: bool
    caveat: bool

    @property
    def line(self) -> tuple[int, int]:
        return self.place[:2]

    @property
    def figures(self) -> tuple[str, ...]:
        return tuple(t.value for piece in self.pieces for t in piece.tokens if t.kind is Kind.FIGURE)


_LEANING = spoken("them these those this")
_OPENING = spoken("it they that")


def statements_of(told: Sequence[Told], names: Collection[str] = ()) -> tuple[Statement, ...]:
    """Every sentence of the tools. `names` are those of records, which open rows of facts."""
    heads = {_spoken(name) for name in names}
    return tuple(statement for one in told for statement in _of_call(one, heads))


def _spoken(name: str) -> tuple[str, ...]:
    line = next(lines_of(name), None)
    return tuple(t.value for s in line.sentences for t in s.tokens if t.speaks) if line else ()


def _of_call(told: Told, heads: Collection[tuple[str, ...]]) -> Iterator[Statement]:
    number = 0
    for text, owed in (*((text, told.owed) for text in told.texts), *((text, False) for text in told.also)):
        for line in lines_of(text):
            number += 1
            for index, sentence in enumerate(line.sentences):
                row = _opens_row(sentence.tokens, heads, listed=line.item and index == 0)
                yield Statement(
                    place=(told.position, number, index),
                    text=sentence.text,
                    pieces=tuple(_row(sentence.tokens) if row else _prose(sentence.tokens)),
                    number=line.number,
                    item=line.item,
                    row=row,
                    leans=(index > 0 and _is_quoting(line)) or (not row and number + index > 1 and _leans(sentence)),
                    owed=owed,
                    caveat=not line.item and any(token.value in CAVEATS for token in sentence.tokens),
                )


def _is_quoting(line: Line) -> bool:
    """Whether what follows the first sentence may be somebody else's text: `Pain points: …`, a line of a list."""
    colon = _first_colon(line.sentences[0].tokens)
    return line.item or (colon is not None and tuple(t.value for t in line.sentences[0].tokens[:colon]) not in HEADINGS)


def _leans(sentence: Sentence) -> bool:
    """Whether a pronoun stands where nothing of the sentence itself can be meant by it."""
    opening = any(token.value in _OPENING for token in sentence.tokens[:4])
    return opening or any(token.value in _LEANING for token in sentence.tokens)


def _opens_row(tokens: Sequence[Token], heads: Collection[tuple[str, ...]], *, listed: bool) -> bool:
    colon = _first_colon(tokens)
    if colon is None:
        return False
    return listed or tuple(t.value for t in _outside(tokens[:colon]) if t.speaks) in heads


def _first_colon(tokens: Sequence[Token]) -> int | None:
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if token.kind is Kind.COLON and depth == 0:
            return index
    return None


def _outside(tokens: Sequence[Token]) -> Iterator[Token]:
    return (token for aside, run in _asides(tokens) for token in run if not aside)


def _asides(tokens: Sequence[Token]) -> Iterator[tuple[bool, list[Token]]]:
    """Runs of tokens outside and inside of brackets, the outermost brackets left out."""
    depth = 0
    marked: list[tuple[int, Token]] = []
    group = 0
    for token in tokens:
        if token.kind is Kind.OPEN:
            depth += 1
            if depth == 1:
                group += 1
                continue
        if token.kind is Kind.CLOSE:
            depth = max(0, depth - 1)
            if depth == 0:
                group += 1
                continue
        marked.append((group * 2 + (depth > 0), token))
    for key, run in groupby(marked, key=lambda pair: pair[0]):
        yield key % 2 == 1, [token for _, token in run]


def _row(tokens: Sequence[Token]) -> Iterator[Piece]:
    """The name stays; each fact after the colon may be left out, but what follows a second colon belongs together."""
    colon = _first_colon(tokens)
    if colon is None:
        raise ValueError("a row has a colon")
    yield from _with_asides(tokens[:colon])
    tail = list(tokens[colon + 1 :])
    second = _first_colon(tail)
    whole: list[Token] = []
    if second is not None:
        begin = max((i for i in range(second) if tail[i].kind in (Kind.BREAK, Kind.SEMICOLON)), default=-1) + 1
        tail, whole = tail[:begin], tail[begin:]
    for aside, run in _asides(tail):
        for fact in [run] if aside else _split(run, (Kind.BREAK, Kind.SEMICOLON)):
            if piece := _kept(fact):
                yield Piece(piece, free=True, fact=True)
    if piece := _kept(whole):
        yield Piece(piece, free=True, fact=True)


def _prose(tokens: Sequence[Token]) -> Iterator[Piece]:
    """A heading, an aside of figures without a caveat, and what follows a semicolon may go; the rest stays."""
    colon = _first_colon(tokens)
    if colon is not None and tuple(t.value for t in tokens[:colon]) in HEADINGS:
        yield Piece(_kept(tokens[:colon]), free=True)
        tokens = tokens[colon + 1 :]
    for index, part in enumerate(_split(tokens, (Kind.SEMICOLON,))):
        if index == 0:
            # An aside of figures may go; one of words may be the segment that the figure is of.
            yield from (
                piece if any(t.kind is Kind.FIGURE for t in piece.tokens) else replace(piece, free=False)
                for piece in _with_asides(part)
            )
        elif piece := _kept(part):
            yield Piece(piece, free=True)


def _with_asides(tokens: Sequence[Token]) -> Iterator[Piece]:
    for aside, run in _asides(tokens):
        if piece := _kept(run):
            yield Piece(piece, free=aside and not any(token.value in CAVEATS for token in piece))


def _kept(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens that are compared; a run without a word that speaks is none."""
    kept = [t for t in tokens if t.speaks or t.kind is Kind.LINK or t.kind in BREAKS]
    while kept and kept[-1].kind in BREAKS:
        kept.pop()
    while kept and kept[0].kind in BREAKS:
        kept.pop(0)
    return tuple(kept) if any(token.speaks for token in kept) else ()


def _split(tokens: Sequence[Token], kinds: tuple[Kind, ...]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if token.kind in kinds and depth <= 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts
