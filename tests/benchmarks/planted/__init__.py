"""Are planted sentences found? See tests.planted for how they are made.

    python -m tests.benchmarks.planted CORPUS.jsonl.zst

The table is printed and written to tests/benchmarks/planted/results. Every probe is also trained on its neutral corpus,
with nothing planted.
"""
