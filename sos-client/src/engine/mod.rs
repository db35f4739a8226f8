//! The engine: keeps the connection, shows what the window must show, and carries out what the gate allows.
//!
//! One task owns everything. It knows the window only as a [`View`] it publishes and [`Command`]s it receives, and
//! the desktop only as a trait, so it runs the same in tests.

mod call;
mod chat;
mod connect;
pub mod desktop;
mod files;
mod live;
mod pictures;
mod session;
mod transport;

use std::sync::Arc;

use ponte_desktop::Still;
use ponte_seal::Secret;
use ponte_types::{DeviceFacts, EndReason, ErrorCode, UnixMillis};
use ponte_wire::msg;
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};

use self::{
    desktop::{Desktop, DesktopEvent},
    session::Session,
};
pub use self::{
    files::{NewFile, Purpose},
    transport::{Addresses, LookUp},
};
use crate::{
    clock::{self, Steady},
    config::{Config, Start},
    known::KnownRelays,
    view::{Command, Course, Ending, Replaced, View},
};

/// The engine's ends of everything.
pub struct Engine {
    config: Config,
    known: KnownRelays,
    desktop: Box<dyn Desktop>,
    events: mpsc::Receiver<DesktopEvent>,
    commands: mpsc::Receiver<Command>,
    view: watch::Sender<View>,
    /// Called after each change of the view.
    changed: Arc<dyn Fn() + Send + Sync>,
    steady: Steady,
    facts: DeviceFacts,
    /// Facts that are being gathered.
    gathering: JoinSet<DeviceFacts>,
    look_up: transport::LookUp,
    /// What limits the picture of this desktop.
    notices: Vec<&'static str>,
    /// The screen before the window came, for the first request.
    still: Option<Still>,
    /// Started with a channel's link.
    calls: bool,
    state: State,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("view", &*self.view.borrow()).finish_non_exhaustive()
    }
}

/// What outlives a connection.
struct State {
    session: Session,
    /// What is shown, while a code is.
    code: Option<Shown>,
    /// Why it is another one than before.
    replaced: Option<Replaced>,
    /// 32 bytes from the relay, to come back with.
    resume: Option<Vec<u8>>,
    desk: String,
    /// The relay has opened a session.
    in_session: bool,
    subject: String,
    course: Course,
    /// Of a session that was closed: until when it can be reopened.
    reopen_until: Option<UnixMillis>,
    chat: chat::Chat,
    calling: call::Calling,
    /// Since when somebody has been looking.
    since: Option<UnixMillis>,
    online: bool,
    wanted: bool,
    seq: u32,
}

/// A code on the screen.
struct Shown {
    routing: String,
    secret: [u8; 4],
    expires: UnixMillis,
}

impl State {
    fn new() -> Self {
        Self {
            session: Session::new(),
            code: None,
            replaced: None,
            resume: None,
            desk: String::new(),
            in_session: false,
            subject: String::new(),
            course: Course::default(),
            reopen_until: None,
            chat: chat::Chat::default(),
            calling: call::Calling::default(),
            since: None,
            online: false,
            wanted: false,
            seq: 0,
        }
    }

    /// The number was used up and led to no session: its technician left, or the relay could not open one.
    fn lacks_number(&self) -> bool {
        self.code.is_none() && !self.in_session && !self.session.has_paired_viewer()
    }
}

/// How a stage of the engine's work ended.
enum Next {
    /// Connect again to the same relay.
    Again,
    /// The session is over.
    Ended(Ending),
    /// The person wants another relay or link, or to begin anew.
    Start(Option<Start>),
    /// The window is closed.
    Quit,
}

impl Engine {
    #[must_use]
    pub fn new(
        config: Config,
        known: KnownRelays,
        desktop: Box<dyn Desktop>,
        events: mpsc::Receiver<DesktopEvent>,
        commands: mpsc::Receiver<Command>,
        view: watch::Sender<View>,
        changed: Arc<dyn Fn() + Send + Sync>,
    ) -> Self {
        let steady = Steady::start();
        let state = State::new();
        let look_up = transport::by_system;
        let (facts, gathering) = (DeviceFacts::default(), JoinSet::new());
        Self {
            config,
            known,
            desktop,
            events,
            commands,
            view,
            changed,
            steady,
            facts,
            gathering,
            look_up,
            notices: Vec::new(),
            still: None,
            calls: false,
            state,
        }
    }

    /// Finds relays in another way than by the system's name service.
    #[must_use]
    pub fn looking_up(self, look_up: LookUp) -> Self {
        Self { look_up, ..self }
    }

    /// With a picture of the screen, taken before the window came.
    #[must_use]
    pub fn with_still(self, still: Option<Still>) -> Self {
        Self { still, ..self }
    }

    /// Runs until the window is gone.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub async fn run(mut self) -> anyhow::Result<()> {
        let mut start = self.config.start.clone();
        self.gather();
        loop {
            self.state = State::new();
            self.apply_rights();
            let Some(now) = start.take() else {
                match self.ask_relay().await {
                    Some(chosen) => {
                        start = Some(chosen);
                        continue;
                    }
                    None => return Ok(()),
                }
            };
            self.calls = matches!(now, Start::Call(_));
            let from = format!("https://{}/", now.relay());
            self.state.chat.files = files::Files::new(self.config.downloads.clone(), from);
            if let Start::Link(link) = &now {
                self.state.session.set_secret(Secret::Link(link.secret.clone()));
            }
            if self.calls {
                self.state.session.set_secret(Secret::Nothing);
                self.state.calling = call::Calling::with(self.still.take());
            }
            match self.serve(&now).await? {
                Next::Start(other) => start = other.or_else(|| Some(now)),
                Next::Quit | Next::Again => return Ok(()),
                Next::Ended(ending) => {
                    self.state.session = Session::new();
                    self.apply_rights();
                    self.show(match self.state.chat.over() {
                        Some(chat) => View::Over { ending, chat },
                        None => View::Ended(ending),
                    });
                    match self.wait_command().await {
                        Some(Command::Start(other)) => start = Some(other),
                        // By a channel's link one may ask again.
                        Some(_) if self.calls => start = Some(now),
                        // A link serves one session; a new start shows a new number.
                        Some(_) => start = Some(Start::Code(now.relay().clone())),
                        None => return Ok(()),
                    }
                }
            }
        }
    }

    /// Begins to gather facts about the machine.
    fn gather(&mut self) {
        self.gathering.abort_all();
        self.gathering.spawn_blocking(self.desktop.facts());
    }

    async fn ask_relay(&mut self) -> Option<Start> {
        self.show(View::AskRelay);
        loop {
            match self.commands.recv().await? {
                Command::Start(start) => return Some(start),
                Command::Stop => return None,
                _ => {}
            }
        }
    }

    /// Waits for "Again" or a new start; `None` when the window is gone.
    async fn wait_command(&mut self) -> Option<Command> {
        loop {
            match self.commands.recv().await? {
                Command::Stop => return None,
                command @ (Command::Start(_) | Command::Again | Command::TrustRelay(_)) => {
                    return Some(command);
                }
                _ => {}
            }
        }
    }

    /// Connects, serves, connects again, until something else is wanted.
    async fn serve(&mut self, start: &Start) -> anyhow::Result<Next> {
        let mut backoff = connect::Backoff::default();
        loop {
            let (sender, receiver) = match self.connect(start, &mut backoff).await? {
                Ok(link) => link.split(),
                Err(next) => return Ok(next),
            };
            let next = self.live(start, sender, receiver, &mut backoff).await?;
            self.state.online = false;
            self.state.wanted = false;
            self.state.chat.files.disconnected();
            self.state.calling.disconnected();
            for action in self.state.session.disconnected(clock::now()) {
                self.local(&action);
            }
            self.apply_rights();
            match next {
                Next::Again => {
                    if let Some(next) = self.pause(&mut backoff).await {
                        return Ok(next);
                    }
                }
                other => return Ok(other),
            }
        }
    }

    fn show(&self, view: View) {
        let changed = self.view.send_if_modified(|shown| {
            let differs = *shown != view;
            *shown = view;
            differs
        });
        if changed {
            (self.changed)();
        }
    }

    /// Publishes what follows from the state; only while connected, or in a session.
    fn show_state(&mut self) {
        let now = clock::now();
        let gate = &self.state.session.gate;
        let desk = self.state.desk.clone();
        // On hold, or when it is done, nobody is about to come back: what the person reads then says more than the bar.
        let goes_on = matches!(self.state.course, Course::Going | Course::Back);
        let holders = if goes_on || gate.sharing() { self.state.session.present() } else { Vec::new() };
        self.state.since = if holders.is_empty() { None } else { self.state.since.or(Some(now)) };
        let view = if let Some(question) = gate.question() {
            let left = question.until.since(now).as_millis().div_ceil(1000);
            let seconds_left = u32::try_from(left).unwrap_or(0);
            let coming = self.state.session.coming(question.viewer);
            View::Question { question: question.clone(), coming, desk, seconds_left }
        } else if let Some(since) = self.state.since {
            let minutes = u32::try_from(now.since(since).as_secs() / 60).unwrap_or(u32::MAX);
            // With nobody here whose right it is, it waits for them.
            let online = self.state.online && gate.sharing();
            let chat = self.state.chat.shown();
            View::Session { holders, desk, since, minutes, online, chat }
        } else if let Some(code) = &self.state.code {
            let secret = String::from_utf8_lossy(&code.secret);
            let digits = format!("{}{secret}", code.routing);
            View::Code { digits, desk, replaced: self.state.replaced }
        } else if let Some(view) = self.call_view() {
            view
        } else {
            let chat = self.state.in_session.then(|| self.state.chat.shown());
            let (subject, course) = (self.state.subject.clone(), self.state.course);
            View::Ready { desk, subject, course, chat }
        };
        self.show(view);
    }

    /// The relay tells how far the session has come.
    fn came_so_far(&mut self, news: &msg::Course) {
        let closed = news.state == "closed";
        self.state.reopen_until = (closed && news.until > 0).then_some(UnixMillis(news.until));
        self.state.course = match news.state.as_str() {
            "in_person" => Course::InPerson,
            "on_hold" => Course::OnHold,
            "done" => Course::Done,
            // It was done, and is not: the person sees that they were heard.
            "going" if matches!(self.state.course, Course::Done | Course::Back) => Course::Back,
            _ => Course::Going,
        };
    }

    /// How the end is shown: with the time that is left to say that it was not solved.
    fn ending(&self, reason: EndReason) -> Ending {
        const DAY: u64 = 24 * 3600;
        let days = self.state.reopen_until.map_or(0, |until| until.since(clock::now()).as_secs() / DAY);
        match u32::try_from(days) {
            Ok(days) if days > 0 => Ending::Reopenable(reason, days),
            _ => Ending::Reason(reason),
        }
    }

    /// Makes frames, input and border follow the gate.
    fn apply_rights(&self) {
        let gate = &self.state.session.gate;
        let sharing = gate.sharing() && self.state.online;
        let control = gate.controller().is_some();
        self.desktop.border(gate.sharing());
        self.desktop.allow_input(control && self.state.online);
        self.desktop.want_frames(sharing && self.state.wanted);
    }

    /// Carries out what needs no connection.
    fn local(&self, action: &session::Action) {
        match action {
            session::Action::Rights => self.apply_rights(),
            session::Action::ReleaseInput => {
                let _ = self.desktop.input(0, ponte_desktop::input::Command::ReleaseAll);
            }
            _ => {}
        }
    }
}

/// How the end is shown for a refusal that no new attempt can change.
fn refused(code: ErrorCode) -> Ending {
    match code {
        ErrorCode::LinkExpired => Ending::Reason(EndReason::Expired),
        other => Ending::Refused(other),
    }
}
