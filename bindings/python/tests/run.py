"""Builds the wheel, installs it into an environment of its own, and tries it: against the command line, with pandas and
Polars, with hostile input, and on a Spark of several worker processes. Tries the command line on files of other programs.

    python3 bindings/python/tests/run.py target/debug/replylint

Makes its own environment below target/ (maturin, pyarrow, pyspark and others from the package index); needs Rust and Java.
Exit status 0: all holds; 1: something does not; 77: cannot run here, with the reason on the last line.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BINDINGS = ROOT / "bindings" / "python"
HOME = ROOT / "target" / "python"
PYTHON = HOME / "venv" / "bin" / "python"
NEEDS = ["maturin==1.16.0", "mypy==2.4.1", "openpyxl==3.1.5", "pandas==2.3.3", "polars==2.1.0", "pyarrow==26.0.1",
         "pyspark==4.3.0"]
# The oldest version of Java that this Spark runs on.
JAVA = 17


def environment():
    """Our own environment, made on the first run, and completed when it needs more."""
    made = HOME / "venv" / "made"
    if not made.exists() or made.read_text("utf-8").split() != NEEDS:
        HOME.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, "-m", "venv", HOME / "venv"], check=True)
        pip("install", *NEEDS)
        made.write_text("\n".join(NEEDS), "utf-8")


def pip(*arguments):
    subprocess.run([PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments], check=True)


def wheel(*options):
    """Builds the wheel, without optimisation unless asked for it, and installs it."""
    wheels = HOME / "wheels"
    shutil.rmtree(wheels, ignore_errors=True)
    maturin = [HOME / "venv" / "bin" / "maturin", "build", "--locked", "--out", wheels, "--interpreter", PYTHON, *options]
    environ = {**os.environ, "CARGO_TARGET_DIR": str(HOME / "build")}
    subprocess.run(maturin, cwd=BINDINGS, env=environ, check=True)
    (built,) = wheels.iterdir()
    assert "-abi3-" in built.name, built.name
    pip("install", "--no-deps", "--force-reinstall", str(built))


def java():
    """Whether there is a Java that Spark can run on."""
    try:
        said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=True).stderr
        return int(said.split('"')[1].split(".")[0]) >= JAVA
    except (OSError, subprocess.CalledProcessError, IndexError, ValueError):
        return False


def tests(program):
    """Each script by itself: Spark wants a fresh process."""
    scripts = ["against_command_line.py", "tables.py", "columns.py", "hostile.py", "typing_of_stubs.py", "on_spark.py"]
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": "", "LC_ALL": "C.UTF-8"}
    failed = []
    for script in scripts:
        print(f"── {script}", flush=True)
        done = subprocess.run([PYTHON, BINDINGS / "tests" / script, program, HOME / "work"], env=environ, timeout=1200)
        failed += [script] if done.returncode else []
    return failed


def cannot(reason):
    print(reason)
    sys.exit(77)


def main():
    program = Path(sys.argv[1]).resolve()
    if not java():
        cannot(f"no Java {JAVA} or newer; apt-get install openjdk-{JAVA}-jre-headless")
    try:
        environment()
    except (subprocess.CalledProcessError, OSError) as error:
        shutil.rmtree(HOME / "venv", ignore_errors=True)
        cannot(f"no Python environment: {error}")
    wheel()
    shutil.rmtree(HOME / "work", ignore_errors=True)
    failed = tests(program)
    sys.exit(f"failed: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    main()
