"""The page of one document of an audit, its text coloured by influence."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from skipgram_audit.report.highlight import highlight, strongest_words
from skipgram_audit.report.sentences import removal_sentence
from skipgram_audit.store import audits, document_notes, near_duplicates, ranking
from skipgram_audit.store.document_map import DocumentMap, facts_of
from skipgram_audit.store.packing import unpack_bounds
from skipgram_audit.store.word_tables import has_pairs, words_folder
from skipgram_audit_web.addresses import DocumentId, Id
from skipgram_audit_web.common.finished_audits import choose_probe, finished_audit
from skipgram_audit_web.common.naming import NoteForm
from skipgram_audit_web.common.query_parameters import ChosenFilters
from skipgram_audit_web.common.views import View, of_probe, rank_among, sentence_ranges
from skipgram_audit_web.features.documents.service import adjacent_documents, document_ranks
from skipgram_audit_web.features.marks.service import marking_context
from skipgram_audit_web.features.near_duplicates.service import applicable_filters, group_members, groups_of
from skipgram_audit_web.web import CurrentDatabase, CurrentSettings, render

router = APIRouter(prefix="/audits/{audit_id}", include_in_schema=False)

SENTENCES_LISTED = 100
"""In the table beside the text, the strongest first."""


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
        audit = finished_audit(session, audit_id)
        chosen = choose_probe(audit, probe)
        document = ranking.document_of(session, audit, document_id)
        place = ranking.document_place(session, chosen.id, document_id)
        sentence_places = ranking.sentence_places(session, chosen.id, document_id)
        text = highlight(
            document.text,
            unpack_bounds(document.sentence_bounds),
            sentence_places,
            place.tokens if place else [],
            first,
        )
        strongest = sorted(sentence_places.values(), key=lambda item: -abs(item.influence))
        ranges = sentence_ranges(audit, chosen)
        outcome = audits.outcome_of(session, chosen)
        known = near_duplicates.are_known(session, audit.corpus)
        adjacent = adjacent_documents(session, chosen, document_id, place, view, applicable_filters(filters, known))
        group = groups_of(session, chosen, [document_id]).get(document_id) if place else None
        return render(
            request,
            "documents/show.html",
            **of_probe(audit, chosen),
            document=document,
            place=place,
            view=adjacent.view,
            rank=adjacent.rank,
            filters=filters,
            state={**filters.parameters(), **({"view": adjacent.view} if adjacent.view else {})},
            previous=adjacent.previous,
            following=adjacent.following,
            group=group,
            group_members=group_members(session, chosen, group) if group else [],
            duplicates_known=known,
            around=DocumentMap(session, chosen).around(document_id) if place and facts_of(audit) else None,
            text=text,
            has_pairs=has_pairs(words_folder(settings, audit)),
            words=(
                strongest_words(document.text, place.tokens, audit.settings["casefold"], audit.corpus.language)
                if place
                else []
            ),
            strongest=strongest,
            sentence_ranks=[rank_among(ranges, item.rank) for item in strongest[:SENTENCES_LISTED]],
            document_ranks=document_ranks(session, audit, document_id),
            removal=removal_sentence(place.influence, outcome) if place else "",
            note_form=NoteForm(document_notes.note_of(session, document_id)),
            **marking_context(request, session, audit_id, [document_id]),
        )
