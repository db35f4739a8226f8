//! An account that is changed, and its sign-ins.

use ponte_types::{Line, UnixMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Name and e-mail address of an account, as the caller saw them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeenAccount {
    pub name: String,
    pub email: String,
}

/// Another name and address for oneself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeOwnAccount {
    pub seen: SeenAccount,
    pub name: Line<120>,
    pub email: Line<254>,
    /// The present one.
    #[schema(max_length = 1024)]
    pub password: String,
}

impl std::fmt::Debug for ChangeOwnAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChangeOwnAccount").field("email", &self.email).finish_non_exhaustive()
    }
}

/// Another name and address for somebody.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeAccount {
    pub seen: SeenAccount,
    pub name: Line<120>,
    pub email: Line<254>,
}

/// Another password for oneself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    #[schema(max_length = 1024)]
    pub old: String,
    #[schema(min_length = 10, max_length = 1024)]
    pub new: String,
}

impl std::fmt::Debug for ChangePassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChangePassword(…)")
    }
}

/// A password that was made up: shown this once.
#[derive(Serialize, ToSchema)]
pub struct NewPassword {
    pub password: String,
}

impl std::fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

/// Somewhere an account is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInPlace {
    pub id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<UnixMillis>,
    /// When it was heard from last, to some minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub heard_at: Option<UnixMillis>,
    /// An IPv4 address, or the network of an IPv6 one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// What the browser or program said it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// The one that asks.
    pub this: bool,
}

/// Where an account is signed in, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInPlaces {
    pub sign_ins: Vec<SignInPlace>,
}

impl SignInPlaces {
    pub(crate) fn of(all: impl IntoIterator<Item = (ponte_app::desk::OpenSignIn, bool)>) -> Self {
        let place = |(it, this): (ponte_app::desk::OpenSignIn, bool)| SignInPlace {
            id: it.family.0,
            since: it.since,
            heard_at: it.heard_at,
            network: it.network,
            agent: it.agent,
            this,
        };
        Self { sign_ins: all.into_iter().map(place).collect() }
    }
}
