//! States, rights and outcomes of a session.

use serde::{Deserialize, Serialize};

/// Where a session stands in the queue.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    Waiting,
    Active,
    Closed,
    Expired,
}

crate::words!(SessionState { Waiting = "waiting", Active = "active", Closed = "closed", Expired = "expired" });

/// What a session that is not over is doing right now; one that is over has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionDetail {
    /// Waiting: the link was made, the SOS program has not started.
    Invited,
    /// Waiting, and to be taken: the SOS program is connected, or none is needed.
    Ready,
    /// Active: the SOS program is connected.
    Connected,
    /// Active: the connection is lost and may come back.
    Reconnecting,
    /// Active: worked on site or on the equipment itself, without the end user's screen.
    InPerson,
    /// Active: its owner waits for something and comes back to it.
    OnHold,
    /// Closed in substance: the end user or a manager still has to say that it is solved.
    AwaitingConfirmation,
}

crate::words!(SessionDetail {
    Invited = "invited",
    Ready = "ready",
    Connected = "connected",
    Reconnecting = "reconnecting",
    InPerson = "in_person",
    OnHold = "on_hold",
    AwaitingConfirmation = "awaiting_confirmation",
});

/// Is the end user's program connected?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
// In the interface a program is one that is offered for download.
#[schema(as = SosProgram)]
pub enum Program {
    Here,
    Away,
}

crate::words!(Program { Here = "here", Away = "away" });

/// By what way a technician gets to the person of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// By their SOS program: while that is away nobody takes the session.
    #[default]
    Program,
    /// It was worked before and came back: whoever takes it gets in touch, by program, telephone or in person.
    AnyWay,
    /// On site, or on the equipment itself: no program is needed, and no screen is shown.
    InPerson,
}

crate::words!(Reach { Program = "program", AnyWay = "any_way", InPerson = "in_person" });

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Solved,
    NotSolved,
    NoContact,
}

crate::words!(Outcome { Solved = "solved", NotSolved = "not_solved", NoContact = "no_contact" });

/// Why a live connection ended; both ends show it in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The technician closed the session.
    Technician,
    /// The end user pressed Stop, held Esc, or closed the program.
    EndUser,
    /// The link or the code passed its time.
    Expired,
    /// Somebody said that it is solved: the end user, a manager, or nobody said otherwise in time.
    Solved,
    /// The end user could not be reached for as long as the channel waits.
    NoContact,
    /// The administrator removed it, or the relay cannot go on.
    Relay,
}

crate::words!(EndReason {
    Technician = "technician",
    EndUser = "end_user",
    Expired = "expired",
    Solved = "solved",
    NoContact = "no_contact",
    Relay = "relay",
});

/// One right that the end user gives for one connection.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    View,
    Control,
}

impl Grant {
    pub const ALL: [Self; 2] = [Self::View, Self::Control];
}

/// A set of [`Grant`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Grants(u8);

impl Grants {
    #[must_use]
    pub fn contains(self, grant: Grant) -> bool {
        self.0 & Self::bit(grant) != 0
    }
    pub fn insert(&mut self, grant: Grant) {
        self.0 |= Self::bit(grant);
    }
    pub fn remove(&mut self, grant: Grant) {
        self.0 &= !Self::bit(grant);
    }
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
    pub fn iter(self) -> impl Iterator<Item = Grant> {
        Grant::ALL.into_iter().filter(move |grant| self.contains(*grant))
    }
    fn bit(grant: Grant) -> u8 {
        match grant {
            Grant::View => 1,
            Grant::Control => 2,
        }
    }
}

/// How the two ends of a connection got their common key; fixed by how the session began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PairingMode {
    /// Nine digits; CPace over the last four.
    Code,
    /// An invite link; its secret stays in the fragment.
    Link,
    /// No secret was shared: the two people compare five words.
    Words,
}

crate::words!(PairingMode { Code = "code", Link = "link", Words = "words" });

/// What the two people compare where no secret was shared: five places in the list of words that both ends have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PairingWords([u16; Self::COUNT]);

impl PairingWords {
    pub const COUNT: usize = 5;
    /// Words in the list: eleven bits each.
    pub const LIST: u16 = 2048;
    /// From the first seven bytes of a hash, its first 55 bits.
    #[must_use]
    pub fn from_hash(hash: &[u8; 32]) -> Self {
        let bits = hash.iter().take(7).fold(0u64, |bits, byte| bits << 8 | u64::from(*byte)) >> 1;
        let mut shift = 11 * Self::COUNT;
        Self([(); Self::COUNT].map(|()| {
            shift -= 11;
            u16::try_from(bits >> shift & u64::from(Self::LIST - 1)).unwrap_or_default()
        }))
    }
    /// Places in the list, from 0, each below [`PairingWords::LIST`].
    #[must_use]
    pub fn places(self) -> [u16; Self::COUNT] {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::{fmt::Debug, str::FromStr};

    use super::*;

    fn agree<T: Serialize + FromStr + Debug + PartialEq + Copy>(all: &[T], word: fn(T) -> &'static str) {
        for value in all {
            assert_eq!(serde_json::to_value(value).ok(), Some(word(*value).into()));
            assert_eq!(word(*value).parse::<T>().ok(), Some(*value));
        }
    }

    #[test]
    fn five_words_are_the_first_55_bits() {
        let mut hash = [0; 32];
        assert_eq!(PairingWords::from_hash(&hash).places(), [0; 5]);
        hash[..7].copy_from_slice(&[0xff, 0xe0, 0, 0, 0, 0x0f, 0xfe]);
        assert_eq!(PairingWords::from_hash(&hash).places(), [2047, 0, 0, 0, 2047]);
        hash[..7].copy_from_slice(&[0, 0x20, 0x08, 0x02, 0, 0x80, 0x21]); // the last bit is not used
        hash[7..].fill(0xff);
        assert_eq!(PairingWords::from_hash(&hash).places(), [1, 2, 4, 8, 16]);
    }

    #[test]
    fn words_are_the_same_in_json_and_elsewhere() {
        agree(SessionState::ALL, SessionState::as_str);
        agree(SessionDetail::ALL, SessionDetail::as_str);
        agree(Outcome::ALL, Outcome::as_str);
        agree(Program::ALL, Program::as_str);
        agree(Reach::ALL, Reach::as_str);
        agree(EndReason::ALL, EndReason::as_str);
        agree(PairingMode::ALL, PairingMode::as_str);
        assert!("Waiting".parse::<SessionState>().is_err());
    }
}
