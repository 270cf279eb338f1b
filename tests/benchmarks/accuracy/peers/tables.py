"""The comparison with other libraries as Markdown."""

from typing import Any

from tests.benchmarks.accuracy.tables import mean, number, share_of_ceiling, table, times


def as_markdown(result: dict[str, Any]) -> str:
    """One table, best first, and what each estimator was given."""
    corpus, training = result["corpus"], result["training"]["processor seconds"]
    there = {name: one for name, one in result["estimators"].items() if "failure" not in one}
    order = sorted(there, key=lambda name: -(share_of_ceiling(there[name]["halves"]) or -1.0))
    rows = []
    for name in order:
        one = there[name]
        rows.append(
            [
                name,
                *(
                    cell
                    for kind in ("halves", "tenths")
                    for cell in (
                        number(mean(probe["pearson"] for probe in one[kind])),
                        number(share_of_ceiling(one[kind])),
                        number(mean(probe["slope"] for probe in one[kind])),
                    )
                ),
                number(mean(one["this run"]["spearman"])),
                number(mean(one["this run"]["slope"])),
                f"{times(one['seconds'] / one.get('training, processor seconds', training))} x",
            ]
        )
    header = [
        "estimator", "halves: r", "of ceiling", "slope", "10%: r", "of ceiling", "slope", "this run, 10%: Spearman",
        "slope", "influences of all probes",
    ]  # fmt: skip
    lines = [
        "# Ours beside dattri, pyDVL and captum",
        "",
        *([] if result["complete"] else ["**Unfinished**: the same command goes on.", ""]),
        f"{corpus['documents']:,} documents of gap-wikipedia, {corpus['tokens']:,} tokens, {corpus['words']:,} words, "
        f"16 dimensions, 60 epochs; probes: {', '.join(result['probes'])}; {result['seeds']} seeds. Means over the "
        "probes; judged by our retraining of 20 random halves and 20 removals of 10% that played no part in the choice "
        "of dampings. r is Pearson's; of ceiling is r over the largest that the seeds' own noise allows; slope that of "
        "actual on predicted. Of sets, documents' influences are added up where an estimator has no prediction of its "
        f"own. x: one training of this problem, {training:.2f} processor seconds on one core. "
        f"{result['machine']['processor']}.",
        "",
        *table(header, rows),
        "",
        "## Tuning",
        "",
        *(f"- {name}: {there[name]['tuning']}." for name in order),
        *(f"- {name}: no numbers. {one['failure']}" for name, one in result["estimators"].items() if "failure" in one),
        "",
        "Every damping was chosen from one grid, by the correlation of one seed's predictions with 20 halves and 20 "
        "removals of 10% that are not among those judged. The Hessian is formed over "
        "the corpus' summed counts, which is the same and much cheaper than document by document. Conjugate gradients: "
        "at most 200 iterations; LiSSA: 1,000 steps, the scale a quarter above the largest curvature plus the damping; "
        "low ranks: 200; TracIn: ten checkpoints weighted by their step sizes, without projection; TRAK: 2,048 "
        "projections of the loss' gradients. EK-FAC (dattri, pyDVL) needs linear layers and a categorical output, "
        "captum's NaiveInfluenceFunction is the exact inverse that dattri's and pyDVL's explicit ones compute; both "
        "are left out.",
        "",
        f"Peers' environment: {', '.join(result['software']['environment'])}.",
    ]
    return "\n".join(lines) + "\n"
