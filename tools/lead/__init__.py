"""Lead tools: leads by condition, and what is known about a record."""

from tools.lead.brief import brief_record
from tools.lead.find import find_leads

TOOLS = (find_leads, brief_record)

__all__ = ["TOOLS", "brief_record", "find_leads"]
