//! Colleagues at work: they take what has waited for a while, write, note and close, and leave some for the visitor.

use std::{sync::Arc, time::Duration};

use anyhow::Result;
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::{
    api::Technician,
    caller::id,
    people::{REQUESTS, answer},
};

/// Between two looks at the queue.
const LOOK: Duration = Duration::from_secs(23);
/// From taking a session to writing, and from there to the end.
const READS: Duration = Duration::from_secs(6);
const WORKS: Duration = Duration::from_secs(75);
/// So many who wait are left to whoever looks at the demo.
const LEFT: usize = 4;

/// Works until the end; `late` keeps two of them from doing everything at the same moment.
pub(crate) async fn work(technician: Arc<Technician>, late: Duration) {
    sleep(late).await;
    loop {
        // Somebody was faster, or the relay is away: the next look shows it.
        let _ = take_one(&technician).await;
        sleep(LOOK).await;
    }
}

async fn take_one(technician: &Technician) -> Result<()> {
    let waiting = technician.get("sessions?state=waiting&order=queue&limit=50").await?;
    let ready: Vec<&Value> =
        waiting["sessions"].as_array().into_iter().flatten().filter(|it| it["detail"] == "ready").collect();
    if ready.len() <= LEFT {
        return Ok(());
    }
    // Not the first one: that is what *Take next* offers to the visitor.
    let Some(session) = ready.get(1) else { return Ok(()) };
    let path = format!("sessions/{}", id(session)?);
    technician.post(&format!("{path}/claim"), json!({"version": session["version"]})).await?;
    sleep(READS).await;
    let language = REQUESTS.iter().find(|it| session["person"] == it.person).map_or("en", |it| it.language);
    let answer = answer(language);
    technician.post(&format!("{path}/messages"), json!({"id": new_id()?, "text": answer.hello})).await?;
    sleep(WORKS).await;
    let action = json!({"id": new_id()?, "kind": "contact", "minutes": 5, "text": answer.done});
    technician.post(&format!("{path}/actions"), action).await?;
    close(technician, &path, "solved", answer.done).await
}

/// Closes the session as it is now.
pub(crate) async fn close(technician: &Technician, path: &str, outcome: &str, note: &str) -> Result<()> {
    let now = technician.get(path).await?;
    let closed = json!({"version": now["version"], "outcome": outcome, "note": note});
    technician.post(&format!("{path}/close"), closed).await.map(|_| ())
}

/// A random UUID (RFC 9562, version 4).
fn new_id() -> Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| anyhow::anyhow!("no random bytes: {e}"))?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]))
}
