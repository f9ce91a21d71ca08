"""Errors of the local model.

LocalModelError
├── UnreadableArtefact   the file of weights is damaged or of another version
└── UnreadablePhrase     a phrase file holds a line that cannot be expanded
"""

from __future__ import annotations


class LocalModelError(Exception):
    """Root of the errors of the local model."""


class UnreadableArtefact(LocalModelError):
    def __init__(self, size: int) -> None:
        super().__init__(f"The local model's file of {size} bytes is not readable; run python -m agent.local.train.")


class UnreadablePhrase(LocalModelError):
    def __init__(self, file: str, line: str) -> None:
        super().__init__(f"The phrase “{line}” in {file} cannot be expanded: a placeholder or a bracket is unknown.")
