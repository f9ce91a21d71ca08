"""Whether a model's sentence is one of the tools', give or take what may go and the words that say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from agent.grounding.sources import Piece, Statement
from agent.grounding.tokens import BREAKS, Kind, Token
from agent.grounding.vocabulary import spoken

_DEEDS = spoken("created changed sent removed moved updated deleted assigned")


def compared(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens of a model's sentence that are compared: all but the plain ones."""
    return tuple(token for token in _passive(tokens) if token.kind is not Kind.PLAIN)


def says(tokens: tuple[Token, ...], statement: Statement) -> bool:
    """Whether `tokens` (compared ones) hold every piece of the statement that has to be said, and nothing else."""
    pieces = statement.pieces

    @cache
    def rest(at: int, piece: int, told: bool) -> bool:
        if piece == len(pieces):
            return told and not any(token.kind not in BREAKS for token in tokens[at:])
        after = _after(tokens, at, pieces[piece])
        if after is not None and rest(after, piece + 1, told or pieces[piece].fact):
            return True
        return pieces[piece].free and rest(at, piece + 1, told)

    return any(token.speaks for token in tokens) and rest(0, 0, not any(piece.fact for piece in pieces))


def is_piece(tokens: tuple[Token, ...], statement: Statement) -> bool:
    """Whether `tokens` are one piece of the statement, whole, with a figure in it."""
    return any(
        _after(tokens, 0, piece) == len(tokens) and any(t.kind is Kind.FIGURE for t in piece.tokens)
        for piece in statement.pieces
    )


def _after(tokens: Sequence[Token], at: int, piece: Piece) -> int | None:
    """Where `tokens` go on after this piece. Links and breaks before it are the model's own; inside it every word,
    link and break stands as the tool said it, only a break may be missing."""
    wanted = piece.tokens
    while at < len(tokens) and (tokens[at].kind in BREAKS or tokens[at].kind is Kind.LINK):
        if tokens[at].value == wanted[0].value:
            break
        at += 1
    for token in wanted:
        found = tokens[at] if at < len(tokens) else None
        if token.kind in BREAKS:
            at += found is not None and found.kind in BREAKS
        elif _same(found, token):
            at += 1
        elif _owning(tokens, at) and _same(tokens[at + 1], token):
            at += 2
        else:
            return None
    return at


def _same(found: Token | None, token: Token) -> bool:
    return (
        found is not None and found.value == token.value and (found.kind is Kind.FIGURE) == (token.kind is Kind.FIGURE)
    )


def _owning(tokens: Sequence[Token], at: int) -> bool:
    """`annual revenue of [[…]]` for `annual revenue [[…]]`."""
    return (
        0 < at < len(tokens) - 1
        and tokens[at].value == "of"
        and tokens[at - 1].kind is Kind.WORD
        and tokens[at + 1].kind is Kind.FIGURE
    )


def _passive(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """`I created the task “Call” for …` as the tools say it: `task “Call” created for …`."""
    spoken = [i for i, token in enumerate(tokens) if token.kind is not Kind.PLAIN]
    if not spoken or not tokens or tokens[0].value not in ("i", "we"):
        return tuple(tokens)
    first = spoken[0]
    quote = next((i for i, token in enumerate(tokens) if token.value.startswith("“")), None)
    if tokens[first].value not in _DEEDS or quote is None:
        return tuple(tokens)
    return (*tokens[first + 1 : quote + 1], tokens[first], *tokens[quote + 1 :])
