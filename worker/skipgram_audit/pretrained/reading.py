"""From a file to a model: compression is peeled, the format is recognised by content, and sizes are held to limits."""

import zipfile
import zlib
from contextlib import ExitStack
from pathlib import Path, PurePosixPath
from typing import IO

from skipgram_audit.computing.progress import Progress
from skipgram_audit.corpus.readers.archive import open_archive
from skipgram_audit.corpus.readers.inflation import Source, compression_of, open_source, temporary_file
from skipgram_audit.corpus.readers.options import ReaderLimits
from skipgram_audit.pretrained.converted import looks_converted, read_converted
from skipgram_audit.pretrained.errors import CONVERT, UnreadableModel
from skipgram_audit.pretrained.model import ImportedModel
from skipgram_audit.pretrained.word2vec_format import LONGEST_HEADER, looks_binary, read_binary, read_header, read_text

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
PICKLE_MAGIC = (b"\x80", b"ccopy_reg", b"ccopyreg", b"cgensim")
NUMPY_MAGIC = b"\x93NUMPY"
HEAD_BYTES = 64 * 1024
_CHUNK = 1 << 20


def read_model(path: Path, limits: ReaderLimits, progress: Progress) -> ImportedModel:
    """Reads a model: word2vec's text or binary format, or a converted one, each also as .gz, .zst or in a zip.

    Pickles, which gensim's save() writes, are refused: reading one runs what is in it, and even one that may name
    nothing can be made to compute for ever.

    Args:
        path: the file.
        limits: caps on bytes, on what compression gives, and on the vectors' own size.
        progress: called with 0..1; may raise to cancel.

    Raises:
        UnreadableModel: says what was wrong, where, and how to export the model so that it can be read.
        UnreadableFile, OverLimit: see open_source.
    """
    with open_source(path, limits) as source, source.seekable() as stream:
        head = _head(stream)
        if head.startswith(ZIP_MAGIC):
            return _read_zip(source, limits, progress)
        if compression_of(head):
            raise UnreadableModel("The file is compressed more than once.", "Unpack it once and try again.")
        return _read_stream(stream, limits, progress)


def _read_stream(stream: IO[bytes], limits: ReaderLimits, progress: Progress) -> ImportedModel:
    head = _head(stream)
    maximum = limits.maximum_inflated_bytes
    header = read_header(head[:LONGEST_HEADER].partition(b"\n")[0]) if b"\n" in head[:LONGEST_HEADER] else None
    if header is not None:
        size = stream.seek(0, 2)
        stream.seek(0)
        reader = read_binary if looks_binary(head, header[1]) else read_text
        model = reader(stream, size, maximum, progress)
    elif looks_converted(head):
        model = read_converted(stream, maximum)
    elif head.startswith(PICKLE_MAGIC):
        raise UnreadableModel(
            "This is a pickle, as gensim's `save` writes it. Reading one runs what is in it, so none is read here.",
            CONVERT,
        )
    elif head.startswith(NUMPY_MAGIC):
        raise UnreadableModel("This is an array without words, as gensim's `save` writes beside a model.", CONVERT)
    else:
        raise UnreadableModel(
            "This is neither word2vec's text or binary format, which begin with the number of words and of "
            "dimensions, nor what `skipgram-audit convert` writes.",
            "In gensim, `model.wv.save_word2vec_format(path)` writes a file that can be read; for GloVe's files, load "
            "them with `load_word2vec_format(path, no_header=True)` first.",
        )
    progress(1.0)
    return model


def _head(stream: IO[bytes]) -> bytes:
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    stream.seek(0)
    return head


def _read_zip(source: Source, limits: ReaderLimits, progress: Progress) -> ImportedModel:
    """The one model in a zip."""
    spend = source.budget.layer()
    with open_archive(source, limits) as archive, ExitStack() as stack:

        def unpack(entry: zipfile.ZipInfo) -> IO[bytes]:
            file: IO[bytes] = stack.enter_context(temporary_file(source.path.parent))
            try:
                with archive.open(entry) as stream:
                    while chunk := stream.read(_CHUNK):
                        spend(len(chunk))
                        file.write(chunk)
            except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
                raise UnreadableModel(
                    f"The entry {entry.filename[:100]!r} of the zip is damaged or encrypted: {error}.",
                    "Make the zip again.",
                ) from error
            file.seek(0)
            return file

        models = [entry for entry in archive.infolist() if _counts(entry)]
        if len(models) != 1:
            listed = ", ".join(repr(entry.filename[:60]) for entry in models[:5]) or "none"
            arrays = any(entry.filename.endswith(".npy") for entry in models)
            raise UnreadableModel(
                f"A zip should hold one model; this one holds {len(models)} files: {listed}.",
                CONVERT if arrays else "Put each model into a zip of its own.",
            )
        return _read_stream(unpack(models[0]), limits, progress)


def _counts(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a file of the user's: archivers add folders and hidden files of their own."""
    path = PurePosixPath(entry.filename)
    return not entry.is_dir() and "__MACOSX" not in path.parts and not path.name.startswith(".")
