"""Roles, actions, kinds of records and fields as somebody says them: “reps may not export contacts”."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from db.access import RecordAction, Role
from db.names import fold
from db.records import KINDS, Field, RecordKind, kind_named
from tools.errors import BadArgument

_ROLES: Mapping[Role, str] = {
    Role.REP: r"(?:sales )?reps?|(?:sales )?representatives?|sales ?(?:people|persons?)|sellers?",
    Role.MANAGER: r"(?:sales |team )?managers?|team leads?",
    Role.EXECUTIVE: r"executives?|execs?|leadership",
    Role.ADMIN: r"administrators?|admins?",
}
_EVERYBODY = re.compile(r"\b(?:everybody|everyone|anybody|anyone|nobody|no one|all roles)\b")
_ACTIONS: Mapping[RecordAction, str] = {
    RecordAction.READ: r"read(?:ing)?|see(?:ing)?|view(?:ing)?|look(?:ing)? at|open(?:ing)?",
    RecordAction.CREATE: r"creat(?:e|ing)|add(?:ing)?|mak(?:e|ing)|enter(?:ing)?",
    RecordAction.UPDATE: r"updat(?:e|ing)|chang(?:e|ing)|edit(?:ing)?|modify(?:ing)?",
    RecordAction.DELETE: r"delet(?:e|ing)|remov(?:e|ing)",
    RecordAction.EXPORT: r"export(?:ing|s)?|download(?:ing)?",
}
_WRITING = re.compile(r"\b(?:touch|write|do anything)\b")
_NO = re.compile(
    r"\b(?:not|never|no longer|nobody|no one|cannot|can't|don't|shouldn't|mustn't|deny|forbid|prevent|stop|block|"
    r"disallow|revoke|withdraw|take away)\b"
)
_YES = re.compile(r"\b(?:may|can|allow(?:ed)?|let|able|permit(?:ted)?|grant|should)\b")
_RESET = re.compile(r"\b(?:reset|usual|default|back to normal)\b")


def roles_in(words: str) -> tuple[Role, ...]:
    """The roles that are spoken of; everybody are all but the administrators. Raises `BadArgument`."""
    text = fold(words)
    found = tuple(role for role, pattern in _ROLES.items() if re.search(rf"\b(?:{pattern})\b", text))
    if not found and _EVERYBODY.search(text):
        found = (Role.REP, Role.MANAGER, Role.EXECUTIVE)
    if not found:
        raise BadArgument("role", f"say whose; there are {', '.join(Role)}")
    return found


def without_roles(words: str) -> str:
    """The words, folded, with roles out of the way of what is named like them."""
    return re.sub(rf"\b(?:{'|'.join(_ROLES.values())})\b", " ", fold(words))


def actions_in(words: str) -> tuple[RecordAction, ...]:
    """Raises `BadArgument`."""
    text = words.casefold()
    if _WRITING.search(text):
        return (RecordAction.CREATE, RecordAction.UPDATE, RecordAction.DELETE)
    found = tuple(one for one, pattern in _ACTIONS.items() if re.search(rf"\b(?:{pattern})\b", text))
    if not found:
        raise BadArgument("action", f"say what they may or may not do; there is {', '.join(RecordAction)}")
    return found


def allowed_in(words: str) -> bool | None:
    """Whether it is allowed from now on; None for what is usual. Raises `BadArgument`."""
    text = words.casefold().replace("’", "'")
    if _RESET.search(text):
        return None
    if _NO.search(text):
        return False
    if _YES.search(text):
        return True
    raise BadArgument("permission", "say whether they may or may not, as in “reps may not export contacts”")


def kinds_said(words: str, *, besides: frozenset[str] = frozenset()) -> tuple[RecordKind, ...]:
    """The kinds of records that are named, in that order, each once. Raises `BadArgument`."""
    nouns, whose = _nouns(besides)
    found = dict.fromkeys(whose[match[0]] for match in nouns.finditer(without_roles(words)))
    if not found:
        raise BadArgument("kind", f"say of which records; there are {', '.join(one.many for one in KINDS.values())}")
    return tuple(KINDS[one] for one in found)


@cache
def _nouns(besides: frozenset[str]) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """Every noun of a kind of record, the longest first, and whose it is."""
    whose: dict[str, str] = {}
    for kind in (one for one in KINDS.values() if one.name not in besides):
        for noun in (kind.one, kind.many, kind.name.replace("_", " "), kind.plural.replace("_", " "), *kind.said):
            whose.setdefault(fold(noun), kind.name)
    longest = sorted(whose, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)"), whose


def field_in(words: str, kinds: Sequence[RecordKind]) -> tuple[RecordKind, Field]:
    """The field that is named, of the first of these kinds that has it: by its longest name. Raises `BadArgument`."""
    text, nouns = without_roles(words), [fold(noun) for kind in kinds for noun in (kind.one, kind.many, *kind.said)]
    for kind in kinds:
        own = {fold(noun) for noun in (kind.one, kind.many, *kind.said)}
        named = [
            (len(word), field) for field in kind.fields for word in _words(field)
            if word not in own and not (field.to and word in nouns) and _stands(word, text)
        ]  # fmt: skip
        if named:
            return kind, max(named, key=lambda one: one[0])[1]
    fields = ", ".join(field.words for field in kinds[0].fields)
    raise BadArgument("field", f"say which field of {kinds[0].many}; there is {fields}")


def _words(field: Field) -> Iterable[str]:
    return (fold(one) for one in (field.words, field.name.replace("_", " "), *field.said))


def _stands(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?:s|es)?(?!\w)", text) is not None


def cell_words(words: str, role: str, records: str, action: str) -> str:
    """One cell in words, for doors that name its parts. Raises `BadArgument`, `UnknownKind`."""
    if role not in set(Role):
        raise BadArgument("role", f"“{role[:40]}” is none; there are {', '.join(Role)}")
    if action not in set(RecordAction):
        raise BadArgument("action", f"“{action[:40]}” is none; there is {', '.join(RecordAction)}")
    kind = kind_named(records.replace(" ", "_"))
    return words.format(role=role, action=action, kind=kind.name.replace("_", " "))
