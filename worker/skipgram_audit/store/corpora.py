"""Queries on corpora: what was read of a file, what was skipped, and how often each word occurs.

A corpus's status follows its import's job; see jobs.py.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict, NotFound
from skipgram_audit.model.name_and_note import MAXIMUM_NAME_LENGTH
from skipgram_audit.model.rewriting import Derivation
from skipgram_audit.model.tokens import word_form
from skipgram_audit.store import jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.jobs import ACTIVE
from skipgram_audit.store.models import AuditRow, CorpusRow, CorpusWord, RewritingRow, SkippedRow, Status, Upload
from skipgram_audit.store.paging import Cursor, Page, paginate

SHOWN_SKIPS, SHOWN_SKIPS_OF_A_REASON = 1_000, 100
SKIPS_AT_ONCE = 5_000
WORDS_A_QUERY = 500
WORDS_AT_ONCE = 5_000
LONGEST_LISTED_WORD = 128
"""Longer words count as tokens but are not listed: a database index must hold a word."""


@dataclass(frozen=True)
class ReadResult:
    """What one reading of the file gave."""

    document_count: int
    sentence_count: int
    token_count: int
    rows: Mapping[str, Any]
    content_sha256: str


def create(session: Session, upload: Upload, name: str, language: str, options: Mapping[str, Any]) -> CorpusRow:
    """A new corpus, waiting to be read from an upload that has arrived whole.

    Raises:
        Conflict: bytes of the upload are missing, or it is being read already.
    """
    if upload.sha256 is None:
        raise Conflict(f"The upload of {upload.filename!r} is not complete.", "Upload the rest of the file first.")
    if (
        session.scalar(select(CorpusRow.id).where(CorpusRow.upload_id == upload.id, CorpusRow.status.in_(ACTIVE)))
        is not None
    ):
        raise Conflict(f"{upload.filename!r} is being imported already.", "See the list of corpora.")
    corpus = CorpusRow(
        name=name.strip()[:MAXIMUM_NAME_LENGTH] or upload.filename[:MAXIMUM_NAME_LENGTH],
        filename=upload.filename,
        upload_id=upload.id,
        source_sha256=upload.sha256,
        source_bytes=upload.total_bytes,
        reader_options=dict(options),
        metadata_fields=list(options.get("metadata_fields", ())),
        language=language,
    )
    session.add(corpus)
    session.flush()
    return corpus


def get(session: Session, corpus_id: int) -> CorpusRow:
    """Raises:
    NotFound: there is no such corpus.
    """
    corpus = session.get(CorpusRow, corpus_id)
    if corpus is None:
        raise NotFound(f"There is no corpus {corpus_id}.", "It may have been deleted; see the list of corpora.")
    return corpus


def require_read(corpus: CorpusRow) -> CorpusRow:
    """The corpus, which has been read to its end.

    Raises:
        Conflict: it has not, so its words are not known.
    """
    if corpus.status != Status.DONE:
        raise Conflict(f"The corpus {corpus.name!r} is {corpus.status}.", "Wait until it has been read.")
    return corpus


def usable(session: Session) -> list[CorpusRow]:
    """Corpora that have been read to their end, the newest first."""
    return list(session.scalars(select(CorpusRow).where(CorpusRow.status == Status.DONE).order_by(CorpusRow.id.desc())))


def page(session: Session, cursor: Cursor | None = None) -> Page[CorpusRow]:
    """Corpora, the newest first."""
    return paginate(session, select(CorpusRow), CorpusRow.id, cursor, descending=True)


def audit_count(session: Session, corpus_id: int) -> int:
    """How many audits there are of a corpus, in any state."""
    return session.scalar(select(func.count()).select_from(AuditRow).where(AuditRow.corpus_id == corpus_id)) or 0


def set_result(session: Session, corpus_id: int, result: ReadResult) -> None:
    """Writes what was read of a corpus."""
    values = vars(result) | {"rows": dict(result.rows)}
    session.execute(update(CorpusRow).where(CorpusRow.id == corpus_id).values(values))


def set_skipped(session: Session, corpus_id: int, reasons: Mapping[str, int]) -> None:
    """Writes how many rows were skipped and why, also when nothing could be read."""
    session.execute(
        update(CorpusRow)
        .where(CorpusRow.id == corpus_id)
        .values(skipped_count=sum(reasons.values()), skipped_reasons=dict(reasons))
    )


def insert_skipped(session: Session, corpus_id: int, rows: Sequence[tuple[str, str]]) -> None:
    """Stores place and reason of skipped rows."""
    if rows:
        values = [{"corpus_id": corpus_id, "place": place, "reason": reason} for place, reason in rows]
        session.execute(insert(SkippedRow), values)


def remove_skipped(session: Session, corpus_id: int) -> None:
    session.execute(delete(SkippedRow).where(SkippedRow.corpus_id == corpus_id))


def skipped(session: Session, corpus_id: int) -> list[SkippedRow]:
    """Skipped rows of a corpus in the file's order: the first of each reason, and not more than SHOWN_SKIPS."""
    number = func.row_number().over(partition_by=SkippedRow.reason, order_by=SkippedRow.id)
    numbered = select(SkippedRow.id, number.label("number")).where(SkippedRow.corpus_id == corpus_id).subquery()
    shown = select(numbered.c.id).where(numbered.c.number <= SHOWN_SKIPS_OF_A_REASON)
    return list(
        session.scalars(select(SkippedRow).where(SkippedRow.id.in_(shown)).order_by(SkippedRow.id).limit(SHOWN_SKIPS))
    )


def stream_skipped(database: Database, corpus_id: int) -> Iterator[tuple[str, str]]:
    """Place and reason of all skipped rows, in the file's order."""
    last = 0
    while True:
        statement = (
            select(SkippedRow)
            .where(SkippedRow.corpus_id == corpus_id, SkippedRow.id > last)
            .order_by(SkippedRow.id)
            .limit(SKIPS_AT_ONCE)
        )
        with database.session() as session:
            found = list(session.scalars(statement))
        if not found:
            return
        yield from ((row.place, row.reason) for row in found)
        last = found[-1].id


def replace_words(database: Database, corpus_id: int, language: str, counts: Iterable[tuple[str, int]]) -> None:
    """Stores how often each word, as written, occurs; words longer than LONGEST_LISTED_WORD are left out."""
    with database.session() as session:
        session.execute(delete(CorpusWord).where(CorpusWord.corpus_id == corpus_id))
    listed = (
        {"corpus_id": corpus_id, "word": word, "folded": word_form(word, True, language), "count": count}
        for word, count in counts
        if len(word) <= LONGEST_LISTED_WORD
    )
    while batch := list(islice(listed, WORDS_AT_ONCE)):
        with database.session() as session:
            session.execute(insert(CorpusWord), batch)


def frequent_words(session: Session, corpus_id: int, limit: int) -> list[tuple[str, int]]:
    """The most frequent words, case-folded, with their counts."""
    total = func.sum(CorpusWord.count).label("total")
    statement = (
        select(CorpusWord.folded, total)
        .where(CorpusWord.corpus_id == corpus_id)
        .group_by(CorpusWord.folded)
        .order_by(total.desc(), CorpusWord.folded)
        .limit(limit)
    )
    return [(word, int(count)) for word, count in session.execute(statement)]


def word_counts(session: Session, corpus_id: int, forms: Sequence[str], casefold: bool = True) -> dict[str, int]:
    """Occurrences of words of a corpus, case-folded or as written; words that it does not have are left out."""
    column = CorpusWord.folded if casefold else CorpusWord.word
    found: dict[str, int] = {}
    for first in range(0, len(forms), WORDS_A_QUERY):
        statement = (
            select(column, func.sum(CorpusWord.count))
            .where(CorpusWord.corpus_id == corpus_id, column.in_(forms[first : first + WORDS_A_QUERY]))
            .group_by(column)
        )
        found |= {word: int(count) for word, count in session.execute(statement)}
    return found


def vocabulary_size(session: Session, corpus_id: int) -> int:
    """How many different words there are, case-folded."""
    folded = select(CorpusWord.folded).where(CorpusWord.corpus_id == corpus_id).distinct().subquery()
    return session.scalar(select(func.count()).select_from(folded)) or 0


def require_idle(session: Session, corpus: CorpusRow) -> None:
    """Raises:
    Conflict: the corpus is being read or audited.
    """
    if corpus.status in ACTIVE:
        raise Conflict(f"The corpus {corpus.name!r} is being read.", "Cancel the import first, then delete it.")
    running = select(AuditRow.name).where(AuditRow.corpus_id == corpus.id, AuditRow.status.in_(ACTIVE))
    name = session.scalars(running.limit(1)).first()
    if name is not None:
        raise Conflict(f"The corpus is used by the running audit {name!r}.", "Cancel the audit first.")


def remove(session: Session, corpus_id: int) -> None:
    """Deletes a corpus with its words, skipped rows and audits, and the documents that are left of it.

    Raises:
        NotFound: there is no such corpus.
        Conflict: it is being read or audited.
    """
    require_idle(session, get(session, corpus_id))
    jobs.remove_of_corpus(session, corpus_id)
    session.execute(update(CorpusRow).where(CorpusRow.parent_id == corpus_id).values(parent_id=None))
    session.execute(delete(CorpusRow).where(CorpusRow.id == corpus_id))


def of_upload(session: Session, upload_id: str) -> list[CorpusRow]:
    """Corpora that were read from an upload that is still there, the newest first."""
    done = select(CorpusRow).where(CorpusRow.upload_id == upload_id, CorpusRow.status == Status.DONE)
    return list(session.scalars(done.order_by(CorpusRow.id.desc())))


def unneeded_upload(session: Session, corpus: CorpusRow) -> str | None:
    """The upload of a corpus that was read to its end, if no other corpus is of it: it goes with the corpus."""
    others = select(CorpusRow.id).where(CorpusRow.upload_id == corpus.upload_id, CorpusRow.id != corpus.id)
    if corpus.upload_id is None or corpus.status != Status.DONE or session.scalars(others.limit(1)).first() is not None:
        return None
    return corpus.upload_id


def unsuccessful_of_upload(session: Session, upload_id: str) -> list[int]:
    """Ids of corpora that could not be read from an upload: another try takes their place."""
    statement = select(CorpusRow.id).where(
        CorpusRow.upload_id == upload_id, CorpusRow.status.in_((Status.FAILED, Status.CANCELLED))
    )
    return list(session.scalars(statement))


def derive(session: Session, parent: CorpusRow, name: str, derivation: Derivation) -> CorpusRow:
    """A new corpus, waiting to be made from another one.

    Raises:
        Conflict: the other has not been read to its end.
    """
    require_read(parent)
    corpus = CorpusRow(
        name=name.strip()[:MAXIMUM_NAME_LENGTH] or f"{parent.name}, rewritten"[:MAXIMUM_NAME_LENGTH],
        filename=parent.filename,
        source_sha256="",
        source_bytes=0,
        reader_options=dict(parent.reader_options),
        metadata_fields=list(parent.metadata_fields),
        language=parent.language,
        parent_id=parent.id,
        derivation=derivation.model_copy(
            update={"parent": parent.name, "parent_sha256": parent.content_sha256 or ""}
        ).model_dump(mode="json"),
    )
    session.add(corpus)
    session.flush()
    return corpus


def source_facts(corpus: CorpusRow) -> dict[str, Any]:
    """What a manifest says of where a corpus is from: its file, or the corpus that it was made from and how."""
    if not corpus.derivation:
        return {"filename": corpus.filename, "source_sha256": corpus.source_sha256}
    made = Derivation.model_validate(corpus.derivation)
    return {
        "filename": "",
        "source_sha256": "",
        "rewritten_from": {
            "name": made.parent,
            "content_sha256": made.parent_sha256,
            "plan": made.plan.model_dump(mode="json"),
            "undone": made.undone,
        },
    }


def maker_of(session: Session, corpus: CorpusRow) -> AuditRow | None:
    """The audit by which a corpus was made from another one; None without one, and where it was deleted."""
    audit_id = corpus.derivation.get("audit_id")
    return session.get(AuditRow, audit_id) if audit_id is not None else None


def made_by(session: Session, rewriting: RewritingRow) -> list[CorpusRow]:
    """The corpora that were made by a rewriting."""
    made = children(session, rewriting.audit.corpus_id)
    return [one for one in made if one.derivation.get("rewriting_id") == rewriting.id]


def parent_of(session: Session, corpus: CorpusRow) -> CorpusRow | None:
    """The corpus that one was made from; None for an upload, and where it was deleted."""
    return session.get(CorpusRow, corpus.parent_id) if corpus.parent_id is not None else None


def children(session: Session, corpus_id: int) -> list[CorpusRow]:
    """The corpora that were made from one, the newest first."""
    statement = select(CorpusRow).where(CorpusRow.parent_id == corpus_id).order_by(CorpusRow.id.desc())
    return list(session.scalars(statement))
