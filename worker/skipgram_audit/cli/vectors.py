"""Models given on the command line: read, described, and put in the place of training."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from skipgram_audit.computing.files import file_sha256
from skipgram_audit.corpus.readers import ReaderLimits
from skipgram_audit.model.errors import NotFound
from skipgram_audit.model.pretrained import PretrainedModel, doubts
from skipgram_audit.model.pretrained_settings import with_models
from skipgram_audit.model.settings import AuditSettings
from skipgram_audit.pretrained.model import ImportedModel
from skipgram_audit.pretrained.reading import read_model


def read_vectors(
    paths: Sequence[Path],
    settings: AuditSettings,
    options: Mapping[str, Any],
    phase: Callable[[str], Callable[[float], None]],
) -> tuple[AuditSettings, list[ImportedModel]]:
    """The settings with these models in the place of training, and the models.

    Args:
        options: as given on the command line, None where left out.

    Raises:
        NotFound: no such file.
        UnreadableModel, InvalidInput, InvalidSettings: see read_model and with_models.
    """
    models, given = [], []
    for path in paths:
        if not path.is_file():
            raise NotFound(f"There is no file {str(path)!r}.", "Give the path of a model.")
        model = read_model(path, ReaderLimits(), phase(f"Reading {path.name}"))
        given.append(PretrainedModel(name=path.name, sha256=file_sha256(path), facts=model.facts))
        models.append(model)
    chosen = [name for name, value in options.items() if value is not None and name != "seeds"]
    return with_models(settings, given, chosen), models


def vector_lines(vectors: Mapping[str, Any]) -> list[str]:
    """What a terminal should say of the models of an audit; see skipgram_audit.auditing.manifest."""
    coverage = vectors["coverage"]
    lines = []
    for model in vectors["models"]:
        lines.append(
            f"{model['name']}: {model['format']}, {model['words']:,} words of {model['dimension']} dimensions."
        )
        lines += [f"  {count:,} left out: {reason}." for reason, count in model["left_out"].items()]
        if "evidence" in model:
            found = model["evidence"]
            if found["correlation"] is not None and found["usual"] is not None:
                lines.append(
                    f"  Correlation with the corpus' co-occurrences {found['correlation']:.2f} ({found['measure']}); a "
                    f"training here reaches {found['usual']:.2f}."
                )
            if doubt := doubts(found):
                lines.append(f"  Warning: it is doubtful that it was trained on this corpus. {doubt}")
    lines.append(
        f"{coverage['shared_words']:,} words are in model and corpus; {coverage['model_words_not_in_corpus']:,} of the "
        f"model are not in the corpus, {coverage['corpus_words_not_in_model']:,} of the corpus "
        f"({coverage['corpus_tokens_not_in_model']:,} of {coverage['corpus_tokens']:,} occurrences) not in the model."
    )
    return lines + [f"Note: {sentence}" for sentence in vectors["cannot_be_claimed"]]
