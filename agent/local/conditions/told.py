"""Conditions on what a record says: missing or given fields, flags, words of a closed set, texts, roles."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from agent.local.conditions.condition import Kinds, Narrowed, as_written, field_named, on_field
from agent.local.field_values import Spoken, value_of
from agent.local.mentions import Named
from agent.local.patterns import compiled
from agent.local.reading import Reading
from agent.local.schema import KindCard

_WITHOUT = re.compile(
    r"(?<!\w)(?P<how>without|with no|missing|lacking|(?:that|who|which) (?:have|has) no|(?:have|has) no|no|(?:that|who|which) (?:have|has) not|with an?|(?:that|who|which) (?:have|has) an?|having an?)(?: an?| any| the)? (?P<field>[a-z][a-z -]+)"
)
_FOLLOWED = ("of", "is", "above", "over", "below", "under", "at least", "more than", "less than", "between", "in")
_SPOKEN_CHOICES: Mapping[str, tuple[str, ...]] = {
    "done": ("done", "completed", "finished"), "in": ("incoming", "inbound", "received", "we receive", "i receive", "we get", "i get"),
    "out": ("outgoing", "outbound", "sent", "we send", "i send"), "no_show": ("no show", "no shows"),
}  # fmt: skip
_SAID_ALONE = frozenset({"status", "outcome", "direction", "deal_type", "channel"})
_ROLES: Mapping[str, tuple[str, str]] = {
    "ceo": ("title", "CEO"), "cfo": ("title", "CFO"), "cto": ("title", "CTO"), "coo": ("title", "COO"), "cio": ("title", "CIO"),
    "cmo": ("title", "CMO"), "vp": ("title", "VP"), "director": ("title", "director"), "manager": ("title", "manager"),
    "executive": ("title", "executive"), "engineer": ("title", "engineer"), "buyer": ("title", "buyer"),
    "champion": ("buying_role", "champion"), "decision maker": ("buying_role", "decision_maker"),
    "economic buyer": ("buying_role", "economic_buyer"),
}  # fmt: skip
ROLE = re.compile(
    rf"(?<!\w)(?P<role>economic buyer|decision maker|{'|'.join(role for role in _ROLES if ' ' not in role)})s?(?!\w)"
)
_WITH_FIELD = re.compile(
    r"(?<!\w)(?:where|whose|with|that have|that has|who have|having|,) (?:the |their |an? )?(?P<field>[a-z][a-z -]*?) (?P<how>is not|is|are|=|equals|equal to|of|like|contains|containing|named|called)? ?(?P<value>[^,;]+?)(?= (?:and|or|but|that|who|which|with|where|whose)(?!\w)|[,;]|$)"
)
_CALLED = re.compile(
    r"(?<!\w)(?:called|named|titled|entitled|with the (?:name|title|subject)) (?P<value>.+?)(?= (?:and|at|for|from|in|with|by|that|who)(?!\w)|[,;]|$)"
)


def empty(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    for match in _WITHOUT.finditer(reading.norm):
        field, word = field_named(match["field"], kind)
        if field is None:
            continue
        lacks = not match["how"].endswith((" a", " an")) or "no" in match["how"].split()
        end = match.start("field") + len(word)
        if lacks or not reading.norm[end:].strip().startswith(_FOLLOWED):
            yield Narrowed(on_field(field.name, test="empty" if lacks else "filled"), match.start(), end)


def flags(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    for field in kind.fields:
        if field.type != "flag":
            continue
        for word in field.words:
            match = compiled(
                rf"(?P<no>(?:not|never|have not|has not|are not|is not|neither|nor|without|no)(?: been| yet| an?| any| on)* )?(?<!\w){re.escape(word.lower()).replace(chr(92) + ' ', '[ -]')}(?: mark| flag)?(?!\w)"
            ).search(reading.norm)
            if match:
                yield Narrowed(on_field(field.name, match["no"] is None), *match.span())
                break


def choices(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """`customer accounts`, `planned meetings`, `tasks that are done`: a word of a closed set beside the noun."""
    for field in kind.fields:
        if field.type != "choice" or field.name not in _SAID_ALONE:
            continue
        found: dict[bool, list[tuple[str, tuple[int, int]]]] = {False: [], True: []}
        for choice in field.choices:
            for word in _SPOKEN_CHOICES.get(choice, (choice.replace("_", " "),)):
                match = compiled(
                    rf"(?P<no>(?:not|non|un|are not|is not|neither|nor)[ -])?(?<!\w){re.escape(word)}(?!\w)"
                ).search(reading.norm)
                if match and word not in kind.nouns:
                    found[match["no"] is not None].append((choice, match.span()))
        for negated, hits in found.items():
            for _, span in hits:
                values = [choice for choice, _ in hits]
                yield Narrowed(on_field(field.name, *values, test="is_not" if negated else "is"), *span)


def texts(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """`whose grade is A`, `with title CFO`, `called Alpha`."""
    for match in _WITH_FIELD.finditer(reading.norm):
        field, word = field_named(match["field"], kind)
        if (
            field is None
            or word != match["field"].strip()
            or field.measured
            or field.type in ("link", "flag", "date", "moment")
        ):
            continue
        said = as_written(reading, *match.span("value"))
        value = value_of(field, Spoken(reading, match["value"].strip(), said)) if said else None
        if value is not None:
            test = (
                "is_not"
                if match["how"] == "is not"
                else "contains"
                if match["how"] in ("like", "contains", "containing")
                else "is"
            )
            yield Narrowed(on_field(field.name, value, test=test), *match.span())
    if named := _CALLED.search(reading.norm):
        name = next(
            (one for one in kind.title if (field := kind.field(one)) and field.type in ("text", "long_text")), None
        )
        said = as_written(reading, *named.span("value"))
        if name and said and not reading.mentions_of(Named.RECORD):
            yield Narrowed(on_field(name, said, test="contains"), *named.span())


_REASON = re.compile(
    r"(?<!\w)(?:lost|lose|losing|losses|loses) (?:\w+ ){0,3}?(?:to|on|over|because of|due to|for) (?:an? |the |our |their |another |missing |lack of )*(?P<reason>competitors?|competition|price|pricing|budget|timing|features?|no decision)(?!\w)"
)
_REASONS = {"competitors": "competitor", "competition": "competitor", "pricing": "price", "features": "feature"}


def reasons(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """`deals we lost to a competitor`, `lost on price`: why something was lost, by a word of the reason."""
    match = _REASON.search(reading.norm)
    if match is not None and kind.field("loss_reason") is not None:
        reason = _REASONS.get(match["reason"], match["reason"])
        yield Narrowed(on_field("loss_reason", reason, test="contains"), match.start("reason"), match.end())
        before = reading.norm[: match.start("reason")]
        opens = re.search(
            r"(?:to|on|over|because of|due to|for) (?:an? |the |our |their |another |missing |lack of )*$", before
        )
        if opens is not None:
            yield Narrowed(on_field("loss_reason", reason, test="contains"), opens.start(), match.start("reason"))


_UNANSWERED = re.compile(
    r"(?<!\w)(?:without an? answer|unanswered|not (?:been )?answered|no answer|(?:nobody|no one|no-one) (?:answered|picked up|was there)|not picked up|missed|with no answer)(?!\w)"
)


def unanswered(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """Calls that nobody took."""
    match = _UNANSWERED.search(reading.norm)
    if match is not None and kind.kind == "call":
        yield Narrowed(on_field("outcome", "no answer", test="contains"), *match.span())


def roles(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    for match in ROLE.finditer(reading.norm):
        name, value = _ROLES[match["role"]]
        if kind.field(name) is not None and kind.kind in ("contact", "lead"):
            yield Narrowed(on_field(name, value, test="contains" if name == "title" else "is"), *match.span())
