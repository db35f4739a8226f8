//! Several technicians in one room: one steers, the others see where each points, and the end user is told who comes.

use bytes::Bytes;
use ponte_app::ports::{Crew, Live as _, Place, ViewerTarget};
use ponte_desk::team::{Right, Rights};
use ponte_wire::msg::{self, Lane, ViewerRole, from_viewer, to_sos, to_viewer};

use super::{
    Console, Relay, open_invite,
    records::{session_id, technician},
    sos::{Sos, picture},
    timestamp,
    viewer::{Ask, Viewer},
};

/// The first technician leads; these others are in it, too.
fn crew(baton: u8, others: &[(u8, &[Right], Place)]) -> Crew {
    let mut crew = Crew::alone(technician(1));
    crew.baton = Some(technician(baton));
    for (who, rights, place) in others {
        crew.members.insert(technician(*who), (Rights::of(rights), *place));
    }
    crew
}

async fn is(relay: &Relay, version: u64, crew: Crew) {
    relay.records.crew(session_id(1), version, crew.clone());
    relay.media.hub.crew_changed(session_id(1), version, crew).await;
}

/// A technician comes in, is accepted by the program, and sees.
async fn joins(relay: &Relay, sos: &mut Sos, who: u8) -> (Console, Viewer, msg::ViewerJoined) {
    let mut console = relay.attach(who, ViewerTarget::Session(session_id(1))).await.unwrap();
    let joined = sos.joined().await;
    console.confirm().await;
    sos.until(|b| matches!(b, to_sos::Body::Peer(p) if p.viewer == joined.viewer).then_some(())).await;
    sos.judge(&joined.viewer, true, false).await;
    console.until(|b| matches!(b, to_viewer::Body::Session(_)).then_some(())).await;
    let viewer = console.watch().await;
    (console, viewer, joined)
}

async fn presses(viewer: &Viewer, what: u8) {
    viewer.ask.send(Ask::Input("input", vec![what])).await.unwrap();
}

async fn told_crew(console: &mut Console, fits: impl Fn(&msg::Crew) -> bool) -> msg::Crew {
    console.until(|b| if let to_viewer::Body::Crew(c) = b { fits(&c).then_some(c) } else { None }).await
}

const HELPER: &[Right] = &[Right::View, Right::Point, Right::Control];

#[tokio::test]
async fn only_who_has_the_baton_steers_whatever_the_others_send() {
    let relay = Relay::start().await;
    let mut sos = relay.sos(open_invite()).await;
    is(&relay, 2, crew(1, &[(2, HELPER, Place::Joined)])).await;
    let (_ana, mut lead, first) = joins(&relay, &mut sos, 1).await;
    let (_bia, mut helper, second) = joins(&relay, &mut sos, 2).await;
    for viewer in [&mut lead, &mut helper] {
        while viewer.opened.recv().await.unwrap() != "input" {}
    }
    presses(&helper, 1).await;
    presses(&lead, 2).await;
    let heard =
        async |sos: &mut Sos| sos.until(|b| if let to_sos::Body::Peer(p) = b { Some(p) } else { None }).await;
    let peer = heard(&mut sos).await;
    assert_eq!((peer.viewer, peer.payload), (first.viewer.clone(), Bytes::from_static(&[2])));
    // The helper's was not held back either: it comes to nothing, also after the baton has moved.
    is(&relay, 3, crew(2, &[(2, HELPER, Place::Joined)])).await;
    presses(&lead, 3).await;
    presses(&helper, 4).await;
    let peer = heard(&mut sos).await;
    assert_eq!((peer.viewer, peer.payload), (second.viewer, Bytes::from_static(&[4])));
    // An older report changes nothing.
    is(&relay, 2, crew(1, &[(2, HELPER, Place::Joined)])).await;
    presses(&helper, 5).await;
    assert_eq!(heard(&mut sos).await.payload, Bytes::from_static(&[5]));
}

#[tokio::test]
async fn a_transfer_changes_the_technician_while_the_picture_goes_on() {
    let relay = Relay::start().await;
    let mut sos = relay.sos(open_invite()).await;
    let (mut ana, mut first, _) = joins(&relay, &mut sos, 1).await;
    sos.key_wanted().await;
    sos.picture(1, true, 900).await;
    assert_eq!(first.next().await.timestamp, timestamp(1));
    // Bia has it; Ana stays and watches.
    let mut now = Crew::alone(technician(2));
    now.members.insert(technician(2), (Rights::ALL, Place::TookOver));
    now.members.insert(technician(1), (Rights::VIEW, Place::Joined));
    now.from = Some("Ana".into());
    is(&relay, 2, now).await;
    let changed = sos.until(|b| if let to_sos::Body::ViewerChanged(c) = b { Some(c) } else { None }).await;
    assert_eq!(changed.role(), ViewerRole::Joins);
    let (_bia, mut second, joined) = joins(&relay, &mut sos, 2).await;
    assert_eq!((joined.role(), joined.from.as_str()), (ViewerRole::TakesOver, "Ana"), "the end user is told");
    sos.key_wanted().await;
    let sent = sos.picture(2, true, 900).await;
    for viewer in [&mut first, &mut second] {
        let shown = viewer.next().await;
        assert_eq!((shown.timestamp, &shown.annex_b), (timestamp(2), &sent));
    }
    while first.opened.recv().await.unwrap() != "input" {}
    presses(&first, 9).await;
    // Ana leaves: she is told why, and nothing of hers came through before.
    is(&relay, 3, Crew::alone(technician(2))).await;
    assert_eq!(ana.refused().await, "already_claimed");
    let next = sos.until(|b| match b {
        to_sos::Body::Peer(p) => Some(p.lane() == Lane::Input),
        to_sos::Body::ViewerLeft(_) => Some(false),
        _ => None,
    });
    assert!(!next.await, "her input was dropped");
}

#[tokio::test]
async fn a_supervisor_is_shown_to_the_end_user_and_to_the_owner() {
    let relay = Relay::start().await;
    let mut sos = relay.sos(open_invite()).await;
    let (mut ana, ..) = joins(&relay, &mut sos, 1).await;
    is(&relay, 2, crew(1, &[(3, &[Right::View], Place::LooksIn)])).await;
    let (_eva, mut eyes, joined) = joins(&relay, &mut sos, 3).await;
    assert_eq!(joined.role(), ViewerRole::LooksIn);
    let crew = told_crew(&mut ana, |crew| crew.members.iter().filter(|it| it.here).count() == 2).await;
    let eva = crew.members.iter().find(|it| it.technician_id == technician(3).as_bytes()).unwrap();
    assert_eq!((eva.role(), &eva.rights), (ViewerRole::LooksIn, &vec!["view".to_owned()]));
    while eyes.opened.recv().await.unwrap() != "input" {}
    presses(&eyes, 1).await;
    sos.picture(1, true, 900).await;
    assert_eq!(eyes.next().await.timestamp, picture(1, true, 1).0.rtp_timestamp());
    let refused = relay.attach(4, ViewerTarget::Session(session_id(1))).await;
    assert_eq!(refused.err(), Some(ponte_types::ErrorCode::Forbidden), "nobody else comes in");
}

#[tokio::test]
async fn where_somebody_points_and_who_would_like_to_steer_goes_to_technicians_only() {
    let relay = Relay::start().await;
    let mut sos = relay.sos(open_invite()).await;
    let looks = (3, &[Right::View][..], Place::LooksIn);
    is(&relay, 2, crew(1, &[(2, HELPER, Place::Joined), looks])).await;
    let (mut ana, ..) = joins(&relay, &mut sos, 1).await;
    let (bia, ..) = joins(&relay, &mut sos, 2).await;
    let (mut eva, ..) = joins(&relay, &mut sos, 3).await;
    let point = |x, gone| from_viewer::Body::Point(msg::PointAt { x, y: 70_000, gone });
    for x in 0..200 {
        bia.say(point(x, false)).await;
    }
    bia.say(point(0, true)).await;
    for console in [&mut ana, &mut eva] {
        let mut shown = 0;
        loop {
            let at =
                console.until(|b| if let to_viewer::Body::Pointed(p) = b { Some(p) } else { None }).await;
            assert_eq!(
                (at.technician_id.as_slice(), at.name.as_str()),
                (&technician(2).as_bytes()[..], "Bia")
            );
            if at.gone {
                break;
            }
            assert_eq!(at.y, 65_535, "within the picture");
            shown += 1;
        }
        assert!((1..100).contains(&shown), "{shown} of 200 at once were passed on");
    }
    // Who may only see points at nothing, and wishes for nothing.
    eva.say(point(1, false)).await;
    eva.say(from_viewer::Body::WantBaton(msg::WantBaton {})).await;
    bia.say(from_viewer::Body::WantBaton(msg::WantBaton {})).await;
    let first = ana.until(|b| match b {
        to_viewer::Body::Pointed(_) => Some(None),
        to_viewer::Body::BatonWanted(wanted) => Some(Some(wanted.technician_id)),
        _ => None,
    });
    assert_eq!(first.await, Some(technician(2).as_bytes().to_vec()));
    // The program has heard of none of it.
    bia.confirm().await;
    let next = sos.until(|b| match b {
        to_sos::Body::ViewerJoined(_) | to_sos::Body::WantFrames(_) | to_sos::Body::RequestKeyFrame(_) => {
            None
        }
        other => Some(matches!(other, to_sos::Body::Peer(p) if p.lane() == Lane::Handshake)),
    });
    assert!(next.await);
}
