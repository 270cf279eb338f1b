"""Is the jackknife's standard error what a bootstrap of retrainings gives?

    python -m tests.benchmarks.uncertainty CORPUS.jsonl.zst --resamples 50 --seeds 4

Documents are drawn with replacement and our trainer trains on each resample with several seeds. What is trained is
kept in tests/benchmarks/cache, influences as long as the engine's code stays the same, so that an interrupted run goes
on; the table is printed and written to tests/benchmarks/uncertainty/results.
"""
