"""The part in Rust. Use `replylint.Linter` and the functions of `replylint` instead."""

from collections.abc import Iterable, Sequence
from os import PathLike
from typing import Any, Self, final

__all__ = ["Engine", "ReplylintError", "Table", "__version__"]

__version__: str

class ReplylintError(ValueError):
    """Settings, packs or input that replylint cannot work with; the text says what and where."""

@final
class Table:
    """Results in columns, for any library that speaks the Arrow PyCapsule interface."""

    @property
    def column_names(self) -> list[str]: ...
    def __len__(self) -> int: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def to_pyarrow(self) -> Any:
        """As a table of pyarrow, which must be installed."""
    def to_pandas(self) -> Any:
        """As a frame of pandas; pyarrow must be installed too."""
    def to_polars(self) -> Any:
        """As a frame of Polars, which must be installed."""

@final
class Engine:
    def __new__(
        cls,
        *,
        config: str | PathLike[str] | None,
        extends: Sequence[str] | None,
        packs: Sequence[str | PathLike[str]],
        select: Sequence[str] | None,
        ignore: Sequence[str],
        scorecards: Sequence[str | PathLike[str]],
        locale: str,
        as_of: str | None,
        zone: str | None,
        channel: str | None,
        show_pii: bool,
        threads: int | None,
        files: dict[str, str] | None,
    ) -> Self: ...
    @property
    def files(self) -> dict[str, str]: ...
    @property
    def warnings(self) -> list[str]: ...
    @property
    def rulebook(self) -> str: ...
    @property
    def as_of(self) -> str: ...
    @property
    def zone(self) -> str | None: ...
    def run(
        self,
        command: str,
        source: object,
        form: str,
        *,
        columns: bool = False,
        rows: bool = True,
        first: int = 0,
    ) -> dict[str, Any]: ...
    def ledger(self, facts: Iterable[bytes]) -> bytes: ...
    @staticmethod
    def schema(command: str, part: str) -> Table: ...
