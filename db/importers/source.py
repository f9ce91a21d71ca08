"""Opens what a path leads to without hanging on it and without reading what cannot be a table.

A file is opened once, non-blocking, and judged by what was opened (not by what its name said a moment
before), so a pipe, a device or a link that changes meanwhile cannot hold the import up.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from db.importers.errors import (
    AccessDenied,
    BrokenJson,
    EmptyFile,
    FileTooLarge,
    LineTooLong,
    LinkLoop,
    NoSuchFile,
    NotAFile,
    PathUnusable,
    UnknownFileType,
)

MAX_FILE_BYTES = 2**30
MAX_JSON_BYTES = 2**28  # parsed JSON takes about nine times its size in memory
MAX_LINE_BYTES = 2**20
JSON_LINES = frozenset({".jsonl", ".ndjson"})
TEXT_SUFFIXES = frozenset({".csv", ".tsv", ".tab", ".txt", ".json", *JSON_LINES, ""})
_BLOCK = 2**23

_SIGNATURES = (
    (b"PK\x03\x04", "an Excel workbook or another ZIP archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook or Office document"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF", "a PDF document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"PAR1", "a Parquet file"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"{\\rtf", "an RTF document"),
)
_MARKUP = ((b"<!doctype html", "a web page"), (b"<html", "a web page"), (b"<table", "a web page"), (b"<?xml", "XML"))


def is_folder(path: Path) -> bool:
    """Whether the path leads to a folder; raises `PathUnusable` when it leads nowhere."""
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError) as error:
        raise _unusable(path, error) from error


def entries(folder: Path) -> list[Path]:
    """What stands directly in a folder; raises `PathUnusable` when it may not be listed."""
    try:
        return sorted(folder.iterdir())
    except OSError as error:
        raise _unusable(folder, error) from error


def read_bytes(path: Path) -> bytes:
    """The content of a regular text file within the stated limits.

    Raises `PathUnusable` for anything that is not a readable regular file, and `ContentUnusable` for an empty,
    binary or too large file and for a line over `MAX_LINE_BYTES`; the latter is found while reading, so a huge
    single line is refused after its first block.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except (OSError, ValueError) as error:
        raise _unusable(path, error) from error
    try:
        status = os.fstat(descriptor)
        _refuse_non_file(path, status.st_mode)
        if status.st_size > MAX_FILE_BYTES:
            raise FileTooLarge(path.name, size=status.st_size, limit=MAX_FILE_BYTES)
        return _read_in_blocks(path, descriptor, size=status.st_size)
    except OSError as error:
        raise _unusable(path, error) from error
    finally:
        os.close(descriptor)


def _read_in_blocks(path: Path, descriptor: int, *, size: int) -> bytes:
    content = bytearray()
    line_start, line = 0, 1
    is_json = False
    while block := os.read(descriptor, _BLOCK):
        if not content:
            _refuse_binary(path, block)
            is_json = looks_like_json(block)
            if path.suffix.lower() in (".json", *JSON_LINES) and block.strip() and not is_json:
                raise BrokenJson(path.name, line=1, cut_off=False)
        content += block
        limit = MAX_JSON_BYTES if is_json else MAX_FILE_BYTES
        if len(content) > limit:
            raise FileTooLarge(path.name, size=max(len(content), size), limit=limit)
        if not is_json:
            line_start, line = _refuse_long_line(path, content, line_start, line)
    if not content.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise EmptyFile(path.name)
    return bytes(content)


def _refuse_long_line(path: Path, content: bytearray, start: int, line: int) -> tuple[int, int]:
    """Jumps from line end to line end, a limit at a time; returns the start and number of the last line."""
    while len(content) - start > MAX_LINE_BYTES:
        end = max(content.rfind(mark, start, start + MAX_LINE_BYTES) for mark in (b"\n", b"\r"))
        if end < 0:
            raise LineTooLong(path.name, line=line, limit=MAX_LINE_BYTES)
        line += content.count(b"\n", start, end + 1)
        start = end + 1
    return start, line


def looks_like_json(head: bytes) -> bool:
    """Whether the first character that counts opens a JSON array or object."""
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1] in (b"[", b"{")


def _refuse_binary(path: Path, head: bytes) -> None:
    for signature, found in _SIGNATURES:
        if head.startswith(signature):
            raise UnknownFileType(path.name, found=found)
    start = head[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for signature, found in _MARKUP:
        if start.startswith(signature):
            raise UnknownFileType(path.name, found=found)
    if path.suffix.lower() not in TEXT_SUFFIXES:
        raise UnknownFileType(path.name, found=f'a file of type "{path.suffix}"')


def _refuse_non_file(path: Path, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a named pipe"), (stat.S_ISSOCK, "a socket"))
    found = next((words for test, words in kinds if test(mode)), "a device")
    raise NotAFile(path.name, found=found)


def _unusable(path: Path, error: OSError | ValueError) -> PathUnusable:
    name = path.name or str(path)
    code = getattr(error, "errno", None)
    if code in (errno.EACCES, errno.EPERM):
        return AccessDenied(name)
    if code == errno.ELOOP:
        return LinkLoop(name)
    if code in (errno.ENXIO, errno.EIO, errno.ENODEV):
        return NotAFile(name, found="a device or a socket")
    return NoSuchFile(name)
