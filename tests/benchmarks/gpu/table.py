"""The results as Markdown."""

from typing import Any


def as_markdown(result: dict[str, Any]) -> str:
    """A section for each part."""
    corpus = result["corpus"]
    lines = [
        f"# A GPU on {corpus['name']}",
        "",
        f"`python -m tests.benchmarks.gpu {corpus['name']}.jsonl.zst`; {corpus['documents']:,} documents, "
        f"{corpus['tokens']:,} tokens, {corpus['words']:,} words; probes: {', '.join(result['probes'])}. Seconds are "
        "by the clock.",
    ]
    for name, part in result["parts"].items():
        machine = part["machine"]
        lines += [
            "", f"## {name.capitalize()}", "",
            f"{machine['gpu']}, {machine['cores']} cores, load {machine['load']}, torch {machine['torch']}.", "",
        ]  # fmt: skip
        lines += SECTIONS[name](part["found"], result["probes"])
    return "\n".join(lines) + "\n"


def _training(found: dict[str, Any], probes: list[str]) -> list[str]:
    lines = [
        "Cosine and ratio of lengths of the vectors of words seen at least 100 times, with those of seed 1 trained "
        "update by update on one core.",
        "",
        f"| training | seconds | million pairs a second | cosine | length | {' | '.join(probes)} |",
        "|---" * (5 + len(probes)) + "|",
    ]
    for name, row in found.items():
        seconds = row["seconds"]
        speed = "" if seconds is None else f"{row['pairs'] / seconds / 1e6:.1f}"
        scores = " | ".join(f"{score:.2f}" for score in row["scores"])
        taken = "" if seconds is None else f"{seconds:.2f}"
        lines.append(f"| {name} | {taken} | {speed} | {row['cosine']:.3f} | {row['length']:.3f} | {scores} |")
    for name, row in found.items():
        if "the same bytes twice" in row:
            same = "the same bytes" if row["the same bytes twice"] else "**other bytes**"
            far = row["largest difference from alone"]
            lines += ["", f"{name}: a second run gives {same}; a number of seed 1's vectors differs from the training "
                      f"of that seed alone by {far:.1g} at most."]  # fmt: skip
    return lines


def _fidelity(found: dict[str, Any], probes: list[str]) -> list[str]:
    lines = []
    for trainer, table in found.items():
        lines += [
            f"Trained {trainer}: {table['sets']} halves, {table['gensim seeds']} gensim seeds, {table['our seeds']} of "
            "ours.",
            "",
            f"| measure | {' | '.join(probes)} |",
            "|---" * (1 + len(probes)) + "|",
        ]
        for measure, values in table.items():
            if isinstance(values, list):
                lines.append(f"| {measure} | {' | '.join(f'{value:.2f}' for value in values)} |")
        lines.append("")
    return lines[:-1]


def _estimated(found: dict[str, Any], probes: list[str]) -> list[str]:
    lines = [
        "Documents' influences against those by the processors: correlation by probe, and the largest difference over "
        "the largest influence. A what-if is the prediction for one random removal of 10%.",
        "",
        f"| by | seconds | a what-if | {' | '.join(probes)} | difference |",
        "|---" * (4 + len(probes)) + "|",
    ]
    for name, row in found.items():
        correlations = " | ".join(f"{value:.4f}" for value in row["correlation"])
        seconds = f"{row['seconds']:.2f} | {row['what-if seconds']:.2f}"
        lines.append(f"| {name} | {seconds} | {correlations} | {row['difference']:.1e} |")
    return lines


def _audit(found: dict[str, Any], _probes: list[str]) -> list[str]:
    lines = [
        "Two seeds trained in batches and the influences of every sentence on three probes, over stock gensim's "
        "training with two workers on the same machine; reading and storing are left out.",
        "",
        "| | seconds | of it training | influence | over gensim |",
        "|---|---|---|---|---|",
    ]
    for name, row in found.items():
        if "over gensim" in row:
            parts = f"{row['training']:.2f} | {row['influence']:.2f} | {row['over gensim']:.2f}"
        else:
            parts = "| | 1"
        lines.append(f"| {name} | {row['seconds']:.2f} | {parts} |")
    return lines


SECTIONS = {
    "training": _training,
    "fidelity": _fidelity,
    "replay": _estimated,
    "mean-field": _estimated,
    "audit": _audit,
}
