"""What was changed, by whom and when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import Field

from db.access import Permission
from db.repositories.change_log import ChangeLogRepository, ImportLine, LogLine
from tools.changes.asked import WhichChanges, in_words, under_its_name, wanted
from tools.changes.told import Told, told
from tools.cited import cited
from tools.contract import Area, Effect, Found, RecordArgument, ToolContext, tool
from tools.evidence import Figures, RowsBehind
from tools.memories.about import ABOUT
from tools.people import each_once, of_colleague
from tools.segments import chosen_colleague
from tools.wording import clean, moment, plain, plural, said_on

_READ = 500
"""The most changes that are looked at; beyond that the latest are told, and that there are more."""
_RULE = "changes recorded when they were made; of fields that are shown to you"
_COLUMNS: dict[str, frozenset[str]] = {
    "amount": frozenset({"amount", "budget", "fee"}), "stage": frozenset({"stage", "status"}),
    "owner": frozenset({"owner"}), "close_date": frozenset({"expected_close", "closed_on", "due_at"}),
    "next_step": frozenset({"next_step", "next_action"}), "status": frozenset({"status", "outcome", "qualification"}),
    "score": frozenset({"score", "grade"}), "name": frozenset({"name", "title", "first_name", "last_name"}),
    "email": frozenset({"email"}), "phone": frozenset({"phone"}),
}  # fmt: skip


class ListChanges(WhichChanges):
    owner: str | RecordArgument | None = None
    """Whose changes: a colleague; left out, one's own, or everybody's where a record is named."""
    field: Literal[
        "amount", "stage", "owner", "close_date", "next_step", "status", "score", "name", "email", "phone"
    ] | None = None  # fmt: skip
    """Only changes of this field."""
    limit: int = Field(default=20, ge=1, le=200)


@tool(
    area=Area.AUTOMATION,
    effect=Effect.READ,
    requires=Permission.ACCOUNTS_READ,
    doing="looking up what was changed",
    examples=(
        "what did you change on Acme",
        "what did you do today",
        "what did I change this week",
        "who changed the amount of Globex and when",
        "show me the change history of this deal",
        "what has been changed in this conversation",
        "which changes did you make this morning",
    ),
)
async def list_changes(ask: ListChanges, at: ToolContext) -> Found:
    """List changes of records with before and after: who made them, when, and what was taken back since.

    Changes made through Rainmaker at any door are known one by one; files that were imported are named as such.
    """
    ask, users, whose = await _whose(ask, at)
    log = ChangeLogRepository(at.session, at.actor)
    which = wanted(ask, at, users=users)
    lines = await log.made(which, limit=_READ)
    shown = await told([one.change for one in lines], at)
    if ask.field:
        shown = [one for one in shown if _COLUMNS[ask.field] & {change.field for change in one.fields}]
    imports = [] if ask.within else await log.imports(which)
    return _found(ask, shown, {one.change.id: one for one in lines}, imports, at, whose, more=len(lines) == _READ)


async def _whose(ask: ListChanges, at: ToolContext) -> tuple[ListChanges, tuple[int, ...] | None, str]:
    """With the record under its name; by whom, as ids and in words."""
    if ask.record is not None:
        ask = ask.model_copy(update={"record": await under_its_name(ask.record, at)})
    if ask.owner is None:
        return ask, (None if ask.record else (at.actor.user_id,)), ("" if ask.record else "your ")
    chosen = await chosen_colleague(ask.owner, at)
    mine = chosen.id == at.actor.user_id
    return ask, (chosen.id,), "your " if mine else f"{clean(chosen.name, most=80)}’s "


def _found(
    ask: ListChanges, shown: Sequence[Told], lines: dict[str, LogLine], imports: Sequence[ImportLine], at: ToolContext,
    whose: str, *, more: bool,
) -> Found:  # fmt: skip
    arguments = ask.model_dump(mode="json", exclude_unset=True)
    figures = Figures(_RULE, RowsBehind("list_changes", {**arguments, "limit": 200}))
    where = in_words(ask, at)
    field = f" of the {ask.field.replace('_', ' ')}" if ask.field else ""
    said = [_headline(shown, figures, where, field, whose, more=more)]
    said += [f"- {_line(one, lines[one.change.id], figures, at)}" for one in shown[: ask.limit]]
    said += ["- and more"] if len(shown) > ask.limit else []
    said += [_imported(imports, figures, at)] if imports else []
    people = [person for one in shown[: ask.limit] for person in one.people]
    people += [
        person for one in shown[: ask.limit]
        for person in of_colleague(lines[one.change.id].user_id, lines[one.change.id].user)
    ]  # fmt: skip
    records = dict.fromkeys(one.record for one in shown[: ask.limit] if one.record.kind in ABOUT)
    rows = tuple(_row(one, lines[one.change.id]) for one in shown[: ask.limit])
    focus = (ask.record.ref,) if ask.record else tuple(records)
    return Found(("\n".join(said),), figures.all, rows, focus=focus, people=each_once(people))


def _headline(shown: Sequence[Told], figures: Figures, where: str, field: str, whose: str, *, more: bool) -> str:
    if not shown:
        return f"I know of no changes{field}{where}{' of yours' if whose == 'your ' else ''}."
    count = figures.count("changes", len(shown), f"{whose}changes{field}{where}")
    latest = " among the latest I looked at" if more else ""
    return f"{count} {whose}{plural(len(shown), 'change')}{field}{where}{latest}, the latest first:"


def _line(one: Told, line: LogLine, figures: Figures, at: ToolContext) -> str:
    undone = ", taken back since" if one.change.undone_at else ""
    approved = ", after approval" if line.proposal_id else ""
    label = f"value in a change of {clean(one.record.name, most=80)}"
    what = cited(one.what, figures, prefix=f"change.{one.change.id}", label=label, known=())
    return f"{moment(one.change.created_at, at.now)}, {clean(line.user, most=80)}{approved}: {what}{undone}"


def _imported(imports: Sequence[ImportLine], figures: Figures, at: ToolContext) -> str:
    said = []
    for place, one in enumerate(imports):
        name, label = clean(one.file_name, most=80), f"records of {clean(one.file_name, most=80)}"
        created = figures.count(f"created.{place}", one.created, f"new {label}")
        updated = figures.count(f"updated.{place}", one.updated, f"changed {label}")
        said.append(f"{name} on {said_on(one.at, at.now)} ({created} new, {updated} changed {clean(one.kind)})")
    return f"Imported from files, whose changes are not kept one by one: {'; '.join(said)}."


def _row(one: Told, line: LogLine) -> dict[str, Any]:
    return {
        "at": plain(one.change.created_at), "by": line.user, "record": one.record.name, "kind": one.record.kind,
        "id": one.record.id, "what": one.verb,
        "before": {field.words: field.before for field in one.fields},
        "after": {field.words: field.after for field in one.fields},
        "undone": plain(one.change.undone_at), "change": one.change.id,
    }  # fmt: skip
