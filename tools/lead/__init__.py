"""Lead tools: leads by condition, what is known of a record, which are one and the same, what can be added, and a search."""

from tools.lead.assignment import assign_lead, assign_leads
from tools.lead.brief import brief_record
from tools.lead.duplicates import find_duplicates
from tools.lead.enrichment import ask_provider, enrich_leads, enrich_record
from tools.lead.find import find_leads
from tools.lead.merge_duplicates import merge_duplicates
from tools.lead.search import search_records

TOOLS = (
    find_leads, brief_record, find_duplicates, merge_duplicates, enrich_record, enrich_leads, ask_provider,
    assign_lead, assign_leads, search_records,
)  # fmt: skip

__all__ = ["TOOLS", *(one.name for one in TOOLS)]
