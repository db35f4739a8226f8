//! The demo's relay: a folder, a port, a technician.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::child::{self, Running};
use crate::root;

const FIRST_PORT: u16 = 8443;
/// How often another port is tried when one was taken meanwhile.
const TRIES: usize = 5;
const EMAIL: &str = "ana@demo.ponte";
const NAME: &str = "Ana Demo";

/// A relay's data folder with everything needed to start it.
pub(crate) struct Site {
    pub(crate) folder: PathBuf,
    pub(crate) port: u16,
    internal: u16,
    pub(crate) email: &'static str,
    pub(crate) password: String,
}

impl Site {
    pub(crate) fn address(&self) -> String {
        format!("http://localhost:{}/", self.port)
    }

    fn is_free(&self) -> bool {
        free(self.port) && free(self.internal)
    }

    fn config(&self) -> PathBuf {
        self.folder.join("ponte.toml")
    }
}

/// Writes the configuration and makes the demo technician, who keeps password and data between runs.
fn prepare(folder: &Path, port: Option<u16>) -> Result<Site> {
    let data = folder.join("data");
    std::fs::create_dir_all(&data).with_context(|| format!("cannot make {}", data.display()))?;
    let port = match port {
        Some(port) if free(port) => port,
        Some(port) => bail!(
            "port {port} is busy on this machine: choose another with --port, or leave it out to take a free one"
        ),
        None => (FIRST_PORT..FIRST_PORT + 200)
            .find(|port| free(*port))
            .context("no free port between 8443 and 8642")?,
    };
    let internal = (port + 1..port.saturating_add(400))
        .find(|port| free(*port))
        .context("no free port for the internal listener")?;
    let password_file = folder.join("password");
    let known = std::fs::read_to_string(&password_file).ok();
    let password = match &known {
        Some(password) => password.trim().to_owned(),
        None => new_password()?,
    };
    let site = Site { folder: folder.to_path_buf(), port, internal, email: EMAIL, password };
    let downloads = folder.join("downloads");
    offer_program(&downloads)?;
    let text = format!(
        "# Made by `cargo xtask demo`.\n\
         listen = \"127.0.0.1:{port}\"\n\
         public_url = \"http://localhost:{port}\"\n\
         desk_name = \"Ponte demo desk\"\n\
         data_dir = {data:?}\n\
         downloads_dir = {downloads:?}\n\
         internal_listen = \"127.0.0.1:{internal}\"\n"
    );
    std::fs::write(site.config(), text).context("cannot write the relay's configuration")?;
    if known.is_none() {
        create_owner(&site)?;
        std::fs::write(&password_file, &site.password).context("cannot keep the password")?;
    }
    Ok(site)
}

/// The SOS program behind invite links is the one just built.
fn offer_program(downloads: &Path) -> Result<()> {
    std::fs::create_dir_all(downloads).with_context(|| format!("cannot make {}", downloads.display()))?;
    let offered = downloads.join("ponte-sos-linux-x86_64");
    std::fs::copy(root::program("ponte-sos"), &offered)
        .with_context(|| format!("cannot write {}", offered.display()))?;
    Ok(())
}

fn create_owner(site: &Site) -> Result<()> {
    let mut command = Command::new(root::program("ponte-relay"));
    command
        .args(["admin", "create-owner", "--config"])
        .arg(site.config())
        .args(["--email", EMAIL, "--name", NAME, "--password-stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().context("cannot start ponte-relay")?;
    if let Some(mut input) = child.stdin.take() {
        writeln!(input, "{}", site.password).context("cannot hand over the password")?;
    }
    let answer = child.wait_with_output().context("cannot wait for ponte-relay")?;
    if !answer.status.success() {
        bail!("the demo technician could not be made: {}", String::from_utf8_lossy(&answer.stderr).trim());
    }
    Ok(())
}

/// Starts a relay on these data, on the given port or a free one. Another demo may take a port between the moment
/// it was seen free and the moment the relay wants it: then the next one is tried.
pub(crate) fn start(folder: &Path, port: Option<u16>) -> Result<(Site, Running)> {
    let mut tries = 0..TRIES;
    loop {
        let site = prepare(folder, port)?;
        match serve(&site) {
            Ok(relay) => return Ok((site, relay)),
            Err(_) if tries.next().is_some() && !site.is_free() => {}
            Err(error) => return Err(error),
        }
    }
}

/// Starts the relay and waits until it says that it listens. That something answers on its port would prove nothing:
/// it could be another demo's.
fn serve(site: &Site) -> Result<Running> {
    let mut command = Command::new(root::program("ponte-relay"));
    command.args(["serve", "--config"]).arg(site.config());
    let log = site.folder.join("relay.log");
    let mut relay = Running::start("the relay", &command, &log)?;
    let said = || std::fs::read_to_string(&log).unwrap_or_default();
    let listens = child::wait_until(Duration::from_secs(60), || {
        if said().contains("\nPonte is at ") || said().starts_with("Ponte is at ") {
            return Some(true);
        }
        relay.ended().is_some().then_some(false)
    });
    match listens {
        Ok(true) => Ok(relay),
        _ => bail!("the relay did not start:\n{}", said()),
    }
}

fn free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
        && UdpSocket::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Twelve letters and digits that nobody mixes up.
fn new_password() -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut random = [0_u8; 12];
    std::fs::File::open("/dev/urandom")
        .and_then(|mut file| file.read_exact(&mut random))
        .context("no random bytes")?;
    let letters: Vec<u8> = random.iter().map(|byte| LETTERS[usize::from(byte % 32)]).collect();
    let text = String::from_utf8_lossy(&letters).into_owned();
    Ok(format!("{}-{}-{}", &text[..4], &text[4..8], &text[8..]))
}
