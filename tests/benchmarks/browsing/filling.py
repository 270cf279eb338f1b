"""Fills a database with audited corpora, through the store's own writers.

Corpus 1 has all documents and two audits; corpus 2 its first documents again, a tenth of them changed, and one audit.
Influences are drawn: a sentence's from a t distribution of 2.5 degrees of freedom (heavy tails), larger where it names
a person; a document's is the sum of its sentences'. Token influences repeat from probe to probe, so that filling takes
minutes and not hours.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from skipgram_audit.auditing.document_map import TYPICAL_WORDS
from skipgram_audit.auditing.outcomes import with_influence
from skipgram_audit.auditing.words import EXAMPLES
from skipgram_audit.corpus.encoding import sums_between
from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.influence_table import Attribution, InfluenceTable, seed_agreement
from skipgram_audit.model.near_duplicates import DuplicateCounts
from skipgram_audit.model.outcome import Association, ProbeOutcome, SeedOutcome
from skipgram_audit.model.probe import ProbeDefinition, built_in_probes, parse_probe
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.report.values import ReportProbe
from skipgram_audit.store import audits, corpora, document_map, documents, filling, near_duplicates
from skipgram_audit.store.columns import audit_identity
from skipgram_audit.store.corpora import ReadResult
from skipgram_audit.store.database import Database
from skipgram_audit.store.document_map import SIDE, MapFacts
from skipgram_audit.store.documents import NewDocument, write_search_index
from skipgram_audit.store.models import CorpusRow, Document, Status
from skipgram_audit.store.packing import pack_tokens
from tests.audit_sample import Sample
from tests.benchmarks.browsing.source import Source, cut_documents
from tests.check_sample import make_check

DOCUMENTS_AT_ONCE = 2_000
ROWS_AT_ONCE = 200_000
SECOND_CORPUS = 100_000
TOKEN_EVERY = 4
SCALES = np.array([0.9, 1.1])
VOCABULARY, PARTNERS = 50_000, 300
MEMBERS = 3
"""Of a group of near-duplicates, on average."""

CLOUDS = 100
FIELDS = ["work", "year", "address"]
"""Metadata: some dozens to hundreds of values, two hundred with documents that have none, one for each document."""

PERSONS = parse_probe(
    {
        "name": "he and she",
        "targets": {"he": ["he", "his", "him"], "she": ["she", "her", "hers"]},
        "attributes": {"work": ["office", "career", "salary"], "home": ["home", "family", "kitchen"]},
    }
)

READ_AS = {"format": "jsonl", "encoding": "utf-8", "text_field": "text", "id_field": "id", "title_field": "title"}

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Written:
    """A corpus in the store: its id, its documents' ids, and their sentences in the source."""

    corpus_id: int
    document_ids: np.ndarray
    sentences: np.ndarray
    offsets: np.ndarray
    tokens: list[bytes]


def fill(database: Database, source: Source, count: int, tell: Tell) -> None:
    """Two corpora and three audits: see the module."""
    tell(f"writing {count:,} documents")
    first = write_corpus(database, source, count, "Large", changed=False)
    second = write_corpus(database, source, min(count, SECOND_CORPUS), "Second", changed=True)
    gender = built_in_probes()["weat-6"]
    audit_id = write_audit(database, source, first, "First audit", [(gender, 0.6), (PERSONS, 0.2)], 1, tell)
    write_audit(database, source, first, "Other seeds", [(gender, 0.2)], 2, tell)
    write_audit(database, source, second, "Other corpus", [(gender, 0.2)], 3, tell)
    sample = Sample(first.corpus_id, audit_id, {}, first.document_ids.tolist(), {})
    make_check(database, sample, CheckPlan(plan="halves", sets=10))
    tell("packing columns, drawing near-duplicates and a map")
    filling.fill_columns(database)
    for written in (first, second):
        write_search_index(database, written.corpus_id)
    write_near_duplicates(database, first)
    write_map(database, first, audit_id)


def write_near_duplicates(database: Database, written: Written) -> None:
    """A tenth of the documents in groups of two and more, drawn: what was cut at random holds hardly any."""
    generator = np.random.default_rng(7)
    count = len(written.document_ids)
    chosen = np.sort(generator.choice(count, count // 10, replace=False))
    number = np.cumsum(generator.random(len(chosen)) < 1 / MEMBERS)
    first = np.full(count, -1)
    _, begins, sizes = np.unique(number, return_index=True, return_counts=True)
    alone = np.repeat(sizes == 1, sizes)
    first[chosen] = np.where(alone, -1, np.repeat(chosen[begins], sizes))
    facts = DuplicateCounts(int((sizes > 1).sum()), int((first >= 0).sum()), int(sizes.max()), count, 0, 0, 0, 0)
    with database.session() as session:
        near_duplicates.write(session, written.corpus_id, written.document_ids, first, facts)


def write_map(database: Database, written: Written, audit_id: int) -> None:
    """Documents in a hundred clouds, each with typical words of its own; drawn."""
    generator = np.random.default_rng(8)
    count = len(written.document_ids)
    cloud = generator.integers(CLOUDS, size=count)
    middles = generator.uniform(0.1 * SIDE, 0.9 * SIDE, (CLOUDS, 2))
    places = np.clip(middles[cloud] + generator.normal(0, 0.02 * SIDE, (count, 2)), 0, SIDE).astype(np.float32)
    places[generator.random(count) < 0.001] = np.nan
    vocabulary = tuple(f"word{number}" for number in range(50_000))
    own = generator.zipf(1.3, (count, TYPICAL_WORDS)) + 300 * cloud[:, None]
    typical = (own % len(vocabulary)).astype(np.int32)
    facts = MapFacts(1, int(np.isfinite(places[:, 0]).sum()), int(np.isnan(places[:, 0]).sum()), count, 0.0)
    with database.session() as session:
        document_map.write(session, audits.get(session, audit_id), places, typical, vocabulary, facts)


def write_words(database: Database, folder: Path, audit_id: int, count: int) -> None:
    """Tables of the corpus' most frequent words, each beside three hundred others; drawn, but for the words."""
    generator = np.random.default_rng(9)
    with database.session() as session:
        audit = audits.get(session, audit_id)
        made_from = audit_identity(audit)
        probes = [probe.name for probe in audit.probes]
        found = corpora.frequent_words(session, audit.corpus_id, VOCABULARY)
    size = len(found)
    entries = size * PARTNERS
    vectors = generator.normal(size=(2, size, 100)).astype(np.float32)
    documents = generator.integers(count, size=(len(probes), size, EXAMPLES, 1))
    arrays = {
        "counts": np.array([times for _, times in found]),
        "document_counts": np.minimum([times for _, times in found], count),
        "influence": generator.standard_t(2.5, (len(probes), size)) * 1e-4,
        "examples": np.concatenate([documents, np.zeros_like(documents)], axis=3).astype(np.int32),
        "vectors": vectors / np.linalg.norm(vectors, axis=2, keepdims=True),
        "offsets": np.arange(size + 1) * PARTNERS,
        "partners": np.sort(generator.integers(size, size=(size, PARTNERS), dtype=np.int32), axis=1).ravel(),
        "pairs": generator.normal(0, 1e-5, (len(probes), entries)).astype(np.float32),
        "pair_counts": generator.exponential(2, entries).astype(np.float32),
        # Two hundred words a document, all of its first sentence, which every document has.
        "tokens": generator.integers(size, size=200 * count, dtype=np.int32),
        "sentence_offsets": np.arange(0, 200 * count + 1, 200),
        "document_sentences": np.arange(count + 1),
    }
    folder.mkdir(parents=True)
    for name, array in arrays.items():
        np.save(folder / f"{name}.npy", array)
    content = {
        "made_from": made_from, "probes": probes, "words": [word for word, _ in found], "window": 5, "language": "en",
    }  # fmt: skip
    (folder / "words.json").write_text(json.dumps(content), encoding="utf-8")


def write_corpus(database: Database, source: Source, count: int, name: str, changed: bool) -> Written:
    """Documents of a seed, so that two corpora share them; every tenth has one more word when ``changed``."""
    with database.session() as session:
        corpus = CorpusRow(name=name, filename=f"{name}.jsonl", reader_options=READ_AS, metadata_fields=FIELDS)
        session.add(corpus)
        session.flush()
        corpus_id = corpus.id
    numbers: list[Any] = []
    sizes: list[Any] = []
    tokens: list[Any] = []
    made = _documents(source, count, changed, numbers, sizes, tokens)
    token_count = 0
    while batch := list(islice(made, DOCUMENTS_AT_ONCE)):
        token_count += sum(document.token_count for document in batch)
        with database.session() as session:
            documents.insert_batch(session, corpus_id, batch)
    sentences = np.concatenate(numbers)
    used = np.bincount(sentences, minlength=len(source.sentences))
    corpora.replace_words(database, corpus_id, "en", source.word_counts(used).items())
    with database.session() as session:
        corpora.set_result(
            session, corpus_id, ReadResult(count, len(sentences), token_count, {}, f"{name}".ljust(64, "0"))
        )
        corpora.get(session, corpus_id).status = Status.DONE
        rows = session.connection().exec_driver_sql(
            f"SELECT id FROM {Document.__tablename__} WHERE corpus_id = {corpus_id} ORDER BY position"
        )
        ids = np.fromiter((row[0] for row in rows), np.int64)
    return Written(corpus_id, ids, sentences, np.concatenate([[0], np.cumsum(sizes)]), tokens)


def _documents(
    source: Source, count: int, changed: bool, numbers: list[np.ndarray], sizes: list[int], tokens: list[bytes]
) -> Iterator[NewDocument]:
    generator = np.random.default_rng(5)
    for position, made in enumerate(cut_documents(source, count, 1)):
        numbers.append(made.sentences)
        sizes.append(len(made.sentences))
        some = slice(None, None, TOKEN_EVERY)
        values = generator.normal(0, 1e-5, len(made.starts[some])).astype(np.float32)
        tokens.append(pack_tokens(made.starts[some], made.lengths[some], values))
        name = source.names[int(made.sentences[0])]
        yield NewDocument(
            position=position,
            external_id=f"document-{position}",
            title=f"{name} {position}",
            text=made.text + (" Changed." if changed and position % 10 == 0 else ""),
            fields=_fields(name, position, generator),
            place=f"line {position + 1}",
            token_count=len(made.starts),
            bounds=made.bounds,
        )


def _fields(name: str, position: int, generator: np.random.Generator) -> dict[str, str]:
    year = str(2024 - min(int(generator.exponential(30)), 200)) if generator.random() > 0.1 else ""
    return {"work": name, "year": year, "address": f"https://example.org/texts/{position}"}


def write_audit(
    database: Database,
    source: Source,
    written: Written,
    name: str,
    probes: Sequence[tuple[ProbeDefinition, float]],
    seed: int,
    tell: Tell,
) -> int:
    """A finished audit of probes, each with the share of sentences that have influence on it; its id."""
    definitions = [definition for definition, _ in probes]
    with database.session() as session:
        audit = audits.create(
            session, written.corpus_id, name, AuditSettings(seeds=[2 * seed, 2 * seed + 1]), definitions
        )
        audit_id, ids = audit.id, [probe.id for probe in audit.probes]
    for number, (probe_id, (definition, share)) in enumerate(zip(ids, probes, strict=True)):
        tell(f"writing the rankings of {name!r}, {definition.name}")
        result = _result(source, written, definition, share, 100 * seed + number, sign=1 if number == 0 else -1)
        with database.session() as session:
            audits.save_outcome(session, probe_id, result.outcome)
        _write_rankings(database, probe_id, written, result.attribution)
    with database.session() as session:
        audits.set_trained_size(session, audit_id, 50_000, 100_000_000)
        audits.set_manifest(session, audit_id, {"format": 1})
        audits.get(session, audit_id).status = Status.DONE
    return audit_id


def _result(source: Source, written: Written, definition: Any, share: float, seed: int, sign: int) -> ReportProbe:
    generator = np.random.default_rng(seed)
    count = len(written.sentences)
    drawn = generator.standard_t(2.5, count) * np.where(source.personal[written.sentences], 1e-5, 1e-6)
    drawn[generator.random(count) >= share] = 0
    by_seed = drawn * SCALES[:, None] + generator.normal(0, 1e-6, (2, count)) * (drawn != 0)
    documents = sums_between(by_seed, written.offsets)
    words = [
        Association(name, role, word, float(generator.normal(0, 0.2)), 0.02, 1_000)
        for role, lists in (("target", definition.targets), ("attribute", definition.attributes))
        for name, listed in lists.items()
        for word in listed
    ]
    outcome = ProbeOutcome(
        definition.name, definition.kind, definition.model_dump(mode="json"), True, score=sign * 1.2, score_spread=0.05,
        mean_difference=0.1, p_value=0.01, p_method="exact over 12870 partitions", surrogate_score=sign * 1.1,
        by_seed=[SeedOutcome(2 * seed + one, sign * 1.2, 0.1, 0.01, sign * 1.1) for one in range(2)],
        associations=words,
    )  # fmt: skip
    attribution = Attribution(
        InfluenceTable.of(documents), InfluenceTable.of(by_seed), np.zeros(0, np.float32), seed_agreement(documents)
    )
    return ReportProbe(with_influence(outcome, attribution, "replay"), attribution)


def _write_rankings(database: Database, probe_id: int, written: Written, attribution: Attribution | None) -> None:
    """All rows in the order of the ranking, many a transaction: nobody else writes meanwhile."""
    assert attribution is not None
    table = attribution.documents
    for places in _ranked(table, leave_out_zero=False):
        rows = _rows(table, places, written.document_ids[places[1]])
        for row, index in zip(rows, places[1].tolist(), strict=True):
            row["tokens"] = written.tokens[index]
        with database.session() as session:
            audits.add_ranked_documents(session, probe_id, rows)
    table = attribution.sentences
    sentence_documents = np.repeat(np.arange(len(written.document_ids)), np.diff(written.offsets))
    for places in _ranked(table, leave_out_zero=True):
        owners = sentence_documents[places[1]]
        rows = _rows(table, places, written.document_ids[owners])
        for row, index in zip(rows, (places[1] - written.offsets[owners]).tolist(), strict=True):
            row["sentence_index"] = index
        with database.session() as session:
            audits.add_ranked_sentences(session, probe_id, rows)


def _ranked(table: InfluenceTable, leave_out_zero: bool) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Ranks and row numbers in the order of the ranking, batch by batch."""
    rank_of = table.ranks(leave_out_zero)
    order = np.argsort(rank_of, kind="stable")
    order = order[rank_of[order] > 0]
    for first in range(0, len(order), ROWS_AT_ONCE):
        some = order[first : first + ROWS_AT_ONCE]
        yield rank_of[some], some


def _rows(table: InfluenceTable, places: tuple[np.ndarray, np.ndarray], document_ids: np.ndarray) -> list[Any]:
    rank, index = places
    columns = (rank, document_ids, table.influence[index], table.spread[index], table.sign_stability[index])
    names = ("rank", "document_id", "influence", "spread", "sign_stability")
    return [dict(zip(names, row, strict=True)) for row in zip(*(column.tolist() for column in columns), strict=True)]
