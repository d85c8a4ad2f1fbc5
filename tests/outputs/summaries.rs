//! The summaries for colleagues: Markdown in which no text becomes markup, and cells that are only text.

use crate::set::{measure, set, shown, text, written};
use crate::support::Place;
use calamine::{Data, Reader, Xlsx};

#[test]
fn markdown_says_where_what_and_how() {
    let place = set();
    let page = written(&place, "markdown", &["in", "gone.txt"]);
    let found = measure(&place, &["in"]);
    assert_eq!(page.lines().filter(|line| line.starts_with("**")).count(), found.len());
    assert!(page.starts_with("## What was said, checked\n"), "{page}");
    assert!(page.contains("| `in/退款 100%.md` | 1 | 1 | 2 |"), "{page}");
    assert!(page.contains("**warning** · line 2 · “尽快” gives no time"), "{page}");
    assert!(page.contains("- words: `尽快`\n- help: name the hour"), "{page}");
    assert!(page.contains("```diff\n- 您好😀，小蜜在\n+ 您好😀，客服助手在\n```"), "{page}");
    assert!(page.contains("### could not be read\n\n- `gone.txt`"), "{page}");
    // No text can address anybody on the page.
    assert!(!page.contains("<script") || page.contains("`@@::error"), "{page}");
    for line in page.lines().filter(|line| line.starts_with("**") || line.starts_with("- help")) {
        assert!(!line.replace("\\[", "").contains("[a]("), "{line}");
        assert!(!line.replace("\\<", "").contains("<b>"), "{line}");
    }
}

#[test]
fn words_of_a_text_are_no_markup() {
    let place = Place::new();
    place.write(
        "house.toml",
        crate::support::HOUSE
            .replace("“{quote}” gives no time", "{quote} @team <img src=x> [a](b) `c` www.d.e http://f"),
    );
    place.write("a.txt", "我尽快查");
    let out = place.run(["check", "-q", "-f", "markdown", "a.txt"]).code(1);
    let line = out.stdout.lines().find(|line| line.starts_with("**")).unwrap();
    let words = "尽快 @<!-- -->team \\<img src=x\\> \\[a\\](b) \\`c\\` www\\.d.e http\\://f";
    assert_eq!(line, format!("**warning** · line 1 · {words}"));
}

#[test]
fn a_long_summary_says_what_it_leaves_out() {
    let place = Place::new();
    place.write("a.txt", "我尽快查\n".repeat(3000));
    let out = place.run(["check", "-q", "-f", "markdown", "a.txt"]).code(1);
    assert!(out.stdout.len() < 60_000);
    let listed = out.stdout.lines().filter(|line| line.starts_with("**")).count();
    out.says(&[&format!("not listed here: {} more", 3000 - listed)]);
}

#[test]
fn a_clean_run_is_said_to_be_clean() {
    let place = Place::new();
    let out = place.run(["check", "-q", "-f", "markdown", "--text", "今天查"]).code(0);
    out.says(&["## What was said, checked\n\n- conversations: 1; nothing found\n", "not evaluated house/no-apology"]);
}

#[test]
fn cells_are_text() {
    let place = set();
    for (number, payload) in
        ["=cmd|'/c calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "＝1+1", "=HYPERLINK(\"http://x\")"].iter().enumerate()
    {
        place.write(&format!("in/{number}.txt"), format!("{payload} 尽快\n@@{payload}@@"));
        #[cfg(unix)]
        place.write(&format!("in/=1+{number}.txt"), "尽快");
    }
    place.run(["check", "-q", "-f", "concise", "--output", "xlsx=a.xlsx", "in"]).code(2);
    let mut book: Xlsx<_> = calamine::open_workbook(place.path("a.xlsx")).unwrap();
    let name = book.sheet_names()[0].clone();
    assert!(book.worksheet_formula(&name).unwrap().is_empty(), "no formulas");
    let sheet = book.worksheet_range(&name).unwrap();
    let found = measure(&place, &["in"]);
    let rows: Vec<&[Data]> = sheet.rows().collect();
    assert_eq!(rows.len(), found.len() + 2, "a head, and a row for what could not be read");
    for (row, finding) in rows[1..].iter().zip(&found) {
        assert!(row.iter().all(|cell| matches!(cell, Data::String(_) | Data::Empty)), "{row:?}");
        let cell = |column: usize| row[column].to_string();
        assert_eq!(cell(0), shown(text(finding, "/path")));
        assert_eq!(cell(1), finding["location"]["start"]["line"].to_string());
        assert_eq!((cell(3), cell(4)), (text(finding, "/rule").to_owned(), shown(text(finding, "/quote"))));
    }
    place.run(["check", "-f", "xlsx", "in"]).code(2).warns(&["`xlsx` needs a file"]);
    // The same bytes every time.
    let first = place.read("a.xlsx");
    place.run(["check", "-q", "-f", "concise", "--threads", "3", "--output", "xlsx=b.xlsx", "in"]).code(2);
    assert!(place.read("b.xlsx") == first);
}
