"""Why a file could not be read, one sentence each, named after what the person has to do next.

ImporterError
├── PathUnusable               give another path
│   ├── NoSuchFile
│   ├── NotAFile               a device, a pipe or a socket
│   ├── AccessDenied
│   └── LinkLoop
├── ContentUnusable            export the file again
│   ├── UnknownFileType
│   ├── FileTooLarge
│   ├── LineTooLong
│   ├── EmptyFile
│   ├── HeaderOnly
│   ├── NoRowFitsHeader
│   ├── ZeroBytes
│   ├── WrongEncoding
│   ├── UnclosedQuote
│   ├── BrokenJson
│   └── UnexpectedJson
└── ColumnsUnclear             say which column is which
    ├── NoKnownColumns
    ├── UnknownCanonical
    ├── UnknownColumn
    ├── ColumnMappedTwice
    ├── NeededColumnMissing
    ├── OutcomeUnclear
    ├── UnknownKind
    ├── WrongKind              the file holds another kind of record
    ├── NoPipelineInFolder
    └── SeveralPipelinesInFolder
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from db.records.roster import KINDS

_SHOWN_NAMES = 40


def _listed(names: Iterable[str]) -> str:
    shown = [f'"{name}"' for name in names]
    if len(shown) > _SHOWN_NAMES:
        return ", ".join(shown[:_SHOWN_NAMES]) + f" and {len(shown) - _SHOWN_NAMES} more"
    return ", ".join(shown) or "none"


def _size(count: int) -> str:
    return f"{count / 2**20:,.0f} MB" if count >= 2**20 else f"{count / 2**10:,.0f} kB"


class ImporterError(Exception):
    """A file or folder cannot be imported; the message is one sentence for the person who gave it."""

    code = "file_unusable"


class PathUnusable(ImporterError):
    """The path does not lead to a file that can be opened."""


class NoSuchFile(PathUnusable):
    def __init__(self, name: str) -> None:
        super().__init__(f'There is no file or folder "{name}".')


class NotAFile(PathUnusable):
    def __init__(self, name: str, *, found: str) -> None:
        super().__init__(f'"{name}" is {found}, not a file or folder.')


class AccessDenied(PathUnusable):
    def __init__(self, name: str) -> None:
        super().__init__(f'"{name}" may not be read by this user: its permissions forbid it.')


class LinkLoop(PathUnusable):
    def __init__(self, name: str) -> None:
        super().__init__(f'"{name}" is a link that leads back to itself.')


class ContentUnusable(ImporterError):
    """The file was opened, but what is in it cannot be read as records."""


class UnknownFileType(ContentUnusable):
    def __init__(self, name: str, *, found: str) -> None:
        super().__init__(f'"{name}" is {found}; save it as CSV (comma, semicolon, tab or bar) or JSON and import that.')


class FileTooLarge(ContentUnusable):
    def __init__(self, name: str, *, size: int, limit: int) -> None:
        super().__init__(f'"{name}" holds {_size(size)}, more than the {_size(limit)} one import may have; split it.')


class LineTooLong(ContentUnusable):
    def __init__(self, name: str, *, line: int, limit: int) -> None:
        super().__init__(
            f'Line {line:,} of "{name}" is longer than {_size(limit)}; it is not a table with one record per line.'
        )


class EmptyFile(ContentUnusable):
    def __init__(self, name: str) -> None:
        super().__init__(f'"{name}" is empty.')


class HeaderOnly(ContentUnusable):
    def __init__(self, name: str) -> None:
        super().__init__(f'"{name}" has a header but no rows below it.')


class NoRowFitsHeader(ContentUnusable):
    def __init__(self, name: str, *, reason: str) -> None:
        super().__init__(f'No row of "{name}" fits its header. {reason}')


class ZeroBytes(ContentUnusable):
    def __init__(self, name: str, *, line: int) -> None:
        super().__init__(f'"{name}" holds zero bytes (first in line {line:,}); it is damaged or not a text file.')


class WrongEncoding(ContentUnusable):
    def __init__(self, name: str, *, line: int) -> None:
        super().__init__(
            f'Line {line:,} of "{name}" is not UTF-8, UTF-16 or Windows-1252 text; save the file as UTF-8.'
        )


class UnclosedQuote(ContentUnusable):
    def __init__(self, name: str, *, row: int) -> None:
        super().__init__(
            f'A quotation mark opened in row {row:,} of "{name}" is never closed; the file may be cut off.'
        )


class BrokenJson(ContentUnusable):
    def __init__(self, name: str, *, line: int, cut_off: bool) -> None:
        self.cut_off = cut_off
        what = "breaks off" if cut_off else "is not valid JSON"
        super().__init__(f'"{name}" {what} at line {line:,}; export it again.')


class UnexpectedJson(ContentUnusable):
    def __init__(self, name: str, *, found: str, wanted: str) -> None:
        super().__init__(f'"{name}" holds {found}; it should hold {wanted}.')


class ColumnsUnclear(ImporterError):
    """The records were read, but it is not clear what their columns mean."""


class NoKnownColumns(ColumnsUnclear):
    def __init__(self, name: str, *, found: Sequence[str], example: str) -> None:
        super().__init__(
            f'No column of "{name}" is recognised (found: {_listed(found)}); name them, for example with {example}.'
        )


class UnknownCanonical(ColumnsUnclear):
    def __init__(self, given: str, *, known: Sequence[str]) -> None:
        super().__init__(f'"{given}" is not a field that can be mapped; the fields are {_listed(known)}.')


class UnknownColumn(ColumnsUnclear):
    def __init__(self, given: str, *, field: str, found: Sequence[str]) -> None:
        super().__init__(f'{field} is mapped to "{given}", which is not a column; the columns are {_listed(found)}.')


class ColumnMappedTwice(ColumnsUnclear):
    def __init__(self, column: str, *, fields: Sequence[str]) -> None:
        super().__init__(f'The column "{column}" is mapped to {_listed(fields)}; it can stand for one field only.')


class NeededColumnMissing(ColumnsUnclear):
    def __init__(self, name: str, *, needed: str, field: str, found: Sequence[str]) -> None:
        super().__init__(
            f'"{name}" has no column for {needed} (found: {_listed(found)}); '
            f'say which it is with --map {field}="the column".'
        )


class OutcomeUnclear(ColumnsUnclear):
    def __init__(self, name: str, *, column: str, values: Sequence[str]) -> None:
        super().__init__(
            f'The column "{column}" of "{name}" does not say won or lost (values: {_listed(values)}); '
            'say which column does with --map outcome="the column".'
        )


class UnknownKind(ColumnsUnclear):
    def __init__(self, given: str, *, known: Sequence[str]) -> None:
        super().__init__(f'"{given}" is not a kind of record that can be imported; the kinds are {_listed(known)}.')


class WrongKind(ColumnsUnclear):
    def __init__(self, name: str, *, looks: str, kind: str, asked: str) -> None:
        """`looks`: what it holds in words; `kind`: that kind here."""
        self.kind = kind
        wanted = "deals" if kind == "opportunity" else KINDS[kind].plural
        super().__init__(f'"{name}" looks like {looks}, not like {asked}; import it with “rainmaker import {wanted}”.')


class NoPipelineInFolder(ColumnsUnclear):
    def __init__(self, name: str, *, files: Sequence[str], reasons: Sequence[str]) -> None:
        why = (" " + " ".join(reasons[:3])) if reasons else ""
        super().__init__(
            f'No file in the folder "{name}" holds deals with an outcome or a stage (CSV files: {_listed(files)}).{why}'
        )


class SeveralPipelinesInFolder(ColumnsUnclear):
    def __init__(self, name: str, *, files: Sequence[str]) -> None:
        super().__init__(f'Several files in "{name}" hold deals ({_listed(files)}); import one of them at a time.')
