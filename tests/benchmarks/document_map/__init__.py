"""Which projection draws the map of documents: time, and what of each document's neighbourhood it keeps.

    python -m tests.benchmarks.document_map CORPUS.jsonl.zst [--words 190] [--methods pca umap ...]

Documents are a corpus's own, or cut into pieces of about so many words; their vectors are those of the audit (one epoch
of training, one seed). ``map`` is what the product does; ``pca`` is scikit-learn's; ``umap`` (umap-learn) and
``barnes-hut`` (scikit-learn's TSNE) run where asked for, the former where it is installed: it is no dependency. Each
runs in a process of its own. The table is printed and written to tests/benchmarks/document_map/results.
"""
