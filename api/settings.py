"""How the server is reached."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class ServerSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="RAINMAKER_", extra="ignore")

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    public_url: str | None = None

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine reaches the server: it listens on loopback and is not published elsewhere."""
        return self.host in LOOPBACK and (not self.public_url or urlsplit(self.public_url).hostname in LOOPBACK)
