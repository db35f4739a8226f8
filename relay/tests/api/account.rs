//! Accounts that are changed, and sign-ins that are ended.

use serde_json::{Value, json};

use super::desk::Desk;

fn seen(name: &str, email: &str) -> Value {
    json!({"name": name, "email": email})
}

async fn id_of(desk: &Desk, token: &str, name: &str) -> String {
    let page = desk.get("setup", token).await.body;
    let found = page["technicians"].as_array().unwrap().iter().find(|it| it["name"] == name).unwrap();
    found["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn one_changes_ones_own_name_and_address_with_ones_password() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    desk.technician("Bia").await;
    let change = async |seen: Value, email: &str, password: &str| {
        let body = json!({"seen": seen, "name": "Ana Lima", "email": email, "password": password});
        desk.put("me", &ana, body).await
    };
    let now = || seen("Ana", "ana@desk.example");
    assert_eq!(change(now(), "ana@new.example", "wrong").await.code(), "wrong_password");
    assert_eq!(change(now(), "nonsense", "correct horse").await.code(), "invalid_request");
    let taken = change(now(), "bia@desk.example", "correct horse").await;
    assert_eq!(taken.code(), "invalid_request", "{}", taken.body);
    let stale = change(seen("Anna", "ana@desk.example"), "ana@new.example", "correct horse").await;
    assert_eq!(stale.code(), "version_conflict");
    let done = change(now(), "Ana@New.example", "correct horse").await;
    assert_eq!(
        (done.status, &done.body["name"], &done.body["email"]),
        (200, &json!("Ana Lima"), &json!("ana@new.example"))
    );
    assert_eq!(desk.sign_in("ana@desk.example", "correct horse").await.code(), "wrong_password");
    let again = desk.sign_in("ana@new.example", "correct horse").await;
    assert_eq!(again.body["technician"]["name"], "Ana Lima");
    let lines = desk.get("audit?kind=account_changed", &ana).await.body["lines"].clone();
    assert_eq!(
        (lines.as_array().unwrap().len(), &lines[0]["by"], &lines[0]["about"]),
        (1, &json!("Ana Lima"), &done.body["id"])
    );
}

#[tokio::test]
async fn another_password_needs_the_old_one_and_ends_the_other_sign_ins() {
    let desk = Desk::start().await;
    let elsewhere = desk.sign_in("ana@desk.example", "correct horse").await;
    let here = desk.sign_in("ana@desk.example", "correct horse").await;
    let change = async |old: &str, new: &str| {
        desk.post("me/password", &here.token(), json!({"old": old, "new": new})).await
    };
    assert_eq!(change("correct horse", "short").await.code(), "invalid_request");
    for _ in 0..5 {
        assert_eq!(change("wrong", "battery staple").await.code(), "wrong_password");
    }
    let locked = change("correct horse", "battery staple").await;
    assert_eq!((locked.status, locked.code()), (429, "too_many_tries"));
    desk.clock.forward(599_000);
    assert_eq!(desk.refresh(&here.cookie()).await.status, 200);
    desk.clock.forward(2_000);
    let here = desk.sign_in("ana@desk.example", "correct horse").await;
    let done = desk
        .post("me/password", &here.token(), json!({"old": "correct horse", "new": "battery staple"}))
        .await;
    assert_eq!(done.status, 204, "{}", done.body);
    assert_eq!(desk.refresh(&elsewhere.cookie()).await.code(), "signed_out");
    assert_eq!(desk.refresh(&here.cookie()).await.status, 200, "who changed it stays");
    assert_eq!(desk.sign_in("ana@desk.example", "correct horse").await.code(), "wrong_password");
    assert_eq!(desk.sign_in("ana@desk.example", "battery staple").await.status, 200);
}

#[tokio::test]
async fn ones_sign_ins_are_listed_and_one_of_them_can_be_ended() {
    let desk = Desk::start().await;
    let first = desk.sign_in("ana@desk.example", "correct horse").await;
    desk.clock.forward(5_000);
    let second = desk.sign_in("ana@desk.example", "correct horse").await;
    let list = desk.get("me/sign-ins", &second.token()).await.body["sign_ins"].clone();
    assert_eq!(list.as_array().unwrap().len(), 2, "{list}");
    assert_eq!((&list[0]["this"], &list[1]["this"]), (&json!(true), &json!(false)));
    assert_eq!(
        (&list[0]["network"], &list[0]["since"]),
        (&json!("127.0.0.1"), &json!(1_800_000_005_000_i64))
    );
    let path = format!("me/sign-ins/{}", list[1]["id"]);
    let bia = desk.technician("Bia").await;
    assert_eq!(desk.delete(&path, &bia).await.status, 404, "it is not hers to end");
    assert_eq!(desk.get("me", &first.token()).await.status, 200);
    assert_eq!(desk.delete(&path, &second.token()).await.status, 204);
    assert_eq!(desk.get("me", &first.token()).await.code(), "signed_out", "at once, not in ten minutes");
    assert_eq!(desk.refresh(&first.cookie()).await.code(), "signed_out");
    assert_eq!(desk.delete(&path, &second.token()).await.status, 404);
    assert_eq!(desk.get("audit?kind=sign_in_ended", &second.token()).await.body["lines"][0]["by"], "Ana");
}

#[tokio::test]
async fn a_manager_renames_and_gives_a_new_password_but_never_to_an_owner() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    desk.technician("Bia").await;
    let manager = desk
        .technician_as(
            "Rui",
            ponte_desk::setup::TechnicianSetup::holding(ponte_app::desk::whole_desk(
                ponte_desk::permission::RoleName::TechnicianManager,
            )),
        )
        .await;
    let (bia, owner) = (id_of(&desk, &ana, "Bia").await, id_of(&desk, &ana, "Ana").await);
    let theirs = desk.sign_in("bia@desk.example", "correct horse").await;
    let reset = desk.post(&format!("technicians/{owner}/password"), &manager, Value::Null).await;
    assert_eq!((reset.status, reset.code()), (403, "forbidden"));
    let own = desk.post(&format!("technicians/{owner}/password"), &ana, Value::Null).await;
    assert_eq!(own.code(), "invalid_request", "one's own needs the old one");
    let rename =
        json!({"seen": seen("Bia", "bia@desk.example"), "name": "Bia Reis", "email": "bia@desk.example"});
    let renamed = desk.put(&format!("technicians/{bia}/account"), &manager, rename).await;
    assert_eq!(renamed.body["name"], "Bia Reis", "{}", renamed.body);
    assert_eq!(id_of(&desk, &ana, "Bia Reis").await, bia, "every list has the new name at once");

    let places = desk.get(&format!("technicians/{bia}/sign-ins"), &manager).await.body;
    assert_eq!(places["sign_ins"].as_array().unwrap().len(), 2, "{places}");
    let reset = desk.post(&format!("technicians/{bia}/password"), &manager, Value::Null).await;
    let password = reset.body["password"].as_str().unwrap().to_owned();
    assert_eq!(password.len(), 19);
    assert_eq!(desk.get("me", &theirs.token()).await.code(), "signed_out");
    assert_eq!(desk.sign_in("bia@desk.example", "correct horse").await.code(), "wrong_password");
    let back = desk.sign_in("bia@desk.example", &password).await;
    assert_eq!(back.status, 200);
    assert_eq!(desk.delete(&format!("technicians/{bia}/sign-ins"), &manager).await.status, 204);
    assert_eq!(desk.get("me", &back.token()).await.code(), "signed_out");
    let kinds: Vec<Value> = ["password_reset", "signed_out_everywhere", "account_changed"]
        .iter()
        .map(|kind| json!(kind))
        .collect();
    let known = desk.get("audit/kinds", &ana).await.body;
    for kind in kinds {
        assert!(known.as_array().unwrap().contains(&kind), "{kind} in {known}");
    }
}
