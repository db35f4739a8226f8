//! Whole numbers within bounds: a number outside is refused with words that say which are right.

/// `Name(u16 "u16") 1..=9, NameError "what is right"`: the type once as such and once for serde.
macro_rules! bounded {
    ($(#[$doc:meta])* $name:ident($of:tt $text:tt) $least:tt..=$most:tt, $error:ident $says:tt) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(try_from = $text, into = $text)]
        #[schema(value_type = $of, minimum = $least, maximum = $most)]
        pub struct $name($of);

        /// The number was out of bounds.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
        #[error($says)]
        pub struct $error;

        impl TryFrom<$of> for $name {
            type Error = $error;
            fn try_from(number: $of) -> Result<Self, $error> {
                if ($least..=$most).contains(&number) { Ok(Self(number)) } else { Err($error) }
            }
        }

        impl From<$name> for $of {
            fn from(bounded: $name) -> Self {
                bounded.0
            }
        }
    };
}
pub(crate) use bounded;
