//! What every format must report: whatever makes the exit status 2, its line, and the cell if there is no line.

use crate::json_formats::{GITLAB, RDFORMAT, SARIF, fits};
use crate::support::{FORMATS, Place};
use serde_json::Value;

/// The output of a run in this format, and its status.
#[track_caller]
fn said(place: &Place, format: &str, file: &str, status: i32) -> String {
    place.run(["check", file, "-q", "-f", format]).code(status).stdout
}

#[test]
fn a_mistake_beside_a_text_is_told_in_every_format() {
    let place = Place::empty();
    let front = "---\nowner: a\nowner: b\nscenario: question\nreview: 2027-13-45\n---\nHello there, thank you.\n";
    for (name, text, reason, lines) in [
        ("dup.md", front, "template/front-matter", &[3, 5][..]),
        ("dup.yaml", "a: 1\na: 2\ntemplates:\n- text: Hello there, thank you.\n", "input/duplicate-key", &[2]),
        (
            "dup.json",
            "[{\"title\": \"a\",\n\"title\": \"b\", \"text\": \"Hello there, thanks.\"}]",
            "input/duplicate-key",
            &[2],
        ),
        ("dup.toml", "[[t]]\ntext = \"Hello there, thank you.\"\ntext = \"b\"\n", "input/bad-toml", &[3]),
        ("bad.yaml", "templates:\n- text: a\n- text: \"x\" y\n", "input/bad-yaml", &[3]),
        ("bad.json", "[\n{\"text\": \"a\"},\n{]", "input/bad-json", &[3]),
        ("bad.toml", "\n[[t]\ntext = \"a\"\n", "input/bad-toml", &[2]),
    ] {
        place.write(name, text);
        let told = |format: &str| said(&place, format, name, 2);
        let json: Value = serde_json::from_str(&told("json")).unwrap();
        let failed = json["failed"].as_array().unwrap();
        let at: Vec<u64> = failed.iter().map(|failed| failed["line"].as_u64().unwrap()).collect();
        assert_eq!(at, lines, "{name}: {json}");
        for failure in failed {
            assert_eq!((&failure["reason"], &failure["path"]), (&reason.into(), &name.into()));
            let message = failure["message"].as_str().unwrap();
            assert!(!message.trim_end().ends_with(':'), "{name}: {message}");
        }
        assert_eq!(told("jsonl").matches("\"type\":\"failed\"").count(), lines.len(), "{name}");
        assert_eq!(told("junit").matches("<error ").count(), lines.len(), "{name}");
        assert_eq!(told("checkstyle").matches("severity=\"error\"").count(), lines.len(), "{name}");
        assert_eq!(told("markdown").matches(&format!("`{name}:")).count(), lines.len(), "{name}");
        let github = told("github");
        assert!(lines.iter().all(|line| github.contains(&format!("::error file={name},line={line},"))), "{github}");
        let sarif: Value = serde_json::from_str(&told("sarif")).unwrap();
        fits(SARIF, &sarif);
        let notes = sarif["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap();
        let regions: Vec<u64> = notes
            .iter()
            .filter(|note| note["level"] == "error")
            .map(|note| note["locations"][0]["physicalLocation"]["region"]["startLine"].as_u64().unwrap())
            .collect();
        assert_eq!(regions, lines, "{name}");
        let gitlab: Value = serde_json::from_str(&told("gitlab")).unwrap();
        fits(GITLAB, &gitlab);
        let begins = gitlab.as_array().unwrap().iter().filter(|one| one["severity"] == "blocker");
        assert_eq!(begins.map(|one| one["location"]["lines"]["begin"].as_u64().unwrap()).collect::<Vec<_>>(), lines);
        let rdjson: Value = serde_json::from_str(&told("rdjson")).unwrap();
        fits(RDFORMAT, &rdjson);
        let errors = rdjson["diagnostics"].as_array().unwrap().iter().filter(|one| one["severity"] == "ERROR");
        assert_eq!(errors.count(), lines.len(), "{name}");
        assert_eq!(told("rdjsonl").matches("\"ERROR\"").count(), lines.len(), "{name}");
    }
}

#[cfg(feature = "xlsx")]
#[test]
fn a_cell_is_named_in_every_format() {
    use rust_xlsxwriter::Workbook;
    let place = Place::empty();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("售后").unwrap();
    sheet.write_string(0, 2, "text").unwrap();
    sheet.write_string(3, 2, "We will reply to you soon.").unwrap();
    place.write("t.xlsx", book.save_to_buffer().unwrap());
    for format in FORMATS {
        let said = said(&place, format, "t.xlsx", 1);
        let named = if format.starts_with("json") { "\"sheet\":\"售后\",\"name\":\"C4\"" } else { "售后!C4" };
        assert!(said.contains(named), "{format}: {said}");
        match format {
            "sarif" => {
                let log: Value = serde_json::from_str(&said).unwrap();
                fits(SARIF, &log);
                let location = &log["runs"][0]["results"][0]["locations"][0];
                let logical = &location["logicalLocations"][0];
                assert_eq!(
                    logical,
                    &serde_json::json!({ "name": "C4", "fullyQualifiedName": "售后!C4", "kind": "cell" })
                );
                assert_eq!(location["physicalLocation"]["artifactLocation"]["uri"], "t.xlsx");
            }
            "gitlab" => fits(GITLAB, &serde_json::from_str(&said).unwrap()),
            "rdjson" => fits(RDFORMAT, &serde_json::from_str(&said).unwrap()),
            _ => {}
        }
    }
    place.run(["check", "t.xlsx", "-q", "-f", "concise", "--output", "xlsx=a.xlsx"]).code(1);
    let mut summary: calamine::Xlsx<_> = calamine::open_workbook(place.path("a.xlsx")).unwrap();
    let name = calamine::Reader::sheet_names(&summary)[0].clone();
    let rows = calamine::Reader::worksheet_range(&mut summary, &name).unwrap();
    assert_eq!(rows.rows().nth(1).unwrap()[1].to_string(), "售后!C4");
}
