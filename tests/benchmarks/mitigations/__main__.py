"""What each way to mitigate a bias does to three probes of a corpus, and what it costs.

    python -m tests.benchmarks.mitigations CORPUS [CORPUS ...] [--seeds 4] [--cache build/benchmarks/mitigations]

audits each corpus with the default settings, compares all mitigations for each of its three probes, and writes
results/CORPUS.md and results/CORPUS.json. The direction to be removed is that of the pair list en-gender-definitional.
What was audited, trained or measured is kept in the cache: an interrupted run goes on where it stood.
"""

import argparse
import json
from pathlib import Path
from typing import Any

import skipgram_audit as sga
from skipgram_audit.auditing.mitigations import Mitigations
from skipgram_audit.model.mitigations import COLUMNS, MitigationTable
from skipgram_audit.model.probe import built_in_probes
from skipgram_audit.report.mitigation_rows import mitigation_view
from skipgram_audit.resources import PACKAGE_FOLDER

RESULTS = Path(__file__).parent / "results"
CONCEPT = "en-gender-definitional"

GENDER_CAREER: dict[str, Any] = {
    "name": "gender-career",
    "description": "Pronouns and kinship with career and family: the lists of WEAT 8 and of WEAT 6",
    "targets": dict(built_in_probes()["weat-8"].attributes),
    "attributes": dict(built_in_probes()["weat-6"].attributes),
}
PROBES: dict[str, list[Any]] = {"contemporary-mix": ["weat-6", "weat-7", "weat-8"]}
OTHER_PROBES: list[Any] = ["weat-6", GENDER_CAREER, str(PACKAGE_FOLDER / "demo" / "women-home-war.toml")]
"""Of corpora that lack the words of WEAT 7 and 8."""


def compare(path: Path, seeds: int, cache: Path) -> tuple[str, list[Mitigations]]:
    """The name of a corpus, and a table a probe."""
    name = path.name.split(".")[0]
    audit = sga.audit(path, probes=PROBES.get(name, OTHER_PROBES), folder=cache / name)
    measured = audit.scores[audit.scores["measured"]]["probe"]
    return name, [audit.mitigations(probe, seeds=seeds, concept=CONCEPT) for probe in measured]


def as_markdown(table: MitigationTable) -> list[str]:
    """A row an action; intervals in brackets."""
    view = mitigation_view(table)
    lines = [
        f"## {table.plan.probe}",
        "",
        "| action | " + " | ".join(column.title for column in view.columns) + " |",
        "|---" * (len(view.columns) + 1) + "|",
    ]
    for row in view.rows:
        cells = [f"{cell.text} [{cell.interval}]" if cell.interval else cell.text for cell in row.cells]
        lines.append(f"| {row.row.title} | " + " | ".join(cells) + " |")
    lines.append("| seeds | " + " | ".join(column.seeds for column in view.columns) + " |")
    lines += ["", *(f"- {row.row.title}: {row.sentence}" for row in view.rows), ""]
    return lines


def covered(table: MitigationTable) -> str:
    """On how much the tests of utility were measured."""
    row = table.rows[0]
    parts = []
    for name in ("wordsim353", "simlex999", "analogies"):
        cell = row.cells[name]
        parts.append(f"{COLUMNS[name].title}: {cell.covered:,} of {cell.total:,}")
    return "; ".join(parts)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("corpora", nargs="+", type=Path)
    arguments.add_argument("--seeds", type=int, default=4)
    arguments.add_argument("--cache", type=Path, default=Path("build/benchmarks/mitigations"))
    given = arguments.parse_args()
    RESULTS.mkdir(exist_ok=True)
    for path in given.corpora:
        write(*compare(path, given.seeds, given.cache))


def write(name: str, found: list[Mitigations]) -> None:
    """The tables of a corpus, as Markdown and as JSON."""
    first = found[0].table
    lines = [
        f"# Mitigations on {name}",
        "",
        f"Vocabulary {first.vocabulary:,} words. Pairs and questions in it: {covered(first)}. The concept is "
        f"{first.concept}. Removal takes {first.plan.share:.0%} of the text.",
        "",
    ]
    for one in found:
        lines += as_markdown(one.table)
    (RESULTS / f"{name}.md").write_text("\n".join(lines), encoding="utf-8")
    (RESULTS / f"{name}.json").write_text(
        json.dumps([one.as_dict() for one in found], indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    print((RESULTS / f"{name}.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
