"""Conditions on records as people say them: values of closed lists, places, links, bounds, what is missing, periods.

Each is kept with the characters it was read from, so that what nobody read is known too.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from agent.local.field_values import Spoken, value_of
from agent.local.lapses import Kind as LapseKind
from agent.local.lexicon import countries
from agent.local.mentions import Mention, Named
from agent.local.quantities import Amount, number
from agent.local.reading import Reading
from agent.local.schema import FieldCard, KindCard, Record


@dataclass(frozen=True, slots=True)
class Narrowed:
    """One condition, and where in the normalised text it stands."""

    condition: Mapping[str, Any]
    start: int
    end: int


Kinds = Mapping[str, KindCard]
Finder = Callable[[Reading, KindCard, Kinds], Iterator[Narrowed]]

_WITHOUT = re.compile(
    r"(?<!\w)(?P<how>without|with no|missing|lacking|(?:that|who|which) (?:have|has) no|(?:have|has) no|no|(?:that|who|which) (?:have|has) not|with an?|(?:that|who|which) (?:have|has) an?|having an?)(?: an?| any| the)? (?P<field>[a-z][a-z -]+)"
)
_BOUND = re.compile(
    r"(?<!\w)(?:with |of )?(?P<how>more than|over|above|at least|fewer than|less than|under|below|at most|up to|exactly|>=|<=|>|<) (?P<number>\d[\d,]*) ?(?P<unit>%|percent|[a-z][a-z -]+)?"
)
_BOUNDS = {
    "more than": "above", "over": "above", "above": "above", "at least": "at_least", "fewer than": "below",
    "less than": "below", "under": "below", "below": "below", "at most": "at_most", "up to": "at_most",
    "exactly": "is", ">": "above", ">=": "at_least", "<": "below", "<=": "at_most",
}  # fmt: skip
_INCLUSIVE = re.compile(
    r"at least|minimum|from|starting|no less|not less|not under|not below|>=|up to|at most|maximum|max|no more|not more|not over|not above|<="
)
_MINE = re.compile(r"(?<!\w)(?:my|mine|do i have|have i|assigned to me|i own|of mine|that are mine)(?!\w)(?! team)")
_UNOWNED = re.compile(
    r"(?<!\w)(?:unassigned|unowned|without (?:an )?owner|nobody owns|no one owns|with no owner|no owner|ownerless|not assigned(?: to (?:anyone|anybody))?)(?!\w)"
)
_OVERDUE = re.compile(r"(?<!\w)(?:overdue|past due|past their (?:due|close) date|late)(?!\w)")
_BY_LIST = {
    "region": "region", "industry": "industry", "lead_source": "source", "stage": "stage", "lead_status": "status",
    "product": "product", "campaign": "campaign", "team": "team", "deal_type": "deal_type", "competitor": "competitor",
}  # fmt: skip
_THROUGH = ("account", "opportunity", "lead", "contact")
_THROUGH_LINKS = frozenset({"region", "industry", "country", "stage"})
_HANGING = frozenset({"interaction", "email", "call", "meeting", "sms", "whatsapp", "note", "task"})
_SUBJECTS = ("contact", "lead", "opportunity", "account")
_WRITERS = ("owner", "user", "author")
_DATES = frozenset(
    {"created_at", "arrived_at", "at", "starts_on", "due_at", "created_on", "entered_on", "enrolled_on"}
)  # fmt: skip
_MAIN_MONEY = {
    "opportunity": "amount", "campaign": "budget", "lead": "budget", "product": "list_price", "quota": "amount",
    "account": "annual_revenue",
}  # fmt: skip
_SPOKEN_CHOICES: Mapping[str, tuple[str, ...]] = {
    "done": ("done", "completed", "finished"), "in": ("incoming", "inbound", "received"),
    "out": ("outgoing", "outbound", "sent"), "no_show": ("no show", "no shows"),
}  # fmt: skip
_ABOUT_DATE = {
    "created_at": r"created|added|made|new|logged|opened|entered|since", "arrived_at": r"created|added|arrived|came in|come in|new|received|since",
    "created_on": r"created|opened|added|started", "expected_close": r"clos(?:e|es|ing)|expected to close|due to close|landing",
    "closed_on": r"closed|won|lost", "due_at": r"due|for|until", "at": r"held|on|from|in|since|planned|scheduled|this|last|next",
    "starts_on": r"start(?:s|ing)?|begin(?:s|ning)?|launch(?:es|ing)?", "ends_on": r"end(?:s|ing)?|finish(?:es|ing)?",
    "last_contacted_at": r"contacted|spoken to|called|reached", "updated_at": r"changed|updated|edited|modified",
    "enrolled_on": r"enrolled|signed up|registered", "completed_at": r"completed|finished|done",
}  # fmt: skip
_AHEAD = frozenset({"expected_close", "due_at"})
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


def narrow(reading: Reading, kind: KindCard, kinds: Kinds) -> list[Narrowed]:
    """The conditions a piece of text puts on records of a kind. Words that were read as one thing are not read twice."""
    reading = _without_names(reading)
    found: list[Narrowed] = []
    for finder in _FINDERS:
        # One finder may say two things of the same words ("overdue": due before now, and open).
        found += [one for one in finder(reading, kind, kinds) if not overlaps(one, found)]
    return found


def _without_names(reading: Reading) -> Reading:
    """The reading with the letters of named records blanked: a deal called "Acme Renewal" says nothing of renewals."""
    named = {place for one in reading.mentions_of(Named.RECORD) for place in range(one.first, one.last)}
    if not named:
        return reading
    tokens = (
        replace(token, norm="\x00" * len(token.norm)) if place in named else token
        for place, token in enumerate(reading.text.tokens)
    )
    return replace(reading, text=replace(reading.text, tokens=tuple(tokens)))


def overlaps(one: Narrowed, others: Sequence[Narrowed]) -> bool:
    """Whether a condition was read from words that one of the others was read from."""
    return any(one.start < other.end and other.start < one.end for other in others)


def _condition(field: str, *values: Any, test: str = "is") -> dict[str, Any]:  # noqa: ANN401 - JSON values
    said: dict[str, Any] = {"field": field}
    if test != "is":
        said["test"] = test
    return said | ({"value": list(values)} if values else {})


def _owners(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    name = next((one for one in _WRITERS if kind.field(one) is not None), None)
    if name is None:
        return
    if match := _UNOWNED.search(reading.norm):
        yield Narrowed(_condition(name, test="empty"), *match.span())
    elif match := _MINE.search(reading.norm):
        yield Narrowed(_condition(name, "me"), *match.span())


def _listed(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    by_path: dict[tuple[str, bool], list[Mention]] = {}
    for mention in reading.mentions_of(Named.VALUE):
        name = _BY_LIST.get(mention.dimension)
        if country_of(reading, mention):
            continue
        path = _path(kind, name, kinds) if name else None
        if path is not None and _takes(kind, path, mention.value):
            by_path.setdefault((path, mention.negated), []).append(mention)
    for (path, negated), mentions in by_path.items():
        values = list(dict.fromkeys(one.value for one in mentions))
        for one in mentions:
            span = reading.text.span(one.first, one.last)
            yield Narrowed(_condition(path, *values, test="is_not" if negated else "is"), *span)


def country_of(reading: Reading, mention: Mention) -> str:
    """The country behind half the name of a team ("UK & Ireland"), which most people mean by it; empty for others."""
    if mention.dimension != "team" or mention.negated:
        return ""
    return countries().get(reading.text.norm_between(mention.first, mention.last), "")


def _takes(kind: KindCard, path: str, value: str) -> bool:
    """Whether a field of a closed set has this value: the stages of deals are no status of a meeting."""
    field = kind.field(path)
    return field is None or not field.choices or value.lower() in field.choices


def _places(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    path = _path(kind, "country", kinds)
    found = reading.mentions_of(Named.COUNTRY) if path else []
    for mention in reading.mentions_of(Named.VALUE) if path else []:
        if name := country_of(reading, mention):
            found.append(replace(mention, value=name))
    for negated in (False, True):
        values = [one.value for one in found if one.negated is negated]
        for one in (one for one in found if one.negated is negated):
            span = reading.text.span(one.first, one.last)
            yield Narrowed(_condition(path or "", *dict.fromkeys(values), test="is_not" if negated else "is"), *span)


def _path(kind: KindCard, name: str, kinds: Kinds) -> str | None:
    """The field of that name, or the one of what the kind is linked to."""
    if kind.field(name) is not None:
        return name
    for link in _THROUGH if name in _THROUGH_LINKS else ():
        if kind.field(link) is not None and link in kinds and kinds[link].field(name) is not None:
            return f"{link}.{name}"
    return None


def _links(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """Records that are named, where the kind links to them: contacts at Acme, calls with Jane, deals of Sam."""
    for mention in reading.mentions_of(Named.RECORD):
        if mention.first in reading.content:
            continue
        condition = _of_user(mention, kind) or _of_record(mention, kind)
        if condition is not None:
            said = condition | ({"test": "is_not"} if mention.negated and condition["field"] in _WRITERS else {})
            yield Narrowed(said, *reading.text.span(mention.first, mention.last))


def _of_user(mention: Mention, kind: KindCard) -> dict[str, Any] | None:
    users = [one for one in dict.fromkeys(mention.records) if one.kind == "user"]
    name = next((one for one in _WRITERS if kind.field(one) is not None), None)
    others = [one for one in mention.records if one.kind != "user"]
    if len(users) != 1 or name is None or (others and kind.kind in _HANGING):
        return None
    return _condition(name, users[0].as_argument())


def _of_record(mention: Mention, kind: KindCard) -> dict[str, Any] | None:
    records = tuple(dict.fromkeys(mention.records))
    if kind.kind in _HANGING:
        return next((_condition("about", one.as_argument()) for one in _alone(records, _SUBJECTS)), None)
    if kind.kind == "lead" and (company := next(iter(_alone(records, ("account",))), None)):
        return _condition("company", company.name, test="contains")
    for name in (
        "account",
        "contact",
        "lead",
        "opportunity",
        "course",
        "trainer",
        "batch",
        "learner",
        "campaign",
        "product",
    ):
        field = kind.field(name)
        fits = [one for one in records if field is not None and one.kind == field.to]
        if len(fits) == 1:
            return _condition(name, fits[0].as_argument())
    return None


def _alone(records: tuple[Record, ...], kinds: tuple[str, ...]) -> Iterator[Record]:
    """The record of each kind that is the only one of its kind."""
    for kind in kinds:
        fits = [one for one in records if one.kind == kind]
        if len(fits) == 1:
            yield fits[0]


def _empty(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    for match in _WITHOUT.finditer(reading.norm):
        field, word = _field(match["field"], kind)
        if field is None:
            continue
        lacks = not match["how"].endswith((" a", " an")) or "no" in match["how"].split()
        end = match.start("field") + len(word)
        if lacks or not reading.norm[end:].strip().startswith(_FOLLOWED):
            yield Narrowed(_condition(field.name, test="empty" if lacks else "filled"), match.start(), end)


_FOLLOWED = ("of", "is", "above", "over", "below", "under", "at least", "more than", "less than", "between", "in")


def _amounts(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """Money and scores with a bound: on the field named beside, or on the one that the kind is measured by."""
    for amount in reading.amounts:
        field, start, end = _beside(reading, kind, amount.start, amount.end)
        if field is None and amount.is_money:
            field = kind.field(_MAIN_MONEY.get(kind.kind, ""))
        elif field is None and amount.is_score:
            field = kind.field("score")
        if field is None or not field.measured:
            continue
        for condition in _bounds_of(amount, field, reading):
            yield Narrowed(condition, min(start, amount.start), max(end, amount.end))


def _bounds_of(amount: Amount, field: FieldCard, reading: Reading) -> Iterator[dict[str, Any]]:
    said = reading.norm[amount.start : amount.end]
    inclusive = bool(_INCLUSIVE.search(said)) or (amount.low is not None and amount.high is not None)
    ended = said.endswith(("+", "plus", "or more", "or above", "and up", "or higher", "or less", "or below"))
    if amount.bare:
        yield _condition(field.name, _said_number(amount.low, field, reading, said))
        return
    if amount.low is not None:
        test = "at_least" if inclusive or ended else "above"
        yield _condition(field.name, _said_number(amount.low, field, reading, said), test=test)
    if amount.high is not None:
        test = "at_most" if inclusive or ended else "below"
        yield _condition(field.name, _said_number(amount.high, field, reading, said), test=test)


def _said_number(value: Any, field: FieldCard, reading: Reading, said: str) -> Any:  # noqa: ANN401 - a Decimal, and a JSON value
    if field.type != "money":
        return number(value)
    currency = next((code for sign, code in _SIGNS.items() if sign in said), None)
    return {"amount": str(number(value))} | ({"currency": currency} if currency else {})


_SIGNS = {"€": "EUR", "euro": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP", "$": "USD", "usd": "USD", "dollar": "USD"}


def _beside(reading: Reading, kind: KindCard, start: int, end: int) -> tuple[FieldCard | None, int, int]:
    """The field whose word stands just before a number, or just behind it."""
    before, after = reading.norm[:start], reading.norm[end:]
    best: tuple[int, FieldCard | None, int, int] = (0, None, start, end)
    for field in kind.fields:
        for word in field.words:
            lower = re.escape(word.lower())
            ahead = re.search(rf"(?<!\w){lower}s?(?: (?:is|are|of|at|a|an|the|=|was|with|that))* ?$", before)
            behind = re.match(rf" (?:of |in )?{lower}s?(?!\w)", after)
            if ahead and len(word) > best[0]:
                best = (len(word), field, ahead.start(), end)
            elif behind and len(word) > best[0]:
                best = (len(word), field, start, end + behind.end())
    return best[1:]


def _bounds(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """Plain numbers with a bound: `more than 500 employees`, `score above 60`, `probability under 20 %`."""
    taken = [(one.start, one.end) for one in reading.amounts] + [(one.start, one.end) for one in reading.lapses]
    for match in _BOUND.finditer(reading.norm):
        if any(match.start("number") < end and start < match.end("number") for start, end in taken):
            continue
        end = match.end("number")
        field, first, last = _beside(reading, kind, match.start(), end)
        if field is None or not field.measured:
            continue
        value: Any = int(match["number"].replace(",", ""))
        if field.type == "share" or (match["unit"] or "").startswith(("%", "percent")):
            value, last = f"{value}%", max(last, match.end("unit") if match["unit"] else end)
        yield Narrowed(_condition(field.name, value, test=_BOUNDS[match["how"]]), min(first, match.start()), last)


def _flags(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    for field in kind.fields:
        if field.type != "flag":
            continue
        for word in field.words:
            match = re.search(
                rf"(?P<no>(?:not|never|have not|has not|are not|is not) )?(?<!\w){re.escape(word.lower())}(?!\w)",
                reading.norm,
            )
            if match:
                yield Narrowed(_condition(field.name, match["no"] is None), *match.span())
                break


def _choices(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """`customer accounts`, `planned meetings`, `tasks that are done`: a word of a closed set beside the noun."""
    for field in kind.fields:
        if field.type != "choice" or field.name not in _SAID_ALONE:
            continue
        found: dict[bool, list[tuple[str, tuple[int, int]]]] = {False: [], True: []}
        for choice in field.choices:
            for word in _SPOKEN_CHOICES.get(choice, (choice.replace("_", " "),)):
                match = re.search(
                    rf"(?P<no>(?:not|non|un|are not|is not)[ -])?(?<!\w){re.escape(word)}(?!\w)", reading.norm
                )
                if match and word not in kind.nouns:
                    found[match["no"] is not None].append((choice, match.span()))
        for negated, hits in found.items():
            for _, span in hits:
                values = [choice for choice, _ in hits]
                yield Narrowed(_condition(field.name, *values, test="is_not" if negated else "is"), *span)


_SAID_ALONE = frozenset({"status", "outcome", "direction", "deal_type", "channel"})


def _late(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    match = _OVERDUE.search(reading.norm)
    if match is None:
        return
    now = reading.now.replace(second=0, microsecond=0).isoformat()
    if kind.kind == "task":
        yield Narrowed(_condition("due_at", now, test="below"), *match.span())
        yield Narrowed(_condition("status", "open"), *match.span())
    elif kind.kind == "opportunity":
        yield Narrowed(_condition("expected_close", now[:10], test="below"), *match.span())
        yield Narrowed(_condition("outcome", "open"), *match.span())


def _dated(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """A period on the date that the words speak of, else on the one that the kind goes by."""
    spans: list[tuple[int, int, str, str]] = []
    for found in reading.periods:
        spans.append((found.start, found.end, found.when.past.text, found.when.future.text))
    for moment in reading.moments:
        if moment.day is not None and not any(moment.start < end and start < moment.end for start, end, *_ in spans):
            spans.append((moment.start, moment.end, moment.day.isoformat(), moment.day.isoformat()))
    for start, end, past, future in spans:
        name, begins = _date_spoken_of(reading, kind, start)
        if name is not None:
            text = future if name in _AHEAD else past
            condition, earlier = _side(reading, start, name, text)
            yield Narrowed(condition, earlier, end)
            if begins < earlier:
                yield Narrowed(condition, begins, earlier)


def _side(reading: Reading, start: int, name: str, text: str) -> tuple[dict[str, Any], int]:
    """In the period, or before or after it where the words say so."""
    side = re.search(
        r"(?<!\w)(?P<how>before|after|until|by|since|from|prior to|later than|earlier than|older than) (?:the )?$",
        reading.norm[:start],
    )
    if side is None or "/" in text:
        return _condition(name, text), start
    how = {"before": "below", "prior to": "below", "earlier than": "below", "older than": "below", "after": "above",
           "later than": "above", "until": "at_most", "by": "at_most", "since": "at_least", "from": "at_least"}[side["how"]]  # fmt: skip
    first = text.partition("/")[0]
    day = first if len(first) == len("2025-01-01") else text
    return _condition(name, day, test=how), side.start()


def _date_spoken_of(reading: Reading, kind: KindCard, start: int) -> tuple[str | None, int]:
    before = reading.norm[:start]
    hits = []
    for name, words in _ABOUT_DATE.items():
        if kind.field(name) is not None:
            for match in re.finditer(rf"(?<!\w)(?:{words})(?!\w)", before):
                hits.append((match.end(), len(match[0]), name, match.start()))
    if hits:
        end, _, name, begins = max(hits)
        if start - end <= _NEAR:
            return name, begins
    return date_of(kind), start


_NEAR = 24


def _lapsed(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """Silence for days on its last activity, and days in a stage on the day it was entered."""
    for lapse in reading.lapses:
        since = (reading.now - timedelta(days=lapse.days)).date().isoformat()
        names = ("stage_entered_on",) if lapse.kind is LapseKind.STAYING else ("last_activity", "last_activity_at")
        name = next((one for one in names if kind.field(one) is not None), None)
        if name is not None:
            test = "below" if name == "stage_entered_on" else "not_since"
            yield Narrowed(_condition(name, since, test=test), lapse.start, lapse.end)


def _texts(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """`whose grade is A`, `with title CFO`, `called Alpha`."""
    for match in _WITH_FIELD.finditer(reading.norm):
        field, word = _field(match["field"], kind)
        if (
            field is None
            or word != match["field"].strip()
            or field.measured
            or field.type in ("link", "flag", "date", "moment")
        ):
            continue
        said = _as_written(reading, *match.span("value"))
        value = value_of(field, Spoken(reading, match["value"].strip(), said)) if said else None
        if value is not None:
            test = (
                "is_not"
                if match["how"] == "is not"
                else "contains"
                if match["how"] in ("like", "contains", "containing")
                else "is"
            )
            yield Narrowed(_condition(field.name, value, test=test), *match.span())
    if named := _CALLED.search(reading.norm):
        name = next(
            (one for one in kind.title if (field := kind.field(one)) and field.type in ("text", "long_text")), None
        )
        said = _as_written(reading, *named.span("value"))
        if name and said and not reading.mentions_of(Named.RECORD):
            yield Narrowed(_condition(name, said, test="contains"), *named.span())


def _roles(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    for match in ROLE.finditer(reading.norm):
        name, value = _ROLES[match["role"]]
        if kind.field(name) is not None and kind.kind in ("contact", "lead"):
            yield Narrowed(_condition(name, value, test="contains" if name == "title" else "is"), *match.span())


def _unknown_places(reading: Reading, kind: KindCard, kinds: Kinds) -> Iterator[Narrowed]:
    """`in Texas`: a place that no list knows is a city of accounts and a region of leads."""
    name = next((one for one in ("city", "region") if kind.field(one) is not None), None)
    tokens, labels = reading.text.tokens, reading.labels
    if name is None or reading.text.shouted:
        return
    place = 1
    while place < len(tokens):
        if tokens[place - 1].norm == "in" and labels[place] == "<unk>" and tokens[place].is_capitalised:
            end = place + 1
            while end < len(tokens) and labels[end] == "<unk>" and tokens[end].is_capitalised:
                end += 1
            yield Narrowed(_condition(name, reading.text.written_between(place, end)), *reading.text.span(place, end))
            place = end
        place += 1


_FINDERS: tuple[Finder, ...] = (
    _listed, _places, _links, _owners, _lapsed, _texts, _amounts, _bounds, _empty, _flags, _late, _choices, _dated, _roles,
    _unknown_places,
)  # fmt: skip


def _field(words: str, kind: KindCard) -> tuple[FieldCard | None, str]:
    """The field that the words begin with, by its longest name, and that name."""
    fields = [
        (len(word), field, word.lower())
        for field in kind.fields
        for word in field.words
        if re.match(rf"{re.escape(word.lower())}s?(?!\w)", words)
    ]
    if not fields:
        return None, ""
    _, field, word = max(fields, key=lambda one: one[0])
    return field, word


def _as_written(reading: Reading, start: int, end: int) -> str:
    return reading.text.written_between(*reading.text.token_range(start, end)).strip(" .,;:!?“”\"'")


def field_called(words: str, kind: KindCard) -> FieldCard | None:
    """The field that these words and nothing else name."""
    said = re.sub(r"^(?:the|its|their|his|her|a) ", "", words.strip()).removesuffix(" field").strip()
    return next(
        (field for field in kind.fields for word in field.words if said in (word.lower(), f"{word.lower()}s")), None
    )


def date_of(kind: KindCard) -> str | None:
    """The date that records of a kind go by."""
    return next((field.name for field in kind.fields if field.name in _DATES), None)


def behind_link(found: list[Narrowed], link: str, shift: int) -> list[Narrowed]:
    """Conditions on what a kind is linked to, as conditions on the kind; `shift` moves them to their place."""
    return [
        replace(
            one,
            condition={**one.condition, "field": f"{link}.{one.condition['field']}"},
            start=one.start + shift,
            end=one.end + shift,
        )
        for one in found
        if "." not in str(one.condition["field"]) and one.condition["field"] != "about"
    ]
