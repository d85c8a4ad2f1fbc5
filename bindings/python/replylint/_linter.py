"""What the package offers: a rulebook that is loaded once, and four questions to it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Union

from ._native import Engine, Table

if TYPE_CHECKING:
    from typing_extensions import TypedDict, Unpack

    class Settings(TypedDict, total=False):
        config: str | os.PathLike[str] | None
        extends: Sequence[str] | None
        packs: Sequence[str | os.PathLike[str]]
        select: Sequence[str] | None
        ignore: Sequence[str]
        scorecards: Sequence[str | os.PathLike[str]]
        locale: Literal["zh", "en"] | None
        as_of: str | None
        zone: str | None
        channel: str | None
        show_pii: bool
        threads: int | None


Record = dict[str, Any]
"""One record, with the names that it has on the command line."""

Records = Union[list[Record], Table]
"""Dicts where Python objects were given, a table where a table was given."""

Conversations = Any
"""A text, as the command line reads it; a conversation (dict); a list of replies (str) or of conversations; or anything
with `__arrow_c_stream__` or `__arrow_c_array__`."""


@dataclass(frozen=True)
class Checked:
    """What `check` found. `findings` and `failed` have the records of `replylint check --format jsonl`; a finding also has
    `row`, the place of its conversation in what was given, from 0."""

    findings: Records
    failed: list[Record] = field(default_factory=list)
    not_evaluated: list[Record] = field(default_factory=list)
    summary: Record = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Audited:
    """What `audit` came to: the rows of its `conversations.jsonl`, `findings.jsonl` and `rejects.jsonl`."""

    conversations: Records
    findings: Records
    rejected: list[Record] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Acts:
    """What `acts` recognised: a record for each turn, as `replylint acts --format jsonl`, and the `row` it is from."""

    turns: Records
    failed: list[Record] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Promises:
    """The ledger: the records of `replylint promises --format jsonl`."""

    promises: Records
    failed: list[Record] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


class Linter:
    """A rulebook and its settings, loaded once and shared by as many threads as you like.

    The options are those of the command line: `config` (a `replylint.toml`; none is looked for), `extends` and `packs`
    (rulebooks and own packs), `select` and `ignore` (rules), `scorecards`, `locale` (`zh` or `en`; default: as the
    environment says), `as_of` and `zone` (the moment deadlines are compared with, the zone of times without one),
    `channel` (of conversations that name none), `show_pii`, `threads` (default: one a processor).

    A linter can be pickled: it takes the texts of its settings and packs along, and the moment it compares with.

    Raises ReplylintError with every mistake that settings and packs hold, each with its place.
    """

    def __init__(
        self,
        *,
        config: str | os.PathLike[str] | None = None,
        extends: Sequence[str] | None = None,
        packs: Sequence[str | os.PathLike[str]] = (),
        select: Sequence[str] | None = None,
        ignore: Sequence[str] = (),
        scorecards: Sequence[str | os.PathLike[str]] = (),
        locale: Literal["zh", "en"] | None = None,
        as_of: str | None = None,
        zone: str | None = None,
        channel: str | None = None,
        show_pii: bool = False,
        threads: int | None = None,
    ) -> None:
        self._load(
            {
                "config": config,
                "extends": None if extends is None else _list(extends, "extends"),
                "packs": _list(packs, "packs"),
                "select": None if select is None else _list(select, "select"),
                "ignore": _list(ignore, "ignore"),
                "scorecards": _list(scorecards, "scorecards"),
                "locale": locale or _locale(),
                "as_of": as_of,
                "zone": zone,
                "channel": channel,
                "show_pii": show_pii,
                "threads": threads,
            },
            None,
        )

    def _load(self, settings: dict[str, Any], files: dict[str, str] | None) -> None:
        self._settings = settings
        self._engine = Engine(**settings, files=files)

    def __getstate__(self) -> dict[str, Any]:
        paths = {key: [os.path.abspath(path) for path in self._settings[key]] for key in ("packs",)}
        config = self._settings["config"]
        settings = {
            **self._settings,
            **paths,
            "config": None if config is None else os.path.abspath(config),
            "as_of": self._engine.as_of,
            "zone": self._engine.zone,
        }
        files = {os.fspath(path): text for path, text in self._engine.files.items()}
        return {"settings": settings, "files": files, "rulebook": self.rulebook}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._load(state["settings"], state["files"])

    def __repr__(self) -> str:
        return f"<replylint.Linter {self.rulebook}>"

    @property
    def rulebook(self) -> str:
        """The hash of the rulebook: the same rules have the same hash."""
        return self._engine.rulebook

    @property
    def warnings(self) -> list[str]:
        """Doubts about packs and scorecards."""
        return self._engine.warnings

    def check(self, conversations: Conversations) -> Checked:
        """What there is to say about replies: a draft, templates, conversations."""
        found = self._run("check", conversations)
        rest = found["rest"]
        return Checked(
            found["findings"],
            [record for record in rest if record["type"] == "failed"],
            [record for record in rest if record["type"] == "notEvaluated"],
            next((record for record in rest if record["type"] == "summary"), {}),
            found["notices"],
        )

    def audit(self, conversations: Conversations) -> Audited:
        """A row for every conversation, with its scores, and a row for every finding."""
        found = self._run("audit", conversations)
        return Audited(found["conversations"], found["findings"], found["rest"], found["notices"])

    def acts(self, conversations: Conversations) -> Acts:
        """What is recognised in each turn. Quotes are not masked, as on the command line."""
        found = self._run("acts", conversations)
        return Acts(found["turns"], _failed(found["rest"]), found["notices"])

    def promises(self, conversations: Conversations) -> Promises:
        """Every promise, when it falls due, and what became of it."""
        found = self._run("promises", conversations)
        return Promises(found["promises"], _failed(found["rest"]), found["notices"])

    def _run(self, command: str, conversations: Conversations) -> dict[str, Any]:
        source, form = _source(conversations)
        result = self._engine.run(command, source, form, columns=form == "arrow", rows=form != "text")
        return {name: _records(value) if isinstance(value, bytes) else value for name, value in result.items()}


def check(conversations: Conversations, **settings: Unpack[Settings]) -> Checked:
    """`Linter(**settings).check(conversations)`: for more than one call, keep a `Linter`."""
    return Linter(**settings).check(conversations)


def audit(conversations: Conversations, **settings: Unpack[Settings]) -> Audited:
    """`Linter(**settings).audit(conversations)`."""
    return Linter(**settings).audit(conversations)


def acts(conversations: Conversations, **settings: Unpack[Settings]) -> Acts:
    """`Linter(**settings).acts(conversations)`."""
    return Linter(**settings).acts(conversations)


def promises(conversations: Conversations, **settings: Unpack[Settings]) -> Promises:
    """`Linter(**settings).promises(conversations)`."""
    return Linter(**settings).promises(conversations)


def _records(lines: bytes) -> list[Record]:
    # Only LF ends a line: texts may hold what Python also takes for the end of one.
    return [json.loads(line) for line in lines.split(b"\n") if line]


def _failed(rest: list[Record]) -> list[Record]:
    return [record for record in rest if record["type"] == "failed"]


def _source(given: object) -> tuple[object, str]:
    """What is given, in a form that the engine reads, and the form's name."""
    if isinstance(given, str):
        # A lone surrogate is no text: it is told as a row that failed, not raised in the middle of an input.
        return given.encode("utf-8", "surrogatepass"), "text"
    if isinstance(given, (bytes, bytearray, memoryview)):
        return bytes(given), "text"
    if hasattr(given, "__arrow_c_stream__") or hasattr(given, "__arrow_c_array__"):
        return given, "arrow"
    if isinstance(given, Mapping):
        return _line(given, 0), "objects"
    if isinstance(given, Iterable):
        items = list(given)
        replies = bool(items) and all(isinstance(item, str) for item in items)
        return b"".join(_line(item, row) for row, item in enumerate(items)), "drafts" if replies else "objects"
    wanted = "a text, a conversation (dict), a list of replies or of conversations, or an Arrow table"
    raise TypeError(f"expected {wanted}, not {type(given).__name__}")


def _line(item: object, row: int) -> bytes:
    """A conversation as a line of JSON."""
    if isinstance(item, str):
        item = {"turns": [{"role": "agent", "text": item}]}
    if not isinstance(item, Mapping):
        raise TypeError(f"item {row}: expected a conversation (dict) or a reply (str), not {type(item).__name__}")
    try:
        plain = dict(item)
        try:
            return json.dumps(plain, ensure_ascii=False, default=_plain).encode() + b"\n"
        except UnicodeEncodeError:
            # Lone surrogates stay escaped; the reader says which field holds them.
            return json.dumps(plain, default=_plain).encode() + b"\n"
    except (TypeError, ValueError, RecursionError) as error:
        raise type(error)(f"item {row}: {error}") from None


def _plain(value: object) -> object:
    """Times, and what has a plain value of its own."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    if isinstance(value, Iterable) and not isinstance(value, (str, bytes)):
        return list(value)
    raise TypeError(f"{type(value).__name__} is no value of a conversation")


def _list(values: object, name: str) -> list[Any]:
    if isinstance(values, (str, bytes)) or not isinstance(values, Iterable):
        raise TypeError(f"{name}: expected a list, not {type(values).__name__}")
    return list(values)


def _locale() -> Literal["zh", "en"]:
    """As the command line tells it: Chinese if the environment says so, else English."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    value = next(filter(None, (os.environ.get(name) for name in names)), "")
    return "zh" if value.lower().startswith("zh") else "en"
