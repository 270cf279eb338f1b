"""Are planted sentences found? See tests.planted for how they are made.

    python -m tests.benchmarks.planted CORPUS.jsonl.zst

The table is printed and written to tests/benchmarks/planted/results. Every probe is also trained on its neutral corpus,
with nothing planted. With --judge retraining says who is right where an estimator misses planted sentences: the corpus
is trained without those, without the sentences that stand in their place, and without as many planted ones that it
found, with many seeds, each against its own training on all sentences.
"""
