"""skipgram-audit check: are the predictions of a finished audit what retraining finds?"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import numpy as np
import typer

from skipgram_audit.cli.auditing import AuditDevice, Audited, executor_of
from skipgram_audit.cli.options import Json, Scheduler, TrainingResource, VectorsFormat, describer, ending_of
from skipgram_audit.cli.what_ifs import WITHOUT, listed_ids
from skipgram_audit.model.check_plan import MOST_ORIGIN, PLANS, CheckPlan
from skipgram_audit.model.errors import InvalidInput

if TYPE_CHECKING:
    from skipgram_audit.auditing.check_result import CheckResult

Vectors = Annotated[
    Path | None,
    typer.Option(
        "--vectors",
        help="Of the plans chosen and turning: write each seed's vectors, of the whole corpus and without the first "
        "set, to this folder.",
    ),
]

described = describer(CheckPlan)


def _origin(listed: Path | None) -> str:
    """What chosen documents are called: by their file."""
    if listed is None:
        return ""
    return "a list from standard input" if str(listed) == "-" else f"the list {listed.name}"[:MOST_ORIGIN]


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
    vectors: Vectors = None,
    vectors_format: VectorsFormat = "text",
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
    ending = ending_of(vectors_format)
    with executor_of(scheduler, training_resource) as executor:
        audit = Audit(audited, device, executor)
        chosen = audit.complete_plan(
            make_plan(
                plan=plan, probe=probe, sets=sets, documents=documents, rankings=rankings,
                seeds=seed, same_run=same_run, warm=warm, warm_epochs=warm_epochs,
                warm_step_size=warm_step_size, draw_seed=draw_seed, keep_vectors=vectors is not None,
                positions=np.flatnonzero(audit.removed(listed_ids(without))).tolist() if without else [],
                origin=_origin(without),
            )
        )  # fmt: skip
        most = "at most " if chosen.may_lack_controls(len(audit.ids)) else ""
        typer.echo(f"{most}{chosen.training_count(list(audit.settings.seeds))} trainings.", err=True)
        result = audit.carry_out(chosen)
    _write_vectors(result, vectors, ending)
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


def _write_vectors(result: "CheckResult", folder: Path | None, ending: str) -> None:
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for when, seed in result.kept_vectors:
        result.save_vectors(folder / f"{when}-seed-{seed}.{ending}", when, seed)


def smallest_set(
    audited: Audited,
    probe: Annotated[str, typer.Option("--probe", help="Whose score; the only one when left out.")] = "",
    target: Annotated[str, typer.Option("--target", help=described("target"))] = "null",
    ranking: Annotated[
        str, typer.Option("--ranking", help="again (what is left is ranked anew), top, lexical or random.")
    ] = "again",
    most_share: Annotated[float, typer.Option("--most-share", help=described("most_share"))] = 1.0,
    leave_others: Annotated[bool, typer.Option("--leave-others", help=described("leave_others"))] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            help="field=value: only documents with it go. Repeated for one field, each value will do; for several "
            "fields, all must fit. Fields as in the corpus file.",
        ),
    ] = None,
    keep: Annotated[Path | None, typer.Option("--keep", help="Ids of documents that stay.")] = None,
    unit: Annotated[str, typer.Option("--unit", help="documents or sentences.")] = "documents",
    confirm: Annotated[bool, typer.Option("--confirm", help="Train without the set, too.")] = False,
    sets: Annotated[int | None, typer.Option("--sets", help="Random controls, with --confirm.")] = None,
    seed: Annotated[list[int] | None, typer.Option("--seed", help="May be repeated.")] = None,
    vectors: Vectors = None,
    vectors_format: VectorsFormat = "text",
    device: AuditDevice = "auto",
    scheduler: Scheduler = None,
    training_resource: TrainingResource = None,
) -> None:
    """Find the fewest documents or sentences that bring a score to a target; prints one JSON object.

    `reached` says whether the set is predicted to reach the target; standard error says so, too. The first of `sets` is
    the set found. Its kind is `turning` where it reaches the target, and `prefix` where not even all that may go do.
    With --confirm further sets follow: `prefix`, half and twice as many in the same order, and `control`, random ones.
    """
    from skipgram_audit.auditing.audit import Audit

    sources: dict[str, list[str]] = {}
    for field, sign, value in (one.partition("=") for one in only or []):
        if not sign:
            raise InvalidInput("--only takes field=value.", "For instance --only source=wikinews.")
        sources.setdefault(field, []).append(value)
    ending = ending_of(vectors_format)
    if vectors is not None and not confirm:
        raise InvalidInput("Without a training there are no vectors to write.", "Add --confirm.")
    with executor_of(scheduler, training_resource) as executor:
        audit = Audit(audited, device, executor)
        result = audit.smallest_set(
            probe or None, target, ranking, most_share, leave_others, sources,
            listed_ids(keep) if keep else (), unit, confirm,
            **({} if sets is None else {"sets": sets}), **({} if seed is None else {"seeds": seed}),
            keep_vectors=vectors is not None,
        )  # fmt: skip
    _write_vectors(result, vectors, ending)
    typer.echo(json.dumps(result.as_dict(), ensure_ascii=False))
    typer.echo(result.found, err=True)
    for one in result.probes:
        typer.echo(f"{one.name}: {one.verdict.title} {one.verdict.sentence}", err=True)
