"""What passes between the stages of a turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.coming_back import CameBack
from agent.grounding import Cited
from agent.local.schema import Memory, Understanding
from agent.schema import ClarifyShape, Refusal
from agent.toolbelt import Outcome
from agent.veil import Veil
from tools.contract import Document


@dataclass(slots=True)
class Linked:
    """The message after linking and hiding.

    `earlier` is what a language model is told of the conversation before what is in focus; `several` are the records
    that the words may point back at.
    """

    understanding: Understanding
    veil: Veil
    question: str
    memory: Memory
    stored: dict[str, Any]
    draft: Document | None
    door: str
    earlier: tuple[str, ...] = ()
    several: CameBack | None = None


@dataclass(slots=True)
class Reached:
    """What the turn came to, before it is recorded. `quoted`: it asks whether its price is agreed to."""

    text: str
    citations: Sequence[Cited] = ()
    outcomes: Sequence[Outcome] = ()
    clarify: ClarifyShape | None = None
    refused: Refusal | None = None
    model: str = "local"
    notices: list[str] = field(default_factory=list)
    quoted: bool = False
