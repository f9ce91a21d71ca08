"""Says the turns of a case to the real runtime and notes what came of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agent.runtime import Runtime
from agent.schema import Step, TurnAnswer
from db.access import Actor
from db.doors import Door
from db.repositories.people import PeopleRepository
from db.repositories.traces import SpanLine
from db.workspace import actor_by_email
from evals import company, register
from evals.cases import Case
from evals.errors import CannotBeHeld, NoFittingRecord
from evals.observed import LISTING, Call, HeardTurn, Ref, Speaker
from evals.scorers.understanding import TurnScore, score
from evals.watch import StoreWatch
from tools.contract import Found, ToolContext
from tools.registry import by_name


@dataclass(slots=True)
class Bench:
    """One workspace in which cases are held one after the other, each in a conversation of its own."""

    runtime: Runtime
    watch: StoreWatch
    register: register.Register
    seed: int = 7
    _people: dict[str, tuple[Actor, company.Pools, frozenset[str]]] = field(default_factory=dict)

    async def run(self, case: Case) -> list[TurnScore]:
        """Raises `CannotBeHeld` where the company lacks a record or a segment the case speaks of."""
        company.require_values(case, self.register)
        actor, pools, teams = await self._person(case.person)
        chosen = company.filled(case, pools, seed=self.seed)
        speaker = Speaker(
            Ref("user", actor.user_id, actor.name), actor.email, actor.role.value, teams,
            await self.runtime.now(actor), chosen,
        )  # fmt: skip
        self.watch.touches()
        heard: list[HeardTurn] = []
        conversation: str | None = None
        for turn in case.turns:
            one, conversation = await self._say(actor, company.spoken(turn.say, chosen), conversation, case)
            heard.append(one)
        return score(case, heard, speaker)

    async def _person(self, role: str) -> tuple[Actor, company.Pools, frozenset[str]]:
        if role not in self._people:
            actor, teams = await person(self.runtime, role)
            pools = await company.pools_of(self.runtime, actor, self.register, seed=self.seed)
            self._people[role] = (actor, pools, teams)
        return self._people[role]

    async def _say(self, actor: Actor, said: str, conversation: str | None, case: Case) -> tuple[HeardTurn, str]:
        start = time.perf_counter()
        turn = await self.runtime.ask(actor, said, door=Door.HTTP, conversation=conversation)
        answer = await self.runtime.answer(actor, turn.id)
        seconds = time.perf_counter() - start
        spans = await self.runtime.spans(actor, answer.trace_id)
        heard = HeardTurn(
            said, answer.answer, tuple(answer.agents), await self._calls(actor, answer, case),
            understood(spans), answer.clarify.question if answer.clarify else None,
            answer.refused.code if answer.refused else None, self.watch.touches(), seconds, prompts_of(spans),
        )  # fmt: skip
        return heard, answer.conversation

    async def _calls(self, actor: Actor, answer: TurnAnswer, case: Case) -> tuple[Call, ...]:
        waiting = [(one.tool, Ref.of(one.args.get("record"))) for one in answer.proposals]
        calls = []
        for step in answer.steps:
            proposal = next((one for one in waiting if one[0] == step.tool), None) if not step.change else None
            if proposal is not None:
                waiting.remove(proposal)
            shown = await self._shown(actor, step) if case.speaks_of_rows and step.ok and step.tool in LISTING else ()
            calls.append(
                Call(
                    step.tool, step.args, step.ok, step.error, step.change is not None, proposal is not None,
                    proposal[1] if proposal else None, shown,
                )
            )  # fmt: skip
        return tuple(calls)

    async def _shown(self, actor: Actor, step: Step) -> tuple[Ref, ...]:
        """The rows of a list, read again with the same arguments."""
        tool = by_name(step.tool)
        now = await self.runtime.now(actor)
        async with self.runtime.database.read() as session:
            context = ToolContext(actor, session, now, self.runtime.workspace)
            found = await tool.run(tool.ask.model_validate(step.args), context)
        return tuple(Ref(one.kind, one.id, one.name) for one in found.focus) if isinstance(found, Found) else ()


async def person(runtime: Runtime, role: str) -> tuple[Actor, frozenset[str]]:
    """Who speaks in the demo company for a role, with the teams in sight. Raises `NoFittingRecord`."""
    async with runtime.database.read() as session:
        actor = await actor_by_email(session, f"{role}@demo.example")
        if actor is None:
            raise NoFittingRecord("person", person=role)
        return actor, frozenset(await PeopleRepository(session, actor).teams())


def understood(spans: Sequence[SpanLine]) -> str:
    """How the supervisor took the turn as a whole."""
    known = (span.attributes.get("rainmaker.understood") for span in spans)
    return str(next((one for one in known if one is not None), "unknown"))


def prompts_of(spans: Sequence[SpanLine]) -> tuple[str, ...]:
    """The ids of the prompts that were read, in the order of the calls, each once."""
    made = (span for span in spans if span.attributes.get("rainmaker.budget") == "granted")
    calls = sorted(made, key=lambda span: span.started_ns)
    read = (str(span.attributes["rainmaker.prompt"]).split() for span in calls)
    return tuple(dict.fromkeys(prompt for prompts in read for prompt in prompts))


@dataclass(frozen=True, slots=True)
class Held:
    """A run over cases. `skipped`: cases the company could not fill, with the reason."""

    scores: tuple[TurnScore, ...]
    skipped: tuple[tuple[str, str], ...]


async def hold(path: Path, cases: Sequence[Case], *, seed: int = 7, on_case: Callable[[], None] = lambda: None) -> Held:
    """Run cases on a demo file, which is written to: hand in a copy."""
    scores: list[TurnScore] = []
    skipped: list[tuple[str, str]] = []
    async with company.opened(path) as runtime:
        with StoreWatch(path) as watch:
            bench = Bench(runtime, watch, register.read(path), seed)
            for case in cases:
                try:
                    scores += await bench.run(case)
                except CannotBeHeld as error:
                    skipped.append((case.id, str(error)))
                on_case()
    return Held(tuple(scores), tuple(skipped))
