"""Setting the rules of a workspace: a further version, and every lead scored by it, recorded with what held before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from db.access import Actor, Permission
from db.deeds import Deed, Kind, about
from db.lead_scores import Scorebook, with_scores
from db.session import Database
from db.workspace import standing_clock
from tools.recording import Entry, record
from tools.scoring.model import Model, model_from, model_of
from tools.scoring.rescoring import Progress, rescore_all


async def set_rules(
    database: Database, actor: Actor, body: Mapping[str, Any], *, progress: Progress = lambda _done: None
) -> tuple[Model, int]:
    """The rules that hold now, and how many leads were scored by them. To take it back, set the ones before again.

    Raises:
        RulesUnreadable: the mapping is not one of rules.
        NotPermitted: not an administrator.
    """
    actor.require(Permission.POLICY_MANAGE)
    model_from(0, body)
    async with database.write() as session:
        now = await standing_clock(session) or datetime.now(UTC)

        def act(scores: Scorebook) -> tuple[str, int]:
            before = model_of(scores).version
            scores.add_rules(body, by=actor.user_id, at=datetime.now(UTC))
            return before, rescore_all(scores, now, progress=progress)

        before, done = await with_scores(session, act)
        model = await with_scores(session, model_of)
        details = {"before": {"rules": before}, "after": {"rules": model.version}}
        await record(session, Entry(Deed.POLICY, about(Kind.POLICY, "lead scores"), details=details))
    return model, done
