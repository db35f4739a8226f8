//! A desk's day, played by the rules of `ponte-desk`: who waits how long under each policy, against first come, first
//! served.
//!
//! The day is invented (arrivals with a rush in the morning and after lunch, handling times with a long tail, shifts,
//! lunch breaks) but the decisions are the product's own: admission, queue order, estimate, availability, policies,
//! leases. The same seed plays the same day.

mod day;
mod desk;

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use clap::Args;
use ponte_desk::{
    Priority,
    availability::Availability,
    order::Ageing,
    routing::{
        Ask, Candidate, ChannelPlan, Condition, Facts, Plan, Policy, Request, Rule, Rules, Target, Then, pick,
    },
};
use ponte_types::{ChannelId, GroupId, Line, TechnicianId};

use day::{Day, Size};
use desk::Waited;

#[derive(Args)]
pub(crate) struct Options {
    /// Another number plays other days
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Days to play
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=200))]
    days: u16,
    /// People at work, with shifts and lunch breaks
    #[arg(long, default_value_t = 14, value_parser = clap::value_parser!(u16).range(2..=200))]
    technicians: u16,
    /// Requests a day
    #[arg(long, default_value_t = 420, value_parser = clap::value_parser!(u32).range(1..=5000))]
    requests: u32,
}

/// A way to run the queue.
struct Way {
    name: &'static str,
    policy: Policy,
    ageing: Ageing,
}

/// What came of it, all days together.
struct Outcome {
    name: &'static str,
    waited: Vec<Waited>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let size = Size { technicians: options.technicians, requests: options.requests };
    println!(
        "{} technicians, about {} requests a day, {} days from seed {}. Waits in minutes:seconds.\n",
        size.technicians, size.requests, options.days, options.seed
    );
    let outcomes = play(options.seed, options.days, size)?;
    print!("{}", table(&outcomes)?);
    println!("\nrouting one request by 200 rules to one of 1,000 technicians: {:?}", routing()?);
    Ok(())
}

fn ways() -> [Way; 5] {
    let by = |name, policy| Way { name, policy, ageing: Ageing::default() };
    [
        Way { name: "first in, first out", policy: Policy::RoundRobin, ageing: Ageing::NONE },
        by("manual", Policy::Manual),
        by("round robin", Policy::RoundRobin),
        by("least busy", Policy::LeastBusy),
        by("by skill", Policy::BySkill),
    ]
}

fn play(seed: u64, days: u16, size: Size) -> Result<Vec<Outcome>> {
    let days: Vec<Day> = (0..days).map(|n| Day::new(seed.wrapping_add(u64::from(n)), size)).collect();
    let one = |way: Way| {
        let mut waited = Vec::new();
        for day in &days {
            waited.extend(desk::play(day, way.policy, &way.ageing).with_context(|| way.name)?);
        }
        Ok(Outcome { name: way.name, waited })
    };
    ways().into_iter().map(one).collect()
}

fn table(outcomes: &[Outcome]) -> Result<String> {
    let mut text = String::from(
        "| policy | half wait ≤ | 90 % | 99 % | longest | urgent, 90 % | low, 90 % | urgent against first in, first out | estimate kept |\n\
         |---|---|---|---|---|---|---|---|---|\n",
    );
    let first = outcomes.first().context("nothing was played")?;
    let base = first.percentile(Some(Priority::Urgent), 90);
    for outcome in outcomes {
        let wait = |priority, percent| shown(outcome.percentile(priority, percent));
        let urgent = outcome.percentile(Some(Priority::Urgent), 90);
        let part = match base {
            Some(base) if !base.is_zero() => {
                urgent.map(|it| format!("{:.2} ×", it.as_secs_f64() / base.as_secs_f64()))
            }
            _ => None,
        };
        let cells = [
            outcome.name.to_owned(),
            wait(None, 50),
            wait(None, 90),
            wait(None, 99),
            wait(None, 100),
            wait(Some(Priority::Urgent), 90),
            wait(Some(Priority::Low), 90),
            part.unwrap_or_else(|| "–".to_owned()),
            outcome.estimates_kept().map_or_else(|| "–".to_owned(), |kept| format!("{kept} %")),
        ];
        text.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
    Ok(text)
}

fn shown(wait: Option<Duration>) -> String {
    wait.map_or_else(|| "–".to_owned(), |wait| format!("{}:{:02}", wait.as_secs() / 60, wait.as_secs() % 60))
}

impl Outcome {
    /// The wait that `percent` of the requests do not exceed (nearest rank).
    fn percentile(&self, priority: Option<Priority>, percent: usize) -> Option<Duration> {
        let mut waits: Vec<Duration> = self
            .waited
            .iter()
            .filter(|it| priority.is_none_or(|priority| it.priority == priority))
            .map(|it| it.wait)
            .collect();
        waits.sort_unstable();
        let rank = (waits.len() * percent).div_ceil(100).max(1);
        waits.get(rank - 1).copied()
    }

    /// In percent of those that were given.
    fn estimates_kept(&self) -> Option<usize> {
        let given: Vec<bool> = self.waited.iter().filter_map(|it| it.estimate_kept).collect();
        let kept = given.iter().filter(|kept| **kept).count();
        (kept * 100).checked_div(given.len())
    }
}

/// How long one request takes from its text to the technician, with 200 rules that do not match before one that does.
fn routing() -> Result<Duration> {
    let channel = ChannelId::from_bytes([1; 16]);
    let group = GroupId::from_bytes([1; 16]);
    let words = |text: &str| Ok::<_, anyhow::Error>(Condition::AnyWord(vec![Line::parse(text)?]));
    let mut rules = Vec::new();
    for n in 0..200 {
        let last = n == 199;
        let word = if last { "printer".to_owned() } else { format!("word{n} other{n}") };
        let then = Then { to: Some(Target::Group(group)), ..Then::default() };
        rules.push(Rule { name: Line::parse(&format!("Rule {n}"))?, when: vec![words(&word)?], then });
    }
    let plan = ChannelPlan { rules: Rules::new(rules)?, fallback: None };
    let plan = Plan::new(BTreeMap::from([(channel, plan)]))?;
    let candidates: Vec<Candidate> = (0..1_000u32)
        .map(|n| {
            let mut id = [0; 16];
            id[..4].copy_from_slice(&n.to_be_bytes());
            Candidate {
                technician: TechnicianId::from_bytes(id),
                availability: Availability::Available,
                load: n % 3,
                limit: 3,
                groups: vec![group],
                skills: BTreeMap::new(),
                last_given: None,
                sees_company: true,
            }
        })
        .collect();
    let request = Request { text: "The printer on the second floor. ".repeat(30), ..Request::default() };
    let mut times = Vec::new();
    for _ in 0..21 {
        let started = Instant::now();
        let route = plan.route(channel, &Facts::new(&request)).context("there is no route")?;
        let ask =
            Ask { policy: Policy::LeastBusy, narrow: route.narrow, needs: &route.skills, declined: &[] };
        ensure!(pick(&ask, &candidates).chosen.is_some(), "nobody was chosen");
        times.push(started.elapsed());
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Size = Size { technicians: 8, requests: 240 };

    fn outcome<'a>(outcomes: &'a [Outcome], name: &str) -> &'a Outcome {
        outcomes.iter().find(|it| it.name == name).unwrap()
    }

    /// What is checked at every moment of the day is in `desk::play`, which fails when it does not hold.
    #[test]
    fn days_play_and_their_invariants_hold() {
        for seed in 0..8 {
            let outcomes = play(seed, 1, SMALL).unwrap();
            let counts: Vec<_> = outcomes.iter().map(|it| it.waited.len()).collect();
            assert!(counts.iter().all(|count| *count == counts[0] && *count > 150), "{counts:?}");
        }
    }

    #[test]
    fn the_same_seed_plays_the_same_days() {
        let table = |seed| table(&play(seed, 2, SMALL).unwrap()).unwrap();
        assert_eq!(table(7), table(7));
        assert_ne!(table(7), table(8));
    }

    #[test]
    fn the_urgent_wait_less_than_first_come_first_served_and_the_low_are_served_all_the_same() {
        let outcomes = play(1, 4, SMALL).unwrap();
        let urgent = |name| outcome(&outcomes, name).percentile(Some(Priority::Urgent), 90).unwrap();
        for name in ["manual", "round robin", "least busy"] {
            assert!(urgent(name) < urgent("first in, first out"), "{name}: {:?}", urgent(name));
        }
        for it in &outcomes {
            let longest = it.percentile(Some(Priority::Low), 100).unwrap();
            assert!(longest < Duration::from_secs(8 * 3600), "{}: {longest:?}", it.name);
        }
    }

    /// Estimates promise eight of ten. In a rush, with a quiet day, on a small desk: they keep about that, and more where
    /// they can only be "now".
    #[test]
    fn estimates_are_honest() {
        for (technicians, requests) in [(14, 420), (14, 330), (4, 90)] {
            for it in play(1, 5, Size { technicians, requests }).unwrap() {
                let kept = it.estimates_kept().unwrap();
                assert!(kept >= 75, "{technicians}, {requests}, {}: {kept} %", it.name);
            }
        }
    }

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let waited = |seconds| Waited {
            priority: Priority::Normal,
            wait: Duration::from_secs(seconds),
            estimate_kept: Some(seconds > 3),
        };
        let outcome = Outcome { name: "x", waited: (1..=10).rev().map(waited).collect() };
        let at = |percent| outcome.percentile(None, percent).unwrap().as_secs();
        assert_eq!([at(50), at(90), at(99), at(100)], [5, 9, 10, 10]);
        assert_eq!(outcome.percentile(Some(Priority::Low), 50), None);
        assert_eq!(outcome.estimates_kept(), Some(70));
        assert_eq!(shown(Some(Duration::from_secs(605))), "10:05");
    }
}
