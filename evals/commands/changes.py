"""The rows before and after a turn against the changes a case expects: what is missing, wrong, and unwanted."""

# ruff: noqa: S608  statements are put together from names of our own tables and columns; values are bound
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from db.records import KINDS, RecordKind
from evals.commands.cases import Change
from evals.commands.following import following, follows
from evals.commands.selecting import ids, matching
from evals.commands.setting import Setting
from evals.commands.store import MARKS, Row, RowChange, table_of
from evals.commands.values import columns_of, fits, told
from evals.observed import Ref
from evals.scorers.arguments import Difference

MISSING, WRONG = "missing", "wrong"
_MOST_TOLD = 3


@dataclass(frozen=True, slots=True)
class Reached:
    """The records that a bulk change of a case means, read before the turn."""

    change: Change
    ids: tuple[int, ...]


def reached(changes: Iterable[Change], at: Setting) -> tuple[Reached, ...]:
    """To be asked before the turn: afterwards the conditions would find other rows."""
    return tuple(
        Reached(one, tuple(ids(kind, matching(kind, one.where, at, spared=one.spared), at)))
        for one in changes
        if one.verb in ("update_all", "delete_all") and (kind := KINDS[one.target])
    )


@dataclass
class Comparison:
    """One turn. `at` holds what was made and shown before it, and the store as it is after it."""

    happened: Sequence[RowChange]
    reached: Sequence[Reached]
    at: Setting
    covered: dict[tuple[str, int], frozenset[str]] = field(default_factory=dict)
    used: set[tuple[str, int]] = field(default_factory=set)
    _undone: dict[tuple[str, int], RowChange] = field(default_factory=dict)

    @cached_property
    def by_key(self) -> dict[tuple[str, int], RowChange]:
        return {one.key: one for one in self.happened}

    @cached_property
    def inside(self) -> Setting:
        """The same with what this turn made: a link in a new record may point at another new one."""
        made = (*self.at.made, *made_in(self.happened))
        return Setting(self.at.store, self.at.actor, self.at.speaker, made, self.at.shown, self.at.past)

    def differences(self, changes: Sequence[Change]) -> list[Difference]:
        """What is missing or wrong. What is taken back is looked at last: other changes may build on it."""
        ordered = sorted(changes, key=lambda one: one.verb == "taken_back")
        self._undone = {
            done.key: done for one in ordered if one.verb == "taken_back" for done in self.at.past[one.target - 1]
        }
        return [fault for change in ordered for fault in self._of(change)]

    def unwanted(self) -> list[str]:
        """Rows and columns that no expectation covers; to be asked after the differences."""
        return [text for one in self.happened for text in self._unwanted(one)]

    def _of(self, change: Change) -> Iterator[Difference]:
        match change.verb:
            case "create":
                yield from self._created(KINDS[change.target], change.set)
            case "update":
                yield from self._one(change, self.at.record(change.target))
            case "update_all" | "delete_all":
                yield from self._all(change)
            case "delete" | "restore":
                yield from self._removed(self.at.record(change.target), change, gone=change.verb == "delete")
            case "merge":
                yield from self._merged([self.at.record(one) for one in change.target])
            case "taken_back":
                yield from self._taken_back(change.target)

    def _cover(self, key: tuple[str, int], columns: Iterable[str]) -> None:
        self.covered[key] = self.covered.get(key, frozenset()) | frozenset(columns)

    def _row(self, table: str, id_: int) -> Row | None:
        """A row as it is now."""
        return self.by_key[table, id_].after if (table, id_) in self.by_key else self.at.store.row(table, id_)

    def _one(self, change: Change, ref: Ref | None) -> Iterator[Difference]:
        if ref is None or ref.kind not in KINDS or change.set.keys() - KINDS[ref.kind].by_name.keys():
            # A row of a list may be of another kind than the person spoke of, where the list was a wrong one.
            yield Difference(f"{MISSING}: update", f"{change.target} {dict(change.set)}", "no such record")
            return
        yield from self._updated(KINDS[ref.kind], ref.id, change.set)

    def _updated(self, kind: RecordKind, id_: int, values: Mapping[str, Any]) -> Iterator[Difference]:
        table = kind.table.__tablename__
        row, happened = self._row(table, id_), self.by_key.get((table, id_))
        if row is None or row["deleted_at"] is not None:
            yield Difference(f"{MISSING}: update {kind.name}", str(dict(values)), "the record is gone")
            return
        before = self._before(table, id_, row)
        for name, expected in values.items():
            one = kind.by_name[name]
            self._cover((table, id_), columns_of(one))
            if not fits(one, expected, row, before, self.inside):
                moved = happened is not None and columns_of(one) & happened.columns
                yield Difference(
                    f"{WRONG if moved else MISSING}: {kind.name}.{name}", str(expected), str(told(one, row))
                )

    def _before(self, table: str, id_: int, row: Row) -> Row | None:
        """What a relative value builds on: the row before the turn, or before a turn that this one takes back."""
        undone = self._undone.get((table, id_))
        if undone is not None:
            return undone.before
        return self.by_key[table, id_].before if (table, id_) in self.by_key else row

    def _created(self, kind: RecordKind, values: Mapping[str, Any]) -> Iterator[Difference]:
        fresh = [one for one in self.happened if one.key not in self.used and is_new(one, kind)]
        if not fresh:
            yield Difference(f"{MISSING}: create {kind.name}", str(dict(values)), "none was made")
            return
        judged = [(list(self._wrong_in(one, kind, values)), one) for one in fresh]
        faults, chosen = min(judged, key=lambda pair: len(pair[0]))
        self.used.add(chosen.key)
        self._cover(chosen.key, chosen.columns)
        yield from faults

    def _wrong_in(self, made: RowChange, kind: RecordKind, values: Mapping[str, Any]) -> Iterator[Difference]:
        for name, expected in values.items():
            one, row = kind.by_name[name], made.after or {}
            if not fits(one, expected, row, None, self.inside):
                yield Difference(f"{WRONG}: new {kind.name}.{name}", str(expected), str(told(one, row)))

    def _all(self, change: Change) -> Iterator[Difference]:
        kind = KINDS[change.target]
        wanted = next(one.ids for one in self.reached if one.change == change)
        faults: list[Difference] = []
        for id_ in wanted:
            if change.verb == "update_all":
                faults += self._updated(kind, id_, change.set)
            else:
                faults += self._removed(Ref(kind.name, id_), change, gone=True)
        if faults:
            told_of = "; ".join(f"{one.argument}: {one.got}" for one in faults[:_MOST_TOLD])
            short = MISSING if all(one.argument.startswith(MISSING) for one in faults) else WRONG
            yield Difference(
                f"{short}: {change.verb} {kind.name}", f"{len(wanted)} records", f"{len(faults)} not so: {told_of}"
            )

    def _removed(self, ref: Ref | None, change: Change, *, gone: bool) -> Iterator[Difference]:
        label = f"{MISSING}: {'delete' if gone else 'restore'}"
        if ref is None:
            yield Difference(label, str(change.target), "no such record")
            return
        table = table_of(ref.kind)
        self._cover((table, ref.id), {"deleted_at"})
        row = self._row(table, ref.id)
        stands = row is not None and row["deleted_at"] is None
        if stands is gone:
            yield Difference(f"{label} {ref.kind}", str(ref), "it stands" if stands else "it is gone")

    def _merged(self, refs: Sequence[Ref | None]) -> Iterator[Difference]:
        known = [one for one in refs if one is not None]
        if len(known) != len(refs):
            yield Difference(f"{MISSING}: merge", f"{refs}", "no such record")
            return
        table = table_of(known[0].kind)
        left = [one for one in known if (row := self._row(table, one.id)) is not None and row["deleted_at"] is None]
        if len(left) != 1:
            yield Difference(f"{MISSING}: merge {known[0].kind}", "one of them stays", f"{len(left)} stay")
            return
        kept = left[0]
        gone = frozenset(one.id for one in known if one != kept)
        for one in known:
            happened = self.by_key.get((table, one.id))
            self._cover((table, one.id), {"deleted_at"} if one != kept or happened is None else happened.columns)
        yield from self._moved(kept, gone)

    def _moved(self, kept: Ref, gone: frozenset[int]) -> Iterator[Difference]:
        """What hung on the one that is gone hangs on the one that stays."""
        for kind in KINDS.values():
            table = kind.table.__tablename__
            for column in (column for column, to in kind.links.items() if to == kept.kind):
                for one in (one for one in self.happened if one.table == table and column in one.columns):
                    if (one.before or {}).get(column) in gone and (one.after or {}).get(column) == kept.id:
                        self._cover(one.key, {column})
                for id_ in gone:
                    left = self.at.store.rows(
                        f"SELECT id FROM {table} WHERE {column} = ? AND deleted_at IS NULL",
                        (id_,),
                    )
                    if left:
                        yield Difference(f"{WRONG}: merge", f"{kind.plural} move along", f"{len(left)} stay behind")

    def _taken_back(self, number: int) -> Iterator[Difference]:
        """Every column that the turn changed is as it was before it; what it made is gone, what it deleted is back."""
        done = self.at.past[number - 1]
        if not done:
            yield Difference(f"{MISSING}: taken_back", f"turn {number} is taken back", "it had changed nothing")
        stands = [one for one in done if not self._is_back(one)]
        for one in done:
            self._cover(one.key, {*one.columns, "deleted_at"} if one.created else one.columns)
        if stands:
            names = "; ".join(map(str, stands[:_MOST_TOLD]))
            got = f"{len(stands)} of {len(done)} rows are not: {names}"
            yield Difference(f"{MISSING}: taken_back", f"turn {number} is taken back", got)

    def _is_back(self, done: RowChange) -> bool:
        row = self._row(done.table, done.id)
        if done.created:
            return row is None or row.get("deleted_at") is not None
        columns = done.columns - self.covered.get(done.key, frozenset())
        return row is not None and all(row.get(name) == (done.before or {}).get(name) for name in columns)

    def _unwanted(self, change: RowChange) -> Iterator[str]:
        if follows(change, self.covered, self.by_key):
            return
        if change.created and change.key not in self.used and change.key not in self.covered:
            if not change.gone:
                yield f"created {change}"
            return
        left = change.columns - self.covered.get(change.key, frozenset()) - MARKS
        left -= following(change, self.covered, self.by_key)
        if "deleted_at" in left:
            yield f"{'deleted' if change.gone else 'restored'} {change}"
        elif left:
            before, after = change.before or {}, change.after or {}
            told_of = ", ".join(f"{name}: {before.get(name)} → {after.get(name)}" for name in sorted(left)[:_MOST_TOLD])
            yield f"changed {change}: {told_of}"


def is_new(change: RowChange, kind: RecordKind) -> bool:
    """Whether a change is a record of this kind that was made: e-mails and calls lie in one table."""
    row = change.after or {}
    return (
        change.created and change.table == kind.table.__tablename__ and not change.gone
        and all(row.get(column) == value for column, value in kind.fixed.items())
    )  # fmt: skip


def made_in(happened: Iterable[RowChange]) -> list[Ref]:
    """The records a turn made, under every kind they are of, in their order."""
    return [
        Ref(kind.name, one.id, str((one.after or {}).get("name") or (one.after or {}).get("title") or ""))
        for one in happened for kind in KINDS.values() if is_new(one, kind)
    ]  # fmt: skip
