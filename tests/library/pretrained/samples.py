"""Small models as gensim writes them."""

from pathlib import Path

import numpy as np
from gensim.models import Word2Vec

from skipgram_audit.corpus.readers.options import ReaderLimits
from skipgram_audit.pretrained.converted import write_converted
from skipgram_audit.pretrained.gensim_models import load_trusted
from skipgram_audit.pretrained.model import ImportedModel
from skipgram_audit.pretrained.reading import read_model

SENTENCES = [["he", "works", "office", "größe"], ["she", "home", "works"], ["he", "she", "home", "office"]] * 30


def train(**options: object) -> Word2Vec:
    chosen = {"sg": 1, "vector_size": 12, "min_count": 1, "epochs": 2, "workers": 1, "seed": 3, **options}
    return Word2Vec(SENTENCES, **chosen)


def read(path: Path, limits: ReaderLimits | None = None) -> ImportedModel:
    return read_model(path, limits or ReaderLimits(), lambda _fraction: None)


def converted(saved: Path) -> Path:
    """What `skipgram-audit convert` makes of what gensim saved."""
    path = saved.with_name(saved.name + ".safetensors")
    write_converted(path, load_trusted(saved))
    return path


def assert_same_vectors(model: ImportedModel, expected: Word2Vec, tolerance: float = 0.0) -> None:
    assert list(model.words) == expected.wv.index_to_key
    assert model.inputs.dtype == np.float32
    np.testing.assert_allclose(model.inputs, expected.wv.vectors, rtol=0, atol=tolerance)
