//! The settings in force, as the TOML that would set them, each with the place it came from.

use super::{Origin, Setting, Settings};
use crate::source::word;
use std::fmt::Write;
use toml::Value;

pub(super) fn show(settings: &Settings) -> String {
    let mut shown = Shown(String::new());
    if let Some(baseline) = &settings.baseline.value {
        shown.line("baseline", &string(&baseline.display().to_string()), &settings.baseline.origin);
    }
    shown.table("[rulebook]");
    shown.strings("extends", &settings.extends);
    let packs = settings.packs.value.iter().map(|pack| pack.display().to_string()).collect();
    shown.strings("packs", &Setting { value: packs, origin: settings.packs.origin.clone() });
    shown.table("[rules]");
    shown.strings("select", &settings.select);
    shown.strings("ignore", &settings.ignore);
    if !settings.severity.is_empty() {
        shown.table("[rules.severity]");
        for (pattern, severity) in &settings.severity {
            shown.line(&key(pattern), &string(&word(severity.value)), &severity.origin);
        }
    }
    for other in &settings.overrides {
        shown.table("[[override]]");
        shown.line("paths", &strings(&other.paths), &other.origin);
        shown.line("ignore", &strings(&other.ignore), &other.origin);
        for (pattern, severity) in &other.severity {
            shown.line(&format!("severity.{}", key(pattern)), &string(&word(*severity)), &other.origin);
        }
    }
    for waiver in &settings.waivers {
        shown.table("[[waiver]]");
        shown.line("rule", &string(&waiver.rule), &waiver.origin);
        shown.line("paths", &strings(&waiver.paths), &waiver.origin);
        if let Some(quote) = &waiver.quote {
            shown.line("quote", &string(quote), &waiver.origin);
        }
        shown.line("reason", &string(&waiver.reason), &waiver.origin);
        shown.line("owner", &string(&waiver.owner), &waiver.origin);
        if let Some(day) = waiver.expires {
            shown.line("expires", &day.to_string(), &waiver.origin);
        }
    }
    shown.table("[brand]");
    shown.strings("channels", &settings.brand_channels);
    shown.strings("names", &settings.brand_names);
    shown.table("[house]");
    shown.strings("standard-phrases", &settings.standard_phrases);
    shown.table("[facts]");
    for (name, fact) in &settings.fact_times {
        shown.line(&format!("times.{}", key(name)), &strings(&fact.value), &fact.origin);
    }
    for (name, fact) in &settings.fact_amounts {
        shown.line(&format!("amounts.{}", key(name)), &strings(&fact.value), &fact.origin);
    }
    shown.strings("phones", &settings.fact_phones);
    shown.strings("links", &settings.fact_links);
    shown.table("[templates]");
    shown.strings("required", &settings.required_fields);
    shown.strings("languages", &settings.template_languages);
    shown.table("[slots]");
    shown.strings("declared", &settings.declared_slots);
    match &settings.slot_dialect.value {
        Some(name) => shown.line("dialect", &string(name), &settings.slot_dialect.origin),
        None => shown.0.push_str("# dialect: told from each placeholder\n"),
    }
    for format in &settings.formats {
        shown.table("[[format]]");
        let _ = writeln!(shown.0, "name = {}", string(&format.map.name));
    }
    shown.table("[masks]");
    shown.strings("patterns", &settings.mask_patterns);
    shown.table("[calendar]");
    match &settings.zone.value {
        Some(zone) => shown.line("zone", &string(zone), &settings.zone.origin),
        None => shown.0.push_str("# zone: the system's\n"),
    }
    for (rule, channels) in &settings.pace {
        shown.table(&format!("[pace.{}]", key(rule)));
        for (channel, length) in channels {
            shown.line(&key(channel), &string(&length.value.to_string()), &length.origin);
        }
    }
    shown.table("[audit]");
    shown.strings("scorecards", &settings.scorecards);
    shown.strings("newcomers", &settings.newcomers);
    shown.line("least-cases", &settings.least_cases.value.to_string(), &settings.least_cases.origin);
    if !settings.columns.is_empty() {
        shown.table("[audit.columns]");
        for (field, column) in &settings.columns {
            shown.line(&field.name(), &string(&column.value), &column.origin);
        }
    }
    if !settings.roles.is_empty() {
        shown.table("[audit.roles]");
        for (role, words) in &settings.roles {
            shown.strings(&word(role), words);
        }
    }
    shown.table("[limits]");
    shown.line("text-bytes", &settings.text_bytes.value.to_string(), &settings.text_bytes.origin);
    shown.line("findings", &settings.findings.value.to_string(), &settings.findings.origin);
    shown.0
}

struct Shown(String);

impl Shown {
    fn table(&mut self, name: &str) {
        let gap = if self.0.is_empty() { "" } else { "\n" };
        let _ = writeln!(self.0, "{gap}{name}");
    }

    fn line(&mut self, key: &str, value: &str, origin: &Origin) {
        let origin = match origin {
            Origin::Flag => "from the command line".to_owned(),
            Origin::File { path, line } => format!("from {}:{line}", path.display()),
            Origin::Environment(name) => format!("from {name} in the environment"),
            Origin::Default => "default".to_owned(),
        };
        let _ = writeln!(self.0, "{key} = {value}  # {}", crate::report::sanitize_line(&origin));
    }

    fn strings(&mut self, key: &str, list: &Setting<Vec<String>>) {
        self.line(key, &strings(&list.value), &list.origin);
    }
}

fn string(text: &str) -> String {
    Value::from(text).to_string()
}

fn strings(list: &[String]) -> String {
    Value::from(list.to_vec()).to_string()
}

/// Quoted where TOML asks for it.
fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
    if bare { name.to_owned() } else { string(name) }
}
