//! One channel's list of rules, checked and made ready.

use ponte_types::{CategoryId, ChannelId, CompanyId, GroupId, Line, TechnicianId};
use serde::{Deserialize, Serialize};

use super::facts::{Facts, plain, spaced};
use crate::Priority;

/// The most rules of a channel.
pub const MOST_RULES: usize = 200;
/// The most conditions of a rule, and values of a condition.
pub const MOST_VALUES: usize = 50;

/// When all conditions hold, do this. Without conditions it always holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub name: Line<80>,
    #[serde(default)]
    pub when: Vec<Condition>,
    pub then: Then,
}

/// Holds when one of its values fits what the request says. Upper and lower case and accents do not matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// The whole name.
    Department(Vec<Line<120>>),
    Company(Vec<CompanyId>),
    Category(Vec<CategoryId>),
    /// `pt` fits `pt-BR`, too.
    Language(Vec<Line<35>>),
    /// Words that occur in this order in the system's name: `windows 10`.
    System(Vec<Line<120>>),
    /// One of these occurs in the text: a word, words in this order, or a beginning such as `impress*`.
    AnyWord(Vec<Line<120>>),
    /// All of these occur in the text.
    AllWords(Vec<Line<120>>),
    /// `*` stands for anything, `?` for one character, `#` for one digit: `20####`.
    Asset(Vec<Line<64>>),
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Then {
    pub to: Option<Target>,
    pub priority: Option<Priority>,
    /// Who takes it must have these.
    pub skills: Vec<Need>,
}

/// Where a rule sends a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// To another channel, whose rules are asked next.
    Channel(ChannelId),
    /// To a group of this channel.
    Group(GroupId),
    /// To one technician of this channel.
    Technician(TechnicianId),
}

/// Who of a channel may be given a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Narrow {
    Group(GroupId),
    Technician(TechnicianId),
}

/// A skill's name, for example `macOS`.
pub type Skill = Line<60>;

/// How well somebody knows something: 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "u8", into = "u8")]
#[schema(value_type = u8, minimum = 1, maximum = 5)]
pub struct SkillLevel(u8);

impl TryFrom<u8> for SkillLevel {
    type Error = RuleError;
    fn try_from(level: u8) -> Result<Self, RuleError> {
        if (1..=5).contains(&level) { Ok(Self(level)) } else { Err(RuleError::Level(level)) }
    }
}

impl From<SkillLevel> for u8 {
    fn from(level: SkillLevel) -> Self {
        level.0
    }
}

/// A skill that a request needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Need {
    pub skill: Skill,
    /// At least this.
    pub level: SkillLevel,
}

/// What is wrong with a rule list. Rules are counted from 1, as people see them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RuleError {
    #[error("more than {MOST_RULES} rules in one channel")]
    TooManyRules,
    #[error("rule {rule} ({name}) does nothing; give it a target, a priority or a skill")]
    DoesNothing { rule: usize, name: String },
    #[error("rule {rule} ({name}) has a condition without values; give it one, or remove the condition")]
    Empty { rule: usize, name: String },
    #[error("rule {rule} ({name}): \"{value}\" has neither a letter nor a digit, so nothing can fit it")]
    Wordless { rule: usize, name: String, value: String },
    #[error("rule {rule} ({name}) has more than {MOST_VALUES} conditions, or values of one, or skills")]
    TooMany { rule: usize, name: String },
    #[error("rule {rule} ({name}) is never asked, because rule {behind} before it has no conditions")]
    Unreachable { rule: usize, name: String, behind: usize },
    #[error("a skill's level is from 1 to 5, not {0}")]
    Level(u8),
}

/// What the request says where a condition did not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Found {
    /// Nothing.
    Nothing,
    /// This, and it is not among the values. Compared without case and accents, and written so.
    Text(String),
    Company(CompanyId),
    Category(CategoryId),
    /// A text without the words; `missing` is the first of them, where all are asked for.
    TextWithout {
        missing: Option<String>,
    },
}

/// A checked list of rules, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    rules: Vec<(Rule, Vec<Matcher>)>,
}

#[derive(Debug, Clone)]
enum Matcher {
    Department(Vec<String>),
    Company(Vec<CompanyId>),
    Category(Vec<CategoryId>),
    Language(Vec<String>),
    System(Vec<String>),
    AnyWord(Vec<Words>),
    AllWords(Vec<Words>),
    Asset(Vec<String>),
}

#[derive(Debug, Clone)]
enum Words {
    One(String),
    /// ` word word `
    Phrase(String),
    Beginning(String),
}

impl Rules {
    /// Checks a list and makes it ready.
    ///
    /// # Errors
    /// [`RuleError`] with the rule's number.
    pub fn new(rules: Vec<Rule>) -> Result<Self, RuleError> {
        if rules.len() > MOST_RULES {
            return Err(RuleError::TooManyRules);
        }
        let mut ready: Vec<(Rule, Vec<Matcher>)> = Vec::with_capacity(rules.len());
        for (index, it) in rules.into_iter().enumerate() {
            let (rule, name) = (index + 1, it.name.as_str().to_owned());
            if let Some(behind) = ready.iter().position(|(earlier, _)| earlier.when.is_empty()) {
                return Err(RuleError::Unreachable { rule, name, behind: behind + 1 });
            }
            if it.then == Then::default() {
                return Err(RuleError::DoesNothing { rule, name });
            }
            if it.when.len() > MOST_VALUES || it.then.skills.len() > MOST_VALUES {
                return Err(RuleError::TooMany { rule, name });
            }
            let matchers: Result<Vec<_>, _> =
                it.when.iter().map(|condition| matcher(condition, rule, &name)).collect();
            ready.push((it, matchers?));
        }
        Ok(Self { rules: ready })
    }

    /// The rules, as they were given.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Rule> {
        self.rules.iter().map(|(rule, _)| rule)
    }

    /// Each rule with its first condition that does not hold; none for the one that matches, where the list ends.
    pub(super) fn ask(&self, facts: &Facts) -> impl Iterator<Item = (&Rule, Option<(usize, Found)>)> {
        self.rules.iter().map(|(rule, matchers)| {
            let failed = matchers
                .iter()
                .enumerate()
                .find_map(|(condition, matcher)| matcher.fails(facts).map(|found| (condition, found)));
            (rule, failed)
        })
    }
}

fn matcher(condition: &Condition, rule: usize, name: &str) -> Result<Matcher, RuleError> {
    let count = match condition {
        Condition::Company(values) => values.len(),
        Condition::Category(values) => values.len(),
        Condition::Department(values)
        | Condition::System(values)
        | Condition::AnyWord(values)
        | Condition::AllWords(values) => values.len(),
        Condition::Language(values) => values.len(),
        Condition::Asset(values) => values.len(),
    };
    match count {
        0 => return Err(RuleError::Empty { rule, name: name.to_owned() }),
        1..=MOST_VALUES => {}
        _ => return Err(RuleError::TooMany { rule, name: name.to_owned() }),
    }
    let wordy = |value: &Line<120>, made: String| {
        if made.trim().is_empty() {
            let (name, value) = (name.to_owned(), value.as_str().to_owned());
            return Err(RuleError::Wordless { rule, name, value });
        }
        Ok(made)
    };
    let words = |values: &[Line<120>]| {
        let one = |value: &Line<120>| {
            let (text, beginning) = match value.as_str().strip_suffix('*') {
                Some(text) => (text, true),
                None => (value.as_str(), false),
            };
            let made = wordy(value, spaced(text))?;
            Ok(match (beginning, made.trim()) {
                (true, _) => Words::Beginning(made.trim_end().to_owned()),
                (false, word) if !word.contains(' ') => Words::One(word.to_owned()),
                (false, _) => Words::Phrase(made),
            })
        };
        values.iter().map(one).collect::<Result<Vec<_>, RuleError>>()
    };
    Ok(match condition {
        Condition::Department(values) => {
            Matcher::Department(values.iter().map(|value| plain(value.as_str())).collect())
        }
        Condition::Company(values) => Matcher::Company(values.clone()),
        Condition::Category(values) => Matcher::Category(values.clone()),
        Condition::Language(values) => {
            Matcher::Language(values.iter().map(|value| plain(value.as_str())).collect())
        }
        Condition::System(values) => Matcher::System(
            values.iter().map(|value| wordy(value, spaced(value.as_str()))).collect::<Result<_, _>>()?,
        ),
        Condition::AnyWord(values) => Matcher::AnyWord(words(values)?),
        Condition::AllWords(values) => Matcher::AllWords(words(values)?),
        Condition::Asset(values) => {
            Matcher::Asset(values.iter().map(|value| plain(value.as_str())).collect())
        }
    })
}

impl Matcher {
    /// What was found instead, when the condition does not hold.
    fn fails(&self, facts: &Facts) -> Option<Found> {
        let text = |given: &Option<String>, fits: &dyn Fn(&str) -> bool| match given {
            None => Some(Found::Nothing),
            Some(text) if fits(text) => None,
            Some(text) => Some(Found::Text(text.trim().to_owned())),
        };
        match self {
            Self::Department(values) => text(&facts.department, &|it| values.iter().any(|value| value == it)),
            Self::Language(values) => {
                text(&facts.language, &|it| values.iter().any(|value| speaks(it, value)))
            }
            Self::System(values) => {
                text(&facts.system, &|it| values.iter().any(|value| it.contains(value.as_str())))
            }
            Self::Asset(values) => text(&facts.asset, &|it| values.iter().any(|value| fits(value, it))),
            Self::Company(values) => match facts.company {
                None => Some(Found::Nothing),
                Some(company) => (!values.contains(&company)).then_some(Found::Company(company)),
            },
            Self::Category(values) => match facts.category {
                None => Some(Found::Nothing),
                Some(category) => (!values.contains(&category)).then_some(Found::Category(category)),
            },
            Self::AnyWord(values) => (!values.iter().any(|value| value.occur(facts)))
                .then_some(Found::TextWithout { missing: None }),
            Self::AllWords(values) => {
                let missing = values.iter().find(|value| !value.occur(facts))?;
                Some(Found::TextWithout { missing: Some(missing.text().to_owned()) })
            }
        }
    }
}

impl Words {
    fn occur(&self, facts: &Facts) -> bool {
        match self {
            Self::One(word) => facts.words.contains(word),
            Self::Phrase(words) => facts.text.contains(words.as_str()),
            Self::Beginning(beginning) => facts.text.contains(beginning.as_str()),
        }
    }

    fn text(&self) -> &str {
        match self {
            Self::One(text) | Self::Phrase(text) | Self::Beginning(text) => text.trim(),
        }
    }
}

/// BCP 47 basic filtering (RFC 4647): a range fits a tag that is it, or begins with it and a hyphen.
fn speaks(tag: &str, range: &str) -> bool {
    tag.strip_prefix(range).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Does the whole text fit the pattern? Takes time in proportion to the product of their lengths at most.
fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where to go on when what follows the last star did not fit: one character later.
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        let fits = match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
                continue;
            }
            Some('?') => true,
            Some('#') => text[t].is_ascii_digit(),
            Some(c) => *c == text[t],
            None => false,
        };
        match (fits, star) {
            (true, _) => (p, t) = (p + 1, t + 1),
            (false, Some((at, from))) => {
                (p, t) = (at + 1, from + 1);
                star = Some((at, from + 1));
            }
            (false, None) => return false,
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        routing::Request,
        testing::{category, company, line},
    };

    fn rule(when: Vec<Condition>) -> Rule {
        let then = Then { priority: Some(Priority::High), ..Then::default() };
        Rule { name: line("VIP"), when, then }
    }

    fn found(condition: Condition, request: &Request) -> Option<Found> {
        let rules = Rules::new(vec![rule(vec![condition])]).unwrap();
        rules.ask(&Facts::new(request)).next().unwrap().1.map(|(_, found)| found)
    }

    fn request() -> Request {
        Request {
            department: Some("Finanças".into()),
            company: Some(company(1)),
            category: Some(category(1)),
            language: Some("pt-BR".into()),
            system: Some("Microsoft Windows 10 Pro".into()),
            asset: Some("203355".into()),
            text: "A impressora não imprime.\nPapel preso!".into(),
            priority: Priority::Normal,
        }
    }

    fn lines<const MAX: usize>(values: &[&str]) -> Vec<Line<MAX>> {
        values.iter().map(|value| line(value)).collect()
    }

    #[test]
    fn each_condition_holds_or_says_what_it_found() {
        let text = |text: &str| Some(Found::Text(text.into()));
        let request = request();
        for (condition, expected) in [
            (Condition::Department(lines(&["RH", "FINANCAS"])), None),
            (Condition::Department(lines(&["RH"])), text("financas")),
            (Condition::Company(vec![company(2), company(1)]), None),
            (Condition::Company(vec![company(2)]), Some(Found::Company(company(1)))),
            (Condition::Category(vec![category(1)]), None),
            (Condition::Category(vec![category(7)]), Some(Found::Category(category(1)))),
            (Condition::Language(lines(&["PT"])), None),
            (Condition::Language(lines(&["pt-br"])), None),
            (Condition::Language(lines(&["p", "en"])), text("pt-br")),
            (Condition::System(lines(&["windows 10"])), None),
            (Condition::System(lines(&["windows 1", "macos"])), text("microsoft windows 10 pro")),
            (Condition::Asset(lines(&["9*", "20####"])), None),
            (Condition::Asset(lines(&["20###"])), text("203355")),
            (Condition::AnyWord(lines(&["tinta", "papel preso"])), None),
            (Condition::AnyWord(lines(&["imprim*"])), None),
            (
                Condition::AnyWord(lines(&["prim*", "preso papel"])),
                Some(Found::TextWithout { missing: None }),
            ),
            (Condition::AllWords(lines(&["papel", "nao imprime"])), None),
            (
                Condition::AllWords(lines(&["papel", "Tinta", "toner"])),
                Some(Found::TextWithout { missing: Some("tinta".into()) }),
            ),
        ] {
            assert_eq!(found(condition.clone(), &request), expected, "{condition:?}");
        }
        let empty = Request::default();
        assert_eq!(found(Condition::Asset(lines(&["*"])), &empty), Some(Found::Nothing));
        assert_eq!(found(Condition::Company(vec![company(1)]), &empty), Some(Found::Nothing));
    }

    #[test]
    fn lists_that_cannot_work_are_refused_with_the_rules_number() {
        let error = |rules: Vec<Rule>| Rules::new(rules).unwrap_err().to_string();
        let good = rule(vec![Condition::Company(vec![company(1)])]);
        let idle = Rule { then: Then::default(), ..good.clone() };
        assert_eq!(
            error(vec![good.clone(), idle]),
            "rule 2 (VIP) does nothing; give it a target, a priority or a skill"
        );
        let hidden = error(vec![good.clone(), rule(vec![]), good.clone()]);
        assert_eq!(hidden, "rule 3 (VIP) is never asked, because rule 2 before it has no conditions");
        assert!(error(vec![rule(vec![Condition::AnyWord(vec![])])]).contains("a condition without values"));
        for condition in [
            Condition::AnyWord(lines(&["!?"])),
            Condition::System(lines(&["—"])),
            Condition::AllWords(lines(&["*"])),
        ] {
            assert!(error(vec![rule(vec![condition])]).contains("neither a letter nor a digit"));
        }
        assert!(error(vec![good.clone(); 201]).contains("more than 200 rules"));
        assert!(error(vec![rule(vec![Condition::Company(vec![company(1); 51])])]).contains("more than 50"));
        assert!(Rules::new(vec![good; 200]).is_ok());
        assert_eq!(SkillLevel::try_from(6).unwrap_err().to_string(), "a skill's level is from 1 to 5, not 6");
    }

    #[test]
    fn rules_survive_json_and_unknown_fields_do_not() {
        let rule = rule(vec![Condition::AnyWord(lines(&["VPN"])), Condition::Asset(lines(&["20####"]))]);
        let text = serde_json::to_string(&rule).unwrap();
        assert_eq!(serde_json::from_str::<Rule>(&text).unwrap(), rule);
        assert!(serde_json::from_str::<Rule>(r#"{"name":"x","then":{},"wehn":[]}"#).is_err());
    }

    #[test]
    fn a_hostile_pattern_takes_no_time() {
        let pattern = format!("{}b", "*a".repeat(31));
        assert!(!fits(&pattern, &"a".repeat(5_000)));
    }

    /// As `fits`, told plainly.
    fn fits_plainly(pattern: &[char], text: &[char]) -> bool {
        match (pattern, text) {
            ([], []) => true,
            (['*', rest @ ..], _) => (0..=text.len()).any(|n| fits_plainly(rest, &text[n..])),
            (['?', p @ ..], [_, t @ ..]) => fits_plainly(p, t),
            (['#', p @ ..], [c, t @ ..]) => c.is_ascii_digit() && fits_plainly(p, t),
            ([a, p @ ..], [b, t @ ..]) => a == b && fits_plainly(p, t),
            _ => false,
        }
    }

    proptest! {
        #[test]
        fn patterns_fit_as_they_should(pattern in "[ab1*?#]{0,8}", text in "[ab12]{0,8}") {
            let (p, t): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
            prop_assert_eq!(fits(&pattern, &text), fits_plainly(&p, &t));
        }
    }
}
