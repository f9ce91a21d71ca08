"""Conditions on records, read from a person's words by their kind: whose, where, how much, when, and what is told."""

from __future__ import annotations

from agent.local.conditions.condition import Kinds, Narrowed, behind_link, field_called, overlaps
from agent.local.conditions.dated import date_of
from agent.local.conditions.narrowing import narrow
from agent.local.conditions.placed import country_of
from agent.local.conditions.told import ROLE

__all__ = ["ROLE", "Kinds", "Narrowed", "behind_link", "country_of", "date_of", "field_called", "narrow", "overlaps"]
