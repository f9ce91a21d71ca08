"""Who runs the endpoint, as `gen_ai.provider.name` says it (OpenTelemetry semantic conventions for GenAI).

The address decides, not the model: the same model is sold by many. Where the conventions have a name for a provider,
that one is used; otherwise the one of the price lists (`genai-prices`), otherwise the host. What runs on this machine
or in a private network is not named: a host there may be called after its owner.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from agent.budget.prices import OPENAI, is_local

SELF_HOSTED = "self_hosted"
# What the price lists call them -> what the conventions call them.
_CONVENTIONAL = {
    "aws": "aws.bedrock",
    "azure": "azure.ai.openai",
    "google": "gcp.gen_ai",
    "mistral": "mistral_ai",
    "x-ai": "x_ai",
}
# Azure sells models of all makers under one kind of address and OpenAI's own under another.
_BY_HOST = {"services.ai.azure.com": "azure.ai.inference", "generativelanguage.googleapis.com": "gcp.gemini",
            "aiplatform.googleapis.com": "gcp.vertex_ai"}  # fmt: skip


def provider_of(base_url: str | None) -> str:
    """The provider at an address; None is the one that the client takes by itself."""
    address = base_url or OPENAI
    if is_local(address):
        return SELF_HOSTED
    host = (urlsplit(address).hostname or "").rstrip(".")
    special = next((name for ending, name in _BY_HOST.items() if host.endswith(ending)), None)
    return special or _listed(address) or host


def _listed(address: str) -> str | None:
    from genai_prices.data_snapshot import get_snapshot

    try:
        found = get_snapshot().find_provider(None, None, address)
    except LookupError:
        return None
    return _CONVENTIONAL.get(found.id, found.id)
