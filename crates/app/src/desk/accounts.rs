//! Signing in and out.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use ponte_session::tries::{FIVE_IN_TEN_MINUTES, Tries};
use ponte_store::{Actor, AuditEntry, Rotate, Rotation, Technician, TechnicianSecret};
use ponte_types::{ErrorCode, Line, Network, Role, UnixMillis};

use super::{Caller, Desk, DeskError, access, ambient::sha256, in_ten_minutes, lock};

/// How long a technician stays signed in without coming back.
const REFRESH_LIFE: Duration = Duration::from_secs(14 * 24 * 3600);
/// How long the same refresh token may be presented again, its answer lost on the way.
const REFRESH_GRACE: Duration = Duration::from_secs(30);
const MIN_PASSWORD: usize = 10;
const MAX_PASSWORD: usize = 1024;

/// A technician who has just signed in, or come back.
pub struct SignedIn {
    pub access_token: String,
    /// Seconds.
    pub expires_in: u32,
    pub refresh_token: String,
    pub refresh_seconds: u64,
    pub technician: Technician,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("technician", &self.technician).finish_non_exhaustive()
    }
}

/// An account to be made on the command line.
pub struct NewTechnician {
    pub email: String,
    pub name: String,
    pub role: Role,
    pub password: String,
}

impl std::fmt::Debug for NewTechnician {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewTechnician")
            .field("email", &self.email)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// Wrong sign-ins, counted three ways: five for an account from one address; more for one address and for one account
/// in all, so that neither a botnet nor an office behind one address locks everybody out too soon.
pub(super) struct SignInTries {
    account_at: Tries<(String, Network)>,
    address: Tries<Network>,
    account: Tries<String>,
}

impl SignInTries {
    pub(super) fn new() -> Self {
        Self {
            account_at: Tries::new(FIVE_IN_TEN_MINUTES),
            address: Tries::new(in_ten_minutes(30)),
            account: Tries::new(in_ten_minutes(50)),
        }
    }
    fn begin(&mut self, email: &str, address: Network, now: UnixMillis) -> Result<(), Duration> {
        let key = (email.to_owned(), address);
        self.account_at.check(&key, now)?;
        self.address.check(&address, now)?;
        self.account.check(&key.0, now)?;
        self.account.count(key.0.clone(), now);
        self.address.count(address, now);
        self.account_at.count(key, now);
        Ok(())
    }
    fn was_right(&mut self, email: &str, address: Network) {
        self.account_at.was_right(&(email.to_owned(), address));
        self.address.was_right(&address);
        self.account.was_right(&email.to_owned());
    }
}

impl Desk {
    /// Checks e-mail and password.
    ///
    /// # Errors
    /// `wrong_password`, `too_many_tries`, or when too many sign in at once.
    pub async fn sign_in(
        &self,
        email: &str,
        password: String,
        address: Network,
    ) -> Result<SignedIn, DeskError> {
        let (email, now) = (email.trim().to_lowercase(), self.ambient.now());
        lock(&self.sign_in_tries)
            .begin(&email, address, now)
            .map_err(|retry_after| DeskError::TooManyTries { retry_after })?;
        let found = self.store.technician_by_email(&email).await?;
        let kept = found.as_ref().map(|account| account.password_hash.clone());
        let checked = self.passwords.check(password, kept).await;
        if !matches!(checked, Ok(false)) {
            // Right, or not judged at all: only what was wrong counts.
            lock(&self.sign_in_tries).was_right(&email, address);
        }
        let (true, Some(TechnicianSecret { technician, .. })) = (checked?, found) else {
            let about = format!("{email} from {address}");
            self.store
                .audit(&AuditEntry { at: now, by: Actor::Relay, kind: "sign_in_refused", about })
                .await?;
            return Err(ErrorCode::WrongPassword.into());
        };
        let (refresh_token, hash) = self.new_refresh_token()?;
        let by = Actor::Technician(technician.id);
        let audit = AuditEntry { at: now, by, kind: "signed_in", about: address.to_string() };
        self.store.start_family(technician.id, hash, now.after(REFRESH_LIFE), &audit).await?;
        self.signed_in(technician, refresh_token)
    }

    /// Exchanges a refresh token for the next one and an access token.
    ///
    /// # Errors
    /// `signed_out` when it is unknown or expired; when it was used before, its whole family ends, for somebody has a
    /// copy. Whoever lost the answer may ask again within [`REFRESH_GRACE`], while what was answered is unused.
    pub async fn refresh(&self, token: &str) -> Result<SignedIn, DeskError> {
        let now = self.ambient.now();
        let (next, hash) = self.new_refresh_token()?;
        let ask = Rotate {
            presented: sha256(token.as_bytes()),
            next: hash,
            now,
            expires_at: now.after(REFRESH_LIFE),
            grace: REFRESH_GRACE,
        };
        match self.store.rotate(&ask).await? {
            Rotation::Rotated(technician) => self.signed_in(technician, next),
            Rotation::Reused(technician) => {
                tracing::warn!(%technician, "a used refresh token came again; its sign-in was ended");
                let by = Actor::Technician(technician);
                let about = String::new();
                self.store.audit(&AuditEntry { at: now, by, kind: "refresh_reused", about }).await?;
                Err(ErrorCode::SignedOut.into())
            }
            Rotation::Unknown => Err(ErrorCode::SignedOut.into()),
        }
    }

    /// Ends the sign-in that the token belongs to.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn sign_out(&self, token: &str) -> Result<(), DeskError> {
        Ok(self.store.end_family(sha256(token.as_bytes()), self.ambient.now()).await?)
    }

    /// The caller's account, as it is now.
    ///
    /// # Errors
    /// `signed_out` when the account is gone.
    pub async fn me(&self, caller: &Caller) -> Result<Technician, DeskError> {
        self.store.technician(caller.id).await?.ok_or(DeskError::Refused(ErrorCode::SignedOut))
    }

    /// Makes an account. There is no way to this over the network.
    ///
    /// # Errors
    /// `invalid_request` with what is wrong with the e-mail address, the name or the password.
    pub async fn create_technician(&self, new: NewTechnician) -> Result<Technician, DeskError> {
        let invalid = |text: &str| DeskError::Explained(ErrorCode::InvalidRequest, text.to_owned());
        let email =
            Line::<254>::parse(&new.email).map_err(|e| invalid(&format!("the e-mail address: {e}")))?;
        let email = email.into_string().to_lowercase();
        let plausible =
            email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
        if !plausible || email.contains(' ') {
            return Err(invalid("the e-mail address must look like name@example.org"));
        }
        let name =
            Line::<120>::parse(&new.name).map_err(|e| invalid(&format!("the name: {e}")))?.into_string();
        if new.password.chars().count() < MIN_PASSWORD || new.password.len() > MAX_PASSWORD {
            return Err(invalid(&format!(
                "the password must have at least {MIN_PASSWORD} characters and at most {MAX_PASSWORD} bytes"
            )));
        }
        let password_hash = self.passwords.hash(new.password, self.ambient.bytes()?).await?;
        let technician = Technician { id: self.ambient.technician_id()?, email, name, role: new.role };
        let audit = AuditEntry {
            at: self.ambient.now(),
            by: Actor::Relay,
            kind: "technician_created",
            about: technician.id.to_string(),
        };
        let account = TechnicianSecret { technician: technician.clone(), password_hash };
        if !self.store.add_technician(&account, &audit).await? {
            return Err(invalid("there is an account with this e-mail address already"));
        }
        Ok(technician)
    }

    fn new_refresh_token(&self) -> Result<(String, ponte_store::TokenHash), DeskError> {
        let token = B64.encode(self.ambient.bytes::<32>()?);
        let hash = sha256(token.as_bytes());
        Ok((token, hash))
    }

    fn signed_in(&self, technician: Technician, refresh_token: String) -> Result<SignedIn, DeskError> {
        Ok(SignedIn {
            access_token: self.access.issue(&technician, self.ambient.now())?,
            expires_in: access::LIFE,
            refresh_token,
            refresh_seconds: REFRESH_LIFE.as_secs(),
            technician,
        })
    }
}
