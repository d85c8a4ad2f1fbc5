//! Workbooks through the program: cells in place, formulas and merged cells reported, bombs refused.
#![cfg(feature = "xlsx")]

mod support;

use rust_xlsxwriter::{Format, Formula, Workbook};
use std::io::Write;
use support::{Place, each};

const SOON: &str = "--select=promise/vague-promise";

#[test]
fn findings_name_the_cell() {
    let place = Place::empty();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("售后").unwrap();
    sheet.write_string(0, 0, "2026 年话术").unwrap();
    for (column, head) in (0..).zip(["分组", "快捷编码", "快捷短语", "失效日期"]) {
        sheet.write_string(2, column, head).unwrap();
    }
    sheet.merge_range(3, 0, 5, 0, "退款", &Format::new()).unwrap();
    sheet.write_string(3, 2, "您好，请问有什么可以帮您？").unwrap();
    sheet.write_string(4, 2, "抱歉，我们会尽快给您回复。").unwrap();
    sheet.write_formula(5, 2, Formula::new("C5").set_result("我们会尽快给您回复。")).unwrap();
    sheet.write_string(1_048_575, 16_383, "远").unwrap();
    let other = book.add_worksheet().set_name("空").unwrap();
    other.write_number(0, 0, 7.0).unwrap();
    place.write("话术.xlsx", book.save_to_buffer().unwrap());
    let found = place.findings(["话术.xlsx", SOON]);
    let cells: Vec<_> = found.iter().map(|finding| finding["cell"].clone()).collect();
    let cell = |name: &str| serde_json::json!({ "sheet": "售后", "name": name });
    assert_eq!(cells, [cell("C5"), cell("C6")]);
    assert_eq!(each(&found, "location"), ["null", "null"]);
    let out = place.run(["check", "话术.xlsx", SOON, "-f", "concise"]).code(1);
    out.says(&["话术.xlsx!售后!C5: warning[promise/vague-promise]"]).warns(&["input/formula", "C6"]);
    place.run(["check", "话术.xlsx", SOON]).code(1).says(&["话术.xlsx!售后!C5"]);
    let before = place.read("话术.xlsx");
    place.run(["check", "话术.xlsx", SOON, "--fix", "--unsafe-fixes"]).code(1);
    assert_eq!(place.read("话术.xlsx"), before);
    place.run(["templates", "export", "话术.xlsx", "-o", "a.csv", "--to", "qianniu"]).code(0);
    let csv = String::from_utf8(place.read("a.csv")).unwrap();
    assert_eq!(csv.matches("退款,").count(), 3, "{csv}");
}

/// An archive of these parts, each with its beginning followed by this many bytes `a`.
fn archive(parts: &[(&str, &str, usize)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let block = vec![b'a'; 1 << 20];
    for (name, head, length) in parts {
        writer.start_file(*name, options).unwrap();
        writer.write_all(head.as_bytes()).unwrap();
        let mut left = *length;
        while left > 0 {
            let size = left.min(block.len());
            writer.write_all(&block[..size]).unwrap();
            left -= size;
        }
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn bombs_and_lies_are_refused() {
    let place = Place::empty();
    let shared = "xl/sharedStrings.xml";
    place.write("big.xlsx", archive(&[("xl/worksheets/sheet1.xml", "", 400 << 20)]));
    place.write("shared.xlsx", archive(&[(shared, "", 40 << 20)]));
    place.write("lie.xlsx", archive(&[(shared, "<sst uniqueCount=\"99999999999\">", 10)]));
    let names: Vec<String> = (0..3000).map(|number| format!("p{number}")).collect();
    let many: Vec<(&str, &str, usize)> = names.iter().map(|name| (name.as_str(), "", 1)).collect();
    place.write("many.xlsx", archive(&many));
    place.write("text.xlsx", archive(&[("readme.txt", "您好", 0)]));
    place.write("old.xlsx", [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0]);
    for (name, code) in [
        ("big.xlsx", "input/too-large"),
        ("shared.xlsx", "input/too-large"),
        ("lie.xlsx", "input/too-large"),
        ("many.xlsx", "input/too-large"),
        ("text.xlsx", "input/bad-xlsx"),
        ("old.xlsx", "input/bad-xlsx"),
    ] {
        place.run(["check", name]).code(2).warns(&[code]);
    }
}

/// Fills in `review.xlsx` as people would, cell by cell, and saves it as another file.
fn filled(bytes: Vec<u8>, fill: &[(&str, &str)]) -> Vec<u8> {
    use calamine::{Reader, Xlsx};
    let mut book: Xlsx<_> = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    let header: Vec<String> = range.rows().next().unwrap().iter().map(ToString::to_string).collect();
    let mut out = Workbook::new();
    let sheet = out.add_worksheet();
    for (row, cells) in (0..).zip(range.rows()) {
        for ((column, cell), name) in (0..).zip(cells).zip(&header) {
            let own = fill.iter().find(|(wanted, _)| row > 0 && wanted == name);
            sheet.write_string(row, column, own.map_or(cell.to_string(), |(_, text)| (*text).to_owned())).unwrap();
        }
    }
    out.save_to_buffer().unwrap()
}

#[test]
fn a_sheet_of_rules_is_made_to_be_edited() {
    let place = Place::empty();
    place.run(["rules", "export", "-o", "r.xlsx", "--locale", "zh", "--select", "conduct/*"]).code(0);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(place.read("r.xlsx"))).unwrap();
    let mut part = |name: &str| std::io::read_to_string(archive.by_name(name).unwrap()).unwrap();
    assert!(part("xl/workbook.xml").contains("name=\"规则\""));
    let sheet = part("xl/worksheets/sheet1.xml");
    for wanted in ["<pane ", "<autoFilter ref=\"A1:P", "\"是,否\"", "\"必改,建议改,可选\"", "width=\"42."] {
        assert!(sheet.contains(wanted), "{wanted}");
    }
    let words = part("xl/sharedStrings.xml");
    assert!(words.contains("提醒（中文）") && words.contains("提醒（英文）"));
}

#[test]
fn a_review_goes_out_and_comes_back_as_a_workbook_and_changes_every_report() {
    let place = Place::empty();
    let lines: String = (0..3)
        .map(|number| {
            support::line(&format!("c{number}"), &[("customer", "杯子碎了"), ("agent", "抱歉，我们会尽快给您回复。")])
        })
        .collect();
    place.write("log.jsonl", lines);
    place.run(["audit", "log.jsonl", "-o", "out", "--promises"]).code(0);
    let page = |place: &Place| String::from_utf8(place.read("out/report.html")).unwrap();
    let (before, book) = (page(&place), place.read("out/report.xlsx"));
    let sheet = place.read("out/review.xlsx");
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(sheet.clone())).unwrap();
    let part = std::io::read_to_string(archive.by_name("xl/worksheets/sheet1.xml").unwrap()).unwrap();
    assert_eq!(part.matches("<dataValidation ").count(), 3, "accept, appeal and final are chosen from lists");
    assert!(part.contains("uphold,dismiss") || part.contains("维持,撤销"), "{part}");
    let fill = [
        ("appeal", "yes"),
        ("reason", "he said by when, call 13812345678"),
        ("reviewer", "Wang"),
        ("final", "dismiss"),
    ];
    place.write("back.xlsx", filled(sheet, &fill));
    place.run(["audit", "-o", "out", "--review", "back.xlsx"]).code(0);
    let summary: serde_json::Value = serde_json::from_slice(&place.read("out/summary.json")).unwrap();
    let review = &summary["review"];
    assert_eq!((&review["decided"], &review["appeals"]["rate"]), (&review["reviewed"], &1.0.into()), "{review}");
    assert_eq!(review["successes"]["rate"], 1.0);
    assert_eq!(review["errors"]["promise/vague-promise"]["hits"], 3);
    assert_eq!(summary["whole"]["flagged"]["hits"], 0);
    let after = page(&place);
    assert!(before != after && book != place.read("out/report.xlsx"));
    assert!(after.contains("\"reviewer\":\"Wang\"") && after.contains("\"successes\":{"));
    assert!(after.contains("\"promises\":{"), "the ledger is still there");
    // Who, when and why stay, and private data does not.
    let rows = String::from_utf8(place.read("out/conversations.jsonl")).unwrap();
    assert!(rows.contains("\"reviewer\":\"Wang\"") && rows.contains("\"when\":\"20") && !rows.contains("13812345678"));
    // What was imported is exported again in both formats, and means the same when it comes back.
    let csv = String::from_utf8(place.read("out/review.csv")).unwrap();
    assert!(csv.contains("Wang") && csv.contains("he said by when"));
    place.run(["audit", "-o", "out", "--review", "out/review.xlsx"]).code(0);
    let again: serde_json::Value = serde_json::from_slice(&place.read("out/summary.json")).unwrap();
    assert_eq!(again, summary);
}

#[test]
fn rows_that_are_mixed_are_sorted_sheet_by_sheet() {
    let place = Place::empty();
    let mut book = Workbook::new();
    // The next sheet has other columns, and lines above its headings; the last one holds no chat.
    for (name, top, columns) in [("三月", 0, [0, 1, 2]), ("四月", 2, [2, 0, 1])] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        if top > 0 {
            sheet.write_string(0, 0, "导出").unwrap();
        }
        for (column, head) in columns.into_iter().zip(["会话ID", "角色", "内容"]) {
            sheet.write_string(top, column, head).unwrap();
        }
        for number in 0..40 {
            let (role, text) = [("客户", "杯子碎了"), ("客服", "抱歉，我们会尽快给您回复。")][number as usize / 20];
            let id = format!("{name}-{}", number % 20);
            for (column, text) in columns.into_iter().zip([id.as_str(), role, text]) {
                sheet.write_string(top + 1 + number, column, text).unwrap();
            }
        }
    }
    book.add_worksheet().set_name("说明").unwrap().write_string(0, 0, "无").unwrap();
    place.write("logs.xlsx", book.save_to_buffer().unwrap());
    let rows = |name: &str, how: &str| {
        place.run(["audit", "logs.xlsx", "-o", name, "--group", how, "--no-reports"]).code(0);
        let rows = String::from_utf8(place.read(&format!("{name}/conversations.jsonl"))).unwrap();
        rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect::<Vec<serde_json::Value>>()
    };
    // The customers' rows alone contain no agent's work.
    assert!(rows("apart", "adjacent").iter().all(|row| row["turns"] == 1));
    let sorted = rows("sorted", "sort");
    assert_eq!(sorted.len(), 40);
    assert!(sorted.iter().all(|row| row["turns"] == 2 && !row["findings"].as_array().unwrap().is_empty()));
    let id = |row: &serde_json::Value| row["conversation"].as_str().unwrap().to_owned();
    assert_eq!(sorted.iter().map(id).filter(|id| id.starts_with("四月")).count(), 20);
    assert_eq!((id(&sorted[0]), sorted[0]["line"].as_u64()), ("三月-0".to_owned(), Some(2)));
    assert_eq!((id(&sorted[20]), sorted[20]["line"].as_u64()), ("四月-0".to_owned(), Some(4)));
}
