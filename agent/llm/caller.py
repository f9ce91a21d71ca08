"""Language models behind an OpenAI-compatible endpoint, called under budget and trace, never with raw personal data.

A call ends in a reply that can be used or in `ModelUnavailable`, within its own time and that of its turn.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, BaseMessage
from opentelemetry.trace import SpanKind, get_current_span

from agent.budget.prices import Source, Tokens
from agent.budget.purser import Purser, Spent
from agent.errors import ModelUnavailable, QuoteNeeded
from agent.llm import told
from agent.llm.bounds import most_tokens
from agent.llm.faults import Failed, Fault, of_error, of_reply
from agent.llm.replies import tidied, used
from agent.llm.rest import Rest
from agent.llm.waiting import ModelTime
from agent.settings import AgentSettings
from agent.tracing import Operation, Tracing, set_attributes
from prompts import Prompt

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

MAX_OUTPUT = 1_500
_ATTEMPTS = 2
_LONGEST_WAIT = 10.0
"""Seconds; an endpoint that asks for more is not asked again in this turn."""
_PAUSE = (0.1, 0.5)
"""Drawn anew each time, so that turns which failed together do not come back together."""


class RemoteModel:
    """The configured endpoint with a connection of its own, which is closed with the runtime."""

    def __init__(self, settings: AgentSettings) -> None:
        from httpx2 import AsyncClient
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        self.name, self.price = settings.model, settings.price
        self.call_seconds, self.turn_seconds = settings.model_timeout_seconds, settings.turn_model_seconds
        self.rest = Rest(settings.model_rest_seconds)
        self._connection = AsyncClient(timeout=settings.model_timeout_seconds)
        self.chat: BaseChatModel = ChatOpenAI(
            model=settings.model,
            api_key=SecretStr(settings.openai_api_key or "none"),
            base_url=settings.openai_base_url,
            timeout=settings.model_timeout_seconds,
            # Each attempt is paid for on its own, so the client makes none by itself.
            max_retries=0,
            max_completion_tokens=MAX_OUTPUT,
            stream_usage=True,
            http_async_client=self._connection,
        )

    async def close(self) -> None:
        await self._connection.aclose()


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

    def most(self, messages: Sequence[BaseMessage], tools: Sequence[dict[str, Any]] = ()) -> Tokens:
        """The most one call can use."""
        return most_tokens(messages, tools, max_output=MAX_OUTPUT)

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

    async def call(
        self,
        messages: Sequence[BaseMessage],
        *,
        prompt: Prompt,
        tools: Sequence[dict[str, Any]] = (),
        force: str | None = None,
        may_be_empty: bool = False,
    ) -> AIMessage:
        """Ask, and once more where that may help.

        Args:
            force: the tool the reply has to call.
            may_be_empty: whether saying nothing is an answer.

        Raises:
            ModelUnavailable: the endpoint failed, rests, or sent nothing that can be used; the turn's time is up.
            BudgetExhausted: no money left.
        """
        with self._tracing.span(
            f"chat {self.name}", kind=SpanKind.CLIENT, gen_ai__operation__name=Operation.CHAT,
            gen_ai__provider__name="openai", gen_ai__request__model=self.name,
            gen_ai__request__max_tokens=MAX_OUTPUT, gen_ai__prompt__name=prompt.name, rainmaker__prompt=prompt.id,
            rainmaker__prompt_hash=prompt.digest, gen_ai__input__messages=told.messages(messages),
            rainmaker__budget="refused",
        ) as span, self._time.running():  # fmt: skip
            reply = await self._answered(messages, tools, force, may_be_empty=may_be_empty)
            tokens = used(reply)
            cost = self._remote.price.of(tokens, at=datetime.now(UTC)) if tokens else None
            set_attributes(
                span,
                gen_ai__usage__input_tokens=tokens.input if tokens else None,
                gen_ai__usage__output_tokens=tokens.output if tokens else None,
                gen_ai__usage__cache_read__input_tokens=tokens.cached if tokens else None,
                gen_ai__response__model=reply.response_metadata.get("model_name"),
                gen_ai__response__id=reply.response_metadata.get("id"),
                gen_ai__response__finish_reasons=told.ended(reply),
                gen_ai__output__messages=told.messages([reply]),
                rainmaker__cost_usd=None if cost is None else f"{cost:.6f}",
            )
        return reply

    async def _answered(
        self,
        messages: Sequence[BaseMessage],
        tools: Sequence[dict[str, Any]],
        force: str | None,
        *,
        may_be_empty: bool,
    ) -> AIMessage:
        most = self.most(messages, tools)
        attempts, cause = _ATTEMPTS, None
        while True:
            attempts -= 1
            try:
                reply = await self._asked(messages, tools, force, most)
                fault = of_reply(reply, may_call=bool(tools), may_be_empty=may_be_empty)
                if fault is None:
                    return tidied(reply)
            except Failed as failed:
                fault, cause = failed.fault, failed.__cause__
            pause = self._pause(fault) if attempts else None
            if pause is None:
                # The reason is for the person; what the client said is for the trace, redacted.
                said = f"{type(cause).__name__}: {cause}" if cause else None
                set_attributes(get_current_span(), rainmaker__error=said)
                raise ModelUnavailable(fault.reason) from cause
            await asyncio.sleep(pause)

    async def _asked(
        self, messages: Sequence[BaseMessage], tools: Sequence[dict[str, Any]], force: str | None, most: Tokens
    ) -> AIMessage:
        """One request, paid for. Raises `Failed`."""
        seconds = min(self._remote.call_seconds, self._time.left)
        if seconds <= 0:
            raise ModelUnavailable("took longer than a turn may wait for it")
        with self._remote.rest.asking():
            async with self._purser.call(price=self._remote.price, most=most, seconds=seconds) as spent:
                set_attributes(get_current_span(), rainmaker__budget="granted")
                return await self._sent(messages, tools, force, spent=spent, seconds=seconds)

    async def _sent(
        self,
        messages: Sequence[BaseMessage],
        tools: Sequence[dict[str, Any]],
        force: str | None,
        *,
        spent: Spent,
        seconds: float,
    ) -> AIMessage:
        bound: Any = self._remote.chat
        if tools:
            bound = bound.bind_tools(tools, tool_choice=force) if force else bound.bind_tools(tools)
        try:
            # The client's own limit is for the silence between two bytes.
            async with asyncio.timeout(seconds):
                reply = await bound.ainvoke(list(messages))
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
