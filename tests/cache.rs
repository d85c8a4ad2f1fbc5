//! The cache between runs: output is the same with and without it, whatever changed in between.

mod support;

use std::fs;
use std::path::Path;
use support::{FORMATS, Out, Place, finish};

/// A repository of templates, large enough for a cache.
fn place() -> Place {
    let place = Place::empty();
    for number in 0..30 {
        let said = if number % 3 == 0 { "我们会尽快给您回复。" } else { "今天18:00前给您回复。" };
        let text =
            format!("# 模板\n\n### 一\n\n```\n您好，第{number}种情况，{said}\n```\n\n### 二\n\n```\n好的。\n```\n");
        place.write(&format!("t/{number:02}.md"), text);
    }
    place
}

fn check(place: &Place, arguments: &[&str]) -> Out {
    run(place, &[&["-f", "json", "--as-of", "2026-11-22"], arguments].concat())
}

fn run(place: &Place, arguments: &[&str]) -> Out {
    let mut command = place.command(["check", "t"].iter().chain(arguments));
    command.env("REPLYLINT_CACHE_DIR", place.path("kept"));
    finish(command, b"").tame()
}

/// The output with the cache equals the output without it.
#[track_caller]
fn the_same(place: &Place, arguments: &[&str]) -> String {
    let kept = check(place, arguments);
    let anew = check(place, &[arguments, &["--no-cache"]].concat());
    assert_eq!((kept.code, &kept.stdout), (anew.code, &anew.stdout));
    // Two refused runs are equal, too.
    assert!(anew.code < 2, "{}", anew.stderr);
    kept.stdout
}

/// The single file of the cache.
fn kept(place: &Place) -> String {
    let files = place.files();
    let kept: Vec<&String> = files.iter().filter(|name| name.starts_with("kept/")).collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    kept[0].clone()
}

fn stamp(path: &Path) -> (Vec<u8>, std::time::SystemTime) {
    (fs::read(path).unwrap(), fs::metadata(path).unwrap().modified().unwrap())
}

#[test]
fn a_second_run_says_the_same_and_judges_nothing() {
    let place = place();
    check(&place, &["--no-cache"]).code(1);
    assert!(!place.path("kept").exists());
    let first = the_same(&place, &[]);
    assert_eq!(first.matches("\"promise/vague-promise\"").count(), 10);
    let before = stamp(&place.path(&kept(&place)));
    assert_eq!(the_same(&place, &[]), first);
    // All of it was cached, so nothing was written.
    assert_eq!(stamp(&place.path(&kept(&place))), before);
    // One thread finds the same results as many.
    assert_eq!(the_same(&place, &["--threads", "1"]), first);
}

#[test]
fn whatever_a_result_hangs_on_makes_it_anew() {
    let place = place();
    let first = the_same(&place, &[]);
    place.write("t/01.md", "# 模板\n\n### 一\n\n```\n我们会尽快给您回电。\n```\n");
    let changed = the_same(&place, &[]);
    assert_ne!(changed, first);
    // The same text further down: the places move.
    let text = String::from_utf8(place.read("t/00.md")).unwrap();
    place.write("t/00.md", format!("\n\n{text}"));
    assert_ne!(the_same(&place, &[]), changed);
    for arguments in [
        &["--locale", "zh"][..],
        &["--ignore", "promise/*"],
        &["--lang", "en"],
        &["--customer", "收到的杯子碎了"],
        &["--scenario", "damaged"],
        &["--kind", "template"],
        &["--pack", "house.toml"],
    ] {
        place.write("house.toml", "name = \"house\"\n[cue.a]\nphrases = [\"好的\"]\n[rule.a]\nseverity = \"error\"\nmessage = { zh = \"x\", en = \"x\" }\nhelp = { zh = \"x\", en = \"x\" }\nwhy = { zh = \"x\", en = \"x\" }\ncheck.forbid = { find = \"a\" }\nbad = [{ reply = \"好的\" }]\ngood = [{ reply = \"您好\" }]\n");
        the_same(&place, arguments);
    }
    place.write("replylint.toml", "[[waiver]]\nrule = \"promise/vague-promise\"\nreason = \"x\"\nowner = \"y\"\n");
    let waived = the_same(&place, &[]);
    assert_ne!(waived, first);
    place.write("replylint.toml", "[facts]\ntimes.reply = \"2小时\"\n");
    the_same(&place, &[]);
    place.write("replylint.toml", "[slots]\ndeclared = [\"name\"]\n");
    the_same(&place, &[]);
    fs::rename(place.path("t/05.md"), place.path("t/99.md")).unwrap();
    the_same(&place, &[]);
}

#[test]
fn a_cache_that_is_not_whole_is_no_cache() {
    let place = place();
    let first = the_same(&place, &[]);
    let name = kept(&place);
    let whole = place.read(&name);
    for broken in [
        Vec::new(),
        b"rplcache".to_vec(),
        b"rplcach2".to_vec(),
        // From another version, or another program altogether.
        [b"rplcach9", &whole[8..]].concat(),
        b"\x7fELF and so on".repeat(1000),
        whole[..whole.len() - 1].to_vec(),
        whole[..whole.len() / 2].to_vec(),
        whole.iter().map(|byte| byte ^ 1).collect(),
        [&whole[..40], &[0xff; 64], &whole[104..]].concat(),
    ] {
        place.write(&name, broken);
        assert_eq!(the_same(&place, &[]), first);
        // It was made anew.
        assert_eq!(place.read(&name), whole);
    }
    // Without a place to write, the run is only slower.
    fs::remove_dir_all(place.path("kept")).unwrap();
    place.write("kept", "a file");
    assert_eq!(the_same(&place, &[]), first);
}

#[cfg(unix)]
#[test]
fn nobody_else_reads_it() {
    use std::os::unix::fs::PermissionsExt;
    let place = place();
    check(&place, &[]);
    let mode = fs::metadata(place.path(&kept(&place))).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0);
}

/// All output, whether or not the run succeeds.
#[track_caller]
fn all_the_same(place: &Place, arguments: &[&str]) -> (i32, String) {
    let kept = run(place, arguments);
    let anew = run(place, &[arguments, &["--no-cache"]].concat());
    assert_eq!(kept.stdout, anew.stdout, "{arguments:?}");
    assert_eq!((kept.code, kept.stderr), (anew.code, anew.stderr), "{arguments:?}");
    (anew.code, anew.stdout)
}

/// Pseudo-random numbers with a fixed seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// The contents of the file with this number: forms, places, languages, waivers, mistakes.
fn text(kind: usize, number: usize) -> (String, Vec<u8>) {
    let said = [
        "我们会尽快给您回复。",
        "退款24小时内到账，电话13812341234。",
        "退款48小时内到账，请您留意。",
        "稍后联系您。<!-- replylint: allow promise/vague-promise -- 说好的 -->",
        "您好，{{name}}，您的订单已经发出，预计三天内送达，请留意查收短信。",
        "您好！！！请稍等",
    ][number % 6];
    let name = |extension: &str| format!("t/f{number:02}.{extension}");
    match kind {
        0 => (name("md"), format!("# 模板\n\n### 一\n\n**适用场景：** 退款\n\n```\n{said}\n```\n\n### 二\n\n```\n第{number}种：{said}\n```\n").into()),
        1 => (
            name("md"),
            format!("+++\nid = \"a{}\"\nscenario = \"chase-refund\"\nowner = \"小周\"\nreview = \"2026-12-0{}\"\nexpires = \"2027-01-01\"\n+++\n{said}\n", number % 7, number % 9 + 1).into(),
        ),
        2 => (name("csv"), format!("分组,快捷编码,话术\r\n售后,c{},\"{said}\"\r\n售前,d{number},好的。\r\n", number % 5).into()),
        3 => (name("yaml"), format!("- title: 甲{number}\n  text: |\n    {said}\n- title: 乙\n  text: soon\n").into()),
        // An invalid day: reported each time.
        4 => (name("md"), format!("+++\nreview = \"tomorrow\"\n+++\n{said}\n").into()),
        // A draft: never cached.
        5 => (name("txt"), said.into()),
        // In another encoding, with a byte order mark, not text at all.
        6 => (name("md"), encoding_rs::GB18030.encode(&format!("### 一\n\n```\n{said}{said}{said}\n```\n")).0.into_owned()),
        7 => (name("md"), format!("\u{feff}### 一\r\n\r\n```\r\n{said}\r\n```\r\n").into()),
        8 => (name("json"), format!("[{{\"title\": \"x\", \"text\": \"{}\"", said.replace('"', "")).into()),
        _ => (name("html"), format!("<p>{said}</p><p>b</p>").into()),
    }
}

#[test]
fn whatever_is_edited_comes_out_as_without_a_cache() {
    let place = Place::empty();
    let mut numbers = Numbers(20_261_122);
    for number in 0..36 {
        let (name, bytes) = text([0, 1, 2, 0, 3, 1][number % 6], number);
        place.write(&name, bytes);
    }
    let days = ["2026-11-22", "2026-12-05", "2027-02-01"];
    let settings = [
        "",
        "[facts]\ntimes.refund = \"24小时\"\n",
        "[rules.severity]\n\"promise/*\" = \"error\"\n",
        "[[waiver]]\nrule = \"promise/*\"\nreason = \"x\"\nowner = \"y\"\nexpires = 2026-12-01\n",
        "[[override]]\npaths = [\"t/f0*\"]\nignore = [\"template/*\"]\n",
    ];
    let mut day = days[0];
    for step in 0..30 {
        let files: Vec<String> = place.files().into_iter().filter(|name| name.starts_with("t/")).collect();
        let some = files[numbers.below(files.len())].clone();
        match numbers.below(10) {
            0..=4 => {
                let number = numbers.below(40);
                let (name, bytes) = text(numbers.below(10), number);
                place.write(&name, bytes);
            }
            5 => fs::remove_file(place.path(&some)).unwrap(),
            6 => fs::rename(place.path(&some), place.path(&format!("t/moved{step}-{}", &some[2..]))).unwrap(),
            7 => {
                let text = [b"\n\n", &place.read(&some)[..]].concat();
                place.write(&some, text);
            }
            8 => {
                place.write("replylint.toml", settings[numbers.below(settings.len())]);
                // A mistake in the settings would refuse every run, and refused runs are equal.
                place.run(["config"]).code(0);
            }
            _ => day = days[numbers.below(days.len())],
        }
        let format = FORMATS[numbers.below(FORMATS.len())];
        all_the_same(&place, &["--as-of", day, "-f", format]);
    }
    for format in FORMATS {
        all_the_same(&place, &["--as-of", day, "-f", format]);
    }
    for more in [&["--show-pii"][..], &["--verbose"], &["--locale", "zh"], &["--output", "json"], &["--threads", "1"]] {
        all_the_same(&place, &[&["--as-of", day][..], more].concat());
    }
}

#[test]
fn a_day_goes_by() {
    let place = place();
    place.write("t/90.md", "+++\nowner = \"小周\"\nreview = \"2026-12-01\"\n+++\n好的。\n");
    place.write("t/91.md", "+++\nowner = \"小周\"\n+++\n活动到2026年12月1日结束，欢迎参加。\n");
    let found = |day: &str| all_the_same(&place, &["-f", "concise", "--as-of", day]).1;
    let before = found("2026-11-22");
    let behind = found("2027-03-01");
    for rule in ["template/stale-template", "template/expired-campaign"] {
        assert!(!before.contains(rule) && behind.contains(rule), "{rule}\n{behind}");
    }
    assert_eq!(found("2026-11-22"), before);
}

#[test]
fn templates_are_compared_with_what_there_is_now() {
    let place = place();
    let same = "### 一\n\n```\n您好，您的订单已经发出，预计三天内送达，请留意查收短信，谢谢您的耐心等待。\n```\n";
    let copies = |place: &Place| all_the_same(place, &["-f", "json"]).1.matches("\"template/near-duplicate\"").count();
    let none = copies(&place);
    place.write("t/40.md", same);
    place.write("t/41.md", same);
    assert_eq!(copies(&place), none + 1);
    // Only the copy has changed; its finding refers to the other, which is not read again.
    fs::rename(place.path("t/40.md"), place.path("t/50.md")).unwrap();
    assert!(all_the_same(&place, &["-f", "concise"]).1.contains("t/50.md:4:1: "));
    fs::remove_file(place.path("t/41.md")).unwrap();
    assert_eq!(copies(&place), none);
}

#[test]
fn a_row_that_moves_is_shown_where_it_is() {
    let place = place();
    place.write("t/90.csv", "分组,快捷编码,话术\n售后,a,我们会尽快给您回复。\n");
    let at = |place: &Place, line: &str| all_the_same(place, &["-f", "concise"]).1.contains(line);
    assert!(at(&place, "t/90.csv:2:"));
    place.write("t/90.csv", "分组,快捷编码,话术\n\n售后,a,我们会尽快给您回复。\n");
    assert!(at(&place, "t/90.csv:3:"));
}

#[test]
fn two_at_once_do_not_hurt_each_other() {
    let place = place();
    let alone = check(&place, &["--no-cache"]).stdout;
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(|| check(&place, &[]).stdout)).collect();
        for run in runs {
            assert_eq!(run.join().unwrap(), alone);
        }
    });
    assert_eq!(the_same(&place, &[]), alone);
}

#[test]
fn what_is_packed_is_read_as_ever_and_not_kept() {
    let place = place();
    let template = "### 一\n\n```\n我们会尽快给您回电。\n```\n";
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, template.as_bytes()).unwrap();
    // Among the others, under a misleading name.
    place.write("t/15-packed.md", packed.finish().unwrap());
    let first = the_same(&place, &[]);
    assert!(first.contains("15-packed.md"));
    assert_eq!(the_same(&place, &[]), first);
}

#[test]
fn a_rulebook_of_own_packs_is_made_once_and_never_a_wrong_one() {
    let place = Place::empty();
    place.write("replylint.toml", "[rulebook]\npacks = [\"own.toml\"]\n");
    let pack = |word: &str| {
        let rule = "[rule.banned]\nseverity = \"warning\"\ncheck.forbid = { find = \"banned\" }\nmessage = { zh = \"别这么说\", en = \"not that\" }\nhelp = { zh = \"换个词\", en = \"another word\" }\nwhy = { zh = \"说好的\", en = \"we settled it\" }\n";
        let examples = format!("bad = [{{ reply = \"这个⟦{word}⟧\" }}]\ngood = [{{ reply = \"那个\" }}]\n");
        place.write("own.toml", format!("{rule}{examples}[cue.banned]\nphrases = [\"{word}\"]\n"));
    };
    let found = |arguments: &[&str]| {
        let said = ["check", "--text", "甲乙和丙丁，今天18:00前回复您。", "-f", "concise"];
        let mut command = place.command(said.iter().chain(arguments));
        command.env("REPLYLINT_CACHE_DIR", place.path("kept"));
        let out = finish(command, b"").tame();
        assert!(out.code < 2, "{}", out.stderr);
        out.stdout
    };
    pack("甲乙");
    assert!(found(&["--no-cache"]).contains("not that") && !place.path("kept").exists());
    let (first, again) = (found(&[]), found(&[]));
    assert!(first.contains(":1: ") && first.contains("not that"), "{first}");
    assert_eq!(first, again);
    let file = place.path(&kept(&place));
    let (whole, written) = stamp(&file);
    assert_eq!(found(&[]), first);
    assert_eq!(stamp(&file).1, written, "it was made again");
    // Another word is another rulebook.
    pack("丙丁");
    let other = found(&[]);
    assert!(other.contains("not that") && other != first, "{other}");
    pack("甲乙");
    // A file that is damaged, cut short, or another rulebook's is ignored.
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 1;
    let others: Vec<_> = place.files().into_iter().filter(|name| name.starts_with("kept/")).collect();
    let another = others.iter().map(|name| fs::read(place.path(name)).unwrap()).find(|bytes| *bytes != whole).unwrap();
    for bytes in [damaged, whole[..whole.len() / 2].to_vec(), another, Vec::new()] {
        fs::write(&file, bytes).unwrap();
        assert_eq!(found(&[]), first);
        assert_eq!(fs::read(&file).unwrap(), whole, "it was not made again");
    }
}
