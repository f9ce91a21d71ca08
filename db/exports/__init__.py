"""Records out of the workspace as files that spreadsheets open safely and an import reads back exactly."""

from __future__ import annotations

from db.exports.exporting import Export, Format, start, written

__all__ = ["Export", "Format", "start", "written"]
