//! The layers of settings: flags over the nearest file (over the files it extends) over the environment over defaults.

use super::check::{below, check, matcher, outside};
use super::clock::time_zone;
use super::parse::File;
use super::raw::{OneOrMany, Raw, Strings};
use super::{Flags, Mention, Origin, Override, Setting, Settings};
use crate::conversation::read::{FormatMap, TEXT_BYTES};
use crate::report::Ui;
use crate::source::{Diagnostic, LineIndex};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// Name of the settings file.
pub const FILE_NAME: &str = "replylint.toml";
/// How many files may extend one another.
const DEEPEST: usize = 8;
/// Fewest cases for a rank, unless told otherwise.
const LEAST_CASES: u64 = 30;
/// Findings drawn in full, unless told otherwise.
const FINDINGS: u64 = 1000;

/// The settings file that counts for what lies in `folder`: the nearest one upward. `folder` is absolute.
pub fn find(folder: &Path, is_file: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    folder.ancestors().map(|folder| folder.join(FILE_NAME)).find(|file| is_file(file))
}

/// Reads `file` (none: defaults) and whatever it extends, below the flags.
///
/// # Errors
/// All mistakes of all the files, each drawn in its text.
pub fn load(
    file: Option<&Path>,
    flags: &Flags,
    ui: Ui,
    read: &mut dyn FnMut(&Path) -> io::Result<String>,
) -> Result<Settings, Vec<Diagnostic>> {
    let (mut layers, mut mistakes) = (Vec::new(), Vec::new());
    let mut next = file.map(|file| (file.to_path_buf(), None));
    while let Some((path, named_by)) = next.take() {
        let text = match read(&path) {
            Ok(text) => text,
            Err(error) => {
                mistakes.push(unreadable(&path, &error, named_by, ui));
                break;
            }
        };
        let mut file = File { path: &path, text: text.into(), ui, mistakes: Vec::new() };
        let raw = file.parse();
        check(&raw, &mut file);
        if let Some(extends) = &raw.extends {
            let target = folder(&path).join(extends.get_ref());
            let shown = target.display().to_string();
            if !below(Path::new(extends.get_ref())) {
                outside(&mut file, extends);
            } else if target == path || layers.iter().any(|layer: &Layer| layer.path == target) {
                let (message, help) =
                    (ui.text("settings.loop", &[("path", &shown)]), ui.text("settings.loop-help", &[]));
                file.mistake("settings/loop", message, extends.span(), Some(help));
            } else if layers.len() + 1 == DEEPEST {
                let limit = DEEPEST.to_string();
                let message = ui.text("settings.deep", &[("limit", &limit)]);
                file.mistake("settings/deep", message, extends.span(), Some(ui.text("settings.deep-help", &[])));
            } else {
                let place = Diagnostic::error("settings/unreadable", "").path(file.shown()).text(file.text.clone());
                next = Some((target, Some(place.label(extends.span(), ""))));
            }
        }
        let File { text, mistakes: found, .. } = file;
        mistakes.extend(found);
        layers.push(Layer { lines: LineIndex::new(&text), text, raw, path });
    }
    mistakes.extend(time_zone(flags.zone.as_deref(), ui).err().map(|mistake| *mistake));
    if mistakes.is_empty() { Ok(settle(&layers, flags)) } else { Err(mistakes) }
}

/// A file of settings that has been read.
struct Layer {
    path: PathBuf,
    text: std::sync::Arc<str>,
    lines: LineIndex,
    raw: Raw,
}

impl Layer {
    fn origin(&self, span: &Range<usize>) -> Origin {
        Origin::File { path: self.path.clone(), line: self.lines.line_of(span.start) + 1 }
    }
}

/// What the layers come to. The nearest file stands first.
fn settle(layers: &[Layer], flags: &Flags) -> Settings {
    let strings = |of: fn(&Raw) -> &Strings| {
        first(layers, |layer| of(&layer.raw).as_ref(), |list| plain(list)).unwrap_or_default()
    };
    let mut settings = Settings {
        files: layers.iter().map(|layer| layer.path.clone()).collect(),
        extends: first(layers, |layer| layer.raw.rulebook.extends.as_ref(), OneOrMany::names)
            .unwrap_or_else(|| default(vec!["default".to_owned()])),
        select: first(layers, |layer| layer.raw.rules.select.as_ref(), |list| plain(list))
            .unwrap_or_else(|| default(vec!["*".to_owned()])),
        ignore: strings(|raw| &raw.rules.ignore),
        brand_channels: strings(|raw| &raw.brand.channels),
        brand_names: strings(|raw| &raw.brand.names),
        standard_phrases: strings(|raw| &raw.house.standard_phrases),
        declared_slots: strings(|raw| &raw.slots.declared),
        slot_dialect: first(layers, |layer| layer.raw.slots.dialect.as_ref(), |name| Some(name.clone()))
            .unwrap_or_default(),
        mask_patterns: strings(|raw| &raw.masks.patterns),
        fact_phones: strings(|raw| &raw.facts.phones),
        fact_links: strings(|raw| &raw.facts.links),
        required_fields: strings(|raw| &raw.templates.required),
        template_languages: strings(|raw| &raw.templates.languages),
        zone: first(layers, |layer| layer.raw.calendar.zone.as_ref(), |zone| Some(zone.clone())).unwrap_or_default(),
        newcomers: strings(|raw| &raw.audit.newcomers),
        least_cases: first(layers, |layer| layer.raw.audit.least_cases.as_ref(), |&least| least)
            .unwrap_or_else(|| default(LEAST_CASES)),
        text_bytes: first(layers, |layer| layer.raw.limits.text_bytes.as_ref(), |&limit| limit)
            .unwrap_or_else(|| default(TEXT_BYTES)),
        findings: first(layers, |layer| layer.raw.limits.findings.as_ref(), |&limit| limit)
            .unwrap_or_else(|| default(FINDINGS)),
        ..Settings::default()
    };
    for layer in layers {
        if let (Some(baseline), Origin::Default) = (&layer.raw.baseline, &settings.baseline.origin) {
            let path = folder(&layer.path).join(baseline.get_ref());
            settings.baseline = Setting { value: Some(path), origin: layer.origin(&baseline.span()) };
        }
        if let (Some(packs), Origin::Default) = (&layer.raw.rulebook.packs, &settings.packs.origin) {
            let paths = plain(packs.get_ref()).iter().map(|pack| folder(&layer.path).join(pack)).collect();
            settings.packs = Setting { value: paths, origin: layer.origin(&packs.span()) };
        }
    }
    for layer in layers {
        if let (Some(cards), Origin::Default) = (&layer.raw.audit.scorecards, &settings.scorecards.origin) {
            let place = |card: String| {
                let named = Path::new(&card).extension().is_none();
                if named { card } else { folder(&layer.path).join(card).display().to_string() }
            };
            let cards_named = plain(cards.get_ref()).into_iter().map(place).collect();
            settings.scorecards = Setting { value: cards_named, origin: layer.origin(&cards.span()) };
        }
    }
    // The farthest file first: what stands nearer replaces it, and its overrides come last.
    for layer in layers.iter().rev() {
        for (pattern, severity) in &layer.raw.rules.severity {
            let setting = Setting { value: *severity.get_ref(), origin: layer.origin(&pattern.span()) };
            settings.severity.insert(pattern.get_ref().clone(), setting);
        }
        let facts = &layer.raw.facts;
        let tables = [(&facts.times, &mut settings.fact_times), (&facts.amounts, &mut settings.fact_amounts)];
        for (raw, settled) in tables {
            settled.extend(raw.iter().map(|(name, fact)| {
                (name.clone(), Setting { value: fact.get_ref().names(), origin: layer.origin(&fact.span()) })
            }));
        }
        for (rule, channels) in &layer.raw.pace {
            let own = settings.pace.entry(rule.get_ref().clone()).or_default();
            for (channel, length) in channels {
                let setting = Setting { value: *length.get_ref(), origin: layer.origin(&length.span()) };
                own.insert(crate::language::fold_str(channel), setting);
            }
        }
        for (field, column) in &layer.raw.audit.columns {
            let setting = Setting { value: column.get_ref().clone(), origin: layer.origin(&column.span()) };
            settings.columns.insert(*field.get_ref(), setting);
        }
        for (role, words) in &layer.raw.audit.roles {
            let setting = Setting { value: words.get_ref().names(), origin: layer.origin(&words.span()) };
            settings.roles.insert(*role.get_ref(), setting);
        }
        settings.overrides.extend(layer.raw.overrides.iter().map(|other| layer.other(other)));
        settings.waivers.extend(layer.raw.waivers.iter().map(|waiver| layer.waiver(waiver)));
        settings.formats.splice(0..0, layer.raw.formats.iter().map(|format| layer.format(format.get_ref())));
        settings.mentions.extend(layer.mentions());
    }
    flags.apply(&mut settings);
    settings
}

impl Flags {
    fn apply(&self, settings: &mut Settings) {
        if let Some(select) = &self.select {
            settings.select = flag(select.clone());
            settings.ignore = Setting::default();
        }
        if !self.ignore.is_empty() {
            settings.ignore.value.extend(self.ignore.iter().cloned());
            settings.ignore.origin = Origin::Flag;
        }
        if let Some(extends) = &self.extends {
            settings.extends = flag(extends.clone());
        }
        if !self.packs.is_empty() {
            settings.packs.value.extend(self.packs.iter().cloned());
            settings.packs.origin = Origin::Flag;
        }
        if let Some(baseline) = &self.baseline {
            settings.baseline = flag(Some(baseline.clone()));
        }
        if let Some(zone) = &self.zone {
            settings.zone = flag(Some(zone.clone()));
        } else if let (None, Some(zone)) = (&settings.zone.value, &self.environment_zone) {
            settings.zone = Setting { value: Some(zone.clone()), origin: Origin::Environment("TZ") };
        }
    }
}

impl Layer {
    fn other(&self, other: &Spanned<super::raw::Override>) -> Override {
        let raw = other.get_ref();
        Override {
            paths: raw.paths.iter().map(|path| path.get_ref().clone()).collect(),
            ignore: raw.ignore.as_ref().map_or_else(Vec::new, |ignore| plain(ignore.get_ref())),
            severity: raw.severity.iter().map(|(key, value)| (key.get_ref().clone(), *value.get_ref())).collect(),
            origin: self.origin(&other.span()),
            matcher: matcher(folder(&self.path), raw.paths.iter().map(|path| &**path.get_ref())).unwrap_or_else(|_| {
                // Every pattern has been checked when the file was.
                ignore::gitignore::Gitignore::empty()
            }),
        }
    }

    fn waiver(&self, waiver: &Spanned<super::raw::Waiver>) -> super::Waiver {
        let raw = waiver.get_ref();
        let text = |said: &Option<Spanned<String>>| said.as_ref().map(|said| said.get_ref().clone());
        let paths = || raw.paths.iter().map(|path| path.get_ref().clone());
        super::Waiver {
            rule: text(&raw.rule).unwrap_or_default(),
            paths: paths().collect(),
            quote: text(&raw.quote),
            reason: text(&raw.reason).unwrap_or_default(),
            owner: text(&raw.owner).unwrap_or_default(),
            expires: raw.expires.as_ref().and_then(|day| super::day(day.get_ref())),
            origin: self.origin(&waiver.span()),
            text: self.text.clone(),
            span: raw.rule.as_ref().map_or(waiver.span(), Spanned::span).into(),
            // Every pattern has been checked when the file was.
            matcher: matcher(folder(&self.path), raw.paths.iter().map(|path| &**path.get_ref()))
                .unwrap_or_else(|_| ignore::gitignore::Gitignore::empty()),
        }
    }

    fn format(&self, raw: &super::raw::Format) -> super::Format {
        let columns = raw.columns.iter().map(|(name, theirs)| (name.get_ref().clone(), theirs.names()));
        let (text, fields) = columns.partition::<Vec<_>, _>(|(name, _)| name == "text");
        let map = FormatMap {
            name: raw.name.clone(),
            text: text.into_iter().flat_map(|(_, theirs)| theirs).collect(),
            fields: fields.into_iter().collect(),
            dialect: raw.dialect.as_ref().map(|name| name.get_ref().clone()),
            html: raw.html,
            header_row: raw.header_row,
            sheets: raw.sheets.clone(),
            ..FormatMap::default()
        };
        let paths = raw.paths.iter().map(|path| &**path.get_ref());
        // Every pattern has been checked when the file was.
        let matcher = matcher(folder(&self.path), paths).unwrap_or_else(|_| ignore::gitignore::Gitignore::empty());
        super::Format { map: map.into(), matcher }
    }

    fn mentions(&self) -> Vec<Mention> {
        let rules = &self.raw.rules;
        let others = self.raw.overrides.iter().map(Spanned::get_ref);
        let lists = [&rules.select, &rules.ignore].into_iter().chain(others.clone().map(|other| &other.ignore));
        let waived = self.raw.waivers.iter().filter_map(|waiver| waiver.get_ref().rule.as_ref());
        let listed = lists.flatten().flat_map(Spanned::get_ref).chain(waived);
        let keys =
            std::iter::once(&rules.severity).chain(others.map(|other| &other.severity)).flat_map(|map| map.keys());
        let mention = |pattern: &Spanned<String>| Mention {
            pattern: pattern.get_ref().clone(),
            path: self.path.display().to_string(),
            text: self.text.clone(),
            span: pattern.span().into(),
        };
        listed.chain(keys).chain(self.raw.pace.keys()).map(mention).collect()
    }
}

impl OneOrMany {
    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Self::One(name) => vec![name.clone()],
            Self::Many(names) => names.clone(),
        }
    }
}

/// The nearest layer's value.
fn first<'a, T: 'a, V>(
    layers: &'a [Layer],
    of: impl Fn(&'a Layer) -> Option<&'a Spanned<T>>,
    value: impl Fn(&'a T) -> V,
) -> Option<Setting<V>> {
    let (layer, said) = layers.iter().find_map(|layer| Some((layer, of(layer)?)))?;
    Some(Setting { value: value(said.get_ref()), origin: layer.origin(&said.span()) })
}

fn default<T>(value: T) -> Setting<T> {
    Setting { value, origin: Origin::Default }
}

fn flag<T>(value: T) -> Setting<T> {
    Setting { value, origin: Origin::Flag }
}

fn plain(list: &[Spanned<String>]) -> Vec<String> {
    list.iter().map(|item| item.get_ref().clone()).collect()
}

fn folder(file: &Path) -> &Path {
    file.parent().unwrap_or(Path::new(""))
}

fn unreadable(path: &Path, error: &io::Error, named_by: Option<Diagnostic>, ui: Ui) -> Diagnostic {
    let (path, reason) = (path.display().to_string(), ui.wording(&error.into()));
    if let Some(place) = named_by {
        let message = ui.text("settings.unreadable", &[("path", &path), ("reason", &reason)]);
        return Diagnostic { message: message.into(), ..place };
    }
    let message = ui.text("settings.file-unreadable", &[("reason", &reason)]);
    Diagnostic::error("settings/unreadable", message).path(path)
}
