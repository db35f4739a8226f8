//! The audit as a file that can be verified without the relay and its database (X3).
//!
//! JSON, one value a line. First what it is: `{"ponte_audit":1,"desk":…,"exported_at":…,"public_key":hex}`. Then every signed
//! head: `{"head":{"line":…,"link":hex,"signed_at":…,"signature":hex}}`. Then every line with its link:
//! `{"line":{"id":…,"at":…,"actor":…,"technician":…,"kind":…,"about":…},"link":hex}`. Last, so that a file which was cut short is
//! known: `{"end":{"lines":…}}`. How links and signatures are made: [`ponte_desk::audit`].

use std::io::BufRead;

use ed25519_dalek::{Signature, VerifyingKey};
use ponte_desk::audit::{Head, Line, Link, Tampered, Verifier, Whole};
use ponte_types::UnixMillis;
use serde::{Deserialize, Serialize};

/// Longest line of such a file, in bytes.
const LONGEST: usize = 64 * 1024;

/// What a file says, checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileReport {
    pub outcome: Result<Whole, Tampered>,
    /// The key that the file names.
    pub public_key: [u8; 32],
}

/// Why a file could not be checked.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("the file cannot be read: {0}")]
    Read(#[from] std::io::Error),
    #[error("line {0} is not a line of an exported audit")]
    Malformed(usize),
    #[error("the file ends too early: it was cut short, or not downloaded to its end")]
    Short,
    #[error("the file is signed by {found}, not by the key that was given")]
    OtherKey { found: String },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Begin {
    ponte_audit: u32,
    desk: String,
    exported_at: UnixMillis,
    public_key: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadText {
    line: u64,
    link: String,
    signed_at: UnixMillis,
    signature: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadLine {
    head: HeadText,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChainLine {
    line: Line,
    link: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Count {
    lines: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    end: Count,
}

pub(super) fn begin(desk: &str, now: UnixMillis, key: &VerifyingKey, heads: &[Head]) -> String {
    let first =
        Begin { ponte_audit: 1, desk: desk.to_owned(), exported_at: now, public_key: hex(key.as_bytes()) };
    let heads = heads.iter().map(|it| HeadLine {
        head: HeadText {
            line: it.line,
            link: hex(&it.link),
            signed_at: it.signed_at,
            signature: hex(&it.signature),
        },
    });
    std::iter::once(text(&first)).chain(heads.map(|head| text(&head))).collect()
}

pub(super) fn lines(lines: &[(Line, Link)]) -> String {
    lines.iter().map(|(line, link)| text(&ChainLine { line: line.clone(), link: hex(link) })).collect()
}

pub(super) fn end(lines: u64) -> String {
    text(&End { end: Count { lines } })
}

fn text(value: &impl Serialize) -> String {
    // Nothing of these can fail to be written as JSON.
    serde_json::to_string(value).map(|text| text + "\n").unwrap_or_default()
}

/// Checks a file, by the key that is given or else by the one that the file names: then it shows only that nobody
/// changed it who does not have that key.
///
/// # Errors
/// When it is no such file, or not whole as a file. Tampering is no error: it is the answer.
pub fn verify_audit_file(file: impl BufRead, trusted: Option<[u8; 32]>) -> Result<FileReport, FileError> {
    let mut file = Lines { file, at: 0 };
    let first = file.next()?.ok_or(FileError::Short)?;
    let malformed = FileError::Malformed(1);
    let Ok(Begin { ponte_audit: 1, public_key, .. }) = serde_json::from_str(&first) else {
        return Err(malformed);
    };
    let public_key = unhex::<32>(&public_key).ok_or(FileError::Malformed(1))?;
    if trusted.is_some_and(|trusted| trusted != public_key) {
        return Err(FileError::OtherKey { found: hex(&public_key) });
    }
    let key = VerifyingKey::from_bytes(&public_key).map_err(|_| FileError::Malformed(1))?;
    let mut heads = Vec::new();
    let mut next = file.next()?.ok_or(FileError::Short)?;
    while let Ok(HeadLine { head }) = serde_json::from_str(&next) {
        let (link, signature) = (unhex(&head.link), unhex(&head.signature));
        let (Some(link), Some(signature)) = (link, signature) else {
            return Err(FileError::Malformed(file.at));
        };
        heads.push(Head { line: head.line, link, signed_at: head.signed_at, signature });
        next = file.next()?.ok_or(FileError::Short)?;
    }
    let signed = |message: &[u8], signature: &[u8; 64]| {
        key.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    };
    let report = |outcome| Ok(FileReport { outcome, public_key });
    let mut verifier = match Verifier::new(heads, signed) {
        Ok(verifier) => verifier,
        Err(tampered) => return report(Err(tampered)),
    };
    let mut count = 0;
    loop {
        if let Ok(ChainLine { line, link }) = serde_json::from_str(&next) {
            let link = unhex(&link).ok_or(FileError::Malformed(file.at))?;
            if let Err(tampered) = verifier.line(&line, &link) {
                return report(Err(tampered));
            }
            count += 1;
        } else if let Ok(End { end }) = serde_json::from_str(&next) {
            let whole = end.lines == count && file.next()?.is_none();
            return if whole { report(verifier.end()) } else { Err(FileError::Short) };
        } else {
            return Err(FileError::Malformed(file.at));
        }
        next = file.next()?.ok_or(FileError::Short)?;
    }
}

struct Lines<R> {
    file: R,
    at: usize,
}

impl<R: BufRead> Lines<R> {
    /// `None` at the end.
    fn next(&mut self) -> Result<Option<String>, FileError> {
        use std::io::Read as _;
        let mut bytes = Vec::new();
        self.at += 1;
        let limit = u64::try_from(LONGEST).unwrap_or(u64::MAX);
        if self.file.by_ref().take(limit).read_until(b'\n', &mut bytes)? == 0 {
            return Ok(None);
        }
        if bytes.pop() != Some(b'\n') {
            return Err(if bytes.len() + 1 >= LONGEST {
                FileError::Malformed(self.at)
            } else {
                FileError::Short
            });
        }
        String::from_utf8(bytes).map(Some).map_err(|_| FileError::Malformed(self.at))
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    if !text.is_ascii() || text.len() != 2 * N {
        return None;
    }
    let pair = |at: usize| u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..N).map(pair).collect();
    bytes?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer as _, SigningKey};
    use ponte_desk::audit::START;

    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[5; 32])
    }

    fn exported() -> String {
        let mut previous = START;
        let all: Vec<(Line, Link)> = (1..=5)
            .map(|id| {
                let line = Line {
                    id,
                    at: UnixMillis(100),
                    actor: "technician".into(),
                    technician: Some(ponte_types::TechnicianId::from_bytes([1; 16])),
                    kind: "claimed".into(),
                    about: "\"quoted\"\nпривет".into(),
                };
                previous = line.link(&previous);
                (line, previous)
            })
            .collect();
        let (line, link) = (&all[3].0, all[3].1);
        let signature = key().sign(&Head::message(line.id, &link, UnixMillis(9))).to_bytes();
        let head = Head { line: line.id, link, signed_at: UnixMillis(9), signature };
        begin("Desk", UnixMillis(10), &key().verifying_key(), &[head]) + &lines(&all) + &end(5)
    }

    fn outcome(text: &str) -> Result<Whole, Tampered> {
        verify_audit_file(text.as_bytes(), None).unwrap().outcome
    }

    #[test]
    fn what_was_exported_is_whole_and_every_change_of_it_is_seen() {
        let text = exported();
        assert_eq!(outcome(&text), Ok(Whole { lines: 5, heads: 1, unsigned: 1 }));
        let public = key().verifying_key().to_bytes();
        assert_eq!(verify_audit_file(text.as_bytes(), Some(public)).unwrap().public_key, public);
        assert!(matches!(verify_audit_file(text.as_bytes(), Some([7; 32])), Err(FileError::OtherKey { .. })));
        assert_eq!(outcome(&text.replacen("привет", "прощай", 1)), Err(Tampered::Line { line: 1 }));
        let third = text.lines().find(|line| line.contains("\"id\":3")).unwrap();
        assert_eq!(outcome(&text.replace(&format!("{third}\n"), "")), Err(Tampered::Line { line: 4 }));
        let forged = text.replacen("\"signed_at\":9", "\"signed_at\":8", 1);
        assert_eq!(outcome(&forged), Err(Tampered::Signature { line: 4 }));
    }

    #[test]
    fn what_is_no_export_or_only_a_part_of_one_is_refused() {
        let text = exported();
        for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            let part = &text[..cut];
            assert!(verify_audit_file(part.as_bytes(), None).is_err(), "cut at {cut}");
        }
        for wrong in ["", "{}\n", "not JSON\n", "{\"ponte_audit\":2}\n"] {
            assert!(verify_audit_file(wrong.as_bytes(), None).is_err(), "{wrong}");
        }
        let more = text + "{\"end\":{\"lines\":5}}\n";
        assert!(matches!(verify_audit_file(more.as_bytes(), None), Err(FileError::Short)));
    }
}
