"""What a folder says of itself is read by the libraries of each format, and holds what its user entered."""

import copy
import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import mlcroissant
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from prov.graph import prov_to_graph
from prov.model import ProvActivity, ProvAgent, ProvDerivation, ProvDocument
from rocrate.rocrate import ROCrate

from skipgram_audit.model.report_options import ReportOptions
from skipgram_audit.model.rewriting import RewritePlan
from skipgram_audit.model.word_pairs import WordPairs
from skipgram_audit.report.citation import bibtex, citation_text
from skipgram_audit.report.material import Material
from skipgram_audit.report.metadata.crate import BIBTEX, CRATE, CROISSANT, PROVENANCE
from skipgram_audit.report.metadata.files import files_of
from skipgram_audit.report.metadata.making import describe_folder, described_again
from skipgram_audit.report.metadata.schema import report_schema
from skipgram_audit.report.writer import write_report
from tests.library.report.material_sample import HOSTILE, SCRIPTS, checked, make_material, rewritten
from tests.library.report.sample import DOCUMENTS, make_report

OPTIONS = ReportOptions(title=HOSTILE, authors=(SCRIPTS, "Ana"), licence="CC-BY-4.0", time_span="1990", consent="None.")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An audit's files, with what they say of themselves."""
    path = tmp_path_factory.mktemp("audit")
    write_report(path, make_report(), DOCUMENTS, lambda _: None)
    for name, content in describe_folder(path, make_material(), OPTIONS).items():
        (path / name).write_bytes(content)
    return path


def read(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def test_the_same_folder_is_described_by_the_same_bytes(folder: Path) -> None:
    for name, content in describe_folder(folder, make_material(), OPTIONS).items():
        assert (folder / name).read_bytes() == content


@pytest.mark.filterwarnings("ignore")  # of the libraries that mlcroissant brings along
def test_mlcroissant_reads_croissant_and_the_records_of_its_tables(folder: Path) -> None:
    dataset = mlcroissant.Dataset(jsonld=folder / CROISSANT)
    metadata = dataset.metadata
    assert not metadata.ctx.issues.errors
    assert not metadata.ctx.issues.warnings
    assert "http://mlcommons.org/croissant/1.1" in metadata.conforms_to
    assert metadata.license == ["CC-BY-4.0"]
    assert [one.year for one in metadata.data_collection_timeframe] == [1990, 1990]
    assert metadata.personal_sensitive_information == ["None."]
    assert metadata.data_biases
    assert any("No check" in one for one in metadata.data_limitations)
    rows = list(dataset.records(record_set="documents"))
    assert len(rows) == len(DOCUMENTS)
    assert rows[0]["documents/column-1"] == b"=1+1"


@pytest.mark.parametrize(
    ("time_span", "days"),
    [
        ("1990", ["1990-01-01", "1990-12-31"]), ("1990 to 2012", ["1990-01-01", "2012-12-31"]),
        ("since 1990", None), ("to 2012", None), ("the 1990s", None), ("12345", None), ("", None),
        ("2012, and from 1995", ["1995-01-01", "2012-12-31"]),
    ],
)  # fmt: skip
def test_days_of_a_time_span_are_told_where_its_words_name_both(
    folder: Path, time_span: str, days: list[str] | None
) -> None:
    content = describe_folder(folder, make_material(), ReportOptions(time_span=time_span))[CROISSANT]
    assert json.loads(content).get("rai:dataCollectionTimeFrame") == days


def test_rocrate_reads_the_folder(folder: Path) -> None:
    crate = ROCrate(folder)
    assert crate.name == HOSTILE
    assert {one.id for one in crate.data_entities} >= {
        "report.json",
        "sentences.parquet",
        PROVENANCE,
        CROISSANT,
        BIBTEX,
    }
    action = crate.dereference("#audit")
    assert action["instrument"].id == "#skipgram-audit"
    assert {one.id for one in action["result"]} == {one["@id"] for one in action.properties()["result"]}
    assert [one["name"] for one in crate.root_dataset["author"]] == [SCRIPTS, "Ana"]
    licence = crate.root_dataset["license"]
    assert (licence.id, licence["name"]) == ("https://spdx.org/licenses/CC-BY-4.0", "CC-BY-4.0")
    entities = {one["@id"]: one for one in read(folder, CRATE)["@graph"]}
    assert len(entities) == len(read(folder, CRATE)["@graph"])
    assert all((folder / one["@id"]).is_file() for one in entities["./"]["hasPart"])
    assert len(entities["sentences.parquet"]["sha256"]) == 64


@pytest.mark.parametrize(
    ("licence", "address"),
    [
        ("cc-by-4.0", "https://spdx.org/licenses/CC-BY-4.0"), ("https://a.example/b", "https://a.example/b"),
        ("MIT OR Apache-2.0", ""), ("ask <us>", ""), ("LicenseRef-own", ""), ("", ""),
        ("https://a.example/Ωμέγα", ""),
    ],
)  # fmt: skip
def test_a_licence_is_an_entity_of_the_crate_where_it_has_an_address(folder: Path, licence: str, address: str) -> None:
    graph = json.loads(describe_folder(folder, make_material(), ReportOptions(licence=licence))[CRATE])["@graph"]
    entities = {one["@id"]: one for one in graph}
    for name in ("./", "#corpus"):
        told = entities[name]["license"]
        assert told == {"@id": address} if address else told == (licence or "Not entered by the authors of this audit.")
    assert [one for one in entities if one.startswith("http")] == ([address] if address else [])


def test_provenance_names_only_what_it_holds(folder: Path) -> None:
    told = read(folder, PROVENANCE)
    known = {*told["entity"], *told["activity"], *told["agent"]}
    relations = [name for name in told if name[:3] in ("was", "use", "had")]
    assert len(relations) == 7
    for name in relations:
        for one in told[name].values():
            assert set(one.values()) <= known
    assert told["entity"]["audit:corpus"]["audit:content_sha256"] == "ab" * 32
    generated = {one["prov:entity"] for one in told["wasGeneratedBy"].values()}
    assert generated == {"audit:audit", *(name for name in told["entity"] if name.startswith("audit:file/"))}


def test_hashes_follow_what_checks_change_and_nothing_else_does(folder: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed"
    shutil.copytree(folder, changed)
    assert described_again(changed) == {
        name: (folder / name).read_bytes() for name in (PROVENANCE, CROISSANT, CRATE)
    }  # fmt: skip
    report = read(folder, "report.json") | {"checks": [checked("mine").finished.as_dict()]}
    (changed / "report.json").write_text(json.dumps(report), encoding="utf-8")
    found = {name: json.loads(content) for name, content in described_again(changed).items()}
    digest = hashlib.sha256((changed / "report.json").read_bytes()).hexdigest()
    assert found[PROVENANCE]["entity"]["audit:file/report.json"]["audit:sha256"] == digest
    [crate] = [one for one in found[CRATE]["@graph"] if one["@id"] == "report.json"]
    [croissant] = [one for one in found[CROISSANT]["distribution"] if one["contentUrl"] == "report.json"]
    size = (changed / "report.json").stat().st_size
    assert (crate["sha256"], crate["contentSize"]) == (digest, str(size))
    assert (croissant["sha256"], croissant["contentSize"]) == (digest, f"{size} B")
    for name, content in describe_folder(changed, make_material(), OPTIONS).items():
        if name in found:
            assert json.loads(content) == found[name]
    assert described_again(tmp_path) == {}


def graph_of(material: Material, folder: Path) -> tuple[ProvDocument, Any]:
    """The provenance as a library of PROV reads it, and as a graph of its own."""
    document = ProvDocument.deserialize(content=describe_folder(folder, material, OPTIONS)[PROVENANCE].decode())
    return document, prov_to_graph(document)


def test_a_library_of_prov_reads_the_provenance(folder: Path) -> None:
    document, graph = graph_of(make_material(), folder)
    labels = {str(node.identifier): str(node.label) for node in graph.nodes}
    assert labels["audit:corpus"] == "Corpus"
    assert labels["audit:audit"] == "Audit of Corpus"
    assert labels["audit:program"].startswith("Skip-gram Audit")
    files = {name for name in labels if name.startswith("audit:file/")}
    assert files == {f"audit:file/{one.name}" for one in files_of(folder)}
    between = {(str(one.identifier), str(other.identifier)) for one, other in graph.edges()}
    assert {("audit:audit", "audit:corpus"), ("audit:audit", "audit:program")} <= between
    assert {("audit:audit", name) for name in files} <= between
    assert len(list(document.get_records(ProvAgent))) == 1


def test_provenance_holds_only_what_was_done(folder: Path) -> None:
    settings = make_material().settings
    for changes, is_null, trained in (
        ({"null_shuffles": 2}, True, True), ({"null_shuffles": 0}, False, True),
        ({"null_shuffles": 0, "models": [{"name": "a.bin"}]}, False, False),
    ):  # fmt: skip
        document, _ = graph_of(make_material(settings={**settings, **changes}), folder)
        activities = {str(one.identifier): str(one.label) for one in document.get_records(ProvActivity)}
        assert ("audit:phase/null" in activities) == is_null
        assert ("trained elsewhere" in activities["audit:phase/train"]) != trained


def test_provenance_names_the_corpora_that_are_made_from_others(folder: Path) -> None:
    corpus = dict(make_material().corpus)
    corpus["rewritten_from"] = {
        "name": HOSTILE, "content_sha256": "cd" * 32, "undone": {"1": [4]},
        "plan": RewritePlan(lists=(WordPairs(name="own", pairs=[("he", "she")]),)).model_dump(mode="json"),
    }  # fmt: skip
    manifest = {**make_material().manifest, "corpus": corpus}
    document, _ = graph_of(make_material(manifest=manifest, rewritings=[rewritten(SCRIPTS)]), folder)
    names = [one.name for one in files_of(folder)]
    derived = {(str(one.args[0]), str(one.args[1])) for one in document.get_records(ProvDerivation)} - {
        (f"audit:file/{name}", "audit:corpus") for name in names
    }
    assert derived == {
        ("audit:audit", "audit:corpus"),
        ("audit:corpus", "audit:corpus/parent"),
        ("audit:corpus/rewritten-1", "audit:corpus"),
    }
    [parent] = document.get_record("audit:corpus/parent")
    assert str(parent.label) == HOSTILE
    assert "cd" * 32 in {str(value) for _, value in parent.attributes}


@pytest.mark.parametrize("form", ["json", "xml"])
def test_provenance_survives_a_round_trip(folder: Path, form: str) -> None:
    document, _ = graph_of(make_material(rewritings=[rewritten(HOSTILE)], corpus_name=SCRIPTS), folder)
    assert len(list(document.get_records())) > 20
    again = ProvDocument.deserialize(content=document.serialize(format=form), format=form)
    assert again == document
    assert again != graph_of(make_material(), folder)[0]


def test_the_schema_takes_a_report_and_no_other(folder: Path) -> None:
    schema = report_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    report = read(folder, "report.json")
    report["checks"] = [checked("mine").finished.as_dict(), checked("mine", "halves").finished.as_dict()]
    report["rewritings"] = [rewritten("a title").as_dict()]
    assert list(validator.iter_errors(report)) == []
    for name, value in (("verdict", ""), ("score", "high")):
        wrong = copy.deepcopy(report)
        wrong["probes"][0][name] = value
        assert list(validator.iter_errors(wrong))


def test_marks_that_turn_a_text_are_written_as_their_code_everywhere(folder: Path) -> None:
    """As in the report; what programs find files and columns by stays as it is."""
    turned = "evil\u202etxt.exe"
    options = ReportOptions(title=turned, authors=(turned,), licence=turned, source=turned, consent=turned)
    material = make_material(corpus_name=turned)
    for name, content in describe_folder(folder, material, options).items():
        assert "\u202e" not in content.decode(), name
        assert name == PROVENANCE or "evilU+202Etxt.exe" in content.decode()


def test_a_citation_holds_the_hash_and_means_nothing_to_tex() -> None:
    day = make_material().ended.date()
    corpus = dict(make_material().corpus)
    text = citation_text(HOSTILE, ("Ana", "李雷"), day, corpus)
    assert text.startswith("Ana and 李雷 (2026). ")
    assert "ab" * 32 in text
    entry = bibtex("50% of {x} \\input{y} $ & # _ ^ ~", ("Ana Núñez", "O'B and C"), day, corpus)
    assert "ab" * 32 in entry
    assert entry.startswith("@misc{nunez2026abababab,")
    assert r"50\% of \{x\} \textbackslash{}input\{y\} \$ \& \# \_" in entry
    assert "author = {{Ana Núñez} and {O'B and C}}" in entry
    for author, key in (("Ada Łovelace", "lovelace"), ("Ø. Đỗ", "do"), ("Großmann", "grossmann"), ("李雷", "audit")):
        assert bibtex("x", (author,), day, corpus).startswith(f"@misc{{{key}2026abababab,")
    opened, depth = entry.replace(r"\{", "").replace(r"\}", ""), 0
    for character in opened:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0


def test_types_of_columns_are_told(tmp_path: Path) -> None:
    table = pa.table({"name": ["a"], "count": [1], "value": np.array([0.5])})
    pq.write_table(table, tmp_path / "documents.parquet")
    told = json.loads(describe_folder(tmp_path, make_material(), OPTIONS)[CROISSANT])
    assert [one["dataType"] for one in told["recordSet"][0]["field"]] == ["sc:Text", "sc:Integer", "sc:Float"]
