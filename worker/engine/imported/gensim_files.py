"""What gensim's own save() writes: KeyedVectors and Word2Vec of gensim 4, with the large arrays that it puts beside.

gensim pickles the object and writes each large array to a file of its own: ``NAME.wv.vectors.npy``,
``NAME.syn1neg.npy``. The pickle is read by worker.engine.imported.pickled, the arrays without pickle.
"""

import math
from collections.abc import Callable
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from worker.engine.imported.errors import EXPORT, UnreadableModel
from worker.engine.imported.model import ImportedModel, ModelFacts, require_size, usable_model
from worker.engine.imported.pickled import Inert, PickledArray, PickledScalar

SideFile = Callable[[str], tuple[IO[bytes], int] | None]
"""From the ending of a file's name, ``.wv.vectors.npy``, to the file and its size; None when it was not given."""

KEYED_VECTORS = ("gensim.models.keyedvectors.KeyedVectors", "gensim.models.keyedvectors.Word2VecKeyedVectors")
WORD2VEC = "gensim.models.word2vec.Word2Vec"

SETTINGS = {
    "vector_size": "dimension",
    "window": "window",
    "negative": "negatives",
    "effective_min_count": "minimum_count",
    "sample": "subsample",
    "epochs": "epochs",
    "alpha": "step_size",
    "min_alpha": "minimum_step_size",
    "ns_exponent": "noise_power",
}
"""gensim's names -> the audit's."""

FIXED_WINDOW = (
    "It was trained with shrink_windows=False, always at the full window; co-occurrences are counted as if each "
    "window's radius had been drawn, as word2vec and gensim do by default."
)
SEVERAL_TRAININGS = (
    "train() was called {count} times: epochs and step sizes are those of the last call, so its training was longer "
    "than they say."
)


def model_of(root: Any, side_file: SideFile, maximum_bytes: int) -> ImportedModel:
    """The model in a pickle.

    Args:
        root: as load_inert gave it.
        side_file: finds the arrays that were written beside the pickle.
        maximum_bytes: that the vectors may take.

    Raises:
        UnreadableModel: it is some other object, of an old gensim, or a part of it is missing.
    """
    origin = root.origin if isinstance(root, Inert) else type(root).__name__
    if origin == WORD2VEC:
        return _word2vec(root, side_file, maximum_bytes)
    if origin in KEYED_VECTORS:
        words, inputs, counts = _keyed_vectors(root, "", side_file, maximum_bytes)
        facts = ModelFacts("gensim KeyedVectors", len(words), inputs.shape[1], software=_software(root))
        return usable_model(facts, words, inputs, None, counts)
    raise UnreadableModel(f"The file holds {origin[:100]}; what can be audited are Word2Vec and KeyedVectors.", EXPORT)


def _word2vec(root: Inert, side_file: SideFile, maximum_bytes: int) -> ImportedModel:
    keyed = root.get("wv")
    if not isinstance(keyed, Inert):
        raise UnreadableModel("The Word2Vec in the file has no word vectors.", EXPORT)
    words, inputs, counts = _keyed_vectors(keyed, ".wv", side_file, maximum_bytes)
    negatives, hierarchical, skip_gram = _number(root, "negative"), _number(root, "hs"), _number(root, "sg")
    objective = {
        (True, False): "negative sampling",
        (False, True): "hierarchical softmax",
        (True, True): "both",
    }.get((bool(negatives), bool(hierarchical)), "")
    outputs = None
    if objective == "negative sampling":
        outputs = _vectors(root, "syn1neg", "", side_file, maximum_bytes)
        if outputs is not None and outputs.shape != inputs.shape:
            raise UnreadableModel(f"The output vectors have shape {outputs.shape}, the input vectors {inputs.shape}.")
    trained = _number(root, "corpus_total_words")
    facts = ModelFacts(
        format="gensim Word2Vec",
        words=len(words),
        dimension=inputs.shape[1],
        architecture={1.0: "skip-gram", 0.0: "cbow"}.get(-1.0 if skip_gram is None else skip_gram, ""),
        objective=objective,
        settings=_settings(root),
        trained_words=int(trained) if trained else None,
        software=_software(root),
        remarks=_remarks(root),
    )
    return usable_model(facts, words, inputs, outputs, counts)


def _keyed_vectors(
    keyed: Inert, prefix: str, side_file: SideFile, maximum_bytes: int
) -> tuple[list[str], npt.NDArray[np.float32], npt.NDArray[np.int64] | None]:
    """Words, vectors and counts."""
    if keyed.origin not in KEYED_VECTORS:
        raise UnreadableModel(
            f"The word vectors in the file are {keyed.origin[:100]}; what can be audited are KeyedVectors.", EXPORT
        )
    words = keyed.get("index_to_key")
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise UnreadableModel(
            "The file was saved by a gensim before 4.0, or its keys are not words.",
            "Load it in gensim 4 and save it again. " + EXPORT,
        )
    vectors = _vectors(keyed, "vectors", prefix, side_file, maximum_bytes)
    if vectors is None:
        raise UnreadableModel("The file holds no vectors.", EXPORT)
    if len(vectors) < len(words) or vectors.shape[1] < 1:
        raise UnreadableModel(f"The file names {len(words):,} words and has {len(vectors):,} vectors.", EXPORT)
    counts = keyed.get("expandos")
    found = counts.get("count") if isinstance(counts, dict) else None
    numbers = found.as_numpy() if isinstance(found, PickledArray) else None
    if numbers is not None and (numbers.shape != (len(words),) or numbers.dtype.kind not in "iu"):
        numbers = None
    return words, vectors[: len(words)], None if numbers is None else numbers.astype(np.int64)


def _vectors(
    holder: Inert, name: str, prefix: str, side_file: SideFile, maximum_bytes: int
) -> npt.NDArray[np.float32] | None:
    """A two-dimensional array: from the pickle, or from the file beside it that the pickle speaks of."""
    inside = holder.get(name)
    if isinstance(inside, PickledArray):
        array = inside.as_numpy()
    elif name in (holder.get("__numpys") or []):
        ending = f"{prefix}.{name}.npy"
        found = side_file(ending)
        if found is None:
            raise UnreadableModel(
                f"gensim saved the array {name!r} into a file of its own, whose name ends in {ending!r}, and it is "
                "not there.",
                "Put all files that `save` wrote into one zip. Or export: `model.wv.save_word2vec_format(path)`.",
                missing=ending,
            )
        array = _read_array(*found, ending, maximum_bytes)
    else:
        return None
    if array.ndim != 2 or array.dtype.kind != "f":
        raise UnreadableModel(f"The array {name!r} is not a table of numbers with a fraction.", EXPORT)
    require_size(array.shape[0], array.shape[1], maximum_bytes)
    return np.ascontiguousarray(array, np.float32)


def _read_array(stream: IO[bytes], size: int, name: str, maximum_bytes: int) -> npt.NDArray[Any]:
    """An .npy file's array, after its header has been held against its size; never a pickle."""
    try:
        version = np.lib.format.read_magic(stream)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, kind = read(stream)
        if kind.hasobject:
            raise UnreadableModel(f"The file {name!r} holds something else than numbers.", EXPORT)
        claimed = math.prod(shape) * kind.itemsize
        if claimed != size - stream.tell():
            raise UnreadableModel(
                f"The file {name!r} should hold {claimed:,} bytes of numbers and has {size - stream.tell():,}: it was "
                "cut off or is damaged.",
                "Fetch it again.",
            )
        if len(shape) == 2:
            require_size(shape[0], shape[1], maximum_bytes)
        stream.seek(0)
        return np.asarray(np.load(stream, allow_pickle=False))
    except (ValueError, OSError, EOFError) as error:
        raise UnreadableModel(f"The file {name!r} is no array of numpy: {error}.", EXPORT) from error


def _settings(root: Inert) -> dict[str, float]:
    found = {ours: _number(root, theirs) for theirs, ours in SETTINGS.items()}
    if not found["negatives"]:
        del found["negatives"]
    return {name: value for name, value in found.items() if value is not None}


def _number(root: Inert, name: str) -> float | None:
    value = root.get(name)
    if isinstance(value, PickledScalar):
        value = value.as_number()
    if not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def _software(root: Inert) -> str:
    """The version of gensim that the newest entry of the object's history names."""
    events = root.get("lifecycle_events")
    for event in reversed(events if isinstance(events, list) else []):
        if isinstance(event, dict) and isinstance(event.get("gensim"), str):
            return f"gensim {event['gensim'][:20]}"
    return ""


def _remarks(root: Inert) -> tuple[str, ...]:
    remarks = []
    if root.get("shrink_windows") is False:
        remarks.append(FIXED_WINDOW)
    trainings = _number(root, "train_count")
    if trainings is not None and trainings > 1:
        remarks.append(SEVERAL_TRAININGS.format(count=int(trainings)))
    return tuple(remarks)
