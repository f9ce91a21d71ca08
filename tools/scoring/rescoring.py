"""Keeping stored scores in step: after a change, when time has passed, and when the rules are others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from db.lead_scores import Entry, Scorebook, with_scores
from db.records import KINDS
from db.repositories.changes import ChangeLine
from db.session import WriteSession
from db.workspace import standing_clock
from tools.scoring.model import Model, model_of
from tools.scoring.standing import Scored, scored

BLOCK = 2_000
"""Leads scored with one pair of statements: some fifty milliseconds, so that nobody who writes has to wait for long."""
_COUNTED = frozenset(
    name for name, kind in KINDS.items() if name == "campaign_member" or kind.table is KINDS["interaction"].table
)
Progress = Callable[[int], None]


async def rescore(session: WriteSession, changes: Sequence[ChangeLine]) -> frozenset[int]:
    """Score the leads anew that these changes are about, in the transaction of the changes.

    A change that a person can take back and one that takes it back come here alike, so the score follows both.

    Returns:
        The leads that were scored.
    """
    behind = _by_kind(changes)
    if not behind:
        return frozenset()
    now = await standing_clock(session) or datetime.now(UTC)

    def act(scores: Scorebook) -> frozenset[int]:
        leads = _named(changes).union(*(scores.leads_behind(kind, ids) for kind, ids in behind.items()))
        for ids in _blocks(sorted(leads)):
            rescore_block(scores, ids, now)
        return frozenset(leads)

    return await with_scores(session, act)


def rescore_due(scores: Scorebook, now: datetime, *, most: int = BLOCK) -> int:
    """Score those whose time has come: events have faded, or they were imported; how many."""
    ids = scores.due(now, most)
    rescore_block(scores, sorted(ids), now)
    return len(ids)


def rescore_all(scores: Scorebook, now: datetime, *, progress: Progress = lambda _done: None) -> int:
    """Score every lead of the workspace; how many."""
    done = last = 0
    while ids := scores.block(last, 10 * BLOCK):
        rescore_block(scores, ids, now)
        done, last = done + len(ids), ids[-1]
        progress(done)
    return done


def rescore_block(scores: Scorebook, ids: Sequence[int], now: datetime) -> list[Scored]:
    """Score these leads and keep what became of it; history is written for a score or grade that is another one."""
    if not ids:
        return []
    model = model_of(scores)
    found = scored(scores.facts(ids, on=now.date(), to_write=True), model, now=now)
    moved = [one for one in found if one.moved]
    before = scores.last([one.standing.lead_id for one in moved if one.before[0] is not None])
    entries = [_entry(one, before.get(one.standing.lead_id), model) for one in moved]
    scores.keep([one.standing for one in found if not one.same], entries, now, model.version)
    return found


def _entry(one: Scored, before: tuple[tuple[str, ...], str] | None, model: Model) -> Entry:
    points = dict(zip(model.rules.components, one.points, strict=True))
    reasons = tuple(f"{name} {value}" for name, value in points.items())
    standing = one.standing
    return Entry(standing.lead_id, standing.score, standing.grade, reasons, _why(points, before, model))


def _why(points: dict[str, int], before: tuple[tuple[str, ...], str] | None, model: Model) -> str:
    """`behaviour +6, fit −2`, or that it is the first score, or that the rules are others."""
    if before is None:
        return "first score"
    was = {name: int(value) for name, _, value in (one.rpartition(" ") for one in before[0]) if name}
    by = {name: value - was.get(name, 0) for name, value in points.items()}
    said = ", ".join(f"{name} {'+' if change > 0 else '−'}{abs(change)}" for name, change in by.items() if change)
    return f"{model.version}: {said}" if before[1] != model.version else said or "the same points in all"


def _by_kind(changes: Iterable[ChangeLine]) -> dict[str, list[int]]:
    behind: dict[str, list[int]] = {}
    for one in changes:
        if one.kind == "lead" or one.kind in _COUNTED:
            behind.setdefault(one.kind, []).append(one.record_id)
    return behind


def _named(changes: Iterable[ChangeLine]) -> set[int]:
    """Leads that a counted record hung on before: it may hang on another one now."""
    images = (image for one in changes if one.kind in _COUNTED for image in (one.before, one.after) if image)
    return {image["lead_id"] for image in images if isinstance(image.get("lead_id"), int)}


def _blocks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + BLOCK] for start in range(0, len(ids), BLOCK))
