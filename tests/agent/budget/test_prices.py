from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agent.budget.prices import ModelPrice, Price, Source, Tokens, is_local
from agent.settings import AgentSettings

AT = datetime(2026, 1, 15, tzinfo=UTC)
MILLION = Tokens(1_000_000, 1_000_000)
LOOPBACK, PUBLIC = "http://127.0.0.1:11434/v1", "https://llm.example.com/v1"
TABLE = '{"mine": {"input": 1, "output": "2.5", "cached": 0.1}}'


def test_a_listed_model_costs_what_the_lists_say_wherever_it_is_served() -> None:
    prices = {url: Price("gpt-4o", url, {}).of(MILLION, at=AT) for url in (None, LOOPBACK, PUBLIC)}
    assert set(prices.values()) == {Decimal("12.5")}


def test_what_was_read_from_a_cache_costs_less() -> None:
    price = Price("gpt-4o", None, {})
    assert price.of(Tokens(1000, 10, cached=800), at=AT) < price.of(Tokens(1000, 10), at=AT)


def test_an_unknown_model_is_free_at_home_and_the_dearest_elsewhere() -> None:
    assert (Price("mine", LOOPBACK, {}).source, Price("mine", LOOPBACK, {}).of(MILLION, at=AT)) == (Source.LOCAL, 0)
    unknown = Price("mine", PUBLIC, {})
    assert unknown.source is Source.UNKNOWN
    for known in ("o1-pro", "gpt-4o", "claude-opus-4-1"):
        assert unknown.of(MILLION, at=AT) >= Price(known, None, {}).of(MILLION, at=AT)


def test_the_own_table_goes_before_the_lists() -> None:
    own = {"gpt-4o": ModelPrice(input=Decimal(1), output=Decimal(2), cached=Decimal("0.5"))}
    price = Price("gpt-4o", None, own)
    assert price.source is Source.OWN
    assert price.of(Tokens(1_000_000, 0, cached=500_000), at=AT) == Decimal("0.75")


@pytest.mark.parametrize("how", ["inline", "file"])
def test_the_table_is_written_in_place_or_in_a_file(how: str, tmp_path: Path) -> None:
    path = tmp_path / "prices.json"
    path.write_text(TABLE, encoding="utf-8")
    settings = AgentSettings.model_validate(
        {"RAINMAKER_MODEL_PRICES": TABLE if how == "inline" else str(path), "RAINMAKER_MODEL": "mine"}
    )
    assert settings.price.of(MILLION, at=AT) == Decimal("3.5")


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("{bad", "is not JSON"),
        ("/no/such/file.json", "neither a table in JSON nor a file"),
        ('{"m": {"input": -1, "output": 1}}', "greater than or equal to 0"),
        ('{"m": {"input": 1}}', "Field required"),
        ('{"m": {"input": 1, "output": 1, "cached": 2}}', "cached must not cost more"),
        ('{"m": {"input": 1, "output": 1, "per": "k"}}', "Extra inputs"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(table: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        AgentSettings.model_validate({"RAINMAKER_MODEL_PRICES": table})


@pytest.mark.parametrize(
    ("url", "local"),
    [
        (None, False),
        ("http://localhost:8000/v1", True),
        ("http://[::1]:8000/v1", True),
        ("http://10.1.2.3/v1", True),
        ("http://ollama:11434/v1", True),
        ("http://gpu.lan/v1", True),
        ("https://8.8.8.8/v1", False),
        ("https://api.openai.com/v1", False),
        ("https://localhost.example.com/v1", False),
    ],
)
def test_what_a_local_address_is(url: str | None, local: bool) -> None:
    assert is_local(url) is local


@given(
    st.integers(0, 400_000),
    st.integers(0, 20_000),
    st.floats(0, 1),
    st.sampled_from(["gpt-4o", "gemini-2.5-pro", "deepseek-chat"]),
)
def test_less_is_never_dearer(read: int, written: int, part: float, model: str) -> None:
    price, most = Price(model, LOOPBACK, {}), Tokens(read, written)
    less = Tokens(int(read * part), int(written * part), int(read * part * part))
    assert price.of(less, at=AT) <= price.of(most, at=AT)
