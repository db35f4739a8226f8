//! What the desk knows of a person from before (Q9).

use ponte_store::{Alike, Session, SessionFilter};
use ponte_types::SessionId;

use super::{Caller, Desk, DeskError};

/// Sessions that are told of the same person.
const PERSON: usize = 10;
/// Of others of their company.
const COMPANY: usize = 5;
/// Looked at for them: what the caller may not see is left out.
const LOOKED_AT: u64 = 60;

/// Sessions from before, the newest first; only those that the caller may see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EarlierSessions {
    /// Of the same person, as far as that can be told.
    pub person: Vec<Alike>,
    /// Of others of the same company.
    pub company: Vec<Session>,
}

impl Desk {
    /// Other sessions of the person and of their company.
    ///
    /// # Errors
    /// `not_found`, also for what the caller may not see.
    pub async fn earlier(&self, caller: &Caller, id: SessionId) -> Result<EarlierSessions, DeskError> {
        let session = self.seen(caller, id).await?;
        let sight = self.directory_now().await?.sight_of(caller);
        let mut person = self.store.alike(id, LOOKED_AT).await?;
        person.retain(|alike| sight.includes(&alike.session.placement));
        person.truncate(PERSON);
        let mut company = Vec::new();
        if let Some(theirs) = session.placement.company {
            let filter = SessionFilter {
                channels: sight.channels.map(|seen| seen.into_iter().collect()),
                companies: Some((vec![theirs], false)),
                limit: LOOKED_AT,
                ..SessionFilter::default()
            };
            company = self.store.sessions(&filter).await?;
            company
                .retain(|other| other.id != id && !person.iter().any(|alike| alike.session.id == other.id));
            company.truncate(COMPANY);
        }
        Ok(EarlierSessions { person, company })
    }
}
