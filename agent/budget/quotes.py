"""The question before a costly turn, and what its answer means; what was asked for is remembered until then."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from agent.taking_back import says_yes

GO_AHEAD = "Go ahead"
USE_LOCAL = "Use the local model"
_KEY = "quote"
_LOCALLY = re.compile(
    r"^(?:(?:no|ok|okay|please|then|just|rather|better) ?,? ?)*(?:(?:use|take|ask|with|go with|try) )?(?:the )?"
    r"(?:local(?: model| one)?|locally)(?: (?:instead|please|then))*[.!]*$",
    re.IGNORECASE,
)


class Consent(StrEnum):
    """Who answers the question that waited for its price to be agreed to."""

    MODEL = "model"
    LOCAL = "local"


def remembered(stored: Mapping[str, Any], question: str) -> dict[str, Any]:
    """The memory of a conversation as it was, with the question that waits."""
    return {**stored, _KEY: question}


def waiting(stored: Mapping[str, Any]) -> str | None:
    """The question that waits for its price to be agreed to."""
    return stored.get(_KEY)


def forgotten(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in stored.items() if name != _KEY}


def consent(stored: Mapping[str, Any], text: str) -> Consent | None:
    """What a message says about the price that was asked about; None when it says nothing, or none was."""
    if waiting(stored) is None:
        return None
    if _LOCALLY.match(text.strip()):
        return Consent.LOCAL
    return Consent.MODEL if says_yes(text) else None
