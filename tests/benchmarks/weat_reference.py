"""Effect sizes and p-values against published reference values, on the vectors that the package wefe 1.0.1 ships.

    pip download --no-deps wefe==1.0.1 && unzip wefe-1.0.1-py3-none-any.whl -d wefe
    python -m tests.benchmarks.weat_reference wefe/wefe/datasets/data/test_model.kv reference/weat.json

The vectors are a pickled gensim model: load them from the package index only. The reference file holds, for every test,
effect_size_ddof1 and, for some, p. Exits with 1 when a value differs by more than 1e-6.
"""

import json
import sys
from pathlib import Path

import numpy as np
from gensim.models import KeyedVectors

from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.probe import built_in_probes
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.weat import Weat
from skipgram_audit.probes.word_lists import missing_words

TOLERANCE = 1e-6
EXACT_UP_TO = 200_000


def corpus_of(words: tuple[str, ...]) -> EncodedCorpus:
    """A vocabulary without any text: case as written."""
    nothing = np.zeros(1, np.int64)
    return EncodedCorpus(
        words, np.ones(len(words), np.int64), np.zeros(0, np.int32), nothing, nothing, np.zeros(0, np.int64), False, 0
    )


def main() -> int:
    """Prints a line a test and returns the exit code."""
    vectors = KeyedVectors.load(sys.argv[1])
    reference = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))["tests"]
    corpus = corpus_of(tuple(vectors.index_to_key))
    wrong = 0
    for name, expected in reference.items():
        probe = built_in_probes()[name]
        score = resolve(probe, corpus)
        assert isinstance(score, Weat), score
        measured = score.measure(vectors.vectors[score.words], EXACT_UP_TO)
        difference = abs(measured.score - expected["effect_size_ddof1"])
        missing = [word for words in missing_words(probe, corpus).values() for word in words]
        line = f"{name}: {measured.score:.10f}, reference {expected['effect_size_ddof1']:.10f}"
        if "p" in expected:
            assert measured.test is not None
            line += f"; p {measured.test.p_value:.6f} ({measured.test.method}), reference {expected['p']:.6f}"
            wrong += abs(measured.test.p_value - expected["p"]) > TOLERANCE
        print(line + (f"; missing {', '.join(missing)}" if missing else ""))
        wrong += difference > TOLERANCE
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
