"""One request to a language model: the prompt, what follows it, and the tools it may call."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from langchain_core.messages import BaseMessage, SystemMessage

from agent.budget.prices import Tokens
from agent.llm.bounds import most_tokens
from prompts import Rendered

MAX_OUTPUT = 1_500


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked.

    Attributes:
        system: the prompt; what it was made of goes on the span.
        said: the messages behind it.
        tools: function schemas of the tools on offer.
        force: the tool the reply has to call.
        may_be_empty: whether saying nothing is an answer.
    """

    system: Rendered
    said: tuple[BaseMessage, ...]
    tools: tuple[dict[str, Any], ...] = ()
    force: str | None = None
    may_be_empty: bool = False

    @property
    def messages(self) -> list[BaseMessage]:
        return [SystemMessage(self.system.text), *self.said]

    @property
    def most(self) -> Tokens:
        """The most one call can use."""
        return most_tokens(self.messages, self.tools, max_output=MAX_OUTPUT)

    def followed_by(self, *messages: BaseMessage) -> Request:
        """The next request of the same exchange, in which the model may have nothing to add."""
        return replace(self, said=(*self.said, *messages), may_be_empty=True)
