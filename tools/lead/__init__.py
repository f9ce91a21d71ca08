"""Lead tools: leads by condition, what is known about a record, which are one and the same, and a search of texts."""

from tools.lead.brief import brief_record
from tools.lead.duplicates import find_duplicates
from tools.lead.find import find_leads
from tools.lead.merge_duplicates import merge_duplicates
from tools.lead.search import search_records

TOOLS = (find_leads, brief_record, find_duplicates, merge_duplicates, search_records)

__all__ = ["TOOLS", "brief_record", "find_duplicates", "find_leads", "merge_duplicates", "search_records"]
