"""Reads other people's files of deals and of every other kind of record into typed frames; writes nothing."""

from __future__ import annotations

from db.importers.deal_file import DealFile
from db.importers.deals import read_deals
from db.importers.errors import ImporterError
from db.importers.findings import Ending, Oddity, OddityKind, Progress, Reason
from db.importers.records import RecordFile, read_records
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
    "read_deals",
    "read_records",
    "spreadsheet_safe",
    "write_rejected",
]
