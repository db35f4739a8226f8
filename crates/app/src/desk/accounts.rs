//! Signing in and out.

use std::time::Duration;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD as B64};
use ponte_desk::{
    permission::{Permission, Rulebook, Where},
    setup::TechnicianSetup,
};
use ponte_session::tries::{FIVE_IN_TEN_MINUTES, Limit, Then, Tries};
use ponte_store::{
    AccountAdded, Actor, AuditEntry, FamilyId, NewFamily, Rotate, Rotation, Technician, TechnicianSecret,
};
use ponte_types::{ErrorCode, Line, Network, TechnicianId, UnixMillis};

use super::{Caller, Desk, DeskError, Directory, access, in_ten_minutes, keys::sha256, lock, moves::RETRIES};

/// How long a technician stays signed in without coming back.
const REFRESH_LIFE: Duration = Duration::from_secs(14 * 24 * 3600);
/// How long the same refresh token may be presented again, its answer lost on the way.
const REFRESH_GRACE: Duration = Duration::from_secs(30);
const MIN_PASSWORD: usize = 10;
/// Bytes: hashing more is work for nothing.
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

/// An account to be made.
pub struct NewTechnician {
    pub email: String,
    pub name: String,
    pub setup: TechnicianSetup,
    pub password: String,
}

impl std::fmt::Debug for NewTechnician {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewTechnician").field("email", &self.email).finish_non_exhaustive()
    }
}

/// Wrong sign-ins. An account that is guessed at from many networks becomes slow for those that it was never used from,
/// and for these alone: who knows an e-mail address must not be able to keep its owner out.
pub(super) struct SignInTries {
    /// Five for an account from one network.
    account_at: Tries<(String, Network)>,
    network: Tries<Network>,
    /// For an account from networks that are new to it.
    account: Tries<String>,
}

/// Between two tries at an account from networks that are new to it, once many were wrong.
const PAUSE: Duration = Duration::from_secs(10);
/// A network from which nobody signed in for this long is new again.
const NETWORK_LIFE: Duration = Duration::from_secs(180 * 24 * 3600);

impl SignInTries {
    pub(super) fn new() -> Self {
        Self {
            account_at: Tries::new(FIVE_IN_TEN_MINUTES),
            network: Tries::new(in_ten_minutes(30)),
            account: Tries::new(Limit { then: Then::Pause(PAUSE), ..in_ten_minutes(20) }),
        }
    }
    fn begin(&mut self, from: &From, now: UnixMillis) -> Result<(), Duration> {
        let key = (from.email.clone(), from.network);
        self.account_at.check(&key, now)?;
        self.network.check(&from.network, now)?;
        // Before the account's own pause: whoever polls for the moment in which it ends uses up their network's tries.
        self.network.count(from.network, now);
        self.account_at.count(key, now);
        if !from.known {
            self.account.begin(from.email.clone(), now)?;
        }
        Ok(())
    }
    fn was_right(&mut self, from: &From) {
        self.account_at.was_right(&(from.email.clone(), from.network));
        self.network.was_right(&from.network);
        if !from.known {
            self.account.was_right(&from.email);
        }
    }
    pub(super) fn tidy(&mut self, now: UnixMillis) {
        self.account_at.tidy(now);
        self.network.tidy(now);
        self.account.tidy(now);
    }
}

/// Who tries to sign in, as it is counted.
struct From {
    email: String,
    network: Network,
    /// The account was used from there.
    known: bool,
}

impl Desk {
    /// Checks e-mail and password. `agent` is what the program says it is.
    ///
    /// # Errors
    /// `invalid_request`, `wrong_password`, `too_many_tries`, or when too many sign in at once.
    pub async fn sign_in(
        &self,
        email: &str,
        password: String,
        network: Network,
        agent: Option<Line<200>>,
    ) -> Result<SignedIn, DeskError> {
        if password.is_empty() || password.len() > MAX_PASSWORD {
            return Err(invalid(&format!("'password' must have 1 to {MAX_PASSWORD} bytes")));
        }
        let (email, now) = (email.trim().to_lowercase(), self.ambient.now());
        let known = self.store.signed_in_before(&email, network).await?;
        let from = From { email, network, known };
        lock(&self.sign_in_tries)
            .begin(&from, now)
            .map_err(|retry_after| DeskError::TooManyTries { retry_after })?;
        let found = self.store.technician_by_email(&from.email).await?;
        let kept = found.as_ref().map(|account| account.password_hash.clone());
        let checked = self.passwords.check(password, kept).await;
        if !matches!(checked, Ok(false)) {
            // Right, or not judged at all: only what was wrong counts.
            lock(&self.sign_in_tries).was_right(&from);
        }
        let (true, Some(TechnicianSecret { technician, .. })) = (checked?, found) else {
            let about = format!("{} from {network}", from.email);
            self.store
                .audit(&AuditEntry { at: now, by: Actor::Relay, kind: "sign_in_refused", about })
                .await?;
            return Err(ErrorCode::WrongPassword.into());
        };
        self.enabled(technician.id).await?;
        let (refresh_token, hash) = self.new_refresh_token()?;
        let by = Actor::Technician(technician.id);
        let audit = AuditEntry { at: now, by, kind: "signed_in", about: network.to_string() };
        let expires_at = now.after(REFRESH_LIFE);
        let new = NewFamily { technician: technician.id, network, agent, first: hash, expires_at };
        let family = self.store.start_family(&new, &audit).await?;
        self.signed_in(technician, family, refresh_token)
    }

    /// Exchanges a refresh token for the next one and an access token.
    ///
    /// # Errors
    /// `signed_out` when it is unknown or expired; when it was used before, its whole family ends, for somebody has a
    /// copy. Whoever lost the answer may ask again within [`REFRESH_GRACE`], while what was answered is unused.
    pub async fn refresh(&self, token: &str, network: Network) -> Result<SignedIn, DeskError> {
        let now = self.ambient.now();
        let (next, hash) = self.new_refresh_token()?;
        let ask = Rotate {
            presented: sha256(token.as_bytes()),
            next: hash,
            network,
            now,
            expires_at: now.after(REFRESH_LIFE),
            grace: REFRESH_GRACE,
        };
        match self.store.rotate(&ask).await? {
            Rotation::Rotated { technician, family } => {
                self.enabled(technician.id).await?;
                self.signed_in(technician, family, next)
            }
            Rotation::Reused { technician, family } => {
                self.sign_in_ended(family);
                tracing::warn!(%technician, "a used refresh token came again; its sign-in was ended");
                let by = Actor::Technician(technician);
                let about = String::new();
                self.store.audit(&AuditEntry { at: now, by, kind: "refresh_reused", about }).await?;
                Err(ErrorCode::SignedOut.into())
            }
            Rotation::Unknown => Err(ErrorCode::SignedOut.into()),
        }
    }

    /// Ends the sign-in that the token belongs to, and closes what it has open.
    ///
    /// # Errors
    /// Only when the store fails.
    pub async fn sign_out(&self, token: &str) -> Result<(), DeskError> {
        let ended = self.store.end_family(sha256(token.as_bytes()), self.ambient.now()).await?;
        if let Some(family) = ended {
            self.sign_in_ended(family);
        }
        Ok(())
    }

    /// Ends all sign-ins of a technician, and closes what they have open.
    pub(super) async fn sign_out_everywhere(&self, technician: TechnicianId) -> Result<(), DeskError> {
        for family in self.store.end_families_of(technician, self.ambient.now()).await? {
            self.sign_in_ended(family);
        }
        Ok(())
    }

    /// The caller's account, as it is now.
    ///
    /// # Errors
    /// `signed_out` when the account is gone.
    pub async fn me(&self, caller: &Caller) -> Result<Technician, DeskError> {
        self.store.technician(caller.id).await?.ok_or(DeskError::Refused(ErrorCode::SignedOut))
    }

    /// Makes an account for a colleague. Nobody gives more than they have.
    ///
    /// # Errors
    /// `forbidden`; `invalid_request` with what is wrong with the e-mail address, the name or the password.
    pub async fn add_technician(&self, caller: &Caller, new: NewTechnician) -> Result<Technician, DeskError> {
        let holds = new.setup.holds.clone();
        let companies = new.setup.companies.clone();
        let may = |directory: &Directory| {
            directory.may(caller, Permission::TechnicianManage, Where::Desk)?;
            let (giver, book) = (directory.checked.accounts.get(&caller.id), &directory.checked.rulebook);
            let giver = giver.ok_or(DeskError::Refused(ErrorCode::SignedOut))?;
            let assigned = holds.iter().try_for_each(|held| book.may_assign(giver, *held));
            assigned
                .and_then(|()| Rulebook::may_show(giver, &companies))
                .map_err(|e| DeskError::Explained(ErrorCode::Forbidden, e.to_string()))
        };
        self.make_technician(new, Actor::Technician(caller.id), may).await
    }

    /// Makes an account on the command line: whoever may write the database may do everything anyway.
    ///
    /// # Errors
    /// `invalid_request` with what is wrong with the e-mail address, the name or the password.
    pub async fn create_technician(&self, new: NewTechnician) -> Result<Technician, DeskError> {
        self.make_technician(new, Actor::Relay, |_| Ok(())).await
    }

    async fn make_technician(
        &self,
        new: NewTechnician,
        by: Actor,
        may: impl Fn(&Directory) -> Result<(), DeskError> + Send + Sync,
    ) -> Result<Technician, DeskError> {
        may(&*self.directory_now().await?)?;
        let (email, name) = (parse_email(&new.email)?, parse_name(&new.name)?);
        check_password(&new.password)?;
        let password_hash = self.passwords.hash(new.password, self.ambient.bytes()?).await?;
        let technician = Technician { id: self.ambient.technician_id()?, email, name };
        let audit = AuditEntry {
            at: self.ambient.now(),
            by,
            kind: "technician_created",
            about: technician.id.to_string(),
        };
        let account = TechnicianSecret { technician: technician.clone(), password_hash };
        let body = serde_json::to_string(&new.setup).map_err(|e| DeskError::Failed(e.to_string()))?;
        for _ in 0..RETRIES {
            let directory = self.directory_now().await?;
            may(&directory)?;
            let mut setup = directory.setup().clone();
            setup.technicians.insert(technician.id, new.setup.clone());
            setup.check().map_err(|e| invalid(&e.to_string()))?;
            match self.store.add_technician(&account, &body, directory.revision, &audit).await? {
                AccountAdded::Done => {
                    self.read_again().await?;
                    self.setup_changed();
                    return Ok(technician);
                }
                AccountAdded::EmailTaken => {
                    return Err(invalid("there is an account with this e-mail address already"));
                }
                // What it refers to may be gone: it is checked again with what is there now.
                AccountAdded::Moved => {}
            }
        }
        Err(ErrorCode::Unavailable.into())
    }

    /// # Errors
    /// `forbidden` for an account that was disabled.
    async fn enabled(&self, technician: TechnicianId) -> Result<(), DeskError> {
        let directory = self.directory_now().await?;
        if directory.setup().technicians.get(&technician).is_some_and(|setup| setup.enabled) {
            return Ok(());
        }
        let text = "this account is disabled; ask your manager".to_owned();
        Err(DeskError::Explained(ErrorCode::Forbidden, text))
    }

    fn new_refresh_token(&self) -> Result<(String, ponte_store::TokenHash), DeskError> {
        let token = B64.encode(self.ambient.bytes::<32>()?);
        let hash = sha256(token.as_bytes());
        Ok((token, hash))
    }

    /// Forgets wrong tries and sign-ins that count no more.
    pub(super) async fn tidy_sign_ins(&self) -> Result<(), DeskError> {
        let now = self.ambient.now();
        lock(&self.sign_in_tries).tidy(now);
        lock(&self.password_tries).tidy(now);
        lock(&self.code_tries).tidy(now);
        lock(&self.chat_pace).tidy(now);
        lock(&self.message_mails).tidy(now);
        lock(&self.token_pace).tidy(now);
        lock(&self.wrong_tokens).tidy(now);
        lock(&self.code_draws).tidy(now);
        Ok(self.store.forget_sign_ins(now, now.before(NETWORK_LIFE)).await?)
    }

    fn signed_in(
        &self,
        technician: Technician,
        family: FamilyId,
        refresh_token: String,
    ) -> Result<SignedIn, DeskError> {
        Ok(SignedIn {
            access_token: self.access.issue(&technician, family, self.ambient.now())?,
            expires_in: access::LIFE,
            refresh_token,
            refresh_seconds: REFRESH_LIFE.as_secs(),
            technician,
        })
    }
}

/// In lower case.
pub(super) fn parse_email(text: &str) -> Result<String, DeskError> {
    let email = Line::<254>::parse(text).map_err(|e| invalid(&format!("the e-mail address: {e}")))?;
    let email = email.into_string().to_lowercase();
    let plausible = email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    if !plausible || email.contains(' ') {
        return Err(invalid("the e-mail address must look like name@example.org"));
    }
    Ok(email)
}

pub(super) fn parse_name(text: &str) -> Result<String, DeskError> {
    let name = Line::<120>::parse(text).map_err(|e| invalid(&format!("the name: {e}")))?;
    Ok(name.into_string())
}

pub(super) fn check_password(password: &str) -> Result<(), DeskError> {
    if password.chars().count() < MIN_PASSWORD || password.len() > MAX_PASSWORD {
        return Err(invalid(&format!(
            "the password must have at least {MIN_PASSWORD} characters and at most {MAX_PASSWORD} bytes"
        )));
    }
    Ok(())
}

pub(super) fn invalid(text: &str) -> DeskError {
    DeskError::Explained(ErrorCode::InvalidRequest, text.to_owned())
}
