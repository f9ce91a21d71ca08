"""Was a turn understood? Specialists in order, tools in order, arguments, the question back, and no unwanted write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from evals.cases import Case, ExpectedStep, Reading, Turn, TurnKind
from evals.observed import LISTING, Call, HeardTurn, Ref, Speaker, Touch
from evals.scorers.arguments import Difference, Setting, differences
from evals.scorers.calls import Args, in_words_of_cases
from tools.registry import by_name

MOST_EACH = 10
"""Rows that are shown of a list, and so the most calls that “each of them” can mean."""
_LINKS = {"account_id": "account", "contact_id": "contact", "lead_id": "lead", "opportunity_id": "opportunity"}
_DECLINES = frozenset({"out_of_scope", "refused"})


@dataclass(frozen=True, slots=True)
class TurnScore:
    """How one turn was taken.

    Attributes:
        routed: the right specialists in order; for a turn without tools the right way to answer it.
        commanded: tools in order with exactly the right arguments; None where no reading asks for a tool.
        tools: of the first reading, for a table by tool.
        unwanted: changes in the records that the person's words do not ask for.
        differences: what does not fit, against the reading that fits best.
        prompts: ids of the prompts that language models read.
    """

    case: str
    number: int
    said: str
    tags: tuple[str, ...]
    kind: TurnKind
    tools: tuple[str, ...]
    routed: bool
    commanded: bool | None
    unwanted: tuple[str, ...]
    differences: tuple[Difference, ...]
    answer: str
    seconds: float
    prompts: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        return self.routed and self.commanded is not False and not self.unwanted


@dataclass(frozen=True, slots=True)
class Past:
    """What the turns before left behind.

    Attributes:
        drafts: drafts written, in the words of the cases.
        shown: records of the last list; None where there was no list.
        rows: tasks that this conversation made and that still stand.
    """

    drafts: tuple[Args, ...] = ()
    shown: tuple[Ref, ...] | None = None
    rows: frozenset[tuple[str, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class _Judged:
    routed: bool
    commanded: bool | None
    unwanted: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def rank(self) -> tuple[int, ...]:
        """The better reading first: no unwanted write, routed, commanded, few differences."""
        return (len(self.unwanted), not self.routed, self.commanded is False, len(self.differences))


def score(case: Case, heard: Sequence[HeardTurn], speaker: Speaker) -> list[TurnScore]:
    """One score for each turn of the case, each turn judged by the reading that fits it best."""
    past, scores = Past(), []
    for number, (turn, one) in enumerate(zip(case.turns, heard, strict=True), start=1):
        scores.append(_score(case, number, turn, one, speaker, past))
        past = _after(past, one, speaker)
    return scores


def _score(case: Case, number: int, turn: Turn, heard: HeardTurn, speaker: Speaker, past: Past) -> TurnScore:
    judged = min((_judge(reading, heard, speaker, past) for reading in turn.readings), key=lambda one: one.rank)
    # A command stays one where another reading would rather ask.
    commanded = (judged.commanded is not False and judged.routed) if turn.steps else judged.commanded
    return TurnScore(
        case.id, number, heard.said, case.tags, turn.kind, tuple(step.tool for step in turn.steps), judged.routed,
        commanded, judged.unwanted, judged.differences, heard.answer, heard.seconds,
        heard.prompts,
    )  # fmt: skip


def _judge(reading: Reading, heard: HeardTurn, speaker: Speaker, past: Past) -> _Judged:
    unwanted = tuple(_unwanted(reading, heard, speaker, past))
    if not reading.steps:
        wrong = tuple(_wrong_kind(reading, heard, past))
        return _Judged(not wrong, None, unwanted, wrong)
    steps, agents = _expanded(reading, heard, past)
    wrong = tuple(_wrong_agents(agents, heard))
    faults = (*_wrong_calls(steps, heard, speaker, past), *_wrong_undo_first(reading, heard, past))
    return _Judged(not wrong, not faults and heard.asks is None, unwanted, (*wrong, *faults))


def _wrong_agents(agents: Sequence[str], heard: HeardTurn) -> Iterator[Difference]:
    if tuple(agents) != heard.agents:
        yield Difference("agents", ", ".join(agents), ", ".join(heard.agents) or f"none ({_way(heard)})")
    elif heard.asks is not None:
        yield Difference("agents", ", ".join(agents), f"a question: {heard.asks}")


def _way(heard: HeardTurn) -> str:
    if heard.asks is not None:
        return f"clarify: {heard.asks}"
    return f"refused: {heard.refused}" if heard.refused else heard.understood


def _wrong_kind(reading: Reading, heard: HeardTurn, past: Past) -> Iterator[Difference]:
    """A turn without tools: is it answered in the right way?"""
    acted = any(call.applied or call.proposed for call in heard.calls)
    reads_only = all(by_name(call.tool).effect.value == "READ" for call in heard.calls)
    idle = not heard.calls and heard.asks is None
    match reading.kind:
        case TurnKind.CLARIFY if reading.about == "unanswerable":
            fits = not acted and (heard.asks is not None or (idle and heard.understood in _DECLINES))
        case TurnKind.CLARIFY:
            fits = not acted and reads_only and heard.asks is not None
        case TurnKind.REFUSED:
            declined = heard.refused is not None or (heard.understood in _DECLINES and not heard.calls)
            fits = not acted and heard.asks is None and declined
        case TurnKind.UNDO:
            fits = idle and heard.understood == "undo" and _taken_back(heard, past)
        case _:
            fits = idle and heard.understood == reading.kind.value
    if not fits:
        calls = "; ".join(str(call) for call in heard.calls)
        about = f" about {reading.about}" if reading.about else ""
        yield Difference("kind", f"{reading.kind}{about}", calls or _way(heard))


def _taken_back(heard: HeardTurn, past: Past) -> bool:
    """The last change is gone from the records; where none stands, there is nothing to take back."""
    return not past.rows or any((one.table, one.row) in past.rows and _removes(one) for one in heard.touches)


def _removes(touch: Touch) -> bool:
    return touch.act == "delete" or touch.values.get("deleted_at") is not None


def _wrong_undo_first(reading: Reading, heard: HeardTurn, past: Past) -> Iterator[Difference]:
    if not reading.undo_first:
        return
    edited = [touch for touch in heard.touches if (touch.table, touch.row) in past.rows]
    if not edited:
        yield Difference("undo_first", "the change before is taken back", "it stands")


def _expanded(reading: Reading, heard: HeardTurn, past: Past) -> tuple[list[ExpectedStep], list[str]]:
    """The steps with rows of lists put in, and the specialists of those that remain.

    "Each of them" after an empty list is no step at all.
    """
    steps: list[ExpectedStep] = []
    for step in reading.steps:
        row = str(step.args.get("record", ""))
        if not row.startswith("@"):
            steps.append(step)
            continue
        shown = _shown(heard, past, before=len(steps))
        if shown is None:  # nothing was listed, so the step cannot have been made right
            steps.append(step)
            continue
        steps += [step.model_copy(update={"args": {**step.args, "record": ref}}) for ref in _rows(row, shown)]
    gone = {step.tool for step in reading.steps} - {step.tool for step in steps}
    dropped = {by_name(tool).area.value for tool in gone} - {by_name(step.tool).area.value for step in steps}
    return steps, [agent for agent in reading.agents if agent not in dropped]


def _shown(heard: HeardTurn, past: Past, *, before: int) -> tuple[Ref, ...] | None:
    lists = [call.shown for call in heard.calls[:before] if call.tool in LISTING]
    return lists[-1] if lists else past.shown


def _rows(row: str, shown: Sequence[Ref]) -> list[Ref]:
    if row == "@each":
        return list(shown[:MOST_EACH])
    place = -1 if row == "@last" else int(row[1:]) - 1
    return [shown[place]] if len(shown) > max(place, 0) else []


def _wrong_calls(steps: Sequence[ExpectedStep], heard: HeardTurn, speaker: Speaker, past: Past) -> Iterator[Difference]:
    calls = list(_worded(heard.calls, speaker, past.drafts))
    wanted, got = [step.tool for step in steps], [tool for tool, _ in calls]
    if wanted != got:
        yield Difference("tools", ", ".join(wanted) or "none", ", ".join(got) or f"none ({_way(heard)})")
        return
    setting = Setting(speaker, heard.said)
    for step, (_, args), call in zip(steps, calls, heard.calls, strict=True):
        yield from (replace(one, argument=f"{step.tool}.{one.argument}") for one in differences(step, args, setting))
        if not call.ok and not _of_a_row(step):
            yield Difference(f"{step.tool}.result", "carried out", call.error or "refused")
        elif step.tool == "send_email" and call.ok and not call.proposed:
            yield Difference("send_email.result", "a proposal", "none")
        elif step.tool == "create_task" and call.ok and not (call.proposed or call.applied):
            yield Difference("create_task.result", "a change or a proposal", "neither")


def _of_a_row(step: ExpectedStep) -> bool:
    """A row of a list may be a person who has opted out: the tool rightly refuses, and was rightly asked."""
    return isinstance(step.args.get("record"), Ref)


def _worded(calls: Sequence[Call], speaker: Speaker, drafts: Sequence[Args]) -> Iterator[tuple[str, Args]]:
    """The calls in the words of the cases; a revision builds on the draft before, also of the same turn."""
    known = list(drafts)
    for call in calls:
        tool, args = in_words_of_cases(call, speaker, drafts=known)
        if tool == "draft_email":
            known.append(args)
        if tool == "send_email" and not args and known and known[-1].get("record") is not None:
            args = {"to": known[-1]["record"]}
        yield tool, args


def _unwanted(reading: Reading, heard: HeardTurn, speaker: Speaker, past: Past) -> Iterator[str]:
    """Rows that were touched without being asked for, read from the store and not from what the turn says of itself."""
    steps = [step for step in _expanded(reading, heard, past)[0] if step.tool == "create_task"]
    setting = Setting(speaker, heard.said)
    may_return = reading.kind is TurnKind.UNDO or reading.undo_first
    for touch in heard.touches:
        if (touch.table, touch.row) in past.rows and may_return:
            continue
        fitting = None
        if reading.write_allowed and touch.table == "tasks" and touch.act == "insert":
            stored = stored_task(touch, speaker)
            fitting = next((step for step in steps if not differences(step, stored, setting)), None)
        if fitting is None:
            yield f"{touch.act} in {touch.table}: {touch.values.get('title') or touch.row}"
        else:
            steps.remove(fitting)


def stored_task(touch: Touch, speaker: Speaker) -> Args:
    """A row of the tasks table in the words of the cases."""
    row = touch.values
    stored: Args = {"title": row["title"], "assignee": Ref("user", int(row["owner_id"] or 0))}
    for column, kind in _LINKS.items():
        if row.get(column) is not None:
            stored["record"] = Ref(kind, int(row[column]))
    if row.get("due_at"):
        stored["due"] = _local(row["due_at"], speaker).isoformat()
    if row.get("remind_at"):
        stored["reminder"] = True
    return stored


def _local(stored: Any, speaker: Speaker) -> datetime:  # noqa: ANN401 - text or a datetime, as the driver gives it
    moment = stored if isinstance(stored, datetime) else datetime.fromisoformat(str(stored))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(speaker.now.tzinfo)


def _after(past: Past, heard: HeardTurn, speaker: Speaker) -> Past:
    made = {(touch.table, touch.row) for touch in heard.touches if touch.act == "insert"}
    gone = {(touch.table, touch.row) for touch in heard.touches if _removes(touch)}
    lists = [call.shown for call in heard.calls if call.tool in LISTING]
    drafts = [args for tool, args in _worded(heard.calls, speaker, past.drafts) if tool == "draft_email"]
    return Past(
        drafts=(*past.drafts, *drafts),
        shown=lists[-1] if lists else past.shown,
        rows=(past.rows | made) - gone,
    )
