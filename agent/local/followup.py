"""Follow-ups: turns that only change something about the last request ("and for APAC only?", "just the top 5")."""

# ruff: noqa: E501  a pattern cut into lines can no longer be read
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from agent.local import choices
from agent.local.dimensions import find_dimensions
from agent.local.mentions import Named
from agent.local.periods import NUMBERS
from agent.local.reading import Reading
from agent.local.schema import Argument, Frame, PeriodRole, SlotType, ToolCard, Vocabulary
from agent.local.slots import Scene, fill
from agent.local.split import leftover
from agent.local.when import Relation
from tools.science.periods import Period

_CUE = re.compile(
    r"^(?:and|only|just|but|what about|how about|what of|same|now|no|not|nope|i mean|i meant|meant|make it|instead|also|ok|okay|hmm|actually|"
    r"fine|rather|or|except|excluding|without|sorry|wait|then|show me only|limit|filter|narrow|drop|for|in|by|from|with|over|under|sort|sorted|order|group|split|break it|oh|good|great|restrict|exclude|include|add|plus|too|those|the ones|ones|these|all|change it|switch|move it|as|per|versus|vs|compared|compare|against|on|at)(?!\w)"
)
_ADDS = re.compile(r"(?<!\w)(?:too|also|as well|and by|add|additionally|on top|plus)(?!\w)|^and (?:by|per)(?!\w)")
_HEADS = re.compile(
    r"(?<!\w)(?:deals?|opportunit(?:y|ies)|leads?|prospects?|pipeline|funnel|win rates?|rates?|tasks?|todos?|reminders?|remind|script|callscript|email|mail|draft|brief|"
    r"summary|forecast|report|why|next step|action|patterns?|reasons?|explain|undo|help|send|write|call|accounts?|contacts?|quota|revenue|overdue)(?!\w)"
)
_SAME = re.compile(r"(?<!\w)(?:same|again|likewise|ditto)(?!\w)")
_ANAPHORA = re.compile(r"(?<!\w)(?:it|that|this|there|so|them|those|they|then)(?!\w)")
_WIDE = re.compile(
    r"(?<!\w)(?:everything|everyone|all (?:regions|products|industries|sources|teams|reps|of them)|overall|in total|remove the filter|without (?:the )?filters?)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Changed:
    """The last request with what the follow-up changed about it."""

    frame: Frame
    changes: Mapping[str, object]


def follow_up(
    reading: Reading, frame: Frame, card: ToolCard, vocabulary: Vocabulary, *, opens_with_cue_only: bool = False
) -> Changed | None:
    """The last request as changed by a turn that is no request of its own; None when it is one.

    Args:
        opens_with_cue_only: take nothing for a follow-up that does not open like one.
    """
    scene = Scene(reading, card, vocabulary)
    filled = {name: value for name, value in fill(scene).items() if not _is_text(card, name)}
    filled |= _bare_values(scene, card, frame)
    record = _other_record(reading, card)
    if record:
        filled[record[0]] = record[1]
    cue = bool(_CUE.match(reading.norm))
    words = leftover(reading, _covered(reading, card))
    if not filled and not (_WIDE.search(reading.norm) and cue):
        return None
    if len(words) > (1 if cue else 0):
        return None
    heads = _HEADS.search(reading.norm)
    if heads and not cue:
        return None
    if opens_with_cue_only and not cue:
        return None
    if heads and not _same_head(heads.group(), frame.tool):
        return None
    return Changed(Frame(frame.tool, merged(frame.arguments, filled, reading, card)), filled)


_NEW_ORDER = re.compile(
    r"(?<!\w)(?:remind|reminder|task|todo|create|add|another|one for|also|email|mail|draft|write|send|show|list|what|which|who|why|how|when|deals?|leads?|pipeline|win rate|rest|others|all|both|each|every|remaining)(?!\w)"
)
_BARE_TIME = re.compile(r"(?<![\w:.])(?P<hour>1[0-2]|0?[1-9]|1[3-9]|2[0-3])(?:[:.h]?(?P<minute>[0-5][05]))?(?![\w:.%])")
_MOVES = re.compile(
    r"(?<!\w)(?:no|not|make|to|at|rather|better|instead|sorry|meant|mean|earlier|later|move|prepone|postpone|push|change)(?!\w)"
)
_SPOKEN_HOURS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SPOKEN_HOUR = re.compile(
    rf"(?<!the )(?<!that )(?<!this )(?<!another )(?<!last )(?<!\w)({'|'.join(_SPOKEN_HOURS)})(?!\w)(?! (?:is|was|days?|weeks?))"
)
_MOST_WORDS = 12


def moved_task(reading: Reading, frame: Frame, card: ToolCard) -> Changed | None:
    """The last task with another time, of a turn that only says when ("no, 9:30", "Tuesday, Monday I am away")."""
    due = next((argument.name for argument in card.arguments if argument.type is SlotType.DUE), None)
    if due is None or len(reading.typed) > _MOST_WORDS or _NEW_ORDER.search(reading.norm):
        return None
    if _other_record(reading, card) or any(one.is_money for one in reading.amounts):
        return None
    if speaks_of_another(reading, frame) or (
        _TELLS_OF_OTHERS.search(reading.norm) and not _CORRECTS.search(reading.norm)
    ):
        return None
    before = frame.arguments.get(due)
    if (later := _so_long_from_now(reading, before)) is not None:
        return Changed(Frame(frame.tool, {**frame.arguments, due: later}), {due: later})
    said = _keep_the_rest(reading, before) if reading.moments else _bare_time(reading.norm, before)
    if said is None or said == before:
        return None
    return Changed(Frame(frame.tool, {**frame.arguments, due: said}), {due: said})


_LONG = re.compile(
    r"^(?:(?:no|nope|actually|sorry|wait|rather|better|make it|make that|i mean|i meant|in|please|,) ?)*"
    r"(?P<count>\d{1,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten) (?P<unit>day|week)s?(?: (?:please|instead|rather|then))*$"
)


def _so_long_from_now(reading: Reading, due: object) -> str | None:
    """`actually no, three weeks`: the day so far from now, at the time that was said before."""
    match = _LONG.match(reading.norm.strip(" .!"))
    if match is None or not isinstance(due, str):
        return None
    count = int(match["count"]) if match["count"].isdigit() else NUMBERS.get(match["count"], 1)
    day = reading.now.date() + timedelta(days=count * (7 if match["unit"] == "week" else 1))
    return day.isoformat() + due[10:]


_TELLS_OF_OTHERS = re.compile(
    r"(?<!\w)(?:(?:he|she|they|it|who|somebody|someone|everybody) (?!(?:should|must|can|could|wants?|prefers?|asked|needs?|would) )|(?:his|her|their|the|its) (?:\w+ ){1,3}?(?:is|are|was|were|has|have|had|will|leaves?|comes?|goes|starts?|ends?) )"
)
"""`she is in Berlin until Friday`: a day that is told of somebody is not when a task is due."""
_CORRECTS = re.compile(
    r"(?<!\w)(?:no|nope|make|rather|better|instead|actually|move|prepone|postpone|push|change|meant|mean|i said)(?!\w)"
)


def speaks_of_another(reading: Reading, frame: Frame) -> bool:
    """Whether a name stands there that is not the last request's: "and Grace on Tuesday" is another call."""
    before = [value for value in frame.arguments.values() if isinstance(value, Mapping)]
    title = str(frame.arguments.get("title", "")).lower()
    return any(
        not any(
            one.id == str(value.get("id")) and one.kind == value.get("kind")
            for one in mention.records
            for value in before
        )
        and reading.text.norm_between(mention.first, mention.last) not in title
        for mention in reading.mentions_of(Named.RECORD)
        if mention.first not in reading.content
    )


def _bare_time(norm: str, due: object) -> str | None:
    """`no 930`, `make that eleven`: another time on the day of the task."""
    if not isinstance(due, str) or not _MOVES.search(norm):
        return None
    if match := _BARE_TIME.search(norm):
        return _at_hour(due, int(match["hour"]), int(match["minute"] or 0))
    spoken = [_SPOKEN_HOURS.index(hour) + 1 for hour in _SPOKEN_HOUR.findall(norm)]
    return _at_hour(due, spoken[-1], 0) if spoken else None


def _at_hour(due: str, hour: int, minute: int) -> str:
    """The same day and zone at another time; an hour before seven lies in the afternoon."""
    return f"{due[:10]}T{hour + 12 if hour < 7 else hour:02}:{minute:02}:00{due[19:]}"


_STATES = re.compile(r"^(?:and |also |plus )*(?:won|lost|closed|closing|stuck|stalled|slipping)(?!\w)")


def names_a_subject(reading: Reading) -> bool:
    """Whether the words say what they are about (deals, win rate, tasks, what was won, ...)."""
    return bool(_HEADS.search(reading.norm) or (_STATES.match(reading.norm) and reading.periods))


_TOOL_HEADS = {
    "deal": ("opportunit", "pipeline"), "opportunit": ("opportunit", "pipeline"), "lead": ("lead",), "prospect": ("lead",),
    "pipeline": ("pipeline",), "funnel": ("pipeline",), "win rate": ("win_rate",), "rate": ("win_rate",), "task": ("task",),
    "todo": ("task",), "overdue": ("task",), "pattern": ("pattern",), "reason": ("pattern",),
}  # fmt: skip


def _same_head(word: str, tool: str) -> bool:
    return any(word.startswith(head) and any(part in tool for part in parts) for head, parts in _TOOL_HEADS.items())


def _is_text(card: ToolCard, name: str) -> bool:
    argument = card.argument(name)
    return argument is not None and argument.type in {SlotType.TITLE, SlotType.INSTRUCTION}


def _bare_values(scene: Scene, card: ToolCard, frame: Frame) -> dict[str, object]:
    """Numbers and breakdowns said without their usual words: `top 5`, `by quarter`, `make it 11`."""
    found: dict[str, object] = {}
    for argument in card.arguments:
        if argument.type is SlotType.DIMENSIONS:
            if dimensions := find_dimensions(scene.norm, argument.choices):
                found[argument.name] = dimensions
        elif argument.type is SlotType.COUNT and (
            match := re.search(r"(?:make it|only|just|top|show|limit to|limit it to) (\d{1,3})(?!\S)", scene.norm)
        ):
            found[argument.name] = int(match[1])
        elif argument.type is SlotType.PERIOD and (
            moved := _related(scene.reading, frame.arguments.get(argument.name))
        ):
            found[argument.name] = moved
        elif argument.type is SlotType.DUE and scene.reading.moments:
            found[argument.name] = _keep_the_rest(scene.reading, frame.arguments.get(argument.name))
    return found


def _related(reading: Reading, before: object) -> str | None:
    """`the quarter before`, said of the period of the last request."""
    relation = next((one.when.relation for one in reading.periods if one.when.relation), None)
    if relation is None or not isinstance(before, str) or "/" in before:
        return None
    period = Period.parse(before, year_start=reading.year_start)
    return str(period.shift(-1) if relation is Relation.PREVIOUS else period.same_last_year())


def _keep_the_rest(reading: Reading, due: object) -> str:
    """A new day keeps the old time, a new time keeps the old day."""
    moment = reading.moments[-1]
    said = moment.iso(reading.now)
    if not isinstance(due, str):
        return said
    if moment.day is not None and moment.at is None and "T" in due:
        return said + due[10:]
    if moment.day is None and moment.exact is None:
        return due[:10] + said[10:]
    return said


def _other_record(reading: Reading, card: ToolCard) -> tuple[str, object] | None:
    argument = next((one for one in card.arguments if one.type is SlotType.RECORD), None)
    if argument is None:
        return None
    for mention in reading.mentions_of(Named.RECORD):
        fitting = [record for record in mention.records if not argument.kinds or record.kind in argument.kinds]
        if len(fitting) == 1:
            return argument.name, fitting[0].as_argument()
    return None


def _covered(reading: Reading, card: ToolCard) -> list[tuple[int, int]]:
    """Spans of the cleaned-up text that an argument of the tool was, or may be, read from."""
    spans = [(found.start, found.end) for found in reading.periods]
    spans += [(amount.start, amount.end) for amount in reading.amounts]
    spans += [(lapse.start, lapse.end) for lapse in reading.lapses]
    if any(argument.type is SlotType.DUE for argument in card.arguments):
        spans += [(one.start, one.end) for one in reading.moments]
    if reading.count:
        spans.append((reading.count[1], max(reading.count[2], reading.count[1] + 1)))
    for argument in card.arguments:
        if argument.type in {SlotType.CHOICE, SlotType.FLAG, SlotType.GRAIN, SlotType.LANGUAGE}:
            spans += choices.spans(reading.norm, choices.cues_of(argument, card.area))
        if argument.type in {SlotType.DIMENSION, SlotType.DIMENSIONS}:
            named = Argument("dimensions", SlotType.CHOICE)
            spans += choices.spans(reading.norm, choices.cues_of(named, card.area))
    spans += [
        match.span()
        for match in re.finditer(
            r"(?<!\w)(?:only|top|first|made|biggest|largest|already|separately|sorted|newest|oldest|ranked|grouped|monthly|quarterly)(?!\w)",
            reading.norm,
        )
    ]
    return spans


def merged(old: Mapping[str, object], new: Mapping[str, object], reading: Reading, card: ToolCard) -> dict[str, object]:
    """Old arguments with the new ones laid over them; breakdowns and filters add up where the words say so."""
    result = dict(old)
    if _WIDE.search(reading.norm):
        result = {
            name: value
            for name, value in result.items()
            if (found := card.argument(name)) is None or found.type is not SlotType.FILTERS
        }
    for name, value in new.items():
        before = result.get(name)
        if isinstance(value, dict) and isinstance(before, dict) and "id" not in value:
            result[name] = {**before, **value}
        elif isinstance(value, list) and isinstance(before, list) and _ADDS.search(reading.norm):
            result[name] = [*before, *(one for one in value if one not in before)]
        else:
            result[name] = value
    return _without_rivals(result, new, card)


def _without_rivals(result: dict[str, object], new: Mapping[str, object], card: ToolCard) -> dict[str, object]:
    """A period said anew takes the place of one in another role; "won" after "closing this month" moves it."""
    periods = {
        argument.name
        for argument in card.arguments
        if argument.type is SlotType.PERIOD and argument.role.value in {"closing", "closed"}
    }
    fresh = periods & set(new)
    return {name: value for name, value in result.items() if not (fresh and name in periods and name not in fresh)}


def inherited(
    reading: Reading,
    card: ToolCard,
    filled: Mapping[str, object],
    last: Frame | None,
    cards: Mapping[str, ToolCard],
    *,
    same_breath: bool = False,
) -> dict[str, object]:
    """Filters, period and outcome that a short question about "it" takes over from the last one.

    Args:
        same_breath: the last one stands in the same sentence ("my lost deals in EMEA, and what were the reasons").
    """
    if last is None or last.tool not in cards or len(reading.typed) > 14:
        return {}
    breaks_down = any(one.name in filled for one in card.arguments if one.type is SlotType.DIMENSIONS)
    short = len(reading.typed) <= (8 if same_breath else 4) and not reading.mentions and not breaks_down
    if not (short or _ANAPHORA.search(reading.norm) or _SAME.search(reading.norm)):
        return {}
    before = cards[last.tool]
    found = _inherited_filters(card, filled, last, before) | _inherited_period(card, filled, last, before)
    focus = card.argument("focus")
    outcome = {"won": "win", "lost": "loss"}.get(str(last.arguments.get("status")))
    if focus and outcome and focus.name not in filled:
        found[focus.name] = outcome
    return found


def _inherited_filters(
    card: ToolCard, filled: Mapping[str, object], last: Frame, before: ToolCard
) -> dict[str, object]:
    mine = next((one.name for one in card.arguments if one.type is SlotType.FILTERS), None)
    old = next((one.name for one in before.arguments if one.type is SlotType.FILTERS), None)
    if mine is None or old is None or mine in filled or not last.arguments.get(old):
        return {}
    return {mine: last.arguments[old]}


def _inherited_period(card: ToolCard, filled: Mapping[str, object], last: Frame, before: ToolCard) -> dict[str, object]:
    periods = [one for one in card.arguments if one.type is SlotType.PERIOD]
    if any(one.name in filled for one in periods):
        return {}
    said = {
        one.role: str(last.arguments[one.name])
        for one in before.arguments
        if one.type is SlotType.PERIOD and one.name in last.arguments
    }
    said.setdefault(PeriodRole.PAST, said.get(PeriodRole.CLOSED, ""))
    return {one.name: said[one.role] for one in periods if said.get(one.role) and _fits(said[one.role], card)}


def _fits(period: str, card: ToolCard) -> bool:
    """A stretch of dates cannot be compared with the one before it as a month, quarter or year can."""
    return "/" not in period or not any(one.role.value == "versus" for one in card.arguments)
