//! Rows ⇄ the port's values.

use std::collections::HashMap;

use ponte_store::{
    Call, ChatMarks, Clocks, Invite, OnHold, Owner, Placement, Session, StoreError, Technician, TokenHash,
};
use ponte_types::{
    CategoryId, ChannelId, CompanyId, ConnectionId, DeviceFacts, InviteId, RequestId, SessionId,
    TechnicianId, UnixMillis,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use crate::{
    entity::{invite, session, technician},
    failed,
};

/// An enum as the word that it has everywhere else, too.
pub(crate) fn word<T: Serialize>(value: &T) -> Result<String, StoreError> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(text)) => Ok(text),
        other => Err(StoreError::Broken(format!("not a word: {other:?}"))),
    }
}

pub(crate) fn from_word<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_value(serde_json::Value::String(text.to_owned()))
        .map_err(|e| StoreError::Broken(format!("the word '{text}': {e}")))
}

pub(crate) fn json(value: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Broken(e.to_string()))
}

pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::Broken(format!("{e} in {text}")))
}

pub(crate) fn hash(bytes: &[u8]) -> Result<TokenHash, StoreError> {
    bytes.try_into().map(TokenHash).map_err(|_| StoreError::Broken("a hash has not 32 bytes".into()))
}

pub(crate) fn unsigned(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| StoreError::Broken(format!("{number} is negative")))
}

pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn account(model: technician::Model) -> Technician {
    Technician { id: TechnicianId::from_uuid(model.id), email: model.email, name: model.name }
}

/// Sessions with their owners' names and their links, in the order given.
pub(crate) async fn sessions(
    db: &impl ConnectionTrait,
    models: Vec<session::Model>,
) -> Result<Vec<Session>, StoreError> {
    let owners: Vec<Uuid> = models.iter().filter_map(|m| m.owner_id).collect();
    let owners: HashMap<Uuid, String> = if owners.is_empty() {
        HashMap::new()
    } else {
        let found = technician::Entity::find().filter(technician::Column::Id.is_in(owners)).all(db).await;
        found.map_err(failed)?.into_iter().map(|t| (t.id, t.name)).collect()
    };
    let ids: Vec<Uuid> = models.iter().map(|m| m.id).collect();
    let chats = crate::chat::marks_of(db, ids.clone()).await?;
    let clocks = crate::times::clocks_of(db, ids.clone()).await?;
    let mut teams = crate::team::teams_of(db, ids.clone()).await?;
    let invites: HashMap<Uuid, invite::Model> = if ids.is_empty() {
        HashMap::new()
    } else {
        let found = invite::Entity::find().filter(invite::Column::SessionId.is_in(ids)).all(db).await;
        found.map_err(failed)?.into_iter().map(|i| (i.session_id, i)).collect()
    };
    models
        .into_iter()
        .map(|model| {
            let owner = model.owner_id.and_then(|id| {
                owners.get(&id).map(|name| Owner { id: TechnicianId::from_uuid(id), name: name.clone() })
            });
            let invite = invites.get(&model.id).map(link).transpose()?;
            let chat = chats.get(&model.id).copied().unwrap_or_default();
            let clocks = clocks.get(&model.id).cloned().unwrap_or_default();
            let team = teams.remove(&model.id);
            Ok(Session { chat, clocks, team, ..session(model, owner, invite)? })
        })
        .collect()
}

fn link(model: &invite::Model) -> Result<Invite, StoreError> {
    Ok(Invite {
        id: InviteId::from_uuid(model.id),
        public: hash(&model.public)?.0,
        claim_hash: hash(&model.claim_hash)?,
        expires_at: UnixMillis(model.expires_at),
    })
}

fn session(m: session::Model, owner: Option<Owner>, invite: Option<Invite>) -> Result<Session, StoreError> {
    let channel = m.channel_id.map(ChannelId::from_uuid);
    let placement = Placement {
        channel: channel.ok_or_else(|| StoreError::Broken(format!("session {} has no channel", m.number)))?,
        company: m.company_id.map(CompanyId::from_uuid),
        category: m.category_id.map(CategoryId::from_uuid),
        priority: from_word(&m.priority)?,
        narrow: m.narrow.as_deref().map(from_json).transpose()?,
        needs: m.needs.as_deref().map(from_json).transpose()?.unwrap_or_default(),
        came_at: m.came_at.map(UnixMillis),
        queue_at: m.queue_at.map(UnixMillis),
    };
    let hold = m.held_since.map(|since| OnHold {
        since: UnixMillis(since),
        until: m.held_until.map(UnixMillis),
        why: m.held_why.unwrap_or_default(),
    });
    Ok(Session {
        id: SessionId::from_uuid(m.id),
        number: unsigned(m.number)?,
        version: unsigned(m.version)?,
        state: from_word(&m.state)?,
        detail: m.detail.as_deref().map(from_word).transpose()?,
        reach: from_word(&m.reach)?,
        program: from_word(&m.program)?,
        mode: from_word(&m.mode)?,
        person: m.person,
        email: m.email,
        phone: m.phone,
        company: m.company,
        subject: m.subject,
        owner,
        created_at: UnixMillis(m.created_at),
        changed_at: UnixMillis(m.changed_at),
        waiting_since: m.waiting_since.map(UnixMillis),
        started_at: m.started_at.map(UnixMillis),
        closed_at: m.closed_at.map(UnixMillis),
        outcome: m.outcome.as_deref().map(from_word).transpose()?,
        note: m.note,
        reason: m.reason,
        hold,
        confirms_at: m.confirms_at.map(UnixMillis),
        reopen_until: m.reopen_until.map(UnixMillis),
        reopened_at: m.reopened_at.map(UnixMillis),
        changed_infrastructure: m.changed_infrastructure,
        expires_at: m.expires_at.map(UnixMillis),
        device: m.device.as_deref().map(from_json::<DeviceFacts>).transpose()?,
        connection: m.connection_id.map(ConnectionId::from_uuid),
        placement,
        invite,
        call: m.call.as_deref().map(from_json::<Call>).transpose()?,
        team: None,
        request: m.request_id.map(RequestId::from_uuid),
        chat: ChatMarks::default(),
        clocks: Clocks::default(),
    })
}

/// The row of a session, as it will be after the change.
pub(crate) fn row(s: &Session, version: u64) -> Result<session::Model, StoreError> {
    Ok(session::Model {
        id: s.id.as_uuid(),
        number: signed(s.number),
        version: signed(version),
        state: word(&s.state)?,
        detail: s.detail.as_ref().map(word).transpose()?,
        mode: word(&s.mode)?,
        person: s.person.clone(),
        email: s.email.clone(),
        phone: s.phone.clone(),
        company: s.company.clone(),
        subject: s.subject.clone(),
        owner_id: s.owner.as_ref().map(|o| o.id.as_uuid()),
        created_at: s.created_at.0,
        changed_at: s.changed_at.0,
        waiting_since: s.waiting_since.map(|t| t.0),
        started_at: s.started_at.map(|t| t.0),
        closed_at: s.closed_at.map(|t| t.0),
        outcome: s.outcome.as_ref().map(word).transpose()?,
        note: s.note.clone(),
        expires_at: s.expires_at.map(|t| t.0),
        device: s.device.as_ref().map(json).transpose()?,
        connection_id: s.connection.map(|c| c.as_uuid()),
        channel_id: Some(s.placement.channel.as_uuid()),
        company_id: s.placement.company.map(|c| c.as_uuid()),
        category_id: s.placement.category.map(|c| c.as_uuid()),
        priority: s.placement.priority.as_str().to_owned(),
        narrow: s.placement.narrow.as_ref().map(json).transpose()?,
        needs: (!s.placement.needs.is_empty()).then(|| json(&s.placement.needs)).transpose()?,
        came_at: s.placement.came_at.map(|t| t.0),
        queue_at: s.placement.queue_at.map(|t| t.0),
        search: search(s),
        call_id: s.call.as_ref().map(|call| call.id.as_uuid()),
        call: s.call.as_ref().map(json).transpose()?,
        reach: s.reach.as_str().to_owned(),
        program: s.program.as_str().to_owned(),
        reason: s.reason.clone(),
        held_since: s.hold.as_ref().map(|hold| hold.since.0),
        held_until: s.hold.as_ref().and_then(|hold| hold.until).map(|t| t.0),
        held_why: s.hold.as_ref().map(|hold| hold.why.clone()),
        confirms_at: s.confirms_at.map(|t| t.0),
        reopen_until: s.reopen_until.map(|t| t.0),
        reopened_at: s.reopened_at.map(|t| t.0),
        changed_infrastructure: s.changed_infrastructure,
        due_at: s.due_at().map(|t| t.0),
        request_id: s.request.map(|r| r.as_uuid()),
    })
}

/// What a search looks through.
fn search(s: &Session) -> String {
    let number = s.number.to_string();
    let texts = [&s.person, &s.email, &s.phone, &s.company, &s.subject];
    let device = s.device.as_ref();
    let host = device.and_then(|d| d.host_name.as_ref()).map(ponte_types::Line::as_str);
    let asset = device.and_then(DeviceFacts::asset_number);
    let department = s.call.as_ref().and_then(|call| call.department.as_deref());
    let parts = texts.into_iter().filter_map(|text| text.as_deref());
    let parts = parts.chain(department).chain(host).chain(asset.as_deref());
    std::iter::once(number.as_str()).chain(parts).collect::<Vec<_>>().join(" ").to_lowercase()
}
