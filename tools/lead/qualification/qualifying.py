"""How far a lead or a deal is qualified, criterion by criterion with its evidence, and what to ask next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from db.access import Grant, RecordAction
from db.records.choices import AnswerState
from db.repositories.base import RecordRef
from tools.contract import Area, Ask, Effect, Found, RecordArgument, ToolContext, tool
from tools.evidence import Figures, RowsBehind
from tools.lead.qualification.evidence import Settled, settled
from tools.lead.qualification.frameworks import USUAL, Framework, framework_named
from tools.lead.qualification.meant import lead_or_deal
from tools.people import each_once
from tools.wording import clean

_RULE = "criteria that a person, a field of the record or a quoted sentence settles, of all criteria of the framework"


class QualifyRecord(Ask):
    record: RecordArgument
    """The lead or deal."""
    framework: Literal["bant", "meddic"] | str = USUAL
    """BANT, MEDDIC or one of the workspace's own."""


@tool(
    area=Area.LEAD,
    effect=Effect.READ,
    requires=Grant("lead", RecordAction.READ),
    doing="looking how far it is qualified",
    examples=(
        "is Nora Blum qualified",
        "BANT for Acme",
        "MEDDIC on the Globex deal",
        "what do we know about budget and authority at Acme",
        "how well qualified is this lead",
        "what is missing to qualify this deal",
        "qualification of the Initech deal",
        "what should I ask next to qualify Acme",
    ),
)
async def qualify_record(ask: QualifyRecord, at: ToolContext) -> Found:
    """Tell how far a lead or a deal is qualified by BANT, MEDDIC or a framework of the workspace's own.

    Each criterion with its evidence (who said it, the field, or the quoted sentence with date) or as unknown; how many
    are settled, and the question to ask next. Nothing is guessed.
    """
    about = await lead_or_deal(ask.record, at)
    framework = await framework_named(ask.framework, at)
    several = await settled(about, framework, at)
    again = {"record": {"kind": about.kind, "id": about.id}, "framework": framework.name}
    figures = Figures(_RULE, RowsBehind("qualify_record", again))
    lines = [_head(about, framework, several, figures), *map(_line, several), *_next(several)]
    return Found(
        ("\n".join(lines),), figures.all, tuple(map(_row, several)), focus=(about,),
        people=each_once(person for one in several for person in one.people),
    )  # fmt: skip


def _head(about: RecordRef, framework: Framework, several: Sequence[Settled], figures: Figures) -> str:
    name, known = clean(about.name, most=80), sum(one.known for one in several)
    met = sum(one.state is AnswerState.MET for one in several)
    count = figures.count("settled", known, f"criteria of {framework.label} settled for {name}")
    whole = figures.count("criteria", len(several), f"criteria of {framework.label}")
    fulfilled = figures.count("met", met, f"criteria of {framework.label} met by {name}")
    return f"{framework.label} of {name}: {count} of {whole} settled, {fulfilled} met."


def _line(one: Settled) -> str:
    label = f"- {one.criterion.label[:1].upper()}{one.criterion.label[1:]}"
    if one.state is None:
        return f"{label}: unknown"
    state = "met" if one.state is AnswerState.MET else "not met"
    return f"{label}: {state}, {one.words} ({one.source})"


def _next(several: Sequence[Settled]) -> list[str]:
    """The first open criterion, in the order of the framework."""
    open_ = next((one for one in several if not one.known), None)
    return [f"Ask next: {open_.criterion.question}"] if open_ else []


def _row(one: Settled) -> dict[str, object]:
    return {
        "criterion": one.criterion.label, "state": str(one.state or "unknown"), "evidence": one.words,
        "source": one.source, "question": one.criterion.question,
    }  # fmt: skip
