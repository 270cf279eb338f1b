"""The stored map: parts, cells and regions against sums made one by one, and the words that stand out."""

import numpy as np
import pytest
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import Conflict
from skipgram_audit.store import audits, document_map, filling
from skipgram_audit.store.columns import AuditColumn
from skipgram_audit.store.database import Database
from skipgram_audit.store.document_map import CELLS, REGIONS, SIDE, DocumentMap, MapFacts, Rectangle, facts_of, keywords
from tests.audit_sample import Sample, make_audit

WORDS = ("he", "größe", "office", "rain", "unused")
FACTS = MapFacts(seed=1, placed=14, unplaced=1, fitted=14, seconds=2.5)


def draw(database: Database, sample: Sample) -> np.ndarray:
    """Random places, one document on none; words that go by where a document lies; returns the places."""
    filling.fill_columns(database)
    generator = np.random.default_rng(4)
    places = generator.uniform(0, SIDE, (len(sample.document_ids), 2)).astype(np.float32)
    places[3] = np.nan
    places[0] = (SIDE, SIDE)
    west = places[:, 0] < SIDE / 2
    typical = np.column_stack([np.full(len(places), 0), np.where(west, 1, 2), np.where(west, -1, 3)]).astype(np.int32)
    with database.session() as session:
        document_map.write(session, audits.get(session, sample.audit_id), places, typical, WORDS, FACTS)
    return places


def map_of(session: Session, sample: Sample) -> DocumentMap:
    return DocumentMap(session, audits.get(session, sample.audit_id).probes[0])


def test_a_part_holds_what_lies_in_its_rectangle(database: Database) -> None:
    sample = make_audit(database, copies=3)
    places = draw(database, sample)
    influences = np.array(sample.influences["weat-6"])
    rectangle = Rectangle(100, 250, 900, 1000)
    inside = [
        number for number, (right, down) in enumerate(places.tolist()) if 100 <= right <= 900 and 250 <= down <= 1000
    ]
    assert 0 < len(inside) < 14
    with database.session() as session:
        found = map_of(session, sample)
        part = found.part(rectangle)
        assert part.documents == len(inside)
        assert part.influence == pytest.approx(influences[inside].sum())
        assert part.raising == (influences[inside] > 0).sum()
        assert part.lowering == (influences[inside] < 0).sum()
        order = np.argsort(-influences, kind="stable")
        strongest = np.abs(influences[order[part.ranks - 1]])
        assert strongest.tolist() == sorted(np.abs(influences[inside]).tolist(), reverse=True)
        assert found.document_ids(rectangle) == [sample.document_ids[number] for number in inside]
        assert found.part(Rectangle(0, 0, SIDE, SIDE)).documents == 14
        assert found.part(Rectangle(SIDE, SIDE, SIDE, SIDE)).documents == 1
        assert found.place_of(sample.document_ids[2]) == tuple(places[2].tolist())
        assert (found.place_of(sample.document_ids[3]), found.around(sample.document_ids[3])) == (None, None)
        assert found.around(sample.document_ids[0]) == Rectangle(SIDE - 25, SIDE - 25, SIDE, SIDE)


def test_cells_and_regions_hold_every_document_of_the_map_once(database: Database) -> None:
    sample = make_audit(database, copies=3)
    places = draw(database, sample)
    influences = np.array(sample.influences["weat-6"])
    with database.session() as session:
        found = map_of(session, sample)
        grid, regions = found.grid(), found.regions()
    documents, sums = np.zeros((CELLS, CELLS)), np.zeros((CELLS, CELLS))
    for number, (right, down) in enumerate(places.tolist()):
        if number != 3:
            cell = min(int(down * CELLS / SIDE), CELLS - 1), min(int(right * CELLS / SIDE), CELLS - 1)
            documents[cell] += 1
            sums[cell] += influences[number]
    np.testing.assert_array_equal(grid.documents, documents)
    np.testing.assert_allclose(grid.influence, sums)
    assert sum(region.documents for region in regions) == 14
    strengths = [abs(region.influence) for region in regions]
    assert strengths == sorted(strengths, reverse=True)
    step = SIDE // REGIONS
    for region in regions:
        row, column = region.rectangle.top // step, region.rectangle.left // step
        cells = slice(row * 10, row * 10 + 10), slice(column * 10, column * 10 + 10)
        assert region.influence == pytest.approx(sums[cells].sum())
        inside = [
            place
            for place in np.delete(places, 3, axis=0).tolist()
            if (int(place[1] // step), int(place[0] // step)) == (row, column)
        ]
        if len(inside) == region.documents:  # Those on the outer border belong to the last region.
            assert region.middle == pytest.approx(np.median(inside, axis=0))


def test_the_words_of_a_part_are_those_that_stand_out_there(database: Database) -> None:
    sample = make_audit(database, copies=3)
    west = (draw(database, sample)[:, 0] < SIDE / 2).sum()
    with database.session() as session:
        found = map_of(session, sample)
        words = found.part(Rectangle(0, 0, SIDE // 2 - 1, SIDE)).words
        assert [(word.word, word.here, word.everywhere) for word in words[:1]] == [("größe", west, west)]
        assert "office" not in [word.word for word in words]
        east = found.part(Rectangle(SIDE // 2, 0, SIDE, SIDE)).words
        assert {word.word for word in east[:2]} == {"office", "rain"}
        assert found.part(Rectangle(0, 0, 0, 0)).words == []


def test_an_audit_without_a_map_says_so(database: Database) -> None:
    sample = make_audit(database)
    with database.session() as session:
        assert facts_of(audits.get(session, sample.audit_id)) is None
        with pytest.raises(Conflict, match="not drawn yet"):
            map_of(session, sample)


def test_a_map_goes_with_its_audit(database: Database) -> None:
    sample = make_audit(database, copies=3)
    draw(database, sample)
    with database.session() as session:
        assert facts_of(audits.get(session, sample.audit_id)) == FACTS
        audits.remove(session, sample.audit_id)
    with database.session() as session:
        assert session.query(AuditColumn).count() == 0


def test_the_log_likelihood_ratio_by_hand() -> None:
    here, everywhere = np.array([8, 2, 0, 5]), np.array([10, 50, 3, 5])
    # Of 100 documents 10 lie in the part: 8 of the first word's 10, 2 of the second's 50, none, all 5.
    assert keywords(here, everywhere, 10, 100, 9).tolist() == [0, 3]
    assert keywords(here, everywhere, 10, 100, 1).tolist() == [0]


def test_a_word_of_one_document_stands_out_only_where_there_is_no_other() -> None:
    assert keywords(np.array([1, 2]), np.array([1, 2]), 5, 100, 9).tolist() == [1]
    assert keywords(np.array([1, 0]), np.array([1, 2]), 1, 100, 9).tolist() == [0]
    assert keywords(np.array([0, 0]), np.array([1, 2]), 0, 100, 9).tolist() == []
