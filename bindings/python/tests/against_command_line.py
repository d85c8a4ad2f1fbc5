"""The wheel says what the command line says, field for field, whatever form conversations are given in."""

import json

import pyarrow as pa
import pyarrow.parquet
import replylint
from conversations import conversations, lines, with_broken
from support import (AS_OF, ASKED, SETTINGS, ZONE, audited, command_line, filled, nameless, records, run, same, work,
                     without)

CONVERSATIONS = conversations(300)
LINES = with_broken(lines(CONVERSATIONS))
TEXT = "\n".join(LINES) + "\n"
LINTER = replylint.Linter(**SETTINGS)


def as_json_column():
    """A row a line; what is an empty line of a file is an empty text."""
    return pa.table({"conversation": LINES}).rename_columns(["value"])


def text_is_read_as_standard_input_is():
    told = command_line("check", "-f", "jsonl", *ASKED, *AS_OF, "-", text=TEXT, statuses=(2,))
    checked = LINTER.check(TEXT)
    same(checked.findings + checked.failed + checked.not_evaluated + [checked.summary], told)
    assert len(checked.findings) > 300 and checked.failed and checked.summary["failed"] == len(checked.failed)


def columns_of_json_come_to_the_same_findings_and_places():
    told = command_line("check", "-f", "jsonl", *ASKED, *AS_OF, "-", text=TEXT, statuses=(2,))
    checked = LINTER.check(as_json_column())
    found = checked.findings.to_pyarrow().to_pylist()
    rows = [row.pop("row") for row in found]
    assert rows == [row["location"]["start"]["line"] - 1 for row in found], "a finding names its row"
    expected = [row for row in told if row["type"] == "finding"]
    # A field that is left out is a column that is null.
    same(filled(found), filled(expected))
    same(checked.failed + checked.not_evaluated + [checked.summary], [row for row in told if row["type"] != "finding"])


def dicts_come_to_the_same_findings_without_places():
    told = command_line("check", "-f", "jsonl", *ASKED, *AS_OF, "-", text="\n".join(lines(CONVERSATIONS)))
    expected = [{**row, "location": None} for row in told if row["type"] == "finding"]
    same(without(LINTER.check(CONVERSATIONS).findings, "row"), expected)
    same(without(LINTER.check(iter(CONVERSATIONS)).findings, "row"), expected)
    table = LINTER.check(pa.Table.from_pylist(CONVERSATIONS)).findings.to_pyarrow().to_pylist()
    same(filled(without(table, "row")), filled(expected))
    ids = [one["id"] for one in CONVERSATIONS]
    assert all(ids[row["row"]] == row["conversation"] for row in table)


def replies_are_drafts():
    replies = ["我们会尽快给您回复。", "您好，已为您退款。", "加我微信"]
    found = LINTER.check(replies).findings
    expected = [
        {**row, "row": number, "location": None}
        for number, reply in enumerate(replies)
        for row in command_line("check", "-f", "jsonl", *ASKED, *AS_OF, "--kind", "draft", "--text", reply)
        if row["type"] == "finding"
    ]
    same([dict(sorted(row.items())) for row in found], [dict(sorted(row.items())) for row in expected])
    table = LINTER.check(pa.table({"text": replies})).findings.to_pyarrow().to_pylist()
    same(filled(table), filled(expected))


def figures_are_the_same():
    """What was quoted is no turn of the input; a template that has expired names the moment."""
    quoted = "您好，已为您退款。\n\n> 你们什么时候退款？\n"
    expired = '+++\nowner = "a"\nscenario = "question"\nexpires = 2026-01-01\n+++\n您好，发票已开。\n'
    for text in quoted, expired:
        told = command_line("check", "-f", "jsonl", *ASKED, *AS_OF, "-", text=text)
        same([LINTER.check(text).summary], told[-1:])
    assert told[-1]["asOf"] and told[0]["rule"] == "template/stale-template"


def audits_come_to_the_same_rows():
    source = work() / "in.jsonl"
    source.write_text(TEXT, "utf-8")
    rows, findings, rejects = audited(source, work() / "audit")
    audited_text = LINTER.audit(TEXT)
    same(audited_text.conversations, rows)
    same(audited_text.findings, findings)
    same(nameless(audited_text.rejected), rejects)
    from support import compact

    columns = LINTER.audit(as_json_column())
    same(compact(columns.conversations.to_pyarrow().to_pylist()), compact(rows))
    same(compact(columns.findings.to_pyarrow().to_pylist()), compact(findings))
    same(nameless(columns.rejected), rejects)
    assert rows[0]["scores"] and rejects


def audits_of_messages_come_to_the_same_rows():
    """A row a message, as a sheet of the command line."""
    import pyarrow.csv

    messages = [
        {"conversation": one["id"], "role": turn["role"], "text": turn["text"].replace("\n", " "), "time": turn["time"],
         "agent": one["agent"], "team": one["team"], "customer": one["customer"]}
        for one in CONVERSATIONS for turn in one["turns"]
    ]
    table = pa.Table.from_pylist(messages)
    source = work() / "messages.csv"
    pyarrow.csv.write_csv(table, source)
    rows, findings, _ = audited(source, work() / "messages")
    from support import compact

    # A sheet's first line names the columns.
    table = table.append_column("_line", pa.array(range(2, len(messages) + 2)))
    found = LINTER.audit(table)
    same(compact(found.conversations.to_pyarrow().to_pylist()), compact(rows))
    same(compact(found.findings.to_pyarrow().to_pylist()), compact(findings))


def tables_of_messages_are_read_as_files_are():
    """Columns by the names that exports use, by the names in the settings, and of every type."""
    from support import compact

    said = [(one["id"], turn["role"], turn["text"], turn["time"]) for one in CONVERSATIONS[:100] for turn in one["turns"]]
    for names, settings in [(["会话ID", "sender", "text", "time"], ""), (["a", "b", "c", "d"],
                             '[audit.columns]\nconversation = "a"\nrole = "b"\ntext = "c"\ntime = "d"\n')]:
        table = pa.table(dict(zip(names, zip(*said))))
        table = table.set_column(1, names[1], table[1].dictionary_encode())
        source, config = work() / "messages.parquet", work() / "columns.toml"
        pyarrow.parquet.write_table(table, source)
        config.write_text(settings, "utf-8")
        command_line("audit", source, "-o", work() / "columns", "--config", config, "--locale", "en", *ZONE, "--quiet", "--no-reports")
        rows = records((work() / "columns" / "conversations.jsonl").read_text("utf-8"))
        found = replylint.Linter(config=config, locale="en", zone=ZONE[1], threads=2).audit(table)
        same(compact(without(found.conversations.to_pyarrow().to_pylist(), "path")), compact(without(rows, "path")))
        assert len(rows) == 100 and any(row["findings"] for row in rows)


def calls_are_heard():
    """When a message was over is told by every form."""
    call = {"id": "c", "channel": "call", "turns": [
        {"role": "customer", "text": "我的杯子碎了怎么办呢", "time": "0.0", "end": "6.0"},
        {"role": "agent", "text": "您先听我说", "time": "2.0", "end": "4.0"}]}
    found = [LINTER.check(given).findings for given in [[call], json.dumps(call), pa.Table.from_pylist([call]).to_batches()[0]]]
    told = [[row["rule"] for row in (one if isinstance(one, list) else one.to_pyarrow().to_pylist())] for one in found]
    assert "pace/talks-over-customer" in told[0] and told == [told[0]] * 3, told
    nameless_channel = {"id": "c", "turns": call["turns"]}
    linter = replylint.Linter(**SETTINGS, channel="call")
    for given in [[nameless_channel], json.dumps(nameless_channel), pa.Table.from_pylist([nameless_channel])]:
        found = linter.check(given).findings
        assert [row["rule"] for row in (found if isinstance(found, list) else found.to_pyarrow().to_pylist())] == told[0]


def acts_hide_private_data():
    given = [{"id": "13812345678", "channel": "call", "turns": [
        {"role": "customer", "text": "我的电话一三八"}, {"role": "agent", "text": "嗯"}, {"role": "customer", "text": "一二三四"},
        {"role": "customer", "text": "五六七八 请尽快给我回电话"}, {"role": "agent", "text": "抱歉 我明天打13812345678给您回电"}]}]
    source = work() / "private.jsonl"
    source.write_text(json.dumps(given[0], ensure_ascii=False), "utf-8")
    told = command_line("acts", source, "-f", "jsonl", "--no-config", *ZONE)
    same(without(LINTER.acts(given).turns, "row"), told)
    assert "13812345678" not in json.dumps(told) and told[4]["promises"], told
    plain = replylint.acts(given, show_pii=True).turns
    assert plain[0]["conversation"] == "13812345678" and plain[4]["promises"][0]["span"] == told[4]["promises"][0]["span"]


def acts_are_the_same():
    told = command_line("acts", "-f", "jsonl", "--no-config", *ZONE, text=TEXT, statuses=(2,))
    found = LINTER.acts(TEXT)
    same(found.turns, told)
    assert len(found.failed) == len(LINTER.check(TEXT).failed)
    columns = LINTER.acts(as_json_column()).turns.to_pyarrow().to_pylist()
    same(without(columns, "row"), told)


def promises_are_the_same():
    told = command_line("promises", "-f", "jsonl", "--no-config", *ZONE, *AS_OF, text=TEXT, statuses=(2,))
    same(LINTER.promises(TEXT).promises, told)
    same(LINTER.promises(CONVERSATIONS).promises, told)
    same(LINTER.promises(as_json_column()).promises.to_pyarrow().to_pylist(), told)
    outcomes = {row["outcome"] for row in told}
    assert len(told) > 100 and len(outcomes) > 1, outcomes


def settings_mean_what_they_mean_there():
    pack = work() / "own.toml"
    pack.write_text('[rule.own-word]\nseverity = "error"\nmessage = { zh = "不说“{quote}”", en = "not “{quote}”" }\n'
                    'check.forbid = { find = "own-word" }\n'
                    '[[rule.own-word.bad]]\nreply = "⟦说明书⟧"\n[[rule.own-word.good]]\nreply = "手册"\n'
                    '[cue.own-word]\nlanguage = "zh"\nphrases = ["说明书"]\nyes = ["⟦说明书⟧"]\nno = ["手册"]\n', "utf-8")
    config = work() / "replylint.toml"
    config.write_text('[rules]\nignore = ["duty/*"]\n[calendar]\nzone = "Asia/Shanghai"\n', "utf-8")
    text = "\n".join(lines(CONVERSATIONS))
    options = ["--config", config, "--ignore", "pace/*", "--locale", "en", "--show-pii", *AS_OF]
    told = command_line("check", "-f", "jsonl", *options, "-", text=text)
    linter = replylint.Linter(config=config, ignore=["pace/*"], locale="en", show_pii=True, as_of="2026-07-01")
    same(linter.check(text).findings, [row for row in told if row["type"] == "finding"])
    assert "13812345678" in json.dumps(linter.check(text).findings)
    assert "13812345678" not in json.dumps(LINTER.check(text).findings)


if __name__ == "__main__":
    run([
        text_is_read_as_standard_input_is,
        columns_of_json_come_to_the_same_findings_and_places,
        dicts_come_to_the_same_findings_without_places,
        replies_are_drafts,
        figures_are_the_same,
        audits_come_to_the_same_rows,
        audits_of_messages_come_to_the_same_rows,
        tables_of_messages_are_read_as_files_are,
        calls_are_heard,
        acts_hide_private_data,
        acts_are_the_same,
        promises_are_the_same,
        settings_mean_what_they_mean_there,
    ])
