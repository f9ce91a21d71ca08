"""What a finished turn leaves behind, in one transaction: evidence, vault, memory, trace, events and result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent import memory
from agent.budget import quotes
from agent.budget.purser import Purser
from agent.bystanders import meet
from agent.local.schema import Clarify, Frame, Kind, Pending, Record, Understanding
from agent.schema import TurnAnswer, UsageShape
from agent.turns import answering
from agent.turns.hub import Channel
from agent.turns.values import Linked, Reached
from agent.workbench import Workbench
from db.access import Actor
from db.repositories import traces
from db.repositories.base import RecordRef
from db.repositories.conversations import ConversationRepository
from db.repositories.evidence import EvidenceLine, EvidenceRepository
from db.repositories.spoken import SpokenRepository
from db.repositories.turns import EventLine, Remembered, TurnLine, TurnRepository, TurnStatus
from db.session import WriteSession
from tools.contract import Effect


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """Stores one turn and then tells its readers."""

    bench: Workbench
    actor: Actor
    turn: TurnLine
    channel: Channel
    purser: Purser

    async def keep(self, linked: Linked, reached: Reached) -> None:
        """Who finishes a turn first counts: of a later run nothing but its trace is kept."""
        usage = await self._usage(reached.model)
        notices = [*reached.notices, *await self.purser.warnings()]
        # A draft ends the answer, so that nothing of ours stands below it as if it belonged to it.
        drafted = any(one.found and one.found.document for one in reached.outcomes)
        texts = [*notices, reached.text] if drafted else [reached.text, *notices]
        text = "\n\n".join(text for text in texts if text)
        # The trace may name people whom only an error or a model has brought up.
        await meet(self.bench.database, linked.veil, self.bench.tracing.texts(self.turn.trace_id))
        scrub = linked.veil.scrubber
        spans = self.bench.tracing.finished(self.turn.trace_id, user_id=self.actor.user_id, redact=scrub.values)
        events: list[EventLine] = []
        async with self.bench.database.write() as session:
            await traces.keep(session, spans)
            if await TurnRepository(session, self.actor).is_open(self.turn.id):
                ids = await self._evidence(session, reached)
                answer = answering.answer_of(
                    self.turn, text=text, outcomes=reached.outcomes,
                    cited=list(zip(reached.citations, ids, strict=True)),
                    clarify=reached.clarify, refused=reached.refused, usage=usage,
                )  # fmt: skip
                events = await self._finish(session, linked, reached, answer)
        self.channel.result = events[-1].data if events else None
        # Readers hear of it once it is stored: what they open next is there.
        self.channel.publish(events)
        self.channel.close()

    async def _usage(self, model: str) -> UsageShape:
        if self.bench.model is None:
            return UsageShape()
        tokens_in, tokens_out, cost = await self.purser.total()
        return UsageShape(
            input_tokens=tokens_in,
            output_tokens=tokens_out,
            cost_usd=f"{cost:.6f}" if cost else "0.00",
            model=model if tokens_in else "local",
        )

    async def _evidence(self, session: WriteSession, reached: Reached) -> list[str]:
        by_position = {one.position: one for one in reached.outcomes}
        lines = []
        for cited in reached.citations:
            outcome, figure = by_position[cited.step], cited.figure
            rows = {"tool": figure.rows.tool, "arguments": dict(figure.rows.arguments)} if figure.rows else None
            lines.append(
                EvidenceLine(
                    outcome.tool, dict(outcome.args), figure.key, figure.label, figure.rule, figure.plain(), rows
                )
            )
        return await EvidenceRepository(session, self.actor).keep(self.turn.id, lines)

    async def _finish(
        self, session: WriteSession, linked: Linked, reached: Reached, answer: TurnAnswer
    ) -> list[EventLine]:
        """Vault, memory, events and result; the events that end the turn."""
        conversation = self.turn.conversation_id
        asked = _asked(linked.understanding, reached) if reached.clarify else None
        linked_records = [RecordRef(r.kind, int(r.id), r.name) for r in _named(linked.understanding)]
        after = memory.after(quotes.forgotten(linked.stored), reached.outcomes, linked=linked_records, asked=asked)
        after[memory.NAMESAKES] = memory.passed_over(linked.stored, linked.understanding.named, linked_records)
        if reached.quoted:
            after = quotes.remembered(linked.stored, self.turn.text)
        await ConversationRepository(session, self.actor).keep(conversation, linked.veil.sealed(self.bench.seal))
        tools, records = memory.came_upon(reached.outcomes, linked_records)
        if tools or records:
            spoken = SpokenRepository(session, self.actor)
            await spoken.note(conversation, self.turn.number, tools=tools, records=records)
        result = answer.model_dump(mode="json")
        events = self.channel.numbered(answering.events_of(answer, result))
        turns = TurnRepository(session, self.actor)
        await turns.add_events(self.turn.id, [*self.channel.events, *events])
        remembered = Remembered(after, title=self.turn.text[:80])
        await turns.finish(self.turn.id, result, status=TurnStatus.DONE, remembered=remembered)
        return events


def _asked(understanding: Understanding, reached: Reached) -> Clarify | None:
    """The question that waits for an answer: the parser's own, or that of the tool that could not go on."""
    asking = [one for one in reached.outcomes if one.code == "needs_choice" and one.open_argument]
    # What only a model asked for must not come to pass by the person's answer to the question it raised.
    open_ = next((one for one in asking if one.heard or one.effect is Effect.READ), None)
    if open_ is None or open_.open_argument is None:
        return understanding.clarify
    offered = tuple(Record(one.kind, str(one.id), one.name) for one in open_.offered)
    pending = Pending(Frame(open_.tool, dict(open_.args)), open_.open_argument, open_.choices, offered)
    return Clarify(open_.error or "", open_.choices, pending)


_NOTHING_DONE = frozenset({Kind.REFUSED, Kind.OUT_OF_SCOPE, Kind.CLARIFY})


def _named(understanding: Understanding) -> list[Any]:
    """The records that the turn is about: of its requests, of what waits for an answer, or of what was not done."""
    asked = understanding.clarify.pending if understanding.clarify else None
    waiting = [asked.frame.arguments] if asked is not None else []
    records = []
    for arguments in (*(request.arguments for request in understanding.requests), *waiting):
        record = arguments.get("record")
        if isinstance(record, Mapping) and "id" in record:
            records.append(RecordRef(record["kind"], int(record["id"]), record.get("name", "")))
    named = [one for one in understanding.named if one.kind != "user"]
    if understanding.kind in _NOTHING_DONE and not records and len(named) == 1:
        records.append(RecordRef(named[0].kind, int(named[0].id), named[0].name))
    return records
