"""What a call of a language model costs, in US dollars.

A price is looked for in the operator's own table, then in public price lists (`genai-prices`, offline): under the
provider the endpoint belongs to, otherwise under every provider that has the model, and the dearest counts. A model
that no list knows is free at a local address, where people run their own; anywhere else it costs what the dearest
known model does, because guessing low would let a purse run over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from functools import cache, cached_property
from ipaddress import ip_address
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, Provider

OPENAI = "https://api.openai.com/v1"
_MILLION = Decimal(1_000_000)
_LOCAL_NAMES = ("localhost", "host.docker.internal")
_LOCAL_ENDINGS = (".localhost", ".local", ".internal", ".lan", ".home.arpa")


class ModelPrice(BaseModel):
    """US dollars per million tokens. Without `cached`, tokens read from a cache cost what others do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Annotated[Decimal, Field(ge=0)]
    output: Annotated[Decimal, Field(ge=0)]
    cached: Annotated[Decimal | None, Field(ge=0)] = None

    @model_validator(mode="after")
    def _cheaper_from_a_cache(self) -> ModelPrice:
        # What a call costs at most is reckoned without a cache.
        if self.cached is not None and self.cached > self.input:
            raise ValueError("cached must not cost more than input")
        return self


class Source(StrEnum):
    """Where a price comes from."""

    OWN = "own"
    LISTED = "listed"
    LOCAL = "local"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Tokens:
    """`output` includes what a model thinks unseen, `cached` is the part of `input` that was read from a cache."""

    input: int
    output: int
    cached: int = 0


_A_MILLION = (Tokens(1_000_000, 0), Tokens(0, 1_000_000))


@dataclass(frozen=True)
class Price:
    """The price of one model at one endpoint."""

    model: str
    base_url: str | None
    own: Mapping[str, ModelPrice]

    @cached_property
    def source(self) -> Source:
        if self.model in self.own:
            return Source.OWN
        if self._listed:
            return Source.LISTED
        return Source.LOCAL if is_local(self.base_url) else Source.UNKNOWN

    def of(self, tokens: Tokens, *, at: datetime) -> Decimal:
        """What a call costs; `at` chooses among prices that changed or depend on the hour."""
        match self.source:
            case Source.OWN:
                return _flat(self.own[self.model], tokens)
            case Source.LISTED:
                return max(_listed(provider, model, tokens, at) for provider, model in self._listed)
            case Source.LOCAL:
                return Decimal(0)
            case Source.UNKNOWN:
                return _flat(_dearest(at.date()), tokens)

    @cached_property
    def _listed(self) -> tuple[tuple[Provider, ModelInfo], ...]:
        return _found(self.model, self.base_url or OPENAI)

    def in_words(self, *, at: datetime) -> str:
        """For the person who configures it."""
        read, written = (f"{self.of(tokens, at=at):.2f}" for tokens in _A_MILLION)
        figures = f"{read} US dollars per million tokens read, {written} per million written"
        match self.source:
            case Source.OWN:
                return f"{figures}, from RAINMAKER_MODEL_PRICES"
            case Source.LISTED:
                return f"{figures}, from public price lists"
            case Source.LOCAL:
                return "free: a local address and a model no price list knows; RAINMAKER_MODEL_PRICES can say otherwise"
            case Source.UNKNOWN:
                return f"{figures}, the dearest there is, because no price list knows it; set RAINMAKER_MODEL_PRICES"


def is_local(base_url: str | None) -> bool:
    """Whether an address is of this machine or of a private network."""
    host = urlsplit(base_url or OPENAI).hostname or ""
    if host in _LOCAL_NAMES or host.endswith(_LOCAL_ENDINGS):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return "." not in host  # the name of a container or of a machine next door
    return address.is_loopback or address.is_private or address.is_link_local


def _flat(price: ModelPrice, tokens: Tokens) -> Decimal:
    cached = price.input if price.cached is None else price.cached
    fresh = tokens.input - tokens.cached
    return (price.input * fresh + cached * tokens.cached + price.output * tokens.output) / _MILLION


def _listed(provider: Provider, model: ModelInfo, tokens: Tokens, at: datetime) -> Decimal:
    from genai_prices import Usage

    usage = Usage(input_tokens=tokens.input, cache_read_tokens=tokens.cached, output_tokens=tokens.output)
    return Decimal(model.calc_price(usage, provider, genai_request_timestamp=at).total_price)


@cache
def _found(model: str, base_url: str) -> tuple[tuple[Provider, ModelInfo], ...]:
    from genai_prices.data_snapshot import get_snapshot

    snapshot = get_snapshot()
    try:
        provider, listed = snapshot.find_provider_model(model, None, None, base_url)
    except LookupError:
        providers = snapshot.providers
        found = ((one, one.find_model(model, all_providers=providers)) for one in providers)
        return tuple((one, listed) for one, listed in found if listed is not None)
    return ((provider, listed),)


@cache
def _dearest(day: date) -> ModelPrice:
    """The highest price of all lists for tokens read and for tokens written, on a day."""
    from genai_prices.data_snapshot import get_snapshot

    at = datetime.combine(day, time(), tzinfo=UTC)
    pairs = [(provider, model) for provider in get_snapshot().providers for model in provider.models]
    read, written = (max(_priced(provider, model, tokens, at) for provider, model in pairs) for tokens in _A_MILLION)
    return ModelPrice(input=read, output=written)


def _priced(provider: Provider, model: ModelInfo, tokens: Tokens, at: datetime) -> Decimal:
    try:
        return _listed(provider, model, tokens, at)
    except (LookupError, ValueError):
        return Decimal(0)  # what is sold by the picture or the second has no price of tokens
