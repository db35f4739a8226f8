//! Accounts that are changed, and where somebody is signed in.

use async_trait::async_trait;
use ponte_store::{
    AccountChange, AccountEdits, AuditEntry, FamilyId, OpenSignIn, StoreError, Technician, TechnicianSecret,
};
use ponte_types::{TechnicianId, UnixMillis};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait as _, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, sea_query::Expr,
};

use crate::{
    SqlStore,
    accounts::end,
    audit::audit,
    convert,
    entity::{family, technician, token},
    failed, setup,
};

#[async_trait]
impl AccountEdits for SqlStore {
    async fn account(&self, id: TechnicianId) -> Result<Option<TechnicianSecret>, StoreError> {
        let found = technician::Entity::find_by_id(id.as_uuid()).one(&self.read).await.map_err(failed)?;
        Ok(found.map(|model| {
            let password_hash = model.password_hash.clone();
            TechnicianSecret { technician: convert::account(model), password_hash }
        }))
    }

    async fn change_account(
        &self,
        seen: &Technician,
        changed: &Technician,
        entry: &AuditEntry,
    ) -> Result<AccountChange, StoreError> {
        let tx = self.begin().await?;
        let id = seen.id.as_uuid();
        let other = technician::Column::Email.eq(&changed.email).and(technician::Column::Id.ne(id));
        if technician::Entity::find().filter(other).one(&tx).await.map_err(failed)?.is_some() {
            return Ok(AccountChange::EmailTaken);
        }
        let written = technician::Entity::update_many()
            .col_expr(technician::Column::Name, Expr::value(changed.name.clone()))
            .col_expr(technician::Column::Email, Expr::value(changed.email.clone()))
            .filter(technician::Column::Id.eq(id))
            .filter(technician::Column::Name.eq(&seen.name))
            .filter(technician::Column::Email.eq(&seen.email))
            .exec(&tx)
            .await
            .map_err(failed)?;
        if written.rows_affected == 0 {
            return Ok(AccountChange::Moved);
        }
        // Names are read along with what is set up.
        setup::count_up(&tx).await?;
        audit(&tx, entry).await?;
        tx.commit().await.map_err(failed)?;
        Ok(AccountChange::Done)
    }

    async fn set_password(
        &self,
        id: TechnicianId,
        password_hash: &str,
        keep: Option<FamilyId>,
        entry: &AuditEntry,
    ) -> Result<Vec<FamilyId>, StoreError> {
        let tx = self.begin().await?;
        technician::Entity::update_many()
            .col_expr(technician::Column::PasswordHash, Expr::value(password_hash))
            .filter(technician::Column::Id.eq(id.as_uuid()))
            .exec(&tx)
            .await
            .map_err(failed)?;
        let ended: Vec<FamilyId> =
            open(&tx, id).await?.into_iter().filter(|family| Some(*family) != keep).collect();
        for family in &ended {
            end(&tx, family.0, entry.at).await?;
        }
        audit(&tx, entry).await?;
        tx.commit().await.map_err(failed)?;
        Ok(ended)
    }

    async fn sign_ins(&self, id: TechnicianId, now: UnixMillis) -> Result<Vec<OpenSignIn>, StoreError> {
        let with_token = token::Entity::find()
            .select_only()
            .column(token::Column::FamilyId)
            .filter(token::Column::UsedAt.is_null())
            .filter(token::Column::ExpiresAt.gt(now.0))
            .into_query();
        let rows = family::Entity::find()
            .filter(family::Column::TechnicianId.eq(id.as_uuid()))
            .filter(family::Column::EndedAt.is_null())
            .filter(family::Column::Id.in_subquery(with_token))
            .order_by_desc(family::Column::Id)
            .all(&self.read)
            .await
            .map_err(failed)?;
        let sign_in = |row: family::Model| OpenSignIn {
            family: FamilyId(row.id),
            since: row.since.map(UnixMillis),
            heard_at: row.heard_at.map(UnixMillis),
            network: row.network,
            agent: row.agent,
        };
        Ok(rows.into_iter().map(sign_in).collect())
    }

    async fn end_sign_in(
        &self,
        id: TechnicianId,
        family: FamilyId,
        entry: &AuditEntry,
    ) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        if !open(&tx, id).await?.contains(&family) {
            return Ok(false);
        }
        end(&tx, family.0, entry.at).await?;
        audit(&tx, entry).await?;
        tx.commit().await.map_err(failed)?;
        Ok(true)
    }
}

async fn open(db: &impl ConnectionTrait, id: TechnicianId) -> Result<Vec<FamilyId>, StoreError> {
    let rows = family::Entity::find()
        .filter(family::Column::TechnicianId.eq(id.as_uuid()))
        .filter(family::Column::EndedAt.is_null())
        .all(db)
        .await
        .map_err(failed)?;
    Ok(rows.into_iter().map(|row| FamilyId(row.id)).collect())
}
