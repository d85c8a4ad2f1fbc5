//! How the columns of a table hold conversations, by their names and types.

use super::texts::{is_plain, is_text};
use super::{Kept, broken};
use crate::conversation::read::Options;
use crate::conversation::read::log::{self, ColumnWords, SheetLayout, tell};
use crate::conversation::read::row::{FIELDS, Said};
use crate::source::{Diagnostic, wording};
use arrow_schema::{DataType, Field, Fields, Schema};

/// Names of columns: a conversation's messages (a list of structs), its other data, a reply's text.
pub(super) const TURNS: &str = "turns";
pub(super) const META: &str = "meta";
pub(super) const TEXT: &str = "text";
/// Names of a column with a conversation as JSON in each row, beside other columns.
const JSON: [&str; 2] = ["json", "value"];
/// In memory, this column has the line of the file that a row was on.
const LINE: &str = "_line";

/// The layout of a table, and the columns it uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub shape: Shape,
    pub columns: Vec<usize>,
}

/// What a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A row of a sheet, usually a message.
    Sheet,
    /// A conversation with its messages in a list.
    Turns,
    /// A conversation as JSON.
    Json,
    /// A reply.
    Draft,
}

/// Whether a column of this name holds lines.
pub(super) fn is_line(name: &str, kept: Kept) -> bool {
    kept == Kept::Memory && name == LINE
}

impl Layout {
    /// Determines the layout.
    ///
    /// # Errors
    /// If no column holds texts; the error lists the columns that are there and those that were looked for.
    pub fn of(schema: &Schema, kept: Kept, options: &Options) -> Result<Self, Box<Diagnostic>> {
        let fields = schema.fields();
        let places = |wanted: &dyn Fn(usize) -> bool| (0..fields.len()).filter(|&at| wanted(at)).collect::<Vec<_>>();
        let name = |at: usize| fields[at].name().as_str();
        let line = |at: usize| is_line(name(at), kept);
        let plain = |at: usize| is_plain(fields[at].data_type());
        let with_lines = |shape, column: usize| Self { shape, columns: places(&|at| at == column || line(at)) };
        let about = |shape, said: &str| {
            let meta = |at: usize| name(at) == META && is_meta(fields[at].data_type());
            let own = |at: usize| FIELDS.contains(&name(at)) && plain(at);
            Self { shape, columns: places(&|at| name(at) == said || meta(at) || own(at) || line(at)) }
        };
        // A list of messages takes precedence over everything else; JSON comes last.
        let turns = fields.iter().find(|field| field.name() == TURNS).and_then(|field| structs(field.data_type()));
        if let Some(turns) = turns {
            let ours = fields.iter().filter(|field| FIELDS.contains(&field.name().as_str()));
            let theirs = turns.iter().filter(|field| Said::default().field(field.name()).is_some());
            // A column that was silently left out would be missing from every figure.
            return match ours.chain(theirs).find(|field| !is_plain(field.data_type())) {
                None => Ok(about(Shape::Turns, TURNS)),
                Some(field) => {
                    Err(broken(wording!("column `{name}`: {kind} is no text", name = field.name(), kind = kind(field))))
                }
            };
        }
        let own = places(&|at| !line(at));
        let is_words = |at: &usize| is_text(fields[*at].data_type());
        let alone = own.first().copied().filter(|_| own.len() == 1).filter(is_words);
        let json = JSON.iter().find_map(|json| own.iter().copied().find(|&at| name(at) == *json)).filter(is_words);
        if let (Some(alone), Kept::Memory) = (alone, kept)
            && name(alone) != TEXT
        {
            return Ok(with_lines(Shape::Json, alone));
        }
        let sheet = places(&|at| plain(at) && !line(at));
        let header: Vec<String> = sheet.iter().map(|&at| name(at).to_owned()).collect();
        let words = ColumnWords::builtin();
        match (tell(&header, &options.columns, &words), json.or(alone)) {
            (Ok((columns, SheetLayout::Chats)), _)
                if kept == Kept::Memory
                    && columns.place(log::Field::Text).is_some_and(|place| name(sheet[place]) == TEXT) =>
            {
                Ok(about(Shape::Draft, TEXT))
            }
            (Ok((columns, _)), _) => {
                let read: Vec<usize> = columns.read().into_iter().map(|place| sheet[place]).collect();
                Ok(Self { shape: Shape::Sheet, columns: places(&|at| read.contains(&at) || line(at)) })
            }
            (Err(_), Some(column)) => Ok(with_lines(Shape::Json, column)),
            (Err(_), None) => Err(unknown(schema, options, &words)),
        }
    }
}

/// Whether a column of this type holds names and values: a struct, or a map as Spark writes it.
fn is_meta(kind: &DataType) -> bool {
    match kind {
        DataType::Struct(_) => true,
        DataType::Map(entries, _) => match entries.data_type() {
            DataType::Struct(entry) => {
                entry.len() == 2 && is_text(entry[0].data_type()) && is_plain(entry[1].data_type())
            }
            _ => false,
        },
        _ => false,
    }
}

/// The fields of a list of structs.
fn structs(kind: &DataType) -> Option<&Fields> {
    let (DataType::List(inner) | DataType::LargeList(inner)) = kind else { return None };
    let DataType::Struct(fields) = inner.data_type() else { return None };
    Some(fields)
}

fn kind(field: &Field) -> String {
    field.data_type().to_string().chars().take(40).collect()
}

/// The error for an unknown layout: the columns that are there, and those that would do.
fn unknown(schema: &Schema, options: &Options, words: &ColumnWords) -> Box<Diagnostic> {
    let short = |name: &str| name.chars().take(60).collect::<String>();
    let shown = schema.fields().iter().map(|field| format!("{} ({})", short(field.name()), kind(field)));
    let header: Vec<String> = shown.collect();
    let Err(mistake) = tell(&header, &options.columns, words) else { return broken(wording!("no column holds text")) };
    let Some(help) = mistake.help.clone() else { return mistake.into() };
    let names = JSON.join(", ");
    let more = wording!(
        "{help}; or a column `turns`, a list of structs with role, text and time; or JSONL in one of the columns {names}",
        help,
        names
    );
    Box::new(mistake.help(more))
}
