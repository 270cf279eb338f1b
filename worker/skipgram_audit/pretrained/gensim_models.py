"""Models of gensim, read by gensim itself: what ``skipgram-audit convert`` converts.

gensim's ``save`` writes a pickle, and a pickle is a program. Loading one runs whatever is in it, so nothing here may be
given a file that its user does not trust; uploads never come here.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from skipgram_audit.pretrained.converted import Contents, Objective, Setting, StatedFacts
from skipgram_audit.pretrained.errors import EXPORT, UnreadableModel

SETTINGS: dict[str, Setting] = {
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

OBJECTIVES: dict[tuple[bool, bool], Objective] = {
    (True, False): "negative sampling",
    (False, True): "hierarchical softmax",
    (True, True): "both",
    (False, False): "",
}
"""By whether there are negative samples and whether there is a hierarchy."""

FIXED_WINDOW = (
    "It was trained with shrink_windows=False, always at the full window; co-occurrences are counted as if each "
    "window's radius had been drawn, as word2vec and gensim do by default."
)
SEVERAL_TRAININGS = (
    "train() was called {count} times: epochs and step sizes are those of the last call, so its training was longer "
    "than they say."
)


def load_trusted(path: Path) -> Contents:
    """The contents of what gensim's ``save`` wrote: a Word2Vec or KeyedVectors, with the .npy files beside it.

    This runs what is in the file.

    Raises:
        UnreadableModel: gensim cannot load it, or it is some other object.
    """
    from gensim.models import KeyedVectors, Word2Vec
    from gensim.utils import SaveLoad

    try:
        model = SaveLoad.load(str(path.resolve()))
    except Exception as error:  # a pickle can fail in any way
        raise UnreadableModel(
            f"gensim cannot load {str(path)!r}: {type(error).__name__}: {error}",
            "Give what `model.save(path)` wrote, with the .npy files that it wrote beside it.",
        ) from error
    if type(model) is Word2Vec:
        return _word2vec(model)
    if type(model) is KeyedVectors:
        words, inputs, counts = _keyed_vectors(model)
        return Contents(StatedFacts("gensim KeyedVectors", software=_software(model)), words, inputs, None, counts)
    kind = f"{type(model).__module__}.{type(model).__qualname__}"
    raise UnreadableModel(f"The file holds {kind[:100]}; what can be audited are Word2Vec and KeyedVectors.", EXPORT)


def _word2vec(model: Any) -> Contents:
    words, inputs, counts = _keyed_vectors(model.wv)
    objective = OBJECTIVES[bool(model.negative), bool(model.hs)]
    outputs = getattr(model, "syn1neg", None) if objective == "negative sampling" else None
    if outputs is not None and outputs.shape != inputs.shape:
        raise UnreadableModel(f"The output vectors have shape {outputs.shape}, the input vectors {inputs.shape}.")
    trained = _number(model, "corpus_total_words")
    facts = StatedFacts(
        format="gensim Word2Vec",
        architecture="skip-gram" if model.sg else "cbow",
        objective=objective,
        settings=_settings(model),
        trained_words=int(trained) if trained else None,
        software=_software(model),
        remarks=_remarks(model),
    )
    return Contents(facts, words, inputs, outputs, counts)


def _keyed_vectors(
    keyed: Any,
) -> tuple[list[str], npt.NDArray[np.float32], npt.NDArray[np.int64] | None]:
    """Words, vectors and counts."""
    words = list(keyed.index_to_key)
    if not all(isinstance(word, str) for word in words):
        raise UnreadableModel("The keys in the file are not words.", EXPORT)
    vectors = keyed.vectors
    if vectors is None or vectors.ndim != 2 or len(vectors) < len(words):
        raise UnreadableModel(f"The file names {len(words):,} words and has no vectors for them.", EXPORT)
    counts = keyed.expandos.get("count")
    if counts is not None and (counts.shape != (len(words),) or counts.dtype.kind not in "iu"):
        counts = None
    return words, vectors[: len(words)], counts


def _settings(model: Any) -> dict[Setting, float]:
    found = {ours: _number(model, theirs) for theirs, ours in SETTINGS.items()}
    if not found["negatives"]:
        del found["negatives"]
    return {name: value for name, value in found.items() if value is not None}


def _number(model: Any, name: str) -> float | None:
    value = getattr(model, name, None)
    if not isinstance(value, int | float | np.number) or not math.isfinite(value):
        return None
    return int(value) if float(value).is_integer() else float(value)


def _software(model: Any) -> str:
    """The version of gensim that wrote the file: that of its newest event but our loading of it."""
    events = getattr(model, "lifecycle_events", None) or []
    for event in reversed(events[:-1]):
        if isinstance(event, dict) and isinstance(event.get("gensim"), str):
            return f"gensim {event['gensim'][:20]}"
    return ""


def _remarks(model: Any) -> tuple[str, ...]:
    remarks = []
    if getattr(model, "shrink_windows", None) is False:
        remarks.append(FIXED_WINDOW)
    trainings = _number(model, "train_count")
    if trainings is not None and trainings > 1:
        remarks.append(SEVERAL_TRAININGS.format(count=int(trainings)))
    return tuple(remarks)
