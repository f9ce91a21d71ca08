"""Errors of redaction.

RedactionError
└── UnreadableVault    a stored vault does not have the shape a vault is stored in
"""

from __future__ import annotations


class RedactionError(Exception):
    """Root of what redaction refuses."""


class UnreadableVault(RedactionError):
    """A stored vault cannot be read; whoever stored it must act. Never quotes the content."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"The stored vault cannot be read: {reason}.")
