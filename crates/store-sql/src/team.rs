//! Several technicians in one session.

use std::collections::HashMap;

use async_trait::async_trait;
use ponte_desk::transfer::{Offer, OfferState};
use ponte_store::{
    Entry, Held, KeptOffer, KeptTeam, NewPrivate, Offers, Owner, PrivateChats, PrivateMessage, SaidPrivately,
    Session, StoreError,
};
use ponte_types::{Line, MessageId, OfferId, SessionId, TechnicianId, UnixMillis};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use crate::{
    SqlStore,
    chat::names,
    convert::{from_json, from_word, json, signed, unsigned},
    entity::{offer, private_message, team},
    events::ring,
    failed,
    sessions::{over_limit, write},
};

#[async_trait]
impl Offers for SqlStore {
    async fn move_offer(
        &self,
        kept: &KeptOffer,
        changed: &Session,
        at_most: Option<u64>,
        entry: &Entry,
    ) -> Result<Held, StoreError> {
        let tx = self.begin().await?;
        if let Some(at_most) = at_most
            && let Some(over) = over_limit(&tx, changed, at_most, entry.at).await?
        {
            return Ok(over);
        }
        let row = row(kept)?.into_active_model().reset_all();
        if kept.version == 0 {
            offer::Entity::insert(row).exec_without_returning(&tx).await.map_err(failed)?;
        } else {
            let moved = offer::Entity::update_many()
                .set(row)
                .filter(offer::Column::Id.eq(kept.id.as_uuid()))
                .filter(offer::Column::Version.eq(signed(kept.version)))
                .exec(&tx)
                .await
                .map_err(failed)?;
            if moved.rows_affected == 0 {
                return Ok(Held::Moved);
            }
        }
        let Some(changed) = write(&tx, changed, entry).await? else { return Ok(Held::Moved) };
        tx.commit().await.map_err(failed)?;
        Ok(Held::Done(Box::new(changed)))
    }

    async fn offer(&self, id: OfferId) -> Result<Option<KeptOffer>, StoreError> {
        let found = offer::Entity::find_by_id(id.as_uuid()).one(&self.read).await.map_err(failed)?;
        found.as_ref().map(read).transpose()
    }

    async fn open_offers(&self) -> Result<Vec<KeptOffer>, StoreError> {
        let rows = offer::Entity::find()
            .filter(offer::Column::Open.eq(true))
            .order_by_asc(offer::Column::MadeAt)
            .order_by_asc(offer::Column::Id)
            .all(&self.read)
            .await
            .map_err(failed)?;
        rows.iter().map(read).collect()
    }
}

#[async_trait]
impl PrivateChats for SqlStore {
    async fn say_privately(&self, new: &NewPrivate) -> Result<SaidPrivately, StoreError> {
        let tx = self.begin().await?;
        let known = private_message::Entity::find_by_id(new.id.as_uuid()).one(&tx).await.map_err(failed)?;
        if let Some(known) = known {
            if known.session_id != new.session.as_uuid() || known.technician_id != new.by.as_uuid() {
                return Ok(SaidPrivately::Taken);
            }
            let names = names(&tx, [known.technician_id]).await?;
            return Ok(SaidPrivately::Again(message(known, &names)?));
        }
        let newest = private_message::Entity::find()
            .filter(private_message::Column::SessionId.eq(new.session.as_uuid()))
            .order_by_desc(private_message::Column::Number)
            .one(&tx)
            .await
            .map_err(failed)?;
        let row = private_message::Model {
            id: new.id.as_uuid(),
            session_id: new.session.as_uuid(),
            number: newest.map_or(1, |row| row.number.saturating_add(1)),
            at: new.at.0,
            technician_id: new.by.as_uuid(),
            text: new.text.clone(),
        };
        let insert = private_message::Entity::insert(row.clone().into_active_model().reset_all());
        insert.exec_without_returning(&tx).await.map_err(failed)?;
        ring(&tx, new.session).await?;
        let names = names(&tx, [row.technician_id]).await?;
        tx.commit().await.map_err(failed)?;
        Ok(SaidPrivately::Kept(message(row, &names)?))
    }

    async fn private_messages(
        &self,
        session: SessionId,
        after: u64,
        limit: u64,
    ) -> Result<Vec<PrivateMessage>, StoreError> {
        let rows = private_message::Entity::find()
            .filter(private_message::Column::SessionId.eq(session.as_uuid()))
            .filter(private_message::Column::Number.gt(signed(after)))
            .order_by_asc(private_message::Column::Number)
            .limit(limit)
            .all(&self.read)
            .await
            .map_err(failed)?;
        let names = names(&self.read, rows.iter().map(|row| row.technician_id)).await?;
        rows.into_iter().map(|row| message(row, &names)).collect()
    }
}

/// The technicians in these sessions, where there are several.
pub(crate) async fn teams_of(
    db: &impl ConnectionTrait,
    sessions: Vec<Uuid>,
) -> Result<HashMap<Uuid, KeptTeam>, StoreError> {
    if sessions.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = team::Entity::find().filter(team::Column::SessionId.is_in(sessions)).all(db).await;
    let mut teams = HashMap::new();
    for row in rows.map_err(failed)? {
        teams.insert(row.session_id, from_json::<KeptTeam>(&row.body)?);
    }
    let people = teams.values().flat_map(|team| team.members.keys().copied().chain(team.from));
    let names = names(db, people.map(|id| id.as_uuid()).collect::<Vec<_>>()).await?;
    for team in teams.values_mut() {
        let people: Vec<TechnicianId> = team.members.keys().copied().chain(team.from).collect();
        let named = people.into_iter().filter_map(|id| Some((id, names.get(&id.as_uuid())?.clone())));
        team.names = named.collect();
    }
    Ok(teams)
}

/// Keeps who is in a session, with the session.
pub(crate) async fn keep(db: &impl ConnectionTrait, session: &Session) -> Result<(), StoreError> {
    let id = session.id.as_uuid();
    let old = team::Entity::delete_many().filter(team::Column::SessionId.eq(id)).exec(db).await;
    old.map_err(failed)?;
    if let Some(kept) = &session.team {
        let row = team::Model { session_id: id, body: json(kept)? };
        let insert = team::Entity::insert(row.into_active_model().reset_all());
        insert.exec_without_returning(db).await.map_err(failed)?;
    }
    Ok(())
}

fn row(kept: &KeptOffer) -> Result<offer::Model, StoreError> {
    let made = &kept.offer;
    Ok(offer::Model {
        id: kept.id.as_uuid(),
        version: signed(kept.version.saturating_add(1)),
        session_id: made.session.as_uuid(),
        purpose: made.purpose.as_str().to_owned(),
        by_id: made.by.as_uuid(),
        lead_id: kept.lead.as_uuid(),
        recipient: json(&made.to)?,
        note: made.note.as_ref().map(|note| note.as_str().to_owned()),
        rights: json(&kept.rights)?,
        stay: kept.stay,
        made_at: made.made_at.0,
        until: made.until.0,
        open: matches!(made.state, OfferState::Open { .. }),
        state: json(&made.state)?,
    })
}

fn read(row: &offer::Model) -> Result<KeptOffer, StoreError> {
    let note = row.note.as_deref().map(Line::parse).transpose();
    let offer = Offer {
        session: SessionId::from_uuid(row.session_id),
        purpose: from_word(&row.purpose)?,
        by: TechnicianId::from_uuid(row.by_id),
        to: from_json(&row.recipient)?,
        note: note.map_err(|e| StoreError::Broken(format!("the note of offer {}: {e}", row.id)))?,
        made_at: UnixMillis(row.made_at),
        until: UnixMillis(row.until),
        state: from_json(&row.state)?,
    };
    Ok(KeptOffer {
        id: OfferId::from_uuid(row.id),
        version: unsigned(row.version)?,
        offer,
        lead: TechnicianId::from_uuid(row.lead_id),
        rights: from_json(&row.rights)?,
        stay: row.stay,
    })
}

fn message(row: private_message::Model, names: &HashMap<Uuid, String>) -> Result<PrivateMessage, StoreError> {
    let id = row.technician_id;
    let unknown = || StoreError::Broken(format!("a private message of unknown technician {id}"));
    let name = names.get(&id).cloned().ok_or_else(unknown)?;
    Ok(PrivateMessage {
        id: MessageId::from_uuid(row.id),
        number: unsigned(row.number)?,
        at: UnixMillis(row.at),
        by: Owner { id: TechnicianId::from_uuid(id), name },
        text: row.text,
    })
}
