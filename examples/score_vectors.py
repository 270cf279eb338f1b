"""Probes on word vectors alone: scores, p-values and missing words, without a corpus.

python examples/score_vectors.py
"""

from gensim.models import Word2Vec

import skipgram_audit as sga
from skipgram_audit.demo.articles import documents


def main() -> None:
    sentences = [row["text"].lower().split() for row in documents()]
    vectors = Word2Vec(sentences, vector_size=25, epochs=2, sg=1, min_count=5, seed=1, workers=1).wv
    own = {
        "name": "home and state",
        "targets": {"She": ["she", "her", "woman", "women"], "He": ["he", "his", "man", "men"]},
        "attributes": {
            "Home": ["home", "family", "house", "children"],
            "State": ["government", "war", "party", "law"],
        },
    }
    found = sga.score(vectors, ["weat-6", "weat-8", own])
    print(found[["probe", "measured", "score", "p_value", "reason"]].to_string())


if __name__ == "__main__":
    main()
