//! A calendar as people write it and the store keeps it, and everything that can be wrong with it.

use std::collections::BTreeMap;

use jiff::{
    civil::{Date, Weekday},
    tz::TimeZoneDatabase,
};
use serde::{Deserialize, Serialize};

use super::Calendar;

/// Opening hours as they are written down. [`Calendar::parse`] makes it a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarSpec {
    /// IANA name, for example `America/Sao_Paulo`.
    pub time_zone: String,
    #[serde(default)]
    pub week: Week,
    #[serde(default)]
    pub holidays: Vec<Holiday>,
}

impl CalendarSpec {
    /// Open at any time, on every day.
    #[must_use]
    pub fn always() -> Self {
        let all = || vec![Hours::new("00:00", "24:00")];
        let week = Week { saturday: all(), sunday: all(), ..Week::working_days(&all()) };
        Self { time_zone: "UTC".into(), week, holidays: Vec::new() }
    }
}

/// Hours of each weekday; a day without hours is closed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Week {
    pub monday: Vec<Hours>,
    pub tuesday: Vec<Hours>,
    pub wednesday: Vec<Hours>,
    pub thursday: Vec<Hours>,
    pub friday: Vec<Hours>,
    pub saturday: Vec<Hours>,
    pub sunday: Vec<Hours>,
}

impl Week {
    /// The same hours from Monday to Friday.
    #[must_use]
    pub fn working_days(hours: &[Hours]) -> Self {
        let hours = || hours.to_vec();
        Self {
            monday: hours(),
            tuesday: hours(),
            wednesday: hours(),
            thursday: hours(),
            friday: hours(),
            ..Self::default()
        }
    }

    fn days(&self) -> [(Weekday, &[Hours]); 7] {
        [
            (Weekday::Monday, &self.monday),
            (Weekday::Tuesday, &self.tuesday),
            (Weekday::Wednesday, &self.wednesday),
            (Weekday::Thursday, &self.thursday),
            (Weekday::Friday, &self.friday),
            (Weekday::Saturday, &self.saturday),
            (Weekday::Sunday, &self.sunday),
        ]
    }
}

/// Open from `from` until `to`: `HH:MM` by the wall clock, at most `24:00`, within one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    pub from: String,
    pub to: String,
}

impl Hours {
    #[must_use]
    pub fn new(from: &str, to: &str) -> Self {
        Self { from: from.to_owned(), to: to.to_owned() }
    }
}

/// A day with other hours than its weekday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// `2026-12-25`, or `12-25` for every year. A day with its year goes before the same day of every year.
    pub on: String,
    #[serde(default)]
    pub name: String,
    /// None: closed all day.
    #[serde(default)]
    pub hours: Vec<Hours>,
}

/// The most holidays a calendar may have.
pub const MOST_HOLIDAYS: usize = 1_000;
/// The most openings a day may have.
pub const MOST_HOURS: usize = 24;

/// What is wrong with a calendar, and where: `monday`, or a holiday as it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CalendarError {
    #[error("there is no time zone \"{0}\"; write it like America/Sao_Paulo")]
    UnknownZone(String),
    #[error("{day}: \"{text}\" is not a time; write it like 08:30, from 00:00 to 24:00")]
    NotATime { day: String, text: String },
    #[error(
        "{day}: closes at {to}, which is not after it opens at {from}; hours past midnight are written as \
         {from}–24:00 and, on the next day, 00:00–{to}"
    )]
    Backwards { day: String, from: String, to: String },
    #[error("{day}: {first} and {second} overlap; make them one")]
    Overlap { day: String, first: String, second: String },
    #[error("{day}: more than {MOST_HOURS} openings in one day")]
    TooManyHours { day: String },
    #[error("\"{0}\" is not a day; write it like 2026-12-25, or 12-25 for every year")]
    NotADay(String),
    #[error("{0} is listed twice among the holidays; leave one of them out")]
    Twice(String),
    #[error("more than {MOST_HOLIDAYS} holidays; leave out those that are past")]
    TooManyHolidays,
    #[error("it never opens: no weekday has hours, or every day of the year is a holiday")]
    NeverOpen,
}

/// Minutes from midnight by the wall clock: from, to.
pub(super) type Span = (u16, u16);

/// Parsed parts of a calendar.
pub(super) struct Parts {
    pub(super) zone: jiff::tz::TimeZone,
    /// From Monday.
    pub(super) week: [Vec<Span>; 7],
    pub(super) dated: BTreeMap<Date, Vec<Span>>,
    /// By month and day.
    pub(super) yearly: BTreeMap<(i8, i8), Vec<Span>>,
}

/// A year with a 29th of February, to judge days of every year by.
const LEAP_YEAR: i16 = 2024;

pub(super) fn parse(spec: &CalendarSpec) -> Result<Parts, CalendarError> {
    let zone = TimeZoneDatabase::bundled()
        .get(&spec.time_zone)
        .map_err(|_| CalendarError::UnknownZone(spec.time_zone.clone()))?;
    let mut week: [Vec<Span>; 7] = Default::default();
    for (spans, (day, hours)) in week.iter_mut().zip(spec.week.days()) {
        *spans = spans_of(&format!("{day:?}").to_lowercase(), hours)?;
    }
    if spec.holidays.len() > MOST_HOLIDAYS {
        return Err(CalendarError::TooManyHolidays);
    }
    let (mut dated, mut yearly) = (BTreeMap::new(), BTreeMap::new());
    for holiday in &spec.holidays {
        let spans = spans_of(&holiday.on, &holiday.hours)?;
        let before = match day_of(&holiday.on)? {
            Day::Once(date) => dated.insert(date, spans),
            Day::Yearly(date) => yearly.insert((date.month(), date.day()), spans),
        };
        if before.is_some() {
            return Err(CalendarError::Twice(holiday.on.clone()));
        }
    }
    let open_by_week = week.iter().any(|day| !day.is_empty()) && yearly.len() < 366;
    if !open_by_week && yearly.values().all(Vec::is_empty) && dated.values().all(Vec::is_empty) {
        return Err(CalendarError::NeverOpen);
    }
    Ok(Parts { zone, week, dated, yearly })
}

enum Day {
    Once(Date),
    Yearly(Date),
}

fn day_of(text: &str) -> Result<Day, CalendarError> {
    let wrong = || CalendarError::NotADay(text.to_owned());
    let digits = |part: &str, count: usize| {
        (part.len() == count && part.bytes().all(|b| b.is_ascii_digit())).then_some(())?;
        part.parse::<i16>().ok()
    };
    let parts: Vec<&str> = text.split('-').collect();
    let (year, month, day) = match parts[..] {
        [year, month, day] => (Some(digits(year, 4).ok_or_else(wrong)?), month, day),
        [month, day] => (None, month, day),
        _ => return Err(wrong()),
    };
    let small = |part| digits(part, 2).and_then(|number| i8::try_from(number).ok()).ok_or_else(wrong);
    let date = Date::new(year.unwrap_or(LEAP_YEAR), small(month)?, small(day)?).map_err(|_| wrong())?;
    Ok(if year.is_some() { Day::Once(date) } else { Day::Yearly(date) })
}

/// The spans of one day, in order.
fn spans_of(day: &str, hours: &[Hours]) -> Result<Vec<Span>, CalendarError> {
    let day = || day.to_owned();
    if hours.len() > MOST_HOURS {
        return Err(CalendarError::TooManyHours { day: day() });
    }
    let minute = |text: &String| {
        minute_of(text).ok_or_else(|| CalendarError::NotATime { day: day(), text: text.clone() })
    };
    let mut spans = Vec::with_capacity(hours.len());
    for hours in hours {
        let (from, to) = (minute(&hours.from)?, minute(&hours.to)?);
        if from >= to {
            let (from, to) = (hours.from.clone(), hours.to.clone());
            return Err(CalendarError::Backwards { day: day(), from, to });
        }
        spans.push((from, to));
    }
    spans.sort_unstable();
    for pair in spans.windows(2) {
        if let [first, second] = pair
            && second.0 < first.1
        {
            return Err(CalendarError::Overlap {
                day: day(),
                first: written(*first),
                second: written(*second),
            });
        }
    }
    Ok(spans)
}

fn minute_of(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once(':')?;
    let number = |part: &str| {
        (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then_some(())?;
        part.parse::<u16>().ok()
    };
    let (hour, minute) = (number(hour)?, number(minute)?);
    let all = hour * 60 + minute;
    (minute < 60 && all <= 24 * 60).then_some(all)
}

fn written((from, to): Span) -> String {
    format!("{:02}:{:02}–{:02}:{:02}", from / 60, from % 60, to / 60, to % 60)
}

impl TryFrom<&CalendarSpec> for Calendar {
    type Error = CalendarError;
    fn try_from(spec: &CalendarSpec) -> Result<Self, CalendarError> {
        Self::parse(spec)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn office() -> CalendarSpec {
        CalendarSpec {
            time_zone: "America/Sao_Paulo".into(),
            week: Week::working_days(&[Hours::new("08:00", "12:00"), Hours::new("13:00", "17:00")]),
            holidays: vec![],
        }
    }

    fn error(change: impl FnOnce(&mut CalendarSpec)) -> String {
        let mut spec = office();
        change(&mut spec);
        Calendar::parse(&spec).map(|_| ()).unwrap_err().to_string()
    }

    fn holiday(on: &str, hours: Vec<Hours>) -> Holiday {
        Holiday { on: on.into(), name: String::new(), hours }
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place_and_what_to_do() {
        let none = "there is no time zone \"Brazil/Sorocaba\"; write it like America/Sao_Paulo";
        assert_eq!(error(|it| it.time_zone = "Brazil/Sorocaba".into()), none);
        for text in ["8:00", "08h00", "24:01", "12:60", "", "-1:00", "٠٨:٠٠", "08:00:00"] {
            let said = error(|it| it.week.monday = vec![Hours::new(text, "23:00")]);
            assert!(said.starts_with(&format!("monday: \"{text}\" is not a time")), "{said}");
        }
        let said = error(|it| it.week.friday = vec![Hours::new("22:00", "06:00")]);
        assert!(said.starts_with("friday: closes at 06:00, which is not after it opens at 22:00"), "{said}");
        assert!(error(|it| it.week.friday = vec![Hours::new("22:00", "22:00")]).contains("not after"));
        let overlap = vec![Hours::new("13:00", "17:00"), Hours::new("08:00", "13:30")];
        let said = error(|it| it.week.tuesday = overlap);
        assert_eq!(said, "tuesday: 08:00–13:30 and 13:00–17:00 overlap; make them one");
        for text in ["2026-02-29", "02-30", "25-12", "2026-1-1", "26-01-01", "christmas", "--12-25", ""] {
            let said = error(|it| it.holidays = vec![holiday(text, vec![])]);
            assert!(said.starts_with(&format!("\"{text}\" is not a day")), "{said}");
        }
        let twice = vec![holiday("12-25", vec![]), holiday("12-25", vec![Hours::new("08:00", "12:00")])];
        let said = error(|it| it.holidays = twice);
        assert_eq!(said, "12-25 is listed twice among the holidays; leave one of them out");
        let said = error(|it| it.holidays = vec![holiday("2026-12-24", vec![Hours::new("9", "12:00")])]);
        assert!(said.starts_with("2026-12-24: \"9\" is not a time"), "{said}");
        assert!(
            error(|it| it.holidays = vec![holiday("2026-12-24", vec![]); 1_001]).contains("1000 holidays")
        );
        let many = vec![Hours::new("00:00", "00:01"); 25];
        assert_eq!(error(|it| it.week.sunday = many), "sunday: more than 24 openings in one day");
    }

    #[test]
    fn a_calendar_that_never_opens_is_refused() {
        assert!(error(|it| it.week = Week::default()).starts_with("it never opens"));
        let mut all = Vec::new();
        let mut date = Date::constant(LEAP_YEAR, 1, 1);
        while date.year() == LEAP_YEAR {
            all.push(holiday(&format!("{:02}-{:02}", date.month(), date.day()), vec![]));
            date = date.tomorrow().unwrap();
        }
        assert!(error(|it| it.holidays = all.clone()).starts_with("it never opens"));
        all.pop();
        let spec = CalendarSpec { holidays: all, ..office() };
        assert!(Calendar::parse(&spec).is_ok(), "the last day of the year is left");
    }

    #[test]
    fn touching_hours_a_leap_day_and_one_exception_to_every_year_are_fine() {
        let spec = CalendarSpec {
            week: Week {
                monday: vec![Hours::new("12:00", "24:00"), Hours::new("00:00", "12:00")],
                ..Week::default()
            },
            holidays: vec![
                holiday("02-29", vec![]),
                holiday("12-25", vec![]),
                holiday("2028-12-25", vec![Hours::new("08:00", "12:00")]),
            ],
            ..office()
        };
        assert!(Calendar::parse(&spec).is_ok());
        let text = serde_json::to_string(&spec).unwrap();
        assert_eq!(serde_json::from_str::<CalendarSpec>(&text).unwrap(), spec);
        assert!(serde_json::from_str::<CalendarSpec>(r#"{"time_zone":"UTC","hollidays":[]}"#).is_err());
    }
}
