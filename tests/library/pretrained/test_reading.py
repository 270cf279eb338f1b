"""What gensim writes is read as gensim has it, in every format, and a file that lies is refused with its place."""

import gzip
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from gensim.models import FastText, KeyedVectors, Word2Vec
from safetensors import safe_open
from safetensors.numpy import save_file

from skipgram_audit.corpus.readers.errors import OverLimit, UnreadableFile
from skipgram_audit.corpus.readers.options import ReaderLimits
from skipgram_audit.pretrained.errors import UnreadableModel
from skipgram_audit.pretrained.gensim_models import load_trusted
from skipgram_audit.pretrained.model import NOT_TEXT, REPEATED, ZERO, ImportedModel
from tests.library.pretrained.samples import SENTENCES, assert_same_vectors, converted, read, train


@pytest.fixture(scope="module")
def trained() -> Word2Vec:
    return train()


@pytest.mark.parametrize("binary", [False, True])
def test_word2vec_formats(trained: Word2Vec, binary: bool, tmp_path: Path) -> None:
    path = tmp_path / "vectors"
    trained.wv.save_word2vec_format(str(path), binary=binary)
    model = read(path)
    assert_same_vectors(model, trained)
    assert (model.outputs, model.counts) == (None, None)
    assert model.facts.format == ("word2vec binary" if binary else "word2vec text")
    assert (model.facts.words, model.facts.dimension, model.facts.left_out) == (6, 12, {})


def test_the_original_program_ends_binary_rows_with_a_line_feed(tmp_path: Path) -> None:
    rows = b"".join(f"{word} ".encode() + struct.pack("<2f", 1, number) + b"\n" for number, word in enumerate("ab"))
    (tmp_path / "v").write_bytes(b"2 2\n" + rows)
    model = read(tmp_path / "v")
    assert model.words == ("a", "b")
    assert model.inputs.tolist() == [[1, 0], [1, 1]]


def test_compressed(trained: Word2Vec, tmp_path: Path) -> None:
    plain = tmp_path / "v.txt"
    trained.wv.save_word2vec_format(str(plain))
    (tmp_path / "v.gz").write_bytes(gzip.compress(plain.read_bytes()))
    with pa.CompressedOutputStream(str(tmp_path / "v.zst"), "zstd") as stream:
        stream.write(plain.read_bytes())
    for name in ("v.gz", "v.zst"):
        assert_same_vectors(read(tmp_path / name), trained)


def test_gensim_word2vec_with_output_vectors_and_settings(trained: Word2Vec, tmp_path: Path) -> None:
    trained.save(str(tmp_path / "m"))
    model = read(converted(tmp_path / "m"))
    assert_same_vectors(model, trained)
    np.testing.assert_array_equal(model.outputs, trained.syn1neg)
    assert model.counts is not None
    assert model.counts.tolist() == [trained.wv.get_vecattr(word, "count") for word in model.words]
    facts = model.facts
    assert (facts.architecture, facts.objective, facts.trained_words) == ("skip-gram", "negative sampling", 330)
    assert facts.settings == {
        "dimension": 12,
        "window": 5,
        "negatives": 5,
        "minimum_count": 1,
        "subsample": 0.001,
        "epochs": 2,
        "step_size": 0.025,
        "minimum_step_size": 0.0001,
        "noise_power": 0.75,
    }
    assert facts.software.startswith("gensim 4")


def test_gensim_keyed_vectors(trained: Word2Vec, tmp_path: Path) -> None:
    trained.wv.save(str(tmp_path / "kv"))
    model = read(converted(tmp_path / "kv"))
    assert_same_vectors(model, trained)
    assert (model.outputs, model.facts.architecture, model.facts.counts) == (None, "", True)


@pytest.mark.parametrize(
    ("options", "architecture", "objective"),
    [
        ({"sg": 0}, "cbow", "negative sampling"),
        ({"hs": 1, "negative": 0}, "skip-gram", "hierarchical softmax"),
        ({"hs": 1}, "skip-gram", "both"),
    ],
)
def test_what_was_trained_otherwise_is_told(
    options: dict[str, Any], architecture: str, objective: str, tmp_path: Path
) -> None:
    train(**options).save(str(tmp_path / "m"))
    facts = read(converted(tmp_path / "m")).facts
    assert (facts.architecture, facts.objective) == (architecture, objective)
    assert facts.outputs == (objective == "negative sampling")


def test_a_fixed_window_and_a_second_training_are_remarked(tmp_path: Path) -> None:
    model = train(shrink_windows=False)
    model.train(SENTENCES, total_examples=len(SENTENCES), epochs=1)
    model.save(str(tmp_path / "m"))
    first, second = read(converted(tmp_path / "m")).facts.remarks
    assert "shrink_windows=False" in first
    assert "2 times" in second


@pytest.fixture
def separate(trained: Word2Vec, tmp_path: Path) -> Path:
    """A model whose arrays gensim wrote beside it, as it does with large ones, in a folder with an odd name."""
    path = tmp_path / "a?b%20c#d:e" / "m.model"
    path.parent.mkdir()
    trained.save(str(path), sep_limit=10)
    assert sorted(file.name for file in path.parent.iterdir()) == [
        "m.model",
        "m.model.syn1neg.npy",
        "m.model.wv.vectors.npy",
    ]
    return path


def zipped(*files: Path) -> Path:
    with zipfile.ZipFile(files[0].parent.parent / "m.zip", "w") as archive:
        for file in files:
            archive.write(file, f"folder/{file.name}")
    return files[0].parent.parent / "m.zip"


def test_arrays_beside_the_model_are_converted_with_it(trained: Word2Vec, separate: Path) -> None:
    path = converted(separate)
    for model in (read(path), read(zipped(path))):
        assert_same_vectors(model, trained)
        np.testing.assert_array_equal(model.outputs, trained.syn1neg)


def test_a_missing_array_is_named(separate: Path) -> None:
    separate.with_name("m.model.syn1neg.npy").unlink()
    with pytest.raises(UnreadableModel, match=r"gensim cannot load.*syn1neg\.npy"):
        load_trusted(separate)


def hundred_tuples() -> bytes:
    """A dictionary whose key's hash takes 2 ** 100 steps."""
    nested = b"I0\n" + b"I0\n\x86"
    for _ in range(100):
        nested += b"2\x86"
    return b"\x80\x02}" + nested + b"K\x01s."


@pytest.mark.parametrize("content", [hundred_tuples(), *(pickle.dumps({"a": [1]}, n) for n in (2, 3, 4, 5))])
@pytest.mark.parametrize("packed", [False, True])
def test_a_pickle_is_refused_with_the_command_that_converts_it(content: bytes, packed: bool, tmp_path: Path) -> None:
    path = tmp_path / "m"
    path.write_bytes(gzip.compress(content) if packed else content)
    with pytest.raises(UnreadableModel, match=r"pickle.*skipgram-audit convert MODEL"):
        read(path)


def test_what_gensim_saved_is_refused_in_every_shape(separate: Path) -> None:
    for path in (separate, separate.with_name("m.model.syn1neg.npy"), zipped(*separate.parent.iterdir())):
        with pytest.raises(UnreadableModel, match="skipgram-audit convert MODEL"):
            read(path)


def test_what_cannot_be_used_is_kept_by_the_conversion_and_told_by_the_reading(tmp_path: Path) -> None:
    keyed = KeyedVectors(2)
    keyed.add_vectors(["a", "b\udcff", "c"], np.array([[1, 2], [3, 4], [0, 0]], np.float32))
    keyed.save(str(tmp_path / "kv"))
    model = read(converted(tmp_path / "kv"))
    assert model.words == ("a",)
    assert model.facts.left_out == {NOT_TEXT: 1, ZERO: 1}


def changed(path: Path, change: Callable[[dict[str, Any], dict[str, str]], None]) -> Path:
    """The file with its arrays and metadata changed."""
    with safe_open(path, "numpy") as file:
        arrays, metadata = {name: file.get_tensor(name) for name in file.keys()}, dict(file.metadata())  # noqa: SIM118
    change(arrays, metadata)
    save_file(arrays, path, metadata)
    return path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda arrays, _: arrays.pop("inputs"), "no table of vectors 'inputs'"),
        (lambda arrays, _: arrays.update(inputs=arrays["inputs"][:3]), "do not fit together"),
        (lambda arrays, _: arrays.update(inputs=arrays["inputs"].astype(np.float64)), "no table of vectors"),
        (lambda arrays, _: arrays.update(outputs=arrays["outputs"][:, :3].copy()), "do not fit together"),
        (lambda arrays, _: arrays.update(words=arrays["words"][1:]), "words in the file are damaged"),
        (lambda arrays, _: arrays.update(words=arrays["words"] + np.uint8(128)), "not valid UTF-8"),
        (
            lambda arrays, _: arrays.update(word_offsets=arrays["word_offsets"][::-1].copy()),
            "words in the file",
        ),
        (lambda arrays, _: arrays.update(counts=arrays["counts"][:2]), "counts"),
        (lambda arrays, _: arrays.update(counts=-arrays["counts"]), "counts"),
        (lambda _, metadata: metadata.update(version="2"), "later version"),
        (lambda _, metadata: metadata.update(format="weights"), "no converted model"),
        (lambda _, metadata: metadata.update(facts='{"format": "x", "settings": {"estimator": 1}}'), "settings"),
        (lambda _, metadata: metadata.update(facts='{"format": "x", "settings": {"window": 1e999}}'), "settings"),
        (lambda _, metadata: metadata.update(facts='{"format": "x", "architecture": "glove"}'), "architecture"),
        (lambda _, metadata: metadata.pop("facts"), "damaged"),
    ],
)
def test_a_converted_file_that_lies_is_refused(
    change: Callable[[dict[str, Any], dict[str, str]], None], message: str, trained: Word2Vec, tmp_path: Path
) -> None:
    trained.save(str(tmp_path / "m"))
    with pytest.raises(UnreadableModel, match=message):
        read(changed(converted(tmp_path / "m"), change))


def test_two_hundred_damaged_converted_files_are_refused_or_read(trained: Word2Vec, tmp_path: Path) -> None:
    trained.save(str(tmp_path / "m"))
    path = converted(tmp_path / "m")
    whole, random, refused = path.read_bytes(), Random(5), 0
    for number in range(200):
        damaged = bytearray(whole[: random.randrange(9, len(whole))] if number % 2 else whole)
        for _ in range(random.randrange(1, 5)):
            damaged[random.randrange(min(len(damaged), 900))] = random.randrange(256)
        path.write_bytes(damaged)
        try:
            read(path)
        except (UnreadableModel, OverLimit):
            refused += 1
    assert refused > 100


def text(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "v.txt"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("2 3\na 1 2 3\nb 1 2\n", r"Line 3 holds 2 numbers; the header announces 3"),
        ("2 2\na 1 2\nnew york 1 2\n", r"Line 3 holds 3 numbers"),
        ("2 2\na 1 2\nb 1 x\n", r"Line 3 holds something that is not a number"),
        ("2 2\na 1 2\nb nan 1\n", r"'b', word 2 of the file.*not finite"),
        ("3 2\na 1 2\nb 1 2\n      \n", r"announces 3 words, and the file ends after 2"),
        ("1 2\na 1 2\nb 1 2\n", r"announces 1 words, but more follow, from line 3 on"),
        ("900000 300\na 1 2\n", r"more than \d+ bytes can hold"),
        ("99999999999 300\na 1 2\n", r"99,999,999,999 words of 300 dimensions; up to"),
        ("0 300\n", r"0 words of 300"),
        ("a 1 2 3\nb 1 2 3\n", r"no_header=True"),
        (b"2 2\n\xff\xfe 1 2\nb 1 2\n", r"The word in line 2 is not valid UTF-8"),
        (b"2 2\na 1 2\n\xff\xfe 1 2\n", r"The word in line 3 is not valid UTF-8: '\\\\xff\\\\xfe'"),
        ("2 1\na 0\nb 0\n", r"no usable word"),
        ("2 2\n" + "x" * 30_000, r"Line 2 is longer"),
    ],
)
def test_text_that_is_wrong_is_refused_with_its_place(content: str | bytes, message: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableModel, match=message):
        read(text(tmp_path, content))


def test_repeated_and_directionless_words_are_counted(tmp_path: Path) -> None:
    model = read(text(tmp_path, "5 2\na 1 2\nb 3 4\na 5 6\nc 0 0\nA 1 1\n"))
    assert model.words == ("a", "b", "A")
    assert model.inputs.tolist() == [[1, 2], [3, 4], [1, 1]]
    assert model.facts.left_out == {REPEATED: 1, ZERO: 1}
    assert model.facts.examples == {REPEATED: ["a"], ZERO: ["c"]}
    assert (model.facts.words, model.facts.cased_words) == (3, 1)
    reference = KeyedVectors.load_word2vec_format(str(tmp_path / "v.txt"))
    assert reference["a"].tolist() == [1, 2]


@pytest.mark.parametrize("cut", [1, 20, 60])
def test_binary_that_was_cut_off(trained: Word2Vec, cut: int, tmp_path: Path) -> None:
    path = tmp_path / "v.bin"
    trained.wv.save_word2vec_format(str(path), binary=True)
    path.write_bytes(path.read_bytes()[:-cut])
    with pytest.raises(UnreadableModel, match=r"cut off"):
        read(path)


def test_binary_with_more_behind_it(trained: Word2Vec, tmp_path: Path) -> None:
    path = tmp_path / "v.bin"
    trained.wv.save_word2vec_format(str(path), binary=True)
    path.write_bytes(path.read_bytes().replace(b"6 12\n", b"5 12\n", 1))
    with pytest.raises(UnreadableModel, match=r"announces 5 words, but more follow, from entry 6 on"):
        read(path)


def test_binary_that_spans_several_reads(monkeypatch: pytest.MonkeyPatch, trained: Word2Vec, tmp_path: Path) -> None:
    monkeypatch.setattr("skipgram_audit.pretrained.word2vec_format.READ_AT_ONCE", 7)
    monkeypatch.setattr("skipgram_audit.pretrained.word2vec_format.LONGEST_WORD", 20)
    trained.wv.save_word2vec_format(str(tmp_path / "v"), binary=True)
    assert_same_vectors(read(tmp_path / "v"), trained)


def test_limits_hold_before_memory_is_taken(tmp_path: Path) -> None:
    path = text(tmp_path, "2 2\na 1 2\nb 1 2\n")
    with pytest.raises(OverLimit):
        read(path, ReaderLimits(maximum_bytes=5))
    with pytest.raises(UnreadableModel, match="at most 10 are read"):
        read(path, ReaderLimits(maximum_inflated_bytes=10))
    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(b"1 3000000\na" + b" 0" * 3_000_000))
    with pytest.raises(OverLimit):
        read(bomb, ReaderLimits(maximum_inflated_bytes=1_000_000))
    with pytest.raises(UnreadableFile):
        read(text(tmp_path, ""))


def test_other_models_of_gensim_are_refused_by_name(tmp_path: Path) -> None:
    FastText(SENTENCES, vector_size=4, min_count=1, epochs=1, bucket=10).save(str(tmp_path / "ft"))
    with pytest.raises(UnreadableModel, match=r"fasttext\.FastText.*save_word2vec_format"):
        load_trusted(tmp_path / "ft")


def test_a_model_is_kept_and_found_again(trained: Word2Vec, tmp_path: Path) -> None:
    trained.save(str(tmp_path / "m"))
    model = read(converted(tmp_path / "m"))
    model.save(tmp_path / "kept.npz")
    again = ImportedModel.load(tmp_path / "kept.npz", model.facts)
    assert again.words == model.words
    np.testing.assert_array_equal(again.inputs, model.inputs)
    np.testing.assert_array_equal(again.outputs, model.outputs)
    np.testing.assert_array_equal(again.counts, model.counts)
