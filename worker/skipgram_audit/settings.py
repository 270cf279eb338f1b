"""The one typed class of process settings; nothing else reads the environment."""

from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MEBIBYTE = 1024 * 1024

DATABASE_DRIVERS = ("postgresql", "postgresql+psycopg", "sqlite", "sqlite+pysqlite")
"""Those that the product is installed with and tested on."""


class Settings(BaseSettings):
    """Settings of web server, worker and commands, from SKIPGRAM_AUDIT_* variables or command options."""

    model_config = SettingsConfigDict(env_prefix="SKIPGRAM_AUDIT_", extra="forbid")

    data_folder: Path = Field(default=Path("data"), description="The only folder that is ever written to.")
    database_url: str = Field(default="", description="SQLAlchemy address; empty: SQLite in the data folder.")
    host: str = Field(default="127.0.0.1", description="Address that the web server listens on.")
    port: int = Field(default=8000, description="Port that the web server listens on.")
    allowed_hosts: list[str] = Field(
        default=["127.0.0.1", "localhost", "[::1]"], description="Host names that the web server answers to."
    )
    device: str = Field(
        default="auto",
        pattern="^(auto|cpu|cuda)$",
        description="What estimators compute on; auto: a GPU if there is one.",
    )
    scheduler: str = Field(
        default="",
        pattern="^((tcp|tls)://[^ ]+)?$",
        description="A dask.distributed scheduler whose workers count, attribute and train; empty: this machine does.",
    )
    training_resources: dict[str, float] = Field(
        default={}, description='What a training needs of a cluster\'s worker, by label: {"GPU": 1}.'
    )
    maximum_upload_bytes: int = Field(default=2048 * MEBIBYTE, description="Larger files are refused.")
    maximum_inflated_bytes: int = Field(
        default=8192 * MEBIBYTE, description="Compressed files that hold more than this are refused."
    )
    maximum_inflation_ratio: int = Field(
        default=200, description="Text is rarely compressed better than 20:1; bombs start at 1000:1."
    )
    maximum_archive_entries: int = Field(default=200_000, description="Zip files of more files are refused.")
    keep_uploads: bool = Field(
        default=True,
        description="Whether the file of a corpus stays when it has been read, so that it can be imported again with "
        "other choices. It goes with the corpus.",
    )
    maximum_document_bytes: int = Field(default=16 * MEBIBYTE, description="Larger texts are skipped, and counted.")

    @field_validator("data_folder")
    @classmethod
    def _is_text(cls, folder: Path) -> Path:
        """Addresses, logs and pages must be able to name the folder."""
        try:
            str(folder.absolute()).encode()
        except UnicodeEncodeError as error:
            raise ValueError(
                f"the path of the data folder, {str(folder)!r}, is not valid UTF-8; rename it or choose another folder"
            ) from error
        return folder

    @field_validator("database_url")
    @classmethod
    def _is_address(cls, address: str) -> str:
        from sqlalchemy import make_url
        from sqlalchemy.exc import ArgumentError

        try:
            driver = make_url(address).drivername if address else "sqlite"
        except (ArgumentError, ValueError):
            driver = ""
        if driver not in DATABASE_DRIVERS:
            # The address itself may hold a password and is not repeated.
            raise ValueError(
                "the database address must be postgresql+psycopg://user:password@host/name (special characters in the "
                "password written as %40 for @, %2F for /) or sqlite:////path"
            )
        return address

    @property
    def sqlalchemy_url(self) -> str:
        """The database address that is used: the given one, or SQLite's file in the data folder."""
        return self.database_url or self._address_of_file("skipgram-audit.sqlite")

    @property
    def jobs_url(self) -> str:
        """Where durable workflow state lives: the same Postgres database, or a second SQLite file."""
        return self.database_url or self._address_of_file("jobs.sqlite")

    def _address_of_file(self, name: str) -> str:
        """The address of an SQLite file in the data folder, whatever characters the folder's path has."""
        from sqlalchemy import URL  # here, since commands that open no database need not wait for its import

        path = str((self.data_folder / name).resolve())
        return URL.create("sqlite", database=path).render_as_string(hide_password=False)

    @property
    def uploads_folder(self) -> Path:
        return self.data_folder / "uploads"

    def upload_path(self, upload_id: str) -> Path:
        """Where the bytes of an upload lie; the user's name for the file is not part of it."""
        return self.uploads_folder / upload_id

    @property
    def audits_folder(self) -> Path:
        return self.data_folder / "audits"

    @property
    def models_folder(self) -> Path:
        return self.data_folder / "models"

    def audit_folder(self, storage_name: str) -> Path:
        """Where an audit's files are kept."""
        return self.audits_folder / storage_name

    def model_path(self, storage_name: str) -> Path:
        """Where an imported model's words and vectors are kept."""
        return self.models_folder / f"{storage_name}.npz"

    def create_data_folder(self) -> None:
        """Makes the data folder if there is none; only its owner can look into it, for it holds the corpora."""
        self.data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
