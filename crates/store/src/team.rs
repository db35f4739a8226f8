//! Several technicians in one session: who is in it, what was offered to whom, and what they write among themselves.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use ponte_desk::{
    team::{Member, Right, Rights, Team},
    transfer::Offer,
};
use ponte_types::{MessageId, OfferId, SessionId, TechnicianId, UnixMillis};
use serde::{Deserialize, Serialize};

use crate::{Entry, Held, Owner, Session, StoreError};

/// The technicians in a session, where there are or were several. Written with the session, and as long as it has the
/// same owner; a session without one is its owner's alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptTeam {
    pub baton: TechnicianId,
    /// With the owner, who leads.
    pub members: BTreeMap<TechnicianId, Member>,
    /// Those of them who look in as supervisors.
    #[serde(default)]
    pub looking: BTreeSet<TechnicianId>,
    /// From whom the owner has taken the session over.
    #[serde(default)]
    pub from: Option<TechnicianId>,
    /// Read along and not kept here.
    #[serde(skip)]
    pub names: BTreeMap<TechnicianId, String>,
}

impl KeptTeam {
    /// A team as the rules left it.
    #[must_use]
    pub fn of(
        team: &Team,
        looking: BTreeSet<TechnicianId>,
        from: Option<TechnicianId>,
        names: BTreeMap<TechnicianId, String>,
    ) -> Self {
        let members: BTreeMap<_, _> = team.members().collect();
        let looking = looking.into_iter().filter(|who| members.contains_key(who)).collect();
        Self { baton: team.baton(), members, looking, from, names }
    }
}

impl Session {
    /// The technicians in it, as the rules see them; `None` while nobody holds it.
    #[must_use]
    pub fn crew(&self, now: UnixMillis) -> Option<Team> {
        let lead = self.held_by()?;
        let kept = self.team.as_ref().and_then(|kept| Team::kept(lead, kept.baton, kept.members.clone()));
        Some(kept.unwrap_or_else(|| Team::new(lead, now)))
    }
    /// May they do this in it? Its owner may everything but control while the baton is with somebody else.
    #[must_use]
    pub fn lets(&self, who: TechnicianId, right: Right) -> bool {
        self.crew(self.changed_at).is_some_and(|team| team.allows(who, right))
    }
    /// Are they in it?
    #[must_use]
    pub fn has(&self, who: TechnicianId) -> bool {
        self.lets(who, Right::View)
    }
    /// Who holds it now; a closed session's last owner does not.
    #[must_use]
    pub fn held_by(&self) -> Option<TechnicianId> {
        let active = self.state == ponte_types::SessionState::Active;
        self.owner.as_ref().filter(|_| active).map(|owner| owner.id)
    }
}

/// An offer as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptOffer {
    pub id: OfferId,
    /// Of what was read; 0 for one that is new.
    pub version: u64,
    pub offer: Offer,
    /// Who held the session when it was made: when that changes, the offer has been overtaken.
    pub lead: TechnicianId,
    /// What somebody who joins may do.
    pub rights: Rights,
    /// Who hands the session over stays in it, to see.
    pub stay: bool,
}

/// A message among technicians, to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPrivate {
    /// Drawn by the author's program: the same id again is the same message.
    pub id: MessageId,
    pub session: SessionId,
    pub at: UnixMillis,
    pub by: TechnicianId,
    pub text: String,
}

/// A kept message among technicians. The end user never gets one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateMessage {
    pub id: MessageId,
    /// From 1, without gaps.
    pub number: u64,
    pub at: UnixMillis,
    /// When it is read, with the name that the account has now.
    pub by: Owner,
    pub text: String,
}

/// What became of a message among technicians.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaidPrivately {
    Kept(PrivateMessage),
    Again(PrivateMessage),
    /// The id belongs to another message; nothing was kept.
    Taken,
}

/// Offers of sessions.
#[async_trait]
pub trait Offers {
    /// Keeps an offer, new or moved on, and its session as it is then, both or neither: [`Held::Moved`] when either was
    /// changed meanwhile. With `at_most`, as [`crate::Sessions::hold`].
    async fn move_offer(
        &self,
        offer: &KeptOffer,
        changed: &Session,
        at_most: Option<u64>,
        entry: &Entry,
    ) -> Result<Held, StoreError>;
    async fn offer(&self, id: OfferId) -> Result<Option<KeptOffer>, StoreError>;
    /// All that somebody could still accept, also when their time is over and nobody has noticed yet; oldest first.
    async fn open_offers(&self) -> Result<Vec<KeptOffer>, StoreError>;
}

/// What technicians write among themselves.
#[async_trait]
pub trait PrivateChats {
    async fn say_privately(&self, new: &NewPrivate) -> Result<SaidPrivately, StoreError>;
    /// Those with a number above `after`, oldest first, at most `limit`.
    async fn private_messages(
        &self,
        session: SessionId,
        after: u64,
        limit: u64,
    ) -> Result<Vec<PrivateMessage>, StoreError>;
}
