"""The approval card and the undo chip: decide in place, and read in place what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from api.web import icons
from api.web.errors import REFUSALS
from api.web.proposal_card import body_html, card, card_html, folded, outcome_html, rest_html, waits_html
from api.web.steps import named
from api.web.visitor import DOOR, Visitor
from db.repositories.changes import ChangeLine
from db.repositories.proposals import ProposalLine, ProposalStatus
from tools.communication.send import told_of
from tools.errors import DeliveryUnavailable


class ApprovalCard:
    """A proposal of a turn with its present status."""

    def __init__(self, visitor: Visitor, proposal: Mapping[str, Any]) -> None:
        self._visitor, self._proposal = visitor, proposal
        self._unread = False
        self._said: ui.element | None = None
        self._approve: ui.element | None = None
        """The button that waits until the whole message was shown."""

    async def build(self) -> None:
        shown = card(self._proposal, now=await self._visitor.now())
        self._card = ui.element("section").classes("approval").props(f'aria-label="Proposal: {shown.tool}"')
        with self._card:
            with ui.element("div"):
                ui.html(card_html(shown))
                self._message(shown.body)
                ui.html(rest_html(shown))
            self._foot = ui.element("footer")
        try:
            line = await self._visitor.proposal(shown.id)
        except REFUSALS as refused:
            self._say(str(refused))
            return
        if line.status is ProposalStatus.WAITING and not shown.expired:
            self._offer(line)
        elif line.status is ProposalStatus.WAITING:
            self._close("expired", None)
        else:
            await self._settle(line)

    def _message(self, body: str) -> None:
        """The whole message; of a very long one the beginning, and a button for the rest."""
        beginning, hidden = folded(body)
        self._unread = hidden > 0
        if not body:
            return
        text = ui.html(body_html(beginning)).mark("message")
        if not hidden:
            return

        def whole() -> None:
            text.content = body_html(body)
            more.delete()
            self._unread = False
            if self._approve is not None:
                self._approve.props(remove="disabled")
                self._unseen.delete()

        with ui.element("button").props('type="button"').classes("secondary whole").mark("show-all") as more:
            ui.label(f"Show all: {hidden} more lines")
        more.on("click", whole)

    def _offer(self, line: ProposalLine) -> None:
        """Both decisions; where somebody else has to approve it, the reason stands in the place of the first."""
        with self._foot:
            off = "" if line.mine and not self._unread else " disabled"
            with ui.element("button").props(f'type="button"{off}').classes("primary").mark("approve") as approve:
                ui.label("Approve")
            with ui.element("button").props('type="button"').classes("secondary").mark("decline") as decline:
                ui.label("Decline" if line.mine else "Withdraw")
            if not line.mine:
                ui.html(waits_html(line.reason, line.waits_for)).mark("waits")
            elif self._unread:
                self._unseen = ui.label("Show the whole message first, then approve it.").classes("note")
        self._primary = approve
        self._approve = approve if line.mine and self._unread else None
        approve.on("click", self.approve)
        decline.on("click", self.decline)

    async def approve(self) -> None:
        if self._unread:
            return
        await self._decide(approve=True)

    async def decline(self) -> None:
        await self._decide(approve=False)

    async def _decide(self, *, approve: bool) -> None:
        runtime, proposal_id = self._visitor.runtime, str(self._proposal["id"])
        try:
            actor = await self._visitor.actor()
            if approve:
                shown = self._proposal.get("digest") or None
                line = await runtime.approve(actor, proposal_id, door=DOOR, shown=shown)
            else:
                line = await runtime.decline(actor, proposal_id, door=DOOR)
        except DeliveryUnavailable as refused:
            # Approving again would do the same: it is not what to do next.
            self._primary.classes(remove="primary", add="secondary")
            self._say(str(refused))
            return
        except REFUSALS as refused:
            self._say(str(refused))
            return
        await self._settle(line)

    async def _settle(self, line: ProposalLine) -> None:
        asked_here = line.asked_by == (await self._visitor.actor()).user_id
        self._close(line.status.value, told_of(line))
        with self._foot:
            if line.outcome != told_of(line):
                self._ask_what_became()
            # What somebody else asked for is theirs to take back.
            if asked_here and line.change_id and line.status is ProposalStatus.APPLIED:
                undo = UndoChip(self._visitor, line.change_id, named(line.tool))
                undo.build()

    def _ask_what_became(self) -> None:
        """A message in doubt is settled by whoever found out."""
        with ui.element("button").props('type="button"').classes("secondary").mark("arrived") as arrived:
            ui.label("It arrived")
        with ui.element("button").props('type="button"').classes("secondary").mark("not-arrived") as lost:
            ui.label("It did not arrive")
        arrived.on("click", self.arrived)
        lost.on("click", self.lost)

    async def arrived(self) -> None:
        await self._found_out(arrived=True)

    async def lost(self) -> None:
        await self._found_out(arrived=False)

    async def _found_out(self, *, arrived: bool) -> None:
        try:
            actor = await self._visitor.actor()
            line = await self._visitor.runtime.settle(actor, str(self._proposal["id"]), arrived=arrived, door=DOOR)
        except REFUSALS as refused:
            self._say(str(refused))
            return
        await self._settle(line)

    def _close(self, status: str, outcome: str | None) -> None:
        self._foot.clear()
        self._said = self._approve = None
        self._card.classes("decided")
        with self._foot:
            ui.html(outcome_html(status, outcome))

    def _say(self, sentence: str) -> None:
        """A refusal in place; the buttons stay, because the next click may be the right one."""
        if self._said is not None:
            self._said.delete()
        with self._foot:
            self._said = ui.label(sentence).classes("refused").props('role="alert"')
            ui.run_javascript(f"getHtmlElement({self._said.id})?.scrollIntoView({{ block: 'nearest' }})")


class UndoChip:
    """Takes an applied change back, once."""

    def __init__(self, visitor: Visitor, change_id: str, what: str) -> None:
        self._visitor, self._change, self._what = visitor, change_id, what

    def build(self, line: ChangeLine | None = None) -> None:
        """`line`: the change as it is now, where that is known."""
        self._chip = ui.element("span").classes("undo")
        if line is not None and line.undone_at is not None:
            self._done()
            return
        with (
            self._chip,
            ui.element("button").props(f'type="button" aria-label="Undo: {self._what}"').mark("undo") as button,
        ):
            ui.html(f"{icons.UNDO}<span>Undo</span>", sanitize=False, tag="span")
        button.on("click", self.undo)

    async def undo(self) -> None:
        try:
            await self._visitor.runtime.undo(await self._visitor.actor(), self._change, door=DOOR)
        except REFUSALS as refused:
            with self._chip:
                ui.label(str(refused)).classes("refused").props('role="alert"')
            return
        self._done()

    def _done(self) -> None:
        self._chip.clear()
        with self._chip:
            ui.html(outcome_html("undone", None))
