"""The JSON API of one document of an audit."""

from fastapi import APIRouter

from skipgram_audit.model.outcome import SentencePlace
from skipgram_audit.store import ranking
from skipgram_audit.store.packing import unpack_bounds
from skipgram_audit_web.addresses import DocumentId, Id
from skipgram_audit_web.common.finished_audits import measured_probe
from skipgram_audit_web.common.query_parameters import ChosenFilters, ProbeName
from skipgram_audit_web.common.views import View
from skipgram_audit_web.features.documents.schemas import DocumentInfluenceModel, SentenceModel
from skipgram_audit_web.features.documents.service import adjacent_documents
from skipgram_audit_web.features.near_duplicates.schemas import DuplicateGroupModel
from skipgram_audit_web.features.near_duplicates.service import groups_of
from skipgram_audit_web.web import ERROR_RESPONSES, CurrentDatabase

router = APIRouter(prefix="/api/v1/audits/{audit_id}", tags=["audits"], responses=ERROR_RESPONSES)


@router.get("/documents/{document_id}")
def get_document(
    audit_id: Id,
    document_id: DocumentId,
    database: CurrentDatabase,
    filters: ChosenFilters,
    probe: ProbeName = None,
    view: View | None = None,
) -> DocumentInfluenceModel:
    """A document with the influence of each of its sentences and tokens.

    ``above`` and ``below`` are the documents before and after it on the walk along the view, or along the whole ranking
    by rank without one, of those that pass the filters.
    """
    with database.session() as session:
        audit, chosen = measured_probe(session, audit_id, probe)
        document = ranking.document_of(session, audit, document_id)
        place = ranking.document_place(session, chosen.id, document_id)
        adjacent = adjacent_documents(session, chosen, document_id, place, view, filters)
        group = groups_of(session, chosen, [document_id]).get(document_id)
        by_sentence = ranking.sentence_places(session, chosen.id, document_id)
        return DocumentInfluenceModel(
            probe=chosen.name,
            document_id=document.id,
            external_id=document.external_id,
            title=document.title,
            text=document.text,
            fields=document.fields,
            rank=place.rank if place else None,
            view=adjacent.rank.view if adjacent.rank else None,
            rank_in_view=adjacent.rank.rank if adjacent.rank else None,
            influence=place.influence if place else None,
            spread=place.spread if place else None,
            sign_stability=place.sign_stability if place else None,
            above=adjacent.previous.document_id if adjacent.previous else None,
            below=adjacent.following.document_id if adjacent.following else None,
            group=DuplicateGroupModel.model_validate(group) if group else None,
            sentences=[
                _sentence(index, start, end, by_sentence.get(index))
                for index, (start, end) in enumerate(unpack_bounds(document.sentence_bounds).tolist())
            ],
            tokens=place.tokens if place else [],
        )


def _sentence(index: int, start: int, end: int, place: SentencePlace | None) -> SentenceModel:
    return SentenceModel(
        index=index,
        start=start,
        end=end,
        influence=place.influence if place else 0.0,
        rank=place.rank if place else None,
        spread=place.spread if place else None,
        sign_stability=place.sign_stability if place else None,
    )
