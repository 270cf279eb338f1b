"""Arrays in a file: .npz without compression and without pickle, which numpy reads as well.

numpy copies what it reads, a piece at a time; a what-if, which reads all that an audit has kept, spent half of its
seconds there. Here each array begins at a multiple of 64 bytes, padded as Android's zipalign pads, so that it can be
used where it lies: the file is mapped into memory, checksums are compared (by ISA-L, ten times as fast as zlib), and
nothing is copied.
"""

import io
import mmap
import struct
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from isal import isal_zlib

from skipgram_audit.model.engine_errors import EngineError

Arrays = dict[str, npt.NDArray[Any]]

ALIGNMENT = 64
LOCAL_HEADER = struct.Struct("<26xHH")
"""Before a member's bytes: last the lengths of its name and of its extra field, which follow."""

ZIP64_FIELD_BYTES = 20
PADDING = struct.Struct("<HH")
PADDING_FIELD = 0xD935
"""zipalign's."""

NUMPY_HEADER_BYTES = 4096
"""More than the header of any array without named fields."""


class BrokenFile(EngineError):
    """A file of arrays that is not as it was written."""

    code = "broken_file"


def write_arrays(path: Path, arrays: Arrays) -> None:
    """A file that appears whole or not at all."""
    temporary = path.with_name(path.name + ".part")
    with temporary.open("wb") as file, zipfile.ZipFile(file, "w") as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy")
            before = LOCAL_HEADER.size + len(member.filename.encode()) + ZIP64_FIELD_BYTES + PADDING.size
            padding = -(file.tell() + before) % ALIGNMENT
            member.extra = PADDING.pack(PADDING_FIELD, padding) + bytes(padding)
            with archive.open(member, "w", force_zip64=True) as target:
                np.lib.format.write_array(target, np.asanyarray(array), allow_pickle=False)
    temporary.replace(path)


def read_arrays(path: Path) -> Arrays:
    """All arrays of a file that write_arrays or numpy.savez wrote, checked against their checksums.

    They may be written to, which does not change the file.

    Raises:
        BrokenFile: cut off, altered, compressed, or holding objects.
        OSError: the file cannot be read.
    """
    try:
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            for member in members:
                # Compares its name here and in the table of contents.
                archive.open(member).close()
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
            return {member.filename.removesuffix(".npy"): _array(mapped, member) for member in members}
    except (zipfile.BadZipFile, ValueError, struct.error) as error:
        remedy = "Remove it and make it again: run the audit, or upload the model."
        raise BrokenFile(f"{path} cannot be read: {error}.", remedy) from error


def _array(mapped: mmap.mmap, member: zipfile.ZipInfo) -> npt.NDArray[Any]:
    if member.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{member.filename} is compressed")
    name, extra = LOCAL_HEADER.unpack_from(mapped, member.header_offset)
    begin = member.header_offset + LOCAL_HEADER.size + name + extra
    if isal_zlib.crc32(memoryview(mapped)[begin : begin + member.file_size]) != member.CRC:
        raise ValueError(f"{member.filename} is not as it was written")
    header = io.BytesIO(mapped[begin : begin + min(member.file_size, NUMPY_HEADER_BYTES)])
    version = np.lib.format.read_magic(header)
    read_header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, columns_first, dtype = read_header(header)
    if dtype.hasobject:
        raise ValueError(f"{member.filename} holds objects")
    array: npt.NDArray[Any] = np.ndarray(
        shape, dtype, mapped, begin + header.tell(), order="F" if columns_first else "C"
    )
    return array if (begin + header.tell()) % ALIGNMENT == 0 else array.copy("K")
