"""Near-duplicates are found by an import, and by a job in corpora that an older version imported."""

from skipgram_audit.jobs.near_duplicates import find_near_duplicates
from skipgram_audit.model.near_duplicates import DuplicateCounts
from skipgram_audit.settings import Settings
from skipgram_audit.store import corpora, near_duplicates
from skipgram_audit.store.columns import CorpusColumn, remove
from skipgram_audit.store.database import Database
from skipgram_audit.store.document_columns import corpus_columns
from skipgram_audit.store.models import CorpusRow, JobKind, Status
from skipgram_audit.store.near_duplicates import facts_of
from tests.library.jobs.direct import job_context
from tests.library.jobs.test_imports import add_corpus, json_lines, run_import

LONG = "The same text of more than five words, again and again."
TEXTS = [LONG, "He left.", "Nothing like the others, and long enough.", LONG.upper(), "She left.", "he LEFT"]
FOUND = DuplicateCounts(
    groups=2, documents=4, largest=2, by_shingles=3, by_equality=3, without_words=0, pairs=0, passed_over=0
)


def groups(database: Database, corpus_id: int) -> list[int]:
    with database.session() as session:
        groups: list[int] = near_duplicates.groups_column(session, corpora.get(session, corpus_id))[1].tolist()
    return groups


def facts(database: Database, corpus_id: int) -> DuplicateCounts | None:
    with database.session() as session:
        return facts_of(session, corpora.get(session, corpus_id))


def imported(settings: Settings, database: Database) -> int:
    content = json_lines({"id": number, "text": text} for number, text in enumerate(TEXTS))
    corpus_id = add_corpus(settings, database, content)
    run_import(settings, database, corpus_id)
    return corpus_id


def test_an_import_finds_them(settings: Settings, database: Database) -> None:
    corpus_id = imported(settings, database)
    assert groups(database, corpus_id) == [0, 1, -1, 0, -1, 1]
    assert facts(database, corpus_id) == FOUND


def test_a_job_finds_them_in_a_corpus_of_an_older_version(settings: Settings, database: Database) -> None:
    corpus_id = imported(settings, database)
    with database.session() as session:
        remove(session, CorpusColumn, corpus_id)
        corpus = session.get_one(CorpusRow, corpus_id)
        corpus.near_duplicates, corpus.status = {}, Status.DONE
    with job_context(settings, database, JobKind.NEAR_DUPLICATES, str(corpus_id)) as context:
        find_near_duplicates(context, str(corpus_id))
    assert groups(database, corpus_id) == [0, 1, -1, 0, -1, 1]
    assert facts(database, corpus_id) == FOUND
    with database.session() as session:
        assert len(corpus_columns(session, corpora.get(session, corpus_id))["ids"]) == len(TEXTS)
