//! Access tokens: JWT (RFC 7519) in compact form, signed with Ed25519 (RFC 8037), good for ten minutes.
//!
//! The one accepted header is compared as bytes, so there is no algorithm to choose and none to confuse.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use ponte_store::Technician;
use ponte_types::{ErrorCode, Role, TechnicianId, UnixMillis};
use serde::{Deserialize, Serialize};

use super::{Desk, DeskError, Keys};

/// Seconds that an access token is good for.
pub(super) const LIFE: u32 = 600;
const HEADER: &str = r#"{"alg":"EdDSA","typ":"JWT"}"#;
const ISSUER: &str = "ponte";
/// Longer ones are not ours.
const MAX_LEN: usize = 4096;

/// A signed-in technician.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub id: TechnicianId,
    pub name: String,
    pub role: Role,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    sub: TechnicianId,
    name: String,
    role: Role,
    /// Unix seconds.
    iat: i64,
    exp: i64,
}

pub(super) struct Access {
    signing: SigningKey,
    verifying: VerifyingKey,
    header: String,
}

impl Access {
    pub(super) fn new(keys: &Keys) -> Self {
        let signing = SigningKey::from_bytes(&keys.signing);
        Self { verifying: signing.verifying_key(), signing, header: B64.encode(HEADER) }
    }

    pub(super) fn issue(&self, technician: &Technician, now: UnixMillis) -> Result<String, DeskError> {
        let iat = now.0.div_euclid(1000);
        let claims = Claims {
            iss: ISSUER.to_owned(),
            sub: technician.id,
            name: technician.name.clone(),
            role: technician.role,
            iat,
            exp: iat + i64::from(LIFE),
        };
        let claims = serde_json::to_vec(&claims).map_err(|e| DeskError::Failed(e.to_string()))?;
        let message = format!("{}.{}", self.header, B64.encode(claims));
        let signature = self.signing.sign(message.as_bytes());
        Ok(format!("{message}.{}", B64.encode(signature.to_bytes())))
    }

    fn check(&self, token: &str, now: UnixMillis) -> Option<Caller> {
        if token.len() > MAX_LEN {
            return None;
        }
        let (message, signature) = token.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        if header != self.header {
            return None;
        }
        let signature = Signature::from_slice(&B64.decode(signature).ok()?).ok()?;
        self.verifying.verify_strict(message.as_bytes(), &signature).ok()?;
        let claims: Claims = serde_json::from_slice(&B64.decode(claims).ok()?).ok()?;
        let now = now.0.div_euclid(1000);
        let current = claims.iss == ISSUER && now < claims.exp && claims.exp - claims.iat <= i64::from(LIFE);
        current.then_some(Caller { id: claims.sub, name: claims.name, role: claims.role })
    }
}

impl Desk {
    /// Who holds this access token.
    ///
    /// # Errors
    /// `signed_out` for any that is not ours or no longer good.
    pub fn authenticate(&self, token: &str) -> Result<Caller, DeskError> {
        self.access.check(token, self.ambient.now()).ok_or(DeskError::Refused(ErrorCode::SignedOut))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn technician() -> Technician {
        Technician {
            id: TechnicianId::from_bytes([7; 16]),
            email: "ana@desk.example".into(),
            name: "Ana".into(),
            role: Role::Owner,
        }
    }

    #[test]
    fn a_token_is_good_for_ten_minutes_and_only_with_its_own_key_and_header() {
        let access = Access::new(&Keys { signing: [1; 32], lookup: [2; 32] });
        let other = Access::new(&Keys { signing: [3; 32], lookup: [2; 32] });
        let token = access.issue(&technician(), UnixMillis(1_000_000)).unwrap();
        let caller = access.check(&token, UnixMillis(1_599_999)).unwrap();
        assert_eq!((caller.id, caller.role), (technician().id, Role::Owner));
        assert_eq!(access.check(&token, UnixMillis(1_600_000)), None);
        assert_eq!(other.check(&token, UnixMillis(1_000_000)), None);

        let (_, rest) = token.split_once('.').unwrap();
        for header in
            [r#"{"alg":"none"}"#, r#"{"alg":"HS256","typ":"JWT"}"#, r#"{"typ":"JWT","alg":"EdDSA"}"#]
        {
            assert_eq!(access.check(&format!("{}.{rest}", B64.encode(header)), UnixMillis(1_000_000)), None);
        }
        for cut in 0..token.len() {
            assert_eq!(access.check(&token[..cut], UnixMillis(1_000_000)), None);
        }
    }
}
