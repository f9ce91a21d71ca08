"""What an audit entry says of an effect or a decision."""

from __future__ import annotations

from typing import Any

from db.deeds import Deed
from db.repositories import audit
from db.session import ReadSession
from tools.recording import Entry

LOCAL = "local"
"""Who planned what no language model asked for; otherwise the ids of the prompts it was asked with."""
REQUEST = "request"
"""The same, for what a request named itself, tool and arguments."""


async def of(session: ReadSession, entry: Entry) -> dict[str, Any]:
    """Of a decision, or of something taken back: the tool and arguments it is about, and who planned them.

    Arguments stand as they were hidden when it was made.
    """
    details: dict[str, Any] = {"tool": entry.tool} if entry.tool else {}
    details |= await audit.made(session, entry.subject)
    if entry.deed in (Deed.APPROVED, Deed.DECLINED):
        details["proposal"] = entry.subject
    return details
