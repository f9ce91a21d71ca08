"""What an audit entry says of an effect or a decision."""

from __future__ import annotations

from typing import Any

from db.deeds import Deed
from db.repositories import audit
from db.session import ReadSession
from prompts import load
from tools.recording import Entry
from tools.registry import by_name

LOCAL = "local"


async def of(session: ReadSession, entry: Entry) -> dict[str, Any]:
    """Of a decision, or of something taken back: the tool and arguments it is about, and who planned them.

    Arguments stand as they were hidden when it was made.
    """
    details: dict[str, Any] = {"tool": entry.tool} if entry.tool else {}
    details |= await audit.made(session, entry.subject)
    if entry.deed in (Deed.APPROVED, Deed.DECLINED):
        details["proposal"] = entry.subject
    return details


def planned_by(tool: str, *, modelled: bool) -> str:
    """The prompts, with version and hash, of the language model that planned a call; or the local model."""
    if not modelled:
        return LOCAL
    names = ["supervisor", *([f"specialists/{by_name(tool).area}"] if tool else []), "house_rules"]
    return " ".join(load(name).id for name in names)
