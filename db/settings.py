"""Where the workspace is stored and how it reckons: calendar, currency, zone."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

USUAL_CURRENCY = "USD"
DEFAULT_FILE = Path("var") / "rainmaker.db"
SENDABLE = ("domain", "company", "country", "email", "phone", "first_name", "last_name", "title")
"""What may be sent to an enrichment provider at all; `RAINMAKER_ENRICHMENT_SENDS` says which of it is."""
_ASYNC_DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class WeekStart(StrEnum):
    """The day a week begins with."""

    MONDAY = "monday"
    SUNDAY = "sunday"
    SATURDAY = "saturday"

    @property
    def weekday(self) -> int:
        """As `date.weekday` counts: Monday 0."""
        return {WeekStart.MONDAY: 0, WeekStart.SATURDAY: 5, WeekStart.SUNDAY: 6}[self]


class RateBasis(StrEnum):
    """What a win rate is a share of: the number of deals, or their value."""

    COUNT = "count"
    VALUE = "value"


class WorkspaceSettings(BaseSettings):
    """Read from the environment; the empty environment is a working one.

    What a workspace decides for itself (`db.rules`) takes the place of these values wherever its records are read.
    """

    model_config = SettingsConfigDict(env_prefix="RAINMAKER_", extra="ignore")

    database_url: str = f"sqlite:///{DEFAULT_FILE}"
    secret_key: str | None = None
    previous_secret_keys: str = ""
    audit_anchor: Path | None = None
    timezone: str = "UTC"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] = USUAL_CURRENCY
    fiscal_year_start: Annotated[int, Field(ge=1, le=12)] = 1
    week_start: WeekStart = WeekStart.MONDAY
    win_rate_by: RateBasis = RateBasis.COUNT
    win_rate_disqualified: Literal["in", "out"] = "out"
    win_rate_renewals: Literal["in", "out"] = "out"
    disqualified_reasons: str = "Disqualified, Unqualified, Not qualified, Duplicate, Test, Spam"
    trace_days: Annotated[int, Field(ge=1)] = 90
    enrichment_url: str | None = None
    enrichment_token: str | None = None
    enrichment_sends: str = "domain,company"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(
                f"RAINMAKER_TIMEZONE is “{value}”, which is not a time zone such as Europe/Berlin"
            ) from error
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        try:
            backend = make_url(value).get_backend_name()
        except ArgumentError as error:
            raise ValueError("RAINMAKER_DATABASE_URL is not an address such as sqlite:///var/rainmaker.db") from error
        if backend not in _ASYNC_DRIVERS:
            raise ValueError(f"RAINMAKER_DATABASE_URL names {backend}; sqlite and postgresql are supported")
        return value

    @field_validator("enrichment_url")
    @classmethod
    def _a_provider(cls, value: str | None) -> str | None:
        if value and not value.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError("RAINMAKER_ENRICHMENT_URL is not an https:// address")
        return value or None

    @field_validator("enrichment_sends")
    @classmethod
    def _sendable(cls, value: str) -> str:
        unknown = sorted({one.strip() for one in value.split(",") if one.strip()} - set(SENDABLE))
        if unknown:
            raise ValueError(f"RAINMAKER_ENRICHMENT_SENDS names {', '.join(unknown)}; there are {', '.join(SENDABLE)}")
        return value

    @property
    def sent_to_providers(self) -> tuple[str, ...]:
        """The fields of a record that may be sent to the enrichment provider."""
        return tuple(one.strip() for one in self.enrichment_sends.split(",") if one.strip())

    @property
    def url(self) -> URL:
        """The address with the driver we use, whatever driver was written."""
        url = make_url(self.database_url)
        return url.set(drivername=_ASYNC_DRIVERS[url.get_backend_name()])

    @property
    def file(self) -> Path | None:
        """The file of a SQLite workspace; None where it is kept by a server or in memory."""
        return file_of(self.url)

    @property
    def durable_url(self) -> URL:
        """Where DBOS keeps what it has to do: a file beside that of SQLite, a schema of the same PostgreSQL database.

        Not the same SQLite file: it would take the lock of all who write once a second to look for work.
        """
        url = self.url
        if url.get_backend_name() == "sqlite":
            return url.set(drivername="sqlite", database=f"{url.database}-worker")
        return url

    @property
    def former_keys(self) -> tuple[str, ...]:
        """Secret keys of before, the oldest first."""
        return tuple(key.strip() for key in self.previous_secret_keys.split(",") if key.strip())

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


def file_of(url: URL) -> Path | None:
    """The file a SQLite address names; None for a server's database and one in memory."""
    name = url.database
    kept = url.get_backend_name() == "sqlite" and name and not name.startswith((":memory:", "file:"))
    return Path(name) if kept and name else None
