"""skipgram-audit check: are the predictions of a finished audit what retraining finds?"""

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from skipgram_audit.cli.auditing import AuditDevice, Audited, executor_of
from skipgram_audit.cli.options import Json, Scheduler, TrainingResource
from skipgram_audit.cli.what_ifs import WITHOUT, listed_ids
from skipgram_audit.model.check_plan import PLANS, CheckPlan
from skipgram_audit.model.errors import InvalidInput


def described(name: str) -> str:
    """The help of a part of a plan."""
    return str(CheckPlan.model_fields[name].description)


def check(
    audited: Audited,
    plan: Annotated[str, typer.Option("--plan", help=f"Which sets go: {', '.join(PLANS)}.")] = "halves",
    probe: Annotated[str, typer.Option("--probe", help=described("probe"))] = "",
    sets: Annotated[int | None, typer.Option("--sets", help=described("sets"))] = None,
    documents: Annotated[int | None, typer.Option("--documents", help=described("documents"))] = None,
    rankings: Annotated[int, typer.Option(help=described("rankings"))] = 1,
    seed: Annotated[
        list[int] | None, typer.Option("--seed", help="May be repeated; those of the audit when left out.")
    ] = None,
    without: Annotated[
        Path | None,
        typer.Option("--without", help=f"Of the plan chosen. {WITHOUT}"),
    ] = None,
    same_run: Annotated[bool, typer.Option("--same-run", help=described("same_run"))] = False,
    warm: Annotated[bool, typer.Option("--warm", help=described("warm"))] = False,
    warm_epochs: Annotated[int, typer.Option(help=described("warm_epochs"))] = 1,
    warm_step_size: Annotated[float, typer.Option(help=described("warm_step_size"))] = 0.01,
    draw_seed: Annotated[int, typer.Option(help=described("draw_seed"))] = 1,
    device: AuditDevice = "auto",
    scheduler: Scheduler = None,
    training_resource: TrainingResource = None,
    as_json: Json = False,
) -> None:
    """Train without sets of documents and compare with what was predicted; interrupted, it goes on where it stood."""
    from skipgram_audit.auditing.audit import Audit, make_plan

    if (plan == "chosen") != (without is not None):
        raise InvalidInput(
            "The plan chosen takes a file of document ids, and no other plan does.", "--plan chosen --without FILE"
        )

    with executor_of(scheduler, training_resource) as executor:
        audit = Audit(audited, device, executor)
        chosen = audit.complete_plan(
            make_plan(
                plan=plan, probe=probe, sets=sets, documents=documents, rankings=rankings,
                seeds=seed or audit.settings.seeds, same_run=same_run, warm=warm, warm_epochs=warm_epochs,
                warm_step_size=warm_step_size, draw_seed=draw_seed,
                positions=np.flatnonzero(audit.removed(listed_ids(without))).tolist() if without else [],
            )
        )  # fmt: skip
        most = "at most " if plan == "turning" else ""
        typer.echo(f"{most}{chosen.training_count(list(audit.settings.seeds))} trainings.", err=True)
        result = audit.carry_out(chosen)
    if as_json:
        typer.echo(json.dumps(result.as_dict(), ensure_ascii=False))
        return
    for one in result.probes:
        typer.echo(f"{one.name}: {one.verdict.title} {one.verdict.sentence}")
        for measure in one.measures:
            typer.echo(f"    {measure.name:<22}{measure.value}")
        for sentence in (*one.comparisons, *one.notes):
            typer.echo(f"    {sentence}")
    typer.echo("The sets, their documents and every seed's scores: --json.")
