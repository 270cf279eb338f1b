"""python -m tests.benchmarks.paper synthetic"""

import sys

from tests.benchmarks.paper import synthetic

TABLES = {"synthetic": synthetic.main}

if __name__ == "__main__":
    for name in sys.argv[1:] or TABLES:
        TABLES[name]()
