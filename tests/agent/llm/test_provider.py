"""Spans name the provider that the address belongs to, and no machine of one's own."""

import pytest

from agent.llm.provider import SELF_HOSTED, provider_of


@pytest.mark.parametrize(
    ("address", "provider"),
    [
        (None, "openai"),
        ("https://api.openai.com/v1", "openai"),
        ("https://firm.openai.azure.com/openai/v1", "azure.ai.openai"),
        ("https://firm.services.ai.azure.com/models", "azure.ai.inference"),
        ("https://bedrock-runtime.eu-central-1.amazonaws.com/openai/v1", "aws.bedrock"),
        ("https://generativelanguage.googleapis.com/v1beta/openai", "gcp.gemini"),
        ("https://europe-west1-aiplatform.googleapis.com/v1", "gcp.vertex_ai"),
        ("https://api.mistral.ai/v1", "mistral_ai"),
        ("https://api.x.ai/v1", "x_ai"),
        ("https://openrouter.ai/api/v1", "openrouter"),
        ("https://user:secret@llm.example.com:8443/v1", "llm.example.com"),
        ("http://127.0.0.1:11434/v1", SELF_HOSTED),
        ("http://annas-laptop.local/v1", SELF_HOSTED),
    ],
)
def test_the_address_says_who_runs_it(address: str | None, provider: str) -> None:
    assert provider_of(address) == provider
