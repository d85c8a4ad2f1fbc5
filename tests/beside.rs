//! `--since` and `--staged` with unchanged templates: changed ones are compared with the whole repository, and only
//! they are reported.

mod support;

use serde_json::Value;
use std::process::Command;
use support::{Place, each};

/// Runs git in the folder; it must succeed.
#[track_caller]
fn git(place: &Place, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(place.path("")).args(["-c", "user.name=t", "-c", "user.email=t@example.com"]);
    command.args(["-c", "init.defaultBranch=main", "-c", "commit.gpgSign=false"]).args(arguments);
    let out = command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").output().unwrap();
    assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// A template about refunds.
fn refund(shortcode: &str, time: &str) -> String {
    format!(
        "+++\nscenario = \"chase-refund\"\nlanguage = \"en\"\nshortcode = \"{shortcode}\"\n+++\n\
         Hello, sorry for the wait. Your refund will be paid {time}, and I will write to you on that day.\n"
    )
}

/// A repository with one such template on `main`, and a branch.
fn repository() -> Place {
    let place = Place::empty();
    git(&place, &["init", "-q"]);
    place.write("t/r1.md", refund("ref1", "within 24 hours"));
    place.write("t/other.md", "+++\nlanguage = \"en\"\n+++\nHello, the shop opens at nine in the morning.\n");
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-q", "-m", "first"]);
    git(&place, &["switch", "-q", "-c", "topic"]);
    place
}

const RULES: &str = "--select=template/duplicate-shortcode,template/near-duplicate,template/conflicting-promises";

/// Rule, path and the file of the other place of each finding.
#[track_caller]
fn found(place: &Place, arguments: &[&str]) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let one = |one: &Value| {
        let (rule, path, other) = (text(&one["rule"]), text(&one["path"]), text(&one["related"][0]["path"]));
        format!("{} {path} {other}", rule.trim_start_matches("template/"))
    };
    let mut found: Vec<String> = place.findings([arguments, &[RULES]].concat()).iter().map(one).collect();
    found.sort();
    found
}

#[test]
fn a_copy_is_seen_beside_what_has_not_changed() {
    for name in ["t/zcopy.md", "t/acopy.md"] {
        let place = repository();
        assert_eq!(found(&place, &["t", "--since", "main"]), [""; 0]);
        place.write(name, refund("ref1", "within 24 hours"));
        let copy = [format!("duplicate-shortcode {name} t/r1.md"), format!("near-duplicate {name} t/r1.md")];
        assert_eq!(found(&place, &["t", "--since", "main"]), copy);
        git(&place, &["add", "-A"]);
        for arguments in [&["t", "--staged"][..], &[".", "--staged"], &[name, "--staged"], &["t/*.md", "--staged"]] {
            assert_eq!(found(&place, arguments), copy, "{arguments:?}");
        }
        git(&place, &["commit", "-q", "-m", "copy"]);
        assert_eq!(found(&place, &["t", "--since", "main"]), copy);
        // A file named alone is compared with the outermost folder of the repository, from any working folder.
        assert_eq!(found(&place, &[name, "--since", "main"]), copy);
        let mut below = place.command(["check", "-f", "concise", RULES, "--since", "main", &name[2..]]);
        below.current_dir(place.path("t"));
        support::finish(below, b"").code(1).says(&["at r1.md:4"]);
        // Nothing is reported about unchanged templates, nor in a run without changes.
        assert_eq!(found(&place, &["t", "--since", "HEAD"]), [""; 0]);
    }
}

#[test]
fn what_was_promised_before_holds() {
    let place = repository();
    for name in ["a", "b", "c"] {
        place.write(&format!("t/{name}.md"), refund(name, "within 48 hours").replace("Hello", &name.repeat(30)));
    }
    // They outnumber the unchanged ones, and are reported all the same.
    let conflicts = ["a", "b", "c"].map(|name| format!("conflicting-promises t/{name}.md t/r1.md"));
    let told = found(&place, &["t", "--since", "main", "--ignore=template/near-duplicate"]);
    assert_eq!(told, conflicts);
    // Keeping to one of two existing times is no offence.
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-q", "-m", "48"]);
    place.write("t/d.md", refund("d", "within 48 hours").replace("Hello", &"d".repeat(30)));
    assert_eq!(found(&place, &["t", "--since", "HEAD", "--ignore=template/near-duplicate"]), [""; 0]);
}

#[test]
fn only_the_template_that_changed_is_to_blame() {
    let place = repository();
    let page =
        |one: &str, two: &str| format!("# Replies\n\n### One\n\n```\n{one}\n```\n\n### Two\n\n```\n{two}\n```\n");
    let (one, two) =
        ("Hello, your parcel left the warehouse this morning.", "Hello, the shop opens at nine on Sundays.");
    place.write("t/page.md", page(one, two));
    place.write("t/x.md", format!("+++\nlanguage = \"en\"\n+++\n{one}\n"));
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-q", "-m", "page"]);
    assert_eq!(found(&place, &["t"]), ["near-duplicate t/x.md t/page.md"]);
    // The other one was touched, in the file of the first.
    place.write("t/page.md", page(one, "Hello, the shop opens at ten on Sundays."));
    assert_eq!(found(&place, &["t", "--since", "HEAD"]), [""; 0]);
    place.write("t/page.md", page(one, one));
    assert_eq!(found(&place, &["t", "--since", "HEAD"]), ["near-duplicate t/page.md t/page.md"]);
    place.write("t/page.md", page(&one.replace("this", "that"), two));
    assert_eq!(found(&place, &["t", "--since", "HEAD"]), ["near-duplicate t/page.md t/x.md"]);
}

#[test]
fn what_is_staged_is_compared_with_what_the_index_holds() {
    let place = repository();
    place.write("t/zcopy.md", refund("ref1", "within 24 hours"));
    git(&place, &["add", "-A"]);
    // By now the work tree has another text, and one that is not in the index.
    place.write("t/r1.md", "Hello, nothing.\n");
    place.write("t/new.md", refund("ref1", "within 24 hours"));
    let copy = ["duplicate-shortcode t/zcopy.md t/r1.md", "near-duplicate t/zcopy.md t/r1.md"];
    assert_eq!(found(&place, &["t", "--staged"]), copy);
    std::fs::remove_file(place.path("t/r1.md")).unwrap();
    assert_eq!(found(&place, &["t", "--staged"]), copy);
    git(&place, &["rm", "-q", "--cached", "t/r1.md"]);
    assert_eq!(found(&place, &["t", "--staged"]), [""; 0]);
}

#[test]
fn what_is_wrong_with_unchanged_files_is_not_said() {
    let place = repository();
    place.write("t/broken.json", "[{\"text\": ");
    place.write("t/old.md", "+++\nowner = \n+++\nWe will reply soon.\n");
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-q", "-m", "broken"]);
    place.write("t/zcopy.md", refund("ref1", "within 24 hours"));
    place.run(["check", "t", "--since", "HEAD", RULES, "-q", "-f", "concise"]).code(1);
    let found = place.findings(["t", "--since", "HEAD", "--select=promise"]);
    assert_eq!(each(&found, "path"), [""; 0]);
}

#[test]
fn results_that_are_kept_say_the_same() {
    let place = repository();
    for number in 0..30 {
        let text = format!("Hello, question {number} of many is answered on page {}.", number * 7 + 100);
        place.write(&format!("t/n/{number}.md"), format!("+++\nlanguage = \"en\"\n+++\n{text}\n"));
    }
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-q", "-m", "many"]);
    place.write("t/acopy.md", refund("ref1", "within 48 hours"));
    git(&place, &["add", "-A"]);
    let run = |more: &[&str]| {
        let mut command = place.command(["check", "t", "-f", "json", "--as-of", "2026-11-22"].iter().chain(more));
        command.env("REPLYLINT_CACHE_DIR", place.path("kept"));
        support::finish(command, b"").code(1).stdout
    };
    for changes in [&["--staged"][..], &["--since", "main"]] {
        let anew = run(&[changes, &["--no-cache"]].concat());
        assert!(anew.contains("conflicting-promises") && anew.contains("near-duplicate"));
        assert!((0..3).all(|_| run(changes) == anew), "{changes:?}");
        run(&[]);
        assert_eq!(run(changes), anew);
    }
}

#[test]
fn a_summary_names_what_changed() {
    let place = repository();
    for name in ["t/gone.md", "t/before.md", "t/clean.md"] {
        place.write(name, format!("+++\nlanguage = \"en\"\n+++\nHello, this is the text of {name}.\nIt has lines.\n"));
    }
    place.write("x/elsewhere.md", "Hello.\n");
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-q", "-m", "more"]);
    place.run(["check", "t", "--since", "HEAD", "-q", "-f", "markdown"]).code(0).says(&["nothing found"]);
    place.write("t/soon.md", "We will reply soon.\n");
    place.write("t/clean.md", "Hello, this is another text.\n");
    place.write("x/elsewhere.md", "Hello again.\n");
    git(&place, &["rm", "-q", "t/gone.md"]);
    git(&place, &["mv", "t/before.md", "t/after|`.md"]);
    let out = place.run(["check", "t", "--since", "HEAD", "-q", "-f", "markdown", "--output", "xlsx=a.xlsx"]).code(1);
    let said = [
        "### What changed\n\n- added (1): `t/soon.md`\n- changed (1): `t/clean.md`\n",
        "- renamed (1): `t/before.md` → ``t/after|`.md``\n- deleted (1): `t/gone.md`\n",
        "- nothing found (2): ``t/after|`.md``, `t/clean.md`\n",
    ];
    out.says(&said);
    #[cfg(feature = "xlsx")]
    {
        use calamine::Reader;
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(place.path("a.xlsx")).unwrap();
        let sheet = book.worksheet_range("What changed").unwrap();
        let rows: Vec<Vec<String>> = sheet.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
        let expected = [
            ["change", "file", "former name", "findings"],
            ["renamed", "t/after|`.md", "t/before.md", "0"],
            ["changed", "t/clean.md", "", "0"],
            ["deleted", "t/gone.md", "", "0"],
            ["added", "t/soon.md", "", "1"],
        ];
        assert_eq!(rows, expected);
    }
    // A full run does not mention changes.
    let whole = place.run(["check", "t", "-q", "-f", "markdown"]);
    assert!(!whole.stdout.contains("What changed"));
}

#[cfg(feature = "xlsx")]
#[test]
fn a_workbook_is_compared_cell_by_cell() {
    let place = Place::empty();
    git(&place, &["init", "-q"]);
    let write = |rows: &[[&str; 2]]| {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet().set_name("售后").unwrap();
        for (number, row) in (0..).zip([["title", "text"]].iter().chain(rows)) {
            for (column, text) in (0..).zip(row) {
                sheet.write_string(number, column, *text).unwrap();
            }
        }
        place.write("t/话术.xlsx", book.save_to_buffer().unwrap());
    };
    let old = [["a", "We will reply soon."], ["b", "We will call you soon."], ["c", "Hello there."]];
    write(&old);
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-q", "-m", "first"]);
    let cells = |arguments: &[&str]| -> Vec<String> {
        let found = place.findings([arguments, &["--select=promise"]].concat());
        found.iter().map(|finding| finding["cell"]["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(cells(&["t"]), ["B2", "B3"]);
    // One cell was edited, a row put in, the others moved; another column was filled in.
    write(&[
        ["a", "We will reply soon."],
        ["x", "We will write soon."],
        old[1],
        ["c", "Hello, we will call you soon."],
    ]);
    assert_eq!(cells(&["t", "--since", "HEAD"]), ["B3", "B5"]);
    git(&place, &["add", "-A"]);
    assert_eq!(cells(&["t", "--staged"]), ["B3", "B5"]);
    write(&[["renamed", "We will reply soon."], old[1], old[2]]);
    assert_eq!(cells(&["t", "--since", "HEAD"]), [""; 0]);
    // A copy of a row is new; the row itself is not.
    write(&[old[0], old[1], old[2], old[0]]);
    assert_eq!(cells(&["t", "--since", "HEAD"]), ["B5"]);
    let named = place.findings(["t", "--since", "HEAD", "--select=template/near-duplicate"]);
    assert!(named.is_empty(), "too short to be compared");
    let long = "Hello, your parcel left the warehouse this morning and is on its way.";
    write(&[["a", long], old[1], old[2]]);
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-q", "-m", "long"]);
    write(&[["a", long], old[1], old[2], ["z", long]]);
    let named = place.findings(["t", "--since", "HEAD", "--select=template/near-duplicate"]);
    assert_eq!(each(&named, "message"), ["100% the same as t/话术.xlsx!售后!B2"]);
    // A new workbook is new as a whole, and so is one that could not be read before.
    std::fs::rename(place.path("t/话术.xlsx"), place.path("t/new.xlsx")).unwrap();
    assert_eq!(cells(&["t/new.xlsx", "--since", "HEAD"]).len(), 1);
    place.write("t/bad.xlsx", "PK\x03\x04 no workbook");
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-q", "-m", "bad"]);
    std::fs::rename(place.path("t/new.xlsx"), place.path("t/bad.xlsx")).unwrap();
    assert_eq!(cells(&["t/bad.xlsx", "--since", "HEAD"]).len(), 1);
}

/// Two language versions of a template.
fn version(language: &str, text: &str) -> String {
    format!("+++\nlanguage = \"{language}\"\n+++\n{text}\n")
}

/// Path, line, words and the file of the other place of each finding about placeholders.
#[track_caller]
fn slots(place: &Place, arguments: &[&str]) -> Vec<String> {
    let rule = "--select=template/slot-differs-between-languages";
    let one = |one: &Value| {
        assert!(one["message"].as_str().unwrap().contains("is in one language version only"), "{one}");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let line = &one["location"]["start"]["line"];
        format!("{}:{line} {} {}", text(&one["path"]), text(&one["quote"]), text(&one["related"][0]["path"]))
    };
    place.findings([arguments, &[rule]].concat()).iter().map(one).collect()
}

#[test]
fn a_placeholder_is_told_where_it_was_added_or_taken_away() {
    let place = Place::empty();
    git(&place, &["init", "-q"]);
    let (zh, en) = ("t/a/zh-Hans.md", "t/a/en.md");
    place.write(zh, version("zh-Hans", "您好{{name}}，\n您的订单已经发出。"));
    place.write(en, version("en", "Hello {{name}},\nyour order has shipped."));
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-q", "-m", "first"]);
    // Added on one side, on the second line: reported there, though the other version lacks it.
    place.write(zh, version("zh-Hans", "您好{{name}}，\n您的订单{{order_no}}已经发出。"));
    let added = ["t/a/zh-Hans.md:5 {{order_no}} t/a/en.md"];
    assert_eq!(slots(&place, &["t", "--since", "HEAD"]), added);
    git(&place, &["add", "-A"]);
    assert_eq!(slots(&place, &["t", "--staged"]), added);
    // In a full run, or if both changed, the version that lacks it is reported.
    let lacks = ["t/a/en.md:4 Hello {{name}}, t/a/zh-Hans.md"];
    assert_eq!(slots(&place, &["t"]), lacks);
    place.write(en, version("en", "Hello {{name}},\nyour order has shipped today."));
    assert_eq!(slots(&place, &["t", "--since", "HEAD"]), lacks);
    // Removed on one side: reported there.
    git(&place, &["checkout", "-q", "-f", "HEAD", "--", "t"]);
    place.write(en, version("en", "Hello,\nyour order has shipped."));
    assert_eq!(slots(&place, &["t", "--since", "HEAD"]), ["t/a/en.md:4 Hello, t/a/zh-Hans.md"]);
}

/// What a baseline leaves, as `slots` or `found` tell it.
fn counting(place: &Place, arguments: &[&str], rules: &str) -> Vec<String> {
    let findings = place.findings([arguments, &["--baseline=old.toml", rules]].concat());
    let counts = findings.iter().filter(|finding| support::counts(finding));
    counts.map(|one| format!("{} {}", one["path"].as_str().unwrap(), one["rule"].as_str().unwrap())).collect()
}

#[test]
fn a_known_pair_stays_known_whichever_side_is_touched() {
    let place = repository();
    place.write("t/r2.md", refund("ref1", "within 24 hours").replace("you on", "you again on"));
    place.write("t/v.en.md", version("en", "Hello {{name}}, the shop opens at nine."));
    place.write("t/v.zh-Hans.md", version("zh-Hans", "您好{{name}}，{{shop}}九点开门。"));
    let rules = "--select=template/duplicate-shortcode,template/near-duplicate,template/slot-differs-between-languages";
    place.run(["check", "t", "--baseline=old.toml", "--write-baseline", rules]).code(0);
    git(&place, &["add", "-A"]);
    git(&place, &["commit", "-q", "-m", "known"]);
    assert_eq!(counting(&place, &["t"], rules), [""; 0]);
    // The entries stand at r2.md and v.en.md; r1.md and v.zh-Hans.md are touched.
    place.write("t/r1.md", refund("ref1", "within 36 hours"));
    place.write("t/v.zh-Hans.md", version("zh-Hans", "您好{{name}}，{{shop}}早上九点开门。"));
    assert_eq!(place.findings(["t", "--since", "HEAD", rules]).len(), 3, "all of it is there");
    assert_eq!(counting(&place, &["t", "--since", "HEAD"], rules), [""; 0]);
    assert_eq!(counting(&place, &["t"], rules), [""; 0]);
    // One more placeholder, and a third copy, wherever it stands, are new.
    place.write("t/v.zh-Hans.md", version("zh-Hans", "您好{{name}}，{{shop}}{{time}}开门。"));
    let slots = "template/slot-differs-between-languages";
    assert_eq!(counting(&place, &["t", "--since", "HEAD"], rules), [format!("t/v.zh-Hans.md {slots}")]);
    assert_eq!(counting(&place, &["t"], rules), [format!("t/v.en.md {slots}")]);
    git(&place, &["checkout", "-q", "-f", "HEAD", "--", "t"]);
    for copy in ["t/a.md", "t/r15.md", "t/z.md"] {
        place.write(copy, refund("ref3", "within 24 hours"));
        let told = counting(&place, &["t", "--since", "HEAD"], rules);
        assert_eq!(told, [format!("{copy} template/near-duplicate")]);
        std::fs::remove_file(place.path(copy)).unwrap();
    }
}
