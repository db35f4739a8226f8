//! The equipment that a session is about (Q11). As with the work log, whoever may write there may write here, also when
//! the session is closed: what was done is often written down afterwards.

use ponte_desk::permission::Permission;
use ponte_store::{Actor, Entry, EquipmentKind, HistoryKind, NewPiece, Piece, PieceChange, PieceKept};
use ponte_types::{ErrorCode, Line, Outcome, PieceId, SessionId, SessionState};

use super::{Caller, Desk, DeskError, closing::why};

/// The most pieces of one session.
const MOST_PIECES: u64 = 200;

/// A piece of equipment, as a technician writes it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEquipment {
    pub id: PieceId,
    pub asset: Option<Line<60>>,
    pub name: Line<120>,
    pub kind: EquipmentKind,
}

/// All of a piece, as it is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditPiece {
    pub asset: Option<Line<60>>,
    pub name: Line<120>,
    pub kind: EquipmentKind,
    pub outcome: Option<Outcome>,
    pub reason: Option<Line<500>>,
}

impl Desk {
    /// The session's equipment, in the order in which it was written down.
    ///
    /// # Errors
    /// `not_found`.
    pub async fn equipment(&self, caller: &Caller, session: SessionId) -> Result<Vec<Piece>, DeskError> {
        self.seen(caller, session).await?;
        Ok(self.store.equipment(session).await?)
    }

    /// Writes down a piece. The same id again is the same piece.
    ///
    /// # Errors
    /// `invalid_request` for an asset number that the session has already, and for too many; `forbidden`, `not_found`;
    /// `wrong_state` for a session that expired.
    pub async fn add_equipment(
        &self,
        caller: &Caller,
        session: SessionId,
        new: NewEquipment,
    ) -> Result<Vec<Piece>, DeskError> {
        self.may_write_down(caller, session).await?;
        let NewEquipment { id, asset, name, kind } = new;
        let (asset, name) = (asset.map(Line::into_string), name.into_string());
        let piece = NewPiece { id, session, asset, name, kind };
        let entry = self.written(caller, HistoryKind::EquipmentAdded);
        self.kept(self.store.add_piece(&piece, MOST_PIECES, &entry).await?).await?;
        Ok(self.store.equipment(session).await?)
    }

    /// Changes a piece, or says what became of it.
    ///
    /// # Errors
    /// As [`Desk::add_equipment`]; `not_found` for a piece that was taken away.
    pub async fn change_equipment(
        &self,
        caller: &Caller,
        session: SessionId,
        id: PieceId,
        edit: EditPiece,
    ) -> Result<Vec<Piece>, DeskError> {
        self.may_write_down(caller, session).await?;
        let EditPiece { asset, name, kind, outcome, reason } = edit;
        let reason = reason.map(Line::into_string);
        let reason = match outcome {
            Some(outcome) => why(outcome, reason)?,
            None if reason.is_some() => return Err(invalid("'reason' needs the outcome 'not_solved'")),
            None => None,
        };
        let (asset, name) = (asset.map(Line::into_string), name.into_string());
        let change = PieceChange { id, asset, name, kind, outcome, reason };
        let entry = self.written(caller, HistoryKind::EquipmentChanged);
        match self.store.change_piece(session, &change, &entry).await? {
            None => Err(ErrorCode::NotFound.into()),
            Some(kept) => {
                self.kept(kept).await?;
                Ok(self.store.equipment(session).await?)
            }
        }
    }

    /// Takes a piece away. One that is gone already is no mistake: the answer may have been lost.
    ///
    /// # Errors
    /// `forbidden`, `not_found`; `wrong_state` for a session that expired.
    pub async fn remove_equipment(
        &self,
        caller: &Caller,
        session: SessionId,
        id: PieceId,
    ) -> Result<Vec<Piece>, DeskError> {
        self.may_write_down(caller, session).await?;
        let entry = self.written(caller, HistoryKind::EquipmentRemoved);
        if self.store.remove_piece(session, id, &entry).await? {
            self.changed().await;
        }
        Ok(self.store.equipment(session).await?)
    }

    async fn may_write_down(&self, caller: &Caller, session: SessionId) -> Result<(), DeskError> {
        let found = self.seen(caller, session).await?;
        self.directory().may_with(caller, Permission::SessionLog, &found)?;
        if found.state == SessionState::Expired {
            let text = "the session expired before anybody took it: there is no equipment to write down";
            return Err(DeskError::Explained(ErrorCode::WrongState, text.into()));
        }
        Ok(())
    }

    fn written(&self, caller: &Caller, kind: HistoryKind) -> Entry {
        Entry { at: self.ambient.now(), kind, by: Actor::Technician(caller.id) }
    }

    async fn kept(&self, kept: PieceKept) -> Result<(), DeskError> {
        match kept {
            PieceKept::Kept => self.changed().await,
            PieceKept::Again => {}
            PieceKept::Taken => return Err(invalid("'id' belongs to another piece; draw a new one")),
            PieceKept::SameAsset => {
                return Err(invalid("the session has a piece with this asset number already"));
            }
            PieceKept::Full => {
                return Err(invalid("a session may have at most 200 pieces of equipment; open another one"));
            }
        }
        Ok(())
    }
}

fn invalid(text: &str) -> DeskError {
    DeskError::Explained(ErrorCode::InvalidRequest, text.to_owned())
}
