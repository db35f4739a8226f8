//! What happens on an invented day, whatever the desk does: who comes when with what, and who works.

use ponte_desk::Priority;

/// How large the desk is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) technicians: u16,
    pub(super) requests: u32,
}

/// One day. Moments are milliseconds after midnight.
pub(super) struct Day {
    /// By time.
    pub(super) requests: Vec<Arrival>,
    pub(super) people: Vec<Person>,
    /// For what is drawn while the day is played.
    pub(super) seed: u64,
}

/// Somebody asks for help.
pub(super) struct Arrival {
    pub(super) at: i64,
    pub(super) priority: Priority,
    /// Needs somebody who knows it; others take longer.
    pub(super) special: bool,
    /// Seconds of undivided attention.
    pub(super) work: f64,
}

/// Somebody who helps.
pub(super) struct Person {
    pub(super) from: i64,
    /// Absent for those who stay until the queue is empty.
    pub(super) to: Option<i64>,
    pub(super) lunch: (i64, i64),
    /// Sessions at once.
    pub(super) limit: u32,
    /// Knows what special requests need: 0 for not at all, to 5.
    pub(super) level: u8,
}

pub(super) const MINUTE: i64 = 60_000;
pub(super) const HOUR: i64 = 60 * MINUTE;

/// Share of the day's requests by half hour from 7:30; a rush at the start and after lunch.
const RUSH: [u32; 22] = [2, 6, 9, 10, 9, 8, 7, 6, 5, 3, 3, 5, 8, 8, 7, 6, 5, 4, 3, 2, 1, 1];
const FIRST: i64 = 7 * HOUR + 30 * MINUTE;
/// A handling takes 20 minutes on average; its logarithm spreads by this.
const MEAN_WORK: f64 = 20.0 * 60.0;
const SPREAD: f64 = 0.8;

impl Day {
    pub(super) fn new(seed: u64, size: Size) -> Self {
        let mut dice = Dice::new(seed);
        let all = f64::from(RUSH.iter().sum::<u32>());
        let mut requests = Vec::new();
        for (half_hour, share) in (0i64..).zip(RUSH) {
            let from = FIRST + half_hour * 30 * MINUTE;
            let rate = f64::from(size.requests) * f64::from(share) / all / 1800.0;
            let mut at = dice.exponential(1.0 / rate);
            while at < 1800.0 {
                requests.push(dice.arrival(from + millis(at)));
                at += dice.exponential(1.0 / rate);
            }
        }
        let people = (0..size.technicians).map(|n| person(n, &mut dice)).collect();
        Self { requests, people, seed: dice.next() }
    }
}

fn person(n: u16, dice: &mut Dice) -> Person {
    let lunch = 11 * HOUR + 30 * MINUTE + i64::from(n % 4) * 30 * MINUTE;
    let late = n.is_multiple_of(3);
    Person {
        from: if late { 9 * HOUR } else { 8 * HOUR },
        to: (!late).then_some(17 * HOUR + i64::from(n % 2) * HOUR),
        lunch: (lunch, lunch + HOUR),
        limit: 2,
        // Two of five know it, the first of those who stay late among them.
        level: if n % 5 < 2 { 2 + u8::try_from(dice.below(4)).unwrap_or(0) } else { 0 },
    }
}

pub(super) fn millis(seconds: f64) -> i64 {
    i64::try_from(std::time::Duration::from_secs_f64(seconds.max(0.0)).as_millis()).unwrap_or(i64::MAX)
}

/// SplitMix64 (Steele, Lea, Flood 2014): good enough for a game, the same everywhere.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, end: u32) -> u32 {
        let high = u32::try_from(self.next() >> 32).unwrap_or(0);
        u32::try_from((u64::from(high) * u64::from(end)) >> 32).unwrap_or(0)
    }

    /// Above 0, up to 1.
    fn unit(&mut self) -> f64 {
        (f64::from(u32::try_from(self.next() >> 32).unwrap_or(0)) + 1.0) / 4_294_967_296.0
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -self.unit().ln() * mean
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    fn arrival(&mut self, at: i64) -> Arrival {
        let priority = match self.below(100) {
            0..15 => Priority::Low,
            15..80 => Priority::Normal,
            80..95 => Priority::High,
            _ => Priority::Urgent,
        };
        let special = self.below(100) < 25;
        // A lognormal with the mean wanted.
        let work = MEAN_WORK * (self.normal() * SPREAD - SPREAD * SPREAD / 2.0).exp();
        Arrival { at, priority, special, work: work.clamp(60.0, 3.0 * 3600.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_about_what_was_asked_for() {
        let day = Day::new(3, Size { technicians: 10, requests: 2_000 });
        assert!((1_850..2_150).contains(&day.requests.len()), "{}", day.requests.len());
        assert!(day.requests.is_sorted_by_key(|it| it.at));
        assert!(day.requests.iter().all(|it| (FIRST..19 * HOUR).contains(&it.at)));
        let count = f64::from(u32::try_from(day.requests.len()).unwrap());
        let mean = day.requests.iter().map(|it| it.work).sum::<f64>() / count;
        assert!((1_050.0..1_300.0).contains(&mean), "{mean}");
        assert!(
            day.people.iter().any(|it| it.to.is_none() && it.level > 0),
            "the last special request is served"
        );
    }
}
