//! What else happens at the demo's desk: `demo-desk` runs beside the relay and does it.

use std::process::Command;
use std::time::Duration;

use anyhow::{Result, bail};
use serde_json::Value;

use super::relay::Site;
use crate::child::{self, Running};
use crate::root;

/// Until the desk is set up and the first people have called, on a machine that does much else.
const WITHIN: Duration = Duration::from_secs(60);

/// Somebody else who works at the desk.
pub(crate) struct Colleague {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) about: String,
}

/// Starts it, and waits until the desk is set up and the first people have called.
pub(crate) fn start(site: &Site, running: &mut Vec<Running>) -> Result<Vec<Colleague>> {
    let mut command = Command::new(root::program("demo-desk"));
    command
        .arg(site.address().trim_end_matches('/'))
        .arg(format!("127.0.0.1:{}", site.port))
        .arg(site.folder.join("callers"))
        .arg(site.email)
        .env("PONTE_DEMO_PASSWORD", &site.password);
    let log = site.folder.join("desk.log");
    let mut program = Running::start("the life of the desk", &command, &log)?;
    let said = || std::fs::read_to_string(&log).unwrap_or_default();
    let ready = child::wait_until(WITHIN, || {
        if lines(&said()).iter().any(|line| line["ready"] == true) {
            return Some(true);
        }
        program.ended().is_some().then_some(false)
    });
    if !matches!(ready, Ok(true)) {
        bail!("the demo's desk could not be set up:\n{}", said());
    }
    running.push(program);
    let text = |account: &Value, key: &str| account[key].as_str().unwrap_or_default().to_owned();
    let accounts = lines(&said()).into_iter().map(|line| line["account"].clone()).filter(Value::is_object);
    Ok(accounts
        .map(|it| Colleague { name: text(&it, "name"), email: text(&it, "email"), about: text(&it, "about") })
        .collect())
}

/// What it says is JSON, an object a line; what goes wrong stands between.
fn lines(text: &str) -> Vec<Value> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}
