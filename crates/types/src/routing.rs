//! The first five of the nine digits.

use std::{fmt, str::FromStr};

/// A routing number: five digits, leading zeros included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RoutingNumber(u32);

/// The text is not five digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the first five digits of the number")]
pub struct NotRouting;

impl RoutingNumber {
    /// How many there are.
    pub const COUNT: u32 = 100_000;

    /// The number with these digits; `None` when it has more than five.
    #[must_use]
    pub fn new(number: u32) -> Option<Self> {
        (number < Self::COUNT).then_some(Self(number))
    }
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }
}

impl FromStr for RoutingNumber {
    type Err = NotRouting;
    fn from_str(text: &str) -> Result<Self, NotRouting> {
        if text.len() != 5 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotRouting);
        }
        text.parse().map(Self).map_err(|_| NotRouting)
    }
}

impl fmt::Display for RoutingNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:05}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_five_digits_and_nothing_else() {
        for text in ["00000", "00042", "99999"] {
            assert_eq!(text.parse::<RoutingNumber>().map(|routing| routing.to_string()).as_deref(), Ok(text));
        }
        for text in ["", "1234", "123456", "+1234", "12 34", "1234x", "१२३४५"] {
            assert_eq!(text.parse::<RoutingNumber>(), Err(NotRouting), "{text:?}");
        }
        assert_eq!(RoutingNumber::new(100_000), None);
    }
}
