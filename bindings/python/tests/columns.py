"""The command line reads files that other programs made (pyarrow, Polars, openpyxl), and they read what it writes: the same
conversations come to the same results, however they are kept."""

import csv
import datetime
import gzip
import io
import json
import os
import random
import shutil
import signal
import subprocess
import time

import openpyxl
import pandas
import polars
import pyarrow as pa
import pyarrow.csv
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet as pq
from conversations import conversations, lines
from support import AS_OF, ASKED, ZONE, audited, command_line, compact, program, records, run, same, without, work

CONVERSATIONS = conversations(120)
FIELDS = ["conversation", "role", "text", "time", "agent", "team", "channel", "customer", "ticket", "scenario"]
MESSAGES = [
    {"conversation": one["id"], "role": turn["role"], "text": turn["text"], "time": turn["time"],
     "agent": one["agent"] if turn["role"] == "agent" else None, "team": one["team"], "channel": one["channel"],
     "customer": one["customer"], "ticket": one.get("ticket"), "scenario": one.get("scenario")}
    for one in CONVERSATIONS for turn in one["turns"]
]
TABLE = pa.Table.from_pylist(MESSAGES, pa.schema([(name, pa.string()) for name in FIELDS]))
NESTED = pa.Table.from_pylist([{**one, "meta": one.get("meta")} for one in CONVERSATIONS])


def path(name):
    return work() / name


def results(name, *more):
    """Rows and findings of an audit, without where they stood."""
    out = path("out")
    shutil.rmtree(out, ignore_errors=True)
    rows, findings, rejects = audited(path(name), out)
    assert not rejects, (name, rejects[:3])
    return compact(without(rows, "line", "sheet")), compact(without(findings, "line", "sheet"))


def agree(names, expected):
    for name in names:
        for told, wanted in zip(results(name), expected):
            try:
                same(told, wanted)
            except AssertionError as error:
                raise AssertionError(f"{name}: {error}") from error
        print("  as", name, flush=True)


def as_csv(table, name):
    with open(path(name), "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.schema.names)
        writer.writerows(["" if cell is None else cell for cell in row.values()] for row in table.to_pylist())


def as_ipc(table, name, new=pa.ipc.new_file, rows=100, **options):
    with new(path(name), table.schema, options=pa.ipc.IpcWriteOptions(**options)) as writer:
        writer.write_table(table, max_chunksize=rows)


def typed(table):
    """The same with every kind of text column that there is."""
    kinds = {"role": pa.dictionary(pa.int8(), pa.string()), "text": pa.large_string(), "team": pa.dictionary(pa.int32(), pa.large_string()),
             "customer": pa.string_view(), "channel": pa.binary()}
    moments = [datetime.datetime.fromisoformat(row["time"]) for row in table.to_pylist()]
    for place, name in enumerate(table.schema.names):
        if name in kinds:
            table = table.set_column(place, name, pa.chunked_array([pa.array(table[name].to_pylist(), kinds[name])]))
    return table.set_column(FIELDS.index("time"), "time", pa.array(moments, pa.timestamp("us", "Asia/Shanghai")))


def messages_are_the_same_in_every_file():
    as_csv(TABLE, "messages.csv")
    expected = results("messages.csv")
    assert len(expected[1]) > 100
    names = ["messages.xlsx", "nameless"]
    for codec in ["none", "snappy", "gzip", "zstd", "lz4"]:
        for version in ["1.0", "2.0"]:
            name = f"{codec}-{version[0]}.parquet"
            pq.write_table(TABLE, path(name), compression=codec, data_page_version=version, row_group_size=77,
                           use_dictionary=version == "1.0", data_page_size=2_000)
            names.append(name)
    pq.write_table(TABLE, path("delta.parquet"), use_dictionary=False, column_encoding={name: "DELTA_BYTE_ARRAY" for name in FIELDS})
    pq.write_table(TABLE, path("lengths.parquet"), use_dictionary=False, column_encoding={name: "DELTA_LENGTH_BYTE_ARRAY" for name in FIELDS})
    pq.write_table(typed(TABLE), path("typed.parquet"), row_group_size=50)
    polars.from_arrow(TABLE).write_parquet(path("polars.parquet"))
    as_ipc(TABLE, "messages.arrow")
    as_ipc(TABLE, "messages.arrows", new=pa.ipc.new_stream)
    as_ipc(typed(TABLE), "typed.arrow", unify_dictionaries=True)
    as_ipc(typed(TABLE), "typed.arrows", new=pa.ipc.new_stream, emit_dictionary_deltas=True)
    as_ipc(TABLE, "old.arrow", metadata_version=pa.ipc.MetadataVersion.V4)
    for codec in ["lz4", "zstd"]:
        as_ipc(TABLE, f"{codec}.arrow", compression=codec)
        as_ipc(typed(TABLE), f"{codec}-typed.arrows", new=pa.ipc.new_stream, compression=codec, emit_dictionary_deltas=True)
        polars.from_arrow(TABLE).write_ipc(path(f"polars-{codec}.arrow"), compression=codec)
        names += [f"{codec}.arrow", f"{codec}-typed.arrows", f"polars-{codec}.arrow"]
    pyarrow.feather.write_feather(typed(TABLE), path("messages.feather"))
    names += ["delta.parquet", "lengths.parquet", "typed.parquet", "polars.parquet", "messages.arrow", "messages.arrows",
              "typed.arrow", "typed.arrows", "old.arrow", "messages.feather"]
    shutil.copy(path("snappy-1.parquet"), path("nameless"))
    for name in ["snappy-1.parquet", "messages.arrow", "messages.arrows"]:
        (path(name + ".gz")).write_bytes(gzip.compress(path(name).read_bytes()))
        with pa.CompressedOutputStream(str(path(name + ".zst")), "zstd") as file:
            file.write(path(name).read_bytes())
        names += [name + ".gz", name + ".zst"]
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["对话明细", "导出"])
    sheet = book.create_sheet("messages")
    sheet.append(["三月的对话"])
    sheet.append(FIELDS)
    for row in MESSAGES:
        sheet.append(list(row.values()))
    book.save(path("messages.xlsx"))
    agree(names, expected)


def a_conversation_a_row_is_the_same_in_every_file():
    path("nested.jsonl").write_text("\n".join(lines(CONVERSATIONS)) + "\n", "utf-8")
    expected = results("nested.jsonl")
    assert len(expected[1]) > 100
    names = []
    for codec in ["snappy", "zstd"]:
        for version in ["1.0", "2.0"]:
            name = f"nested-{codec}-{version[0]}.parquet"
            pq.write_table(NESTED, path(name), compression=codec, data_page_version=version, row_group_size=50, data_page_size=2_000)
            names.append(name)
    as_ipc(NESTED, "nested.arrow", rows=7)
    as_ipc(NESTED, "nested.arrows", new=pa.ipc.new_stream, compression="zstd")
    polars.from_arrow(NESTED).write_parquet(path("nested-polars.parquet"))
    turns = pa.array([one["turns"] for one in CONVERSATIONS], pa.large_list(NESTED.schema.field("turns").type.value_type))
    as_ipc(NESTED.set_column(NESTED.schema.names.index("turns"), "turns", turns), "large.arrow")
    pq.write_table(pa.table({"json": lines(CONVERSATIONS), "n": range(len(CONVERSATIONS))}), path("json.parquet"))
    agree([*names, "nested.arrow", "nested.arrows", "nested-polars.parquet", "large.arrow", "json.parquet"], expected)


def rows_are_told_by_their_numbers():
    rows, _, _ = audited(path("zstd-1.parquet"), path("out"))
    firsts = [number + 1 for number, row in enumerate(MESSAGES) if number == 0 or row["conversation"] != MESSAGES[number - 1]["conversation"]]
    assert [row["line"] for row in rows] == firsts
    found = command_line("check", path("zstd-1.parquet"), "-f", "jsonl", *ASKED, *AS_OF)
    for one in [row for row in found if row["type"] == "finding"]:
        kind, number = one["cell"]["name"].split(":")
        # What is private is starred out.
        assert kind == "row" and one["quote"].split("*")[0] in MESSAGES[int(number) - 1]["text"], one
    book = command_line("check", "--kind", "transcript", path("messages.xlsx"), "-f", "jsonl", *ASKED, *AS_OF)
    cells = {(one["cell"]["sheet"], one["cell"]["name"]) for one in book if one["type"] == "finding"}
    # Two rows stand above the first message, and the words are in the third column.
    expected = {("messages", f"C{int(one['cell']['name'].split(':')[1]) + 2}") for one in found if one["type"] == "finding"}
    assert cells == expected


def other_commands_read_the_same():
    for asked in [["check", "-f", "jsonl", *ASKED, *AS_OF], ["promises", "-f", "jsonl", "--no-config", *ZONE, *AS_OF],
                  ["acts", "-f", "jsonl", "--no-config", *ZONE]]:
        told = [
            [{key: value for key, value in row.items() if key not in ("path", "location", "cell", "context", "fingerprint")}
             for row in command_line(*asked, path(name))]
            for name in ["nested.jsonl", "nested-zstd-2.parquet", "nested.arrows"]
        ]
        assert len(told[0]) > 50
        same(told[1], told[0])
        same(told[2], told[0])


def moments_and_numbers_are_read():
    zone = datetime.timezone(datetime.timedelta(hours=8))
    said = [("customer", "在吗", datetime.datetime(2026, 5, 1, 10, tzinfo=zone)), ("agent", "我今天18:00前给您回电。", datetime.datetime(2026, 5, 1, 10, 1, tzinfo=zone))]
    for unit in ["s", "ms", "us", "ns"]:
        for stated in [None, "UTC", "Asia/Shanghai", "+08:00"]:
            times = [at if stated else at.replace(tzinfo=None) for _, _, at in said]
            table = pa.table({"session": pa.array([7, 7], pa.int64()), "role": [who for who, _, _ in said], "text": [text for _, text, _ in said],
                              "time": pa.array(times, pa.timestamp(unit, stated)), "agent": pa.array([None, 12.0], pa.float64())})
            for name in ["moments.parquet", "moments.arrow"]:
                pq.write_table(table, path(name)) if name.endswith("parquet") else as_ipc(table, name)
                [entry] = command_line("promises", path(name), "-f", "jsonl", "--no-config", *ZONE, *AS_OF)
                assert (entry["conversation"], entry["agent"], entry["dueAt"]) == ("7", "12", "2026-05-01T18:00:00+08:00"), (unit, stated, entry)
    table = table.set_column(3, "time", pa.array([datetime.date(2026, 5, 1)] * 2))
    pq.write_table(table, path("days.parquet"), use_deprecated_int96_timestamps=True)
    rows, _, _ = audited(path("days.parquet"), path("out"))
    assert rows[0]["day"] == "2026-05-01", rows
    book = openpyxl.Workbook()
    book.active.append(["会话ID", "角色", "内容", "时间"])
    for who, text, at in said:
        book.active.append([7, who, text, at.replace(tzinfo=None)])
    book.save(path("moments.xlsx"))
    [entry] = command_line("promises", path("moments.xlsx"), "-f", "jsonl", "--no-config", *ZONE, *AS_OF)
    assert (entry["conversation"], entry["dueAt"]) == ("7", "2026-05-01T18:00:00+08:00"), entry


def tables_are_written_with_their_types():
    shutil.rmtree(path("out"), ignore_errors=True)
    command_line("audit", path("zstd-1.parquet"), "-o", path("out"), *ASKED, *ZONE, *AS_OF, "--promises", "--quiet")
    findings = pq.read_table(path("out") / "findings.parquet")
    equal(findings, path("out") / "findings.csv", ["time"])
    kinds = {field.name: field.type for field in findings.schema}
    assert (kinds["turn"], kinds["time"], kinds["rule"]) == (pa.int64(), pa.timestamp("ms", "UTC"), pa.string())
    rows = records((path("out") / "conversations.jsonl").read_text("utf-8"))
    table = pq.read_table(path("out") / "conversations.parquet").to_pylist()
    cases = [(row, part) for row in rows for part in parts(row)]
    same([row["conversation"] for row in table], [row["conversation"] for row, _ in cases])
    same([row["line"] for row in table], [row["line"] for row, _ in cases])
    same([row["start"] for row in table], [datetime.datetime.fromisoformat(row["start"]) for row, _ in cases])
    own = lambda row, part: [score for score in row.get("scores", []) if part and score["agent"] == part["agent"]]
    same([row["score"] for row in table], [next((one.get("percent") for one in own(*case)), None) for case in cases])
    for name in ["promises.csv", "promises.parquet"]:
        command_line("promises", path("zstd-1.parquet"), "-o", path(name), "--no-config", *ZONE, *AS_OF)
    equal(pq.read_table(path("promises.parquet")), path("promises.csv"), ["saidAt", "dueAt", "evidenceAt", "asOf"])
    assert pq.read_table(path("out") / "promises.parquet").equals(pq.read_table(path("promises.parquet")))
    assert pandas.read_parquet(path("promises.parquet")).immediate.dtype == bool
    assert polars.read_parquet(path("promises.parquet"))["turn"].dtype == polars.Int64


def parts(row):
    """Each agent's part of a conversation; none for what is no agent's."""
    parts = row["parts"]
    agents = [part["agent"] for part in parts]
    left = [found for found in row["findings"] if found["role"] == "bot" or found["agent"] not in agents]
    return parts + [None] if left or not parts else parts


def equal(table, sheet, moments):
    """A table and a sheet, cell by cell. A sheet keeps words from being formulas by an apostrophe."""
    with open(sheet, encoding="utf-8-sig", newline="") as file:
        wanted = list(csv.DictReader(file))
    told = table.to_pylist()
    assert len(told) == len(wanted) > 100 and table.schema.names == list(wanted[0])
    for row, line in zip(told, wanted):
        for name, cell in row.items():
            text = line[name]
            if name in moments and cell is not None:
                assert cell == datetime.datetime.fromisoformat(text), (name, cell, text)
            else:
                shown = "" if cell is None else str(cell).lower() if isinstance(cell, bool) else str(cell)
                assert shown in (text, text.removeprefix("'")), (name, cell, text)


def an_audit_goes_on_where_it_was_stopped():
    big = pa.concat_tables([TABLE.set_column(0, "conversation", pa.array([f"{part}-{name}" for name in TABLE["conversation"].to_pylist()])) for part in range(60)])
    pq.write_table(big, path("big.parquet"), row_group_size=5_000)
    as_ipc(big, "big.arrow", rows=1_000)
    for name in ["big.parquet", "big.arrow"]:
        asked = ["audit", path(name), *ASKED, *ZONE, "--no-reports", "--quiet"]
        command_line(*asked, "-o", path("whole"))
        shutil.rmtree(path("stopped"), ignore_errors=True)
        running = subprocess.Popen([program(), *map(str, asked), "-o", str(path("stopped")), "--checkpoint", "1"], stderr=subprocess.DEVNULL)
        unfinished = path("stopped") / ".unfinished"
        started = time.time()
        while running.poll() is None and time.time() < started + 60:
            rows = unfinished / "conversations.jsonl"
            if rows.exists() and rows.stat().st_size > 200_000 and any(part.name.startswith("journal") for part in unfinished.iterdir()):
                break
            time.sleep(0.01)
        assert running.poll() is None, "it was too fast to be stopped"
        running.send_signal(signal.SIGKILL)
        running.wait()
        assert not (path("stopped") / "summary.json").exists()
        command_line(*asked, "-o", path("stopped"), "--resume")
        for part in ["conversations.jsonl", "findings.jsonl", "rejects.jsonl", "summary.json"]:
            assert (path("stopped") / part).read_bytes() == (path("whole") / part).read_bytes(), (name, part)


def refused(name, *words, code=2):
    done = subprocess.run([program(), "audit", path(name), "-o", path("refused"), "--locale", "en", "--no-config", "--no-reports"],
                          capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.returncode == code and "panicked" not in done.stderr, (name, done.returncode, done.stderr)
    for word in words:
        assert word in done.stderr, (name, word, done.stderr)


def other_columns_are_told():
    pq.write_table(pa.table({"price": [1.0], "item": ["cup"], "tags": [["a"]]}), path("other.parquet"))
    refused("other.parquet", "price", "item", "tags", "turns", "text and role")
    as_ipc(pa.table({"price": [1.0], "at": [b"x"], "place": [{"x": 1}]}), "other.arrow")
    refused("other.arrow", "price", "place", "text and role")
    pq.write_table(TABLE.drop_columns(["text"]), path("wordless.parquet"))
    refused("wordless.parquet", "role", "ticket")
    broken = [{"id": "a", "turns": [{"role": "agent", "text": None}]}, {"id": "b", "turns": None}, {"id": "c", "turns": [{"role": "agent", "text": "您好"}]}]
    pq.write_table(pa.Table.from_pylist(broken), path("broken.parquet"))
    rows, _, rejects = audited(path("broken.parquet"), path("out"))
    assert [row["conversation"] for row in rows] == ["c"] and [reject["line"] for reject in rejects] == [1, 2], rejects


def damaged_files_are_told_and_nothing_breaks():
    chance = random.Random(7)
    for name in ["snappy-1.parquet", "zstd-2.parquet", "nested-zstd-1.parquet", "typed.arrows", "lz4.arrow", "nested.arrow", "messages.xlsx"]:
        whole = path(name).read_bytes()
        for number in range(5):
            cut = whole[: chance.randrange(8, len(whole))]
            path("cut").write_bytes(cut)
            refused("cut")
        for number in range(15):
            bytes_ = bytearray(whole)
            # Where files say what they hold, damage does most.
            ends = [range(len(whole)), range(min(600, len(whole))), range(max(0, len(whole) - 3_000), len(whole))]
            for _ in range(1 + number % 4):
                bytes_[chance.choice(chance.choice(ends))] ^= 1 << chance.randrange(8)
            path("flipped").write_bytes(bytes_)
            done = subprocess.run([program(), "audit", path("flipped"), "-o", path("refused"), "--no-config", "--no-reports"],
                                  capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=120)
            assert done.returncode in (0, 2) and "panicked" not in done.stderr, (name, number, done.returncode, done.stderr)


if __name__ == "__main__":
    run([
        messages_are_the_same_in_every_file,
        a_conversation_a_row_is_the_same_in_every_file,
        rows_are_told_by_their_numbers,
        other_commands_read_the_same,
        moments_and_numbers_are_read,
        tables_are_written_with_their_types,
        an_audit_goes_on_where_it_was_stopped,
        other_columns_are_told,
        damaged_files_are_told_and_nothing_breaks,
    ])
