"""Records that may be one and the same: on demand over all that the person sees, or beside one of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from db.access import Grant, RecordAction
from db.errors import NotFound
from db.records import KINDS
from db.repositories.base import RecordRef
from db.repositories.likeness import LikenessRepository
from db.repositories.people import PeopleRepository
from tools.contract import Area, Ask, Effect, Found, Person, RecordArgument, ToolContext, tool
from tools.errors import BadArgument
from tools.evidence import Figures
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

    Each pair says what speaks for it and against it, and whether it is sure or a person has to look. Nothing is merged.
    """
    from tools.science.duplicates import bulk, pairs

    kind = ask.record.kind if ask.record else ask.kind
    if kind not in _COMPARED:
        raise BadArgument("record", f"duplicates are looked for among contacts, leads and accounts, not {kind}s")
    at.actor.require(Grant(kind, RecordAction.READ))
    rows = await LikenessRepository(at.session, at.actor).rows(kind)
    if ask.record and ask.record.id not in rows["id"].to_list():
        raise NotFound(kind, ask.record.id)
    found = (bulk if rows.height > _MANY else pairs)(rows)
    several = found.listed()
    if ask.record:
        several = tuple(one for one in several if ask.record.id in (one.one, one.other))
    names = dict(zip(rows["id"].to_list(), _names(rows), strict=True))
    return await _found(kind, ask, several, names, at)


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
    lines = [_line(number, pair, names) for number, pair in enumerate(shown, start=1)]
    refs = [RecordRef(kind, int(key), names[key]) for pair in shown for key in (pair.one, pair.other)]
    rows = tuple(_row(pair, names) for pair in several[:200])
    tip = "Say “merge” with the two names to make one of them."
    return Found(
        ("\n".join([head, *lines]), tip), figures.all, rows, focus=tuple(dict.fromkeys(refs)),
        people=each_once(Person(ref) for ref in refs) if kind != "account" else (), scope=scope,
    )  # fmt: skip


def _line(number: int, pair: Pair, names: dict[int | str, str]) -> str:
    reasons = sorted(pair.reasons, key=lambda one: -abs(one.weight))[:_REASONS]
    said = listed([one.text for one in reasons])
    verdict = "sure" if pair.verdict == "sure" else "likely, please look"
    one, other = clean(names[pair.one], most=80), clean(names[pair.other], most=80)
    return f"{number}. {one} and {other}: {verdict} ({said})"


def _row(pair: Pair, names: dict[int | str, str]) -> dict[str, object]:
    return {
        "one": names[pair.one], "other": names[pair.other], "verdict": str(pair.verdict),
        "probability": round(pair.probability, 4), "reasons": "; ".join(str(one) for one in pair.reasons),
    }  # fmt: skip
