from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from skipgram_audit.model.errors import InvalidInput
from skipgram_audit.model.search_query import Phrase, parse_query
from skipgram_audit.store import audits, corpora, documents, ranking, ranking_filter
from skipgram_audit.store.columns import Columns
from skipgram_audit.store.database import Database
from skipgram_audit.store.document_columns import corpus_columns, ensure_corpus_columns, write_corpus_columns
from skipgram_audit.store.documents import write_search_index
from skipgram_audit.store.models import AuditRow, CorpusRow, Document, DocumentInfluence, SentenceInfluence
from skipgram_audit.store.paging import Cursor
from skipgram_audit.store.ranking import Side, document_page, document_range, sentence_page, sentence_range
from skipgram_audit.store.ranking_filter import Filters, count_matches
from skipgram_audit.store.search import SearchNotReady, index_path, matching_documents, new_index
from tests.audit_sample import ODD_FIELD, Sample, make_audit, make_corpus


@pytest.fixture
def sample(database: Database) -> Sample:
    return make_audit(database, copies=3)


def found(session: Session, sample: Sample, filters: Filters) -> set[str]:
    """Ids of the documents on the pages of all sides; their number is what count_matches says."""
    probe = audits.get(session, sample.audit_id).probes[0]
    ranges = {side: document_range(probe, probe.audit.corpus, side) for side in Side}
    pages = {side: document_page(session, probe, ranks, filters=filters).items for side, ranks in ranges.items()}
    counts = count_matches(session, probe, DocumentInfluence, ranges, filters)
    assert counts == {side: len(items) for side, items in pages.items()}
    return {row.external_id for items in pages.values() for row in items}


def copies(*identifiers: str) -> set[str]:
    return {identifier + suffix for identifier in identifiers for suffix in ("", "-1", "-2")}


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("OFFICE", copies("alice", "größe")),
        ("her office", copies("alice", "größe")),
        ("career her went alice", copies("alice")),
        ('"her career"', copies("alice")),
        ('"career her"', set()),
        ('"her career', copies("alice")),
        ("Größe", set()),
        ("title:GRÖSSE", copies("größe")),
        ("Sie 😀", copies("größe")),
        ("all-day", copies("=cmd()")),
        ("title:<script>", copies("=cmd()")),
        ("fell?", copies("quiet")),
        ("all\u200bday \ufeffstayed", set()),
        ("st\u00adayed all-d\u200bay", copies("=cmd()")),
        ('title:"nothing of" rain', copies("quiet")),
        ("title:rain", set()),
        ("title:%", set()),
        (" bob-1 ", {"bob-1"}),
        ("id:bob", {"bob"}),
        ("id: bob-2", {"bob-2"}),
        ("id:bo", set()),
        ("=cmd()", {"=cmd()"}),
        ("%", set()),
        ("😀", set()),
        ("xyzzy", set()),
        ("offi*", copies("alice", "größe")),
        ("OFFI*", copies("alice", "größe")),
        ("office*", copies("alice", "größe")),
        ('"her care*"', copies("alice")),
        ('"her care"*', copies("alice")),
        ('"her off*"', set()),
        ("title:GRÖSS*", copies("größe")),
        ("zz*", set()),
        ("fell OR office", copies("quiet", "alice", "größe")),
        ("fell OR career OR all-day", copies("quiet", "alice", "=cmd()")),
        ("office her OR fell", copies("alice", "größe")),
        ("her OR fell office", copies("alice", "größe")),
        ('fell OR "her care*"', copies("quiet", "alice")),
        ("title:GRÖSSE OR fell", copies("quiet", "größe")),
        ("fell or office", set()),
        ('"OR"', set()),
    ],
)
def test_search_finds_all_words_and_phrases_in_texts_or_titles_and_whole_ids(
    database: Database, sample: Sample, search: str, expected: set[str]
) -> None:
    with database.session() as session:
        assert found(session, sample, Filters(search=search)) == expected


@pytest.mark.parametrize(
    "search",
    ['"', '""', '"a', "AND", "NOT OR NOT", "a AND", "NEAR(", "a*", "^a", "title:a", "{title}:a", "-a", "a + b", "'",
     "a'; --", "\\", "a:b*", "a & !", "<->", "(", "\0", "a\0b", "%00", "a\tb\nc", "\u0301", "²", "x" * 200,
     "x" * 199 + "*", '"a * b"', '"a OR b"', "a OR b OR c", "(a OR b)", "a OR (b*"],
)  # fmt: skip
def test_nothing_but_or_and_stars_can_be_wrong_about_a_search(database: Database, sample: Sample, search: str) -> None:
    with database.session() as session:
        found(session, sample, Filters(search=search, field="source", value=search))


@pytest.mark.parametrize(
    "search",
    ["OR", "a OR", "OR a", "a OR OR b", "a OR !", "! OR a", "*", "*a", "a*b", "a**", "a *", "a:*", '"*"', '"a !*"',
     "x" * 201 + "*"],
)  # fmt: skip
def test_or_and_stars_in_a_wrong_place_are_refused(database: Database, sample: Sample, search: str) -> None:
    with database.session() as session, pytest.raises(InvalidInput) as refused:
        found(session, sample, Filters(search=search))
    assert refused.value.remedy


def test_an_id_is_found_whatever_is_in_it(database: Database) -> None:
    corpus_id, ids = prepared_corpus(database)
    with database.session() as session:
        session.get_one(Document, ids[2]).external_id = "a**"
    assert matching(database, corpus_id, "a**") == [2]


def test_a_search_is_asked_once_for_each_state_of_the_corpus(
    database: Database, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def counted(session: Session, corpus: CorpusRow, found: Columns, query: str) -> npt.NDArray[np.bool_]:
        asked.append(query)
        return matching_documents(session, corpus, found, query)

    monkeypatch.setattr(ranking_filter, "matching_documents", counted)
    expected = copies("alice", "größe")
    for _ in range(2):
        write_corpus_columns(database, sample.corpus_id)
        for search in ("office", " office ", "she", "office"):
            with database.session() as session:
                matches = found(session, sample, Filters(search=search))
                assert search == "she" or matches == expected
        with database.session() as session:
            session.get_one(Document, sample.document_ids[1]).text = "Another office."
        write_search_index(database, sample.corpus_id)
        expected |= {"bob"}
    assert asked == ["office", "she", "office", "she"]


def test_a_query_is_words_and_phrases() -> None:
    assert parse_query('One title:"two Three"four "five', "en") == [
        (Phrase(("one",)),), (Phrase(("two", "three"), "title"),), (Phrase(("four",)),), (Phrase(("five",)),),
    ]  # fmt: skip
    assert parse_query('a OR title:B* c OR "d e*" OR f', "en") == [
        (Phrase(("a",)), Phrase(("b",), "title", prefix=True)),
        (Phrase(("c",)), Phrase(("d", "e"), prefix=True), Phrase(("f",))),
    ]
    assert parse_query("I*", "tr") == [(Phrase(("ı",), prefix=True),)]
    assert parse_query("% 😀 !", "en") == []


def test_an_id_that_is_a_word_adds_nothing_to_the_documents_with_the_word(database: Database) -> None:
    corpus_id, ids = prepared_corpus(database)
    with database.session() as session:
        session.get_one(Document, ids[2]).external_id = "office"
    assert matching(database, corpus_id, "office") == [0, 4]
    assert matching(database, corpus_id, "id:office") == [2]
    with database.session() as session:
        session.get_one(Document, ids[2]).external_id = "zebra"
    assert matching(database, corpus_id, "zebra") == [2]


def test_metadata_is_compared_exactly_and_empty_is_absent(database: Database, sample: Sample) -> None:
    with database.session() as session:
        assert found(session, sample, Filters(field="source", value="<i>here</i>")) == copies(
            "alice", "=cmd()", "größe"
        )
        assert found(session, sample, Filters(field="source", value="<I>here</i>")) == set()
        assert found(session, sample, Filters(field="source", absent=True)) == copies("bob", "quiet")
        assert found(session, sample, Filters(field=ODD_FIELD, value="odd")) == copies("quiet")
        assert len(found(session, sample, Filters(field="source"))) == 15
        with pytest.raises(InvalidInput, match="no metadata field 'author'"):
            found(session, sample, Filters(field="author", value="x"))


def test_length_and_stability_narrow_a_ranking(database: Database, sample: Sample) -> None:
    with database.session() as session:
        lengths = {row.external_id: row.token_count for row in session.query(Document)}
        within = {identifier for identifier, length in lengths.items() if 8 <= length <= 10}
        assert 0 < len(within) < 15
        assert found(session, sample, Filters(minimum_words=8, maximum_words=10)) == within
        rows = session.execute(
            select(Document.external_id, DocumentInfluence.sign_stability)
            .join(Document, Document.id == DocumentInfluence.document_id)
            .where(DocumentInfluence.audit_probe_id == sample.probe_ids["weat-6"])
        )
        stable = {identifier for identifier, stability in rows if stability == 1.0}
        assert 0 < len(stable) < 15
        assert found(session, sample, Filters(stable=True)) == stable
        assert found(session, sample, Filters("office", stable=True)) == stable & copies("alice", "größe")


def test_sentences_are_filtered_by_their_document_and_paged_by_key(database: Database, sample: Sample) -> None:
    with database.session() as session:
        probe = audits.get(session, sample.audit_id).probes[0]
        filters = Filters(search="office")
        ranges = {side: sentence_range(probe, probe.audit.corpus, side) for side in (Side.POSITIVE, Side.NEGATIVE)}
        counts = count_matches(session, probe, SentenceInfluence, ranges, filters)
        for side, ranks in ranges.items():
            rows: list[ranking.RankedSentence] = []
            cursor = None
            while True:
                page = sentence_page(session, probe, ranks, cursor, filters, size=2)
                rows += page.items
                cursor = Cursor.parse(page.next)
                if cursor is None:
                    break
            assert len(rows) == counts[side] > 0
            assert {row.external_id for row in rows} <= copies("alice", "größe")


def test_an_address_holds_what_has_an_effect() -> None:
    assert not Filters(search=" ", field="source")
    assert Filters("a b", "source", "x", minimum_words=0, stable=True).parameters() == {
        "search": "a b",
        "field": "source",
        "value": "x",
        "minimum_words": "0",
        "stable": "on",
    }
    assert Filters(field="source", value="x", absent=True).parameters() == {"field": "source", "absent": "on"}


def prepared_corpus(database: Database) -> tuple[int, list[int]]:
    """A corpus with the columns that searches need."""
    corpus_id, ids = make_corpus(database)
    ensure_corpus_columns(database, corpus_id)
    return corpus_id, ids


def matching(database: Database, corpus_id: int, search: str) -> list[int]:
    """Numbers of the documents that a search finds."""
    with database.session() as session:
        corpus = session.get_one(CorpusRow, corpus_id)
        passing = matching_documents(session, corpus, corpus_columns(session, corpus), search)
        return np.flatnonzero(passing).tolist()


def test_the_index_follows_what_is_made_and_deleted(database: Database) -> None:
    first, ids = prepared_corpus(database)
    second, _ = prepared_corpus(database)
    files = [index_path(database.folder, one) for one in (first, second)]

    def pack() -> None:
        for one in (first, second):
            write_search_index(database, one)

    pack()
    assert [file.exists() for file in files] == [True, True]
    assert matching(database, first, "office") == [0, 4]
    with database.session() as session:
        session.get_one(Document, ids[0]).text = "Changed."
    pack()
    assert matching(database, first, "office") == [4]
    assert matching(database, first, "changed") == [0]
    documents.remove_all(database, first)
    assert [file.exists() for file in files] == [False, True]
    assert matching(database, second, "office") == [0, 4]
    with database.session() as session:
        corpora.remove(session, second)
    with database.session() as session:
        assert not session.query(AuditRow).count()
        assert not session.query(Document).count()


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"text"),
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        lambda path: path.write_bytes(path.read_bytes()[:4096] + bytes(path.stat().st_size - 4096)),
    ],
    ids=["lost", "empty", "not a database", "cut off", "overwritten"],
)
def test_an_index_that_is_lost_or_damaged_is_not_read(database: Database, damage: Callable[[Path], None]) -> None:
    corpus_id, _ = prepared_corpus(database)
    path = index_path(database.folder, corpus_id)
    whole = path.read_bytes()
    damage(path)
    with pytest.raises(SearchNotReady):
        matching(database, corpus_id, "office")
    write_search_index(database, corpus_id)
    assert matching(database, corpus_id, "office") == [0, 4]
    assert path.read_bytes() == whole
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "tr"),
        ("content_sha256", "0" * 64),
        ("source_sha256", "1" * 64),
        ("reader_options", {"title_field": "headline"}),
    ],
)
def test_an_index_of_other_contents_is_not_believed(database: Database, field: str, value: object) -> None:
    first, _ = prepared_corpus(database)
    second, _ = prepared_corpus(database)
    with database.session() as session:
        setattr(session.get_one(CorpusRow, second), field, value)
    ensure_corpus_columns(database, second)
    write_search_index(database, second)
    assert matching(database, second, "office") == [0, 4]
    files = [index_path(database.folder, one) for one in (first, second)]
    files[1].write_bytes(files[0].read_bytes())
    with pytest.raises(SearchNotReady):
        matching(database, second, "office")
    assert matching(database, first, "office") == [0, 4]


def test_words_that_fts_would_cut_off_are_told_apart(database: Database) -> None:
    corpus_id, ids = prepared_corpus(database)
    long = "z" * 40_000
    with database.session() as session:
        for number in (0, 1):
            session.get_one(Document, ids[number]).text = f"{long}{number} end"
    ensure_corpus_columns(database, corpus_id)
    write_search_index(database, corpus_id)
    assert [matching(database, corpus_id, f"{long}{number}") for number in (0, 1, 2)] == [[0], [1], []]


def test_an_index_that_is_not_finished_leaves_the_one_before(database: Database) -> None:
    corpus_id, _ = prepared_corpus(database)
    write_corpus_columns(database, corpus_id)
    path = index_path(database.folder, corpus_id)

    def cancelled() -> None:
        with new_index(database.folder, corpus_id) as index:
            index.add(["office"], ["office"])
            raise KeyError

    with pytest.raises(KeyError):
        cancelled()
    assert matching(database, corpus_id, "office") == [0, 4]
    path.with_suffix(".of-a-killed-worker").touch()
    documents.remove_all(database, corpus_id)
    assert list(path.parent.iterdir()) == []


def test_a_document_of_a_megabyte_of_different_words_is_stored(database: Database) -> None:
    _, ids = prepared_corpus(database)
    with database.session() as session:
        session.get_one(Document, ids[0]).text = " ".join(chr(0x20000 + n % 40_000) + str(n) for n in range(150_000))
