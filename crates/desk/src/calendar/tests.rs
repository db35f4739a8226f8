//! Calendars in places where the clocks do strange things.

use jiff::{civil, tz::TimeZoneDatabase};
use proptest::prelude::*;

use super::*;

const HOUR: Duration = Duration::from_secs(3600);

fn calendar(zone: &str, week: Week, holidays: &[(&str, &[Hours])]) -> Calendar {
    let holidays = holidays
        .iter()
        .map(|(on, hours)| Holiday { on: (*on).into(), name: String::new(), hours: hours.to_vec() })
        .collect();
    Calendar::parse(&CalendarSpec { time_zone: zone.into(), week, holidays }).unwrap()
}

fn office_hours() -> Week {
    Week::working_days(&[Hours::new("08:00", "12:00"), Hours::new("13:00", "17:00")])
}

fn every_day(hours: &[Hours]) -> Week {
    let working = Week::working_days(hours);
    Week { saturday: hours.to_vec(), sunday: hours.to_vec(), ..working }
}

/// A wall clock's time, for example `2026-11-20 08:00`, in the zone.
fn wall(zone: &str, text: &str) -> UnixMillis {
    let zone = TimeZoneDatabase::bundled().get(zone).unwrap();
    let time: civil::DateTime = text.replace(' ', "T").parse().unwrap();
    UnixMillis(time.to_zoned(zone).unwrap().timestamp().as_millisecond())
}

const SAO_PAULO: &str = "America/Sao_Paulo";

#[test]
fn open_closed_and_what_comes_next() {
    let office = calendar(
        SAO_PAULO,
        office_hours(),
        &[("11-20", &[]), ("2026-12-24", &[Hours::new("08:00", "11:00")])],
    );
    let at = |text| wall(SAO_PAULO, text);
    // 2026-11-19 is a Thursday, the 20th a holiday of every year.
    assert!(office.is_open(at("2026-11-19 08:00")) && !office.is_open(at("2026-11-19 07:59")));
    assert!(!office.is_open(at("2026-11-19 12:00")), "closing time is closed");
    assert_eq!(office.closes_at(at("2026-11-19 09:00")), Some(at("2026-11-19 12:00")));
    assert_eq!(office.closes_at(at("2026-11-19 12:30")), None);
    assert_eq!(office.next_opening(at("2026-11-19 12:30")), Some(at("2026-11-19 13:00")));
    assert_eq!(
        office.next_opening(at("2026-11-19 17:00")),
        Some(at("2026-11-23 08:00")),
        "holiday, week-end"
    );
    assert_eq!(office.next_opening(at("2026-11-23 08:30")), Some(at("2026-11-23 08:30")));
    assert_eq!(office.closes_at(at("2026-12-24 10:00")), Some(at("2026-12-24 11:00")));
}

#[test]
fn business_time_skips_lunch_nights_week_ends_and_holidays() {
    let office = calendar(SAO_PAULO, office_hours(), &[("2026-11-20", &[])]);
    let at = |text| wall(SAO_PAULO, text);
    assert_eq!(office.add(at("2026-11-19 16:00"), 2 * HOUR), Some(at("2026-11-23 09:00")));
    assert_eq!(office.add(at("2026-11-19 16:00"), HOUR), Some(at("2026-11-19 17:00")), "not Monday at 8");
    assert_eq!(office.add(at("2026-11-18 08:00"), 8 * HOUR), Some(at("2026-11-18 17:00")));
    assert_eq!(office.between(at("2026-11-19 16:00"), at("2026-11-23 09:00")), 2 * HOUR);
    assert_eq!(office.between(at("2026-11-20 00:00"), at("2026-11-22 23:00")), Duration::ZERO);
    assert_eq!(office.between(at("2026-11-23 09:00"), at("2026-11-19 16:00")), Duration::ZERO);
}

#[test]
fn round_the_clock_is_one_opening_without_an_end_at_midnight() {
    let always = calendar("UTC", every_day(&[Hours::new("00:00", "24:00")]), &[("2026-12-25", &[])]);
    let at = |text| wall("UTC", text);
    assert_eq!(always.closes_at(at("2026-12-20 10:00")), Some(at("2026-12-25 00:00")));
    assert_eq!(always.next_opening(at("2026-12-25 10:00")), Some(at("2026-12-26 00:00")));
}

#[test]
fn the_day_the_clocks_change_has_23_or_25_hours() {
    let berlin = calendar("Europe/Berlin", every_day(&[Hours::new("00:00", "24:00")]), &[]);
    let length = |from, to| berlin.between(wall("Europe/Berlin", from), wall("Europe/Berlin", to));
    assert_eq!(length("2026-03-29 00:00", "2026-03-30 00:00"), 23 * HOUR);
    assert_eq!(length("2026-10-25 00:00", "2026-10-26 00:00"), 25 * HOUR);
    assert_eq!(length("2026-06-01 00:00", "2026-06-02 00:00"), 24 * HOUR);
}

#[test]
fn an_opening_inside_the_missing_hour_begins_with_the_change() {
    // At 2:00 the clock jumps to 3:00.
    let hours = [Hours::new("01:00", "02:15"), Hours::new("02:15", "02:45"), Hours::new("02:45", "05:00")];
    let berlin = calendar("Europe/Berlin", every_day(&hours), &[]);
    let at = |text| wall("Europe/Berlin", text);
    assert_eq!(berlin.between(at("2026-03-29 00:00"), at("2026-03-29 06:00")), 3 * HOUR, "1–2, 3–5");
    assert_eq!(
        berlin.closes_at(at("2026-03-29 01:30")),
        Some(at("2026-03-29 05:00")),
        "never closed between"
    );
}

#[test]
fn midnight_itself_can_be_missing() {
    // On 2018-11-04 in São Paulo the day began at 1:00.
    let always = calendar(SAO_PAULO, every_day(&[Hours::new("00:00", "24:00")]), &[("2018-11-03", &[])]);
    let opens = wall(SAO_PAULO, "2018-11-04 01:00");
    assert_eq!(always.next_opening(wall(SAO_PAULO, "2018-11-03 12:00")), Some(opens));
    assert!(!always.is_open(UnixMillis(opens.0 - 1)));
    assert_eq!(always.add(opens, 23 * HOUR), Some(wall(SAO_PAULO, "2018-11-05 00:00")));
}

#[test]
fn an_hour_that_comes_twice_opens_at_its_first_coming() {
    let berlin = calendar("Europe/Berlin", every_day(&[Hours::new("02:30", "04:00")]), &[]);
    let first = wall("Europe/Berlin", "2026-10-25 02:30"); // the first: still summer time
    assert!(berlin.is_open(first) && !berlin.is_open(UnixMillis(first.0 - 1)));
    assert_eq!(berlin.between(first, wall("Europe/Berlin", "2026-10-26 00:00")), HOUR * 5 / 2);
}

#[test]
fn clocks_set_back_over_midnight_and_a_day_left_out() {
    // St John's, 2006-10-29 at 0:01 became 23:01 of the 28th.
    let zone = "America/St_Johns";
    let always = calendar(zone, every_day(&[Hours::new("00:00", "24:00")]), &[]);
    let midnight = wall(zone, "2006-10-29 00:00");
    for minute in -70..130 {
        assert!(always.is_open(UnixMillis(midnight.0 + minute * 60_000)), "{minute}");
    }
    // Samoa had no 30th of December 2011.
    let samoa = calendar("Pacific/Apia", every_day(&[Hours::new("08:00", "12:00")]), &[]);
    let (before, after) =
        (wall("Pacific/Apia", "2011-12-29 12:00"), wall("Pacific/Apia", "2011-12-31 08:00"));
    assert_eq!(samoa.next_opening(before), Some(after));
    assert_eq!(samoa.end_of_business_day(before, 1), Some(wall("Pacific/Apia", "2011-12-31 12:00")));
}

#[test]
fn nobody_reached_for_five_business_days_closes_when_the_fifth_ends() {
    let office = calendar(SAO_PAULO, office_hours(), &[("11-20", &[])]);
    let at = |text| wall(SAO_PAULO, text);
    let failed = |text| Attempt { at: at(text), reached: false };
    let closes = at("2026-11-26 17:00"); // Wednesday the 18th; 19, 23, 24, 25, 26
    let tries = [failed("2026-11-19 09:00"), failed("2026-11-18 10:00")];
    let since = at("2026-11-18 10:00");
    let state = |tries: &[Attempt], now| no_contact(&office, BusinessDays::FIVE, tries, now);
    assert_eq!(state(&[], closes), NoContact::NotRunning, "silence alone closes nothing");
    let running = NoContact::Running { since, closes_at: Some(closes) };
    assert_eq!(state(&tries, UnixMillis(closes.0 - 1)), running);
    assert_eq!(state(&tries, closes), NoContact::Due { since });
    let reached = Attempt { at: at("2026-11-19 10:00"), reached: true };
    assert_eq!(state(&[tries[0], tries[1], reached], closes), NoContact::NotRunning);
    let again = failed("2026-11-26 09:00");
    let state = state(&[reached, again, tries[1]], closes);
    assert_eq!(state, NoContact::Running { since: again.at, closes_at: Some(at("2026-12-03 17:00")) });
}

#[test]
fn reopening_is_possible_until_the_last_day_ends() {
    let office = calendar(SAO_PAULO, office_hours(), &[]);
    let at = |text| wall(SAO_PAULO, text);
    let rule = ReopeningRule::BusinessDays(2.try_into().unwrap());
    let (closed, until) = (at("2026-11-19 16:00"), at("2026-11-23 17:00"));
    let state = |now| reopening(&office, rule, closed, now);
    assert_eq!(state(UnixMillis(until.0 - 1)), Reopening::Possible { until: Some(until) });
    assert_eq!(state(until), Reopening::Over { until });
    assert_eq!(reopening(&office, ReopeningRule::Never, closed, closed), Reopening::Never);
    let always = reopening(&office, ReopeningRule::Always, closed, UnixMillis(i64::MAX));
    assert_eq!(always, Reopening::Possible { until: None });
    assert_eq!(BusinessDays::try_from(0), Err(BusinessDaysError));
    assert!(serde_json::from_str::<ReopeningRule>(r#"{"business_days":367}"#).is_err());
    assert_eq!(serde_json::from_str::<ReopeningRule>(r#"{"business_days":2}"#).unwrap(), rule);
}

#[test]
fn a_calendar_with_one_opening_in_the_past_says_that_it_does_not_open() {
    let once = calendar("UTC", Week::default(), &[("2020-01-01", &[Hours::new("08:00", "12:00")])]);
    assert_eq!(once.next_opening(wall("UTC", "2026-01-01 00:00")), None);
    assert_eq!(once.add(wall("UTC", "2020-01-01 00:00"), 5 * HOUR), None);
    assert_eq!(once.next_opening(UnixMillis(i64::MAX)), None);
    assert_eq!(once.next_opening(UnixMillis(i64::MIN)), None);
}

const ZONES: &[&str] = &[
    "America/Sao_Paulo",
    "Europe/Berlin",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "UTC",
];

fn any_calendar() -> impl Strategy<Value = Calendar> {
    let day = prop::collection::vec(0u16..=96, 0..3).prop_map(|mut edges| {
        edges.sort_unstable();
        edges.dedup();
        let quarter = |n: u16| format!("{:02}:{:02}", n / 4, n % 4 * 15);
        edges.chunks_exact(2).map(|it| Hours::new(&quarter(it[0]), &quarter(it[1]))).collect::<Vec<_>>()
    });
    (0..ZONES.len(), prop::collection::vec(day, 6)).prop_map(|(zone, mut days)| {
        let mut next = || days.pop().unwrap_or_default();
        let week = Week {
            monday: vec![Hours::new("09:00", "10:00")],
            tuesday: next(),
            wednesday: next(),
            thursday: next(),
            friday: next(),
            saturday: next(),
            sunday: next(),
        };
        calendar(ZONES[zone], week, &[("12-25", &[])])
    })
}

/// From 2005 to 2027, where all of these zones change their clocks.
fn any_moment() -> impl Strategy<Value = UnixMillis> {
    (1_104_537_600_000i64..1_800_000_000_000).prop_map(UnixMillis)
}

proptest! {
    #[test]
    fn what_is_added_is_what_lies_between(calendar in any_calendar(), from in any_moment(), work in 1u64..400_000_000) {
        let work = Duration::from_millis(work);
        let to = calendar.add(from, work).unwrap();
        prop_assert_eq!(calendar.between(from, to), work);
        prop_assert!(!calendar.is_open(to) || calendar.is_open(UnixMillis(to.0 - 1)) || to == from);
        prop_assert_eq!(calendar.between(from, UnixMillis(to.0 - 1)), work - Duration::from_millis(1), "not earlier");
    }

    #[test]
    fn time_between_adds_up(calendar in any_calendar(), from in any_moment(), a in 0i64..900_000_000, b in 0i64..900_000_000) {
        let (middle, to) = (UnixMillis(from.0 + a), UnixMillis(from.0 + a + b));
        prop_assert_eq!(calendar.between(from, middle) + calendar.between(middle, to), calendar.between(from, to));
        prop_assert!(calendar.between(from, to) <= to.since(from));
    }

    #[test]
    fn openings_are_in_order_and_agree_with_is_open(calendar in any_calendar(), at in any_moment()) {
        let openings: Vec<_> = calendar.openings(at).take(30).collect();
        for pair in openings.windows(2) {
            prop_assert!(pair[0].0 < pair[0].1 && pair[0].1 <= pair[1].0);
        }
        let next = calendar.next_opening(at).unwrap();
        prop_assert!(next >= at && calendar.is_open(next));
        prop_assert_eq!(next == at, calendar.is_open(at));
        prop_assert!(next == at || !calendar.is_open(UnixMillis(next.0 - 1)));
        match calendar.closes_at(at) {
            Some(closes) => prop_assert!(calendar.is_open(UnixMillis(closes.0 - 1)) && !calendar.is_open(closes)),
            None => prop_assert!(!calendar.is_open(at)),
        }
    }
}

#[test]
fn what_comes_next_is_told_opening_by_opening_and_so_is_the_change_of_the_clocks() {
    let at = |text| wall(SAO_PAULO, text);
    let office = calendar(SAO_PAULO, office_hours(), &[("2026-11-20", &[])]);
    let next = office.upcoming(at("2026-11-19 14:00"), 3);
    let expected = [
        (at("2026-11-19 13:00"), at("2026-11-19 17:00")),
        (at("2026-11-23 08:00"), at("2026-11-23 12:00")),
        (at("2026-11-23 13:00"), at("2026-11-23 17:00")),
    ];
    assert_eq!(next, expected, "the one under way first; the holiday and the week end are left out");
    assert_eq!(office.clock_change(at("2026-11-19 14:00")), None, "Brazil has no daylight saving any more");

    let always = calendar("Europe/Berlin", every_day(&[Hours::new("00:00", "24:00")]), &[]);
    let now = wall("Europe/Berlin", "2026-10-01 09:00");
    let [(from, to)] = always.upcoming(now, 3)[..] else { panic!("one opening without an end") };
    assert!(from <= now && to.since(from) >= ENDLESS);
    // Three o'clock in summer is two o'clock in winter.
    let back = wall("Europe/Berlin", "2026-10-25 03:00").before(HOUR);
    assert_eq!(always.clock_change(now), Some((back, -3600)));
    assert_eq!(always.clock_change(back), Some((wall("Europe/Berlin", "2027-03-28 03:00"), 3600)));
}
