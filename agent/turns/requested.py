"""A request that names its tool and arguments itself, such as an HTTP route: a turn of one call, over at once.

It is opened, carried through the gate and finished in one transaction, so that no such turn is ever lost and run again
as if it were a message. What a person asks for with a credential of full scope counts as the person's own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent import entered
from agent.bystanders import named_in
from agent.errors import KeyReused
from agent.redaction import Vault
from agent.schema import UsageShape
from agent.toolbelt import Outcome
from agent.tracing import new_trace_id
from agent.turns.answering import answer_of
from agent.veil import Veil
from agent.workbench import Workbench
from db.access import Actor, Permission
from db.doors import Door
from db.errors import Conflict
from db.repositories import audit
from db.repositories.changes import ChangeLine, ChangeRepository
from db.repositories.conversations import REQUEST, ConversationRepository
from db.repositories.proposals import ProposalLine, ProposalRepository
from db.repositories.turns import Remembered, TurnLine, TurnRepository, TurnStatus
from db.session import ReadSession, WriteSession
from tools import effects
from tools.contract import Ask, Proposed, Tool, ToolContext
from tools.recording import Entry, recorded


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for.

    Attributes:
        title: of the request (`PATCH leads/5`); it names nobody.
        version: the one that the record to change has to be at; None takes it as it is.
        key: idempotency key; the same key of the same person with the same request does nothing again.
    """

    tool: Tool
    ask: Ask
    door: Door
    title: str
    version: int | None = None
    key: str | None = None

    @property
    def args(self) -> dict[str, Any]:
        return self.ask.model_dump(mode="json", exclude_unset=True)


@dataclass(frozen=True, slots=True)
class Requested:
    """What became of it: the first `change` of those that were made, or the `proposal` that waits; `said` in words."""

    turn: str
    said: str
    change: ChangeLine | None = None
    proposal: ProposalLine | None = None


@dataclass(slots=True)
class Request:
    bench: Workbench
    actor: Actor
    wanted: Wanted
    now: datetime
    _turn: TurnLine | None = field(default=None, init=False)
    _veil: Veil = field(default_factory=lambda: Veil(Vault()), init=False)

    async def carried(self) -> Requested:
        """Through the gate: applied, proposed or refused, as the policy says.

        Raises:
            NotPermitted: the person or the credential may not ask for it.
            KeyReused: the key came with another request before.
            Conflict: the record is at another version.
        """
        self.actor.require(self.wanted.tool.requires)
        self.actor.require(Permission.EFFECTS_PROPOSE)
        async with self.bench.database.read() as session:
            if known := await self._known(session):
                return known
            context = ToolContext(self.actor, session, self.now, self.bench.workspace)
            proposed = await self.wanted.tool.run(self.wanted.ask, context)
        if not isinstance(proposed, Proposed):
            raise TypeError(f"{self.wanted.tool.name} only reads")
        self._require_version(proposed)
        async with recorded(self.bench.database, self._enter).write() as write:
            return await self._carry(write, proposed)

    def _require_version(self, proposed: Proposed) -> None:
        for one in proposed.operations[:1]:
            if self.wanted.version is not None and one.id is not None and one.version != self.wanted.version:
                raise Conflict(one.kind, one.id)

    async def _carry(self, session: WriteSession, proposed: Proposed) -> Requested:
        wanted, conversations = self.wanted, ConversationRepository(session, self.actor)
        turns, started = TurnRepository(session, self.actor), (await conversations.start(wanted.door)).id
        turn, fresh = await turns.open(started, wanted.title, trace_id=new_trace_id(), key=wanted.key)
        if not fresh:
            # The same request came in twice at once.
            await conversations.discard(started)
            return await self._as_before(session, turn)
        self._turn = turn
        own = self.actor.may(Permission.EFFECTS_APPLY)
        call = effects.Call(wanted.tool, turn.id, started, 0, own_words=own, led_by_words=own)
        done = await effects.carry_out(session, self.actor, proposed, call)
        change = done.changes[0] if done.changes else None
        said = done.proposed.done if change else done.proposed.said
        await self._finish(turns, turn, said, change, done.proposal)
        return Requested(turn.id, said, change, done.proposal)

    async def _finish(
        self, turns: TurnRepository, turn: TurnLine, said: str, change: ChangeLine | None, proposal: ProposalLine | None
    ) -> None:
        tool = self.wanted.tool
        outcome = Outcome(
            0, tool.area.value, tool.name, tool.effect, self.wanted.args, proposal=proposal,
            change=change.id if change else None,
        )  # fmt: skip
        answer = answer_of(
            turn, text=said, outcomes=[outcome], cited=(), clarify=None, refused=None, usage=UsageShape()
        )
        title = Remembered({REQUEST: turn.text}, turn.text)
        await turns.finish(turn.id, answer.model_dump(mode="json"), status=TurnStatus.DONE, remembered=title)

    async def _known(self, session: ReadSession) -> Requested | None:
        if self.wanted.key is None:
            return None
        turn = await TurnRepository(session, self.actor).keyed(self.wanted.key)
        return await self._as_before(session, turn) if turn else None

    async def _as_before(self, session: ReadSession, turn: TurnLine) -> Requested:
        """What the same request came to the first time. Raises `KeyReused` where it was another."""
        result: Mapping[str, Any] = turn.result or {}
        steps = result.get("steps") or [{}]
        if turn.text != self.wanted.title or _asked(steps[0]) != (self.wanted.tool.name, self.wanted.args):
            raise KeyReused
        change, proposals = steps[0].get("change"), result.get("proposals") or []
        return Requested(
            turn.id,
            str(result["answer"]),
            await ChangeRepository(session, self.actor).get(change) if change else None,
            await ProposalRepository(session, self.actor).get(proposals[0]["id"]) if proposals else None,
        )

    async def _enter(self, session: WriteSession, entry: Entry) -> None:
        """The audit entry, with names hidden as in a conversation."""
        self._veil.learn_people(entry.people)
        self._veil.learn_index(await named_in(session, dict(entry.arguments)))
        details = {
            "turn": self._turn.id if self._turn else None, "door": self.wanted.door, "planned_by": entered.REQUEST,
            **entry.details, "tool": entry.tool, "arguments": self._veil.scrubber.value(dict(entry.arguments)),
        }  # fmt: skip
        await audit.record(session, self.actor, entry.deed, subject=entry.subject, details=details)


def _asked(step: Mapping[str, Any]) -> tuple[Any, Any]:
    return step.get("tool"), step.get("args")
