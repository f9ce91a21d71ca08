"""One lead's score with its reasons and what would raise it, and how it came about."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pydantic import Field as Bounded

from db.access import Actor, Permission
from db.lead_scores import with_scores
from db.records import KINDS
from db.repositories.leads import LeadLine, LeadRepository
from db.repositories.records import RecordRepository
from tools.contract import Area, Ask, Effect, Found, RecordArgument, ToolContext, tool
from tools.errors import BadArgument
from tools.evidence import Figures, RowsBehind, Unit
from tools.people import lead_ref, of_lead
from tools.science.lead_score import LeadScore, Reason, hour_of, score
from tools.scoring import Model, model_of
from tools.scoring.facts import facts_of
from tools.wording import clean, listed, plain, said_on

_SHOWN = 6
_FIELD_OF = {
    "seniority": "title", "department": "title", "source": "source", "budget_minor": "budget",
    "timeline_days": "decision_timeline",
}  # fmt: skip
"""Fields of a lead that a fact of the rules is read from, where it has another name."""


class ScoreLead(Ask):
    record: RecordArgument
    """The lead."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a lead is worth at a moment, by what."""

    lead: LeadLine
    found: LeadScore
    model: Model


async def scores_of(ids: list[int], at: ToolContext) -> list[Answer]:
    """Leads that the person sees, scored as they are now, in the order asked for. Raises `NotFound`, `BadField`."""
    RecordRepository(at.session, at.actor, KINDS["lead"]).shown("score")
    lines = await LeadRepository(at.session, at.actor).lines(ids)
    model, rows = await with_scores(at.session, lambda scores: (model_of(scores), scores.facts(ids, on=at.today)))
    facts = facts_of(rows, hour=hour_of(at.now))
    return [Answer(line, _seen(score(facts[line.id], model.rules, now=at.now), at.actor), model) for line in lines]


def _seen(found: LeadScore, actor: Actor) -> LeadScore:
    """The score without what a role does not see: its points stay in the sum, as "other facts" of their component."""
    hidden = {name for name in (one.name for one in found.reasons) if not _shows(actor, name)}
    if not hidden:
        return found
    reasons = [one for one in found.reasons if one.name not in hidden]
    for component in found.components:
        points = sum(one.points for one in found.reasons if one.name in hidden and one.component == component)
        if points:
            reasons.append(Reason(component, "other", "other facts", points))
    unknown = tuple(name for name in found.unknown if name not in hidden)
    return replace(found, reasons=tuple(reasons), unknown=unknown, suggested_actions=())


def _shows(actor: Actor, name: str) -> bool:
    field = _FIELD_OF.get(name, name)
    return field not in KINDS["lead"].by_name or actor.sees("lead", field)


@tool(
    area=Area.LEAD,
    effect=Effect.READ,
    requires=Permission.LEADS_READ,
    doing="scoring a lead",
    examples=(
        "what is the score of this lead",
        "how good is the lead Jane Doe",
        "why does Max Braun score so low",
        "score this lead",
        "what would raise the score of Anna Keller",
        "is this lead hot or cold",
        "explain the lead score of Peter Novak",
        "what speaks for this lead",
    ),
)
async def score_lead(ask: ScoreLead, at: ToolContext) -> Found:
    """Score one lead from 0 to 100, with grade, tier, confidence, what speaks for and against, and what would raise it.

    The points of all reasons add up to the score. Unknown facts count as those of an average lead.
    """
    _require_lead(ask.record)
    (answer,) = await scores_of([ask.record.id], at)
    line, found = answer.lead, answer.found
    name = clean(line.name, most=80)
    figures = Figures(f"sum of points by {answer.model.version}", RowsBehind("score_lead", _ask(line)))
    total = figures.add("score", found.score, Unit.SCORE, f"lead score of {name}, 0 to 100")
    sure = figures.rate(
        "confidence", found.confidence, f"share of what the rules ask for that is known of {name}", digits=0
    )
    lines = [f"{name} scores {total} of 100: grade {found.grade}, {found.tier}. {sure} of what counts is known."]
    lines += [
        *_told("For it", found.positive, figures),
        *_told("Against it", found.negative, figures),
        *_raising(found, figures),
        *found.remarks,
    ]
    if found.next_rescore is not None:
        lines.append(
            f"If nothing happens, the score falls {said_on(found.next_rescore.astimezone(at.now.tzinfo), at.now)}."
        )
    rows = tuple({"component": one.component, "reason": one.text, "points": one.points} for one in found.reasons)
    return Found(("\n".join(lines),), figures.all, rows, focus=(lead_ref(line),), people=(of_lead(line),), scope=name)


def _require_lead(record: RecordArgument) -> None:
    if record.kind != "lead":
        raise BadArgument("record", f"only leads have a score; this is a {record.kind}")


def _ask(line: LeadLine) -> dict[str, object]:
    return {"record": {"kind": "lead", "id": line.id, "name": line.name}}


def _told(head: str, reasons: tuple[Reason, ...], figures: Figures) -> list[str]:
    """The known reasons, the weightiest first; what only stands in for the unknown is said in one piece."""
    known = sorted((one for one in reasons if one.known), key=lambda one: -abs(one.points))
    said = [f"- {clean(one.text, most=120)}: {_points(one, figures)}" for one in known[:_SHOWN]]
    rest = [*known[_SHOWN:], *(one for one in reasons if not one.known)]
    if total := sum(one.points for one in rest):
        key = f"rest.{'for' if total > 0 else 'against'}"
        more = figures.add(key, total, Unit.SCORE, "points of what is unknown and of smaller reasons")
        said.append(f"- what is unknown, counted as that of an average lead, and smaller reasons: {more}")
    return [f"{head}:", *said] if said else []


def _points(reason: Reason, figures: Figures) -> str:
    return figures.add(
        f"points.{reason.component}.{reason.name}"[:80], reason.points, Unit.SCORE, clean(f"points: {reason.text}")
    )


def _raising(found: LeadScore, figures: Figures) -> list[str]:
    said = []
    for number, one in enumerate(found.suggested_actions, start=1):
        text = clean(one.text, most=160)
        gain = figures.add(f"gain.{number}", one.gain, Unit.SCORE, f"most points to gain: {text}") if one.gain else ""
        said.append(f"- {text[:-1]}: up to {gain} more" if gain else f"- {text}")
    return ["What to do:", *said] if said else []


class LeadScoreHistory(Ask):
    record: RecordArgument
    """The lead."""
    limit: int = Bounded(default=10, ge=1, le=100)


@tool(
    area=Area.LEAD,
    effect=Effect.READ,
    requires=Permission.LEADS_READ,
    doing="looking up how a score came about",
    examples=(
        "how has the score of this lead changed",
        "score history of Jane Doe",
        "why did the score of Max Braun drop",
        "show me the lead score over time",
        "when did this lead become hot",
        "what moved the score of Anna Keller",
    ),
)
async def lead_score_history(ask: LeadScoreHistory, at: ToolContext) -> Found:
    """List the changes of a lead's score, the latest first, each with the components that moved."""
    _require_lead(ask.record)
    RecordRepository(at.session, at.actor, KINDS["lead"]).shown("score")
    leads = LeadRepository(at.session, at.actor)
    line = await leads.get(ask.record.id)
    total, entries = await leads.scores(line.id, limit=ask.limit)
    name = clean(line.name, most=80)
    if not entries:
        return Found((f"No score of {name} is on record yet.",), focus=(lead_ref(line),), people=(of_lead(line),))
    figures = Figures("scores as they were recorded", RowsBehind("lead_score_history", _ask(line) | {"limit": 100}))
    count = figures.count("changes", total, f"changes of the score of {name}")
    lines = [f"The score of {name} has {count} {'entry' if total == 1 else 'entries'}, the latest first:"]
    for entry in entries:
        value = figures.add(f"score.{entry.id}", entry.score, Unit.SCORE, f"score of {name}")
        why = f", {clean(entry.reason, most=120)}" if entry.reason else ""
        lines.append(f"- {said_on(entry.at, at.now)}: {value} ({entry.grade}){why}")
    rows = tuple(
        {
            "at": plain(entry.at), "score": entry.score, "grade": entry.grade, "why": entry.reason,
            "points": listed(list(entry.points)), "rules": entry.rules,
        }
        for entry in entries
    )  # fmt: skip
    return Found(("\n".join(lines),), figures.all, rows, focus=(lead_ref(line),), people=(of_lead(line),), scope=name)
