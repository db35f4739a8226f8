//! Files of this machine that are given away, and files from the desk that are saved: the one place that touches them.
//!
//! What comes from the desk goes into the Downloads folder when the person presses Save, under a safe name that is not
//! taken, is marked as coming from elsewhere, and is never opened.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use ponte_types::FileName;
use sha2::{Digest as _, Sha256};

/// Bytes that are to be given away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Of this machine.
    File(PathBuf),
    /// Made here: a picture of the screen, or from the clipboard.
    Bytes(Arc<[u8]>),
}

/// Why a file was not given away or saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It is no file, or cannot be read.
    Unreadable,
    Empty,
    /// It is larger than this many bytes.
    TooLarge(u64),
    /// The desk takes no such files.
    Kind,
    /// As many as may wait are waiting already.
    TooMany,
    /// The folder cannot be written, or the disk is full.
    CannotSave,
    /// What came is not what was announced.
    Damaged,
    /// The session ended before.
    Over,
    /// The relay says no.
    Refused(ponte_types::ErrorCode),
}

/// A source that was read once, and can be read again from anywhere.
#[derive(Debug, Clone)]
pub(crate) struct Readable {
    from: Opened,
    pub(crate) size: u64,
    pub(crate) sha256: [u8; 32],
}

#[derive(Debug, Clone)]
enum Opened {
    /// One reader at a time: the position is shared.
    File(Arc<Mutex<File>>),
    Bytes(Arc<[u8]>),
}

const BUFFER: usize = 64 * 1024;

impl Readable {
    /// Reads all of it once, for its hash. It takes as long as the disk takes: call it in a thread of its own.
    pub(crate) fn open(source: &Source, most: u64) -> Result<Self, Trouble> {
        let path = match source {
            Source::Bytes(bytes) => {
                let size = bytes.len() as u64;
                within(size, most)?;
                let sha256 = Sha256::digest(bytes).into();
                return Ok(Self { from: Opened::Bytes(Arc::clone(bytes)), size, sha256 });
            }
            Source::File(path) => path,
        };
        // Asked before it is opened: opening a pipe or a device could wait for ever, or do something.
        let is_file = |known: io::Result<fs::Metadata>| known.is_ok_and(|it| it.is_file());
        if !is_file(fs::metadata(path)) {
            return Err(Trouble::Unreadable);
        }
        let mut file = File::open(path).map_err(|_| Trouble::Unreadable)?;
        let known = file.metadata().map_err(|_| Trouble::Unreadable)?;
        if !known.is_file() {
            return Err(Trouble::Unreadable);
        }
        within(known.len(), most)?;
        let (mut hash, mut size, mut buffer) = (Sha256::new(), 0, vec![0; BUFFER]);
        loop {
            let n = file.read(&mut buffer).map_err(|_| Trouble::Unreadable)?;
            if n == 0 {
                break;
            }
            size += n as u64;
            // It may grow while it is read.
            within(size, most)?;
            hash.update(&buffer[..n]);
        }
        within(size, most)?;
        Ok(Self { from: Opened::File(Arc::new(Mutex::new(file))), size, sha256: hash.finalize().into() })
    }

    /// The bytes from an offset on, at most `most`. Fewer at the end, and when the file has shrunk.
    pub(crate) fn read(&self, from: u64, most: usize) -> Result<Vec<u8>, Trouble> {
        use std::io::{Seek as _, SeekFrom};
        let left = usize::try_from(self.size.saturating_sub(from)).unwrap_or(usize::MAX);
        match &self.from {
            Opened::Bytes(bytes) => {
                let start = usize::try_from(from).unwrap_or(usize::MAX).min(bytes.len());
                Ok(bytes[start..start.saturating_add(left.min(most)).min(bytes.len())].to_vec())
            }
            Opened::File(file) => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                let mut bytes = Vec::with_capacity(left.min(most));
                let read = file
                    .seek(SeekFrom::Start(from))
                    .and_then(|_| (&mut *file).take(left.min(most) as u64).read_to_end(&mut bytes));
                read.map(|_| bytes).map_err(|_| Trouble::Unreadable)
            }
        }
    }
}

fn within(size: u64, most: u64) -> Result<(), Trouble> {
    match size {
        0 => Err(Trouble::Empty),
        size if size > most => Err(Trouble::TooLarge(most)),
        _ => Ok(()),
    }
}

/// A file that is being saved. Dropped before it is whole, nothing of it is left.
#[derive(Debug)]
pub(crate) struct Saving {
    folder: PathBuf,
    name: FileName,
    part: PathBuf,
    file: Option<File>,
    hash: Sha256,
    written: u64,
}

/// Other names that are tried for one that is taken.
const NAMES: u32 = 1_000;

impl Saving {
    /// Begins beside where it will be, so that the finished file appears at once.
    pub(crate) fn begin(folder: &Path, name: &FileName) -> Result<Self, Trouble> {
        fs::create_dir_all(folder).map_err(|_| Trouble::CannotSave)?;
        let part_of = |n: u32| {
            let number = if n == 0 { String::new() } else { format!(".{n}") };
            folder.join(format!("{name}{number}.ponte-part"))
        };
        let (file, part) = create_new((0..NAMES).map(part_of))?;
        let (folder, name) = (folder.to_owned(), name.clone());
        Ok(Self { folder, name, part, file: Some(file), hash: Sha256::new(), written: 0 })
    }

    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<(), Trouble> {
        let file = self.file.as_mut().ok_or(Trouble::CannotSave)?;
        file.write_all(bytes).map_err(|_| Trouble::CannotSave)?;
        self.hash.update(bytes);
        self.written += bytes.len() as u64;
        Ok(())
    }

    /// All of it is here: it gets its name, and its mark. Where it lies now.
    pub(crate) fn finish(mut self, size: u64, sha256: &[u8; 32], from: &str) -> Result<PathBuf, Trouble> {
        let hash: [u8; 32] = std::mem::take(&mut self.hash).finalize().into();
        if self.written != size || hash != *sha256 {
            return Err(Trouble::Damaged);
        }
        let file = self.file.take().ok_or(Trouble::CannotSave)?;
        file.sync_all().map_err(|_| Trouble::CannotSave)?;
        drop(file);
        mark(&self.part, from);
        // The name is taken first, by an empty file that was not there before: nothing is ever replaced.
        let names = (1..=NAMES).map(|n| if n == 1 { self.name.clone() } else { self.name.numbered(n) });
        let (_, place) = create_new(names.map(|name| self.folder.join(name.as_str())))?;
        if fs::rename(&self.part, &place).is_err() {
            let _ = fs::remove_file(&place);
            return Err(Trouble::CannotSave);
        }
        Ok(place)
    }
}

impl Drop for Saving {
    fn drop(&mut self) {
        // Gone already when it was finished.
        let _ = fs::remove_file(&self.part);
    }
}

/// Creates the first of these files that does not exist. No link is followed.
fn create_new(places: impl Iterator<Item = PathBuf>) -> Result<(File, PathBuf), Trouble> {
    for place in places {
        match OpenOptions::new().write(true).create_new(true).open(&place) {
            Ok(file) => return Ok((file, place)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                tracing::warn!(%error, "a file cannot be saved");
                return Err(Trouble::CannotSave);
            }
        }
    }
    Err(Trouble::CannotSave)
}

/// Tells the system that the file came from elsewhere, as browsers do: it warns before it opens such a file. Where the
/// disk keeps no such marks, there is none.
#[cfg(windows)]
fn mark(file: &Path, from: &str) {
    let mut stream = file.as_os_str().to_owned();
    stream.push(":Zone.Identifier");
    let _ = fs::write(stream, format!("[ZoneTransfer]\r\nZoneId=3\r\nHostUrl={from}\r\n"));
}

#[cfg(target_os = "macos")]
fn mark(file: &Path, from: &str) {
    let _ = from;
    let quarantine = b"0081;00000000;Ponte;";
    let _ = rustix::fs::setxattr(file, "com.apple.quarantine", quarantine, rustix::fs::XattrFlags::empty());
}

#[cfg(not(any(windows, target_os = "macos")))]
fn mark(file: &Path, from: &str) {
    use rustix::fs::{XattrFlags, setxattr};
    let _ = setxattr(file, "user.xdg.origin.url", from.as_bytes(), XattrFlags::empty());
}

/// A folder that people know by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Desktop,
    Documents,
    Downloads,
    Pictures,
}

impl Place {
    /// Where it is unless the desktop says otherwise, and the word by which that says so.
    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Desktop => ("Desktop", "DESKTOP"),
            Self::Documents => ("Documents", "DOCUMENTS"),
            Self::Downloads => ("Downloads", "DOWNLOAD"),
            Self::Pictures => ("Pictures", "PICTURES"),
        }
    }
}

/// Where this system has the person's folders. It need not be there.
pub(crate) fn place(place: Place) -> Option<PathBuf> {
    let home = home()?;
    let (name, word) = place.words();
    #[cfg(not(any(windows, target_os = "macos")))]
    if let Some(folder) = user_dir(&home, word) {
        return Some(folder);
    }
    let _ = word;
    Some(home.join(name))
}

/// The person's own folder.
pub(crate) fn home() -> Option<PathBuf> {
    let home = std::env::var_os(if cfg!(windows) { "USERPROFILE" } else { "HOME" })?;
    (!home.is_empty()).then(|| PathBuf::from(home)).filter(|home| home.is_absolute())
}

/// A folder that the desktop names in another way, as with xdg-user-dirs.
#[cfg(not(any(windows, target_os = "macos")))]
fn user_dir(home: &Path, which: &str) -> Option<PathBuf> {
    let config = std::env::var_os("XDG_CONFIG_HOME").map_or_else(|| home.join(".config"), PathBuf::from);
    let text = fs::read_to_string(config.join("user-dirs.dirs")).ok()?;
    named_in(&text, home, which)
}

#[cfg(not(any(windows, target_os = "macos")))]
fn named_in(text: &str, home: &Path, which: &str) -> Option<PathBuf> {
    let key = format!("XDG_{which}_DIR=");
    let value = text.lines().find_map(|line| line.trim().strip_prefix(&key))?.trim().trim_matches('"');
    let folder = match value.strip_prefix("$HOME/") {
        Some(rest) => home.join(rest),
        None => PathBuf::from(value),
    };
    // "$HOME/" alone means that there is none.
    (folder.is_absolute() && folder != home && folder != home.join("")).then_some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(bytes: &[u8]) -> [u8; 32] {
        Sha256::digest(bytes).into()
    }

    #[test]
    fn a_file_is_read_once_for_its_hash_and_again_piece_by_piece() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a.txt");
        fs::write(&path, b"hello world")?;
        let file = Readable::open(&Source::File(path.clone()), 100).unwrap();
        assert_eq!((file.size, file.sha256), (11, hash(b"hello world")));
        assert_eq!(file.read(6, 3), Ok(b"wor".to_vec()));
        assert_eq!(file.read(0, 100), Ok(b"hello world".to_vec()));
        assert_eq!(file.read(11, 100), Ok(Vec::new()));
        let made = Readable::open(&Source::Bytes((*b"hello").into()), 5).unwrap();
        assert_eq!(made.read(3, 9), Ok(b"lo".to_vec()));
        let no = |source: Source, most: u64| Readable::open(&source, most).map(|it| it.size);
        assert_eq!(no(Source::File(path), 10), Err(Trouble::TooLarge(10)));
        assert_eq!(no(Source::File(folder.path().to_owned()), 10), Err(Trouble::Unreadable));
        assert_eq!(no(Source::File(folder.path().join("none")), 10), Err(Trouble::Unreadable));
        assert_eq!(no(Source::Bytes((*b"").into()), 10), Err(Trouble::Empty));
        Ok(())
    }

    #[test]
    fn what_is_saved_replaces_nothing_and_is_whole_or_not_there() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let (name, bytes) = (FileName::safe("../../notes.txt"), b"from the desk");
        fs::write(folder.path().join("notes.txt"), b"mine")?;
        let save = |sha256: [u8; 32]| {
            let mut saving = Saving::begin(folder.path(), &name).unwrap();
            saving.write(&bytes[..5]).unwrap();
            saving.write(&bytes[5..]).unwrap();
            saving.finish(bytes.len() as u64, &sha256, "https://desk.example/")
        };
        let place = save(hash(bytes)).unwrap();
        assert_eq!(place, folder.path().join("notes (2).txt"));
        assert_eq!(fs::read(&place)?, bytes);
        assert_eq!(fs::read(folder.path().join("notes.txt"))?, b"mine");
        assert_eq!(save(hash(b"other")), Err(Trouble::Damaged));
        drop(Saving::begin(folder.path(), &name).unwrap());
        let mut left: Vec<_> = fs::read_dir(folder.path())?.flatten().map(|it| it.file_name()).collect();
        left.sort();
        assert_eq!(left, ["notes (2).txt", "notes.txt"], "nothing else is left");
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_waits_in_the_folder_is_not_followed_and_nothing_may_be_run() -> anyhow::Result<()> {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir()?;
        let outside = folder.path().join("outside");
        let downloads = folder.path().join("downloads");
        fs::create_dir(&downloads)?;
        symlink(&outside, downloads.join("a.txt"))?;
        symlink(&outside, downloads.join("a.txt.ponte-part"))?;
        let mut saving = Saving::begin(&downloads, &FileName::safe("a.txt")).unwrap();
        saving.write(b"x").unwrap();
        let place = saving.finish(1, &hash(b"x"), "https://desk.example/").unwrap();
        assert_eq!(place, downloads.join("a (2).txt"));
        assert!(!outside.exists());
        assert_eq!(fs::metadata(&place)?.permissions().mode() & 0o111, 0);
        Ok(())
    }

    #[cfg(not(any(windows, target_os = "macos")))]
    #[test]
    fn the_folder_is_the_one_that_the_desktop_names() {
        let home = Path::new("/home/rosa");
        let named = |text: &str| named_in(text, home, "DOWNLOAD");
        let text = "# comment\nXDG_DESKTOP_DIR=\"$HOME/Mesa\"\nXDG_DOWNLOAD_DIR=\"$HOME/Transferências\"\n";
        assert_eq!(named(text), Some(home.join("Transferências")));
        assert_eq!(named("XDG_DOWNLOAD_DIR=\"/data/in\""), Some("/data/in".into()));
        assert_eq!(named("XDG_DOWNLOAD_DIR=\"$HOME/\""), None);
        assert_eq!(named("XDG_DOWNLOAD_DIR=\"down\""), None);
        assert_eq!(named(""), None);
    }
}
