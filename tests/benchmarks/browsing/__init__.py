"""How quickly every page and listing of an audit answers when its corpus is large.

    python -m tests.benchmarks.browsing CORPUS.jsonl.zst --documents 100000 --folder FOLDER
    python -m tests.benchmarks.browsing CORPUS.jsonl.zst --documents 1000000 --folder FOLDER --postgres

A database is filled through the store's own writers (``filling``), then every view (``views``) is asked for again and
again with other parameters, through the whole application in this process. The table is printed and written to
tests/benchmarks/browsing/results. A folder that holds a filled database is used as it is.
"""
