//! The summary: figures with rates, intervals and ranks, as `summary.json` holds them and reports show them.

use super::figures::{Covered, Figures, Group};
use super::frequent::ComplaintWords;
use super::periods;
use super::ranks::ranks;
use super::review::ReviewSummary;
use super::row::{FatalKind, FatalState, Invalid};
use super::tally::{Ids, RuleTally, ScoreTally, Tally};
use super::{Outcomes, Points, RuleInfo, Scorecard, Share};
use crate::rulebook::Severity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How much of the input was audited; audited, skipped and rejected add up to what was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Input {
    /// Conversations and rows that were met.
    pub read: u64,
    /// Conversations that were judged.
    pub audited: u64,
    /// Conversations in which there was nothing to judge.
    pub skipped: u64,
    /// Skipped conversations by reason.
    pub skipped_by_reason: BTreeMap<Invalid, u64>,
    /// Conversations or rows that could not be read: see `rejects.jsonl`.
    pub rejected: u64,
    /// Conversations whose id had been seen before.
    pub repeated_ids: u64,
    /// Messages with a time that cannot be read; what depends on it was not judged.
    pub unreadable_times: u64,
    /// Messages whose clock runs backwards.
    pub backward_times: u64,
}

/// How often a rule was broken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuleSummary {
    /// Its id.
    pub rule: String,
    /// How much it matters.
    pub severity: Severity,
    /// Findings.
    pub findings: u64,
    /// Share of the cases with a finding, of those in which the rule applied and could be evaluated.
    pub cases: Share,
    /// Cases in which it could not be evaluated.
    pub not_evaluated: u64,
}

/// What a scorecard says about cases.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct ScoreSummary {
    /// The scorecard.
    pub scorecard: String,
    /// Cases with a machine's score.
    pub n: u64,
    /// Their mean, 0 to 100.
    pub mean: Option<Points>,
    /// 95 % interval of the mean; none below two cases.
    pub low: Option<Points>,
    /// Its upper end.
    pub high: Option<Points>,
    /// Cases at or above the pass mark.
    pub passed: Option<Share>,
    /// Cases with the best grade.
    pub excellent: Option<Share>,
    /// Cases with a red line that nobody has dismissed: suspected or confirmed.
    pub red_lines: Option<Share>,
    /// Cases with a red line that a person has confirmed.
    pub red_lines_confirmed: Option<Share>,
    /// Cases that lost points otherwise.
    pub other_errors: Option<Share>,
    /// Cases by grade.
    pub grades: BTreeMap<String, u64>,
    /// Items, the dearest first.
    pub items: Vec<ItemSummary>,
    /// Cases with a red line, by kind and by what is known about it.
    pub fatal: BTreeMap<FatalKind, BTreeMap<FatalState, u64>>,
}

/// What an item cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ItemSummary {
    /// The item's id.
    pub item: String,
    /// Cases that lost or won points, of those to which it applied.
    pub cases: Share,
    /// Hits.
    pub hits: u64,
    /// Points: below zero lost, above zero won.
    pub points: Points,
}

/// Figures of one agent, team, channel or day, or of everything.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GroupSummary {
    /// Its name; none where the input names none.
    pub name: Option<String>,
    /// An agent's team; of several, that of most cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// An agent's cases by team, where there are several.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub teams: BTreeMap<String, u64>,
    /// An agent's or a team's conversations, judged or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub covered: Option<Covered>,
    /// Cases: parts of conversations.
    pub cases: u64,
    /// Messages.
    pub turns: u64,
    /// Replies.
    pub replies: u64,
    /// Findings by severity.
    pub findings: BTreeMap<Severity, u64>,
    /// Cases with a warning or an error. Ranks are by this rate.
    pub flagged: Share,
    /// Cases with an error.
    pub errors: Share,
    /// One more than the number of others that are surely better: their intervals lie wholly below. Units of one
    /// rank cannot be told apart. None below the least number of cases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rank: Option<u64>,
    /// By rule, the most frequent first.
    pub rules: Vec<RuleSummary>,
    /// By scorecard.
    pub scores: Vec<ScoreSummary>,
    /// Cases by what the customer complains of, by cue.
    pub topics: BTreeMap<String, u64>,
}

/// The figures of an audit, as in `summary.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Version of the record.
    pub schema: u8,
    /// Kind of the record.
    pub r#type: String,
    /// Version of the program.
    pub version: String,
    /// Hashes of the rulebooks; figures of several may not be compared.
    pub rulebooks: Vec<String>,
    /// Language of messages.
    pub locale: String,
    /// Zone of times and days.
    pub zone: String,
    /// The moment that deadlines were compared with; none if no rule was asked to and there is no ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
    /// Fewest cases for a rank.
    pub least_cases: u64,
    /// What became of the input.
    pub input: Input,
    /// First and last day.
    pub days: Option<(String, String)>,
    /// Everything.
    pub whole: GroupSummary,
    /// Agents, by name.
    pub agents: Vec<GroupSummary>,
    /// Teams, by name.
    pub teams: Vec<GroupSummary>,
    /// Channels, by name.
    pub channels: Vec<GroupSummary>,
    /// Days, in order.
    pub by_day: Vec<GroupSummary>,
    /// Weeks, each by its Monday, in order.
    #[serde(default)]
    pub by_week: Vec<GroupSummary>,
    /// Months, in order.
    #[serde(default)]
    pub by_month: Vec<GroupSummary>,
    /// Cases of groups beyond the most that are told apart.
    pub beyond: u64,
    /// The rules that were asked.
    pub rules: Vec<RuleInfo>,
    /// The scorecards.
    pub scorecards: Vec<Scorecard>,
    /// Frequent words of complaints; none without complaints.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub complaint_words: Option<ComplaintWords>,
    /// What became of promises; only with a ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promises: Option<Outcomes>,
    /// What people decided about findings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<ReviewSummary>,
}

/// What a summary states besides figures.
#[derive(Clone, Debug)]
pub struct About {
    /// Language of messages.
    pub locale: crate::conversation::Lang,
    /// Zone of times and days.
    pub zone: String,
    /// Fewest cases for a rank.
    pub least_cases: u64,
    /// The rules that were asked.
    pub rules: Vec<RuleInfo>,
    /// The scorecards.
    pub scorecards: Vec<Scorecard>,
    /// Rows that could not be read.
    pub rejected: u64,
    /// Conversations whose id had been seen before.
    pub repeated_ids: u64,
    /// The moment that deadlines were compared with.
    pub as_of: Option<String>,
    /// What became of promises.
    pub promises: Option<Outcomes>,
    /// What people decided about findings.
    pub review: Option<ReviewSummary>,
}

/// Makes the summary.
pub fn summarise(figures: &Figures, about: &About) -> Summary {
    let skipped = figures.skipped.values().sum::<u64>();
    let input = Input {
        read: figures.conversations + skipped + about.rejected,
        audited: figures.conversations,
        skipped,
        skipped_by_reason: figures.skipped.clone(),
        rejected: about.rejected,
        repeated_ids: about.repeated_ids,
        unreadable_times: figures.unreadable_times,
        backward_times: figures.backward_times,
    };
    let in_order = |periods: BTreeMap<String, Tally>| {
        periods.into_iter().map(|(name, tally)| summary(Some(name), &tally, figures, about)).collect()
    };
    let groups = |group: Group| {
        let names = figures.group(group).in_order().into_iter();
        let mut all: Vec<GroupSummary> = names
            .map(|(name, tally)| {
                let agent = name.filter(|_| group == Group::Agent);
                let (team, teams) = agent.map(|agent| figures.teams_of(agent)).unwrap_or_default();
                let covered = figures.covered(group, name);
                GroupSummary { team, teams, covered, ..summary(name.cloned(), tally, figures, about) }
            })
            .collect();
        // Days are not better or worse than one another.
        if group != Group::Day {
            let ranked = |group: &GroupSummary| group.cases >= about.least_cases && group.name.is_some();
            let rates: Vec<_> = all.iter().map(|group| ranked(group).then_some(group.flagged)).collect();
            all.iter_mut().zip(ranks(&rates)).for_each(|(group, rank)| group.rank = rank);
        }
        all
    };
    let by_day = groups(Group::Day);
    let named =
        |mut days: Box<dyn DoubleEndedIterator<Item = &GroupSummary> + '_>| days.find_map(|day| day.name.clone());
    let days = named(Box::new(by_day.iter())).zip(named(Box::new(by_day.iter().rev())));
    Summary {
        schema: super::examine::SCHEMA,
        r#type: "audit".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        rulebooks: figures.rulebooks.iter().cloned().collect(),
        locale: match about.locale {
            crate::conversation::Lang::Zh => "zh",
            crate::conversation::Lang::En => "en",
        }
        .to_owned(),
        zone: about.zone.clone(),
        as_of: about.as_of.clone(),
        least_cases: about.least_cases,
        input,
        days,
        whole: summary(None, &figures.whole, figures, about),
        agents: groups(Group::Agent),
        teams: groups(Group::Team),
        channels: groups(Group::Channel),
        by_week: in_order(periods::weeks(figures)),
        by_month: in_order(periods::months(figures)),
        by_day,
        beyond: figures.beyond,
        rules: about.rules.clone(),
        scorecards: about.scorecards.clone(),
        complaint_words: figures.words.summary(),
        promises: about.promises.clone(),
        review: about.review.clone(),
    }
}

/// A period of somebody's, without rules: by the scorecards of a summary.
pub(super) fn period(name: &str, (tally, ids): (&Tally, &Ids), cards: &[Scorecard]) -> GroupSummary {
    summary_of(Some(name.to_owned()), (tally, ids), &[], cards)
}

fn summary(name: Option<String>, tally: &Tally, figures: &Figures, about: &About) -> GroupSummary {
    summary_of(name, (tally, &figures.ids), &about.rules, &about.scorecards)
}

fn summary_of(
    name: Option<String>,
    (tally, ids): (&Tally, &Ids),
    rules: &[RuleInfo],
    cards: &[Scorecard],
) -> GroupSummary {
    let mut rules: Vec<RuleSummary> =
        rules.iter().filter_map(|info| Some(rule(info, tally.rules.get(&info.rule, ids)?, tally.cases))).collect();
    rules.sort_by(|one, other| other.cases.hits.cmp(&one.cases.hits).then_with(|| one.rule.cmp(&other.rule)));
    GroupSummary {
        name,
        team: None,
        teams: BTreeMap::new(),
        covered: None,
        cases: tally.cases,
        turns: tally.turns,
        replies: tally.replies,
        findings: Severity::ALL.into_iter().map(|severity| (severity, tally.findings[severity])).collect(),
        flagged: Share::new(tally.with[Severity::Warning], tally.cases),
        errors: Share::new(tally.with[Severity::Error], tally.cases),
        rank: None,
        rules,
        scores: tally.scores.named(ids).into_iter().map(|(id, tally)| score(id, (tally, ids), cards)).collect(),
        topics: tally.topics.owned(ids),
    }
}

fn rule(info: &RuleInfo, tally: &RuleTally, cases: u64) -> RuleSummary {
    let n = if info.conditional { tally.owed.max(tally.hits) } else { cases.saturating_sub(tally.unknown) };
    RuleSummary {
        rule: info.rule.clone(),
        severity: info.severity,
        findings: tally.findings,
        cases: Share::new(tally.hits, n),
        not_evaluated: tally.unknown,
    }
}

#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "means of values up to 10,000")]
fn score(id: &str, (tally, ids): (&ScoreTally, &Ids), cards: &[Scorecard]) -> ScoreSummary {
    let n = tally.n as f64;
    let mean = (tally.n > 0).then(|| tally.sum as f64 / n);
    let half = mean.filter(|_| tally.n > 1).map(|mean| {
        let variance = ((tally.squares as f64) - n * mean * mean).max(0.0) / (n - 1.0);
        1.959_963_984_540_054 * (variance / n).sqrt()
    });
    let points = |value: f64| Points(value.clamp(0.0, 10_000.0).round() as i64);
    let mut items: Vec<ItemSummary> = tally
        .items
        .named(ids)
        .into_iter()
        .map(|(item, counts)| ItemSummary {
            item: item.to_owned(),
            cases: Share::new(
                counts.cases,
                tally
                    .n
                    .max(counts.cases)
                    .saturating_sub(tally.not_applicable.get(item, ids).copied().unwrap_or_default()),
            ),
            hits: counts.hits,
            points: counts.points,
        })
        .collect();
    items.sort_by(|one, other| one.points.cmp(&other.points).then_with(|| one.item.cmp(&other.item)));
    let share = |cases: u64| (tally.n > 0).then(|| Share::new(cases, tally.n));
    // Grades stand with the best first.
    let best = cards.iter().find(|card| card.id == id).and_then(|card| card.grades.first());
    ScoreSummary {
        scorecard: id.to_owned(),
        n: tally.n,
        mean: mean.map(points),
        low: mean.zip(half).map(|(mean, half)| points(mean - half)),
        high: mean.zip(half).map(|(mean, half)| points(mean + half)),
        passed: share(tally.passed),
        excellent: best.and_then(|grade| share(tally.grades.get(&grade.id, ids).copied().unwrap_or_default())),
        red_lines: share(tally.red_lines),
        red_lines_confirmed: share(tally.red_lines_confirmed),
        other_errors: share(tally.lost),
        grades: tally.grades.owned(ids),
        items,
        fatal: tally.fatal.clone(),
    }
}
