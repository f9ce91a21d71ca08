"""The lead or deal that is meant: itself, or the open deal on an account that is named."""

from __future__ import annotations

from db.access import Grant, RecordAction
from db.records import KINDS
from db.repositories.base import RecordRef
from db.repositories.records import RecordRepository
from tools.contract import RecordArgument, ToolContext
from tools.errors import BadArgument
from tools.records.described import meant


async def lead_or_deal(record: RecordArgument, at: ToolContext) -> RecordRef:
    """Raises `NotFound`, `NeedsChoice` where an account has several open deals, `BadArgument` for other kinds."""
    if record.kind == "lead":
        at.actor.require(Grant("lead", RecordAction.READ))
        return (await RecordRepository(at.session, at.actor, KINDS["lead"]).get(record.id)).ref
    if record.kind not in ("opportunity", "account"):
        raise BadArgument("record", f"leads and deals are qualified, not {record.kind}s")
    return (await meant(KINDS["opportunity"], record, at)).ref
