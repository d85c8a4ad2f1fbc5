"""replylint on Spark: conversations that outgrow one machine, with the records of the command line.

    spark-submit path/to/replylint/spark.py audit INPUT OUTPUT [options]

Conversations are rows of JSON, or rows are messages, which Spark's own shuffle brings together. Every worker process
loads the rulebook once: its texts, and the moment that deadlines are compared with, travel from the driver.
"""

from __future__ import annotations

import argparse
import functools
import json
import pickle
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from replylint import Linter
from replylint._native import Engine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LINE = "_line"
"""The column that says at which line of its file a row stood."""

SCHEMA = "part string, value string"
"""The columns of records: the part of the result, and the record as a line of JSON."""

_ARROW = pa.schema([("part", pa.string()), ("value", pa.string())])

PARTS = {"check": ["findings"], "audit": ["conversations", "findings"], "acts": ["turns"], "promises": ["promises"]}
"""The parts of each command's result; beside them there may be `failed` (`rejects` of an audit) and `figures`."""


def run(command: str, conversations: DataFrame, linter: Linter, *, by: str | None = None) -> DataFrame:
    """The records of a command as rows of `part` and `value`, a line of JSON as the command line writes it.

    `conversations` has one conversation a row, as JSON in its only column (or one called `value` or `json`), or as columns
    with the names of JSONL (`id`, `turns`, …). With `by`, a row is a message, and `by` names the column of the
    conversation. A column `_line` says where rows stood (see `numbered`); findings then tell the same lines.
    """
    if command not in PARTS:
        raise ValueError(f"no command {command!r}: {', '.join(PARTS)}")
    if by is not None:
        conversations = _together(conversations, by)
    if command == "promises":
        return _promises(conversations, linter, whole=by is not None)
    return conversations.mapInArrow(_judging(command, linter, whole=by is not None), SCHEMA)


def numbered(rows: DataFrame, first: int = 1) -> DataFrame:
    """The rows with a column `_line`: their places in the order in which Spark reads them. One cheap pass counts rows."""
    place = F.monotonically_increasing_id()
    rows = rows.withColumn("_place", place).withColumn("_partition", F.shiftright("_place", 33))
    counts = rows.groupBy("_partition").count().collect()
    before, starts = first, {}
    for partition, count in sorted((row["_partition"], row["count"]) for row in counts):
        starts[partition] = before - (partition << 33)
        before += count
    if not starts:
        return rows.withColumn(LINE, F.lit(first)).drop("_place", "_partition")
    shift = F.create_map(*[F.lit(value).cast("long") for pair in starts.items() for value in pair])
    return rows.withColumn(LINE, F.col("_place") + shift[F.col("_partition")]).drop("_place", "_partition")


def in_order(records: DataFrame) -> DataFrame:
    """An audit's records with the numbers that conversations have in the whole input, as the command line gives them.

    The records are kept meanwhile: nothing is judged twice."""
    records = records.persist()
    line = F.when(F.col("part").isin("conversations", "findings"), F.get_json_object("value", "$.line").cast("long"))
    records = records.withColumn("line", line)
    rows = records.where("part = 'conversations'").select("line")
    numbers = rows.withColumn("_number", F.row_number().over(Window.orderBy("line")) - 1)
    told = records.join(numbers, "line", "left")
    value = F.regexp_replace(
        F.col("value"),
        F.lit(r'^(?<head>\{"schema":1,(?:"type":"finding",)?"number":)\d+'),
        F.concat(F.lit("${head}"), F.col("_number").cast("string")),
    )
    return told.select("part", F.when(F.col("_number").isNull(), F.col("value")).otherwise(value).alias("value"))


def typed(records: DataFrame, command: str, part: str) -> DataFrame:
    """The records of a part with a column for each field, instead of lines of JSON."""
    from pyspark.sql.pandas.types import from_arrow_schema

    schema = pa.table(Engine.schema(command, part)).schema
    if schema.names[0] == "row":
        schema = schema.remove(0)
    row = F.from_json("value", from_arrow_schema(schema))
    return records.where(F.col("part") == part).select(row.alias("row")).select("row.*")


def figures(records: DataFrame) -> list[dict[str, Any]]:
    """What a check did not ask, and its figures: those of all pieces, added up."""
    missing: dict[tuple[str, str], dict[str, Any]] = {}
    total: dict[str, Any] = {}
    for row in records.where("part = 'figures'").toLocalIterator():
        record = json.loads(row["value"])
        if record["type"] == "notEvaluated":
            known = missing.setdefault((record["rule"], record["reason"]), {**record, "count": 0})
            known["count"] += record["count"]
        else:
            total = _added(total, record)
    return [missing[key] for key in sorted(missing)] + ([total] if total else [])


def _added(total: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    if not total:
        return part
    out = dict(total)
    for name, value in part.items():
        if isinstance(value, dict):
            out[name] = _added(total[name], value)
        elif isinstance(value, int) and name != "schema":
            out[name] = total[name] + value
        elif total[name] is None:
            out[name] = value
    return out


def _together(messages: DataFrame, by: str) -> DataFrame:
    """Messages of one conversation one after another, in one partition: conversations as their first message comes."""
    if LINE not in messages.columns:
        messages = numbered(messages, first=2)
    first = F.min(LINE).over(Window.partitionBy(by))
    return messages.withColumn("_first", first).sortWithinPartitions("_first", LINE).drop("_first")


@functools.lru_cache(maxsize=4)
def _linter(pickled: bytes) -> Linter:
    """The linter of this worker process, made once."""
    linter: Linter = pickle.loads(pickled)
    return linter


def _shipped(linter: Linter) -> bytes:
    # Spark has a task for each core: a task is one thread.
    state = linter.__getstate__()
    one = Linter.__new__(Linter)
    one.__setstate__({**state, "settings": {**state["settings"], "threads": 1}})
    if one.rulebook != linter.rulebook:
        raise RuntimeError("the rulebook would be another one on the workers")
    return pickle.dumps(one)


def _judging(
    command: str, linter: Linter, *, whole: bool
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    pickled = _shipped(linter)

    def judge(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        engine = _linter(pickled)._engine
        for source in _whole(batches) if whole else batches:
            found = engine.run(command, source, "arrow", rows=False)
            for part in PARTS.get(command, [command]):
                yield _lines(part, found[part])
            for part, lines in _rest(command, found["rest"]):
                yield _lines(part, lines)

    return judge


def _whole(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatchReader]:
    """All of a partition as one stream: a conversation may end in the next batch."""
    rest = iter(batches)
    for first in rest:

        def stream(first: pa.RecordBatch = first) -> Iterator[pa.RecordBatch]:
            yield first
            yield from rest

        yield pa.RecordBatchReader.from_batches(first.schema, stream())


def _rest(command: str, rest: bytes) -> Iterator[tuple[str, bytes]]:
    if command == "audit":
        yield "rejects", rest
        return
    lines = [line for line in rest.split(b"\n") if line]
    failed = [line for line in lines if json.loads(line)["type"] == "failed"]
    yield "failed", b"\n".join(failed)
    if command == "check":
        yield "figures", b"\n".join(line for line in lines if line not in failed)


def _lines(part: str, lines: bytes) -> pa.RecordBatch:
    # Only LF ends a line.
    values = [line.decode() for line in lines.split(b"\n") if line]
    return pa.RecordBatch.from_arrays([pa.array([part] * len(values), pa.string()), pa.array(values)], schema=_ARROW)


def _promises(conversations: DataFrame, linter: Linter, *, whole: bool) -> DataFrame:
    """What a promise comes to may hang on any later conversation of the customer: facts are found by all workers, and one
    keeps the ledger. Facts are the promises and a few words each, not the conversations."""
    facts = conversations.mapInArrow(_judging("facts", linter, whole=whole), SCHEMA)
    row = F.get_json_object("value", "$.row").cast("long")
    ordered = facts.withColumn("_row", row).repartition(1).sortWithinPartitions("_row").drop("_row")
    pickled = _shipped(linter)

    def keep(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        failed: list[str] = []

        def told() -> Iterator[bytes]:
            for batch in batches:
                for part, value in zip(batch["part"].to_pylist(), batch["value"].to_pylist()):
                    if part == "facts":
                        yield value.encode()
                    else:
                        failed.append(value)

        yield _lines("promises", _linter(pickled)._engine.ledger(told()))
        yield _lines("failed", "\n".join(failed).encode())

    return ordered.mapInArrow(keep, SCHEMA)


def main(arguments: Sequence[str] | None = None) -> int:
    """`spark-submit`: reads INPUT, writes OUTPUT/part=…/ as text, a record a line."""
    asked = _arguments().parse_args(arguments)
    spark = SparkSession.builder.appName(f"replylint {asked.command}").getOrCreate()
    linter = Linter(
        config=asked.config,
        packs=asked.pack,
        select=asked.select,
        ignore=asked.ignore,
        scorecards=asked.scorecard,
        locale=asked.locale,
        as_of=asked.as_of,
        zone=asked.zone,
        channel=asked.channel,
        show_pii=asked.show_pii,
    )
    for warning in linter.warnings:
        print(warning, file=sys.stderr)
    form = asked.input_format or ("csv" if asked.by else "text")
    reader = spark.read.format(form)
    if form == "csv":
        # Commas and line ends stand in what people say.
        reader = reader.option("header", True).option("multiLine", True).option("escape", '"')
    rows = reader.load(asked.input)
    # A table whose rows stand nowhere in a file: Parquet, a table of the catalogue.
    rows = numbered(rows, first=2 if asked.by else 1)
    records = run(asked.command, rows, linter, by=asked.by)
    if asked.command == "audit":
        records = in_order(records)
    records.write.mode("overwrite" if asked.overwrite else "errorifexists").partitionBy("part").text(asked.output)
    if asked.command == "check":
        written = spark.read.schema("value string").text(f"{asked.output}/part=figures")
        lines = [(json.dumps(record, ensure_ascii=False),) for record in figures(written.withColumn("part", F.lit("figures")))]
        spark.createDataFrame(lines, "value string").coalesce(1).write.mode("overwrite").text(f"{asked.output}/summary")
    return 0


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="replylint.spark", description="replylint over conversations in Spark")
    parser.add_argument("command", choices=sorted(PARTS))
    parser.add_argument("input", help="what Spark can read: a file, a folder, a glob, a URL")
    parser.add_argument("output", help="a folder that does not exist; records are written below it as part=…/")
    parser.add_argument("--input-format", help="text (JSON lines), parquet, orc, json, csv [default: text; with --by csv]")
    parser.add_argument("--by", metavar="COLUMN", help="rows are messages; this column names their conversation")
    parser.add_argument("--overwrite", action="store_true", help="replace what stands in the output")
    parser.add_argument("--config", help="a replylint.toml")
    parser.add_argument("--pack", action="append", default=[], help="an own pack, or industry/…; may be repeated")
    parser.add_argument("--select", action="append", help="rules that are asked; may be repeated")
    parser.add_argument("--ignore", action="append", default=[], help="rules that are not asked; may be repeated")
    parser.add_argument("--scorecard", action="append", default=[], help="a scorecard; may be repeated")
    parser.add_argument("--locale", choices=["zh", "en"], help="language of messages")
    parser.add_argument("--as-of", help="the moment that deadlines are compared with")
    parser.add_argument("--zone", help="time zone of times without one")
    parser.add_argument("--channel", help="channel of conversations that name none")
    parser.add_argument("--show-pii", action="store_true", help="show private data as it is")
    return parser


if __name__ == "__main__":
    # Workers know the module, not the script.
    from replylint.spark import main as submitted

    sys.exit(submitted())
