"""All trials, in the order in which they are shown."""

from __future__ import annotations

from evals.trust import r2_streams, s2_clicker, s2_decisions, s2_office, s2_wrong_hands, t5_grounding, t5_questions
from evals.trust.errors import UnknownTrial
from evals.trust.trial import Trial

TRIALS: tuple[Trial, ...] = (
    r2_streams.TRIAL,
    s2_clicker.TRIAL,
    s2_decisions.TRIAL,
    s2_office.TRIAL,
    s2_wrong_hands.TRIAL,
    t5_grounding.TRIAL,
    t5_questions.TRIAL,
)


def chosen(only: str | None) -> tuple[Trial, ...]:
    """The trial called `only`; without a name all."""
    if only is None:
        return TRIALS
    found = tuple(each for each in TRIALS if each.name == only.lower())
    if not found:
        raise UnknownTrial(only, (each.name for each in TRIALS))
    return found
