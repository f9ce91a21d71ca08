"""Turns bytes of unknown encoding into UTF-8: the byte order mark decides, then validity, then Windows-1252."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from db.importers.errors import WrongEncoding, ZeroBytes

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_VALID_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_NOT_IN_1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class Text:
    """Content as UTF-8 without a mark, and how it was written.

    Attributes:
        content: valid UTF-8 with line ends as in the file, except that a lone CR became LF.
        encoding: the name of the encoding found.
        damaged: number of characters that could not be decoded and were replaced by U+FFFD.
    """

    content: bytes
    encoding: str
    damaged: int = 0


def to_utf8(data: bytes, *, name: str) -> Text:
    """Decodes the bytes of a text file.

    UTF-16 without a mark is recognised by zero bytes at every second place. A file with more valid than
    invalid multi-byte sequences is damaged UTF-8, not Windows-1252. Raises `ZeroBytes` and `WrongEncoding`.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding, name=name)
    guessed = _utf16_without_mark(data)
    if guessed:
        return _decoded(data, guessed, name=name)
    return _decoded(data, "utf-8", name=name)


def _decoded(data: bytes, encoding: str, *, name: str) -> Text:
    if encoding == "utf-8":
        _refuse_controls(data, name=name)
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            return _not_quite_utf8(data, error, name=name)
        return Text(_with_line_feeds(data), "UTF-8")
    try:
        content = data.decode(encoding).encode("utf-8")
    except UnicodeError as error:
        raise WrongEncoding(name, line=1) from error
    _refuse_controls(content, name=name)
    return Text(_with_line_feeds(content), encoding.removesuffix("-le").removesuffix("-be").upper())


def _not_quite_utf8(data: bytes, error: UnicodeDecodeError, *, name: str) -> Text:
    text = data.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    if sum(1 for _ in _VALID_SEQUENCE.finditer(data)) > damaged:
        return Text(_with_line_feeds(text.encode("utf-8")), "UTF-8", damaged)
    if wrong := _NOT_IN_1252.search(data):
        raise WrongEncoding(name, line=line_of(data, wrong.start())) from error
    return Text(_with_line_feeds(data.decode("cp1252").encode("utf-8")), "Windows-1252")


def _utf16_without_mark(data: bytes) -> str | None:
    head = data[:4096]
    if len(head) < 4 or b"\x00" not in head:
        return None
    even, odd = head[0::2].count(0) / len(head[0::2]), head[1::2].count(0) / len(head[1::2])
    if odd > 0.4 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.4 and odd < 0.1 else None


def _refuse_controls(data: bytes, *, name: str) -> None:
    zero = data.find(b"\x00")
    if zero >= 0:
        raise ZeroBytes(name, line=line_of(data, zero))
    head = data[:65536]
    found = _CONTROL.findall(head)
    if len(found) > max(8, len(head) // 50):
        raise WrongEncoding(name, line=line_of(data, data.find(found[0])))


def _with_line_feeds(data: bytes) -> bytes:
    if b"\r" in data and b"\n" not in data:
        return data.replace(b"\r", b"\n")
    return data


def line_of(data: bytes, position: int) -> int:
    """The number of the line that holds the byte at the position, counted from 1."""
    return data.count(b"\n", 0, position) + 1
