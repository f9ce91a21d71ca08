"""One turn on the page: the question, what happens while it is answered, and the answer with all that hangs on it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from html import escape
from typing import Any

from nicegui import ui

# Imported here so that its assets are known before the first page is served.
from nicegui.elements.echart.echart import EChart

from api.web import chart_options, icons, steps
from api.web.answer_html import answer_html, citations_by_mark, table_html
from api.web.approval import ApprovalCard, UndoChip
from api.web.blocks import blocks, without_choices, without_messages
from api.web.errors import REFUSALS
from api.web.evidence_sheet import EvidenceSheet
from api.web.visitor import Visitor
from db.repositories.turns import EventLine

# From here on citation marks stand back, so that the sentence is read first.
_MANY = 8

Say = Callable[[str], Awaitable[None]]


class TurnView:
    """Builds itself for a question; `follow` shows events, `finish` the final answer.

    A turn that is being answered (`running`, its id) offers to be stopped.
    """

    def __init__(
        self, visitor: Visitor, sheet: EvidenceSheet, say: Say, question: str, *, running: str | None = None
    ) -> None:
        self._visitor, self._sheet, self._say = visitor, sheet, say
        self._question, self._text = question, ""
        self._rows: dict[int, ui.html] = {}
        with ui.element("article").classes("turn"):
            with ui.element("div").classes("question"):
                ui.html("You asked: ", tag="span").classes("unseen")
                ui.label(question)
            self._answer = (
                ui.element("div").classes("answer").props('aria-live="polite" aria-busy="true"').mark("reply")
            )
        with self._answer:
            self._steps = ui.element("ul").classes("running").props('aria-label="What is being done"')
            with self._steps:
                self._waiting = ui.html('<span class="dot"></span><span>Thinking …</span>', tag="li")
            self._streamed = ui.html("", tag="div").classes("prose")
            if running is not None:
                self._stop_button(running)

    def _stop_button(self, turn: str) -> None:
        async def stop() -> None:
            button.props('disabled="true"')
            await self._visitor.runtime.stop(await self._visitor.actor(), turn)

        with ui.element("button").props('type="button"').classes("secondary stop").mark("stop") as button:
            ui.html(f"{icons.STOP}<span>Stop</span>", sanitize=False, tag="span")
        button.on("click", stop)

    def follow(self, event: EventLine) -> None:
        """A step or a piece of the answer, as it happens."""
        if event.kind == "step":
            self._step(event.data)
        elif event.kind == "token":
            self._text += str(event.data["text"])
            self._streamed.content = answer_html(blocks(self._text), {})

    def _step(self, data: Mapping[str, Any]) -> None:
        self._waiting.set_visibility(False)
        position = int(data["position"])
        if position not in self._rows:
            with self._steps:
                self._rows[position] = ui.html("", tag="li")
        done = data["state"] == "done"
        mark = (icons.CHECK if data.get("ok") else icons.CLOSE) if done else '<span class="dot"></span>'
        self._rows[position].content = f"{mark}<span>{escape(steps.running(data))}{'' if done else ' …'}</span>"

    def cut_off(self) -> None:
        """The stream ended without an answer: the process that was answering went away."""
        self._answer.clear()
        with self._answer:
            ui.label("The answer was cut off. Reload the page to see how far it came.").classes("refused")
        self._answer.props('aria-busy="false"')

    async def finish(self, result: Mapping[str, Any], *, failed: bool = False, last: bool = True) -> None:
        """The whole answer. `last` offers choices and another try, which make sense only at the end."""
        self._answer.clear()
        with self._answer:
            if failed:
                self._refused(result, again=last)
            else:
                self._prose(result)
            for chart in result["charts"]:
                _chart(chart)
            for proposal in result["proposals"]:
                await ApprovalCard(self._visitor, proposal).build()
            await self._undos(result["steps"])
            if result.get("clarify") and last:
                self._choices(result["clarify"]["choices"])
            if result["steps"]:
                _how(result)
        self._answer.props('aria-busy="false"')

    def _prose(self, result: Mapping[str, Any]) -> None:
        rich = result["usage"]["model"] != "local"
        clarify = result.get("clarify")
        text = without_choices(result["answer"], clarify["choices"]) if clarify else result["answer"]
        if not rich:
            text = without_messages(text, [str(one["preview"]["after"].get("to") or "") for one in result["proposals"]])
        html = answer_html(blocks(text, rich=rich), citations_by_mark(result["citations"]), rich=rich)
        marks = {int(one["n"]): one for one in result["citations"]}

        async def opened(event: Any) -> None:  # noqa: ANN401 - NiceGUI's event arguments
            citation = marks.get(int(event.args))
            if citation is not None:
                await self._sheet.open(citation)

        prose = ui.html(html).classes("prose many" if len(marks) > _MANY else "prose").mark("answer")
        # A click anywhere in the answer; only a citation is passed on.
        prose.on(
            "click",
            opened,
            js_handler="(e) => { const c = e.target.closest('[data-cite]'); if (c) emit(c.dataset.cite); }",
        )

    def _refused(self, result: Mapping[str, Any], *, again: bool) -> None:
        with ui.element("div").classes("stopped").props('role="alert"'):
            self._prose(result)
            if again:
                with ui.element("button").props('type="button"').classes("secondary").mark("again") as button:
                    ui.html(f"{icons.AGAIN}<span>Try again</span>", sanitize=False, tag="span")
                button.on("click", lambda: self._say(self._question))

    async def _undos(self, taken: Sequence[Mapping[str, Any]]) -> None:
        changes = [step for step in taken if step.get("change")]
        if not changes:
            return
        with ui.element("div").classes("undos"):
            for step in changes:
                what = steps.named(str(step["tool"]))
                if len(changes) > 1:
                    ui.label(what).classes("note")
                try:
                    line = await self._visitor.change(str(step["change"]))
                except REFUSALS as refused:
                    ui.label(str(refused)).classes("refused")
                    continue
                UndoChip(self._visitor, line.id, what).build(line)

    def _choices(self, choices: Sequence[str]) -> None:
        with ui.element("div").classes("choices").props('role="group" aria-label="Choices"'):
            for choice in choices:
                with ui.element("button").props('type="button"').classes("choice").mark("choice") as button:
                    ui.label(choice)
                button.on("click", lambda _, chosen=choice: self._say(chosen))


def _chart(chart: Mapping[str, Any]) -> None:
    head, rows = chart_options.as_table(chart)
    with ui.element("figure").classes("chart"):
        ui.label(str(chart["title"])).classes("title")
        drawn = EChart(chart_options.options(chart), renderer="svg").style(f"height: {chart_options.height(chart)}px")
        drawn.props["role"] = "img"
        drawn.props["aria-label"] = str(chart["alt"])
        table = table_html([escape(one) for one in head], [[escape(cell) for cell in row] for row in rows])
        ui.html(f"<details><summary>Show the numbers</summary>{table}</details>")


def _how(result: Mapping[str, Any]) -> None:
    """How the answer came about, for those who want to know."""
    lines = "".join(
        f"<li>{icons.CHECK if step['ok'] else icons.CLOSE}<span>{escape(steps.running(step))}"
        f"{'' if step['ok'] else ': ' + escape(str(step['error'] or ''))}</span></li>"
        for step in result["steps"]
    )
    summary = escape(steps.summary(result["steps"], str(result["usage"]["model"])))
    trace = f'<li class="trace"><span>Trace {escape(str(result["trace_id"]))}</span></li>'
    ui.html(
        f'<details class="how"><summary>How this was answered · {summary}</summary><ul>{lines}{trace}</ul></details>'
    )
