"""What a clause says a record is to become, whatever the order of its words: "Globex to negotiation", "lost Acme, price",
"Acme goes to Tobias, close date end of year, next step: get legal on the phone".

Fields and values are looked for and not a form of sentence; a clause counts only when every one of its words was read.
"""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.local.field_values import Spoken, value_of
from agent.local.lexicon import words_of
from agent.local.mentions import Mention, Named
from agent.local.reading import Reading
from agent.local.schema import FieldCard, KindCard
from agent.local.selecting import unread

_FILLERS = words_of("assigns_nothing")
_LOST = re.compile(r"(?<!\w)(?:lost|is dead|are dead|fell through|said no|turned us down|lose)(?!\w)")
_WON = re.compile(r"(?<!\w)(?:won|win|signed|closed won|said yes)(?!\w)")
_REASONS: Sequence[tuple[re.Pattern[str], str]] = tuple(
    (re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), reason)
    for pattern, reason in (
        (
            r"(?:they |he |she )?(?:went with|chose|picked|signed with|lost to) (?:an?|the|another) (?:competitor|competition|rival|other vendor)|competitor|competition",
            "Competitor",
        ),
        (
            r"(?:they |he |she )?(?:have |has |had )?no budget(?: (?:this|for it|any ?more)(?: year)?)?|budget (?:was |got )?cut|without budget",
            "No budget",
        ),
        (r"(?:they |it |we )?(?:was |were |is |are )?too expensive|pricing|price|on price", "Price"),
        (r"no decision|never decided|did not decide|went silent|went dark", "No decision"),
        (r"bad timing|timing|not the right time|too early", "Timing"),
        (r"missing feature|feature missing|lacked (?:a|the) feature|missing functionality", "Missing feature"),
    )
)
_REASON_ALONE = re.compile(r"(?<!\w)(?:the )?(?:loss )?reason(?: for losing(?: it)?)?(?: was| is|:| =)?(?= )")
_REASON_SAID = re.compile(r"(?:the )?(?:loss )?reason(?: was| is|:| =)?|because of|due to|because|over|on")
_INSTEAD = re.compile(r"(?<!\w)(?:not|rather than|instead of|than|no longer)(?: (?:to|with|for))? $")
_NOT_THAT = re.compile(
    r"(?<!\w)(?:i|we) (?:have |had )?(?:meant|mean)(?: to say)?|(?:no|oh|ah|sorry|oops|correction|typo|typing error|on reflection|oh dear|i was wrong|that was wrong|wrong)(?: ,)? ?(?=\S)|(?:not|rather than|instead of) [\w.]+$|would be (?:more prudent|better|right)|(?:is|are) better"
)
_MAIN_MONEY = {
    "opportunity": "amount",
    "lead": "budget",
    "campaign": "budget",
    "product": "list_price",
    "quota": "amount",
}
_OWNER_CUE = re.compile(
    r"(?:goes?|going|over|hand(?:ed)?(?: over)?|give|assign(?:ed)?|transfer(?:red)?|belongs?|pass(?:ed)?|moves?) (?:now )?(?:over )?(?:to|with)|(?:the )?(?:new )?owner(?: is| =|:| to| becomes| should be)?|to|becomes?|is now|→|an|for"
)
_STAGE_CUE = re.compile(r"(?:in ?to|to|in|at|on|back to|back in|→|is now in|goes to|moves to|now)$")
_STATUSES: Mapping[str, Mapping[str, str]] = {
    "lead": {"new": "new", "contacted": "contacted", "qualified": "qualified", "qualify": "qualified", "unqualified": "unqualified",
             "disqualified": "unqualified", "disqualify": "unqualified", "unqualify": "unqualified", "junk": "unqualified"},
    "account": {"customer": "customer", "client": "customer", "prospect": "prospect", "former customer": "former"},
    "meeting": {"held": "held", "cancelled": "cancelled", "canceled": "cancelled", "no show": "no_show"},
    "task": {"done": "done", "complete": "done", "completed": "done", "finished": "done", "cancelled": "cancelled", "open": "open"},
}  # fmt: skip
_CONNECT = r"(?: (?:to|is|are|=|:|as|at|should be|must be|now|becomes|→|was|will be))*"
_BY = re.compile(r"by (?P<by>.+?)(?=$|[,;.]| and )")
_PERCENT = re.compile(r"(?P<share>\d+(?:\.\d+)?) ?(?:%|percent|per cent)")
_SPAN = re.compile(
    r"(?P<count>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten) (?P<unit>day|week|month|quarter|year)s?"
)
_COUNTS = {
    word: place
    for place, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
} | {"a": 1, "an": 1}
_LESS = re.compile(r"(?<!\w)(?:lower|decrease|reduce|cut|drop|slash|minus|less|down|pull|forward|earlier)(?!\w)")
_OPT_OUT = re.compile(
    r"(?:take (?:him|her|them|it)? ?off (?:all |the |our )?(?:mailings?|mailing list|list)|opt(?:ed)? ?-?out|unsubscribe[ds]?|no more (?:mails|emails|mailings))"
)
_NO_CONTACT = re.compile(
    r"(?:do not|never) (?:contact|call|email|mail)(?: (?:him|her|them))?(?: (?:again|any ?more))?|dnc"
)
_CLEAR = re.compile(
    r"(?:clear|remove|delete|empty|blank|wipe|unset) (?:the |his |her |its |their )?(?P<field>[a-z][a-z -]+?)(?= (?:of|for|on|from)(?!\w)|[,;]|$| and )"
)


@dataclass(frozen=True, slots=True)
class Assigned:
    """Values of one field, and the characters they were read from."""

    values: Mapping[str, Any]
    start: int
    end: int


def assigned(reading: Reading, kind: KindCard, *, beside: Sequence[tuple[int, int]] = ()) -> dict[str, Any] | None:
    """What a clause about one record of a kind says it is to become; None where nothing, or where a word is left.

    The record itself, named or pointed at, is not looked for here; `beside` is where else it stands.
    """
    found: list[Assigned] = []
    for finder in _FINDERS:
        for one in finder(reading, kind):
            if any(one.start < stop and start < one.end for start, stop in beside):
                continue
            if not any(one.start < other.end and other.start < one.end for other in found):
                found.append(one)
    if not found:
        return None
    spans = [(one.start, one.end) for one in found]
    spans += [
        reading.text.span(one.first, one.last) for one in reading.mentions_of(Named.RECORD) if _is_subject(one.records)
    ]
    spans += [(start, end) for start, end, *_ in reading.references] + list(beside)
    spans += [match.span() for match in _NOT_THAT.finditer(reading.norm)]
    nouns = {word for noun in kind.nouns for word in noun.split()}
    left = [word for word in unread(reading, spans) if word not in _FILLERS and word not in nouns]
    if left:
        return None
    values: dict[str, Any] = {}
    for one in sorted(found, key=lambda one: one.start):
        for name, value in one.values.items():
            values[name] = [*values.get(name, []), *value] if name == "empty" else value
    return values


def orders(reading: Reading) -> bool:
    """Whether the clause orders it, by its verb or as tersely as a form, and does not tell how things are."""
    words = [token.norm for token in reading.text.tokens if token.is_word and token.norm not in _BEFORE_VERB]
    return (bool(words) and words[0] in _VERBS) or not _TELLING & set(words)


_TELLING = frozenset(
    {
        "is",
        "are",
        "was",
        "were",
        "has",
        "have",
        "had",
        "he",
        "she",
        "they",
        "we",
        "i",
        "said",
        "says",
        "signed",
        "became",
        "got",
    }
)
_VERBS = words_of("crm_orders") | words_of("orders")
_BEFORE_VERB = frozenset(
    {
        "please",
        "pls",
        "and",
        "then",
        "also",
        "can",
        "could",
        "you",
        "just",
        "now",
        "kindly",
        "um",
        "uh",
        "ok",
        "okay",
        "so",
        "would",
        "hey",
    }
)


def is_owner(reading: Reading, mention: Mention) -> bool:
    """Whether a name stands where the new owner does ("over to Leah"), and may be a colleague's."""
    before = reading.norm[: reading.text.span(mention.first, mention.last)[0]]
    colleague = any(record.kind == "user" for record in mention.records)
    return colleague and bool(re.search(rf"(?:{_OWNER_CUE.pattern}) $", before))


def _is_subject(records: Sequence[Any]) -> bool:
    return any(record.kind != "user" for record in records)


def _stage(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    if kind.field("stage") is None:
        return
    for mention in reading.mentions_of(Named.VALUE):
        start, end = reading.text.span(mention.first, mention.last)
        before = reading.norm[:start].rstrip()
        if mention.dimension != "stage" or mention.negated or before.endswith(("from", "not", "than")):
            continue
        if _STAGE_CUE.search(before) or not before:
            yield Assigned({"stage": mention.value}, start, end)


def _outcome(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    if kind.kind != "opportunity":
        return
    lost = list(_LOST.finditer(reading.norm))
    yield from (Assigned({"stage": "Lost"}, *match.span()) for match in lost)
    if lost:
        for pattern, reason in _REASONS:
            if said := pattern.search(reading.norm):
                cue = re.search(rf"(?:{_REASON_SAID.pattern}) '?$", reading.norm[: said.start()])
                yield Assigned({"loss_reason": reason}, cue.start() if cue else said.start(), said.end())
                break
    elif (said := _REASON_ALONE.search(reading.norm)) is not None:
        later = reading.norm[said.end() :]
        for pattern, reason in _REASONS:
            if (found := pattern.search(later)) and not later[: found.start()].rstrip().endswith(("not", "than")):
                yield Assigned({"loss_reason": reason}, said.start(), said.end() + found.end())
                break
    elif match := _WON.search(reading.norm):
        yield Assigned({"stage": "Won"}, *match.span())


def _owner(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    name = next((one for one in ("owner", "user") if kind.field(one) is not None), None)
    if name is None:
        return
    for mention in reading.mentions_of(Named.RECORD):
        users = [one for one in dict.fromkeys(mention.records) if one.kind == "user"]
        start, end = reading.text.span(mention.first, mention.last)
        if len(users) == 1 and (other := _INSTEAD.search(reading.norm[:start])):
            yield Assigned({}, other.start(), end)  # whom it shall not be
            continue
        cue = re.search(rf"(?:{_OWNER_CUE.pattern}) $", reading.norm[:start])
        if len(users) == 1 and (cue or _alone(reading, start, end)):
            yield Assigned({name: users[0].as_argument()}, cue.start() if cue else start, end)
    if match := re.search(r"(?:to|with) (?:me|myself)(?!\w)", reading.norm):
        yield Assigned({name: "me"}, *match.span())


def _alone(reading: Reading, start: int, end: int) -> bool:
    """Whether a name is all that is said, beside whom it is not: "no, not Tobias: Petra"."""
    rest = _NOT_THAT.sub(" ", f"{reading.norm[:start]} {reading.norm[end:]}")
    rest = re.sub(r"(?:not|rather than|instead of) \w+", " ", rest)
    return all(word in _FILLERS for word in re.findall(r"[^\W_]+", rest))


def _status(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    for word, status in _STATUSES.get(kind.kind, {}).items():
        if match := re.search(rf"(?<!\w)(?<!from ){re.escape(word)}(?!\w)", reading.norm):
            yield Assigned({"status": status}, *match.span())


def _fields(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    """`close date end of year`, `next step: get legal on the phone`, `title = Head of Logistics`."""
    marks = sorted(_field_marks(reading, kind), key=lambda one: one[0])
    for place, (start, end, field) in enumerate(marks):
        stop = marks[place + 1][0] if place + 1 < len(marks) else len(reading.norm)
        connect = re.match(_CONNECT + r" ?", reading.norm[end:])
        begins = end + (connect.end() if connect else 0)
        piece = reading.norm[begins:stop]
        cut = _end_of_value(piece, field)
        said = reading.norm[end:begins].strip()
        quoted = piece.lstrip()[:1] in ("'", '"')
        if field.type in _FREE and (not (said or quoted) or _is_nothing(piece[:cut])):
            continue  # "her title and department" gives neither a value
        value = _read_value(reading, field, begins, begins + cut)
        if value is not None:
            yield Assigned({field.name: value}, start, begins + cut)


def fields_said(reading: Reading, kind: KindCard) -> Iterator[tuple[str, Any]]:
    """Fields that are named with their values, in the order said."""
    for one in _fields(reading, kind):
        yield from one.values.items()


def _field_marks(reading: Reading, kind: KindCard) -> Iterator[tuple[int, int, FieldCard]]:
    best: list[tuple[int, int, FieldCard]] = []
    for field in kind.fields:
        for word in field.words:
            for match in re.finditer(rf"(?<!\w){re.escape(word.lower())}(?: number| address)?(?!\w)", reading.norm):
                best.append((match.start(), match.end(), field))
    best.sort(key=lambda one: (one[0] - one[1], one[0]))
    kept: list[tuple[int, int, FieldCard]] = []
    for one in best:
        if all(one[1] <= other[0] or one[0] >= other[1] for other in kept):
            kept.append(one)
    yield from kept


def _is_nothing(piece: str) -> bool:
    words = re.findall(r"[^\W_]+", piece)
    return all(word in _FILLERS for word in words)


_FREE = frozenset({"text", "long_text", "words"})


def _end_of_value(piece: str, field: FieldCard) -> int:
    """Where a value ends: free words at a comma or the end, a typed one also at "and"."""
    pattern = (
        r"[;]| and also | , and | and (?=the |his |her |its |also )|[,.] (?!\d)|$"
        if field.type in _FREE
        else r"[;]| , | and |[,.] (?!\d)|$"
    )
    match = re.search(pattern, piece)
    return match.start() if match else len(piece)


def _read_value(reading: Reading, field: FieldCard, start: int, end: int) -> Any:  # noqa: ANN401 - by the field
    while end > start and reading.norm[end - 1] in " ,.;":
        end -= 1
    if end <= start:
        return None
    first, last = reading.text.token_range(start, end)
    part = reading.part(first, last)
    written = reading.text.written_between(first, last).strip(" .,;!“”\"'")
    if field.type == "link" and field.to == "user":
        users = {one for mention in part.mentions_of(Named.RECORD) for one in mention.records if one.kind == "user"}
        return users.pop().as_argument() if len(users) == 1 else None
    return value_of(field, Spoken(part, part.norm, written)) if written else None


def _amount(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    """A bare amount, or how much more or less it becomes, of what the kind is measured by."""
    field = kind.field(_MAIN_MONEY.get(kind.kind, ""))
    if field is None:
        return
    less = "-" if _LESS.search(reading.norm) else ""
    for match in _BY.finditer(reading.norm):
        if share := _PERCENT.search(match["by"]):
            factor = 100 - float(share["share"]) if less else 100 + float(share["share"])
            yield Assigned({field.name: {"times": f"{factor / 100:g}"}}, *match.span())
        elif value := _read_value(reading, field, *match.span("by")):
            yield Assigned({field.name: {"plus": {**value, "amount": f"{less}{value['amount']}"}}}, *match.span())
    for amount in reading.amounts:
        if (
            amount.is_money
            and amount.bare
            and amount.low is not None
            and (value := _read_value(reading, field, amount.start, amount.end))
        ):
            yield Assigned({field.name: value}, amount.start, amount.end)


def _date(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    """The day a deal is expected to close, and how far it moves."""
    name = {"opportunity": "expected_close", "task": "due_at", "meeting": "at"}.get(kind.kind, "")
    field = kind.field(name)
    if field is None:
        return
    for match in _BY.finditer(reading.norm):
        if span := _SPAN.search(match["by"]):
            count = int(span["count"]) if span["count"].isdigit() else _COUNTS[span["count"]]
            sign = "-" if _LESS.search(reading.norm) else ""
            yield Assigned({name: {"plus": f"{sign}{count} {span['unit']}{'' if count == 1 else 's'}"}}, *match.span())
    for moment in reading.moments:
        if moment.day is not None and (value := _read_value(reading, field, moment.start, moment.end)):
            yield Assigned({name: value}, moment.start, moment.end)
    for found in reading.periods:
        if value := _read_value(reading, field, found.start, found.end):
            yield Assigned({name: value}, found.start, found.end)


def _share(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    """A percentage alone, for the one field of a kind that holds one."""
    fields = [one for one in kind.fields if one.type == "share"]
    for start, end in reading.percents if len(fields) == 1 else ():
        if (match := _PERCENT.search(reading.norm[start:end])) and not reading.norm[:start].rstrip().endswith("by"):
            yield Assigned({fields[0].name: f"{match['share']}%"}, start, end)


def _flags(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    for name, pattern in (("opted_out", _OPT_OUT), ("do_not_contact", _NO_CONTACT)):
        if kind.field(name) is not None and (match := pattern.search(reading.norm)):
            yield Assigned({name: True}, *match.span())


def _cleared(reading: Reading, kind: KindCard) -> Iterator[Assigned]:
    for match in _CLEAR.finditer(reading.norm):
        said = match["field"].strip()
        for field in kind.fields:
            if any(said in (word.lower(), f"{word.lower()} number", f"{word.lower()} field") for word in field.words):
                yield Assigned({"empty": [field.name]}, *match.span())
                break


_FINDERS: tuple[Callable[[Reading, KindCard], Iterator[Assigned]], ...] = (
    _cleared, _fields, _flags, _outcome, _stage, _owner, _amount, _share, _date, _status,
)  # fmt: skip
