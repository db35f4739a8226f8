//! One room's task: what comes in, one thing at a time.

mod call;
mod chat;
mod crew;
mod files;
mod media;
mod notes;
mod sos;
mod viewer;

use std::{collections::BTreeMap, future::poll_fn, task::Poll, time::Duration};

use ponte_media::Forwarder;
use ponte_types::{ConnectionId, DeviceFacts, EndReason, ErrorCode, LinkId, Network, ViewerId};
use ponte_wire::{
    Frame,
    msg::{self, FromSos, FromViewer, to_sos, to_viewer},
};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use self::{
    notes::{Note, Notes},
    viewer::Viewer,
};
use super::{
    Hub, SosLink,
    media::{Attachment, MediaEvent},
};
use crate::ports::{
    ChatMessage, Course, Crew, LiveSession, Newcomer, ResumeToken, Standing, ViewerPipe, ViewerRequest,
};

pub(super) use call::call_form;

/// Events of all the room's viewers' media that may wait.
const MEDIA_EVENTS: usize = 256;
/// Facts of the device are kept at most this often.
const FACTS_EVERY: Duration = Duration::from_secs(1);

/// An SOS program that the records have let in.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) program: Newcomer,
    /// The token it came back with.
    pub(super) presented: Option<[u8; 32]>,
    /// `None`: it shows a code, or a form.
    pub(super) session: Option<LiveSession>,
    /// It shows the form of this link's channel.
    pub(super) calling: Option<LinkId>,
}

/// What others may ask of a room.
#[derive(Debug)]
pub(super) enum Command {
    Link(Box<(Arrival, SosLink)>),
    /// With the session's version at which the technician was in it, and who else was.
    Attach(ViewerRequest, Option<(u64, Crew)>, oneshot::Sender<Result<ViewerPipe, ErrorCode>>),
    End(EndReason),
    CrewChanged {
        version: u64,
        crew: Crew,
    },
    CourseChanged {
        version: u64,
        course: Course,
    },
    Chatted {
        message: Option<ChatMessage>,
        desk_saw: u64,
    },
    Placed(Standing),
}

#[allow(clippy::large_enum_variant)] // lives for one turn of the loop
enum Input {
    Command(Option<Command>),
    Sos(Option<FromSos>),
    Frame(Frame),
    Viewer(ViewerId, Option<FromViewer>),
    Media(MediaEvent),
    Kept(notes::Kept),
    Timer,
    Stop,
}

/// The SOS program's side of the room.
struct Sos {
    connection: ConnectionId,
    token: ResumeToken,
    from: Network,
    link: SosLink,
    frames_open: bool,
    last_code: Instant,
    said: chat::Pace,
}

/// How far a room has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nobody has come in yet.
    Fresh,
    Open,
    /// The session has ended, or nobody came.
    Over,
}

pub(super) struct Room {
    hub: Hub,
    number: u64,
    commands: mpsc::Receiver<Command>,
    session: Option<LiveSession>,
    /// The link whose form the program shows.
    calling: Option<LinkId>,
    /// Where the session stood last in the queue.
    standing: Option<Standing>,
    sos: Option<Sos>,
    /// The token of a program that is away.
    away: Option<(ConnectionId, ResumeToken)>,
    device: DeviceFacts,
    facts_due: Option<Instant>,
    notes: Notes,
    viewers: BTreeMap<ViewerId, Viewer>,
    forwarder: Forwarder,
    frames_wanted: bool,
    media_events: mpsc::Receiver<MediaEvent>,
    media_sender: mpsc::Sender<MediaEvent>,
    stage: Stage,
}

impl Room {
    pub(super) fn new(
        hub: Hub,
        number: u64,
        session: Option<LiveSession>,
        commands: mpsc::Receiver<Command>,
    ) -> Self {
        let (media_sender, media_events) = mpsc::channel(MEDIA_EVENTS);
        Self {
            hub,
            number,
            commands,
            session,
            calling: None,
            standing: None,
            sos: None,
            away: None,
            device: DeviceFacts::default(),
            facts_due: None,
            notes: Notes::default(),
            viewers: BTreeMap::new(),
            forwarder: Forwarder::default(),
            frames_wanted: false,
            media_events,
            media_sender,
            stage: Stage::Fresh,
        }
    }

    pub(super) async fn run(mut self) {
        self.hub.shared.metrics.rooms.inc();
        while self.goes_on() {
            match self.next().await {
                Input::Command(Some(command)) => self.command(command).await,
                Input::Command(None) | Input::Stop => break,
                Input::Sos(Some(message)) => self.on_sos(message).await,
                Input::Sos(None) => self.link_lost().await,
                Input::Frame(frame) => self.frame(frame),
                Input::Viewer(viewer, Some(message)) => self.on_viewer(viewer, message),
                Input::Viewer(viewer, None) => self.remove_viewer(viewer, None),
                Input::Media(event) => self.media(event),
                Input::Kept(kept) => self.kept(kept),
                Input::Timer => self.timer(),
            }
        }
        self.leave().await;
    }

    fn goes_on(&self) -> bool {
        match self.stage {
            Stage::Fresh => true,
            Stage::Open => self.sos.is_some() || !self.viewers.is_empty(),
            Stage::Over => false,
        }
    }

    async fn next(&mut self) -> Input {
        let media_timer = self.forwarder.deadline().map(Instant::from_std);
        let timer = [media_timer, self.facts_due].into_iter().flatten().min();
        let stopping = self.hub.shared.stopping.clone();
        // a room that nobody came into is not kept
        let timer =
            if self.stage == Stage::Fresh { Some(Instant::now() + Duration::from_secs(10)) } else { timer };
        let (viewers, sos, notes) = (&mut self.viewers, &mut self.sos, &mut self.notes);
        let records = &self.hub.shared.records;
        let from_viewers = poll_fn(|cx| {
            for (id, viewer) in viewers.iter_mut() {
                if let Poll::Ready(message) = viewer.up.poll_recv(cx) {
                    return Poll::Ready((*id, message));
                }
            }
            Poll::Pending
        });
        let from_sos = async {
            let Some(sos) = sos else { return std::future::pending().await };
            loop {
                let frames_open = sos.frames_open;
                tokio::select! {
                    message = sos.link.up.recv() => break Input::Sos(message),
                    frame = sos.link.frames.recv(), if frames_open => match frame {
                        Some(frame) => break Input::Frame(frame),
                        // both ends of a lost link close at once, in any order: `up` says what it means
                        None => sos.frames_open = false,
                    },
                }
            }
        };
        tokio::select! {
            () = stopping.cancelled() => Input::Stop,
            command = self.commands.recv() => Input::Command(command),
            input = from_sos => input,
            (viewer, message) = from_viewers => Input::Viewer(viewer, message),
            Some(event) = self.media_events.recv() => Input::Media(event),
            kept = notes.kept(records) => Input::Kept(kept),
            () = sleep_until(timer) => Input::Timer,
        }
    }

    async fn command(&mut self, command: Command) {
        self.stage = Stage::Open;
        match command {
            Command::Link(both) => self.link(both.0, both.1).await,
            Command::Attach(request, crew, reply) => {
                let answer = self.attach(request, crew);
                // an API call that gave up has dropped its pipe, which detaches it
                let _ = reply.send(answer);
            }
            Command::End(reason) => self.end(reason),
            Command::CrewChanged { version, crew } => {
                self.crew_is(version, crew);
                self.tell_comings();
            }
            Command::CourseChanged { version, course } => self.course_is(version, course),
            Command::Chatted { message, desk_saw } => self.tell_chat(message.as_slice(), desk_saw),
            Command::Placed(standing) => self.placed(standing),
        }
    }

    /// The session has come so far, unless something newer is known. The program is told what it does not know.
    fn course_is(&mut self, version: u64, course: Course) {
        let Some(session) = &mut self.session else { return };
        if version < session.version || session.course == course {
            return;
        }
        session.version = version;
        session.course = course;
        self.send_sos(to_sos::Body::Course(told(course)));
    }

    fn timer(&mut self) {
        if self.stage == Stage::Fresh {
            self.stage = Stage::Over;
            return;
        }
        let step = self.forwarder.timeout(Instant::now().into_std());
        self.apply(step);
        if self.facts_due.is_some_and(|due| due <= Instant::now()) {
            self.facts_due = None;
            let device = Note::Device(Box::new(self.device.clone()));
            if self.note(device) == Err(ErrorCode::TooManyRequests) {
                self.facts_due = Some(Instant::now() + FACTS_EVERY);
            }
        }
    }

    /// The session is over: both ends hear why, and the room closes.
    fn end(&mut self, reason: EndReason) {
        let ended = msg::Ended { reason: reason.as_str().to_owned() };
        if let Some(sos) = &self.sos {
            let _ = sos.link.send(to_sos::Body::Ended(ended.clone()));
        }
        for viewer in self.viewers.values() {
            let _ = viewer.send(to_viewer::Body::Ended(ended.clone()));
        }
        self.stage = Stage::Over;
    }

    async fn leave(mut self) {
        self.hub.forget_room(self.number, self.session.as_ref().map(|s| s.id));
        self.commands.close();
        self.finish_notes().await;
        let viewers: Vec<ViewerId> = self.viewers.keys().copied().collect();
        for viewer in viewers {
            self.remove_viewer(viewer, None);
        }
        if let Some((connection, token)) = self.away.take() {
            self.hub.forget_connection(connection, &token.0);
        }
        if let Some(sos) = self.sos.take() {
            self.hub.shared.metrics.connections.dec();
            self.hub.forget_connection(sos.connection, &sos.token.0);
            if self.stage != Stage::Over {
                // the relay stops: the program will come back
                self.tell_lost(sos.connection).await;
            }
        }
        self.hub.shared.metrics.rooms.dec();
    }

    fn attachment_is_current(&self, attachment: Attachment) -> bool {
        self.viewers.get(&attachment.viewer).is_some_and(|v| v.offers == attachment.number)
    }
}

async fn sleep_until(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

/// As the SOS program is told.
fn told(course: Course) -> msg::Course {
    let (state, until) = match course {
        Course::Going => ("going", None),
        Course::InPerson => ("in_person", None),
        Course::OnHold { until } => ("on_hold", until),
        Course::Done { confirms_at } => ("done", confirms_at),
        Course::Closed { reopen_until } => ("closed", reopen_until),
    };
    msg::Course { state: state.to_owned(), until: until.map_or(0, |at| at.0) }
}
