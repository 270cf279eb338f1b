"""manifest.json: everything that the numbers of an audit depend on, so that it can be computed again."""

import platform
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from skipgram_audit import __version__
from skipgram_audit.auditing.folder import FORMAT
from skipgram_audit.model.outcome import ProbeOutcome
from skipgram_audit.model.pretrained import limits
from skipgram_audit.model.probe import ProbeDefinition
from skipgram_audit.model.settings import AuditSettings

PACKAGES = ("numpy", "torch", "numba", "gensim", "scipy", "sentencex", "regex")


def build_manifest(
    corpus: Mapping[str, Any],
    settings: AuditSettings,
    probes: Sequence[ProbeDefinition],
    device: str,
    seconds: Mapping[str, float],
    pretrained: Mapping[str, Any] | None = None,
    outcomes: Sequence[ProbeOutcome] = (),
) -> dict[str, Any]:
    """The manifest of an audit.

    Args:
        corpus: its name, hashes (``content_sha256`` over ids, texts and sentence bounds) and counts.
        device: where the algebra ran.
        seconds: wall time of each phase; with ``ended``, the moment of this call, the one part that two runs of the
            same audit do not share.
        pretrained: what was found of models that took the place of training; None when there were none.
        outcomes: of the probes; their scores are written beside those on shuffled text, to compare a repetition with.
    """
    vectors = {} if pretrained is None else {"vectors": pretrained_manifest(settings, pretrained)}
    return {
        "format": FORMAT,
        "corpus": dict(corpus),
        "settings": settings.model_dump(mode="json"),
        "seeds": list(settings.seeds),
        **vectors,
        "probes": [probe.model_dump(mode="json") for probe in probes],
        "scores": [{"probe": one.name, "score": one.score, "null_scores": list(one.null_scores)} for one in outcomes],
        "software": {
            "skipgram-audit": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in PACKAGES},
        },
        "machine": {
            "platform": platform.platform(),
            "processor": processor(),
            "byte_order": sys.byteorder,
            "device": device,
        },
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": {phase: round(value, 2) for phase, value in seconds.items()},
    }


def processor() -> str:
    """The name of this machine's processor: another one adds numbers in another order."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def pretrained_manifest(settings: AuditSettings, pretrained: Mapping[str, Any]) -> dict[str, Any]:
    """Of models that took the place of training: what they are, what they share with the corpus, and what their audit
    cannot claim.

    Args:
        pretrained: see AuditPipeline.pretrained_facts.
    """
    found = pretrained["models"] or [{} for _ in settings.models]
    return {
        "models": [
            {"name": model.name, "sha256": model.sha256, **model.facts.model_dump(mode="json"), **facts}
            for model, facts in zip(settings.models, found, strict=True)
        ],
        "coverage": pretrained["coverage"],
        "cannot_be_claimed": limits(settings.estimator, settings.models),
    }
