//! What every store must do with accounts that are changed.

use ponte_types::{TechnicianId, UnixMillis};

use super::{Checked, audit, ensure, failed, network, new_family, technician};
use crate::{AccountChange, AuditFilter, FamilyId, OpenSignIn, Rotate, Store, Technician, TokenHash};

pub(super) async fn all<S: Store, F: Future<Output = S>>(empty: &mut impl FnMut() -> F) -> Checked {
    an_account_is_changed_as_it_was_seen(&empty().await).await?;
    another_password_ends_the_other_sign_ins(&empty().await).await
}

async fn an_account_is_changed_as_it_was_seen(store: &impl Store) -> Checked {
    for n in [1, 2] {
        super::known(store, n).await?;
    }
    let seen = technician(1).technician;
    let revision = store.setup_revision().await.map_err(failed)?;
    let change = |changed: Technician| {
        let seen = &seen;
        async move { store.change_account(seen, &changed, &audit()).await.map_err(failed) }
    };
    let theirs = Technician { email: technician(2).technician.email, ..seen.clone() };
    ensure(change(theirs).await? == AccountChange::EmailTaken, "an address belongs to one account")?;
    let renamed = Technician { name: "Zoë".into(), email: "zoe@desk.example".into(), ..seen.clone() };
    ensure(change(renamed.clone()).await? == AccountChange::Done, "name and address change together")?;
    ensure(store.technician(seen.id).await.map_err(failed)? == Some(renamed), "and are kept")?;
    ensure(store.setup_revision().await.map_err(failed)? > revision, "whoever knows names reads again")?;
    let late = Technician { name: "Late".into(), ..seen.clone() };
    ensure(change(late).await? == AccountChange::Moved, "what was not seen is not overwritten")?;
    let kinds = store.audit_kinds().await.map_err(failed)?;
    ensure(kinds == ["test"], "kinds of the audit are listed once")?;
    let filter = AuditFilter { from: Some(UnixMillis(2)), limit: 9, ..AuditFilter::default() };
    ensure(store.audit_lines(&filter).await.map_err(failed)?.is_empty(), "lines are filtered by time")
}

async fn another_password_ends_the_other_sign_ins(store: &impl Store) -> Checked {
    let id: TechnicianId = technician(1).technician.id;
    super::known(store, 1).await?;
    let later = UnixMillis(1_000);
    let mut families = Vec::new();
    for n in [1, 2, 3] {
        families.push(store.start_family(&new_family(n, later), &audit()).await.map_err(failed)?);
    }
    let open = async |now| -> Result<Vec<FamilyId>, String> {
        let all: Vec<OpenSignIn> = store.sign_ins(id, UnixMillis(now)).await.map_err(failed)?;
        ensure(all.iter().all(|it| it.since == Some(UnixMillis(1))), "a sign-in tells since when")?;
        Ok(all.into_iter().map(|it| it.family).collect())
    };
    ensure(open(5).await? == [families[2], families[1], families[0]], "sign-ins are listed, newest first")?;
    ensure(open(1_000).await?.is_empty(), "those that ran out are not")?;
    let ask = Rotate {
        presented: TokenHash([1; 32]),
        next: TokenHash([9; 32]),
        network: network(2),
        now: UnixMillis(7),
        expires_at: later,
        grace: std::time::Duration::ZERO,
    };
    store.rotate(&ask).await.map_err(failed)?;
    let first = store.sign_ins(id, UnixMillis(8)).await.map_err(failed)?.pop();
    let heard = first.is_some_and(|it| {
        it.heard_at == Some(UnixMillis(7)) && it.network.as_deref() == Some(&network(2).to_string())
    });
    ensure(heard, "each remembers from where it was used last")?;
    let stranger = TechnicianId::from_bytes([7; 16]);
    let theirs = store.end_sign_in(stranger, families[0], &audit()).await.map_err(failed)?;
    ensure(!theirs, "nobody ends what is somebody else's")?;
    ensure(store.end_sign_in(id, families[0], &audit()).await.map_err(failed)?, "one's own can be ended")?;
    let again = store.end_sign_in(id, families[0], &audit()).await.map_err(failed)?;
    ensure(!again, "and is over then")?;
    let ended = store.set_password(id, "other", Some(families[2]), &audit()).await.map_err(failed)?;
    ensure(ended == [families[1]], "another password ends the other sign-ins")?;
    ensure(open(9).await? == [families[2]], "and leaves the one that is kept")?;
    let account = store.account(id).await.map_err(failed)?;
    ensure(account.is_some_and(|it| it.password_hash == "other"), "and is the password from then on")
}
