//! Who is next, and who is there.

use ponte_app::desk::ActionKind;
use ponte_desk::{
    Priority,
    availability::{Availability, Effective},
    order::Place,
};
use ponte_types::{ActionId, CategoryId, ChannelId, CompanyId, Line, MessageText, TechnicianId, UnixMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Owner, Session};

/// The session that is next for the caller, and why.
#[derive(Debug, Serialize, ToSchema)]
pub struct NextUp {
    pub session: Box<Session>,
    pub place: Place,
    /// The one directly after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<Box<Session>>,
}

/// What *Take next* would take.
#[derive(Debug, Serialize, ToSchema)]
pub struct Next {
    /// Absent when nobody waits for the caller.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<NextUp>,
}

/// What is to be changed; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditSession {
    /// That was seen.
    pub version: u64,
    pub person: Option<Line<120>>,
    pub subject: Option<Line<200>>,
    pub priority: Option<Priority>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<CategoryId>)]
    pub category: Option<Option<CategoryId>>,
    /// `null` takes it away.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<CompanyId>)]
    pub company: Option<Option<CompanyId>>,
    pub channel: Option<ChannelId>,
}

/// Tells `null` from what is absent.
fn present<'de, T: Deserialize<'de>, D: serde::Deserializer<'de>>(
    d: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(d).map(Some)
}

/// Whether the caller is offered sessions.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChooseAvailability {
    pub availability: Availability,
}

/// How a technician stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct Standing {
    pub id: TechnicianId,
    pub name: String,
    /// What they chose.
    pub chosen: Availability,
    /// What it comes to, and why.
    pub effective: Effective,
    /// Sessions that they hold.
    pub load: u32,
    /// The most they may hold.
    pub limit: u32,
}

/// Those with whom the caller works, by name; the caller is among them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Team {
    pub technicians: Vec<Standing>,
}

impl From<ponte_app::desk::Standing> for Standing {
    fn from(it: ponte_app::desk::Standing) -> Self {
        let ponte_app::desk::Standing { technician: id, name, chosen, effective, load, limit } = it;
        Self { id, name, chosen, effective, load, limit }
    }
}

impl From<ponte_app::desk::NextUp> for NextUp {
    fn from(it: ponte_app::desk::NextUp) -> Self {
        Self {
            session: Box::new(it.session.into()),
            place: it.place,
            then: it.then.map(|session| Box::new(session.into())),
        }
    }
}

/// An entry of a session's work log.
#[derive(Debug, Serialize, ToSchema)]
pub struct Action {
    pub id: ActionId,
    pub at: UnixMillis,
    pub by: Owner,
    pub kind: ActionKind,
    /// Time spent.
    pub minutes: u32,
    /// It changed the infrastructure.
    pub changed_infrastructure: bool,
    pub text: String,
}

impl From<ponte_app::desk::Action> for Action {
    fn from(it: ponte_app::desk::Action) -> Self {
        let ponte_app::desk::Action { id, at, by, kind, minutes, changed_infrastructure, text, .. } = it;
        Self { id, at, by: Owner { id: by.id, name: by.name }, kind, minutes, changed_infrastructure, text }
    }
}

/// A session's work log.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActionLog {
    pub actions: Vec<Action>,
}

/// What was done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LogAction {
    /// Drawn by the writer; the same id again is the same entry.
    pub id: ActionId,
    pub kind: ActionKind,
    /// Time spent, at most a day.
    #[schema(maximum = 1440)]
    pub minutes: u32,
    #[serde(default)]
    pub changed_infrastructure: bool,
    pub text: MessageText,
}
