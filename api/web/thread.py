"""The conversation: rebuilt from what is stored, and followed where a turn is still being answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from nicegui import ui

from agent.turns.hub import LAST
from api.web import readers
from api.web.errors import REFUSALS
from api.web.evidence_sheet import EvidenceSheet
from api.web.turn_view import TurnView
from api.web.visitor import DOOR, Visitor
from db.repositories.turns import TurnLine, TurnStatus

_SHOWN_AT_ONCE = 20
_ENDED_EARLY = (TurnStatus.FAILED, TurnStatus.STOPPED)


def page_title(question: str, most: int = 60) -> str:
    """A conversation is called after its first question."""
    line = " ".join(question.split())
    return f"{line if len(line) <= most else line[: most - 1].rstrip() + '…'} · Rainmaker"


class Thread:
    """Turns of one conversation. A new conversation gets its id with the first question."""

    def __init__(self, visitor: Visitor, sheet: EvidenceSheet, *, moved: Callable[[], None]) -> None:
        self._visitor, self._sheet, self._moved = visitor, sheet, moved
        self.conversation: str | None = None
        self._following: set[asyncio.Task[None]] = set()
        self._client = ui.context.client
        self._client.on_delete(self._let_go)
        self._intro = ui.element("div").classes("intro")
        self._earlier = ui.element("div").classes("earlier")
        self._turns = ui.element("div").classes("turns").mark("turns")

    @property
    def intro(self) -> ui.element:
        """Where the empty state stands until the first question."""
        return self._intro

    async def show(self, conversation: str, turns: list[TurnLine]) -> None:
        """Everything stored, the latest first to be seen; running turns go on."""
        self.conversation = conversation
        self._intro.set_visibility(not turns)
        early, late = turns[:-_SHOWN_AT_ONCE], turns[-_SHOWN_AT_ONCE:]
        if early:
            self._offer_earlier(early)
        with self._turns:
            for turn in late:
                await self._stored(turn, last=turn is late[-1])

    async def _stored(self, turn: TurnLine, *, last: bool) -> None:
        running = turn.id if turn.result is None else None
        view = TurnView(self._visitor, self._sheet, self.ask, turn.text, running=running)
        if turn.result is not None:
            await view.finish(turn.result, failed=turn.status in _ENDED_EARLY, last=last)
        else:
            self._follow(view, turn)

    def _offer_earlier(self, turns: list[TurnLine]) -> None:
        async def show() -> None:
            self._earlier.clear()
            with self._earlier:
                for turn in turns:
                    await self._stored(turn, last=False)

        with self._earlier, ui.element("button").props('type="button"').classes("secondary") as button:
            ui.label(f"Show {len(turns)} earlier {'message' if len(turns) == 1 else 'messages'}")
        button.on("click", show)

    async def ask(self, text: str) -> None:
        """Ask in this conversation and show the answer as it comes."""
        try:
            actor = await self._visitor.actor()
            turn = await self._visitor.runtime.ask(actor, text, door=DOOR, conversation=self.conversation)
        except REFUSALS as refused:
            ui.notify(str(refused), type="warning", position="top")
            return
        self._intro.set_visibility(False)
        if self.conversation is None:
            self.conversation = turn.conversation_id
            ui.navigate.history.replace(f"/c/{turn.conversation_id}")
            ui.page_title(page_title(text))
        ui.run_javascript("rainmaker.asked()")
        with self._turns:
            view = TurnView(self._visitor, self._sheet, self.ask, turn.text, running=turn.id)
        self._follow(view, turn)

    def _follow(self, view: TurnView, turn: TurnLine) -> None:
        task = readers.start(self._until_done(view, turn), name=f"follow {turn.id}")
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    async def _until_done(self, view: TurnView, turn: TurnLine) -> None:
        """The turn itself runs detached: leaving the page ends only this reading of it."""
        actor, last = await self._visitor.actor(), None
        async for event in self._visitor.runtime.events(actor, turn.id):
            with self._client:
                view.follow(event)
            last = event
        # Only when the stream has ended are evidence and result stored, so that a citation can be opened.
        with self._client:
            if last is not None and last.kind in LAST:
                await view.finish(last.data, failed=last.kind == "error")
            else:
                view.cut_off()
            self._moved()

    def _let_go(self) -> None:
        for task in self._following:
            task.cancel()
