use replylint::*;
fn main() {
    let files = rulebook::builtin::sources();
    let loaded = match Rulebook::load(&files) {
        Ok(l) => l,
        Err(e) => {
            for x in e {
                println!("{x}: {:?} {:?}", x.labels, x.help);
            }
            std::process::exit(2)
        }
    };
    println!("{:?} rules {}", loaded.rulebook.program.size(), loaded.rulebook.rules.len());
    let out = workshop::test(&loaded.rulebook, &files);
    for f in &out.failures {
        println!("{f}: {}", f.labels[0].span.of(f.text.as_ref().unwrap()));
    }
    println!("{} {} failures {}", out.rules, out.cues, out.failures.len());
}
