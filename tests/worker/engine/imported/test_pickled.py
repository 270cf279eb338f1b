"""Nothing in a pickle is ever run, whatever it names."""

import io
import os
import pickle
import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.worker.engine.imported.samples import read
from worker.engine.imported.errors import UnreadableModel
from worker.engine.imported.gensim_files import model_of
from worker.engine.imported.pickled import PickledArray, load_inert


class Calls:
    """Pickles as a call of a function."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self._call = (function, arguments)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._call


def load(content: bytes) -> Any:
    return load_inert(io.BytesIO(content))


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    "function", [os.system, eval, exec, getattr, __import__, print, open, np.load, np.save, pickle.loads, io.open]
)
def test_a_call_is_refused_by_name_and_not_made(function: Callable[..., Any], protocol: int, tmp_path: Path) -> None:
    mark = tmp_path / "run"
    arguments = (f"touch {mark}",) if function is os.system else (str(mark), "w") if function is open else ("1",)
    content = pickle.dumps({"wv": Calls(function, *arguments)}, protocol=protocol)
    with pytest.raises(UnreadableModel, match="Nothing of it was run"):
        load(content)
    assert not mark.exists()


def test_a_hostile_file_is_refused_as_a_model(tmp_path: Path) -> None:
    path = tmp_path / "m.model"
    path.write_bytes(pickle.dumps(Calls(os.system, f"touch {tmp_path / 'run'}")))
    with pytest.raises(UnreadableModel, match="system"):
        read(path)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "name",
    ["gensim\nmodels.word2vec.os.system", "gensim.utils\npickle.loads", "gensim.models.word2vec\nWord2Vec.load"],
)
def test_names_of_gensim_lead_nowhere(name: str) -> None:
    made = load(f"c{name}\n(S'touch run'\ntR.".encode())
    assert type(made).__mro__[1].__module__ == "worker.engine.imported.pickled"
    with pytest.raises(UnreadableModel, match="what can be audited are"):
        model_of(made, lambda _: None, 1)


@pytest.mark.parametrize(
    "content",
    [
        b"cgensim.models.word2vec\nWord2Vec\n(N}S'__new__'\nI1\nstb.",  # sets an attribute of a class
        b"\x80\x04" + b"N" + b"r" + struct.pack("<I", 2**32 - 1) + b".",  # memo slot: 32 GB of pointers
        b"\x80\x04\x8e" + struct.pack("<Q", 2**40) + b"abc.",  # a text of a terabyte
        b"\x80\x04\x8e" + struct.pack("<Q", 2**63) + b"abc.",
        b"\x80\x04\x95" + struct.pack("<Q", 2**60) + b"N.",
        b"(S'x'\nios\nsystem\n.",  # protocol 0 class instance
        b"P1\n.",
        b"\x80\x02\x82\x01.",  # extension registry
        b"\x80\x05\x97.",  # out-of-band buffer
        b"\x80\x04N",
        b"\x80\x04R.",
        b"\x80",
        b"\x80\x04" + b"(" * 1000,
        b"\x80\x04" + random.Random(1).randbytes(50),
    ],
)
def test_damaged_and_greedy_pickles_are_refused(content: bytes) -> None:
    with pytest.raises(UnreadableModel):
        load(content)


@pytest.mark.parametrize("protocol", range(6))
@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype="<f4").reshape(2, 3),
        np.asfortranarray(np.arange(6, dtype=">f8").reshape(2, 3)),
        np.arange(5, dtype=np.uint32),
        np.zeros((0, 3), np.float32),
        np.array(2.5),
    ],
)
def test_arrays_are_remade_from_their_description(array: np.ndarray, protocol: int) -> None:
    made = load(pickle.dumps(array, protocol=protocol))
    assert isinstance(made, PickledArray)
    np.testing.assert_array_equal(made.as_numpy(), array)
    assert made.as_numpy().dtype == array.dtype


@pytest.mark.parametrize(
    "state",
    [
        (1, (3, 3), None, False, b"1234"),
        (1, (2**39, 2**39), "f4", False, b"1234"),
        (1, (-1,), "f4", False, b""),
        (1, (2,), "f4", False, b"1234"),
        (1, (1,), "O8", False, b"12345678"),
        (1, (1,), "f4", False, [object]),
        (1, 5, "f4", False, b"1234"),
        "state",
        None,
    ],
)
def test_arrays_that_lie(state: Any) -> None:
    from worker.engine.imported.pickled import PickledType

    array = PickledArray()
    if isinstance(state, tuple) and isinstance(state[2], str):
        state = (*state[:2], PickledType(state[2], False, True), *state[3:])
    array.__setstate__(state)
    with pytest.raises(UnreadableModel):
        array.as_numpy()


def test_looking_through_can_be_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    class Cancelled(Exception):
        pass

    def cancel() -> None:
        raise Cancelled

    monkeypatch.setattr("worker.engine.imported.pickled.OPCODES_BETWEEN_WATCHES", 3)
    with pytest.raises(Cancelled):
        load_inert(io.BytesIO(pickle.dumps(["a", "b", "c"])), cancel)
