//! Text from outside: what a person or a device says about itself.

use serde::{Deserialize, Serialize};

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    #[error("the text is empty")]
    Empty,
    #[error("the text is longer than {0} characters")]
    TooLong(usize),
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident = $clean:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name<const MAX: usize>(String);

        impl<const MAX: usize> $name<MAX> {
            /// # Errors
            /// When nothing visible is left, or more than `MAX` characters are.
            pub fn parse(text: &str) -> Result<Self, TextError> {
                let clean = $clean(text);
                match clean.chars().count() {
                    0 => Err(TextError::Empty),
                    n if n > MAX => Err(TextError::TooLong(MAX)),
                    _ => Ok(Self(clean)),
                }
            }
            /// As `parse`, but cuts what is too long: for facts that a device reports and nobody can correct.
            #[must_use]
            pub fn cut(text: &str) -> Option<Self> {
                let clean: String = $clean(text).chars().take(MAX).collect();
                (!clean.is_empty()).then_some(Self(clean))
            }
            /// Longest text, in characters.
            pub const MAX: usize = MAX;
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl<const MAX: usize> std::fmt::Display for $name<MAX> {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de, const MAX: usize> Deserialize<'de> for $name<MAX> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }

        impl<const MAX: usize> utoipa::PartialSchema for $name<MAX> {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .min_length(Some(1))
                    .max_length(Some(MAX))
                    .into()
            }
        }
        impl<const MAX: usize> utoipa::ToSchema for $name<MAX> {
            fn name() -> std::borrow::Cow<'static, str> {
                format!(concat!(stringify!($name), "{}"), MAX).into()
            }
        }
    )*};
}

texts! {
    /// One line of text of 1 to `MAX` characters (Unicode scalar values), trimmed, without control
    /// characters and without bidirectional overrides, so that it can be shown anywhere as it is.
    Line = clean;
    /// Text of several lines, 1 to `MAX` characters, otherwise as [`Line`]: what people write to each other. Lines are
    /// parted by `\n`, at most one of them empty in a row.
    Paragraphs = clean_paragraphs;
}

/// What a message of a session's chat says.
pub type MessageText = Paragraphs<4_000>;

/// Drops control characters and the bidirectional formatting characters of Unicode's UAX #9, folds white space.
pub(crate) fn clean(text: &str) -> String {
    let visible = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|c| {
        !c.is_control()
            && !matches!(*c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    });
    let mut out = String::with_capacity(text.len());
    for c in visible {
        if c != ' ' || !out.ends_with(' ') {
            out.push(c);
        }
    }
    out.trim().to_owned()
}

fn clean_paragraphs(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines().map(clean) {
        if !line.is_empty() || !out.ends_with("\n\n") {
            out.push_str(&line);
            out.push('\n');
        }
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_loses_what_could_deceive() {
        assert_eq!(Line::<40>::parse("  Ana\t\nSouza ").map(Line::into_string), Ok("Ana Souza".into()));
        assert_eq!(Line::<40>::parse("exe.\u{202E}gpj").map(Line::into_string), Ok("exe.gpj".into()));
        assert_eq!(Line::<40>::parse("\u{1b}[31m").map(Line::into_string), Ok("[31m".into()));
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert!(Line::<3>::parse("жжж").is_ok());
        assert_eq!(Line::<3>::parse("жжжж"), Err(TextError::TooLong(3)));
        assert_eq!(Line::<3>::parse(" \u{200E} "), Err(TextError::Empty));
        assert_eq!(Line::<3>::cut("abcdef").map(Line::into_string).as_deref(), Some("abc"));
    }

    #[test]
    fn paragraphs_keep_their_lines_and_no_more() {
        let text = " It says:\r\n\terror 0x1\n\n\n\n\u{202E}please  help \n\n";
        let clean = Paragraphs::<99>::parse(text).map(Paragraphs::into_string);
        assert_eq!(clean.as_deref(), Ok("It says:\nerror 0x1\n\nplease help"));
        assert_eq!(Paragraphs::<9>::parse("\n \r\n\u{0}"), Err(TextError::Empty));
        assert_eq!(Paragraphs::<2>::parse("a\nb"), Err(TextError::TooLong(2)));
    }
}
