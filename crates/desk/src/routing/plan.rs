//! All channels with their rules and fallback channels, checked together: whatever a plan is asked, it answers.
//!
//! Two kinds of circles are refused: rules that send a request round for ever, and fallback channels that do. A rule to
//! a channel whose fallback leads back is none: rules are asked when a request comes in, not when it falls back.

use std::collections::{BTreeMap, BTreeSet};

use ponte_types::ChannelId;
use serde::{Deserialize, Serialize};

use super::{
    facts::Facts,
    rule::{Found, Narrow, Need, Rules, Target},
};
use crate::Priority;

/// One channel of a plan.
#[derive(Debug, Clone, Default)]
pub struct ChannelPlan {
    pub rules: Rules,
    pub fallback: Option<ChannelId>,
}

/// One way from a channel to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Hop {
    pub from: ChannelId,
    /// The rule's number from 1; absent for the fallback channel.
    pub rule: Option<usize>,
    pub to: ChannelId,
}

/// Why a plan was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// By one rule to itself, or by several in a circle. Begins with the channel that was made first.
    #[error("these rules send a request round for ever: {}", way(.0))]
    RuleCycle(Vec<Hop>),
    #[error("a channel cannot be its own fallback: {0}")]
    FallbackToItself(ChannelId),
    #[error("these fallback channels send a request round for ever: {}", way(.0))]
    FallbackCycle(Vec<Hop>),
    #[error("there is no such channel: {}", way(&[*.0]))]
    Unknown(Hop),
}

fn way(hops: &[Hop]) -> String {
    let mut text = hops.first().map(|hop| hop.from.to_string()).unwrap_or_default();
    for hop in hops {
        let by = hop.rule.map_or_else(|| "fallback".to_owned(), |rule| format!("rule {rule}"));
        text.push_str(&format!(" → {by} → {}", hop.to));
    }
    text
}

/// A checked plan.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    channels: BTreeMap<ChannelId, ChannelPlan>,
}

/// Where a request goes, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Route {
    pub channel: ChannelId,
    /// Who of the channel may be given it; anybody without.
    pub narrow: Option<Narrow>,
    pub priority: Priority,
    pub skills: Vec<Need>,
    /// The channels whose rules were asked, in this order.
    pub steps: Vec<Step>,
}

/// What a channel's rules said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Step {
    pub channel: ChannelId,
    /// Each rule, in order.
    pub checked: Vec<Checked>,
}

/// What one rule said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Checked {
    /// From 1.
    pub rule: usize,
    pub name: String,
    pub verdict: Verdict,
}

/// What one rule said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All its conditions hold: it decides.
    Matched,
    /// This condition, counted from 1, does not hold.
    Not { condition: usize, found: Found },
    /// An earlier rule decided.
    NotAsked,
}

impl Plan {
    /// Checks the channels together.
    ///
    /// # Errors
    /// [`PlanError`]; the same one whatever the order in which they were read.
    pub fn new(channels: BTreeMap<ChannelId, ChannelPlan>) -> Result<Self, PlanError> {
        let by_rules = |id: &ChannelId, plan: &ChannelPlan| {
            let targets = plan.rules.iter().enumerate().filter_map(|(index, rule)| match rule.then.to {
                Some(Target::Channel(to)) => Some(Hop { from: *id, rule: Some(index + 1), to }),
                _ => None,
            });
            targets.collect::<Vec<_>>()
        };
        let rules: BTreeMap<_, _> = channels.iter().map(|(id, plan)| (*id, by_rules(id, plan))).collect();
        let fallbacks: BTreeMap<_, _> = channels
            .iter()
            .map(|(id, plan)| {
                (
                    *id,
                    plan.fallback.map(|to| Hop { from: *id, rule: None, to }).into_iter().collect::<Vec<_>>(),
                )
            })
            .collect();
        for hop in rules.values().chain(fallbacks.values()).flatten() {
            if !channels.contains_key(&hop.to) {
                return Err(PlanError::Unknown(*hop));
            }
        }
        if let Some(cycle) = cycle(&rules) {
            return Err(PlanError::RuleCycle(cycle));
        }
        match cycle(&fallbacks).as_deref() {
            None => Ok(Self { channels }),
            Some([own]) => Err(PlanError::FallbackToItself(own.from)),
            Some(cycle) => Err(PlanError::FallbackCycle(cycle.to_vec())),
        }
    }

    /// The channel after which requests are sent on to this one's fallback; itself first.
    pub fn fallbacks(&self, channel: ChannelId) -> impl Iterator<Item = ChannelId> {
        std::iter::successors(Some(channel), |id| self.channels.get(id)?.fallback)
    }

    /// Where a request that comes in by `entry` goes; `None` when there is no such channel.
    #[must_use]
    pub fn route(&self, entry: ChannelId, facts: &Facts) -> Option<Route> {
        let mut channel = entry;
        let (mut priority, mut skills, mut steps) = (facts.priority, Vec::new(), Vec::new());
        loop {
            let plan = self.channels.get(&channel)?;
            let (step, then) = ask(channel, &plan.rules, facts);
            steps.push(step);
            let Some(then) = then else {
                return Some(Route { channel, narrow: None, priority, skills, steps });
            };
            priority = then.priority.unwrap_or(priority);
            skills.extend(then.skills.iter().cloned());
            let narrow = match then.to {
                Some(Target::Channel(next)) => {
                    channel = next;
                    continue;
                }
                Some(Target::Group(group)) => Some(Narrow::Group(group)),
                Some(Target::Technician(technician)) => Some(Narrow::Technician(technician)),
                None => None,
            };
            return Some(Route { channel, narrow, priority, skills, steps });
        }
    }
}

fn ask<'a>(channel: ChannelId, rules: &'a Rules, facts: &Facts) -> (Step, Option<&'a super::rule::Then>) {
    let mut then = None;
    let mut checked = Vec::with_capacity(rules.iter().len());
    let mut asked = rules.ask(facts);
    for (index, (rule, failed)) in asked.by_ref().enumerate() {
        let verdict = match failed {
            Some((condition, found)) => Verdict::Not { condition: condition + 1, found },
            None => Verdict::Matched,
        };
        let matched = verdict == Verdict::Matched;
        checked.push(Checked { rule: index + 1, name: rule.name.as_str().to_owned(), verdict });
        if matched {
            then = Some(&rule.then);
            break;
        }
    }
    for (index, rule) in rules.iter().enumerate().skip(checked.len()) {
        let name = rule.name.as_str().to_owned();
        checked.push(Checked { rule: index + 1, name, verdict: Verdict::NotAsked });
    }
    (Step { channel, checked }, then)
}

/// A circle among the ways, from its smallest channel; the one through the smallest channel, where there are several.
fn cycle(ways: &BTreeMap<ChannelId, Vec<Hop>>) -> Option<Vec<Hop>> {
    ways.keys().find_map(|start| back_to(*start, ways))
}

/// The way from a channel back to itself, shortest first.
fn back_to(start: ChannelId, ways: &BTreeMap<ChannelId, Vec<Hop>>) -> Option<Vec<Hop>> {
    let mut came_by: BTreeMap<ChannelId, Hop> = BTreeMap::new();
    let mut edge: BTreeSet<ChannelId> = BTreeSet::from([start]);
    while !edge.is_empty() {
        let mut next = BTreeSet::new();
        for hop in edge.iter().filter_map(|id| ways.get(id)).flatten() {
            if hop.to == start {
                let mut hops = vec![*hop];
                while let Some(before) = hops.last().and_then(|hop| came_by.get(&hop.from)) {
                    hops.push(*before);
                }
                hops.reverse();
                return Some(hops);
            }
            if let std::collections::btree_map::Entry::Vacant(vacant) = came_by.entry(hop.to) {
                vacant.insert(*hop);
                next.insert(hop.to);
            }
        }
        edge = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        routing::{Condition, Request, Rule, SkillLevel, Then},
        testing::{channel, group, line, technician},
    };

    fn rule(name: &str, word: &str, then: Then) -> Rule {
        let when = if word.is_empty() { vec![] } else { vec![Condition::AnyWord(vec![line(word)])] };
        Rule { name: line(name), when, then }
    }

    fn to(target: Target) -> Then {
        Then { to: Some(target), ..Then::default() }
    }

    fn plan(channels: Vec<(u16, Vec<Rule>, Option<u16>)>) -> Result<Plan, PlanError> {
        let one = |(id, rules, fallback): (u16, Vec<Rule>, Option<u16>)| {
            let plan = ChannelPlan { rules: Rules::new(rules).unwrap(), fallback: fallback.map(channel) };
            (channel(id), plan)
        };
        Plan::new(channels.into_iter().map(one).collect())
    }

    fn desk() -> Plan {
        let mac = Need { skill: line("macOS"), level: SkillLevel::try_from(2).unwrap() };
        let macs = Then { skills: vec![mac], ..to(Target::Channel(channel(2))) };
        let urgent = Then { priority: Some(Priority::Urgent), ..to(Target::Group(group(5))) };
        plan(vec![
            (
                1,
                vec![rule("Printers", "printer", to(Target::Group(group(1)))), rule("Macs", "mac", macs)],
                None,
            ),
            (
                2,
                vec![rule("Down", "down", urgent), rule("Rest", "", to(Target::Technician(technician(7))))],
                Some(1),
            ),
        ])
        .unwrap()
    }

    fn facts(text: &str) -> Facts {
        Facts::new(&Request { text: text.into(), ..Request::default() })
    }

    #[test]
    fn the_first_match_wins_and_every_rule_says_why_not() {
        let route = desk().route(channel(1), &facts("my Mac is down")).unwrap();
        assert_eq!((route.channel, route.narrow), (channel(2), Some(Narrow::Group(group(5)))));
        assert_eq!(route.priority, Priority::Urgent);
        assert_eq!(route.skills.len(), 1, "needs of the rules on the way are kept");
        let said: Vec<_> =
            route.steps.iter().flat_map(|it| &it.checked).map(|it| (it.rule, it.verdict.clone())).collect();
        let missing = Verdict::Not { condition: 1, found: Found::TextWithout { missing: None } };
        assert_eq!(
            said,
            [(1, missing), (2, Verdict::Matched), (1, Verdict::Matched), (2, Verdict::NotAsked)]
        );

        let kept = plan(vec![
            (
                1,
                vec![rule(
                    "VIP",
                    "",
                    Then { priority: Some(Priority::High), ..to(Target::Channel(channel(2))) },
                )],
                None,
            ),
            (2, vec![rule("All", "", to(Target::Group(group(1))))], None),
        ])
        .unwrap();
        let kept = kept.route(channel(1), &facts("")).unwrap();
        assert_eq!(kept.priority, Priority::High, "a rule on the way set it");

        let rest = desk().route(channel(2), &facts("no sound")).unwrap();
        assert_eq!(rest.narrow, Some(Narrow::Technician(technician(7))));
        let nothing = desk().route(channel(1), &facts("no sound")).unwrap();
        assert_eq!((nothing.channel, nothing.narrow, nothing.priority), (channel(1), None, Priority::Normal));
        assert_eq!(desk().route(channel(9), &facts("")), None);
    }

    #[test]
    fn circles_are_refused_and_named() {
        let send =
            |name: &str, word: &str, to_channel| rule(name, word, to(Target::Channel(channel(to_channel))));
        let other = rule("Else", "x", to(Target::Group(group(1))));
        let error = plan(vec![
            (1, vec![other.clone(), send("A", "a", 2)], None),
            (2, vec![send("B", "b", 3)], None),
            (3, vec![other.clone(), other.clone(), send("C", "c", 1)], None),
        ])
        .unwrap_err();
        let hop = |from, rule, to_channel| Hop { from: channel(from), rule, to: channel(to_channel) };
        let cycle = vec![hop(1, Some(2), 2), hop(2, Some(1), 3), hop(3, Some(3), 1)];
        assert_eq!(error, PlanError::RuleCycle(cycle));
        let text = error.to_string();
        assert!(text.contains(&format!("{} → rule 2 → {} → rule 1 → ", channel(1), channel(2))), "{text}");

        let own = plan(vec![(1, vec![send("A", "a", 1)], None)]).unwrap_err();
        assert_eq!(own, PlanError::RuleCycle(vec![hop(1, Some(1), 1)]));
        let itself = plan(vec![(1, vec![], Some(1))]).unwrap_err();
        assert_eq!(itself, PlanError::FallbackToItself(channel(1)));
        let round = plan(vec![(1, vec![], Some(2)), (2, vec![], Some(1))]).unwrap_err();
        assert_eq!(round, PlanError::FallbackCycle(vec![hop(1, None, 2), hop(2, None, 1)]));
        let unknown = plan(vec![(1, vec![other, send("A", "a", 4)], None)]).unwrap_err();
        assert_eq!(unknown, PlanError::Unknown(hop(1, Some(2), 4)));
    }

    #[test]
    fn falling_back_to_where_it_came_from_by_a_rule_is_no_circle() {
        let desk = desk();
        assert_eq!(desk.fallbacks(channel(2)).collect::<Vec<_>>(), [channel(2), channel(1)]);
    }

    proptest! {
        /// Any ways between six channels: either a circle is named that really is one, or every request finds its place.
        #[test]
        fn a_plan_has_no_circle_or_names_one(ways in prop::collection::vec((0u16..6, 0u16..6), 0..12), fallbacks in prop::collection::vec(prop::option::of(0u16..6), 6)) {
            let channels = (0..6u16).map(|id| {
                let rules = ways.iter().filter(|way| way.0 == id)
                    .map(|way| rule("W", "word", to(Target::Channel(channel(way.1))))).collect();
                (id, rules, fallbacks[usize::from(id)])
            }).collect();
            match plan(channels) {
                Ok(plan) => for id in 0..6 {
                    prop_assert!(plan.route(channel(id), &facts("a word")).unwrap().steps.len() <= 6);
                    prop_assert!(plan.fallbacks(channel(id)).count() <= 6);
                },
                Err(PlanError::RuleCycle(hops) | PlanError::FallbackCycle(hops)) => {
                    prop_assert_eq!(hops[0].from, hops[hops.len() - 1].to);
                    for pair in hops.windows(2) { prop_assert_eq!(pair[0].to, pair[1].from); }
                }
                Err(PlanError::FallbackToItself(id)) => prop_assert!((0..6).any(|n| channel(n) == id && fallbacks[usize::from(n)] == Some(n))),
                Err(error @ PlanError::Unknown(_)) => prop_assert!(false, "{error}"),
            }
        }
    }
}
