"""What computing an audit again showed, in words: what is equal, what differs, and what may be why."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from skipgram_audit.report.formatting import joined, plural

TOLERANCE = 1e-4
"""Numbers no further apart than this are called close: another processor adds in another order."""

Status = Literal["equal", "close", "differs", "missing"]
Answer = Literal["equal", "close", "differs"]

TITLES = {
    "equal": "Reproduced: everything that could be compared is equal byte for byte.",
    "close": f"Reproduced to {TOLERANCE:g}: some numbers are not equal in all digits, and none is further apart.",
    "differs": "Not reproduced: something differs.",
}
WORDS = {
    "equal": "equal byte for byte",
    "close": f"equal to {TOLERANCE:g}",
    "differs": "differs",
    "missing": "could not be compared",
}


@dataclass(frozen=True)
class Compared:
    """One thing that was held against what it is now.

    Attributes:
        name: of the file or number.
        detail: how far apart, or what is missing.
    """

    name: str
    status: Status
    detail: str = ""


@dataclass(frozen=True)
class Reproduction:
    """All that was compared.

    Attributes:
        reasons: what may be why something differs, a sentence each; empty where nothing does.
    """

    compared: Sequence[Compared]
    reasons: Sequence[str]

    @property
    def answer(self) -> Answer:
        """The worst of all; what could not be compared is told, and counts for nothing."""
        found = {one.status for one in self.compared}
        return "differs" if "differs" in found else "close" if "close" in found else "equal"

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            "answer": self.answer,
            "title": TITLES[self.answer],
            "compared": [asdict(one) for one in self.compared],
            "reasons": list(self.reasons),
        }

    def __str__(self) -> str:
        lines = [TITLES[self.answer]]
        lines += [
            f"  {one.name}: {WORDS[one.status]}{f' ({one.detail})' if one.detail else ''}" for one in self.compared
        ]
        return "\n".join([*lines, *self.reasons])


def compare_numbers(name: str, distance: float) -> Compared:
    """Of numbers whose largest difference is known; zero is equality in every digit."""
    if distance == 0.0:
        return Compared(name, "equal")
    status: Status = "close" if distance <= TOLERANCE else "differs"
    return Compared(name, status, f"at most {distance:.3g} apart")


def compare_corpus(then: Mapping[str, Any], now: Mapping[str, Any]) -> Compared:
    """Whether the corpus is the one that was audited: by its file, or else by its texts."""
    if then.get("source_sha256") and then.get("source_sha256") == now.get("source_sha256"):
        if then.get("content_sha256") == now.get("content_sha256"):
            return Compared("corpus", "equal")
        return Compared("corpus", "differs", "the same file, but other texts or sentences were read from it")
    if then.get("content_sha256") == now.get("content_sha256"):
        return Compared("corpus", "equal", "another file with the same documents")
    counts = [
        f"{plural(int(values.get(unit, 0)), unit[:-1])}"
        for values in (then, now)
        for unit in ("documents", "sentences")
    ]
    return Compared(
        "corpus",
        "differs",
        f"another corpus: its SHA-256 is {str(now.get('content_sha256'))[:16]}…, and that of the audit "
        f"{str(then.get('content_sha256'))[:16]}…; {joined(counts[2:])} instead of {joined(counts[:2])}",
    )


def reasons_of(then: Mapping[str, Any], now: Mapping[str, Any], compared: Sequence[Compared]) -> list[str]:
    """What is known to make numbers differ, of two manifests."""
    if all(one.status in ("equal", "missing") for one in compared):
        return []
    if any(one.name == "corpus" and one.status == "differs" for one in compared):
        return ["The corpus is not the one that was audited, so nothing was trained. Give the file of the audit."]
    reasons = []
    versions = _changes(then.get("software", {}), now.get("software", {}))
    if versions:
        reasons.append(f"Other versions: {'; '.join(versions)}. Install those of the audit to compare.")
    machine = _changes(then.get("machine", {}), now.get("machine", {}))
    if machine:
        reasons.append(f"Another machine: {'; '.join(machine)}. Sums are added in another order there.")
    return reasons or [
        "Versions and machine are those of the audit, so they do not explain it. Was a file of the audit changed?"
    ]


def _changes(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    names = [name for name in {**then, **now} if then.get(name) != now.get(name)]
    return [f"{name} {then.get(name) or 'not told'}, here {now.get(name) or 'not told'}" for name in names]
