"""All that computes.

Idle threads of the mathematics libraries wait without turning the processor: several of them share its cores with each
other, with the compiled loops and with the web process, and turning made small products a hundred times slower there.
This must stand before any of them is loaded.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
