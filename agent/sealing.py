"""Encrypts what a conversation's placeholders stand for, with the workspace's secret key."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from agent.errors import SecretMissing, SecretUnreadable
from db.anchor import Anchor
from db.chain import Chain
from db.session import Database
from db.settings import WorkspaceSettings


def workspace_secret(settings: WorkspaceSettings) -> str:
    """`RAINMAKER_SECRET_KEY`, or a key made once and kept beside the SQLite file, readable by its owner only."""
    if settings.secret_key:
        return settings.secret_key
    folder = _folder(settings)
    path = folder / "secret.key"
    if not path.exists():
        anchor = _anchor_path(settings)
        if anchor is not None and anchor.exists():
            # A new key would open nothing and would begin a second audit chain.
            raise SecretMissing(path)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text().strip()


def _folder(settings: WorkspaceSettings) -> Path:
    database = settings.url.database
    return Path(database).parent if database and settings.url.get_backend_name() == "sqlite" else Path("var")


def anchor_of(settings: WorkspaceSettings) -> Anchor | None:
    """Where the end of the audit chain is kept: `RAINMAKER_AUDIT_ANCHOR`, or a file beside the secret key that bears
    the workspace's name. None for a workspace in memory."""
    path = _anchor_path(settings)
    if path is None:
        return None
    url = settings.url
    file = Path(url.database) if url.database and url.get_backend_name() == "sqlite" else None
    *older, key = audit_keys(settings)
    return Anchor(path, key, file, older)


def _anchor_path(settings: WorkspaceSettings) -> Path | None:
    url = settings.url
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database.startswith((":memory:", "file:")):
            return None
        name = f"{Path(url.database).name}.anchor"
    else:
        # Two servers may each have a database of the same name.
        where = hashlib.sha256(f"{url.host}:{url.port}/{url.database} {sorted(url.query.items())}".encode()).hexdigest()
        name = f"{url.database}-{where[:8]}.anchor"
    return settings.audit_anchor or _folder(settings) / name


def anchored(database: Database, settings: WorkspaceSettings) -> Database:
    """The same database, whose sessions can enter in the audit chain, and move its anchor on."""
    return Chain(audit_keys(settings)[-1], anchor_of(settings)).carried_by(database)


def audit_keys(settings: WorkspaceSettings) -> tuple[bytes, ...]:
    """Keys of the audit chain, the oldest first; the last is the one in use."""
    return tuple(_audit_key(secret) for secret in (*settings.former_keys, workspace_secret(settings)))


def _audit_key(secret: str) -> bytes:
    return hashlib.blake2b(secret.encode(), person=b"rainmaker-audit", digest_size=32).digest()


def _vault_key(secret: str) -> Fernet:
    digest = hashlib.blake2b(secret.encode(), person=b"rainmaker-vault", digest_size=32).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


class Seal:
    """Closes values with one key, and opens those that were closed with it or with a former one."""

    def __init__(self, secret: str, former: Sequence[str] = ()) -> None:
        self._fernet = MultiFernet([_vault_key(one) for one in (secret, *former)])

    def close(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise SecretUnreadable from error
