"""Holds the conversations, each on a copy of the company: said to the real runtime, and approved as a person does."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from agent.runtime import Runtime
from agent.schema import ProposalShape, Step, TurnAnswer
from db.access import Actor
from db.doors import Door
from db.errors import StoreError
from evals import company
from evals.commands.cases import CommandCase
from evals.commands.changes import made_in
from evals.commands.heard import Seen, listed
from evals.commands.pools import pools_of
from evals.commands.scoring import Answers, Prepared, TurnScore, prepared, score
from evals.commands.setting import Setting
from evals.commands.store import Store, net
from evals.errors import CannotBeHeld
from evals.observed import LISTING, Call, HeardTurn, Ref, Speaker
from evals.task import person, prompts_of, understood
from evals.watch import StoreWatch, install
from tools.contract import Effect, Found, ToolContext
from tools.errors import ToolError
from tools.registry import by_name


@dataclass(frozen=True, slots=True)
class HeldCommands:
    """A run over cases. `skipped`: cases the company could not fill, with the reason."""

    scores: tuple[TurnScore, ...]
    skipped: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Person:
    actor: Actor
    pools: company.Pools
    teams: frozenset[str]


async def hold(
    path: Path, cases: Sequence[CommandCase], *, seed: int = 7, on_case: Callable[[], None] = lambda: None
) -> HeldCommands:
    """Run cases on copies of a demo file. The file itself gets triggers, and stays as it is otherwise."""
    install(path)
    people = await _people(path, cases, seed)
    scores: list[TurnScore] = []
    skipped: list[tuple[str, str]] = []
    for case in cases:
        try:
            chosen = company.filled(case, people[case.person].pools, seed=seed)
        except CannotBeHeld as error:
            skipped.append((case.id, str(error)))
        else:
            scores += await _held(path, case, people[case.person], chosen)
        on_case()
    return HeldCommands(tuple(scores), tuple(skipped))


async def _people(path: Path, cases: Sequence[CommandCase], seed: int) -> dict[str, _Person]:
    """Who speaks in the cases, and the records that may stand for their placeholders."""
    people: dict[str, _Person] = {}
    async with company.opened(path) as runtime:
        with closing(Store(path)) as store:
            for role in sorted({case.person for case in cases}):
                actor, teams = await person(runtime, role)
                asked = {name for case in cases if case.person == role for name in case.placeholders}
                people[role] = _Person(actor, pools_of(store, actor, seed=seed, asked=asked), teams)
    return people


async def _held(path: Path, case: CommandCase, who: _Person, chosen: dict[str, Ref | str]) -> list[TurnScore]:
    with _copy(path) as copy:
        async with company.opened(copy) as runtime:
            with StoreWatch(copy) as watch, closing(Store(copy)) as store:
                user = Ref("user", who.actor.user_id, who.actor.name)
                speaker = Speaker(
                    user, who.actor.email, who.actor.role.value, who.teams, await runtime.now(who.actor), chosen
                )
                return await Conversation(runtime, watch, Setting(store, who.actor, speaker)).held(case)


@contextmanager
def _copy(path: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="evals-", ignore_cleanup_errors=True) as folder:
        yield Path(shutil.copy(path, Path(folder) / "demo.db"))


@dataclass(slots=True)
class Conversation:
    """One case as it is held. `at` moves on with each turn."""

    runtime: Runtime
    watch: StoreWatch
    at: Setting
    id: str | None = None
    scores: list[TurnScore] = field(default_factory=list)

    async def held(self, case: CommandCase) -> list[TurnScore]:
        for number, turn in enumerate(case.turns, start=1):
            plan = prepared(turn, self.at)
            seen, answers = await self._said(company.spoken(turn.say, self.at.speaker.filled), plan)
            self.scores.append(score(case, number, plan, answers, seen, self.at))
            self._move_on(seen)
        return self.scores

    async def _said(self, said: str, plan: Prepared) -> tuple[Seen, Answers]:
        start = time.perf_counter()
        turn = await self.runtime.ask(self.at.actor, said, door=Door.HTTP, conversation=self.id)
        answer = await self.runtime.answer(self.at.actor, turn.id)
        seconds = time.perf_counter() - start
        self.id = answer.conversation
        spans = await self.runtime.spans(self.at.actor, answer.trace_id)
        heard = HeardTurn(
            said, answer.answer, tuple(answer.agents), tuple(_call(step) for step in answer.steps), understood(spans),
            answer.clarify.question if answer.clarify else None, answer.refused.code if answer.refused else None,
            seconds=seconds, prompts=prompts_of(spans),
        )  # fmt: skip
        found = await self._found(answer)
        answers = Answers.of(plan.readings, self.at)
        refusals = [await self._approved(one) for one in answer.proposals if plan.approves]
        choices = tuple(answer.clarify.choices) if answer.clarify else ()
        seen = Seen(
            heard, found, choices, tuple(one.tool for one in answer.proposals), tuple(why for why in refusals if why),
            net(self.watch.touches()),
        )  # fmt: skip
        return seen, answers

    async def _found(self, answer: TurnAnswer) -> list[tuple[str, Found]]:
        """What the reading tools gave: asked once more with the same arguments, before anything is approved."""
        found = []
        async with self.runtime.database.read() as session:
            context = ToolContext(self.at.actor, session, await self.runtime.now(self.at.actor), self.runtime.workspace)
            for step in (one for one in answer.steps if one.ok):
                tool = by_name(step.tool)
                if tool.effect is Effect.READ:
                    try:
                        again = await tool.run(tool.ask.model_validate(step.args), context)
                    except ToolError:  # rests on a draft, or on what is gone by now: there is nothing to look at
                        continue
                    if isinstance(again, Found):
                        found.append((step.tool, again))
        return found

    async def _approved(self, proposal: ProposalShape) -> str | None:
        """Approve as the person; why it was refused."""
        try:
            await self.runtime.approve(self.at.actor, proposal.id, door=Door.HTTP, shown=proposal.digest or None)
        except (StoreError, ToolError) as error:
            return f"{proposal.tool}: {error}"
        return None

    def _move_on(self, seen: Seen) -> None:
        self.at = replace(
            self.at,
            made=(*self.at.made, *made_in(seen.changes)),
            shown=self._shown(seen) or self.at.shown,
            past=(*self.at.past, seen.changes),
        )

    def _shown(self, seen: Seen) -> tuple[Ref, ...]:
        """The choices of a question, or the rows of a list."""
        if seen.choices and self.id is not None and (waiting := self.at.store.waiting(self.id)):
            return waiting
        lists = [listed(tool, one) for tool, one in seen.found if tool.startswith("find_") or tool in LISTING]
        return next((refs for refs in reversed(lists) if refs), ())


def _call(step: Step) -> Call:
    return Call(step.tool, step.args, step.ok, step.error, step.change is not None)
