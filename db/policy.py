"""Which rule holds for an effect: rows an administrator edits, with the safe default where there is none.

| effect                             | default           | never less than |
|------------------------------------|-------------------|-----------------|
| WRITE                              | `apply_own_words` | –               |
| BULK, DELETE, MERGE, OUTWARD,      | `propose`         | `propose`       |
| POLICY                             |                   |                 |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from db.models import Approver, Rule

WRITE, OUTWARD, POLICY = "WRITE", "OUTWARD", "POLICY"
GOVERNED = (WRITE, "BULK", "DELETE", "MERGE", OUTWARD, POLICY)
"""Every effect that changes something. Reading needs nobody's approval."""
_STRICTNESS = tuple(Rule)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What has to happen, and who decides where that takes another person."""

    rule: Rule
    approver: Approver = Approver.MANAGER

    def but_no_less_than(self, rule: Rule) -> Ruling:
        return Ruling(stricter(self.rule, rule), self.approver)


def stricter(one: Rule, other: Rule) -> Rule:
    return max(one, other, key=_STRICTNESS.index)


def least(effect: str) -> Rule:
    """What no edit may fall below."""
    return Rule.APPLY_OWN_WORDS if effect == WRITE else Rule.PROPOSE


def default(effect: str) -> Ruling:
    return Ruling(least(effect), Approver.ADMIN if effect == POLICY else Approver.MANAGER)


@dataclass(frozen=True, slots=True)
class Policies:
    """The stored rows by (effect, tool); the tool is empty where a row is for the whole effect."""

    rows: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def ruling(self, effect: str, tool: str) -> Ruling:
        """That of the tool, else of the effect, else the default. A row that cannot be read forbids."""
        row = self.rows.get((effect, tool)) or self.rows.get((effect, ""))
        if row is None:
            return default(effect)
        rule, approver = row
        if rule not in _STRICTNESS or approver not in tuple(Approver):
            return Ruling(Rule.FORBID)
        return Ruling(Rule(rule), Approver(approver)).but_no_less_than(least(effect))

    @property
    def asking_another(self) -> frozenset[str]:
        """The effects of which some tool needs another person."""
        return frozenset(effect for (effect, _), (rule, _) in self.rows.items() if rule == Rule.FOUR_EYES)
