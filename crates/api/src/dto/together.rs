//! Several technicians in one session, and offers of sessions.

use ponte_desk::{
    team::Rights,
    transfer::{Note, Purpose, Recipient},
};
use ponte_types::{ChannelId, GroupId, MessageId, MessageText, OfferId, SessionId, TechnicianId, UnixMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Owner, queue::Standing};

/// A session is offered to somebody.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MakeOffer {
    /// Of the session, that was seen.
    pub version: u64,
    pub purpose: Purpose,
    pub to: Recipient,
    pub note: Option<Note>,
    /// What somebody who joins may do; seeing is always part of it.
    #[serde(default)]
    pub rights: Rights,
    /// Who hands the session over stays in it, to see.
    #[serde(default)]
    pub stay: bool,
    /// How long it can be accepted: 10 to 86,400; two minutes unless told.
    #[schema(minimum = 10, maximum = 86_400)]
    pub seconds: Option<u32>,
}

/// A session that is offered to somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct Offer {
    pub id: OfferId,
    pub session: SessionId,
    pub purpose: Purpose,
    pub by: Owner,
    pub to: Recipient,
    /// The name of whom it is made to.
    pub to_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Note>,
    pub rights: Rights,
    pub stay: bool,
    pub made_at: UnixMillis,
    /// From then on nobody can accept it.
    pub until: UnixMillis,
    /// The caller may accept it.
    pub for_me: bool,
    /// Of the session, which the caller may not see yet.
    pub number: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    pub channel: ChannelId,
}

/// Open offers that concern the caller, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Offers {
    pub offers: Vec<Offer>,
}

/// The offer that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct MadeOffer {
    pub id: OfferId,
    pub until: UnixMillis,
}

impl From<ponte_app::desk::SeenOffer> for Offer {
    fn from(it: ponte_app::desk::SeenOffer) -> Self {
        let made = it.kept.offer;
        Self {
            id: it.kept.id,
            session: made.session,
            purpose: made.purpose,
            by: Owner { id: made.by, name: it.by },
            to: made.to,
            to_name: it.to,
            note: made.note,
            rights: it.kept.rights,
            stay: it.kept.stay,
            made_at: made.made_at,
            until: made.until,
            for_me: it.for_me,
            number: it.number,
            person: it.person,
            subject: it.subject,
            channel: it.channel,
        }
    }
}

/// Several of whom one may accept.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeveralRecipients<I> {
    pub id: I,
    pub name: String,
    /// How many could accept.
    pub people: u32,
    /// How many of them are available now.
    pub available: u32,
}

/// To whom a session can be offered.
#[derive(Debug, Serialize, ToSchema)]
pub struct Recipients {
    pub technicians: Vec<Standing>,
    pub groups: Vec<SeveralRecipients<GroupId>>,
    pub channels: Vec<SeveralRecipients<ChannelId>>,
}

impl From<ponte_app::desk::Recipients> for Recipients {
    fn from(it: ponte_app::desk::Recipients) -> Self {
        fn several<I>((id, name, n): (I, String, ponte_app::desk::Several)) -> SeveralRecipients<I> {
            SeveralRecipients { id, name, people: n.people, available: n.available }
        }
        Self {
            technicians: it.technicians.into_iter().map(Standing::from).collect(),
            groups: it.groups.into_iter().map(several).collect(),
            channels: it.channels.into_iter().map(several).collect(),
        }
    }
}

/// A technician in a session.
#[derive(Debug, Serialize, ToSchema)]
pub struct TeamMember {
    pub id: TechnicianId,
    pub name: String,
    pub joined_at: UnixMillis,
    pub rights: Rights,
    /// Looks in as a supervisor.
    pub looks_in: bool,
}

/// The technicians in a session, where there are or were several. Its owner leads.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionTeam {
    /// Who alone controls.
    pub baton: TechnicianId,
    /// By when they joined.
    pub members: Vec<TeamMember>,
    /// From whom the owner took it over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

impl From<ponte_app::desk::KeptTeam> for SessionTeam {
    fn from(team: ponte_app::desk::KeptTeam) -> Self {
        let name = |id: &TechnicianId| team.names.get(id).cloned().unwrap_or_default();
        let mut members: Vec<_> = team
            .members
            .iter()
            .map(|(id, member)| TeamMember {
                id: *id,
                name: name(id),
                joined_at: member.joined_at,
                rights: member.rights,
                looks_in: team.looking.contains(id),
            })
            .collect();
        members.sort_by_key(|member| (member.joined_at, member.id));
        Self { baton: team.baton, members, from: team.from.as_ref().map(name) }
    }
}

/// What somebody in a session may do.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetTeamRights {
    pub rights: Rights,
}

/// Somebody in the session.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ToMember {
    pub to: TechnicianId,
}

/// A session is taken from who holds it.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeOver {
    /// That was seen.
    pub version: u64,
    /// Who held it stays in it, to see.
    #[serde(default)]
    pub stay: bool,
}

/// A message among the technicians of a session. The end user never gets one.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrivateMessage {
    pub id: MessageId,
    /// From 1, without gaps.
    pub number: u64,
    pub at: UnixMillis,
    pub by: Owner,
    /// Lines are parted by `\n`.
    pub text: String,
}

/// Oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct PrivateMessages {
    pub messages: Vec<PrivateMessage>,
}

/// A message to the other technicians in the session.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SayPrivately {
    /// Drawn by the writer; the same id again is the same message.
    pub id: MessageId,
    pub text: MessageText,
}

impl From<ponte_app::desk::PrivateMessage> for PrivateMessage {
    fn from(it: ponte_app::desk::PrivateMessage) -> Self {
        let by = Owner { id: it.by.id, name: it.by.name };
        Self { id: it.id, number: it.number, at: it.at, by, text: it.text }
    }
}
