"""Search finds what is counted: an import's words, its index and an audit's words are the same, in many languages."""

import sqlite3
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from fastapi.testclient import TestClient

from skipgram_audit.auditing.words import document_counts
from skipgram_audit.corpus.encoding import TextDocument, encode_documents
from skipgram_audit.model.tokens import tokenize
from skipgram_audit.settings import Settings
from skipgram_audit.store import corpora, documents, jobs
from skipgram_audit.store.database import Database
from skipgram_audit.store.document_columns import corpus_columns
from skipgram_audit.store.models import CorpusRow, CorpusWord, JobKind, Status
from skipgram_audit.store.search import SearchNotReady, index_path, matching_documents
from tests.audit_sample import make_audit
from tests.library.jobs.direct import carry_out_waiting_jobs
from tests.library.jobs.test_imports import add_corpus, json_lines, run_import
from tests.library.samples import silent

TEXTS = {
    "en": ["The oﬃce, the ho\u200bspital.", "The OFFICE of the hos\u00adpital", "office 1984 \ufeffcafe"],
    "fr": ["Un café à Évry", "Cafe\u0301 ÉVRY l'été", "cafe evry"],
    "de": ["Die Straße ist GROẞ", "STRASSE, strasse, groß", "Große Strasse"],
    "el": ["Η ΠΡΩΤΕΪ́ΝΗ και ο Μάιος", "πρωτεΐνη ΜΑΪ́ΟΥ μαΐου", "πρωτεϊ\u0301νη λόγος ΛΌΓΟΣ"],
    "tr": ["İSTANBUL ve ısparta", "i\u0307stanbul KADIN", "istanbul kadın ISPARTA İş iş"],
    "lt": ["Í i\u0307\u0301 Įvykis", "įvykis"],
    "ru": ["Ёлка и ёлка, МОЙ мои\u0306", "елка ЕЁ её"],
    "hi": ["हिन्दी में क्\u200dष", "हिन्\u200bदी क्ष हि न्दी", "हिन्दी\u200d भाषा फ़ फ\u093c"],
    "ar": ["مَكتب كِتاب", "مكتب\u200f كتاب", "كتاب مُدَرِّس"],
    "fa": ["می\u200cخواهم آماده\u200cسازی", "میخواهم کار\u200cگر", "می\u200cخواهم\u200c کارگر"],
    "th": ["ภาษาไทย\u200bดี", "ไทย ก\u0e33", "ดี ๆ"],
    "zh": ["工作和医院。", "医院，葛\U000e0100城", "葛城 〇 一○"],
    "ja": ["ガラスと工場", "カ\u3099ラス コーヒー", "かがく ー"],
    "ko": ["학생이다 나는", "\u1112\u1161\u11a8생이다"],
}
FOUND = {
    ("en", "office"): [0, 1, 2], ("en", "oﬀice"): [0, 1, 2], ("en", "HOS\u200cPITAL"): [0, 1], ("en", "café"): [],
    ("en", '"the hospital"'): [0, 1], ("fr", "CAFÉ"): [0, 1], ("fr", "cafe"): [2], ("fr", "l’été"): [1],
    ("de", "strasse"): [0, 1, 2], ("de", "GROSS"): [0, 1], ("el", "πρωτεΐνη"): [0, 1, 2], ("el", "ΛΌΓΟΣ"): [2],
    ("el", "Μαΐου"): [1], ("tr", "İstanbul"): [0, 1, 2], ("tr", "KADIN"): [1, 2], ("tr", "isparta"): [],
    ("tr", "İŞ"): [2], ("lt", "ĮVYKIS"): [0, 1], ("ru", "мой"): [0], ("ru", "ЁЛКА"): [0], ("ru", "елка"): [1],
    ("hi", "हिन्दी"): [0, 1, 2], ("hi", "हिन्दा"): [], ("hi", "फ़"): [2], ("hi", "क्ष"): [1], ("ar", "مكتب"): [1],
    ("fa", "می\u200cخواهم"): [0, 2], ("fa", "میخواهم"): [1], ("fa", "کارگر"): [1, 2], ("th", "ไทย"): [0, 1],
    ("th", "ดี"): [0, 2], ("zh", "工"): [0], ("zh", "医院"): [0, 1], ("zh", "院医"): [], ("zh", "葛城"): [1, 2],
    ("en", "off*"): [0, 1, 2], ("en", "HOS\u00adP*"): [0, 1], ("en", '"the hos*"'): [0, 1], ("fr", "CAFE*"): [2],
    ("de", "GRO*"): [0, 1, 2], ("de", "strass* OR groß"): [0, 1, 2], ("tr", "I*"): [0, 2], ("tr", "İ*"): [0, 1, 2],
    ("zh", "医*"): [0, 1], ("zh", "城 OR 工"): [0, 1, 2], ("ko", "학*"): [0, 1], ("ko", "하*"): [],
    ("ja", "ガラス"): [0, 1], ("ja", "か"): [2], ("ko", "학생이다"): [0, 1],
}  # fmt: skip


def found_in(database: Database, corpus_id: int, query: str) -> list[int]:
    with database.session() as session:
        corpus = session.get_one(CorpusRow, corpus_id)
        return np.flatnonzero(matching_documents(session, corpus, corpus_columns(session, corpus), query)).tolist()


def beginnings(word: str, language: str) -> list[str]:
    """Those beginnings of a form, the whole of it last, that are forms themselves: what can stand before a star."""
    cut = [word[:length] for length in range(1, len(word) + 1)]
    return [one for one in cut if tokenize(one, casefold=True, language=language) == [one]]


def beginning_of(beginning: str) -> Callable[[str], bool]:
    return lambda form: form.startswith(beginning)


def test_search_counts_and_words_agree_in_many_languages(settings: Settings, database: Database) -> None:
    imported = {}
    for language, texts in TEXTS.items():
        content = json_lines({"id": f"id-{number}", "text": text} for number, text in enumerate(texts))
        imported[language] = add_corpus(settings, database, content, language)
        run_import(settings, database, imported[language])
    for language, corpus_id in imported.items():
        stored_texts = (TextDocument(item.text, item.bounds) for item in documents.stream_texts(database, corpus_id))
        encoded = encode_documents(stored_texts, 1, True, 1, silent, language)
        with database.session() as session:
            stored: Counter[str] = Counter()
            for row in session.query(CorpusWord).filter_by(corpus_id=corpus_id):
                stored[row.folded] += row.count
            assert corpora.get(session, corpus_id).token_count == sum(stored.values())
        assert stored == dict(zip(encoded.words, encoded.counts.tolist(), strict=True))
        forms = [set(tokenize(text, casefold=True, language=language)) for text in TEXTS[language]]
        for word, count in zip(encoded.words, document_counts(encoded).tolist(), strict=True):
            assert len(found_in(database, corpus_id, word)) == count, (language, word)
            for beginning in beginnings(word, language):
                expected = [number for number, own in enumerate(forms) if any(map(beginning_of(beginning), own))]
                assert found_in(database, corpus_id, f"{beginning}*") == expected, (language, beginning)
                assert expected, (language, beginning)
            other = encoded.words[0]
            either = [number for number, own in enumerate(forms) if {word, other} & own]
            assert found_in(database, corpus_id, f"{word} OR {other}") == either, (language, word)
    for (language, query), expected in FOUND.items():
        assert found_in(database, imported[language], query) == expected, (language, query)


def test_an_index_that_does_not_fit_is_made_again_by_the_worker(
    settings: Settings, database: Database, client: TestClient
) -> None:
    sample = make_audit(database)
    path = index_path(database.folder, sample.corpus_id)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE made_from SET contents = 'other'")
    connection.close()
    address = f"/audits/{sample.audit_id}/documents?search=office"
    for _ in range(2):
        page = client.get(address)
        assert page.status_code == 503
        assert int(page.headers["retry-after"]) > 0
        assert client.get(f"/api/v1{address}&view=amplifying").json()["error"]["code"] == "search_not_ready"
    with database.session() as session:
        assert [(job.kind, job.subject) for job in jobs.active(session)] == [("search", str(sample.corpus_id))]
    carry_out_waiting_jobs(settings, database)
    with database.session() as session:
        job = jobs.latest(session, JobKind.SEARCH, sample.corpus_id)
        assert job is not None
        assert job.status == Status.DONE
        assert corpora.get(session, sample.corpus_id).status == Status.DONE
    assert client.get(address).status_code == 200
    assert found_in(database, sample.corpus_id, "office") == [0, 4]
    path.unlink()
    with pytest.raises(SearchNotReady):
        found_in(database, sample.corpus_id, "office")
    assert not path.exists()
