"""Every file that cannot be read ends in one clear sentence, soon and without eating memory."""

from __future__ import annotations

import os
import socket

import pytest

from db.importers import ImporterError, read_deals
from db.importers import errors as e
from db.importers.source import MAX_LINE_BYTES

GOOD = "deal_id,outcome\n1,Won\n2,Lost\n"

CONTENTS = [
    (b"", "deals.csv", e.EmptyFile),
    (b"\n \r\n\t\n", "deals.csv", e.EmptyFile),
    (b"\xef\xbb\xbf", "deals.csv", e.EmptyFile),
    (b"\xff\xfe\n\x00", "deals.csv", e.EmptyFile),
    (b"deal_id,outcome\n", "deals.csv", e.HeaderOnly),
    (b"deal_id,outcome\n,\n\n", "deals.csv", e.HeaderOnly),
    (b"deal_id,outcome\n1\n2,Won,3\n", "deals.csv", e.NoRowFitsHeader),
    (b"PK\x03\x04rest", "deals.csv", e.UnknownFileType),
    (b"PK\x03\x04rest", "deals.xlsx", e.UnknownFileType),
    (GOOD.encode(), "deals.xlsx", e.UnknownFileType),
    (b"\x89PNG\r\n\x1a\n", "deals.png", e.UnknownFileType),
    (b"%PDF-1.7", "deals.csv", e.UnknownFileType),
    (b"<!DOCTYPE html><html>", "deals.csv", e.UnknownFileType),
    (b"deal_id,outcome\n1,W\x00n\n", "deals.csv", e.ZeroBytes),
    (bytes(range(256)) * 40, "deals.csv", e.ZeroBytes),
    (b"a,b\n\x82\xa0\x81\x41,\x8d\n", "deals.csv", e.WrongEncoding),
    (b"\xff\xfea", "deals.csv", e.WrongEncoding),
    (b'deal_id,outcome\n1,"Won\n2,Lost\n', "deals.csv", e.UnclosedQuote),
    (b"x,y\n1,2\n", "deals.csv", e.NoKnownColumns),
    (b'[{"deal_id": "1", "outcome": "won"', "deals.json", e.BrokenJson),
    (b'[{"deal_id": "1", "outcome": "wo', "deals.json", e.BrokenJson),
    (b'[{"deal_id": 1,}]', "deals.json", e.BrokenJson),
    (b"deal_id,outcome\n1,Won\n", "deals.json", e.BrokenJson),
    (b'{"a": 1}', "deals.json", e.UnexpectedJson),
    (b'["a", "b"]', "deals.json", e.UnexpectedJson),
    (b'[{"deal_value": NaN}]', "deals.json", e.UnexpectedJson),
    (b"[" * 100_000, "deals.json", e.ImporterError),
    (b"[]", "deals.json", e.HeaderOnly),
]


@pytest.mark.parametrize(("content", "name", "error"), CONTENTS)
def test_content_that_cannot_be_read_is_refused_in_one_sentence(write, content, name, error):
    with pytest.raises(error) as caught:
        read_deals(write(content, name))
    sentence = str(caught.value)
    assert name in sentence
    assert sentence.endswith((".", ")."))
    assert "\n" not in sentence


def test_a_huge_single_line_is_refused_after_its_first_block(write, monkeypatch):
    read = []
    real = os.read
    monkeypatch.setattr(os, "read", lambda fd, size: read.append(size) or real(fd, size))
    path = write(b"a" * (3 * 2**23))
    with pytest.raises(e.LineTooLong, match="Line 1 "):
        read_deals(path)
    assert len(read) == 1


def test_a_long_line_further_down_is_refused_with_its_number(write):
    with pytest.raises(e.LineTooLong, match="Line 4 "):
        read_deals(write(GOOD + "3," + "x" * (MAX_LINE_BYTES + 1)))


def test_a_sparse_giant_is_refused_by_its_size_unread(write):
    path = write(GOOD)
    os.truncate(path, 2**34)
    with pytest.raises(e.FileTooLarge, match="16,384 MB"):
        read_deals(path)


def test_a_missing_path_is_named(tmp_path):
    with pytest.raises(e.NoSuchFile, match=r"nowhere\.csv"):
        read_deals(tmp_path / "nowhere.csv")


def test_a_link_to_itself_is_named(tmp_path):
    link = tmp_path / "loop.csv"
    link.symlink_to(link)
    with pytest.raises(e.LinkLoop, match=r"loop\.csv"):
        read_deals(link)


def test_a_named_pipe_does_not_hold_the_import_up(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(e.NotAFile, match="a named pipe"):
        read_deals(tmp_path / "pipe.csv")


def test_a_socket_is_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("door.csv")
        with pytest.raises(e.NotAFile):
            read_deals(tmp_path / "door.csv")


def test_a_device_is_no_file():
    from pathlib import Path

    with pytest.raises(e.NotAFile, match="a device"):
        read_deals(Path(os.devnull))


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_forbidden_file_says_so(write):
    path = write(GOOD)
    path.chmod(0)
    with pytest.raises(e.AccessDenied):
        read_deals(path)


def test_permission_denied_by_the_system_says_so(write, monkeypatch):
    # Tests may run as the superuser, whom no permission stops; the system's refusal is therefore played.
    def refuse(*_args, **_kwargs):
        raise PermissionError(13, "Permission denied")

    path = write(GOOD)
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(e.AccessDenied, match="permissions"):
        read_deals(path)


def test_every_error_is_in_the_tree():
    kinds = [value for value in vars(e).values() if isinstance(value, type) and issubclass(value, Exception)]
    assert all(issubclass(kind, ImporterError) for kind in kinds)
    assert all(kind.__name__ in (e.__doc__ or "") for kind in kinds)
