"""The side sheet that opens a figure and computes it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from api.web import icons
from api.web.errors import REFUSALS
from api.web.evidence_view import opened_html, verified_html
from api.web.visitor import Visitor


class EvidenceSheet:
    """One per page; a native dialog, so that focus stays inside, Escape closes it and the page behind is inert."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self._citation: Mapping[str, Any] = {}
        with ui.element("dialog").classes("sheet").props('id="sheet" aria-label="Source of a figure"'):
            with ui.element("header"):
                ui.html("Where this figure comes from", tag="h2")
                with ui.element("button").props('type="button" data-close aria-label="Close"').classes("round"):
                    ui.html(icons.CLOSE, sanitize=False, tag="span")
            self._content = ui.element("div").classes("content").props('aria-live="polite" tabindex="-1" autofocus')
            with ui.element("footer"):
                self._again = ui.element("button").props('type="button"').classes("secondary").mark("verify")
                self._again.on("click", self.verify)
                with self._again:
                    ui.html(f"{icons.AGAIN}<span>Compute again</span>", sanitize=False, tag="span")
                self._verdict = ui.html("", tag="div").props('aria-live="polite"')

    async def open(self, citation: Mapping[str, Any]) -> None:
        self._citation = citation
        self._content.clear()
        self._verdict.content = ""
        ui.run_javascript("rainmaker.openSheet()")
        await self._fill()

    async def _fill(self) -> None:
        try:
            actor = await self._visitor.actor()
            opened = await self._visitor.runtime.evidence(actor, str(self._citation["evidence"]))
            zone = (await self._visitor.now()).tzinfo
        except REFUSALS as refused:
            self._say(str(refused))
            return
        self._content.clear()
        with self._content:
            ui.html(opened_html(opened, self._citation, zone))

    async def verify(self) -> None:
        """Run the rule again on the records as they are now."""
        self._again.props("disabled")
        self._verdict.content = '<p class="note">Computing …</p>'
        try:
            actor = await self._visitor.actor()
            opened = await self._visitor.runtime.evidence(actor, str(self._citation["evidence"]), verify=True)
            self._verdict.content = verified_html(opened)
        except REFUSALS as refused:
            self._verdict.content = ""
            self._say(str(refused))
        finally:
            self._again.props(remove="disabled")

    def _say(self, sentence: str) -> None:
        with self._content:
            ui.label(sentence).classes("refused").props('role="alert"')
