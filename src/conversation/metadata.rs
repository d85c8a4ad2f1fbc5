//! Metadata of templates: owner, purpose, dates. All readers fill the same fields.

use super::kinds::lang_of;
use crate::source::{Span, Wording, did_you_mean, word, wording};
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// A field of a template's metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// The template's id, shared by its language versions.
    Id,
    /// The title shown in lists.
    Title,
    /// The scenario: an id or name of the closed list.
    Scenario,
    /// `zh-Hans`, `zh-Hant`, `en`, …
    Language,
    /// The person responsible for it.
    Owner,
    /// Who approved it.
    Approver,
    /// The first day on which it may be used.
    Effective,
    /// The day by which it must be reviewed.
    Review,
    /// The last day on which it may be used.
    Expires,
    /// What agents type to insert it.
    Shortcode,
    /// Where it is used.
    Platform,
    /// Shops that use it.
    Shop,
    /// `sms`, `wechat`, `email`, …
    Channel,
    /// The template (id, title or path) that it is a deliberate variant of.
    VariantOf,
    /// The template that it is a translation of.
    TranslationOf,
    /// Placeholders that it may use.
    Slots,
    /// The part of the year that it is for.
    Season,
    /// An e-mail's subject.
    Subject,
}

/// A value and its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// As written, without quotation marks and white space around it.
    pub text: String,
    /// Its place in the conversation's chunk; none where the text has no place.
    pub span: Option<Span>,
}

/// Metadata of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Known fields with their values (several where the input has a list).
    pub(super) fields: BTreeMap<Field, Vec<Value>>,
    /// Unknown keys, kept as they are.
    others: BTreeMap<String, Vec<Value>>,
}

/// A value that cannot be right; the reader reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Its field.
    pub field: Field,
    /// Its place.
    pub span: Option<Span>,
    /// What is wrong.
    pub message: Wording,
    /// The label at the place.
    pub label: Wording,
}

impl Value {
    /// A value and its place.
    pub fn new(text: impl Into<String>, span: impl Into<Option<Span>>) -> Self {
        Self { text: text.into(), span: span.into() }
    }
}

/// Languages that templates are written in.
const LANGUAGES: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];

impl Field {
    /// The field for a name in the input: `review-by`, `Owner`, or a Chinese column.
    pub fn of(name: &str) -> Option<Self> {
        NAMES.fields.get(&plain(name)).copied()
    }

    /// Its name in rules and settings.
    pub fn name(self) -> String {
        word(self)
    }

    /// The names of the field in inputs, its own first.
    pub fn names(self) -> Vec<&'static str> {
        NAMES.written.get(&self).map(|names| names.iter().map(String::as_str).collect()).unwrap_or_default()
    }

    /// Whether its value is a day.
    pub const fn is_date(self) -> bool {
        matches!(self, Self::Effective | Self::Review | Self::Expires)
    }
}

impl Metadata {
    /// The fields with a value.
    pub fn stated(&self) -> impl Iterator<Item = Field> {
        self.fields.keys().copied()
    }

    /// Whether no field has a value.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.others.is_empty()
    }

    /// Adds the values under a name of the input. Values without text are dropped.
    pub fn put(&mut self, name: &str, values: impl IntoIterator<Item = Value>) {
        if let Some(field) = Field::of(name) {
            return self.set(field, values);
        }
        let values = values.into_iter().filter(|value| !value.text.is_empty());
        self.others.entry(name.to_owned()).or_default().extend(values);
    }

    /// Adds to a field. An empty list is kept: it declares that there is nothing.
    pub fn set(&mut self, field: Field, values: impl IntoIterator<Item = Value>) {
        let values = values.into_iter().filter(|value| !value.text.is_empty()).collect::<Vec<_>>();
        if field == Field::Slots || !values.is_empty() {
            self.fields.entry(field).or_default().extend(values);
        }
    }

    /// The first value of a field.
    pub fn get(&self, field: Field) -> Option<&Value> {
        self.all(field).first()
    }

    /// The first value of a field, as text.
    pub fn text(&self, field: Field) -> Option<&str> {
        self.get(field).map(|value| value.text.as_str())
    }

    /// All values of a field.
    pub fn all(&self, field: Field) -> &[Value] {
        self.fields.get(&field).map_or(&[], Vec::as_slice)
    }

    /// The first value of a field, given by any of its names, or of an unknown key.
    pub fn named(&self, name: &str) -> Option<&Value> {
        match Field::of(name) {
            Some(field) => self.get(field),
            None => self.others.get(name).and_then(|values| values.first()),
        }
    }

    /// The value with the first place in the input.
    pub fn first(&self) -> Option<&Value> {
        let all = self.fields.values().chain(self.others.values()).flatten();
        all.filter(|value| value.span.is_some()).min_by_key(|value| value.span)
    }

    /// Unknown keys with their values.
    pub const fn others(&self) -> &BTreeMap<String, Vec<Value>> {
        &self.others
    }

    /// A field's day.
    pub fn date(&self, field: Field) -> Option<Date> {
        date(self.text(field)?)
    }

    /// Whether `today` lies in its season; `None` if it has none. An unknown season counts as over.
    pub fn in_season(&self, today: Date) -> Option<bool> {
        let season = self.text(Field::Season)?;
        in_season(NAMES.seasons.get(&plain(season)).map_or(season, String::as_str), today)
    }

    /// Values that cannot be right, in the order of the fields.
    pub fn doubts(&self) -> Vec<Doubt> {
        let mut found = Vec::new();
        for (&field, values) in &self.fields {
            for value in values {
                let doubt = |message, label| Doubt { span: value.span, field, message, label };
                if field.is_date() && date(&value.text).is_none() {
                    found.push(doubt(wording!("not a day"), wording!("write it as 2027-05-31")));
                }
                // Sheets name parts of the year in their own words; only what is written as days must be days.
                if field == Field::Season && value.text.contains("..") && in_season(&value.text, Date::ZERO).is_none() {
                    found.push(doubt(wording!("not a part of the year"), wording!("write it as 10-20..11-15")));
                }
                if field == Field::Language && !is_language(&value.text) {
                    let near = did_you_mean(&value.text, LANGUAGES).unwrap_or("zh-Hans, zh-Hant or en");
                    found.push(doubt(wording!("unknown language"), wording!("did you mean {near}?", near)));
                }
            }
        }
        found
    }
}

/// Whether a day lies between two others, given with the year or for every year; `None` if they are no days.
fn in_season(season: &str, today: Date) -> Option<bool> {
    let (from, to) = season.split_once("..")?;
    if let (Some(from), Some(to)) = (date(from), date(to)) {
        return Some(from <= today && today <= to);
    }
    let (from, to) = (day_of_year(from)?, day_of_year(to)?);
    let now = (today.month(), today.day());
    Some(if from <= to { from <= now && now <= to } else { from <= now || now <= to })
}

/// A day: year, month and day, separated by anything but digits; a time of day may follow.
pub fn date(text: &str) -> Option<Date> {
    let mut numbers = text.split(|character: char| !character.is_ascii_digit()).filter(|part| !part.is_empty());
    let year = numbers.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let (month, day) = (numbers.next()?, numbers.next()?);
    if !text.starts_with(|first: char| first.is_ascii_digit()) || month.len() > 2 || day.len() > 2 {
        return None;
    }
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Whether a tag names a supported language, alone or with script and country: `zh-Hant`, `zh_TW`, `en-GB`.
fn is_language(tag: &str) -> bool {
    let mut rest = tag.split(['-', '_']).skip(1).peekable();
    let script = |part: &&str| part.eq_ignore_ascii_case("hans") || part.eq_ignore_ascii_case("hant");
    if lang_of(tag) == Some(super::Lang::Zh) {
        rest.next_if(script);
    }
    let country = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_alphabetic());
    lang_of(tag).is_some() && rest.next().is_none_or(country) && rest.next().is_none()
}

fn day_of_year(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.trim().split_once('-')?;
    let (month, day) = (month.parse().ok()?, day.parse().ok()?);
    // In a leap year, so that 29 February counts.
    Date::new(2024, month, day).ok().map(|_| (month, day))
}

/// The names of fields and of seasons, as data.
struct Names {
    fields: HashMap<String, Field>,
    /// The names as written.
    written: BTreeMap<Field, Vec<String>>,
    seasons: HashMap<String, String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    names: BTreeMap<Field, Vec<String>>,
    seasons: BTreeMap<String, String>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    // A test makes sure that this table is valid; an empty one would only mean that no key is known.
    let file: File = toml::from_str(include_str!("../../rules/language/metadata.toml")).unwrap_or_default();
    let names = |(field, names): (&Field, &Vec<String>)| {
        let field = *field;
        names.iter().map(move |name| (plain(name), field)).collect::<Vec<_>>()
    };
    Names {
        fields: file.names.iter().flat_map(names).collect(),
        written: file.names,
        seasons: file.seasons.into_iter().map(|(name, days)| (plain(&name), days)).collect(),
    }
});

/// A name without case, width and separators.
fn plain(name: &str) -> String {
    let joins = |character: char| character.is_whitespace() || matches!(character, '-' | '_' | '*' | ':');
    super::read::fold(name).chars().filter(|&character| !joins(character)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{Conversation, Mode};

    #[test]
    fn the_table_of_names_is_whole() {
        let file: File = toml::from_str(include_str!("../../rules/language/metadata.toml")).unwrap();
        assert_eq!(file.names.values().map(Vec::len).sum::<usize>(), NAMES.fields.len(), "a name stands twice");
        for (name, field) in [
            ("review-by", Field::Review),
            ("Review_By", Field::Review),
            ("ＯＷＮＥＲ", Field::Owner),
            ("适用场景：", Field::Scenario),
            ("variantOf", Field::VariantOf),
        ] {
            assert_eq!(Field::of(name), Some(field), "{name}");
        }
        assert_eq!(Field::of("department"), None);
        let mut metadata = Metadata::default();
        for season in file.seasons.keys() {
            metadata.fields.insert(Field::Season, vec![Value::new(season, None)]);
            assert_ne!(metadata.in_season(Date::constant(2026, 8, 31)), None, "{season}");
        }
    }

    #[test]
    fn days_are_read_in_the_forms_people_write() {
        let day = Some(Date::constant(2027, 5, 31));
        for text in ["2027-05-31", "2027/5/31", "2027.5.31", "2027年5月31日", "2027-05-31T00:00:00Z"] {
            assert_eq!(date(text), day, "{text}");
        }
        for text in ["", "soon", "31-05-2027", "2027-02-30", "2027-05", "v2027-05-31", "99999-01-01", "2027-555-1"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn languages_may_have_a_script_and_a_country() {
        for (tag, known) in [
            ("zh", true),
            ("zh-Hant", true),
            ("zh_TW", true),
            ("zh-Hans-CN", true),
            ("en-GB", true),
            ("zh-Hnas", false),
            ("en-Hans", false),
            ("fr", false),
            ("", false),
        ] {
            assert_eq!(is_language(tag), known, "{tag}");
        }
    }

    #[test]
    fn seasons_may_run_over_the_new_year() {
        let mut metadata = Metadata::default();
        assert_eq!(metadata.in_season(Date::constant(2026, 1, 5)), None);
        for (season, day, inside) in [
            ("winter", (1, 5), true),
            ("Winter", (7, 1), false),
            ("双11", (11, 11), true),
            ("11-01..11-12", (11, 13), false),
            ("2026-11-01..2026-11-12", (11, 5), true),
            ("2025-11-01..2025-11-12", (11, 5), false),
        ] {
            metadata.fields.insert(Field::Season, vec![Value::new(season, None)]);
            assert_eq!(metadata.in_season(Date::constant(2026, day.0, day.1)), Some(inside), "{season}");
        }
    }

    #[test]
    fn a_season_that_is_none_hides_nothing() {
        let mut metadata = Metadata::default();
        for (season, doubted) in [("99-99..01-01", true), ("10-20..", true), ("10-20..11-15", false), ("忙季", false)]
        {
            metadata.fields.insert(Field::Season, vec![Value::new(season, None)]);
            assert_eq!(metadata.in_season(Date::constant(2026, 3, 5)).is_none(), season != "10-20..11-15", "{season}");
            assert_eq!(!metadata.doubts().is_empty(), doubted, "{season}");
        }
    }

    #[test]
    fn a_template_is_described_by_its_fields() {
        let mut metadata = Metadata::default();
        metadata.put("场景", [Value::new("退款", Span::new(3, 9))]);
        metadata.put("slots", []);
        metadata.put("lang", [Value::new("zh-Hant", None)]);
        metadata.put("team", [Value::new("a", None), Value::new("", None)]);
        metadata.put("review", [Value::new("next week", Span::new(10, 19))]);
        let mut template = Conversation::draft("您好");
        template.describe(metadata);
        assert_eq!((template.mode, template.scenario.as_deref()), (Mode::Template, Some("退款")));
        assert_eq!(template.slots.as_deref(), Some(&[][..]));
        assert_eq!(template.lang, Some(super::super::Lang::Zh));
        assert_eq!(template.metadata.others()["team"].len(), 1);
        assert_eq!(template.metadata.doubts()[0].span, Some(Span::new(10, 19)));
    }
}
