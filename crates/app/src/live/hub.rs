//! Finds the room; makes it when there is none.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use dashmap::DashMap;
use ponte_desk::team::Right;
use ponte_types::{ConnectionId, DeviceFacts, EndReason, ErrorCode, InviteId, LinkId, Network, SessionId};
use ponte_wire::msg::{self, SosHello, sos_hello, to_sos};
use tokio::sync::{
    mpsc::{self, error::SendTimeoutError},
    oneshot,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    LiveMetrics, MediaPlane, SosLink,
    room::{Arrival, Command, Room, call_form},
};
use crate::{
    Ambient,
    ports::{
        AskedForm, ChatMessage, Course, Crew, IssuedCode, Live, LiveSession, Newcomer, ResumeToken, Resumed,
        SharedRecords, Standing, ViewerPipe, ViewerRequest, ViewerTarget,
    },
};

/// How long the records may take to answer.
const RECORDS: Duration = Duration::from_secs(5);
/// How long a room may take to take a command.
const ROOM: Duration = Duration::from_secs(5);
/// Commands that may wait for a room.
const COMMANDS: usize = 32;

/// The way to a room.
#[derive(Debug, Clone)]
pub(super) struct RoomHandle {
    number: u64,
    commands: mpsc::Sender<Command>,
}

/// All live connections. Clones share them.
#[derive(Clone)]
pub struct Hub {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) records: SharedRecords,
    pub(super) media: Arc<dyn MediaPlane>,
    pub(super) metrics: LiveMetrics,
    pub(super) ambient: Ambient,
    pub(super) stopping: CancellationToken,
    connections: DashMap<ConnectionId, RoomHandle>,
    sessions: DashMap<SessionId, RoomHandle>,
    /// So that a program that lost its link finds the room that it left.
    tokens: DashMap<[u8; 32], RoomHandle>,
    rooms: TaskTracker,
    next_room: std::sync::atomic::AtomicU64,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub").field("rooms", &self.shared.rooms.len()).finish_non_exhaustive()
    }
}

impl Hub {
    /// An empty hub.
    pub fn new(
        records: SharedRecords,
        media: Arc<dyn MediaPlane>,
        metrics: LiveMetrics,
        ambient: Ambient,
    ) -> Self {
        let shared = Shared {
            records,
            media,
            metrics,
            ambient,
            stopping: CancellationToken::new(),
            connections: DashMap::new(),
            sessions: DashMap::new(),
            tokens: DashMap::new(),
            rooms: TaskTracker::new(),
            next_room: std::sync::atomic::AtomicU64::new(1),
        };
        Self { shared: Arc::new(shared) }
    }

    /// An SOS program said hello: checks it with the records, answers Welcome or Refused, and lets it into its room.
    pub async fn accept(&self, hello: SosHello, from: Network, link: SosLink) {
        match self.welcome(hello, from).await {
            Ok((welcome, form, arrival)) => {
                let form = form.map(|form| to_sos::Body::CallForm(call_form(&form)));
                let sent = [Some(to_sos::Body::Welcome(welcome)), form].into_iter().flatten();
                if sent.map(|body| link.send(body)).all(|sent| sent.is_ok()) {
                    self.admit(arrival, link).await;
                }
            }
            Err(code) => {
                tracing::info!(%from, code = code.as_str(), "an SOS program was refused");
                self.shared.metrics.links_refused.inc();
                link.refuse(code);
            }
        }
    }

    /// Ends all rooms and waits for them. Both ends are meant to come back: nothing is told about an end.
    pub async fn stop(&self) {
        self.shared.stopping.cancel();
        self.shared.rooms.close();
        self.shared.rooms.wait().await;
    }

    async fn welcome(
        &self,
        hello: SosHello,
        from: Network,
    ) -> Result<(msg::Welcome, Option<AskedForm>, Arrival), ErrorCode> {
        if hello.protocol != ponte_wire::PROTOCOL {
            return Err(ErrorCode::UnsupportedProtocol);
        }
        let mut device = DeviceFacts::from(hello.device.unwrap_or_default());
        device.program = ponte_types::Line::cut(&hello.program_version);
        let ambient = &self.shared.ambient;
        let (connection, token) = (ambient.connection_id()?, ResumeToken(ambient.bytes()?));
        let program = Newcomer { connection, token, device, from };
        let records = &self.shared.records;
        let (mut presented, mut calling, mut form) = (None, None, None);
        let (code, session) = match hello.purpose.ok_or(ErrorCode::InvalidRequest)? {
            sos_hello::Purpose::AskCode(_) => (Some(within(records.issue_code(&program)).await?), None),
            sos_hello::Purpose::OpenInvite(open) => {
                let invite =
                    InviteId::try_from(&open.invite_id[..]).map_err(|_| ErrorCode::InvalidRequest)?;
                let claim = <[u8; 32]>::try_from(&open.claim[..]).map_err(|_| ErrorCode::InvalidRequest)?;
                let opened = records.open_invite(&program, invite, &claim);
                (None, Some(within(opened).await?))
            }
            sos_hello::Purpose::OpenCall(open) => {
                let link = LinkId::try_from(&open.link_id[..]).map_err(|_| ErrorCode::InvalidRequest)?;
                form = Some(within(records.call_form(link, from)).await?);
                calling = Some(link);
                (None, None)
            }
            sos_hello::Purpose::Resume(resume) => {
                let old = <[u8; 32]>::try_from(&resume.token[..]).map_err(|_| ErrorCode::InvalidRequest)?;
                presented = Some(old);
                match within(records.resume(&program, &ResumeToken(old))).await? {
                    Resumed::Code(code) => (Some(code), None),
                    Resumed::Session(session) => (None, Some(*session)),
                }
            }
        };
        let welcome = msg::Welcome {
            desk_name: records.desk_name().to_owned(),
            resume_token: program.token.0.to_vec(),
            code: code.as_ref().map(code_issued),
            session: session.as_ref().map(session_opened),
        };
        Ok((welcome, form, Arrival { program, presented, session, calling }))
    }

    async fn admit(&self, arrival: Arrival, link: SosLink) {
        let known = arrival.presented.and_then(|old| self.shared.tokens.remove(&old)).map(|(_, room)| room);
        let room = match (&arrival.session, known) {
            (Some(session), _) => self.room_of(session),
            (None, Some(room)) if !room.commands.is_closed() => room,
            (None, _) => self.spawn(None),
        };
        let (connection, token) = (arrival.program.connection, arrival.program.token.0);
        self.shared.connections.insert(connection, room.clone());
        self.shared.tokens.insert(token, room.clone());
        let session = arrival.session.as_ref().map(|session| (session.id, session.version));
        let command = Command::Link(Box::new((arrival, link)));
        // the link is dropped when the room has just ended: the program comes back by itself
        if room.commands.send_timeout(command, ROOM).await.is_err() {
            self.forget_connection(connection, &token);
        }
        if let Some((id, version)) = session {
            self.catch_up(id, version);
        }
    }

    /// The session's room; a new one if there is none.
    fn room_of(&self, session: &LiveSession) -> RoomHandle {
        let entry = self.shared.sessions.entry(session.id);
        let mut room = entry.or_insert_with(|| self.spawn(Some(session.clone())));
        if room.commands.is_closed() {
            *room = self.spawn(Some(session.clone()));
        }
        room.clone()
    }

    fn spawn(&self, session: Option<LiveSession>) -> RoomHandle {
        let number = self.shared.next_room.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let (commands, receiver) = mpsc::channel(COMMANDS);
        let handle = RoomHandle { number, commands };
        let room = Room::new(self.clone(), number, session, receiver);
        self.shared.rooms.spawn(room.run());
        handle
    }

    /// The code was right: the room of the connection is the session's room from now on.
    pub(super) fn session_begins(&self, connection: ConnectionId, session: SessionId) {
        let room = self.shared.connections.get(&connection).map(|room| room.clone());
        if let Some(room) = room {
            self.shared.sessions.insert(session, room);
        }
    }

    pub(super) fn forget_connection(&self, connection: ConnectionId, token: &[u8; 32]) {
        self.shared.connections.remove(&connection);
        self.shared.tokens.remove(token);
    }

    /// The program is gone but may come back with its token.
    pub(super) fn connection_away(&self, connection: ConnectionId) {
        self.shared.connections.remove(&connection);
    }

    pub(super) fn forget_room(&self, number: u64, session: Option<SessionId>) {
        if let Some(session) = session {
            self.shared.sessions.remove_if(&session, |_, room| room.number == number);
        }
    }

    async fn attach_to(
        &self,
        room: &RoomHandle,
        request: ViewerRequest,
        crew: Option<(u64, Crew)>,
    ) -> Option<Result<ViewerPipe, ErrorCode>> {
        let (reply, answer) = oneshot::channel();
        let command = Command::Attach(request, crew, reply);
        room.commands.send_timeout(command, ROOM).await.ok()?;
        tokio::time::timeout(ROOM, answer).await.ok()?.ok()
    }

    /// False when the room is too busy; one that is not there needs not be told.
    async fn tell(&self, session: SessionId, command: Command) -> bool {
        let room = self.shared.sessions.get(&session).map(|room| room.clone());
        let Some(room) = room else { return true };
        match room.commands.send_timeout(command, ROOM).await {
            Ok(()) | Err(SendTimeoutError::Closed(_)) => true,
            Err(SendTimeoutError::Timeout(_)) => {
                tracing::warn!(%session, "the room was too busy to be told");
                false
            }
        }
    }

    /// What happened to the session between its being read and its room's being found by others: nobody told the room.
    pub(super) fn catch_up(&self, id: SessionId, version: u64) {
        let hub = self.clone();
        self.shared.rooms.spawn(async move {
            match within(hub.shared.records.session(id)).await {
                Ok(now) if now.version > version => {
                    hub.crew_changed(id, now.version, now.crew).await;
                    hub.course_changed(id, now.version, now.course).await;
                }
                Err(ErrorCode::WrongState) => {
                    hub.end(id, EndReason::Technician).await;
                }
                Ok(_) | Err(_) => {}
            }
        });
    }
}

#[async_trait]
impl Live for Hub {
    async fn attach(&self, request: ViewerRequest) -> Result<ViewerPipe, ErrorCode> {
        if self.shared.stopping.is_cancelled() {
            return Err(ErrorCode::Unavailable);
        }
        // a room may end between being found and being asked: then another is made
        for _ in 0..3 {
            let (room, crew) = match request.target {
                ViewerTarget::Code(connection) => {
                    let room = self.shared.connections.get(&connection).map(|room| room.clone());
                    (room.ok_or(ErrorCode::WrongCode)?, None)
                }
                ViewerTarget::Session(id) => {
                    let session = within(self.shared.records.session(id)).await?;
                    if !session.crew.allows(request.technician, Right::View) {
                        return Err(ErrorCode::Forbidden);
                    }
                    (self.room_of(&session), Some((session.version, session.crew.clone())))
                }
            };
            if let Some(answer) = self.attach_to(&room, request.clone(), crew).await {
                return answer;
            }
        }
        Err(ErrorCode::Unavailable)
    }

    fn sessions(&self) -> Vec<SessionId> {
        self.shared.sessions.iter().map(|room| *room.key()).collect()
    }

    fn is_open(&self, session: SessionId) -> bool {
        self.shared.sessions.contains_key(&session)
    }

    async fn end(&self, session: SessionId, reason: EndReason) -> bool {
        self.tell(session, Command::End(reason)).await
    }

    async fn crew_changed(&self, session: SessionId, version: u64, crew: Crew) -> bool {
        self.tell(session, Command::CrewChanged { version, crew }).await
    }

    async fn course_changed(&self, session: SessionId, version: u64, course: Course) -> bool {
        self.tell(session, Command::CourseChanged { version, course }).await
    }

    async fn chatted(&self, session: SessionId, message: Option<ChatMessage>, desk_saw: u64) {
        self.tell(session, Command::Chatted { message, desk_saw }).await;
    }

    async fn placed(&self, session: SessionId, standing: Standing) -> bool {
        let room = self.shared.sessions.get(&session).map(|room| room.clone());
        // One that is busy is not waited for: others wait to be told, too.
        room.is_none_or(|room| room.commands.try_send(Command::Placed(standing)).is_ok())
    }

    fn is_online(&self, connection: ConnectionId) -> bool {
        self.shared.connections.contains_key(&connection)
    }
}

/// Waits for the records, but not for ever.
pub(super) async fn within<T>(call: impl Future<Output = Result<T, ErrorCode>>) -> Result<T, ErrorCode> {
    tokio::time::timeout(RECORDS, call).await.unwrap_or(Err(ErrorCode::Unavailable))
}

pub(super) fn code_issued(code: &IssuedCode) -> msg::CodeIssued {
    msg::CodeIssued { routing: code.routing.to_string(), valid_seconds: code.valid_seconds }
}

pub(super) fn session_opened(session: &LiveSession) -> msg::SessionOpened {
    msg::SessionOpened {
        number: session.number,
        subject: session.subject.clone(),
        person: session.person.clone(),
        attachments: Some(msg::AttachmentLimits {
            each: session.files.each,
            endings: session.files.endings.iter().map(|it| (*it).to_owned()).collect(),
        }),
    }
}
