"""The kinds of records a CRM holds: one declaration each, from which tools, routes, imports and exports are made."""

from db.records.declaration import Field, FieldType, Personal, RecordKind
from db.records.nouns import kinds_in
from db.records.roster import KINDS, PLURALS, kind_named

__all__ = ["KINDS", "PLURALS", "Field", "FieldType", "Personal", "RecordKind", "kind_named", "kinds_in"]
