//! The form of a channel in the real window: by the keyboard alone, with the screen behind it taken and blacked out.

use anyhow::Result;
use ponte_wire::msg::{self, CallFieldKind, from_sos, queue_place, sos_hello::Purpose, to_sos};

use super::{
    ACCENT, PROGRAM, WASH,
    common::{Desktop, Relay, Sos},
};

const ID: &str = "0192f0c1-2b3c-7d4e-8f50-616263646566";
/// Luma of black.
const BLACK: u8 = 16;

fn form() -> to_sos::Body {
    let field = |kind: CallFieldKind, required, label: &str| msg::CallField {
        kind: kind.into(),
        required,
        label: label.into(),
    };
    let category = |n: u8, name: &str| msg::CallCategory { id: vec![n; 16], name: name.into() };
    to_sos::Body::CallForm(msg::CallForm {
        channel: "Finanças".into(),
        fields: vec![
            field(CallFieldKind::CallName, true, ""),
            field(CallFieldKind::CallContact, false, ""),
            field(CallFieldKind::CallDepartment, false, "Secretaria"),
            field(CallFieldKind::CallCategory, true, ""),
            field(CallFieldKind::CallSubject, true, ""),
        ],
        categories: vec![category(1, "Printers"), category(2, "E-mail"), category(3, "Everything else")],
        privacy: "What you write here is kept for a year, and read by the town's own people only.".into(),
    })
}

async fn asked(relay: &Relay) -> Result<Sos> {
    let (mut sos, hello) = relay.accept().await?;
    assert!(matches!(hello.purpose, Some(Purpose::OpenCall(_))));
    assert_eq!(hello.device, None, "nothing is told of the machine");
    let welcome = msg::Welcome {
        desk_name: "Prefeitura – Suporte".into(),
        resume_token: vec![9; 32],
        code: None,
        session: None,
    };
    sos.tell(to_sos::Body::Welcome(welcome)).await?;
    sos.tell(form()).await?;
    Ok(sos)
}

/// Waits until the window is that wide: the form, the picture, or the wait (see `src/window/mod.rs`).
fn wide(desktop: &Desktop, width: u32) -> Result<()> {
    let began = std::time::Instant::now();
    while !desktop.says("xdotool", &["getactivewindow", "getwindowgeometry"])?.contains(&format!("{width}x"))
    {
        anyhow::ensure!(began.elapsed().as_secs() < 20, "the window did not become {width} pixels wide");
    }
    Ok(())
}

async fn request(sos: &mut Sos) -> Result<msg::CallRequest> {
    let from_sos::Body::Call(request) = sos.next().await? else { anyhow::bail!("not the form") };
    Ok(request)
}

fn place(place: u32, wait: Option<queue_place::Wait>) -> to_sos::Body {
    to_sos::Body::Place(msg::QueuePlace { place, wait, ..msg::QueuePlace::default() })
}

fn minutes(from: u32, to: u32) -> Option<queue_place::Wait> {
    Some(queue_place::Wait::Between(msg::WaitMinutes { from, to }))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_channel_is_asked_by_the_keyboard_alone() -> Result<()> {
    let relay = Relay::start()?;
    let mut desktop = Desktop::start()?;
    let link = format!("http://{}/c/{ID}", relay.address()?);
    desktop.spawn_in("C.UTF-8", PROGRAM, &[&link])?;
    let mut sos = asked(&relay).await?;
    // *Send* is the main button.
    desktop.shows(ACCENT, 8_000).await?;
    desktop.focused("Ponte")?;
    desktop.picture("call-form")?;

    // Send without what is required: said beside the fields, and the first of them has the keyboard.
    desktop.run("xdotool", &["key", "shift+Tab", "Return"])?;
    desktop.run("xdotool", &["type", "--delay", "15", "Maria Souza"])?;
    desktop.picture("call-form-missing")?;
    desktop.run("xdotool", &["key", "Tab"])?;
    desktop.run("xdotool", &["type", "--delay", "15", "3238 1234"])?;
    desktop.run("xdotool", &["key", "Tab", "Tab", "Tab", "space", "Tab", "Tab"])?;
    desktop.run("xdotool", &["type", "--delay", "15", "The printer does not print"])?;

    // The picture: opened, a box added and moved, and back.
    desktop.run("xdotool", &["key", "Tab", "Return"])?;
    wide(&desktop, 1000)?;
    desktop.run("xdotool", &["key", "Tab", "Tab", "Return"])?;
    desktop.shows(BLACK, 5_000).await?;
    desktop.run("xdotool", &["key", "Left", "Left", "shift+Right", "shift+Down"])?;
    desktop.picture("call-blackout")?;
    desktop.run("xdotool", &["key", "Escape"])?;
    wide(&desktop, 640)?;
    desktop.picture("call-form-filled")?;
    // The keyboard is back where the page was opened: past *Leave it out*, *Take it again* and what becomes of it all
    // comes *Send*.
    desktop.run("xdotool", &["key", "Tab", "Tab", "Tab", "Return"])?;
    desktop.picture("call-privacy")?;
    desktop.run("xdotool", &["key", "Tab", "Return"])?;
    let request = request(&mut sos).await?;
    assert_eq!((request.name.as_str(), request.contact.as_str()), ("Maria Souza", "3238 1234"));
    assert_eq!(request.subject, "The printer does not print");
    assert_eq!((request.department.as_str(), &request.category), ("", &vec![2; 16]));

    let opened = msg::SessionOpened {
        attachments: None,
        number: 1042,
        subject: "The printer does not print".into(),
        person: "Maria Souza".into(),
    };
    sos.tell(to_sos::Body::SessionOpened(opened)).await?;
    sos.tell(place(4, minutes(4, 9))).await?;
    wide(&desktop, 580)?;
    desktop.shows(WASH, 20_000).await?;
    desktop.picture("call-waiting")?;
    // Taking it back is asked twice, and the first press is not the second.
    desktop.run("xdotool", &["key", "shift+Tab", "Return"])?;
    desktop.shows(ACCENT, 4_000).await?;
    desktop.picture("call-cancel")?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_wait_and_every_refusal_are_said_in_each_language() -> Result<()> {
    let mut desktop = Desktop::start()?;
    for (locale, name) in [("pt_BR.UTF-8", "pt-BR"), ("ru_RU.UTF-8", "ru")] {
        let relay = Relay::start()?;
        let link = format!("http://{}/c/{ID}", relay.address()?);
        desktop.spawn_in(locale, PROGRAM, &[&link])?;
        let mut sos = asked(&relay).await?;
        desktop.shows(ACCENT, 8_000).await?;
        desktop.focused("Ponte")?;
        desktop.run("xdotool", &["type", "--delay", "15", "Maria"])?;
        desktop.run("xdotool", &["key", "Tab", "Tab", "Tab", "space", "Tab", "Tab", "Tab"])?;
        desktop.run("xdotool", &["type", "--delay", "15", "help"])?;
        desktop.run(
            "xdotool",
            &[
                "key",
                "shift+Tab",
                "shift+Tab",
                "shift+Tab",
                "shift+Tab",
                "shift+Tab",
                "shift+Tab",
                "shift+Tab",
                "Return",
            ],
        )?;
        request(&mut sos).await?;
        let in_14_hours = ponte_sos::clock::now().after(std::time::Duration::from_secs(14 * 3600)).0;
        let no = msg::CallRefused { reason: "outside_hours".into(), again_at: in_14_hours };
        sos.tell(to_sos::Body::CallRefused(no)).await?;
        desktop.picture(&format!("call-closed-{name}"))?;
        desktop.end_last()?;
    }
    Ok(())
}
