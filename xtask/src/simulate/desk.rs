//! The desk at work: from event to event through a day, each decision made by `ponte-desk`.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context, Result, bail, ensure};
use ponte_desk::{
    Priority,
    admission::{Admitted, Door, Otherwise, admit},
    availability::{Availability, Patience, Presence, Taking},
    calendar::{Calendar, CalendarSpec, Hours, Week},
    estimate::{self, Crew, Estimate, Position, estimate},
    lease::Lease,
    order::{self, Ageing, LONGEST_HEAD_START, Waiting},
    routing::{Ask, Candidate, Need, Policy, Skill, SkillLevel, pick},
};
use ponte_types::{ChannelId, Line, SessionId, TechnicianId, UnixMillis};

use super::day::{Day, Dice, HOUR, millis};

/// What became of one request.
pub(super) struct Waited {
    pub(super) priority: Priority,
    pub(super) wait: Duration,
    /// Absent when none was given.
    pub(super) estimate_kept: Option<bool>,
}

/// Who holds so many sessions works on each at this speed.
const SPEED: [f64; 3] = [1.0, 0.62, 0.45];
/// Who does not know it takes so much longer.
const UNSKILLED: f64 = 1.6;
/// "Now" is kept within this time: under the manual policy somebody has to notice first.
const AT_ONCE: Duration = Duration::from_secs(120);
/// A working day in which nobody is done by the next morning is a bug of the simulation.
const END: i64 = 32 * HOUR;
const CHANNEL: ChannelId = ChannelId::from_bytes([1; 16]);
/// Longer than any day: who helps is always heard.
const TERM: Duration = Duration::from_secs(48 * 3600);

struct Desk<'a> {
    day: &'a Day,
    policy: Policy,
    ageing: &'a Ageing,
    hours: Calendar,
    skill: Skill,
    now: i64,
    dice: Dice,
    queue: Vec<Waiting>,
    /// Of each request: who took it when.
    leases: BTreeMap<SessionId, Lease>,
    promised: BTreeMap<SessionId, Estimate>,
    people: Vec<Hands>,
    /// Newest first.
    handled: Vec<Duration>,
    waited: Vec<Waited>,
    /// In the order in which they were taken.
    taken: Vec<Waiting>,
}

/// What somebody is doing.
#[derive(Default)]
struct Hands {
    tasks: Vec<Task>,
    last_given: Option<UnixMillis>,
    /// Under the manual policy: when they look at the queue.
    looks_at: Option<i64>,
}

struct Task {
    session: SessionId,
    since: i64,
    /// Seconds of undivided attention.
    left: f64,
}

/// Plays the day.
///
/// # Errors
/// When a rule is broken: two owners, more sessions than the limit, somebody overtaken for too long, somebody left.
pub(super) fn play(day: &Day, policy: Policy, ageing: &Ageing) -> Result<Vec<Waited>> {
    let hours = CalendarSpec {
        time_zone: "UTC".to_owned(),
        week: Week::working_days(&[Hours::new("08:00", "18:00")]),
        holidays: vec![],
    };
    let mut desk = Desk {
        day,
        policy,
        ageing,
        hours: Calendar::parse(&hours)?,
        skill: Line::parse("macOS")?,
        now: 0,
        dice: Dice::new(day.seed),
        queue: vec![],
        leases: BTreeMap::new(),
        promised: BTreeMap::new(),
        people: day.people.iter().map(|_| Hands::default()).collect(),
        handled: vec![],
        waited: vec![],
        taken: vec![],
    };
    let mut arrivals = (0usize..).zip(&day.requests).peekable();
    loop {
        let arrival = arrivals.peek().map(|(_, arrival)| arrival.at);
        let Some(next) = [arrival, desk.next_event()].into_iter().flatten().min() else { break };
        if next >= END {
            bail!("{} requests are still waiting the next morning", desk.queue.len());
        }
        desk.pass(next)?;
        while let Some((index, _)) = arrivals.next_if(|(_, arrival)| arrival.at <= next) {
            desk.arrive(index);
        }
        desk.hand_out()?;
        desk.check()?;
    }
    desk.done()
}

impl Desk<'_> {
    fn moment(&self) -> UnixMillis {
        UnixMillis(self.now)
    }

    /// The next time at which something happens by itself.
    fn next_event(&self) -> Option<i64> {
        let waiting = !self.queue.is_empty();
        let one = |(person, hands): (&super::day::Person, &Hands)| {
            let speed = speed(hands.tasks.len());
            let done = hands.tasks.iter().map(|task| self.now + millis(task.left / speed).max(1)).min();
            let shift = [Some(person.from), person.to, Some(person.lunch.0), Some(person.lunch.1)];
            // Without a queue, nobody's shift matters.
            let shift = shift.into_iter().flatten().filter(|at| waiting && *at > self.now).min();
            [done, shift, hands.looks_at.filter(|_| waiting)].into_iter().flatten().min()
        };
        self.day.people.iter().zip(&self.people).filter_map(one).min()
    }

    fn pass(&mut self, to: i64) -> Result<()> {
        let seconds = Duration::from_millis(u64::try_from(to - self.now)?).as_secs_f64();
        self.now = to;
        for hands in &mut self.people {
            let done = seconds * speed(hands.tasks.len());
            for task in &mut hands.tasks {
                task.left -= done;
            }
            for task in hands.tasks.extract_if(.., |task| task.left <= 0.001) {
                let lease = self.leases.get(&task.session).context("done without a lease")?;
                ensure!(lease.holds(UnixMillis(to)), "worked on without holding it");
                self.handled.insert(0, UnixMillis(to).since(UnixMillis(task.since)));
            }
        }
        self.handled.truncate(estimate::NEWEST);
        Ok(())
    }

    fn arrive(&mut self, index: usize) {
        let door = Door {
            paused: None,
            hours: Some(&self.hours),
            limit: None,
            waiting: u32::try_from(self.queue.len()).unwrap_or(u32::MAX),
            otherwise: Otherwise::TurnAway,
        };
        let admission = admit(CHANNEL, |_| Some(door), self.moment());
        if !matches!(admission.result, Admitted::Enters { .. }) {
            return;
        }
        let session = session(index);
        self.queue.push(Waiting {
            session,
            priority: self.day.requests[index].priority,
            since: self.moment(),
        });
        if let Some(place) = order::place(&self.queue, self.ageing, session) {
            let position = Position { place: place.place, overtaking: self.overtaking(index) };
            self.promised.insert(session, estimate(position, self.crew(), &self.handled));
        }
    }

    /// Requests of a higher priority that came in during the last hour.
    fn overtaking(&self, index: usize) -> u32 {
        if *self.ageing == Ageing::NONE {
            return 0;
        }
        let own = self.day.requests[index].priority;
        let higher = self.day.requests[..index]
            .iter()
            .rev()
            .take_while(|it| self.now - it.at < HOUR)
            .filter(|it| it.priority > own)
            .count();
        u32::try_from(higher).unwrap_or(u32::MAX)
    }

    fn crew(&self) -> Crew {
        let mut crew = Crew { slots: 0, free: 0 };
        for index in 0..self.people.len() {
            let presence = self.presence(index);
            match presence.effective(&Patience::default(), self.moment()).availability {
                Availability::Available => {
                    crew.slots += presence.limit;
                    crew.free += presence.limit.saturating_sub(presence.load);
                }
                Availability::Busy => crew.slots += presence.limit,
                Availability::Away | Availability::OffShift => {}
            }
        }
        crew.free =
            crew.free.saturating_sub(u32::try_from(self.queue.len()).unwrap_or(u32::MAX).saturating_sub(1));
        crew
    }

    fn presence(&self, index: usize) -> Presence {
        let person = &self.day.people[index];
        let chosen = match self.now {
            now if now < person.from => Availability::OffShift,
            now if (person.lunch.0..person.lunch.1).contains(&now) => Availability::Away,
            _ => Availability::Available,
        };
        Presence {
            chosen,
            heard_at: self.moment(),
            shift_ends: person.to.map(UnixMillis),
            load: u32::try_from(self.people[index].tasks.len()).unwrap_or(u32::MAX),
            limit: person.limit,
        }
    }

    fn hand_out(&mut self) -> Result<()> {
        match self.policy {
            Policy::Manual => self.take_by_hand(),
            Policy::RoundRobin | Policy::LeastBusy | Policy::BySkill => self.give(),
        }
    }

    /// Whoever is free looks at the queue after a while, and takes the first.
    fn take_by_hand(&mut self) -> Result<()> {
        for index in 0..self.people.len() {
            let may =
                self.presence(index).may_take(Taking::Given, &Patience::default(), self.moment()).is_ok();
            if !may || self.queue.is_empty() {
                self.people[index].looks_at = None;
                continue;
            }
            match self.people[index].looks_at {
                Some(at) if at <= self.now => {
                    self.people[index].looks_at = None;
                    let first = order::next(&self.queue, self.ageing).context("nobody waits")?.session;
                    self.take(first, index)?;
                }
                Some(_) => {}
                None => {
                    let looks_at = self.now + 1_000 * i64::from(20 + self.dice.below(70));
                    self.people[index].looks_at = Some(looks_at);
                }
            }
        }
        Ok(())
    }

    /// The desk gives what it can, in the order of the queue.
    fn give(&mut self) -> Result<()> {
        let needs = [Need { skill: self.skill.clone(), level: SkillLevel::try_from(2)? }];
        for waiting in order::order(&self.queue, self.ageing) {
            let candidates: Vec<Candidate> =
                (0..self.people.len()).map(|index| self.candidate(index)).collect();
            if candidates.iter().all(|it| it.availability != Availability::Available) {
                break;
            }
            let special =
                self.policy == Policy::BySkill && self.day.requests[index_of(waiting.session)].special;
            let needs = if special { &needs[..] } else { &[] };
            let ask = Ask { policy: self.policy, narrow: None, needs, declined: &[] };
            if let Some(chosen) = pick(&ask, &candidates).chosen {
                self.take(waiting.session, usize::from(number(chosen)))?;
            }
        }
        Ok(())
    }

    fn candidate(&self, index: usize) -> Candidate {
        let presence = self.presence(index);
        let level = SkillLevel::try_from(self.day.people[index].level);
        Candidate {
            technician: technician(index),
            availability: presence.effective(&Patience::default(), self.moment()).availability,
            load: presence.load,
            limit: presence.limit,
            groups: vec![],
            skills: level.map(|level| (self.skill.clone(), level)).into_iter().collect(),
            last_given: self.people[index].last_given,
            sees_company: true,
        }
    }

    fn take(&mut self, session: SessionId, index: usize) -> Result<()> {
        let now = self.moment();
        self.presence(index).may_take(Taking::Given, &Patience::default(), now)?;
        let lease = Lease::take(self.leases.get(&session).copied(), technician(index), TERM, now)?;
        ensure!(self.leases.insert(session, lease).is_none(), "taken twice");
        let place = self.queue.iter().position(|it| it.session == session).context("it does not wait")?;
        let waiting = self.queue.swap_remove(place);
        let request = &self.day.requests[index_of(session)];
        let unskilled = request.special && self.day.people[index].level < 2;
        let left = request.work * if unskilled { UNSKILLED } else { 1.0 };
        let hands = &mut self.people[index];
        hands.tasks.push(Task { session, since: self.now, left });
        hands.last_given = Some(now);
        let wait = now.since(waiting.since);
        let estimate_kept = match self.promised.get(&session).context("nothing was said")? {
            Estimate::Unknown { .. } => None,
            Estimate::Now => Some(wait <= AT_ONCE),
            Estimate::Between { from, to } => Some((*from..=*to).contains(&wait)),
        };
        self.waited.push(Waited { priority: waiting.priority, wait, estimate_kept });
        self.taken.push(waiting);
        Ok(())
    }

    /// What must hold at every moment.
    fn check(&self) -> Result<()> {
        let mut held: Vec<SessionId> = Vec::new();
        for (index, hands) in self.people.iter().enumerate() {
            let limit = usize::try_from(self.day.people[index].limit)?;
            ensure!(hands.tasks.len() <= limit, "{} sessions, the limit is {limit}", hands.tasks.len());
            held.extend(hands.tasks.iter().map(|task| task.session));
        }
        let all = held.len();
        held.sort_unstable();
        held.dedup();
        ensure!(held.len() == all, "a session with two owners");
        Ok(())
    }

    fn done(self) -> Result<Vec<Waited>> {
        ensure!(self.queue.is_empty(), "{} are left in the queue", self.queue.len());
        // Where everybody can take everything, a lower priority is overtaken for no longer than the head start.
        if self.policy != Policy::BySkill {
            for (index, first) in self.taken.iter().enumerate() {
                for later in &self.taken[index + 1..] {
                    ensure!(first.since.since(later.since) <= LONGEST_HEAD_START, "overtaken for too long");
                    let by_priority = first.priority > later.priority;
                    ensure!(by_priority || first.since <= later.since, "overtaken without a reason");
                }
            }
        }
        Ok(self.waited)
    }
}

fn speed(tasks: usize) -> f64 {
    SPEED[tasks.clamp(1, SPEED.len()) - 1]
}

fn session(index: usize) -> SessionId {
    let mut id = [0; 16];
    id[8..].copy_from_slice(&(index as u64).to_be_bytes());
    SessionId::from_bytes(id)
}

fn index_of(session: SessionId) -> usize {
    let mut last = [0; 8];
    last.copy_from_slice(&session.as_bytes()[8..]);
    usize::try_from(u64::from_be_bytes(last)).unwrap_or(usize::MAX)
}

fn technician(index: usize) -> TechnicianId {
    let mut id = [0; 16];
    id[14..].copy_from_slice(&u16::try_from(index).unwrap_or(u16::MAX).to_be_bytes());
    TechnicianId::from_bytes(id)
}

fn number(technician: TechnicianId) -> u16 {
    let bytes = technician.as_bytes();
    u16::from_be_bytes([bytes[14], bytes[15]])
}
