"""How the server is reached."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


class ServerSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="RAINMAKER_", extra="ignore")

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    public_url: str | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    trusted_proxy: str | None = None
    max_body_bytes: Annotated[int, Field(ge=10_000, le=100_000_000)] = 2_000_000
    max_upload_bytes: Annotated[int, Field(ge=10_000, le=1_000_000_000)] = 50_000_000
    insecure_demo: bool = False
    insecure_secret: bool = False
    insecure_http: bool = False

    @field_validator("public_url")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        if value and "://" in value and urlsplit(value).scheme not in ("http", "https"):
            raise ValueError(f"RAINMAKER_PUBLIC_URL is “{value}”, which does not begin with https:// or http://")
        return value

    @field_validator("trusted_proxy")
    @classmethod
    def _addresses(cls, value: str | None) -> str | None:
        for one in (value or "").replace(",", " ").split():
            try:
                ip_network(one, strict=False)
            except ValueError as error:
                raise ValueError(f"RAINMAKER_TRUSTED_PROXY names “{one}”, which is no address of a machine") from error
        return value

    @model_validator(mode="after")
    def _a_pair(self) -> ServerSettings:
        if (self.tls_cert is None) is not (self.tls_key is None):
            raise ValueError("RAINMAKER_TLS_CERT and RAINMAKER_TLS_KEY belong together; one is missing")
        return self

    @property
    def address(self) -> str:
        """Where people reach the server, for links."""
        if self.public_url:
            named = self.public_url if "://" in self.public_url else f"http://{self.public_url}"
            return named.rstrip("/")
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self.tls_cert else 'http'}://{host}:{self.port}"

    @property
    def by_https(self) -> bool:
        """Whether people reach the server over HTTPS: it speaks TLS itself, or the proxy before it does."""
        return self.tls_cert is not None or self.address.startswith("https://")

    @property
    def proxies(self) -> list[str]:
        """Addresses whose word about the caller is taken."""
        return (self.trusted_proxy or "").replace(",", " ").split()

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine reaches the server: it listens on loopback and is not published elsewhere."""
        return self.host in LOOPBACK and (not self.public_url or urlsplit(self.public_url).hostname in LOOPBACK)
