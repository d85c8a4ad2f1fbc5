"""What the test scripts share: the command line as a yardstick, and a way to run checks by name."""

import json
import subprocess
import sys
from pathlib import Path

ASKED = ["--no-config", "--locale", "zh"]
SETTINGS = {"locale": "zh", "as_of": "2026-07-01", "zone": "Asia/Shanghai"}
AS_OF = ["--as-of", "2026-07-01"]
ZONE = ["--zone", "Asia/Shanghai"]


def program():
    return sys.argv[1]


def work():
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def command_line(*arguments, text=None, statuses=(0, 1)):
    """What the command line writes: its records."""
    environ = {"PATH": "/usr/bin:/bin", "TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8"}
    command = [program(), *map(str, arguments)]
    done = subprocess.run(command, input=text, capture_output=True, text=True, encoding="utf-8", env=environ, timeout=600)
    assert done.returncode in statuses, (done.returncode, done.stderr)
    return records(done.stdout)


def records(text):
    return [json.loads(line) for line in text.split("\n") if line]


def audited(source, out, statuses=(0, 1, 2)):
    """An audit by the command line: rows, findings, rejected rows, as from a nameless input."""
    command_line("audit", source, "-o", out, *ASKED, *ZONE, "--no-reports", "--quiet", statuses=statuses)
    parts = [records((out / f"{part}.jsonl").read_text("utf-8")) for part in ("conversations", "findings", "rejects")]
    return [[{key: value for key, value in row.items() if key != "path"} for row in part] for part in parts]


def nameless(rows):
    """The same for rejected rows, which say that they have no path."""
    return [{key: value for key, value in row.items() if key != "path"} for row in rows]


def filled(value):
    """Without what is null: a column is there for every row, a field is not."""
    if isinstance(value, dict):
        return {key: filled(inner) for key, inner in value.items() if inner is not None}
    return [filled(inner) for inner in value] if isinstance(value, list) else value


def compact(value):
    """The same without empty lists, which columns do not tell from missing ones."""
    if isinstance(value, dict):
        kept = {key: compact(inner) for key, inner in value.items()}
        return {key: inner for key, inner in kept.items() if inner not in (None, [], {})}
    return [compact(inner) for inner in value] if isinstance(value, list) else value


def same(one, other):
    """Compares record by record, and shows the first that differs."""
    for number, (left, right) in enumerate(zip(one, other)):
        assert left == right, f"record {number}:\n  {left}\n  {right}"
    assert len(one) == len(other), (len(one), len(other))


def without(rows, *keys):
    return [{key: value for key, value in row.items() if key not in keys} for row in rows]


def run(checks):
    for check in checks:
        check()
        print("ok", check.__name__.replace("_", " "), flush=True)
