"""Where the workspace's rules say so, a contacted lead that scores high enough is qualified by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from db.lead_scores import Scorebook, with_scores
from db.records.choices import LeadStatus
from db.session import WriteSession
from db.workspace import standing_clock
from tools.contract import Action, Operation
from tools.scoring.model import model_of


async def qualified(session: WriteSession, leads: Iterable[int]) -> tuple[Operation, ...]:
    """What follows for the leads that were just scored, as operations of the call that moved them; mostly nothing.

    Without a rule (`lifecycle: {qualify_at: 80}`) to qualify a lead stays a person's act.
    """
    chosen = sorted(leads)
    if not chosen:
        return ()
    now = (await standing_clock(session) or datetime.now(UTC)).isoformat()

    def act(scores: Scorebook) -> tuple[int | None, list[int], list[int]]:
        least = model_of(scores).qualify_at
        reached = [] if least is None else scores.contacted(chosen, least)
        return least, reached, scores.open_stays(reached)

    least, reached, stays = await with_scores(session, act)
    if not reached:
        return ()
    reason = f"the score reached {least}"
    status = {"status": LeadStatus.QUALIFIED}
    ended = (Operation(Action.UPDATE, "lifecycle_change", {"left_at": now}, ids=tuple(stays), whole=True),)
    begun = tuple(
        Operation(
            Action.CREATE, "lifecycle_change", {"lead_id": key, **status, "entered_at": now, "reason": reason},
            whole=True,
        )
        for key in reached
    )  # fmt: skip
    became = Operation(Action.UPDATE, "lead", status, ids=tuple(reached), whole=True)
    return (became, *(ended if stays else ()), *begun)
