"""Arrays in files: what is read is what was written, or an error."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from skipgram_audit.computing.arrays import BrokenFile, read_arrays, write_arrays

ARRAYS: dict[str, Any] = {
    "numbers": np.arange(12.0).reshape(3, 4),
    "columns first": np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3)),
    "none": np.zeros((0, 5), np.int32),
    "one": np.array(7),
    "flags": np.array([True, False, True]),
    "λέξεις": np.array(["ein", "Wort"]),
}


def same(found: dict[str, np.ndarray]) -> bool:
    assert list(found) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert (found[name].dtype, found[name].shape) == (array.dtype, array.shape)
        np.testing.assert_array_equal(found[name], array)
    return True


def test_arrays_are_read_as_they_were_written_here_and_by_numpy(tmp_path: Path) -> None:
    write_arrays(tmp_path / "ours.npz", ARRAYS)
    np.savez(tmp_path / "numpys.npz", **ARRAYS)
    with np.load(tmp_path / "ours.npz") as found:
        assert same(dict(found))
    assert same(read_arrays(tmp_path / "ours.npz"))
    assert same(read_arrays(tmp_path / "numpys.npz"))
    assert [file.name for file in sorted(tmp_path.iterdir())] == ["numpys.npz", "ours.npz"]


@pytest.mark.parametrize("write", [write_arrays, lambda path, arrays: np.savez(path, **arrays)], ids=["ours", "numpy"])
def test_arrays_can_be_used_as_if_they_had_been_copied(tmp_path: Path, write: Callable[..., None]) -> None:
    path = tmp_path / "arrays.npz"
    write(path, ARRAYS)
    first = read_arrays(path)
    assert all(array.flags.aligned and array.flags.writeable for array in first.values())
    first["numbers"] += 1
    assert same(read_arrays(path))
    write_arrays(path, {"numbers": np.zeros(3)})
    path.unlink()
    np.testing.assert_array_equal(first["numbers"], ARRAYS["numbers"] + 1)
    np.testing.assert_array_equal(first["columns first"], ARRAYS["columns first"])


def test_ours_are_not_copied(tmp_path: Path) -> None:
    write_arrays(tmp_path / "arrays.npz", ARRAYS)
    assert not any(array.flags.owndata for array in read_arrays(tmp_path / "arrays.npz").values())


@pytest.mark.parametrize("place", [0.1, 0.5])
def test_a_file_that_was_altered_is_an_error(tmp_path: Path, place: float) -> None:
    path = tmp_path / "arrays.npz"
    write_arrays(path, {"numbers": np.arange(1000.0)})
    content = bytearray(path.read_bytes())
    content[int(place * len(content))] ^= 1
    path.write_bytes(content)
    with pytest.raises(BrokenFile, match=r"arrays\.npz .*numbers\.npy is not as it was written.* run the audit"):
        read_arrays(path)


def test_a_file_that_was_cut_off_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "arrays.npz"
    write_arrays(path, {"numbers": np.arange(1000.0)})
    whole = path.read_bytes()
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(BrokenFile, match=r"arrays\.npz"):
            read_arrays(path)


def test_compressed_arrays_objects_and_other_files_are_errors(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "compressed.npz", numbers=np.arange(3))
    np.savez(tmp_path / "objects.npz", words=np.array(["a", None], object))
    with zipfile.ZipFile(tmp_path / "texts.npz", "w") as archive:
        archive.writestr("text.txt", "not an array")
    for name, problem in (("compressed", "is compressed"), ("objects", "holds objects"), ("texts", "magic")):
        with pytest.raises(BrokenFile, match=problem):
            read_arrays(tmp_path / f"{name}.npz")
    with pytest.raises(ValueError, match="Object arrays"):
        write_arrays(tmp_path / "objects.npz", {"words": np.array(["a", None], object)})
