//! Review and appeal: findings go out as a sheet, and the sheet comes back with decisions.

use super::Points;
use super::answers::Answer;
use super::row::{ConversationResult, FatalState, Found, Review};
use super::share::Share;
use crate::conversation::Lang;
use crate::language::fold_str;
use crate::rulebook::{Localised, Severity};
use crate::source::word;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// The columns of a review sheet, in order.
pub const COLUMNS: [&str; 19] = [
    "number",
    "conversation",
    "agent",
    "day",
    "turn",
    "time",
    "rule",
    "severity",
    "message",
    "customer-said",
    "quote",
    "help",
    "fatal",
    "accept",
    "appeal",
    "reason",
    "reviewer",
    "final",
    "when",
];
/// Cells of a line: those of the columns, and a fingerprint.
const CELLS: usize = COLUMNS.len() + 1;

/// Column names and accepted words of sheets, by language.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Sheet {
    columns: BTreeMap<String, Localised>,
    also: BTreeMap<String, Vec<String>>,
    shown: BTreeMap<String, Localised>,
    words: BTreeMap<String, Vec<String>>,
}

/// Why a line, or its decision, is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It names no finding.
    NoFinding,
    /// It decides without a reviewer's name.
    NoReviewer,
    /// It has an unknown word for a decision.
    Word,
    /// It gives a reason without an acceptance, an appeal or a decision.
    Reason,
    /// It does not accept, and neither appeals nor says why.
    Unreasoned,
}

impl Sheet {
    /// Those that come with the program.
    pub fn builtin() -> &'static Self {
        static SHEET: LazyLock<Sheet> =
            LazyLock::new(|| toml::from_str(include_str!("../../rules/language/review.toml")).unwrap_or_default());
        &SHEET
    }

    /// The header of a column.
    pub fn header(&self, column: &str, locale: Lang) -> String {
        self.columns.get(column).map_or(column, |names| names.text(locale)).to_owned()
    }

    /// The column with this header, in either language or under a known alias.
    pub fn column(&self, header: &str) -> Option<&str> {
        let plain = |name: &str| fold_str(name).replace(|c: char| c.is_whitespace() || c == '\u{feff}', "");
        let header = plain(header);
        let same = |name: &str| plain(name) == header;
        let own = self.columns.iter().find(|(id, names)| same(id) || same(&names.zh) || same(&names.en));
        let also = || self.also.iter().find(|(_, names)| names.iter().any(|name| same(name)));
        own.map(|(id, _)| id.as_str()).or_else(|| also().map(|(id, _)| id.as_str()))
    }

    fn is(&self, list: &str, word: &str) -> bool {
        let word = fold_str(word.trim());
        self.words.get(list).is_some_and(|words| words.iter().any(|known| fold_str(known) == word))
    }

    /// Whether a word means yes or no; `None` for any other.
    pub fn yes(&self, word: &str) -> Option<bool> {
        let (yes, no) = (self.is("yes", word), self.is("no", word));
        (yes || no).then_some(yes)
    }

    /// Whether a word means that nothing was found.
    pub fn nothing(&self, word: &str) -> bool {
        self.is("none", word)
    }

    /// A score as people write it: a number, with or without its unit.
    pub fn score(&self, written: &str) -> Option<Points> {
        let written = fold_str(written.trim());
        let units = self.words.get("units").into_iter().flatten();
        let number = units.fold(written.as_str(), |number, unit| number.strip_suffix(unit.as_str()).unwrap_or(number));
        serde_json::from_str(number.trim()).ok()
    }

    /// The answer on a line, if it has one, and why not all of it was taken. `cell` gives a column's text. An appeal
    /// does not fall with a decision that does not count: others wrote it.
    pub fn answer<'c>(&self, line: usize, cell: impl Fn(&str) -> Option<&'c str>) -> (Option<Answer>, Option<Refused>) {
        let filled = |column: &str| cell(column).map(str::trim).filter(|cell| !cell.is_empty());
        let (accept, appeal, last) = (filled("accept"), filled("appeal"), filled("final"));
        if accept.is_none() && appeal.is_none() && last.is_none() {
            return (None, filled("reason").map(|_| Refused::Reason));
        }
        let number = filled("number").and_then(|number| number.parse().ok());
        let (Some(number), Some(fingerprint)) = (number, filled("fingerprint")) else {
            return (None, Some(Refused::NoFinding));
        };
        let said = |word: Option<&str>| match word.map(|word| self.yes(word)) {
            None => Ok(None),
            Some(Some(yes)) => Ok(Some(yes)),
            Some(None) => Err(Refused::Word),
        };
        let (Ok(accept), Ok(appeal)) = (said(accept), said(appeal)) else { return (None, Some(Refused::Word)) };
        let reviewer = filled("reviewer").unwrap_or_default().to_owned();
        let decision = match last {
            // An agent's acceptance decides nothing that needs a second person.
            None => Ok(None),
            Some(_) if reviewer.is_empty() => Err(Refused::NoReviewer),
            Some(word) if self.is("uphold", word) => Ok(Some(FatalState::Confirmed)),
            Some(word) if self.is("dismiss", word) => Ok(Some(FatalState::Dismissed)),
            Some(_) => Err(Refused::Word),
        };
        let refused = decision.err();
        if refused.is_some() && accept.is_none() && appeal.is_none() {
            return (None, refused);
        }
        let reason = filled("reason").unwrap_or_default().to_owned();
        // Without a reason, nobody could tell a slip from an appeal, which counts in the figures.
        let argued = appeal == Some(true) || appeal.is_none() && !reason.is_empty();
        if accept == Some(false) && !argued && decision == Ok(None) {
            return (None, Some(Refused::Unreasoned));
        }
        let objects = appeal == Some(true) || accept == Some(false);
        let answer = Answer {
            sheet: 0,
            line,
            number,
            fingerprint: fingerprint.to_owned(),
            appeal: (accept.is_some() || appeal.is_some()).then_some(objects),
            by_acceptance: appeal.is_none(),
            reason,
            reviewer,
            decision: decision.ok().flatten(),
            when: filled("when").unwrap_or_default().to_owned(),
        };
        (Some(answer), refused)
    }

    /// The words offered in a column that people fill in; empty for other columns.
    pub fn choices(&self, column: &str, locale: Lang) -> Vec<String> {
        let lists: &[&str] = match column {
            "accept" | "appeal" => &["yes", "no"],
            "final" => &["uphold", "dismiss"],
            _ => &[],
        };
        lists.iter().map(|word| self.shown(word, locale).to_owned()).collect()
    }

    /// The sheet's word for a value.
    pub fn shown<'w>(&'w self, word: &'w str, locale: Lang) -> &'w str {
        self.shown.get(word).map_or(word, |words| words.text(locale))
    }

    /// The cells of a finding: the columns in order, then its fingerprint.
    pub fn cells<'c>(&'c self, row: &'c ConversationResult, found: &'c Found, locale: Lang) -> [Cow<'c, str>; CELLS] {
        let fatal = row.scores.iter().flat_map(|score| &score.fatal).find(|fatal| {
            fatal
                .findings
                .iter()
                .any(|place| usize::try_from(*place).ok().and_then(|place| row.findings.get(place)) == Some(found))
        });
        let review = found.review.as_ref();
        let text = |of: fn(&'c Review) -> &'c String| Cow::from(review.map(of).map_or("", String::as_str));
        let may = |text: &'c Option<String>| Cow::from(text.as_deref().unwrap_or_default());
        let named = |value: String| match self.shown.get(&value) {
            Some(words) => Cow::from(words.text(locale)),
            None => Cow::from(value),
        };
        let yes = |holds: bool| Cow::from(if holds { self.shown("yes", locale) } else { "" });
        let outcome = match found.state() {
            FatalState::Suspected => "",
            FatalState::Confirmed => self.shown("uphold", locale),
            FatalState::Dismissed => self.shown("dismiss", locale),
        };
        [
            row.number.to_string().into(),
            may(&row.conversation),
            may(&found.agent),
            may(&row.day),
            (found.turn + 1).to_string().into(),
            may(&found.time),
            Cow::from(&found.rule),
            named(word(found.severity)),
            Cow::from(&found.message),
            may(&found.customer_said),
            format!("{}[{}]{}", found.before, found.quote, found.after).into(),
            Cow::from(&found.help),
            fatal.map(|fatal| named(word(fatal.kind))).unwrap_or_default(),
            yes(review.is_some_and(Review::is_accepted)),
            yes(review.is_some_and(|review| review.appeal)),
            text(|review| &review.reason),
            text(|review| &review.reviewer),
            outcome.into(),
            text(|review| &review.when),
            Cow::from(&found.fingerprint),
        ]
    }
}

/// Which findings of a row go out to people. With a sample: all of drawn conversations. Without: warnings, errors, what
/// cost points, and what has a review already.
pub fn going_out(row: &ConversationResult, drawn: Option<&BTreeSet<u64>>) -> Vec<usize> {
    let all = 0..row.findings.len();
    if let Some(drawn) = drawn {
        return if drawn.contains(&row.number) { all.collect() } else { Vec::new() };
    }
    let mut goes: Vec<bool> =
        row.findings.iter().map(|found| found.severity >= Severity::Warning || found.review.is_some()).collect();
    let costly = row.scores.iter().flat_map(|score| &score.items).filter(|item| item.points < Points::ZERO);
    for place in costly.flat_map(|item| &item.findings) {
        if let Some(goes) = usize::try_from(*place).ok().and_then(|place| goes.get_mut(place)) {
            *goes = true;
        }
    }
    all.filter(|place| goes[*place]).collect()
}

/// What people decided, rule by rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ReviewSummary {
    /// Findings that somebody answered on.
    pub reviewed: u64,
    /// Findings with a decision by name.
    pub decided: u64,
    /// Share of the findings sent out that were appealed against.
    pub appeals: Option<Share>,
    /// Share of the decided appeals that were granted.
    pub successes: Option<Share>,
    /// By rule: share of the decided findings that were wrong.
    pub errors: BTreeMap<String, Share>,
}

/// Counts reviews.
#[derive(Clone, Debug, Default)]
pub struct Reviews {
    /// The drawn conversations, if there was a sample.
    drawn: Option<BTreeSet<u64>>,
    sent: u64,
    reviewed: u64,
    decided: u64,
    appeals: u64,
    successes: (u64, u64),
    rules: BTreeMap<String, (u64, u64)>,
}

impl Reviews {
    /// An empty count; with a sample, `drawn` are its conversations.
    pub fn of(drawn: Option<BTreeSet<u64>>) -> Self {
        Self { drawn, ..Self::default() }
    }

    /// Counts a row's reviews.
    pub fn add(&mut self, row: &ConversationResult) {
        let sent = going_out(row, self.drawn.as_ref());
        // A review may be on an older sheet, of a finding that would not go out today.
        let said = |place: &usize| row.findings[*place].review.is_some() && sent.binary_search(place).is_err();
        self.sent += (sent.len() + (0..row.findings.len()).filter(said).count()) as u64;
        for found in &row.findings {
            let Some(review) = &found.review else { continue };
            let decided = review.outcome != FatalState::Suspected;
            let wrong = review.outcome == FatalState::Dismissed;
            self.reviewed += 1;
            self.appeals += u64::from(review.appeal);
            if decided {
                self.decided += 1;
                let rule = self.rules.entry(found.rule.clone()).or_default();
                rule.0 += u64::from(wrong);
                rule.1 += 1;
                if review.appeal {
                    self.successes.0 += u64::from(wrong);
                    self.successes.1 += 1;
                }
            }
        }
    }

    /// The rates; `None` where nothing was reviewed.
    pub fn summary(&self) -> Option<ReviewSummary> {
        (self.reviewed > 0).then(|| ReviewSummary {
            reviewed: self.reviewed,
            decided: self.decided,
            appeals: Some(Share::new(self.appeals, self.sent)),
            successes: (self.successes.1 > 0).then(|| Share::new(self.successes.0, self.successes.1)),
            errors: self.rules.iter().map(|(rule, (wrong, all))| (rule.clone(), Share::new(*wrong, *all))).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(cells: &[(&'static str, &'static str)]) -> (Option<Answer>, Option<Refused>) {
        let cells: BTreeMap<&str, &str> = cells.iter().copied().collect();
        Sheet::builtin().answer(2, |column| cells.get(column).copied())
    }

    #[test]
    fn headers_are_read_in_both_languages() {
        let sheet = Sheet::builtin();
        for (header, column) in
            [("复核人", "reviewer"), ("Reviewer", "reviewer"), ("\u{feff}序号", "number"), ("终审 结论", "final")]
        {
            assert_eq!(sheet.column(header), Some(column), "{header}");
        }
        // What earlier versions wrote above their columns.
        for (header, column) in [("终审", "final"), ("轻重", "severity"), ("会话", "conversation")] {
            assert_eq!(sheet.column(header), Some(column), "{header}");
        }
        assert!(COLUMNS.iter().all(|column| sheet.columns.contains_key(*column)));
    }

    #[test]
    fn a_decision_needs_a_name_and_a_word_that_is_known() {
        let finding = [("number", "3"), ("fingerprint", "v1:x")];
        let with = |more: &[(&'static str, &'static str)]| answer(&[&finding[..], more].concat());
        assert_eq!(with(&[]), (None, None));
        assert_eq!(with(&[("final", "误判")]), (None, Some(Refused::NoReviewer)));
        assert_eq!(with(&[("final", "也许"), ("reviewer", "王")]), (None, Some(Refused::Word)));
        assert_eq!(answer(&[("final", "误判"), ("reviewer", "王")]), (None, Some(Refused::NoFinding)));
        let dismissed = with(&[("appeal", "是"), ("final", "误判"), ("reviewer", "王")]).0.unwrap();
        assert_eq!((dismissed.decision, dismissed.appeal), (Some(FatalState::Dismissed), Some(true)));
        let open = with(&[("accept", "no"), ("reason", "quoted")]).0.unwrap();
        assert_eq!((open.decision, open.appeal), (None, Some(true)));
        assert_eq!(with(&[("accept", "no")]), (None, Some(Refused::Unreasoned)));
        assert_eq!(with(&[("accept", "no"), ("appeal", "no"), ("reason", "x")]), (None, Some(Refused::Unreasoned)));
        assert_eq!(with(&[("accept", "no"), ("appeal", "yes")]).0.unwrap().appeal, Some(true));
        assert_eq!(with(&[("reason", "quoted")]), (None, Some(Refused::Reason)));
        let upheld = with(&[("final", "Upheld"), ("reviewer", "Wang")]).0.unwrap();
        assert_eq!((upheld.decision, upheld.appeal), (Some(FatalState::Confirmed), None));
    }
}
