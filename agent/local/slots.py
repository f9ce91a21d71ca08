"""Typed arguments of a tool, filled from what was read; the same words fill the arguments of every tool."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.local import choices, titles
from agent.local.conditions import Narrowed, country_of
from agent.local.dimensions import find_dimensions
from agent.local.lapses import Kind
from agent.local.mentions import Mention, Named
from agent.local.period_slots import fill_period
from agent.local.quantities import Amount, number
from agent.local.reading import Reading
from agent.local.schema import Argument, Effect, PeriodRole, Record, SlotType, ToolCard, Vocabulary

QUIET_DAYS = 30
"""How long somebody has been silent who "has gone quiet", where no number was said."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a tool's arguments are filled from: one part of the turn and the workspace's closed lists."""

    reading: Reading
    card: ToolCard
    vocabulary: Vocabulary
    order: Reading | None = None
    narrowed: Sequence[Narrowed] = ()

    @property
    def norm(self) -> str:
        return self.reading.norm

    def has(self, type_: SlotType) -> bool:
        return any(argument.type is type_ for argument in self.card.arguments)

    def takes(self, vocabulary: str) -> bool:
        return any(argument.vocabulary == vocabulary for argument in self.card.arguments)


def fill(scene: Scene) -> dict[str, object]:
    """Every argument that the words say something about, but for the records."""
    filled: dict[str, object] = {}
    for argument in scene.card.arguments:
        value = _FILLERS[argument.type](scene, argument, filled)
        if value is not None and value not in ([], {}):
            filled[argument.name] = value
    return filled


Filler = Callable[[Scene, Argument, Mapping[str, object]], object]


def _money(scene: Scene, pick: Callable[[Amount], Decimal | None]) -> object:
    for amount in scene.reading.amounts:
        if amount.is_money and not amount.bare and (value := pick(amount)) is not None:
            return number(value)
    return None


def _money_min(scene: Scene, _: Argument, __: Mapping[str, object]) -> object:
    return _money(scene, lambda amount: amount.low)


def _money_max(scene: Scene, _: Argument, __: Mapping[str, object]) -> object:
    return _money(scene, lambda amount: amount.high)


def _score(scene: Scene, pick: Callable[[Amount], Decimal | None]) -> object:
    """`over 70` is a score where a score is what a list is narrowed by."""
    for amount in scene.reading.amounts:
        if not amount.is_money and (value := pick(amount)) is not None:
            return number(value)
    return None


def _score_min(scene: Scene, _: Argument, __: Mapping[str, object]) -> object:
    return _score(scene, lambda amount: amount.low)


def _score_max(scene: Scene, _: Argument, __: Mapping[str, object]) -> object:
    return _score(scene, lambda amount: amount.high)


def _stage_days(scene: Scene, _: Argument, __: Mapping[str, object]) -> object:
    return next((lapse.days for lapse in scene.reading.lapses if lapse.kind is Kind.STAYING), None)


def _silent_days(scene: Scene, argument: Argument, __: Mapping[str, object]) -> object:
    said = next((lapse.days for lapse in scene.reading.lapses if lapse.kind is Kind.SILENT), None)
    if said is None and choices.flagged(_without_names(scene.reading), argument, scene.card.area):
        return QUIET_DAYS
    return said


def _count(scene: Scene, _: Argument, __: Mapping[str, object]) -> object:
    # A list of no rows is asked about instead.
    return (scene.reading.count[0] or None) if scene.reading.count else None


def _choice(scene: Scene, argument: Argument, _: Mapping[str, object]) -> object:
    value = choices.choose(
        _without_names(scene.reading, lapses=argument.name == "condition"), argument, scene.card.area
    )
    if argument.name == "status" and scene.card.area == "opportunity":
        value = _outcome(scene, value)
    if (
        value == "new"
        and "status" not in scene.norm
        and any(one.role is PeriodRole.CREATED for one in scene.card.arguments)
        and scene.reading.periods
    ):
        return None  # "new leads this week" speaks of the day they came, whatever became of them since
    if argument.vocabulary != "lead_status":
        return value
    several = choices.joined(_without_names(scene.reading), argument, scene.card.area)
    return several if value in several else value


_WINS = re.compile(
    r"(?<!\w)(?:did|has|have) (?:\S+ ){1,3}(?:win|won|close|closed|sign|signed|land|landed|book|booked)(?!\w)"
)
_BOTH = re.compile(r"(?<!\w)(?:won (?:or|and|and/or) lost|lost (?:or|and) won|wins and losses|losses and wins)(?!\w)")


def _outcome(scene: Scene, value: str | None) -> str | None:
    """`won or lost` means both; `what did Ann close` means won."""
    if _BOTH.search(scene.norm):
        return "closed"
    return value or ("won" if _WINS.search(scene.norm) else None)


def _flag(scene: Scene, argument: Argument, _: Mapping[str, object]) -> object:
    return True if choices.flagged(_without_names(scene.reading, lapses=True), argument, scene.card.area) else None


_PLACES = frozenset({"team", "region", "industry", "campaign"})


def _without_names(reading: Reading, *, lapses: bool = False) -> str:
    """The cleaned-up text without names and content, of which no choice may be read.

    Args:
        lapses: leave out the words of a lapse too; its number of days says more than they do.
    """
    hidden = set(reading.content)
    for lapse in reading.lapses if lapses else ():
        hidden.update(range(*reading.text.token_range(lapse.start, lapse.end)))
    for mention in reading.mentions:
        if mention.what in (Named.RECORD, Named.COUNTRY) or mention.dimension in _PLACES:
            hidden.update(range(mention.first, mention.last))  # "New Zealand" is nothing new
    return " ".join("\x00" if place in hidden else token.norm for place, token in enumerate(reading.text.tokens))


def _grain(scene: Scene, argument: Argument, _: Mapping[str, object]) -> object:
    allowed = argument.choices or ("month", "quarter", "year")
    for found in scene.reading.periods:
        if found.when.relation and found.when.grain and found.when.grain.value in allowed:
            over = re.search(r"over|on|yoy|qoq|mom", scene.norm[found.start : found.end])
            if over:
                return found.when.grain.value
    return choices.choose(scene.norm, Argument("grain", SlotType.CHOICE, choices=allowed), scene.card.area)


def _dimensions(scene: Scene, argument: Argument, _: Mapping[str, object]) -> object:
    found = find_dimensions(_without_names(scene.reading), argument.choices)
    return found or _compared(scene, argument)


def _dimension(scene: Scene, argument: Argument, _: Mapping[str, object]) -> object:
    found = find_dimensions(_without_names(scene.reading), argument.choices)
    return found[0] if found else None


_COMPARES = re.compile(r"(?<!\w)(?:vs|versus|or|than|compare|compared|against|better|worse|between|and)(?!\w)")


_THE_REST = re.compile(
    r"(?:vs|versus|compared (?:to|with)|against|than) "
    r"(?:everything else|everyone else|the rest|(?:all )?(?:the )?others?|anything else|all other)"
)


def _compared(scene: Scene, argument: Argument) -> list[str]:
    """Two values of one dimension set against each other ask for that dimension."""
    found = [mention.dimension for mention in scene.reading.mentions_of(Named.VALUE)]
    twice = [
        dimension for dimension in dict.fromkeys(found) if found.count(dimension) > 1 and dimension in argument.choices
    ]
    if twice and _COMPARES.search(scene.norm):
        return twice
    if found and _THE_REST.search(scene.norm) and found[0] in argument.choices:
        return [found[0]]
    people = [mention for mention in scene.reading.mentions_of(Named.RECORD) if _is_user(mention)]
    return ["owner"] if len(people) > 1 and "owner" in argument.choices else []


def _is_user(mention: Mention) -> bool:
    return any(record.kind == "user" for record in mention.records)


def _filters(scene: Scene, argument: Argument, _: Mapping[str, object]) -> object:
    found: dict[str, list[str]] = {}
    rest = bool(_THE_REST.search(scene.norm)) and scene.has(SlotType.DIMENSIONS)
    for mention in () if rest else scene.reading.mentions_of(Named.VALUE):
        if scene.takes(mention.dimension) or (mention.dimension == "stage" and scene.has(SlotType.STAGE)):
            continue
        if argument.choices and mention.dimension not in argument.choices:
            continue
        if mention.dimension == "lead_status" and scene.card.area != "lead":
            continue  # "our customers" are no filter of deals
        for value in _meant(mention, scene.vocabulary):
            if value not in found.setdefault(mention.dimension, []):
                found[mention.dimension].append(value)
    if not argument.choices or "owner" in argument.choices:
        people = _owners(scene)
        if people and (len(people) > 1 or not scene.has(SlotType.USER)):
            found["owner"] = people
    return found


def _owners(scene: Scene) -> list[str]:
    """The colleagues named, or for excluded ones everybody else."""
    mentions = [mention for mention in scene.reading.mentions_of(Named.RECORD) if _is_user(mention)]
    gone = {_user_of(mention).name for mention in mentions if mention.negated}
    if gone:
        return [person.name for person in scene.vocabulary.people if person.name not in gone]
    return list(dict.fromkeys(_user_of(mention).name for mention in mentions))


def _user_of(mention: Mention) -> Record:
    return next(record for record in mention.records if record.kind == "user")


def _meant(mention: Mention, vocabulary: Vocabulary) -> list[str]:
    """The value, or for an excluded one all the others of its list."""
    if not mention.negated:
        return [mention.value]
    return [value for value in vocabulary.values[mention.dimension] if value != mention.value]


def _value(scene: Scene, argument: Argument, _: Mapping[str, object]) -> object:
    values = [
        v
        for m in scene.reading.mentions_of(Named.VALUE)
        if m.dimension == argument.vocabulary
        for v in _meant(m, scene.vocabulary)
    ]
    return (values if len(values) > 1 else values[0]) if values else None


def _stage(scene: Scene, _: Argument, __: Mapping[str, object]) -> object:
    return [
        v for m in scene.reading.mentions_of(Named.VALUE) if m.dimension == "stage" for v in _meant(m, scene.vocabulary)
    ]


_ME = re.compile(r"(?<!\w)(?:assigned to me|owned by me|that i own|i own|for myself)(?!\w)")


def _user(scene: Scene, argument: Argument, _: Mapping[str, object]) -> object:
    if argument.name == "assignee":
        mention = titles.assignee_of(scene.reading)
        return _person(mention) if mention else None
    people = [mention for mention in scene.reading.mentions_of(Named.RECORD) if _is_user(mention)]
    if len({_user_of(mention) for mention in people}) == 1 and not people[0].negated:
        return _person(people[0])
    if people:
        return None
    return "me" if _ME.search(scene.norm) else None


def _person(mention: Mention) -> dict[str, str]:
    return _user_of(mention).as_argument()


def _due(scene: Scene, _: Argument, __: Mapping[str, object]) -> object:
    moments = scene.reading.moments
    if not moments:
        return None
    timed = [moment for moment in moments if moment.day or moment.exact] or list(moments)
    return timed[-1].iso(scene.reading.now)


def _title(scene: Scene, _: Argument, __: Mapping[str, object]) -> object:
    reading = scene.order or scene.reading
    title = titles.title_of(reading, drop=titles.spans_of_time(reading), assignee=titles.assignee_of(reading))
    return title or None


def _instruction(scene: Scene, _: Argument, __: Mapping[str, object]) -> object:
    if scene.card.effect is Effect.POLICY:
        # What is set stands in the verb as well: "remove", "hide", "may not".
        return scene.reading.text.written_between(0, len(scene.reading.text.tokens)).strip() or None
    mentions = scene.reading.mentions_of(Named.RECORD)
    return titles.instruction_of(scene.reading, after=_after_order(scene, mentions))


_ORDER = re.compile(
    r"(?:e?mail|draft|note|letter|message|followup|checkin|reply|response|answer|line|proposal|thankyou|thanks|write|intro|"
    r"script|request|something|reminder|invite|invitation|apology|thank|chase|nudge|ask|tell|winback)s?"
)


def _after_order(scene: Scene, mentions: list[Mention]) -> int:
    """The first token behind the order and the one it is addressed to."""
    tokens = scene.reading.text.tokens
    limit = min((mention.first for mention in mentions), default=len(tokens))
    place = 0
    for start, token in enumerate(tokens[: min(limit, 12)]):
        if token.norm in {".", "?", "!", ",", "about", "saying", "that", "and"} and place:
            break
        if _ORDER.fullmatch(token.norm):
            place = start + 1
    for mention in mentions:
        if place <= mention.first <= place + 4:
            return mention.last
    while (
        place < len(tokens) and tokens[place].norm in {"to", "her", "him", "them", "for", "it"} and place < len(tokens)
    ):
        if tokens[place].norm in {"to", "for"} and (
            place + 1 >= len(tokens) or tokens[place + 1].norm not in {"her", "him", "them", "it"}
        ):
            break
        place += 1
    return place


def _language(scene: Scene, argument: Argument, _: Mapping[str, object]) -> object:
    table = choices.cues_of(argument, scene.card.area)
    return next((value for value, *_ in choices.heard(scene.norm, table)), None)


def _country(scene: Scene, _: Argument, __: Mapping[str, object]) -> object:
    found = [mention.value for mention in scene.reading.mentions_of(Named.COUNTRY) if not mention.negated]
    if not found:
        found = [land for one in scene.reading.mentions_of(Named.VALUE) if (land := country_of(scene.reading, one))]
    return found[0] if found else None


def _nothing(_: Scene, __: Argument, ___: Mapping[str, object]) -> object:
    return None


def _where(scene: Scene, _: Argument, __: Mapping[str, object]) -> object:
    found = (one.condition for one in scene.narrowed)
    return list({str(one): dict(one) for one in found}.values())


_FILLERS: dict[SlotType, Filler] = {
    SlotType.PERIOD: lambda scene, argument, filled: fill_period(scene.reading, scene.card, argument, filled),
    SlotType.GRAIN: _grain,
    SlotType.DUE: _due,
    SlotType.MONEY_MIN: _money_min,
    SlotType.MONEY_MAX: _money_max,
    SlotType.SCORE_MIN: _score_min,
    SlotType.SCORE_MAX: _score_max,
    SlotType.STAGE_DAYS: _stage_days,
    SlotType.SILENT_DAYS: _silent_days,
    SlotType.COUNT: _count,
    SlotType.RECORD: _nothing,
    SlotType.USER: _user,
    SlotType.STAGE: _stage,
    SlotType.VALUE: _value,
    SlotType.CHOICE: _choice,
    SlotType.DIMENSION: _dimension,
    SlotType.DIMENSIONS: _dimensions,
    SlotType.FILTERS: _filters,
    SlotType.FLAG: _flag,
    SlotType.TITLE: _title,
    SlotType.INSTRUCTION: _instruction,
    SlotType.DRAFT: _nothing,
    SlotType.LANGUAGE: _language,
    SlotType.COUNTRY: _country,
    SlotType.WHERE: _where,
}
