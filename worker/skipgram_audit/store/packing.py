"""Compact binary columns: sentence bounds, the non-zero token influences of a document, sets of documents."""

import zlib

import numpy as np
import numpy.typing as npt

from skipgram_audit.model.outcome import TokenInfluence

TOKEN_RECORD = np.dtype([("start", "<u4"), ("length", "<u2"), ("influence", "<f4")])


def pack_bounds(bounds: npt.NDArray[np.uint32]) -> bytes:
    """Sentence bounds, shape [sentences, 2] (start, end in code points), as little-endian uint32."""
    return np.ascontiguousarray(bounds, dtype="<u4").tobytes()


def unpack_bounds(packed: bytes) -> npt.NDArray[np.uint32]:
    """Inverse of pack_bounds; shape [sentences, 2]."""
    return np.frombuffer(packed, dtype="<u4").reshape(-1, 2)


def pack_positions(positions: npt.NDArray[np.int64]) -> bytes:
    """Ascending positions of documents, as compressed little-endian uint32 differences."""
    return zlib.compress(np.diff(positions, prepend=0).astype("<u4").tobytes())


def unpack_positions(packed: bytes) -> npt.NDArray[np.int64]:
    """Inverse of pack_positions; int64 [documents]."""
    return np.cumsum(np.frombuffer(zlib.decompress(packed), dtype="<u4"), dtype=np.int64)


def pack_tokens(
    starts: npt.NDArray[np.uint32], lengths: npt.NDArray[np.uint16], influences: npt.NDArray[np.float32]
) -> bytes:
    """Tokens with non-zero influence, in text order, compressed; arrays of one length."""
    records = np.empty(len(starts), dtype=TOKEN_RECORD)
    records["start"], records["length"], records["influence"] = starts, lengths, influences
    return zlib.compress(records.tobytes(), level=1)


def unpack_tokens(packed: bytes) -> list[TokenInfluence]:
    """Inverse of pack_tokens."""
    records = np.frombuffer(zlib.decompress(packed), dtype=TOKEN_RECORD)
    return [
        TokenInfluence(int(start), int(start) + int(length), float(influence)) for start, length, influence in records
    ]
