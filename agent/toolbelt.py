"""Runs the tool calls of one turn.

Checks arguments and permission, reads, and hands what would change something to the gate (`effects.carry_out`).
Only declared failures come back as results; anything else stops the turn.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from agent.entered import LOCAL
from agent.provenance import Provenance, read_before
from agent.tracing import Operation, Tracing, set_attributes
from agent.veil import Veil
from db.access import Actor, Permission
from db.errors import StoreError
from db.records import KINDS
from db.repositories.base import RecordRef
from db.repositories.changes import ChangeLine
from db.repositories.proposals import ProposalLine
from db.session import Database
from db.settings import WorkspaceSettings
from tools import effects
from tools.contract import Area, Document, Effect, Found, Proposed, Tool, ToolContext
from tools.errors import NeedsChoice, ToolError
from tools.registry import of_area

_CALLS_OF_A_STEP = 100


def position_of(step: int, call: int) -> int:
    """The place of a call in its turn: a hundred for each step of the plan, so that it is the same when the turn is
    run again."""
    return _CALLS_OF_A_STEP * step + call


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one tool call. Figures of a turn are referred to as `[[position.key]]`.

    `position` is that of `position_of`.
    """

    position: int
    agent: str
    tool: str
    effect: Effect
    args: Mapping[str, Any]
    found: Found | None = None
    proposed: Proposed | None = None
    proposal: ProposalLine | None = None
    change: str | None = None
    error: str | None = None
    code: str | None = None
    choices: tuple[str, ...] = ()
    open_argument: str | None = None
    made: RecordRef | None = None
    """The record that was created at once."""
    offered: tuple[RecordRef, ...] = ()
    """The records behind the choices."""
    heard: bool = True
    """Whether the parser came to this call too, reading nothing but the person's own words."""

    @property
    def step(self) -> int:
        """The step of the plan that the call belongs to."""
        return self.position // _CALLS_OF_A_STEP

    @property
    def ok(self) -> bool:
        return self.error is None

    @property
    def gate(self) -> str:
        """What the gate made of the call: only read, applied by the person's own words, left to a decision, refused."""
        if not self.ok:
            return "refused"
        return "applied" if self.change else "proposed" if self.proposal else "read"

    @property
    def acted(self) -> bool:
        return self.change is not None or self.proposal is not None


@dataclass(slots=True)
class Toolbelt:
    """The tools of one turn.

    Attributes:
        recorded: the database with each effect entered as planned by these prompts, or by the local model.
        provenance: what the person's own words name and ask for.
        corrects: whether a call of this tool takes the place of the last one ("no, make it 11").
        stop: raises when the person has asked the turn to stop.
    """

    database: Database
    actor: Actor
    workspace: WorkspaceSettings
    veil: Veil
    tracing: Tracing
    turn: str
    conversation: str
    recorded: Callable[[str], Database]
    context: Callable[[Any], ToolContext]
    provenance: Provenance
    corrects: Callable[[str], bool]
    emit: Callable[[str, dict[str, Any]], None]
    stop: Callable[[], None]
    _kept: list[Outcome] = field(default_factory=list)
    _calls: Counter[int] = field(default_factory=Counter)
    _met: set[str] = field(default_factory=set)
    _granted: Counter[str] = field(default_factory=Counter)

    @property
    def outcomes(self) -> list[Outcome]:
        """In the order of the plan, whatever finished first."""
        return sorted(self._kept, key=lambda outcome: outcome.position)

    async def call(
        self,
        agent: str,
        name: str,
        args: Mapping[str, Any],
        *,
        step: int,
        call_id: str | None = None,
        planned_by: str = LOCAL,
    ) -> Outcome:
        """Carry out one call of a step. `args` may hold placeholders; results hold real values.

        Args:
            planned_by: the prompts that a language model asked for it with.
        """
        self.stop()
        position = position_of(step, self._calls[step])
        self._calls[step] += 1
        plain: dict[str, Any] = self.veil.show_json(dict(args))
        tool = _offered(agent, name)
        if tool is None:
            return self._keep(
                Outcome(position, agent, name, Effect.READ, plain, error=f"There is no tool {name}.", code="no_tool")
            )
        self.emit("step", {"agent": agent, "tool": name, "state": "running", "position": position})
        with self.tracing.span(
            f"execute_tool {name}", gen_ai__operation__name=Operation.TOOL, gen_ai__tool__name=name,
            gen_ai__tool__type="function", gen_ai__tool__call__id=call_id, rainmaker__effect=tool.effect,
            gen_ai__tool__call__arguments=json.dumps(plain, ensure_ascii=False, default=str),
        ) as span:  # fmt: skip
            outcome = await self._guarded(tool, position, agent, plain, planned_by)
            set_attributes(
                span, rainmaker__ok=outcome.ok, rainmaker__gate=outcome.gate, rainmaker__error=outcome.error,
                rainmaker__code=outcome.code,
            )  # fmt: skip
        self.emit("step", {"agent": agent, "tool": name, "state": "done", "position": position, "ok": outcome.ok})
        return self._keep(outcome)

    def _keep(self, outcome: Outcome) -> Outcome:
        self._kept.append(outcome)
        people = outcome.found.people if outcome.found else outcome.proposed.people if outcome.proposed else ()
        self.veil.learn_people(people)
        return outcome

    def drop(self, unwanted: Callable[[Outcome], bool]) -> None:
        """Leave out of the answer what a model called by mistake, or what it began and did not finish."""
        self._kept = [outcome for outcome in self._kept if not unwanted(outcome)]

    async def _guarded(self, tool: Tool, position: int, agent: str, args: dict[str, Any], planned_by: str) -> Outcome:
        def failed(error: str, code: str, choices: tuple[str, ...] = ()) -> Outcome:
            heard = self.provenance.heard(tool.name, args)
            return Outcome(
                position, agent, tool.name, tool.effect, args, error=error, code=code, choices=choices, heard=heard
            )

        try:
            return await self._run(tool, position, agent, args, planned_by)
        except ValidationError as error:
            return failed(_in_words(error, tool), "bad_argument")
        except NeedsChoice as error:
            asked = failed(str(error), error.code, error.choices)
            return replace(asked, open_argument=error.argument, offered=error.records)
        except (ToolError, StoreError) as error:
            return failed(str(error), error.code)

    async def _run(self, tool: Tool, position: int, agent: str, args: dict[str, Any], planned_by: str) -> Outcome:
        self.actor.require(tool.requires)
        if tool.effect is not Effect.READ:
            self.actor.require(Permission.EFFECTS_PROPOSE)
        ask = tool.ask.model_validate(self.provenance.own_values(tool, args))
        # What is not said is left out of the trace of arguments; what was said is shown as it was understood.
        shown = ask.model_dump(mode="json", exclude_unset=True)
        self.provenance.require(tool, shown, self.outcomes, document=False)
        async with self.database.read() as session:
            result = await tool.run(ask, self.context(session))
        if isinstance(result, Found):
            self.provenance.require(tool, shown, self.outcomes, document=result.document is not None)
            return Outcome(position, agent, tool.name, tool.effect, shown, found=result)
        done = await self._carry_out(tool, position, agent, shown, result, planned_by)
        return replace(done, heard=self.provenance.heard(tool.name, shown))

    def _grants(self, tool: Tool, args: Mapping[str, Any]) -> bool:
        """Whether the person's own words ask for this call, and have not been used up by the same one before."""
        key = json.dumps([tool.name, dict(args)], sort_keys=True, default=str)
        self._granted[key] += 1
        return self._granted[key] <= self.provenance.asks_for(tool.name, args, self.outcomes)

    async def _carry_out(
        self, tool: Tool, position: int, agent: str, args: dict[str, Any], proposed: Proposed, planned_by: str
    ) -> Outcome:
        """Through the gate: applied, proposed or refused, as the policy says."""
        heard = self.provenance.heard(tool.name, args)
        call = effects.Call(
            tool, self.turn, self.conversation, position, own_words=self._grants(tool, args), led_by_words=heard,
            corrects=self.corrects(tool.name) and heard,
            read_before=tuple(read_before(self.outcomes)), taken=frozenset(self._met),
        )  # fmt: skip
        async with self.recorded(planned_by).write() as session:
            done = await effects.carry_out(session, self.actor, proposed, call)
        change = done.changes[0].id if done.changes else None
        self._met |= {one.id for one in done.changes} | ({done.proposal.id} if done.proposal else set())
        return Outcome(
            position, agent, tool.name, tool.effect, args, proposed=done.proposed, proposal=done.proposal,
            change=change, made=made_by(done.changes[0]) if done.changes else None,
        )  # fmt: skip


def made_by(change: ChangeLine) -> RecordRef | None:
    """The record a change created, by the name its values give it."""
    if change.before is not None or change.kind not in KINDS:
        return None
    parts = [str((change.after or {}).get(column) or "") for column in KINDS[change.kind].title]
    return RecordRef(change.kind, change.record_id, " ".join(part for part in parts if part))


def _offered(agent: str, name: str) -> Tool | None:
    """The tool, if it is one of this specialist's."""
    return next((tool for tool in of_area(Area(agent)) if tool.name == name), None)


def _in_words(error: ValidationError, tool: Tool) -> str:
    """Which argument does not fit and why, without the library's own vocabulary of urls and types."""
    if kept := [name for fault in error.errors() if (name := _kept(str(next(iter(fault["loc"]), "")), tool))]:
        return f"Nobody sets the {' or the '.join(kept)} by hand: I work it out from the records."
    faults = [
        f"{'.'.join(str(part) for part in fault['loc']) or 'arguments'}: {fault['msg']}" for fault in error.errors()
    ]
    return "The arguments do not fit. " + "; ".join(faults[:3])


def _kept(argument: str, tool: Tool) -> str:
    """The words for a field that the program keeps and no tool takes; empty for any other argument."""
    kind = KINDS.get(tool.on.kind) if tool.on is not None else None
    field = next((one for one in kind.fields if one.name == argument and not one.written), None) if kind else None
    return f"{field.words} of a {kind.one}" if field is not None and kind is not None else ""


def last_document(outcomes: list[Outcome]) -> Document | None:
    documents = [outcome.found.document for outcome in outcomes if outcome.found and outcome.found.document]
    return documents[-1] if documents else None
