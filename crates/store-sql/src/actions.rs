//! The work log.

use async_trait::async_trait;
use ponte_store::{Action, ActionKind, Actions, Actor, AuditEntry, Logged, Owner, StoreError};
use ponte_types::{ActionId, SessionId, TechnicianId, UnixMillis};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, sea_query::Expr,
};

use crate::{
    SqlStore,
    audit::audit,
    convert,
    entity::{action, session},
    events::ring,
    failed, silences,
};

#[async_trait]
impl Actions for SqlStore {
    async fn log_action(&self, new: &Action) -> Result<Logged, StoreError> {
        let tx = self.begin().await?;
        if let Some(known) = action::Entity::find_by_id(new.id.as_uuid()).one(&tx).await.map_err(failed)? {
            let same =
                known.session_id == new.session.as_uuid() && known.technician_id == new.by.id.as_uuid();
            return Ok(if same { Logged::Again } else { Logged::Taken });
        }
        let row = action::Model {
            id: new.id.as_uuid(),
            session_id: new.session.as_uuid(),
            at: new.at.0,
            technician_id: new.by.id.as_uuid(),
            kind: new.kind.as_str().to_owned(),
            minutes: new.minutes.into(),
            changed_infrastructure: new.changed_infrastructure,
            text: new.text.clone(),
        };
        let insert = action::Entity::insert(row.into_active_model().reset_all());
        insert.exec_without_returning(&tx).await.map_err(failed)?;
        if new.changed_infrastructure {
            session::Entity::update_many()
                .col_expr(session::Column::ChangedInfrastructure, Expr::value(true))
                .filter(session::Column::Id.eq(new.session.as_uuid()))
                .exec(&tx)
                .await
                .map_err(failed)?;
        }
        match new.kind {
            ActionKind::NoAnswer | ActionKind::NotOnSite => {
                silences::begun(&tx, new.session, new.at).await?;
            }
            ActionKind::Contact | ActionKind::Work => silences::broken(&tx, new.session).await?,
        }
        let (by, about) = (Actor::Technician(new.by.id), new.session.to_string());
        audit(&tx, &AuditEntry { at: new.at, by, kind: "action_logged", about }).await?;
        ring(&tx, new.session).await?;
        tx.commit().await.map_err(failed)?;
        Ok(Logged::Kept)
    }

    async fn actions(&self, session: SessionId) -> Result<Vec<Action>, StoreError> {
        let rows = action::Entity::find()
            .filter(action::Column::SessionId.eq(session.as_uuid()))
            .order_by_asc(action::Column::At)
            .order_by_asc(action::Column::Id)
            .all(&self.read)
            .await
            .map_err(failed)?;
        let names = crate::chat::names(&self.read, rows.iter().map(|row| row.technician_id)).await?;
        let read = |row: action::Model| {
            Ok(Action {
                id: ActionId::from_uuid(row.id),
                session: SessionId::from_uuid(row.session_id),
                at: UnixMillis(row.at),
                by: Owner {
                    name: names.get(&row.technician_id).cloned().unwrap_or_default(),
                    id: TechnicianId::from_uuid(row.technician_id),
                },
                kind: convert::from_word(&row.kind)?,
                minutes: u32::try_from(row.minutes)
                    .map_err(|_| StoreError::Broken(format!("{} minutes", row.minutes)))?,
                changed_infrastructure: row.changed_infrastructure,
                text: row.text,
            })
        };
        rows.into_iter().map(read).collect()
    }
}
