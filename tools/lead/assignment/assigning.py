"""Leads given to the colleagues they fit best, each with its reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from db.access import Grant, RecordAction, Role
from db.errors import NotFound
from db.repositories.assignment import AssignmentRepository, LeadToAssign, PlanLine, RepLine, RuleLine
from db.repositories.base import RecordRef
from tools.contract import Action, Area, Ask, Effect, Operation, Person, Proposed, RecordArgument, ToolContext, tool
from tools.errors import NothingToChange, Unanswerable
from tools.lead.assignment.fit import Choice, Prospect, Rule, Seller, Weights, assigned
from tools.lead.choosing import LeadsWanted, leads_wanted
from tools.people import each_once
from tools.wording import clean, listed, plural

_MOST = 2_000
_SHOWN = 20
_USUAL = "Usual plan"


class AssignLead(Ask):
    record: RecordArgument
    """The lead that needs an owner."""


class AssignLeads(LeadsWanted):
    """Leads without an owner that meet every condition."""

    limit: int = Field(default=500, ge=1, le=_MOST)


@tool(
    area=Area.LEAD,
    effect=Effect.WRITE,
    requires=Grant("lead", RecordAction.UPDATE),
    doing="looking for who fits best",
    examples=(
        "assign this lead to the best rep",
        "who should take Nora Blum",
        "find an owner for this lead",
        "give the lead to whoever fits best",
        "route this lead",
        "take this lead",
    ),
)
async def assign_lead(ask: AssignLead, at: ToolContext) -> Proposed:
    """Assign one lead to the colleague it fits best: by territory, record in its industry, and load; with the reason.

    Managers choose among their team, reps take leads of their team that nobody owns. People who are away get none.
    """
    if ask.record.kind != "lead":
        raise NotFound("lead", ask.record.name or ask.record.id)
    repository = AssignmentRepository(at.session, at.actor)
    found = await repository.leads([ask.record.id])
    if not found:
        raise NotFound("lead", ask.record.id)
    if at.actor.role is Role.REP and found[0].owner_id == at.actor.user_id:
        raise NothingToChange(f"lead {clean(found[0].name, most=80)}")
    given = await _given(found, repository, at)
    ((lead, choice, rep),) = given.each
    if lead.owner_id == rep.id:
        raise Unanswerable(f"{clean(lead.name, most=80)} is with {clean(rep.name)} already, who fits best.")
    name, why = clean(lead.name, most=80), listed(list(choice.reasons))
    return Proposed(
        said=f"I would assign the lead {name} to {clean(rep.name)}, who {why}.{given.left_out}",
        done=f"Lead {name} assigned to {clean(rep.name)}, who {why}.{given.left_out}",
        arguments={"record": {"kind": "lead", "id": lead.id, "name": lead.name}, "owner": _user(rep)},
        operations=(
            Operation(Action.UPDATE, "lead", {"owner_id": rep.id}, lead.id, lead.version), *given.turn,
        ),
        focus=(RecordRef("lead", lead.id, lead.name),),
        people=each_once([Person(RecordRef("lead", lead.id, lead.name)), Person(RecordRef("user", rep.id, rep.name))]),
    )  # fmt: skip


@tool(
    area=Area.LEAD,
    effect=Effect.BULK,
    requires=Grant("lead", RecordAction.UPDATE),
    doing="looking for who fits best",
    examples=(
        "assign the new leads fairly to my team",
        "distribute the unassigned leads",
        "assign all leads without an owner",
        "spread the new leads over the reps",
        "hand out the leads from Webinar",
        "route the open leads",
    ),
)
async def assign_leads(ask: AssignLeads, at: ToolContext) -> Proposed:
    """Assign leads that nobody owns, each to the colleague it fits best, so that the load stays even; with reasons.

    Managers choose among their team, reps take what their team has not given out. People who are away get none.
    """
    wanted = await leads_wanted(ask, at, limit=ask.limit, unowned=True)
    repository = AssignmentRepository(at.session, at.actor)
    given = await _given(await repository.leads(wanted.ids), repository, at)
    by_rep: dict[int, list[LeadToAssign]] = defaultdict(list)
    for lead, _, rep in given.each:
        by_rep[rep.id].append(lead)
    reps = {rep.id: rep for _, _, rep in given.each}
    order = sorted(by_rep, key=lambda key: (-len(by_rep[key]), key))
    shares = listed([f"{len(by_rep[key]):,} to {clean(reps[key].name)}" for key in order])
    count = len(given.each)
    more = f" {wanted.total - count:,} more wait for another round." if wanted.total > count else ""
    many = f"{count:,} {plural(count, 'lead')} of the {wanted.words}" if more else f"{count:,} {wanted.words}"
    first = given.each[0]
    why = f" {clean(first[0].name, most=80)} goes to {clean(first[2].name)}, who {listed(list(first[1].reasons))}."
    return Proposed(
        said=f"I would assign {many}: {shares}.{why}{given.left_out}{more}",
        done=f"Assigned {many}: {shares}.{given.left_out}{more}",
        arguments=ask.model_dump(mode="json", exclude_defaults=True),
        operations=(
            *(
                Operation(Action.UPDATE, "lead", {"owner_id": key}, ids=tuple(sorted(one.id for one in by_rep[key])))
                for key in order
            ),
            *given.turn,
        ),
        people=each_once(
            [Person(RecordRef("user", rep.id, rep.name)) for rep in reps.values()]
            + [Person(RecordRef("lead", lead.id, lead.name)) for lead, _, _ in given.each[:_SHOWN]]
        ),
        reach={
            "records": count,
            "whose": [{"owner": clean(reps[key].name), "records": len(by_rep[key])} for key in order],
            "examples": [
                f"{clean(lead.name, most=80)} → {clean(rep.name)}: {listed(list(choice.reasons))}"
                for lead, choice, rep in given.each[:_SHOWN]
            ],
        },
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Given:
    """What was chosen: `each` lead with its choice and colleague, `turn` the pointer as an operation."""

    each: list[tuple[LeadToAssign, Choice, RepLine]]
    turn: tuple[Operation, ...]
    away: int

    @property
    def left_out(self) -> str:
        if not self.away:
            return ""
        are = plural(self.away, "is", "are")
        return f" Left out: {self.away} {plural(self.away, 'colleague')} who {are} away."


async def _given(leads: Sequence[LeadToAssign], repository: AssignmentRepository, at: ToolContext) -> _Given:
    """Raises `Unanswerable` where nobody is there to take them."""
    reps = await repository.reps(now=at.now)
    there = [one for one in reps if not one.away]
    if not there:
        raise Unanswerable(
            "Nobody among the people whose records you see is there to take leads: none active, or away."
        )
    plan, rules = await repository.plan(), await repository.rules()
    weights = Weights(plan.territory, plan.skill, plan.load, plan.most_open) if plan else Weights()
    last = plan.turn if plan else None
    choices, now = assigned(
        [_prospect(one) for one in leads], [_seller(one) for one in there], [_rule(one) for one in rules], weights,
        last=last,
    )  # fmt: skip
    by_id = {one.id: one for one in there}
    each = [(lead, choice, by_id[choice.seller]) for lead, choice in zip(leads, choices, strict=True)]
    return _Given(each, _turned(plan, now) if now != last else (), len(reps) - len(there))


def _turned(plan: PlanLine | None, now: int | None) -> tuple[Operation, ...]:
    """The pointer moves with the leads, and back when they are taken back."""
    if plan is not None:
        return (Operation(Action.UPDATE, "assignment_plan", {"turn_id": now}, plan.id, plan.version),)
    weights = Weights()
    values: dict[str, Any] = {
        "name": _USUAL, "turn_id": now, "territory_weight": int(weights.territory),
        "skill_weight": int(weights.skill), "load_weight": int(weights.load),
    }  # fmt: skip
    return (Operation(Action.CREATE, "assignment_plan", values),)


def _prospect(lead: LeadToAssign) -> Prospect:
    return Prospect(lead.id, lead.region, lead.country, lead.industry, lead.source, lead.team_id)


def _seller(rep: RepLine) -> Seller:
    return Seller(rep.id, rep.name, rep.team_id, rep.open, rep.closed)


def _rule(rule: RuleLine) -> Rule:
    name = clean(rule.name, most=60)
    return Rule(name, rule.region, rule.country, rule.industry, rule.source, rule.user_id, rule.team_id)


def _user(rep: RepLine) -> dict[str, Any]:
    return {"kind": "user", "id": rep.id, "name": rep.name}
