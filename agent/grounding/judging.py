"""Whether a model's text may be shown: each of its sentences is a tool's, or describes a figure in the figure's words.

Nothing is looked for that must not be there. A sentence is read word by word against what the tools of the turn said;
words that no tool said, in another order, without the negation or the condition that stood with them, or beside
another figure, leave the sentence without a source, and one such sentence refuses the text.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from agent.grounding.describing import Describer
from agent.grounding.labels import Labels
from agent.grounding.matching import compared, says
from agent.grounding.sources import Statement
from agent.grounding.talk import is_handover
from agent.grounding.tokens import Kind, Line, Token, lines_of
from agent.grounding.verdict import Verdict
from agent.grounding.visible import hides
from agent.grounding.vocabulary import spoken
from agent.local.lexicon import everyday

_JOINS = spoken("and while whereas but though although which where however")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a text.

    Attributes:
        sentence: number of the sentence that failed, from 1.
        notes: for each reference in its order what the sentence leaves unsaid of the figure.
        told: places of the tools' sentences that the text says.
    """

    verdict: Verdict
    sentence: int | None = None
    notes: tuple[str, ...] = ()
    told: frozenset[tuple[int, int, int]] = frozenset()


@dataclass(slots=True)
class _Reading:
    """How far a text has been read: what was said last decides what `it` and a short name mean."""

    last: int = -1
    rank: dict[int, int] = field(default_factory=dict)
    leant_on: int | None = None
    lines: frozenset[tuple[int, int]] = frozenset()
    begun: bool = False
    headings: set[int] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    told: set[tuple[int, int, int]] = field(default_factory=set)


def judge(
    text: str, statements: Sequence[Statement], labels: Mapping[str, str], *, counts: Collection[str] = ()
) -> Judgement:
    """Hold a text against the tools' sentences.

    Args:
        text: as the model wrote it: references for figures, placeholders for people.
        statements: the tools' sentences of this turn, in the same form.
        labels: reference -> label of the figure, in the same form.
        counts: references of figures that count something.
    """
    if not text.strip():
        return Judgement(Verdict.EMPTY)
    if hides(text, [statement.text for statement in statements]):
        return Judgement(Verdict.HIDDEN_TEXT)
    return _Judge(statements, labels, counts).of(text)


class _Judge:
    def __init__(self, statements: Sequence[Statement], labels: Mapping[str, str], counts: Collection[str]) -> None:
        self._statements = statements
        self._labels = labels
        order = [key for statement in statements for key in statement.figures]
        self._describer = Describer(Labels(labels, order), statements, counts)
        self._reading = _Reading()

    def of(self, text: str) -> Judgement:
        number = 0
        for line in lines_of(text):
            for index, sentence in enumerate(line.sentences):
                number += 1
                if not self._passes(sentence.tokens, line, first=index == 0):
                    return Judgement(self._reason(sentence.tokens), number)
        return Judgement(Verdict.GROUNDED, notes=tuple(self._reading.notes), told=frozenset(self._reading.told))

    def _passes(self, tokens: tuple[Token, ...], line: Line, *, first: bool) -> bool:
        if not any(token.kind is not Kind.BREAK for token in tokens):
            return True
        tokens = _without_handover(tokens)
        if not tokens:
            return line.number is None
        if self._is_said(tokens, line, first=first):
            return True
        if line.number is not None and first:
            return False
        if self._is_described(tokens):
            return True
        parts = _parts(tokens)
        return len(parts) > 1 and all(self._passes(part, line, first=False) for part in parts)

    def _is_said(self, tokens: tuple[Token, ...], line: Line, *, first: bool) -> bool:
        """It is a sentence of a tool, after those said before it, with its rank if it has one."""
        reading = self._reading
        ways = (compared(tokens), compared(self._describer.without_names(tokens)))
        for index in range(reading.last + 1, len(self._statements)):
            statement = self._statements[index]
            if statement.leans and reading.leant_on != index - 1:
                continue
            if not any(says(words, statement) for words in ways) or not self._in_rank(
                statement, line.number if first else None
            ):
                continue
            if statement.number is not None and statement.place[2] == 0:
                reading.rank[statement.place[0]] = int(statement.number)
            reading.last = reading.leant_on = index
            reading.lines, reading.begun = frozenset({statement.line}), True
            reading.told.add(statement.place)
            reading.headings.add(index)
            reading.notes += self._notes(index, tokens)
            return True
        return False

    def _notes(self, index: int, tokens: tuple[Token, ...]) -> list[str]:
        """A row below its heading needs none; without it, its figures say what they are."""
        heading = index
        while heading > 0 and (self._statements[heading].row or self._statements[heading].item):
            heading -= 1
        if heading == index or heading in self._reading.headings:
            return [""] * sum(token.kind is Kind.FIGURE for token in tokens)
        return self._describer.unsaid(tokens)

    def _in_rank(self, statement: Statement, number: str | None) -> bool:
        """A numbered line keeps its number, or stands unnumbered where it would have it anyway."""
        if statement.place[2] > 0:
            return number is None
        if number is not None:
            return statement.number == number
        before = self._reading.rank.get(statement.place[0], 0)
        return statement.number is None or int(statement.number) == before + 1

    def _is_described(self, tokens: tuple[Token, ...]) -> bool:
        reading = self._reading
        told = self._describer.told(tokens, lines=reading.lines, begun=reading.begun)
        if told is None:
            return False
        reading.notes += told.notes
        reading.lines, reading.begun, reading.leant_on = told.lines, True, told.last
        reading.headings |= {told.last} if told.last is not None else set()
        return True

    def _reason(self, tokens: Sequence[Token]) -> Verdict:
        figures = [token.value for token in tokens if token.kind is Kind.FIGURE]
        if any(key not in self._labels for key in figures):
            return Verdict.UNKNOWN_REFERENCE
        if any(token.kind is Kind.NUMBER for token in tokens):
            return Verdict.BARE_FIGURE
        words = [token for token in tokens if token.kind is Kind.WORD]
        if len(words) > 2 and sum(token.value in everyday() for token in words) * 2 < len(words):
            return Verdict.UNREADABLE
        return Verdict.WRONG_FIGURE if figures else Verdict.UNSUPPORTED


def _without_handover(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """What `Here is the answer:` hands over; nothing where it stands alone."""
    if is_handover(tokens):
        return ()
    colon = next((index for index, token in enumerate(tokens) if token.kind is Kind.COLON), None)
    return tokens[colon + 1 :] if colon is not None and is_handover(tokens[:colon]) else tokens


def _parts(tokens: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    """Main clauses: at semicolons, and at a comma before a conjunction."""
    parts: list[list[Token]] = [[]]
    for index, token in enumerate(tokens):
        after = tokens[index + 1].value if index + 1 < len(tokens) else ""
        if token.kind is Kind.SEMICOLON or (token.kind is Kind.BREAK and after in _JOINS):
            parts.append([])
        else:
            parts[-1].append(token)
    return [tuple(part) for part in parts]
