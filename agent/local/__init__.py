"""The deterministic local model: understands a chat turn with no language model and no network.

`understand(text, ...)` is a pure function of the words, of the tools on offer and of what the caller knows about the
workspace and the conversation. `python -m agent.local.train` rebuilds the classifier from the phrase files.
"""

from agent.local.schema import (
    Argument,
    Clarify,
    Directory,
    Effect,
    Feed,
    Frame,
    Kind,
    Memory,
    Pending,
    PeriodRole,
    Record,
    Request,
    SlotType,
    ToolCard,
    Understanding,
    Vocabulary,
)
from agent.local.understand import understand

__all__ = [
    "Argument",
    "Clarify",
    "Directory",
    "Effect",
    "Feed",
    "Frame",
    "Kind",
    "Memory",
    "Pending",
    "PeriodRole",
    "Record",
    "Request",
    "SlotType",
    "ToolCard",
    "Understanding",
    "Vocabulary",
    "understand",
]
