//! While connected: messages, frames, commands, time.

use std::time::{Duration, Instant};

use ponte_desktop::screen::{PointerShape, Shot};
use ponte_seal::Secret;
use ponte_types::{EndReason, ErrorCode, Grant};
use ponte_wire::{
    Codec, FrameHeader,
    msg::{
        self, from_end_user::Body as ToTechnician, from_sos::Body as ToRelay, sos_hello::Purpose,
        to_sos::Body as FromRelay,
    },
};
use tokio::{
    task::JoinSet,
    time::{Interval, MissedTickBehavior, interval, timeout},
};
use zeroize::Zeroizing;

use super::{
    Engine, Next, Shown,
    call::{Worked, no_such_call},
    connect::Backoff,
    desktop::DesktopEvent,
    files::Done,
    refused,
    session::Action,
    transport::{self, Delivery, Receiver, Sender},
};
use crate::{
    clock,
    config::Start,
    view::{Command, Course, Ending, Offline, Replaced, View},
};

const WELCOME_WITHIN: Duration = Duration::from_secs(10);
/// How long the first message waits for facts about the machine; they may follow.
const FACTS_WITHIN: Duration = Duration::from_millis(500);
/// How long before its end a shown code is prolonged.
const PROLONG_BEFORE: Duration = Duration::from_secs(15);
/// How often a technician hears that input is refused.
const REFUSED_EVERY: Duration = Duration::from_secs(1);

/// Least time between two numbers: a little more than the relay asks for.
const CODE_EVERY: Duration = Duration::from_millis(1200);

/// What lives as long as the connection.
struct Connected {
    sender: Sender,
    frames: JoinSet<Delivery>,
    refusal: Option<Instant>,
    /// It began with a number, not with a link.
    by_code: bool,
    /// The number that is or was shown is of no use any more: another is to be asked for.
    want_code: bool,
    asked_code: bool,
    /// When the newest number came.
    code_at: Instant,
}

impl Engine {
    pub(super) async fn live(
        &mut self,
        start: &Start,
        mut sender: Sender,
        mut receiver: Receiver,
        backoff: &mut Backoff,
    ) -> anyhow::Result<Next> {
        if let Ok(Some(Ok(facts))) = timeout(FACTS_WITHIN, self.gathering.join_next()).await {
            self.facts = facts;
        }
        let hello = ToRelay::Hello(msg::SosHello {
            protocol: ponte_wire::PROTOCOL,
            program_version: env!("CARGO_PKG_VERSION").into(),
            // By a channel's link nothing is told of the machine before the person presses Send.
            device: (!self.is_private()).then(|| (&self.facts).into()),
            purpose: Some(self.purpose(start)),
        });
        if !sender.send(&msg::FromSos { body: Some(hello) }).await {
            return Ok(Next::Again);
        }
        let Ok(first) = timeout(WELCOME_WITHIN, receiver.next()).await else { return Ok(Next::Again) };
        match first.and_then(|m| m.body) {
            Some(FromRelay::Welcome(welcome)) => self.welcomed(start, welcome)?,
            Some(FromRelay::Refused(no)) => return Ok(self.refused(start, &no, backoff).await),
            _ => return Ok(Next::Again),
        }
        backoff.reset();
        self.state.online = true;
        self.apply_rights();
        self.show_state();
        let mut connected = Connected {
            sender,
            frames: JoinSet::new(),
            refusal: None,
            by_code: matches!(start, Start::Code(_)),
            want_code: false,
            asked_code: false,
            code_at: Instant::now(),
        };
        self.state.chat.untold();
        for body in self.state.chat.files.next(false) {
            if !connected.sender.send(&msg::FromSos { body: Some(body) }).await {
                return Ok(Next::Again);
            }
        }
        for say in self.state.chat.unanswered() {
            if !connected.sender.send(&msg::FromSos { body: Some(ToRelay::Say(say)) }).await {
                return Ok(Next::Again);
            }
        }
        if !self.state.in_session {
            for again in self.call_again() {
                if let Action::Send(body) = again
                    && !connected.sender.send(&msg::FromSos { body: Some(body) }).await
                {
                    return Ok(Next::Again);
                }
            }
        }
        let mut second = interval(Duration::from_secs(1));
        second.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let next = self.turn(&mut connected, &mut receiver, &mut second).await?;
        connected.frames.shutdown().await;
        // What was on its way is gone: the screen may send anew.
        self.desktop.delivered();
        self.desktop.delivered();
        connected.sender.close().await;
        Ok(next)
    }

    fn purpose(&self, start: &Start) -> Purpose {
        // A form leaves nothing to come back to; a request that was sent may have been opened.
        let come_back = !self.calls || self.state.in_session || self.state.calling.unanswered();
        if let Some(token) = self.state.resume.as_ref().filter(|_| come_back) {
            return Purpose::Resume(msg::Resume { token: token.clone() });
        }
        match start {
            Start::Code(_) => Purpose::AskCode(msg::AskCode {}),
            Start::Call(link) => Purpose::OpenCall(msg::OpenCall { link_id: link.id.as_bytes().to_vec() }),
            Start::Link(link) => Purpose::OpenInvite(msg::OpenInvite {
                invite_id: link.id.as_bytes().to_vec(),
                claim: link.secret.claim().to_vec(),
            }),
        }
    }

    fn welcomed(&mut self, start: &Start, welcome: msg::Welcome) -> anyhow::Result<()> {
        self.state.desk =
            ponte_types::Line::<80>::cut(&welcome.desk_name).map(|l| l.to_string()).unwrap_or_default();
        let again = self.state.resume.replace(welcome.resume_token).is_some();
        // What is not told anew is not so any more.
        if !matches!(self.state.course, Course::Done | Course::Back) {
            self.state.course = Course::Going;
        }
        if let Some(session) = &welcome.session {
            self.opened(session);
        }
        match welcome.code {
            // A number that was not asked for would be something to guess where a link or five words are the secret.
            Some(_) if self.state.in_session || !matches!(start, Start::Code(_)) => {
                tracing::warn!("the relay gave a number that was not asked for");
                self.state.code = None;
            }
            Some(issued) => {
                if again && self.state.code.is_none() {
                    self.state.replaced = Some(Replaced::CutOff);
                }
                self.issued(&issued)?;
            }
            None => self.state.code = None,
        }
        Ok(())
    }

    fn opened(&mut self, session: &msg::SessionOpened) {
        // By a channel's link a session begins with what the person sent. Before that nothing is told of the machine.
        if self.calls && !self.state.in_session && !self.state.calling.unanswered() {
            tracing::warn!("the relay opened a session that was not asked for");
            return;
        }
        self.state.code = None;
        self.state.in_session = true;
        self.state.session.begun();
        self.state.calling.opened(session.number);
        if let Some(limits) = &session.attachments {
            self.state.chat.files.accept(limits);
        }
        self.state.subject =
            ponte_types::Line::<120>::cut(&session.subject).map(|l| l.to_string()).unwrap_or_default();
    }

    /// Shows a code. The same routing number keeps its secret digits: the person may be reading them out.
    fn issued(&mut self, issued: &msg::CodeIssued) -> anyhow::Result<()> {
        let expires = clock::now().after(Duration::from_secs(issued.valid_seconds.into()));
        if let Some(shown) = self.state.code.as_mut().filter(|shown| shown.routing == issued.routing) {
            shown.expires = expires;
            return Ok(());
        }
        let valid = issued.routing.len() == 5 && issued.routing.bytes().all(|b| b.is_ascii_digit());
        anyhow::ensure!(valid, "the relay gave a routing number that is not five digits");
        if self.state.code.is_some() {
            self.state.replaced = Some(Replaced::TooOld);
        }
        let secret = clock::secret_digits()?;
        self.state.session.set_secret(Secret::Code(Zeroizing::new(secret)));
        self.state.code = Some(Shown { routing: issued.routing.clone(), secret, expires });
        Ok(())
    }

    async fn refused(&mut self, start: &Start, no: &msg::Refused, backoff: &mut Backoff) -> Next {
        let code: ErrorCode = no.code.parse().unwrap_or(ErrorCode::Internal);
        tracing::info!(?code, "the relay refused");
        if passing(code) {
            self.offline(start.relay(), Offline::Refused(code));
            backoff.wait_at_least(Duration::from_secs(no.retry_after_seconds.min(60).into()));
            return Next::Again;
        }
        let resumed = self.state.resume.take().is_some();
        if self.calls && !self.state.in_session {
            // The request was not opened before the break: it is sent anew, or the link is no more.
            return if resumed && code == ErrorCode::NotFound && self.state.calling.unanswered() {
                Next::Again
            } else {
                Next::Ended(if no_such_call(code) { Ending::NoSuchCall } else { refused(code) })
            };
        }
        if resumed {
            // What we would come back to is gone. A session is over; a code that nobody used is simply replaced.
            if self.state.code.take().is_some() {
                self.state.replaced = Some(Replaced::Forgotten);
                return Next::Again;
            }
            return Next::Ended(Ending::Reason(EndReason::Relay));
        }
        Next::Ended(refused(code))
    }

    async fn turn(
        &mut self,
        connected: &mut Connected,
        receiver: &mut Receiver,
        second: &mut Interval,
    ) -> anyhow::Result<Next> {
        loop {
            let next = tokio::select! {
                biased;
                command = self.commands.recv() => match command {
                    Some(command) => self.commanded(connected, command).await,
                    None => {
                        let actions = self.state.session.stop();
                        self.perform(connected, actions).await?;
                        Some(Next::Quit)
                    }
                },
                event = self.events.recv() => self.desktop_event(connected, event).await?,
                Some(done) = connected.frames.join_next() => {
                    self.desktop.delivered();
                    if !matches!(done, Ok(Delivery::Done)) {
                        self.desktop.key_frame();
                    }
                    None
                }
                Some(Ok(facts)) = self.gathering.join_next() => {
                    self.facts = facts;
                    let device = ToRelay::Device((&self.facts).into());
                    let tell = if self.is_private() { Vec::new() } else { vec![Action::Send(device)] };
                    self.perform(connected, tell).await?
                }
                worked = self.state.calling.worked() => self.worked(connected, worked).await?,
                done = self.state.chat.files.done() => self.file_done(connected, done).await?,
                message = receiver.next() => match message.and_then(|m| m.body) {
                    Some(body) => self.message(connected, body).await?,
                    None => Some(Next::Again),
                },
                _ = second.tick() => self.second(connected).await?,
            };
            if let Some(next) = next {
                return Ok(next);
            }
        }
    }

    async fn commanded(&mut self, connected: &mut Connected, command: Command) -> Option<Next> {
        let actions = match command {
            Command::Answer { question, yes } => self.state.session.answer(&question, yes, clock::now()),
            Command::TakeBackControl => self.state.session.take_back_control(clock::now()),
            Command::Say(text) => {
                let say = clock::message_id().ok().and_then(|id| self.state.chat.say(id, &text));
                say.map(said).into_iter().collect()
            }
            // One answer: what comes of it is told by the relay.
            Command::Judge(solved) if self.state.course == Course::Done => {
                vec![Action::Send(ToRelay::Judgement(msg::Judgement { solved }))]
            }
            Command::Judge(_) => Vec::new(),
            Command::SayAgain(id) => self.state.chat.again(id).map(said).into_iter().collect(),
            Command::Read(number) => {
                self.state.chat.seen(number);
                self.progress()
            }
            // Who closes the window of a request that waits has not taken it back: it stays at the desk.
            Command::Stop if self.calls && self.state.since.is_none() => return Some(Next::Quit),
            Command::Attach(new) => {
                self.state.chat.keep_files(new);
                Vec::new()
            }
            Command::AttachAgain(id) => {
                self.state.chat.file_again(id);
                Vec::new()
            }
            Command::GiveUp(id) => self.state.chat.files.give_up(id).map(Action::Send).into_iter().collect(),
            Command::Save(id) => {
                self.state.chat.save(id);
                Vec::new()
            }
            Command::Stop => self.state.session.stop(),
            Command::Cancel if self.calls => self.state.session.stop(),
            Command::Call(filled) => self.send_call(*filled),
            Command::TakeAgain => {
                self.state.calling.hide();
                Vec::new()
            }
            Command::Hidden => {
                self.take_still();
                Vec::new()
            }
            Command::Start(start) => return Some(Next::Start(Some(start))),
            Command::TrustRelay(_) | Command::Again | Command::Cancel => return None,
        };
        self.perform(connected, actions).await.ok()?
    }

    async fn desktop_event(
        &mut self,
        connected: &mut Connected,
        event: Option<DesktopEvent>,
    ) -> anyhow::Result<Option<Next>> {
        let actions = match event {
            Some(DesktopEvent::Shot(shot)) => {
                self.frame(connected, &shot);
                return Ok(None);
            }
            Some(DesktopEvent::Pointer(shape)) => self.state.session.tell_all(Grant::View, &cursor(shape)),
            Some(DesktopEvent::Notice(reason)) => {
                if !self.notices.contains(&reason) {
                    self.notices.push(reason);
                }
                self.state.session.tell_all(Grant::View, &limited(reason))
            }
            Some(DesktopEvent::Resized) => {
                self.gather();
                Vec::new()
            }
            Some(DesktopEvent::Refused(refusal)) => {
                if connected.refusal.is_some_and(|at| at.elapsed() < REFUSED_EVERY) {
                    return Ok(None);
                }
                connected.refusal = Some(Instant::now());
                let reason = msg::InputRefused { reason: refusal.as_str().into() };
                self.state.session.tell_all(Grant::Control, &ToTechnician::InputRefused(reason))
            }
            // Where nobody was allowed anything, Esc means what it always means.
            Some(DesktopEvent::Stop) if self.state.session.gate.at_stake() => self.state.session.stop(),
            Some(DesktopEvent::Stop) => return Ok(None),
            Some(DesktopEvent::Failed(_)) | None => {
                let state = msg::CaptureState { ok: false, reason: "display_lost".into() };
                let actions = self.state.session.tell_all(Grant::View, &ToTechnician::Capture(state));
                self.perform(connected, actions).await?;
                return Ok(Some(Next::Ended(Ending::Desktop)));
            }
        };
        self.perform(connected, actions).await
    }

    /// Sends a frame if somebody may see it.
    fn frame(&mut self, connected: &mut Connected, shot: &Shot) {
        if !(self.state.session.gate.sharing() && self.state.wanted) {
            self.desktop.delivered();
            return;
        }
        let Some((epoch, picture)) = self.state.session.pictures.seal(&shot.encoded.bytes) else {
            self.desktop.delivered();
            return;
        };
        self.state.seq = self.state.seq.wrapping_add(1);
        let size = |v: u32| u16::try_from(v).unwrap_or(u16::MAX);
        let header = FrameHeader {
            key: shot.encoded.key,
            trailing: shot.trailing,
            codec: Codec::H264,
            screen: 0,
            layer: 0,
            epoch,
            encode_time: u16::try_from(shot.encode_time.as_micros() / 100).unwrap_or(u16::MAX),
            seq: self.state.seq,
            input_seq: shot.input_seq,
            captured: self.steady.micros(shot.captured),
            width: size(shot.width),
            height: size(shot.height),
        };
        connected.frames.spawn(transport::deliver(connected.sender.connection(), header, picture));
    }

    async fn message(&mut self, connected: &mut Connected, body: FromRelay) -> anyhow::Result<Option<Next>> {
        let actions = match body {
            FromRelay::Peer(peer) => {
                let micros = self.steady.micros(Instant::now());
                self.state.session.peer(&peer, &clock::random()?, clock::now(), micros)
            }
            FromRelay::ViewerJoined(joined) => {
                self.state.session.joined(&joined);
                Vec::new()
            }
            FromRelay::ViewerLeft(left) => ponte_types::ViewerId::try_from(&left.viewer[..])
                .map(|v| self.state.session.left(v, left.for_good, clock::now()))
                .unwrap_or_default(),
            FromRelay::ViewerChanged(changed) => {
                self.state.session.changed(&changed);
                Vec::new()
            }
            FromRelay::RequestKeyFrame(_) => {
                self.desktop.key_frame();
                Vec::new()
            }
            FromRelay::SessionOpened(session) => {
                self.opened(&session);
                connected.want_code = false;
                connected.asked_code = false;
                Vec::new()
            }
            FromRelay::Ended(ended) => {
                let reason = ended.reason.parse().unwrap_or(EndReason::Relay);
                return Ok(Some(Next::Ended(self.ending(reason))));
            }
            // A number that was not asked for would be another chance to guess.
            FromRelay::Code(_) if !connected.asked_code => Vec::new(),
            FromRelay::Code(issued) => {
                connected.want_code = false;
                connected.asked_code = false;
                connected.code_at = Instant::now();
                self.issued(&issued)?;
                Vec::new()
            }
            FromRelay::WantFrames(want) => {
                self.state.wanted = want.wanted;
                vec![Action::Rights]
            }
            FromRelay::Refused(no) => {
                let code = no.code.parse().unwrap_or(ErrorCode::Internal);
                tracing::info!(?code, "the relay refused to go on");
                return Ok(Some(if passing(code) {
                    Next::Again
                } else if self.calls && !self.state.in_session && no_such_call(code) {
                    Next::Ended(Ending::NoSuchCall)
                } else {
                    Next::Ended(refused(code))
                }));
            }
            FromRelay::Chat(chat) => {
                self.state.chat.heard(chat);
                self.progress()
            }
            FromRelay::Course(course) => {
                self.came_so_far(&course);
                Vec::new()
            }
            FromRelay::ChatRefused(refused) => {
                self.state.chat.refused(&refused);
                Vec::new()
            }
            FromRelay::CallForm(form) => {
                if self.calls && !self.state.in_session {
                    self.state.calling.heard(form);
                    if self.still_wanted() {
                        self.state.calling.hide();
                    }
                }
                Vec::new()
            }
            FromRelay::CallRefused(refused) => {
                self.state.calling.refused(&refused);
                Vec::new()
            }
            FromRelay::Place(place) => {
                self.state.calling.placed(&place);
                Vec::new()
            }

            FromRelay::AttachmentProgress(progress) => {
                self.state.chat.files.progressed(&progress);
                Vec::new()
            }
            FromRelay::AttachmentRefused(refused) => {
                self.state.chat.files.refused_by_relay(&refused);
                Vec::new()
            }
            FromRelay::AttachmentPiece(piece) => {
                self.state.chat.files.came(piece);
                Vec::new()
            }
            FromRelay::Welcome(_) => Vec::new(),
        };
        self.perform(connected, actions).await
    }

    async fn worked(&mut self, connected: &mut Connected, worked: Worked) -> anyhow::Result<Option<Next>> {
        match worked {
            Worked::Taken(still) => self.state.calling.taken(still),
            Worked::Packed(packed) => self.picture_packed(packed),
        }
        self.perform(connected, Vec::new()).await
    }

    async fn second(&mut self, connected: &mut Connected) -> anyhow::Result<Option<Next>> {
        let now = clock::now();
        let actions = self.state.session.tick(now);
        // In time, so that the number stays good while it is shown.
        let soon = now.after(PROLONG_BEFORE);
        if self.state.code.as_ref().is_some_and(|code| code.expires <= soon) {
            connected.want_code = true;
        }
        self.perform(connected, actions).await
    }

    /// Carries out what the rules decided, and shows what came of it.
    async fn perform(
        &mut self,
        connected: &mut Connected,
        mut actions: Vec<Action>,
    ) -> anyhow::Result<Option<Next>> {
        let mut next = None;
        let looked_at = self.state.session.gate.sharing() && self.state.wanted;
        actions.extend(self.state.chat.files.next(looked_at).into_iter().map(Action::Send));
        // The desktop tells its limits once; who comes to look later has not heard of them.
        if actions.contains(&Action::NewLooker) {
            for reason in &self.notices {
                actions.extend(self.state.session.tell_all(Grant::View, &limited(reason)));
            }
        }
        // What protects the end user comes first, and waits for no network.
        if actions.iter().any(|a| matches!(a, Action::Rights | Action::ReleaseInput | Action::Leave)) {
            self.apply_rights();
        }
        // Before anything else is sent: whom the pictures may go to.
        self.state.session.audience(&mut actions, clock::random)?;
        for action in actions {
            match action {
                Action::Send(body) => {
                    if !connected.sender.send(&msg::FromSos { body: Some(body) }).await {
                        return Ok(Some(Next::Again));
                    }
                }
                Action::Inject(seq, command) => {
                    if !self.desktop.input(seq, command) {
                        // A key that is pressed and not let go is worse than a break: with the gate closed all are
                        // let go, and the connection begins anew.
                        tracing::warn!(
                            "the desktop does not take input as fast as it comes; connecting again"
                        );
                        self.desktop.allow_input(false);
                        return Ok(Some(Next::Again));
                    }
                }
                Action::NewLooker => {
                    self.desktop.pointer_again();
                    self.desktop.key_frame();
                }
                Action::CodeUsed => self.state.code = None,
                Action::CodeBurned => {
                    self.state.code = None;
                    self.state.replaced = Some(Replaced::WrongDigits);
                    connected.want_code = true;
                }
                Action::GuessedTooOften => {
                    connected.sender.send(&msg::FromSos { body: Some(ToRelay::Leave(msg::Leave {})) }).await;
                    next = Some(Next::Ended(Ending::Refused(ErrorCode::CodeBurned)));
                }
                Action::Leave => {
                    let body = ToRelay::Leave(msg::Leave {});
                    connected.sender.send(&msg::FromSos { body: Some(body) }).await;
                    next = Some(Next::Ended(Ending::Reason(EndReason::EndUser)));
                }
                local => self.local(&local),
            }
        }
        if next.is_none() && connected.by_code && !connected.want_code && self.state.lacks_number() {
            self.state.replaced = Some(Replaced::CutOff);
            connected.want_code = true;
        }
        // The relay gives no two numbers within a second; each second this is tried again.
        if connected.want_code && !connected.asked_code && connected.code_at.elapsed() > CODE_EVERY {
            connected.asked_code = true;
            let body = ToRelay::NewCode(msg::NewCode {});
            if !connected.sender.send(&msg::FromSos { body: Some(body) }).await {
                return Ok(Some(Next::Again));
            }
        }
        if self.state.code.is_none() && connected.want_code && !self.state.session.has_paired_viewer() {
            self.show(View::Connecting { host: self.state.desk.clone() });
        } else if next.is_none() {
            self.show_state();
        }
        Ok(next)
    }
}

impl Engine {
    async fn file_done(&mut self, connected: &mut Connected, done: Done) -> anyhow::Result<Option<Next>> {
        let piece = match done {
            Done::Read(id, from, bytes) => self.state.chat.files.read(id, from, bytes),
            other => {
                self.state.chat.files.handle(other);
                None
            }
        };
        self.perform(connected, piece.map(Action::Send).into_iter().collect()).await
    }

    fn progress(&mut self) -> Vec<Action> {
        let progress = self.state.chat.progress();
        progress.map(|p| Action::Send(ToRelay::Progress(p))).into_iter().collect()
    }
}

fn limited(reason: &str) -> ToTechnician {
    ToTechnician::Capture(msg::CaptureState { ok: true, reason: reason.into() })
}

fn said(say: msg::ChatSay) -> Action {
    Action::Send(ToRelay::Say(say))
}

/// A refusal that another attempt may change.
fn passing(code: ErrorCode) -> bool {
    matches!(
        code,
        ErrorCode::TooManyRequests | ErrorCode::TooManyTries | ErrorCode::Unavailable | ErrorCode::Internal
    )
}

/// Largest pointer that is passed on, in pixels a side.
const MAX_POINTER: u32 = 128;

fn cursor(shape: PointerShape) -> ToTechnician {
    let fits = shape.width <= MAX_POINTER && shape.height <= MAX_POINTER;
    ToTechnician::Cursor(if fits {
        msg::Cursor {
            width: shape.width,
            height: shape.height,
            hot_x: shape.hot_x,
            hot_y: shape.hot_y,
            rgba: shape.rgba,
        }
    } else {
        msg::Cursor::default()
    })
}
