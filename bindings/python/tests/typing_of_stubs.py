"""The types that the package promises: mypy, strictly, and the stubs against what is there."""

import os
import subprocess
import sys
from pathlib import Path

from support import run, work

USE = '''\
import replylint
from typing_extensions import assert_type

linter = replylint.Linter(select=["promise/*"], locale="zh", threads=2)
checked = linter.check([{"id": "1", "turns": []}])
assert_type(checked, replylint.Checked)
assert_type(checked.findings, list[replylint.Record] | replylint.Table)
if isinstance(checked.findings, replylint.Table):
    assert_type(len(checked.findings), int)
assert_type(replylint.promises("x", as_of="2026-07-01").failed, list[replylint.Record])
replylint.check("x", locale="fr")  # type: ignore[arg-type]
replylint.check("x", colour=True)  # type: ignore[call-arg]
'''


def mypy(*arguments):
    done = subprocess.run([sys.executable, "-m", *arguments], cwd=work(), capture_output=True, text=True, timeout=600, env={**os.environ, "MYPYPATH": ""})
    assert done.returncode == 0, done.stdout + done.stderr


def a_program_that_uses_it_is_checked():
    use = Path(work()) / "use.py"
    use.write_text(USE, "utf-8")
    mypy("mypy", "--strict", "--warn-unused-ignores", str(use))


def the_package_is_checked():
    # Arrow and Spark bring no types of their own.
    mypy("mypy", "--strict", "--ignore-missing-imports", "-p", "replylint")


def the_stubs_say_what_is_there():
    mypy("mypy.stubtest", "replylint._native")


if __name__ == "__main__":
    run([a_program_that_uses_it_is_checked, the_package_is_checked, the_stubs_say_what_is_there])
