//! What engine and window say to each other. Every state of the window is one of [`View`].

use std::{path::PathBuf, sync::Arc};

use ponte_desktop::{Rect, Still};
use ponte_session::gate::Question;
use ponte_types::{AttachmentId, CategoryId, EndReason, ErrorCode, Grants, MessageId, UnixMillis};
use ponte_wire::msg::CallFieldKind;

use crate::{disk::Trouble, engine::NewFile, trust::Fingerprint};

/// What the person sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum View {
    /// The settings or the display are such that nothing can begin.
    CannotStart {
        /// What is wrong and what to do, for who knows about computers.
        why: String,
    },
    /// Nobody told which desk to call.
    AskRelay,
    /// First contact with this relay: the page about scams.
    UnknownRelay {
        host: String,
        /// Its certificate, once it was called and no authority vouched for it.
        fingerprint: Option<Fingerprint>,
    },
    /// Another certificate than this machine remembers.
    ChangedRelay {
        host: String,
        /// Absent: the web's authorities vouched for it.
        expected: Option<Fingerprint>,
        found: Fingerprint,
    },
    /// Another certificate than the link or the configuration names: there is nothing to agree to.
    WrongRelay {
        host: String,
        expected: Fingerprint,
        found: Fingerprint,
    },
    Connecting {
        host: String,
    },
    Offline {
        host: String,
        why: Offline,
    },
    /// Nine digits to read out.
    Code {
        digits: String,
        desk: String,
        replaced: Option<Replaced>,
    },
    /// A link was opened, or a technician has just proved the code: they come next.
    Ready {
        desk: String,
        subject: String,
        course: Course,
        /// `None`: there is no session to write in yet.
        chat: Option<Chat>,
    },
    /// The form of a channel, before anything is sent.
    Call(Box<CallForm>),
    /// The request was sent, and waits.
    Waiting {
        desk: String,
        /// The session's number, to name it by.
        number: u64,
        subject: String,
        /// `None`: not told yet.
        place: Option<Place>,
        picture: PictureSent,
        online: bool,
        chat: Chat,
    },
    Question {
        question: Question,
        coming: Coming,
        desk: String,
        seconds_left: u32,
    },
    Session {
        holders: Vec<Present>,
        desk: String,
        since: UnixMillis,
        minutes: u32,
        online: bool,
        chat: Chat,
    },
    Ended(Ending),
    /// It has ended, and what was said can still be read.
    Over {
        ending: Ending,
        chat: Chat,
    },
}

/// Somebody who is here and may do something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Present {
    pub name: String,
    /// What they may do at this moment.
    pub grants: Grants,
    pub coming: Coming,
}

/// How somebody came to be here, by what the desk says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Coming {
    #[default]
    ToHelp,
    /// Takes over from somebody.
    Instead(String),
    /// Joins whoever is here.
    Besides,
    /// Supervises.
    ToLookOn,
}

/// What a channel asks, and the picture that may go with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallForm {
    pub desk: String,
    /// The channel's name.
    pub channel: String,
    pub fields: Vec<CallField>,
    pub categories: Vec<(CategoryId, String)>,
    /// What the desk says becomes of what is told it; empty: nothing is said.
    pub privacy: String,
    /// The screen as it was before the window came; `None` where none could be taken.
    pub picture: Option<Picture>,
    pub stage: CallStage,
    pub online: bool,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallField {
    pub kind: CallFieldKind,
    pub required: bool,
    /// In the desk's own words; empty: in the program's.
    pub label: String,
}

/// Where the form stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallStage {
    Filling,
    /// The window has to go for a moment, so that what is behind it can be taken.
    Hiding,
    /// On its way to the relay.
    Sending,
    /// The desk did not take it; what was filled in stays.
    Refused(CallProblem),
}

/// Why a request was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallProblem {
    Paused {
        again_at: Option<UnixMillis>,
    },
    OutsideHours {
        again_at: Option<UnixMillis>,
    },
    /// As many wait as may.
    Full,
    /// The desk asks something else now.
    OtherForm,
    TooMany,
    Failed,
}

/// A picture of the screen. Two are the same only when they are one.
#[derive(Debug, Clone)]
pub struct Picture(pub Arc<Still>);

impl PartialEq for Picture {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}
impl Eq for Picture {}

/// What becomes of the picture after Send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureSent {
    /// The person left it out.
    No,
    OnItsWay,
    Kept,
    /// The relay did not keep it.
    Failed,
}

/// Where a request stands in the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// From 1; 0: not in the queue now.
    pub place: u32,
    /// Rounded.
    pub about: bool,
    /// A technician has taken it.
    pub taken: bool,
    pub wait: Wait,
    /// It waits for the desk to open.
    pub opens_at: Option<UnixMillis>,
}

/// How long it will take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    Now,
    Minutes {
        from: u32,
        to: u32,
    },
    /// Nothing honest can be said.
    Unknown,
}

/// What the person filled in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filled {
    pub name: String,
    pub contact: String,
    pub department: String,
    pub company: String,
    pub category: Option<CategoryId>,
    pub subject: String,
    /// With the parts of it that are black; `None`: left out.
    pub picture: Option<(Picture, Vec<Rect>)>,
}

/// How far the session has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Course {
    #[default]
    Going,
    /// Somebody comes here, or works on the equipment itself.
    InPerson,
    OnHold,
    /// The technician says that it is solved: is it?
    Done,
    /// It was done or closed, and goes on.
    Back,
}

/// What both sides wrote.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chat {
    /// Oldest first.
    pub said: Vec<Said>,
    /// Number of the newest message that the relay has.
    pub newest: u64,
    /// Messages of technicians that were not on the screen yet.
    pub unread: usize,
    /// As many messages wait for the relay as may: the next one stays in the line until one was kept.
    pub full: bool,
    /// What files the desk takes; `None`: none, as far as is known.
    pub limits: Option<Limits>,
}

/// What files the desk takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Largest file, in bytes.
    pub each: u64,
    /// How their names end, in lower case.
    pub endings: Vec<String>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// While the relay has not kept it.
    pub id: Option<MessageId>,
    /// The technician's name; `None`: the person here wrote it.
    pub by: Option<String>,
    /// Empty when it is a file, or was removed.
    pub text: String,
    pub sending: Sending,
    /// The file that it is.
    pub file: Option<FileShown>,
    /// The desk deleted it because it was old.
    pub removed: bool,
    /// It is no message: somebody came or left.
    pub coming: Option<CameOrLeft>,
}

impl Said {
    /// A line that nobody wrote.
    #[must_use]
    pub fn coming(coming: CameOrLeft) -> Self {
        Self {
            id: None,
            by: None,
            text: String::new(),
            sending: Sending::Kept,
            file: None,
            removed: false,
            coming: Some(coming),
        }
    }
}

/// A technician came, or left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameOrLeft {
    pub technician: String,
    pub came: bool,
}

/// A file in the chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileShown {
    pub id: AttachmentId,
    pub name: String,
    /// In bytes; 0 while it is not known.
    pub size: u64,
    pub state: FileState,
}

/// What becomes of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileState {
    /// Somebody else gave it: it can be saved.
    Offered,
    /// On its way, so many bytes of it.
    Moving(u64),
    /// Given away: the desk has it.
    Kept,
    /// It lies here.
    Saved(PathBuf),
    Failed(Trouble),
}

/// How far a message has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    OnItsWay,
    /// The relay has it.
    Kept,
    /// A technician has seen it.
    Seen,
    Refused(ErrorCode),
}

/// Why another number is shown than a moment ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// Three times the wrong digits were tried with it.
    WrongDigits,
    /// It was shown for too long.
    TooOld,
    /// The relay does not know it any more.
    Forgotten,
    /// It was used, but the technician was gone before the session began.
    CutOff,
}

/// Why there is no connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offline {
    /// The name is not known to this network.
    NoSuchHost,
    /// Nothing answered.
    NoAnswer,
    /// The relay said no for now.
    Refused(ErrorCode),
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    Reason(EndReason),
    /// It can still be reopened, for this many whole days.
    Reopenable(EndReason, u32),
    Refused(ErrorCode),
    /// The screen could no longer be shared.
    Desktop,
    /// A channel's link that is unknown, paused or deleted: those answer alike.
    NoSuchCall,
}

/// What the person does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// An address or a link, as typed and already parsed.
    Start(crate::config::Start),
    /// "Continue" on the page about scams or on that about a changed certificate, with the certificate that it
    /// showed: a second click must not agree to a page that nobody has read.
    TrustRelay(Option<Fingerprint>),
    Answer {
        question: Question,
        yes: bool,
    },
    TakeBackControl,
    /// Sends the form.
    Call(Box<Filled>),
    /// Takes the picture of the screen again.
    TakeAgain,
    /// The window is out of the way.
    Hidden,
    /// The request is wanted no more.
    Cancel,
    /// The answer to [`Course::Done`]: is it solved?
    Judge(bool),
    /// Writes to the technician.
    Say(String),
    /// Sends a refused message again.
    SayAgain(MessageId),
    /// Gives the technician a file.
    Attach(Vec<NewFile>),
    /// Tries one that failed again.
    AttachAgain(AttachmentId),
    /// Gives a file up that is on its way, or takes one away that failed.
    GiveUp(AttachmentId),
    /// Saves a technician's file.
    Save(AttachmentId),
    /// Messages up to this number were on the screen.
    Read(u64),
    /// The Stop button, Esc held, or the window closed.
    Stop,
    /// Begin anew after the end.
    Again,
}
