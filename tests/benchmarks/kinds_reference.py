"""Relative norm distance, mean average cosine and RIPA against values published by the package wefe 1.0.1.

    pip download --no-deps wefe==1.0.1 && unzip wefe-1.0.1-py3-none-any.whl -d wefe
    python -m tests.benchmarks.kinds_reference wefe/wefe/datasets/data/test_model.kv

The expected numbers stand in that package's documentation, of its own vectors. They are a mean where ours is a sum
(relative norm distance, there with normalised vectors), and a mean over single pairs where ours takes their first
principal axis (RIPA), so ours are brought to that form. The published RIPA is the mean over the first seven of the
eight pairs, to seven digits; that over all eight, 0.1997, is not. The vectors are a pickled gensim model: load them
from the package index only. Exits with 1 when a value differs by more than 1e-6.
"""

import sys

import numpy as np
from gensim.models import KeyedVectors

from skipgram_audit.corpus.encoding import EncodedCorpus
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.probes.kinds import resolve
from skipgram_audit.probes.word_lists import WordListScore
from tests.benchmarks.weat_reference import corpus_of
from tests.probes import any_probe

TOLERANCE = 1e-6

FEMALE = ("female", "woman", "girl", "sister", "she", "her", "hers", "daughter")
MALE = ("male", "man", "boy", "brother", "he", "him", "his", "son")
FAMILY = ("home", "parents", "children", "family", "cousins", "marriage", "wedding", "relatives")
CAREER = ("executive", "management", "professional", "corporation", "salary", "office", "business", "career")

GROUPS: dict[str, tuple[str, ...]] = {"Female": FEMALE, "Male": MALE}
LISTS: dict[str, tuple[str, ...]] = {"Family": FAMILY, "Career": CAREER}
PUBLISHED = {"rnd": -0.006278775632381439, "mac": 0.8416415235615204, "ripa": 0.18600442}


def main() -> int:
    """Prints a line a kind and returns the exit code."""
    vectors = KeyedVectors.load(sys.argv[1])
    corpus = corpus_of(tuple(vectors.index_to_key))

    def value(kind: str, targets: dict[str, tuple[str, ...]], attributes: dict[str, tuple[str, ...]]) -> float:
        score = measurable(any_probe(kind, kind, targets, attributes), corpus)
        return score.value(vectors.vectors[score.words])

    pairs = [
        value("ripa", {"Female": (female,), "Male": (male,)}, {"Family": FAMILY})
        for female, male in zip(FEMALE[:7], MALE[:7], strict=True)
    ]
    found = {
        "rnd": value("rnd", GROUPS, {"Family": FAMILY}) / len(FAMILY),
        "mac": value("mac", GROUPS, LISTS),
        "ripa": float(np.mean(pairs)),
    }
    for kind, expected in PUBLISHED.items():
        print(f"{kind}: {found[kind]:.10f}, published {expected:.10f}")
    return int(any(abs(found[kind] - expected) > TOLERANCE for kind, expected in PUBLISHED.items()))


def measurable(probe: ProbeDefinition, corpus: EncodedCorpus) -> WordListScore:
    """The probe over a vocabulary that holds all of its words."""
    score = resolve(probe, corpus)
    assert isinstance(score, WordListScore), score
    return score


if __name__ == "__main__":
    sys.exit(main())
