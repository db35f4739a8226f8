//! The equipment that a session is about, and what became of each piece.

use ponte_types::PieceId;
use serde_json::{Value, json};

use super::{desk::Desk, life::taken};

fn piece(n: u8, asset: Option<&str>, name: &str) -> Value {
    let mut piece = json!({"id": PieceId::from_bytes([n; 16]), "name": name, "kind": "printer"});
    if let Some(asset) = asset {
        piece["asset"] = json!(asset);
    }
    piece
}

#[tokio::test]
async fn pieces_are_written_down_changed_and_taken_away_once() {
    let mut desk = Desk::start().await;
    let ana = desk.owner().await;
    let id = taken(&desk, &ana, 1, json!({})).await;
    let path = format!("sessions/{id}/equipment");
    assert_eq!(desk.get(&path, &ana).await.body, json!({"pieces": []}));
    let first = desk.post(&path, &ana, piece(1, Some("203355"), "  Laser\tprinter ")).await;
    assert_eq!(
        (first.status, &first.body["pieces"][0]["name"]),
        (201, &json!("Laser printer")),
        "{}",
        first.body
    );
    assert_eq!(first.body["pieces"][0]["by"]["name"], "Ana");
    let again = desk.post(&path, &ana, piece(1, Some("203355"), "Laser printer")).await;
    assert_eq!((again.status, &again.body), (201, &first.body), "the answer was lost");
    for (wrong, says) in [
        (piece(1, None, "Another"), "another piece"),
        (piece(2, Some("203355"), "The same label"), "this asset number"),
        (json!({"id": PieceId::from_bytes([3; 16]), "name": "x".repeat(121), "kind": "printer"}), "120"),
        (json!({"id": PieceId::from_bytes([3; 16]), "name": "x", "kind": "spaceship"}), "spaceship"),
    ] {
        let refused = desk.post(&path, &ana, wrong).await;
        assert_eq!((refused.status, refused.code()), (400, "invalid_request"));
        assert!(refused.body["detail"].as_str().unwrap().contains(says), "{}", refused.body);
    }
    desk.post(&path, &ana, piece(2, None, "Cable")).await;
    let second = format!("{path}/{}", PieceId::from_bytes([2; 16]));
    let edit = json!({"name": "Cable", "kind": "other", "outcome": "not_solved", "reason": "None in stock"});
    let changed = desk.put(&second, &ana, edit.clone()).await;
    assert_eq!((changed.status, &changed.body["pieces"][1]["outcome"]), (200, &json!("not_solved")));
    assert_eq!(desk.put(&second, &ana, edit).await.body, changed.body, "said again");
    let why =
        desk.put(&second, &ana, json!({"name": "Cable", "kind": "other", "outcome": "not_solved"})).await;
    assert!(why.body["detail"].as_str().unwrap().contains("'reason' is missing"), "{}", why.body);
    desk.restart().await;
    let gone = desk.delete(&second, &ana).await;
    assert_eq!((gone.status, gone.body["pieces"].as_array().unwrap().len()), (200, 1));
    assert_eq!(desk.delete(&second, &ana).await.status, 200, "it is gone already");
    let missing = desk.put(&second, &ana, json!({"name": "Cable", "kind": "other"})).await;
    assert_eq!((missing.status, missing.code()), (404, "not_found"));
    let history = desk.history(&ana, &id).await;
    let kinds: Vec<_> = history.iter().filter(|it| it.starts_with("equipment")).collect();
    assert_eq!(kinds, ["equipment_added", "equipment_added", "equipment_changed", "equipment_removed"]);
}

#[tokio::test]
async fn closing_says_what_became_of_each_piece_or_of_all() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let id = taken(&desk, &ana, 1, json!({})).await;
    let path = format!("sessions/{id}/equipment");
    for n in 1..=3 {
        assert_eq!(desk.post(&path, &ana, piece(n, None, &format!("Printer {n}"))).await.status, 201);
    }
    let said = json!({"name": "Printer 3", "kind": "printer", "outcome": "no_contact"});
    desk.put(&format!("{path}/{}", PieceId::from_bytes([3; 16])), &ana, said).await;
    let close = |equipment: Value| json!({"outcome": "solved", "note": "Done.", "equipment": equipment});
    let of = |n: u8| PieceId::from_bytes([n; 16]);
    for wrong in [
        json!([{"id": of(9), "outcome": "solved"}]),
        json!([{"id": of(1), "outcome": "not_solved"}]),
        json!([{"id": of(1), "outcome": "solved"}, {"id": of(1), "outcome": "solved"}]),
    ] {
        assert_eq!(desk.ask(&ana, &id, "close", close(wrong)).await.code(), "invalid_request");
    }
    let one = json!([{"id": of(2), "outcome": "not_solved", "reason": "The fuser is broken"}]);
    desk.done(&ana, &id, "close", close(one)).await;
    let pieces = desk.get(&path, &ana).await.body["pieces"].clone();
    let outcomes: Vec<_> = pieces.as_array().unwrap().iter().map(|it| it["outcome"].clone()).collect();
    assert_eq!(outcomes, ["solved", "not_solved", "no_contact"], "its own, or that of the session");
    assert_eq!(pieces[1]["reason"], "The fuser is broken");
    let later = desk.post(&path, &ana, piece(4, None, "Written down later")).await;
    assert_eq!(later.status, 201, "what was done is often written down afterwards");
}
