"""The results as Markdown."""

from collections.abc import Iterable, Sequence
from typing import Any

from tests.benchmarks.accuracy.tuning import TUNING

Row = Sequence[str]


def as_markdown(result: dict[str, Any]) -> str:
    """All tables of one corpus."""
    corpus, training = result["corpus"], result.get("training")
    lines = [
        f"# {corpus['name']}",
        "",
        f"{corpus['documents']:,} documents, {corpus['tokens']:,} tokens, {corpus['words']:,} words; "
        f"probes: {', '.join(result['probes'])}.",
    ]
    if not result["complete"]:
        lines += ["", "**Unfinished**: the same command goes on."]
    if training:
        lines += [
            "",
            f"Cost is in processor seconds, on one core; x stands for one of our trainings of the whole corpus, "
            f"{_trainings(result)}. {_processors(result)}, {result['machine']['cores']} cores.",
        ]
    lines += _fidelity(result)
    lines += _runs_like_it(result)
    lines += _this_run(result)
    lines += _chosen(result)
    lines += _chosen_by_probe(result)
    lines += _by_probe(result)
    lines += _settings(result)
    return "\n".join(lines) + "\n"


def finished(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The estimators that have numbers."""
    return {name: one for name, one in result["estimators"].items() if "runs like it" in one}


def mean(values: Iterable[float | None]) -> float | None:
    """Of those that are defined; None when none is."""
    there = [value for value in values if value is not None]
    return sum(there) / len(there) if there else None


def share_of_ceiling(probes: Sequence[dict[str, Any]]) -> float | None:
    """Mean correlation over mean ceiling, of the probes whose ceiling is defined."""
    there = [one for one in probes if one["ceiling"] is not None and one["pearson"] is not None]
    ceiling = sum(one["ceiling"] for one in there)
    return sum(one["pearson"] for one in there) / ceiling if ceiling else None


def number(value: float | None, decimals: int = 2) -> str:
    return "–" if value is None else f"{value:.{decimals}f}".replace("-", "−")


def times(value: float) -> str:
    """A ratio to two digits: 0.013, 0.42, 3.1, 48."""
    return (
        f"{value:.3f}"
        if value < 0.1
        else f"{value:.2f}"
        if value < 1
        else f"{value:.1f}"
        if value < 10
        else f"{value:.0f}"
    )


def table(header: Row, rows: Iterable[Row]) -> list[str]:
    return [
        "| " + " | ".join(header) + " |",
        "|---" * len(header) + "|",
        *("| " + " | ".join(row) + " |" for row in rows),
    ]


def _fidelity(result: dict[str, Any]) -> list[str]:
    if not result.get("fidelity"):
        return []
    lines = ["", "## Our training beside stock gensim", ""]
    rows: list[Row] = []
    for name, found in result["fidelity"].items():
        if found is None:
            lines.append(f"No gensim seed has trained all {name} yet.")
            continue
        label = f"{found['sets']} {name}, {found['gensim seeds']} gensim and {found['our seeds']} of our seeds"
        for measure, values in found.items():
            if isinstance(values, list):
                rows.append([label, measure, *(number(value) for value in values)])
    return lines + (table(["sets", "measure", *result["probes"]], rows) if rows else [])


def _judge(judged: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    """gensim's seeds where they have trained these sets, else ours."""
    return ("gensim", judged["gensim"]) if judged["gensim"] else ("ours", judged["ours"])


def _runs_like_it(result: dict[str, Any]) -> list[str]:
    estimators = finished(result)
    if not estimators:
        return []
    first = next(iter(estimators.values()))["runs like it"]
    judges = {name: _judge(first[name])[0] for name in ("halves", "tenths")}
    sets = {name: _judge(first[name])[1][0]["sets"] for name in judges}
    lines = [
        "",
        "## Runs like it",
        "",
        f"Predicted change (mean over our seeds) against the mean over seeds of retraining by {judges['halves']} "
        f"({sets['halves']} halves) and {judges['tenths']} ({sets['tenths']} removals of 10%); means over the probes. "
        "r is Pearson's, LDS Spearman's; of ceiling is r over the largest r that the seeds' own noise allows; slope is "
        "that of actual on predicted, 1 when sizes are right.",
        "",
    ]
    rows: list[Row] = [
        ["*noise ceiling*", *_ceilings(first), "", ""],
        *(
            [_named(name, one["runs like it"], judges), *_cells(one["runs like it"]), *_cost(one, result)]
            for name, one in estimators.items()
        ),
        *(
            [name, *["–"] * 8, one.get("unfinished") or f"waiting: {one.get('waiting')}", ""]
            for name, one in result["estimators"].items()
            if name not in estimators
        ),
    ]
    columns = [f"{kind}: {measure}" for kind in ("halves", "10%") for measure in ("r", "of ceiling", "slope", "LDS")]
    return lines + table(["estimator", *columns, "influences of all probes", "one set"], rows)


def _named(name: str, judged: dict[str, Any], judges: dict[str, str]) -> str:
    """The estimator's name, marked where it was asked on a GPU, or where others judged it than the table says."""
    own = {kind: _judge(judged[kind])[0] for kind in judges}
    marks = ["on a GPU"] if judged.get("device") == "cuda" else []
    if own != judges:
        marks.append(f"judged by {' and '.join(sorted(set(own.values())))}")
    return f"{name} ({', '.join(marks)})" if marks else name


def _ceilings(judged: dict[str, Any]) -> list[str]:
    cells = []
    for name in ("halves", "tenths"):
        cells += [number(mean(one["ceiling"] for one in _judge(judged[name])[1])), "1", "1", ""]
    return cells


def _cells(judged: dict[str, Any]) -> list[str]:
    cells = []
    for name in ("halves", "tenths"):
        probes = _judge(judged[name])[1]
        cells += [
            number(mean(one["pearson"] for one in probes)),
            number(share_of_ceiling(probes)),
            number(mean(one["slope"] for one in probes)),
            number(mean(one["spearman"] for one in probes)),
        ]
    return cells


def seconds_of_training(one: dict[str, Any], result: dict[str, Any]) -> float:
    """Processor seconds of one training, timed beside this estimator where that was kept, else with the others."""
    timed = one.get("cost", {})
    seconds: float = timed.get("training, processor seconds", result["training"]["processor seconds"])
    return seconds


def _trainings(result: dict[str, Any]) -> str:
    """How long one took, beside the estimators whose cost was measured."""
    seconds = [seconds_of_training(one, result) for one in finished(result).values()]
    least, most = (f"{pick(seconds, default=result['training']['processor seconds']):.2f} s" for pick in (min, max))
    return f"{least} here" if least == most else f"{least} to {most}, timed beside each estimator"


def _processors(result: dict[str, Any]) -> str:
    """On which costs were measured, and of which estimators where there were several."""
    usual = result["machine"]["processor"]
    others: dict[str, list[str]] = {}
    for name, one in finished(result).items():
        processor = one.get("cost", {}).get("processor", usual)
        if processor != usual:
            others.setdefault(processor, []).append(name)
    return "; ".join([usual, *(f"{', '.join(names)}: {processor}" for processor, names in others.items())])


def _cost(one: dict[str, Any], result: dict[str, Any]) -> list[str]:
    if "cost" not in one:
        return ["–", "–"]
    cost, training = one["cost"], seconds_of_training(one, result)
    return [
        f"{times(cost['influences, processor seconds'] / training)} x",
        f"{times(cost['one set, processor seconds'] / training)} x",
    ]


def _this_run(result: dict[str, Any]) -> list[str]:
    rows = [
        [
            name,
            *(
                number(mean(one["this run"][kind][measure]))
                for kind in ("tenths", "hundredths")
                for measure in ("spearman", "pearson", "slope")
            ),
        ]
        for name, one in finished(result).items()
        if "this run" in one
    ]
    header = ["estimator", *(f"{kind}: {name}" for kind in ("10%", "1%") for name in ("Spearman", "r", "slope"))]
    about = (
        f"Predicted change against retraining the very run (same seed and draws) without 10% and 1% of the documents; "
        f"means over seeds {result['plan']['seeds of this run']} and the probes."
    )
    return ["", "## This run", "", about, "", *table(header, rows)] if rows else []


def _chosen(result: dict[str, Any]) -> list[str]:
    rows = []
    for name, one in finished(result).items():
        if "leave-one-out" not in one and "brittleness" not in one:
            continue
        cells = [name]
        singles = one.get("leave-one-out")
        cells += (
            [
                number(mean(probe["spearman"] for probe in singles)),
                number(mean(probe["share of ceiling"] for probe in singles)),
                number(mean(probe["slope"] for probe in singles)),
                number(mean(probe["within two standard errors"] for probe in singles)),
            ]
            if singles
            else ["–"] * 4
        )
        cells += _extreme_cells(one.get("extremes"), one.get("brittleness"))
        rows.append(cells)
    plan = result["plan"]
    header = [
        "estimator", "one: Spearman", "one: of ceiling", "one: slope", "one: within 2 SE",
        "top: within 2 SE", "top: slope", "top: change, up and down", "top: from controls", "signs turned",
    ]  # fmt: skip
    about = (
        f"One: {plan['single documents']} single documents a probe, the same for all estimators, removed from the same "
        f"runs; predicted change against the mean over seeds. Top: the {plan['documents of extreme sets']} most "
        "amplifying and most mitigating documents of the estimator's own ranking, removed from runs of their own: how "
        "many of the sets are predicted within two standard errors, actual over predicted change (through the origin), "
        "the actual mean changes (the further, the better the choice), and their mean distance from random controls of "
        "like lengths, in the controls' standard deviations. Signs turned: of the scores whose sign some documents are "
        "predicted to turn, those that retraining confirms, with the mean number of documents."
    )
    return ["", "## Chosen documents", "", about, "", *table(header, rows)] if rows else []


def _chosen_by_probe(result: dict[str, Any]) -> list[str]:
    """Changes of score without an estimator's strongest documents, and how few of them turn the sign."""
    rows: list[Row] = []
    for name, one in finished(result).items():
        for side in ("amplifying", "mitigating") if one.get("extremes") else ():
            cells = [
                f"{number(found['predicted'])}, {number(found['actual'])} ± {number(found['standard error'])}"
                for found in (probe[side] for probe in one["extremes"])
            ]
            rows.append([name, side, *cells])
        if one.get("brittleness"):
            turned = ("not turned", "turned")
            cells = [
                "–" if found["documents"] is None else f"{found['documents']}, {turned[found['turned']]}"
                for found in one["brittleness"]
            ]
            rows.append([name, "fewest to turn", *cells])
    header = ["estimator", "documents", *result["probes"]]
    about = "Predicted and actual change without them; the fewest predicted to turn a sign, and what retraining found."
    return ["", "## Chosen documents, by probe", "", about, "", *table(header, rows)] if rows else []


def _extreme_cells(extremes: list[dict[str, Any]] | None, brittleness: list[dict[str, Any]] | None) -> list[str]:
    if not extremes or brittleness is None:
        return ["–"] * 5
    sides = [side for probe in extremes for side in probe.values()]
    known = [side["within two standard errors"] for side in sides if side["within two standard errors"] is not None]
    squares = sum(side["predicted"] ** 2 for side in sides)
    slope = sum(side["predicted"] * side["actual"] for side in sides) / squares if squares else None
    up = mean(probe["amplifying"]["actual"] for probe in extremes)
    down = mean(probe["mitigating"]["actual"] for probe in extremes)
    distances = [side["distance from controls"] for side in sides]
    turning = [one for one in brittleness if one["documents"] is not None]
    turned = sum(one["turned"] for one in turning)
    fewest = mean(one["documents"] for one in turning)
    return [
        f"{sum(known)} of {len(known)}",
        number(slope),
        f"{number(up)}, {number(down)}",
        number(mean(None if one is None else abs(one) for one in distances), 1),
        f"{turned} of {len(turning)} ({number(fewest, 0)})",
    ]


def _by_probe(result: dict[str, Any]) -> list[str]:
    rows: list[Row] = []
    for name, one in finished(result).items():
        for kind in ("halves", "tenths"):
            trainer, probes = _judge(one["runs like it"][kind])
            for measure in ("pearson", "ceiling", "slope", "spearman", "mean predicted", "mean actual"):
                rows.append([name, f"{kind}, {trainer}", measure, *(number(probe[measure]) for probe in probes)])
    lines = ["", "## Runs like it, by probe", ""]
    return lines + table(["estimator", "sets", "measure", *result["probes"]], rows) if rows else []


def _settings(result: dict[str, Any]) -> list[str]:
    lines = ["", "## Tuning", ""]
    for name, one in result["estimators"].items():
        settings = ", ".join(f"{key} {value}" for key, value in one.get("settings", {}).items())
        lines.append(f"- `{name}`{f' ({settings})' if settings else ''}: {TUNING.get(name, 'as registered.')}")
    return lines
