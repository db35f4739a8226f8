//! Tokens of programs.

use async_trait::async_trait;
use ponte_store::{ApiToken, ApiTokens, AuditEntry, StoreError, TokenHash};
use ponte_types::{ApiTokenId, TechnicianId, UnixMillis};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, sea_query::Expr};

use crate::{
    SqlStore,
    audit::audit,
    convert::{from_json, json},
    entity::api_token,
    failed,
};

#[async_trait]
impl ApiTokens for SqlStore {
    async fn add_api_token(
        &self,
        token: &ApiToken,
        hash: TokenHash,
        entry: &AuditEntry,
    ) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let row = api_token::ActiveModel {
            id: Set(token.id.as_uuid()),
            hash: Set(hash.0.to_vec()),
            name: Set(token.name.clone()),
            technician_id: Set(token.technician.as_uuid()),
            permissions: Set(json(&token.permissions)?),
            channels: Set(token.channels.as_ref().map(json).transpose()?),
            created_at: Set(token.created_at.0),
            expires_at: Set(token.expires_at.map(|at| at.0)),
            used_at: Set(None),
            revoked_at: Set(None),
        };
        api_token::Entity::insert(row).exec_without_returning(&tx).await.map_err(failed)?;
        audit(&tx, entry).await?;
        tx.commit().await.map_err(failed)
    }

    async fn api_tokens(&self) -> Result<Vec<ApiToken>, StoreError> {
        let rows = api_token::Entity::find().order_by_desc(api_token::Column::Id).all(&self.read).await;
        rows.map_err(failed)?.into_iter().map(read).collect()
    }

    async fn api_token(&self, hash: TokenHash) -> Result<Option<ApiToken>, StoreError> {
        let row = api_token::Entity::find()
            .filter(api_token::Column::Hash.eq(hash.0.to_vec()))
            .one(&self.read)
            .await
            .map_err(failed)?;
        row.map(read).transpose()
    }

    async fn revoke_api_token(&self, id: ApiTokenId, entry: &AuditEntry) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        let revoked = api_token::Entity::update_many()
            .col_expr(api_token::Column::RevokedAt, Expr::value(entry.at.0))
            .filter(api_token::Column::Id.eq(id.as_uuid()))
            .filter(api_token::Column::RevokedAt.is_null())
            .exec(&tx)
            .await
            .map_err(failed)?;
        if revoked.rows_affected == 0 {
            return Ok(false);
        }
        audit(&tx, entry).await?;
        tx.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn api_token_used(&self, id: ApiTokenId, now: UnixMillis) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let used = api_token::Entity::update_many()
            .col_expr(api_token::Column::UsedAt, Expr::value(now.0))
            .filter(api_token::Column::Id.eq(id.as_uuid()))
            .exec(&tx)
            .await;
        used.map_err(failed)?;
        tx.commit().await.map_err(failed)
    }
}

fn read(row: api_token::Model) -> Result<ApiToken, StoreError> {
    Ok(ApiToken {
        id: ApiTokenId::from_uuid(row.id),
        name: row.name,
        technician: TechnicianId::from_uuid(row.technician_id),
        permissions: from_json(&row.permissions)?,
        channels: row.channels.as_deref().map(from_json).transpose()?,
        created_at: UnixMillis(row.created_at),
        expires_at: row.expires_at.map(UnixMillis),
        used_at: row.used_at.map(UnixMillis),
        revoked_at: row.revoked_at.map(UnixMillis),
    })
}
