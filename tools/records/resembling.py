"""Who is like a record that is being entered or renamed, among those the person sees, with the reasons in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from db.access import Grant, RecordAction
from db.likeness_keys import domain_of, mail_of
from db.names import words
from db.records import KINDS, RecordKind
from db.repositories.base import RecordRef
from db.repositories.likeness import Entered, LikenessRepository
from db.repositories.records import RecordLine, RecordRepository
from tools.contract import Person, ToolContext
from tools.records.asks import COMPARED
from tools.science.legal_forms import telling
from tools.science.mailboxes import ROLES
from tools.wording import clean, listed

if TYPE_CHECKING:
    from tools.science.duplicates import Pair

TELLING = frozenset({"first_name", "last_name", "company", "name", "email", "phone", "domain", "account"})
"""Fields that say who or what a record is; a change of others makes no duplicate."""
_ALSO = {"contact": ("contact", "lead"), "lead": ("lead", "contact"), "account": ("account",)}
_SHOWN = 3
_SAME_ADDRESS, _SAME_COMPANY = "same e-mail", "same company name"
_TOLD_OF_COMPANIES = 0.004
_COLUMNS = ("first_name", "last_name", "company", "email", "phone", "domain", "country")


@dataclass(frozen=True, slots=True)
class Alike:
    """A record that may be the same one. `strong`: hardly anybody would want a second one beside it."""

    ref: RecordRef
    reasons: tuple[str, ...]
    strong: bool

    @property
    def words(self) -> str:
        """`the contact Jane Miller (same e-mail and same last name)`."""
        return f"the {KINDS[self.ref.kind].one} {clean(self.ref.name, most=80)} ({listed(list(self.reasons))})"


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a new or changed record looks like. Records of the other kind of person are told, and hold nothing up."""

    kind: RecordKind
    alike: tuple[Alike, ...] = ()

    @property
    def holds(self) -> bool:
        return any(one.strong and one.ref.kind == self.kind.name for one in self.alike)

    @property
    def first(self) -> tuple[RecordRef, ...]:
        return tuple(one.ref for one in self.alike)

    @property
    def people(self) -> list[Person]:
        return [Person(one.ref) for one in self.alike if one.ref.kind != "account"]

    @property
    def warning(self) -> str:
        """`This looks like the contact Jane Miller (same e-mail). `, to stand before what would be done."""
        if not self.alike:
            return ""
        return f"This looks like {listed([one.words for one in self.alike], last='or')}. "

    def offer(self, deed: str) -> str:
        """What a person may do where it is held up."""
        return f" {deed} anyway, or open the existing one instead?" if self.holds else ""

    @property
    def remark(self) -> str:
        """The same after it was done."""
        if not self.alike:
            return ""
        named = listed([one.words for one in self.alike], last="or")
        return f" It looks like {named}; say so if they are the same, and I merge them."

    def reach(self) -> dict[str, Any]:
        """Part of what a person is shown who decides."""
        if not self.alike:
            return {}
        return {
            "looks_like": [
                {"kind": one.ref.kind, "id": one.ref.id, "name": one.ref.name, "reasons": list(one.reasons)}
                for one in self.alike
            ]
        }


async def resembling(
    kind: RecordKind, values: Mapping[str, Any], at: ToolContext, *, before: RecordLine | None = None
) -> Likeness:
    """Who is like a record with these values.

    Args:
        before: the record as it is, where it is changed; what was not said stays as it is there.
    """
    if kind.name not in COMPARED or not TELLING & set(values):
        return Likeness(kind)
    entered = await _entered(kind, (dict(before.values) if before else {}) | dict(values), at)
    repository = LikenessRepository(at.session, at.actor)
    found: list[Alike] = []
    for other in _ALSO[kind.name]:
        besides = before.id if before and other == kind.name else None
        found += _compared(kind.name, entered, other, await repository.near(other, entered, besides=besides))
    return Likeness(kind, tuple(sorted(found, key=lambda one: (not one.strong, one.ref.kind != kind.name))[:_SHOWN]))


async def _entered(kind: RecordKind, values: Mapping[str, Any], at: ToolContext) -> Entered:
    name = str(values.get("name") or "")
    if kind.name == "account":
        return Entered(
            company=name or None, phone=values.get("phone"), domain=values.get("domain"),
            country=values.get("country"), words=telling(words(name)),
        )  # fmt: skip
    employer = await _employer(values.get("account"), at) if kind.name == "contact" else {}
    return Entered(
        values.get("first_name"), values.get("last_name"), values.get("company") or employer.get("name"),
        values.get("email"), values.get("phone"), employer.get("domain"),
        values.get("country") or employer.get("country"),
    )  # fmt: skip


async def _employer(account: object, at: ToolContext) -> Mapping[str, Any]:
    if not isinstance(account, int) or not at.actor.may(Grant("account", RecordAction.READ)):
        return {}
    return (await RecordRepository(at.session, at.actor, KINDS["account"]).get(account)).values


def _compared(
    kind: str, entered: Entered, other: str, near: Sequence[tuple[int, Mapping[str, str | None]]]
) -> list[Alike]:
    if not near:
        return []
    # The comparison loads a library for tables, which nobody needs who enters somebody new.
    from tools.science.duplicates import DEFAULT, Kind, Record, like

    def record(key: int, of: str, fields: Mapping[str, str | None]) -> Record:
        return Record(key, Kind(of), **fields)

    new = record(0, kind, {name: getattr(entered, name) for name in _COLUMNS})
    by_id = dict(near)
    # Whoever enters a company wants to hear of one of the same name; among all pairs of a list it would say little.
    weights = replace(DEFAULT, likely=_TOLD_OF_COMPANIES) if kind == "account" else DEFAULT
    pairs = like(new, [record(key, other, fields) for key, fields in near], weights=weights)
    found = [_alike(pair, RecordRef(other, int(pair.other), _name(by_id[int(pair.other)]))) for pair in pairs]
    met = {one.ref.id for one in found}
    return [*found, *(one for key, fields in near if key not in met and (one := _sharing(entered, other, key, fields)))]


def _sharing(entered: Entered, other: str, key: int, fields: Mapping[str, str | None]) -> Alike | None:
    """A record under another name with the same address or web domain."""
    ref = RecordRef(other, key, _name(fields))
    if other == "account":
        domain = domain_of(entered.domain)
        return Alike(ref, ("same domain",), False) if domain and domain == domain_of(fields["domain"]) else None
    return Alike(ref, (_SAME_ADDRESS,), True) if _same_mailbox(entered.email, fields["email"]) else None


def _alike(pair: Pair, ref: RecordRef) -> Alike:
    reasons = tuple(one.text for one in pair.reasons if one.weight > 0)[:_SHOWN]
    against = any(one.weight < 0 for one in pair.reasons)
    by_name = ref.kind == "account" and _SAME_COMPANY in reasons and not against
    return Alike(ref, reasons, pair.verdict == "sure" or _SAME_ADDRESS in reasons or by_name)


def _same_mailbox(one: str | None, other: str | None) -> bool:
    """Two people with one address are one, or one of the addresses is wrong; info@ and its like belong to nobody."""
    mail = mail_of(one)
    return mail is not None and mail[0] not in ROLES and mail == mail_of(other)


def _name(fields: Mapping[str, str | None]) -> str:
    person = " ".join(part for part in (fields["first_name"], fields["last_name"]) if part)
    return person or fields["company"] or "one without a name"
