"""Where templates, styles and migrations lie: at the top of a checkout, inside this package in a wheel."""

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


def static_folder() -> Path:
    return templates_folder() / "static"
