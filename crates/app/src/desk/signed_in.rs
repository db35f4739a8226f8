//! Which sign-ins have something open that must close when they end.

use std::{collections::HashMap, time::Duration};

use ponte_store::FamilyId;
use ponte_types::{ErrorCode, UnixMillis};
use tokio::sync::watch;

use super::{Desk, DeskError, access, lock};

/// Resolves when the technician is signed out.
#[derive(Debug)]
pub struct SignedInUntil(watch::Receiver<()>);

impl SignedInUntil {
    /// Waits for the end of the sign-in.
    pub async fn ended(&mut self) {
        while self.0.changed().await.is_ok() {}
    }
}

/// One sender for each sign-in that is waited for; dropping it tells all who wait.
#[derive(Debug, Default)]
pub(super) struct Open(HashMap<FamilyId, watch::Sender<()>>);

impl Open {
    fn wait_for(&mut self, family: FamilyId) -> SignedInUntil {
        SignedInUntil(self.0.entry(family).or_insert_with(|| watch::Sender::new(())).subscribe())
    }
    pub(super) fn end(&mut self, family: FamilyId) {
        self.0.remove(&family);
    }
    fn families(&mut self) -> Vec<FamilyId> {
        self.0.retain(|_, sender| sender.receiver_count() > 0);
        self.0.keys().copied().collect()
    }
}

/// Sign-ins that ended while their last access token may still be good.
#[derive(Debug, Default)]
pub(super) struct Ended(HashMap<FamilyId, UnixMillis>);

impl Ended {
    fn add(&mut self, family: FamilyId, now: UnixMillis) {
        self.0.retain(|_, at| now.since(*at) <= TOKEN_LIFE);
        self.0.insert(family, now);
    }
    pub(super) fn has(&self, family: FamilyId) -> bool {
        self.0.contains_key(&family)
    }
}

/// Of an access token.
const TOKEN_LIFE: Duration = Duration::from_secs(access::LIFE as u64);

impl Desk {
    /// For what stays open: ends with the sign-in.
    ///
    /// # Errors
    /// `signed_out` when it is over already.
    pub(super) async fn until_signed_out(&self, family: FamilyId) -> Result<SignedInUntil, DeskError> {
        // Waited for before it is looked up, so that an end in between is noticed.
        let until = lock(&self.open).wait_for(family);
        self.still_signed_in(family).await?;
        Ok(until)
    }

    /// What the sign-in has open closes, and its access token opens nothing more.
    pub(super) fn sign_in_ended(&self, family: FamilyId) {
        let now = self.ambient.now();
        lock(&self.ended).add(family, now);
        lock(&self.open).end(family);
    }

    /// For what an access token must not open any more once its sign-in is over.
    pub(super) async fn still_signed_in(&self, family: FamilyId) -> Result<(), DeskError> {
        let living = self.store.living(&[family], self.ambient.now()).await?;
        if living.is_empty() { Err(ErrorCode::SignedOut.into()) } else { Ok(()) }
    }

    /// Closes what sign-ins have open that ended unseen: by time, or by another program on the same database.
    pub(super) async fn close_signed_out(&self) -> Result<(), DeskError> {
        let open = lock(&self.open).families();
        let living = self.store.living(&open, self.ambient.now()).await?;
        for family in open.iter().filter(|family| !living.contains(family)) {
            self.sign_in_ended(*family);
        }
        Ok(())
    }
}
