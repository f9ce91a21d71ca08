"""What a person settles about one criterion, by saying it."""

from __future__ import annotations

import re
from typing import Any, Literal

from db.access import Grant, RecordAction
from db.records import KINDS
from db.records.choices import AnswerState
from tools.contract import Action, Area, Ask, Effect, Operation, Person, Proposed, RecordArgument, ToolContext, tool
from tools.errors import BadArgument, NeedsChoice
from tools.lead.qualification.frameworks import USUAL, Criterion, Framework, framework_named, frameworks
from tools.lead.qualification.meant import lead_or_deal
from tools.wording import clean, quoted

State = Literal["met", "not_met", "open"]
_MISSING = re.compile(r"\b(?:no|none|not|never|missing|lacks?|without|frozen|cut|rejected)\b|n['’]t\b", re.IGNORECASE)
_OPEN = re.compile(
    r"\b(?:unknown|unclear|open again|not sure|to be (?:confirmed|clarified)|tb[cd]|don['’]?t know)\b", re.IGNORECASE
)
_CUES: dict[str, str] = {
    "budget": r"budget|money|funding|funds|can (?:pay|spend)",
    "authority": r"authority|decision[- ]?maker|decides|signs",
    "need": r"need|pain|problem", "timeline": r"time ?line|timing|deadline|go[- ]live|by when",
    "metrics": r"metrics?|kpi|target figure", "economic_buyer": r"economic buyer|budget (?:owner|holder)",
    "decision_criteria": r"criteria", "decision_process": r"process|approval steps",
    "identify_pain": r"pain|problem", "champion": r"champion|sponsor|supporter",
}  # fmt: skip
_LONGEST = 500


class SetQualification(Ask):
    record: RecordArgument
    """The lead or deal; an account means the open deal on it."""
    criterion: (
        Literal["budget", "authority", "need", "timeline", "metrics", "economic_buyer", "decision_criteria",
                "decision_process", "identify_pain", "champion"]
        | str
        | None
    ) = None  # fmt: skip
    framework: Literal["bant", "meddic"] | str | None = None
    """Left out, the first that has the criterion."""
    state: State | None = None
    """Left out, read from what was said: `open` takes an answer back."""
    instruction: str | None = None
    """What the person said about it, in their words."""


@tool(
    area=Area.LEAD,
    effect=Effect.WRITE,
    requires=Grant("qualification_answer", RecordAction.CREATE),
    doing="noting what is settled",
    examples=(
        "budget for Acme is confirmed at 50k",
        "the decision maker at Globex is Jane Miller",
        "Nora Blum has no budget this year",
        "set the timeline of the Initech deal to Q3",
        "our champion at Acme is Otto",
        "mark authority as met for this lead",
        "the need of this lead is confirmed",
        "budget of the Acme deal is unknown again",
    ),
)
async def set_qualification(ask: SetQualification, at: ToolContext) -> Proposed:
    """Settle or correct one criterion of a lead's or a deal's qualification in the person's own words.

    Kept with author and time beside earlier answers; the latest counts. Says which framework it belongs to.
    """
    about = await lead_or_deal(ask.record, at)
    framework, criterion = await _criterion(ask, at)
    state = AnswerState(ask.state) if ask.state else _state(ask.instruction or "")
    words = clean(ask.instruction or "", most=_LONGEST)
    name = f"{KINDS[about.kind].one} {clean(about.name, most=80)}"
    said = f"{criterion.label} ({framework.label}) of the {name} as {_STATES[state]}"
    what = f": {quoted(words, most=160)}" if words else ""
    values: dict[str, Any] = {
        "lead_id" if about.kind == "lead" else "opportunity_id": about.id, "framework": framework.name,
        "criterion": criterion.name, "state": state.value, "answer": words or None, "author_id": at.actor.user_id,
    }  # fmt: skip
    return Proposed(
        said=f"I would note {said}{what}.",
        done=f"Noted {said}{what}.",
        arguments={
            "record": {"kind": about.kind, "id": about.id, "name": about.name}, "criterion": criterion.name,
            "framework": framework.name, "state": state.value, **({"instruction": words} if words else {}),
        },
        operations=(Operation(Action.CREATE, "qualification_answer", values),),
        focus=(about,),
        people=(Person(about),) if about.kind == "lead" else (),
    )  # fmt: skip


_STATES = {AnswerState.MET: "met", AnswerState.NOT_MET: "not met", AnswerState.OPEN: "open again"}


def _state(words: str) -> AnswerState:
    if _OPEN.search(words):
        return AnswerState.OPEN
    return AnswerState.NOT_MET if _MISSING.search(words) else AnswerState.MET


async def _criterion(ask: SetQualification, at: ToolContext) -> tuple[Framework, Criterion]:
    """Raises `BadArgument` for one the framework does not have, `NeedsChoice` where nothing names one."""
    known = [await framework_named(ask.framework, at)] if ask.framework else await _in_order(at)
    if ask.criterion:
        for framework in known:
            if found := framework.criterion(ask.criterion):
                return framework, found
        there = ", ".join(one.label for framework in known for one in framework.criteria)
        raise BadArgument("criterion", f"there is no “{clean(ask.criterion, most=40)}”; there are {there}")
    for framework in known:
        for one in framework.criteria:
            if re.search(rf"\b(?:{_CUES.get(one.name, re.escape(one.label))})\b", ask.instruction or "", re.IGNORECASE):
                return framework, one
    raise NeedsChoice(
        "Which criterion is settled?", tuple(one.label for one in known[0].criteria), argument="criterion"
    )


async def _in_order(at: ToolContext) -> list[Framework]:
    """The usual one first."""
    known = await frameworks(at)
    return [known[USUAL], *(one for name, one in known.items() if name != USUAL)]
