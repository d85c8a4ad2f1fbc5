"""replylint: checks what a customer-service team says, by the rules of a rulebook.

Conversations are dicts with the fields of the command line's JSONL (`id`, `turns` with `role`, `text`, `time`, …), or rows
of an Arrow table (pyarrow, Polars, pandas 3, DuckDB, …). Python objects come back as dicts, tables as tables.

>>> import replylint
>>> found = replylint.check({"turns": [{"role": "agent", "text": "我们会尽快给您回复。"}]}, locale="en")
>>> [finding["rule"] for finding in found.findings]
['promise/vague-promise']
"""

from ._linter import (
    Acts,
    Audited,
    Checked,
    Conversations,
    Linter,
    Promises,
    Record,
    Records,
    acts,
    audit,
    check,
    promises,
)
from ._native import ReplylintError, Table, __version__

__all__ = [
    "Acts",
    "Audited",
    "Checked",
    "Conversations",
    "Linter",
    "Promises",
    "Record",
    "Records",
    "ReplylintError",
    "Table",
    "__version__",
    "acts",
    "audit",
    "check",
    "promises",
]
