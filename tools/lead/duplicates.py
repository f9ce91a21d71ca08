"""Records that may be one and the same: on demand over all that the person sees, or beside one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from db.access import Grant, RecordAction
from db.errors import NotFound
from db.records import KINDS
from db.repositories.base import RecordRef
from db.repositories.likeness import LikenessRepository
from db.repositories.people import PeopleRepository
from db.repositories.records import RecordRepository, Wanted
from tools.contract import Area, Ask, Effect, Found, Person, RecordArgument, ToolContext, tool
from tools.errors import BadArgument
from tools.evidence import Figures
from tools.lead.keeping import Kept, kept
from tools.people import each_once
from tools.wording import clean, listed, plural

if TYPE_CHECKING:
    # Polars is loaded when duplicates are looked for, not when a program starts.
    import polars as pl

    from tools.science.duplicates import Pair

_COMPARED = ("contact", "lead", "account")
_MANY = 20_000
"""From so many on, how common a name is, is counted in the list itself."""
_REASONS = 3


class FindDuplicates(Ask):
    kind: Literal["contact", "lead", "account"] = "contact"
    record: RecordArgument | None = None
    """Only duplicates of this contact, lead or account."""
    limit: int = Field(default=10, ge=1, le=200)


@tool(
    area=Area.LEAD,
    effect=Effect.READ,
    requires=Grant("contact", RecordAction.READ),
    doing="looking for duplicates",
    examples=(
        "find duplicates",
        "are there any duplicate contacts",
        "which leads do we have twice",
        "show me possible duplicates of this contact",
        "check our accounts for doubles",
        "is this lead in the system already",
        "list contacts that look like the same person",
        "duplicate leads please",
    ),
)
async def find_duplicates(ask: FindDuplicates, at: ToolContext) -> Found:
    """List contacts, leads or accounts that may be one and the same, by e-mail, phone, name and company, with reasons.

    Each pair says what speaks for it and against it, whether it is sure or a person has to look, and which record
    would stay. Nothing is merged.
    """

    kind = ask.record.kind if ask.record else ask.kind
    several, names = await pairs_of(kind, at, about=ask.record.id if ask.record else None)
    return await _found(kind, ask, several, names, at)


async def pairs_of(
    kind: str, at: ToolContext, *, about: int | None = None
) -> tuple[tuple[Pair, ...], dict[int | str, str]]:
    """The pairs that may be one and the same among all that the person sees, strongest first, and everybody's name.

    Args:
        about: only pairs of this record, which is then held against those alone that share something with it.
    """
    from tools.science.duplicates import bulk, pairs

    if kind not in _COMPARED:
        raise BadArgument("record", f"duplicates are looked for among contacts, leads and accounts, not {kind}s")
    at.actor.require(Grant(kind, RecordAction.READ))
    rows = await LikenessRepository(at.session, at.actor).rows(kind)
    if about is not None and about not in rows["id"].to_list():
        raise NotFound(kind, about)
    several = (bulk if rows.height > _MANY else pairs)(rows).listed()
    if about is not None:
        several = tuple(one for one in several if about in (one.one, one.other))
    return several, dict(zip(rows["id"].to_list(), _names(rows), strict=True))


def _names(rows: pl.DataFrame) -> list[str]:
    return [_name(row) for row in rows.iter_rows(named=True)]


def _name(row: Mapping[str, Any]) -> str:
    person = " ".join(part for part in (row["first_name"], row["last_name"]) if part)
    return person or row["company"] or f"number {row['id']}"


async def _found(
    kind: str, ask: FindDuplicates, several: tuple[Pair, ...], names: dict[int | str, str], at: ToolContext
) -> Found:
    scope = await PeopleRepository(at.session, at.actor).scope(KINDS[kind].many)
    of = f" of {clean(ask.record.name, most=80)}" if ask.record and ask.record.name else ""
    if not several:
        return Found((f"I find no duplicates{of} among the {KINDS[kind].many} in {scope}.",), scope=scope)
    figures = Figures("pairs of records whose e-mail, phone, name and company speak for one and the same")
    count = figures.count("pairs", len(several), f"pairs that may be duplicates, {scope}")
    shown = several[: ask.limit]
    more = f"; the first {figures.count('shown', len(shown), 'pairs shown')}" if len(several) > len(shown) else ""
    head = f"{count} {plural(len(several), 'pair')} of {KINDS[kind].many}{of} may be the same, in {scope}{more}:"
    sides = await _sides(kind, shown, at)
    lines = [_line(number, pair, sides[place], names) for number, (place, pair) in enumerate(enumerate(shown), start=1)]
    # The ones that stay come first, so that “the second one” means the second pair.
    keys = [*(one.line.id for one in sides), *(other.id for one in sides for other in one.others)]
    refs = [RecordRef(kind, key, names[key]) for key in dict.fromkeys(keys)]
    rows = tuple(_row(kind, pair, side, names) for pair, side in zip(shown, sides, strict=True))
    tip = "Say “merge the first pair”, or “merge” with two names, to make one of them; it waits for your approval."
    return Found(
        ("\n".join([head, *lines]), tip), figures.all, rows, focus=tuple(refs),
        people=each_once(Person(ref) for ref in refs) if kind != "account" else (), scope=scope,
    )  # fmt: skip


async def _sides(kind: str, shown: Sequence[Pair], at: ToolContext) -> list[Kept]:
    """For each pair which record would stay."""
    ids = sorted({int(key) for pair in shown for key in (pair.one, pair.other)})
    declared = KINDS[kind]
    _, lines = await RecordRepository(at.session, at.actor, declared).find(Wanted(ids=tuple(ids), limit=len(ids)))
    by_id = {line.id: line for line in lines}
    return [kept(declared, [by_id[int(pair.one)], by_id[int(pair.other)]]) for pair in shown]


def _line(number: int, pair: Pair, side: Kept, names: dict[int | str, str]) -> str:
    reasons = sorted(pair.reasons, key=lambda one: -abs(one.weight))[:_REASONS]
    said = listed([one.text for one in reasons])
    verdict = "sure" if pair.verdict == "sure" else "likely, please look"
    one, other = clean(names[side.line.id], most=80), clean(names[side.others[0].id], most=80)
    return f"{number}. {one} and {other}: {verdict} ({said}); I would keep the first, {side.reason}"


def _row(kind: str, pair: Pair, side: Kept, names: dict[int | str, str]) -> dict[str, object]:
    def reference(key: int) -> dict[str, object]:
        return {"kind": kind, "id": key, "name": names[key]}

    return {
        "keep": reference(side.line.id), "merge": [reference(other.id) for other in side.others],
        "because": side.reason, "verdict": str(pair.verdict), "probability": round(pair.probability, 4),
        "reasons": "; ".join(str(one) for one in pair.reasons),
    }  # fmt: skip
