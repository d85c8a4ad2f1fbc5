"""Tables in, tables out: pandas, Polars, pyarrow; threads that run side by side; linters that travel."""

import pickle
import threading
import time

import pandas
import polars
import pyarrow as pa
import replylint
from conversations import conversations, lines
from support import SETTINGS, compact, run, same, without

CONVERSATIONS = conversations(200)
LINTER = replylint.Linter(**SETTINGS)
EXPECTED = LINTER.check(CONVERSATIONS).findings


def polars_goes_in_and_comes_out():
    frame = polars.DataFrame({"id": [one["id"] for one in CONVERSATIONS], "turns": [one["turns"] for one in CONVERSATIONS],
                              "customer": [one["customer"] for one in CONVERSATIONS]})
    found = LINTER.check(frame).findings
    assert isinstance(found, replylint.Table) and len(found) == len(polars.DataFrame(found))
    told = polars.DataFrame(found)
    assert told.schema["rule"] == polars.String and told.schema["span"] == polars.Struct({"start": polars.Int64, "end": polars.Int64})
    # What was left out of the frame: the scenario, which some rules ask for.
    plain = [{key: one[key] for key in ("id", "turns", "customer")} for one in CONVERSATIONS]
    same(compact(without(told.to_dicts(), "row")), compact(without(LINTER.check(plain).findings, "row")))
    joined = frame.with_row_index("row").with_columns(polars.col("row").cast(polars.Int64)).join(told, on="row")
    assert (joined["id"] == joined["conversation"]).all()
    texts = LINTER.check(polars.Series("value", lines(CONVERSATIONS))).findings.to_polars()
    assert texts["rule"].to_list() == [row["rule"] for row in EXPECTED]


def pandas_goes_in_and_comes_out():
    frame = pandas.DataFrame(CONVERSATIONS)
    found = LINTER.check(pa.Table.from_pandas(frame.drop(columns=["meta"]))).findings.to_pandas()
    assert isinstance(found, pandas.DataFrame)
    assert list(found["rule"]) == [row["rule"] for row in EXPECTED]
    assert list(found["fingerprint"]) == [row["fingerprint"] for row in EXPECTED]
    counts = found.groupby("rule").size()
    assert counts.sum() == len(EXPECTED)


def every_kind_of_text_column_is_read():
    texts = lines(CONVERSATIONS)
    rules = [row["rule"] for row in EXPECTED]
    for kind in [pa.string(), pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary()]:
        column = pa.array([text.encode() if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) else text for text in texts], kind)
        for given in [column, pa.chunked_array([column[:50], column[50:]]), pa.table({"json": column, "other": range(len(texts))})]:
            assert LINTER.check(given).findings.to_pyarrow()["rule"].to_pylist() == rules, kind
    batch = pa.RecordBatch.from_pylist([{"id": one["id"], "turns": one["turns"]} for one in CONVERSATIONS])
    part = LINTER.check(batch.slice(150, 20)).findings.to_pyarrow()["conversation"].to_pylist()
    assert set(part) <= {one["id"] for one in CONVERSATIONS[150:170]} and part


def times_numbers_and_categories_are_texts():
    import datetime

    zone = datetime.timezone(datetime.timedelta(hours=8))
    at = datetime.datetime(2026, 5, 1, 10, tzinfo=zone)
    said = [{"role": "agent", "text": "我今天18:00前给您回电。", "time": at}]
    kind = pa.struct([("role", pa.dictionary(pa.int32(), pa.string())), ("text", pa.string()), ("time", pa.timestamp("us", "Asia/Shanghai"))])
    table = pa.table({"id": [7], "turns": pa.array([said], pa.list_(kind))})
    by_table = LINTER.promises(table).promises.to_pyarrow().to_pylist()
    by_dict = LINTER.promises([{"id": 7, "turns": said}]).promises
    same(by_table, by_dict)
    assert by_table[0]["conversation"] == "7" and by_table[0]["dueAt"] == "2026-05-01T18:00:00+08:00", by_table


def other_threads_run_meanwhile():
    """One piece of work, in the middle of which the lock of the interpreter is asked for by nobody."""
    one = replylint.Linter(**SETTINGS, threads=1)
    said = [turn for conversation in conversations(400) for turn in conversation["turns"]]
    table = pa.Table.from_pylist([{"id": "long", "turns": said}])
    ticks, ended = [], threading.Event()

    def tick():
        while not ended.is_set():
            ticks.append(None)
            time.sleep(0.0005)

    ticker = threading.Thread(target=tick)
    ticker.start()
    before = len(ticks)
    one.check(table)
    during = len(ticks) - before
    ended.set()
    ticker.join()
    assert during >= 20, f"another thread got to run {during} times"


def one_linter_serves_many_threads():
    found = [None] * 4

    def work(number):
        found[number] = LINTER.check(CONVERSATIONS).findings

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(one == EXPECTED for one in found)


def a_linter_takes_its_files_along():
    import os
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "replylint.toml")
        with open(config, "w", encoding="utf-8") as file:
            file.write('[rules]\nignore = ["duty/*"]\n')
        here = replylint.Linter(config=config, **SETTINGS)
        parcel = pickle.dumps(here)
    there = pickle.loads(parcel)
    assert there.rulebook == here.rulebook
    found = there.check(CONVERSATIONS).findings
    assert found == here.check(CONVERSATIONS).findings and not any(row["rule"].startswith("duty/") for row in found)


def nothing_given_is_nothing_found():
    for given in [[], "", b"", pa.table({"id": pa.array([], pa.string()), "turns": pa.array([], pa.list_(pa.struct([("role", pa.string())])))})]:
        checked = LINTER.check(given)
        assert len(checked.findings) == 0 and checked.summary["input"] == 0, given
    assert LINTER.check(pa.array([], pa.string())).findings.to_pyarrow().schema.names[:3] == ["row", "schema", "type"]


if __name__ == "__main__":
    run([
        polars_goes_in_and_comes_out,
        pandas_goes_in_and_comes_out,
        every_kind_of_text_column_is_read,
        times_numbers_and_categories_are_texts,
        other_threads_run_meanwhile,
        one_linter_serves_many_threads,
        a_linter_takes_its_files_along,
        nothing_given_is_nothing_found,
    ])
