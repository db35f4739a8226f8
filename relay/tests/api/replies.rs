//! Canned replies: of the desk and of its channels.

use ponte_desk::{
    permission::{Holding, RoleName, Scope},
    setup::TechnicianSetup,
};
use serde_json::json;

use super::desk::Desk;

#[tokio::test]
async fn a_channels_manager_writes_replies_for_it_and_everybody_there_reads_them() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let own = desk.make("channels", &ana, json!({"name": "Own"})).await;
    let other = desk.make("channels", &ana, json!({"name": "Other"})).await;
    let in_own = |role| TechnicianSetup::holding(Holding::new(role, Scope::Channel(own.parse().unwrap())));
    let rui = desk.technician_as("Rui", in_own(RoleName::ChannelManager)).await;
    let bia = desk.technician_as("Bia", in_own(RoleName::ChannelTechnician)).await;
    desk.make(
        "replies",
        &ana,
        json!({"shortcut": "/Hello", "text": "Hello {person}, this is {technician}."}),
    )
    .await;
    let mine = json!({"shortcut": "hello", "channel": own, "title": "Greeting", "text": "Good day {person}"});
    let id = desk.make("replies", &rui, mine.clone()).await;
    desk.make("replies", &ana, json!({"shortcut": "only", "channel": other, "text": "x"})).await;

    let seen = desk.get("setup", &bia).await.body;
    let seen: Vec<_> = seen["replies"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["setup"]["shortcut"].as_str().unwrap(), it["setup"]["channel"].is_null()))
        .collect();
    assert_eq!(seen.len(), 2, "of the whole desk and of one's own channel: {seen:?}");
    assert!(seen.contains(&("hello", true)) && seen.contains(&("hello", false)));

    let whole_desk = json!({"shortcut": "x", "text": "x"});
    assert_eq!(desk.post("replies", &rui, whole_desk).await.code(), "forbidden");
    let elsewhere = json!({"version": 1, "setup": {"shortcut": "hello", "channel": other, "text": "x"}});
    assert_eq!(desk.put(&format!("replies/{id}"), &rui, elsewhere).await.code(), "forbidden");
    assert_eq!(desk.post("replies", &bia, mine.clone()).await.code(), "forbidden");
    let twice = desk.post("replies", &rui, mine.clone()).await;
    assert_eq!(twice.body["detail"], "there is another reply with the name /hello; choose another name");
    let unknown = json!({"shortcut": "y", "channel": own, "text": "Dear {persn}"});
    let unknown = desk.post("replies", &rui, unknown).await;
    assert!(unknown.body["detail"].as_str().unwrap().contains("{persn}"), "{}", unknown.body);
    for bad in [json!({"shortcut": "two words", "text": "x"}), json!({"shortcut": "x", "text": ""})] {
        assert_eq!(desk.post("replies", &ana, bad).await.status, 400);
    }

    let changed = json!({"version": 1, "setup": {"shortcut": "hi", "channel": own, "text": "Hi"}});
    assert_eq!(desk.put(&format!("replies/{id}"), &rui, changed.clone()).await.body["version"], 2);
    assert_eq!(desk.put(&format!("replies/{id}"), &rui, changed).await.code(), "version_conflict");
    let removed = desk.delete(&format!("channels/{own}?version=1"), &ana).await;
    assert_eq!(removed.status, 400, "a channel with replies stays: {}", removed.body);
    assert_eq!(desk.delete(&format!("replies/{id}?version=2"), &rui).await.status, 204);
    assert_eq!(desk.delete(&format!("replies/{id}?version=3"), &ana).await.status, 404);
}
