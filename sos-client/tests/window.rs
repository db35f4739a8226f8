//! The real program in a real window, against a relay and a technician made for the test.

#![allow(clippy::unwrap_used)]

#[path = "window/call.rs"]
mod call;
mod common;

use std::{
    io::{BufRead as _, BufReader},
    time::{Duration, Instant},
};

use anyhow::Result;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use common::{Desktop, Relay, Sos, file};
use ponte_seal::{LinkSecret, PictureError, PictureOpener, TechnicianSecret};
use ponte_wire::msg::{
    AskGrant, Button, Course, Ended, GrantKind, Key, Text, ViewerRole, WantFrames, from_end_user, from_sos,
    from_technician::Body as Say, sos_hello::Purpose, to_sos,
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ponte-sos");
/// Luma (BT.709, limited) of the wash behind the number, and of the bar's ink.
const WASH: u8 = 225;
const INK: u8 = 41;
const ACCENT: u8 = 84;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_number_is_there_at_once_in_each_language() -> Result<()> {
    let mut desktop = Desktop::start()?;
    for (locale, name) in [("C.UTF-8", "en"), ("pt_BR.UTF-8", "pt-BR"), ("ru_RU.UTF-8", "ru")] {
        let relay = Relay::start()?;
        let began = Instant::now();
        desktop.spawn_in(locale, PROGRAM, &["--relay", &relay.address()?])?;
        let (mut sos, hello) = relay.accept().await?;
        assert!(matches!(hello.purpose, Some(Purpose::AskCode(_))));
        sos.welcome_code("48291").await?;
        desktop.shows(WASH, 20_000).await?;
        let took = began.elapsed();
        // A second is the aim where nothing else runs (see docs/benchmarks.md); here others test beside it.
        eprintln!("number on screen after {took:?}");
        assert!(took < Duration::from_secs(5), "{name}: {took:?}");
        desktop.picture(&format!("code-{name}"))?;
        desktop.end_last()?;
    }
    Ok(())
}

async fn ask(sos: &mut Sos, desktop: &Desktop, grant: GrantKind, picture: &str) -> Result<()> {
    sos.say(Say::Ask(AskGrant { grant: grant.into() })).await?;
    sos.hear(|body| match body {
        from_end_user::Body::Grants(state) if state.asking == Some(grant.into()) => Some(()),
        _ => None,
    })
    .await?;
    // The Yes button.
    desktop.shows(ACCENT, 8_000).await?;
    desktop.picture(picture)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_leads_to_consent_control_and_stop() -> Result<()> {
    let relay = Relay::start()?;
    let mut desktop = Desktop::start()?;
    desktop.run("setxkbmap", &["br"])?;
    let folder = tempfile::tempdir()?;
    let (typed, closed) = (folder.path().join("typed"), folder.path().join("closed"));
    let shell = format!("cat > {}; echo closed > {}", typed.display(), closed.display());
    let terminal = ["-u8", "-T", "Terminal", "-geometry", "80x10+20+480", "-e", "sh", "-c", &shell];
    desktop.spawn("xterm", &terminal)?;
    // The terminal runs its shell, and has the place behind: what opens later is in front.
    file(&typed, str::is_empty).await?;

    let secret = [5u8; 16];
    let id = "0192f0c1-2b3c-7d4e-8f50-616263646566";
    let link = format!("http://{}/j/{id}#{}", relay.address()?, URL_SAFE_NO_PAD.encode(secret));
    desktop.spawn_in("C.UTF-8", PROGRAM, &[&link])?;
    let (mut sos, hello) = relay.accept().await?;
    let secret = LinkSecret::new(secret);
    assert!(matches!(hello.purpose, Some(Purpose::OpenInvite(open)) if open.claim == secret.claim()));
    sos.welcome_session().await?;
    sos.pair(TechnicianSecret::Link(secret.public())).await?;
    sos.granted(&[]).await?;
    desktop.picture("ready")?;

    // Nothing is sent before the person agrees: the first frame comes after.
    sos.tell(to_sos::Body::WantFrames(WantFrames { wanted: true })).await?;
    ask(&mut sos, &desktop, GrantKind::View, "ask-view").await?;
    desktop.focused("Ponte")?;
    desktop.run("xdotool", &["key", "Tab", "Return"])?;
    let agreed = Instant::now();
    sos.granted(&[GrantKind::View]).await?;
    let (epoch, key) = sos.picture_key().await?;
    let first = sos.frame().await?;
    // A key frame begins with its parameter sets; what is seen opens with the key alone.
    let mut opener = PictureOpener::default();
    assert_eq!(opener.open(&first.payload).unwrap_err(), PictureError::NoKey);
    opener.learn(epoch, &key);
    let picture = opener.open(&first.payload)?;
    assert_eq!((first.header.epoch, picture[4] & 0x1f), (epoch, 7));
    eprintln!("first frame {:?} after consent, {} bytes", agreed.elapsed(), first.payload.len());
    assert!(first.header.key);
    assert_eq!((first.header.width, first.header.height), (1280, 720));
    desktop.shows(INK, 30_000).await?;
    desktop.picture("bar-view")?;
    // A still screen: refining frames, then silence.
    let mut last = first;
    let mut count = 0;
    while let Ok(frame) = tokio::time::timeout(Duration::from_millis(800), sos.frame()).await {
        last = frame?;
        count += 1;
        assert!(count < 40, "a still screen keeps sending: {:?}, {} bytes", last.header, last.payload.len());
    }
    assert!(last.header.trailing && !last.header.key);
    // Now and again a small one says that all is well, or the browser would ask for a key frame.
    let sign = sos.frame().await?;
    assert!(sign.header.trailing && !sign.header.key && sign.payload.len() < 1000, "{}", sign.payload.len());

    // Without the right, input has no effect.
    sos.say(Say::Text(Text { seq: 1, text: "no".into() })).await?;
    let reason = sos.hear(refusal).await?;
    assert_eq!(reason, "no_grant");

    ask(&mut sos, &desktop, GrantKind::GrantControl, "ask-control").await?;
    desktop.focused("Ponte")?;
    desktop.run("xdotool", &["key", "Tab", "Return"])?;
    sos.granted(&[GrantKind::View, GrantKind::GrantControl]).await?;
    desktop.shows(INK, 30_000).await?;
    desktop.picture("bar-control")?;

    for down in [true, false] {
        sos.say(Say::Button(Button { seq: 2, x: 200, y: 560, button: 0, down })).await?;
    }
    desktop.focused("Terminal")?;
    let text = "Ação às 10h: ~50% õ^ \"x\" €ß я/?\n";
    sos.say(Say::Text(Text { seq: 3, text: text.into() })).await?;
    for (key, code, down) in [("Control", "ControlLeft", true), ("d", "KeyD", true), ("d", "KeyD", false)] {
        sos.say(Say::Key(Key { seq: 4, code: code.into(), key: key.into(), down })).await?;
    }
    file(&closed, |said| !said.is_empty()).await?;
    assert_eq!(std::fs::read_to_string(typed)?, text);

    // The bar's own buttons cannot be pressed from afar.
    sos.say(Say::Button(Button { seq: 5, x: 960, y: 36, button: 0, down: true })).await?;
    assert_eq!(sos.hear(refusal).await?, "own_window");

    // Esc held for two seconds ends it.
    let held = Instant::now();
    desktop.run("xdotool", &["keydown", "Escape"])?;
    sos.leaves().await?;
    let took = held.elapsed();
    desktop.run("xdotool", &["keyup", "Escape"])?;
    assert!(took > Duration::from_secs(2) && took < Duration::from_millis(4000), "{took:?}");
    desktop.shows(ACCENT, 8_000).await?;
    desktop.picture("ended")?;
    Ok(())
}

fn refusal(body: &from_end_user::Body) -> Option<String> {
    match body {
        from_end_user::Body::InputRefused(refused) => Some(refused.reason.clone()),
        _ => None,
    }
}

/// The page about scams, and that about a changed certificate: neither relay is called (RFC 5737's addresses are
/// nobody's), and nothing is remembered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_link_cannot_skip_the_warning_pages() -> Result<()> {
    let mut desktop = Desktop::start()?;
    let folder = tempfile::tempdir()?;
    let known = folder.path().join("ponte/known_relays.toml");
    std::fs::create_dir_all(folder.path().join("ponte"))?;
    let remembered = format!("[relays.\"192.0.2.2\"]\nfingerprint = \"{}\"\n", "0a".repeat(32));
    std::fs::write(&known, &remembered)?;
    let secret = URL_SAFE_NO_PAD.encode([5u8; 16]);
    let id = "0192f0c1-2b3c-7d4e-8f50-616263646566";
    for (host, page) in [("192.0.2.1", "unknown-relay"), ("192.0.2.2", "changed-relay")] {
        for (locale, name) in [("C.UTF-8", "en"), ("pt_BR.UTF-8", "pt-BR"), ("ru_RU.UTF-8", "ru")] {
            let link = format!("https://{host}/j/{id}?fp={}#{secret}", "ab".repeat(32));
            desktop.spawn_at_home(folder.path(), locale, PROGRAM, &[&link])?;
            // *Leave* is the page's main button.
            desktop.shows(ACCENT, 8_000).await?;
            desktop.picture(&format!("{page}-{name}"))?;
            desktop.end_last()?;
        }
    }
    assert_eq!(std::fs::read_to_string(known)?, remembered);
    Ok(())
}

/// The program on a display, and what it says.
fn started_on(display: &str, args: &[&str]) -> Result<std::process::Child> {
    let mut command = std::process::Command::new(PROGRAM);
    command.args(args).env_remove("WAYLAND_DISPLAY").env("DISPLAY", display).env("LC_ALL", "C.UTF-8");
    Ok(command.stderr(std::process::Stdio::piped()).spawn()?)
}

/// Who started it by a double click reads it in the window; on a terminal it is said too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_keeps_it_from_starting_is_said_with_what_to_do() -> Result<()> {
    // Servers count up from 0: none comes that far. Without a display there can be no window.
    let ended = started_on(":54321", &["--relay", "127.0.0.1:1"])?.wait_with_output()?;
    let said = String::from_utf8(ended.stderr)?;
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("there is no X display to share") && said.contains("set DISPLAY"), "{said}");

    let poor = Desktop::without(&["XTEST"])?;
    let whole = Desktop::start()?;
    let folder = tempfile::tempdir()?;
    let broken = folder.path().join("ponte.toml");
    std::fs::write(&broken, "relay = 7\n")?;
    let broken = broken.to_str().expect("a path of letters");
    let cases: [(&Desktop, &[&str], &str, &str); 2] = [
        (&poor, &["--relay", "127.0.0.1:1"], "no XTEST extension", "no-extension"),
        (&whole, &["--config", broken], "ponte.toml", "broken-settings"),
    ];
    for (desktop, args, reason, name) in cases {
        let mut program = started_on(desktop.display(), args)?;
        let mut said = String::new();
        let mut stderr = BufReader::new(program.stderr.take().expect("piped"));
        stderr.read_line(&mut said)?;
        assert!(said.contains(reason), "{said}");
        // *Close* is the page's main button.
        desktop.shows(ACCENT, 8_000).await?;
        desktop.picture(&format!("cannot-start-{name}"))?;
        program.kill()?;
        program.wait()?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_to_compare_are_on_the_question_in_each_language() -> Result<()> {
    let mut desktop = Desktop::start()?;
    for (locale, name) in [("C.UTF-8", "en"), ("pt_BR.UTF-8", "pt-BR"), ("ru_RU.UTF-8", "ru")] {
        let relay = Relay::start()?;
        let secret = [5u8; 16];
        let id = "0192f0c1-2b3c-7d4e-8f50-616263646566";
        let link = format!("http://{}/j/{id}#{}", relay.address()?, URL_SAFE_NO_PAD.encode(secret));
        desktop.spawn_in(locale, PROGRAM, &[&link])?;
        let (mut sos, _) = relay.accept().await?;
        sos.welcome_session().await?;
        sos.pair(TechnicianSecret::Link(LinkSecret::new(secret).public())).await?;
        sos.viewer_leaves().await?;
        let words = sos.pair_as(TechnicianSecret::Words, ViewerRole::TakesOver, "Bia Ramos").await?;
        assert!(words.is_some());
        sos.granted(&[]).await?;
        ask(&mut sos, &desktop, GrantKind::View, &format!("ask-words-{name}")).await?;
        desktop.focused("Ponte")?;
        desktop.run("xdotool", &["key", "Tab", "Return"])?;
        sos.granted(&[GrantKind::View]).await?;
        desktop.end_last()?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whether_it_is_solved_is_asked_in_each_language_and_the_first_key_does_not_say_yes() -> Result<()> {
    let mut desktop = Desktop::start()?;
    for (locale, name) in [("C.UTF-8", "en"), ("pt_BR.UTF-8", "pt-BR"), ("ru_RU.UTF-8", "ru")] {
        let relay = Relay::start()?;
        let id = "0192f0c1-2b3c-7d4e-8f50-616263646566";
        let link = format!("http://{}/j/{id}#{}", relay.address()?, URL_SAFE_NO_PAD.encode([5u8; 16]));
        desktop.spawn_in(locale, PROGRAM, &[&link])?;
        let (mut sos, _) = relay.accept().await?;
        sos.welcome_session().await?;
        desktop.focused("Ponte")?;
        for state in ["on_hold", "in_person"] {
            sos.tell(to_sos::Body::Course(Course { state: state.into(), until: 0 })).await?;
            // Its subject, in the accent's colour.
            desktop.shows(ACCENT, 100).await?;
            desktop.picture(&format!("{state}-{name}"))?;
        }
        sos.tell(to_sos::Body::Course(Course { state: "done".into(), until: 0 })).await?;
        // The Yes button looks it once it counts.
        desktop.shows(ACCENT, 12_000).await?;
        desktop.picture(&format!("solved-{name}"))?;
        desktop.run("xdotool", &["key", "Return"])?;
        let judged = loop {
            if let from_sos::Body::Judgement(judged) = sos.next().await? {
                break judged.solved;
            }
        };
        assert!(!judged, "{name}: the focus is on No");
        let reopens = ponte_sos::clock::now().0 + 3 * 86_400_000 + 60_000;
        sos.tell(to_sos::Body::Course(Course { state: "closed".into(), until: reopens })).await?;
        sos.tell(to_sos::Body::Ended(Ended { reason: "no_contact".into() })).await?;
        desktop.shows(ACCENT, 8_000).await?;
        desktop.picture(&format!("no-contact-{name}"))?;
        desktop.end_last()?;
    }
    Ok(())
}
