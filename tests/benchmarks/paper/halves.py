"""Probes cut in half, and the audit of gap-wikipedia that mitigation and amplification start from.

Every word list of a probe is split at random. Sentences are chosen by one half of the words and judged by the other, so
that a choice that fits the words by chance is seen.
"""

from pathlib import Path

import numpy as np

from skipgram_audit.auditing.audit import Audit
from skipgram_audit.model.probe import ProbeDefinition, built_in_probes, parse_probe
from tests.benchmarks.mitigations.__main__ import GENDER_CAREER
from tests.benchmarks.paper.audits import audited

CORPUS = "gap-wikipedia.jsonl.zst"
SPLITS = 4
PROBES = (built_in_probes()["weat-6"], parse_probe(GENDER_CAREER))


def halves(probe: ProbeDefinition, split: int) -> tuple[ProbeDefinition, ProbeDefinition]:
    """The probe with one half of every list, and with the other: ``NAME SPLITa`` and ``NAME SPLITb``.

    Of a list of odd length the first half has one word less.
    """
    generator = np.random.default_rng(split)
    sides: tuple[dict[str, dict[str, list[str]]], ...] = ({}, {})
    for role, lists in (("targets", probe.targets), ("attributes", probe.attributes)):
        for side in sides:
            side[role] = {}
        for title, words in lists.items():
            first = set(generator.permutation(len(words))[: len(words) // 2].tolist())
            for side, wanted in zip(sides, (True, False), strict=True):
                side[role][title] = [word for place, word in enumerate(words) if (place in first) is wanted]
    names = (f"{probe.name} {split}a", f"{probe.name} {split}b")
    one, other = (
        ProbeDefinition(name=name, kind=probe.kind, targets=side["targets"], attributes=side["attributes"])
        for name, side in zip(names, sides, strict=True)
    )
    return one, other


def audit_of_halves(cache: Path, corpora: Path) -> Audit:
    """Influences on both probes, and on the first half of each in every split.

    Raises:
        ValueError: the corpus lacks words of a half.
    """
    chosen = [halves(probe, split)[0] for probe in PROBES for split in range(1, SPLITS + 1)]
    audit = audited(corpora / CORPUS, [*PROBES, *chosen], cache / "halves")
    lacking = [row["probe"] for _, row in audit.scores.iterrows() if not row["measured"]]
    if lacking:
        raise ValueError(f"The corpus lacks words of {', '.join(lacking)}.")
    return audit
