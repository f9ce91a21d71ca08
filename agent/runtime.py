"""The one runtime behind every door: takes questions, runs turns detached, lets readers follow, decides proposals."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from agent import entered
from agent.erasure import Erasure, erase
from agent.llm.caller import RemoteModel
from agent.schema import TurnAnswer
from agent.sealing import Seal, anchored, workspace_secret
from agent.settings import AgentSettings
from agent.tracing import Tracing
from agent.tracing.configured import outlets
from agent.turns.requested import Request, Requested, Wanted
from agent.turns.running import Turns
from agent.workbench import Workbench
from db.access import Actor, Permission
from db.doors import Door
from db.errors import AnotherDecides
from db.repositories import audit, traces
from db.repositories.changes import ChangeLine
from db.repositories.conversations import ConversationLine, ConversationRepository
from db.repositories.erasure import Erasable
from db.repositories.evidence import EvidenceLine, EvidenceRepository
from db.repositories.proposals import ProposalLine, ProposalRepository
from db.repositories.rules import RuleLine, RuleRepository, in_force
from db.repositories.traces import SpanLine, TraceLine
from db.repositories.turn_queue import LEASE_SECONDS
from db.repositories.turns import EventLine, TurnLine, TurnRepository  # fmt: skip
from db.session import Database, ReadSession, WriteSession
from db.settings import WorkspaceSettings
from db.workspace import standing_clock
from tools import analytics, effects
from tools.contract import Effect, Found, ToolContext
from tools.delivery import Delivery
from tools.errors import ToolRetired
from tools.lead.enrichment import OutsideProvider
from tools.recording import Entry, recorded
from tools.registry import by_name

_GRACE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Opened:
    """A figure of an earlier answer: what was shown, the rows behind it, and what it computes to now."""

    line: EvidenceLine
    rows: tuple[dict[str, Any], ...] = ()
    rows_said: str = ""
    now: dict[str, Any] | None = None
    holds: bool | None = None


class Runtime:
    """One workspace in one process."""

    def __init__(
        self,
        database: Database,
        workspace: WorkspaceSettings,
        settings: AgentSettings,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        lease_seconds: float = LEASE_SECONDS,
    ) -> None:
        database = anchored(database, workspace)
        self.database, self.workspace, self.settings = database, workspace, settings
        self._clock = clock
        self._tracing = Tracing(outlets(settings))
        self._bench = Workbench(
            database.observed(self._tracing.database),
            workspace,
            settings,
            Seal(workspace_secret(workspace), workspace.former_keys),
            self._tracing,
            holder=f"{os.getpid()}-{secrets.token_hex(4)}",
            model=RemoteModel(settings) if settings.has_model else None,
            lease_seconds=lease_seconds,
        )
        self._turns = Turns(self._bench, self._moment)
        self._standing: datetime | None = None
        self._clock_read = False
        url, token = workspace.enrichment_url, workspace.enrichment_token
        self.delivery = Delivery(settings.smtp_url, OutsideProvider(url, token) if url else None)

    async def now(self, actor: Actor, at: datetime | None = None) -> datetime:
        """The moment (or `at`) in the person's zone. A demo made for a given day stands at that day."""
        return await self._moment(actor, at, (await self._bench.ruled()).workspace)

    async def _moment(self, actor: Actor, at: datetime | None, workspace: WorkspaceSettings) -> datetime:
        if not self._clock_read:
            async with self.database.read() as session:
                self._standing = await standing_clock(session)
            self._clock_read = True
        zone = ZoneInfo(actor.time_zone if actor.time_zone != "UTC" else workspace.timezone)
        return (self._standing or at or self._clock()).astimezone(zone)

    async def ask(
        self, actor: Actor, text: str, *, door: Door, conversation: str | None = None, key: str | None = None
    ) -> TurnLine:
        """Take a question in and start answering it; returns at once (`Turns.ask`)."""
        return await self._turns.ask(actor, text, door=door, conversation=conversation, key=key)

    async def answer(self, actor: Actor, turn_id: str) -> TurnAnswer:
        """Wait for a turn of this person and give its answer."""
        return await self._turns.answer(actor, turn_id)

    def events(self, actor: Actor, turn_id: str, *, after: int = 0) -> AsyncIterator[EventLine]:
        """Events of a turn after a number, as they happen; those of a finished turn come from the database."""
        return self._turns.events(actor, turn_id, after=after)

    async def request(self, actor: Actor, wanted: Wanted) -> Requested:
        """One call that a program asks for by name, through the same gate as in a conversation."""
        bench = await self._bench.ruled()
        return await Request(bench, actor, wanted, now=await self._moment(actor, None, bench.workspace)).carried()

    async def rules(self, actor: Actor) -> list[RuleLine]:
        """Every rule of the workspace, with what it comes from."""
        async with self.database.read() as session:
            return await RuleRepository(session, actor).lines(self.workspace)

    async def decided(self, actor: Actor, wanted: Wanted) -> Requested:
        """A call that waits for a decision, decided at once by who asked for it: an administrator at a door of their
        own who sets a rule has said all there is to say. Where the policy wants another person it stays waiting."""
        asked = await self.request(actor, wanted)
        if asked.proposal is None or not actor.may(Permission.EFFECTS_DECIDE):
            return asked
        try:
            decided = await self.approve(actor, asked.proposal.id, door=wanted.door)
        except AnotherDecides:
            return asked
        return replace(asked, proposal=decided)

    async def context(self, actor: Actor, session: ReadSession) -> ToolContext:
        """What a tool may use, outside of any turn; the session reckons in the workspace's currency."""
        workspace = await in_force(session, self.workspace)
        return ToolContext(actor, session, await self._moment(actor, None, workspace), workspace)

    async def stop(self, actor: Actor, turn_id: str) -> bool:
        """Ask a turn of this person to end, wherever it runs; False when it is over already."""
        return await self._turns.stop(actor, turn_id)

    async def retry(self, actor: Actor, turn_id: str, *, door: Door) -> TurnLine:
        """Ask the same once more, at the end of its conversation."""
        return await self._turns.retry(actor, turn_id, door=door)

    async def recover(self, *, wait: bool = False) -> int:
        """Run turns again whose process is gone; how many. `wait` until they are answered."""
        again = await self._turns.recover()
        if wait:
            await self._turns.idle()
        return again

    async def approve(self, actor: Actor, proposal_id: str, *, door: Door, shown: str | None = None) -> ProposalLine:
        """`shown`: digest of what the person saw."""
        return await effects.approve(
            self.recorded(actor, door), actor, proposal_id, door=door, delivery=self.delivery, shown=shown
        )

    async def decline(self, actor: Actor, proposal_id: str, *, door: Door) -> ProposalLine:
        return await effects.decline(self.recorded(actor, door), actor, proposal_id, door=door)

    async def settle(self, actor: Actor, proposal_id: str, *, arrived: bool, door: Door) -> ProposalLine:
        return await effects.settle(self.recorded(actor, door), actor, proposal_id, arrived=arrived)

    async def undo(self, actor: Actor, change_id: str, *, door: Door) -> ChangeLine:
        return await effects.undo(self.recorded(actor, door), actor, change_id, door=door)

    async def undo_proposal(self, actor: Actor, proposal_id: str, *, door: Door) -> ChangeLine:
        return await effects.undo_proposal(self.recorded(actor, door), actor, proposal_id, door=door)

    async def erase(self, actor: Actor, kind: Erasable, record_id: int) -> Erasure:
        """Remove a contact, lead or colleague from records, texts, memory, vault and traces, for good."""
        return await erase(self.database, actor, self._bench.seal, kind, record_id)

    async def turn(self, actor: Actor, turn_id: str) -> TurnLine:
        async with self.database.read() as session:
            return await TurnRepository(session, actor).get(turn_id)

    async def conversations(self, actor: Actor) -> list[ConversationLine]:
        async with self.database.read() as session:
            return await ConversationRepository(session, actor).recent()

    async def turns(self, actor: Actor, conversation_id: str) -> list[TurnLine]:
        async with self.database.read() as session:
            await ConversationRepository(session, actor).get(conversation_id)
            return await TurnRepository(session, actor).of(conversation_id)

    async def traces(
        self, actor: Actor, *, limit: int = 20, person: str | None = None, tool: str | None = None,
        slower_than_ms: float | None = None,
    ) -> list[TraceLine]:  # fmt: skip
        async with self.database.read() as session:
            return await traces.TraceRepository(session, actor).recent(
                limit=limit, person=person, tool=tool, slower_than_ms=slower_than_ms
            )

    async def spans(self, actor: Actor, trace_id: str) -> list[SpanLine]:
        async with self.database.read() as session:
            return await traces.TraceRepository(session, actor).spans(trace_id)

    async def diagnose(self, actor: Actor, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of ExplainWinRate
        """The diagnosis of the person's deals in its published shape."""
        async with self.database.read() as session:
            at = await self.context(actor, session)
            return await analytics.diagnosed(analytics.ExplainWinRate.model_validate(asked), at)

    async def proposals(self, actor: Actor) -> list[ProposalLine]:
        async with self.database.read() as session:
            return await ProposalRepository(session, actor).visible()

    async def evidence(self, actor: Actor, evidence_id: str, *, verify: bool = False) -> Opened:
        """Open a figure: its rule and the rows behind it as this person sees them; `verify` computes it again."""
        async with self.database.read() as session:
            line = await EvidenceRepository(session, actor).get(evidence_id)
            here = (await TurnRepository(session, actor).get(line.turn_id)).conversation_id
        rows: tuple[dict[str, Any], ...] = ()
        said = ""
        if line.rows is not None:
            found = await self._run_tool(actor, line.rows["tool"], line.rows["arguments"], here)
            rows, said = tuple(dict(row) for row in found.rows), found.scope
        if not verify:
            return Opened(line, rows, said)
        again = await self._run_tool(actor, line.tool, line.arguments, here)
        value = next((figure.plain() for figure in again.figures if figure.key == line.key), None)
        return Opened(line, rows, said, now=value, holds=value == line.value)

    async def _run_tool(self, actor: Actor, name: str, arguments: dict[str, Any], here: str) -> Found:
        tool = by_name(name)
        if tool.effect is not Effect.READ:
            raise ToolRetired(name)
        actor.require(tool.requires)
        async with self.database.read() as session:
            at = replace(await self.context(actor, session), conversation=here)
            found = await tool.run(tool.ask.model_validate(arguments), at)
        if not isinstance(found, Found):
            raise TypeError(f"{name} is a READ tool and must find something")
        return found

    def recorded(self, actor: Actor, door: Door) -> Database:
        """The database with each decision at a door entered in the audit chain, in the transaction it is made in."""

        async def enter(session: WriteSession, entry: Entry) -> None:
            details = {"door": door, **entry.details} | await entered.of(session, entry)
            await audit.record(session, actor, entry.deed, subject=entry.subject, details=details)

        return recorded(self.database, enter)

    async def close(self) -> None:
        """Let running turns finish, then let go of the database."""
        await self._turns.close(grace=_GRACE_SECONDS)
        if self._bench.model is not None:
            await self._bench.model.close()
        if self._tracing.outlets:
            await asyncio.to_thread(self._tracing.close)
        await self.database.close()
