"""The way of one turn: admit, link and hide, plan, act, compose, ground, restore, record."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from agent import entered, memory, replies
from agent.budget import quotes
from agent.budget.purser import Purser
from agent.bystanders import meet, named_in
from agent.cards import CARDS, KINDS_OF_RECORDS
from agent.coming_back import CameBack, come_back, points_back
from agent.directory import Prefetched, candidates
from agent.errors import QuoteNeeded
from agent.graph.local_model import LocalModel
from agent.graph.scope import TurnScope
from agent.graph.supervisor import supervisor
from agent.grounding import Rendered
from agent.llm.caller import ModelCaller
from agent.local import understand
from agent.local.schema import Kind, Memory, Understanding
from agent.provenance import Provenance
from agent.redaction import Vault
from agent.schema import ClarifyShape, Refusal
from agent.settings import Router
from agent.spoken import spoken
from agent.taking_back import Said, TakingBack, says_yes
from agent.toolbelt import Toolbelt, last_document
from agent.tracing import set_attributes
from agent.turns.admission import Stop
from agent.turns.hub import Channel
from agent.turns.record import TurnRecord
from agent.turns.values import Linked, Reached
from agent.veil import Veil
from agent.workbench import Workbench
from db.access import Actor
from db.deeds import Deed
from db.doors import Door
from db.repositories import audit
from db.repositories.changes import ChangeRepository
from db.repositories.conversations import ConversationRepository
from db.repositories.spoken import SpokenRepository
from db.repositories.turns import TurnLine
from db.session import Database, ReadSession, WriteSession
from tools.contract import Effect, ToolContext
from tools.recording import Entry, recorded
from tools.registry import by_name


class TurnRun:
    """One run of one turn.

    `door` is where it was asked; None for a turn of a lost process, which counts as asked where its conversation began.
    """

    def __init__(
        self,
        bench: Workbench,
        actor: Actor,
        turn: TurnLine,
        channel: Channel,
        stop: Stop,
        *,
        now: datetime,
        door: Door | None = None,
    ) -> None:
        self.bench, self.actor, self.turn, self.channel, self.now = bench, actor, turn, channel, now
        self.stop, self.door = stop, door
        # Money is spent in real time, also where the demo stands at a day.
        today = datetime.now(bench.workspace.zone)
        self.purser = Purser(bench.database, actor, bench.settings, turn=turn.id, now=today)
        self.consent: quotes.Consent | None = None
        self.veil = Veil(Vault())

    async def run(self) -> None:
        """Answer the turn and store everything it leaves behind."""
        linked, reached = await self._answer()
        await TurnRecord(self.bench, self.actor, self.turn, self.channel, self.purser).keep(linked, reached)

    async def _answer(self) -> tuple[Linked, Reached]:
        with self.bench.tracing.turn(
            self.turn.trace_id, rainmaker__turn=self.turn.id, gen_ai__conversation__id=self.turn.conversation_id,
            user__id=self.actor.user_id, rainmaker__door=self.door,
        ) as span:  # fmt: skip
            linked = await self._link()
            set_attributes(
                span,
                rainmaker__door=self.door or linked.door,
                rainmaker__question=linked.question,
                rainmaker__understood=linked.understanding.kind,
                rainmaker__confidence=round(linked.understanding.confidence, 3),
            )
            return linked, await self._reach(linked)

    async def _link(self) -> Linked:
        """Understand the person's own words, bind names to records they see, and hide people."""
        async with self.bench.database.read() as session:
            conversations = ConversationRepository(session, self.actor)
            conversation = await conversations.get(self.turn.conversation_id)
            approved = await ChangeRepository(session, self.actor).approved_since_last_turn(conversation.id)
            stored = memory.with_approved(conversation.memory, approved)
            self._agree(stored)
            sealed = await conversations.vault(self.turn.conversation_id)
            with self.bench.tracing.span("link") as span:
                known = await self.bench.known(session, self.actor)
                vocabulary = known.vocabulary
                found = await candidates(session, self.actor, self.turn.text, known=vocabulary)
                back = await self._came_back(session, memory.remembered(stored))
                held = back.memory
                understanding = understand(
                    back.text,
                    cards=CARDS(),
                    vocabulary=vocabulary,
                    directory=Prefetched.of(found),
                    memory=held,
                    now=self.now,
                    year_start=self.bench.workspace.fiscal_year_start,
                    week_start=self.bench.workspace.week_start.weekday,
                    kinds=KINDS_OF_RECORDS(),
                )
                understanding = spoken(
                    self.turn.text,
                    understanding,
                    held,
                    self.now,
                    week_start=self.bench.workspace.week_start.weekday,
                )
                set_attributes(span, rainmaker__candidates=len(found))
                earlier = await self._earlier(session, held) if self.bench.model else []
                named = await named_in(session, [self.turn.text, stored if self.bench.model else None, earlier])
        veil = self.veil = Veil(self.bench.vaults.opened(self.turn.conversation_id, sealed)).worn()
        veil.learn(found)
        veil.learn_index(known.colleagues)
        veil.learn_index(named)
        question = veil.hide(understanding.corrected_text or self.turn.text)
        return Linked(
            understanding, veil, question, held, stored, memory.document(stored), conversation.door, tuple(earlier),
            back if back.several else None,
        )  # fmt: skip

    async def _came_back(self, session: ReadSession, held: Memory) -> CameBack:
        """Where the words point at a record of long ago, that record is the nearest again."""
        if not points_back(self.turn.text):
            return CameBack(self.turn.text, held)
        spoken_of = SpokenRepository(session, self.actor)
        return await come_back(self.turn.text, held, spoken_of, self.turn.conversation_id)

    async def _earlier(self, session: ReadSession, held: Memory) -> list[str]:
        """For a language model: what the conversation asked for and came upon before what is in focus now."""
        rows = SpokenRepository(session, self.actor)
        near = {(one.kind, one.id) for one in (*held.focus, *held.listed[:10])}
        records = await rows.records(self.turn.conversation_id, limit=20)
        far = [one.record for one in records if (one.record.kind, str(one.record.id)) not in near]
        asked = [f"{one.tool} ({one.times})" for one in await rows.topics(self.turn.conversation_id)]
        lines = [f"asked for so far: {', '.join(asked)}"] if asked else []
        return lines + [f"spoken of earlier: {one.kind} {one.id}: {one.name}" for one in far[:7]]

    def _agree(self, stored: dict[str, Any]) -> None:
        """A yes to a price is the question it was asked about, once more."""
        self.consent = quotes.consent(stored, self.turn.text)
        asked = quotes.waiting(stored)
        if self.consent is not None and asked is not None:
            self.turn = replace(self.turn, text=asked)

    async def _reach(self, linked: Linked) -> Reached:
        reached = await self._reached(linked)
        return await self._begun(linked.understanding, reached)

    async def _begun(self, understanding: Understanding, reached: Reached) -> Reached:
        """The next step where the workspace has nothing to ask about yet, in place of an answer that found nothing."""
        asked = understanding.kind in (Kind.REQUEST, Kind.CLARIFY)
        reads = all(by_name(one.tool).effect is Effect.READ for one in understanding.requests)
        found = any(one.acted or (one.found is not None and one.found.rows) for one in reached.outcomes)
        if not asked or not reads or found or not self.actor.sees_all:
            return reached
        text = await self.bench.next_steps(self.actor)
        return (
            Reached(text, outcomes=reached.outcomes, model=reached.model, notices=reached.notices) if text else reached
        )

    async def _reached(self, linked: Linked) -> Reached:
        understanding = linked.understanding
        if linked.several is not None:
            return _which(linked.several)
        last = TakingBack(self._recorded(), self.actor, self.turn)
        asks = understanding.kind is Kind.REQUEST and not says_yes(self.turn.text)
        if understanding.kind is Kind.REDO:
            said: Said | None = await last.brought_back()
        else:
            said = None if asks else await last.answered()
        if said is None and understanding.kind is Kind.UNDO:
            said = await last.undone(understanding.undoing)
        if said is not None:
            return Reached(said.text, refused=said.refused)
        if understanding.kind is Kind.REQUEST and understanding.undoing is not None:
            return await self._after_undoing(linked, await last.undone(understanding.undoing))
        return await self._carried_out(linked)

    async def _after_undoing(self, linked: Linked, said: Said) -> Reached:
        """What was ordered behind an undo, once that is done; where nothing could be taken back it is left."""
        if not said.done:
            return Reached(said.text, refused=said.refused)
        reached = await self._carried_out(linked)
        reached.text = f"{said.text}\n\n{reached.text}"
        return reached

    async def _carried_out(self, linked: Linked) -> Reached:
        understanding = linked.understanding
        planner, worder = self._models(understanding)
        if planner is None and understanding.kind is not Kind.REQUEST:
            return self._without_tools(understanding)
        try:
            return await self._through_graph(linked, planner=planner, worder=worder)
        except QuoteNeeded as quote:
            choices = [quotes.GO_AHEAD, quotes.USE_LOCAL]
            listed = "".join(f"\n- {choice}" for choice in choices)
            return Reached(f"{quote}{listed}", clarify=ClarifyShape(question=str(quote), choices=choices), quoted=True)

    def _models(self, understanding: Understanding) -> tuple[ModelCaller | None, ModelCaller | None]:
        """Who plans and who words: the language model plans only where it is told to or the local model is unsure."""
        settings = self.bench.settings
        if self.bench.model is None or self.consent is quotes.Consent.LOCAL:
            return None, None
        above = settings.quote_above if self.consent is None else None
        caller = ModelCaller(self.bench.model, self.purser, self.bench.tracing, quote_above=above)
        asks_itself = understanding.clarify is not None and understanding.clarify.pending is not None
        unsure = not understanding.sure and not asks_itself
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
            self.bench.database, self.actor, self.bench.workspace, linked.veil,
            self.bench.tracing, self.turn.id, self.turn.conversation_id,
            recorded=partial(self._recorded, linked.veil),
            context=lambda session: self._context(session, linked, toolbelt),
            provenance=Provenance.of(
                linked.understanding, linked.memory, self.turn.text, person=self.actor.user_id
            ),
            corrects=lambda tool: any(one.amends and one.tool == tool for one in linked.understanding.requests),
            emit=self.channel.emit, stop=self.stop.check,
        )  # fmt: skip
        scope = TurnScope(
            question=linked.question,
            own_words=self.turn.text,
            context=self._in_words(linked) if planner else "",
            local=LocalModel(understanding=linked.understanding),
            toolbelt=toolbelt,
            tracing=self.bench.tracing,
            planner=planner,
            worder=worder,
            stop=self.stop,
            meet=partial(meet, self.bench.database, linked.veil),
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
        if scope.local_from is not None and linked.understanding.left_out:
            reached.text = f"{replies.left_out(linked.understanding.left_out)}\n\n{reached.text}"
        if any(one.tool == "revise_draft" and one.ok for one in toolbelt.outcomes):
            reached.notices += await TakingBack(self._recorded(), self.actor, self.turn).withdrawn()
        asking = [one for one in toolbelt.outcomes if one.code == "needs_choice"]
        if asking and not any(one.acted for one in toolbelt.outcomes):
            reached.clarify = ClarifyShape(question=asking[0].error or "", choices=list(asking[0].choices))
            reached.text += "".join(f"\n- {choice}" for choice in asking[0].choices)
        refusing = [one for one in toolbelt.outcomes if not one.ok]
        if refusing and len(refusing) == len(toolbelt.outcomes) and not asking:
            reached.refused = Refusal(code=refusing[0].code or "refused", reason=refusing[0].error or "")
        if not toolbelt.outcomes and not rendered.text:
            return replace(self._without_tools(linked.understanding), notices=scope.notices)
        return reached

    def _in_words(self, linked: Linked) -> str:
        return memory.in_words(
            linked.memory, linked.veil.hide, linked.understanding.named, earlier=linked.earlier
        )  # fmt: skip

    def _context(self, session: ReadSession, linked: Linked, toolbelt: Toolbelt) -> ToolContext:
        """A draft of this very turn comes before that of an earlier one."""
        draft = last_document(toolbelt.outcomes) or linked.draft
        return ToolContext(
            self.actor, session, self.now, self.bench.workspace, draft, conversation=self.turn.conversation_id
        )

    def _recorded(self, veil: Veil | None = None, planned_by: str = entered.LOCAL) -> Database:
        """The database with each effect of this turn entered in the audit chain, in the transaction it happens in."""

        async def enter(session: WriteSession, entry: Entry) -> None:
            details: dict[str, Any] = {"turn": self.turn.id, "planned_by": planned_by, **entry.details}
            if entry.tool and veil is not None:
                # Whom the tool itself looked up is hidden too.
                veil.learn_people(entry.people)
                veil.learn_index(await named_in(session, dict(entry.arguments)))
                details |= {"tool": entry.tool, "arguments": veil.scrubber.value(dict(entry.arguments))}
            if entry.deed in (Deed.DECLINED, Deed.UNDONE, Deed.REDONE):
                details |= {"door": Door.CHAT, "decided_in": self.turn.id} | await entered.of(session, entry)
            await audit.record(session, self.actor, entry.deed, subject=entry.subject, details=details)

        return recorded(self.bench.database, enter)


def _which(back: CameBack) -> Reached:
    """The question which record of before is meant; each choice is its name."""
    question = f"Which {back.noun} do you mean? Ask again with its name."
    choices = [one.name for one in back.several]
    listed = "".join(f"\n- {choice}" for choice in choices)
    return Reached(f"{question}{listed}", clarify=ClarifyShape(question=question, choices=choices))
