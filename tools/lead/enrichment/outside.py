"""One generic provider over HTTP: a record's allowed fields go out, suggested values come back.

`POST url` with `{"kind": "account", "fields": {"domain": "acme.com"}}` is answered with
`{"suggestions": [{"field": "industry", "value": "Logistics", "confidence": 0.9, "reason": "…"}]}`. Time and size are
bounded, no redirect is followed, and a provider that failed several times in a row is left alone for a while. What
comes back is text from outside: only fields that may be filled in are kept, and nothing of it is an order.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tools.errors import ProviderAway
from tools.lead.enrichment.provider import FILLED
from tools.wording import clean

SECONDS = 10.0
MOST_BYTES = 65_536
MOST_FAILURES = 3
REST_SECONDS = 60.0
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """`values` by field: `{"value", "confidence", "reason"}`."""

    provider: str
    asked_with: tuple[str, ...]
    values: Mapping[str, Mapping[str, Any]]


class OutsideProvider:
    """Counts failures in this process, so that nobody waits for a provider that is away."""

    def __init__(
        self, url: str, token: str | None = None, *, seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        self._url, self._token, self._seconds, self._clock = url, token, seconds, clock
        self._failures, self._until = 0, 0.0

    @property
    def host(self) -> str:
        return urlsplit(self._url).hostname or self._url

    async def ask(self, kind: str, fields: Mapping[str, Any]) -> Answer:
        """Send these fields and read the suggestions. Raises `ProviderAway`."""
        if self._failures >= MOST_FAILURES and self._clock() < self._until:
            raise ProviderAway(self.host, "failed several times in a row and is left alone for a minute")
        try:
            answer = await self._asked({"kind": kind, "fields": dict(fields)})
        except ProviderAway:
            self._failures += 1
            self._until = self._clock() + REST_SECONDS
            raise
        self._failures = 0
        return Answer(self.host, tuple(fields), readable(kind, answer))

    async def _asked(self, body: Mapping[str, Any]) -> object:
        import asyncio

        from httpx2 import AsyncClient, HTTPError, InvalidURL

        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            async with (
                asyncio.timeout(self._seconds),
                AsyncClient(follow_redirects=False) as client,
                client.stream("POST", self._url, json=dict(body), headers=headers) as got,
            ):
                if got.status_code >= _REDIRECT:
                    raise ProviderAway(self.host, f"answered with {got.status_code}")
                text = bytearray()
                async for chunk in got.aiter_bytes():
                    text += chunk
                    if len(text) > MOST_BYTES:
                        raise ProviderAway(self.host, "sent more than an answer may hold")
            return json.loads(text)
        except TimeoutError as error:
            raise ProviderAway(self.host, f"did not answer within {self._seconds:g} seconds") from error
        except (HTTPError, InvalidURL, UnicodeError) as error:
            raise ProviderAway(self.host, "could not be reached") from error
        except ValueError as error:
            raise ProviderAway(self.host, "sent something that cannot be read") from error


_REDIRECT = 300


def readable(kind: str, answer: object) -> dict[str, dict[str, Any]]:
    """The suggestions of an answer that are some: of fields that may be filled in, with a plain value."""
    listed = answer.get("suggestions") if isinstance(answer, dict) else None
    found: dict[str, dict[str, Any]] = {}
    for one in listed if isinstance(listed, list) else ():
        if not isinstance(one, dict) or one.get("field") not in FILLED.get(kind, ()) or one["field"] == "account":
            continue
        value, sure = one.get("value"), one.get("confidence", 0.5)
        if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
            continue
        confidence = min(1.0, max(0.0, float(sure))) if isinstance(sure, int | float) else 0.5
        reason = clean(str(one.get("reason") or ""), most=_LONGEST)
        value = clean(value, most=_LONGEST) if isinstance(value, str) else value
        found[one["field"]] = {"value": value, "confidence": confidence, "reason": reason}
    return found
