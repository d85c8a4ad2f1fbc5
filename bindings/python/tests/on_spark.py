"""A Spark of two worker processes says what the command line says, record for record."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import replylint
from conversations import conversations, lines, with_broken
from support import AS_OF, ASKED, SETTINGS, ZONE, audited, command_line, compact, run, same, work

COUNT = 2000
MASTER = "local-cluster[2,1,1024]"
FOLDER = work() / "spark"
FOLDER.mkdir(exist_ok=True)
CONVERSATIONS = conversations(COUNT)
TEXT = "\n".join(with_broken(lines(CONVERSATIONS))) + "\n"
SOURCE = FOLDER / "in.jsonl"
SOURCE.write_text(TEXT, "utf-8")
CONF = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.sql.session.timeZone": "Asia/Shanghai",
    # Several pieces of a small file.
    "spark.sql.files.maxPartitionBytes": "250000",
    "spark.sql.files.openCostInBytes": "0",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.log.level": "ERROR",
    "spark.local.dir": str(FOLDER / "local"),
}
OPTIONS = ["--locale", "zh", *AS_OF, *ZONE]
os.environ.update(
    PYSPARK_PYTHON=sys.executable, SPARK_LOCAL_IP="127.0.0.1", SPARK_WORKER_DIR=str(FOLDER / "workers"), TZ="Asia/Shanghai"
)


def spark():
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(MASTER)
    for name, value in CONF.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def written(out, part):
    """The lines of a part, as they were written."""
    files = sorted(Path(out).glob(f"part={part}/*.txt"))
    return [line for file in files for line in file.read_text("utf-8").split("\n") if line]


def told(lines):
    return sorted((json.loads(line) for line in lines), key=lambda row: json.dumps(row, sort_keys=True))


def matches(out, part, expected):
    found = told(written(out, part))
    same(found, told(map(json.dumps, expected)))
    assert found, part


def several_processes_work():
    import pyarrow as pa

    def where(batches):
        for _ in batches:
            yield pa.RecordBatch.from_pydict({"place": [f"{os.environ.get('SPARK_EXECUTOR_DIRS')} {os.getppid()}"]})

    rows = spark().range(0, 64, 1, 16).mapInArrow(where, "place string").collect()
    assert len({row["place"] for row in rows}) >= 2, rows
    assert len(Path(SOURCE).read_bytes()) > 3 * int(CONF["spark.sql.files.maxPartitionBytes"])


def audits_are_the_same():
    from replylint.spark import main

    out = FOLDER / "audit"
    assert main(["audit", str(SOURCE), str(out), *OPTIONS]) == 0
    rows, findings, rejects = audited(SOURCE, FOLDER / "audit-here")
    matches(out, "conversations", rows)
    matches(out, "findings", findings)
    matches(out, "rejects", [{**row, "path": None} for row in rejects])
    assert [row["number"] for row in sorted(map(json.loads, written(out, "conversations")), key=lambda row: row["line"])] == list(range(len(rows)))


def audits_of_messages_are_the_same():
    from replylint.spark import main

    source = FOLDER / "messages.csv"
    with source.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["conversation", "role", "text", "time", "agent", "team", "customer"])
        for one in CONVERSATIONS:
            for turn in one["turns"]:
                text = turn["text"].replace("\n", " ")
                table.writerow([one["id"], turn["role"], text, turn["time"], one["agent"], one["team"], one["customer"]])
    out = FOLDER / "audit-messages"
    assert main(["audit", str(source), str(out), "--by", "conversation", *OPTIONS]) == 0
    rows, findings, _ = audited(source, FOLDER / "messages-here")
    matches(out, "conversations", rows)
    matches(out, "findings", findings)


def acts_and_promises_are_the_same():
    from replylint.spark import main

    assert main(["acts", str(SOURCE), str(FOLDER / "acts"), *OPTIONS]) == 0
    matches(FOLDER / "acts", "turns", command_line("acts", "-f", "jsonl", "--no-config", *ZONE, text=TEXT, statuses=(2,)))
    assert main(["promises", str(SOURCE), str(FOLDER / "promises"), *OPTIONS]) == 0
    expected = command_line("promises", "-f", "jsonl", "--no-config", *ZONE, *AS_OF, text=TEXT, statuses=(2,))
    matches(FOLDER / "promises", "promises", expected)
    assert {row["outcome"] for row in expected} & {"kept", "late", "broken"}, "some hang on later conversations"


def frames_of_columns_give_frames_of_columns():
    from replylint.spark import run, typed

    linter = replylint.Linter(**SETTINGS)
    frame = spark().read.json(str(FOLDER / "good.jsonl")).repartition(3)
    records = run("check", frame, linter)
    found = typed(records, "check", "findings")
    assert found.schema["span"].dataType.names == ["start", "end"]
    rows = [row.asDict(recursive=True) for row in found.collect()]
    expected = linter.check(CONVERSATIONS[:500]).findings
    key = lambda row: (row["conversation"], row["turn"], row["rule"], row["fingerprint"])
    plain = [{name: value for name, value in row.items() if name != "row"} for row in expected]
    same(compact(sorted(rows, key=key)), compact(sorted(plain, key=key)))


def a_submitted_check_is_the_same():
    import replylint.spark

    out = FOLDER / "check"
    conf = [word for name, value in CONF.items() for word in ("--conf", f"{name}={value}")]
    submit = Path(sys.executable).parent / "spark-submit"
    command = [submit, "--master", MASTER, *conf, replylint.spark.__file__, "check", SOURCE, out, *OPTIONS]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr[-4000:]
    expected = command_line("check", "-f", "jsonl", *ASKED, *AS_OF, "-", text=TEXT, statuses=(2,))
    matches(out, "findings", [row for row in expected if row["type"] == "finding"])
    matches(out, "failed", [row for row in expected if row["type"] == "failed"])
    (summary,) = (out / "summary").glob("*.txt")
    rest = [json.loads(line) for line in summary.read_text("utf-8").split("\n") if line]
    same(rest, [row for row in expected if row["type"] in ("notEvaluated", "summary")])


if __name__ == "__main__":
    (FOLDER / "good.jsonl").write_text("\n".join(lines(CONVERSATIONS[:500])) + "\n", "utf-8")
    run([
        several_processes_work,
        audits_are_the_same,
        audits_of_messages_are_the_same,
        acts_and_promises_are_the_same,
        frames_of_columns_give_frames_of_columns,
    ])
    spark().stop()
    run([a_submitted_check_is_the_same])
