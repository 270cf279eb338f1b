"""Copies of one text in a corpus: what the audit says of them, and what training without them gives.

    python -m tests.benchmarks.uncertainty.repeats CORPUS

A short text that joins the words of WEAT-6 as the stereotype has it stands 0, 2, 10, 30 or 60 times in the corpus, each
time at a place of its own. Every corpus is audited by the default settings, and four seeds are trained without the
documents that repeat others, as the audit found them.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np

import skipgram_audit as sga
from skipgram_audit.auditing.folder import DUPLICATES
from skipgram_audit.computing.arrays import read_arrays
from skipgram_audit.corpus.near_duplicates import repeated
from skipgram_audit.report.formatting import signed
from skipgram_audit.report.values import outcomes_of
from skipgram_audit.report.verdict import interval_text, probe_verdict
from tests.benchmarks.browsing.source import read_rows
from tests.benchmarks.machine import processor

RESULTS = Path(__file__).parent / "results"
COPIES = (0, 2, 10, 30, 60)
SEEDS = (1, 2, 3, 4)
TEXT = (
    "John Paul and Mike went to the office for the corporation, and a salary for his career in management came to "
    "Greg. Amy and Joan and Lisa stayed at home with the children and cousins of the family for the wedding and the "
    "marriage. Sarah and Diana cooked for parents and relatives. Steve, Kevin and Bill talked of business, "
    "professional and executive work."
)
DRAW_SEED = 1


def planted(texts: list[str], copies: int) -> list[str]:
    """The texts with copies of TEXT between them, at places drawn at random."""
    places = np.sort(np.random.default_rng(DRAW_SEED).integers(0, len(texts) + 1, copies))
    return [str(one) for one in np.insert(np.array(texts, object), places, TEXT)]


def row(texts: list[str], copies: int, folder: Path) -> str:
    """A row of the table."""
    audit = sga.audit(sga.Corpus.from_documents(planted(texts, copies)), ["weat-6"], folder, device="cpu")
    (outcome,) = outcomes_of(audit._report)
    found = outcome.repeats
    if found is None or found.score is None or outcome.score is None:
        raise ValueError("The corpus has no near-duplicates, or no score without them.")
    goes = repeated(read_arrays(folder / "artifacts" / DUPLICATES)["first"])
    ids = [one for one, gone in zip(audit.ids, goes, strict=True) if gone]
    trained = audit.check("chosen", without=ids, seeds=list(SEEDS)).sets.iloc[0]
    cells = [
        str(copies),
        str(found.documents),
        f"{signed(outcome.score)} ({interval_text(outcome)})",
        signed(found.first_order_score - outcome.score),
        signed(found.score - outcome.score),
        f"{signed(trained['actual'])} ± {trained['actual_error']:.2f}",
        probe_verdict(outcome).title,
    ]
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Measures, prints the table and writes it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, help=".jsonl.zst file of objects with a text")
    options = parser.parse_args()
    name = options.corpus.name.split(".")[0]
    texts = [one["text"] for one in read_rows(options.corpus)]
    rows = []
    for copies in COPIES:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(row(texts, copies, Path(folder) / "audit"))
            print(rows[-1], flush=True)
    table = [
        "# Copies of one text",
        "",
        f"{name}, {len(texts):,} documents, and copies of a text of {len(TEXT.split())} words. WEAT-6 by the default "
        f"settings. Changes are without the documents that repeat others nearly word for word; those of training are "
        f"means of {len(SEEDS)} seeds, with the standard error over them. {processor()}.",
        "",
        "| copies | repeat others | score (95% interval over documents) | sum of influences | predicted | trained | "
        "verdict |",
        "|---|---|---|---|---|---|---|",
        *rows,
    ]
    (RESULTS / f"{name}-repeats.md").write_text("\n".join(table) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
