"""A first lead score from declared rules: 0–100, with every point accounted for.

Points are summed as whole millionths, so neither the order of events nor the form (one lead, many) changes a score.
"""

from tools.science.lead_score.actions import Action
from tools.science.lead_score.defaults import DEFAULTS
from tools.science.lead_score.errors import LeadScoreError, MomentWithoutZone, RulesUnreadable
from tools.science.lead_score.facts import Event, LeadFacts, timeline_days
from tools.science.lead_score.profile import learn_profile
from tools.science.lead_score.rules import Rules, read_rules
from tools.science.lead_score.score import LeadScore, Reason, hour_of, score

__all__ = [
    "DEFAULTS",
    "Action",
    "Event",
    "LeadFacts",
    "LeadScore",
    "LeadScoreError",
    "MomentWithoutZone",
    "Reason",
    "Rules",
    "RulesUnreadable",
    "hour_of",
    "learn_profile",
    "read_rules",
    "score",
    "timeline_days",
]
