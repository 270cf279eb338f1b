"""Does our training behave as gensim's, and do our estimators predict what retraining does?

    python -m tests.benchmarks.fidelity CORPUS.jsonl.zst --sets 24 --seeds 2

Everything trained is kept in tests/benchmarks/cache, so that an interrupted run goes on; the table is printed and
written to tests/benchmarks/fidelity/results.
"""
