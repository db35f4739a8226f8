//! What every store must do with the traces of people.

use ponte_desk::same::Sameness;

use super::{Checked, connection, ensure, entry, failed, invited};
use crate::{HistoryKind, Session, Store};

pub(super) async fn all<S: Store, F: Future<Output = S>>(empty: &mut impl FnMut() -> F) -> Checked {
    a_person_is_known_again(&empty().await).await
}

async fn add(store: &impl Store, n: u8, email: Option<&str>, phone: Option<&str>) -> Result<Session, String> {
    let new = Session { email: email.map(Into::into), phone: phone.map(Into::into), ..invited(n, 100) };
    store.add_invited(&new, &entry(5, HistoryKind::Invited)).await.map_err(failed)
}

async fn a_person_is_known_again(store: &impl Store) -> Checked {
    let first = add(store, 1, Some("Lucia@clinica.example"), Some("+55 15 3222-0199")).await?;
    let other = add(store, 2, Some("marcos@desk.example"), None).await?;
    let second = add(store, 3, Some("lucia@clinica.example"), None).await?;
    let nobody = add(store, 4, None, None).await?;
    let found = |of: &Session, limit| {
        let id = of.id;
        async move {
            let alike = store.alike(id, limit).await.map_err(failed)?;
            Ok::<_, String>(alike.into_iter().map(|it| (it.session.number, it.same)).collect::<Vec<_>>())
        }
    };
    ensure(found(&first, 9).await? == [(3, vec![Sameness::Email])], "a person is found by their address")?;
    ensure(found(&nobody, 9).await?.is_empty(), "who left no trace is nobody else")?;

    // What becomes known later counts as well, of both.
    let told = Session { phone: Some("55 1532220199".into()), ..second.clone() };
    let told = store.change(&told, None, &entry(6, HistoryKind::Edited)).await.map_err(failed)?;
    let told = told.ok_or("broken promise: the newest version can be changed")?;
    let by = vec![Sameness::Email, Sameness::Phone];
    ensure(
        found(&first, 9).await? == [(3, by)],
        "and by all that they have in common, what says most first",
    )?;
    for session in [other, told] {
        let here = Session { device: Some(connection(1).device), ..session };
        store.change(&here, None, &entry(7, HistoryKind::Ready)).await.map_err(failed)?;
    }
    let machine = vec![Sameness::AssetNumber, Sameness::Computer];
    ensure(
        found(&second, 9).await? == [(2, machine), (1, vec![Sameness::Email, Sameness::Phone])],
        "a machine is known again; the newest session comes first",
    )?;
    ensure(found(&second, 1).await?.len() == 1, "there is a limit")
}
