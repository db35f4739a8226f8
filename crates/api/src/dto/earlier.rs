//! Who was here before.

use ponte_app::desk;
use ponte_desk::same::Sameness;
use serde::Serialize;
use utoipa::ToSchema;

use super::Session;

/// Another session of the same person.
#[derive(Debug, Serialize, ToSchema)]
pub struct EarlierSession {
    pub session: Session,
    /// By what the person is known again, from what says most.
    pub same: Vec<Sameness>,
}

/// Other sessions of the person and of their company.
#[derive(Debug, Serialize, ToSchema)]
pub struct EarlierSessions {
    /// At most ten.
    pub person: Vec<EarlierSession>,
    /// Of others of the company; at most five.
    pub company: Vec<Session>,
}

impl From<desk::EarlierSessions> for EarlierSessions {
    fn from(it: desk::EarlierSessions) -> Self {
        let person = it.person.into_iter();
        Self {
            person: person.map(|it| EarlierSession { session: it.session.into(), same: it.same }).collect(),
            company: it.company.into_iter().map(Session::from).collect(),
        }
    }
}
