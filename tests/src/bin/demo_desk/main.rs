//! The life of the demo's desk: sets it up, and lets people call and colleagues work, through the interfaces that
//! everybody has. `cargo xtask demo` runs it beside the relay.
//!
//! `demo-desk CONSOLE RELAY FOLDER EMAIL [PACE]`, with the account's password in `PONTE_DEMO_PASSWORD`: the console's address,
//! the relay's host and port for SOS programs, a folder for what callers keep, the owner's account, and the seconds between two
//! callers (25). It says what it made, one JSON object a line: `{"account": {name, email, about}}` for each colleague,
//! then `{"ready": true}`. Then it goes on until it is ended.

mod api;
mod caller;
mod people;
mod place;
mod screen;
mod shift;

use std::{path::PathBuf, sync::Arc, time::Duration};

use anyhow::{Context as _, Result, bail};
use serde_json::json;
use tokio::{task::JoinSet, time::sleep};

use api::Technician;
use caller::{Home, call, id, invite};
use people::REQUESTS;
use place::{COLLEAGUES, Place};

/// Who is there when the demo begins.
const FIRST: usize = 5;
/// More than these callers at once are no better.
const MOST: usize = 9;
/// Sessions that were over before the demo began.
const PAST: usize = 4;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(console), Some(relay), Some(folder), Some(email)) =
        (arguments.next(), arguments.next(), arguments.next(), arguments.next())
    else {
        bail!("demo-desk CONSOLE RELAY FOLDER EMAIL [PACE]");
    };
    let pace = arguments.next().map_or(Ok(25), |text| text.parse()).context("PACE is a number of seconds")?;
    let password = std::env::var("PONTE_DEMO_PASSWORD").context("PONTE_DEMO_PASSWORD is not set")?;
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // One provider for all that speaks TLS here; a second call finds the first one's.
    let _ = rustls::crypto::ring::default_provider().install_default();

    let owner = Technician::sign_in(&console, &email, &password).await?;
    let place = place::set_up(&owner, &password).await?;
    let mut tasks = JoinSet::new();
    let mut colleagues = Vec::new();
    for it in COLLEAGUES {
        let technician = Arc::new(Technician::sign_in(&console, it.email, &password).await?);
        colleagues.push(Arc::clone(&technician));
        tasks.spawn(async move { technician.is_there().await });
        say(&json!({"account": {"name": it.name, "email": it.email, "about": it.about}}));
    }
    left_over(&owner).await?;
    if place.fresh {
        past(&owner, &place).await?;
    }
    for (technician, late) in colleagues.iter().zip([31, 47, 61, 83]) {
        tasks.spawn(shift::work(Arc::clone(technician), Duration::from_secs(late)));
    }
    let desk = Desk { owner, place, relay, folder };
    desk.people(Duration::from_secs(pace)).await
}

struct Desk {
    owner: Technician,
    place: Place,
    relay: String,
    folder: PathBuf,
}

impl Desk {
    /// They come, one after another, for ever.
    async fn people(&self, pace: Duration) -> Result<()> {
        let mut calls = futures_util::stream::FuturesUnordered::new();
        let mut coming = REQUESTS.iter().cycle().zip(0_u32..).skip(if self.place.fresh { PAST } else { 0 });
        for (request, shade) in coming.by_ref().take(FIRST) {
            calls.push(self.one(request, shade));
        }
        say(&json!({"ready": true}));
        loop {
            tokio::select! {
                () = sleep(pace) => {
                    if calls.len() < MOST && let Some((request, shade)) = coming.next() {
                        calls.push(self.one(request, shade));
                    }
                }
                // What became of a call shows in the console.
                _ = futures_util::StreamExt::next(&mut calls), if !calls.is_empty() => {}
            }
        }
    }

    async fn one(&self, request: &'static people::Request, shade: u32) -> Result<()> {
        let invitation = invite(&self.owner, &self.place, request).await?;
        let home = Home { relay: &self.relay, folder: &self.folder };
        call(home, &invitation, request, shade).await
    }
}

/// Callers of an earlier demo are gone: what they left is closed.
async fn left_over(owner: &Technician) -> Result<()> {
    let open = owner.get("sessions?state=waiting&state=active&limit=500").await?;
    for session in open["sessions"].as_array().into_iter().flatten() {
        let theirs = REQUESTS.iter().any(|it| session["email"] == it.email);
        if theirs {
            shift::close(
                owner,
                &format!("sessions/{}", id(session)?),
                "no_contact",
                "Nobody was there any more.",
            )
            .await?;
        }
    }
    Ok(())
}

/// What was done in the morning.
async fn past(owner: &Technician, place: &Place) -> Result<()> {
    for request in REQUESTS.iter().take(PAST) {
        let invitation = invite(owner, place, request).await?;
        let path = format!("sessions/{}", id(&invitation.session)?);
        shift::close(owner, &path, "solved", people::answer(request.language).done).await?;
    }
    Ok(())
}

/// On a pipe that nobody reads any more there is nobody to tell.
fn say(line: &serde_json::Value) {
    use std::io::Write as _;
    let _ = writeln!(std::io::stdout(), "{line}");
}
