"""manifest.json: everything that the numbers of an audit depend on, so that it can be computed again."""

import platform
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

from app import __version__
from app.store.definitions.probe import ProbeDefinition
from app.store.definitions.settings import AuditSettings

FORMAT = 1
PACKAGES = ("numpy", "torch", "numba", "gensim", "scipy", "sentencex", "regex")


def build_manifest(
    corpus: Mapping[str, Any],
    settings: AuditSettings,
    probes: Sequence[ProbeDefinition],
    device: str,
    seconds: Mapping[str, float],
) -> dict[str, Any]:
    """The manifest of an audit.

    Args:
        corpus: its name, hashes (``content_sha256`` over ids, texts and sentence bounds) and counts.
        device: where the algebra ran.
        seconds: wall time of each phase: the one part that two runs of the same audit do not share.
    """
    return {
        "format": FORMAT,
        "corpus": dict(corpus),
        "settings": settings.model_dump(mode="json"),
        "seeds": list(settings.seeds),
        "probes": [probe.model_dump(mode="json") for probe in probes],
        "software": {
            "skipgram-audit": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        },
        "machine": {"platform": platform.platform(), "byte_order": sys.byteorder, "device": device},
        "seconds": {phase: round(value, 2) for phase, value in seconds.items()},
    }
