//! Files of a session: in pieces, within limits, whole or not at all, and out again as something to be saved.

use ponte_app::desk::{NewFile, Purpose};
use ponte_types::{AttachmentId, ErrorCode, FileName, SessionId};
use serde_json::{Value, json};

use super::{b64, desk::Desk, sha256};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";
const PIECE: usize = 256 * 1024;

fn id(n: u8) -> AttachmentId {
    AttachmentId::from_bytes([n; 16])
}

fn begin(n: u8, name: &str, bytes: &[u8]) -> Value {
    json!({"id": id(n), "name": name, "size": bytes.len(), "sha256": b64(&sha256(bytes))})
}

fn files_of(session: &Value) -> String {
    format!("sessions/{}/attachments", session["id"].as_str().unwrap())
}

fn announced(n: u8, name: &str, bytes: &[u8], purpose: Purpose) -> NewFile {
    let (name, size) = (FileName::safe(name), bytes.len() as u64);
    NewFile { id: id(n), purpose, name, size, sha256: sha256(bytes) }
}

#[tokio::test]
async fn a_technicians_file_comes_in_pieces_and_goes_out_to_be_saved() {
    let mut desk = Desk::start().await;
    let ana = desk.owner().await;
    let session = desk.invite(&ana, [1; 32]).await;
    let path = files_of(&session);
    // More than one piece, and not a whole number of them.
    let bytes: Vec<u8> = PNG.iter().copied().chain((0..PIECE).map(|n| (n % 251) as u8)).collect();
    let begun = desk.post(&path, &ana, begin(1, "../photo\u{202e}.PNG", &bytes)).await;
    assert_eq!((begun.status, &begun.body["attachment"]["received"]), (201, &json!(0)), "{}", begun.body);
    assert_eq!(begun.body["attachment"]["name"], "photo.PNG");
    let one = format!("{path}/{}", id(1));
    let first = desk.put_bytes(&format!("{one}?from=0"), &ana, bytes[..PIECE].to_vec()).await;
    assert_eq!(
        (first.status, &first.body["attachment"]["received"], &first.body["attachment"]["state"]),
        (200, &json!(PIECE), &json!("arriving"))
    );
    assert_eq!(desk.get(&one, &ana).await.code(), "wrong_state", "a part is not given out");

    desk.restart().await;
    let ana = desk.owner().await;
    let again = desk.post(&path, &ana, begin(1, "photo.png", &bytes)).await;
    assert_eq!(again.body["attachment"]["received"], json!(PIECE), "it goes on where it was");
    let gap = desk.put_bytes(&format!("{one}?from=0"), &ana, bytes[..5].to_vec()).await;
    assert_eq!(gap.body["attachment"]["received"], json!(PIECE), "what is here is not written again");
    let last = desk.put_bytes(&format!("{one}?from={PIECE}"), &ana, bytes[PIECE..].to_vec()).await;
    assert_eq!((last.status, &last.body["attachment"]["state"]), (200, &json!("kept")), "{}", last.body);
    let message = &last.body["message"];
    assert_eq!(
        (&message["number"], &message["text"], &message["id"]),
        (&json!(1), &json!(""), &json!(id(1)))
    );
    assert_eq!(
        message["file"],
        json!({"id": id(1), "name": "photo.PNG", "kind": "png", "size": bytes.len()})
    );
    let chat = desk.get(&format!("sessions/{}/messages", session["id"].as_str().unwrap()), &ana).await;
    assert_eq!(chat.body["messages"][0], *message);
    let again = desk.post(&path, &ana, begin(1, "photo.png", &bytes)).await;
    assert_eq!(again.body["attachment"]["state"], "kept", "said again is not sent twice");

    let (status, headers, body) = desk.download(&one, &ana).await;
    assert_eq!((status, body == bytes), (200, true));
    assert_eq!(headers["content-type"], "image/png");
    assert_eq!(headers["content-disposition"], "attachment; filename*=UTF-8''photo.PNG");
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["content-security-policy"], "default-src 'none'; sandbox; frame-ancestors 'none'");
    assert_eq!(headers["cache-control"], "no-store");
    let listed = desk.get(&path, &ana).await.body;
    assert_eq!(listed["attachments"].as_array().unwrap().len(), 1);
    assert_eq!(listed["attachments"][0]["technician"]["name"], "Ana");
    let audit = desk.get("audit?limit=5", &ana).await.body;
    let line = audit["lines"].as_array().unwrap().iter().find(|it| it["kind"] == "file_added").unwrap();
    assert!(line["about"].as_str().unwrap().contains("photo.PNG"), "{line}");
}

#[tokio::test]
async fn what_is_not_accepted_is_said_and_nothing_is_kept() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let session = desk.invite(&ana, [1; 32]).await;
    let path = files_of(&session);
    for (name, bytes, status, code) in [
        ("run.exe", &b"x"[..], 415, "file_kind_refused"),
        ("noending", b"x", 415, "file_kind_refused"),
        ("page.html", b"<script>", 415, "file_kind_refused"),
        ("photo.jpg.scr", b"x", 415, "file_kind_refused"),
        ("empty.txt", b"", 400, "invalid_request"),
    ] {
        let refused = desk.post(&path, &ana, begin(1, name, bytes)).await;
        assert_eq!((refused.status, refused.code()), (status, code), "{name}: {}", refused.body);
        assert!(refused.body["detail"].as_str().is_some_and(|it| !it.is_empty()));
    }
    let large = json!({"id": id(1), "name": "a.txt", "size": 26 * 1024 * 1024, "sha256": b64(&[1; 32])});
    let refused = desk.post(&path, &ana, large).await;
    assert_eq!((refused.status, refused.code()), (413, "file_too_large"));
    assert_eq!(refused.body["detail"], "the file is larger than 25 MiB");
    let hash = json!({"id": id(1), "name": "a.txt", "size": 1, "sha256": "short"});
    assert_eq!(desk.post(&path, &ana, hash).await.status, 400);

    let one = format!("{path}/{}", id(2));
    // A program that calls itself a picture.
    let program = b"MZ\x90\0\x03\0\0\0";
    assert_eq!(desk.post(&path, &ana, begin(2, "photo.png", program)).await.status, 201);
    let refused = desk.put_bytes(&format!("{one}?from=0"), &ana, program.to_vec()).await;
    assert_eq!((refused.status, refused.code()), (415, "file_kind_refused"));
    assert_eq!(desk.get(&one, &ana).await.status, 404, "nothing of it is left");
    // Other bytes than were announced.
    assert_eq!(desk.post(&path, &ana, begin(2, "a.txt", b"hello")).await.status, 201);
    let refused = desk.put_bytes(&format!("{one}?from=0"), &ana, b"jello".to_vec()).await;
    assert_eq!((refused.status, refused.code()), (422, "file_damaged"));
    let huge = desk.put_bytes(&format!("{one}?from=0"), &ana, vec![0; PIECE + 1]).await;
    assert_eq!((huge.status, huge.code()), (413, "too_large"));
    assert_eq!(desk.put_bytes(&one, &ana, b"x".to_vec()).await.status, 400, "where does it begin?");
    assert_eq!(desk.put_bytes(&format!("{path}/{}?from=0", id(9)), &ana, b"x".to_vec()).await.status, 404);

    assert_eq!(desk.post(&path, &ana, begin(3, "a.txt", b"hello")).await.status, 201);
    let three = format!("{path}/{}", id(3));
    assert_eq!(desk.delete(&three, &ana).await.status, 204, "given up");
    assert_eq!(desk.delete(&three, &ana).await.status, 204);
    let listed = desk.get(&path, &ana).await.body;
    assert_eq!(listed["attachments"], json!([]));
    let chat = desk.get(&format!("sessions/{}/messages", session["id"].as_str().unwrap()), &ana).await;
    assert_eq!(chat.body["messages"], json!([]));
}

#[tokio::test]
async fn the_end_users_file_and_screenshot_reach_the_desk() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let bia = desk.technician("Bia").await;
    let session = desk.invite(&ana, [1; 32]).await;
    desk.start_program(&session, [1; 32], 1).await.unwrap();
    let (at, path): (SessionId, _) = (session["id"].as_str().unwrap().parse().unwrap(), files_of(&session));
    let records: &dyn ponte_app::ports::Records = desk.records().as_ref();
    let log = announced(4, "C:\\logs\\error.log", b"it is on fire", Purpose::Chat);
    let begun = records.begin_file(at, log.clone()).await.unwrap();
    assert_eq!((begun.received, begun.kept), (0, false));
    let kept = records.add_piece(at, id(4), 0, b"it is on fire").await.unwrap();
    assert!(kept.kept && kept.message.is_some());
    assert!(records.begin_file(at, log).await.unwrap().kept, "announced again");
    records.begin_file(at, announced(5, "screen.png", PNG, Purpose::Screenshot)).await.unwrap();
    let shot = records.add_piece(at, id(5), 0, PNG).await.unwrap();
    assert!(shot.kept && shot.message.is_none());
    let text = announced(6, "screen.txt", b"x", Purpose::Screenshot);
    assert_eq!(records.begin_file(at, text).await, Err(ErrorCode::FileKindRefused));
    let listed = desk.get(&path, &bia).await.body;
    let listed: Vec<_> = listed["attachments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (it["name"].as_str().unwrap(), it["purpose"].as_str().unwrap(), it.get("technician").is_some())
        })
        .collect();
    assert_eq!(listed, [("error.log", "chat", false), ("screen.png", "screenshot", false)]);
    assert_eq!(records.file_piece(at, id(4), 6).await.unwrap(), b"on fire");
    assert_eq!(
        records.file_piece(at, id(5), 0).await,
        Err(ErrorCode::NotFound),
        "only the chat is read back"
    );
    // A technician's id is not the end user's to go on with.
    desk.post(&path, &ana, begin(7, "a.txt", b"hello")).await;
    assert_eq!(records.add_piece(at, id(7), 0, b"hello").await, Err(ErrorCode::NotFound));
    records.give_file_up(at, id(7)).await.unwrap();
    let still = desk.put_bytes(&format!("{path}/{}?from=0", id(7)), &ana, b"hello".to_vec()).await;
    assert_eq!(still.body["attachment"]["state"], "kept");
}

#[tokio::test]
async fn a_desk_says_what_it_accepts_and_only_who_may_changes_that() {
    let desk = Desk::start().await;
    let ana = desk.owner().await;
    let bia = desk.technician("Bia").await;
    let session = desk.invite(&ana, [1; 32]).await;
    let path = files_of(&session);
    let page = desk.get("setup", &ana).await.body["desk"].clone();
    assert_eq!(page["setup"]["files"]["each"], 25);
    let mut setup = page["setup"].clone();
    setup["files"] = json!({"each": 1, "session": 1, "kinds": ["txt"]});
    let change = json!({"version": page["version"], "setup": setup});
    assert_eq!(desk.put("setup", &bia, change.clone()).await.code(), "forbidden");
    assert_eq!(desk.put("setup", &ana, change).await.status, 200);
    assert_eq!(desk.post(&path, &ana, begin(1, "a.png", PNG)).await.code(), "file_kind_refused");
    let half = vec![b'x'; 600 * 1024];
    assert_eq!(desk.post(&path, &ana, begin(1, "a.txt", &half)).await.status, 201);
    let full = desk.post(&path, &ana, begin(2, "b.txt", &half)).await;
    assert_eq!((full.status, full.code()), (409, "files_full"), "what arrives counts");
    assert_eq!(desk.delete(&format!("{path}/{}", id(1)), &ana).await.status, 204);
    assert_eq!(desk.post(&path, &ana, begin(2, "b.txt", &half)).await.status, 201);
    let bad = json!({"version": 9, "setup": {"default_channel": page["setup"]["default_channel"], "files": {"each": 0}}});
    assert_eq!(desk.put("setup", &ana, bad).await.status, 400);
}
