//! Where a request goes, and to whom: the largest list of rules that a channel may have, none of which fits but the last.

use std::{collections::BTreeMap, hint::black_box, time::Instant};

use anyhow::{Context as _, Result};
use ponte_desk::{
    availability::Availability,
    routing::{
        Ask, Candidate, ChannelPlan, Condition, Facts, Need, Plan, Policy, Request, Rule, Rules, Then, pick,
    },
};
use ponte_types::{ChannelId, Line, TechnicianId, UnixMillis};

use super::{Report, Times};

const RULES: u8 = 200;
const TECHNICIANS: u32 = 1_000;
const TIMES: usize = 5_000;
/// p99 at most, in milliseconds.
const TARGET: f64 = 1.0;

const TEXT: &str = "Não imprime: the printer on the third floor, next to the stairs, prints only half of each page, and \
    the other half comes out the next morning. We have switched it off and on again, changed the toner and the paper, \
    and asked the neighbours, whose printer works. It began on Monday, after the last update of the driver.";

/// # Errors
/// When the rules are refused.
pub fn run() -> Result<Report> {
    let mut report = Report::default();
    let plan = plan()?;
    let candidates = candidates()?;
    report.line(format!("{RULES} rules, of which the last fits; {TECHNICIANS} technicians"));
    report.line("| policy | p50 ms | p99 ms |");
    report.line("|---|---|---|");
    for policy in [Policy::RoundRobin, Policy::LeastBusy, Policy::BySkill] {
        let mut times = Times::default();
        for _ in 0..TIMES {
            let request = Request { text: TEXT.to_owned(), ..Request::default() };
            let at = Instant::now();
            let route = plan.route(channel(), &Facts::new(&request)).context("no route")?;
            let ask = Ask { policy, narrow: route.narrow, needs: &route.skills, declined: &[] };
            let chosen = black_box(pick(&ask, &candidates)).chosen;
            times.add(at.elapsed());
            chosen.context("nobody fits")?;
        }
        let (p50, p99) = (times.percentile(50), times.percentile(99));
        report.line(format!("| {} | {p50:.3} | {p99:.3} |", policy.as_str()));
        report.at_most(&format!("{}, p99", policy.as_str()), p99, TARGET);
    }
    Ok(report)
}

fn channel() -> ChannelId {
    ChannelId::from_bytes([1; 16])
}

fn plan() -> Result<Plan> {
    let mut rules = Vec::new();
    for n in 1..=RULES {
        let words = if n == RULES { "print*".to_owned() } else { format!("word{n} of this rule") };
        let second = if n == RULES { "toner".to_owned() } else { format!("other{n}*") };
        let skill = Need { skill: Line::parse("printers")?, level: 2.try_into()? };
        rules.push(Rule {
            name: Line::parse(&format!("Rule {n}"))?,
            when: vec![
                Condition::AnyWord(vec![Line::parse(&words)?, Line::parse(&second)?]),
                Condition::AllWords(vec![Line::parse("printer")?]),
            ],
            then: Then { skills: vec![skill], ..Then::default() },
        });
    }
    let it = ChannelPlan { rules: Rules::new(rules)?, fallback: None };
    Ok(Plan::new(BTreeMap::from([(channel(), it)]))?)
}

fn candidates() -> Result<Vec<Candidate>> {
    let mut all = Vec::new();
    for n in 0..TECHNICIANS {
        let mut id = [0; 16];
        id[..4].copy_from_slice(&n.to_be_bytes());
        let mut skills = BTreeMap::new();
        for (skill, every) in [("printers", 2), ("networks", 3), ("macOS", 5), ("Windows", 1)] {
            if n % every == 0 {
                skills.insert(Line::parse(skill)?, u8::try_from(1 + n % 5)?.try_into()?);
            }
        }
        all.push(Candidate {
            technician: TechnicianId::from_bytes(id),
            availability: if n % 4 == 0 { Availability::Away } else { Availability::Available },
            load: n % 7,
            limit: 6,
            groups: vec![],
            skills,
            last_given: Some(UnixMillis(i64::from(n * 7919 % 1009))),
            sees_company: n % 9 != 0,
        });
    }
    Ok(all)
}
