//! Exports templates: columns of a sheet or records of a help desk's import, by a format's map.

use crate::conversation::read::{Export, FormatMap};
use crate::conversation::{Conversation, Field};
use crate::source::guarded;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The separator of several values in one cell.
const BETWEEN: &str = ", ";
/// The metadata key of a template's group.
const GROUP: &str = "group";

/// A sheet: its headings, and a row for each template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The headings of the columns.
    pub heads: Vec<String>,
    /// The cells, one per heading in each row.
    pub rows: Vec<Vec<String>>,
}

/// A template to export.
#[derive(Clone, Debug, Default)]
pub struct Leaving {
    /// The template.
    pub template: Conversation,
    /// The name of its file, for formats in which everything needs a name.
    pub file: String,
    /// The group to use if the template states none.
    pub group: Option<String>,
}

/// The templates as a sheet of this format; `None` if the format is not a sheet.
pub fn table(templates: &[Leaving], map: &FormatMap) -> Option<Table> {
    let columns = columns(map.export.as_ref()?);
    let rows = templates.iter().map(|template| columns.iter().map(|(_, ours)| cell(template, ours)).collect());
    Some(Table { heads: columns.iter().map(|(theirs, _)| (*theirs).to_owned()).collect(), rows: rows.collect() })
}

/// The templates as JSON of this format, in the help desk's own structure.
pub fn json(templates: &[Leaving], map: &FormatMap) -> Option<Value> {
    let export = map.export.as_ref()?;
    let columns = columns(export);
    let records = templates.iter().map(|template| {
        let mut record = Value::Object(Map::new());
        for (theirs, ours) in &columns {
            let text = cell(template, ours);
            if !text.is_empty() {
                put(&mut record, theirs, Value::String(text));
            }
        }
        record
    });
    let records = Value::Array(records.collect());
    Some(match &export.under {
        Some(key) => json!({ key.as_str(): records }),
        None => records,
    })
}

/// A sheet as CSV, with a byte order mark so that spreadsheets read it as UTF-8.
pub fn csv(table: &Table, delimiter: char) -> String {
    let mut out = String::from('\u{feff}');
    for row in std::iter::once(&table.heads).chain(&table.rows) {
        for (index, cell) in row.iter().enumerate() {
            if index > 0 {
                out.push(delimiter);
            }
            let guarded = guarded(cell);
            if guarded.contains([delimiter, '"', '\n', '\r']) || guarded.starts_with(' ') || guarded.ends_with(' ') {
                out.push('"');
                out.push_str(&guarded.replace('"', "\"\""));
                out.push('"');
            } else {
                out.push_str(&guarded);
            }
        }
        out.push_str("\r\n");
    }
    out
}

/// `theirs = ours`, split at the last `=`, as a path may contain others.
fn columns(export: &Export) -> Vec<(&str, &str)> {
    let pairs = export.columns.iter().filter_map(|column| column.rsplit_once('='));
    pairs.map(|(theirs, ours)| (theirs.trim(), ours.trim())).collect()
}

/// `title | shortcode | file`: the first of these with a value.
fn cell(leaving: &Leaving, ours: &str) -> String {
    let said = ours.split('|').map(|source| said(leaving, source.trim()));
    said.into_iter().find(|said| !said.is_empty()).unwrap_or_default()
}

fn said(leaving: &Leaving, source: &str) -> String {
    let template = &leaving.template;
    match source {
        "text" => text(template),
        "html" => html(template),
        "file" => leaving.file.clone(),
        GROUP if template.metadata.named(GROUP).is_none() => leaving.group.clone().unwrap_or_default(),
        name => {
            let values = match Field::of(name) {
                Some(field) => template.metadata.all(field),
                None => template.metadata.others().get(name).map_or(&[][..], Vec::as_slice),
            };
            values.iter().map(|value| value.text.as_str()).collect::<Vec<_>>().join(BETWEEN)
        }
    }
}

/// The text, with a link's target after its words, unless they are the same.
fn text(template: &Conversation) -> String {
    in_pieces(template, str::to_owned, |words, to| {
        let shown = ["mailto:", "tel:"].iter().find_map(|scheme| to.strip_prefix(scheme)).unwrap_or(to);
        let bare = ["https://", "http://"].iter().find_map(|scheme| shown.strip_prefix(scheme)).unwrap_or(shown);
        let said = [to, shown, bare, bare.trim_end_matches('/')].contains(&words);
        match words {
            "" => format!("({shown})"),
            _ if said => words.to_owned(),
            _ => format!("{words} ({shown})"),
        }
    })
}

fn html(template: &Conversation) -> String {
    in_pieces(template, escaped, |words, to| {
        let words = if words.is_empty() { to } else { words };
        format!("<a href=\"{}\">{}</a>", escaped(to).replace('"', "&quot;"), escaped(words))
    })
}

fn escaped(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace("\r\n", "\n");
    let mut last = None;
    let written = |next: char| {
        let before = last.replace(next);
        match next {
            '\n' => "<br>".to_owned(),
            // If tags end the lines, only such spaces are preserved.
            ' ' if matches!(before, Some(' ' | '\n')) => "&nbsp;".to_owned(),
            _ => next.to_string(),
        }
    };
    escaped.chars().map(written).collect()
}

/// The text of a template, assembled from its links and the text between them.
fn in_pieces(template: &Conversation, plain: impl Fn(&str) -> String, link: impl Fn(&str, &str) -> String) -> String {
    let texts = template.turns.iter().enumerate().map(|(number, turn)| {
        let (mut out, mut done) = (String::new(), 0);
        for one in template.links.iter().filter(|_| number == 0) {
            let Some((before, words)) =
                turn.text.get(done..one.words.start).zip(turn.text.get(one.words.start..one.words.end))
            else {
                continue;
            };
            out.push_str(&plain(before));
            out.push_str(&link(words, &one.to));
            done = one.words.end;
        }
        out.push_str(&plain(turn.text.get(done..).unwrap_or_default()));
        out
    });
    texts.collect::<Vec<_>>().join("\n")
}

/// Metadata that this format has no place for.
pub fn left_out(templates: &[Leaving], map: &FormatMap) -> Vec<String> {
    let Some(export) = &map.export else { return Vec::new() };
    let columns = columns(export);
    let (mut fields, mut others) = (BTreeSet::new(), BTreeSet::new());
    for leaving in templates {
        // A title used in place of a missing shortcode is not lost.
        let told = |source: &&str| !said(leaving, source).is_empty();
        let taken: Vec<&str> =
            columns.iter().filter_map(|(_, ours)| ours.split('|').map(str::trim).find(told)).collect();
        let held = |field: Field| taken.iter().any(|source| Field::of(source) == Some(field));
        let metadata = &leaving.template.metadata;
        let always = |field: Field| columns.iter().any(|(_, ours)| Field::of(ours) == Some(field));
        fields.extend(metadata.stated().filter(|field| !held(*field) && !always(*field)));
        let own = metadata.others().iter().filter(|(_, values)| !values.is_empty()).map(|(name, _)| name);
        others.extend(own.filter(|name| !taken.contains(&name.as_str())).cloned());
    }
    fields.into_iter().map(Field::name).chain(others).collect()
}

/// Sets the value at a path, creating the path: `actions[field=comment_value].value`.
fn put(record: &mut Value, path: &str, value: Value) {
    let (step, rest) = cut(path);
    let (key, condition) =
        step.split_once('[').map_or((step, None), |(key, rest)| (key, Some(rest.trim_end_matches(']'))));
    let Value::Object(entries) = record else { return };
    let place = entries.entry(key).or_insert(Value::Null);
    let place = match condition.and_then(|condition| condition.split_once('=')) {
        None => place,
        Some((name, wanted)) => {
            if !place.is_array() {
                *place = json!([]);
            }
            let Value::Array(items) = place else { return };
            let found = items.iter().position(|item| item[name] == wanted);
            let index = found.unwrap_or_else(|| {
                items.push(json!({ name: wanted }));
                items.len() - 1
            });
            &mut items[index]
        }
    };
    if rest.is_empty() {
        *place = value;
        return;
    }
    if !place.is_object() {
        *place = json!({});
    }
    put(place, rest, value);
}

/// The first step of a path and the rest: split at the first dot outside brackets.
fn cut(path: &str) -> (&str, &str) {
    let mut inside = false;
    let dot = path.char_indices().find(|&(_, next)| {
        inside = (inside || next == '[') && next != ']';
        next == '.' && !inside
    });
    dot.map_or((path, ""), |(at, _)| (&path[..at], &path[at + 1..]))
}

/// A workbook's layout.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// The sheet's name.
    pub sheet: String,
    /// Widths of the columns in characters; the others get a default.
    pub widths: Vec<f64>,
    /// Columns with a drop-down list.
    pub choices: Vec<(u16, Vec<String>)>,
}

/// Rows below the last one that still have drop-down lists.
#[cfg(feature = "xlsx")]
const ROOM: u32 = 1000;

/// A sheet as a workbook in which every cell is text.
///
/// # Errors
/// When a text is longer than a cell can hold, or there are more rows than a sheet can.
#[cfg(feature = "xlsx")]
pub fn xlsx(table: &Table, look: &Look) -> Result<Vec<u8>, rust_xlsxwriter::XlsxError> {
    let mut book = rust_xlsxwriter::Workbook::new();
    // A fixed date, so that the same rows give the same bytes.
    let made = rust_xlsxwriter::ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&made));
    let sheet = book.add_worksheet();
    if !look.sheet.is_empty() {
        sheet.set_name(&look.sheet)?;
    }
    let bold = rust_xlsxwriter::Format::new().set_bold();
    let wrapped = rust_xlsxwriter::Format::new().set_text_wrap().set_align(rust_xlsxwriter::FormatAlign::Top);
    for (column, head) in (0_u16..).zip(&table.heads) {
        sheet.write_string_with_format(0, column, head, &bold)?;
        sheet.set_column_width(column, look.widths.get(usize::from(column)).copied().unwrap_or(18.0))?;
    }
    let last = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
    for (column, words) in &look.choices {
        let list = rust_xlsxwriter::DataValidation::new().allow_list_strings(words)?;
        sheet.add_data_validation(1, *column, last.saturating_add(ROOM).min(1_048_575), *column, &list)?;
    }
    for (row, cells) in (1_u32..).zip(&table.rows) {
        for (column, cell) in (0_u16..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string_with_format(row, column, cell, &wrapped)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    let columns = u16::try_from(table.heads.len()).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, last.max(1), columns.saturating_sub(1))?;
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::read::formats;

    #[test]
    fn what_a_spreadsheet_would_run_is_text() {
        let payloads = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠x"];
        let table =
            Table { heads: vec!["a".into()], rows: payloads.iter().map(|cell| vec![(*cell).to_owned()]).collect() };
        let text = csv(&table, ',');
        for cell in text.trim_start_matches('\u{feff}').split("\r\n").skip(1).filter(|line| !line.is_empty()) {
            assert!(cell.starts_with('\'') || cell.starts_with("\"'"), "{cell:?}");
        }
    }

    #[test]
    fn a_help_desks_records_are_made_by_paths() {
        let mut template = Conversation::draft("您好，\n<请>稍等");
        template.metadata.put("title", [crate::conversation::Value::new("催发货", None)]);
        let leaving = Leaving { template, ..Leaving::default() };
        let of = |name: &str| formats().iter().find(|map| map.name == name).unwrap().clone();
        let zendesk = json(std::slice::from_ref(&leaving), &of("zendesk")).unwrap();
        let action = json!({ "field": "comment_value", "value": "您好，\n<请>稍等" });
        assert_eq!(zendesk["macros"][0], json!({ "title": "催发货", "actions": [action] }));
        let intercom = json(&[leaving], &of("intercom")).unwrap();
        assert_eq!(intercom["data"][0]["body"], "您好，<br>&lt;请&gt;稍等");
    }
}
