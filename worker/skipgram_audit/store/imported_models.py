"""Queries on imported models. A model's status follows its import's job; see jobs.py."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.model.name_and_note import MAXIMUM_NAME_LENGTH
from skipgram_audit.model.pretrained import ModelFacts, PretrainedModel
from skipgram_audit.store import jobs
from skipgram_audit.store.jobs import ACTIVE
from skipgram_audit.store.models import AuditModel, AuditRow, ImportedModelRow, JobKind, Status, Upload
from skipgram_audit.store.paging import Cursor, Page, paginate


def create(session: Session, upload: Upload, name: str) -> ImportedModelRow:
    """A new model, waiting to be read from an upload that has arrived whole.

    Raises:
        Conflict: bytes of the upload are missing.
    """
    if upload.sha256 is None:
        raise Conflict(f"The upload of {upload.filename!r} is not complete.", "Upload the rest of the file first.")
    model = ImportedModelRow(
        name=name.strip()[:MAXIMUM_NAME_LENGTH] or upload.filename[:MAXIMUM_NAME_LENGTH],
        filename=upload.filename,
        upload_id=upload.id,
        came_as=upload.id,
        source_sha256=upload.sha256,
        source_bytes=upload.total_bytes,
    )
    session.add(model)
    session.flush()
    return model


def get(session: Session, model_id: int) -> ImportedModelRow:
    """Raises:
    NotFound: there is no such model.
    """
    model = session.get(ImportedModelRow, model_id)
    if model is None:
        raise NotFound(f"There is no model {model_id}.", "It may have been deleted; see the list of models.")
    return model


def of_upload(session: Session, upload_id: str) -> ImportedModelRow | None:
    """The newest model that came as an upload, which may have been deleted since."""
    statement = select(ImportedModelRow).where(ImportedModelRow.came_as == upload_id)
    return session.scalars(statement.order_by(ImportedModelRow.id.desc()).limit(1)).first()


def page(session: Session, cursor: Cursor | None = None) -> Page[ImportedModelRow]:
    """Models, the newest first."""
    return paginate(session, select(ImportedModelRow), ImportedModelRow.id, cursor, descending=True)


def usable(session: Session) -> list[ImportedModelRow]:
    """Models that have been read, the newest first."""
    statement = select(ImportedModelRow).where(ImportedModelRow.status == Status.DONE)
    return list(session.scalars(statement.order_by(ImportedModelRow.id.desc())))


def pretrained_models(session: Session, model_ids: Sequence[int]) -> list[PretrainedModel]:
    """Models as an audit's settings hold them, in this order.

    Raises:
        NotFound: there is no such model.
        Conflict: one has not been read.
    """
    found = []
    for model_id in model_ids:
        model = get(session, model_id)
        if model.status != Status.DONE:
            raise Conflict(f"The model {model.name!r} is {model.status}, so it cannot be audited.", "Wait for it.")
        facts = ModelFacts.model_validate(model.facts)
        found.append(PretrainedModel(id=model.id, name=model.name, sha256=model.source_sha256, facts=facts))
    return found


def link(session: Session, audit_id: int, model_ids: Sequence[int]) -> None:
    """Notes that an audit takes its vectors from models."""
    if model_ids:
        session.execute(insert(AuditModel), [{"audit_id": audit_id, "model_id": one} for one in model_ids])


def ids_of_audit(session: Session, audit_id: int) -> set[int]:
    """Ids of the models here that an audit takes its vectors from."""
    return set(session.scalars(select(AuditModel.model_id).where(AuditModel.audit_id == audit_id)))


def audits_of(session: Session, model_id: int) -> list[AuditRow]:
    """Audits that take their vectors from a model."""
    statement = (
        select(AuditRow).join(AuditModel, AuditModel.audit_id == AuditRow.id).where(AuditModel.model_id == model_id)
    )
    return list(session.scalars(statement.order_by(AuditRow.id)))


def set_facts(session: Session, model_id: int, facts: dict[str, Any]) -> None:
    """Writes what was read of a model."""
    session.execute(update(ImportedModelRow).where(ImportedModelRow.id == model_id).values(facts=facts))


def remove(session: Session, model_id: int) -> list[str]:
    """Deletes a model with the audits of its vectors; returns their storage names, whose files are the caller's to
    remove.

    Raises:
        NotFound: there is no such model.
        Conflict: it is being read, or audited.
    """
    model = get(session, model_id)
    if model.status in ACTIVE:
        raise Conflict(f"The model {model.name!r} is being read.", "Cancel the import first, then delete it.")
    using = audits_of(session, model_id)
    running = [audit for audit in using if audit.status in ACTIVE]
    if running:
        raise Conflict(f"The model is used by the running audit {running[0].name!r}.", "Cancel the audit first.")
    ids = [audit.id for audit in using]
    jobs.remove_of_audits(session, ids)
    jobs.remove_of(session, JobKind.MODEL, [model_id])
    session.execute(delete(AuditRow).where(AuditRow.id.in_(ids)))
    session.execute(delete(ImportedModelRow).where(ImportedModelRow.id == model_id))
    return [audit.storage_name for audit in using]
