//! Resolves the names in a rule's verb to cues.

use super::check::{
    Agree, Check, Forbid, Keep, Limit, Names, Order, Pace, Pair, Prefer, Repeat, Require, Trigger, When, Within,
};
use super::meta::{Facts, Meta};
use crate::conversation::Role;
use crate::cue::{CueId, Roles};
use crate::language::fold_str;
use crate::source::{Wording, wording};

impl Check<String> {
    /// Resolves names to cues; `find` returns an error for an unknown name.
    ///
    /// # Errors
    /// The first error of `find`.
    pub fn resolve<E>(&self, find: &mut impl FnMut(&str) -> Result<CueId, E>) -> Result<Check<CueId>, E> {
        let mut many = |names: &[String]| names.iter().map(|name| find(name)).collect::<Result<Vec<_>, E>>();
        Ok(match self {
            Self::Forbid(check) => Check::Forbid(Forbid {
                find: Names(many(&check.find.0)?),
                with: check.with.clone(),
                label: check.label,
                unless_holding: many(&check.unless_holding)?,
                unless_near: many(&check.unless_near)?,
                unless_timed: many(&check.unless_timed)?,
                unless_slots: check.unless_slots.clone(),
                once: check.once,
                when: check.when.resolve(find)?,
            }),
            Self::Prefer(check) => Check::Prefer(Prefer {
                find: Names(many(&check.find.0)?),
                // Folded, as the scanned text will be.
                instead: check.instead.iter().map(|(worse, better)| (fold_str(worse), better.clone())).collect(),
                fix: check.fix,
            }),
            Self::Require(check) => Check::Require(Require {
                find: Names(many(&check.find.0)?),
                slots: check.slots.clone(),
                minus: many(&check.minus)?,
                window: check.window.clone(),
                once_per: check.once_per,
                roles: check.roles.clone(),
                when: check.when.resolve(find)?,
            }),
            Self::Pair(check) => Check::Pair(Pair {
                find: Names(many(&check.find.0)?),
                with: check.with.clone(),
                without: many(&check.without)?,
                within: check.within,
                when: check.when.resolve(find)?,
            }),
            Self::Order(check) => Check::Order(Order {
                first: Names(many(&check.first.0)?),
                then: Names(many(&check.then.0)?),
                within: check.within,
            }),
            Self::Limit(check) => Check::Limit(Limit {
                measure: check.measure,
                find: check.find.as_ref().map(|names| many(&names.0).map(Names)).transpose()?,
                minus: many(&check.minus)?,
                min: check.min,
                max: check.max,
                max_words: check.max_words,
                follow_up: check.follow_up,
                over: check.over,
                when: check.when.resolve(find)?,
            }),
            Self::Agree(check) => Check::Agree(Agree {
                forms: many(&check.forms)?,
                of: check.of,
                by: many(&check.by)?,
                group_by: check.group_by.clone(),
                over: check.over,
            }),
            Self::Repeat(check) => Check::Repeat(Repeat {
                alike: check.alike,
                min_chars: check.min_chars,
                times: check.times,
                over: check.over,
                except: many(&check.except)?,
                minus: many(&check.minus)?,
            }),
            Self::Slot(check) => Check::Slot(check.clone()),
            Self::Keep(check) => Check::Keep(Keep {
                find: Names(many(&check.find.0)?),
                with: check.with.clone(),
                outcome: check.outcome,
            }),
            Self::Pace(check) => Check::Pace(Pace {
                from: check.from,
                to: check.to,
                find: check.find.as_ref().map(|names| many(&names.0).map(Names)).transpose()?,
                nth: check.nth,
                measure: check.measure,
                max: check.max.clone(),
                back: many(&check.back)?,
                unless: many(&check.unless)?,
                idle: many(&check.idle)?,
                open: many(&check.open)?,
                unanswered: check.unanswered,
            }),
            Self::Meta(check) => Check::Meta(match check {
                Meta::Missing(missing) => Meta::Missing(missing.clone()),
                Meta::Past(fields) => Meta::Past(fields.clone()),
                Meta::Unknown(field) => Meta::Unknown(*field),
                Meta::Shared(shared) => Meta::Shared(*shared),
                Meta::Languages(languages) => Meta::Languages(*languages),
                Meta::Ended(cue) => Meta::Ended(find(cue)?),
                Meta::Facts(facts) => Meta::Facts(Facts { deals: many(&facts.deals)? }),
            }),
        })
    }
}

impl<C> Repeat<C> {
    /// Fewest characters of a template to be compared; `None` if the rule compares sentences.
    pub fn least_of_template(&self) -> Option<usize> {
        (self.over == Some(Within::Repository)).then_some(self.min_chars)
    }
}

impl<C> Check<C> {
    /// Whether bots' messages are judged, too.
    pub fn is_asked_of_bots(&self) -> bool {
        matches!(self, Self::Require(check) if check.roles.contains(&Role::Bot))
    }

    /// Reports keys that contradict one another.
    pub fn contradiction(&self) -> Option<Wording> {
        let wide = |within: Within| within == Within::Repository;
        match self {
            Self::Agree(check) if wide(check.over) != check.of.is_some() => {
                Some(wording!("`of` and `over = \"repository\"` go together"))
            }
            Self::Agree(check) if check.forms.is_empty() == check.of.is_none() => {
                Some(wording!("either `forms` or `of`"))
            }
            Self::Pair(Pair { within, .. }) | Self::Order(Order { within, .. }) if wide(*within) => {
                Some(wording!("only `agree` and `repeat` look over a repository"))
            }
            Self::Require(check) if check.roles.iter().any(|role| !matches!(role, Role::Agent | Role::Bot)) => {
                Some(wording!("`roles` are `agent` and `bot`: nobody else replies"))
            }
            Self::Limit(check) if wide(check.over) => {
                Some(wording!("only `agree` and `repeat` look over a repository"))
            }
            Self::Repeat(check) if !matches!(check.over, None | Some(Within::Conversation | Within::Repository)) => {
                Some(wording!("`over` is `conversation` or `repository`"))
            }
            _ => None,
        }
    }
}

impl Check<CueId> {
    /// The cues that the rule needs, and in whose turns.
    pub fn asked(&self) -> Vec<(CueId, Roles)> {
        let mut found = Vec::new();
        let when = match self {
            Self::Forbid(check) => Some(&check.when),
            Self::Require(check) => Some(&check.when),
            Self::Pair(check) => Some(&check.when),
            Self::Limit(check) => Some(&check.when),
            _ => None,
        };
        for trigger in when.into_iter().flat_map(When::triggers) {
            match trigger {
                Trigger::Customer(cue) | Trigger::Ever(cue) => found.push((*cue, Roles::only(Role::Customer))),
                Trigger::System(cue) => found.push((*cue, Roles::only(Role::System))),
                _ => {}
            }
        }
        // Verbs look at agents' turns; only this pair looks at all, and a wait may begin with anybody's.
        let everywhere = matches!(self, Self::Pair(check) if check.within == Within::Conversation);
        let roles = match self {
            _ if everywhere => Roles::ALL,
            Self::Pace(check) => Roles::only(check.from),
            Self::Require(check) if self.is_asked_of_bots() => Roles::of(&check.roles),
            _ => Roles::only(Role::Agent),
        };
        found.extend(self.named().into_iter().map(|cue| (cue, roles)));
        found
    }

    /// The cues whose hits the rule is about: what it forbids, owes, counts or compares.
    pub fn subjects(&self) -> Vec<CueId> {
        match self {
            Self::Forbid(check) => check.find.0.clone(),
            Self::Prefer(check) => check.find.0.clone(),
            Self::Require(check) => check.find.0.clone(),
            Self::Pair(check) => check.find.0.clone(),
            Self::Order(check) => [&check.first.0[..], &check.then.0].concat(),
            Self::Limit(check) => check.find.as_ref().map_or_else(Vec::new, |names| names.0.clone()),
            Self::Keep(check) => check.find.0.clone(),
            Self::Agree(check) => [&check.forms[..], &check.by].concat(),
            Self::Meta(Meta::Ended(cue)) => vec![*cue],
            Self::Meta(Meta::Facts(facts)) => facts.deals.clone(),
            Self::Pace(check) => check.find.as_ref().map_or_else(Vec::new, |names| names.0.clone()),
            Self::Repeat(_) | Self::Slot(_) | Self::Meta(_) => Vec::new(),
        }
    }

    /// The rule's conditions, if its verb has them.
    pub const fn when(&self) -> Option<&When<CueId>> {
        match self {
            Self::Forbid(check) => Some(&check.when),
            Self::Require(check) => Some(&check.when),
            Self::Pair(check) => Some(&check.when),
            Self::Limit(check) => Some(&check.when),
            _ => None,
        }
    }

    /// Every cue that the rule names.
    pub fn cues(&self) -> Vec<CueId> {
        let mut found: Vec<CueId> = self.asked().into_iter().map(|(cue, _)| cue).collect();
        found.sort_unstable();
        found.dedup();
        found.retain(|cue| *cue != CueId::ANY);
        found
    }

    /// The cues needed in agents' turns.
    fn named(&self) -> Vec<CueId> {
        let mut found = Vec::new();
        let mut when = |when: &When<CueId>| {
            for trigger in when.triggers() {
                if let Trigger::Reply(cue) | Trigger::Earlier(cue) | Trigger::Answers(cue) = trigger {
                    found.push(*cue);
                }
            }
        };
        let named: Vec<CueId> = match self {
            Self::Forbid(check) => {
                when(&check.when);
                [&check.find.0[..], &check.unless_holding, &check.unless_near, &check.unless_timed].concat()
            }
            Self::Prefer(check) => check.find.0.clone(),
            Self::Require(check) => {
                when(&check.when);
                [&check.find.0[..], &check.minus].concat()
            }
            Self::Pair(check) => {
                when(&check.when);
                [&check.find.0[..], &check.without].concat()
            }
            Self::Order(check) => [&check.first.0[..], &check.then.0].concat(),
            Self::Limit(check) => {
                when(&check.when);
                [check.find.as_ref().map_or(&[][..], |names| &names.0), &check.minus].concat()
            }
            Self::Agree(check) => [&check.forms[..], &check.by].concat(),
            Self::Repeat(check) => [&check.except[..], &check.minus].concat(),
            Self::Keep(check) => check.find.0.clone(),
            Self::Pace(check) => {
                let found = check.find.as_ref().map_or(&[][..], |names| &names.0);
                [found, &check.back, &check.unless, &check.idle, &check.open].concat()
            }
            Self::Meta(Meta::Ended(cue)) => vec![*cue],
            Self::Meta(Meta::Facts(facts)) => facts.deals.clone(),
            Self::Slot(_) | Self::Meta(_) => Vec::new(),
        };
        found.extend(named);
        found
    }
}

impl When<String> {
    fn resolve<E>(&self, find: &mut impl FnMut(&str) -> Result<CueId, E>) -> Result<When<CueId>, E> {
        let mut many = |triggers: &[Trigger<String>]| {
            triggers.iter().map(|trigger| trigger.resolve(find)).collect::<Result<Vec<_>, E>>()
        };
        Ok(When { any: many(&self.any)?, all: many(&self.all)?, unless: many(&self.unless)? })
    }
}

impl Trigger<String> {
    fn resolve<E>(&self, find: &mut impl FnMut(&str) -> Result<CueId, E>) -> Result<Trigger<CueId>, E> {
        Ok(match self {
            Self::Customer(name) if name == "any" => Trigger::Customer(CueId::ANY),
            Self::Customer(name) => Trigger::Customer(find(name)?),
            Self::Reply(name) => Trigger::Reply(find(name)?),
            Self::Earlier(name) => Trigger::Earlier(find(name)?),
            Self::Ever(name) => Trigger::Ever(find(name)?),
            Self::Answers(name) => Trigger::Answers(find(name)?),
            Self::System(name) => Trigger::System(find(name)?),
            Self::After(role) => Trigger::After(*role),
            Self::First(first) => Trigger::First(*first),
            Self::ClosedBy(role) => Trigger::ClosedBy(*role),
            Self::Owes(part) => Trigger::Owes(part.clone()),
            Self::Scenario(id) => Trigger::Scenario(id.clone()),
            Self::Channel(name) => Trigger::Channel(name.clone()),
        })
    }
}
