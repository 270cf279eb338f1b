"""Which estimator predicts best what happens when documents go, and at what cost?

    python -m tests.benchmarks.accuracy CORPUS.jsonl.zst

trains a corpus without many sets of documents, by stock gensim and by us, lets every registered estimator predict each
set, and compares. Everything trained and predicted is kept in tests/benchmarks/cache under a key of the code, settings
and corpus that it depends on: an interrupted run goes on, and one after a change computes what the change touches. The
table and a figure are printed and written to tests/benchmarks/accuracy/results.

    python -m tests.benchmarks.accuracy.peers --help

does the same on a smaller problem together with other libraries.
"""
