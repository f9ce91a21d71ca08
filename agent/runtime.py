"""The one runtime behind every door: takes questions, runs turns detached, lets readers follow, decides proposals."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from agent.errors import AgentError, EmptyQuestion, QuestionTooLong
from agent.hub import Channel
from agent.llm import RemoteModel
from agent.redaction import Vault
from agent.schema import TurnAnswer
from agent.sealing import Seal, workspace_secret
from agent.settings import AgentSettings
from agent.tracing import Tracing, new_trace_id
from agent.turn import LEASE_SECONDS, TurnRun
from agent.veil import Veil
from agent.workbench import Workbench
from db.access import Actor
from db.errors import StoreError
from db.repositories import audit, traces
from db.repositories.changes import ChangeLine, ChangeRepository
from db.repositories.conversations import (
    ConversationLine,
    ConversationRepository,
    EventLine,
    TurnLine,
    TurnRepository,
    TurnStatus,
)  # fmt: skip
from db.repositories.evidence import EvidenceLine, EvidenceRepository
from db.repositories.proposals import ProposalLine, ProposalRepository
from db.repositories.traces import SpanLine, TraceLine
from db.session import Database, WriteSession
from db.settings import WorkspaceSettings
from db.workspace import standing_clock
from tools import analytics, effects
from tools.contract import Effect, Found, ToolContext
from tools.delivery import Delivery
from tools.errors import ToolError, ToolRetired
from tools.recording import Entry, recorded
from tools.registry import by_name

LONGEST_QUESTION = 8_000
TERMINAL_PAUSE = timedelta(minutes=30)
_LOG = logging.getLogger("rainmaker.agent")


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
    ) -> None:
        self.database, self.workspace, self.settings = database, workspace, settings
        self._clock = clock
        self._channels: dict[str, Channel] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._bench = Workbench(
            database,
            workspace,
            settings,
            Seal(workspace_secret(workspace)),
            Tracing(),
            holder=f"{os.getpid()}-{secrets.token_hex(4)}",
            model=RemoteModel(settings) if settings.has_model else None,
        )
        self._standing: datetime | None = None
        self._clock_read = False
        self.delivery = Delivery(settings.smtp_url)

    async def now(self, actor: Actor) -> datetime:
        """The moment in the person's zone. A demo made for a given day stands at that day."""
        if not self._clock_read:
            async with self.database.read() as session:
                self._standing = await standing_clock(session)
            self._clock_read = True
        zone = ZoneInfo(actor.time_zone if actor.time_zone != "UTC" else self.workspace.timezone)
        return (self._standing or self._clock()).astimezone(zone)

    async def ask(
        self, actor: Actor, text: str, *, door: str, conversation: str | None = None, key: str | None = None
    ) -> TurnLine:
        """Take a question in and start answering it; returns at once.

        Args:
            conversation: the one to go on with; None starts a new one (in the terminal: goes on with the last one
                that is under 30 minutes old).
            key: idempotency key; the same key of the same person gives the same turn.
        """
        # What is no character (a broken encoding, a NUL) can be neither stored nor meant.
        text = text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")
        if not text.strip():
            raise EmptyQuestion
        if len(text) > LONGEST_QUESTION:
            raise QuestionTooLong(len(text), LONGEST_QUESTION)
        async with self.database.write() as session:
            conversations = ConversationRepository(session, actor)
            if conversation is None:
                last = await conversations.latest(door, within=TERMINAL_PAUSE) if door == "terminal" else None
                conversation = (last or await conversations.start(door)).id
            turn, fresh = await TurnRepository(session, actor).open(
                conversation, text.strip(), trace_id=new_trace_id(), key=key,
                process=self._bench.holder, seconds=LEASE_SECONDS,
            )  # fmt: skip
        if fresh:
            self._start(actor, turn)
        return turn

    def _start(self, actor: Actor, turn: TurnLine) -> None:
        channel = self._channels[turn.id] = Channel(actor.user_id)
        task = asyncio.create_task(self._run(actor, turn, channel), name=f"turn {turn.id}")
        self._running[turn.id] = task
        task.add_done_callback(lambda _: self._running.pop(turn.id, None))

    async def _run(self, actor: Actor, turn: TurnLine, channel: Channel) -> None:
        try:
            await TurnRun(self._bench, actor, turn, channel, now=await self.now(actor)).run()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - the border of a turn: whatever stops it ends in a named error
            await self._failed(actor, turn, channel, error)
        finally:
            channel.close()
            self._bench.tracing.forget(turn.trace_id)
            # Readers that came late find the events in the database.
            asyncio.get_running_loop().call_later(60, self._channels.pop, turn.id, None)

    async def _failed(self, actor: Actor, turn: TurnLine, channel: Channel, error: Exception) -> None:
        """Store that the turn stopped, with an id to quote; the cause goes to the trace and the log, redacted."""
        declared = isinstance(error, AgentError | StoreError | ToolError)
        code = getattr(error, "code", "internal_error") if declared else "internal_error"
        said = str(error) if declared else await self._broken(actor, turn)
        scrub = Veil(Vault()).scrubber
        seen = scrub.error(error)
        cause = {"error": seen.type, "reason": seen.message, "stack": seen.stack}
        _LOG.error("turn.failed", extra={"turn": turn.id, "trace": turn.trace_id, **cause})
        result = TurnAnswer(
            answer=said, conversation=turn.conversation_id, turn=turn.id, trace_id=turn.trace_id,
            refused={"code": code, "reason": said},
        ).model_dump(mode="json")  # fmt: skip
        channel.emit("error", result)
        spans = self._bench.tracing.finished(turn.trace_id, user_id=actor.user_id, redact=scrub.values)
        async with self.database.write() as session:
            turns = TurnRepository(session, actor)
            await traces.keep(session, spans)
            await turns.add_events(turn.id, channel.events)
            finished = await turns.finish(turn.id, result, status=TurnStatus.FAILED)
        channel.result = result if finished else None

    async def _broken(self, actor: Actor, turn: TurnLine) -> str:
        """What is said of a turn that broke: steps before the one that failed may have changed something."""
        async with self.database.read() as session:
            standing = await ChangeRepository(session, actor).standing(turn.conversation_id)
        stands = any(change.turn_id == turn.id for change in standing)
        kept = "What was changed before that stands; “undo that” takes it back." if stands else "Nothing was changed."
        return f"Something went wrong on our side. {kept} Quote {turn.trace_id}."

    async def answer(self, actor: Actor, turn_id: str) -> TurnAnswer:
        """Wait for a turn of this person and give its answer."""
        async for _ in self.events(actor, turn_id):
            continue
        channel = self._followed(actor, turn_id)
        if channel is not None and channel.result is not None:
            return TurnAnswer.model_validate(channel.result)
        async with self.database.read() as session:
            turn = await TurnRepository(session, actor).get(turn_id)
        return TurnAnswer.model_validate(turn.result)

    async def events(self, actor: Actor, turn_id: str, *, after: int = 0) -> AsyncIterator[EventLine]:
        """Events of a turn after a number, as they happen; those of a finished turn come from the database."""
        channel = self._followed(actor, turn_id)
        if channel is not None:
            async for event in channel.follow(after):
                yield event
            return
        async with self.database.read() as session:
            turns = TurnRepository(session, actor)
            turn = await turns.get(turn_id)
            stored = await turns.events(turn_id, after=after)
        for event in stored:
            yield event
        if turn.status in (TurnStatus.WAITING, TurnStatus.RUNNING):
            # Another process answers it: look until it is done.
            async for event in self._elsewhere(actor, turn_id, after + len(stored)):
                yield event

    def _followed(self, actor: Actor, turn_id: str) -> Channel | None:
        """The channel of a turn of this person that runs here or ended a moment ago."""
        channel = self._channels.get(turn_id)
        return channel if channel is not None and channel.user_id == actor.user_id else None

    async def _elsewhere(self, actor: Actor, turn_id: str, after: int) -> AsyncIterator[EventLine]:
        while True:
            await asyncio.sleep(0.2)
            async with self.database.read() as session:
                turns = TurnRepository(session, actor)
                events = await turns.events(turn_id, after=after)
                turn = await turns.get(turn_id)
            for event in events:
                yield event
            after += len(events)
            if turn.status not in (TurnStatus.WAITING, TurnStatus.RUNNING):
                return

    async def approve(self, actor: Actor, proposal_id: str, *, door: str) -> ProposalLine:
        return await effects.approve(self._recorded(actor, door), actor, proposal_id, door=door, delivery=self.delivery)

    async def decline(self, actor: Actor, proposal_id: str, *, door: str) -> ProposalLine:
        return await effects.decline(self._recorded(actor, door), actor, proposal_id, door=door)

    async def undo(self, actor: Actor, change_id: str, *, door: str) -> ChangeLine:
        return await effects.undo(self._recorded(actor, door), actor, change_id)

    async def undo_proposal(self, actor: Actor, proposal_id: str, *, door: str) -> ChangeLine:
        return await effects.undo_proposal(self._recorded(actor, door), actor, proposal_id)

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

    async def traces(self, actor: Actor, *, limit: int = 20) -> list[TraceLine]:
        async with self.database.read() as session:
            return await traces.TraceRepository(session, actor).recent(limit=limit)

    async def spans(self, actor: Actor, trace_id: str) -> list[SpanLine]:
        async with self.database.read() as session:
            return await traces.TraceRepository(session, actor).spans(trace_id)

    async def diagnose(self, actor: Actor, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - fields of ExplainWinRate
        """The diagnosis of the person's deals in its published shape."""
        now = await self.now(actor)
        async with self.database.read() as session:
            at = ToolContext(actor, session, now, self.workspace)
            return await analytics.diagnosed(analytics.ExplainWinRate.model_validate(asked), at)

    async def proposals(self, actor: Actor) -> list[ProposalLine]:
        async with self.database.read() as session:
            return await ProposalRepository(session, actor).visible()

    async def evidence(self, actor: Actor, evidence_id: str, *, verify: bool = False) -> Opened:
        """Open a figure: its rule and the rows behind it as this person sees them; `verify` computes it again."""
        async with self.database.read() as session:
            line = await EvidenceRepository(session, actor).get(evidence_id)
        now = await self.now(actor)
        rows: tuple[dict[str, Any], ...] = ()
        said = ""
        if line.rows is not None:
            found = await self._run_tool(actor, line.rows["tool"], line.rows["arguments"], now)
            rows, said = tuple(dict(row) for row in found.rows), found.scope
        if not verify:
            return Opened(line, rows, said)
        again = await self._run_tool(actor, line.tool, line.arguments, now)
        value = next((figure.plain() for figure in again.figures if figure.key == line.key), None)
        return Opened(line, rows, said, now=value, holds=value == line.value)

    async def _run_tool(self, actor: Actor, name: str, arguments: dict[str, Any], now: datetime) -> Found:
        tool = by_name(name)
        if tool.effect is not Effect.READ:
            raise ToolRetired(name)
        actor.require(tool.requires)
        async with self.database.read() as session:
            found = await tool.run(tool.ask.model_validate(arguments), ToolContext(actor, session, now, self.workspace))
        if not isinstance(found, Found):
            raise TypeError(f"{name} is a READ tool and must find something")
        return found

    def _recorded(self, actor: Actor, door: str) -> Database:
        """The database with each decision at a door entered in the audit chain, in the transaction it is made in."""

        async def enter(session: WriteSession, entry: Entry) -> None:
            await audit.record(
                session, actor, entry.deed, key=self._bench.seal.audit_key, subject=entry.subject,
                details={"door": door},
            )  # fmt: skip

        return recorded(self.database, enter)

    async def close(self) -> None:
        """Let running turns finish, then let go of the database."""
        if self._running:
            await asyncio.wait(self._running.values(), timeout=20)
        if self._bench.model is not None:
            await self._bench.model.close()
        await self.database.close()
