"""The functions of the library: audit a corpus, open an audit, serve it in a browser, score vectors."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skipgram_audit.model.errors import InvalidInput, InvalidSettings
from skipgram_audit.model.probe import ProbeDefinition, load_probe, parse_probe
from skipgram_audit.model.settings import AuditSettings

if TYPE_CHECKING:
    from skipgram_audit.auditing.audit import Audit
    from skipgram_audit.corpus.sources import Corpus
    from skipgram_audit.report.reproduction import Reproduction

ProbeLike = str | Path | ProbeDefinition | Mapping[str, Any]
"""A built-in name (weat-1 to weat-10), a probe file, a probe, or the values of one."""


def audit(
    corpus: "Corpus | str | Path",
    probes: ProbeLike | Iterable[ProbeLike],
    folder: str | Path,
    settings: AuditSettings | Mapping[str, Any] | None = None,
    device: str = "auto",
    **options: Any,
) -> "Audit":
    """Trains word vectors on a corpus, scores the probes, and traces each score back to documents, sentences and words.

    The folder is the whole of the audit. Called again with the same corpus, probes and settings, an interrupted audit
    is resumed, and a finished one is opened.

    Args:
        corpus: a Corpus, or the path of a corpus file.
        probes: one or more: built-in names, probe files, or Probe objects.
        folder: for the results; new, or that of this audit.
        settings: of training and estimator; the defaults when left out.
        device: auto, cpu or cuda.
        options: single settings in the place of those, ``seeds=[1, 2, 3], dimension=50`` for instance; see Settings.

    Raises:
        AuditError: something is wrong with corpus, probes, settings or folder; its message says what, and what to do.
    """
    from skipgram_audit.auditing.audit import Audit
    from skipgram_audit.auditing.run import AuditRun
    from skipgram_audit.computing.progress import progress_bars
    from skipgram_audit.corpus.sources import Corpus

    source = corpus if isinstance(corpus, Corpus) else Corpus.from_file(corpus)
    run = AuditRun(source, settings_with(settings, options), unique_probes(probes), Path(folder), device)
    with progress_bars() as phase:
        run.run(phase)
    return Audit(folder, device)


def open(folder: str | Path, device: str = "auto") -> "Audit":
    """A finished audit in its folder.

    Raises:
        NotFound: the folder holds no finished audit.
    """
    from skipgram_audit.auditing.audit import Audit

    return Audit(folder, device)


def reproduce(
    manifest: str | Path, corpus: "Corpus | str | Path", folder: str | Path, device: str = "auto"
) -> "Reproduction":
    """Computes an audit again, and says what is equal byte for byte, what to 1e-4, what differs, and why.

    Args:
        manifest: the folder of the audit, its manifest.json, or a report as HTML or Markdown that holds it.
        corpus: what was audited: a Corpus, or the path of the corpus file.
        folder: for the audit that is computed again; new.
        device: auto, cpu or cuda.

    Raises:
        NotFound: no such file.
        InvalidInput: there is no manifest in it, or one that this version cannot compute.
    """
    from skipgram_audit.auditing.reproducing import reproduce as again
    from skipgram_audit.computing.progress import progress_bars
    from skipgram_audit.corpus.sources import Corpus

    source = corpus if isinstance(corpus, Corpus) else Path(corpus)
    with progress_bars() as phase:
        return again(Path(manifest), source, Path(folder), device, phase)


def score(vectors: Any, probes: ProbeLike | Iterable[ProbeLike], casefold: bool = True) -> Any:
    """Scores of probes on word vectors alone, without a corpus; a row a probe.

    Args:
        vectors: gensim's KeyedVectors, a mapping from words to vectors, or a pair (words, array [words, dimension]).
        probes: as in audit.
        casefold: look for a probe's word in any case; of several spellings the first counts.

    Raises:
        InvalidInput: vectors that are none, or not finite.
    """
    from skipgram_audit.auditing.scorer import score_vectors

    return score_vectors(vectors, unique_probes(probes), casefold)


def serve(folder: str | Path, port: int = 8000) -> None:
    """Opens the web application on a folder: a server's data folder, or the folder of an audit; until Ctrl-C."""
    from skipgram_audit.serving.server import serve_folder

    serve_folder(Path(folder), port)


def settings_with(settings: AuditSettings | Mapping[str, Any] | None, options: Mapping[str, Any]) -> AuditSettings:
    """Settings with some values in the place of theirs.

    Raises:
        InvalidSettings: names the setting and what is wrong with it.
    """
    from pydantic import ValidationError

    from skipgram_audit.model.validation import format_problems

    try:
        given = settings.model_dump(exclude_unset=True) if isinstance(settings, AuditSettings) else settings or {}
        return AuditSettings(**{**given, **options})
    except ValidationError as error:
        raise InvalidSettings(
            f"These settings cannot be used: {format_problems(error)}.", "Correct the named options."
        ) from error


def unique_probes(probes: ProbeLike | Iterable[ProbeLike]) -> list[ProbeDefinition]:
    """The probes, each loaded.

    Raises:
        InvalidInput: none, or two of one name: they could not be distinguished in the results.
    """
    single = isinstance(probes, str | Path | ProbeDefinition | Mapping)
    found = [_probe(one) for one in ([probes] if single else probes)]  # type: ignore[arg-type,union-attr]
    if not found:
        raise InvalidInput("No probe was named.", "Name one or more: weat-1 to weat-10, or a probe file.")
    names = [one.name for one in found]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise InvalidInput(f"More than one probe is named {', '.join(repeated)}.", "Give every probe its own name.")
    return found


def _probe(one: ProbeLike) -> ProbeDefinition:
    if isinstance(one, ProbeDefinition):
        return one
    return parse_probe(dict(one)) if isinstance(one, Mapping) else load_probe(str(one))
