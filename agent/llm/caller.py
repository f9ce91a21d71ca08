"""Calls of a language model, under budget and trace, never with raw personal data.

A call ends in a reply that can be used or in `ModelUnavailable`, within its own time and that of its turn.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from langchain_core.messages import AIMessage
from opentelemetry.trace import SpanKind, get_current_span

from agent.budget.prices import Source, Tokens
from agent.budget.purser import Purser, Spent
from agent.errors import ModelUnavailable, QuoteNeeded
from agent.llm import told
from agent.llm.faults import Failed, Fault, of_error, of_reply
from agent.llm.remote import RemoteModel
from agent.llm.replies import tidied, used
from agent.llm.request import MAX_OUTPUT, Request
from agent.llm.waiting import ModelTime
from agent.tracing import Operation, Tracing, set_attributes

_ATTEMPTS = 2
_LONGEST_WAIT = 10.0
"""Seconds; an endpoint that asks for more is not asked again in this turn."""
_PAUSE = (0.1, 0.5)
"""Drawn anew each time, so that turns which failed together do not come back together."""


class ModelCaller:
    """One turn's way to the language model.

    `quote_above` is the sum in US dollars above which the person is asked first; None when that was agreed to.
    """

    def __init__(
        self, remote: RemoteModel, purser: Purser, tracing: Tracing, *, quote_above: Decimal | None = None
    ) -> None:
        self._remote, self._purser, self._tracing = remote, purser, tracing
        self._quote_above = quote_above
        self._time = ModelTime(remote.turn_seconds)

    @property
    def name(self) -> str:
        return self._remote.name

    async def quote(self, calls: Sequence[Tokens]) -> None:
        """Before money is spent: have the person asked when these calls may cost more than is spent unasked.

        A price that is only assumed is not quoted, and neither is what cannot be paid.

        Raises:
            QuoteNeeded: they may.
        """
        price = self._remote.price
        if self._quote_above is None or not calls or price.source is Source.UNKNOWN:
            return
        dollars = sum((price.of(tokens, at=datetime.now(UTC)) for tokens in calls), Decimal(0))
        if dollars > self._quote_above and await self._purser.covers(dollars / len(calls)):
            raise QuoteNeeded(len(calls), dollars)

    async def call(self, request: Request) -> AIMessage:
        """Ask, and once more where that may help. The span says what all attempts together were booked at.

        Raises:
            ModelUnavailable: the endpoint failed, rests, or sent nothing that can be used; the turn's time is up.
            BudgetExhausted: no money left.
        """
        attempts: list[Spent] = []
        with self._tracing.span(
            f"chat {self.name}", kind=SpanKind.CLIENT, gen_ai__operation__name=Operation.CHAT,
            gen_ai__provider__name=self._remote.provider, gen_ai__request__model=self.name,
            gen_ai__request__max_tokens=MAX_OUTPUT, gen_ai__prompt__name=request.system.name,
            rainmaker__prompt=request.system.ids, rainmaker__prompt_hash=request.system.digests,
            gen_ai__input__messages=told.messages(request.messages), rainmaker__budget="refused",
        ) as span, self._time.running():  # fmt: skip
            try:
                reply = await self._answered(request, attempts)
            finally:
                told.booked(span, attempts)
            set_attributes(
                span,
                gen_ai__response__model=reply.response_metadata.get("model_name"),
                gen_ai__response__id=reply.response_metadata.get("id"),
                gen_ai__response__finish_reasons=told.ended(reply),
                gen_ai__output__messages=told.messages([reply]),
            )
        return reply

    async def _answered(self, request: Request, attempts: list[Spent]) -> AIMessage:
        cause: BaseException | None = None
        for left in reversed(range(_ATTEMPTS)):
            try:
                reply = await self._asked(request, attempts)
                found = of_reply(reply, may_call=bool(request.tools), may_be_empty=request.may_be_empty)
                if found is None:
                    return tidied(reply)
                fault = found
            except Failed as failed:
                fault, cause = failed.fault, failed.__cause__
            pause = self._pause(fault) if left else None
            if pause is None:
                break
            await asyncio.sleep(pause)
        # The reason is for the person; what the client said is for the trace, redacted.
        said = f"{type(cause).__name__}: {cause}" if cause else None
        set_attributes(get_current_span(), rainmaker__error=said)
        raise ModelUnavailable(fault.reason) from cause

    async def _asked(self, request: Request, attempts: list[Spent]) -> AIMessage:
        """One attempt, paid for. Raises `Failed`."""
        seconds = min(self._remote.call_seconds, self._time.left)
        if seconds <= 0:
            raise ModelUnavailable("took longer than a turn may wait for it")
        with self._remote.rest.asking():
            async with self._purser.call(price=self._remote.price, most=request.most, seconds=seconds) as spent:
                attempts.append(spent)
                set_attributes(get_current_span(), rainmaker__budget="granted")
                return await self._sent(request, spent=spent, seconds=seconds)

    async def _sent(self, request: Request, *, spent: Spent, seconds: float) -> AIMessage:
        bound: Any = self._remote.chat
        if request.tools:
            choice = {"tool_choice": request.force} if request.force else {}
            bound = bound.bind_tools(request.tools, **choice)
        try:
            # The client's own limit is for the silence between two bytes.
            async with asyncio.timeout(seconds):
                reply = await bound.ainvoke(request.messages)
        except Exception as error:  # whatever the client makes of what came is the endpoint's fault
            fault = of_error(error, model=self.name)
            if not fault.charged:
                spent.refused()
            raise Failed(fault) from error
        if not isinstance(reply, AIMessage):
            raise Failed(Fault("sent something that cannot be read"))
        if tokens := used(reply):
            spent.reported(tokens)
        return reply

    def _pause(self, fault: Fault) -> float | None:
        """Seconds before the next attempt; None when there should be none."""
        if not fault.again:
            return None
        pause = random.uniform(*_PAUSE) if fault.wait is None else fault.wait  # noqa: S311 - nothing hangs on it being secret
        return pause if pause <= _LONGEST_WAIT and pause < self._time.left else None
