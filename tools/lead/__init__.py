"""Lead tools: lists, briefs, duplicates, what can be added, owners, qualification, scores, lifecycle, and a search."""

from tools.lead.assignment import assign_lead, assign_leads
from tools.lead.brief import brief_record
from tools.lead.converting import convert_lead
from tools.lead.duplicates import find_duplicates
from tools.lead.enrichment import ask_provider, enrich_leads, enrich_record
from tools.lead.find import find_leads
from tools.lead.lifecycle import lead_lifecycle
from tools.lead.merge_duplicates import merge_duplicates
from tools.lead.qualification import qualify_record, set_qualification
from tools.lead.queue import prioritise_leads
from tools.lead.scores import lead_score_history, score_lead
from tools.lead.search import search_records

TOOLS = (
    find_leads, brief_record, find_duplicates, merge_duplicates, enrich_record, enrich_leads, ask_provider,
    assign_lead, assign_leads, qualify_record, set_qualification, score_lead, lead_score_history, prioritise_leads,
    lead_lifecycle, convert_lead, search_records,
)  # fmt: skip

__all__ = [
    "TOOLS", "ask_provider", "assign_lead", "assign_leads", "brief_record", "convert_lead", "enrich_leads",
    "enrich_record", "find_duplicates", "find_leads", "lead_lifecycle", "lead_score_history", "merge_duplicates",
    "prioritise_leads", "qualify_record", "score_lead", "search_records", "set_qualification",
]  # fmt: skip
