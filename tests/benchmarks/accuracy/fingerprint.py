"""Keys of what a cached result depends on: code, settings, arrays and library versions."""

import ast
import hashlib
import importlib.util
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

LIBRARIES = ("numpy", "scipy", "numba", "torch", "gensim")
OURS = "skipgram_audit."
WITHOUT_NUMBERS = {f"skipgram_audit.model.{name}" for name in ("engine_errors", "estimators", "pretrained")}
"""Messages and descriptions only: new ones change no result."""


def digest(*parts: Any) -> str:
    """A key of 16 hexadecimal digits; arrays count by type, shape and bytes, everything else by repr."""
    state = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray):
            state.update(f"{part.dtype}{part.shape}".encode())
            state.update(np.ascontiguousarray(part).tobytes())
        else:
            state.update(repr(part).encode())
        state.update(b"\0")
    return state.hexdigest()[:16]


def code_key(module: str) -> str:
    """Key of a module of ours, of all of ours that it imports, and of the libraries' versions.

    Comments, formatting and docstrings do not count.
    """
    return digest(
        *((name, _meaning(name)) for name in sorted(imported_modules(module))),
        *((name, version(name)) for name in LIBRARIES),
    )


def imported_modules(module: str) -> set[str]:
    """The module and all of ours that it imports, directly or not, but for those without numbers."""
    waiting, found = [module], set(WITHOUT_NUMBERS)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [one for one in _imports(name) if one not in found]
    return found - WITHOUT_NUMBERS


def _imports(module: str) -> Iterator[str]:
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.startswith(OURS))
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(OURS):
            yield node.module
            for one in node.names:
                inner = f"{node.module}.{one.name}"
                if _is_package(node.module) and importlib.util.find_spec(inner) is not None:
                    yield inner


def _is_package(module: str) -> bool:
    spec = importlib.util.find_spec(module)
    return spec is not None and spec.submodule_search_locations is not None


@cache
def _tree(module: str) -> ast.Module:
    spec = importlib.util.find_spec(module)
    assert spec is not None, module
    assert spec.origin is not None, module
    return ast.parse(Path(spec.origin).read_text(encoding="utf-8"))


def _meaning(module: str) -> str:
    """The module's syntax tree without docstrings."""
    tree = ast.parse(ast.unparse(_tree(module)))
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)
