//! The steps of the GitHub Action and the job for GitLab, run as their runners run them.

use crate::support::{Out, Place, finish};
use crate::{BAD, GOOD, command, program, root};
use std::path::Path;

/// A run of the action's second step.
fn check(place: &Place, variables: &[(&str, &str)]) -> Out {
    let mut check = command("bash", &place.path(""), &[]);
    check.arg(root().join("ci/check.sh")).envs(variables.iter().copied());
    check.env("GITHUB_OUTPUT", place.path("output")).env("GITHUB_STEP_SUMMARY", place.path("summary"));
    finish(check, b"")
}

fn text(place: &Place, name: &str) -> String {
    String::from_utf8(place.read(name)).unwrap()
}

#[test]
fn the_action_fails_and_passes_and_leaves_its_files() {
    let place = Place::empty();
    place.write("templates/a b.md", BAD);
    let out = check(&place, &[("REPLYLINT_PATHS", "templates\n"), ("REPLYLINT_SARIF", "out.sarif")]).code(1);
    out.says(&["::warning file=templates/a b.md,line=5", "title=promise/vague-promise::"]);
    assert_eq!(text(&place, "output"), "sarif=out.sarif\n");
    assert!(text(&place, "out.sarif").contains("promise/vague-promise"));
    assert!(text(&place, "summary").contains("### `templates/a b.md`"), "{}", text(&place, "summary"));
    check(&place, &[("REPLYLINT_FAIL_ON", "error")]).code(0);
    check(&place, &[("REPLYLINT_ARGS", "--ignore=promise/*\n--ignore=duty/*")]).code(0);
    place.write("templates/a b.md", GOOD);
    check(&place, &[]).code(0);
    // Shell commands are only names here.
    check(&place, &[("REPLYLINT_PATHS", "$(touch pwned)\n`touch pwned`; touch pwned")]).code(2);
    check(&place, &[("REPLYLINT_ARGS", "--pack=$(touch pwned)")]).code(2);
    check(&place, &[("REPLYLINT_PATHS", "--fix")]).code(2);
    assert!(!place.path("pwned").exists());
}

#[test]
fn our_templates_pass_our_action() {
    let place = Place::empty();
    check(&place, &[("REPLYLINT_PATHS", root().join("templates").to_str().unwrap())]).code(0);
}

#[test]
fn a_ready_made_program_is_put_on_the_path() {
    let place = Place::empty();
    let install = |binary: &Path| {
        let mut install = command("bash", &place.path(""), &[]);
        install
            .arg(root().join("ci/install.sh"))
            .env("REPLYLINT_BINARY", binary)
            .env("GITHUB_PATH", place.path("path"));
        finish(install, b"")
    };
    install(Path::new(env!("CARGO_BIN_EXE_replylint"))).code(0);
    assert_eq!(Path::new(text(&place, "path").trim()), program());
    install(&place.path("gone")).code(2).warns(&["there is no program at"]);
}

#[test]
fn the_job_for_gitlab_writes_its_reports() {
    let job = std::fs::read_to_string(root().join("ci/gitlab.yml")).unwrap();
    let script = job.split_once("  script:\n").unwrap().1.split_once("  artifacts:").unwrap().0;
    let commands: Vec<&str> = script.lines().filter_map(|line| line.strip_prefix("    - ")).collect();
    assert_eq!(commands.len(), 2, "{script}");
    let place = Place::empty();
    place.write("templates/a.md", BAD);
    let mut run = command("sh", &place.path(""), &[]);
    run.args(["-ec", &commands.join("\n")]);
    run.envs([("REPLYLINT_INSTALL", "true"), ("REPLYLINT_ARGS", "--fail-on=advice"), ("REPLYLINT_PATHS", "templates")]);
    finish(run, b"").code(1).says(&["templates/a.md:5"]);
    assert!(text(&place, "replylint-quality.json").contains("\"severity\":\"major\""));
    assert!(text(&place, "replylint-junit.xml").contains("<failure"));
}
