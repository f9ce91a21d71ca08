"""Sentences that name figures by their labels, one clause for each figure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from agent.grounding.labels import Labels, Words
from agent.grounding.matching import is_piece
from agent.grounding.sources import Statement
from agent.grounding.tokens import BREAKS, Kind, Token
from agent.grounding.vocabulary import spoken

Place = tuple[int, int]
_JOINS = spoken("and while whereas but though although which where versus vs compared")


@dataclass(frozen=True, slots=True)
class Description:
    """A sentence that describes its figures.

    Attributes:
        notes: what it leaves unsaid of each.
        lines: the tools' lines they are of.
        last: the tools' sentence that it says all figures of, by its position.
    """

    notes: list[str]
    lines: frozenset[Place]
    last: int | None


@dataclass(frozen=True, slots=True)
class _Clause:
    tokens: tuple[Token, ...]
    words: Words
    alone: bool

    @property
    def figures(self) -> list[str]:
        return [token.value for token in self.tokens if token.kind is Kind.FIGURE]


class Describer:
    def __init__(self, labels: Labels, statements: Sequence[Statement], counts: Collection[str]) -> None:
        self._labels, self._statements, self._counts = labels, statements, counts
        self._lines: dict[str, set[Place]] = {}
        self._beside: dict[Place, set[str]] = {}
        for statement in statements:
            for key in statement.figures:
                self._lines.setdefault(key, set()).add(statement.line)
                self._beside.setdefault(statement.line, set()).add(key)

    def told(self, tokens: Sequence[Token], *, lines: frozenset[Place], begun: bool) -> Description | None:
        """Whether each figure stands in a clause that describes it and no other.

        Args:
            lines: the tools' lines spoken of last, which a short description is read in.
            begun: whether anything was claimed before.
        """
        clauses = self._clauses(tokens)
        if not clauses or any(key not in self._lines for clause in clauses for key in clause.figures):
            return None
        notes: list[str] = []
        before: tuple[str, frozenset[int]] | None = None
        for clause in clauses:
            if len(clause.figures) == 1 and (said := self._described(clause, before, lines, begun=begun)) is not None:
                key = clause.figures[0]
                notes.append(self._labels.unsaid(key, said))
                before = (key, said)
                lines, begun = frozenset(self._lines[key]), True
            elif clause.alone and (common := self._piece(clause, lines)) is not None:
                notes += [""] * len(clause.figures)
                lines = common
            else:
                return None
        return Description(notes, lines, self._wholly({key for clause in clauses for key in clause.figures}))

    def _wholly(self, keys: Collection[str]) -> int | None:
        """The tools' sentence all of whose figures these are."""
        for index, statement in enumerate(self._statements):
            if statement.figures and set(statement.figures) <= set(keys):
                return index
        return None

    def unsaid(self, tokens: Sequence[Token]) -> list[str]:
        """For each figure of a sentence what its words leave open."""
        words = tuple(token.value for token in tokens if token.speaks)
        keys = [token.value for token in tokens if token.kind is Kind.FIGURE]
        return [self._labels.unsaid(key, self._labels.said_in(key, words)) for key in keys]

    def without_names(self, tokens: Sequence[Token]) -> tuple[Token, ...]:
        """The sentence without what its figures are called: `at a value of [[…]]` as `at [[…]]`."""
        kept = list(tokens)
        for index in reversed([i for i, token in enumerate(tokens) if token.kind is Kind.FIGURE]):
            end = index
            while end > 0 and kept[end - 1].kind in (Kind.PLAIN, Kind.LINK):
                end -= 1
            for way in self._labels.names(kept[index].value):
                if len(way) <= end and tuple(token.value for token in kept[end - len(way) : end]) == way:
                    del kept[end - len(way) : index]
                    break
        return tuple(kept)

    def _piece(self, clause: _Clause, lines: frozenset[Place]) -> frozenset[Place] | None:
        """The lines that hold this clause word for word, out of those spoken of."""
        tokens = clause.tokens
        while tokens and tokens[0].kind is Kind.LINK:
            tokens = tokens[1:]
        return frozenset(s.line for s in self._statements if s.line in lines and is_piece(tokens, s)) or None

    def _described(
        self, clause: _Clause, before: tuple[str, frozenset[int]] | None, lines: frozenset[Place], *, begun: bool
    ) -> frozenset[int] | None:
        """The parts of the label that the clause says, if what it says means its figure."""
        key, words, labels = clause.figures[0], clause.words, self._labels
        if not words:
            return frozenset() if not begun and key == labels.first else None
        alone = labels.meant(words)
        if alone is not None and alone.sure:
            return alone.said if alone.key == key else None
        for inherited in self._inherited(before):
            together = labels.meant((*words, *inherited))
            if together is not None and together.sure:
                return together.said if together.key == key else None
        near = frozenset(one for line in lines for one in self._beside.get(line, ()))
        found = labels.meant(words, near) if begun else alone
        return found.said if found is not None and found.key == key else None

    def _inherited(self, before: tuple[str, frozenset[int]] | None) -> list[Words]:
        """What the clause before said of its figure, and only what it was called."""
        if before is None:
            return []
        key, said = before
        return [self._labels.words(key, said), self._labels.words(key, frozenset({0}))]

    def _clauses(self, tokens: Sequence[Token]) -> list[_Clause]:
        """One for each run between breaks that holds figures; a run without one counts with both of its neighbours."""
        runs = [run for run in _runs(tokens) if any(token.speaks for token in run)]
        found = []
        for index, run in enumerate(runs):
            if not any(token.kind is Kind.FIGURE for token in run):
                continue
            words = self._words(run)
            for near in (index - 1, index + 1):
                if 0 <= near < len(runs) and not any(token.kind is Kind.FIGURE for token in runs[near]):
                    words = (*self._words(runs[near]), *words) if near < index else (*words, *self._words(runs[near]))
            alone = words == self._words(run)
            found.append(_Clause(tuple(t for t in run if t.kind is not Kind.PLAIN), words, alone))
        lone = [not any(t.kind is Kind.FIGURE for t in run) for run in runs]
        # Two runs without a figure in a row: one of them would count with none.
        return [] if any(a and b for a, b in pairwise(lone)) else found

    def _words(self, run: Sequence[Token]) -> Words:
        return tuple(
            token.value
            for index, token in enumerate(run)
            if token.speaks and token.kind is not Kind.FIGURE and not self._counted_from(run, index)
        )

    def _counted_from(self, run: Sequence[Token], index: int) -> bool:
        """`from 785 deals`: only before a count, where it cannot mean the beginning of a movement."""
        after = run[index + 1] if index + 1 < len(run) else None
        return run[index].value == "from" and after is not None and after.value in self._counts


def _opens_another(run: Sequence[Token], tokens: Sequence[Token], index: int) -> bool:
    """`[[…]] with [[…]] closed deals`, `[[…]] in [[…]] deals`."""
    return (
        tokens[index].value in ("with", "in")
        and index + 1 < len(tokens)
        and tokens[index + 1].kind is Kind.FIGURE
        and any(token.kind is Kind.FIGURE for token in run)
    )


def _runs(tokens: Sequence[Token]) -> list[list[Token]]:
    runs: list[list[Token]] = [[]]
    for index, token in enumerate(tokens):
        if _opens_another(runs[-1], tokens, index):
            runs.append([token])
        elif token.kind in BREAKS or (token.kind is Kind.PLAIN and token.value.split()[0] in _JOINS):
            runs.append([])
        else:
            runs[-1].append(token)
    return runs
