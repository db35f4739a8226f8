//! Accounts and refresh tokens.

use async_trait::async_trait;
use ponte_store::{
    AccountAdded, Accounts, AuditEntry, DocumentId, FamilyId, NewFamily, Rotate, Rotation, StoreError,
    Technician, TechnicianSecret, TokenHash,
};
use ponte_types::{Network, TechnicianId, UnixMillis};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    sea_query::{Expr, OnConflict},
};

use crate::{
    SqlStore,
    audit::audit,
    convert,
    entity::{family, network, technician, token},
    failed, setup,
};

/// Families asked about at once: databases limit the values of one statement.
const AT_ONCE: usize = 500;

#[async_trait]
impl Accounts for SqlStore {
    async fn add_technician(
        &self,
        account: &TechnicianSecret,
        setup: &str,
        revision: u64,
        entry: &AuditEntry,
    ) -> Result<AccountAdded, StoreError> {
        let tx = self.begin().await?;
        if !setup::count_from(&tx, revision).await? {
            return Ok(AccountAdded::Moved);
        }
        let row = technician::ActiveModel {
            id: Set(account.technician.id.as_uuid()),
            email: Set(account.technician.email.clone()),
            name: Set(account.technician.name.clone()),
            password_hash: Set(account.password_hash.clone()),
            created_at: Set(entry.at.0),
        };
        let added = technician::Entity::insert(row)
            .on_conflict(OnConflict::column(technician::Column::Email).do_nothing().to_owned())
            .exec_without_returning(&tx)
            .await
            .map_err(failed)?;
        if added == 0 {
            return Ok(AccountAdded::EmailTaken);
        }
        setup::put(&tx, DocumentId::Technician(account.technician.id), setup).await?;
        audit(&tx, entry).await?;
        tx.commit().await.map_err(failed)?;
        Ok(AccountAdded::Done)
    }

    async fn technician(&self, id: TechnicianId) -> Result<Option<Technician>, StoreError> {
        let found = technician::Entity::find_by_id(id.as_uuid()).one(&self.read).await.map_err(failed)?;
        Ok(found.map(convert::account))
    }

    async fn technicians(&self) -> Result<Vec<Technician>, StoreError> {
        let rows = technician::Entity::find().order_by_asc(technician::Column::Name).all(&self.read).await;
        Ok(rows.map_err(failed)?.into_iter().map(convert::account).collect())
    }

    async fn technician_by_email(&self, email: &str) -> Result<Option<TechnicianSecret>, StoreError> {
        let found =
            technician::Entity::find().filter(technician::Column::Email.eq(email)).one(&self.read).await;
        let Some(model) = found.map_err(failed)? else { return Ok(None) };
        let password_hash = model.password_hash.clone();
        Ok(Some(TechnicianSecret { technician: convert::account(model), password_hash }))
    }

    async fn signed_in_before(&self, email: &str, network: Network) -> Result<bool, StoreError> {
        let account = technician::Entity::find()
            .select_only()
            .column(technician::Column::Id)
            .filter(technician::Column::Email.eq(email))
            .into_query();
        let known = network::Entity::find()
            .filter(network::Column::TechnicianId.in_subquery(account))
            .filter(network::Column::Network.eq(network.to_string()))
            .one(&self.read)
            .await;
        Ok(known.map_err(failed)?.is_some())
    }

    async fn start_family(&self, new: &NewFamily, entry: &AuditEntry) -> Result<FamilyId, StoreError> {
        let tx = self.begin().await?;
        let technician_id = new.technician.as_uuid();
        let row = family::ActiveModel {
            id: NotSet,
            technician_id: Set(technician_id),
            ended_at: Set(None),
            since: Set(Some(entry.at.0)),
            heard_at: Set(Some(entry.at.0)),
            network: Set(Some(new.network.to_string())),
            agent: Set(new.agent.as_ref().map(ToString::to_string)),
        };
        let family = family::Entity::insert(row).exec(&tx).await.map_err(failed)?.last_insert_id;
        add_token(&tx, family, new.first, new.expires_at).await?;
        let here = network::ActiveModel {
            technician_id: Set(technician_id),
            network: Set(new.network.to_string()),
            last_at: Set(entry.at.0),
        };
        network::Entity::insert(here)
            .on_conflict(
                OnConflict::columns([network::Column::TechnicianId, network::Column::Network])
                    .update_column(network::Column::LastAt)
                    .to_owned(),
            )
            .exec_without_returning(&tx)
            .await
            .map_err(failed)?;
        audit(&tx, entry).await?;
        tx.commit().await.map_err(failed)?;
        Ok(FamilyId(family))
    }

    async fn rotate(&self, ask: &Rotate) -> Result<Rotation, StoreError> {
        let tx = self.begin().await?;
        let presented = ask.presented.0.to_vec();
        let Some(token) = token::Entity::find_by_id(presented.clone()).one(&tx).await.map_err(failed)? else {
            return Ok(Rotation::Unknown);
        };
        let id = FamilyId(token.family_id);
        let family = family::Entity::find_by_id(token.family_id).one(&tx).await.map_err(failed)?;
        let Some(family) = family.filter(|f| f.ended_at.is_none()) else { return Ok(Rotation::Unknown) };
        if let Some(used_at) = token.used_at {
            let lost = ask.now.since(UnixMillis(used_at)) <= ask.grace
                && match &token.successor {
                    Some(successor) => replace(&tx, successor, ask.now).await?,
                    None => false,
                };
            if !lost {
                end(&tx, family.id, ask.now).await?;
                tx.commit().await.map_err(failed)?;
                let technician = TechnicianId::from_uuid(family.technician_id);
                return Ok(Rotation::Reused { technician, family: id });
            }
        }
        if token.expires_at <= ask.now.0 {
            return Ok(Rotation::Unknown);
        }
        let technician =
            technician::Entity::find_by_id(family.technician_id).one(&tx).await.map_err(failed)?;
        let Some(technician) = technician else { return Ok(Rotation::Unknown) };
        // The time of the first use stays: presenting it again must not prolong the grace.
        let used_at = token.used_at.unwrap_or(ask.now.0);
        token::Entity::update_many()
            .col_expr(token::Column::UsedAt, Expr::value(used_at))
            .col_expr(token::Column::Successor, Expr::value(ask.next.0.to_vec()))
            .filter(token::Column::Hash.eq(presented))
            .exec(&tx)
            .await
            .map_err(failed)?;
        add_token(&tx, family.id, ask.next, ask.expires_at).await?;
        family::Entity::update_many()
            .col_expr(family::Column::HeardAt, Expr::value(ask.now.0))
            .col_expr(family::Column::Network, Expr::value(ask.network.to_string()))
            .filter(family::Column::Id.eq(family.id))
            .exec(&tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)?;
        Ok(Rotation::Rotated { technician: convert::account(technician), family: id })
    }

    async fn end_family(
        &self,
        presented: TokenHash,
        now: UnixMillis,
    ) -> Result<Option<FamilyId>, StoreError> {
        let tx = self.begin().await?;
        let token = token::Entity::find_by_id(presented.0.to_vec()).one(&tx).await.map_err(failed)?;
        let Some(family) = token.map(|token| token.family_id) else { return Ok(None) };
        end(&tx, family, now).await?;
        tx.commit().await.map_err(failed)?;
        Ok(Some(FamilyId(family)))
    }

    async fn end_families_of(
        &self,
        technician: TechnicianId,
        now: UnixMillis,
    ) -> Result<Vec<FamilyId>, StoreError> {
        let tx = self.begin().await?;
        let open = family::Entity::find()
            .filter(family::Column::TechnicianId.eq(technician.as_uuid()))
            .filter(family::Column::EndedAt.is_null())
            .all(&tx)
            .await
            .map_err(failed)?;
        for family in &open {
            end(&tx, family.id, now).await?;
        }
        tx.commit().await.map_err(failed)?;
        Ok(open.into_iter().map(|family| FamilyId(family.id)).collect())
    }

    async fn living(&self, families: &[FamilyId], now: UnixMillis) -> Result<Vec<FamilyId>, StoreError> {
        let mut living = Vec::new();
        for some in families.chunks(AT_ONCE) {
            let not_ended = family::Entity::find()
                .select_only()
                .column(family::Column::Id)
                .filter(family::Column::Id.is_in(some.iter().map(|id| id.0)))
                .filter(family::Column::EndedAt.is_null())
                .into_query();
            let tokens = token::Entity::find()
                .filter(token::Column::FamilyId.in_subquery(not_ended))
                .filter(token::Column::UsedAt.is_null())
                .filter(token::Column::ExpiresAt.gt(now.0))
                .all(&self.read)
                .await
                .map_err(failed)?;
            living.extend(tokens.into_iter().map(|token| FamilyId(token.family_id)));
        }
        Ok(living)
    }

    async fn forget_sign_ins(&self, now: UnixMillis, networks_before: UnixMillis) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        let ended = family::Entity::find()
            .select_only()
            .column(family::Column::Id)
            .filter(family::Column::EndedAt.is_not_null())
            .into_query();
        let useless = token::Column::ExpiresAt.lte(now.0).or(token::Column::FamilyId.in_subquery(ended));
        token::Entity::delete_many().filter(useless).exec(&tx).await.map_err(failed)?;
        let with_token = token::Entity::find().select_only().column(token::Column::FamilyId).into_query();
        family::Entity::delete_many()
            .filter(family::Column::Id.not_in_subquery(with_token))
            .exec(&tx)
            .await
            .map_err(failed)?;
        network::Entity::delete_many()
            .filter(network::Column::LastAt.lt(networks_before.0))
            .exec(&tx)
            .await
            .map_err(failed)?;
        tx.commit().await.map_err(failed)
    }

    async fn audit(&self, entry: &AuditEntry) -> Result<(), StoreError> {
        let tx = self.begin().await?;
        audit(&tx, entry).await?;
        tx.commit().await.map_err(failed)
    }
}

async fn add_token(
    db: &impl ConnectionTrait,
    family: i64,
    hash: TokenHash,
    expires_at: UnixMillis,
) -> Result<(), StoreError> {
    let row = token::ActiveModel {
        hash: Set(hash.0.to_vec()),
        family_id: Set(family),
        expires_at: Set(expires_at.0),
        used_at: Set(None),
        successor: Set(None),
    };
    token::Entity::insert(row).exec_without_returning(db).await.map(|_| ()).map_err(failed)
}

/// Takes a token back that nobody has used; false when somebody has. Without a successor of its own it looks stolen
/// should it turn up: whoever got it is not who asked again.
async fn replace(db: &impl ConnectionTrait, token: &[u8], now: UnixMillis) -> Result<bool, StoreError> {
    let replaced = token::Entity::update_many()
        .col_expr(token::Column::UsedAt, Expr::value(now.0))
        .filter(token::Column::Hash.eq(token.to_vec()).and(token::Column::UsedAt.is_null()))
        .exec(db)
        .await
        .map_err(failed)?;
    Ok(replaced.rows_affected > 0)
}

pub(crate) async fn end(db: &impl ConnectionTrait, family: i64, now: UnixMillis) -> Result<(), StoreError> {
    family::Entity::update_many()
        .col_expr(family::Column::EndedAt, Expr::value(now.0))
        .filter(family::Column::Id.eq(family))
        .exec(db)
        .await
        .map(|_| ())
        .map_err(failed)
}
