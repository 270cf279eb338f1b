"""Which documents, sentences and words of a corpus make its word embeddings biased.

Idle threads of the mathematics libraries wait for the next product for a few microseconds, and then without turning the
processor: several of them share its cores with each other, with the compiled loops and with the web process. Turning
for long made small products a hundred times slower there; never turning made an audit by the mean field take half as
long again on a machine without other work. This must stand before any of them is loaded.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "2000")

__version__ = "0.1.0"
