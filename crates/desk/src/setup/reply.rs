//! Canned replies: what is written again and again, behind a short word (R6).

use ponte_types::{ChannelId, Line, Paragraphs};
use serde::{Deserialize, Serialize};

/// A text that technicians write by typing `/` and its word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplySetup {
    #[schema(value_type = String)]
    pub shortcut: Shortcut,
    /// What it is for, shown in the list.
    pub title: Option<Line<80>>,
    /// Only for this channel's sessions; for those of the whole desk without.
    pub channel: Option<ChannelId>,
    /// With [`Placeholder`]s, each as its word in braces.
    pub text: Paragraphs<2_000>,
}

/// The word behind the slash: 1 to 32 letters, digits, hyphens and underscores, in lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shortcut(String);

/// A word was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a shortcut has 1 to 32 letters, digits, hyphens and underscores, and no spaces")]
pub struct ShortcutError;

impl Shortcut {
    const MAX: usize = 32;
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Shortcut {
    type Error = ShortcutError;
    fn try_from(text: String) -> Result<Self, ShortcutError> {
        let word = text.trim().trim_start_matches('/').to_lowercase();
        let good = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        let length = word.chars().count();
        if (1..=Self::MAX).contains(&length) && word.chars().all(good) {
            Ok(Self(word))
        } else {
            Err(ShortcutError)
        }
    }
}

impl From<Shortcut> for String {
    fn from(word: Shortcut) -> Self {
        word.0
    }
}

/// What a technician's console fills in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Placeholder {
    /// The person's name.
    Person,
    /// The technician's name.
    Technician,
    /// The session's number.
    Session,
    /// The desk's name.
    Desk,
}

ponte_types::words!(Placeholder {
    Person = "person",
    Technician = "technician",
    Session = "session",
    Desk = "desk"
});

impl ReplySetup {
    /// The first word in braces that means nothing.
    #[must_use]
    pub fn unknown_placeholder(&self) -> Option<&str> {
        let mut rest = self.text.as_str();
        while let Some((_, after)) = rest.split_once('{') {
            let Some((word, behind)) = after.split_once('}') else { break };
            // What has spaces in it is no word, and stays as it is.
            let word_like = !word.is_empty() && word.chars().all(|c| c.is_alphabetic() || c == '_');
            if word_like && word.parse::<Placeholder>().is_err() {
                return Some(word);
            }
            rest = if word_like { behind } else { after };
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(text: &str) -> ReplySetup {
        let shortcut = Shortcut::try_from("hello".to_owned()).unwrap();
        ReplySetup { shortcut, title: None, channel: None, text: Paragraphs::parse(text).unwrap() }
    }

    #[test]
    fn a_shortcut_is_one_word_in_any_script() {
        let word = |text: &str| Shortcut::try_from(text.to_owned()).map(String::from);
        assert_eq!(word(" /Hello "), Ok("hello".into()));
        assert_eq!(word("ПРИВЕТ-2"), Ok("привет-2".into()));
        for bad in ["", "/", "two words", "a/b", "x.y", &"x".repeat(33)] {
            assert_eq!(word(bad), Err(ShortcutError), "{bad:?}");
        }
    }

    #[test]
    fn what_is_filled_in_is_checked_when_it_is_written() {
        assert_eq!(
            reply("Hello {person}, this is {technician} of {desk} ({session}).").unknown_placeholder(),
            None
        );
        assert_eq!(reply("Hello {persn}!").unknown_placeholder(), Some("persn"));
        assert_eq!(reply("{ {person} {имя}").unknown_placeholder(), Some("имя"));
        assert_eq!(reply("{\"a\": 1} {} { person }").unknown_placeholder(), None);
    }
}
