"""Kept word vectors as downloads."""

from pathlib import Path
from typing import Annotated

from fastapi import Path as PathParameter
from fastapi import Query
from starlette.responses import Response, StreamingResponse
from zipstream import ZipStream

from skipgram_audit.model.errors import InvalidInput, NotFound
from skipgram_audit.report.vector_files import (
    AFTER,
    BEFORE,
    array_file,
    read_vectors,
    vectors_file,
    word2vec_binary,
    word2vec_text,
)
from skipgram_audit_web.addresses import LARGEST_INTEGER
from skipgram_audit_web.web import attachment, file_answer, file_responses

VECTORS_RESPONSES = file_responses("text/plain", "application/octet-stream", "application/zip")

When = Annotated[str, PathParameter(max_length=40, description="before or after.")]
TrainedSeed = Annotated[int, PathParameter(ge=0, le=LARGEST_INTEGER)]
VectorsFormat = Annotated[str, Query(alias="format", max_length=40, description="text, binary or gensim.")]

FORMATS = {"text": "txt", "binary": "bin", "gensim": "zip"}
"""Format of vectors -> the ending of its file."""


def before_or_after_response(folder: Path, when: str, seed: int, name: str, form: str) -> Response:
    """The vectors of a training on the audited corpus (before), or on what a rewriting or a removal makes of it
    (after).

    Args:
        folder: in which they are kept.
        name: what the name of the file begins with.

    Raises:
        InvalidInput: no such format.
        NotFound: neither before nor after, or nothing was trained by this seed, or its file is gone.
    """
    if when not in (BEFORE, AFTER):
        raise NotFound(f"There are no vectors {when[:40]!r}.", f"Choose {BEFORE} or {AFTER}.")
    return vectors_file_response(vectors_file(folder, when, seed), f"{name}-{when}-seed-{seed}", form)


def vectors_file_response(path: Path, name: str, form: str) -> Response:
    """Vectors in word2vec's text or binary format, or as gensim's KeyedVectors in a zip.

    Args:
        path: of the KeyedVectors; see skipgram_audit.report.vector_files.
        name: of the file, without its ending.

    Raises:
        InvalidInput: no such format.
        NotFound: they are not there.
    """
    if form not in FORMATS:
        raise InvalidInput(f"There is no format {form[:40]!r} of vectors.", f"Choose {', '.join(FORMATS)}.")
    words, vectors = read_vectors(path)
    filename = f"{name}.{FORMATS[form]}"
    if form == "gensim":
        stream = ZipStream(sized=True)
        for file in (path, array_file(path)):
            stream.add_path(file, file.name)
        headers = {**attachment(filename), "content-length": str(len(stream))}
        return StreamingResponse(stream, media_type="application/zip", headers=headers)
    if form == "binary":
        return file_answer(word2vec_binary(words, vectors), filename, "application/octet-stream")
    return file_answer(word2vec_text(words, vectors), filename, "text/plain")
