"""Input that is broken, hostile or huge: an exception with words, or a row that failed; never a crash."""

import pyarrow as pa
import replylint
from support import SETTINGS, run, work

LINTER = replylint.Linter(**SETTINGS)
GOOD = {"id": "good", "turns": [{"role": "agent", "text": "我们会尽快给您回复。"}]}


def raises(kind, call, *words):
    try:
        call()
    except kind as error:
        assert isinstance(error, Exception)
        for word in words:
            assert word in str(error), (word, str(error))
        return
    raise AssertionError(f"{kind.__name__} was expected")


def what_is_no_conversation_is_refused():
    for given in [None, 5, 5.0, object(), True]:
        raises(TypeError, lambda given=given: LINTER.check(given), "expected")
    raises(TypeError, lambda: LINTER.check([GOOD, 5]), "item 1", "int")
    raises(TypeError, lambda: LINTER.check([{"turns": [{"role": "agent", "text": object()}]}]), "item 0")
    loop = {}
    loop["turns"] = loop
    raises((ValueError, RecursionError), lambda: LINTER.check([loop]), "item 0")
    deep = []
    for _ in range(100_000):
        deep = [deep]
    raises(RecursionError, lambda: LINTER.check([{"turns": deep}]), "item 0")


def rows_that_fail_are_told_and_the_rest_is_done():
    given = [
        GOOD,
        {},
        {"turns": None},
        {"turns": "x"},
        {"turns": [{"role": "agent", "text": "\ud800"}]},
        {"turns": [{"role": "agent", "text": 5}]},
        {"turns": [{"role": "?", "text": "x"}]},
        {"id": float("nan"), "turns": []},
        {"id": ["x"], "turns": []},
        GOOD,
    ]
    checked = LINTER.check(given)
    assert [row["row"] for row in checked.findings if row["rule"] == "promise/vague-promise"] == [0, 9]
    assert [row["line"] for row in checked.failed] == [2, 3, 4, 5, 6, 7, 8, 9], checked.failed
    figures = checked.summary
    assert figures["conversations"] + figures["failed"] + figures["skipped"] == figures["input"] == len(given)
    assert len(LINTER.audit(given).rejected) == len(LINTER.promises(given).failed) == 8


def surrogates_and_bytes_of_no_encoding_are_told():
    checked = LINTER.check('{"turns":[{"role":"agent","text":"\udcff"}]}\n{"turns":[]}\n')
    assert checked.summary["conversations"] >= 0
    checked = LINTER.check(b'{"turns":[{"role":"agent","text":"\xff"}]}\n' + '{"turns":[{"role":"agent","text":"您好"}]}'.encode())
    assert checked.summary["failed"] == 1 and checked.summary["conversations"] == 1
    LINTER.check(b"\x00\xff\xfe" * 1000)


def columns_without_words_are_refused():
    raises(TypeError, lambda: LINTER.check(pa.array([1, 2])), "int64".capitalize())
    raises(replylint.ReplylintError, lambda: LINTER.check(pa.table({"turns": [1, 2]})), "turns", "结构列表")
    raises(replylint.ReplylintError, lambda: LINTER.check(pa.table({"turns": [[1], [2]]})), "turns")
    raises(replylint.ReplylintError, lambda: LINTER.audit(pa.table({"a": [1], "b": [2]})), "a (Int64), b (Int64)", "text 和 role")
    raises(replylint.ReplylintError, lambda: LINTER.check(pa.table({"agent": [["x"]], "turns": [GOOD["turns"]]})), "`agent`")
    kind = pa.struct([("role", pa.string()), ("text", pa.list_(pa.string()))])
    raises(replylint.ReplylintError, lambda: LINTER.check(pa.table({"turns": pa.array([[{"role": "agent", "text": ["x"]}]], pa.list_(kind))})), "text")


def nulls_are_told():
    kind = pa.list_(pa.struct([("role", pa.string()), ("text", pa.string())]))
    turns = pa.array([None, [None], [{"role": None, "text": "x"}], [{"role": "agent", "text": None}], GOOD["turns"], []], kind)
    checked = LINTER.check(pa.table({"id": [None] * 5 + ["z"], "turns": turns}))
    assert [row["line"] for row in checked.failed] == [1, 2, 3, 4] and checked.summary["conversations"] == 2
    checked = LINTER.check(pa.table({"value": pa.array([None, "", "{"], pa.string())}))
    assert [row["line"] for row in checked.failed] == [1, 3], checked.failed
    checked = LINTER.check(pa.table({"text": pa.array([None, "您好"], pa.string())}))
    assert [row["line"] for row in checked.failed] == [1]


def texts_that_lie_about_their_encoding_are_told():
    lying = pa.Array.from_buffers(pa.string(), 2, [None, pa.py_buffer(b"\x00\x00\x00\x00\x02\x00\x00\x00\x06\x00\x00\x00"), pa.py_buffer(b"\xff\xfeabcd")])
    assert len(LINTER.check(pa.table({"text": lying})).failed) == 1
    assert len(LINTER.check(lying).failed) == 2
    turns = pa.StructArray.from_arrays([pa.array(["agent", "agent"]), lying], ["role", "text"])
    table = pa.table({"turns": pa.ListArray.from_arrays([0, 1, 2], turns)})
    checked = LINTER.check(table)
    assert [row["message"] for row in checked.failed] == ["不是 UTF-8 编码"], checked.failed


def a_stream_that_breaks_off_is_told():
    def batches():
        yield pa.RecordBatch.from_pydict({"value": ["{}"]})
        raise OSError("the disk is gone")

    reader = pa.RecordBatchReader.from_batches(pa.schema([("value", pa.string())]), batches())
    raises((replylint.ReplylintError, OSError), lambda: LINTER.check(reader), "the disk is gone")


def long_texts_are_judged():
    long = {"turns": [{"role": "customer", "text": "退款" * 20_000}, {"role": "agent", "text": "会尽快给您回复，" * 500}]}
    assert LINTER.check([long]).summary["conversations"] == 1
    assert LINTER.check(pa.Table.from_pylist([long])).summary["conversations"] == 1
    many = {"turns": [{"role": "agent", "text": "好"}] * 5_000}
    assert LINTER.check([many]).summary["turns"] == 5_000


def private_data_is_hidden_in_whatever_is_told():
    given = [{"id": "13812345678", "turns": [{"role": "agent", "text": "加我微信13812345678，邮箱someone@example.com"}]},
             {"turns": [{"role": "13812345678", "text": "x"}]}]
    told = repr([LINTER.check(given), LINTER.audit(given), LINTER.promises(given)])
    assert "13812345678" not in told and "someone@example" not in told
    table = LINTER.check(pa.Table.from_pylist(given[:1])).findings.to_pyarrow().to_pylist()
    assert table and "13812345678" not in repr(table)
    assert "13812345678" in repr(replylint.check(given, show_pii=True))


def settings_that_are_wrong_say_where():
    folder = work() / "broken"
    folder.mkdir(exist_ok=True)
    (folder / "pack.toml").write_text("[rule.x]\nseverity = 'lethal'\n", "utf-8")
    (folder / "replylint.toml").write_text("[rules]\nignore = ['duty/*']\nselcet = []\n", "utf-8")
    wrong = replylint.ReplylintError
    raises(wrong, lambda: replylint.Linter(packs=[folder / "pack.toml"]), "pack.toml")
    raises(wrong, lambda: replylint.Linter(config=folder / "replylint.toml", locale="en"), "replylint.toml:3", "select")
    raises(wrong, lambda: replylint.Linter(config=folder), "broken")
    raises(wrong, lambda: replylint.Linter(config=folder / "none.toml"), "none.toml")
    raises(wrong, lambda: replylint.Linter(select=["promise/vage-promise"], locale="en"), "vague-promise")
    raises(wrong, lambda: replylint.Linter(zone="Mars/Olympus"), "Mars/Olympus")
    raises(wrong, lambda: replylint.Linter(as_of="soon"))
    raises(wrong, lambda: replylint.Linter(scorecards=["chatt"], locale="en"), "chat")
    raises(ValueError, lambda: replylint.Linter(locale="xx"), "locale")
    raises(TypeError, lambda: replylint.Linter(select="promise/*"), "select")
    raises(TypeError, lambda: replylint.Linter(colour=True), "colour")


if __name__ == "__main__":
    run([
        what_is_no_conversation_is_refused,
        rows_that_fail_are_told_and_the_rest_is_done,
        surrogates_and_bytes_of_no_encoding_are_told,
        columns_without_words_are_refused,
        nulls_are_told,
        texts_that_lie_about_their_encoding_are_told,
        a_stream_that_breaks_off_is_told,
        long_texts_are_judged,
        private_data_is_hidden_in_whatever_is_told,
        settings_that_are_wrong_say_where,
    ])
