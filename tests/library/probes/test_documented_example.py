"""The kind of probe that the documentation builds as an example, from its own text."""

import re
from pathlib import Path
from typing import Any

import pytest
import torch

from skipgram_audit.model import kinds as descriptions
from skipgram_audit.model.outcome import ProbeOutcome
from skipgram_audit.model.probe import parse_probe, parse_probe_file
from skipgram_audit.probes import kinds
from skipgram_audit.probes.word_lists import WordListScore
from tests.library.samples import zipf_corpus

TEXT = (Path(__file__).parents[3] / "docs" / "guide" / "probes.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_the_documented_probe_file_is_one() -> None:
    (content,) = blocks("toml")
    assert parse_probe_file(content.encode(), "documented.toml").kind == "membership"


def test_the_documented_kind_is_measured_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from skipgram_audit.report.verdict import claim

    names: dict[str, Any] = {}
    for block in blocks("python"):
        exec(block, names)
    monkeypatch.setitem(kinds.KINDS, "cohesion", names["Cohesion"])
    monkeypatch.setitem(descriptions.KINDS, "cohesion", names["COHESION"])
    definition = parse_probe(
        {
            "name": "example",
            "kind": "cohesion",
            "targets": {"Near": ["word001", "word002", "word003"]},
            "attributes": {"Far": ["word004", "word005"]},
        }
    )
    score = kinds.resolve(definition, zipf_corpus())
    assert isinstance(score, WordListScore)
    rows = torch.randn(5, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    assert torch.autograd.gradcheck(score, (rows.requires_grad_(True),))
    apart = torch.tensor([[1.0, 0.0], [2.0, 0.0], [3.0, 0.0], [1.0, 0.0], [0.0, 1.0]], dtype=torch.float64)
    measured = score.measure(apart.numpy(), 100)
    assert measured.score == pytest.approx(1 - 0.5)  # a list on one line, and one at a right angle
    assert [item.association for item in measured.associations] == pytest.approx([1, 1, 1])
    outcome = ProbeOutcome("example", "cohesion", definition.model_dump(), True, score=measured.score)
    assert claim(outcome) == "the words of “Near” hold together more tightly than those of “Far”"
    assert outcome.score_name == "cohesion"
