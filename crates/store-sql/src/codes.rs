//! Codes and the connections that show them.

use async_trait::async_trait;
use ponte_store::{
    Binding, CodeClaim, CodeState, Codes, FoundCode, NewCode, NewConnection, StoreError, TokenHash,
};
use ponte_types::{ConnectionId, SessionId, UnixMillis};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, OnConflict},
};

use crate::{
    SqlStore,
    convert::{hash, json},
    entity::{code, connection, session},
    failed,
};

#[async_trait]
impl Codes for SqlStore {
    async fn issue_code(&self, new: &NewCode) -> Result<CodeClaim, StoreError> {
        let tx = self.begin().await?;
        kill(&tx, new.connection.id).await?;
        let row = code::ActiveModel {
            lookup: Set(new.lookup.0.to_vec()),
            sealed: Set(i64::from(new.sealed)),
            connection_id: Set(new.connection.id.as_uuid()),
            issued_at: Set(new.issued_at.0),
            expires_at: Set(new.expires_at.0),
            state: Set(CodeState::Shown.as_str().to_owned()),
        };
        // One row for each number: it changes hands only when its last issue lies far enough back.
        let given = code::Entity::insert(row)
            .on_conflict(
                OnConflict::column(code::Column::Lookup)
                    .update_columns([
                        code::Column::Sealed,
                        code::Column::ConnectionId,
                        code::Column::IssuedAt,
                        code::Column::ExpiresAt,
                        code::Column::State,
                    ])
                    .action_and_where(
                        Expr::col((code::Entity, code::Column::IssuedAt)).lte(new.taken_after.0),
                    )
                    .to_owned(),
            )
            .exec_without_returning(&tx)
            .await
            .map_err(failed)?;
        if given == 0 {
            return Ok(CodeClaim::Taken);
        }
        let device = json(&new.connection.device)?;
        let row = connection::ActiveModel {
            id: Set(new.connection.id.as_uuid()),
            token: Set(new.connection.token.0.to_vec()),
            earlier_token: Set(None),
            session_id: Set(None),
            device: Set(device),
        };
        connection::Entity::insert(row)
            .on_conflict(
                OnConflict::column(connection::Column::Id)
                    .update_columns([connection::Column::Token, connection::Column::Device])
                    .to_owned(),
            )
            .exec_without_returning(&tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        Ok(CodeClaim::Issued)
    }

    async fn renew_code(
        &self,
        connection: ConnectionId,
        now: UnixMillis,
        expires_at: UnixMillis,
    ) -> Result<Option<(TokenHash, u32)>, StoreError> {
        let tx = self.begin().await?;
        let shown = code::Column::ConnectionId
            .eq(connection.as_uuid())
            .and(code::Column::State.eq(CodeState::Shown.as_str()));
        code::Entity::update_many()
            .col_expr(code::Column::IssuedAt, Expr::value(now.0))
            .col_expr(code::Column::ExpiresAt, Expr::value(expires_at.0))
            .filter(shown.clone())
            .exec(&tx)
            .await
            .map_err(failed)?;
        let row = code::Entity::find().filter(shown).one(&tx).await.map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        row.map(|row| Ok((hash(&row.lookup)?, sealed(row.sealed)?))).transpose()
    }

    async fn find_code(&self, lookup: TokenHash) -> Result<Option<FoundCode>, StoreError> {
        let found = code::Entity::find_by_id(lookup.0.to_vec()).one(&self.read).await.map_err(failed)?;
        found
            .map(|row| {
                Ok(FoundCode {
                    connection: ConnectionId::from_uuid(row.connection_id),
                    state: row
                        .state
                        .parse()
                        .map_err(|_| StoreError::Broken(format!("a code is '{}'", row.state)))?,
                    expires_at: UnixMillis(row.expires_at),
                })
            })
            .transpose()
    }

    async fn kill_code(&self, connection: ConnectionId) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        kill(&tx, connection).await?;
        tx.commit().await.map_err(failed)
    }

    async fn find_binding(&self, token: TokenHash) -> Result<Option<Binding>, StoreError> {
        let token = token.0.to_vec();
        let is_token =
            connection::Column::Token.eq(token.clone()).or(connection::Column::EarlierToken.eq(token));
        let Some(row) = connection::Entity::find().filter(is_token).one(&self.read).await.map_err(failed)?
        else {
            return Ok(None);
        };
        let connection = ConnectionId::from_uuid(row.id);
        if let Some(session) = row.session_id {
            return Ok(Some(Binding::Session { connection, session: SessionId::from_uuid(session) }));
        }
        let shown = code::Entity::find()
            .filter(
                code::Column::ConnectionId.eq(row.id).and(code::Column::State.eq(CodeState::Shown.as_str())),
            )
            .one(&self.read)
            .await
            .map_err(failed)?;
        Ok(Some(match shown {
            Some(code) => Binding::Code {
                connection,
                lookup: hash(&code.lookup)?,
                sealed: sealed(code.sealed)?,
                expires_at: UnixMillis(code.expires_at),
            },
            None => Binding::Nothing { connection },
        }))
    }

    async fn rebind(
        &self,
        presented: TokenHash,
        old: ConnectionId,
        new: &NewConnection,
    ) -> Result<bool, StoreError> {
        let tx = self.begin().await?;
        let token = presented.0.to_vec();
        let is_token = connection::Column::Token
            .eq(token.clone())
            .or(connection::Column::EarlierToken.eq(token.clone()));
        let moved = connection::Entity::update_many()
            .col_expr(connection::Column::Id, Expr::value(new.id.as_uuid()))
            .col_expr(connection::Column::EarlierToken, Expr::value(token))
            .col_expr(connection::Column::Token, Expr::value(new.token.0.to_vec()))
            .col_expr(connection::Column::Device, Expr::value(json(&new.device)?))
            .filter(connection::Column::Id.eq(old.as_uuid()).and(is_token))
            .exec(&tx)
            .await
            .map_err(failed)?;
        if moved.rows_affected == 0 {
            return Ok(false);
        }
        code::Entity::update_many()
            .col_expr(code::Column::ConnectionId, Expr::value(new.id.as_uuid()))
            .filter(code::Column::ConnectionId.eq(old.as_uuid()))
            .exec(&tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn forget_codes(&self, issued_before: UnixMillis) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        code::Entity::delete_many()
            .filter(code::Column::IssuedAt.lt(issued_before.0))
            .exec(&tx)
            .await
            .map_err(failed)?;
        let with_code = code::Entity::find().select_only().column(code::Column::ConnectionId).into_query();
        let finished = session::Entity::find()
            .select_only()
            .column(session::Column::Id)
            .filter(session::Column::Detail.is_null())
            .into_query();
        let idle = connection::Column::SessionId
            .is_null()
            .and(connection::Column::Id.not_in_subquery(with_code))
            .or(connection::Column::SessionId.in_subquery(finished));
        connection::Entity::delete_many().filter(idle).exec(&tx).await.map_err(failed)?;
        tx.commit().await.map_err(failed)
    }
}

fn sealed(stored: i64) -> Result<u32, StoreError> {
    u32::try_from(stored).map_err(|_| StoreError::Broken("a sealed routing number is out of range".into()))
}

async fn kill(db: &impl ConnectionTrait, connection: ConnectionId) -> Result<(), StoreError> {
    code::Entity::update_many()
        .col_expr(code::Column::State, Expr::value(CodeState::Dead.as_str()))
        .filter(
            code::Column::ConnectionId
                .eq(connection.as_uuid())
                .and(code::Column::State.eq(CodeState::Shown.as_str())),
        )
        .exec(db)
        .await
        .map(|_| ())
        .map_err(failed)
}
