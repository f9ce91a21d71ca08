"""Leads find their owners: by territory, skill and load, as the workspace weighs them."""

from tools.lead.assignment.assigning import assign_lead, assign_leads

__all__ = ["assign_lead", "assign_leads"]
