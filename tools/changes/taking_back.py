"""Taking many changes back together, after a look at what goes and what stays."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from db import field_words
from db.access import Permission
from db.records import KINDS
from db.repositories.change_log import ChangeLogRepository, SentLine
from db.repositories.changes import ChangeLine
from db.repositories.undo_preview import Obstacle, Preview, UndoPreviewRepository
from tools.changes.asked import WhichChanges, in_words, under_its_name, wanted
from tools.changes.told import Told, told
from tools.contract import Action, Area, Effect, Operation, Person, Proposed, ToolContext, tool
from tools.errors import NeedsChoice, Unanswerable
from tools.people import each_once
from tools.wording import clean, listed, moment, plural, quoted

_READ = 2_000
"""The most changes that one proposal takes back."""
_SHOWN = 8
_CHOICES = ("Undo everything in this conversation", "Undo everything you did today")


class UndoChanges(WhichChanges):
    limit: int | None = Field(default=None, ge=1, le=200)
    """How many of the latest requests; left out, all that are meant otherwise."""


@tool(
    area=Area.AUTOMATION,
    effect=Effect.BULK,
    requires=Permission.EFFECTS_PROPOSE,
    doing="looking at what can be taken back",
    examples=(
        "undo everything you did today",
        "undo everything in this conversation",
        "take back the last three changes",
        "revert what you changed on Acme today",
        "roll back all your changes from this morning",
        "undo all changes on the Globex deal",
        "reverse everything since yesterday",
    ),
)
async def undo_changes(ask: UndoChanges, at: ToolContext) -> Proposed:
    """Propose to take back several of one's own changes, the last first: of a day, a conversation or a record.

    Shows which, and leaves out what somebody edited since and what something else hangs on now; a message that was
    sent stays sent. “Redo” does all of it again.
    """
    if not (ask.record or ask.period or ask.daytime or ask.within or ask.limit):
        raise NeedsChoice("Which changes should I take back?", _CHOICES)
    if ask.limit and at.conversation and not (ask.record or ask.period or ask.daytime):
        ask = ask.model_copy(update={"within": "conversation"})
    if ask.record is not None:
        ask = ask.model_copy(update={"record": await under_its_name(ask.record, at)})
    which = wanted(ask, at, users=(at.actor.user_id,))
    log = ChangeLogRepository(at.session, at.actor)
    calls = (await log.standing_calls(which, limit=_READ))[: ask.limit]
    preview = await UndoPreviewRepository(at.session, at.actor).preview(calls)
    sent = await log.sent(which) if ask.limit is None else []
    return await _proposed(ask, preview, sent, at)


async def _proposed(ask: UndoChanges, preview: Preview, sent: Sequence[SentLine], at: ToolContext) -> Proposed:
    stays = [*await _stuck(preview, at), *_sent(sent)]
    where = in_words(ask, at)
    if not preview.free:
        because = f" {' '.join(stays)}" if stays else ""
        raise Unanswerable(f"There is nothing of yours{where} that I could take back.{because}")
    first = await told([one for call in preview.free for one in call][:_READ], at)
    records = {(one.kind, one.record_id) for call in preview.free for one in call}
    many = f"{len(preview.free):,} {plural(len(preview.free), 'change')}{where}"
    shown = [one.reversed for one in first[:_SHOWN]]
    more = " …" if len(first) > _SHOWN else ""
    return Proposed(
        said=f"I would take back {many}, the latest first: {'; '.join(shown)}{more}. {' '.join(stays)}".rstrip(),
        done=f"{many} taken back. {' '.join(stays)} “Redo” does all of it again.".replace("  ", " "),
        arguments=ask.model_dump(mode="json", exclude_unset=True),
        operations=(Operation(Action.UNDO, "change", {"changes": [call[-1].id for call in preview.free]}),),
        people=each_once([*(person for one in first for person in one.people), *(Person(one.to) for one in sent)]),
        reach={
            "records": len(records), "examples": [one.reversed for one in first[:20]],
            "left_out": [{"reason": reason, "records": 1} for reason in stays],
            **_before_and_after(first),
        },
    )  # fmt: skip


def _before_and_after(shown: Sequence[Told]) -> dict[str, dict[str, str | None]]:
    """The values of a few fields, as they are and as they would be."""
    before: dict[str, str | None] = {}
    after: dict[str, str | None] = {}
    for one in shown[:_SHOWN]:
        for field in one.fields if one.verb == "changed" else ():
            name = f"{one.record.kind}.{field.field} ({clean(one.record.name, most=40)})"
            before.setdefault(name, field.after)
            after[name] = field.before
    return {"before": before, "after": after}


async def _stuck(preview: Preview, at: ToolContext) -> list[str]:
    """What is left out, and why: who edited it since, or that something hangs on it."""
    by_change: dict[str, Obstacle] = {obstacle.change.id: obstacle for _, obstacle in preview.stuck}
    shown = {one.change.id: one for one in await told([one.change for one in by_change.values()], at)}
    named = [
        _why(shown[key], obstacle, at) for key, obstacle in by_change.items() if key in shown
    ][:_SHOWN]  # fmt: skip
    rest = len(preview.stuck) - len(named)
    return [*named, *([f"Left out are {rest} more that were changed since."] if rest else [])]


def _why(one: Told, obstacle: Obstacle, at: ToolContext) -> str:
    what = f"the {KINDS[one.record.kind].one} {clean(one.record.name, most=80)}"
    if obstacle.linked:
        return f"Left out: {what} stays, because something was linked to it since."
    seen = [
        field_words.in_words(column) for column in obstacle.fields if _is_shown(obstacle.change, column, at)
    ]  # fmt: skip
    fields = listed(seen) or "something"
    who = f" by {clean(obstacle.by, most=80)}" if obstacle.by else ""
    when = f" on {moment(obstacle.at, at.now)}" if obstacle.at else ""
    return f"Left out: {fields} of {what}, edited since{who}{when}."


def _is_shown(change: ChangeLine, column: str, at: ToolContext) -> bool:
    field = next((one for one in KINDS[change.kind].fields if one.stored == column), None)
    return field is not None and at.actor.sees(change.kind, field.name)


def _sent(sent: Sequence[SentLine]) -> list[str]:
    return [
        f"The message {quoted(one.subject, most=80)} to {clean(one.to.name, most=80)} was sent and "
        "cannot be taken back."
        for one in sent
    ]
