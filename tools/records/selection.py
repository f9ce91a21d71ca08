"""Which records a change of many is about, and which of those that were asked for it leaves out, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from db.records import RecordKind
from db.records.choices import AccountStatus, LeadStatus, Outcome
from db.records.conditions import Condition, Test
from db.repositories.records import MOST, RecordLine, RecordRepository, Wanted
from tools.contract import Person, ToolContext
from tools.errors import BadArgument, Unanswerable
from tools.records.asks import Chosen
from tools.records.choosing import in_words, read_conditions
from tools.records.described import each_meant
from tools.records.wording import article, people_in
from tools.wording import listed, plural

_NAMED = 5


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Records that meet the conditions and are kept out of the change."""

    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Selection:
    """`words` tell the condition (` whose region is EMEA`); `first` are some of them, for who decides."""

    kind: RecordKind
    ids: tuple[int, ...]
    words: str
    first: tuple[RecordLine, ...]
    left_out: tuple[LeftOut, ...]
    said: dict[str, Any]

    @property
    def people(self) -> list[Person]:
        return [person for line in self.first for person in people_in(self.kind, line)]

    def left_out_in_words(self) -> str:
        """` Left out: 3 that opted out of messages and 2 in dispute.`; empty where nothing is."""
        if not self.left_out:
            return ""
        return f" Left out: {listed([f'{one.count:,} {one.reason}' for one in self.left_out])}."

    def arguments(self) -> dict[str, Any]:
        return self.said

    def only(self, ids: Sequence[int], *, without: str) -> Selection:
        """Those of them; the others are left out because they are without something. Raises `Unanswerable`."""
        left = len(self.ids) - len(ids)
        if not ids:
            raise Unanswerable(f"None of these {self.kind.many} has {article(without)}, so there is nothing to move.")
        more = (LeftOut(f"without {article(without)}", left),) if left else ()
        first = tuple(line for line in self.first if line.id in set(ids))
        return replace(self, ids=tuple(ids), first=first, left_out=(*self.left_out, *more))


_DELETING: dict[str, tuple[tuple[str, Condition], ...]] = {
    "account": (
        ("that are customers", Condition("status", Test.IS, (AccountStatus.CUSTOMER,))),
        ("in dispute", Condition("in_dispute", Test.IS, (True,))),
    ),
    "contact": (
        ("that opted out of messages, whose wish would be forgotten", Condition("opted_out", Test.IS, (True,))),
        ("not to be contacted, which would be forgotten", Condition("do_not_contact", Test.IS, (True,))),
        ("at customers", Condition("account.status", Test.IS, (AccountStatus.CUSTOMER,))),
        ("at accounts in dispute", Condition("account.in_dispute", Test.IS, (True,))),
    ),
    "lead": (
        ("that opted out of messages, whose wish would be forgotten", Condition("opted_out", Test.IS, (True,))),
        ("not to be contacted, which would be forgotten", Condition("do_not_contact", Test.IS, (True,))),
        ("that became customers", Condition("status", Test.IS, (LeadStatus.CUSTOMER,))),
        ("at accounts in dispute", Condition("account.in_dispute", Test.IS, (True,))),
    ),
    "opportunity": (
        ("that were won", Condition("outcome", Test.IS, (Outcome.WON,))),
        ("at accounts in dispute", Condition("account.in_dispute", Test.IS, (True,))),
    ),
}
_DELETING_MANY: dict[str, tuple[tuple[str, Condition], ...]] = {
    "opportunity": (("at customers", Condition("account.status", Test.IS, (AccountStatus.CUSTOMER,))),),
}
"""What a deletion by a condition leaves out besides: a deal that is named is meant."""
_CONTACTING: dict[str, tuple[tuple[str, Condition], ...]] = {
    kind: (
        ("that opted out of messages", Condition("opted_out", Test.IS, (True,))),
        ("not to be contacted", Condition("do_not_contact", Test.IS, (True,))),
        ("at accounts in dispute", Condition("account.in_dispute", Test.IS, (True,))),
    )
    for kind in ("contact", "lead")
}
_REACHES_OUT = frozenset({"campaign", "preferred_channel", "opted_out", "do_not_contact"})
"""Fields whose new value leads to messages, or takes back a wish to get none."""


async def selected(
    kind: RecordKind, ask: Chosen, at: ToolContext, *, concerns: Sequence[str] = (), removes: bool = False,
    deleted: bool = False,
) -> Selection:  # fmt: skip
    """The records, with those left out that would better stay as they are.

    Args:
        concerns: fields that get new values.
        removes: the records are to be deleted.
        deleted: they are among the deleted ones.

    Raises:
        BadArgument: nothing says which; or more than one change may take.
        Unanswerable: none are left.
    """
    if not ask.records and not ask.where:
        raise BadArgument("where", f"say which {kind.many}; I do not change all of them without a condition")
    base = Wanted(
        await read_conditions(kind, ask.where, at), deleted=deleted,
        ids=await each_meant(kind, ask.records, at) if ask.records else None,
    )  # fmt: skip
    records = RecordRepository(at.session, at.actor, kind)
    met = [key for key, _ in await records.ids(base)]
    if len(met) > MOST:
        raise BadArgument("where", f"more than {MOST:,} {kind.many} meet this; narrow it down")
    rules = _rules(kind, concerns, removes=removes, many=bool(ask.where))
    out = [] if ask.even_so else await _left_out(records, base, rules)
    gone = {key for _, keys in out for key in keys}
    ids = tuple(key for key in met if key not in gone)
    words = in_words(kind, ask.where, at) if ask.where else ""
    if not ids:
        raise Unanswerable(_nothing(kind, words, out))
    _, first = await records.find(Wanted(ids=ids[:_NAMED], deleted=deleted, limit=_NAMED))
    left = tuple(LeftOut(reason, len(keys)) for reason, keys in out)
    said = ask.model_dump(mode="json", include={"records", "where", "even_so"}, exclude_defaults=True)
    return Selection(kind, ids, words, tuple(first), left, said)


def _rules(kind: RecordKind, concerns: Sequence[str], *, removes: bool, many: bool) -> Sequence[tuple[str, Condition]]:
    if removes:
        return (*_DELETING.get(kind.name, ()), *(_DELETING_MANY.get(kind.name, ()) if many else ()))
    return _CONTACTING.get(kind.name, ()) if _REACHES_OUT & set(concerns) else ()


async def _left_out(
    records: RecordRepository, base: Wanted, rules: Sequence[tuple[str, Condition]]
) -> list[tuple[str, set[int]]]:
    """For each reason the records it keeps out; each record under its first reason."""
    found: list[tuple[str, set[int]]] = []
    met: set[int] = set()
    for reason, condition in rules:
        wanted = Wanted((*base.conditions, condition), deleted=base.deleted, ids=base.ids)
        keys = {key for key, _ in await records.ids(wanted)} - met
        met |= keys
        if keys:
            found.append((reason, keys))
    return found


def _nothing(kind: RecordKind, words: str, out: Sequence[tuple[str, set[int]]]) -> str:
    if not out:
        return f"There are no {kind.many}{words} among those you see, so there is nothing to do."
    reasons = listed([f"{len(keys):,} {reason}" for reason, keys in out])
    return f"All of these {kind.many} would better stay as they are: {reasons}. Say “even so” to include them."


def counted(kind: RecordKind, count: int) -> str:
    """`12 leads`."""
    return f"{count:,} {plural(count, kind.one, kind.many)}"
