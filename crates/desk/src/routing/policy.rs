//! Who of a channel's technicians is given a session.

use std::{cmp::Reverse, collections::BTreeMap};

use ponte_types::{GroupId, TechnicianId, UnixMillis};
use serde::{Deserialize, Serialize};

use super::rule::{Narrow, Need, Skill, SkillLevel};
use crate::availability::Availability;

/// How a channel gives sessions to technicians.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Not at all: technicians take them.
    #[default]
    Manual,
    /// To whom none was given for the longest time.
    RoundRobin,
    /// To who holds the smallest part of their limit.
    LeastBusy,
    /// To who knows best what the request needs; among equals, to the least busy.
    BySkill,
}

ponte_types::words!(Policy {
    Manual = "manual",
    RoundRobin = "round_robin",
    LeastBusy = "least_busy",
    BySkill = "by_skill",
});

/// A technician of the channel, as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub technician: TechnicianId,
    /// What it is in effect, see [`crate::availability::Presence::effective`].
    pub availability: Availability,
    /// Sessions that they hold.
    pub load: u32,
    /// The most they may hold.
    pub limit: u32,
    pub groups: Vec<GroupId>,
    pub skills: BTreeMap<Skill, SkillLevel>,
    /// When a session was given to them last.
    pub last_given: Option<UnixMillis>,
    /// Whether they have access to the request's company.
    pub sees_company: bool,
}

/// A session that is to be given to somebody.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    pub policy: Policy,
    pub narrow: Option<Narrow>,
    pub needs: &'a [Need],
    /// Those who declined it, or let the offer pass.
    pub declined: &'a [TechnicianId],
}

/// Whom it is given to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Pick {
    pub policy: Policy,
    /// Absent when it waits: nobody fits, or the policy is manual.
    pub chosen: Option<TechnicianId>,
    /// Those who fit in their order, the chosen one first; then the others by id.
    pub considered: Vec<Considered>,
}

/// One technician and what was thought of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Considered {
    pub technician: TechnicianId,
    pub judgement: Judgement,
}

/// What was thought of a technician.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// Could take it; what their rank follows from.
    Fits {
        load: u32,
        limit: u32,
        last_given: Option<UnixMillis>,
        /// Sum of the levels in the needed skills.
        level: u32,
    },
    Unfit(Unfit),
}

/// Why a technician cannot be given the session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unfit {
    /// Not in the group, or not the technician, that the rules name.
    NotMeant,
    /// No access to the company.
    Company,
    /// Without the skill, or below the level.
    Skill {
        skill: Skill,
        has: Option<SkillLevel>,
        needs: SkillLevel,
    },
    /// Declined it before.
    Declined,
    /// Busy, away or off shift.
    NotAvailable(Availability),
    AtLimit {
        load: u32,
        limit: u32,
    },
}

/// Whom the policy gives the session to. The same answer whatever the order of `candidates`.
#[must_use]
pub fn pick(ask: &Ask<'_>, candidates: &[Candidate]) -> Pick {
    let (mut fit, mut unfit) = (Vec::new(), Vec::new());
    for candidate in candidates {
        match ask.unfit(candidate) {
            None => fit.push(candidate),
            Some(why) => {
                unfit.push(Considered { technician: candidate.technician, judgement: Judgement::Unfit(why) })
            }
        }
    }
    fit.sort_by_key(|candidate| ask.rank(candidate));
    unfit.sort_by_key(|it| it.technician);
    let chosen = match ask.policy {
        Policy::Manual => None,
        Policy::RoundRobin | Policy::LeastBusy | Policy::BySkill => fit.first().map(|it| it.technician),
    };
    let considered = fit
        .into_iter()
        .map(|it| {
            let Candidate { technician, load, limit, last_given, .. } = *it;
            let judgement = Judgement::Fits { load, limit, last_given, level: ask.level(it) };
            Considered { technician, judgement }
        })
        .chain(unfit)
        .collect();
    Pick { policy: ask.policy, chosen, considered }
}

/// Smaller comes first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    level: Reverse<u32>,
    part: Part,
    load: u32,
    last_given: Option<UnixMillis>,
    technician: TechnicianId,
}

/// Load of limit, compared as a fraction.
#[derive(PartialEq, Eq)]
struct Part {
    load: u32,
    limit: u32,
}

impl Ord for Part {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let own = u64::from(self.load) * u64::from(other.limit);
        own.cmp(&(u64::from(other.load) * u64::from(self.limit)))
    }
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ask<'_> {
    fn unfit(&self, candidate: &Candidate) -> Option<Unfit> {
        let meant = match self.narrow {
            None => true,
            Some(Narrow::Group(group)) => candidate.groups.contains(&group),
            Some(Narrow::Technician(technician)) => candidate.technician == technician,
        };
        if !meant {
            return Some(Unfit::NotMeant);
        }
        if !candidate.sees_company {
            return Some(Unfit::Company);
        }
        for need in self.needs {
            let has = candidate.skills.get(&need.skill).copied();
            if has.is_none_or(|has| has < need.level) {
                return Some(Unfit::Skill { skill: need.skill.clone(), has, needs: need.level });
            }
        }
        if self.declined.contains(&candidate.technician) {
            return Some(Unfit::Declined);
        }
        if candidate.load >= candidate.limit {
            return Some(Unfit::AtLimit { load: candidate.load, limit: candidate.limit });
        }
        match candidate.availability {
            Availability::Available => None,
            other => Some(Unfit::NotAvailable(other)),
        }
    }

    fn level(&self, candidate: &Candidate) -> u32 {
        let levels = self.needs.iter().filter_map(|need| candidate.skills.get(&need.skill));
        levels.map(|level| u32::from(u8::from(*level))).sum()
    }

    fn rank(&self, candidate: &Candidate) -> Rank {
        let Candidate { technician, load, limit, last_given, .. } = *candidate;
        // Each policy leaves out what does not count for it.
        let (by_skill, by_load) = match self.policy {
            Policy::BySkill => (true, true),
            Policy::LeastBusy | Policy::Manual => (false, true),
            Policy::RoundRobin => (false, false),
        };
        Rank {
            level: Reverse(if by_skill { self.level(candidate) } else { 0 }),
            part: if by_load { Part { load, limit } } else { Part { load: 0, limit: 1 } },
            load: if by_load { load } else { 0 },
            last_given,
            technician,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::{at, group, line, shuffled, technician};

    fn candidate(n: u16, load: u32, last_given: Option<i64>) -> Candidate {
        Candidate {
            technician: technician(n),
            availability: Availability::Available,
            load,
            limit: 4,
            groups: vec![],
            skills: BTreeMap::new(),
            last_given: last_given.map(at),
            sees_company: true,
        }
    }

    fn skilled(n: u16, level: u8, load: u32) -> Candidate {
        let skills = BTreeMap::from([(line("macOS"), SkillLevel::try_from(level).unwrap())]);
        Candidate { skills, ..candidate(n, load, None) }
    }

    const ASK: Ask<'static> = Ask { policy: Policy::LeastBusy, narrow: None, needs: &[], declined: &[] };

    fn chosen(ask: Ask<'_>, candidates: &[Candidate]) -> Option<TechnicianId> {
        pick(&ask, candidates).chosen
    }

    #[test]
    fn round_robin_goes_round() {
        let ask = Ask { policy: Policy::RoundRobin, ..ASK };
        let mut team = vec![candidate(1, 0, None), candidate(2, 0, None), candidate(3, 3, None)];
        let mut order = Vec::new();
        for minute in 0..6 {
            let next = chosen(ask, &team).unwrap();
            team.iter_mut().find(|it| it.technician == next).unwrap().last_given = Some(at(minute));
            order.push(next);
        }
        assert_eq!(order, [1, 2, 3, 1, 2, 3].map(technician));
    }

    #[test]
    fn the_least_busy_by_part_of_the_limit_then_by_number_then_by_time() {
        let wide = Candidate { limit: 10, ..candidate(2, 4, None) };
        assert_eq!(
            chosen(ASK, &[candidate(1, 2, None), wide.clone()]),
            Some(technician(2)),
            "4 of 10 < 2 of 4"
        );
        let even = Candidate { limit: 8, ..wide };
        assert_eq!(chosen(ASK, &[candidate(1, 2, Some(9)), even]), Some(technician(1)), "2 of 4, not 4 of 8");
        assert_eq!(chosen(ASK, &[candidate(1, 1, Some(9)), candidate(2, 1, Some(3))]), Some(technician(2)));
        assert_eq!(chosen(ASK, &[candidate(2, 1, None), candidate(1, 1, None)]), Some(technician(1)));
    }

    #[test]
    fn by_skill_the_best_goes_first_and_who_knows_too_little_not_at_all() {
        let needs = [Need { skill: line("macOS"), level: SkillLevel::try_from(2).unwrap() }];
        let ask = Ask { policy: Policy::BySkill, needs: &needs, ..ASK };
        let team = [skilled(1, 1, 0), skilled(2, 4, 3), skilled(3, 3, 0), candidate(4, 0, None)];
        let pick = pick(&ask, &team);
        assert_eq!(pick.chosen, Some(technician(2)));
        let said = |n: u16| {
            pick.considered.iter().find(|it| it.technician == technician(n)).unwrap().judgement.clone()
        };
        let skill = |has| Unfit::Skill { skill: line("macOS"), has, needs: needs[0].level };
        assert_eq!(said(1), Judgement::Unfit(skill(SkillLevel::try_from(1).ok())));
        assert_eq!(said(4), Judgement::Unfit(skill(None)));
        assert_eq!(chosen(ask, &[skilled(1, 3, 2), skilled(2, 3, 1)]), Some(technician(2)), "among equals");
        let ask = Ask { policy: Policy::LeastBusy, ..ask };
        assert_eq!(chosen(ask, &team), Some(technician(3)), "needs count for every policy");
    }

    #[test]
    fn who_cannot_take_it_is_left_out_with_the_reason() {
        let base = candidate(1, 0, None);
        let away = Candidate { availability: Availability::Away, ..base.clone() };
        let foreign = Candidate { sees_company: false, ..base.clone() };
        let in_group = Ask { narrow: Some(Narrow::Group(group(1))), ..ASK };
        let declined = Ask { declined: &[technician(1)], ..ASK };
        for (ask, one, expected) in [
            (ASK, away, Unfit::NotAvailable(Availability::Away)),
            (ASK, candidate(1, 4, None), Unfit::AtLimit { load: 4, limit: 4 }),
            (ASK, foreign, Unfit::Company),
            (in_group, base.clone(), Unfit::NotMeant),
            (declined, base.clone(), Unfit::Declined),
        ] {
            let pick = pick(&ask, &[one]);
            assert_eq!((pick.chosen, &pick.considered[0].judgement), (None, &Judgement::Unfit(expected)));
        }
        let member = Candidate { groups: vec![group(1)], ..base.clone() };
        assert_eq!(chosen(in_group, &[member]), Some(technician(1)));
        let manual = pick(&Ask { policy: Policy::Manual, ..ASK }, &[base]);
        assert!(manual.chosen.is_none() && matches!(manual.considered[0].judgement, Judgement::Fits { .. }));
    }

    fn any_team() -> impl Strategy<Value = Vec<Candidate>> {
        prop::collection::vec((0u32..5, 1u32..5, 0u8..4, prop::option::of(0i64..5), 0u8..6), 0..40).prop_map(
            |team| {
                let one = |(n, (load, limit, availability, last, level)): (
                    usize,
                    (u32, u32, u8, Option<i64>, u8),
                )| {
                    let n = u16::try_from(n).unwrap();
                    let availability = match availability {
                        0 => Availability::Away,
                        1 => Availability::Busy,
                        _ => Availability::Available,
                    };
                    let skills =
                        SkillLevel::try_from(level).map(|level| (line("macOS"), level)).into_iter().collect();
                    Candidate { availability, limit, skills, ..candidate(n, load, last) }
                };
                team.into_iter().enumerate().map(one).collect()
            },
        )
    }

    proptest! {
        #[test]
        fn every_node_picks_the_same_and_never_one_at_the_limit(team in any_team(), seed: u64, needs_skill: bool) {
            let needs = [Need { skill: line("macOS"), level: SkillLevel::try_from(2).unwrap() }];
            for policy in [Policy::RoundRobin, Policy::LeastBusy, Policy::BySkill, Policy::Manual] {
                let ask = Ask { policy, needs: if needs_skill { &needs } else { &[] }, ..ASK };
                let pick = pick(&ask, &team);
                prop_assert_eq!(&pick, &super::pick(&ask, &shuffled(&team, seed)));
                prop_assert_eq!(pick.considered.len(), team.len());
                if let Some(chosen) = pick.chosen {
                    let one = team.iter().find(|it| it.technician == chosen).unwrap();
                    prop_assert!(one.load < one.limit && one.availability == Availability::Available);
                } else if policy != Policy::Manual {
                    prop_assert!(pick.considered.iter().all(|it| matches!(it.judgement, Judgement::Unfit(_))));
                }
            }
        }
    }
}
