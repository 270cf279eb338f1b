"""What would the score be without the documents that drive it most? Predicted first, then measured by retraining.

    python examples/what_if.py out

The folder is that of an audit; audit_a_corpus.py makes one.
"""

import sys

import skipgram_audit as sga


def main(folder: str) -> None:
    audit = sga.open(folder)
    ranked = audit.documents()
    score = audit.scores["score"][0]
    # Amplifying documents push a positive score up and a negative score down.
    strongest = ranked.head(20) if score > 0 else ranked.tail(20)
    without = list(strongest["document"])
    print("Predicted:")
    print(audit.what_if(without=without)[["probe", "before", "after", "change"]].to_string())
    print("Retrained:")
    print(audit.retrain(without=without)[["probe", "before", "after", "change"]].to_string())


if __name__ == "__main__":
    main(sys.argv[1])
