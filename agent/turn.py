"""The way of one turn: admit, link and hide, plan, act, compose, ground, restore, record."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent import answering, memory, replies
from agent.budget import Purser
from agent.cards import CARDS
from agent.directory import Prefetched, candidates
from agent.errors import BudgetExhausted, ConversationBusy, ModelUnavailable
from agent.graph import TurnScope, supervisor
from agent.grounding import Cited, Rendered
from agent.hub import Channel
from agent.llm import ModelCaller
from agent.local import understand
from agent.local.schema import Clarify, Frame, Kind, Memory, Pending, Understanding
from agent.local_model import LocalModel
from agent.own_words import asked_for
from agent.schema import ClarifyShape, Refusal, TurnAnswer, UsageShape
from agent.settings import Router
from agent.taking_back import TakingBack, says_yes
from agent.toolbelt import Outcome, Toolbelt, last_document
from agent.tracing import set_attributes
from agent.veil import Veil
from agent.workbench import Workbench
from db.access import Actor
from db.repositories import audit, traces
from db.repositories.base import RecordRef
from db.repositories.conversations import (
    ConversationRepository,
    EventLine,
    Remembered,
    TurnLine,
    TurnRepository,
    TurnStatus,
    holder_of,
)
from db.repositories.evidence import EvidenceLine, EvidenceRepository
from db.repositories.search import NamedRecord
from db.session import Database, ReadSession, WriteSession
from tools.contract import Document, ToolContext
from tools.recording import Entry, recorded

LEASE_SECONDS = 15
_RENEW_SECONDS = 5.0
_QUEUE_SECONDS = 60.0
_UNSURE = 0.6


@dataclass(slots=True)
class Linked:
    """The message after linking and hiding."""

    understanding: Understanding
    veil: Veil
    question: str
    memory: Memory
    stored: dict[str, Any]
    draft: Document | None
    records: list[NamedRecord]


@dataclass(slots=True)
class Reached:
    """What the turn came to, before it is recorded."""

    text: str
    citations: Sequence[Cited] = ()
    outcomes: Sequence[Outcome] = ()
    clarify: ClarifyShape | None = None
    refused: Refusal | None = None
    model: str = "local"
    notices: list[str] = field(default_factory=list)


class TurnRun:
    """One run of one turn."""

    def __init__(self, bench: Workbench, actor: Actor, turn: TurnLine, channel: Channel, *, now: datetime) -> None:
        self.bench, self.actor, self.turn, self.channel, self.now = bench, actor, turn, channel, now
        self.purser = Purser(bench.database, actor, bench.settings, turn=turn.id, now=now)

    async def run(self) -> TurnAnswer:
        """Answer the turn and store everything it leaves behind."""
        if self.turn.status is not TurnStatus.RUNNING:
            await self._admit()
        keeping = asyncio.create_task(self._keep_lease())
        try:
            return await self._answer()
        finally:
            keeping.cancel()

    async def _keep_lease(self) -> None:
        """Tell other processes that this turn is alive; a lease that runs out means its process is gone."""
        while True:
            await asyncio.sleep(_RENEW_SECONDS)
            async with self.bench.database.write() as session:
                await TurnRepository(session, self.actor).renew(self.turn.id, self._holder, seconds=LEASE_SECONDS)

    @property
    def _holder(self) -> str:
        return holder_of(self.bench.holder, self.turn.id)

    async def _answer(self) -> TurnAnswer:
        with self.bench.tracing.turn(
            self.turn.trace_id, rainmaker__turn=self.turn.id, rainmaker__conversation=self.turn.conversation_id
        ) as span:
            linked = await self._link()
            set_attributes(
                span,
                rainmaker__question=linked.question,
                rainmaker__understood=linked.understanding.kind,
                rainmaker__confidence=round(linked.understanding.confidence, 3),
            )
            reached = await self._reach(linked)
        return await self._record(linked, reached)

    async def _admit(self) -> None:
        """Wait until every earlier turn of the conversation is done and its lease is ours."""
        until = time.monotonic() + _QUEUE_SECONDS
        pause = 0.01
        while True:
            async with self.bench.database.write() as session:
                turns = TurnRepository(session, self.actor)
                if await turns.claim(self.turn.id, self._holder, seconds=LEASE_SECONDS):
                    return
                for gone in await turns.cut_off(self.turn.id, seconds=LEASE_SECONDS):
                    result = answering.interrupted(gone).model_dump(mode="json")
                    await turns.finish(gone.id, result, status=TurnStatus.FAILED)
            if time.monotonic() > until:
                raise ConversationBusy(_QUEUE_SECONDS)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.25)

    async def _link(self) -> Linked:
        """Understand the person's own words, bind names to records they see, and hide people."""
        async with self.bench.database.read() as session:
            conversations = ConversationRepository(session, self.actor)
            stored = (await conversations.get(self.turn.conversation_id)).memory
            sealed = await conversations.vault(self.turn.conversation_id)
            with self.bench.tracing.span("link") as span:
                known = await self.bench.known(session, self.actor)
                vocabulary = known.vocabulary
                found = await candidates(session, self.actor, self.turn.text, known=vocabulary)
                held = memory.remembered(stored)
                understanding = understand(
                    self.turn.text,
                    cards=CARDS(),
                    vocabulary=vocabulary,
                    directory=Prefetched.of(found),
                    memory=held,
                    now=self.now,
                    year_start=self.bench.workspace.fiscal_year_start,
                )
                set_attributes(span, rainmaker__candidates=len(found))
        veil = Veil(self.bench.vaults.opened(self.turn.conversation_id, sealed))
        veil.learn(found)
        veil.learn_index(known.colleagues)
        question = veil.hide(understanding.corrected_text or self.turn.text)
        return Linked(understanding, veil, question, held, stored, memory.document(stored), found)

    async def _reach(self, linked: Linked) -> Reached:
        understanding = linked.understanding
        last = TakingBack(self._recorded(), self.actor, self.turn)
        asks = understanding.kind is Kind.REQUEST and not says_yes(self.turn.text)
        said = None if asks else await last.answered()
        if said is None and understanding.kind is Kind.UNDO:
            said = await last.undone()
        if said is not None:
            return Reached(said.text, refused=said.refused)
        planner, worder = self._models(understanding)
        if planner is None and understanding.kind is not Kind.REQUEST:
            return self._without_tools(understanding)
        try:
            return await self._through_graph(linked, planner=planner, worder=worder)
        except (ModelUnavailable, BudgetExhausted) as error:
            if understanding.kind is not Kind.REQUEST:
                reached = self._without_tools(understanding)
            else:
                reached = await self._through_graph(linked, planner=None, worder=None)
            reached.notices.append(str(error))
            return reached

    def _models(self, understanding: Understanding) -> tuple[ModelCaller | None, ModelCaller | None]:
        """Who plans and who words: the language model plans only where it is told to or the local model is unsure."""
        settings = self.bench.settings
        if self.bench.model is None:
            return None, None
        caller = ModelCaller(self.bench.model.chat, settings.model, self.purser, self.bench.tracing)
        asks_itself = understanding.clarify is not None and understanding.clarify.pending is not None
        unsure = understanding.confidence < _UNSURE and not asks_itself
        plans = settings.router is Router.MODEL or (settings.router is Router.AUTO and unsure)
        return (caller if plans else None), caller

    def _without_tools(self, understanding: Understanding) -> Reached:
        match understanding.kind:
            case Kind.CLARIFY if understanding.clarify is not None:
                asked = understanding.clarify
                choices = "".join(f"\n- {choice}" for choice in asked.choices)
                return Reached(
                    f"{asked.question}{choices}",
                    clarify=ClarifyShape(question=asked.question, choices=list(asked.choices)),
                )
            case Kind.SMALL_TALK:
                return Reached(replies.small_talk(self.turn.text, self.actor.name))
            case Kind.HELP:
                return Reached(replies.help_text())
            case _:
                return Reached(replies.out_of_scope(understanding.topic))

    async def _through_graph(
        self, linked: Linked, *, planner: ModelCaller | None, worder: ModelCaller | None
    ) -> Reached:
        toolbelt = Toolbelt(
            self._recorded(linked.veil), self.actor, self.bench.workspace, linked.veil, self.bench.tracing,
            self.turn.id, self.turn.conversation_id, context=lambda session: self._context(session, linked, toolbelt),
            own_words=lambda tool, args: asked_for(linked.understanding, self.turn.text, tool, args),
            corrects=lambda tool: any(one.amends and one.tool == tool for one in linked.understanding.requests),
            emit=self.channel.emit,
        )  # fmt: skip
        scope = TurnScope(
            question=linked.question,
            own_words=self.turn.text,
            context=memory.in_words(linked.memory, linked.veil.hide) if planner else "",
            local=LocalModel(understanding=linked.understanding),
            toolbelt=toolbelt,
            tracing=self.bench.tracing,
            planner=planner,
            worder=worder,
        )
        state = await supervisor().ainvoke({"finished": []}, context=scope)
        rendered: Rendered = state["answer"]
        reached = Reached(
            rendered.text,
            rendered.citations,
            toolbelt.outcomes,
            model=worder.name if worder else "local",
            notices=scope.notices,
        )
        if planner is None and linked.understanding.left_out:
            reached.text = f"{replies.left_out(linked.understanding.left_out)}\n\n{reached.text}"
        if any(one.tool == "revise_draft" and one.ok for one in toolbelt.outcomes):
            reached.notices += await TakingBack(self._recorded(), self.actor, self.turn).withdrawn()
        asking = [one for one in toolbelt.outcomes if one.code == "needs_choice"]
        if asking and not any(one.acted for one in toolbelt.outcomes):
            reached.clarify = ClarifyShape(question=asking[0].error or "", choices=list(asking[0].choices))
        refusing = [one for one in toolbelt.outcomes if not one.ok]
        if refusing and len(refusing) == len(toolbelt.outcomes) and not asking:
            reached.refused = Refusal(code=refusing[0].code or "refused", reason=refusing[0].error or "")
        if not toolbelt.outcomes and not rendered.text:
            return self._without_tools(linked.understanding)
        return reached

    def _context(self, session: ReadSession, linked: Linked, toolbelt: Toolbelt) -> ToolContext:
        """A draft of this very turn comes before that of an earlier one."""
        draft = last_document(toolbelt.outcomes) or linked.draft
        return ToolContext(self.actor, session, self.now, self.bench.workspace, draft)

    async def _record(self, linked: Linked, reached: Reached) -> TurnAnswer:
        """Store evidence, memory, vault, trace and result in one transaction, then tell the readers."""
        warning = await self.purser.warning() if self.bench.model is not None else None
        usage = await self._usage(reached.model)
        notices = [*reached.notices, *([warning] if warning else [])]
        # A draft ends the answer, so that nothing of ours stands below it as if it belonged to it.
        drafted = any(one.found and one.found.document for one in reached.outcomes)
        texts = [*notices, reached.text] if drafted else [reached.text, *notices]
        scrub = linked.veil.scrubber
        spans = self.bench.tracing.finished(self.turn.trace_id, user_id=self.actor.user_id, redact=scrub.values)
        async with self.bench.database.write() as session:
            ids = await self._keep_evidence(session, reached)
            answer = answering.answer_of(
                self.turn,
                text="\n\n".join(text for text in texts if text),
                outcomes=reached.outcomes,
                cited=list(zip(reached.citations, ids, strict=True)),
                clarify=reached.clarify,
                refused=reached.refused,
                usage=usage,
            )
            await traces.keep(session, spans)
            events, counts = await self._keep(session, linked, reached, answer)
        self.channel.result = events[-1].data if counts else None
        # Readers hear of it once it is stored: what they open next is there.
        self.channel.publish(events)
        self.channel.close()
        return answer

    def _recorded(self, veil: Veil | None = None) -> Database:
        """The database with each effect of this turn entered in the audit chain, in the transaction it happens in."""

        async def enter(session: WriteSession, entry: Entry) -> None:
            details: dict[str, Any] = {"turn": self.turn.id}
            if entry.tool and veil is not None:
                # Whom the tool itself looked up is hidden too.
                veil.learn_people(entry.people)
                details |= {"tool": entry.tool, "arguments": veil.scrubber.value(dict(entry.arguments))}
            await audit.record(
                session, self.actor, entry.deed, key=self.bench.seal.audit_key, subject=entry.subject, details=details
            )

        return recorded(self.bench.database, enter)

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

    async def _keep_evidence(self, session: WriteSession, reached: Reached) -> list[str]:
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

    async def _keep(
        self, session: WriteSession, linked: Linked, reached: Reached, answer: TurnAnswer
    ) -> tuple[list[EventLine], bool]:
        """Vault, memory, events and result; the events that end the turn, and whether this run finished it first."""
        conversation = self.turn.conversation_id
        asked = _asked(linked.understanding, reached) if reached.clarify else None
        linked_records = [RecordRef(r.kind, int(r.id), r.name) for r in _named(linked.understanding)]
        after = memory.after(linked.stored, reached.outcomes, linked=linked_records, asked=asked)
        await ConversationRepository(session, self.actor).keep(conversation, linked.veil.sealed(self.bench.seal))
        result = answer.model_dump(mode="json")
        events = self.channel.numbered(answering.events_of(answer, result))
        turns = TurnRepository(session, self.actor)
        await turns.add_events(self.turn.id, [*self.channel.events, *events])
        remembered = Remembered(after, title=self.turn.text[:80])
        counts = await turns.finish(self.turn.id, result, status=TurnStatus.DONE, remembered=remembered)
        return events, counts


def _asked(understanding: Understanding, reached: Reached) -> Clarify | None:
    """The question that waits for an answer: the parser's own, or that of the tool that could not go on."""
    open_ = next((one for one in reached.outcomes if one.code == "needs_choice" and one.open_argument), None)
    if open_ is None or open_.open_argument is None:
        return understanding.clarify
    pending = Pending(Frame(open_.tool, dict(open_.args)), open_.open_argument, open_.choices)
    return Clarify(open_.error or "", open_.choices, pending)


def _named(understanding: Understanding) -> list[Any]:
    records = []
    for request in understanding.requests:
        record = request.arguments.get("record")
        if isinstance(record, Mapping) and "id" in record:
            records.append(RecordRef(record["kind"], int(record["id"]), record.get("name", "")))
    return records
