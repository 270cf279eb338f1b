"""create_app: the web application put together. It imports no torch and nothing of worker/, and starts in a second."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI, Request
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles

from skipgram_audit import __version__
from skipgram_audit.resources import static_folder
from skipgram_audit.settings import Settings
from skipgram_audit.store import jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.queue import JobQueue
from skipgram_audit_web.api_document import DescribedAPI
from skipgram_audit_web.common.unknown_parameters import refuse_unknown_parameters
from skipgram_audit_web.error_handlers import add_error_handlers
from skipgram_audit_web.features.audits import api as audit_api
from skipgram_audit_web.features.audits import pages as audit_pages
from skipgram_audit_web.features.checks import api as check_api
from skipgram_audit_web.features.checks import pages as check_pages
from skipgram_audit_web.features.comparisons import api as comparison_api
from skipgram_audit_web.features.comparisons import pages as comparison_pages
from skipgram_audit_web.features.corpora import api as corpus_api
from skipgram_audit_web.features.corpora import pages as corpus_pages
from skipgram_audit_web.features.document_map import api as map_api
from skipgram_audit_web.features.document_map import pages as map_pages
from skipgram_audit_web.features.documents import api as document_api
from skipgram_audit_web.features.documents import pages as document_pages
from skipgram_audit_web.features.help import pages as help_pages
from skipgram_audit_web.features.imported_models import api as model_api
from skipgram_audit_web.features.imported_models import pages as model_pages
from skipgram_audit_web.features.jobs import api as jobs_api
from skipgram_audit_web.features.jobs import pages as jobs_pages
from skipgram_audit_web.features.marks import api as mark_api
from skipgram_audit_web.features.marks import pages as mark_pages
from skipgram_audit_web.features.mitigations import api as mitigation_api
from skipgram_audit_web.features.mitigations import pages as mitigation_pages
from skipgram_audit_web.features.near_duplicates import api as duplicate_api
from skipgram_audit_web.features.near_duplicates import pages as duplicate_pages
from skipgram_audit_web.features.probes import api as probe_api
from skipgram_audit_web.features.probes import pages as probe_pages
from skipgram_audit_web.features.rankings import api as ranking_api
from skipgram_audit_web.features.rankings import pages as ranking_pages
from skipgram_audit_web.features.reports import api as report_api
from skipgram_audit_web.features.reports import pages as report_pages
from skipgram_audit_web.features.rewritings import api as rewriting_api
from skipgram_audit_web.features.rewritings import pages as rewriting_pages
from skipgram_audit_web.features.start import pages as start_page
from skipgram_audit_web.features.tour import pages as tour_pages
from skipgram_audit_web.features.uploads import api as upload_api
from skipgram_audit_web.features.uploads import pages as upload_pages
from skipgram_audit_web.features.what_ifs import api as what_if_api
from skipgram_audit_web.features.what_ifs import pages as what_if_pages
from skipgram_audit_web.features.words import api as word_api
from skipgram_audit_web.features.words import pages as word_pages
from skipgram_audit_web.security import pages as security_pages
from skipgram_audit_web.security.bodies import BodyLimit
from skipgram_audit_web.security.guard import OPEN_PATHS, Guard
from skipgram_audit_web.security.headers import SecurityHeaders
from skipgram_audit_web.security.secrets import Secrets
from skipgram_audit_web.web import CurrentDatabase, wants_json

DESCRIPTION = "Which documents, sentences and words of a corpus make its word embeddings biased."


class CachedStaticFiles(StaticFiles):
    """Static files under addresses that change with their content (see static_address): browsers keep them."""

    def file_response(self, *args: Any, **options: Any) -> Response:
        response = super().file_response(*args, **options)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.queue.close()
    app.state.database.close()


def _count_active_jobs(request: Request, database: CurrentDatabase) -> None:
    """For the header of pages to those who are signed in. Before a page is made, which has a connection of its own."""
    if not (wants_json(request) or request.url.path in OPEN_PATHS):
        with database.session() as session:
            request.state.active_jobs = jobs.count_active(session)


def create_app(settings: Settings) -> FastAPI:
    """The application over a migrated database.

    Args:
        settings: the process's settings; nothing else is read from the environment.
    """
    app = DescribedAPI(
        title="Skip-gram Audit",
        description=DESCRIPTION,
        version=__version__,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
        dependencies=[Depends(refuse_unknown_parameters), Depends(_count_active_jobs)],
    )
    app.state.settings = settings
    app.state.database = Database(settings)
    app.state.queue = JobQueue(settings, app.state.database)
    app.state.secrets = Secrets(settings.data_folder)
    add_error_handlers(app)
    _include_features(app)
    app.mount("/static", CachedStaticFiles(directory=static_folder()), name="static")
    # The one added last sees a request first.
    app.add_middleware(BodyLimit)
    app.add_middleware(Guard, settings=settings, secrets=app.state.secrets)
    app.add_middleware(SecurityHeaders)
    return app


def _include_features(app: FastAPI) -> None:
    """A line a feature module; each exposes ``router``."""

    app.include_router(security_pages.router)
    app.include_router(start_page.router)
    app.include_router(help_pages.router)
    app.include_router(tour_pages.router)
    app.include_router(jobs_api.router)
    app.include_router(jobs_pages.router)
    app.include_router(upload_api.router)
    app.include_router(corpus_api.router)
    app.include_router(upload_pages.router)
    app.include_router(corpus_pages.router)
    app.include_router(model_api.router)
    app.include_router(model_pages.router)
    app.include_router(probe_api.router)
    app.include_router(probe_pages.router)
    # Before the audits, whose addresses take any word for an audit's id.
    app.include_router(comparison_api.router)
    app.include_router(comparison_pages.router)
    app.include_router(audit_api.router)
    app.include_router(audit_pages.router)
    app.include_router(ranking_api.router)
    app.include_router(ranking_pages.router)
    app.include_router(document_api.router)
    app.include_router(document_pages.router)
    app.include_router(mark_api.router)
    app.include_router(mark_pages.router)
    app.include_router(word_api.router)
    app.include_router(word_api.tokens_router)
    app.include_router(word_pages.router)
    app.include_router(map_api.router)
    app.include_router(map_pages.router)
    app.include_router(duplicate_api.router)
    app.include_router(duplicate_pages.router)
    app.include_router(what_if_api.router)
    app.include_router(what_if_pages.router)
    app.include_router(check_api.router)
    app.include_router(check_pages.router)
    app.include_router(mitigation_api.router)
    app.include_router(mitigation_pages.router)
    app.include_router(rewriting_api.router)
    app.include_router(rewriting_api.lists_router)
    app.include_router(rewriting_api.corpora_router)
    app.include_router(rewriting_pages.router)
    app.include_router(rewriting_pages.corpora_router)
    app.include_router(report_api.router)
    app.include_router(report_api.schema_router)
    app.include_router(report_pages.router)

    @app.get("/healthz", include_in_schema=False)
    def healthz() -> Response:
        return JSONResponse({"status": "ok"})
