"""The one place where errors become answers: the JSON shape under /api/, a page everywhere else."""

import logging

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Match

from skipgram_audit.model.errors import AuditError, InvalidInput, NotFound, TooLarge
from skipgram_audit.model.validation import name_of, sentence_of
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import JobKind
from skipgram_audit.store.search import SearchNotReady
from skipgram_audit_web.security.headers import SECURITY_HEADERS
from skipgram_audit_web.web import render, wants_json

logger = logging.getLogger(__name__)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")

RETRY_SECONDS = 3
"""After which a search that is being prepared may be asked again."""


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


def _search_not_ready(request: Request, error: Exception) -> Response:
    """Has the index made that a search needs, unless that is on its way."""
    assert isinstance(error, SearchNotReady)
    database: Database = request.app.state.database
    with database.session() as session:
        request.app.state.queue.enqueue(session, JobKind.SEARCH, error.corpus_id)
    response = error_response(request, error)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response


def _validation_error(request: Request, error: Exception) -> Response:
    """A request whose fields do not have the form that the route declares. A page whose address holds no possible id is
    not there."""
    assert isinstance(error, RequestValidationError)
    items = list(error.errors())
    if not wants_json(request) and any(item["loc"][0] == "path" for item in items):
        return error_response(request, _nothing_here())
    problems = [{"place": name_of(item["loc"]), "problem": sentence_of(item)} for item in items]
    summary = "; ".join(f"{name_of(item['loc'][1:]) or item['loc'][0]}: {sentence_of(item)}" for item in items)
    return error_response(
        request, InvalidInput(f"The request is not valid: {summary}.", "Correct the named fields.", problems=problems)
    )


def _nothing_here() -> NotFound:
    return NotFound("There is nothing at this address.", "Follow a link from the start page.")


def _unstorable(request: Request, error: Exception) -> Response:
    """Text that the database cannot hold, such as a NUL character."""
    logger.warning("The database refused a value: %s", error)
    return error_response(
        request, InvalidInput("The request holds a character that cannot be stored or looked for.", "Leave it out.")
    )


def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    known: AuditError
    headers = dict(error.headers or {})
    if error.status_code == 404:
        known = _nothing_here()
    elif error.status_code == 413:
        known = TooLarge(str(error.detail), "Send less at once.")
    elif error.status_code == 405:
        if (page := page_above(request)) is not None:
            return RedirectResponse(page, status_code=303)
        known = MethodNotAllowed(f"{request.method} is not possible at this address.")
        headers["allow"] = ", ".join(allowed_methods(request, request.url.path))
    else:
        known = AuditError(str(error.detail))
        known.status = error.status_code
    response = error_response(request, known)
    response.headers.update(headers)
    return response


def allowed_methods(request: Request, path: str) -> list[str]:
    """What an address answers to; the framework names the methods of one of its routes only."""
    if path.startswith("/static/"):
        return ["GET", "HEAD"]
    routes = request.app.router.routes
    return [
        method
        for method in METHODS
        if any(route.matches({**request.scope, "method": method, "path": path})[0] is Match.FULL for route in routes)
    ]


def page_above(request: Request) -> str | None:
    """Where a browser goes that asks for the address that a form was sent to, as it does when it loads it again: the
    nearest page above it."""
    path = request.url.path
    if request.method != "GET" or wants_json(request):
        return None
    while path != "/":
        path = path.rpartition("/")[0] or "/"
        if "GET" in allowed_methods(request, path):
            return path
    return None


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
    app.add_exception_handler(SearchNotReady, _search_not_ready)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(DataError, _unstorable)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(Exception, _unexpected)
