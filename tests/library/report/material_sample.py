"""The material of a report: made-up scores that add up, hostile and foreign texts, a check, and a picture."""

from datetime import UTC, datetime
from typing import Any

from skipgram_audit.model.check_plan import CheckPlan
from skipgram_audit.model.influence_groups import InfluenceGroup
from skipgram_audit.model.rewriting import RewriteOutcome, RewritePlan, RewrittenScore, Tally
from skipgram_audit.model.what_if import WhatIfAnswer, WhatIfScore
from skipgram_audit.model.word_pairs import WordPairs
from skipgram_audit.report.finished_check import FinishedCheck
from skipgram_audit.report.finished_rewriting import FinishedRewriting
from skipgram_audit.report.material import CheckMaterial, Drivers, Material, RankedText, TriedWhatIf
from tests.check_sample import judged, kinds_of
from tests.library.report.sample import make_report

HOSTILE = (
    "#panic(1) *a* _b_ `c` $x$ <script>alert(1)</script> [x](javascript:y) | \\ @f <l> {{7*7}} =1+1 https://e.example"
)
SCRIPTS = "Ωμέγα Жизнь مرحبا بالعالم नमस्ते क्षत्रिय 中文 語言 日本 한국어"


def ranked(text: str, title: str = "", influence: float = -0.2) -> RankedText:
    return RankedText(title, "id/1", text, influence, 0.1, 1.0)


def drivers(texts: tuple[str, ...]) -> Drivers:
    """The same texts on each side, as documents and as sentences."""
    rows = {
        "amplifying": [ranked(text, text) for text in texts],
        "mitigating": [ranked(text, text, 0.1) for text in texts],
    }
    groups = [
        InfluenceGroup(texts[0], 2, -0.3, -0.15, 0.1, 0.75, 0.5),
        InfluenceGroup(None, 1, 0.1, 0.1, None, 0.25, 0.5),
    ]
    return Drivers(rows, rows, {"author": groups})


def checked(probe: str, plan: str = "extremes", number: int = 1) -> CheckMaterial:
    """A check of one probe, by made-up trainings."""
    seeds = [1, 2, 3, 4]
    extremes = CheckPlan(plan=plan, probe="weat-6", documents=4, sets=5, seeds=seeds)
    chosen = extremes if plan == "extremes" else CheckPlan(sets=12)
    outcome = judged(chosen)
    kept = outcome.model_copy(update={"probes": [outcome.probes[0].model_copy(update={"probe": probe})]})
    sets = [
        {"number": number, "kind": kind, "control_of": of, "document_count": 4}
        for number, (kind, of) in enumerate(kinds_of(chosen), start=1)
    ]
    renamed = chosen.model_copy(update={"probe": probe})
    return CheckMaterial(
        number,
        FinishedCheck.model_validate({"plan": renamed, "outcome": kept, "sets": sets, "kinds": {probe: "weat"}}),
    )


def tried(title: str) -> TriedWhatIf:
    """Four documents left out, answered at once with an interval, and predicted as a set."""
    score = WhatIfScore(probe="mine", kind="weat", before=-0.5, after=-0.25, low=-0.375, high=-0.125)
    at_once = WhatIfAnswer(method="calibrated", documents=4, share=0.01, probes=[score])
    predicted = WhatIfAnswer(
        method="predicted", documents=4, share=0.01, probes=[score.model_copy(update={"after": -0.31})]
    )
    return TriedWhatIf(7, title, 4, 0.0, 1, at_once, predicted)


def rewritten(word: str) -> FinishedRewriting:
    """One word pair exchanged; predicted by two seeds and retrained by two."""
    pairs = WordPairs(name="own", title=word[:200], pairs=[("he", "she")])
    outcome = RewriteOutcome(
        tally=Tally(documents=3, changed=2, changes=5, tokens_before=100, tokens_after=100, changed_tokens=5),
        scores=[
            RewrittenScore(
                probe="mine",
                kind="weat",
                before=[-0.5, -0.75],
                predicted=[-0.25, -0.25],
                trained_before=[-0.5, -0.75],
                trained=[-0.375, -0.125],
            )
        ],
        seeds=[1, 2],
        trained_seeds=[1, 2],
    )
    return FinishedRewriting.of(RewritePlan(lists=(pairs,)), outcome)


def make_material(texts: tuple[str, ...] = (HOSTILE, SCRIPTS, "A text."), **changes: Any) -> Material:
    report = make_report()
    corpus = {"name": "Corpus", "language": "en", "content_sha256": "ab" * 32, "filename": "corpus.csv"}
    values: dict[str, Any] = {
        "title": report.title,
        "ended": datetime(2026, 3, 4, 5, 6, tzinfo=UTC),
        "corpus_name": "Corpus",
        "document_count": 3,
        "sentence_count": 3,
        "token_count": 6,
        "vocabulary_size": 2,
        "trained_tokens": 5,
        "settings": report.settings,
        "manifest": {"format": 1, "corpus": corpus, "settings": {}, "probes": [], "name": "</code><script>"},
        "outcomes": [probe.outcome for probe in report.probes],
        "drivers": {"mine": drivers(texts)},
    }
    return Material(**(values | changes))
