"""Reads other people's files of deals, leads, contacts, accounts and campaigns into typed frames; writes nothing."""

from __future__ import annotations

from db.importers.deal_file import DealFile
from db.importers.deals import read_deals
from db.importers.errors import ImporterError
from db.importers.findings import Ending, Oddity, OddityKind, Progress, Reason
from db.importers.record_fields import RecordKind
from db.importers.records import RecordFile, read_table
from db.importers.rejected import spreadsheet_safe, write_rejected

__all__ = [
    "DealFile",
    "Ending",
    "ImporterError",
    "Oddity",
    "OddityKind",
    "Progress",
    "Reason",
    "RecordFile",
    "RecordKind",
    "read_deals",
    "read_table",
    "spreadsheet_safe",
    "write_rejected",
]
