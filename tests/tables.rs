//! Tables of conversations as people export them: what is stated is read, and what is missing is reported.

mod support;

use serde_json::{Value, json};
use support::{Out, Place};

const VAGUE: &str = "抱歉，我们会尽快给您回复。";

fn lines(place: &Place, name: &str) -> Vec<Value> {
    String::from_utf8(place.read(name)).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The rows of an audit, the rejected ones, and the messages.
fn audited(place: &Place, input: &str, more: &[&str]) -> (Vec<Value>, Vec<Value>, Out) {
    let arguments = ["audit", input, "-o", "out", "--no-reports", "--scorecard", "none"];
    let out = place.run(arguments.iter().chain(more));
    (lines(place, "out/conversations.jsonl"), lines(place, "out/rejects.jsonl"), out)
}

fn agents(row: &Value) -> Vec<&str> {
    row["parts"].as_array().unwrap().iter().map(|part| part["agent"].as_str().unwrap_or("-")).collect()
}

fn rules(row: &Value) -> Vec<&str> {
    row["findings"].as_array().unwrap().iter().map(|found| found["rule"].as_str().unwrap()).collect()
}

/// Headers in Traditional Chinese are known like others; where nothing tells conversations apart, that is said.
#[test]
fn traditional_headers_are_known_and_a_missing_conversation_is_said() {
    let place = Place::empty();
    for head in ["會話ID,時間,角色,內容,客服", "會話編號,發送時間,發送者,訊息內容,客服人員"]
    {
        let rows = "A,2026-03-02 09:00:00,客户,您好,\nA,2026-03-02 09:00:10,客服,您好,小林\nB,2026-03-02 09:00:00,客户,在吗,\nB,2026-03-02 09:00:10,客服,在的,小林\n";
        place.write("in.csv", format!("{head}\n{rows}"));
        let out = place.run(["audit", "in.csv", "-o", "out", "--force"]).code(0).warns(&["audited conversations: 2"]);
        assert!(!out.stderr.contains("input/one-conversation"), "{}", out.stderr);
    }
    place.write("in.csv", "列,时间,角色,内容\nA,2026-03-02 09:00:00,客户,您好\nB,2026-03-02 09:00:10,客服,您好\n");
    place
        .run(["audit", "in.csv", "-o", "out", "--force"])
        .code(0)
        .warns(&["input/one-conversation", "audited conversations: 1"]);
}

#[test]
fn a_day_and_a_clock_in_two_columns_are_one_time() {
    let place = Place::empty();
    let head = "会话ID,发送方,消息内容,日期,时间\n";
    let chat = format!("{head}a,客户,在吗,2026/3/2,上午9:00:00\na,客服,在的，请讲,2026/3/2,上午9:05:00\n");
    place.write("log.csv", chat);
    let (rows, _, out) = audited(&place, "log.csv", &[]);
    out.code(0).warns(&["date = \"日期\""]);
    assert_eq!((&rows[0]["day"], &rows[0]["start"]), (&json!("2026-03-02"), &json!("2026-03-02T09:00:00+08:00")));
    assert!(rules(&rows[0]).contains(&"pace/slow-first-reply"), "{:?}", rows[0]);
    // In a call, times count from its beginning, whatever the day.
    let call = "通话ID,渠道,说话人,文本,日期,时间\na,电话,客户,杯子碎了,2026-03-02,00:03\na,电话,客服,好的，给您换新,2026-03-02,01:23\n";
    place.write("log.csv", call);
    let (rows, ..) = audited(&place, "log.csv", &["--select", "pace/*"]);
    assert_eq!(rules(&rows[0]), ["pace/slow-first-reply"], "{:?}", rows[0]);
    assert!(rows[0]["findings"][0]["message"].as_str().unwrap().contains("1 min 20 s"));
    // A day alone still counts as a time.
    place.write("log.csv", "会话ID,发送方,消息内容,日期\na,客户,在吗,2026-03-02\na,客服,在的，请讲,2026-03-02\n");
    assert_eq!(audited(&place, "log.csv", &[]).0[0]["day"], "2026-03-02");
}

#[test]
fn a_row_with_too_many_cells_is_refused() {
    let place = Place::empty();
    // Empty cells at the end are ignored, and so is an empty name.
    for (more, empty) in [("", ","), (",", ",,")] {
        let rows = format!("a,客户,在吗,{empty}\na,客服,尽快,给你处理,小王\na,客服,在的,小王{empty}\n");
        place.write("log.csv", format!("会话ID,发送方,消息内容,客服账号{more}\n{rows}"));
        let (rows, rejects, out) = audited(&place, "log.csv", &[]);
        assert_eq!((rows.len(), &rows[0]["turns"], agents(&rows[0])), (1, &json!(2), vec!["小王"]), "{rows:?}");
        assert_eq!((rejects.len(), &rejects[0]["line"]), (1, &json!(3)));
        out.code(2).warns(&["log.csv:3", "5 cells, and 4 columns have names", "quotation marks"]);
    }
}

#[test]
fn names_tell_who_speaks_where_no_column_does() {
    let place = Place::empty();
    let head = "会话ID,发送人,消息内容,客服账号\n";
    let chat = format!("a,张三,收到的杯子碎了,小林\na,客服小林,{VAGUE},小林\nb,李四,在吗,小王\nb,小王,{VAGUE},小王\n");
    place.write("log.csv", format!("{head}{chat}c,王五,在吗,\nc,赵六,在的,\nc,客服小王,{VAGUE},小王\n"));
    let (rows, rejects, out) = audited(&place, "log.csv", &[]);
    out.code(2).warns(&["who is agent is told by the names", "unknown role \"王五\"", "[audit.roles]"]);
    assert_eq!(rows.iter().map(agents).collect::<Vec<_>>(), [["小林"], ["小王"], ["小王"]]);
    assert!(rows[..2].iter().all(|row| row["turns"] == 2 && row["invalid"].is_null()), "{rows:?}");
    // Two unknown names could have either role.
    assert_eq!(rejects.iter().map(|reject| reject["line"].as_u64().unwrap()).collect::<Vec<_>>(), [6, 7]);
    // A column of roles is trusted, and nothing is guessed besides.
    place.write("log.csv", format!("会话ID,角色,消息内容\na,质检,看看\na,客服,{VAGUE}\n"));
    assert_eq!(audited(&place, "log.csv", &[]).1.len(), 1);
}

#[test]
fn sides_and_own_words_are_roles() {
    let place = Place::empty();
    place.write("log.csv", format!("会话ID,消息方向,消息内容\na,接收,在吗\na,发送,{VAGUE}\n"));
    let (rows, _, out) = audited(&place, "log.csv", &[]);
    out.code(0);
    assert!(rules(&rows[0]).contains(&"promise/vague-promise"));
    let table = format!("session_id,sender_type,content\na,1,在吗\na,2,{VAGUE}\na,3,会话结束\n");
    place.write("log.csv", &table);
    let (rows, rejects, out) = audited(&place, "log.csv", &[]);
    assert_eq!((rows.len(), rejects.len()), (0, 3));
    out.code(2).warns(&["customer = [\"1\"]", "[audit.roles]"]);
    place.write("replylint.toml", "[audit.roles]\ncustomer = \"1\"\nagent = [\"2\", \"坐席\"]\nsystem = [\"3\"]\n");
    let (rows, _, out) = audited(&place, "log.csv", &[]);
    out.code(0);
    assert_eq!((&rows[0]["turns"], agents(&rows[0]).len()), (&json!(3), 1));
    assert!(rules(&rows[0]).contains(&"promise/vague-promise"));
    // The same in JSONL, with `check`, and in the settings in force.
    let record = json!({ "turns": [{ "role": "1", "text": "在吗" }, { "role": "2", "text": VAGUE }] });
    place.write("log.jsonl", format!("{record}\n"));
    place.run(["check", "log.jsonl", "-f", "concise"]).code(1).says(&["promise/vague-promise"]);
    place.run(["config"]).code(0).says(&["[audit.roles]", "customer = [\"1\"]", "replylint.toml:2"]);
    place.write("replylint.toml", "[audit.roles]\ncustmer = [\"1\"]\n");
    place.run(["audit", "log.csv", "-o", "out"]).code(2).warns(&["did you mean `customer`?"]);
}

#[test]
fn lines_that_end_in_a_carriage_return_are_lines() {
    let place = Place::empty();
    let table = format!("会话ID,发送方,消息内容\ra,客户,\"在吗\n亲\"\ra,客服,{VAGUE}\rb,客户,在吗\rb,客服,在的\r");
    place.write("log.csv", table);
    let (rows, rejects, out) = audited(&place, "log.csv", &[]);
    out.code(0);
    assert_eq!((rows.len(), rejects.len(), &rows[1]["line"]), (2, 0, &json!(4)));
    // A table with headings but no rows is reported.
    place.write("log.csv", "会话ID,发送方,消息内容\n");
    audited(&place, "log.csv", &[]).2.code(0).warns(&["no row stands below the names of the columns"]);
}

#[test]
fn titles_and_a_stated_delimiter_may_stand_above_the_names() {
    let place = Place::empty();
    let table = format!("会话ID;发送方;消息内容\na;客户;你好, 在吗\na;客服;{VAGUE}\n");
    for above in ["2026年3月聊天记录导出;;\n;;\n", "Chats, March 2026\n", "sep=;\r\n", "\u{feff}\"sep=;\"\n"] {
        place.write("log.csv", format!("{above}{table}"));
        let (rows, rejects, out) = audited(&place, "log.csv", &[]);
        out.code(0);
        assert_eq!((rows.len(), rejects.len(), &rows[0]["turns"]), (1, 0, &json!(2)), "{above}");
    }
    // Within limits: a table of something else is refused, with its headings named.
    place.write("log.csv", format!("甲,乙\n{}", "1,2\n".repeat(100)));
    let (_, rejects, out) = audited(&place, "log.csv", &[]);
    out.code(2).warns(&["which column holds the words is not known: 甲, 乙"]);
    assert_eq!((rejects.len(), &rejects[0]["line"]), (1, &json!(1)));
}

#[test]
fn questions_and_answers_of_one_id_are_one_conversation() {
    let place = Place::empty();
    let head = "会话ID,客户问题,客服回复,提问时间,回复时间,客服\n";
    let first = "a,几点发货,您好，今天16:00发货,2026-03-02 09:00:00,2026-03-02 09:00:05,小林\n";
    let (more, other) =
        ("a,好的,,2026-03-02 09:01:00,,小林\n", "b,在吗,在的，请讲,2026-03-02 10:00:00,2026-03-02 10:20:00,小王\n");
    place.write("log.csv", format!("{head}{first}{more}{other}"));
    let (rows, ..) = audited(&place, "log.csv", &[]);
    assert_eq!(rows.iter().map(|row| row["turns"].as_u64().unwrap()).collect::<Vec<_>>(), [3, 2]);
    assert_eq!((&rows[0]["start"], agents(&rows[0])), (&json!("2026-03-02T09:00:00+08:00"), vec!["小林"]));
    assert!(rules(&rows[1]).contains(&"pace/slow-first-reply"), "{:?}", rows[1]);
    place.write("log.csv", format!("{head}{first}{other}{more}"));
    let (rows, ..) = audited(&place, "log.csv", &["--group", "sort"]);
    assert_eq!(rows.iter().map(|row| row["turns"].as_u64().unwrap()).collect::<Vec<_>>(), [3, 2]);
}

#[test]
fn a_whole_chat_in_a_cell_begins_when_its_row_says() {
    let place = Place::empty();
    let chat = |first: &str, second: &str| format!("\"张三{first}\n在吗\n客服小林{second}\n在的，请讲\"");
    for (column, settings) in [("开始时间", ""), ("什么时候", "[audit.columns]\ntime = \"什么时候\"\n")] {
        place.write("replylint.toml", settings);
        let rows = [chat(" 23:59:00", " 00:04:30"), "\"客户：在吗\n客服：在的，请讲\"".to_owned()];
        let row = |chat: &String| format!("a,小林,{chat},2026-03-02 23:58:30\n");
        place.write("log.csv", format!("会话ID,坐席,聊天记录,{column}\n{}{}", row(&rows[0]), row(&rows[1])));
        let (rows, _, out) = audited(&place, "log.csv", &[]);
        out.code(0);
        let told = |row: &Value| (row["start"].clone(), row["end"].clone());
        let first = (json!("2026-03-02T23:59:00+08:00"), json!("2026-03-03T00:04:30+08:00"));
        assert_eq!(told(&rows[0]), first, "{column}");
        assert!(rules(&rows[0]).contains(&"pace/slow-first-reply"));
        // The time of the answer is unknown: there is a day, but no wait.
        assert_eq!((&rows[1]["day"], &rows[1]["start"]), (&json!("2026-03-02"), &json!("2026-03-02T23:58:30+08:00")));
        assert!(!rules(&rows[1]).contains(&"pace/slow-first-reply"));
    }
}

#[test]
fn what_a_later_row_says_of_its_conversation_is_known() {
    let place = Place::empty();
    let head = "会话ID,发送方,消息内容,满意度,技能组,渠道,客户ID\n";
    place.write("log.csv", format!("{head}a,客户,在吗,,,,\na,客服,在的,1,售后组,app,\na,客服,{VAGUE},5,,,K1\nb,客户,在吗,,,,\nb,客服,在的,,,,\n"));
    let (rows, ..) = audited(&place, "log.csv", &["--sample", "must:10"]);
    let told = ["rating", "team", "channel", "customer"].map(|key| rows[0][key].as_str().unwrap_or("-"));
    assert_eq!(told, ["1", "售后组", "app", "K1"]);
    assert!(rows[1]["rating"].is_null() && rows[1]["team"].is_null());
    let sample = String::from_utf8(place.read("out/sample.json")).unwrap();
    assert!(sample.contains("must:low-rating"), "{sample}");
}

#[test]
fn what_is_sent_by_itself_answers_nobody() {
    let place = Place::empty();
    let turn = |role: &str, text: &str, time: &str, source: &str| json!({ "role": role, "text": text, "time": format!("2026-03-02 {time}"), "source": source });
    for (source, slow) in [("auto", true), ("bot", true), ("canned", false)] {
        let greeting = turn("agent", "您好，欢迎光临，请稍等", "10:00:01", source);
        let turns = [
            turn("customer", "杯子碎了", "10:00:00", "typed"),
            greeting,
            turn("agent", "非常抱歉，今天给您补发", "10:09:00", "typed"),
        ];
        place.write("log.jsonl", format!("{}\n", json!({ "id": "a", "agent": "小林", "turns": turns })));
        let (rows, ..) = audited(&place, "log.jsonl", &["--select", "pace/slow-first-reply"]);
        assert_eq!(rules(&rows[0]) == ["pace/slow-first-reply"], slow, "{source}: {:?}", rows[0]);
        let (rows, ..) = audited(&place, "log.jsonl", &["--select", "pace/unanswered-question"]);
        assert_eq!(rules(&rows[0]).len(), 0);
    }
}

#[test]
fn a_weekday_in_brackets_hides_no_time() {
    let place = Place::empty();
    place.write(
        "log.csv",
        "会话ID,发送方,消息内容,时间\na,客户,在吗,2026/3/2（周一）09:00:00\na,客服,在的,2026/3/2（周一）09:05:00\n",
    );
    let (rows, _, out) = audited(&place, "log.csv", &[]);
    assert!(!out.code(0).stderr.contains("cannot be read"));
    assert_eq!(rows[0]["start"], "2026-03-02T09:00:00+08:00");
}

#[cfg(feature = "xlsx")]
mod workbooks {
    use super::*;
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet};
    use std::io::Write;

    fn write(sheet: &mut Worksheet, row: u32, cells: &[&str]) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, *cell).unwrap();
        }
    }

    #[test]
    fn days_clocks_and_serial_numbers_are_times() {
        let place = Place::empty();
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        write(sheet, 0, &["会话ID", "发送方", "消息内容", "日期", "时间"]);
        write(sheet, 1, &["a", "客户", "在吗"]);
        write(sheet, 2, &["a", "客服", "在的，请讲"]);
        let (day, clock) = (Format::new().set_num_format("yyyy-mm-dd"), Format::new().set_num_format("hh:mm:ss"));
        for (row, minute) in [(1, 0), (2, 5)] {
            sheet.write_datetime_with_format(row, 3, ExcelDateTime::from_ymd(2026, 3, 2).unwrap(), &day).unwrap();
            sheet.write_datetime_with_format(row, 4, ExcelDateTime::from_hms(9, minute, 0).unwrap(), &clock).unwrap();
        }
        let sheet = book.add_worksheet();
        write(sheet, 0, &["会话ID", "发送方", "消息内容", "时间"]);
        write(sheet, 1, &["b", "客户", "在吗"]);
        write(sheet, 2, &["b", "客服", "在的，请讲"]);
        sheet.write_number(1, 3, 46_083.375).unwrap();
        sheet.write_number(2, 3, 46_083.378_472_222).unwrap();
        place.write("log.xlsx", book.save_to_buffer().unwrap());
        let (rows, _, out) = audited(&place, "log.xlsx", &[]);
        assert!(!out.code(0).stderr.contains("cannot be read"));
        for row in &rows {
            assert_eq!(row["start"], "2026-03-02T09:00:00+08:00");
            assert!(rules(row).contains(&"pace/slow-first-reply"), "{row:?}");
        }
    }

    #[test]
    fn days_that_a_workbook_counts_from_1904_are_those_that_people_see() {
        let place = Place::empty();
        let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm:ss");
        let mut book = Workbook::new();
        for (name, format) in [("formatted", Some(&moment)), ("plain", None)] {
            let sheet = book.add_worksheet().set_name(name).unwrap();
            write(sheet, 0, &["会话ID", "发送方", "消息内容", "时间"]);
            write(sheet, 1, &[name, "客户", "在吗"]);
            write(sheet, 2, &[name, "客服", "在的，请讲"]);
            // 2 March 2026, 9:00 and 9:05, four years and a day fewer than elsewhere.
            for (row, number) in [(1, 44_621.375), (2, 44_621.378_472_222)] {
                match format {
                    Some(format) => sheet.write_number_with_format(row, 3, number, format).unwrap(),
                    None => sheet.write_number(row, 3, number).unwrap(),
                };
            }
        }
        let mut old = zip::ZipArchive::new(std::io::Cursor::new(book.save_to_buffer().unwrap())).unwrap();
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for index in 0..old.len() {
            let mut part = old.by_index(index).unwrap();
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut part, &mut bytes).unwrap();
            let name = part.name().unwrap().to_string();
            if name == "xl/workbook.xml" {
                let text = String::from_utf8(bytes).unwrap();
                assert!(text.contains("<workbookPr "));
                bytes = text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ").into_bytes();
            }
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(&bytes).unwrap();
        }
        place.write("log.xlsx", archive.finish().unwrap().into_inner());
        for how in ["adjacent", "sort"] {
            let (rows, ..) = audited(&place, "log.xlsx", &["--group", how]);
            assert_eq!(rows.len(), 2);
            for row in &rows {
                assert_eq!(row["start"], "2026-03-02T09:00:00+08:00", "{how}: {row:?}");
                assert!(rules(row).contains(&"pace/slow-first-reply"), "{row:?}");
            }
        }
    }

    #[test]
    fn merged_cells_hold_for_all_their_rows() {
        let place = Place::empty();
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        write(sheet, 0, &["会话ID", "发送方", "消息内容", "客服账号", "附件"]);
        let plain = Format::new();
        for (first, id) in [(1, "a"), (4, "b")] {
            write(sheet, first, &["", "客户", "杯子碎了"]);
            write(sheet, first + 1, &["", "客服", VAGUE, "", "1.png"]);
            sheet.merge_range(first, 0, first + 2, 0, id, &plain).unwrap();
            sheet.merge_range(first, 3, first + 2, 3, "小林", &plain).unwrap();
            // One message with two attachments.
            sheet.merge_range(first + 1, 1, first + 2, 1, "客服", &plain).unwrap();
            sheet.merge_range(first + 1, 2, first + 2, 2, VAGUE, &plain).unwrap();
            sheet.write_string(first + 2, 4, "2.png").unwrap();
        }
        place.write("log.xlsx", book.save_to_buffer().unwrap());
        for how in ["adjacent", "sort"] {
            let (rows, rejects, out) = audited(&place, "log.xlsx", &["--group", how]);
            out.code(0);
            assert_eq!((rows.len(), rejects.len()), (2, 0));
            assert!(rows.iter().all(|row| row["turns"] == 2 && agents(row) == ["小林"]), "{how}: {rows:?}");
        }
    }

    #[test]
    fn places_name_the_sheet_and_hidden_ones_are_said() {
        let place = Place::empty();
        let mut book = Workbook::new();
        for (name, words) in [("三月", "杯子碎了"), ("四月", "盘子碎了"), ("五月", "碗碎了")] {
            let sheet = book.add_worksheet().set_name(name).unwrap();
            write(sheet, 0, &["会话ID", "发送方", "消息内容", "时间"]);
            write(sheet, 1, &[name, "客户", words, "2026-13-01"]);
            write(sheet, 2, &[name, "客服", VAGUE]);
            write(sheet, 3, &["", "客服", "在的"]);
            sheet.set_hidden(name == "五月");
        }
        place.write("log.xlsx", book.save_to_buffer().unwrap());
        let out = place.run(["audit", "log.xlsx", "-o", "out"]).code(2);
        for said in ["sheet 四月: the time `2026-13-01`", "sheet 四月: no conversation id", "sheet 五月 is hidden"]
        {
            assert!(out.stderr.contains(said), "{said}: {}", out.stderr);
        }
        assert!(!out.stderr.contains("sheet 四月 is hidden"));
        let (rows, found) = (lines(&place, "out/conversations.jsonl"), lines(&place, "out/findings.jsonl"));
        for (row, sheet) in rows.iter().zip(["三月", "四月", "五月"]) {
            assert_eq!((&row["sheet"], &row["line"]), (&json!(sheet), &json!(2)));
        }
        assert!(found.iter().any(|found| found["sheet"] == "四月"));
        let rejects = lines(&place, "out/rejects.jsonl");
        assert!(rejects[1]["message"].as_str().unwrap().starts_with("sheet 四月: "), "{rejects:?}");
        // The report shows the words of each, although all are on the same line.
        let page = String::from_utf8(place.read("out/report.html")).unwrap();
        for words in ["杯子碎了", "盘子碎了", "碗碎了"] {
            assert!(page.contains(words), "{words}");
        }
    }

    #[test]
    fn a_formula_without_its_value_is_refused() {
        let cell = |place: &str, text: &str| format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
        let row = |number: usize, cells: &[String]| format!("<row r=\"{number}\">{}</row>", cells.concat());
        let rows = [
            row(1, &[cell("A1", "会话ID"), cell("B1", "角色"), cell("C1", "内容"), cell("D1", "备注")]),
            row(2, &[cell("A2", "a"), cell("B2", "客户"), cell("C2", "在吗"), "<c r=\"D2\"><f>1+1</f></c>".to_owned()]),
            row(3, &[cell("A3", "a"), cell("B3", "客服"), "<c r=\"C3\" t=\"str\"><f>\"x\"</f><v></v></c>".to_owned()]),
            row(4, &["<c r=\"A4\"><f>\"a\"</f></c>".to_owned(), cell("B4", "客服"), cell("C4", VAGUE)]),
            row(
                5,
                &[cell("A5", "a"), cell("B5", "客服"), "<c r=\"C5\" t=\"str\"><f>\"x\"</f><v>在的</v></c>".to_owned()],
            ),
        ];
        let main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let package = "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"";
        let parts = [
            (
                "_rels/.rels",
                format!(
                    "<Relationships {package}><Relationship Id=\"r1\" Type=\"{office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/workbook.xml",
                format!(
                    "<workbook {main} xmlns:r=\"{office}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                format!(
                    "<Relationships {package}><Relationship Id=\"r1\" Type=\"{office}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
                ),
            ),
            (
                "xl/worksheets/sheet1.xml",
                format!("<worksheet {main}><sheetData>{}</sheetData></worksheet>", rows.concat()),
            ),
        ];
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, text) in parts {
            archive.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        let place = Place::empty();
        place.write("log.xlsx", archive.finish().unwrap().into_inner());
        let (rows, rejects, out) = audited(&place, "log.xlsx", &[]);
        out.code(2).warns(&["C3 is a formula that was saved without", "A4 is a formula", "save it there"]);
        assert_eq!((rows[0]["turns"].as_u64(), rejects.len()), (Some(2), 2), "{rejects:?}");
    }
}

#[test]
fn whoever_reads_a_mixed_table_says_so_and_can_sort_it() {
    let place = Place::empty();
    let head = "会话ID,发送方,消息内容,时间,客户ID\n";
    let (asked, promised) =
        ("a,客户,退款呢,2026-03-02 09:00:00,k\n", "a,客服,今天18:00前给您退款,2026-03-02 09:01:00,k\n");
    let (kept, other) = ("a,客服,已经给您退款了,2026-03-02 15:00:00,k\n", "b,客服,在的，请讲,2026-03-02 09:02:00,m\n");
    place.write("mixed.csv", format!("{head}{asked}{other}{promised}b,客户,好,2026-03-02 09:03:00,m\n{kept}"));
    let commands = [
        vec!["promises", "mixed.csv", "--as-of", "2026-03-03", "--zone", "Asia/Shanghai"],
        vec!["acts", "mixed.csv", "--format", "jsonl"],
        vec!["check", "mixed.csv", "--kind", "transcript", "--as-of", "2026-03-03", "--fail-on", "never"],
    ];
    for command in commands {
        let mixed = place.run(&command).code(0).warns(&["input/repeated-ids", ": 3", "--group sort"]);
        let sorted = place.run(command.iter().chain(&["--group", "sort"])).code(0);
        assert!(!sorted.stderr.contains("input/repeated-ids"), "{}", sorted.stderr);
        assert_ne!(mixed.stdout + &mixed.stderr, sorted.stdout.clone() + &sorted.stderr);
        if command[0] == "promises" {
            let promise: Value = serde_json::from_str(sorted.stdout.lines().next().unwrap()).unwrap();
            assert_eq!((&promise["outcome"], &promise["conversation"]), (&json!("kept"), &json!("a")), "{promise}");
        }
        if command[0] == "check" {
            sorted.warns(&["conversations: 2"]);
        }
    }
    // The same id in another file is another conversation, and nothing that sorting could mend.
    for name in ["one.csv", "two.csv"] {
        place.write(name, format!("{head}{asked}{promised}"));
    }
    let out = place.run(["promises", "one.csv", "two.csv", "--as-of", "2026-03-03"]).code(0);
    assert!(!out.stderr.contains("repeated"), "{}", out.stderr);
}

#[test]
fn an_encoding_that_is_named_is_the_one_that_is_read() {
    let place = Place::empty();
    let text = "会话ID,发送方,消息内容\na,客户,什麼時候退款\na,客服,明天18:00前退款給您\n";
    let (big5, ..) = encoding_rs::BIG5.encode(text);
    place.write("log.csv", &big5);
    for command in ["promises", "acts"] {
        let out = place.run([command, "log.csv", "--encoding", "big5", "--format", "jsonl"]).code(0).says(&["退款"]);
        assert!(!out.stderr.contains("encoding-guessed"), "{}", out.stderr);
        place.run([command, "log.csv", "--encoding", "klingon"]).code(2).warns(&["klingon"]);
    }
}
