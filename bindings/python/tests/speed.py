"""Times an audit by the wheel, over a table in memory, against the command line's over the same table as an Arrow file.

    python3 bindings/python/tests/speed.py target/release/replylint conversations.jsonl

Builds the wheel with optimisation, which takes minutes, into an environment of its own. Each is run three times on one
thread; prints the ratio of the best times. Exit status 77: cannot run here, with the reason on the last line.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).parent))
import run  # noqa: E402

TIMES = 3


def best(work):
    """The shortest of some runs: other work on the machine only ever adds to it."""
    seconds = []
    for _ in range(TIMES):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def main():
    import pyarrow.ipc
    import pyarrow.json
    import replylint

    program, conversations = sys.argv[1:3]
    options = pyarrow.json.ReadOptions(block_size=64 << 20)
    table = pyarrow.json.read_json(conversations, read_options=options).combine_chunks()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "conversations.arrow"
        with pyarrow.ipc.new_file(file, table.schema) as writer:
            writer.write_table(table, max_chunksize=10_000)
        command = [program, "audit", file, "-o", Path(folder) / "out", "--no-config", "--no-reports", "--quiet", "--threads", "1"]
        line = best(lambda: subprocess.run(command, check=True))
        linter = replylint.Linter(threads=1)
        wheel = best(lambda: linter.audit(table))
    print(f"{wheel / line:.2f}")


if __name__ == "__main__":
    if Path(sys.prefix).resolve() != (run.HOME / "venv").resolve():
        try:
            run.environment()
            run.wheel("--release")
        except (subprocess.CalledProcessError, OSError) as error:
            run.cannot(f"no wheel: {error}")
        os.execv(run.PYTHON, [str(run.PYTHON), __file__, *sys.argv[1:]])
    main()
