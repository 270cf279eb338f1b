"""The pages of a probe's ranking: documents, sentences, and one document with its text coloured."""

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from skipgram_audit.report.highlight import highlight, strongest_words
from skipgram_audit.report.sentences import removal_reading
from skipgram_audit.store import audits, document_ranks, marks, near_duplicates, ranking, results
from skipgram_audit.store.document_map import DocumentMap, facts_of
from skipgram_audit.store.filters import Filters
from skipgram_audit.store.models import SentenceInfluence
from skipgram_audit.store.packing import unpack_bounds
from skipgram_audit.store.paging import Cursor
from skipgram_audit.store.ranking_filter import count_matches
from skipgram_audit.store.word_tables import has_pairs, words_folder
from skipgram_audit_web.addresses import DocumentId, Id
from skipgram_audit_web.common.query_parameters import ChosenFilters
from skipgram_audit_web.common.views import View, choose_probe, direction, require_done, side_of
from skipgram_audit_web.features.audits.service import measured_probe
from skipgram_audit_web.features.documents.document_ranks import standings
from skipgram_audit_web.features.documents.service import walk_of
from skipgram_audit_web.features.near_duplicates.service import group_members
from skipgram_audit_web.features.rankings.service import groups_of
from skipgram_audit_web.features.rankings.service import list_documents as list_documents_of
from skipgram_audit_web.web import CurrentDatabase, CurrentSettings, address_with, render

router = APIRouter(prefix="/audits/{audit_id}", include_in_schema=False)


@router.get("/documents")
def list_documents(
    request: Request,
    audit_id: Id,
    database: CurrentDatabase,
    filters: ChosenFilters,
    probe: str | None = None,
    view: View = View.AMPLIFYING,
    cursor: str | None = None,
) -> Response:
    """The documents that amplify, mitigate or do not touch the score, the strongest first."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        known = near_duplicates.are_known(session, audit.corpus)
        shown = _applicable(filters, known)
        listing = list_documents_of(session, chosen, view, Cursor.parse(cursor), shown)
        return render(
            request,
            "rankings/documents.html",
            section="audits",
            audit=audit,
            probe=chosen,
            view=view,
            listing=listing,
            filters=filters,
            folded=shown.group_duplicates,
            duplicates_known=known,
            direction=direction(chosen),
            **_marking(request, session, audit_id, [row.document_id for row in listing.page.items]),
        )


@router.get("/sentences")
def list_sentences(
    request: Request,
    audit_id: Id,
    database: CurrentDatabase,
    filters: ChosenFilters,
    probe: str | None = None,
    view: View = View.AMPLIFYING,
    cursor: str | None = None,
) -> Response:
    """The same for sentences; those of influence zero are counted but not listed."""
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        shown = View.AMPLIFYING if view is View.NEUTRAL else view
        ranges = {
            item: ranking.sentence_range(chosen, audit.corpus, side_of(chosen, item))
            for item in (View.AMPLIFYING, View.MITIGATING)
        }
        page = ranking.sentence_page(session, chosen, ranges[shown], Cursor.parse(cursor), filters)
        return render(
            request,
            "rankings/sentences.html",
            section="audits",
            audit=audit,
            probe=chosen,
            view=shown,
            ranges=ranges,
            filters=filters,
            matches=count_matches(session, chosen, SentenceInfluence, ranges, filters),
            page=page,
            direction=direction(chosen),
            largest=ranking.largest_sentence_influence(
                session, chosen, audit.corpus.sentence_count - chosen.zero_sentences
            ),
            **_marking(request, session, audit_id, [row.document_id for row in page.items]),
        )


@router.get("/documents/{document_id}")
def show_document(
    request: Request,
    audit_id: Id,
    document_id: DocumentId,
    database: CurrentDatabase,
    settings: CurrentSettings,
    filters: ChosenFilters,
    probe: str | None = None,
    view: View | None = None,
    first: Annotated[int, Query(alias="from", ge=0, le=2**31)] = 0,
) -> Response:
    """A document with its sentences coloured by influence, and the tokens that carry it.

    Filters and view are those of the ranking that it was opened from; the documents before and after it follow them.
    """
    with database.session() as session:
        audit = audits.get(session, audit_id)
        require_done(audit)
        chosen = choose_probe(audit, probe)
        document = document_ranks.document_of(session, audit, document_id)
        place = document_ranks.document_place(session, chosen.id, document_id)
        sentence_places = document_ranks.sentence_places(session, chosen.id, document_id)
        text = highlight(
            document.text,
            unpack_bounds(document.sentence_bounds),
            sentence_places,
            place.tokens if place else [],
            first,
        )
        outcome = results.outcome_of(session, chosen)
        known = near_duplicates.are_known(session, audit.corpus)
        walk = walk_of(session, chosen, document_id, place, view, _applicable(filters, known))
        group = groups_of(session, chosen, [document_id]).get(document_id) if place else None
        return render(
            request,
            "documents/show.html",
            section="audits",
            audit=audit,
            probe=chosen,
            document=document,
            place=place,
            view=walk.view,
            filters=filters,
            state={**filters.parameters(), **({"view": walk.view} if walk.view else {})},
            previous=walk.previous,
            following=walk.following,
            group=group,
            group_members=group_members(session, chosen, group) if group else [],
            duplicates_known=known,
            around=DocumentMap(session, chosen).around(document_id) if place and facts_of(audit) else None,
            text=text,
            pairs_told=has_pairs(words_folder(settings, audit)),
            words=(
                strongest_words(document.text, place.tokens, audit.settings["casefold"], audit.corpus.language)
                if place
                else []
            ),
            strongest=sorted(sentence_places.values(), key=lambda item: -abs(item.influence)),
            standings=standings(session, audit, document_id),
            direction=direction(chosen),
            removal=removal_reading(place.influence, outcome) if place else "",
            **_marking(request, session, audit_id, [document_id]),
        )


def _applicable(filters: Filters, duplicates_known: bool) -> Filters:
    """A page shows single documents where near-duplicates were not looked for, whatever its address says."""
    return filters if duplicates_known else replace(filters, group_duplicates=False)


def _marking(request: Request, session: Session, audit_id: int, document_ids: list[int]) -> dict[str, Any]:
    """What a page needs to mark the documents that it shows."""
    return {
        "marked": marks.marked_among(session, audit_id, document_ids),
        "marked_count": marks.count(session, audit_id),
        "marked_limit": marks.MOST_MARKED,
        "here": address_with(request, {}),
    }
