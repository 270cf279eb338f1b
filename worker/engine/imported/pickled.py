"""Reading pickles without running anything in them.

A pickle is a program: it names functions and calls them. Ours may name only what stands in a fixed table, and every
name in it, and every name of gensim, leads to an inert class of this module, which keeps what it is given and does
nothing else. Not even numpy is called: an array is described (kind of number, shape, bytes) and made by us when asked
for. Anything else that a pickle names refuses the whole file before it is used.

The file is looked through once before it is loaded, opcode by opcode, since a pickle can also ask for absurd amounts
of memory: lengths beyond the file's end, and memo slots beyond any that it could have filled.
"""

import pickle
import pickletools
import re
from collections.abc import Callable, Iterator
from typing import IO, Any, ClassVar

import numpy as np
import numpy.typing as npt

from worker.engine.imported.errors import UnreadableModel

REFUSED_OPCODES = {"PERSID", "BINPERSID", "EXT1", "EXT2", "EXT4", "INST", "OBJ", "NEXT_BUFFER", "READONLY_BUFFER"}
MEMO_OPCODES = {"PUT", "BINPUT", "LONG_BINPUT"}
OPCODES_BETWEEN_WATCHES = 100_000
NUMBER_KIND = re.compile(r"[fiu][1248]|b1")


class Sealed(type):
    """A class whose attributes cannot be changed: a pickle may try to set them."""

    def __setattr__(cls, name: str, value: Any) -> None:
        raise UnreadableModel(f"The file tries to change the class {cls.__name__}.")


class Inert(metaclass=Sealed):
    """An object of some class of gensim, of which only its attributes are kept; made, called and filled without effect.

    Attributes:
        origin: module and name of the class that it stands for.
    """

    origin: ClassVar[str] = ""

    def __new__(cls, *_: Any, **__: Any) -> Any:
        return super().__new__(cls)

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def __setstate__(self, state: Any) -> None:
        if isinstance(state, dict):
            self.__dict__.update((name, value) for name, value in state.items() if isinstance(name, str))

    def get(self, name: str, default: Any = None) -> Any:
        """An attribute that the pickle set."""
        return self.__dict__.get(name, default)


class InertMapping(dict[Any, Any], metaclass=Sealed):
    """A dictionary, whatever it is called with."""

    def __init__(self, *_: Any) -> None:
        super().__init__()


class Reconstructed(metaclass=Sealed):
    """copyreg._reconstructor: an inert object of the class that it is called with."""

    def __new__(cls, kind: Any, *_: Any) -> Any:
        return kind() if isinstance(kind, Sealed) else Inert()


class Latin1(metaclass=Sealed):
    """_codecs.encode as old pickles use it for bytes."""

    def __new__(cls, text: Any = "", encoding: Any = "latin1") -> Any:
        if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
            raise UnreadableModel("The file asks for an encoding that no array needs.")
        try:
            return text.encode("latin-1")
        except UnicodeEncodeError as error:
            raise UnreadableModel("The bytes of an array in the file are damaged.") from error


class NoBytes(metaclass=Sealed):
    """bytes as old pickles call it, for an empty array."""

    def __new__(cls, *arguments: Any) -> Any:
        if arguments:
            raise UnreadableModel("The file makes bytes in a way that no array needs.")
        return b""


class PickledType(metaclass=Sealed):
    """numpy.dtype: a kind of number, and its byte order."""

    _kind: Any = None
    _order: str = "|"

    def __init__(self, kind: Any = None, *_: Any) -> None:
        self._kind = kind

    def __setstate__(self, state: Any) -> None:
        if isinstance(state, tuple) and len(state) > 1 and state[1] in ("<", ">", "|", "="):
            self._order = state[1]

    def as_numpy(self) -> np.dtype[Any]:
        """The type.

        Raises:
            UnreadableModel: it is not a plain number.
        """
        if not isinstance(self._kind, str) or not NUMBER_KIND.fullmatch(self._kind):
            raise UnreadableModel(
                f"An array in the file holds {str(self._kind)[:40]!r}, which is not a kind of number."
            )
        return np.dtype(self._order + self._kind)


class PickledArray(metaclass=Sealed):
    """A numpy array in the making; numpy._core.multiarray._reconstruct, or _frombuffer of protocol 5."""

    _state: Any = None

    def __init__(self, *_: Any) -> None:
        pass

    def __setstate__(self, state: Any) -> None:
        self._state = state

    def as_numpy(self) -> npt.NDArray[Any]:
        """The array.

        Raises:
            UnreadableModel: its description does not fit its bytes.
        """
        try:
            _, shape, kind, by_columns, data = self._state
            return _array(data, kind, shape, bool(by_columns))
        except (TypeError, ValueError) as error:
            raise UnreadableModel("An array in the file is damaged.") from error


class PickledBuffer(metaclass=Sealed):
    """numpy._core.numeric._frombuffer: an array as protocol 5 writes it."""

    def __new__(cls, data: Any = b"", kind: Any = None, shape: Any = (), order: Any = "C", *_: Any) -> Any:
        array = PickledArray()
        array.__setstate__((1, shape, kind, order == "F", bytes(data) if isinstance(data, bytearray) else data))
        return array


class PickledScalar(metaclass=Sealed):
    """numpy._core.multiarray.scalar: one number."""

    _kind: Any = None
    _data: Any = b""

    def __init__(self, kind: Any = None, data: Any = b"") -> None:
        self._kind, self._data = kind, data

    def as_number(self) -> float:
        """The number.

        Raises:
            UnreadableModel: it is none.
        """
        return float(_array(self._data, self._kind, (1,), False)[0])


def _array(data: Any, kind: Any, shape: Any, by_columns: bool) -> npt.NDArray[Any]:
    if not isinstance(data, bytes) or not isinstance(kind, PickledType) or not isinstance(shape, tuple):
        raise UnreadableModel("An array in the file is damaged, or holds something else than numbers.")
    number = kind.as_numpy()
    if not all(isinstance(size, int) and 0 <= size < 2**40 for size in shape):
        raise UnreadableModel("An array in the file has an impossible shape.")
    expected = number.itemsize
    for size in shape:
        expected *= size
    if expected != len(data):
        raise UnreadableModel(f"An array in the file should take {expected:,} bytes and has {len(data):,}.")
    return np.frombuffer(data, number).reshape(shape, order="F" if by_columns else "C")


_STAND_INS: dict[tuple[str, str], type] = {
    ("numpy", "dtype"): PickledType,
    ("numpy", "ndarray"): Inert,
    ("_codecs", "encode"): Latin1,
    ("collections", "defaultdict"): InertMapping,
    ("collections", "OrderedDict"): InertMapping,
    ("collections", "Counter"): InertMapping,
    **{(module, "bytes"): NoBytes for module in ("builtins", "__builtin__")},
    **{(module, "_reconstructor"): Reconstructed for module in ("copyreg", "copy_reg")},
    **{
        (module, name): Inert
        for module in ("builtins", "__builtin__")
        for name in ("hash", "int", "long", "float", "object", "frozenset", "set")
    },
    **{
        (f"numpy.{core}.{module}", name): stand_in
        for core in ("core", "_core")
        for module, name, stand_in in (
            ("multiarray", "_reconstruct", PickledArray),
            ("multiarray", "scalar", PickledScalar),
            ("numeric", "_frombuffer", PickledBuffer),
        )
    },
}
"""Everything that a pickle may name besides gensim's classes and numpy's random generators, which are all inert."""


class InertUnpickler(pickle.Unpickler):
    """Loads a pickle whose every name leads to an inert class."""

    def find_class(self, module: str, name: str, /) -> Any:
        if (module, name) in _STAND_INS:
            return _STAND_INS[module, name]
        if module == "gensim" or module.startswith(("gensim.", "numpy.random.")):
            return Sealed(name.rpartition(".")[2] or "Inert", (Inert,), {"origin": f"{module}.{name}"})
        raise UnreadableModel(
            f"The file names {f'{module}.{name}'[:120]!r}, which no model needs. Nothing of it was run.",
            module=module[:120],
            name=name[:120],
        )


def load_inert(stream: IO[bytes], watch: Callable[[], None] = lambda: None) -> Any:
    """The object of a pickle, in stand-ins.

    Args:
        stream: seekable, at the pickle's beginning.
        watch: called now and then; may raise to cancel.

    Raises:
        UnreadableModel: it is damaged, or names what a model does not need.
    """
    begin = stream.tell()
    _look_through(stream, watch)
    stream.seek(begin)
    try:
        return InertUnpickler(stream).load()
    except UnreadableModel:
        raise
    except Exception as error:  # a hostile pickle can make the machine of opcodes fail in any way
        raise UnreadableModel(f"The file is damaged: it is no complete pickle ({type(error).__name__}).") from error


def _look_through(stream: IO[bytes], watch: Callable[[], None]) -> None:
    """Reads every opcode with its argument, and keeps none.

    Raises:
        UnreadableModel: the file ends too early, or asks for what loading must not even try.
    """
    for number, (name, argument, position) in enumerate(_opcodes(stream), start=1):
        if name in REFUSED_OPCODES:
            raise UnreadableModel(f"The file uses {name} at byte {position:,}, which no model needs.")
        if name in MEMO_OPCODES and (not isinstance(argument, int) or not 0 <= argument <= number):
            raise UnreadableModel(f"The file is damaged at byte {position:,}: a memo slot that cannot be.")
        if number % OPCODES_BETWEEN_WATCHES == 0:
            watch()


def _opcodes(stream: IO[bytes]) -> Iterator[tuple[str, Any, int]]:
    """Name, argument and place of every opcode."""
    operations = pickletools.genops(stream)
    number = 0
    while True:
        try:
            opcode, argument, position = next(operations)
        except StopIteration:
            return
        except Exception as error:
            raise UnreadableModel(
                f"The file is damaged or cut off: after {number:,} steps it is no pickle any more ({error}).",
                "Fetch it again; or export it: in gensim, `model.wv.save_word2vec_format(path)`.",
            ) from error
        number += 1
        yield opcode.name, argument, 0 if position is None else position
