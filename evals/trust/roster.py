"""All trials, in the order in which they are shown."""

from __future__ import annotations

from evals.trust import (
    r1_worker,
    r2_streams,
    r3_budget,
    r5_faults,
    r6_audit,
    s1_injections,
    s2_decisions,
    s4_redaction,
    t5_grounding,
)
from evals.trust.errors import UnknownTrial
from evals.trust.trial import Trial

TRIALS: tuple[Trial, ...] = (
    r1_worker.TRIAL,
    r2_streams.TRIAL,
    r3_budget.TRIAL,
    r5_faults.TRIAL,
    r6_audit.TRIAL,
    s1_injections.TRIAL,
    s2_decisions.TRIAL,
    s4_redaction.TRIAL,
    t5_grounding.TRIAL,
)


def chosen(only: str | None) -> tuple[Trial, ...]:
    """The trial called `only`; without a name all."""
    if only is None:
        return TRIALS
    found = tuple(each for each in TRIALS if each.name == only.lower())
    if not found:
        raise UnknownTrial(only, (each.name for each in TRIALS))
    return found
