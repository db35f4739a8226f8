//! The chat of a session: what both sides write, and what the other side has seen of it.
//!
//! Messages are records of the desk like the session itself: kept before anybody is told, never changed, never removed
//! but by what the desk itself has set for how long they are kept. Whoever writes draws the message's id, so that saying it again after a break says it once.

use std::time::Duration;

use ponte_desk::{files::Days, permission::Permission, team::Right};
use ponte_store::{
    Actor, Author, ChatMessage, Coming, Entry, HistoryKind, NewMessage, Owner, Progress, Said, Session,
};
use ponte_types::{ErrorCode, MessageId, MessageText, SessionId, SessionState};

use super::{Caller, Desk, DeskError, lock};

/// Messages that an SOS program is given when it comes back.
const RECENT: u64 = 200;
/// Sessions whose old texts and files are deleted at once; the next round goes on.
const REMOVED_AT_ONCE: u64 = 20;
/// A file that has not come whole by then is forgotten: nobody goes on with it.
const STALE: Duration = Duration::from_secs(24 * 3600);
/// Messages that an end user may write in ten minutes: more than a person types, few enough to fill no disk.
pub(super) const MAX_SAID: usize = 100;

impl Desk {
    /// A technician writes to the end user. While somebody holds the session, only they do.
    ///
    /// # Errors
    /// `already_claimed` with the owner, `wrong_state` when the session is over, `not_found`.
    pub async fn say(
        &self,
        caller: &Caller,
        session: SessionId,
        id: MessageId,
        text: MessageText,
    ) -> Result<ChatMessage, DeskError> {
        let author = Author::Technician(Owner { id: caller.id, name: caller.name.clone() });
        if let Some(said) = self.said_before(session, id, &author).await? {
            return Ok(said);
        }
        let found = self.seen(caller, session).await?;
        self.directory().may_with(caller, Permission::ChatWrite, &found)?;
        if let Some(owner) = found.owner.as_ref().filter(|owner| owner.id != caller.id)
            && found.state == SessionState::Active
            && !found.lets(caller.id, Right::Chat)
        {
            return Err(DeskError::AlreadyClaimed { owner: owner.clone() });
        }
        let said = self.keep_message(&found, id, author, text).await?;
        if let Some(live) = self.live() {
            live.chatted(session, Some(said.clone()), said.number).await;
        }
        Ok(said)
    }

    /// Messages with a number above `after`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn messages(
        &self,
        caller: &Caller,
        session: SessionId,
        after: u64,
        limit: u64,
    ) -> Result<Vec<ChatMessage>, DeskError> {
        let found = self.seen(caller, session).await?;
        self.directory().may_with(caller, Permission::ChatRead, &found)?;
        Ok(self.store.messages(session, after, limit).await?)
    }

    /// The owner has seen the chat up to a message; what others look at is not the end user's business.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn messages_seen(
        &self,
        caller: &Caller,
        session: SessionId,
        number: u64,
    ) -> Result<(), DeskError> {
        let found = self.seen(caller, session).await?;
        if found.owner.is_none_or(|owner| owner.id != caller.id) {
            return Ok(());
        }
        if let Some(marks) = self.store.mark(session, Progress::DeskSaw(number)).await? {
            self.changed().await;
            if let Some(live) = self.live() {
                live.chatted(session, None, marks.desk_saw).await;
            }
        }
        Ok(())
    }

    pub(super) async fn said(
        &self,
        session: SessionId,
        id: MessageId,
        text: &str,
    ) -> Result<ChatMessage, DeskError> {
        let text = MessageText::parse(text)
            .map_err(|e| DeskError::Explained(ErrorCode::InvalidRequest, e.to_string()))?;
        if let Some(said) = self.said_before(session, id, &Author::EndUser).await? {
            return Ok(said);
        }
        let session = self.load(session).await?;
        // By session, so that connecting again gives no more.
        let now = self.ambient.now();
        lock(&self.chat_pace)
            .begin(session.id, now)
            .map_err(|_| DeskError::Refused(ErrorCode::TooManyRequests))?;
        self.keep_message(&session, id, Author::EndUser, text).await
    }

    /// A message that was kept, whose author did not hear so: whatever has become of the session since.
    async fn said_before(
        &self,
        session: SessionId,
        id: MessageId,
        author: &Author,
    ) -> Result<Option<ChatMessage>, DeskError> {
        let known = self.store.message(session, id).await?;
        let by = |author: &Author| match author {
            Author::EndUser => None,
            Author::Technician(technician) => Some(technician.id),
        };
        Ok(known.filter(|known| by(&known.author) == by(author)))
    }

    /// Who came to the session and left, oldest first.
    ///
    /// # Errors
    /// `forbidden`, `not_found`.
    pub async fn comings(&self, caller: &Caller, session: SessionId) -> Result<Vec<Coming>, DeskError> {
        let found = self.seen(caller, session).await?;
        self.directory().may_with(caller, Permission::ChatRead, &found)?;
        Ok(self.store.comings(session).await?)
    }

    /// Deletes what is older than the desk keeps it, some sessions at a time, and files that never came whole.
    pub(super) async fn tidy_chats(&self) -> Result<(), DeskError> {
        let now = self.ambient.now();
        self.store.drop_stale_attachments(now.before(STALE)).await?;
        let kept = self.directory_now().await?.setup().desk.retention;
        let before = |days: Days| now.before(days.duration());
        let entry = |kind| Entry { at: now, kind, by: Actor::Relay };
        let mut removed = false;
        if let Some(ended) = kept.chat.map(before) {
            for session in self.store.with_old_chat(ended, REMOVED_AT_ONCE).await? {
                removed |= self.store.remove_chat(session, ended, &entry(HistoryKind::ChatRemoved)).await?;
            }
        }
        if let Some(ended) = kept.files.map(before) {
            for session in self.store.with_old_files(ended, REMOVED_AT_ONCE).await? {
                removed |= self.store.remove_files(session, ended, &entry(HistoryKind::FilesRemoved)).await?;
            }
        }
        if removed {
            self.changed().await;
        }
        Ok(())
    }

    pub(super) async fn recent_chat(
        &self,
        session: SessionId,
    ) -> Result<(Vec<ChatMessage>, ponte_store::ChatMarks), DeskError> {
        let marks = self.store.chat_marks(session).await?;
        let after = marks.newest.saturating_sub(RECENT);
        Ok((self.store.messages(session, after, RECENT).await?, marks))
    }

    pub(super) async fn end_user_got(&self, session: SessionId, got: u64, saw: u64) -> Result<(), DeskError> {
        // What was seen was got: one write says both.
        let mut changed = self.store.mark(session, Progress::EndUserSaw(saw)).await?.is_some();
        if got > saw {
            changed |= self.store.mark(session, Progress::EndUserGot(got)).await?.is_some();
        }
        if changed {
            self.changed().await;
        }
        Ok(())
    }

    /// May something be said or sent? While the session goes on; afterwards by the desk, as long as it can be reopened: the
    /// person reads it when they come back.
    pub(super) fn writable(&self, session: &Session, by: &Author) -> Result<(), DeskError> {
        let now = self.ambient.now();
        let by_desk = matches!(by, Author::Technician(_));
        if !session.is_over() || (by_desk && session.reopen_until.is_some_and(|until| until > now)) {
            return Ok(());
        }
        let over = "the session is over: this was not sent";
        Err(DeskError::Explained(ErrorCode::WrongState, over.into()))
    }

    async fn keep_message(
        &self,
        session: &Session,
        id: MessageId,
        author: Author,
        text: MessageText,
    ) -> Result<ChatMessage, DeskError> {
        let at = self.ambient.now();
        self.writable(session, &author)?;
        let new = NewMessage { id, session: session.id, at, author, text: text.into_string() };
        match self.store.say(&new).await? {
            Said::Kept(said) => {
                self.changed().await;
                Ok(said)
            }
            Said::Again(said) => Ok(said),
            Said::Taken => {
                let taken = "'id' belongs to another message; draw a new one";
                Err(DeskError::Explained(ErrorCode::InvalidRequest, taken.into()))
            }
        }
    }
}
