"""From a file to a model: compression is peeled, the format is recognised by content, and sizes are held to limits."""

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from worker.engine.corpus.encoding import Progress
from worker.engine.corpus.readers.archive import open_archive
from worker.engine.corpus.readers.inflation import Source, compression_of, open_source
from worker.engine.corpus.readers.options import ReaderLimits
from worker.engine.imported.errors import UnreadableModel
from worker.engine.imported.gensim_files import SideFile, model_of
from worker.engine.imported.model import ImportedModel
from worker.engine.imported.pickled import load_inert
from worker.engine.imported.word2vec_format import LONGEST_HEADER, looks_binary, read_binary, read_header, read_text

ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
PICKLE_MAGIC = (b"\x80", b"ccopy_reg", b"ccopyreg", b"cgensim")
HEAD_BYTES = 64 * 1024
_CHUNK = 1 << 20


def read_model(path: Path, limits: ReaderLimits, progress: Progress) -> ImportedModel:
    """Reads a model: word2vec's text or binary format, or gensim's save(), each also as .gz, .zst or in a zip.

    Args:
        path: the file; arrays that gensim wrote beside it are taken from beside it, or from the same zip.
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
        with _beside(path) as side_file:
            return _read_stream(stream, side_file, limits, progress)


def _read_stream(stream: IO[bytes], side_file: SideFile, limits: ReaderLimits, progress: Progress) -> ImportedModel:
    head = _head(stream)
    maximum = limits.maximum_inflated_bytes
    header = read_header(head[:LONGEST_HEADER].partition(b"\n")[0]) if b"\n" in head[:LONGEST_HEADER] else None
    if header is not None:
        size = stream.seek(0, 2)
        stream.seek(0)
        reader = read_binary if looks_binary(head, header[1]) else read_text
        model = reader(stream, size, maximum, progress)
    elif head.startswith(PICKLE_MAGIC):
        model = model_of(load_inert(stream, lambda: progress(0.0)), side_file, maximum)
    else:
        raise UnreadableModel(
            "This is neither word2vec's text or binary format, which begin with the number of words and of "
            "dimensions, nor what gensim's `save` writes.",
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


@contextmanager
def _beside(path: Path) -> Iterator[SideFile]:
    """Arrays in files beside the pickle, whose names begin with its own."""
    with ExitStack() as stack:

        def find(ending: str) -> tuple[IO[bytes], int] | None:
            file = path.with_name(path.name + ending)
            if not file.is_file():
                return None
            return stack.enter_context(file.open("rb")), file.stat().st_size

        yield find


def side_files(path: Path) -> list[Path]:
    """The array files beside a model's file that belong to it, in the order of their names."""
    found = path.parent.glob("*.npy") if path.parent.is_dir() else iter(())
    return sorted(file for file in found if file.name.startswith(path.name + ".") and file.is_file())


def _read_zip(source: Source, limits: ReaderLimits, progress: Progress) -> ImportedModel:
    """The one model in a zip, with the arrays that lie beside it there."""
    spend = source.budget.layer()
    with open_archive(source, limits) as archive, ExitStack() as stack:

        def unpack(entry: zipfile.ZipInfo) -> tuple[IO[bytes], int]:
            file = stack.enter_context(tempfile.TemporaryFile(dir=_writable(source.path.parent)))
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
            size = file.tell()
            file.seek(0)
            return file, size

        entries = [entry for entry in archive.infolist() if _counts(entry)]
        arrays = [entry for entry in entries if entry.filename.endswith(".npy")]
        models = [entry for entry in entries if entry not in arrays]
        if len(models) != 1:
            listed = ", ".join(repr(entry.filename[:60]) for entry in models[:5]) or "none"
            raise UnreadableModel(
                f"A zip should hold one model and the .npy files beside it; this one holds {len(models)}: {listed}.",
                "Put each model, with its own .npy files, into a zip of its own.",
            )

        def find(ending: str) -> tuple[IO[bytes], int] | None:
            matching = [entry for entry in arrays if entry.filename.endswith(ending)]
            if len(matching) > 1:
                raise UnreadableModel(
                    f"The zip holds {len(matching)} files whose names end in {ending!r}.",
                    "Put each model into a zip of its own.",
                )
            return unpack(matching[0]) if matching else None

        stream, _ = unpack(models[0])
        return _read_stream(stream, find, limits, progress)


def _counts(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a file of the user's: archivers add folders and hidden files of their own."""
    path = PurePosixPath(entry.filename)
    return not entry.is_dir() and "__MACOSX" not in path.parts and not path.name.startswith(".")


def _writable(folder: Path) -> Path | None:
    """The folder, if temporary files can be made in it; else None, for the system's own."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None
