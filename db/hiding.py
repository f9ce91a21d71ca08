"""Which fields a workspace may hide from a role, and what else tells the same.

A field that is hidden is hidden wherever it stands: in every kind over the same table (an e-mail is an interaction),
and in what is kept of its past (a deal's stages in its stage changes).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from db.names import NamedKind
from db.records import KINDS

_LINKS = frozenset({"account", "contact", "lead", "opportunity"})
_WHEN = frozenset({"channel", "direction", "at"})
_CONSENT = frozenset({"opted_out", "do_not_contact"})
_SAME_TABLE = ("interaction", "email", "call", "meeting", "sms", "whatsapp")
_ALWAYS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_SAME_TABLE, _LINKS | _WHEN),
    "contact": _CONSENT,
    "lead": _CONSENT,
    "opportunity": frozenset({"outcome"}),
    "note": _LINKS | {"created_at"},
    "memory": _LINKS | {"said_at"},
    "task": _LINKS | {"title", "status"},
    "stage": frozenset({"name", "position", "outcome"}),
}
_TELLS: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("lead", "score"): (
        ("lead", "grade"), ("lead", "tier"),
        ("lead_score", "score"), ("lead_score", "grade"), ("lead_score", "reasons"),
    ),
    ("lead", "grade"): (("lead", "tier"), ("lead_score", "grade")),
    ("lead", "status"): (("lifecycle_change", "status"), ("lifecycle_change", "reason")),
    ("opportunity", "stage"): (("stage_change", "stage"), ("opportunity", "stage_entered_on")),
}  # fmt: skip
"""What a field can be read from beside its own column."""


def always_shown(kind: str) -> frozenset[str]:
    """Fields without which records cannot be spoken of, or could be used against somebody's will.

    The names of records that are linked and searched by name, what a record hangs on, whether a deal or a task is open,
    when something happened, and who must not be contacted.
    """
    declared = KINDS[kind]
    named = {one.name for one in declared.fields if one.stored in declared.title} if kind in set(NamedKind) else set()
    return _ALWAYS.get(kind, frozenset()) | named


def spread(hidden: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """The (kind, field) pairs that are hidden where these are; those that are always shown are left out."""
    found = set()
    for kind, name in hidden:
        found |= {(kind, name), *_TELLS.get((kind, name), ())}
    found |= {(other, again) for kind, name in found for other, again in _elsewhere(kind, name)}
    return frozenset((kind, name) for kind, name in found if kind in KINDS and name not in always_shown(kind))


def _elsewhere(kind: str, name: str) -> Iterable[tuple[str, str]]:
    """The same column in the other kinds over its table."""
    declared = KINDS.get(kind)
    field = declared.by_name.get(name) if declared is not None else None
    if declared is None or field is None:
        return
    for other in KINDS.values():
        if other.table is declared.table and other.name != kind:
            yield from ((other.name, one.name) for one in other.fields if one.stored == field.stored)
