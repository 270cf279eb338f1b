"""What the mean field rests on: how near it is to runs, how it depends on its own numbers, and what its start does.

    python -m tests.benchmarks.mean_field CORPUS.jsonl.zst

Retrainings of halves and tenths are taken from the cache of tests.benchmarks.accuracy, or made where it has none.
The table is printed and written to tests/benchmarks/mean_field/results.
"""
