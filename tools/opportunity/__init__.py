"""Opportunity tools: the open pipeline, and deals by condition."""

from __future__ import annotations

from tools.opportunity.finding import FindOpportunities, find_opportunities
from tools.opportunity.pipeline import Pipeline, pipeline

TOOLS = (pipeline, find_opportunities)

__all__ = ["TOOLS", "FindOpportunities", "Pipeline", "find_opportunities", "pipeline"]
