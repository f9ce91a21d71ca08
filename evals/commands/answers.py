"""Was found what was asked for? Figures and records of the tools against a query of our own; never the words."""

# ruff: noqa: S608  statements are put together from names of our own tables and columns; values are bound
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from db.money import Money, digits_of
from db.names import fold
from db.records import KINDS, FieldType
from evals.commands.cases import Answer
from evals.commands.heard import Seen, listed
from evals.commands.selecting import Figure, expression, matching, measured
from evals.commands.setting import CURRENCY, Setting
from evals.commands.store import Row, table_of
from evals.observed import Ref
from evals.scorers.arguments import Difference
from tools.contract import Found
from tools.evidence import Unit

_PAGE = 10
_NO_FIGURES_OF_THE_WHOLE = ("shown", "filled.")
_TOLERANCE = Decimal("0.05")


@dataclass(frozen=True, slots=True)
class Expected:
    """What an independent query gives, taken before anything that waits is approved.

    Attributes:
        figures: of a count or a measure, one for each group and currency.
        ranks: of a list, the records that fit with what they are ordered by, in order.
        ref, row: the record an answer is about, as it is.
    """

    answer: Answer
    figures: tuple[Figure, ...] = ()
    ranks: tuple[tuple[int, object], ...] = ()
    ref: Ref | None = None
    row: Row | None = None


def expected(answer: Answer, at: Setting) -> Expected:
    match answer.shape:
        case "tool":
            return Expected(answer)
        case "record":
            return Expected(answer, ref=at.record(answer.of))
        case "field":
            ref = at.record(answer.of.rpartition(".")[0])
            return Expected(answer, ref=ref, row=at.store.row(table_of(ref.kind), ref.id) if ref else None)
        case "list":
            return Expected(answer, ranks=tuple(_ranks(answer, at)))
        case "group":
            return Expected(answer, tuple(_measured(answer, at, answer.measure)))
        case _:
            return Expected(answer, tuple(_measured(answer, at, answer.shape)))


def _measured(answer: Answer, at: Setting, measure: str) -> list[Figure]:
    kind = KINDS[answer.of]
    return measured(kind, matching(kind, answer.where, at), at, measure=measure, of=answer.field, by=answer.by)


def _ranks(answer: Answer, at: Setting) -> Iterator[tuple[int, object]]:
    kind = KINDS[answer.of]
    clause, table = matching(kind, answer.where, at), kind.table.__tablename__
    name = (answer.order or "").removeprefix("-")
    by = expression(kind, kind.by_name[name]) if name else f"{table}.id"
    way = "DESC" if (answer.order or "").startswith("-") else "ASC"
    rows = at.store.rows(
        f"SELECT {table}.id AS id, {by} AS rank FROM {table} WHERE {clause.sql} ORDER BY rank IS NULL, rank {way}",
        clause.values,
    )
    yield from ((row["id"], row["rank"]) for row in rows)


def faults(wanted: Expected, seen: Seen, at: Setting) -> list[Difference]:
    """Nothing where the answer is the one that was expected."""
    answer = wanted.answer
    if _right(wanted, seen, at):
        return []
    got = "; ".join(str(call) for call in seen.heard.calls) or seen.effect.value
    return [Difference(f"answer: {answer.shape}", f"{answer.of} {_told(wanted)}", f"{got} → {seen.heard.answer[:160]}")]


def _told(wanted: Expected) -> str:
    if wanted.answer.shape == "list":
        return f"{len(wanted.ranks)} records, first {[id_ for id_, _ in wanted.ranks[:3]]}"
    if wanted.answer.shape in ("record", "field", "tool"):
        return str(wanted.ref or "")
    return ", ".join(f"{one.label or ''} {one.value} {one.currency or ''}".strip() for one in wanted.figures[:4])


def _right(wanted: Expected, seen: Seen, at: Setting) -> bool:
    found = [one for _, one in seen.found]
    match wanted.answer.shape:
        case "tool":
            return any(call.ok and call.tool == wanted.answer.of for call in seen.heard.calls)
        case "record":
            return wanted.ref is not None and _is_about(wanted.ref, seen)
        case "field":
            return wanted.ref is not None and _is_about(wanted.ref, seen) and _tells(wanted, seen, at)
        case "list":
            return _listed(wanted, seen)
        case "group":
            return _grouped(wanted, found) if wanted.figures else _found_nothing(wanted, seen)
        case _:
            if not any(one.value for one in wanted.figures) and _found_nothing(wanted, seen):
                return True
            return bool(wanted.figures) and all(
                any(_same(one, each) for each in _figures(found)) for one in wanted.figures
            )


def _figures(found: Iterable[Found]) -> Iterator[tuple[str, Any]]:
    """Figures over all that was found, without those of single records and of the page that is shown."""
    for one in found:
        records = {f"{ref.kind}.{ref.id}." for ref in one.focus}
        for figure in one.figures:
            single = any(figure.key.startswith(start) for start in records) or figure.key[-1:].isdigit()
            if not single and not figure.key.startswith(_NO_FIGURES_OF_THE_WHOLE) and figure.unit is not Unit.DATE:
                yield figure.key, figure.value


def _same(wanted: Figure, told: tuple[str, Any]) -> bool:
    _, value = told
    if wanted.currency is not None:
        return isinstance(value, Money) and value.currency == wanted.currency and abs(value.minor - wanted.value) <= 1
    if isinstance(value, Money) or not isinstance(value, int | float | Decimal):
        return False
    return abs(Decimal(str(value)) - wanted.value) <= _TOLERANCE


def _found_nothing(wanted: Expected, seen: Seen) -> bool:
    """A look-up of this kind that came back empty."""
    kind = KINDS[wanted.answer.of]
    return any(tool.endswith(f"_{kind.plural}") and not one.figures and not one.focus for tool, one in seen.found)


def _grouped(wanted: Expected, found: Sequence[Found]) -> bool:
    rows = [row for one in found for row in one.rows]
    return all(any(_row_says(figure, row) for row in rows) for figure in wanted.figures)


def _row_says(figure: Figure, row: Mapping[str, Any]) -> bool:
    label = fold(figure.label) if figure.label else None
    texts = {fold(value) for value in row.values() if isinstance(value, str)}
    labelled = label in texts if label else bool(texts & {"not filled in", "none", "others"}) or None in row.values()
    return labelled and any(_equal(figure, value) for value in row.values())


def _equal(figure: Figure, value: object) -> bool:
    if figure.currency is not None:
        if isinstance(value, Mapping) and "amount" in value:
            minor = Decimal(str(value["amount"])).scaleb(digits_of(figure.currency))
            return value.get("currency") == figure.currency and abs(minor - figure.value) <= 1
        return False
    number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return number and abs(Decimal(str(value)) - figure.value) <= _TOLERANCE


def _listed(wanted: Expected, seen: Seen) -> bool:
    """The records that fit, all of them or the first page; where an order is given, in it (ties in any)."""
    if not wanted.ranks:
        return _found_nothing(wanted, seen)
    lists = (listed(tool, one) for tool, one in seen.found)
    return any(_lists(wanted, [ref.id for ref in refs if ref.kind == wanted.answer.of]) for refs in lists)


def _lists(wanted: Expected, shown: Sequence[int]) -> bool:
    ranks, answer = dict(wanted.ranks), wanted.answer
    most = min(len(ranks), answer.first or _PAGE)
    if len(shown) < most or not set(shown) <= ranks.keys() or (answer.first and len(shown) > max(answer.first, most)):
        return False
    if answer.order is None:
        return True
    return [ranks[id_] for id_ in shown[:most]] == [rank for _, rank in wanted.ranks[:most]]


def _is_about(ref: Ref, seen: Seen) -> bool:
    """Whether a tool was asked about this record, or found it alone."""
    kinds = {ref.kind, "interaction"} if ref.kind in ("call", "email", "meeting", "sms", "whatsapp") else {ref.kind}
    asked: list[Ref] = [
        one for one in (Ref.of(value) for call in seen.heard.calls if call.ok for value in call.args.values()) if one
    ]
    alone = ((one.focus[0].kind, one.focus[0].id) for _, one in seen.found if len(one.focus) == 1)
    return any(kind in kinds and key == ref.id for kind, key in (*((one.kind, one.id) for one in asked), *alone))


def _tells(wanted: Expected, seen: Seen, at: Setting) -> bool:
    """Whether the value of a field is among what was found, or, where it is text, in the answer."""
    if wanted.ref is None or wanted.row is None:
        return False
    kind = KINDS[wanted.ref.kind]
    field = kind.by_name[wanted.answer.of.rpartition(".")[2]]
    if field.derived:
        return True  # reckoned from other rows: being about the record is all that can be told here
    stored = wanted.row.get(field.stored)
    if stored in (None, "", "[]"):
        return True
    if field.type is FieldType.MONEY:
        figure = Figure(None, Decimal(stored), wanted.row.get("currency") or CURRENCY)
        return any(_same(figure, (one.key, one.value)) for _, each in seen.found for one in each.figures)
    if field.type is FieldType.LINK:
        name = at.store.row(table_of(field.to), stored) or {}
        return _in_text(str(name.get("name") or ""), seen)
    if field.type is FieldType.MOMENT:
        day = at.local(stored)
        return _in_text(f"{day.day} {day:%B}", seen) or _in_text(stored[:10], seen)
    if field.type in (FieldType.WHOLE, FieldType.NUMBER, FieldType.SHARE):
        number = Figure(None, Decimal(str(stored)))
        return any(_equal(number, value) for value in _values(seen))
    return _in_text(str(stored), seen)


def _values(seen: Seen) -> Iterator[object]:
    for _, one in seen.found:
        yield from (value for row in one.rows for value in row.values())
        yield from (figure.value for figure in one.figures)


def _in_text(text: str, seen: Seen) -> bool:
    said = " ".join([seen.heard.answer, *(str(row) for _, one in seen.found for row in one.rows)])
    return bool(text) and fold(text) in fold(said)
