//! The life of a session: on hold, closed, reopened; its equipment.

use ponte_app::desk::EquipmentKind;
use ponte_types::{Line, Outcome, Paragraphs, PieceId, UnixMillis};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Owner;

/// Why and how long an owner waits.
#[derive(Debug, Serialize, ToSchema)]
pub struct OnHold {
    pub since: UnixMillis,
    /// Goes on by itself then; absent: by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<UnixMillis>,
    pub why: String,
}

/// Puts a session on hold.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PutOnHold {
    /// That was seen.
    pub version: u64,
    /// Goes on by itself then, at most a year ahead; absent: by hand.
    pub until: Option<UnixMillis>,
    pub why: Line<200>,
}

/// How a session ended. Asked for once more with the same content, after a lost answer, it is answered once more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseSession {
    pub version: u64,
    pub outcome: Outcome,
    /// What was done. It is always asked for.
    pub note: Option<Paragraphs<2_000>>,
    /// Why it was not solved. It is asked for then, and only then.
    pub reason: Option<Paragraphs<1_000>>,
    /// Pieces of equipment that ended otherwise than the session.
    #[serde(default)]
    pub equipment: Vec<ClosePiece>,
}

/// What became of one piece of equipment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClosePiece {
    pub id: PieceId,
    pub outcome: Outcome,
    pub reason: Option<Line<500>>,
}

/// What a technician's program drew for another link, but for its secret.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenewLink {
    /// Of the session, that was seen.
    pub version: u64,
    /// The public part of the link's secret: 32 bytes, base64url without padding.
    #[schema(min_length = 43, max_length = 43)]
    pub invite_public: String,
    /// SHA-256 of the claim derived from the link's secret: 32 bytes, base64url without padding.
    #[schema(min_length = 43, max_length = 43)]
    pub claim_hash: String,
}

/// A piece of a session's equipment.
#[derive(Debug, Serialize, ToSchema)]
pub struct Piece {
    pub id: PieceId,
    /// The number on its label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asset: Option<String>,
    pub name: String,
    pub kind: EquipmentKind,
    pub at: UnixMillis,
    pub by: Owner,
    /// What became of it, once somebody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Why it was not solved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The equipment of a session, in the order in which it was written down.
#[derive(Debug, Serialize, ToSchema)]
pub struct Equipment {
    pub pieces: Vec<Piece>,
}

/// A piece to be written down.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddPiece {
    /// Drawn by the writer; the same id again is the same piece.
    pub id: PieceId,
    pub asset: Option<Line<60>>,
    pub name: Line<120>,
    pub kind: EquipmentKind,
}

/// All of a piece, as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditPiece {
    pub asset: Option<Line<60>>,
    pub name: Line<120>,
    pub kind: EquipmentKind,
    pub outcome: Option<Outcome>,
    /// Why it was not solved.
    pub reason: Option<Line<500>>,
}

impl From<Vec<ponte_app::desk::Piece>> for Equipment {
    fn from(pieces: Vec<ponte_app::desk::Piece>) -> Self {
        let piece = |it: ponte_app::desk::Piece| Piece {
            id: it.id,
            asset: it.asset,
            name: it.name,
            kind: it.kind,
            at: it.at,
            by: Owner { id: it.by.id, name: it.by.name },
            outcome: it.outcome,
            reason: it.reason,
        };
        Self { pieces: pieces.into_iter().map(piece).collect() }
    }
}

impl From<ponte_app::desk::OnHold> for OnHold {
    fn from(it: ponte_app::desk::OnHold) -> Self {
        Self { since: it.since, until: it.until, why: it.why }
    }
}
