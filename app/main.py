"""create_app: the web application put together. It imports no torch and nothing of worker/, and starts in a second."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from app import __version__
from app.audits import api as audit_api
from app.audits import pages as audit_pages
from app.audits import ranking_pages
from app.error_handlers import add_error_handlers
from app.reports import pages as report_pages
from app.resources import static_folder
from app.settings import Settings
from app.store.database import Database
from app.store.queue import JobQueue
from app.web import see_other

DESCRIPTION = "Which documents, sentences and words of a corpus make its word embeddings biased."


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.queue.close()
    app.state.database.close()


def create_app(settings: Settings) -> FastAPI:
    """The application over a migrated database.

    Args:
        settings: the process's settings; nothing else is read from the environment.
    """
    app = FastAPI(
        title="Skip-gram Audit",
        description=DESCRIPTION,
        version=__version__,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.database = Database(settings.sqlalchemy_url)
    app.state.queue = JobQueue(settings, app.state.database)
    add_error_handlers(app)
    _include_features(app)
    app.mount("/static", StaticFiles(directory=static_folder()), name="static")
    return app


def _include_features(app: FastAPI) -> None:
    """A line a feature module; each exposes ``router``."""

    app.include_router(audit_api.router)
    app.include_router(audit_pages.router)
    app.include_router(ranking_pages.router)
    app.include_router(report_pages.router)

    @app.get("/healthz", include_in_schema=False)
    def healthz() -> Response:
        return JSONResponse({"status": "ok"})

    @app.get("/", include_in_schema=False)
    def start() -> Response:
        return see_other("/corpora")
