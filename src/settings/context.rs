//! The settings, rulebook and selection of rules for a text, complete before any text is read.

use super::{BaselineFile, Flags, Origin, Selection, Setting, Settings};
use crate::conversation::Lang;
use crate::conversation::read::log::ColumnMap;
use crate::conversation::read::{self, FormatMap, RoleLabels};
use crate::cue::{LISTS, Lists};
use crate::judge::{self, Agreed, House, Options, Override, RemarkKind, Unreadable};
use crate::language::fold_str;
use crate::report::{Masker, Ui};
use crate::rulebook::{PackText, Rulebook, Severity, builtin, names};
use crate::source::{Diagnostic, decode, did_you_mean, wording};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::{env, io};

/// Reads files of settings and rules; given by the caller, since only it may access files.
pub type Read<'a> = dyn FnMut(&Path) -> io::Result<String> + 'a;

/// Packs may have 8 MB, settings less; what is longer is refused unread.
const MOST_BYTES: u64 = 9 << 20;

/// Reads a file of settings or rules, in any encoding that a text may have. A file over the limit is cut,
/// and then refused by its parser for its length.
///
/// # Errors
/// When the file cannot be read, or its encoding is unknown.
pub fn read_text(file: impl io::Read) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut bytes)?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) if error.as_bytes().len() as u64 == MOST_BYTES => {
            Ok(String::from_utf8_lossy(error.as_bytes()).into())
        }
        // As an editor of an older system saves it.
        Err(error) => decode(error.into_bytes(), None)
            .map(|decoded| decoded.text)
            .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "stream did not contain valid UTF-8")),
    }
}

/// A cache between runs for rulebooks with a team's own packs; given by the caller, since only it may access files.
pub trait Shelf {
    /// What was put there under this name.
    fn get(&self, name: &str) -> Option<Vec<u8>>;
    /// Stores a rulebook. If that fails, the next run is slower and nothing else.
    fn put(&self, name: &str, stored: &[u8]);
}

/// Settings and their rulebook.
#[derive(Debug)]
pub struct Context {
    /// The settings in force.
    pub settings: Settings,
    /// The rulebook.
    pub rulebook: Arc<Rulebook>,
    /// The baseline, where the settings or an option name one and it is there.
    pub baseline: Option<Arc<BaselineFile>>,
    /// Agreed facts, and what templates owe.
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

    /// Reads the settings file (none: defaults) and its packs, and makes the rulebook, unless the shelf has it. Also
    /// returns warnings about the packs.
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
            // Files named on the command line may be anywhere.
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

    /// Settings and their rulebook.
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

    /// The columns of tables of conversations, as set.
    pub fn columns(&self) -> Arc<ColumnMap> {
        Arc::new(self.settings.columns.iter().map(|(field, column)| (*field, column.value.clone())).collect())
    }

    /// Words for roles, with those of the settings.
    pub fn labels(&self) -> Arc<RoleLabels> {
        let own = self.settings.roles.iter();
        let own = own.flat_map(|(role, words)| words.value.iter().map(|word| (word.as_str(), *role)));
        Arc::new(RoleLabels::builtin().with_own(own))
    }

    /// The meaning of a file's columns or keys: of the format that was given, otherwise of the settings.
    ///
    /// # Errors
    /// If there is no such format.
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
        Err(Box::new(error.help(ui.suggest(name, &known))))
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

    /// The severity of a remark about settings or baseline; `None` if it is off.
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
            mistakes.push(Diagnostic::error("cli/unknown-industry", message).help(ui.suggest(&name, &known)));
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
            // The settings and an option may name the same.
            Ok(pack) if files.iter().any(|file| file.path == pack.path) => {}
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
    // A rulebook whose packs give warnings is not cached, so that they are given on every run.
    if let Some(shelf) = shelf.filter(|_| loaded.warnings.is_empty())
        && let Ok(stored) = builtin::prepare(&loaded.rulebook)
    {
        shelf.put(&name, &stored);
    }
    Ok((loaded.rulebook, loaded.warnings))
}

/// Agreed facts; a value that cannot be parsed is a mistake.
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
        let mistake = Diagnostic::error("settings/unknown-key", message).help(ui.suggest(name, &deals));
        mistakes.push(place(&setting.origin, mistake));
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let (required, languages) = (settings.required_fields.value.clone(), settings.template_languages.value.clone());
    Ok(House { facts, required, languages })
}

/// Checks that a file named by settings is below their folder, even through links: settings come with texts from
/// anywhere, and mistakes quote lines of the file.
///
/// # Errors
/// If a link leads out of the folder.
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
    // One file has one name, however it was written: `./rules.toml`, `../team/rules.toml`.
    let mut whole = PathBuf::new();
    for part in here.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => _ = whole.pop(),
            part => whole.push(part),
        }
    }
    whole.strip_prefix(&here).unwrap_or(&whole).display().to_string()
}

/// `--select` and `--ignore` that name no rule: a typing mistake must not pass for a clean text.
fn unknown_flag(flags: &Flags, ids: &[&str], ui: Ui) -> Option<Diagnostic> {
    let given = flags.select.iter().flatten().chain(&flags.ignore);
    let unknown = given.into_iter().find(|pattern| !ids.iter().any(|id| names(pattern, id)))?;
    Some(no_such_rule(unknown, ids.iter().copied(), ui))
}

/// The error for a name that is no rule's.
pub fn unknown_rule(name: &str, rulebook: &Rulebook, ui: Ui) -> Diagnostic {
    no_such_rule(name, rulebook.rules.iter().map(|rule| rule.id.as_str()), ui)
}

fn no_such_rule<'a>(name: &str, known: impl Iterator<Item = &'a str> + Clone, ui: Ui) -> Diagnostic {
    // The name may be meant without its pack.
    let alone = |id: &&str| id.rsplit_once('/').is_some_and(|(_, offence)| offence == name);
    let error = Diagnostic::error("cli/unknown-rule", ui.text("settings.unknown-rule", &[("rule", name)]));
    match known.clone().find(alone).or_else(|| did_you_mean(name, known)) {
        Some(near) => error.help(ui.text("settings.did-you-mean", &[("name", near)])),
        None => error.help(ui.text("settings.list-rules", &[])),
    }
}
