"""What was measured, as tables."""

from collections.abc import Sequence
from typing import Any

import numpy as np

SHARES = ((0.0, 0.003, "up to 0.3%"), (0.003, 0.03, "0.3 to 3%"), (0.03, 0.13, "3 to 13%"), (0.13, 1.0, "more"))
BANDS = ((1, 3, "1 to 3"), (10, 30, "10 to 30"), (100, 300, "100 to 300"), (301, 10**9, "more"))


def markdown(found: dict[str, Any]) -> str:
    """All parts that are there."""
    corpus = found["corpus"]
    lines = [
        f"# What-ifs on {corpus['name']}",
        "",
        f"{corpus['documents']:,} documents; probes {', '.join(corpus['probes'])}. See docs/benchmarks/what-ifs.md.",
        "",
    ]
    if found.get("requests"):
        one = found["requests"]
        lines += [
            f"A request takes {one['median']:.3f} s in the median and {one['p95']:.3f} s at the 95th percentile of "
            f"{one['requests']}; the first one, which reads the columns, {one['first']:.3f} s.",
            "",
        ]
    if found.get("calibration"):
        rows = found["calibration"]
        lines += ["## Sets of the calibration, each left out of the fit in turn", ""]
        lines += [*accuracy(rows, "full", "share", SHARES, "share of the words"), ""]
    if found.get("at once"):
        lines += ["## At once, against the full prediction", "", *accuracy(found["at once"], "full")]
        lines += ["", f"Intervals hold the full prediction in {coverage(found['at once'], 'full')}.", ""]
    if found.get("retraining"):
        lines += ["## Against retraining by four seeds", "", *accuracy(found["retraining"], "actual")]
        lines += ["", f"Intervals hold the retrained change in {coverage(found['retraining'], 'actual')}.", ""]
    if found.get("counted"):
        lines += ["## Subsampling and noise held, and counted again", "", *held_and_counted(found["counted"]), ""]
    if found.get("smallest"):
        lines += ["## Smallest sets", "", *smallest(found["smallest"])]
    return "\n".join(lines).rstrip() + "\n"


def accuracy(
    rows: list[dict[str, Any]],
    truth: str,
    by: str = "size",
    bands: Sequence[tuple[float, float, str]] = BANDS,
    label: str = "documents",
) -> list[str]:
    """A line a probe and band of sizes: correlation, slope and mean absolute error of each kind of answer."""
    names = ["sum", "quick"] + (["full"] if truth != "full" else [])
    titles = {"sum": "sum of influences", "quick": "at once", "full": "full prediction"}
    head = ["probe", label, "sets", "mean change", *(f"{titles[one]}: r, slope, error" for one in names)]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for probe in dict.fromkeys(row["probe"] for row in rows):
        for low, high, title in bands:
            some = [row for row in rows if row["probe"] == probe and low <= row[by] <= high]
            if len(some) < 4:
                continue
            actual = np.array([row[truth] for row in some])
            cells = []
            for name in names:
                predicted = np.array([row[name] for row in some])
                r = np.corrcoef(predicted, actual)[0, 1]
                slope = np.polyfit(predicted, actual, 1)[0]
                cells.append(f"{r:.2f}, {slope:.2f}, {np.abs(predicted - actual).mean():.3f}")
            size = f"{np.abs(actual).mean():.3f}"
            lines.append(f"| {probe} | {title} | {len(some)} | {size} | {' | '.join(cells)} |")
    return lines


def coverage(rows: list[dict[str, Any]], truth: str) -> str:
    """How often intervals hold the truth."""
    known = [row for row in rows if row["low"] is not None]
    held = sum(row["low"] <= row[truth] <= row["high"] for row in known)
    sets = len({row["set"] for row in known})
    return f"{held} of {len(known)} cases ({held / max(1, len(known)):.0%}; {sets} sets, not those of the calibration)"


def held_and_counted(rows: list[dict[str, Any]]) -> list[str]:
    """A line a probe and size of random sets."""
    head = ["probe", "random sets", "mean change, retrained", "its standard error"]
    head += [f"{name}: r, slope, error, mean" for name in ("held", "counted again")]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for row in rows:
        cells = [
            f"{row[f'{name} r']:.2f}, {row[f'{name} slope']:.2f}, {row[f'{name} error']:.3f}, {row[f'{name} mean']:.2f}"
            for name in ("held", "again")
        ]
        sets = f"{row['sets']} {row['size']}"
        lines.append(f"| {row['probe']} | {sets} | {row['actual']:.2f} | {row['error']:.3f} | {' | '.join(cells)} |")
    return lines


def smallest(rows: list[dict[str, Any]]) -> list[str]:
    """A line a probe, target and order."""
    lines = [
        "| probe | target | order | documents | score | goal | predicted | retrained | other probes, retrained |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        head = f"| {row['probe']} | {row['target']} | {row['ranking']} |"
        if "reason" in row:
            lines.append(f"{head} {row['reason']} | | | | | |")
            continue
        own = row["probes"].get(row["probe"])
        if own is None:
            lines.append(f"{head} {row['documents']:,} | | {row['goal']:.2f} | | not measured | |")
            continue
        others = ", ".join(
            f"{name} {one['before']:.2f} to {one['retrained']:.2f}"
            for name, one in row["probes"].items()
            if name != row["probe"]
        )
        size = f"{row['documents']:,}" + ("" if row["reached"] else ", not reached")
        lines.append(
            f"{head} {size} | {own['before']:.2f} | {row['goal']:.2f} | {own['predicted']:.2f} | "
            f"{own['retrained']:.2f} ± {own['error']:.2f} | {others} |"
        )
    return lines
