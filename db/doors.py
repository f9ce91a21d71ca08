"""Where a person comes in: what conversations, decisions, audit entries and traces say of it."""

from __future__ import annotations

from enum import StrEnum


class Door(StrEnum):
    """A way in. At most 16 letters: the columns that hold it have no more room.

    CHAT is a decision that somebody said in words, in whatever conversation; CORRECTION one that a corrected request
    made by itself; WORKER a proposal that a job made by a rule of the workspace.
    """

    WEB = "web"
    HTTP = "http"
    TERMINAL = "terminal"
    CHAT = "chat"
    CORRECTION = "correction"
    WORKER = "worker"
