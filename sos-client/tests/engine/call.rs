//! Asking a channel for help: what leaves the machine and when, and what a break does to it.

use std::sync::Arc;

use anyhow::Result;
use ponte_desktop::{Rect, Still};
use ponte_sos::{
    config::Start,
    view::{CallProblem, CallStage, Command, Ending, Filled, PictureSent, Place, View, Wait},
};
use ponte_types::UnixMillis;
use ponte_wire::msg::{self, CallFieldKind, from_sos, queue_place, sos_hello::Purpose, to_sos};

use super::{
    Person,
    common::{self, Relay},
    here,
};

const ID: &str = "0192f0c1-2b3c-7d4e-8f50-616263646566";

fn start(relay: &Relay) -> Result<Start> {
    let link = format!("http://{}/c/{ID}", relay.address()?);
    Ok(link.parse::<ponte_sos::link::AnyLink>()?.into())
}

/// Its facts take long: they are not there when Send is pressed.
fn person(relay: &Relay) -> Result<Person> {
    Person::start(start(relay)?, None, None, here)
}

fn form() -> to_sos::Body {
    let field =
        |kind: CallFieldKind, required| msg::CallField { kind: kind.into(), required, label: String::new() };
    to_sos::Body::CallForm(msg::CallForm {
        channel: "Finance".into(),
        fields: vec![field(CallFieldKind::CallName, true), field(CallFieldKind::CallSubject, true)],
        categories: vec![],
        privacy: String::new(),
    })
}

async fn welcomed(sos: &mut common::Sos, session: Option<u64>) -> Result<()> {
    let session = session.map(|number| msg::SessionOpened { number, ..msg::SessionOpened::default() });
    let welcome = msg::Welcome { desk_name: "Desk".into(), resume_token: vec![9; 32], code: None, session };
    sos.tell(to_sos::Body::Welcome(welcome)).await
}

/// A program with the form before the person.
async fn asked(relay: &Relay) -> Result<(Person, common::Sos)> {
    let mut person = person(relay)?;
    let (mut sos, hello) = relay.accept().await?;
    assert!(matches!(&hello.purpose, Some(Purpose::OpenCall(open)) if open.link_id.len() == 16));
    assert_eq!(hello.device, None, "nothing is told of the machine");
    welcomed(&mut sos, None).await?;
    sos.tell(form()).await?;
    person.sees(|view| stage(view).filter(|it| *it == CallStage::Hiding)).await?;
    person.presses(Command::Hidden).await?;
    person.sees(|view| stage(view).filter(|it| *it == CallStage::Filling)).await?;
    Ok((person, sos))
}

fn stage(view: &View) -> Option<CallStage> {
    if let View::Call(form) = view { Some(form.stage) } else { None }
}

fn filled(picture: Option<Vec<Rect>>, view: &View) -> Filled {
    let of = |view: &View| if let View::Call(form) = view { form.picture.clone() } else { None };
    let picture = picture.and_then(|parts| Some((of(view)?, parts)));
    Filled { name: "Maria".into(), subject: "No paper".into(), picture, ..Filled::default() }
}

async fn call(sos: &mut common::Sos) -> Result<msg::CallRequest> {
    loop {
        match sos.next().await? {
            from_sos::Body::Call(request) => return Ok(request),
            from_sos::Body::Device(_) => {}
            other => anyhow::bail!("{other:?} before the form was sent"),
        }
    }
}

fn waiting(view: &View) -> Option<(u64, Option<Place>, bool)> {
    match view {
        View::Waiting { number, place, online, .. } => Some((*number, *place, *online)),
        _ => None,
    }
}

#[tokio::test]
async fn nothing_leaves_the_machine_before_send() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, mut sos) = asked(&relay).await?;
    // The screen's size changes, facts are gathered anew: still nothing is told. What comes first is the form.
    person.events.send(ponte_sos::engine::desktop::DesktopEvent::Resized).await?;
    let view = person.view.borrow().clone();
    person.presses(Command::Call(Box::new(filled(None, &view)))).await?;
    let from_sos::Body::Call(request) = sos.next().await? else { anyhow::bail!("something else came first") };
    assert_eq!((request.name.as_str(), request.subject.as_str()), ("Maria", "No paper"));
    assert!(request.device.is_some() && request.id.len() == 16);
    person.sees(|view| (stage(view) == Some(CallStage::Sending)).then_some(())).await?;

    let opened = msg::SessionOpened {
        number: 12,
        subject: "No paper".into(),
        person: "Maria".into(),
        attachments: None,
    };
    sos.tell(to_sos::Body::SessionOpened(opened)).await?;
    person.sees(|view| waiting(view).filter(|it| *it == (12, None, true))).await?;
    let place = msg::QueuePlace {
        place: 3,
        wait: Some(queue_place::Wait::Between(msg::WaitMinutes { from: 4, to: 9 })),
        ..msg::QueuePlace::default()
    };
    sos.tell(to_sos::Body::Place(place)).await?;
    let wait = Wait::Minutes { from: 4, to: 9 };
    let expected = Place { place: 3, about: false, taken: false, wait, opens_at: None };
    person.sees(|view| waiting(view).filter(|it| it.1 == Some(expected))).await?;

    // Who closes the window has not taken the request back.
    let Person { commands, engine, .. } = person;
    commands.send(Command::Stop).await?;
    tokio::time::timeout(super::WITHIN, engine).await???;
    while let Ok(body) = sos.next().await {
        assert!(!matches!(body, from_sos::Body::Leave(_)), "the request is not taken back");
    }
    Ok(())
}

#[tokio::test]
async fn a_request_that_was_not_answered_is_sent_again_and_is_the_same() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, mut sos) = asked(&relay).await?;
    let view = person.view.borrow().clone();
    person.presses(Command::Call(Box::new(filled(None, &view)))).await?;
    let first = call(&mut sos).await?;
    sos.cut();

    // It may have been opened: it asks for that first.
    let (mut sos, hello) = relay.accept().await?;
    assert!(matches!(hello.purpose, Some(Purpose::Resume(_))));
    let no = msg::Refused { code: "not_found".into(), retry_after_seconds: 0 };
    sos.tell(to_sos::Body::Refused(no)).await?;
    let (mut sos, hello) = relay.accept().await?;
    assert!(matches!(hello.purpose, Some(Purpose::OpenCall(_))));
    welcomed(&mut sos, None).await?;
    sos.tell(form()).await?;
    let again = call(&mut sos).await?;
    assert_eq!((again.id, again.name), (first.id, first.name));
    sos.cut();

    // This time it had been opened.
    let (mut sos, hello) = relay.accept().await?;
    assert!(matches!(hello.purpose, Some(Purpose::Resume(_))));
    welcomed(&mut sos, Some(5)).await?;
    person.sees(|view| waiting(view).filter(|it| it.0 == 5 && it.2)).await?;

    // The relay is away: the wait stays before the person, and nothing is lost.
    sos.cut();
    person.sees(|view| waiting(view).filter(|it| !it.2)).await?;
    let (mut sos, hello) = relay.accept().await?;
    assert!(matches!(hello.purpose, Some(Purpose::Resume(_))));
    welcomed(&mut sos, Some(5)).await?;
    person.sees(|view| waiting(view).filter(|it| it.2)).await?;
    person.presses(Command::Cancel).await?;
    sos.leaves().await?;
    person.sees(|view| matches!(view, View::Ended(_)).then_some(())).await?;
    person.leaves().await
}

#[tokio::test]
async fn what_is_written_while_the_relay_is_away_is_sent_when_it_is_back() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, sos) = asked(&relay).await?;
    let view = person.view.borrow().clone();
    sos.cut();
    person.sees(|view| matches!(view, View::Call(form) if !form.online).then_some(())).await?;
    person.presses(Command::Call(Box::new(filled(None, &view)))).await?;
    person.sees(|view| (stage(view) == Some(CallStage::Sending)).then_some(())).await?;
    let (mut sos, mut hello) = relay.accept().await?;
    if matches!(hello.purpose, Some(Purpose::Resume(_))) {
        // It was sent in the moment in which it connected.
        let no = msg::Refused { code: "not_found".into(), retry_after_seconds: 0 };
        sos.tell(to_sos::Body::Refused(no)).await?;
        (sos, hello) = relay.accept().await?;
    }
    assert!(matches!(hello.purpose, Some(Purpose::OpenCall(_))));
    welcomed(&mut sos, None).await?;
    assert_eq!(call(&mut sos).await?.subject, "No paper");
    person.leaves().await
}

#[tokio::test]
async fn a_refusal_says_why_and_keeps_what_was_filled_in() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, mut sos) = asked(&relay).await?;
    let view = person.view.borrow().clone();
    let at = UnixMillis(1_900_000_000_000);
    let cases = [
        ("outside_hours", at.0, CallProblem::OutsideHours { again_at: Some(at) }),
        ("paused", 0, CallProblem::Paused { again_at: None }),
        ("full", 0, CallProblem::Full),
        ("form", 0, CallProblem::OtherForm),
        ("too_many_requests", 0, CallProblem::TooMany),
        ("unavailable", 0, CallProblem::Failed),
    ];
    let mut ids = std::collections::BTreeSet::new();
    for (reason, again_at, problem) in cases {
        person.presses(Command::Call(Box::new(filled(None, &view)))).await?;
        ids.insert(call(&mut sos).await?.id);
        sos.tell(to_sos::Body::CallRefused(msg::CallRefused { reason: reason.into(), again_at })).await?;
        person.sees(|view| stage(view).filter(|it| *it == CallStage::Refused(problem))).await?;
    }
    assert_eq!(ids.len(), cases.len(), "another press is another request");
    let gone = msg::Refused { code: "link_expired".into(), retry_after_seconds: 0 };
    sos.tell(to_sos::Body::Refused(gone)).await?;
    person.sees(|view| (*view == View::Ended(Ending::NoSuchCall)).then_some(())).await?;

    // By the same link one may try again, in the same window.
    person.presses(Command::Again).await?;
    let (mut sos, hello) = relay.accept().await?;
    assert!(matches!(hello.purpose, Some(Purpose::OpenCall(_))));
    let gone = msg::Refused { code: "link_expired".into(), retry_after_seconds: 0 };
    sos.tell(to_sos::Body::Refused(gone)).await?;
    person.sees(|view| (*view == View::Ended(Ending::NoSuchCall)).then_some(())).await?;
    person.leaves().await
}

#[tokio::test]
async fn the_window_goes_away_for_a_picture_and_comes_back_with_it() -> Result<()> {
    let relay = Relay::start()?;
    let mut person = person(&relay)?;
    let (mut sos, _) = relay.accept().await?;
    welcomed(&mut sos, None).await?;
    sos.tell(form()).await?;
    person.sees(|view| stage(view).filter(|it| *it == CallStage::Hiding)).await?;
    person.presses(Command::Hidden).await?;
    let picture = |view: &View| match view {
        View::Call(form) if form.stage == CallStage::Filling => form.picture.clone(),
        _ => None,
    };
    let first = person.sees(picture).await?;
    assert_eq!(first.0.size(), (16, 8));
    person.presses(Command::TakeAgain).await?;
    person.sees(|view| stage(view).filter(|it| *it == CallStage::Hiding)).await?;
    person.presses(Command::Hidden).await?;
    let second = person.sees(|view| picture(view).filter(|it| *it != first)).await?;
    assert!(!Arc::ptr_eq(&first.0, &second.0));

    // Left out: nothing of it is told.
    let view = person.view.borrow().clone();
    person.presses(Command::Call(Box::new(filled(None, &view)))).await?;
    call(&mut sos).await?;
    sos.tell(to_sos::Body::SessionOpened(msg::SessionOpened { number: 1, ..Default::default() })).await?;
    person.sees(|view| matches!(view, View::Waiting { picture: PictureSent::No, .. }).then_some(())).await?;
    person.leaves().await
}

/// What the test's desktop shows.
pub(super) fn screen() -> Still {
    Still::from_bgra(16, 8, &[200; 16 * 8 * 4]).unwrap()
}

#[tokio::test]
async fn a_session_that_was_not_asked_for_takes_nobodys_form_away() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, mut sos) = asked(&relay).await?;
    let unasked = msg::SessionOpened { number: 666, ..msg::SessionOpened::default() };
    sos.tell(to_sos::Body::SessionOpened(unasked)).await?;
    // What comes after it has been heard, so that has been, too.
    sos.tell(form()).await?;
    let filled = person.sees(|view| stage(view).map(|_| filled(None, view))).await?;
    person.presses(Command::Call(Box::new(filled))).await?;
    assert_eq!(call(&mut sos).await?.name, "Maria", "the form is still there to be sent");
    person.leaves().await
}
