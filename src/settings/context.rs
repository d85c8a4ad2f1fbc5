//! What holds for a text: the settings, the rulebook they make, and the rules that are asked. Settled before any text is read.

use super::{BaselineFile, Flags, Origin, Selection, Setting, Settings};
use crate::conversation::Lang;
use crate::conversation::read::log::ColumnMap;
use crate::conversation::read::{self, FormatMap, RoleLabels};
use crate::cue::{LISTS, Lists};
use crate::judge::{self, Agreed, House, Options, Override, RemarkKind, Unreadable};
use crate::language::fold_str;
use crate::report::{Masker, Ui};
use crate::rulebook::{PackText, Rulebook, Severity, builtin, names};
use crate::source::{Diagnostic, did_you_mean, wording};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::{env, io};

/// How files of settings and rules are read: only the doors know.
pub type Read<'a> = dyn FnMut(&Path) -> io::Result<String> + 'a;

/// Where rulebooks that were made of a team's own packs are kept from run to run, by their names: only the doors know.
pub trait Shelf {
    /// What was put there under this name.
    fn get(&self, name: &str) -> Option<Vec<u8>>;
    /// Puts a rulebook there; that it cannot be kept costs time on the next run, and nothing else.
    fn put(&self, name: &str, stored: &[u8]);
}

/// Settings and the rulebook that they make.
#[derive(Debug)]
pub struct Context {
    /// The settings in force.
    pub settings: Settings,
    /// The rulebook.
    pub rulebook: Arc<Rulebook>,
    /// The baseline, where the settings or an option name one and it is there.
    pub baseline: Option<Arc<BaselineFile>>,
    /// Facts that were agreed, what templates owe.
    house: Arc<House>,
    /// The settings' lists that guards and rules may name, folded.
    lists: Lists,
}

impl Context {
    /// Hides what the rulebook takes for private data, unless it is to be shown.
    pub fn masker(self: &Arc<Self>, show_pii: bool) -> Masker {
        if show_pii {
            return Masker::off();
        }
        let (context, calls) = (self.clone(), self.clone());
        Masker::new(move |text| context.rulebook.program.private(text))
            .across(move |conversation| calls.rulebook.program.read_out(conversation))
    }

    /// Reads the settings file (none: defaults), the packs it names, and makes the rulebook of them, unless the shelf
    /// has it. With doubts about the packs.
    ///
    /// # Errors
    /// Every mistake in the settings, the flags and the packs.
    pub fn load(
        file: Option<&Path>,
        flags: &Flags,
        ui: Ui,
        read: &mut Read<'_>,
        shelf: Option<&dyn Shelf>,
    ) -> Result<(Self, Vec<Diagnostic>), Vec<Diagnostic>> {
        let folder = file.and_then(Path::parent);
        let read: &mut Read<'_> = &mut |path: &Path| {
            // What is named on the command line may lie anywhere.
            if Some(path) != file && !flags.packs.iter().any(|pack| pack == path) {
                inside(folder, path)?;
            }
            read(path)
        };
        let mut settings = super::load(file, flags, ui, read)?;
        extend(&mut settings, ui, read)?;
        let (rulebook, warnings) = rulebook(&settings, read, shelf)?;
        let ids = rulebook.rules.iter().flat_map(|rule| std::iter::once(&rule.id).chain(&rule.was)).map(String::as_str);
        let ids: Vec<&str> = ids.chain(RemarkKind::ALL.map(RemarkKind::id)).collect();
        let unknown = settings.check_rules(&ids, ui);
        if !unknown.is_empty() {
            return Err(unknown);
        }
        if let Some(mistake) = unknown_flag(flags, &ids, ui) {
            return Err(vec![mistake]);
        }
        let house = Arc::new(house(&settings, &rulebook, ui)?);
        Ok((Self { house, ..Self::new(settings, rulebook) }, warnings))
    }

    /// Settings with the rulebook that they make.
    pub fn new(settings: Settings, rulebook: Rulebook) -> Self {
        let list = |name: &str| settings.list(name).unwrap_or_default().iter().map(|entry| fold_str(entry)).collect();
        let lists = LISTS.iter().map(|name| ((*name).to_owned(), list(name))).collect();
        Self { settings, rulebook: Arc::new(rulebook), baseline: None, house: Arc::default(), lists }
    }

    /// How to judge the file at `path` (none: standard input or `--text`).
    pub fn options(&self, path: Option<&Path>, locale: Lang, lang: Option<Lang>) -> Options {
        let selection = self.selection(path);
        let asked = self.rulebook.rules.iter().map(|rule| {
            let ids: Vec<&str> = std::iter::once(&rule.id).chain(&rule.was).map(String::as_str).collect();
            match selection.severity(&ids, rule.severity) {
                None => Override::Off,
                Some(severity) if severity == rule.severity => Override::AsIs,
                Some(severity) => Override::Severity(severity),
            }
        });
        let remarks = RemarkKind::ALL.map(|kind| match selection.severity(&[kind.id()], kind.severity()) {
            None => Override::Off,
            Some(severity) => Override::Severity(severity),
        });
        Options {
            each: false,
            locale,
            lang,
            overrides: asked.collect(),
            lists: self.lists.clone(),
            clock: None,
            paces: self.settings.paces(),
            waivers: Vec::new(),
            remarks: remarks.to_vec(),
            declared_slots: self.settings.declared_slots.value.clone(),
            dialect: self.settings.slot_dialect.value.clone(),
            house: self.house.clone(),
        }
    }

    /// The rules for the file at `path`.
    pub fn selection(&self, path: Option<&Path>) -> Selection {
        let absolute = path.and_then(|path| std::path::absolute(path).ok());
        self.settings.for_path(absolute.as_deref().unwrap_or(Path::new("-")))
    }

    /// What the columns of tables of conversations hold, where the settings say so.
    pub fn columns(&self) -> Arc<ColumnMap> {
        Arc::new(self.settings.columns.iter().map(|(field, column)| (*field, column.value.clone())).collect())
    }

    /// The words for roles, those of the settings with them.
    pub fn labels(&self) -> Arc<RoleLabels> {
        let own = self.settings.roles.iter();
        let own = own.flat_map(|(role, words)| words.value.iter().map(|word| (word.as_str(), *role)));
        Arc::new(RoleLabels::builtin().with_own(own))
    }

    /// What the columns or keys of a file mean: by the name that was given, else by the settings.
    ///
    /// # Errors
    /// When no format has that name.
    pub fn format_map(
        &self,
        named: Option<&str>,
        path: Option<&Path>,
        ui: Ui,
    ) -> Result<Option<Arc<FormatMap>>, Box<Diagnostic>> {
        let own = || self.settings.formats.iter().map(|format| &format.map);
        let Some(name) = named else {
            let absolute = path.and_then(|path| std::path::absolute(path).ok());
            return Ok(absolute.and_then(|path| self.settings.format_for(&path).cloned()));
        };
        if let Some(map) = own().chain(read::formats()).find(|map| map.name == name) {
            return Ok(Some(map.clone()));
        }
        let known = own().chain(read::formats()).map(|map| map.name.as_str()).collect::<Vec<_>>();
        let error = Diagnostic::error("cli/unknown-format", ui.text("cli.unknown-format", &[("name", name)]));
        Err(Box::new(match crate::source::did_you_mean(name, known.iter().copied()) {
            Some(near) => error.help(ui.text("settings.did-you-mean", &[("name", near)])),
            None => error.help(ui.text("settings.known-keys", &[("names", &known.join(", "))])),
        }))
    }

    /// The waivers of the settings that hold for the file at `path` on this day.
    pub fn waivers(&self, path: Option<&Path>, today: Date) -> Vec<judge::Waiver> {
        let absolute = path.and_then(|path| std::path::absolute(path).ok());
        let path = absolute.as_deref().unwrap_or(Path::new("-"));
        let waivers = self.settings.waivers.iter().enumerate();
        let waivers = waivers.filter(|(_, waiver)| waiver.fits(path) && !waiver.is_over(today));
        let waiver = |(number, waiver): (usize, &super::Waiver)| judge::Waiver {
            number,
            rule: waiver.rule.clone(),
            quote: waiver.quote.clone(),
            reason: waiver.reason.clone(),
            owner: waiver.owner.clone(),
            expires: waiver.expires.map(|day| day.to_string()),
        };
        waivers.map(waiver).collect()
    }

    /// How much a remark about settings or baseline matters; `None`: it is not asked for.
    pub fn remark(&self, kind: RemarkKind) -> Option<Severity> {
        self.settings.for_path(Path::new("-")).severity(&[kind.id()], kind.severity())
    }
}

/// `--pack industry/…` names no file but an industry of ours: it extends the rulebook.
fn extend(settings: &mut Settings, ui: Ui, read: &mut Read<'_>) -> Result<(), Vec<Diagnostic>> {
    let known = builtin::industries();
    let mut mistakes = Vec::new();
    let here = env::current_dir().unwrap_or_default();
    settings.packs.value.retain(|path| {
        let name = path.strip_prefix(&here).unwrap_or(path).to_string_lossy();
        if !name.starts_with("industry/") || read(path).is_ok() {
            return true;
        }
        if !known.contains(&&*name) {
            let message = ui.text("settings.unknown-value", &[("key", "--pack"), ("given", &name)]);
            let help = match did_you_mean(&name, known.iter().copied()) {
                Some(near) => ui.text("settings.did-you-mean", &[("name", near)]),
                None => ui.text("settings.known-keys", &[("names", &known.join(", "))]),
            };
            mistakes.push(Diagnostic::error("cli/unknown-industry", message).help(help));
        } else if !settings.extends.value.iter().any(|extended| *extended == name) {
            settings.extends.value.push(name.into_owned());
            settings.extends.origin = Origin::Flag;
        }
        false
    });
    if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
}

/// The packs of a rulebook: the default ones, those of the industries it extends, and those of the settings.
pub fn packs(settings: &Settings, read: &mut Read<'_>) -> Result<Vec<PackText>, Vec<Diagnostic>> {
    let mut files = Vec::new();
    // The list of scenarios is closed: it holds for a rulebook of one's own, too.
    // An industry's rules use the default cues, and come on top of the default rules.
    let extends = &settings.extends.value;
    let whole = extends.iter().any(|name| name == "default" || !builtin::industry(name).is_empty());
    files.extend(builtin::sources().into_iter().filter(|file| whole || file.path.ends_with("scenarios.toml")));
    files.extend(extends.iter().flat_map(|name| builtin::industry(name)));
    let mut mistakes = Vec::new();
    for path in &settings.packs.value {
        match read_pack(path, read) {
            Ok(pack) => files.push(pack),
            Err(error) => {
                let shown = shown(path);
                mistakes.push(Diagnostic::error("pack/unreadable", &error).path(shown));
            }
        }
    }
    if mistakes.is_empty() { Ok(files) } else { Err(mistakes) }
}

/// Reads a team's own pack.
pub fn read_pack(path: &Path, read: &mut Read<'_>) -> io::Result<PackText> {
    Ok(PackText::new(shown(path), read(path)?))
}

fn rulebook(
    settings: &Settings,
    read: &mut Read<'_>,
    shelf: Option<&dyn Shelf>,
) -> Result<(Rulebook, Vec<Diagnostic>), Vec<Diagnostic>> {
    if settings.packs.value.is_empty() && settings.extends.value == ["default"] {
        return Ok((Rulebook::builtin(), Vec::new()));
    }
    let files = packs(settings, read)?;
    let name = Rulebook::name(&files);
    if let Some(rulebook) = shelf.and_then(|shelf| Rulebook::restored(&shelf.get(&name)?, &name)) {
        return Ok((rulebook, Vec::new()));
    }
    let loaded = Rulebook::load(&files)?;
    // What is doubtful about packs is said on every run.
    if let Some(shelf) = shelf.filter(|_| loaded.warnings.is_empty())
        && let Ok(stored) = builtin::prepare(&loaded.rulebook)
    {
        shelf.put(&name, &stored);
    }
    Ok((loaded.rulebook, loaded.warnings))
}

/// What the house has settled beyond words; a value that says nothing is a mistake.
fn house(settings: &Settings, rulebook: &Rulebook, ui: Ui) -> Result<House, Vec<Diagnostic>> {
    let plain = |table: &BTreeMap<String, Setting<Vec<String>>>| {
        table.iter().map(|(name, setting)| (name.clone(), setting.value.clone())).collect::<BTreeMap<_, _>>()
    };
    let (times, amounts) = (plain(&settings.fact_times), plain(&settings.fact_amounts));
    let place = |origin: &Origin, mistake: Diagnostic| match origin {
        Origin::File { path, line } => mistake.path(shown(path)).line(*line),
        _ => mistake,
    };
    let origin = |wrong: &Unreadable| match wrong.table {
        "facts.times" => settings.fact_times.get(&wrong.key).map(|setting| setting.origin.clone()),
        "facts.amounts" => settings.fact_amounts.get(&wrong.key).map(|setting| setting.origin.clone()),
        "facts.phones" => Some(settings.fact_phones.origin.clone()),
        _ => Some(settings.fact_links.origin.clone()),
    };
    let facts = Agreed::new(&times, &amounts, &settings.fact_phones.value, &settings.fact_links.value);
    let facts = facts.map_err(|wrong| {
        let told = wrong.iter().map(|wrong| {
            let message = ui.text("settings.fact", &[("key", wrong.table), ("given", &wrong.text)]);
            let help = ui.text(&format!("settings.fact-help-{}", wrong.table.trim_start_matches("facts.")), &[]);
            place(&origin(wrong).unwrap_or_default(), Diagnostic::error("settings/value", message).help(help))
        });
        told.collect::<Vec<_>>()
    })?;
    let mut deals: Vec<&str> =
        rulebook.rules.iter().filter_map(|rule| rule.deals()).flatten().map(|&deal| rulebook.deal_name(deal)).collect();
    deals.sort_unstable();
    deals.dedup();
    let mut mistakes = Vec::new();
    for (name, setting) in settings.fact_times.iter().filter(|(name, _)| !deals.contains(&name.as_str())) {
        let message = ui.text("settings.unknown-key", &[("given", &format!("facts.times.{name}"))]);
        let help = match did_you_mean(name, deals.iter().copied()) {
            Some(near) => ui.text("settings.did-you-mean", &[("name", near)]),
            None => ui.text("settings.known-keys", &[("names", &deals.join(", "))]),
        };
        mistakes.push(place(&setting.origin, Diagnostic::error("settings/unknown-key", message).help(help)));
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let (required, languages) = (settings.required_fields.value.clone(), settings.template_languages.value.clone());
    Ok(House { facts, required, languages })
}

/// A file that settings name lies below their folder, links followed: settings come with texts from anywhere, and what
/// is wrong in a file is shown with its lines.
///
/// # Errors
/// Where a link leads out of it.
pub fn inside(folder: Option<&Path>, path: &Path) -> io::Result<()> {
    let place = |path: &Path| if path.as_os_str().is_empty() { Path::new(".") } else { path }.canonicalize().ok();
    match (folder.and_then(place), place(path)) {
        (Some(folder), Some(path)) if !path.starts_with(&folder) => {
            let said = wording!("a link that leads out of the folder of the settings file");
            Err(io::Error::new(io::ErrorKind::PermissionDenied, said))
        }
        _ => Ok(()),
    }
}

/// A path as people know it: relative to where they stand, if it is below.
pub fn shown(path: &Path) -> String {
    let here = env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).unwrap_or(path).display().to_string()
}

/// `--select` and `--ignore` that name no rule: a typing mistake must not pass for a clean text.
fn unknown_flag(flags: &Flags, ids: &[&str], ui: Ui) -> Option<Diagnostic> {
    let given = flags.select.iter().flatten().chain(&flags.ignore);
    let unknown = given.into_iter().find(|pattern| !ids.iter().any(|id| names(pattern, id)))?;
    Some(no_such_rule(unknown, ids.iter().copied(), ui))
}

/// What to say to a name that is no rule's.
pub fn unknown_rule(name: &str, rulebook: &Rulebook, ui: Ui) -> Diagnostic {
    no_such_rule(name, rulebook.rules.iter().map(|rule| rule.id.as_str()), ui)
}

fn no_such_rule<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone, ui: Ui) -> Diagnostic {
    // Whoever leaves the folder away means the rule.
    let alone = |id: &&str| id.rsplit_once('/').is_some_and(|(_, offence)| offence == name);
    let error = Diagnostic::error("cli/unknown-rule", ui.text("settings.unknown-rule", &[("rule", name)]));
    match known.clone().find(alone).or_else(|| did_you_mean(name, known)) {
        Some(near) => error.help(ui.text("settings.did-you-mean", &[("name", near)])),
        None => error.help(ui.text("settings.list-rules", &[])),
    }
}
