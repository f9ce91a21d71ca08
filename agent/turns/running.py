"""The turns of one process: taken in, run detached, followed, stopped, asked once more, and run again when lost."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

from agent.bystanders import meet
from agent.errors import AgentError, EmptyQuestion, NothingToRetry, QuestionTooLong, TurnStopped
from agent.redaction import Vault
from agent.schema import TurnAnswer
from agent.tracing import new_trace_id
from agent.turns import answering
from agent.turns.admission import Admission, Line, Stop
from agent.turns.hub import LAST, Channel, before_run
from agent.turns.run import TurnRun
from agent.veil import Veil
from agent.workbench import Workbench
from db.access import Actor
from db.doors import Door
from db.errors import StoreError
from db.repositories import traces
from db.repositories.changes import ChangeRepository
from db.repositories.conversations import ConversationRepository
from db.repositories.people import active_person
from db.repositories.turn_queue import TurnQueue, lost_turns
from db.repositories.turns import EventLine, TurnLine, TurnRepository, TurnStatus
from db.settings import WorkspaceSettings
from tools.errors import ToolError

LONGEST_QUESTION = 8_000
TERMINAL_PAUSE = timedelta(minutes=30)
_MOST_ATTEMPTS = 3
"""A turn that ended its process this often is not run again."""
_RUN_AGAIN_WITHIN = timedelta(hours=1)
"""What was asked longer ago is not carried out behind the person's back."""
_LOOK_SECONDS = 0.2
_KEPT_SECONDS = 60
_LOG = logging.getLogger("rainmaker.agent")

Clock = Callable[[Actor, datetime, WorkspaceSettings], Awaitable[datetime]]


class Turns:
    """Runs turns and lets readers follow them. `clock` gives the moment a turn asked at a time stands at, in a
    workspace that is set so."""

    def __init__(self, bench: Workbench, clock: Clock) -> None:
        self._bench, self._clock = bench, clock
        self._line = Line()
        self._channels: dict[str, Channel] = {}
        self._stops: dict[str, Stop] = {}
        self._running: dict[str, asyncio.Task[None]] = {}

    async def ask(
        self, actor: Actor, text: str, *, door: Door, conversation: str | None = None, key: str | None = None
    ) -> TurnLine:
        """Take a question in and start answering it; returns at once.

        Args:
            conversation: the one to go on with; None starts a new one (in the terminal: goes on with the last one
                that is under 30 minutes old).
            key: idempotency key; the same key of the same person gives the same turn.
        """
        text = _readable(text)
        async with self._bench.database.write() as session:
            conversations, turns = ConversationRepository(session, actor), TurnRepository(session, actor)
            if key is not None and (known := await turns.keyed(key)):
                return known
            started = None
            if conversation is None:
                last = await conversations.latest(door, within=TERMINAL_PAUSE) if door == Door.TERMINAL else None
                started = None if last else (await conversations.start(door)).id
                conversation = last.id if last else started
            if conversation is None:
                raise ValueError("a conversation that was just started has an id")
            turn, fresh = await turns.open(
                conversation,
                text,
                trace_id=new_trace_id(),
                key=key,
                process=self._bench.holder,
                seconds=self._bench.lease_seconds,
            )
            if not fresh and started is not None:
                await conversations.discard(started)
        if fresh:
            self._start(actor, turn, holds=turn.status is TurnStatus.RUNNING, door=door)
        return turn

    async def stop(self, actor: Actor, turn_id: str) -> bool:
        """Ask a turn of this person to end, wherever it runs; False when it is over already."""
        async with self._bench.database.write() as session:
            asked = await TurnRepository(session, actor).ask_to_stop(turn_id)
        if asked and turn_id in self._stops:
            self._stops[turn_id].asked.set()
        return asked

    async def retry(self, actor: Actor, turn_id: str, *, door: Door) -> TurnLine:
        """Ask the same once more, at the end of the conversation.

        Raises:
            NothingToRetry: it is still being answered, or it has changed something that stands.
        """
        async with self._bench.database.read() as session:
            turn = await TurnRepository(session, actor).get(turn_id)
            stands = await ChangeRepository(session, actor).of_turn(turn_id)
        if turn.unfinished:
            raise NothingToRetry("it is still being answered")
        if stands:
            raise NothingToRetry("what it changed stands; take that back first")
        return await self.ask(actor, turn.text, door=door, conversation=turn.conversation_id)

    async def recover(self) -> int:
        """Run turns again whose process is gone; how many. Each waits for its place like any other."""
        async with self._bench.database.read() as session:
            found = await lost_turns(session, seconds=self._bench.lease_seconds)
            asked = {(one.user_id, one.scope) for one in found}
            people = {(user, scope): await active_person(session, user, scope=scope) for user, scope in asked}
        again = 0
        for lost in found:
            actor = people[lost.user_id, lost.scope]
            if actor is None or lost.turn_id in self._running:
                continue
            async with self._bench.database.read() as session:
                turn = await TurnRepository(session, actor).get(lost.turn_id)
            again += await self._again(actor, turn)
        return again

    async def idle(self) -> None:
        """Wait until no turn runs here."""
        while self._running:
            await asyncio.wait(list(self._running.values()))

    async def answer(self, actor: Actor, turn_id: str) -> TurnAnswer:
        """Wait for a turn of this person and give its answer."""
        async for _ in self.events(actor, turn_id):
            continue
        channel = self._followed(actor, turn_id)
        if channel is not None and channel.result is not None:
            return TurnAnswer.model_validate(channel.result)
        async with self._bench.database.read() as session:
            turn = await TurnRepository(session, actor).get(turn_id)
        return TurnAnswer.model_validate(turn.result)

    async def events(self, actor: Actor, turn_id: str, *, after: int = 0) -> AsyncIterator[EventLine]:
        """Events of a turn after a number, as they happen; those of a finished turn come from the database."""
        channel = self._followed(actor, turn_id)
        if channel is not None:
            ended = False
            async for event in channel.follow(after):
                yield event
                after, ended = event.number, event.kind in LAST
            if ended:
                return
        # It was finished earlier, or another process answers it: look until it is done.
        while True:
            async with self._bench.database.read() as session:
                turns = TurnRepository(session, actor)
                turn = await turns.get(turn_id)
                stored = await turns.events(turn_id, after=after)
                place = await TurnQueue(session, actor).place(turn_id, seconds=self._bench.lease_seconds)
            for event in stored:
                yield event
                after = event.number
            if not turn.unfinished:
                return
            if place.lost and turn_id not in self._running:
                await self._again(actor, turn)
            await asyncio.sleep(_LOOK_SECONDS)

    async def close(self, *, grace: float) -> None:
        """Let running turns finish for a while; one that does not is run again by another process."""
        if self._running:
            await asyncio.wait(list(self._running.values()), timeout=grace)

    def _followed(self, actor: Actor, turn_id: str) -> Channel | None:
        """The channel of a turn of this person that runs here or ended a moment ago."""
        channel = self._channels.get(turn_id)
        return channel if channel is not None and channel.user_id == actor.user_id else None

    async def _again(self, actor: Actor, turn: TurnLine) -> bool:
        """Run a lost turn again, or end it where that would do more harm than good."""
        if turn.attempts >= _MOST_ATTEMPTS or datetime.now(UTC) - turn.created_at > _RUN_AGAIN_WITHIN:
            result = answering.interrupted(turn).model_dump(mode="json")
            async with self._bench.database.write() as session:
                turns = TurnRepository(session, actor)
                if await turns.finish(turn.id, result, status=TurnStatus.FAILED):
                    await turns.add_events(turn.id, [EventLine.of(before_run(_MOST_ATTEMPTS + 2), "error", result)])
            return False
        _LOG.warning("turn.run_again", extra={"turn": turn.id, "trace": turn.trace_id, "attempt": turn.attempts + 1})
        self._start(actor, turn, holds=False)
        return True

    async def _lost(self, actor: Actor, turns: list[TurnLine]) -> None:
        for turn in turns:
            if turn.id not in self._running:
                await self._again(actor, turn)

    def _start(self, actor: Actor, turn: TurnLine, *, holds: bool, door: Door | None = None) -> None:
        attempt = turn.attempts if holds else turn.attempts + 1
        channel = self._channels[turn.id] = Channel(actor.user_id, before_run(attempt))
        stop = self._stops[turn.id] = Stop()
        task = asyncio.create_task(
            self._run(actor, turn, channel, stop, holds=holds, door=door), name=f"turn {turn.id}"
        )
        self._running[turn.id] = task
        task.add_done_callback(lambda _: self._ended(turn.id))

    def _ended(self, turn_id: str) -> None:
        self._running.pop(turn_id, None)
        self._stops.pop(turn_id, None)

    async def _run(
        self, actor: Actor, turn: TurnLine, channel: Channel, stop: Stop, *, holds: bool, door: Door | None
    ) -> None:
        admission = Admission(
            self._bench.database, actor, turn, self._bench.holder, stop, self._bench.lease_seconds, holds,
            lambda earlier: self._lost(actor, earlier),
        )  # fmt: skip
        run: TurnRun | None = None
        try:
            async with self._line.place(turn) as first:
                if await admission.admitted(first):
                    async with admission.held():
                        bench = await self._bench.ruled()
                        now = await self._clock(actor, turn.created_at, bench.workspace)
                        run = TurnRun(bench, actor, turn, channel, stop, now=now, door=door)
                        await run.run()
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - the border of a turn: whatever stops it ends in a named error
            await self._failed(actor, turn, channel, error, run.veil if run else Veil(Vault()))
        finally:
            channel.close()
            self._bench.tracing.forget(turn.trace_id)
            # Readers that came late find the events in the database.
            asyncio.get_running_loop().call_later(_KEPT_SECONDS, self._forget, turn.id, channel)

    def _forget(self, turn_id: str, channel: Channel) -> None:
        if self._channels.get(turn_id) is channel:
            del self._channels[turn_id]

    async def _failed(self, actor: Actor, turn: TurnLine, channel: Channel, error: Exception, veil: Veil) -> None:
        """Store that the turn stopped, with an id to quote; the cause goes to the trace and the log, redacted."""
        stopped = isinstance(error, TurnStopped)
        declared = isinstance(error, AgentError | StoreError | ToolError)
        code = getattr(error, "code", "internal_error") if declared else "internal_error"
        said = str(error) if declared and not stopped else await self._broken(actor, turn, stopped=stopped)
        stack = "".join(traceback.format_exception(error))
        await meet(self._bench.database, veil, [stack, self._bench.tracing.texts(turn.trace_id)])
        scrub = veil.scrubber
        if not stopped:
            seen = scrub.error(error)
            cause = {"error": seen.type, "reason": seen.message, "stack": seen.stack}
            _LOG.error("turn.failed", extra={"turn": turn.id, "trace": turn.trace_id, **cause})
        result = answering.unanswered(turn, code=code, said=said).model_dump(mode="json")
        last = channel.numbered([("error", result)])
        spans = self._bench.tracing.finished(turn.trace_id, user_id=actor.user_id, redact=scrub.values)
        status = TurnStatus.STOPPED if stopped else TurnStatus.FAILED
        async with self._bench.database.write() as session:
            turns = TurnRepository(session, actor)
            finished = await turns.finish(turn.id, result, status=status)
            await traces.keep(session, spans)
            if finished:
                await turns.add_events(turn.id, [*channel.events, *last])
        if finished:
            channel.result = result
            channel.publish(last)

    async def _broken(self, actor: Actor, turn: TurnLine, *, stopped: bool) -> str:
        """What is said of a turn that ended early: steps before that may have changed something."""
        async with self._bench.database.read() as session:
            stands = await ChangeRepository(session, actor).of_turn(turn.id)
        kept = "What was changed before that stands; “undo that” takes it back." if stands else "Nothing was changed."
        return f"Stopped. {kept}" if stopped else f"Something went wrong on our side. {kept} Quote {turn.trace_id}."


def _readable(text: str) -> str:
    """The question without what is no character (a broken encoding, a NUL), which can be neither stored nor meant."""
    text = text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8").strip()
    if not text:
        raise EmptyQuestion
    if len(text) > LONGEST_QUESTION:
        raise QuestionTooLong(len(text), LONGEST_QUESTION)
    return text
