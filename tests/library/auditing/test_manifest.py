import numpy

from skipgram_audit.auditing.manifest import build_manifest
from skipgram_audit.model.probe import built_in_probes
from skipgram_audit.model.settings import AuditSettings
from tests.library.report.sample import measured


def test_a_manifest_holds_what_an_audit_depends_on() -> None:
    settings = AuditSettings(seeds=[4, 7])
    probe = built_in_probes()["weat-6"]
    manifest = build_manifest(
        {"name": "c", "content_sha256": "ab"}, settings, [probe], "cpu", {"train": 1.234}, None, [measured()]
    )
    assert AuditSettings.model_validate(manifest["settings"]) == settings
    assert manifest["seeds"] == [4, 7]
    assert manifest["probes"][0]["targets"] == probe.targets
    assert manifest["corpus"]["content_sha256"] == "ab"
    assert manifest["software"]["numpy"] == numpy.__version__
    assert {"python", "torch", "numba", "gensim", "skipgram-audit"} <= set(manifest["software"])
    assert manifest["machine"]["device"] == "cpu"
    assert manifest["scores"] == [{"probe": "mine", "score": -0.5, "null_scores": [0.1, -0.3]}]
    assert manifest["seconds"] == {"train": 1.23}
