"""A first lead score from declared rules: 0–100, with every point accounted for.

Points are summed as whole millionths, so neither the order of events nor the form (one lead, many) changes a score.
"""

from tools.science.lead_score.defaults import DEFAULTS
from tools.science.lead_score.errors import LeadScoreError, RulesUnreadable
from tools.science.lead_score.facts import Event, LeadFacts
from tools.science.lead_score.many import score_many
from tools.science.lead_score.profile import learn_profile
from tools.science.lead_score.rules import Rules, read_rules
from tools.science.lead_score.score import LeadScore, Reason, score

__all__ = [
    "DEFAULTS",
    "Event",
    "LeadFacts",
    "LeadScore",
    "LeadScoreError",
    "Reason",
    "Rules",
    "RulesUnreadable",
    "learn_profile",
    "read_rules",
    "score",
    "score_many",
]
