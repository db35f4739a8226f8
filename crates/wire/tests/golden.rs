//! Golden bytes: what each message looks like on the network. A change here is a change of the protocol.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::needless_pass_by_value)] // helpers of tests are tests, too

use bytes::{Bytes, BytesMut};
use ponte_wire::{Codec, Frame, FrameHeader, Message, framing, msg::*};
use proptest::prelude::*;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Checks the bytes, and that they read back as the same message.
fn golden<M: Message + Default + PartialEq + std::fmt::Debug>(message: M, expected: &str) {
    let bytes = message.encode_to_vec();
    assert_eq!(hex(&bytes), expected, "{message:?}");
    assert_eq!(M::decode(&bytes[..]).unwrap(), message);
}

fn from_sos(body: from_sos::Body) -> FromSos {
    FromSos { body: Some(body) }
}
fn to_sos(body: to_sos::Body) -> ToSos {
    ToSos { body: Some(body) }
}
fn from_viewer(body: from_viewer::Body) -> FromViewer {
    FromViewer { body: Some(body) }
}
fn to_viewer(body: to_viewer::Body) -> ToViewer {
    ToViewer { body: Some(body) }
}
fn handshake(body: handshake::Body) -> Handshake {
    Handshake { body: Some(body) }
}
fn technician(body: from_technician::Body) -> FromTechnician {
    FromTechnician { body: Some(body) }
}
fn end_user(body: from_end_user::Body) -> FromEndUser {
    FromEndUser { body: Some(body) }
}
fn peer() -> Peer {
    Peer { viewer: vec![1, 2], lane: Lane::Control.into(), payload: Bytes::from_static(&[9]) }
}

#[test]
fn from_the_sos_program() {
    use from_sos::Body;
    let hello = |purpose| {
        from_sos(Body::Hello(SosHello {
            protocol: 1,
            program_version: "v".into(),
            device: None,
            purpose: Some(purpose),
        }))
    };
    golden(hello(sos_hello::Purpose::AskCode(AskCode {})), "0a0708011201762200");
    let open = OpenInvite { invite_id: vec![1], claim: vec![2] };
    golden(hello(sos_hello::Purpose::OpenInvite(open)), "0a0d08011201762a060a0101120102");
    golden(hello(sos_hello::Purpose::Resume(Resume { token: vec![3] })), "0a0a080112017632030a0103");
    golden(from_sos(Body::Peer(peer())), "12090a02010210021a0109");
    let verdict = PairingVerdict { viewer: vec![1], accepted: true, burned: true };
    golden(from_sos(Body::Verdict(verdict)), "1a070a010110011801");
    golden(from_sos(Body::Watchers(Watchers { viewers: vec![vec![1], vec![2]] })), "da01060a01010a0102");
    golden(from_sos(Body::Leave(Leave {})), "2200");
    golden(from_sos(Body::Say(ChatSay { id: vec![1], text: "t".into() })), "3a060a0101120174");
    golden(from_sos(Body::Progress(ChatProgress { got: 2, saw: 1 })), "420408021001");
    let start = AttachmentStart {
        id: vec![1],
        name: "n".into(),
        size: 2,
        sha256: vec![3],
        purpose: AttachmentPurpose::AttachmentChat.into(),
    };
    golden(from_sos(Body::AttachmentStart(start)), "620d0a010112016e18022201032801");
    let piece = AttachmentPiece { id: vec![1], from: 2, bytes: vec![3] };
    golden(from_sos(Body::AttachmentPiece(piece)), "6a080a010110021a0103");
    let from = AttachmentAsk { id: vec![1], ask: Some(attachment_ask::Ask::From(2)) };
    golden(from_sos(Body::AttachmentAsk(from)), "72050a01011002");
    let up = AttachmentAsk { id: vec![1], ask: Some(attachment_ask::Ask::GiveUp(GiveUp {})) };
    golden(from_sos(Body::AttachmentAsk(up)), "72050a01011a00");
    let device = DeviceFacts {
        system: Some("s".into()),
        system_version: Some("v".into()),
        host_name: Some("h".into()),
        addresses: vec!["a".into()],
        user: Some("u".into()),
        screens: vec![Screen { name: Some("n".into()), width: 2, height: 1 }],
        processor: Some("p".into()),
        processors: Some(4),
        memory_total: Some(5),
        memory_free: Some(6),
        disk_free: Some(7),
        language: Some("l".into()),
        time_zone: Some("t".into()),
    };
    golden(
        from_sos(Body::Device(device)),
        "2a290a01731201761a01682201612a017532070a016e100218013a0170400448055006580762016c6a0174",
    );
    golden(from_sos(Body::NewCode(NewCode {})), "3200");
    golden(hello(sos_hello::Purpose::OpenCall(OpenCall { link_id: vec![4] })), "0a0a08011201763a030a0104");
    let request = CallRequest {
        id: vec![1],
        name: "n".into(),
        contact: "c".into(),
        department: "d".into(),
        company: "o".into(),
        category: vec![2],
        subject: "s".into(),
        device: None,
    };
    golden(from_sos(Body::Call(request)), "4a150a010112016e1a01632201642a016f3201023a0173");
    golden(from_sos(Body::Judgement(Judgement { solved: true })), "d201020801");
}

#[test]
fn to_the_sos_program() {
    use to_sos::Body;
    let code = CodeIssued { routing: "12345".into(), valid_seconds: 600 };
    let session = SessionOpened { number: 7, subject: "s".into(), person: "p".into(), attachments: None };
    let welcome = Welcome {
        desk_name: "d".into(),
        resume_token: vec![1],
        code: Some(code.clone()),
        session: Some(session.clone()),
    };
    golden(to_sos(Body::Welcome(welcome)), "0a1c0a01641201011a0a0a05313233343510d804220808071201731a0170");
    golden(to_sos(Body::Refused(Refused { code: "c".into(), retry_after_seconds: 5 })), "12050a01631005");
    golden(to_sos(Body::Peer(peer())), "1a090a02010210021a0109");
    let joined = ViewerJoined {
        viewer: vec![1],
        technician_name: "n".into(),
        technician_id: vec![2],
        role: ViewerRole::TakesOver.into(),
        from: "f".into(),
    };
    golden(to_sos(Body::ViewerJoined(joined)), "220e0a010112016e1a010220022a0166");
    let changed = ViewerChanged { viewer: vec![1], role: ViewerRole::Joins.into(), from: String::new() };
    golden(to_sos(Body::ViewerChanged(changed)), "9a01050a01011003");
    golden(to_sos(Body::ViewerLeft(ViewerLeft { viewer: vec![1], for_good: true })), "2a050a01011001");
    golden(to_sos(Body::RequestKeyFrame(RequestKeyFrame { screen: 1 })), "32020801");
    golden(to_sos(Body::SessionOpened(session)), "3a0808071201731a0170");
    golden(to_sos(Body::Ended(Ended { reason: "r".into() })), "42030a0172");
    golden(to_sos(Body::Code(code)), "4a0a0a05313233343510d804");
    golden(to_sos(Body::WantFrames(WantFrames { wanted: true })), "52020801");
    let field = CallField { kind: CallFieldKind::CallSubject.into(), required: true, label: "l".into() };
    let form = CallForm {
        channel: "c".into(),
        fields: vec![field],
        categories: vec![CallCategory { id: vec![1], name: "n".into() }],
        privacy: "p".into(),
    };
    golden(to_sos(Body::CallForm(form)), "6a170a01631207080610011a016c1a060a010112016e220170");
    let refused = CallRefused { reason: "r".into(), again_at: 5 };
    golden(to_sos(Body::CallRefused(refused)), "72050a01721005");
    let wait = Some(queue_place::Wait::Between(WaitMinutes { from: 4, to: 9 }));
    let place = QueuePlace { place: 2, about: true, taken: true, wait, opens_at: 7 };
    golden(to_sos(Body::Place(place)), "7a0e0802100118012a04080410093007");
    let now = QueuePlace { wait: Some(queue_place::Wait::Now(WaitNow {})), ..QueuePlace::default() };
    golden(to_sos(Body::Place(now)), "7a022200");
    golden(to_sos(Body::Course(Course { state: "c".into(), until: 2 })), "d201050a01631002");
    let message = ChatMessage {
        id: vec![1],
        number: 2,
        at: 3,
        technician: "t".into(),
        text: "x".into(),
        file: None,
        removed: false,
    };
    let chat = Chat { messages: vec![message], desk_saw: 2, comings: Vec::new() };
    golden(to_sos(Body::Chat(chat)), "5a110a0d0a0101100218032201742a01781002");
    let file = ChatFile { name: "n".into(), size: 2, sha256: vec![3] };
    let message =
        ChatMessage { id: vec![1], number: 2, file: Some(file), removed: true, ..ChatMessage::default() };
    let chat = Chat { messages: vec![message], ..Chat::default() };
    golden(to_sos(Body::Chat(chat)), "5a130a110a0101100232080a016e10021a01033801");
    let coming = Coming { at: 3, technician: "t".into(), came: true };
    let chat = Chat { comings: vec![coming], ..Chat::default() };
    golden(to_sos(Body::Chat(chat)), "5a091a0708031201741801");
    let limits = AttachmentLimits { each: 2, endings: vec!["t".into()] };
    let opened = SessionOpened { attachments: Some(limits), ..SessionOpened::default() };
    golden(to_sos(Body::SessionOpened(opened)), "3a08a201050802120174");
    let progress = AttachmentProgress { id: vec![1], received: 2, kept: true };
    golden(to_sos(Body::AttachmentProgress(progress)), "8201070a010110021801");
    let refused = AttachmentRefused { id: vec![1], code: "c".into() };
    golden(to_sos(Body::AttachmentRefused(refused)), "8a01060a0101120163");
    let piece = AttachmentPiece { id: vec![1], from: 2, bytes: vec![3] };
    golden(to_sos(Body::AttachmentPiece(piece)), "9201080a010110021a0103");
    golden(to_sos(Body::ChatRefused(ChatRefused { id: vec![1], code: "c".into() })), "62060a0101120163");
}

#[test]
fn between_console_and_relay() {
    use {from_viewer::Body as Up, to_viewer::Body as Down};
    golden(from_viewer(Up::Hello(ViewerHello { protocol: 1, ticket: "t".into() })), "0a050801120174");
    golden(from_viewer(Up::Peer(peer())), "12090a02010210021a0109");
    golden(from_viewer(Up::Offer(SdpOffer { sdp: "o".into() })), "1a030a016f");
    golden(from_viewer(Up::Point(PointAt { x: 1, y: 2, gone: true })), "4206080110021801");
    golden(from_viewer(Up::WantBaton(WantBaton {})), "4a00");
    let pointed = PointedAt { technician_id: vec![1], name: "n".into(), x: 1, y: 2, gone: true };
    golden(to_viewer(Down::Pointed(pointed)), "420c0a010112016e180120022801");
    let wanted = BatonWanted { technician_id: vec![1], name: "n".into() };
    golden(to_viewer(Down::BatonWanted(wanted)), "4a060a010112016e");
    let member = CrewMember {
        technician_id: vec![1],
        role: ViewerRole::Leads.into(),
        rights: vec!["view".into()],
        here: true,
    };
    let crew = Crew { lead: vec![1], baton: vec![2], members: vec![member] };
    golden(to_viewer(Down::Crew(crew)), "52150a01011201021a0d0a010110011a04766965772001");
    let welcome = ViewerWelcome { viewer: vec![1], pairing_mode: "m".into(), invite_public: vec![2] };
    golden(to_viewer(Down::Welcome(welcome)), "0a090a010112016d1a0102");
    golden(to_viewer(Down::Refused(Refused { code: "c".into(), retry_after_seconds: 0 })), "12030a0163");
    golden(to_viewer(Down::Peer(peer())), "1a090a02010210021a0109");
    golden(to_viewer(Down::Answer(SdpAnswer { sdp: "a".into() })), "22030a0161");
    golden(to_viewer(Down::Link(LinkState { online: true })), "2a020801");
    golden(to_viewer(Down::Session(ViewerSession { session_id: "i".into(), number: 7 })), "32050a01691007");
    golden(to_viewer(Down::Ended(Ended { reason: "r".into() })), "3a030a0172");
}

#[test]
fn key_agreement() {
    use handshake::Body;
    let offer = Offer { mode: HandshakeMode::Resume.into(), share: vec![1], pairing_id: vec![2] };
    golden(handshake(Body::Offer(offer)), "0a0808031201011a0102");
    golden(handshake(Body::Answer(Answer { share: vec![1] })), "12030a0101");
    golden(handshake(Body::Confirm(Confirm { tag: vec![1], share: vec![2] })), "1a060a0101120102");
    golden(handshake(Body::Accept(Accept { tag: vec![1], pairing_id: vec![2] })), "22060a0101120102");
    golden(handshake(Body::Reject(Reject { code: "c".into(), tries_left: 2 })), "2a050a01631002");
}

#[test]
fn between_technician_and_end_user() {
    use {from_end_user::Body as Up, from_technician::Body as Down};
    golden(technician(Down::Ask(AskGrant { grant: GrantKind::View.into() })), "0a020801");
    golden(technician(Down::GiveBack(GiveBack { grant: GrantKind::GrantControl.into() })), "12020802");
    golden(technician(Down::Ping(Ping { id: 3 })), "1a020803");
    golden(
        technician(Down::Introduce(Introduce { technician_id: vec![1], lets_see: true })),
        "5a050a01011001",
    );
    golden(technician(Down::PassControl(PassControl { technician_id: vec![1] })), "62030a0101");
    golden(technician(Down::HandOver(HandOver { technician_id: vec![1] })), "6a030a0101");
    let button = Button { seq: 1, x: 2, y: 3, button: 2, down: true };
    golden(technician(Down::Button(button)), "220a08011002180320022801");
    golden(
        technician(Down::Wheel(Wheel { seq: 1, x: 2, y: 3, dx: -1, dy: 120 })),
        "2a0b080110021803200128f001",
    );
    let key = Key { seq: 1, code: "KeyC".into(), key: "c".into(), down: true };
    golden(technician(Down::Key(key)), "320d080112044b6579431a01632001");
    golden(technician(Down::Text(Text { seq: 1, text: "é".into() })), "3a0608011202c3a9");
    golden(technician(Down::ReleaseAll(ReleaseAll { seq: 1 })), "42020801");
    golden(technician(Down::Move(Move { seq: 1, x: 2, y: 3 })), "4a06080110021803");
    let report = PictureReport { frames: 1, dropped: 2, latency_ms: 3 };
    golden(technician(Down::Report(report)), "5206080110021803");
    let grants = GrantState {
        granted: vec![1, 2],
        asking: Some(1),
        denied: Some(2),
        by_timeout: true,
        revoked: true,
        may_control: true,
    };
    golden(end_user(Up::Grants(grants)), "0a0e0a02010210011802200128013001");
    golden(end_user(Up::Pong(Pong { id: 1, sos_micros: 2 })), "120408011002");
    let cursor = Cursor { width: 1, height: 1, hot_x: 0, hot_y: 0, rgba: vec![1, 2, 3, 4] };
    golden(end_user(Up::Cursor(cursor)), "1a0a080110012a0401020304");
    golden(end_user(Up::InputRefused(InputRefused { reason: "r".into() })), "22030a0172");
    golden(end_user(Up::Capture(CaptureState { ok: true, reason: "r".into() })), "2a050801120172");
}

fn header() -> FrameHeader {
    FrameHeader {
        key: true,
        trailing: true,
        codec: Codec::H264,
        screen: 2,
        layer: 3,
        epoch: 4,
        encode_time: 0x0506,
        seq: 0x0708_090a,
        input_seq: 0x0b0c_0d0e,
        captured: 0x0f10_1112_1314_1516,
        width: 0x1718,
        height: 0x191a,
    }
}

#[test]
fn the_picture_header() {
    let mut out = BytesMut::new();
    header().encode(&mut out);
    assert_eq!(hex(&out), "01030102030405060708090a0b0c0d0e0f101112131415161718191a");
    out.extend_from_slice(b"x");
    let frame = Frame::parse(out.freeze()).unwrap();
    assert_eq!((frame.header, &frame.payload[..]), (header(), &b"x"[..]));
}

#[test]
fn the_rtp_timestamp_is_the_capture_time_at_90_khz() {
    let at = |captured| FrameHeader { captured, ..header() }.rtp_timestamp();
    assert_eq!(at(1_000_000), 90_000);
    assert_eq!(at(u64::from(u32::MAX) * 100 / 9 + 12), 0, "it wraps");
}

proptest! {
    #[test]
    fn a_stream_cut_anywhere_gives_the_same_messages(
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 1..8),
        cut in 1usize..97,
    ) {
        let sent: Vec<ToSos> = payloads.into_iter().map(|payload| to_sos(to_sos::Body::Peer(
            Peer { viewer: vec![1; 16], lane: 2, payload: payload.into() }))).collect();
        let mut stream = BytesMut::new();
        for message in &sent {
            framing::encode(message, &mut stream);
        }
        let mut decoder = framing::Decoder::default();
        let mut got = Vec::new();
        for piece in stream.chunks(cut) {
            decoder.push(piece);
            while let Some(message) = decoder.next::<ToSos>().unwrap() {
                got.push(message);
            }
        }
        prop_assert_eq!(got, sent);
    }

    #[test]
    fn nonsense_is_an_error_and_never_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut decoder = framing::Decoder::default();
        decoder.push(&bytes);
        while let Ok(Some(_)) = decoder.next::<FromSos>() {}
        let _ = FromViewer::decode(&bytes[..]);
        let _ = Handshake::decode(&bytes[..]);
        if let Ok(frame) = Frame::parse(bytes.clone().into()) {
            let mut again = BytesMut::new();
            frame.header.encode(&mut again);
            again.extend_from_slice(&frame.payload);
            prop_assert_eq!(&again[..], &bytes[..]);
        }
    }
}

#[test]
fn an_announced_length_over_the_limit_is_refused_before_it_is_collected() {
    let mut decoder = framing::Decoder::default();
    decoder.push(&u32::MAX.to_be_bytes());
    assert_eq!(decoder.next::<FromSos>(), Err(ponte_wire::DecodeError::TooLarge(u32::MAX as usize)));
}
