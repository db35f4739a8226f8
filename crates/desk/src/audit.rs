//! An audit that shows any tampering (X3): a chain of hashes, and heads that the relay signs.
//!
//! Each line carries a link: SHA-256 over a tag, the link before it, and all of its own fields, each with its length.
//! Whoever changes, adds or removes a line in the middle breaks every link after it. Who rewrites all of them, or cuts
//! the end off, is found by the heads: now and then the relay signs the newest line's link (Ed25519), and who has only
//! the database cannot sign. What is newer than the newest head is only chained; the report says how much that is.

use ponte_types::{TechnicianId, UnixMillis};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// What a line carries: the hash of the chain up to and with it.
pub type Link = [u8; 32];

/// Before the first line.
pub const START: Link = [0; 32];

const LINE_TAG: &[u8] = b"ponte audit line 1";
const HEAD_TAG: &[u8] = b"ponte audit head 1";

/// A line of the audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Grows from line to line.
    pub id: u64,
    pub at: UnixMillis,
    /// `technician`, `end_user` or `relay`.
    pub actor: String,
    pub technician: Option<TechnicianId>,
    pub kind: String,
    pub about: String,
}

impl Line {
    /// The link that this line has after `previous`.
    #[must_use]
    pub fn link(&self, previous: &Link) -> Link {
        let mut hash = Sha256::new();
        let mut field = |bytes: &[u8]| {
            hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(bytes);
        };
        field(LINE_TAG);
        field(previous);
        field(&self.id.to_be_bytes());
        field(&self.at.0.to_be_bytes());
        field(self.actor.as_bytes());
        field(self.technician.as_ref().map_or(&[][..], |id| &id.as_bytes()[..]));
        field(self.kind.as_bytes());
        field(self.about.as_bytes());
        hash.finalize().into()
    }
}

/// A signed head: up to this line the chain was so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The line's id.
    pub line: u64,
    pub link: Link,
    pub signed_at: UnixMillis,
    /// Ed25519 over [`Head::message`].
    pub signature: [u8; 64],
}

impl Head {
    /// What is signed.
    #[must_use]
    pub fn message(line: u64, link: &Link, signed_at: UnixMillis) -> Vec<u8> {
        [HEAD_TAG, &line.to_be_bytes(), link, &signed_at.0.to_be_bytes()].concat()
    }
}

/// What is wrong with an audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tampered {
    #[error("line {line} is not what it was, or a line before it was added or removed")]
    Line { line: u64 },
    #[error("line {line} stands after line {after}, out of order")]
    Order { line: u64, after: u64 },
    #[error("the head of line {line} was not signed by this relay")]
    Signature { line: u64 },
    #[error("line {line} is not the one whose link the relay signed: the chain was written anew")]
    Rewritten { line: u64 },
    #[error("line {line} was signed and is not there: the end was cut off")]
    CutOff { line: u64 },
}

/// An audit that is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Whole {
    pub lines: u64,
    pub heads: u64,
    /// Lines after the newest head: chained, not signed yet.
    pub unsigned: u64,
}

/// Goes through an audit, oldest first.
#[derive(Debug)]
pub struct Verifier<V> {
    /// Of this relay: message, signature.
    signed: V,
    /// By line, descending: the next one is the last.
    heads: Vec<Head>,
    previous: Link,
    last: Option<u64>,
    whole: Whole,
}

impl<V: Fn(&[u8], &[u8; 64]) -> bool> Verifier<V> {
    /// # Errors
    /// [`Tampered::Signature`].
    pub fn new(mut heads: Vec<Head>, signed: V) -> Result<Self, Tampered> {
        for head in &heads {
            if !signed(&Head::message(head.line, &head.link, head.signed_at), &head.signature) {
                return Err(Tampered::Signature { line: head.line });
            }
        }
        heads.sort_by_key(|head| std::cmp::Reverse(head.line));
        Ok(Self { signed, heads, previous: START, last: None, whole: Whole::default() })
    }

    /// The next line, with the link that it carries.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn line(&mut self, line: &Line, link: &Link) -> Result<(), Tampered> {
        if let Some(after) = self.last.filter(|last| *last >= line.id) {
            return Err(Tampered::Order { line: line.id, after });
        }
        if let Some(missed) = self.heads.last().filter(|head| head.line < line.id) {
            return Err(Tampered::CutOff { line: missed.line });
        }
        if line.link(&self.previous) != *link {
            return Err(Tampered::Line { line: line.id });
        }
        self.whole.lines += 1;
        self.whole.unsigned += 1;
        while let Some(head) = self.heads.pop_if(|head| head.line == line.id) {
            if head.link != *link {
                return Err(Tampered::Rewritten { line: line.id });
            }
            self.whole.heads += 1;
            self.whole.unsigned = 0;
        }
        (self.previous, self.last) = (*link, Some(line.id));
        Ok(())
    }

    /// After the last line.
    ///
    /// # Errors
    /// [`Tampered::CutOff`].
    pub fn end(self) -> Result<Whole, Tampered> {
        let _ = self.signed;
        match self.heads.last() {
            Some(head) => Err(Tampered::CutOff { line: head.line }),
            None => Ok(self.whole),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::technician;

    fn lines(count: u64) -> Vec<(Line, Link)> {
        let mut previous = START;
        let line = |id: u64| Line {
            id,
            at: UnixMillis(i64::try_from(id).unwrap() * 10),
            actor: "technician".into(),
            technician: id.is_multiple_of(2).then(|| technician(1)),
            kind: "claimed".into(),
            about: format!("session {id}"),
        };
        (1..=count)
            .map(|id| {
                let line = line(id);
                previous = line.link(&previous);
                (line, previous)
            })
            .collect()
    }

    /// Stands in for Ed25519: the message's length and first byte of its link.
    fn sign(message: &[u8]) -> [u8; 64] {
        let mut signature = [7; 64];
        signature[..32].copy_from_slice(&Sha256::digest([b"secret", message].concat()));
        signature
    }

    fn head((line, link): &(Line, Link)) -> Head {
        let message = Head::message(line.id, link, UnixMillis(5));
        Head { line: line.id, link: *link, signed_at: UnixMillis(5), signature: sign(&message) }
    }

    fn verify(lines: &[(Line, Link)], heads: Vec<Head>) -> Result<Whole, Tampered> {
        let mut verifier = Verifier::new(heads, |message, signature| sign(message) == *signature)?;
        for (line, link) in lines {
            verifier.line(line, link)?;
        }
        verifier.end()
    }

    #[test]
    fn a_whole_audit_is_whole_and_says_how_much_is_signed() {
        let all = lines(9);
        let heads = vec![head(&all[6]), head(&all[2])];
        assert_eq!(verify(&all, heads), Ok(Whole { lines: 9, heads: 2, unsigned: 2 }));
        assert_eq!(verify(&[], vec![]), Ok(Whole::default()));
    }

    #[test]
    fn fields_cannot_flow_into_each_other() {
        let line = |kind: &str, about: &str| Line {
            kind: kind.into(),
            about: about.into(),
            ..lines(1)[0].0.clone()
        };
        assert_ne!(line("ab", "c").link(&START), line("a", "bc").link(&START));
        assert_ne!(line("a", "").link(&START), line("", "a").link(&START));
    }

    #[test]
    fn the_end_cannot_be_cut_off_nor_all_of_it_written_anew() {
        let all = lines(9);
        let heads = || vec![head(&all[2]), head(&all[6])];
        assert_eq!(verify(&all[..6], heads()), Err(Tampered::CutOff { line: 7 }));
        assert_eq!(verify(&[], heads()), Err(Tampered::CutOff { line: 3 }));
        let mut anew = lines(9);
        anew[0].0.about = "something else".into();
        let mut previous = START;
        for (line, link) in &mut anew {
            previous = line.link(&previous);
            *link = previous;
        }
        assert_eq!(
            verify(&anew, vec![]),
            Ok(Whole { lines: 9, heads: 0, unsigned: 9 }),
            "the chain alone is not enough"
        );
        assert_eq!(verify(&anew, heads()), Err(Tampered::Rewritten { line: 3 }));
        let mut forged = head(&anew[2]);
        forged.signature[0] ^= 1;
        assert_eq!(verify(&anew, vec![forged]), Err(Tampered::Signature { line: 3 }));
    }

    proptest! {
        #[test]
        fn no_single_change_goes_unseen(at in 0usize..8, what in 0u8..8) {
            let mut all = lines(9);
            let heads = vec![head(&all[8])];
            match what {
                0 => all[at].0.about.push('x'),
                1 => all[at].0.kind.clear(),
                2 => all[at].0.at.0 += 1,
                3 => all[at].0.technician = Some(technician(9)),
                4 => all[at].0.actor = "relay".into(),
                5 => drop(all.remove(at)),
                6 => all.swap(at, at + 1),
                _ => { let twin = all[at].clone(); all.insert(at, twin); }
            }
            prop_assert!(verify(&all, heads).is_err());
        }
    }
}
