"""Language models behind an OpenAI-compatible endpoint, called under budget and trace, never with raw personal data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, BaseMessage

from agent.budget import Purser
from agent.errors import ModelUnavailable
from agent.settings import AgentSettings
from agent.tracing import Tracing, set_attributes
from prompts import Prompt

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_MAX_OUTPUT = 1_500


class RemoteModel:
    """The configured endpoint with a connection of its own, which is closed with the runtime."""

    def __init__(self, settings: AgentSettings) -> None:
        from httpx2 import AsyncClient
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        self._connection = AsyncClient(timeout=settings.model_timeout_seconds)
        # One retry, honouring Retry-After; after that the turn falls back to the local model.
        self.chat: BaseChatModel = ChatOpenAI(
            model=settings.model,
            api_key=SecretStr(settings.openai_api_key or "none"),
            base_url=settings.openai_base_url,
            timeout=settings.model_timeout_seconds,
            max_retries=1,
            max_completion_tokens=_MAX_OUTPUT,
            stream_usage=True,
            http_async_client=self._connection,
        )

    async def close(self) -> None:
        await self._connection.aclose()


class ModelCaller:
    """One turn's way to the language model."""

    def __init__(self, model: BaseChatModel, name: str, purser: Purser, tracing: Tracing) -> None:
        self._model, self.name, self._purser, self._tracing = model, name, purser, tracing

    async def call(
        self,
        messages: Sequence[BaseMessage],
        *,
        prompt: Prompt,
        tools: Sequence[dict[str, Any]] = (),
        force: str | None = None,
    ) -> AIMessage:
        """Ask once.

        Raises:
            ModelUnavailable: the endpoint refused, timed out, or sent something unreadable.
            BudgetExhausted: no money left.
        """
        text = "\n".join(str(message.content) for message in messages)
        with self._tracing.span(
            f"chat {self.name}", gen_ai__operation__name="chat", gen_ai__request__model=self.name,
            rainmaker__prompt=prompt.id, rainmaker__messages=text,
        ) as span:  # fmt: skip
            async with self._purser.call(
                model=self.name, prompt=text + str(tools), max_output_tokens=_MAX_OUTPUT
            ) as spent:
                reply = await self._ask(messages, tools, force)
                usage = reply.usage_metadata
                spent.input_tokens = usage["input_tokens"] if usage else len(text) // 3
                spent.output_tokens = usage["output_tokens"] if usage else len(str(reply.content)) // 3
            set_attributes(
                span,
                gen_ai__usage__input_tokens=spent.input_tokens,
                gen_ai__usage__output_tokens=spent.output_tokens,
                rainmaker__reply=str(reply.content) or str(reply.tool_calls),
            )
        return reply

    async def _ask(
        self, messages: Sequence[BaseMessage], tools: Sequence[dict[str, Any]], force: str | None
    ) -> AIMessage:
        from httpx2 import HTTPError
        from openai import OpenAIError

        bound: Any = self._model
        if tools:
            bound = self._model.bind_tools(tools, tool_choice=force) if force else self._model.bind_tools(tools)
        try:
            reply = await bound.ainvoke(list(messages))
        except (OpenAIError, HTTPError, OSError, ValueError, TypeError, KeyError) as error:
            # The client raises the last three for replies that are not of the protocol's shape.
            raise ModelUnavailable(_reason(error)) from error
        if not isinstance(reply, AIMessage):
            raise ModelUnavailable("answered in a form that cannot be read")
        return reply


def _reason(error: Exception) -> str:
    status = getattr(error, "status_code", None)
    if status == 401:
        return "refused the key"
    if status == 429:
        return "is over its rate limit"
    if status is not None:
        return f"answered with an error ({status})"
    name = type(error).__name__
    return "did not answer in time" if "Timeout" in name else "could not be reached" if "Connect" in name else "failed"
