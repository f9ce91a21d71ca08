"""Companies with a planted truth, to see whether an answer about the win rate finds it.

Deals are created, closed and still open; dimensions are correlated through a latent market factor; reps
differ, change and ramp; quarters wobble. Names, structure and places of what is planted are drawn anew
for every seed.
"""

from evals.simulator.case import Case, simulate
from evals.simulator.company import Company
from evals.simulator.kinds import Kind
from evals.simulator.truth import Reading, Truth, Verdict

__all__ = ["Case", "Company", "Kind", "Reading", "Truth", "Verdict", "simulate"]
