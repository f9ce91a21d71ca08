"""The next step in a workspace that has nothing to ask about yet, in place of “no deals found”."""

from __future__ import annotations

from db.access import Actor, Permission
from db.repositories.beginnings import Beginning

_STAGES = (
    "Set up the stages of your pipeline: “create a stage called Discovery with probability 10 %”, one for each step, "
    "and one each for won and lost."
)
_IMPORT = "Bring in your records: “rainmaker import deals deals.csv” in the terminal, with --dry-run to look first."
_PEOPLE = (
    "Invite your people: “rainmaker users invite ann@firm.example --name 'Ann Lee' --role rep”; deals and leads are "
    "seen by those who own them."
)


def next_steps(found: Beginning, actor: Actor) -> str:
    """What to do first, in the order in which each makes the next one work.

    Who cannot do it is told who can. Empty where there is something to ask about.
    """
    if found.records and found.stages:
        return ""
    head = "This workspace holds no deals, leads, accounts or contacts yet, so there is nothing to tell."
    if found.records:
        head = "This workspace has no open stages, so that no deal can be entered."
    if not actor.may(Permission.USERS_MANAGE):
        return f"{head} An administrator can set it up: import, people, stages."
    steps = [
        *([] if found.stages else [_STAGES]), *([] if found.records else [_IMPORT]),
        *([] if found.people else [_PEOPLE]),
    ]  # fmt: skip
    return "\n".join([f"{head} Next:", *(f"- {step}" for step in steps)])
