"""Conditions on records, read from a person's words by their kind: whose, where, how much, when, and what is told."""

from __future__ import annotations

from agent.local.conditions.condition import Kinds, Narrowed, behind_link, field_called, on_field, overlaps
from agent.local.conditions.dated import date_of, names_a_date
from agent.local.conditions.narrowing import narrow, without_names
from agent.local.conditions.owned import link_to
from agent.local.conditions.placed import country_of, path_to
from agent.local.conditions.related import moved_by, one_before, related
from agent.local.conditions.told import ROLE

__all__ = [
    "ROLE",
    "Kinds",
    "Narrowed",
    "behind_link",
    "country_of",
    "date_of",
    "field_called",
    "link_to",
    "moved_by",
    "names_a_date",
    "narrow",
    "on_field",
    "one_before",
    "overlaps",
    "path_to",
    "related",
    "without_names",
]
