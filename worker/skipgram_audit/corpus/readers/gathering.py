"""Several files of this machine as one archive, as the page of a new corpus makes one in the browser."""

import zipfile
from collections.abc import Sequence
from pathlib import Path

from skipgram_audit.model.errors import InvalidInput, NotFound

_FIRST_OF_1980 = (1980, 1, 1, 0, 0, 0)
"""The time of a file is no part of its text: the same files make the same archive."""


def gather(paths: Sequence[Path], folder: Path) -> Path:
    """An uncompressed zip of files, and of all files in folders; it is the same for the same files.

    Args:
        paths: files and folders; entries of a folder begin with its name.
        folder: where the archive is written.

    Raises:
        NotFound: a path leads nowhere.
        InvalidInput: there is no file, or two would have one name.
    """
    entries: dict[str, Path] = {}
    for path in paths:
        if not path.exists():
            raise NotFound(
                f"There is no file {str(path)!r}.", "Give the path of a corpus file, or of a folder of files."
            )
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if not file.is_file():
                continue
            name = f"{path.resolve().name}/{file.relative_to(path).as_posix()}" if path.is_dir() else file.name
            if name in entries:
                raise InvalidInput(f"Two files are called {name!r}.", "Rename one of them, or give their folders.")
            entries[name] = file
    if not entries:
        raise InvalidInput("There is no file in the folder.", "Give a folder with files in it.")
    only_folder = len(paths) == 1 and paths[0].is_dir()
    made = folder / (f"{paths[0].resolve().name}.zip" if only_folder else f"{len(entries)} files.zip")
    with zipfile.ZipFile(made, "w") as archive:
        for name in sorted(entries):
            with (
                entries[name].open("rb") as source,
                archive.open(
                    zipfile.ZipInfo(name, _FIRST_OF_1980),
                    "w",
                    force_zip64=entries[name].stat().st_size >= zipfile.ZIP64_LIMIT,
                ) as entry,
            ):
                while chunk := source.read(1024 * 1024):
                    entry.write(chunk)
    return made
