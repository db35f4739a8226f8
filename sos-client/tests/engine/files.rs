//! Files of the chat, between the engine, this machine's disk and a relay.

use std::path::{Path, PathBuf};

use anyhow::Result;
use ponte_sos::{
    config::Start,
    disk::{Source, Trouble},
    engine::{NewFile, Purpose},
    view::{Command, FileShown, FileState, View},
};
use ponte_types::{AttachmentId, ErrorCode};
use ponte_wire::{
    MAX_PIECE, PIECES_AHEAD,
    msg::{self, attachment_ask::Ask, from_sos, to_sos},
};
use sha2::{Digest as _, Sha256};

use super::{
    Person,
    common::{Relay, Sos},
    here,
};

/// A person whose program has come to its session.
async fn in_session(relay: &Relay) -> Result<(Person, Sos)> {
    // On this machine itself no page asks for agreement.
    let start = Start::Code(relay.address()?.parse()?);
    let person = Person::start(start, None, None, here)?;
    let (mut sos, _) = relay.accept().await?;
    sos.welcome_session().await?;
    Ok((person, sos))
}

fn downloads(person: &Person) -> PathBuf {
    person._folder.path().join("Downloads")
}

fn files(view: &View) -> Vec<FileShown> {
    match view {
        View::Ready { chat: Some(chat), .. } => chat.said.iter().filter_map(|it| it.file.clone()).collect(),
        _ => Vec::new(),
    }
}

fn state(view: &View) -> Option<FileState> {
    files(view).pop().map(|file| file.state)
}

fn give(path: &Path) -> Command {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    Command::Attach(vec![NewFile { name, source: Source::File(path.to_owned()), purpose: Purpose::Chat }])
}

async fn started(sos: &mut Sos) -> Result<msg::AttachmentStart> {
    loop {
        if let from_sos::Body::AttachmentStart(start) = sos.next().await? {
            return Ok(start);
        }
    }
}

async fn piece(sos: &mut Sos) -> Result<msg::AttachmentPiece> {
    loop {
        if let from_sos::Body::AttachmentPiece(piece) = sos.next().await? {
            return Ok(piece);
        }
    }
}

async fn asked(sos: &mut Sos) -> Result<Ask> {
    loop {
        if let from_sos::Body::AttachmentAsk(ask) = sos.next().await? {
            return Ok(ask.ask.unwrap());
        }
    }
}

fn progress(id: &[u8], received: usize, kept: bool) -> to_sos::Body {
    let (id, received) = (id.to_vec(), received as u64);
    to_sos::Body::AttachmentProgress(msg::AttachmentProgress { id, received, kept })
}

fn told(id: &[u8], technician: &str, name: &str, bytes: &[u8]) -> to_sos::Body {
    let file =
        msg::ChatFile { name: name.into(), size: bytes.len() as u64, sha256: Sha256::digest(bytes).to_vec() };
    let message = msg::ChatMessage {
        id: id.to_vec(),
        number: 1,
        at: 1,
        technician: technician.into(),
        file: Some(file),
        ..Default::default()
    };
    to_sos::Body::Chat(msg::Chat { messages: vec![message], ..Default::default() })
}

#[tokio::test]
async fn a_file_goes_in_pieces_and_on_after_a_break() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, mut sos) = in_session(&relay).await?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("отчёт.txt");
    let bytes: Vec<u8> = (0..MAX_PIECE * 6 + 7).map(|n| u8::try_from(n % 251).unwrap()).collect();
    std::fs::write(&path, &bytes)?;
    person.presses(give(&path)).await?;
    let start = started(&mut sos).await?;
    assert_eq!((start.name.as_str(), start.size), ("отчёт.txt", bytes.len() as u64));
    assert_eq!(start.sha256, Sha256::digest(&bytes).to_vec());
    assert_eq!(start.purpose(), msg::AttachmentPurpose::AttachmentChat);
    sos.tell(progress(&start.id, 0, false)).await?;
    for n in 0..PIECES_AHEAD {
        assert_eq!(piece(&mut sos).await?.from, (n * MAX_PIECE) as u64);
    }
    // No further before the first is answered; then one more for each.
    sos.tell(progress(&start.id, MAX_PIECE, false)).await?;
    assert_eq!(piece(&mut sos).await?.from, (PIECES_AHEAD * MAX_PIECE) as u64);
    person.sees(|view| (state(view) == Some(FileState::Moving(MAX_PIECE as u64))).then_some(())).await?;

    sos.cut();
    let (mut sos, _) = relay.accept().await?;
    sos.welcome_session().await?;
    let again = started(&mut sos).await?;
    assert_eq!(again, start, "the same file again");
    let mut got = 2 * MAX_PIECE;
    sos.tell(progress(&start.id, got, false)).await?;
    while got < bytes.len() {
        let piece = piece(&mut sos).await?;
        assert_eq!(piece.from, got as u64, "on from where the relay has it");
        assert_eq!(piece.bytes, bytes[got..got + piece.bytes.len()]);
        got += piece.bytes.len();
        sos.tell(progress(&start.id, got, got == bytes.len())).await?;
    }
    sos.tell(told(&start.id, "", "отчёт.txt", &bytes)).await?;
    let shown = person
        .sees(|view| {
            let shown = files(view);
            (shown.len() == 1 && shown[0].state == FileState::Kept).then_some(shown)
        })
        .await?;
    assert_eq!(shown[0].id, AttachmentId::try_from(&start.id[..])?);
    person.leaves().await
}

#[tokio::test]
async fn what_cannot_be_sent_is_said_and_can_be_tried_again_or_put_away() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, mut sos) = in_session(&relay).await?;
    let folder = tempfile::tempdir()?;
    let at = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let failed = |trouble: Trouble| {
        move |view: &View| {
            (state(view) == Some(FileState::Failed(trouble))).then(|| files(view).pop().unwrap().id)
        }
    };
    for (path, trouble) in [
        (at("run.exe", b"x"), Trouble::Kind),
        (at("empty.txt", b""), Trouble::Empty),
        (at("large.txt", &vec![0; 1_000_001]), Trouble::TooLarge(1_000_000)),
        (folder.path().join("gone.txt"), Trouble::Unreadable),
    ] {
        person.presses(give(&path)).await?;
        let id = person.sees(failed(trouble)).await?;
        person.presses(Command::GiveUp(id)).await?;
        person.sees(|view| files(view).is_empty().then_some(())).await?;
    }
    person.presses(give(&at("a.txt", b"hello"))).await?;
    let start = started(&mut sos).await?;
    let code = ErrorCode::FilesFull.as_str().to_owned();
    sos.tell(to_sos::Body::AttachmentRefused(msg::AttachmentRefused { id: start.id.clone(), code })).await?;
    let id = person.sees(failed(Trouble::Refused(ErrorCode::FilesFull))).await?;
    person.presses(Command::AttachAgain(id)).await?;
    let again = started(&mut sos).await?;
    assert_ne!(again.id, start.id, "another one, for the first is gone");
    person.presses(Command::GiveUp(AttachmentId::try_from(&again.id[..])?)).await?;
    assert_eq!(asked(&mut sos).await?, Ask::GiveUp(msg::GiveUp {}));
    // A picture made here needs no file.
    let source = Source::Bytes((*b"\x89PNG\r\n\x1a\n").into());
    person
        .presses(Command::Attach(vec![NewFile {
            name: "screen.png".into(),
            source,
            purpose: Purpose::Screenshot,
        }]))
        .await?;
    let shot = started(&mut sos).await?;
    assert_eq!(shot.purpose(), msg::AttachmentPurpose::AttachmentScreenshot);
    person.sees(|view| files(view).is_empty().then_some(())).await?;
    person.leaves().await
}

#[tokio::test]
async fn a_technicians_file_is_saved_when_the_person_says_so_and_not_before() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, mut sos) = in_session(&relay).await?;
    let bytes: Vec<u8> = (0..MAX_PIECE + 9).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let (id, other) = ([5; 16], [6; 16]);
    sos.tell(told(&id, "Ana", "../../etc/pass\u{202e}wd.txt", &bytes)).await?;
    let offered =
        person.sees(|view| (state(view) == Some(FileState::Offered)).then(|| files(view).pop())).await?;
    assert_eq!(offered.unwrap().name, "passwd.txt");
    assert!(!downloads(&person).exists(), "nothing is saved by itself");

    person.presses(Command::Save(AttachmentId::from_bytes(id))).await?;
    assert_eq!(asked(&mut sos).await?, Ask::From(0), "nothing was asked for before");
    assert_eq!(asked(&mut sos).await?, Ask::From(MAX_PIECE as u64));
    for from in [0, MAX_PIECE] {
        let part = bytes[from..bytes.len().min(from + MAX_PIECE)].to_vec();
        let piece = msg::AttachmentPiece { id: id.to_vec(), from: from as u64, bytes: part };
        sos.tell(to_sos::Body::AttachmentPiece(piece)).await?;
    }
    let place = person
        .sees(|view| if let Some(FileState::Saved(place)) = state(view) { Some(place) } else { None })
        .await?;
    assert_eq!(place, downloads(&person).join("passwd.txt"));
    assert_eq!(std::fs::read(&place)?, bytes);

    // Other bytes than were announced are not saved.
    sos.tell(told(&other, "Ana", "b.txt", b"hello")).await?;
    person.sees(|view| (files(view).last()?.name == "b.txt").then_some(())).await?;
    person.presses(Command::Save(AttachmentId::from_bytes(other))).await?;
    assert_eq!(asked(&mut sos).await?, Ask::From(0));
    let piece = msg::AttachmentPiece { id: other.to_vec(), from: 0, bytes: b"jello".to_vec() };
    sos.tell(to_sos::Body::AttachmentPiece(piece)).await?;
    person.sees(|view| (state(view) == Some(FileState::Failed(Trouble::Damaged))).then_some(())).await?;
    assert_eq!(std::fs::read_dir(downloads(&person))?.count(), 1, "nothing of it is left");
    person.leaves().await
}

#[tokio::test]
async fn of_many_files_given_at_once_none_vanishes() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, sos) = in_session(&relay).await?;
    let folder = tempfile::tempdir()?;
    let many = (0..23).map(|n| {
        let path = folder.path().join(format!("{n}.txt"));
        std::fs::write(&path, "text")?;
        Ok(NewFile { name: format!("{n}.txt"), source: Source::File(path), purpose: Purpose::Chat })
    });
    person.presses(Command::Attach(many.collect::<std::io::Result<_>>()?)).await?;
    let refused = |view: &View| {
        let all = files(view);
        let no = all.iter().filter(|file| file.state == FileState::Failed(Trouble::TooMany)).count();
        (all.len() == 23).then_some(no)
    };
    assert_eq!(person.sees(refused).await?, 3, "those beyond what may wait are said not to go");
    drop(sos);
    person.leaves().await
}
