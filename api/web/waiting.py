"""What others asked for and waits for the person at the page."""

from __future__ import annotations

from typing import Any

from nicegui import ui

from api.web.approval import ApprovalCard
from api.web.visitor import Visitor
from db.repositories.proposals import ProposalLine

_MOST = 10


async def waiting(visitor: Visitor) -> None:
    """The cards of it, the latest first; nothing where nothing waits."""
    found = await visitor.waiting()
    if not found:
        return
    ui.label("Waiting for you").classes("lead").props('role="heading" aria-level="2"')
    for line in found[:_MOST]:
        await ApprovalCard(visitor, _shape(line)).build()


def _shape(line: ProposalLine) -> dict[str, Any]:
    """The proposal as the answer of a turn carries it, with who asked."""
    return {
        "id": line.id, "tool": line.tool, "effect": line.effect, "args": line.shown_arguments,
        "preview": line.shown_preview,
        "expires_at": line.expires_at.isoformat(), "digest": line.digest, "asker": line.asker,
    }  # fmt: skip
