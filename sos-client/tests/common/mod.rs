//! A relay and a technician in one, and a desktop, for tests of the real program and of its engine.

#![allow(dead_code)] // no test uses all of it

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, mpsc},
    time::Duration,
};

use anyhow::{Context, Result, bail};
use bytes::BytesMut;
use ponte_seal::{Initiator, InitiatorStep, Lanes, PictureKey, SealedLane, TechnicianSecret};
use ponte_sos::{clock, trust::Fingerprint};
use ponte_types::{PairingWords, TechnicianId, ViewerId};
use ponte_wire::{
    Decoder, Frame, Message, framing,
    msg::{self, FromEndUser, FromTechnician, from_end_user, from_sos, from_technician, to_sos},
};
use quinn::{Connection, Endpoint, RecvStream, SendStream};
use sha2::{Digest, Sha256};
use tokio::time::timeout;

const WITHIN: Duration = Duration::from_secs(20);

/// Listens as a relay does.
pub(crate) struct Relay {
    endpoint: Endpoint,
    pub(crate) fingerprint: Fingerprint,
}

impl Relay {
    pub(crate) fn start() -> Result<Self> {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()])?;
        let key = rustls::pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let mut tls =
            rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_protocol_versions(&[&rustls::version::TLS13])?
                .with_no_client_auth()
                .with_single_cert(vec![made.cert.der().clone()], key.into())?;
        tls.alpn_protocols = vec![ponte_wire::ALPN.to_vec()];
        let crypto = quinn::crypto::rustls::QuicServerConfig::try_from(tls)?;
        let config = quinn::ServerConfig::with_crypto(Arc::new(crypto));
        let fingerprint = Fingerprint(Sha256::digest(made.cert.der()).into());
        Ok(Self { endpoint: Endpoint::server(config, SocketAddr::from(([127, 0, 0, 1], 0)))?, fingerprint })
    }
    pub(crate) fn port(&self) -> Result<u16> {
        Ok(self.endpoint.local_addr()?.port())
    }
    pub(crate) fn address(&self) -> Result<String> {
        Ok(self.endpoint.local_addr()?.to_string())
    }
    /// The next program that calls does not like the certificate, and tells nothing.
    pub(crate) async fn is_refused(&self) -> Result<()> {
        let incoming = timeout(WITHIN, self.endpoint.accept()).await?.context("closed")?;
        anyhow::ensure!(timeout(WITHIN, incoming).await?.is_err(), "the certificate was accepted");
        Ok(())
    }
    /// The next program that connects, with its first message.
    pub(crate) async fn accept(&self) -> Result<(Sos, msg::SosHello)> {
        let connection = loop {
            let incoming = timeout(WITHIN, self.endpoint.accept()).await?.context("closed")?;
            match timeout(WITHIN, incoming).await? {
                Ok(connection) => break connection,
                // The program tried while nobody accepted, and gave that try up.
                Err(
                    quinn::ConnectionError::ApplicationClosed(_)
                    | quinn::ConnectionError::ConnectionClosed(_),
                ) => {}
                Err(other) => return Err(other.into()),
            }
        };
        let (send, receive) = timeout(WITHIN, connection.accept_bi()).await??;
        let mut sos =
            Sos { connection, send, receive, decoder: Decoder::default(), lanes: None, pairing: None };
        match sos.next().await? {
            from_sos::Body::Hello(hello) => Ok((sos, hello)),
            other => bail!("not a hello: {other:?}"),
        }
    }
}

/// One connected program, as relay and technician see it.
pub(crate) struct Sos {
    connection: Connection,
    send: SendStream,
    receive: RecvStream,
    decoder: Decoder,
    lanes: Option<Lanes>,
    pairing: Option<TechnicianSecret>,
}

pub(crate) const VIEWER: [u8; 16] = [1; 16];
const TECHNICIAN: [u8; 16] = [2; 16];

impl Sos {
    pub(crate) async fn tell(&mut self, body: to_sos::Body) -> Result<()> {
        let mut bytes = BytesMut::new();
        framing::encode(&msg::ToSos { body: Some(body) }, &mut bytes);
        Ok(timeout(WITHIN, self.send.write_all(&bytes)).await??)
    }
    pub(crate) async fn next(&mut self) -> Result<from_sos::Body> {
        loop {
            if let Some(message) = self.decoder.next::<msg::FromSos>()? {
                return message.body.context("an empty message");
            }
            let chunk =
                timeout(WITHIN, self.receive.read_chunk(65536, true)).await??.context("the program left")?;
            self.decoder.push(&chunk.bytes);
        }
    }
    /// Welcomes with a session, as after a link.
    pub(crate) async fn welcome_session(&mut self) -> Result<()> {
        let session = msg::SessionOpened {
            number: 7,
            subject: "Printer does not print".into(),
            person: "Maria".into(),
            attachments: Some(msg::AttachmentLimits {
                each: 1_000_000,
                endings: vec!["txt".into(), "png".into()],
            }),
        };
        let welcome = msg::Welcome {
            desk_name: "Prefeitura – Suporte".into(),
            resume_token: vec![9; 32],
            code: None,
            session: Some(session),
        };
        self.tell(to_sos::Body::Welcome(welcome)).await
    }
    pub(crate) async fn welcome_code(&mut self, routing: &str) -> Result<()> {
        let code = msg::CodeIssued { routing: routing.into(), valid_seconds: 600 };
        let welcome = msg::Welcome {
            desk_name: "Prefeitura – Suporte".into(),
            resume_token: vec![9; 32],
            code: Some(code),
            session: None,
        };
        self.tell(to_sos::Body::Welcome(welcome)).await
    }

    /// The technician's link is gone.
    pub(crate) async fn viewer_leaves(&mut self) -> Result<()> {
        self.tell(to_sos::Body::ViewerLeft(msg::ViewerLeft { viewer: VIEWER.to_vec(), for_good: false }))
            .await
    }
    /// Who may see, as the program says next.
    pub(crate) async fn watchers(&mut self) -> Result<Vec<Vec<u8>>> {
        loop {
            if let from_sos::Body::Watchers(watchers) = self.next().await? {
                return Ok(watchers.viewers);
            }
        }
    }
    /// The link to the program breaks.
    pub(crate) fn cut(self) {
        self.connection.close(1u8.into(), b"cut");
    }

    /// The technician's browser is gone for a moment, and comes back.
    pub(crate) async fn resumes(&mut self) -> Result<()> {
        self.viewer_leaves().await?;
        self.pair(self.pairing.clone().context("not paired")?).await
    }
    /// Joins as a technician and agrees on keys.
    pub(crate) async fn pair(&mut self, secret: TechnicianSecret) -> Result<()> {
        self.pair_as(secret, msg::ViewerRole::Leads, "").await.map(drop)
    }
    /// Joins, as the desk says, and agrees on keys; the words to compare, where there are any.
    pub(crate) async fn pair_as(
        &mut self,
        secret: TechnicianSecret,
        role: msg::ViewerRole,
        from: &str,
    ) -> Result<Option<PairingWords>> {
        let (viewer, technician) = (ViewerId::from_bytes(VIEWER), TechnicianId::from_bytes(TECHNICIAN));
        self.tell(to_sos::Body::ViewerJoined(msg::ViewerJoined {
            viewer: VIEWER.to_vec(),
            technician_name: "Ana Souza".into(),
            technician_id: TECHNICIAN.to_vec(),
            role: role.into(),
            from: from.to_owned(),
        }))
        .await?;
        let mut run = Initiator::new(viewer, technician, secret, &clock::random()?);
        self.handshake(&run.offer()).await?;
        loop {
            let from_sos::Body::Peer(peer) = self.next().await? else { continue };
            if peer.lane() != msg::Lane::Handshake {
                // Sealed for who was here before.
                continue;
            }
            match run.handle(msg::Handshake::decode(peer.payload)?)? {
                InitiatorStep::Send(message) => self.handshake(&message).await?,
                InitiatorStep::Done { pairing, secret, lanes, words } => {
                    self.lanes = Some(*lanes);
                    self.pairing = Some(TechnicianSecret::Resume(pairing, secret));
                    return Ok(words);
                }
            }
        }
    }
    async fn handshake(&mut self, message: &msg::Handshake) -> Result<()> {
        self.peer(msg::Lane::Handshake, message.encode_to_vec()).await
    }
    async fn peer(&mut self, lane: msg::Lane, payload: Vec<u8>) -> Result<()> {
        let peer = msg::Peer { viewer: VIEWER.to_vec(), lane: lane.into(), payload: payload.into() };
        self.tell(to_sos::Body::Peer(peer)).await
    }
    /// Says something as the technician.
    pub(crate) async fn say(&mut self, body: from_technician::Body) -> Result<()> {
        let (lane, sealed) = match body {
            from_technician::Body::Ask(_)
            | from_technician::Body::GiveBack(_)
            | from_technician::Body::Ping(_) => (msg::Lane::Control, SealedLane::Control),
            _ => (msg::Lane::Input, SealedLane::Input),
        };
        let plain = FromTechnician { body: Some(body) }.encode_to_vec();
        let payload = self.lanes.as_mut().context("not paired")?.seal(sealed, &plain);
        self.peer(lane, payload).await
    }
    /// The next thing the technician hears for which `pick` has an answer.
    pub(crate) async fn hear<T>(&mut self, pick: impl Fn(&from_end_user::Body) -> Option<T>) -> Result<T> {
        loop {
            let from_sos::Body::Peer(peer) = self.next().await? else { continue };
            let plain =
                self.lanes.as_mut().context("not paired")?.open(SealedLane::Control, &peer.payload)?;
            let body = FromEndUser::decode(&plain[..])?.body.context("an empty message")?;
            if let Some(found) = pick(&body) {
                return Ok(found);
            }
        }
    }
    pub(crate) async fn granted(&mut self, wanted: &[msg::GrantKind]) -> Result<()> {
        let wanted: Vec<i32> = wanted.iter().map(|g| (*g).into()).collect();
        self.hear(|body| match body {
            from_end_user::Body::Grants(state) if state.granted == wanted && state.asking.is_none() => {
                Some(())
            }
            _ => None,
        })
        .await
    }
    /// The key of what the technician sees next.
    pub(crate) async fn picture_key(&mut self) -> Result<(u8, PictureKey)> {
        let told = self.hear(|body| match body {
            from_end_user::Body::PictureKey(told) => Some(told.clone()),
            _ => None,
        });
        let msg::PictureKey { epoch, key } = told.await?;
        let key = key.try_into().map_err(|_| anyhow::anyhow!("a key has 32 bytes"))?;
        Ok((epoch.try_into()?, PictureKey::from_bytes(key)))
    }
    pub(crate) async fn frame(&self) -> Result<Frame> {
        let mut stream = timeout(WITHIN, self.connection.accept_uni()).await??;
        let bytes = timeout(WITHIN, stream.read_to_end(ponte_wire::MAX_FRAME)).await??;
        Ok(Frame::parse(bytes.into())?)
    }
    pub(crate) async fn leaves(&mut self) -> Result<()> {
        while !matches!(self.next().await?, from_sos::Body::Leave(_)) {}
        Ok(())
    }
}

/// A virtual screen with a window manager; ends with the test.
pub(crate) struct Desktop {
    children: Vec<Child>,
    pub(crate) display: String,
}

impl Desktop {
    pub(crate) fn start() -> Result<Self> {
        Self::without(&[])
    }
    /// An X server that lacks some extensions.
    pub(crate) fn without(extensions: &[&str]) -> Result<Self> {
        // Without -noreset the server starts over, and drops whoever is just coming, when its last client leaves.
        let mut xvfb = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x720x24", "-nolisten", "tcp", "-noreset"])
            .args(extensions.iter().flat_map(|name| ["-extension", *name]))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = xvfb.stdout.take().context("no output")?;
        let mut desktop = Self { children: vec![xvfb], display: String::new() };
        // The pipe closes with the server, which ends with `desktop`: the thread cannot outlive the test.
        let (sender, number) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = BufReader::new(output).read_line(&mut line).map(|_| line);
            sender.send(read)
        });
        let number = number.recv_timeout(WITHIN).context("Xvfb did not start")??;
        desktop.display = format!(":{}", number.trim());
        desktop.run("xsetroot", &["-solid", "#3b4a5e"])?;
        desktop.spawn("openbox", &[])?;
        // The window manager says on the root window that it is there.
        let began = std::time::Instant::now();
        while !desktop.says("xprop", &["-root", "_NET_SUPPORTING_WM_CHECK"])?.contains("window id") {
            anyhow::ensure!(began.elapsed() < WITHIN, "openbox did not start");
        }
        // It says so before it is done starting, and until then it loses requests to show a window: it is there once
        // it has carried something out. (Its own settings have four desktops.)
        while desktop.says("xdotool", &["set_num_desktops", "1", "get_num_desktops"])?.trim() != "1" {
            anyhow::ensure!(began.elapsed() < WITHIN, "openbox carries nothing out");
        }
        Ok(desktop)
    }
    pub(crate) fn display(&self) -> &str {
        &self.display
    }
    fn command(&self, program: &str) -> OwnedCommand {
        let mut command = Command::new(program);
        command.env("DISPLAY", &self.display).env("LC_ALL", "C.UTF-8");
        OwnedCommand(command)
    }
    /// A program that is done at once, or is ended.
    fn short(&self, program: &str, args: &[&str]) -> Command {
        let mut command = self.command("timeout");
        command.0.arg(WITHIN.as_secs().to_string()).arg(program).args(args);
        command.0
    }
    pub(crate) fn says(&self, program: &str, args: &[&str]) -> Result<String> {
        Ok(String::from_utf8_lossy(&self.short(program, args).output()?.stdout).into_owned())
    }
    /// Waits until a window with this in its title has the keyboard: the window manager gives it in its own time.
    pub(crate) fn focused(&self, title: &str) -> Result<()> {
        let began = std::time::Instant::now();
        while !self.says("xdotool", &["getwindowfocus", "getwindowname"])?.contains(title) {
            anyhow::ensure!(began.elapsed() < WITHIN, "{title} did not get the keyboard");
        }
        Ok(())
    }
    pub(crate) fn spawn(&mut self, program: &str, args: &[&str]) -> Result<()> {
        let child = self.command(program).args(args).0.stdout(Stdio::null()).spawn()?;
        self.children.push(child);
        Ok(())
    }
    pub(crate) fn spawn_in(&mut self, locale: &str, program: &str, args: &[&str]) -> Result<()> {
        let child = self.command(program).args(args).0.env("LC_ALL", locale).spawn()?;
        self.children.push(child);
        Ok(())
    }
    /// With settings and memory of its own.
    pub(crate) fn spawn_at_home(
        &mut self,
        home: &Path,
        locale: &str,
        program: &str,
        args: &[&str],
    ) -> Result<()> {
        let mut command = self.command(program).args(args);
        let child = command.0.env("LC_ALL", locale).env("XDG_CONFIG_HOME", home).spawn()?;
        self.children.push(child);
        Ok(())
    }
    /// Ends the program that was started last, and waits for its end.
    pub(crate) fn end_last(&mut self) -> Result<()> {
        let mut child = self.children.pop().context("nothing runs")?;
        child.kill()?;
        child.wait()?;
        Ok(())
    }
    pub(crate) fn run(&self, program: &str, args: &[&str]) -> Result<()> {
        let status = self.short(program, args).status()?;
        anyhow::ensure!(status.success(), "{program} {args:?} failed");
        Ok(())
    }
    /// Keeps a picture of the screen.
    pub(crate) fn picture(&self, name: &str) -> Result<()> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("screens");
        std::fs::create_dir_all(&folder)?;
        let path = folder.join(format!("{name}.png"));
        self.run("import", &["-window", "root", path.to_str().context("a path")?])
    }
    /// Waits until so many pixels have this luma value, within a tolerance of 1.
    pub(crate) async fn shows(&self, luma: u8, at_least: usize) -> Result<()> {
        use ponte_desktop::{picture::Picture, x11::capture::Capture};
        let mut capture = Capture::open(Some(&self.display))?;
        let area = capture.area();
        let mut picture = Picture::new(area.width, area.height);
        let mut every = tokio::time::interval(Duration::from_millis(15));
        let look = async {
            loop {
                every.tick().await;
                capture.update(&mut picture, true)?;
                let seen = picture.planes().0.iter().filter(|y| y.abs_diff(luma) <= 1).count();
                if seen >= at_least {
                    return Ok(());
                }
            }
        };
        timeout(WITHIN, look).await.with_context(|| format!("luma {luma} was not seen"))?
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        for mut child in self.children.drain(..).rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

pub(crate) struct OwnedCommand(Command);

/// Waits until a file is there and `done` likes what is in it.
pub(crate) async fn file(path: &Path, done: impl Fn(&str) -> bool) -> Result<String> {
    let mut every = tokio::time::interval(Duration::from_millis(15));
    let look = async {
        loop {
            every.tick().await;
            if let Ok(text) = std::fs::read_to_string(path)
                && done(&text)
            {
                return text;
            }
        }
    };
    let found = timeout(WITHIN, look).await;
    found.with_context(|| format!("{} holds {:?}", path.display(), std::fs::read_to_string(path)))
}

impl OwnedCommand {
    fn args(mut self, args: &[&str]) -> Self {
        self.0.args(args);
        self
    }
}
