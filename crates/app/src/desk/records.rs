//! The records as the live connections see them.

use async_trait::async_trait;
use ponte_desk::team::Right;
use ponte_session::record::{Phase, Program};
use ponte_store::{Actor, Binding, Entry, Held, HistoryKind, NewConnection, Owner, Placement, Session};
use ponte_types::{
    AttachmentId, ConnectionId, DeviceFacts, ErrorCode, InviteId, LinkId, MessageId, Network, PairingMode,
    SessionId, TechnicianId,
};

use super::{
    AttachmentState, Caller, Desk, DeskError, Directory, FileProgress,
    codes::{PROVES, issued},
    directory::place,
    keys::sha256,
    lock,
    phase::{course, phase},
    queue::at_limit,
};
use crate::ports::{
    AskedForm, CallOpened, CallSent, ChatMarks, ChatMessage, Coming, Crew, FileLimits, IssuedCode,
    LiveSession, NewFile, Newcomer, Place, Received, Records, ResumeToken, Resumed,
};

/// A program that comes back too close to its code's end gets a new one instead.
const WORTH_SHOWING: std::time::Duration = std::time::Duration::from_secs(5);

#[async_trait]
impl Records for Desk {
    fn desk_name(&self) -> &str {
        &self.config.name
    }

    async fn issue_code(&self, program: &Newcomer) -> Result<IssuedCode, ErrorCode> {
        self.draw_code(program).await.map_err(told)
    }

    async fn burn_code(&self, connection: ConnectionId) -> Result<(), ErrorCode> {
        self.store.kill_code(connection).await.map_err(|e| told(e.into()))
    }

    async fn open_from_code(
        &self,
        connection: ConnectionId,
        technician: TechnicianId,
        device: &DeviceFacts,
    ) -> Result<LiveSession, ErrorCode> {
        self.opened_by_code(connection, technician, device).await.map_err(told)
    }

    async fn wrong_secret(&self, technician: TechnicianId) -> Result<(), ErrorCode> {
        lock(&self.code_tries).count(technician, self.ambient.now());
        Ok(())
    }

    async fn open_invite(
        &self,
        program: &Newcomer,
        invite: InviteId,
        claim: &[u8; 32],
    ) -> Result<LiveSession, ErrorCode> {
        self.started(program, invite, claim).await.map_err(told)
    }

    async fn call_form(&self, link: LinkId, from: Network) -> Result<AskedForm, ErrorCode> {
        self.form_of(link, from).await.map_err(told)
    }

    async fn open_call(
        &self,
        program: &Newcomer,
        link: LinkId,
        sent: &CallSent,
    ) -> Result<CallOpened, ErrorCode> {
        self.open_called(program, link, sent).await.map_err(told)
    }

    async fn resume(&self, program: &Newcomer, presented: &ResumeToken) -> Result<Resumed, ErrorCode> {
        self.came_back(program, presented).await.map_err(told)
    }

    async fn session(&self, session: SessionId) -> Result<LiveSession, ErrorCode> {
        let session = self.load(session).await.map_err(told)?;
        if session.is_over() {
            return Err(ErrorCode::WrongState);
        }
        live(&self.directory(), &session).map_err(told)
    }

    async fn device_changed(&self, session: SessionId, device: &DeviceFacts) -> Result<(), ErrorCode> {
        self.facts_changed(session, device).await.map_err(told)
    }

    async fn connection_lost(&self, connection: ConnectionId) -> Result<(), ErrorCode> {
        self.lost(connection).await.map_err(told)
    }

    async fn ended_by_end_user(&self, session: SessionId) -> Result<(), ErrorCode> {
        let end = |_: &Session, phase: Phase| {
            let next = phase.end_by_end_user()?;
            let kind = if next.is_over() { HistoryKind::EndedByEndUser } else { HistoryKind::ProgramLeft };
            Ok((next, kind))
        };
        let moved = self.move_as(session, Actor::EndUser, end).await;
        moved.map(|_| ()).map_err(told)
    }

    async fn judged_by_end_user(&self, session: SessionId, solved: bool) -> Result<(), ErrorCode> {
        self.judged(session, solved).await.map_err(told)
    }

    async fn said_by_end_user(
        &self,
        session: SessionId,
        id: MessageId,
        text: &str,
    ) -> Result<ChatMessage, ErrorCode> {
        self.said(session, id, text).await.map_err(told)
    }

    async fn chat(&self, session: SessionId) -> Result<(Vec<ChatMessage>, ChatMarks), ErrorCode> {
        self.recent_chat(session).await.map_err(told)
    }

    async fn comings(&self, session: SessionId) -> Result<Vec<Coming>, ErrorCode> {
        self.store.comings(session).await.map_err(|e| told(e.into()))
    }

    async fn begin_file(&self, session: SessionId, new: NewFile) -> Result<Received, ErrorCode> {
        let file = self.begin_file_of_end_user(session, new).await.map_err(told)?;
        Ok(received(FileProgress { file, message: None }))
    }

    async fn add_piece(
        &self,
        session: SessionId,
        id: AttachmentId,
        from: u64,
        bytes: &[u8],
    ) -> Result<Received, ErrorCode> {
        self.add_piece_of_end_user(session, id, from, bytes).await.map(received).map_err(told)
    }

    async fn give_file_up(&self, session: SessionId, id: AttachmentId) -> Result<(), ErrorCode> {
        self.drop_file_of_end_user(session, id).await.map_err(told)
    }

    async fn file_piece(
        &self,
        session: SessionId,
        id: AttachmentId,
        from: u64,
    ) -> Result<Vec<u8>, ErrorCode> {
        self.piece_for_end_user(session, id, from).await.map_err(told)
    }

    async fn end_user_progress(&self, session: SessionId, got: u64, saw: u64) -> Result<(), ErrorCode> {
        self.end_user_got(session, got, saw).await.map_err(told)
    }
}

/// The live half and its peers get the code; the cause of a failure stays in the log.
#[allow(clippy::needless_pass_by_value)] // the shape that `map_err` wants
fn told(error: DeskError) -> ErrorCode {
    if matches!(error, DeskError::Store(_) | DeskError::Failed(_)) {
        tracing::error!(%error, "a record could not be kept");
    }
    error.code()
}

fn received(progress: FileProgress) -> Received {
    let kept = progress.file.state != AttachmentState::Arriving;
    Received { received: progress.file.received, kept, message: progress.message }
}

pub(super) fn live(directory: &Directory, session: &Session) -> Result<LiveSession, DeskError> {
    let rules = &directory.setup().desk.files;
    Ok(LiveSession {
        id: session.id,
        number: session.number,
        version: session.version,
        mode: session.mode,
        subject: session.subject.clone().unwrap_or_default(),
        person: session.person.clone().unwrap_or_default(),
        called: session.call.is_some(),
        owner: phase(session)?.may_view(),
        crew: crew(directory, session),
        course: course(session),
        invite_public: match session.mode {
            PairingMode::Link => session.invite.as_ref().map(|invite| invite.public),
            PairingMode::Code | PairingMode::Words => None,
        },
        files: FileLimits { each: rules.each.bytes(), endings: rules.endings() },
    })
}

/// Who may be where in the session's room, and do there what their roles and the session's team both let them.
pub(super) fn crew(directory: &Directory, session: &Session) -> Crew {
    // On hold, or in person, there is nothing to see: nobody has a place in the room.
    let seen = phase(session).is_ok_and(|at| at.may_view().is_some());
    let Some(team) = session.crew(session.changed_at).filter(|_| seen) else {
        return Crew { on_hold: session.hold.is_some(), as_of: directory.revision, ..Crew::default() };
    };
    let kept = session.team.as_ref();
    let looks_in = |who: &TechnicianId| kept.is_some_and(|kept| kept.looking.contains(who));
    let from = kept.and_then(|kept| kept.names.get(&kept.from?).cloned());
    let as_what = |who: TechnicianId| match who {
        lead if lead == team.lead() && from.is_some() => Place::TookOver,
        lead if lead == team.lead() => Place::Lead,
        other if looks_in(&other) => Place::LooksIn,
        _ => Place::Joined,
    };
    let members = team.members().filter_map(|(who, member)| {
        let rights = directory.checked.rights_of(who, member.rights, place(session));
        rights.contains(Right::View).then(|| (who, (rights, as_what(who))))
    });
    Crew {
        lead: Some(team.lead()),
        baton: Some(team.baton()),
        members: members.collect(),
        from,
        as_of: directory.revision,
        on_hold: false,
    }
}

impl Newcomer {
    pub(super) fn to_keep(&self) -> NewConnection {
        NewConnection { id: self.connection, token: sha256(&self.token.0), device: self.device.clone() }
    }
}

impl Desk {
    async fn opened_by_code(
        &self,
        connection: ConnectionId,
        technician: TechnicianId,
        device: &DeviceFacts,
    ) -> Result<LiveSession, DeskError> {
        let (id, now) = (self.ambient.session_id()?, self.ambient.now());
        let account = self.store.technician(technician).await?;
        let name = account.ok_or(DeskError::Refused(ErrorCode::SignedOut))?.name;
        let (owner, first) = (Owner { id: technician, name }, Phase::opened_by_code(technician));
        let caller = Caller {
            id: technician,
            name: owner.name.clone(),
            family: ponte_store::FamilyId(0),
            scope: None,
        };
        let directory = self.directory_now().await?;
        let placement = Placement::in_channel(directory.home(&caller, &PROVES)?);
        let new = Session {
            device: Some(device.clone()),
            connection: Some(connection),
            ..directory.begun(id, PairingMode::Code, first, placement, Some(&owner), now)
        };
        let entry = Entry { at: now, kind: HistoryKind::OpenedByCode, by: Actor::Technician(technician) };
        let limit = directory.limit_of(technician);
        match self.store.add_from_code(&new, u64::from(limit), &entry).await? {
            Held::Done(session) => {
                self.changed().await;
                live(&directory, &session)
            }
            Held::Moved => Err(ErrorCode::WrongCode.into()),
            Held::AtLimit(load) => Err(at_limit(load, limit)),
        }
    }

    async fn started(
        &self,
        program: &Newcomer,
        invite: InviteId,
        claim: &[u8; 32],
    ) -> Result<LiveSession, DeskError> {
        let new = program.to_keep();
        // Unknown, wrong and gone links answer alike: an address alone must teach nothing.
        let gone = || DeskError::Refused(ErrorCode::LinkExpired);
        loop {
            let session = self.store.session_by_invite(invite).await?.ok_or_else(gone)?;
            let right = session.invite.as_ref().is_some_and(|link| link.claim_hash == sha256(claim));
            let now = self.ambient.now();
            let at = phase(&session)?;
            match at {
                _ if !right => return Err(gone()),
                Phase::Closed { .. } | Phase::Expired => return Err(gone()),
                at if at.program() == Program::Here => return Err(ErrorCode::LinkUsed.into()),
                Phase::Waiting { expires_at: Some(end), .. } if end <= now => return Err(gone()),
                _ if !self.link_is_good(&session) => return Err(gone()),
                Phase::Waiting { .. } | Phase::Active { .. } | Phase::Done { .. } => {}
            }
            let next = at.program_came().map_err(|_| gone())?;
            let mut session = self.directory().moved(session, next, None, now);
            session.connection = Some(program.connection);
            session.device = Some(program.device.clone());
            let entry = Entry { at: now, kind: HistoryKind::Ready, by: Actor::EndUser };
            if let Some(session) = self.store.change(&session, Some(&new), &entry).await? {
                self.changed().await;
                return live(&self.directory(), &session);
            }
        }
    }

    /// Once a session was worked, its link is good for no longer than a new one would be: it may be an old one that is
    /// found again.
    pub(super) fn link_is_good(&self, session: &Session) -> bool {
        let fresh = |invite: &ponte_store::Invite| invite.expires_at > self.ambient.now();
        session.reach == ponte_types::Reach::Program || session.invite.as_ref().is_some_and(fresh)
    }

    async fn came_back(&self, program: &Newcomer, presented: &ResumeToken) -> Result<Resumed, DeskError> {
        let presented = sha256(&presented.0);
        let new = program.to_keep();
        let gone = || DeskError::Refused(ErrorCode::NotFound);
        match self.store.find_binding(presented).await?.ok_or_else(gone)? {
            Binding::Code { connection: old, lookup, sealed, expires_at } => {
                let left = expires_at.since(self.ambient.now());
                if left < WORTH_SHOWING {
                    return Ok(Resumed::Code(self.draw_code(program).await?));
                }
                let routing = self.shown_number(lookup, sealed)?;
                if !self.store.rebind(presented, old, &new).await? {
                    return Err(gone());
                }
                Ok(Resumed::Code(issued(routing, left)))
            }
            Binding::Nothing { .. } => Ok(Resumed::Code(self.draw_code(program).await?)),
            Binding::Session { connection: old, session: id } => {
                // Checked before anything is written: a finished session is not brought back.
                if self.load(id).await?.is_over() {
                    return Err(DeskError::Refused(ErrorCode::LinkExpired));
                }
                if !self.store.rebind(presented, old, &new).await? {
                    return Err(gone());
                }
                self.back_in_session(id, program).await
            }
        }
    }

    async fn back_in_session(&self, id: SessionId, program: &Newcomer) -> Result<Resumed, DeskError> {
        loop {
            let session = self.load(id).await?;
            let now = self.ambient.now();
            let over = |_| DeskError::Refused(ErrorCode::LinkExpired);
            let next = phase(&session)?.program_came().map_err(over)?;
            let mut session = self.directory().moved(session, next, None, now);
            session.connection = Some(program.connection);
            session.device = Some(program.device.clone());
            self.facts_begin_anew(id);
            let entry = Entry { at: now, kind: HistoryKind::Back, by: Actor::EndUser };
            if let Some(session) = self.store.change(&session, None, &entry).await? {
                self.changed().await;
                return Ok(Resumed::Session(Box::new(live(&self.directory(), &session)?)));
            }
        }
    }

    async fn lost(&self, connection: ConnectionId) -> Result<(), DeskError> {
        match self.store.session_by_connection(connection).await? {
            Some(session) => self.lost_in(session.id, Some(connection)).await,
            None => Ok(()),
        }
    }

    pub(super) async fn lost_in(
        &self,
        session: SessionId,
        connection: Option<ConnectionId>,
    ) -> Result<(), DeskError> {
        let (now, wait) = (self.ambient.now(), self.config.return_life);
        let lost = |session: &Session, phase: Phase| {
            // It may have come back as another connection meanwhile.
            if session.connection == connection { phase.program_lost(now, wait) } else { Ok(phase) }
        };
        self.move_on(session, Actor::EndUser, HistoryKind::Lost, lost).await.map(|_| ())
    }
}
