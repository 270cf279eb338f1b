"""The guide, the glossary and the method, served by the application itself."""

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from skipgram_audit_web.features.help import service
from skipgram_audit_web.features.tour.service import tour_audit
from skipgram_audit_web.web import CurrentDatabase, render

router = APIRouter(prefix="/help", include_in_schema=False)


@router.get("")
def list_help(request: Request, database: CurrentDatabase) -> Response:
    """All pages, and the tour."""
    with database.session() as session:
        audit = tour_audit(session)
    return render(request, "help/list.html", contents=service.contents(), audit=audit)


@router.get("/images/{name}.png")
def show_image(name: str) -> FileResponse:
    return FileResponse(service.image_file(f"{name}.png"), media_type="image/png")


@router.get("/{page}")
def show_page(request: Request, page: str) -> Response:
    """A page of no folder, such as the glossary."""
    return _show(request, page)


@router.get("/{folder}/{page}")
def show_page_of_folder(request: Request, folder: str, page: str) -> Response:
    """A page of a folder, such as the guide."""
    return _show(request, f"{folder}/{page}")


def _show(request: Request, path: str) -> Response:
    return render(request, "help/show.html", page=service.help_page(path), contents=service.contents())
