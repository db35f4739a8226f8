//! The equipment that a session is about (Q11): what was repaired, replaced, or looked at.

use async_trait::async_trait;
use ponte_types::{Outcome, PieceId, SessionId, UnixMillis};
use serde::{Deserialize, Serialize};

use crate::{Entry, Owner, StoreError};

/// What sort of thing it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EquipmentKind {
    Computer,
    Notebook,
    Monitor,
    Printer,
    Telephone,
    Network,
    Server,
    Other,
}

ponte_types::words!(EquipmentKind {
    Computer = "computer",
    Notebook = "notebook",
    Monitor = "monitor",
    Printer = "printer",
    Telephone = "telephone",
    Network = "network",
    Server = "server",
    Other = "other",
});

/// A piece of equipment, as it is written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPiece {
    /// Drawn by the author's program: the same id again is the same piece.
    pub id: PieceId,
    pub session: SessionId,
    /// The number on its label.
    pub asset: Option<String>,
    pub name: String,
    pub kind: EquipmentKind,
}

/// A piece of a session's equipment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub id: PieceId,
    pub asset: Option<String>,
    pub name: String,
    pub kind: EquipmentKind,
    pub at: UnixMillis,
    /// Who wrote it down, with the name that the account has now.
    pub by: Owner,
    /// What became of it, once somebody said so.
    pub outcome: Option<Outcome>,
    /// Why it was not solved.
    pub reason: Option<String>,
}

/// What is changed of a piece; all of it, as it was on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PieceChange {
    pub id: PieceId,
    pub asset: Option<String>,
    pub name: String,
    pub kind: EquipmentKind,
    pub outcome: Option<Outcome>,
    pub reason: Option<String>,
}

/// What became of a piece when its session was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PieceOutcome {
    pub id: PieceId,
    pub outcome: Outcome,
    pub reason: Option<String>,
}

/// What became of a piece that was written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKept {
    Kept,
    /// It had been kept before: its author did not hear so.
    Again,
    /// The id belongs to a piece of another session, or to another piece; nothing was kept.
    Taken,
    /// Another piece of this session has the asset number; nothing was kept.
    SameAsset,
    /// The session has as many as it may; nothing was kept.
    Full,
}

/// The equipment of sessions. Each change is written with its line of the history, and rings.
#[async_trait]
pub trait Equipment {
    /// Keeps a new piece, unless the session has `at_most` already.
    async fn add_piece(&self, new: &NewPiece, at_most: u64, entry: &Entry) -> Result<PieceKept, StoreError>;
    /// Changes a piece of the session. [`PieceKept::Again`] when it is like that already; `None` when there is none.
    async fn change_piece(
        &self,
        session: SessionId,
        change: &PieceChange,
        entry: &Entry,
    ) -> Result<Option<PieceKept>, StoreError>;
    /// Takes a piece away; false when there was none.
    async fn remove_piece(
        &self,
        session: SessionId,
        piece: PieceId,
        entry: &Entry,
    ) -> Result<bool, StoreError>;
    /// Of a session, in the order in which they were written down.
    async fn equipment(&self, session: SessionId) -> Result<Vec<Piece>, StoreError>;
}
