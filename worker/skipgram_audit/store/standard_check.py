"""The check that a new audit needs first: without the strongest documents of either side of a probe, and without as
many random ones."""

from collections.abc import Mapping
from typing import Any

from skipgram_audit.model.check_plan import CheckPlan

STANDARD_DOCUMENTS = 40
STANDARD_CONTROLS = 3
"""How many documents it removes on either side, and with how many random sets it compares each."""


def standard_plan(settings: Mapping[str, Any], document_count: int, probe: str) -> CheckPlan | None:
    """Its plan, for an audit of these settings and one of its probes; None where the vectors were trained elsewhere,
    and so cannot be trained again."""
    if settings.get("models"):
        return None
    return CheckPlan(
        plan="extremes",
        probe=probe,
        documents=min(STANDARD_DOCUMENTS, max(1, document_count // 10)),
        sets=STANDARD_CONTROLS,
        same_run=settings["estimator"] == "unrolled",
    ).with_usual_seeds(settings["seeds"])
