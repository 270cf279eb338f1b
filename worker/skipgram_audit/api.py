"""The functions of the library: audit a corpus, open an audit, serve it in a browser, score vectors."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from skipgram_audit.model.asked import ProbeLike, settings_with, unique_probes
from skipgram_audit.model.settings import AuditSettings

if TYPE_CHECKING:
    from skipgram_audit.auditing.audit import Audit
    from skipgram_audit.corpus.sources import Corpus
    from skipgram_audit.report.reproduction import Reproduction


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
