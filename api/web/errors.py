"""What the page itself refuses.

WebError
└── SessionEnded   the sign-in of this page does not hold any more
"""

from __future__ import annotations

from agent.errors import AgentError
from db.errors import StoreError
from tools.errors import ToolError


class WebError(Exception):
    """Root of the page's own refusals. The message is one sentence for the person at the page."""

    code = "web_error"


class SessionEnded(WebError):
    code = "session_ended"

    def __init__(self) -> None:
        super().__init__("You are signed out. Reload the page to sign in again.")


# Everything whose message is meant for the person who clicked.
REFUSALS = (AgentError, StoreError, ToolError, WebError)
