"""Whether an effect is carried out, waits, waits for somebody else, or is ruled out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from db.access import Role
from db.policy import Policies, Rule
from tools.contract import Effect


class Verdict(StrEnum):
    APPLY = "apply"
    PROPOSE = "propose"
    FOUR_EYES = "four_eyes"
    FORBID = "forbid"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be decided about.

    Attributes:
        role: of who asks.
        own_words: whether the person's own words, read by the parser alone, ask for exactly this.
        by_program: whether a program asks on the person's behalf; its words are nobody's own.
    """

    effect: Effect
    tool: str
    role: Role
    own_words: bool = False
    by_program: bool = False


def decide(asked: Asked, policies: Policies) -> Verdict:
    """The verdict under the rules of a workspace; with none of them, under the safe default."""
    if asked.effect is Effect.READ:
        return Verdict.APPLY
    if asked.effect is Effect.POLICY and asked.role not in (Role.ADMIN, Role.MANAGER):
        return Verdict.FORBID
    rule = policies.ruling(asked.effect, asked.tool).rule
    if rule is Rule.APPLY_OWN_WORDS:
        return Verdict.APPLY if asked.own_words and not asked.by_program else Verdict.PROPOSE
    return Verdict(rule)
