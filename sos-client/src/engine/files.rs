//! Files on their way: what the person gives, one after another, and what they save. The disk's work is done in threads
//! beside the engine; nothing here waits.

use std::{
    collections::{BTreeMap, VecDeque},
    path::PathBuf,
};

use ponte_types::{AttachmentId, ErrorCode, FileName};
use ponte_wire::{
    MAX_PIECE, PIECES_AHEAD,
    msg::{self, attachment_ask::Ask, from_sos::Body as ToRelay},
};
use tokio::task::JoinSet;

use crate::{
    disk::{Readable, Saving, Source, Trouble},
    view::{FileShown, FileState, Limits},
};

/// Files that may wait to be sent.
const WAITING: usize = 20;
/// Files that are on their way or failed; more are not even listed.
const LISTED: usize = 100;

/// What a file is sent for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To be read in the chat.
    Chat,
    /// The screen as it was when help was asked for.
    Screenshot,
}

/// A file to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// A safe one is made of it.
    pub name: String,
    pub source: Source,
    pub purpose: Purpose,
}

/// A file of the chat that can be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Offered {
    pub(super) id: AttachmentId,
    pub(super) name: FileName,
    pub(super) size: u64,
    pub(super) sha256: [u8; 32],
}

#[derive(Default)]
pub(super) struct Files {
    limits: Option<Limits>,
    outgoing: Vec<Outgoing>,
    incoming: BTreeMap<AttachmentId, Incoming>,
    work: JoinSet<Done>,
    /// Where saved files go, and what they are marked with.
    downloads: Option<PathBuf>,
    from: String,
}

struct Outgoing {
    id: AttachmentId,
    new: NewFile,
    name: FileName,
    readable: Option<Readable>,
    state: Sending,
    /// The relay has it up to here.
    received: u64,
    /// It was sent up to here.
    sent: u64,
    reading: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sending {
    /// It is read for its hash.
    Preparing,
    Waiting,
    /// Announced; the relay says from where it goes on.
    Announced,
    Going,
    /// The relay has all of it.
    Kept,
    Failed(Trouble),
}

struct Incoming {
    file: Offered,
    /// Absent while it is written to, or there is nothing yet to write to.
    saving: Option<Saving>,
    came: VecDeque<Vec<u8>>,
    /// Came from the relay up to here, and asked for up to here.
    arrived: u64,
    asked: u64,
    written: u64,
    state: Result<Option<PathBuf>, Trouble>,
}

/// What the disk has done.
pub(super) enum Done {
    Prepared(AttachmentId, Result<Readable, Trouble>),
    Read(AttachmentId, u64, Result<Vec<u8>, Trouble>),
    Begun(AttachmentId, Result<Saving, Trouble>),
    Written(AttachmentId, u64, Result<Saving, Trouble>),
    Finished(AttachmentId, Result<PathBuf, Trouble>),
}

impl Files {
    pub(super) fn new(downloads: Option<PathBuf>, from: String) -> Self {
        Self { downloads, from, ..Self::default() }
    }

    /// What the desk accepts, told with the session.
    pub(super) fn accept(&mut self, limits: &msg::AttachmentLimits) {
        let endings = limits.endings.iter().take(200).map(|it| it.to_lowercase()).collect();
        self.limits = Some(Limits { each: limits.each, endings });
    }

    pub(super) fn limits(&self) -> Option<&Limits> {
        self.limits.as_ref()
    }

    /// The person gives a file. False when it does not go: too many wait already, or the desk takes no such files.
    pub(super) fn add(&mut self, id: AttachmentId, new: NewFile) -> bool {
        let waiting = |it: &&Outgoing| !matches!(it.state, Sending::Failed(_));
        let full = self.outgoing.iter().filter(waiting).count() >= WAITING;
        if self.outgoing.len() >= LISTED {
            tracing::warn!("more files were given at once than are listed");
            return false;
        }
        let name = FileName::safe(&new.name);
        let state = match self.refused(&name).or(full.then_some(Trouble::TooMany)) {
            Some(trouble) => Sending::Failed(trouble),
            None => Sending::Preparing,
        };
        let goes = state == Sending::Preparing;
        let (most, source) = (self.most(), new.source.clone());
        if state == Sending::Preparing {
            self.work.spawn_blocking(move || Done::Prepared(id, Readable::open(&source, most)));
        }
        let (readable, reading) = (None, false);
        self.outgoing.push(Outgoing { id, new, name, readable, state, received: 0, sent: 0, reading });
        goes
    }

    fn most(&self) -> u64 {
        self.limits.as_ref().map_or(u64::MAX, |limits| limits.each)
    }

    fn refused(&self, name: &FileName) -> Option<Trouble> {
        let limits = self.limits.as_ref()?;
        let ending = name.parts().1.map(str::to_lowercase);
        let accepted = ending.is_some_and(|ending| limits.endings.contains(&ending));
        (!accepted).then_some(Trouble::Kind)
    }

    /// Of a file that was given: true while it is on its way, false when it failed; absent once the relay has all of it.
    pub(super) fn on_its_way(&self, id: AttachmentId) -> Option<bool> {
        self.outgoing.iter().find(|out| out.id == id).map(|out| !out.failed())
    }

    /// The person tries a refused file again, as another one.
    pub(super) fn again(&mut self, id: AttachmentId, as_id: AttachmentId) {
        if let Some(at) = self.outgoing.iter().position(|out| out.id == id && out.failed()) {
            let out = self.outgoing.remove(at);
            self.add(as_id, out.new);
        }
    }

    /// The person gives a file up, or takes one away that failed.
    pub(super) fn give_up(&mut self, id: AttachmentId) -> Option<ToRelay> {
        let at = self.outgoing.iter().position(|out| out.id == id)?;
        let out = self.outgoing.remove(at);
        matches!(out.state, Sending::Announced | Sending::Going).then(|| ask(id, Ask::GiveUp(msg::GiveUp {})))
    }

    /// The person saves a file.
    pub(super) fn save(&mut self, file: Offered) {
        let known = self.incoming.get(&file.id);
        if known.is_some_and(|it| it.state.is_ok()) {
            return;
        }
        let id = file.id;
        let Some(folder) = self.downloads.clone() else {
            self.incoming.insert(id, Incoming::new(file, Err(Trouble::CannotSave)));
            return;
        };
        let name = file.name.clone();
        self.work.spawn_blocking(move || Done::Begun(id, Saving::begin(&folder, &name)));
        self.incoming.insert(id, Incoming::new(file, Ok(None)));
    }

    /// The next thing that the disk has done; never ready while it does nothing.
    pub(super) async fn done(&mut self) -> Done {
        loop {
            match self.work.join_next().await {
                Some(Ok(done)) => return done,
                // Work that panicked or was given up tells nothing.
                Some(Err(_)) => {}
                None => return std::future::pending().await,
            }
        }
    }

    pub(super) fn handle(&mut self, done: Done) {
        match done {
            Done::Prepared(id, result) => {
                if let Some(out) = self.out(id) {
                    match result {
                        Ok(readable) => {
                            out.readable = Some(readable);
                            out.state = Sending::Waiting;
                        }
                        Err(trouble) => out.state = Sending::Failed(trouble),
                    }
                }
            }
            Done::Begun(id, result) => self.saved(id, 0, result),
            Done::Written(id, bytes, result) => self.saved(id, bytes, result),
            Done::Finished(id, result) => {
                if let Some(incoming) = self.incoming.get_mut(&id) {
                    incoming.state = result.map(Some);
                }
            }
            // What was read goes out by `read`.
            Done::Read(..) => {}
        }
    }

    fn saved(&mut self, id: AttachmentId, bytes: u64, result: Result<Saving, Trouble>) {
        let Some(incoming) = self.incoming.get_mut(&id) else { return };
        match result {
            Ok(saving) if incoming.state.is_ok() => {
                incoming.written += bytes;
                incoming.saving = Some(saving);
            }
            // It failed meanwhile: what was written goes with `saving`.
            Ok(_) => {}
            Err(trouble) => incoming.state = Err(trouble),
        }
    }

    /// A piece that was read from the disk is to be sent, if it is still wanted.
    pub(super) fn read(
        &mut self,
        id: AttachmentId,
        from: u64,
        read: Result<Vec<u8>, Trouble>,
    ) -> Option<ToRelay> {
        let out = self.out(id)?;
        if out.state != Sending::Going || out.sent != from || !std::mem::take(&mut out.reading) {
            return None;
        }
        match read {
            Ok(bytes) if !bytes.is_empty() => {
                out.sent += bytes.len() as u64;
                let id = id.as_bytes().to_vec();
                Some(ToRelay::AttachmentPiece(msg::AttachmentPiece { id, from, bytes }))
            }
            // It has shrunk, or its disk is gone.
            Ok(_) | Err(_) => {
                out.state = Sending::Failed(Trouble::Unreadable);
                Some(ask(id, Ask::GiveUp(msg::GiveUp {})))
            }
        }
    }

    /// What is to be said to the relay now. While somebody looks at the screen files take little of the path.
    pub(super) fn next(&mut self, looked_at: bool) -> Vec<ToRelay> {
        let mut bodies = Vec::new();
        let busy = |out: &Outgoing| matches!(out.state, Sending::Announced | Sending::Going);
        if !self.outgoing.iter().any(busy)
            && let Some(out) = self.outgoing.iter_mut().find(|out| out.state == Sending::Waiting)
        {
            bodies.extend(out.announce());
        }
        let ahead = if looked_at { 1 } else { PIECES_AHEAD };
        let window = (ahead * MAX_PIECE) as u64;
        for out in &mut self.outgoing {
            let Some(readable) = out.readable.as_ref().filter(|_| out.state == Sending::Going) else {
                continue;
            };
            let room = out.sent < out.received + window && out.sent < readable.size;
            if room && !out.reading {
                out.reading = true;
                let (id, from, readable) = (out.id, out.sent, readable.clone());
                self.work.spawn_blocking(move || Done::Read(id, from, readable.read(from, MAX_PIECE)));
            }
        }
        let from = &self.from;
        for incoming in self.incoming.values_mut() {
            incoming.write(&mut self.work, from);
            bodies.extend(incoming.ask(window));
        }
        bodies
    }

    pub(super) fn progressed(&mut self, progress: &msg::AttachmentProgress) {
        let Some(out) = id(&progress.id).and_then(|id| self.out(id)) else { return };
        let size = out.readable.as_ref().map_or(0, |it| it.size);
        if progress.kept {
            out.received = size;
            out.state = Sending::Kept;
            if out.new.purpose == Purpose::Screenshot {
                let id = out.id;
                self.arrived(id);
            }
            return;
        }
        match out.state {
            Sending::Announced => {
                out.received = progress.received.min(size);
                out.sent = out.received;
                out.state = Sending::Going;
            }
            Sending::Going => out.received = out.received.max(progress.received.min(out.sent)),
            _ => {}
        }
    }

    pub(super) fn refused_by_relay(&mut self, refused: &msg::AttachmentRefused) {
        let code = refused.code.parse().unwrap_or(ErrorCode::Internal);
        let Some(id) = id(&refused.id) else { return };
        if let Some(out) = self.out(id) {
            out.state = Sending::Failed(Trouble::Refused(code));
        } else if let Some(incoming) = self.incoming.get_mut(&id) {
            incoming.fail(Trouble::Refused(code));
        }
    }

    pub(super) fn came(&mut self, piece: msg::AttachmentPiece) {
        let Some(incoming) = id(&piece.id).and_then(|id| self.incoming.get_mut(&id)) else { return };
        // Late answers to what was asked before a break.
        if incoming.state != Ok(None) || piece.from != incoming.arrived || incoming.asked <= incoming.arrived
        {
            return;
        }
        let expected = (incoming.file.size - incoming.arrived).min(MAX_PIECE as u64);
        if piece.bytes.len() as u64 != expected {
            incoming.fail(Trouble::Damaged);
            return;
        }
        incoming.arrived += expected;
        incoming.came.push_back(piece.bytes);
    }

    /// A file's message is in the chat: it is shown there.
    pub(super) fn arrived(&mut self, id: AttachmentId) {
        self.outgoing.retain(|out| out.id != id);
    }

    /// The connection is gone: what was on its way is said and asked for again.
    pub(super) fn disconnected(&mut self) {
        for out in &mut self.outgoing {
            if matches!(out.state, Sending::Announced | Sending::Going) {
                out.state = Sending::Waiting;
                out.reading = false;
            }
        }
        for incoming in self.incoming.values_mut() {
            incoming.asked = incoming.arrived;
        }
    }

    fn out(&mut self, id: AttachmentId) -> Option<&mut Outgoing> {
        self.outgoing.iter_mut().find(|out| out.id == id)
    }

    /// What is on its way, in the order in which it was given.
    pub(super) fn shown(&self) -> impl Iterator<Item = FileShown> {
        self.outgoing.iter().filter(|out| out.new.purpose == Purpose::Chat).map(|out| {
            let size = out.readable.as_ref().map_or(0, |it| it.size);
            let state = match out.state {
                Sending::Failed(trouble) => FileState::Failed(trouble),
                Sending::Kept => FileState::Kept,
                _ => FileState::Moving(out.received),
            };
            FileShown { id: out.id, name: out.name.to_string(), size, state }
        })
    }

    /// How a file of the chat stands that somebody else gave.
    pub(super) fn offer(&self, id: AttachmentId) -> FileState {
        match self.incoming.get(&id) {
            None => FileState::Offered,
            Some(incoming) => match &incoming.state {
                Err(trouble) => FileState::Failed(*trouble),
                Ok(Some(place)) => FileState::Saved(place.clone()),
                Ok(None) => FileState::Moving(incoming.written),
            },
        }
    }
}

impl Outgoing {
    fn failed(&self) -> bool {
        matches!(self.state, Sending::Failed(_))
    }

    fn announce(&mut self) -> Option<ToRelay> {
        let readable = self.readable.as_ref()?;
        self.state = Sending::Announced;
        let purpose = match self.new.purpose {
            Purpose::Chat => msg::AttachmentPurpose::AttachmentChat,
            Purpose::Screenshot => msg::AttachmentPurpose::AttachmentScreenshot,
        };
        Some(ToRelay::AttachmentStart(msg::AttachmentStart {
            id: self.id.as_bytes().to_vec(),
            name: self.name.to_string(),
            size: readable.size,
            sha256: readable.sha256.to_vec(),
            purpose: purpose.into(),
        }))
    }
}

impl Incoming {
    fn new(file: Offered, state: Result<Option<PathBuf>, Trouble>) -> Self {
        Self { file, saving: None, came: VecDeque::new(), arrived: 0, asked: 0, written: 0, state }
    }

    fn fail(&mut self, trouble: Trouble) {
        self.state = Err(trouble);
        self.saving = None;
        self.came.clear();
    }

    /// Gives the disk what came, one piece after another.
    fn write(&mut self, work: &mut JoinSet<Done>, from: &str) {
        if self.state != Ok(None) || self.saving.is_none() {
            return;
        }
        let (id, size, sha256) = (self.file.id, self.file.size, self.file.sha256);
        if let Some(bytes) = self.came.pop_front()
            && let Some(mut saving) = self.saving.take()
        {
            work.spawn_blocking(move || {
                let written = saving.write(&bytes).map(|()| saving);
                Done::Written(id, bytes.len() as u64, written)
            });
        } else if self.written == size
            && let Some(saving) = self.saving.take()
        {
            let from = from.to_owned();
            work.spawn_blocking(move || Done::Finished(id, saving.finish(size, &sha256, &from)));
        }
    }

    /// Asks for what is missing, no further ahead than the disk is behind.
    fn ask(&mut self, window: u64) -> Vec<ToRelay> {
        let mut asks = Vec::new();
        while self.state == Ok(None) && self.asked < self.file.size && self.asked < self.written + window {
            asks.push(ask(self.file.id, Ask::From(self.asked)));
            self.asked += (self.file.size - self.asked).min(MAX_PIECE as u64);
        }
        asks
    }
}

fn ask(id: AttachmentId, ask: Ask) -> ToRelay {
    ToRelay::AttachmentAsk(msg::AttachmentAsk { id: id.as_bytes().to_vec(), ask: Some(ask) })
}

fn id(bytes: &[u8]) -> Option<AttachmentId> {
    AttachmentId::try_from(bytes).ok()
}
