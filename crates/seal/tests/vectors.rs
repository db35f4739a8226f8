//! `vectors.json`: whole handshakes byte by byte, which the console's tests run too.
//! To renew it after a change of `docs/pairing.md`: `PONTE_RENEW=1 cargo test -p ponte-seal --test vectors`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::needless_pass_by_value)] // helpers of tests are tests, too

use ponte_seal::{
    Alphabet, Initiator, InitiatorStep, Keeper, LinkSecret, SealedLane, Secret, TechnicianSecret,
};
use ponte_types::{TechnicianId, ViewerId};
use ponte_wire::Message;
use serde_json::{Value, json};

fn hex(bytes: impl AsRef<[u8]>) -> String {
    bytes.as_ref().iter().map(|b| format!("{b:02x}")).collect()
}

fn pattern<const N: usize>(start: u8) -> [u8; N] {
    let mut next = start;
    [(); N].map(|()| {
        next = next.wrapping_mul(31).wrapping_add(17);
        next
    })
}

fn run(
    name: &str,
    keeper: &mut Keeper,
    secret: &TechnicianSecret,
    input: Value,
    seed: u8,
) -> (Value, TechnicianSecret) {
    let viewer = ViewerId::from_bytes(pattern(seed));
    let technician = TechnicianId::from_bytes(pattern(seed ^ 0xf0));
    let (random_a, random_b) = (pattern::<64>(seed ^ 1), pattern::<96>(seed ^ 2));
    let mut initiator = Initiator::new(viewer, technician, secret.clone(), &random_a);
    let mut messages = Vec::new();
    let mut message = initiator.offer();
    let mut end_user = None;
    loop {
        messages.push(json!({"from": "technician", "bytes": hex(message.encode_to_vec())}));
        let step = keeper.handle(viewer, technician, message, &random_b);
        messages.push(json!({"from": "end user", "bytes": hex(step.reply.encode_to_vec())}));
        if let ponte_seal::Outcome::Established(established) = step.outcome {
            end_user = Some(established.lanes);
        }
        match initiator.handle(step.reply).unwrap() {
            InitiatorStep::Send(next) => message = next,
            InitiatorStep::Done { pairing, secret, words, mut lanes } => {
                let mut end_user = end_user.unwrap();
                let sealed: Vec<_> = [SealedLane::Control, SealedLane::Input, SealedLane::Pointer]
                    .into_iter()
                    .map(|lane| {
                        let (to, back) =
                            (lanes.seal(lane, b"to the end user"), end_user.seal(lane, b"to the technician"));
                        json!({"lane": lane as u8, "technician": hex(to), "end_user": hex(back)})
                    })
                    .collect();
                let words = words.map(|words| {
                    let said = |alphabet| ponte_seal::spoken(words, alphabet);
                    json!({"places": words.places(), "latin": said(Alphabet::Latin), "cyrillic": said(Alphabet::Cyrillic)})
                });
                let vector = json!({
                    "name": name, "input": input, "viewer": hex(viewer.as_bytes()),
                    "technician": hex(technician.as_bytes()), "random_technician": hex(random_a),
                    "messages": messages, "pairing_id": hex(pairing.as_bytes()),
                    "sealed": sealed, "words": words,
                });
                return (vector, TechnicianSecret::Resume(pairing, secret));
            }
        }
    }
}

#[test]
fn the_committed_vectors_are_what_this_code_does() {
    let digits = *b"3077";
    let mut keeper = Keeper::new(Secret::Code(digits.into()));
    let (code, resume) =
        run("code", &mut keeper, &TechnicianSecret::Code(digits), json!({"digits": "3077"}), 11);
    // The resumed run's secret is what the first run's console derived: "after" names that run.
    let (resumed, _) = run("resume", &mut keeper, &resume, json!({"after": "code"}), 23);
    let bytes = pattern::<16>(99);
    let link = LinkSecret::new(bytes);
    let input = json!({"secret": hex(bytes), "public": hex(link.public()), "claim": hex(link.claim()), "claim_hash": hex(link.claim_hash())});
    let mut keeper = Keeper::new(Secret::Link(link.clone()));
    let (linked, _) = run("link", &mut keeper, &TechnicianSecret::Link(link.public()), input, 42);

    let nothing = &mut Keeper::new(Secret::Nothing);
    let (words, resume) = run("words", nothing, &TechnicianSecret::Words, json!({}), 57);
    let (words_again, _) = run("words, resumed", nothing, &resume, json!({"after": "words"}), 58);

    let now = serde_json::to_string_pretty(&json!({
        "about": "Whole handshakes of docs/pairing.md; every value is hexadecimal but names, digits and words.",
        "handshakes": [code, resumed, linked, words, words_again],
    }))
    .unwrap()
        + "\n";
    // The package's folder, where a test is run.
    let path = "vectors.json";
    if std::env::var_os("PONTE_RENEW").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), now, "vectors.json is not what the code does");
}
