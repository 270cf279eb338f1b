"""Stored columns say what the rows say, and go when the rows go."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, columns, corpora, documents, filling, near_duplicates
from skipgram_audit.store.columns import CorpusColumn, RankingColumn
from skipgram_audit.store.database import Database
from skipgram_audit.store.document_columns import write_corpus_columns, write_ranking_columns
from skipgram_audit.store.groups import influence_groups
from skipgram_audit.store.migrate import migrate
from skipgram_audit.store.models import CorpusRow, Document, DocumentInfluence, SentenceInfluence
from skipgram_audit.store.ranking_filter import Filters, RankRange, count_matches
from tests.audit_sample import ODD_FIELD, Sample, make_audit, make_corpus
from tests.duplicates_sample import find_duplicates

FILTERS = [
    Filters(search="office"),
    Filters(field="source", value="<i>here</i>"),
    Filters(field=ODD_FIELD, absent=True),
    Filters(minimum_words=9, stable=True),
]


def seen(database: Database, sample: Sample) -> list[object]:
    """What filters and groups find."""
    with database.session() as session:
        probe = audits.get(session, sample.audit_id).probes[0]
        ranges = {"upper": RankRange(1, 6), "lower": RankRange(7, 15, backwards=True)}
        counts = [
            count_matches(session, probe, table, ranges, filters)
            for filters in FILTERS
            for table in (DocumentInfluence, SentenceInfluence)
        ]
        groups = [influence_groups(session, probe, name).items for name in ("source", ODD_FIELD)]
        return [*counts, *({one.value: (one.documents, one.influence) for one in items} for items in groups)]


def from_rows(database: Database, sample: Sample) -> list[object]:
    """The same, counted one by one from rows."""
    passes: list[Callable[[Document, bool], bool]] = [
        lambda document, stable: "office" in document.text.casefold(),
        lambda document, stable: document.fields.get("source") == "<i>here</i>",
        lambda document, stable: ODD_FIELD not in document.fields,
        lambda document, stable: document.token_count >= 9 and stable,
    ]
    found: list[object] = []
    with database.session() as session:
        probe = audits.get(session, sample.audit_id).probes[0]
        documents = {one.id: one for one in session.query(Document).filter_by(corpus_id=sample.corpus_id)}
        ranked: dict[type[Any], list[Any]] = {
            table: session.query(table).filter_by(audit_probe_id=probe.id).order_by(table.rank).all()
            for table in (DocumentInfluence, SentenceInfluence)
        }
        for passing in passes:
            for rows in ranked.values():
                ranks = [row.rank for row in rows if passing(documents[row.document_id], row.sign_stability >= 1)]
                found.append(
                    {"upper": sum(rank <= 6 for rank in ranks), "lower": sum(6 < rank <= 15 for rank in ranks)}
                )
        for name in ("source", ODD_FIELD):
            groups: dict[str | None, list[float]] = {}
            for row in ranked[DocumentInfluence]:
                groups.setdefault(documents[row.document_id].fields.get(name) or None, []).append(row.influence)
            found.append({value: (len(all_of), pytest.approx(sum(all_of))) for value, all_of in groups.items()})
    return found


def stored(database: Database) -> tuple[int, int]:
    with database.session() as session:
        owners = (CorpusColumn.corpus_id, RankingColumn.audit_probe_id)
        return tuple(session.scalar(select(func.count(owner.distinct()))) for owner in owners)  # type: ignore[return-value]


def test_starting_packs_what_is_missing_and_stored_columns_say_what_rows_say(
    settings: Settings, database: Database
) -> None:
    make_corpus(database)
    sample = make_audit(database, copies=3, packed=False)
    assert stored(database) == (0, 0)
    with pytest.raises(columns.NotPrepared):
        seen(database, sample)
    migrate(settings)
    assert stored(database) == (2, 2)
    assert seen(database, sample) == from_rows(database, sample)
    assert seen(database, sample) == from_rows(database, sample)  # and once more, from memory


def test_what_is_kept_in_memory_follows_new_columns(database: Database) -> None:
    sample = make_audit(database, copies=3)
    filling.fill_columns(database)
    before = seen(database, sample)
    with database.session() as session:
        session.query(DocumentInfluence).update({"sign_stability": 0.5})
    write_ranking_columns(database, sample.probe_ids["weat-6"])
    after = seen(database, sample)
    assert after != before
    assert after[FILTERS.index(Filters(minimum_words=9, stable=True)) * 2] == {"upper": 0, "lower": 0}


def test_columns_of_other_documents_are_not_believed_and_are_made_again(database: Database) -> None:
    sample = make_audit(database, copies=3)
    before = seen(database, sample)
    with database.session() as session:
        session.get_one(CorpusRow, sample.corpus_id).content_sha256 = "of other documents"
    with pytest.raises(columns.NotPrepared):
        seen(database, sample)
    filling.fill_columns(database)
    documents.write_search_index(database, sample.corpus_id)
    assert seen(database, sample) == before == from_rows(database, sample)


def test_a_page_never_makes_columns(client: TestClient, database: Database) -> None:
    """It says that they are being prepared; the worker prepares them."""
    sample = make_audit(database, packed=False)
    page = f"/audits/{sample.audit_id}/documents"
    for address in (f"{page}?search=office", f"{page}?field=source&value=x", f"/audits/{sample.audit_id}/groups"):
        assert client.get(address).status_code == 409, address
        assert client.get(f"/api/v1{address}").json()["error"]["code"] == "not_prepared"
    assert stored(database) == (0, 0)
    filling.fill_columns(database)
    assert client.get(f"{page}?search=office").status_code == 200


def test_near_duplicates_of_other_documents_are_looked_for_again(database: Database) -> None:
    sample = make_audit(database, copies=2)
    find_duplicates(database, sample.corpus_id)
    with database.session() as session:
        corpus = corpora.get(session, sample.corpus_id)
        assert near_duplicates.facts_of(session, corpus)
        corpus.content_sha256 = "of other documents"
    filling.fill_columns(database)
    with database.session() as session:
        assert near_duplicates.facts_of(session, corpora.get(session, sample.corpus_id)) is None


def test_columns_go_with_their_rows(database: Database) -> None:
    sample = make_audit(database)
    filling.fill_columns(database)
    with database.session() as session:
        audits.clear_rankings(session, [sample.probe_ids["weat-6"]])
    assert stored(database) == (1, 1)
    with database.session() as session:
        audits.remove(session, sample.audit_id)
    assert stored(database) == (1, 0)
    documents.remove_all(database, sample.corpus_id)
    assert stored(database) == (0, 0)
    other, _ = make_corpus(database)
    write_corpus_columns(database, other)
    with database.session() as session:
        corpora.remove(session, other)
    assert stored(database) == (0, 0)


def test_arrays_used_longest_ago_are_dropped() -> None:
    kept = columns._ArrayCache(most_bytes=20)
    made: list[str] = []

    def array(name: str) -> np.ndarray:
        def make() -> np.ndarray:
            made.append(name)
            return np.zeros(8, np.uint8)

        return kept.get(name, make)

    for name in ("a", "b", "a", "c", "a", "b"):
        array(name)
    assert made == ["a", "b", "c", "b"]
    with pytest.raises(ValueError, match="read-only"):
        array("a")[0] = 1
