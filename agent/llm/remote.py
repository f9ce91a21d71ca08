"""The OpenAI-compatible endpoint that the settings name."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from agent.llm.provider import provider_of
from agent.llm.request import MAX_OUTPUT
from agent.llm.rest import Rest
from agent.settings import AgentSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


class RemoteModel:
    """The configured endpoint with a connection of its own, which is closed with the runtime."""

    def __init__(self, settings: AgentSettings) -> None:
        from httpx2 import AsyncClient
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        self.name, self.price = settings.model, settings.price
        self._base_url = settings.openai_base_url
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

    @cached_property
    def provider(self) -> str:
        """Who runs it, for spans."""
        return provider_of(self._base_url)

    async def close(self) -> None:
        await self._connection.aclose()
