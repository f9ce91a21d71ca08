"""Lead tools: lists and briefs, duplicates, what can be added, whose a lead becomes, how far it is qualified, a search."""

from tools.lead.assignment import assign_lead, assign_leads
from tools.lead.brief import brief_record
from tools.lead.duplicates import find_duplicates
from tools.lead.enrichment import ask_provider, enrich_leads, enrich_record
from tools.lead.find import find_leads
from tools.lead.merge_duplicates import merge_duplicates
from tools.lead.qualification import qualify_record, set_qualification
from tools.lead.search import search_records

TOOLS = (
    find_leads, brief_record, find_duplicates, merge_duplicates, enrich_record, enrich_leads, ask_provider,
    assign_lead, assign_leads, qualify_record, set_qualification, search_records,
)  # fmt: skip

__all__ = [
    "TOOLS", "ask_provider", "assign_lead", "assign_leads", "brief_record", "enrich_leads", "enrich_record",
    "find_duplicates", "find_leads", "merge_duplicates", "qualify_record", "search_records", "set_qualification",
]  # fmt: skip
