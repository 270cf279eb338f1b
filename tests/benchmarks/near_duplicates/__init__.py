"""What looking for near-duplicates costs, and whether any pair is missed.

    python -m tests.benchmarks.near_duplicates CORPUS.jsonl.zst ...

Each corpus is sketched and compared as an import does it, with its texts in memory in the place of the store. In
corpora of up to MOST_EXACT tokens the groups are compared with those of all pairs, counted from the documents that
share a shingle. The table is printed and written to tests/benchmarks/near_duplicates/results.
"""
