"""What goes wrong at an endpoint, in words for the person who asked, and what is to be done about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from langchain_core.messages import AIMessage
from pydantic import ValidationError

_KNOWN = {
    401: "refused the key",
    402: "has no credit left at its provider",
    403: "may not be used with this key",
    413: "cannot take that much at once",
    429: "is over its rate limit",
}
_AGAIN = frozenset({408, 409, 429, 500, 502, 503, 504})
_PERHAPS_CHARGED = frozenset({502, 504})
"""What a gateway says when it lost the service behind it, which may have finished its work."""
_MISSING = frozenset({"model_not_found", "invalid_model", "model_not_available"})
_NOT_REACHED = ("ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol", "InvalidURL", "ProxyError")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Attributes:
        reason: completes "The language model …".
        again: whether a second attempt may do better.
        wait: seconds the endpoint asked to wait before it.
        charged: whether the provider may have charged the call.
    """

    reason: str
    again: bool = False
    wait: float | None = None
    charged: bool = True


class Failed(Exception):
    """A request that brought nothing to go on with."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(fault.reason)


def of_error(error: Exception, *, model: str) -> Fault:
    """The fault behind what the client raised."""
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        return _of_status(error, status, model)
    names = {type(one).__name__ for one in _chain(error)}
    if names.intersection(_NOT_REACHED):
        return Fault("could not be reached", again=True, charged=False)
    if any("Timeout" in name for name in names):
        return Fault("did not answer in time", again=True)
    if "APIConnectionError" in names:
        return Fault("broke off in the middle of its answer", again=True)
    # A completion with one wrong part is a slip; a log-in page in its place will be there the next time too.
    return Fault("sent something that cannot be read", again=isinstance(error, ValidationError))


def _of_status(error: Exception, status: int, model: str) -> Fault:
    code = getattr(error, "code", None)
    if status == 404 or code in _MISSING:
        where = "check RAINMAKER_MODEL and OPENAI_BASE_URL"
        return Fault(f"“{model}” is not offered by the endpoint ({where})", charged=False)
    if code == "insufficient_quota":
        return Fault(_KNOWN[402], charged=False)
    reason = _KNOWN.get(status, f"answered with an error ({status})")
    return Fault(reason, again=status in _AGAIN, wait=_wait(error), charged=status in _PERHAPS_CHARGED)


def of_reply(reply: AIMessage, *, may_call: bool, may_be_empty: bool) -> Fault | None:
    """What is wrong with a reply that could be read; None when it can be used.

    Args:
        may_call: whether tools were offered.
        may_be_empty: whether saying nothing is an answer.
    """
    finish = reply.response_metadata.get("finish_reason")
    if finish == "content_filter" or reply.additional_kwargs.get("refusal"):
        return Fault("declined to answer")
    if finish == "length":
        return Fault("ran into the length limit of a reply")
    calls = reply.tool_calls or reply.invalid_tool_calls
    if reply.text.strip() or (calls and may_call) or (may_be_empty and not calls):
        return None
    return Fault("asked for tools it was not offered" if calls else "sent an empty reply", again=True)


def _wait(error: Exception) -> float | None:
    """Seconds from `Retry-After-Ms` or `Retry-After`, which is a number or a date (RFC 9110, 10.2.3)."""
    headers: Any = getattr(getattr(error, "response", None), "headers", {})
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return max(0.0, float(headers[name]) * unit)
        except (KeyError, ValueError):
            continue
    try:
        until = parsedate_to_datetime(headers["retry-after"])
    except (KeyError, ValueError):
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


def _chain(error: BaseException) -> Iterator[BaseException]:
    one: BaseException | None = error
    while one is not None:
        yield one
        one = one.__cause__ or one.__context__
