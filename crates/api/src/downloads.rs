//! The SOS programs, from the configured folder.

use std::{
    fs::Metadata,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use ponte_types::ErrorCode;
use sha2::{Digest as _, Sha256};
use tokio_util::io::ReaderStream;

use crate::{
    dto::{Program, System},
    problem::{Id, Problem},
    state::Api,
};

/// The files of a folder that are SOS programs, with size and hash. Links are left out: what is served is what lies
/// in this folder.
///
/// # Errors
/// When the folder or a file in it cannot be read.
pub fn find_programs(folder: &Path) -> io::Result<Vec<Program>> {
    let mut programs = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(file) = entry.file_name().into_string() else { continue };
        if !entry.file_type()?.is_file() || !is_plain(&file) || file.starts_with('.') {
            continue;
        }
        let Some(system) = system(&file) else { continue };
        let (size, sha256) = measure(&entry.path())?;
        programs.push(Program { system, url: format!("/dl/{file}"), file, size, sha256 });
    }
    programs.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(programs)
}

fn system(file: &str) -> Option<System> {
    let name = file.to_ascii_lowercase();
    if name.ends_with(".exe") {
        Some(System::Windows)
    } else if name.contains("macos") {
        Some(System::Macos)
    } else if name.contains("linux") || !name.contains('.') {
        Some(System::Linux)
    } else {
        None
    }
}

fn measure(path: &Path) -> io::Result<(u64, String)> {
    let mut file = std::fs::File::open(path)?;
    let (mut hash, mut size, mut buffer) = (Sha256::new(), 0u64, vec![0u8; 64 * 1024]);
    loop {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        hash.update(&buffer[..n]);
        size += n as u64;
    }
    Ok((size, hash.finalize().iter().map(|b| format!("{b:02x}")).collect()))
}

/// A name that cannot lead anywhere else.
fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 128
        && !name.starts_with('.')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+'))
}

/// Sends one of the programs found at start, and nothing else of the folder.
pub(crate) async fn download(State(api): State<Api>, Id(file): Id<String>) -> Result<Response, Problem> {
    let missing = || Problem::new(ErrorCode::NotFound);
    let folder: &PathBuf = api.downloads.as_ref().ok_or_else(missing)?;
    if !is_plain(&file) || !api.programs.iter().any(|program| program.file == file) {
        return Err(missing());
    }
    let path = folder.join(&file);
    // Looked at again: the folder may have changed since the start.
    let kind = tokio::fs::symlink_metadata(&path).await.map_err(|_| missing())?;
    if !kind.is_file() {
        return Err(missing());
    }
    let handle = tokio::fs::File::open(&path).await.map_err(|_| missing())?;
    let opened = handle.metadata().await.map_err(|_| missing())?;
    if !same_file(&kind, &opened) {
        return Err(missing());
    }
    let mut response = Body::from_stream(ReaderStream::new(handle)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, opened.len().into());
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{file}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}

/// What was opened is what was looked at, and no link that took its place in between.
#[cfg(unix)]
fn same_file(seen: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (seen.dev(), seen.ino()) == (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
fn same_file(_: &Metadata, opened: &Metadata) -> bool {
    opened.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_files_that_are_programs_are_offered() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("ponte-sos-linux-x86_64"), b"program")?;
        std::fs::write(folder.path().join("ponte-sos.exe"), b"")?;
        std::fs::write(folder.path().join("notes.txt"), b"private")?;
        std::fs::write(folder.path().join(".hidden-linux"), b"private")?;
        #[cfg(unix)]
        std::os::unix::fs::symlink("/etc/passwd", folder.path().join("passwd-linux"))?;
        let found = find_programs(folder.path())?;
        let names: Vec<_> = found.iter().map(|p| (p.file.as_str(), p.system)).collect();
        assert_eq!(names, [("ponte-sos-linux-x86_64", System::Linux), ("ponte-sos.exe", System::Windows)]);
        assert_eq!(found[0].size, 7);
        assert_eq!(found[1].sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        Ok(())
    }

    #[test]
    fn a_name_cannot_lead_elsewhere() {
        for name in ["", ".", "..", "../x", "a/b", "a\\b", ".env", "a\0b", "ü"] {
            assert!(!is_plain(name), "{name}");
        }
        assert!(is_plain("ponte-sos_0.1.0+linux"));
    }
}
