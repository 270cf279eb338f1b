"""Stored columns say what the rows say, and go when the rows go."""

import numpy as np
import pytest
from sqlalchemy import func, select

from app.settings import Settings
from app.store import audits, column_filling, columns, corpora, corpus_columns, documents, ranking_columns, results
from app.store.column_models import CorpusColumn, RankingColumn
from app.store.database import Database
from app.store.filters import Filters
from app.store.groups import influence_groups
from app.store.migrate import migrate
from app.store.models import DocumentInfluence, SentenceInfluence
from app.store.narrowing import RankRange, count_matches
from tests.audit_sample import ODD_FIELD, Sample, make_audit, make_corpus

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
        return [*counts, influence_groups(session, probe, "source"), influence_groups(session, probe, ODD_FIELD)]


def stored(database: Database) -> tuple[int, int]:
    with database.session() as session:
        owners = (CorpusColumn.corpus_id, RankingColumn.audit_probe_id)
        return tuple(session.scalar(select(func.count(owner.distinct()))) for owner in owners)  # type: ignore[return-value]


def test_starting_packs_what_is_missing_and_stored_columns_say_what_rows_say(
    settings: Settings, database: Database
) -> None:
    make_corpus(database)
    sample = make_audit(database, copies=3)
    from_rows = seen(database, sample)
    assert stored(database) == (0, 0)
    migrate(settings)
    assert stored(database) == (2, 2)
    assert seen(database, sample) == from_rows
    assert seen(database, sample) == from_rows  # and once more, from memory


def test_what_is_kept_in_memory_follows_new_columns(database: Database) -> None:
    sample = make_audit(database, copies=3)
    column_filling.fill_columns(database)
    before = seen(database, sample)
    with database.session() as session:
        session.query(DocumentInfluence).update({"sign_stability": 0.5})
    ranking_columns.write_from_rows(database, sample.probe_ids["weat-6"])
    after = seen(database, sample)
    assert after != before
    assert after[FILTERS.index(Filters(minimum_words=9, stable=True)) * 2] == {"upper": 0, "lower": 0}


def test_columns_go_with_their_rows(database: Database) -> None:
    sample = make_audit(database)
    column_filling.fill_columns(database)
    with database.session() as session:
        results.clear_rankings(session, [sample.probe_ids["weat-6"]])
    assert stored(database) == (1, 1)
    with database.session() as session:
        audits.remove(session, sample.audit_id)
    assert stored(database) == (1, 0)
    documents.remove_all(database, sample.corpus_id)
    assert stored(database) == (0, 0)
    other, _ = make_corpus(database)
    corpus_columns.write_from_rows(database, other)
    with database.session() as session:
        corpora.remove(session, other)
    assert stored(database) == (0, 0)


def test_arrays_used_longest_ago_are_dropped() -> None:
    kept = columns._Kept(most_bytes=20)
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
