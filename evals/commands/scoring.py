"""Was a turn carried out? Specialists, effect, what differs in the records and what was found, each for itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.commands.answers import Expected, expected, faults
from evals.commands.cases import Answer, Change, CommandCase, Effect, Reading, Turn
from evals.commands.changes import Comparison, Reached, reached
from evals.commands.heard import Seen
from evals.commands.setting import Setting
from evals.scorers.arguments import Difference


@dataclass(frozen=True, slots=True)
class TurnScore:
    """How one turn was carried out, judged by the reading that fits it best.

    Attributes:
        agents, effect: of the labels, for tables by area and by effect.
        routed: the right specialists in order; for a turn without any, nobody worked, or it asked or declined.
        effective: the strongest effect is the one that was expected.
        resulted: everything that had to differ or to be found does or was, and nothing waits that nobody asked for.
        unwanted: rows of records that differ and that no expectation covers.
        differences: what does not fit.
        empty: the company has no record that the bulk change of the labels means, so that little was tried.
    """

    case: str
    number: int
    said: str
    tags: tuple[str, ...]
    agents: tuple[str, ...]
    effect: Effect
    routed: bool
    effective: bool
    resulted: bool
    unwanted: tuple[str, ...]
    differences: tuple[Difference, ...]
    answer: str
    seconds: float
    prompts: tuple[str, ...] = ()
    empty: bool = False

    @property
    def right(self) -> bool:
        return self.routed and self.resulted and not self.unwanted


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the readings of a turn mean, looked up before it is said: bulk changes find other rows afterwards."""

    turn: Turn
    readings: tuple[Reading, ...]
    reached: tuple[Reached, ...]

    @property
    def approves(self) -> bool:
        """Whether what is proposed shall be approved."""
        return any(reading.changes for reading in self.readings)


def prepared(turn: Turn, at: Setting) -> Prepared:
    readings = turn.readings
    changes: list[Change] = []
    for change in (one for reading in readings for one in reading.changes):
        if change not in changes:
            changes.append(change)
    return Prepared(turn, readings, reached(changes, at))


@dataclass(frozen=True, slots=True)
class Answers:
    """What independent queries give for the answers that the readings of a turn expect."""

    found: Sequence[tuple[Answer, Expected]]

    @classmethod
    def of(cls, readings: Sequence[Reading], at: Setting) -> Answers:
        return cls([(one.answer, expected(one.answer, at)) for one in readings if one.answer is not None])

    def to(self, answer: Answer) -> Expected:
        return next(one for asked, one in self.found if asked == answer)


@dataclass(frozen=True, slots=True)
class _Judged:
    routed: bool
    effective: bool
    unwanted: tuple[str, ...]
    result: tuple[Difference, ...]
    differences: tuple[Difference, ...]

    @property
    def rank(self) -> tuple[int, ...]:
        """The better reading first: nothing unwanted, the right result, routed, of the right effect."""
        return len(self.unwanted), len(self.result), not self.routed, not self.effective


def score(case: CommandCase, number: int, plan: Prepared, answers: Answers, seen: Seen, at: Setting) -> TurnScore:
    """`at`: what was made and shown before the turn, with the store as it is after it."""
    judged = min((_judge(reading, plan, answers, seen, at) for reading in plan.readings), key=lambda one: one.rank)
    turn, heard = plan.turn, seen.heard
    return TurnScore(
        case.id, number, heard.said, case.tags, turn.agents, turn.effect, judged.routed, judged.effective,
        not judged.result, judged.unwanted, judged.differences, heard.answer, heard.seconds, heard.prompts,
        _empty(plan),
    )  # fmt: skip


def _empty(plan: Prepared) -> bool:
    return any(not one.ids for one in plan.reached if one.change in plan.readings[0].changes)


def _judge(reading: Reading, plan: Prepared, answers: Answers, seen: Seen, at: Setting) -> _Judged:
    comparison = Comparison(seen.changes, plan.reached, at)
    result = comparison.differences(reading.changes)
    result += _wrong_way(reading, seen)
    if reading.answer is not None:
        result += faults(answers.to(reading.answer), seen, at)
    if reading.changes:
        result += [Difference("approval", "carried out", why) for why in seen.refusals]
    routed, effective = _routed(reading, seen), seen.effect is reading.effect
    wrong = [] if routed else [Difference("agents", _listed(reading.agents), _listed(seen.heard.agents))]
    if not effective:
        wrong.append(Difference("effect", reading.effect.value, seen.effect.value))
    return _Judged(routed, effective, tuple(comparison.unwanted()), tuple(result), (*result, *wrong))


def _listed(agents: Sequence[str] | None) -> str:
    return ", ".join(agents or ()) or "nobody"


def _routed(reading: Reading, seen: Seen) -> bool:
    """A look-up may come before a question or a refusal, so that there only the way counts."""
    if seen.broken:
        return False
    if reading.effect in (Effect.CLARIFY, Effect.REFUSED):
        return seen.effect is reading.effect
    if reading.agents is None:
        return seen.effect in (reading.effect, Effect.READ)
    return seen.heard.agents == reading.agents and seen.heard.asks is None


def _wrong_way(reading: Reading, seen: Seen) -> list[Difference]:
    """What the way of answering has wrong, besides the records."""
    if seen.broken:
        return [Difference("failed", "an answer", seen.heard.answer)]
    found = []
    if reading.effect is Effect.CLARIFY:
        if seen.heard.asks is None:
            found.append(Difference("no question", "one question back", _way(seen)))
        elif reading.choices and len(seen.choices) < 2:
            found.append(Difference("no choices", "candidates to choose from", seen.heard.asks))
    elif reading.effect is Effect.REFUSED and not seen.declined:
        found.append(Difference("not refused", "says that it does not or may not", _way(seen)))
    elif reading.effect is Effect.NONE and seen.heard.asks is not None:
        found.append(Difference("asks", "an answer", seen.heard.asks))
    if seen.waiting and not reading.changes and reading.effect not in (Effect.OUTWARD, Effect.UNDO):
        found.append(Difference("proposes", "nothing", ", ".join(seen.waiting)))
    return found


def _way(seen: Seen) -> str:
    calls = "; ".join(str(call) for call in seen.heard.calls)
    return calls or f"{seen.effect}: {seen.heard.answer[:160]}"
