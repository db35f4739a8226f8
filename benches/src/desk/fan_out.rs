//! From a change to the consoles: real sockets to a real relay, all on this machine.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use futures_util::{SinkExt as _, StreamExt as _};
use ponte_app::desk::Caller;
use tokio::{net::TcpStream, sync::mpsc, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Message, client::IntoClientRequest as _},
};

use super::{Kind, Place, Report, Times, records::person};

const CONSOLES: usize = 500;
/// Whose consoles they are.
const TECHNICIANS: usize = 20;
const CHANGES: usize = 300;
/// A change each: a busy desk.
const EVERY: Duration = Duration::from_millis(100);
/// p99 at most, in milliseconds.
const TARGET: f64 = 150.0;

/// # Errors
/// When a relay does not start, or a console hears nothing.
pub async fn run() -> Result<Report> {
    let mut report = Report::default();
    report.line(format!(
        "{CHANGES} new sessions, one each {} ms, until each of {CONSOLES} consoles has them; the consoles are on this machine, too",
        EVERY.as_millis()
    ));
    report.line("| database | heard | p50 ms | p90 ms | p99 ms | worst ms |");
    report.line("|---|---|---|---|---|---|");
    for kind in Kind::ALL {
        let place = Place::start(kind).await?;
        let times = measure(&place).await?;
        let [p50, p90, p99, worst] = [50, 90, 99, 100].map(|percent| times.percentile(percent));
        report.line(format!("| {kind} | {} | {p50:.1} | {p90:.1} | {p99:.1} | {worst:.1} |", times.len()));
        report.at_most(&format!("{kind}, p99"), p99, TARGET);
        place.node.stop().await;
    }
    Ok(report)
}

async fn measure(place: &Place) -> Result<Times> {
    let mut people = Vec::new();
    for n in 0..TECHNICIANS {
        people.push(place.owner(n).await?);
    }
    let (heard, mut all) = mpsc::channel(CONSOLES * 4);
    let mut consoles = Vec::new();
    for n in 0..CONSOLES {
        let socket = console(place, &people[n % TECHNICIANS]).await?;
        consoles.push(tokio::spawn(listen(socket, heard.clone())));
    }
    let opener = people[0].clone();
    let desk = std::sync::Arc::clone(place.desk());
    let opening = tokio::spawn(async move {
        let (mut begun, mut beat) = (Vec::new(), tokio::time::interval(EVERY));
        for n in 0..CHANGES {
            beat.tick().await;
            begun.push(Instant::now());
            desk.create_session(&opener, person(n)).await?;
        }
        anyhow::Ok(begun)
    });
    let mut arrivals = Vec::new();
    while arrivals.len() < CONSOLES * CHANGES {
        let next = timeout(Duration::from_secs(30), all.recv()).await;
        arrivals.push(next.context("a console hears nothing")?.context("the consoles have gone")?);
    }
    let begun = opening.await??;
    for console in consoles {
        console.abort();
    }
    let mut times = Times::default();
    for (number, at) in arrivals {
        times.add(at.duration_since(*begun.get(number).context("a session of nobody")?));
    }
    Ok(times)
}

async fn console(place: &Place, caller: &Caller) -> Result<WebSocketStream<TcpStream>> {
    let ticket = place.desk().events_ticket(caller).await?;
    let address = place.node.address();
    let request = format!("ws://{address}/api/v1/events").into_client_request()?;
    let (mut socket, _) = client_async(request, TcpStream::connect(address).await?).await?;
    let hello = serde_json::json!({"ticket": ticket, "cursor": 0});
    socket.send(Message::text(hello.to_string())).await?;
    Ok(socket)
}

/// Tells which session it heard of, and when.
async fn listen(mut socket: WebSocketStream<TcpStream>, heard: mpsc::Sender<(usize, Instant)>) -> Result<()> {
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else { continue };
        let at = Instant::now();
        let event: serde_json::Value = serde_json::from_str(&text)?;
        match event["type"].as_str() {
            Some("session") => {
                let number = event["session"]["number"].as_u64().context("no number")?;
                heard.send((usize::try_from(number)? - 1, at)).await?;
            }
            Some("reload") => bail!("a console is too far behind"),
            _ => {}
        }
    }
    Ok(())
}
