//! Routing numbers: drawn, found and used up. The database has only their HMAC, and the number itself encrypted.

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use ponte_desk::permission::Permission;
use ponte_store::{CodeClaim, CodeState, NewCode, TokenHash};
use ponte_types::{ErrorCode, RoutingNumber};
use sha2::Sha256;

use super::{Caller, Desk, DeskError, Keys, lock};
use crate::ports::{IssuedCode, Newcomer, ViewerTarget};

/// A number is not shown again within this time.
const REST: Duration = Duration::from_secs(24 * 3600);
/// Draws before giving up: with nine in ten numbers taken, one in ten thousand callers is told to try again.
const DRAWS: usize = 90;

/// What whoever proves a code needs.
pub(super) const PROVES: [Permission; 3] =
    [Permission::SessionOpen, Permission::SessionTake, Permission::RemoteView];

/// The keyed side of routing numbers.
pub(super) struct Lookup(Hmac<Sha256>);

impl Lookup {
    pub(super) fn new(keys: &Keys) -> Result<Self, DeskError> {
        let mac = Hmac::new_from_slice(&keys.lookup).map_err(|e| DeskError::Failed(e.to_string()))?;
        Ok(Self(mac))
    }
    fn of(&self, routing: RoutingNumber) -> TokenHash {
        TokenHash(self.mac(b"routing", routing.to_string().as_bytes()))
    }
    /// Encrypts and decrypts the number of one row. The pad is used for one number only, since it comes from that
    /// number's own HMAC, and it never leaves this process.
    fn seal(&self, lookup: TokenHash, number: u32) -> u32 {
        let [a, b, c, d, ..] = self.mac(b"pad", &lookup.0);
        number ^ u32::from_be_bytes([a, b, c, d])
    }
    fn mac(&self, purpose: &[u8], bytes: &[u8]) -> [u8; 32] {
        let mut mac = self.0.clone();
        mac.update(purpose);
        mac.update(&[0]);
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }
}

impl Desk {
    /// Finds the SOS program that shows these five digits, and gives a ticket to prove the other four to it.
    ///
    /// # Errors
    /// `forbidden` for who may not open a session, hold it and see its screen: proving a code does all that at once.
    /// `wrong_code` alike for wrong, used, expired and foreign ones; `too_many_tries` after five wrong in ten minutes.
    pub async fn resolve_code(&self, caller: &Caller, routing: RoutingNumber) -> Result<String, DeskError> {
        self.still_signed_in(caller.family).await?;
        let directory = self.directory_now().await?;
        directory.home(caller, &PROVES)?;
        // Said before the number is used up by proving it.
        self.may_take(&directory, caller.id).await?;
        let now = self.ambient.now();
        lock(&self.code_tries)
            .begin(caller.id, now)
            .map_err(|retry_after| DeskError::TooManyTries { retry_after })?;
        let found = self.store.find_code(self.lookup.of(routing)).await;
        if found.is_err() {
            lock(&self.code_tries).was_right(&caller.id);
        }
        let live = self.live();
        let connection = found?
            .filter(|code| code.state == CodeState::Shown && code.expires_at > now)
            .map(|code| code.connection)
            .filter(|connection| live.is_some_and(|live| live.is_online(*connection)));
        let Some(connection) = connection else { return Err(ErrorCode::WrongCode.into()) };
        lock(&self.code_tries).was_right(&caller.id);
        self.view_ticket_for(caller, ViewerTarget::Code(connection))
    }

    pub(super) async fn draw_code(&self, program: &Newcomer) -> Result<IssuedCode, DeskError> {
        let now = self.ambient.now();
        let expires_at = now.after(self.config.code_life);
        // While a program shows its number, the number stays: the person may be reading it out, and numbers are few.
        if let Some((lookup, sealed)) = self.store.renew_code(program.connection, now, expires_at).await? {
            return Ok(issued(self.shown_number(lookup, sealed)?, self.config.code_life));
        }
        // Numbers rest for a day: who draws many leaves none to the others.
        if lock(&self.code_draws).begin(program.from, now).is_err() {
            tracing::warn!(from = %program.from, "too many new codes for one address ('limits.codes_per_address')");
            return Err(ErrorCode::TooManyRequests.into());
        }
        let connection = program.to_keep();
        for _ in 0..DRAWS {
            let routing = self.draw()?;
            let lookup = self.lookup.of(routing);
            let new = NewCode {
                lookup,
                sealed: self.lookup.seal(lookup, routing.number()),
                connection: connection.clone(),
                issued_at: now,
                expires_at,
                taken_after: now.before(REST),
            };
            if self.store.issue_code(&new).await? == CodeClaim::Issued {
                return Ok(issued(routing, self.config.code_life));
            }
        }
        Err(DeskError::Explained(ErrorCode::Unavailable, "nearly all numbers were used within a day".into()))
    }

    /// The number that a row keeps.
    pub(super) fn shown_number(&self, lookup: TokenHash, sealed: u32) -> Result<RoutingNumber, DeskError> {
        // Under another key the number would come out wrong.
        let routing = RoutingNumber::new(self.lookup.seal(lookup, sealed));
        routing.filter(|routing| self.lookup.of(*routing) == lookup).ok_or(ErrorCode::WrongCode.into())
    }

    /// Any number, all equally likely.
    fn draw(&self) -> Result<RoutingNumber, DeskError> {
        let limit = u32::MAX - u32::MAX % RoutingNumber::COUNT;
        loop {
            let number = u32::from_be_bytes(self.ambient.bytes()?);
            if let Some(routing) =
                RoutingNumber::new(number % RoutingNumber::COUNT).filter(|_| number < limit)
            {
                return Ok(routing);
            }
        }
    }
}

pub(super) fn issued(routing: RoutingNumber, valid: Duration) -> IssuedCode {
    IssuedCode { routing, valid_seconds: u32::try_from(valid.as_secs()).unwrap_or(u32::MAX) }
}

/// Codes issued before this long ago are of no use to anybody.
pub(super) const FORGET: Duration = REST;
