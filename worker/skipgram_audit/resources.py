"""Where templates, styles, migrations and documentation lie: at the top of a checkout, in this package in a wheel."""

from pathlib import Path

PACKAGE_FOLDER = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    """The wheel's copy if there is one (see force-include in pyproject.toml), else the checkout's."""
    packaged = PACKAGE_FOLDER / name
    return packaged if packaged.is_dir() else PACKAGE_FOLDER.parent.parent / name


def templates_folder() -> Path:
    return _folder("templates")


def migrations_folder() -> Path:
    return _folder("migrations")


def docs_folder() -> Path:
    """Of the pages that the application serves as its help."""
    return _folder("docs")


def static_folder() -> Path:
    return templates_folder() / "static"
