"""Problems as `application/problem+json`, each with a stable code and one sentence.

ApiError
├── Unauthenticated   no valid credential came with the request
│   └── SignInRefused e-mail and password do not belong together
├── CsrfMismatch      a session's request lacks its token
├── BodyTooLarge      more was sent than the server takes in
├── TooManyRecords    a request names more records than one may
├── FileMissing       an upload holds no file
├── MappingUnreadable what an upload says about its columns is no object of texts
├── Exposed           the server would be reached from other machines as it is not meant to be
├── NotListening      the address or port cannot be had
└── CertificateUnusable the files for TLS are missing, no such files, or no pair
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from agent.errors import AgentError, ConversationBusy, QuestionTooLong
from db.errors import (
    Conflict,
    DemoWorkspace,
    ImportEdited,
    ImportUndone,
    LinkSpent,
    NotFound,
    NotPermitted,
    NotStorable,
    PasswordRefused,
    StorageAway,
    StorageBusy,
    StorageFull,
    StoreError,
    TooManyAttempts,
    WorkspaceMissing,
    WorkspaceOutdated,
)
from db.importers.errors import ImporterError
from tools.errors import DeliveryUnavailable, ToolError

MEDIA_TYPE = "application/problem+json"
_STATUS: tuple[tuple[type[Exception], int], ...] = (
    (NotFound, 404),
    (Conflict, 409),
    (NotPermitted, 403),
    (TooManyAttempts, 429),
    (LinkSpent, 410),
    (PasswordRefused, 422),
    (StorageFull, 507),
    (StorageBusy, 503),
    (StorageAway, 503),
    (NotStorable, 422),
    (WorkspaceMissing, 503),
    (WorkspaceOutdated, 503),
    (DemoWorkspace, 409),
    (ImportUndone, 409),
    (ImportEdited, 409),
    (StoreError, 400),
    (DeliveryUnavailable, 409),
    (ToolError, 422),
    (QuestionTooLong, 413),
    (ConversationBusy, 503),
    (AgentError, 422),
)


class ApiError(Exception):
    """Root of what the HTTP door itself refuses. The message is one sentence for the caller."""

    code = "api_error"


class Unauthenticated(ApiError):
    code = "unauthenticated"

    def __init__(self) -> None:
        super().__init__("Sign in, or send a token: Authorization: Bearer … (rainmaker tokens create).")


class CsrfMismatch(ApiError):
    code = "csrf_mismatch"

    def __init__(self) -> None:
        super().__init__("The request lacks this session's X-CSRF-Token.")


class BodyTooLarge(ApiError):
    code = "body_too_large"

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"The request is larger than the {limit:,} bytes that are taken here.")


class Exposed(ApiError):
    code = "exposed"

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("\n".join(sentences))


class TooManyRecords(ApiError):
    code = "too_many_records"

    def __init__(self, many: str, most: int) -> None:
        super().__init__(f"A request names at most {most:,} {many}; say which by a condition, or send several.")


class FileMissing(ApiError):
    code = "file_missing"

    def __init__(self) -> None:
        super().__init__("Send the file as “file” of multipart form data.")


class MappingUnreadable(ApiError):
    code = "mapping_unreadable"

    def __init__(self) -> None:
        super().__init__('Send “map” as a JSON object of field and column, such as {"email": "Mail"}.')


class NotListening(ApiError):
    code = "not_listening"


class CertificateUnusable(ApiError):
    code = "certificate_unusable"


class SignInRefused(Unauthenticated):
    """Neither says whether the address is known."""

    code = "sign_in_refused"

    def __init__(self) -> None:
        ApiError.__init__(self, "E-mail and password do not belong together.")


def problem(status: int, code: str, sentence: str) -> JSONResponse:
    body = {"type": "about:blank", "title": code.replace("_", " "), "status": status, "code": code, "detail": sentence}
    return JSONResponse(body, status_code=status, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Answer every declared error as a problem. What is not declared becomes a 500 without its text."""
    for kind, status in _STATUS:
        app.add_exception_handler(kind, _handler(status))
    app.add_exception_handler(Unauthenticated, _handler(401))
    app.add_exception_handler(CsrfMismatch, _handler(403))
    app.add_exception_handler(TooManyRecords, _handler(413))
    app.add_exception_handler(MappingUnreadable, _handler(422))
    app.add_exception_handler(FileMissing, _handler(422))
    app.add_exception_handler(ImporterError, _handler(422))
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _broken)


def _handler(status: int):  # type: ignore[no-untyped-def]  # noqa: ANN202 - Starlette's handler type is private
    async def handle(_: Request, error: Exception) -> JSONResponse:
        return problem(status, getattr(error, "code", "error"), str(error))

    return handle


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    said = "; ".join(_misfit(fault) for fault in faults[:3])
    return problem(422, "invalid_request", f"The request does not fit: {said}.")


def _misfit(fault: Mapping[str, Any]) -> str:
    if fault["type"] == "json_invalid":
        return "its body is not JSON"
    return f"{'.'.join(str(part) for part in fault['loc'][1:]) or 'body'}: {fault['msg']}"


async def _broken(_: Request, __: Exception) -> JSONResponse:
    """A fault of ours. The server goes on to log its kind and place."""
    return problem(500, "internal_error", "Something went wrong on our side.")


async def _http(_: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    code = {404: "no_such_route", 405: "method_not_allowed"}.get(status, "http_error")
    answer = problem(status, code, str(getattr(error, "detail", "")))
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


def not_allowed(methods: Iterable[str]) -> JSONResponse:
    """`methods`: those that the path knows."""
    allowed = ", ".join(sorted(methods))
    answer = problem(405, "method_not_allowed", f"This address takes {allowed or 'other methods'} only.")
    answer.headers["Allow"] = allowed
    return answer
