//! What a channel asks of who needs help, before a technician sees them (P4).

use ponte_types::{CategoryId, Line, TextError};
use serde::{Deserialize, Serialize};

/// Is something asked for?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    #[default]
    No,
    Optional,
    Required,
}

/// One question of the form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FormField {
    pub asked: Asked,
    /// In the desk's own words; absent: in the program's, in the language of who reads it.
    pub label: Option<Line<80>>,
}

/// Which question.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    Name,
    Contact,
    Department,
    Company,
    Category,
    Subject,
}

/// The form of a channel. What is left out has its default: name and subject are required, a contact may be given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CallForm {
    pub name: FormField,
    /// A telephone number or an e-mail address.
    pub contact: FormField,
    pub department: FormField,
    /// In the person's own words; one that the desk knows by this name is recognised.
    pub company: FormField,
    /// One of the desk's categories.
    pub category: FormField,
    /// What is wrong, in a sentence.
    pub subject: FormField,
}

impl Default for CallForm {
    fn default() -> Self {
        let ask = |asked| FormField { asked, label: None };
        Self {
            name: ask(Asked::Required),
            contact: ask(Asked::Optional),
            department: ask(Asked::No),
            company: ask(Asked::No),
            category: ask(Asked::No),
            subject: ask(Asked::Required),
        }
    }
}

impl CallForm {
    /// Those that are asked, in their order.
    pub fn questions(&self) -> impl Iterator<Item = (Question, &FormField)> {
        [
            (Question::Name, &self.name),
            (Question::Contact, &self.contact),
            (Question::Department, &self.department),
            (Question::Company, &self.company),
            (Question::Category, &self.category),
            (Question::Subject, &self.subject),
        ]
        .into_iter()
        .filter(|(_, field)| field.asked != Asked::No)
    }
}

/// What somebody filled in, as it came.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filled {
    pub name: String,
    pub contact: String,
    pub department: String,
    pub company: String,
    pub category: Option<CategoryId>,
    pub subject: String,
}

/// What somebody filled in, understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answers {
    pub name: Option<Line<120>>,
    pub contact: Option<Line<120>>,
    pub department: Option<Line<120>>,
    pub company: Option<Line<120>>,
    pub category: Option<CategoryId>,
    pub subject: Option<Line<200>>,
}

/// Why a form is not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormFault {
    #[error("{0:?} is required")]
    Missing(Question),
    #[error("{0:?} is longer than {1} characters")]
    TooLong(Question, usize),
}

impl CallForm {
    /// Reads what was filled in. What was not asked for is left out, whatever a program sends.
    ///
    /// # Errors
    /// The first question whose answer is missing or too long.
    pub fn read(&self, filled: &Filled) -> Result<Answers, FormFault> {
        let category = (self.category.asked != Asked::No).then_some(filled.category).flatten();
        if self.category.asked == Asked::Required && category.is_none() {
            return Err(FormFault::Missing(Question::Category));
        }
        Ok(Answers {
            name: text(Question::Name, &self.name, &filled.name)?,
            contact: text(Question::Contact, &self.contact, &filled.contact)?,
            department: text(Question::Department, &self.department, &filled.department)?,
            company: text(Question::Company, &self.company, &filled.company)?,
            category,
            subject: text(Question::Subject, &self.subject, &filled.subject)?,
        })
    }
}

fn text<const MAX: usize>(
    question: Question,
    field: &FormField,
    typed: &str,
) -> Result<Option<Line<MAX>>, FormFault> {
    if field.asked == Asked::No {
        return Ok(None);
    }
    match Line::parse(typed) {
        Ok(line) => Ok(Some(line)),
        Err(TextError::Empty) if field.asked == Asked::Required => Err(FormFault::Missing(question)),
        Err(TextError::Empty) => Ok(None),
        Err(TextError::TooLong(most)) => Err(FormFault::TooLong(question, most)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled() -> Filled {
        Filled {
            name: " Maria  Souza ".into(),
            contact: "maria@desk.example".into(),
            department: "Finance".into(),
            subject: "The printer does not print".into(),
            ..Filled::default()
        }
    }

    #[test]
    fn what_is_required_has_to_be_there_and_what_is_not_asked_is_left_out() {
        let form = CallForm::default();
        let answers = form.read(&filled()).unwrap();
        assert_eq!(answers.name.unwrap().as_str(), "Maria Souza");
        assert_eq!((answers.department, answers.company), (None, None), "nobody asked");
        let asks = |form: &CallForm| form.questions().map(|(question, _)| question).collect::<Vec<_>>();
        assert_eq!(asks(&form), [Question::Name, Question::Contact, Question::Subject]);

        let nameless = Filled { name: " \n".into(), ..filled() };
        assert_eq!(form.read(&nameless), Err(FormFault::Missing(Question::Name)));
        let without = Filled { contact: String::new(), ..filled() };
        assert_eq!(form.read(&without).unwrap().contact, None);
        let long = Filled { subject: "x".repeat(201), ..filled() };
        assert_eq!(form.read(&long), Err(FormFault::TooLong(Question::Subject, 200)));

        let category = FormField { asked: Asked::Required, label: None };
        let form =
            CallForm { category, department: FormField { asked: Asked::Optional, label: None }, ..form };
        assert_eq!(form.read(&filled()), Err(FormFault::Missing(Question::Category)));
        let chosen = Filled { category: Some(CategoryId::from_bytes([3; 16])), ..filled() };
        let answers = form.read(&chosen).unwrap();
        assert_eq!((answers.category, answers.department.unwrap().as_str()), (chosen.category, "Finance"));
    }

    #[test]
    fn a_form_that_says_little_asks_the_usual() {
        let form: CallForm =
            serde_json::from_str(r#"{"department":{"asked":"required","label":"Secretaria"}}"#).unwrap();
        let usual = CallForm::default();
        assert_eq!((&form.name, &form.subject), (&usual.name, &usual.subject));
        assert_eq!(form.department.label.as_ref().unwrap().as_str(), "Secretaria");
        assert!(serde_json::from_str::<CallForm>(r#"{"shoe_size":{}}"#).is_err());
    }
}
