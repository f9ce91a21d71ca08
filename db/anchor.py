"""Where the audit chain had come to, kept outside the database, so that cutting off its end is seen.

The anchor is a small file: number and digest of the newest entry, and a keyed hash over both. It is written after the
transaction of an entry is in the database and never before, so it is never ahead of it: on SQLite the write-ahead log
is brought to the disk first, because a commit alone does not outlive a power cut. It only moves forward, whoever
writes last. A process that ends between commit and anchor leaves it behind; the next entry of any process catches up.
Checking therefore takes a chain that is longer than its anchor, and never one that is shorter or another.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from db.errors import AnchorUnreadable

_LOG = logging.getLogger("rainmaker.audit")


@dataclass(frozen=True, slots=True)
class Mark:
    """The chain up to an entry."""

    number: int
    digest: str

    def sealed(self, key: bytes) -> str:
        return hmac.new(key, f"anchor {self.number} {self.digest}".encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Anchor:
    """The file of one workspace's mark.

    Attributes:
        key: that of the audit chain.
        database: the file of a SQLite workspace, which has to be on the disk before the anchor is.
        older: keys of before, which still open a mark.
    """

    path: Path
    key: bytes
    database: Path | None = None
    older: Sequence[bytes] = ()

    def advance(self, mark: Mark) -> None:
        """Move to a mark, unless the anchor is there or further already. What keeps it from being written is logged:
        the entry itself is in the database by now."""
        try:
            self._on_disk()
            with self._locked():
                held = self._held()
                if held is None or held.number < mark.number:
                    self._write(mark)
        except (OSError, AnchorUnreadable) as error:
            _LOG.warning("anchor.unwritten", extra={"path": str(self.path), "reason": str(error)})

    def read(self) -> Mark | None:
        """Where the chain had come to; None where no anchor was written yet.

        Raises:
            AnchorUnreadable: it is no anchor, or not one of this key.
        """
        return self._held()

    def reset(self, mark: Mark | None) -> Path | None:
        """Begin again at a mark, after a restore or for a new workspace; the former anchor is kept, and named."""
        with self._locked():
            aside = None
            if self.path.exists():
                aside = self.path.with_name(f"{self.path.name}.before-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
                self.path.rename(aside)
            if mark is not None:
                self._write(mark)
        return aside

    def _held(self) -> Mark | None:
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise AnchorUnreadable(self.path) from error
        return parsed(text, keys=(self.key, *self.older), source=self.path)

    def _write(self, mark: Mark) -> None:
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        fresh.write_text(written(mark, self.key), encoding="utf-8")
        fresh.replace(self.path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone among the processes of this machine."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_name(f".{self.path.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _on_disk(self) -> None:
        if self.database is None:
            return
        log = self.database.with_name(f"{self.database.name}-wal")
        try:
            handle = os.open(log, os.O_RDONLY)
        except FileNotFoundError:
            # No log: everything is in the file, and was brought to the disk when the log was taken in.
            return
        try:
            os.fdatasync(handle)
        finally:
            os.close(handle)


def written(mark: Mark, key: bytes) -> str:
    return json.dumps({"number": mark.number, "digest": mark.digest, "seal": mark.sealed(key)}) + "\n"


def parsed(text: str, *, keys: Sequence[bytes], source: Path) -> Mark:
    try:
        read = json.loads(text)
        mark, seal = Mark(int(read["number"]), str(read["digest"])), str(read["seal"])
    except (ValueError, KeyError, TypeError) as error:
        raise AnchorUnreadable(source) from error
    if not any(hmac.compare_digest(mark.sealed(key), seal) for key in keys):
        raise AnchorUnreadable(source)
    return mark
