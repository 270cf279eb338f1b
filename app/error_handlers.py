"""The one place where errors become answers: the JSON shape under /api/, a page everywhere else."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from app.errors import AuditError, InvalidInput, NotFound, TooLarge
from app.security.headers import SECURITY_HEADERS
from app.web import render, wants_json

VALIDATOR = "function-after["
"""How pydantic names a choice among forms by its validators in the place of an error; it tells a user nothing."""


class InternalError(AuditError):
    code, status = "internal_error", 500


class MethodNotAllowed(AuditError):
    code, status = "method_not_allowed", 405


def error_response(request: Request, error: AuditError) -> Response:
    """An AuditError as JSON for programs or as a page for people."""
    if wants_json(request):
        return JSONResponse(error.as_dict(), status_code=error.status)
    return render(request, "errors/error.html", status_code=error.status, error=error)


def _audit_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, AuditError)
    return error_response(request, error)


def _validation_error(request: Request, error: Exception) -> Response:
    """A request whose fields do not have the form that the route declares."""
    assert isinstance(error, RequestValidationError)
    problems = [
        {
            "place": ".".join(str(part) for part in item["loc"] if not str(part).startswith(VALIDATOR)),
            "problem": str(item["msg"]).removeprefix("Value error, "),
        }
        for item in error.errors()
    ]
    summary = "; ".join(f"{item['place']}: {item['problem']}" for item in problems)
    return error_response(
        request, InvalidInput(f"The request is not valid: {summary}.", "Correct the named fields.", problems=problems)
    )


def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    known: AuditError
    if error.status_code == 404:
        known = NotFound("There is nothing at this address.", "Follow a link from the start page.")
    elif error.status_code == 413:
        known = TooLarge(str(error.detail), "Send less at once.")
    elif error.status_code == 405:
        known = MethodNotAllowed(f"{request.method} is not possible at this address.")
    else:
        known = AuditError(str(error.detail))
        known.status = error.status_code
    response = error_response(request, known)
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


def _unexpected(request: Request, error: Exception) -> Response:
    """A bug: a plain sentence to the user; the web server writes the trace to its log.

    This answer does not pass the middleware, so it gets its headers here.
    """
    response = error_response(
        request, InternalError("Something went wrong inside the server.", "The server's log says what.")
    )
    response.headers.update(SECURITY_HEADERS)
    return response


def add_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(AuditError, _audit_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(Exception, _unexpected)
