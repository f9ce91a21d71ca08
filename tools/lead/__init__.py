"""Lead tools: leads by condition, what is known about a record, and which are one and the same."""

from tools.lead.brief import brief_record
from tools.lead.duplicates import find_duplicates
from tools.lead.find import find_leads

TOOLS = (find_leads, brief_record, find_duplicates)

__all__ = ["TOOLS", "brief_record", "find_duplicates", "find_leads"]
