//! By what two requests are known to come from the same person (Q9).
//!
//! People write the same address and the same number in many ways; a trace is what is left when those differences are
//! taken away. What says nothing about a person (a machine that is called `localhost`) leaves none.

use serde::{Deserialize, Serialize};

/// What two requests have in common, from what says most.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Sameness {
    Email,
    Phone,
    /// The number on the machine.
    AssetNumber,
    /// The machine's name.
    Computer,
}

ponte_types::words!(Sameness {
    Email = "email",
    Phone = "phone",
    AssetNumber = "asset_number",
    Computer = "computer",
});

/// What is known of whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known<'a> {
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub asset_number: Option<&'a str>,
    pub host_name: Option<&'a str>,
}

/// Fewer digits are an extension, which is not one person's own.
const FEWEST_DIGITS: usize = 6;
const NO_NAMES: [&str; 4] = ["localhost", "(none)", "unknown", "default"];

/// The traces that a request leaves, in the order of [`Sameness`]: equal ones mean the same person.
#[must_use]
pub fn traces(known: Known<'_>) -> Vec<(Sameness, String)> {
    let lower = |text: &str| Some(text.trim().to_lowercase()).filter(|text| !text.is_empty());
    let digits = |text: &str| {
        let digits: String = text.chars().filter_map(|c| c.to_digit(10)).map(|d| d.to_string()).collect();
        Some(digits.trim_start_matches('0').to_owned()).filter(|digits| digits.len() >= FEWEST_DIGITS)
    };
    let host = |text: &str| lower(text).filter(|name| !NO_NAMES.contains(&name.as_str()));
    [
        (Sameness::Email, known.email.and_then(lower)),
        (Sameness::Phone, known.phone.and_then(digits)),
        (Sameness::AssetNumber, known.asset_number.and_then(lower)),
        (Sameness::Computer, known.host_name.and_then(host)),
    ]
    .into_iter()
    .filter_map(|(by, trace)| Some((by, trace?)))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_in_another_spelling_is_the_same() {
        let one = Known {
            email: Some("Lucia@Clinica.Example "),
            phone: Some("+55 (15) 3222-0199"),
            ..Known::default()
        };
        let other = Known {
            email: Some("lucia@clinica.example"),
            phone: Some("0055 15 3222 0199"),
            ..Known::default()
        };
        assert_eq!(traces(one), traces(other));
        assert_eq!(traces(one)[1], (Sameness::Phone, "551532220199".to_owned()));
        let named = |host_name| traces(Known { host_name: Some(host_name), ..Known::default() });
        assert_eq!(named("PMS-203355"), named("pms-203355"));
        assert_ne!(named("pms-203355"), named("pms-203356"));
    }

    #[test]
    fn what_many_share_is_nobodys_trace() {
        for phone in ["", "ramal 1234", "000000", "-"] {
            assert_eq!(traces(Known { phone: Some(phone), ..Known::default() }), []);
        }
        for host_name in ["localhost", " ", "LOCALHOST", "(none)"] {
            assert_eq!(traces(Known { host_name: Some(host_name), ..Known::default() }), []);
        }
        assert_eq!(traces(Known { email: Some(" "), asset_number: Some(""), ..Known::default() }), []);
    }

    #[test]
    fn all_that_is_known_leaves_a_trace_each() {
        let known = Known {
            email: Some("a@b.example"),
            phone: Some("3222-0199"),
            asset_number: Some("203355"),
            host_name: Some("pms-203355"),
        };
        let by: Vec<_> = traces(known).into_iter().map(|(by, _)| by).collect();
        assert_eq!(by, Sameness::ALL);
    }
}
