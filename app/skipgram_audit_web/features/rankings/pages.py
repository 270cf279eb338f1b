"""The pages of a probe's ranking: documents, sentences, and groups of documents by metadata."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.influence_groups import GroupOrder, InfluenceGroup
from skipgram_audit.report.spreadsheets import csv_line
from skipgram_audit.store import marks, near_duplicates, ranking
from skipgram_audit.store.document_columns import frequent_values
from skipgram_audit.store.groups import SHOWN_GROUPS, influence_groups
from skipgram_audit.store.models import AuditProbe, AuditRow, SentenceInfluence
from skipgram_audit.store.paging import Cursor
from skipgram_audit.store.ranking_filter import Filters, count_matches, require_field
from skipgram_audit.store.ranking_sort import FIELD
from skipgram_audit_web.addresses import Id, own_address
from skipgram_audit_web.common.finished_audits import finished_audit, measured_probe
from skipgram_audit_web.common.marked_texts import marker_of, strongest_excerpts, whole_text
from skipgram_audit_web.common.query_parameters import LONGEST_VALUE, ChosenFilters, ChosenSort, FieldName
from skipgram_audit_web.common.views import View, direction, of_probe, sentence_ranges
from skipgram_audit_web.features.marks.service import marking_context
from skipgram_audit_web.features.near_duplicates.service import applicable_filters
from skipgram_audit_web.features.rankings.figure import time_line
from skipgram_audit_web.features.rankings.service import list_documents as list_documents_of
from skipgram_audit_web.web import CurrentDatabase, attachment, render, see_other

router = APIRouter(prefix="/audits/{audit_id}", include_in_schema=False)

MOST_DATED = 2_000
"""Groups of which a time line is drawn; fields of more values are rarely dates."""

SUGGESTED_VALUES = 50

GROUP_COLUMNS = ("documents", "document_share", "influence", "standard_error", "mean", "share")


@router.get("/documents")
def list_documents(
    request: Request,
    audit_id: Id,
    database: CurrentDatabase,
    filters: ChosenFilters,
    sort: ChosenSort,
    probe: str | None = None,
    view: View = View.AMPLIFYING,
    cursor: str | None = None,
) -> Response:
    """The documents that amplify, mitigate or do not touch the score, the strongest first."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        known = near_duplicates.are_known(session, audit.corpus)
        shown = applicable_filters(filters, known)
        listing = list_documents_of(session, chosen, view, Cursor.parse(cursor), shown, sort=sort)
        return render(
            request,
            "rankings/documents.html",
            **of_probe(audit, chosen),
            view=view,
            listing=listing,
            excerpts=strongest_excerpts(session, chosen, listing.page.items, shown),
            filters=filters,
            sort=sort,
            values=_suggested_values(session, audit, filters),
            columns=_sort_columns(audit, {"title": "Title", "id": "Id", "sentences": "Sentences", "words": "Words"}),
            folded=shown.group_duplicates,
            duplicates_known=known,
            **marking_context(request, session, audit_id, [row.document_id for row in listing.page.items]),
        )


@router.get("/sentences")
def list_sentences(
    request: Request,
    audit_id: Id,
    database: CurrentDatabase,
    filters: ChosenFilters,
    sort: ChosenSort,
    probe: str | None = None,
    view: View = View.AMPLIFYING,
    cursor: str | None = None,
) -> Response:
    """The same for sentences; those of influence zero are counted but not listed."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        shown = View.AMPLIFYING if view is View.NEUTRAL else view
        ranges = sentence_ranges(audit, chosen)
        page = ranking.sentence_page(session, chosen, ranges[shown], Cursor.parse(cursor), filters, sort=sort)
        marker = marker_of(chosen, filters.search)
        return render(
            request,
            "rankings/sentences.html",
            **of_probe(audit, chosen),
            view=shown,
            ranges=ranges,
            filters=filters,
            sort=sort,
            values=_suggested_values(session, audit, filters),
            columns=_sort_columns(audit, {"title": "Title of its document"}),
            matches=count_matches(session, chosen, SentenceInfluence, ranges, filters),
            page=page,
            texts=[whole_text(marker, row.text) for row in page.items],
            largest=ranking.largest_influence(
                session, chosen, audit.corpus.sentence_count - chosen.zero_sentences, SentenceInfluence
            ),
            **marking_context(request, session, audit_id, [row.document_id for row in page.items]),
        )


@router.get("/groups")
def list_groups(
    request: Request,
    audit_id: Id,
    database: CurrentDatabase,
    probe: str | None = None,
    field: FieldName = "",
    order: GroupOrder = GroupOrder.INFLUENCE,
) -> Response:
    """The groups of a metadata field; for a corpus without metadata, how to get some."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        fields = audit.corpus.metadata_fields
        field = field or (fields[0] if fields else "")
        groups = influence_groups(session, chosen, field, order, MOST_DATED) if fields else None
        dated = groups.items if groups else []
        items = dated[:SHOWN_GROUPS]
        return render(
            request,
            "rankings/groups.html",
            **of_probe(audit, chosen),
            field=field,
            order=order,
            orders=list(GroupOrder),
            groups=groups,
            rows=[(group, _link(audit, chosen, field, group)) for group in items],
            largest=max((abs(group.influence) + (group.standard_error or 0.0) for group in items), default=0.0),
            line=time_line(dated, direction(chosen)) if groups and groups.total <= MOST_DATED else None,
            **marking_context(request, session, audit_id, []),
        )


@router.post("/groups/mark")
def mark_group(
    audit_id: Id,
    database: CurrentDatabase,
    field: Annotated[str, Form(max_length=200)],
    value: Annotated[str, Form(max_length=LONGEST_VALUE)] = "",
    absent: Annotated[bool, Form()] = False,
    probe: Annotated[str, Form(max_length=200)] = "",
    action: Annotated[Literal["mark", "check"], Form()] = "mark",
    back: Annotated[str, Form(max_length=4_000)] = "",
) -> Response:
    """Marks all documents of a group, to go on or to check the scores without them."""
    if not (value or absent):
        raise InvalidInput("No group was named.", "Give a value of the field, or ask for the documents without one.")
    with database.session() as session:
        audit = finished_audit(session, audit_id)
        require_field(audit.corpus, field)
        marks.mark_passing(session, audit, Filters(field=field, value=value, absent=absent))
    if action == "check":
        return see_other(f"/audits/{audit_id}/checks/new?{urlencode({'plan': 'chosen', 'probe': probe})}")
    return see_other(own_address(audit_id, back))


@router.get("/groups.csv")
def download_groups(
    audit_id: Id,
    database: CurrentDatabase,
    probe: str | None = None,
    field: FieldName = "",
    order: GroupOrder = GroupOrder.INFLUENCE,
) -> Response:
    """All groups of a metadata field."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        field = field or next(iter(audit.corpus.metadata_fields), "")
        groups = influence_groups(session, chosen, field, order, None)
    lines = [csv_line([field, *GROUP_COLUMNS])]
    lines += [csv_line([group.value, *(getattr(group, name) for name in GROUP_COLUMNS)]) for group in groups.items]
    name = f"audit-{audit_id}-{chosen.name}-by-{field}.csv"
    return Response("".join(lines), media_type="text/csv; charset=utf-8", headers=attachment(name))


def _suggested_values(session: Session, audit: AuditRow, filters: Filters) -> list[tuple[str, int]]:
    """The most frequent values of the field that is filtered by, or of the corpus' only one; static/values.js gets
    those of a field that is chosen later."""
    fields = audit.corpus.metadata_fields
    field = filters.field or (fields[0] if len(fields) == 1 else "")
    return frequent_values(session, audit.corpus, field, SUGGESTED_VALUES)[0] if field in fields else []


def _sort_columns(audit: AuditRow, own: dict[str, str]) -> list[tuple[str, str]]:
    """What the rows of a ranking show and can be sorted by, with its heading."""
    columns = {"influence": "Influence", **own}
    if len(audit.settings["seeds"]) > 1:
        columns |= {"spread": "± Spread", "stability": "Same sign"}
    return [*columns.items(), *((f"{FIELD}{name}", name) for name in audit.corpus.metadata_fields)]


def _link(audit: AuditRow, probe: AuditProbe, field: str, group: InfluenceGroup) -> dict[str, str] | None:
    """What the address of the ranking of a group's documents holds; None where its value is too long for one."""
    if len(group.value or "") > LONGEST_VALUE:
        return None
    view = View.AMPLIFYING if group.influence * direction(probe) >= 0 else View.MITIGATING
    filters = Filters(field=field, value=group.value or "", absent=group.value is None)
    return {**filters.parameters(), "probe": probe.name, "view": view}
