"""The real client, pointed at the scripted server."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from langchain_openai import ChatOpenAI

from evals.doubles.openai import ScriptedOpenAI

Client = Callable[..., ChatOpenAI]

FIND_DEALS = {
    "type": "function",
    "function": {
        "name": "find_deals",
        "description": "List the deals of an owner.",
        "parameters": {"type": "object", "properties": {"owner": {"type": "string"}}, "required": ["owner"]},
    },
}


@pytest.fixture
def client() -> Client:
    """A function that gives a client without retries; `tools=True` offers `find_deals`."""

    def connect(server: ScriptedOpenAI, *, tools: bool = False, **settings: object) -> ChatOpenAI:
        options = {"api_key": server.api_key, "model": "scripted", "max_retries": 0, **settings}
        model = ChatOpenAI(base_url=server.base_url, **options)
        return model.bind_tools([FIND_DEALS]) if tools else model

    return connect
