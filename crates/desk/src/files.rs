//! Which files a desk accepts (R6), and how long what was written and sent is kept.

use std::{collections::BTreeSet, time::Duration};

use ponte_types::{FileKind, FileName};
use serde::{Deserialize, Serialize};

use crate::bounded::bounded;

const MIB: u64 = 1024 * 1024;

/// Most files of a session, whatever their sizes.
pub const MOST_FILES: u64 = 500;

/// What may be sent in a chat, by both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FileRules {
    /// Largest file.
    #[serde(default = "each")]
    pub each: Mebibytes,
    /// All files of a session.
    #[serde(default = "session")]
    pub session: Mebibytes,
    /// Of these kinds; none: no files at all.
    #[serde(default = "usual")]
    pub kinds: BTreeSet<FileKind>,
}

fn each() -> Mebibytes {
    Mebibytes(25)
}
fn session() -> Mebibytes {
    Mebibytes(200)
}
fn usual() -> BTreeSet<FileKind> {
    FileKind::ALL.iter().copied().filter(|kind| kind.is_usual()).collect()
}

impl Default for FileRules {
    fn default() -> Self {
        Self { each: each(), session: session(), kinds: usual() }
    }
}

/// Why a file is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileRefused {
    #[error("the file is empty")]
    Empty,
    #[error("the file is larger than {0} MiB")]
    TooLarge(u32),
    #[error("files of this kind are not accepted here; these are: {0}")]
    Kind(String),
    #[error("the content of the file is not what its name says")]
    Content,
}

impl FileRules {
    /// May this file come? Its content is looked at once it is here: [`FileRules::content`].
    ///
    /// # Errors
    /// What to do about it.
    pub fn accepts(&self, name: &FileName, size: u64) -> Result<FileKind, FileRefused> {
        let kind = FileKind::of(name).filter(|kind| self.kinds.contains(kind));
        let kind = kind.ok_or_else(|| FileRefused::Kind(self.endings().join(", ")))?;
        if size == 0 {
            return Err(FileRefused::Empty);
        }
        if size > self.each.bytes() {
            return Err(FileRefused::TooLarge(self.each.0));
        }
        Ok(kind)
    }

    /// Is it what it says it is? `head`: its first [`FileKind::HEAD`] bytes.
    ///
    /// # Errors
    /// When it is something else.
    pub fn content(kind: FileKind, head: &[u8]) -> Result<(), FileRefused> {
        if kind.begins_like(head) { Ok(()) } else { Err(FileRefused::Content) }
    }

    /// How names of accepted files end.
    #[must_use]
    pub fn endings(&self) -> Vec<&'static str> {
        self.kinds.iter().flat_map(|kind| kind.extensions()).copied().collect()
    }
}

bounded! {
    /// 1 to 2,048 MiB.
    Mebibytes(u32 "u32") 1..=2048, MebibytesError "a size is from 1 to 2048 MiB"
}

impl Mebibytes {
    #[must_use]
    pub fn bytes(self) -> u64 {
        u64::from(self.0) * MIB
    }
}

/// How long after a session's end what was said in it is kept. For ever unless told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// What was written.
    pub chat: Option<Days>,
    /// What was sent, and screenshots.
    pub files: Option<Days>,
}

bounded! {
    /// 1 to 36,500 days.
    Days(u32 "u32") 1..=36500, DaysError "what was said is kept for 1 to 36500 days, or for ever"
}

impl Days {
    #[must_use]
    pub fn duration(self) -> Duration {
        Duration::from_secs(u64::from(self.0) * 24 * 3600)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desk_accepts_the_usual_kinds_unless_it_says_otherwise() {
        let rules = FileRules::default();
        let name = |name: &str| FileName::safe(name);
        assert_eq!(rules.accepts(&name("photo.JPG"), 1), Ok(FileKind::Jpeg));
        assert_eq!(rules.accepts(&name("photo.jpg"), 25 * MIB), Ok(FileKind::Jpeg));
        assert_eq!(rules.accepts(&name("photo.jpg"), 25 * MIB + 1), Err(FileRefused::TooLarge(25)));
        assert_eq!(rules.accepts(&name("photo.jpg"), 0), Err(FileRefused::Empty));
        for other in ["run.exe", "run.txt.bat", "noending", "page.html", "film.mp4", "drawing.svg"] {
            assert!(matches!(rules.accepts(&name(other), 1), Err(FileRefused::Kind(_))), "{other}");
        }
        let none = FileRules { kinds: BTreeSet::new(), ..rules };
        assert!(none.accepts(&name("photo.jpg"), 1).is_err());
        assert_eq!(FileRules::content(FileKind::Png, b"GIF89a"), Err(FileRefused::Content));
    }

    #[test]
    fn settings_say_what_they_may_be() {
        let parsed: FileRules = serde_json::from_str("{}").unwrap();
        assert_eq!(parsed, FileRules::default());
        for bad in [r#"{"each":0}"#, r#"{"session":5000}"#, r#"{"kinds":["exe"]}"#, r#"{"most":1}"#] {
            assert!(serde_json::from_str::<FileRules>(bad).is_err(), "{bad}");
        }
        assert!(serde_json::from_str::<Retention>(r#"{"chat":0,"files":null}"#).is_err());
        let kept: Retention = serde_json::from_str(r#"{"chat":null,"files":30}"#).unwrap();
        assert_eq!(kept.files.map(Days::duration), Some(Duration::from_secs(30 * 86_400)));
    }
}
