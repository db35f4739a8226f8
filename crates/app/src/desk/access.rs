//! Access tokens: JWT (RFC 7519) in compact form, signed with Ed25519 (RFC 8037), good for ten minutes.
//!
//! One algorithm, one issuer, one key: what the token says about itself chooses nothing.

use std::sync::Arc;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use ponte_store::{FamilyId, Technician};
use ponte_types::{ErrorCode, TechnicianId, UnixMillis};
use serde::{Deserialize, Serialize};

use super::{Desk, DeskError, Keys, TokenScope, jwt, lock};

/// Seconds that an access token is good for.
pub(super) const LIFE: u32 = 600;
const ISSUER: &str = "ponte";
/// Longer ones are not ours.
const MAX_LEN: usize = 4096;

/// A signed-in technician, or a program with a token of theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    pub id: TechnicianId,
    pub name: String,
    pub family: FamilyId,
    /// What the token may; a person may all that they may.
    pub scope: Option<Arc<TokenScope>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    sub: TechnicianId,
    name: String,
    /// The sign-in.
    family: FamilyId,
    /// Unix seconds.
    iat: i64,
    exp: i64,
}

pub(super) struct Access {
    signing: EncodingKey,
    verifying: DecodingKey,
    validation: Validation,
}

impl Access {
    pub(super) fn new(keys: &Keys) -> Self {
        let (signing, verifying) = jwt::keys(&keys.signing);
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[ISSUER]);
        validation.set_required_spec_claims(&["iss", "exp", "sub"]);
        // Checked in `check`, by the desk's own clock: the crate knows only the system's.
        validation.validate_exp = false;
        Self { signing, verifying, validation }
    }

    pub(super) fn issue(
        &self,
        technician: &Technician,
        family: FamilyId,
        now: UnixMillis,
    ) -> Result<String, DeskError> {
        let iat = now.0.div_euclid(1000);
        let claims = Claims {
            iss: ISSUER.to_owned(),
            sub: technician.id,
            name: technician.name.clone(),
            family,
            iat,
            exp: iat + i64::from(LIFE),
        };
        self.sign(&claims)
    }

    fn sign(&self, claims: &impl Serialize) -> Result<String, DeskError> {
        jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), claims, &self.signing)
            .map_err(|e| DeskError::Failed(format!("an access token: {e}")))
    }

    fn check(&self, token: &str, now: UnixMillis) -> Option<Caller> {
        if token.len() > MAX_LEN {
            return None;
        }
        let claims = jsonwebtoken::decode::<Claims>(token, &self.verifying, &self.validation).ok()?.claims;
        let (now, life) = (now.0.div_euclid(1000), claims.exp.checked_sub(claims.iat)?);
        let current = now < claims.exp && (0..=i64::from(LIFE)).contains(&life);
        current.then_some(Caller { id: claims.sub, name: claims.name, family: claims.family, scope: None })
    }
}

impl Desk {
    /// Who holds this access token.
    ///
    /// # Errors
    /// `signed_out` for any that is not ours or no longer good.
    pub fn authenticate(&self, token: &str) -> Result<Caller, DeskError> {
        let caller = self.access.check(token, self.ambient.now());
        let caller = caller.filter(|caller| !lock(&self.ended).has(caller.family));
        caller.ok_or(DeskError::Refused(ErrorCode::SignedOut))
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as B64};
    use ed25519_dalek::SigningKey;
    use hmac::{Hmac, Mac as _};
    use sha2::Sha256;

    use super::*;

    fn technician() -> Technician {
        Technician {
            id: TechnicianId::from_bytes([7; 16]),
            email: "ana@desk.example".into(),
            name: "Ana".into(),
        }
    }

    fn access(seed: u8) -> Access {
        Access::new(&Keys { signing: [seed; 32], lookup: [2; 32] })
    }

    #[test]
    fn a_token_is_good_for_ten_minutes_and_only_with_its_own_key_and_header() {
        let (access, other) = (access(1), access(3));
        let token = access.issue(&technician(), FamilyId(1), UnixMillis(1_000_000)).unwrap();
        let caller = access.check(&token, UnixMillis(1_599_999)).unwrap();
        assert_eq!((caller.id, caller.name), (technician().id, technician().name));
        assert_eq!(access.check(&token, UnixMillis(1_600_000)), None);
        assert_eq!(other.check(&token, UnixMillis(1_000_000)), None, "another relay in the same process");
        let theirs = other.issue(&technician(), FamilyId(1), UnixMillis(1_000_000)).unwrap();
        assert!(other.check(&theirs, UnixMillis(1_000_000)).is_some());
        assert_eq!(access.check(&theirs, UnixMillis(1_000_000)), None);

        let (header, rest) = token.split_once('.').unwrap();
        assert_eq!(B64.decode(header).unwrap(), br#"{"typ":"JWT","alg":"EdDSA"}"#);
        for header in
            [r#"{"alg":"none"}"#, r#"{"alg":"HS256","typ":"JWT"}"#, r#"{"alg":"EdDSA","typ":"JWT"}"#]
        {
            assert_eq!(access.check(&format!("{}.{rest}", B64.encode(header)), UnixMillis(1_000_000)), None);
        }
        for cut in 0..token.len() {
            assert_eq!(access.check(&token[..cut], UnixMillis(1_000_000)), None);
        }
    }

    #[test]
    fn the_public_key_is_no_secret_to_sign_with() {
        let access = access(1);
        let public = SigningKey::from_bytes(&[1; 32]).verifying_key();
        let message = format!(
            "{}.{}",
            B64.encode(r#"{"alg":"HS256","typ":"JWT"}"#),
            B64.encode(claims(600).to_string())
        );
        let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(public.as_bytes()).unwrap();
        mac.update(message.as_bytes());
        let forged = format!("{message}.{}", B64.encode(mac.finalize().into_bytes()));
        assert_eq!(access.check(&forged, UnixMillis(1_000_000)), None);
    }

    fn claims(life: i64) -> serde_json::Value {
        serde_json::json!({
            "iss": "ponte", "sub": TechnicianId::from_bytes([7; 16]), "name": "Ana",
            "family": 1, "iat": 1_000, "exp": 1_000 + life,
        })
    }

    #[test]
    fn what_is_signed_must_also_be_right() {
        let access = access(1);
        let good = |claims: &serde_json::Value| {
            access.check(&access.sign(claims).unwrap(), UnixMillis(1_000_000)).is_some()
        };
        assert!(good(&claims(600)));
        assert!(!good(&claims(601)), "longer than ten minutes");
        assert!(!good(&claims(-1)));
        for (key, value) in [("iss", "another".into()), ("exp", "1600".into()), ("admin", true.into())] {
            let mut changed = claims(600);
            changed[key] = value;
            assert!(!good(&changed), "{changed}");
        }
        for key in ["iss", "sub", "name", "family", "iat", "exp"] {
            let mut changed = claims(600);
            changed.as_object_mut().unwrap().remove(key);
            assert!(!good(&changed), "without {key}");
        }
    }
}
