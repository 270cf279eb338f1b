"""How well predicted scores of rewritten corpora agree with those that retraining finds.

    python -m tests.benchmarks.rewriting AUDIT [PROBE]

AUDIT is the folder of a finished audit in English, PROBE the one whose ranking picks documents. Every rewriting is
predicted by the audit's seeds and trained by four. Figures are in docs/benchmarks/rewriting.md.
"""

import sys
import time

import numpy as np

import skipgram_audit as sga
from skipgram_audit.report.rewrite_sentences import score_rows
from skipgram_audit.retraining.agreement import set_agreement

SEEDS = [1, 2, 3, 4]


def plans(audit: sga.Audit, probe: str) -> dict[str, dict[str, object]]:
    """Rewritings by name, as arguments of Audit.rewrite."""
    ranked = list(audit.documents(probe)["document"])
    drawn = np.random.default_rng(1)
    found: dict[str, dict[str, object]] = {
        f"gender, probability {share}": {"pairs": "en-gender", "probability": share} for share in (0.25, 0.5, 0.75, 1.0)
    }
    found |= {
        "gender and names, 0.5": {"pairs": ["en-gender", "en-names"], "probability": 0.5},
        "gender, 200 most amplifying": {"pairs": "en-gender", "probability": 1, "documents": ranked[:200]},
        "gender, 1,000 most amplifying": {"pairs": "en-gender", "probability": 1, "documents": ranked[:1000]},
        "gender, 1,000 most mitigating": {"pairs": "en-gender", "probability": 1, "documents": ranked[-1000:]},
        "augmented by gender": {"pairs": "en-gender", "method": "augment"},
        "sentences with kinship deleted": {"pairs": "en-kinship", "method": "delete"},
        "sentences with gender deleted, 0.25": {"pairs": "en-gender", "method": "delete", "probability": 0.25},
        "gender masked, 0.5": {"pairs": "en-gender", "method": "mask", "probability": 0.5},
    }
    for number in (1, 2, 3):
        some = drawn.choice(ranked, len(ranked) // 4, replace=False).tolist()
        found[f"gender, random quarter {number}"] = {"pairs": "en-gender", "probability": 1, "documents": some}
    return found


def main() -> None:
    audit = sga.open(sys.argv[1])
    measured = [row["probe"] for row in audit.scores.to_dict("records") if row["measured"]]
    changes: dict[str, list[tuple[list[float], list[float]]]] = {name: [] for name in measured}
    for name, plan in plans(audit, sys.argv[2] if len(sys.argv) > 2 else measured[0]).items():
        rewriting = audit.rewrite(**plan, grammar="rule")  # type: ignore[arg-type]
        started = time.perf_counter()
        rewriting.predict()
        predicting = time.perf_counter() - started
        rewriting.retrain(SEEDS)
        share = rewriting.tally.changed_tokens / rewriting.tally.tokens_before
        print(f"{name}: {rewriting.tally.changes} changes, {share:.1%} of the words, predicted in {predicting:.0f} s")
        for row, score in zip(score_rows(rewriting.outcome), rewriting.outcome.scores, strict=True):
            if row.probe not in changes:
                continue
            print(
                f"    {row.probe}: {row.before:.3f}, predicted {row.predicted}, change {row.predicted_change}; "
                f"retrained {row.trained}, change {row.trained_change} ± {row.trained_error}; "
                f"{row.reason} {row.trained_reason}"
            )
            if score.predicted and score.trained:
                changes[row.probe].append(
                    (
                        np.subtract(score.predicted, score.before).tolist(),
                        np.subtract(score.trained, score.trained_before).tolist(),
                    )
                )
        sys.stdout.flush()
    for name, pairs in changes.items():
        predicted, actual = (np.array(side) for side in zip(*pairs, strict=True))
        found = set_agreement(predicted, actual)
        print(f"{name}: {found.sets} rewritings, r {found.pearson.value:.3f}, by ranks {found.spearman.value:.3f},")
        print(f"    slope {found.slope.value:.2f} ± {found.slope.error:.2f}, noise ceiling {found.ceiling.value}")
        print(f"    mean absolute difference {np.abs(predicted.mean(1) - actual.mean(1)).mean():.3f}")


if __name__ == "__main__":
    main()
