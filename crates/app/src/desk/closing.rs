//! How a session ends by a technician (Q11): what was done, with what outcome, for each piece of equipment or for all.

use ponte_desk::permission::Permission;
use ponte_store::{HistoryKind, Piece, PieceOutcome, Session};
use ponte_types::{EndReason, ErrorCode, Outcome, PieceId, SessionId};

use super::{Caller, Desk, DeskError, moves::Change};

/// What a technician says when they are done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseSession {
    /// That they saw.
    pub version: u64,
    pub outcome: Outcome,
    /// What was done; always asked for.
    pub note: Option<String>,
    /// Why it was not solved; asked for then.
    pub reason: Option<String>,
    /// Pieces of equipment that ended otherwise than the session.
    pub pieces: Vec<ClosePiece>,
}

/// What became of one piece of equipment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosePiece {
    pub id: PieceId,
    pub outcome: Outcome,
    pub reason: Option<String>,
}

impl Desk {
    /// The caller closes the session; its connection ends. Where the channel asks for it, what was solved is done only,
    /// and waits for somebody to confirm it.
    ///
    /// # Errors
    /// `invalid_request` without what was done, and without why where it was not solved; `already_claimed` when somebody
    /// else holds it, `wrong_state`, `version_conflict`, `forbidden`, `not_found`.
    pub async fn close(
        &self,
        caller: &Caller,
        id: SessionId,
        ask: CloseSession,
    ) -> Result<Session, DeskError> {
        let session = self.seen(caller, id).await?;
        let directory = self.directory_now().await?;
        directory.may_with(caller, Permission::SessionClose, &session)?;
        let CloseSession { version, outcome, note, reason, pieces } = ask;
        let note = note.ok_or_else(|| invalid("write what was done: 'note' is missing"))?;
        let reason = why(outcome, reason)?;
        let equipment = self.store.equipment(id).await?;
        let pieces = judged(&equipment, outcome, reason.as_deref(), pieces)?;
        let channel = session.placement.channel;
        let asks = directory.closing(channel).confirm && outcome == Outcome::Solved;
        let confirms_at = asks.then(|| directory.confirms_at(channel, self.ambient.now()));
        let kind = if asks { HistoryKind::Done } else { HistoryKind::ClosedByTechnician };
        let needs = (Permission::SessionClose, Permission::SessionCloseOthers);
        let with = |session: &mut Session| {
            session.outcome = Some(outcome);
            session.note = Some(note.clone());
            session.reason.clone_from(&reason);
        };
        let change = Change { with: &with, pieces: &pieces, ..Change::new(id, version, needs, kind) };
        let closed =
            self.change(caller, change, |_, asker, phase| phase.close(asker, outcome, confirms_at)).await?;
        self.tell_end(closed, EndReason::Technician).await
    }

    /// The live half hears how far the session has come; where it is over, its connection ends.
    pub(super) async fn tell_end(&self, session: Session, reason: EndReason) -> Result<Session, DeskError> {
        let session = self.tell_live(session).await?;
        if let Some(live) = self.live().filter(|_| session.is_over()) {
            live.end(session.id, reason).await;
        }
        Ok(session)
    }
}

fn invalid(text: &str) -> DeskError {
    DeskError::Explained(ErrorCode::InvalidRequest, text.to_owned())
}

/// The why belongs to what was not solved, and to nothing else.
pub(super) fn why(outcome: Outcome, reason: Option<String>) -> Result<Option<String>, DeskError> {
    match (outcome, reason) {
        (Outcome::NotSolved, None) => Err(invalid("say why it was not solved: 'reason' is missing")),
        (Outcome::NotSolved, reason) => Ok(reason),
        (Outcome::Solved | Outcome::NoContact, None) => Ok(None),
        (Outcome::Solved | Outcome::NoContact, Some(_)) => {
            Err(invalid("'reason' says why something was not solved: leave it out, or choose that outcome"))
        }
    }
}

/// What becomes of each piece: what was said of it, or what became of the session.
fn judged(
    equipment: &[Piece],
    outcome: Outcome,
    reason: Option<&str>,
    said: Vec<ClosePiece>,
) -> Result<Vec<PieceOutcome>, DeskError> {
    for (index, piece) in said.iter().enumerate() {
        if !equipment.iter().any(|known| known.id == piece.id) {
            return Err(invalid("a piece of equipment in 'equipment' is not, or no longer, this session's"));
        }
        if said[..index].iter().any(|earlier| earlier.id == piece.id) {
            return Err(invalid("a piece of equipment stands twice in 'equipment'"));
        }
    }
    let mut said: Vec<_> = said.into_iter().map(Some).collect();
    let judge = |known: &Piece| {
        let own = said.iter_mut().find(|it| it.as_ref().is_some_and(|it| it.id == known.id));
        match own.and_then(Option::take) {
            Some(own) => {
                Ok(PieceOutcome { id: own.id, outcome: own.outcome, reason: why(own.outcome, own.reason)? })
            }
            // What was said of it earlier stands.
            None if known.outcome.is_some() => Ok(PieceOutcome {
                id: known.id,
                outcome: known.outcome.unwrap_or(outcome),
                reason: known.reason.clone(),
            }),
            None => Ok(PieceOutcome { id: known.id, outcome, reason: reason.map(str::to_owned) }),
        }
    };
    equipment.iter().map(judge).collect()
}
