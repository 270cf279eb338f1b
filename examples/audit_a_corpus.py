"""From texts to ranked documents, sentences and words.

python examples/audit_a_corpus.py out
"""

import sys

import skipgram_audit as sga
from skipgram_audit.demo.articles import documents


def main(folder: str) -> None:
    rows = list(documents())
    corpus = sga.Corpus.from_documents(
        [row["text"] for row in rows],
        ids=[row["id"] for row in rows],
        titles=[row["title"] for row in rows],
        metadata={"article": [row["article"] for row in rows]},
        name="Wikipedia articles",
    )
    # Small and quick, for a first look; leave the settings out for numbers that you want to cite.
    audit = sga.audit(
        corpus, probes=["weat-8"], folder=folder, dimension=25, epochs=2, estimator="replay", null_shuffles=1
    )
    print(audit.scores.T.to_string())
    print(audit.documents("weat-8").head(10)[["rank", "title", "influence", "spread"]].to_string())
    print(audit.sentences("weat-8").head(5)[["influence", "text"]].to_string())
    print(audit.words("weat-8").head(10).to_string())


if __name__ == "__main__":
    main(sys.argv[1])
