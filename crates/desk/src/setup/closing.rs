//! How a channel's sessions end, and come back (Q11, Q12).

use serde::{Deserialize, Serialize};

use crate::calendar::{BusinessDays, ReopeningRule};

/// What is left out has its default. Days are business days of the channel; one without hours works every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClosingRules {
    /// What was solved is done only: the end user or a manager confirms it.
    pub confirm: bool,
    /// Who says nothing for so long agrees.
    pub confirm_days: BusinessDays,
    pub reopen: ReopeningRule,
    /// Whom nobody reaches for so long has their session closed; absent: never.
    pub no_contact_days: Option<BusinessDays>,
}

impl Default for ClosingRules {
    fn default() -> Self {
        Self {
            confirm: false,
            confirm_days: BusinessDays::THREE,
            reopen: ReopeningRule::BusinessDays(BusinessDays::FIVE),
            no_contact_days: Some(BusinessDays::FIVE),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_has_its_default_and_nonsense_is_refused() {
        let rules: ClosingRules = serde_json::from_str("{}").unwrap();
        assert_eq!(rules, ClosingRules::default());
        let rules: ClosingRules =
            serde_json::from_str(r#"{"no_contact_days":null,"reopen":"never"}"#).unwrap();
        assert_eq!((rules.no_contact_days, rules.reopen), (None, ReopeningRule::Never));
        for wrong in
            [r#"{"confirm_days":0}"#, r#"{"no_contact_days":367}"#, r#"{"reopen":{"business_days":0}}"#]
        {
            let refused = serde_json::from_str::<ClosingRules>(wrong).unwrap_err().to_string();
            assert!(refused.contains("from 1 to 366"), "{refused}");
        }
    }
}
