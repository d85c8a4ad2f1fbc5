//! Temporary bench for rule authors: `lab test DIR`, `lab check DIR FILE.jsonl [RULE]`, `lab cues DIR TEXT`.
use replylint::conversation::{Conversation, Mode, Role, Turn};
use replylint::rulebook::PackText;
use replylint::{Options, Rulebook, Scratch, judge, workshop};
fn packs(dir: &str) -> Vec<PackText> {
    let mut files = Vec::new();
    for sub in ["", "cues/zh", "cues/en"] {
        let Ok(list) = std::fs::read_dir(format!("{dir}/{sub}")) else { continue };
        for e in list.flatten() {
            let n = e.file_name().to_string_lossy().into_owned();
            if n.ends_with(".toml") {
                let p = if sub.is_empty() { n.clone() } else { format!("{sub}/{n}") };
                files.push(PackText::new(p, std::fs::read_to_string(e.path()).unwrap()));
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let files = if args.len() > 2 { packs(&args[2]) } else { replylint::rulebook::builtin::sources() };
    let loaded = match Rulebook::load(&files) {
        Ok(l) => l,
        Err(e) => {
            for x in e {
                let at = x.labels.first().map_or(0, |l| l.span.start);
                let line = x.text.as_ref().map_or(0, |t| t[..at].matches('\n').count() + 1);
                let t = x.labels.first().map_or("", |l| l.span.of(x.text.as_ref().unwrap()));
                println!("{}:{line}: {} [{t}] {:?}", x.path.clone().unwrap_or_default(), x.message, x.help);
            }
            std::process::exit(2)
        }
    };
    let rb = &loaded.rulebook;
    match args.get(1).map(String::as_str) {
        Some("check") => {
            let mut s = Scratch::default();
            let (mut n, mut counts) = (0, std::collections::BTreeMap::new());
            for line in std::fs::read_to_string(&args[3]).unwrap().lines() {
                let v: serde_json::Value = serde_json::from_str(line).unwrap();
                let turns = v["turns"].as_array().unwrap().iter().map(|t| {
                    let role = if t["role"] == "customer" { Role::Customer } else { Role::Agent };
                    Turn::new(role, t["text"].as_str().unwrap())
                });
                let c = Conversation { turns: turns.collect(), mode: Mode::Transcript, ..Conversation::default() };
                let ver = judge(rb, &c, None, &Options::default(), &mut s);
                n += ver.replies;
                for f in ver.findings {
                    *counts.entry(f.rule.clone()).or_insert(0) += 1;
                    if args.get(4).is_none_or(|r| f.rule.contains(r.as_str())) {
                        let t = &c.turns[f.turn].text;
                        let lo = t[..f.span.start].char_indices().rev().nth(20).map_or(0, |x| x.0);
                        let hi = t[f.span.end..].char_indices().nth(20).map_or(t.len(), |x| f.span.end + x.0);
                        println!("{}\t{}⟦{}⟧{}", f.rule, &t[lo..f.span.start], f.quote, &t[f.span.end..hi]);
                    }
                }
            }
            println!("replies {n} {counts:?}");
        }
        Some("cues") => {
            let mut s = Scratch::default();
            for role in [Role::Agent, Role::Customer] {
                let scan = rb.program.scan(&mut s, &args[3], role, &Default::default());
                for h in scan.all() {
                    println!(
                        "{role:?} {}: {}",
                        rb.program.name(h.cue),
                        scan.span(h.start, h.end, &args[3]).of(&args[3])
                    );
                }
                println!("{:?}", scan.promises);
            }
        }
        _ => {
            for w in &loaded.warnings {
                println!("warning: {w}");
            }
            let out = workshop::test(rb, &files);
            for f in &out.failures {
                println!("{f}\n    {}", f.labels[0].span.of(f.text.as_ref().unwrap()));
            }
            println!(
                "{:?} literals/regexes; {} rules; {} + {} examples, {} failures",
                rb.program.size(),
                rb.rules.len(),
                out.rules,
                out.cues,
                out.failures.len()
            );
        }
    }
}
