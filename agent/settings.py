"""Which model answers, what it may cost, and where traces go."""

from __future__ import annotations

import json
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, HttpUrl, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from agent.budget.prices import ModelPrice, Price

_LANGFUSE = "https://cloud.langfuse.com"


class Router(StrEnum):
    """Who plans a turn: the local model, the language model, or the local one wherever it is sure."""

    AUTO = "auto"
    LOCAL = "local"
    MODEL = "model"


class BudgetPolicy(StrEnum):
    BLOCK = "block"
    WARN = "warn"


class AgentSettings(BaseSettings):
    """Read from the environment. Without `OPENAI_API_KEY` and `OPENAI_BASE_URL` the local model answers alone."""

    model_config = SettingsConfigDict(extra="ignore", populate_by_name=True)

    openai_api_key: Annotated[str | None, Field(alias="OPENAI_API_KEY")] = None
    openai_base_url: Annotated[str | None, Field(alias="OPENAI_BASE_URL")] = None
    model: Annotated[str, Field(alias="RAINMAKER_MODEL", min_length=1)] = "gpt-5-mini"
    router: Annotated[Router, Field(alias="RAINMAKER_ROUTER")] = Router.AUTO
    model_timeout_seconds: Annotated[float, Field(alias="RAINMAKER_MODEL_TIMEOUT", gt=0, le=600)] = 30
    turn_model_seconds: Annotated[float, Field(alias="RAINMAKER_TURN_MODEL_SECONDS", gt=0, le=3600)] = 60
    model_rest_seconds: Annotated[float, Field(alias="RAINMAKER_MODEL_REST", ge=0, le=3600)] = 10
    model_prices: Annotated[dict[str, ModelPrice], NoDecode, Field(alias="RAINMAKER_MODEL_PRICES")] = Field({})
    budget_ceiling: Annotated[Decimal, Field(alias="AGENT_BUDGET_CEILING", ge=0)] = Decimal(100)
    budget_policy: Annotated[BudgetPolicy, Field(alias="AGENT_BUDGET_POLICY")] = BudgetPolicy.BLOCK
    budget_per_person: Annotated[Decimal | None, Field(alias="AGENT_BUDGET_PER_PERSON", ge=0)] = None
    budget_per_turn: Annotated[Decimal, Field(alias="AGENT_BUDGET_PER_TURN", ge=0)] = Decimal(5)
    quote_above: Annotated[Decimal, Field(alias="AGENT_QUOTE_ABOVE", ge=0)] = Decimal("0.50")
    smtp_url: Annotated[str | None, Field(alias="SMTP_URL")] = None
    otlp_endpoint: Annotated[str | None, Field(alias="OTEL_EXPORTER_OTLP_ENDPOINT")] = None
    service_name: Annotated[str, Field(alias="OTEL_SERVICE_NAME")] = "rainmaker"
    langfuse_public_key: Annotated[str | None, Field(alias="LANGFUSE_PUBLIC_KEY")] = None
    langfuse_secret_key: Annotated[str | None, Field(alias="LANGFUSE_SECRET_KEY")] = None
    langfuse_host: Annotated[str, Field(alias="LANGFUSE_HOST")] = _LANGFUSE

    @field_validator("openai_base_url", "otlp_endpoint")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        if value:
            HttpUrl(value)
        return value or None

    @field_validator("langfuse_host")
    @classmethod
    def _a_host(cls, value: str) -> str:
        HttpUrl(value or _LANGFUSE)
        return value or _LANGFUSE

    @field_validator("openai_api_key", "langfuse_public_key", "langfuse_secret_key")
    @classmethod
    def _empty_is_none(cls, value: str | None) -> str | None:
        return value or None

    @field_validator("smtp_url")
    @classmethod
    def _a_mail_server(cls, value: str | None) -> str | None:
        if not value:
            return None
        try:
            parts = urlsplit(value)
            whole = parts.scheme in ("smtp", "smtps") and parts.hostname
        except ValueError:
            whole = None
        if not whole:
            raise ValueError("SMTP_URL is not an address such as smtp://user:password@host:587")
        try:
            usable = parts.port != 0
        except ValueError:
            usable = False
        if not usable:
            raise ValueError("SMTP_URL names a port that is no number from 1 to 65535")
        return value

    @field_validator("model_prices", mode="before")
    @classmethod
    def _a_table(cls, value: object) -> object:
        """The table itself, or the file it is in."""
        if not isinstance(value, str):
            return value
        text = value.strip()
        if not text:
            return {}
        try:
            table = json.loads(text if text.startswith("{") else Path(text).read_text(encoding="utf-8"))
        except OSError as error:
            raise ValueError(f"“{text}” is neither a table in JSON nor a file that can be read") from error
        except ValueError as error:
            raise ValueError(f"is not JSON ({error})") from error
        if not isinstance(table, dict):
            raise ValueError('must be a table such as {"gpt-5-mini": {"input": 0.25, "output": 2}}')  # noqa: TRY004 - pydantic turns only a ValueError into a finding
        return table

    @property
    def price(self) -> Price:
        """What the configured model costs at the configured address."""
        return Price(self.model, self.openai_base_url, self.model_prices)

    @model_validator(mode="after")
    def _both_keys(self) -> AgentSettings:
        if bool(self.langfuse_public_key) is not bool(self.langfuse_secret_key):
            raise ValueError("LANGFUSE_PUBLIC_KEY and LANGFUSE_SECRET_KEY are given together or not at all")
        return self

    @property
    def has_model(self) -> bool:
        """A key or an address of one's own is enough: local servers need no key."""
        return bool(self.openai_api_key or self.openai_base_url)
