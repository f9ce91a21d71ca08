"""Empty fields filled from what is known: by the workspace itself, and by a provider that is asked after approval."""

from tools.lead.enrichment.asking import ask_provider
from tools.lead.enrichment.enriching import enrich_leads, enrich_record
from tools.lead.enrichment.outside import OutsideProvider

__all__ = ["OutsideProvider", "ask_provider", "enrich_leads", "enrich_record"]
