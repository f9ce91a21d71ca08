"""Encrypts what a conversation's placeholders stand for, with the workspace's secret key."""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from agent.errors import SecretUnreadable
from db.settings import WorkspaceSettings


def workspace_secret(settings: WorkspaceSettings) -> str:
    """`RAINMAKER_SECRET_KEY`, or a key made once and kept beside the SQLite file, readable by its owner only."""
    if settings.secret_key:
        return settings.secret_key
    database = settings.url.database
    folder = Path(database).parent if database and settings.url.get_backend_name() == "sqlite" else Path("var")
    path = folder / "secret.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text().strip()


class Seal:
    """Opens and closes values.

    Args:
        secret: one key, or several with commas between them. The first seals; the others only open what was sealed
            before the key was changed. The audit chain is signed with the last one, so that it stays one chain.
    """

    def __init__(self, secret: str) -> None:
        keys = [key.strip() for key in secret.split(",") if key.strip()] or [secret]
        self._fernet = MultiFernet(
            [Fernet(base64.urlsafe_b64encode(_derived(key, b"rainmaker-vault"))) for key in keys]
        )
        self.audit_key = _derived(keys[-1], b"rainmaker-audit")

    def close(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as error:
            raise SecretUnreadable from error


def _derived(key: str, purpose: bytes) -> bytes:
    """A key of its own for each use."""
    return hashlib.blake2b(key.encode(), person=purpose, digest_size=32).digest()
