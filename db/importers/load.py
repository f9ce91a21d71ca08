"""From a path to a table of text cells, whatever the format."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from db.importers.delimited import read_delimited
from db.importers.folder import read_folder
from db.importers.json_file import is_json_lines, parse_json, parse_json_lines
from db.importers.json_records import records_table
from db.importers.source import JSON_LINES, is_folder, looks_like_json, read_bytes
from db.importers.table import Table
from db.importers.text import to_utf8


def load_deals(path: Path, *, mapping: Mapping[str, str] | None = None) -> Table:
    """The cells of a file of deals or of a folder around a pipeline; raises `ImporterError`."""
    if is_folder(path):
        return read_folder(path, mapping=mapping)
    return load_records(path)


def load_records(path: Path) -> Table:
    """The cells of one file, delimited, JSON or JSON Lines; raises `ImporterError`."""
    text = to_utf8(read_bytes(path), name=path.name)
    if path.suffix.lower() in JSON_LINES or is_json_lines(text.content):
        return records_table(parse_json_lines(text.content, name=path.name), name=path.name)
    if looks_like_json(text.content):
        return records_table(parse_json(text.content, name=path.name), name=path.name)
    return read_delimited(text, name=path.name)
