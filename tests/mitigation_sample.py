"""A comparison of mitigations for tests of store, report and pages: hand-made measurements, tabled by the engine."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from skipgram_audit.auditing.mitigation_folder import FolderMitigationStore
from skipgram_audit.mitigation.table import mitigation_table
from skipgram_audit.model.mitigations import ActionMeasurement, MitigationPlan, MitigationTable, TestResult
from skipgram_audit.settings import Settings
from skipgram_audit.store import audits, mitigations
from skipgram_audit.store.database import Database
from skipgram_audit.store.models import Status

KINDS = {"weat-6": "weat", "he and she": "weat"}
PLAN = MitigationPlan(probe="weat-6", methods=["hard", "inlp", "forget", "remove"], seeds=[1, 2, 3])
SCORES = {"none": 1.2, "hard": 0.9, "inlp": -0.1, "remove": 0.3}
PURITIES = {"none": 0.99, "hard": 0.92, "inlp": 0.55, "remove": 0.66}
WORDS, VECTORS = ["he", "größe", "she"], np.array([[0.5, -1.0], [2.0, 3.0], [0.25, 0.0]], np.float32)


def measurement(action: str, seed: int) -> ActionMeasurement:
    """Scores move by 0.01 from seed to seed; forgetting fails, and the second probe has no score once texts go."""
    if action == "forget":
        return ActionMeasurement(action=action, seed=seed, failure="No sentence amplifies this score.")
    move = 0.01 * (seed - 2)
    text = action == "remove"
    return ActionMeasurement(
        action=action,
        seed=seed,
        detail="" if action == "none" else f"what {action} did <b>",
        scores={"weat-6": SCORES[action] + move} | ({} if text else {"he and she": -0.5 + move}),
        reasons={"he and she": "Too few words occur."} if text else {},
        purity=TestResult(value=PURITIES[action] + move, covered=990 if text else 1000, total=1000),
        accuracy=TestResult(value=PURITIES[action] + move, covered=990 if text else 1000, total=1000),
        tests={
            "wordsim353": TestResult(value=0.3 + move, low=0.1 + move, high=0.5 + move, covered=100, total=353),
            "simlex999": TestResult(covered=4, total=999, reason="Too few pairs in the vocabulary: 4 of 999."),
            "analogies": TestResult(value=0.25, low=0.2, high=0.3, covered=500, total=19544)
            if action != "inlp"
            else TestResult(value=0.1, low=0.08, high=0.12, covered=500, total=19544),
        },
        neighbours=TestResult(reason="Nothing was changed.")
        if action == "none"
        else TestResult(value=0.5, covered=1000, total=1234),
        words_lost=7 if text else 0,
        text_share=0.02 if text else 0.0,
        seconds=1.5,
    )


def sample_table(plan: MitigationPlan = PLAN, actions: Sequence[str] | None = None) -> MitigationTable:
    measured = [measurement(action, seed) for action in actions or plan.methods for seed in plan.seeds]
    return mitigation_table(plan, KINDS, "the pair list en-gender-definitional", 1234, 0.4, 0.61, measured)


def make_mitigations(database: Database, settings: Settings, audit_id: int) -> int:
    """A finished comparison with the vectors of hard debiasing by seed 1."""
    table = sample_table()
    with database.session() as session:
        made = mitigations.create(session, audits.get(session, audit_id), PLAN)
        mitigations.save_table(session, made.id, table)
        made.status = Status.DONE
        comparison_id, name = made.id, made.storage_name
        audit_name = audits.get(session, audit_id).storage_name
    folder = Path(settings.audit_folder(audit_name)) / "mitigations" / name
    FolderMitigationStore(folder).keep_vectors("hard", 1, WORDS, VECTORS)
    return comparison_id
