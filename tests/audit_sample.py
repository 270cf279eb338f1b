"""A small audit for tests of store and pages: hand-made numbers that add up as real ones do.

Token influences are drawn at random from a fixed seed; a sentence's influence is the sum of its tokens', a document's
the sum of its sentences'. Two made-up seeds share the influence unevenly, so spreads and sign stabilities follow.
"""

from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypedDict

import numpy as np
import regex

from skipgram_audit.model.outcome import Association, Concentration, Histogram, LeftOutWord, ProbeOutcome, SeedOutcome
from skipgram_audit.model.probe import built_in_probes, parse_probe
from skipgram_audit.model.reader_options import ReaderOptions
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.store import audits
from skipgram_audit.store.database import Database
from skipgram_audit.store.documents import write_search_index
from skipgram_audit.store.filling import fill_columns
from skipgram_audit.store.models import CorpusRow, Document, Status
from skipgram_audit.store.packing import pack_bounds, pack_tokens
from tests.kept_folder import KeptFolder, is_empty

HOSTILE_TITLE = "<script>alert('title')</script>"
HOSTILE_TEXT = 'He said <img src=x onerror=alert(1)> & left. She stayed at home "all day" </pre></mark>.'
ODD_FIELD = """größe's "$.[0]"""
READING = ReaderOptions(format="jsonl", text_field="<u>text</u>", metadata_fields=("source", ODD_FIELD))
WORD = regex.compile(r"\w+")
PROBE_WORDS = {"he", "she", "his", "her", "home", "office", "family", "career"}

TEXTS = [
    ("alice", "Alice", "Alice went to the office. Her career began there. It rained."),
    ("bob", "Bob", "Bob stayed at home with his family. He cooked."),
    ("=cmd()", HOSTILE_TITLE, HOSTILE_TEXT),
    ("quiet", "Nothing of it", "Rain fell on the hills. Nobody came."),
    ("größe", "Größe 😀", "😀 Sie sah ihn. She saw his office 😀 from her home. Ende."),
]
"""Ids, titles and texts; the third is hostile, the fourth holds no probe word, the fifth has astral characters."""


@dataclass(frozen=True)
class Sample:
    """Ids of what was made; ``document_ids`` by reading order, ``influences`` by probe name and reading order."""

    corpus_id: int
    audit_id: int
    probe_ids: dict[str, int]
    document_ids: list[int]
    influences: dict[str, list[float]]


def sentence_bounds_of(text: str) -> np.ndarray:
    bounds = [match.span() for match in regex.finditer(r"\S[^.]*\.?", text)]
    return np.array(bounds, dtype=np.uint32).reshape(-1, 2)


def fields_of(identifier: str) -> dict[str, str]:
    """Metadata with hostile values and an odd name; one document has an empty value and one has none."""
    if identifier == "quiet":
        return {ODD_FIELD: "odd"}
    return {"source": "" if identifier == "bob" else "<i>here</i>"}


def make_corpus(database: Database, copies: int = 1) -> tuple[int, list[int]]:
    """TEXTS, ``copies`` times, as a corpus that has been read."""
    with database.session() as session:
        corpus = CorpusRow(name="Small <b>corpus</b>", status=Status.DONE, filename="<u>small</u>.jsonl")
        corpus.reader_options = READING.model_dump(mode="json")
        corpus.metadata_fields = ["source", ODD_FIELD]
        session.add(corpus)
        session.flush()
        for copy in range(copies):
            for identifier, title, text in TEXTS:
                bounds = sentence_bounds_of(text)
                session.add(
                    Document(
                        corpus_id=corpus.id,
                        position=corpus.document_count,
                        external_id=identifier if copy == 0 else f"{identifier}-{copy}",
                        title=title,
                        text=text,
                        fields=fields_of(identifier),
                        token_count=len(WORD.findall(text)),
                        sentence_count=len(bounds),
                        sentence_bounds=pack_bounds(bounds),
                    )
                )
                corpus.document_count += 1
                corpus.sentence_count += len(bounds)
                corpus.token_count += len(WORD.findall(text))
        session.flush()
        corpus_id = corpus.id
        ids = list(
            session.scalars(Document.__table__.select().with_only_columns(Document.id).order_by(Document.position))
        )
    write_search_index(database, corpus_id)
    return corpus_id, ids


def make_audit(database: Database, copies: int = 1, packed: bool = True) -> Sample:
    """A finished audit with two measured probes (a positive and a negative score) and one that was not measurable.

    Args:
        packed: make its columns, too, as the worker does.
    """
    if not is_empty(database):
        return _make_audit(database, copies, packed)
    key = (copies, packed)
    if key not in _kept:
        sample = _make_audit(database, copies, packed)
        _kept[key] = KeptFolder(database), sample
    else:
        _kept[key][0].copy_to(database)
    return deepcopy(_kept[key][1])


_kept: "dict[tuple[int, bool], tuple[KeptFolder, Sample]]" = {}
"""What was made before in this process: copying it takes a tenth of the time."""


def _make_audit(database: Database, copies: int, packed: bool) -> Sample:
    corpus_id, document_ids = make_corpus(database, copies)
    own = parse_probe(
        {
            "name": "he and she",
            "targets": {"he": ["he", "his", "him"], "she": ["she", "her", "hers"]},
            "attributes": {"work": ["office", "career", "salary"], "home": ["home", "family", "kitchen"]},
        }
    )
    probes = [built_in_probes()["weat-6"], own, built_in_probes()["weat-1"]]
    with database.session() as session:
        audit = audits.create(session, corpus_id, "", AuditSettings(), probes)
        audit_id, probe_ids = audit.id, {probe.name: probe.id for probe in audit.probes}
        definitions = {probe.name: probe.definition for probe in audit.probes}
    influences = {}
    for number, (name, score) in enumerate((("weat-6", 1.25), ("he and she", -0.5))):
        influences[name] = _write_probe(database, corpus_id, probe_ids[name], name, definitions[name], score, number)
    with database.session() as session:
        audits.save_outcome(
            session,
            probe_ids["weat-1"],
            ProbeOutcome(
                name="weat-1",
                kind="weat",
                definition=definitions["weat-1"],
                measured=False,
                reason="The word list 'Flowers' has no word in the vocabulary.",
                missing={"Flowers": ["aster", "clover"], "Insects": []},
            ),
        )
        audits.set_trained_size(session, audit_id, 20, 50)
        audits.set_manifest(session, audit_id, {"format": 1})
        audits.get(session, audit_id).status = Status.DONE
    if packed:
        fill_columns(database)
    return Sample(corpus_id, audit_id, probe_ids, document_ids, influences)


def _write_probe(
    database: Database, corpus_id: int, probe_id: int, name: str, definition: dict[str, Any], score: float, number: int
) -> list[float]:
    generator = np.random.default_rng(number)
    with database.session() as session:
        documents = session.query(Document).filter_by(corpus_id=corpus_id).order_by(Document.position).all()
        per_document, sentence_rows, packed = [], [], []
        for document in documents:
            tokens = []
            sentences = []
            for index, (start, end) in enumerate(sentence_bounds_of(document.text).tolist()):
                words = list(WORD.finditer(document.text, start, end))
                active = any(match.group().casefold() in PROBE_WORDS for match in words)
                values = generator.normal(0, 0.01, (len(words), 2)).astype(np.float32) * active
                tokens += [
                    (match.start(), len(match.group()), float(value.mean()))
                    for match, value in zip(words, values, strict=True)
                    if active
                ]
                sentences.append(values.astype(np.float64).sum(axis=0))
                if active:
                    sentence_rows.append((document.id, index, sentences[-1]))
            per_document.append(np.sum(sentences, axis=0))
            starts, lengths, influences = np.array(tokens, np.float64).reshape(-1, 3).T
            packed.append(
                pack_tokens(starts.astype(np.uint32), lengths.astype(np.uint16), influences.astype(np.float32))
            )
        means = np.array(per_document).mean(axis=1)
        order = np.argsort(-means, kind="stable")
        audits.add_ranked_documents(
            session,
            probe_id,
            [
                {"rank": rank, "document_id": documents[i].id, "tokens": packed[i], **_statistics(per_document[i])}
                for rank, i in enumerate(order, start=1)
            ],
        )
        sentence_rows.sort(key=lambda row: -row[2].mean())
        audits.add_ranked_sentences(
            session,
            probe_id,
            [
                {"rank": rank, "document_id": document_id, "sentence_index": index, **_statistics(values)}
                for rank, (document_id, index, values) in enumerate(sentence_rows, start=1)
            ],
        )
        sentence_total = sum(document.sentence_count for document in documents)
        audits.save_outcome(
            session, probe_id, _outcome(name, definition, score, means, sentence_rows, sentence_total, generator)
        )
    return [float(mean) for mean in means]


class Statistics(TypedDict):
    """Of a document or a sentence over the seeds."""

    influence: float
    spread: float
    sign_stability: float


def _statistics(by_seed: np.ndarray) -> Statistics:
    mean = float(by_seed.mean())
    return {
        "influence": mean,
        "spread": float(by_seed.std(ddof=1)),
        "sign_stability": float((np.sign(by_seed) == np.sign(mean)).mean()),
    }


def _outcome(
    name: str,
    definition: dict[str, Any],
    score: float,
    means: np.ndarray,
    sentence_rows: list[tuple[int, int, np.ndarray]],
    sentence_total: int,
    generator: np.random.Generator,
) -> ProbeOutcome:
    edge = float(np.abs(means).max())
    counts, edges = np.histogram(means[means != 0], bins=20, range=(-edge, edge))
    associations = [
        Association(set_name, role, word, float(generator.normal(0, 0.2)), 0.01, 5)
        for role, sets in (("target", definition["targets"]), ("attribute", definition["attributes"]))
        for set_name, words in sets.items()
        for word in words
    ]
    strongest = np.sort(np.abs(means))[::-1].cumsum() / np.abs(means).sum()
    return ProbeOutcome(
        name=name,
        kind="weat",
        definition=definition,
        measured=True,
        missing={set_name: [] for set_name in [*definition["targets"], *definition["attributes"]]},
        score=score,
        score_spread=0.04,
        standard_error=float(np.sqrt(np.square(means).sum())),
        mean_difference=score / 10,
        p_value=0.0123,
        p_value_two_sided=0.0184,
        p_method="exact over 12870 partitions",
        surrogate_score=score * 1.1,
        by_seed=[
            SeedOutcome(1, score - 0.03, score / 10, 0.012, score * 1.1),
            SeedOutcome(2, score + 0.03, score / 10, 0.0126, score * 1.1),
        ],
        seed_agreement=0.31,
        null_scores=[-0.2, 0.3],
        stable_documents=2,
        left_out=[
            LeftOutWord(item.set_name, item.role, item.word, -score if number == 0 else score * 1.05, 0.02)
            for number, item in enumerate(associations)
        ],
        influence_sum=float(means.sum()),
        positive_documents=int((means > 0).sum()),
        zero_documents=int((means == 0).sum()),
        positive_sentences=sum(float(row[2].mean()) > 0 for row in sentence_rows),
        zero_sentences=sentence_total - len(sentence_rows),
        histogram=Histogram(edges.tolist(), counts.tolist()),
        concentration=Concentration(
            strongest[-(-len(means) // 100) - 1],
            strongest[-(-len(means) // 10) - 1],
            [1, len(means)],
            [strongest[0], strongest[-1]],
        ),
        associations=associations,
    )
