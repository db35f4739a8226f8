//! The engine without window and desktop, against a relay and a technician made for the test.

#![allow(clippy::unwrap_used)]

#[path = "engine/call.rs"]
mod call;
mod common;
#[path = "engine/files.rs"]
mod files;

use std::{
    future::ready,
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};

use anyhow::{Context as _, Result};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use common::Relay;
use ponte_desktop::input::Command as Inject;
use ponte_seal::TechnicianSecret;
use ponte_session::gate::Proof;
use ponte_sos::{
    config::{Config, Start},
    engine::{
        Engine, LookUp,
        desktop::{Desktop, DesktopEvent, Gather, TakeStill},
    },
    known::{Known, KnownRelays},
    link::RelayAddress,
    trust::Fingerprint,
    view::{Coming, Command, Course, Ending, Replaced, View},
};
use ponte_types::{DeviceFacts, EndReason, Grant};
use ponte_wire::msg::{self, from_end_user, from_sos, from_technician, sos_hello::Purpose, to_sos};
use tokio::{
    sync::{mpsc, watch},
    time::timeout,
};

const WITHIN: Duration = Duration::from_secs(20);
const OTHER: Fingerprint = Fingerprint([0xab; 32]);

/// Its facts are there when something is sent or the sender is gone.
struct NoDesktop {
    gathered: Arc<Mutex<std::sync::mpsc::Receiver<()>>>,
    /// How much input it takes.
    room: Arc<AtomicU32>,
    /// What it was told about input: `true` opens its gate.
    gate: Arc<Mutex<Vec<bool>>>,
}

impl Desktop for NoDesktop {
    fn want_frames(&self, _: bool) {}
    fn key_frame(&self) {}
    fn pointer_again(&self) {}
    fn delivered(&self) {}
    fn allow_input(&self, allowed: bool) {
        self.gate.lock().unwrap().push(allowed);
    }
    fn input(&self, _: u32, _: Inject) -> bool {
        self.room.fetch_update(SeqCst, SeqCst, |room| room.checked_sub(1)).is_ok()
    }
    fn border(&self, _: bool) {}
    fn still(&self) -> TakeStill {
        Box::new(|| Some(call::screen()))
    }
    fn facts(&self) -> Gather {
        let gather = self.gathered.clone();
        Box::new(move || {
            let _ = gather.lock().unwrap().recv();
            DeviceFacts { host_name: ponte_types::Line::cut("test"), ..DeviceFacts::default() }
        })
    }
}

/// A running engine, and the person in front of it.
struct Person {
    view: watch::Receiver<View>,
    commands: mpsc::Sender<Command>,
    known: PathBuf,
    engine: tokio::task::JoinHandle<Result<()>>,
    events: mpsc::Sender<DesktopEvent>,
    room: Arc<AtomicU32>,
    gate: Arc<Mutex<Vec<bool>>>,
    // Kept: the files stay as long as the test.
    _folder: tempfile::TempDir,
}

impl Person {
    /// Starts the program on a machine that remembers one relay, or none.
    fn start(
        start: Start,
        pin: Option<(RelayAddress, Fingerprint)>,
        remembers: Option<Known>,
        look_up: LookUp,
    ) -> Result<Self> {
        Self::with_slow_facts(start, pin, remembers, look_up).map(|(person, _)| person)
    }
    /// The machine's facts are known when the sender is dropped.
    fn with_slow_facts(
        start: Start,
        pin: Option<(RelayAddress, Fingerprint)>,
        remembers: Option<Known>,
        look_up: LookUp,
    ) -> Result<(Self, std::sync::mpsc::Sender<()>)> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("known_relays.toml");
        let mut known = KnownRelays::open(&path)?;
        if let Some(remembered) = remembers {
            known.remember(start.relay(), remembered)?;
        }
        let (view, shown) = watch::channel(View::AskRelay);
        let (commands, orders) = mpsc::channel(16);
        let (events, reported) = mpsc::channel(16);
        let (gathered, gathering) = std::sync::mpsc::channel();
        let (room, gate) = (Arc::new(AtomicU32::new(u32::MAX)), Arc::default());
        let wait_for = Arc::new(Mutex::new(gathering));
        let desktop =
            Box::new(NoDesktop { gathered: wait_for, room: Arc::clone(&room), gate: Arc::clone(&gate) });
        let config = Config {
            start: Some(start),
            pin,
            known_relays: path.clone(),
            downloads: Some(folder.path().join("Downloads")),
        };
        let engine =
            Engine::new(config, known, desktop, reported, orders, view, Arc::new(|| {})).looking_up(look_up);
        let engine = tokio::spawn(engine.run());
        let person = Self { view: shown, commands, known: path, engine, events, room, gate, _folder: folder };
        Ok((person, gathered))
    }
    /// Waits until the window shows this.
    async fn sees<T>(&mut self, pick: impl Fn(&View) -> Option<T>) -> Result<T> {
        let found = timeout(WITHIN, self.view.wait_for(|view| pick(view).is_some())).await;
        let view = found.with_context(|| "not seen").map(|v| v.map(|v| v.clone()));
        let view = view.with_context(|| format!("shown: {:?}", *self.view.borrow()))??;
        pick(&view).context("gone again")
    }
    async fn sees_view(&mut self, wanted: &View) -> Result<()> {
        self.sees(|view| (view == wanted).then_some(())).await.with_context(|| format!("wanted {wanted:?}"))
    }
    async fn presses(&self, command: Command) -> Result<()> {
        Ok(self.commands.send(command).await?)
    }
    fn remembers(&self, relay: &RelayAddress) -> Result<Option<Known>> {
        Ok(KnownRelays::open(&self.known)?.get(relay))
    }
    /// Closes the window.
    async fn leaves(self) -> Result<()> {
        let Self { commands, engine, .. } = self;
        drop(commands);
        timeout(WITHIN, engine).await??
    }
}

/// All names are this machine.
fn here(relay: &RelayAddress) -> ponte_sos::engine::Addresses {
    Box::pin(ready(Ok(vec![SocketAddr::from(([127, 0, 0, 1], relay.port))])))
}

fn address(relay: &Relay) -> Result<RelayAddress> {
    Ok(RelayAddress { host: "desk.example".into(), port: relay.port()? })
}

/// A link to a relay, with a certificate named in it.
fn link(relay: &RelayAddress, named: Fingerprint) -> Result<Start> {
    let secret = URL_SAFE_NO_PAD.encode([5; 16]);
    let id = "0192f0c1-2b3c-7d4e-8f50-616263646566";
    Ok(Start::Link(format!("https://{relay}/j/{id}?fp={named}#{secret}").parse()?))
}

fn unknown(relay: &RelayAddress, fingerprint: Option<Fingerprint>) -> View {
    View::UnknownRelay { host: relay.to_string(), fingerprint }
}
fn changed(relay: &RelayAddress, expected: Option<Fingerprint>, found: Fingerprint) -> View {
    View::ChangedRelay { host: relay.to_string(), expected, found }
}
fn wrong(relay: &RelayAddress, expected: Fingerprint, found: Fingerprint) -> View {
    View::WrongRelay { host: relay.to_string(), expected, found }
}

fn ready_page(view: &View) -> Option<()> {
    matches!(view, View::Ready { .. }).then_some(())
}
fn number(view: &View) -> Option<(String, Option<Replaced>)> {
    match view {
        View::Code { digits, replaced, .. } => Some((digits.clone(), *replaced)),
        _ => None,
    }
}

#[tokio::test]
async fn a_fingerprint_in_a_link_skips_no_page_and_pins_the_certificate() -> Result<()> {
    static CALLS: AtomicU32 = AtomicU32::new(0);
    fn counted(relay: &RelayAddress) -> ponte_sos::engine::Addresses {
        CALLS.fetch_add(1, SeqCst);
        here(relay)
    }
    let relay = Relay::start()?;
    let address = address(&relay)?;
    let mut person = Person::start(link(&address, relay.fingerprint)?, None, None, counted)?;
    person.sees_view(&unknown(&address, None)).await?;
    assert_eq!(CALLS.load(SeqCst), 0, "nothing is sent before the person agrees");
    person.presses(Command::TrustRelay(None)).await?;
    let (mut sos, hello) = relay.accept().await?;
    assert!(matches!(hello.purpose, Some(Purpose::OpenInvite(_))));
    sos.welcome_session().await?;
    person.sees(ready_page).await?;
    assert_eq!(person.remembers(&address)?, Some(Known::Pinned(relay.fingerprint)));
    person.leaves().await
}

#[tokio::test]
async fn a_fingerprint_in_the_configuration_skips_no_page() -> Result<()> {
    let relay = Relay::start()?;
    let address = address(&relay)?;
    let pin = Some((address.clone(), relay.fingerprint));
    let mut person = Person::start(Start::Code(address.clone()), pin, None, here)?;
    person.sees_view(&unknown(&address, None)).await?;
    person.presses(Command::TrustRelay(None)).await?;
    let (mut sos, _) = relay.accept().await?;
    sos.welcome_code("48291").await?;
    person.sees(number).await?;
    person.leaves().await
}

#[tokio::test]
async fn a_relay_that_is_not_the_one_that_the_link_names_is_refused() -> Result<()> {
    let relay = Relay::start()?;
    let address = address(&relay)?;
    let mut person = Person::start(link(&address, OTHER)?, None, None, here)?;
    person.sees_view(&unknown(&address, None)).await?;
    person.presses(Command::TrustRelay(None)).await?;
    relay.is_refused().await?;
    person.sees_view(&wrong(&address, OTHER, relay.fingerprint)).await?;
    // There is nothing to agree to: this leads nowhere, and trying again leads back to the first page.
    person.presses(Command::TrustRelay(Some(relay.fingerprint))).await?;
    person.presses(Command::Again).await?;
    person.sees_view(&unknown(&address, None)).await?;
    assert_eq!(person.remembers(&address)?, None);
    person.leaves().await
}

#[tokio::test]
async fn a_link_replaces_no_fingerprint_that_is_remembered() -> Result<()> {
    let relay = Relay::start()?;
    let address = address(&relay)?;
    let remembered = Known::Pinned(relay.fingerprint);
    let mut person = Person::start(link(&address, OTHER)?, None, Some(remembered), here)?;
    let page = changed(&address, Some(relay.fingerprint), OTHER);
    person.sees_view(&page).await?;
    // A click that was meant for another page is no agreement.
    person.presses(Command::TrustRelay(None)).await?;
    person.presses(Command::TrustRelay(Some(OTHER))).await?;
    relay.is_refused().await?;
    person.sees_view(&wrong(&address, OTHER, relay.fingerprint)).await?;
    assert_eq!(person.remembers(&address)?, Some(remembered), "only a relay that shows it replaces it");
    person.presses(Command::Again).await?;
    person.sees_view(&page).await?;
    person.leaves().await
}

#[tokio::test]
async fn a_changed_certificate_is_remembered_when_the_person_says_so_and_not_before() -> Result<()> {
    let relay = Relay::start()?;
    let address = address(&relay)?;
    let remembered = Known::Pinned(OTHER);
    let mut person = Person::start(Start::Code(address.clone()), None, Some(remembered), here)?;
    relay.is_refused().await?;
    person.sees_view(&changed(&address, Some(OTHER), relay.fingerprint)).await?;
    assert_eq!(person.remembers(&address)?, Some(remembered));
    person.presses(Command::TrustRelay(Some(relay.fingerprint))).await?;
    let (mut sos, _) = relay.accept().await?;
    sos.welcome_code("48291").await?;
    person.sees(number).await?;
    assert_eq!(person.remembers(&address)?, Some(Known::Pinned(relay.fingerprint)));
    person.leaves().await
}

#[tokio::test]
async fn a_link_does_not_stand_in_for_the_authority_that_vouched_before() -> Result<()> {
    let relay = Relay::start()?;
    let address = address(&relay)?;
    let start = link(&address, relay.fingerprint)?;
    let mut person = Person::start(start, None, Some(Known::WebPki), here)?;
    relay.is_refused().await?;
    person.sees_view(&changed(&address, None, relay.fingerprint)).await?;
    assert_eq!(person.remembers(&address)?, Some(Known::WebPki));
    person.leaves().await
}

/// The program shows a number, and a technician has just proved it.
async fn proven(relay: &Relay) -> Result<(Person, common::Sos)> {
    let start = Start::Code(relay.address()?.parse()?);
    let mut person = Person::start(start, None, None, here)?;
    let (mut sos, _) = relay.accept().await?;
    sos.welcome_code("48291").await?;
    let (digits, replaced) = person.sees(number).await?;
    assert_eq!((&digits[..5], replaced), ("48291", None));
    sos.pair(TechnicianSecret::Code(digits.as_bytes()[5..].try_into()?)).await?;
    person.sees(ready_page).await?;
    Ok((person, sos))
}

#[tokio::test]
async fn a_technician_who_is_gone_before_the_session_opens_leaves_a_new_number() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, mut sos) = proven(&relay).await?;
    sos.viewer_leaves().await?;
    while !matches!(sos.next().await?, from_sos::Body::NewCode(_)) {}
    sos.tell(to_sos::Body::Code(msg::CodeIssued { routing: "70707".into(), valid_seconds: 600 })).await?;
    let (digits, replaced) = person.sees(number).await?;
    assert_eq!((&digits[..5], replaced), ("70707", Some(Replaced::CutOff)));
    // The new one is as good as the first.
    sos.pair(TechnicianSecret::Code(digits.as_bytes()[5..].try_into()?)).await?;
    person.sees(ready_page).await?;
    person.leaves().await
}

#[tokio::test]
async fn a_link_that_breaks_before_the_session_opens_leaves_a_new_number() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, sos) = proven(&relay).await?;
    sos.cut();
    let (mut sos, hello) = relay.accept().await?;
    assert!(matches!(hello.purpose, Some(Purpose::Resume(_))));
    // To the relay the number was never used.
    sos.welcome_code("48291").await?;
    let (digits, replaced) = person.sees(number).await?;
    assert_eq!((&digits[..5], replaced), ("48291", Some(Replaced::CutOff)));
    sos.pair(TechnicianSecret::Code(digits.as_bytes()[5..].try_into()?)).await?;
    person.leaves().await
}

#[tokio::test]
async fn a_number_that_was_not_asked_for_is_not_shown_and_opens_nothing() -> Result<()> {
    let relay = Relay::start()?;
    let mut person = Person::start(link(&relay.address()?.parse()?, relay.fingerprint)?, None, None, here)?;
    let (mut sos, hello) = relay.accept().await?;
    assert!(matches!(hello.purpose, Some(Purpose::OpenInvite(_))));
    sos.welcome_code("48291").await?;
    person.sees(ready_page).await?;
    person.leaves().await
}

#[tokio::test]
async fn facts_that_take_long_hold_up_nothing_and_follow() -> Result<()> {
    let relay = Relay::start()?;
    let start = Start::Code(relay.address()?.parse()?);
    let (mut person, gathered) = Person::with_slow_facts(start, None, None, here)?;
    let (mut sos, hello) = relay.accept().await?;
    assert_eq!(hello.device.context("a device")?.host_name, None);
    sos.welcome_code("48291").await?;
    person.sees(number).await?;
    drop(gathered);
    let from_sos::Body::Device(device) = sos.next().await? else { anyhow::bail!("no facts") };
    assert_eq!(device.host_name.as_deref(), Some("test"));
    person.leaves().await
}

async fn says_yes(person: &mut Person, sos: &mut common::Sos, grant: msg::GrantKind) -> Result<()> {
    sos.say(from_technician::Body::Ask(msg::AskGrant { grant: grant.into() })).await?;
    let question = |view: &View| match view {
        View::Question { question, .. } => Some(question.clone()),
        _ => None,
    };
    let question = person.sees(question).await?;
    person.presses(Command::Answer { question, yes: true }).await
}

/// A technician has asked for a right, and has it.
async fn granted(person: &mut Person, sos: &mut common::Sos, grant: msg::GrantKind) -> Result<()> {
    says_yes(person, sos, grant).await?;
    let all = [msg::GrantKind::View, msg::GrantKind::GrantControl];
    sos.granted(&all[..if grant == msg::GrantKind::View { 1 } else { 2 }]).await
}

#[tokio::test]
async fn the_relay_is_told_who_may_see_and_again_after_each_break() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, mut sos) = proven(&relay).await?;
    says_yes(&mut person, &mut sos, msg::GrantKind::View).await?;
    assert_eq!(sos.watchers().await?, [common::VIEWER.to_vec()]);
    sos.say(from_technician::Body::GiveBack(msg::GiveBack { grant: msg::GrantKind::View.into() })).await?;
    assert!(sos.watchers().await?.is_empty());
    person.leaves().await
}

#[tokio::test]
async fn each_time_it_changes_who_may_see_there_is_another_key() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, mut sos) = proven(&relay).await?;
    says_yes(&mut person, &mut sos, msg::GrantKind::View).await?;
    let (first, key) = sos.picture_key().await?;
    sos.say(from_technician::Body::GiveBack(msg::GiveBack { grant: msg::GrantKind::View.into() })).await?;
    assert!(sos.watchers().await?.is_empty());
    says_yes(&mut person, &mut sos, msg::GrantKind::View).await?;
    let (second, other) = sos.picture_key().await?;
    assert_eq!((first, second, key == other), (1, 2, false));

    // A console that pairs anew has forgotten its key: it gets one of its own, and what it recorded stays shut.
    sos.resumes().await?;
    let (third, another) = sos.picture_key().await?;
    assert_eq!((third, another == other), (3, false));
    person.leaves().await
}

#[tokio::test]
async fn stop_works_while_the_network_is_cut_and_nothing_comes_back_after_it() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, mut sos) = proven(&relay).await?;
    granted(&mut person, &mut sos, msg::GrantKind::View).await?;
    granted(&mut person, &mut sos, msg::GrantKind::GrantControl).await?;
    sos.cut();
    // The bar stays: the technician's rights wait for their return.
    let waits = |view: &View| match view {
        View::Session { online: false, holders, .. } if holders.len() == 1 => Some(()),
        _ => None,
    };
    person.sees(waits).await?;
    let (sos, _) = relay.accept().await?;
    // Connected, and not yet welcomed: Escape counts, as the technician would be let in again without a question.
    person.events.send(DesktopEvent::Stop).await?;
    drop(sos);
    person.sees_view(&View::Ended(Ending::Reason(EndReason::EndUser))).await
}

#[tokio::test]
async fn control_is_taken_back_while_the_network_is_cut() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, mut sos) = proven(&relay).await?;
    granted(&mut person, &mut sos, msg::GrantKind::View).await?;
    granted(&mut person, &mut sos, msg::GrantKind::GrantControl).await?;
    drop(relay);
    sos.cut();
    let controls = |wanted: bool| {
        move |view: &View| match view {
            View::Session { online: false, holders, .. } => {
                let control = holders.iter().any(|it| it.grants.contains(Grant::Control));
                (control == wanted).then_some(())
            }
            _ => None,
        }
    };
    person.sees(controls(true)).await?;
    person.presses(Command::TakeBackControl).await?;
    person.sees(controls(false)).await?;
    person.leaves().await
}

#[tokio::test]
async fn who_comes_to_look_hears_what_limits_the_picture() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, mut sos) = proven(&relay).await?;
    person.events.send(DesktopEvent::Notice("no_damage")).await?;
    granted(&mut person, &mut sos, msg::GrantKind::View).await?;
    let told = sos.hear(|body| match body {
        from_end_user::Body::Capture(state) => Some((state.ok, state.reason.clone())),
        _ => None,
    });
    assert_eq!(told.await?, (true, "no_damage".to_owned()));
    person.leaves().await
}

#[tokio::test]
async fn input_that_does_not_fit_is_not_dropped_in_silence() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, mut sos) = proven(&relay).await?;
    granted(&mut person, &mut sos, msg::GrantKind::View).await?;
    granted(&mut person, &mut sos, msg::GrantKind::GrantControl).await?;
    person.room.store(1, SeqCst);
    for (seq, down) in [(1, true), (2, false)] {
        let key = msg::Key { seq, code: "KeyA".into(), key: "a".into(), down };
        sos.say(from_technician::Body::Key(key)).await?;
    }
    let (_, hello) = relay.accept().await?;
    assert!(matches!(hello.purpose, Some(Purpose::Resume(_))), "it connects again");
    assert_eq!(person.gate.lock().unwrap().last(), Some(&false), "and everything is let go");
    person.leaves().await
}

#[tokio::test]
async fn who_comes_later_without_the_secret_is_shown_with_words_and_how_they_come() -> Result<()> {
    let relay = Relay::start()?;
    let (mut person, mut sos) = proven(&relay).await?;
    sos.tell(to_sos::Body::SessionOpened(msg::SessionOpened::default())).await?;
    granted(&mut person, &mut sos, msg::GrantKind::View).await?;
    sos.viewer_leaves().await?;
    let words = sos.pair_as(TechnicianSecret::Words, msg::ViewerRole::TakesOver, "Bia").await?;
    sos.granted(&[]).await?;
    sos.say(from_technician::Body::Ask(msg::AskGrant { grant: msg::GrantKind::View.into() })).await?;
    let (question, coming) = person
        .sees(|view| match view {
            View::Question { question, coming, .. } => Some((question.clone(), coming.clone())),
            _ => None,
        })
        .await?;
    let words = words.context("words")?;
    assert_eq!(question.proof, Proof::Joiner { words, introduced_by: None });
    assert_eq!(coming, Coming::Instead("Bia".to_owned()));
    // Who is let in says that they know them, while the question stands: it says so, too. Here nobody is let in.
    let introduce = msg::Introduce { technician_id: vec![2; 16], lets_see: true };
    sos.say(from_technician::Body::Introduce(introduce)).await?;
    person.presses(Command::Answer { question, yes: true }).await?;
    sos.granted(&[msg::GrantKind::View]).await?;
    let shown = person.sees(|view| match view {
        View::Session { holders, .. } => Some(holders.clone()),
        _ => None,
    });
    assert_eq!(shown.await?[0].coming, Coming::Instead("Bia".to_owned()));
    person.leaves().await
}

#[tokio::test]
async fn words_are_no_way_into_a_session_that_nobody_has_proved() -> Result<()> {
    let relay = Relay::start()?;
    let address = relay.address()?;
    let mut person = Person::start(Start::Code(address.parse()?), None, None, here)?;
    let (mut sos, _) = relay.accept().await?;
    sos.welcome_code("48291").await?;
    person.sees(number).await?;
    let refused = sos.pair(TechnicianSecret::Words).await;
    assert!(refused.is_err_and(|error| error.to_string().contains("wrong_code")));
    person.leaves().await
}

fn course(view: &View) -> Option<Course> {
    match view {
        View::Ready { course, .. } => Some(*course),
        _ => None,
    }
}

#[tokio::test]
async fn the_person_is_told_how_far_it_has_come_and_answers_whether_it_is_solved() -> Result<()> {
    let relay = Relay::start()?;
    let address = address(&relay)?;
    let mut person = Person::start(link(&address, relay.fingerprint)?, None, None, here)?;
    person.sees_view(&unknown(&address, None)).await?;
    person.presses(Command::TrustRelay(None)).await?;
    let (mut sos, _) = relay.accept().await?;
    sos.welcome_session().await?;
    person.sees(ready_page).await?;
    let is = |state: &str, until: i64| to_sos::Body::Course(msg::Course { state: state.into(), until });
    for (state, expected) in [
        ("on_hold", Course::OnHold),
        ("in_person", Course::InPerson),
        ("going", Course::Going),
        ("done", Course::Done),
    ] {
        // An answer that nobody asked for goes nowhere: the next thing that is heard is the real one.
        person.presses(Command::Judge(true)).await?;
        sos.tell(is(state, 0)).await?;
        person.sees(|view| (course(view) == Some(expected)).then_some(())).await?;
    }
    person.presses(Command::Judge(false)).await?;
    let judged = loop {
        if let from_sos::Body::Judgement(judged) = sos.next().await? {
            break judged;
        }
    };
    assert!(!judged.solved);
    sos.tell(is("going", 0)).await?;
    person.sees(|view| (course(view) == Some(Course::Back)).then_some(())).await?;
    let days = ponte_sos::clock::now().after(Duration::from_secs(3 * 24 * 3600 + 60));
    sos.tell(is("closed", days.0)).await?;
    sos.tell(to_sos::Body::Ended(msg::Ended { reason: "solved".into() })).await?;
    person.sees_view(&View::Ended(Ending::Reopenable(EndReason::Solved, 3))).await?;
    person.leaves().await
}
