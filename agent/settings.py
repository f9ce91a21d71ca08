"""Which model answers, what it may cost, and where traces go."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field, HttpUrl, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    budget_ceiling: Annotated[Decimal, Field(alias="AGENT_BUDGET_CEILING", ge=0)] = Decimal(100)
    budget_policy: Annotated[BudgetPolicy, Field(alias="AGENT_BUDGET_POLICY")] = BudgetPolicy.BLOCK
    budget_per_person: Annotated[Decimal | None, Field(alias="AGENT_BUDGET_PER_PERSON", ge=0)] = None
    budget_per_turn: Annotated[Decimal, Field(alias="AGENT_BUDGET_PER_TURN", ge=0)] = Decimal(5)
    smtp_url: Annotated[str | None, Field(alias="SMTP_URL")] = None

    @field_validator("openai_base_url")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        if value:
            HttpUrl(value)
        return value or None

    @field_validator("openai_api_key", "smtp_url")
    @classmethod
    def _empty_is_none(cls, value: str | None) -> str | None:
        return value or None

    @property
    def has_model(self) -> bool:
        """A key or an address of one's own is enough: local servers need no key."""
        return bool(self.openai_api_key or self.openai_base_url)
