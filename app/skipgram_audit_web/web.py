"""What every page shares: the templates, the process-wide objects as dependencies, and how errors are shown.

A page is a plain function; it asks for what it needs by type::

    router = APIRouter(prefix="/corpora")

    @router.get("/{corpus_id}")
    def show(request: Request, corpus_id: int, database: CurrentDatabase) -> Response:
        with database.session() as session:
            return render(request, "corpora/show.html", corpus=corpora.get(session, corpus_id))

An API route has the prefix ``/api/v1`` and ``responses=ERROR_RESPONSES``; any AuditError raised becomes the one JSON
shape there, and a page everywhere else.
"""

import hashlib
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any, Generic, TypeVar, cast
from urllib.parse import quote, urlencode

from fastapi import Depends, Request
from fastapi.templating import Jinja2Templates
from pydantic import BaseModel, ConfigDict
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response, StreamingResponse

from skipgram_audit import __version__
from skipgram_audit.report.templating import make_environment
from skipgram_audit.resources import static_folder
from skipgram_audit.settings import Settings
from skipgram_audit.store.database import Database
from skipgram_audit.store.queue import JobQueue
from skipgram_audit_web.common.glossary import explained
from skipgram_audit_web.common.tour import STEPS, current_step

Item = TypeVar("Item")


def _settings(request: Request) -> Settings:
    return cast(Settings, request.app.state.settings)


def _database(request: Request) -> Database:
    return cast(Database, request.app.state.database)


def _queue(request: Request) -> JobQueue:
    return cast(JobQueue, request.app.state.queue)


CurrentSettings = Annotated[Settings, Depends(_settings)]
CurrentDatabase = Annotated[Database, Depends(_database)]
CurrentQueue = Annotated[JobQueue, Depends(_queue)]


async def _form(request: Request) -> FormData:
    return await request.form()


SentForm = Annotated[FormData, Depends(_form)]
"""The fields of a form that a browser sent."""


class FromRow(BaseModel):
    """What the JSON API says of an object: its fields are the object's attributes of the same names."""

    model_config = ConfigDict(from_attributes=True)


class PageOf(BaseModel, Generic[Item]):
    """A page of a list, with the cursors of the pages around it; null where there is none."""

    items: list[Item]
    next: str | None
    previous: str | None


def fields_from(model: type[BaseModel], row: object) -> dict[str, Any]:
    """The fields of a model that a row has by the same names; the others are the caller's to give."""
    return {name: getattr(row, name) for name in model.model_fields if hasattr(row, name)}


class ErrorFields(BaseModel):
    """What went wrong, and what to do about it."""

    code: str
    message: str
    remedy: str
    details: dict[str, Any]


class ErrorBody(BaseModel):
    """The one JSON shape of an error."""

    error: ErrorFields


ERROR_RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"model": ErrorBody, "description": description}
    for status, description in {
        400: "The request cannot be understood, or the Host header names another server.",
        401: "Neither a session nor a token was sent.",
        403: "The request comes from another site's page.",
        404: "There is no such thing.",
        405: "The address does not take this method; the header Allow says which it takes.",
        409: "Its state does not allow it now.",
        413: "More was sent than is taken.",
        422: "A value is not valid.",
        503: "Something has to be prepared first; ask again in a moment.",
        507: "The disk is full.",
    }.items()
}


_TURNS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
"""Classes of the marks that change the direction of writing."""


@cache
def static_address(name: str) -> str:
    """The address of a static file, changed whenever its content changes, so that browsers may keep it for ever."""
    digest = hashlib.sha256((static_folder() / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def address_with(request: Request, changes: dict[str, Any]) -> str:
    """This page's address with some parameters changed; None takes one away."""
    parameters = {**request.query_params, **changes}
    query = urlencode({name: value for name, value in parameters.items() if value is not None})
    return f"{request.url.path}?{query}" if query else request.url.path


@cache
def _templates() -> Jinja2Templates:
    environment = make_environment()
    environment.filters["explained"] = explained
    environment.globals.update(static=static_address, address_with=address_with, version=__version__)
    return Jinja2Templates(env=environment)


def render(request: Request, template: str, status_code: int = 200, **context: Any) -> Response:
    """The page that a template and its values make. Corpus text in the values is escaped."""
    shared = {
        "section": request.url.path.strip("/").partition("/")[0],
        "active_jobs": getattr(request.state, "active_jobs", 0),
        "tour_step": current_step(request) if status_code == 200 else None,
        "tour_steps": STEPS,
    }
    return _templates().TemplateResponse(request, template, shared | context, status_code=status_code)


def see_other(address: str) -> Response:
    """Sends the browser on after a form was handled, so that reloading does not send the form again."""
    return RedirectResponse(address, status_code=303)


def attachment(filename: str) -> dict[str, str]:
    """The header that lets a browser save an answer under a name (RFC 6266).

    Characters that no file name can hold, or that would show the name as another one (line ends, path separators,
    marks of writing direction), become "_".
    """
    safe = "".join("_" if _confuses(letter) else letter for letter in filename)
    plain = "".join(letter if letter.isascii() and letter not in '"%' else "_" for letter in safe)
    extended = "" if plain == safe else f"; filename*=UTF-8''{quote(safe, safe='')}"
    return {"content-disposition": f'attachment; filename="{plain}"{extended}'}


def file_answer(content: Iterable[str] | Iterable[bytes], filename: str, media_type: str) -> Response:
    """An answer that a browser saves under a name, sent while it is made."""
    return StreamingResponse(content, media_type=media_type, headers=attachment(filename))


def file_responses(*media_types: str) -> dict[int | str, dict[str, Any]]:
    """What the document of the API says of an answer that is a file of one of these types."""
    return {200: {"content": {one: {} for one in media_types}, "description": "The file."}}


def _confuses(letter: str) -> bool:
    """Whether a character cannot be in a file's name, or turns the order in which the name is shown."""
    return (
        letter in "/\\"
        or unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(letter) in _TURNS
    )


def wants_json(request: Request) -> bool:
    """Whether errors of this request are for a program: everything under /api/."""
    return request.url.path.startswith("/api/")
