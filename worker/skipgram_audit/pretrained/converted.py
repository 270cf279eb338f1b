"""The file that ``skipgram-audit convert`` writes: everything of a gensim model that an audit can use, and no pickle.

A safetensors file (https://github.com/huggingface/safetensors) with the arrays

    words         uint8     the words' UTF-8, one behind the other
    word_offsets  int64     [words + 1]: where each begins
    inputs        float32   [words, dimension]
    outputs       float32   [words, dimension]; may be missing
    counts        int64     [words]: how often each word occurred; may be missing

and, as its metadata, ``format``, ``version`` and ``facts``: what is known of the training, as JSON.
"""

import itertools
import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Annotated, Any, Literal

import numpy as np
import numpy.typing as npt
import safetensors.numpy
from pydantic import AllowInfNan, Field, StringConstraints, TypeAdapter, ValidationError
from safetensors import SafetensorError

from skipgram_audit.corpus.encoding import offsets_of
from skipgram_audit.model.pretrained import ModelFacts
from skipgram_audit.pretrained.errors import UnreadableModel
from skipgram_audit.pretrained.model import ImportedModel, require_size, usable_model

FORMAT, VERSION = "skipgram-audit model", "1"
HEADER_SIZE = struct.Struct("<Q")
AGAIN = "Convert the model again: `skipgram-audit convert MODEL --out FILE.safetensors`."

Short = Annotated[str, StringConstraints(max_length=100)]
Sentence = Annotated[str, StringConstraints(max_length=500)]
Setting = Literal[
    "dimension", "window", "negatives", "minimum_count", "subsample", "epochs", "step_size", "minimum_step_size",
    "noise_power",
]  # fmt: skip
"""The audit's settings that a model's file may state."""

Architecture = Literal["", "skip-gram", "cbow"]
Objective = Literal["", "negative sampling", "hierarchical softmax", "both"]
Number = Annotated[float, AllowInfNan(False)]


@dataclass(frozen=True)
class StatedFacts:
    """What a model's file says of its training; see ModelFacts."""

    format: Short
    architecture: Architecture = ""
    objective: Objective = ""
    settings: dict[Setting, Number] = field(default_factory=dict)
    trained_words: Annotated[int, Field(ge=0, lt=2**62)] | None = None
    software: Short = ""
    remarks: Annotated[tuple[Sentence, ...], Field(max_length=10)] = ()


FACTS: TypeAdapter[StatedFacts] = TypeAdapter(StatedFacts)


@dataclass(frozen=True)
class Contents:
    """A model as its file has it, with words that cannot be used; see ImportedModel."""

    facts: StatedFacts
    words: Sequence[str]
    inputs: npt.NDArray[np.float32]
    outputs: npt.NDArray[np.float32] | None
    counts: npt.NDArray[np.int64] | None


def write_converted(path: Path, contents: Contents) -> None:
    """Writes the file."""
    encoded = [word.encode("utf-8", "surrogatepass") for word in contents.words]
    arrays: dict[str, npt.NDArray[Any]] = {
        "words": np.frombuffer(b"".join(encoded), np.uint8),
        "word_offsets": offsets_of(np.array([len(word) for word in encoded], np.int64)),
        "inputs": np.ascontiguousarray(contents.inputs, np.float32),
    }
    if contents.outputs is not None:
        arrays["outputs"] = np.ascontiguousarray(contents.outputs, np.float32)
    if contents.counts is not None:
        arrays["counts"] = np.ascontiguousarray(contents.counts, np.int64)
    facts = FACTS.dump_json(contents.facts).decode()
    safetensors.numpy.save_file(arrays, path, {"format": FORMAT, "version": VERSION, "facts": facts})


def looks_converted(head: bytes) -> bool:
    """Whether a file begins as safetensors does: the length of a JSON object, below 100 MB, and the object."""
    return head[4:9] == b"\0\0\0\0{"


def read_converted(stream: IO[bytes], maximum_bytes: int) -> ImportedModel:
    """Reads the file.

    Args:
        stream: at its beginning.
        maximum_bytes: that the vectors may take.

    Raises:
        UnreadableModel: it is damaged, of another kind, or of a later version.
    """
    content = stream.read()
    facts = _facts(content)
    try:
        arrays = safetensors.numpy.load(content)
    except (SafetensorError, ValueError, KeyError, OverflowError) as error:
        raise UnreadableModel(f"The file is damaged: {error}.", AGAIN) from error
    inputs = _table(arrays, "inputs", maximum_bytes)
    words = _words(arrays)
    outputs = _table(arrays, "outputs", maximum_bytes) if "outputs" in arrays else None
    counts = arrays.get("counts")
    if len(words) != len(inputs) or (outputs is not None and outputs.shape != inputs.shape):
        raise UnreadableModel("The arrays in the file do not fit together.", AGAIN)
    if counts is not None and (counts.shape != (len(words),) or counts.dtype != np.int64 or (counts < 0).any()):
        raise UnreadableModel("The words' counts in the file do not fit its words.", AGAIN)
    known = ModelFacts(words=len(words), dimension=inputs.shape[1], **vars(facts))
    return usable_model(known, words, inputs, outputs, counts)


def _facts(content: bytes) -> StatedFacts:
    try:
        (size,) = HEADER_SIZE.unpack_from(content)
        metadata = json.loads(content[HEADER_SIZE.size : HEADER_SIZE.size + size]).get("__metadata__", {})
        if metadata.get("format") != FORMAT:
            raise UnreadableModel("The file is in the format safetensors, but it is no converted model.", AGAIN)
        if metadata.get("version") != VERSION:
            raise UnreadableModel("The file was written by a later version of Skip-gram Audit.", AGAIN)
        return FACTS.validate_json(metadata["facts"], strict=True)
    except (struct.error, ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        if isinstance(error, ValidationError):
            places = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors())
            raise UnreadableModel(f"What the file says of the training is damaged: {places}.", AGAIN) from error
        raise UnreadableModel(f"The beginning of the file is damaged: {error}.", AGAIN) from error


def _table(arrays: dict[str, npt.NDArray[Any]], name: str, maximum_bytes: int) -> npt.NDArray[np.float32]:
    array = arrays.get(name)
    if array is None or array.ndim != 2 or array.dtype != np.float32:
        raise UnreadableModel(f"The file has no table of vectors {name!r}.", AGAIN)
    require_size(array.shape[0], array.shape[1], maximum_bytes)
    return array


def _words(arrays: dict[str, npt.NDArray[Any]]) -> list[str]:
    text, offsets = arrays.get("words"), arrays.get("word_offsets")
    if text is None or offsets is None or text.dtype != np.uint8 or offsets.dtype != np.int64 or offsets.ndim != 1:
        raise UnreadableModel("The file has no words.", AGAIN)
    fitting = len(offsets) > 0 and offsets[0] == 0 and offsets[-1] == text.size and bool((np.diff(offsets) >= 0).all())
    if not fitting:
        raise UnreadableModel("The words in the file are damaged.", AGAIN)
    joined = text.tobytes()
    try:
        return [joined[a:b].decode("utf-8", "surrogatepass") for a, b in itertools.pairwise(offsets.tolist())]
    except UnicodeDecodeError as error:
        raise UnreadableModel("The words in the file are not valid UTF-8.", AGAIN) from error
