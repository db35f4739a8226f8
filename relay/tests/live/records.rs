//! Records in memory, as much of them as the live half asks for.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use ponte_app::ports::{
    AskedFor, AskedForm, Author, CallNo, CallOpened, CallSent, ChatFile, ChatMarks, ChatMessage, Coming,
    Course, Crew, FileLimits, IssuedCode, LiveSession, NewFile, Newcomer, Question, Received, Records,
    ResumeToken, Resumed,
};
use ponte_types::{
    AttachmentId, CallId, ConnectionId, DeviceFacts, ErrorCode, FileKind, InviteId, LinkId, MessageId,
    Network, PairingMode, SessionId, TechnicianId, UnixMillis,
};
use tokio::sync::watch;

#[derive(Default)]
struct State {
    by_token: HashMap<[u8; 32], Option<SessionId>>,
    token_of: HashMap<ConnectionId, [u8; 32]>,
    sessions: HashMap<SessionId, LiveSession>,
    chats: HashMap<SessionId, Vec<ChatMessage>>,
    calls: HashMap<CallId, SessionId>,
    files: HashMap<AttachmentId, (NewFile, Vec<u8>)>,
}

pub(crate) fn message(id: MessageId, number: u64, author: Author, text: &str) -> ChatMessage {
    let (at, text) = (UnixMillis(5), text.into());
    ChatMessage { id, number, at, author, text, file: None, removed_at: None }
}

pub(crate) struct TestRecords {
    state: Mutex<State>,
    log: watch::Sender<Vec<String>>,
    /// A database that hangs: no chat is kept or read.
    hangs: watch::Sender<bool>,
    /// Why no request is taken.
    pub(crate) shut: Mutex<Option<(&'static str, Option<UnixMillis>)>>,
}

pub(crate) const CLAIM: [u8; 32] = [5; 32];

pub(crate) fn invite() -> InviteId {
    InviteId::from_bytes([9; 16])
}

pub(crate) fn link() -> LinkId {
    LinkId::from_bytes([7; 16])
}

fn form(channel: &str) -> AskedForm {
    let subject = Question { what: AskedFor::Subject, required: true, label: None };
    AskedForm { channel: channel.into(), questions: vec![subject], categories: vec![], privacy: None }
}

pub(crate) fn technician(n: u8) -> TechnicianId {
    TechnicianId::from_bytes([n; 16])
}

pub(crate) fn session_id(n: u8) -> SessionId {
    SessionId::new(UnixMillis(1), [n; 10])
}

fn live(id: SessionId, mode: PairingMode, owner: Option<TechnicianId>) -> LiveSession {
    let (subject, person) = ("Printer".into(), "Ana".into());
    let files = FileLimits { each: 1_000_000, endings: vec!["txt"] };
    let crew = owner.map(Crew::alone).unwrap_or_default();
    LiveSession {
        id,
        number: 7,
        version: 1,
        mode,
        subject,
        person,
        owner,
        called: false,
        crew,
        course: Course::Going,
        invite_public: None,
        files,
    }
}

impl TestRecords {
    pub(crate) fn new() -> Arc<Self> {
        let mut state = State::default();
        let linked = live(session_id(1), PairingMode::Link, Some(technician(1)));
        state.sessions.insert(linked.id, linked);
        Arc::new(Self {
            state: Mutex::new(state),
            log: watch::Sender::new(Vec::new()),
            hangs: watch::Sender::new(false),
            shut: Mutex::new(None),
        })
    }

    /// Waits until the records were told this.
    pub(crate) async fn told(&self, what: &str) {
        let mut log = self.log.subscribe();
        let seen = log.wait_for(|log| log.iter().any(|l| l == what));
        tokio::time::timeout(std::time::Duration::from_secs(20), seen).await.expect(what).unwrap();
    }

    /// Who is in a session from now on.
    pub(crate) fn crew(&self, id: SessionId, version: u64, crew: Crew) {
        let mut state = self.state.lock().unwrap();
        let session = state.sessions.get_mut(&id).unwrap();
        (session.version, session.owner, session.crew) = (version, crew.lead, crew);
    }

    pub(crate) fn hang(&self, hangs: bool) {
        self.hangs.send_replace(hangs);
    }

    fn note(&self, what: impl Into<String>) {
        self.log.send_modify(|log| log.push(what.into()));
    }
}

#[async_trait::async_trait]
impl Records for TestRecords {
    fn desk_name(&self) -> &str {
        "Test desk"
    }
    async fn issue_code(&self, program: &Newcomer) -> Result<IssuedCode, ErrorCode> {
        let mut state = self.state.lock().unwrap();
        state.by_token.insert(program.token.0, None);
        state.token_of.insert(program.connection, program.token.0);
        self.note("code");
        Ok(IssuedCode { routing: "12345".parse().unwrap(), valid_seconds: 600 })
    }
    async fn burn_code(&self, _: ConnectionId) -> Result<(), ErrorCode> {
        self.note("burned");
        Ok(())
    }
    async fn open_from_code(
        &self,
        connection: ConnectionId,
        technician: TechnicianId,
        _: &DeviceFacts,
    ) -> Result<LiveSession, ErrorCode> {
        let mut state = self.state.lock().unwrap();
        let session = live(session_id(2), PairingMode::Code, Some(technician));
        let token = state.token_of[&connection];
        state.by_token.insert(token, Some(session.id));
        state.sessions.insert(session.id, session.clone());
        self.note("opened");
        Ok(session)
    }
    async fn judged_by_end_user(&self, _: SessionId, solved: bool) -> Result<(), ErrorCode> {
        self.note(if solved { "solved" } else { "not solved" });
        Ok(())
    }
    async fn wrong_secret(&self, _: TechnicianId) -> Result<(), ErrorCode> {
        self.note("wrong secret");
        Ok(())
    }
    async fn open_invite(
        &self,
        program: &Newcomer,
        asked: InviteId,
        claim: &[u8; 32],
    ) -> Result<LiveSession, ErrorCode> {
        if asked != invite() || claim != &CLAIM {
            return Err(ErrorCode::LinkExpired);
        }
        let mut state = self.state.lock().unwrap();
        state.by_token.insert(program.token.0, Some(session_id(1)));
        Ok(state.sessions[&session_id(1)].clone())
    }
    async fn call_form(&self, asked: LinkId, _: Network) -> Result<AskedForm, ErrorCode> {
        if asked != link() {
            return Err(ErrorCode::LinkExpired);
        }
        Ok(form("Support"))
    }
    async fn open_call(
        &self,
        program: &Newcomer,
        asked: LinkId,
        sent: &CallSent,
    ) -> Result<CallOpened, ErrorCode> {
        if asked != link() {
            return Err(ErrorCode::LinkExpired);
        }
        if sent.filled.subject.is_empty() {
            return Ok(CallOpened::No(CallNo::form(form("Renamed"))));
        }
        if let Some((reason, again_at)) = *self.shut.lock().unwrap() {
            return Ok(CallOpened::No(CallNo { reason, again_at, form: None }));
        }
        let mut state = self.state.lock().unwrap();
        let id = *state.calls.entry(sent.id).or_insert(session_id(3));
        let session = LiveSession { called: true, ..live(id, PairingMode::Link, None) };
        state.by_token.insert(program.token.0, Some(id));
        state.sessions.insert(id, session.clone());
        self.note(format!("called by {}", sent.filled.name));
        Ok(CallOpened::Session(session))
    }
    async fn resume(&self, program: &Newcomer, presented: &ResumeToken) -> Result<Resumed, ErrorCode> {
        let mut state = self.state.lock().unwrap();
        let session = state.by_token.remove(&presented.0).ok_or(ErrorCode::NotFound)?;
        state.by_token.insert(program.token.0, session);
        state.token_of.insert(program.connection, program.token.0);
        Ok(match session {
            None => Resumed::Code(IssuedCode { routing: "12345".parse().unwrap(), valid_seconds: 600 }),
            Some(id) => Resumed::Session(Box::new(state.sessions[&id].clone())),
        })
    }
    async fn session(&self, session: SessionId) -> Result<LiveSession, ErrorCode> {
        self.state.lock().unwrap().sessions.get(&session).cloned().ok_or(ErrorCode::NotFound)
    }
    async fn device_changed(&self, _: SessionId, _: &DeviceFacts) -> Result<(), ErrorCode> {
        self.note("device");
        Ok(())
    }
    async fn connection_lost(&self, _: ConnectionId) -> Result<(), ErrorCode> {
        self.note("lost");
        Ok(())
    }
    async fn ended_by_end_user(&self, _: SessionId) -> Result<(), ErrorCode> {
        self.note("ended");
        Ok(())
    }
    async fn said_by_end_user(
        &self,
        session: SessionId,
        id: MessageId,
        text: &str,
    ) -> Result<ChatMessage, ErrorCode> {
        self.note("asked to keep");
        self.hangs.subscribe().wait_for(|hangs| !hangs).await.unwrap();
        let mut state = self.state.lock().unwrap();
        let chat = state.chats.entry(session).or_default();
        if let Some(known) = chat.iter().find(|known| known.id == id) {
            return Ok(known.clone());
        }
        let number = u64::try_from(chat.len()).unwrap() + 1;
        let said = message(id, number, Author::EndUser, text);
        chat.push(said.clone());
        Ok(said)
    }
    async fn chat(&self, session: SessionId) -> Result<(Vec<ChatMessage>, ChatMarks), ErrorCode> {
        self.note("asked for the chat");
        self.hangs.subscribe().wait_for(|hangs| !hangs).await.unwrap();
        let chat = self.state.lock().unwrap().chats.get(&session).cloned().unwrap_or_default();
        Ok((chat, ChatMarks::default()))
    }
    async fn comings(&self, _: SessionId) -> Result<Vec<Coming>, ErrorCode> {
        let technician = ponte_app::desk::Owner { id: technician(1), name: "Ana".into() };
        Ok(vec![Coming { at: UnixMillis(4), technician, came: true }])
    }
    async fn begin_file(&self, _: SessionId, new: NewFile) -> Result<Received, ErrorCode> {
        self.note(format!("file {}", new.name));
        if new.name.as_str().ends_with(".exe") {
            return Err(ErrorCode::FileKindRefused);
        }
        let mut state = self.state.lock().unwrap();
        let (_, bytes) = state.files.entry(new.id).or_insert((new, Vec::new()));
        Ok(Received { received: bytes.len() as u64, kept: false, message: None })
    }
    async fn add_piece(
        &self,
        session: SessionId,
        id: AttachmentId,
        from: u64,
        piece: &[u8],
    ) -> Result<Received, ErrorCode> {
        self.hangs.subscribe().wait_for(|hangs| !hangs).await.unwrap();
        let mut state = self.state.lock().unwrap();
        let (new, bytes) = state.files.get_mut(&id).ok_or(ErrorCode::NotFound)?;
        if from == bytes.len() as u64 {
            bytes.extend_from_slice(piece);
        }
        let (received, size) = (bytes.len() as u64, new.size);
        if received < size {
            return Ok(Received { received, kept: false, message: None });
        }
        let file = ChatFile { id, name: new.name.clone(), kind: FileKind::Txt, size, sha256: new.sha256 };
        let chat = state.chats.entry(session).or_default();
        let number = u64::try_from(chat.len()).unwrap() + 1;
        let plain = message(MessageId::from_uuid(id.as_uuid()), number, Author::EndUser, "");
        let said = ChatMessage { file: Some(file), ..plain };
        chat.push(said.clone());
        Ok(Received { received, kept: true, message: Some(said) })
    }
    async fn give_file_up(&self, _: SessionId, id: AttachmentId) -> Result<(), ErrorCode> {
        self.state.lock().unwrap().files.remove(&id);
        self.note("given up");
        Ok(())
    }
    async fn file_piece(&self, _: SessionId, id: AttachmentId, from: u64) -> Result<Vec<u8>, ErrorCode> {
        let state = self.state.lock().unwrap();
        let (_, bytes) = state.files.get(&id).ok_or(ErrorCode::NotFound)?;
        Ok(bytes.get(usize::try_from(from).unwrap()..).unwrap_or_default().to_vec())
    }
    async fn end_user_progress(&self, _: SessionId, got: u64, saw: u64) -> Result<(), ErrorCode> {
        self.note(format!("got {got}, saw {saw}"));
        Ok(())
    }
}
