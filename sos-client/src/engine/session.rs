//! What the engine knows of its session: secrets, viewers, rights. Messages in, actions out; no I/O.

use std::collections::HashMap;

use ponte_desktop::input::Command as Inject;
use ponte_seal::{Keeper, Lanes, Outcome, PictureKey, Proved, SealedLane, Secret};
use ponte_session::gate::{Change, Gate, Output, Proof, Question};
use ponte_types::{Grant, PairingId, TechnicianId, UnixMillis, ViewerId};
use ponte_wire::{
    Message,
    msg::{
        self, FromEndUser, FromTechnician, GrantKind, Lane, from_end_user::Body as ToTechnician,
        from_sos::Body as ToRelay, from_technician::Body as Asked,
    },
};

use super::pictures::Pictures;
use crate::view::{Coming, Present};

/// What the engine has to carry out, in order.
#[derive(Debug, PartialEq)]
#[allow(clippy::large_enum_variant)] // lives for moments in short lists, and is mostly the large one
pub(super) enum Action {
    Send(ToRelay),
    /// Rights changed: frames, input and border follow [`Session::gate`].
    Rights,
    Inject(u32, Inject),
    ReleaseInput,
    /// A viewer may look now: it needs the pointer's shape and the frame.
    NewLooker,
    /// The code was tried too often.
    CodeBurned,
    /// So many wrong secrets that it is no mistake any more: nothing more is shown that could be guessed.
    GuessedTooOften,
    /// Somebody proved the code: it is used up.
    CodeUsed,
    /// The end user stopped.
    Leave,
}

struct Viewer {
    technician: TechnicianId,
    name: String,
    coming: Coming,
    lanes: Option<Lanes>,
    /// It has proved the secret itself, and not only come back.
    proved: bool,
}

/// What was said of a colleague who comes.
struct Introduced {
    by: TechnicianId,
    name: String,
    /// By whom they were introduced lets them see without a question, where they have the secret.
    lets_see: bool,
}

/// One connection's secrets and consent.
pub(super) struct Session {
    keeper: Option<Keeper>,
    viewers: HashMap<ViewerId, Viewer>,
    pub(super) gate: Gate,
    /// Colleagues that a technician who is let in has said will come, and who said so.
    introduced: HashMap<TechnicianId, Introduced>,
    /// To whom the lead is handed as soon as they are let in, and by which viewer.
    heir: Option<(ViewerId, TechnicianId)>,
    /// Who may see, as the relay was told, and by which key.
    pub(super) pictures: Pictures,
    /// Wrong secrets since the program started, over all its codes: a relay decides when a new code is drawn, so
    /// the three tries of each are not enough.
    wrong: u32,
}

/// More viewers than this are not answered.
const MAX_VIEWERS: usize = 16;
/// More colleagues than this are not remembered as introduced.
const MAX_INTRODUCED: usize = 32;
/// Wrong secrets in all after which the program gives up: three codes' worth.
const MAX_WRONG: u32 = 9;

impl Session {
    pub(super) fn new() -> Self {
        Self {
            keeper: None,
            viewers: HashMap::new(),
            gate: Gate::new(),
            introduced: HashMap::new(),
            heir: None,
            pictures: Pictures::default(),
            wrong: 0,
        }
    }
    pub(super) fn set_secret(&mut self, secret: Secret) {
        match &mut self.keeper {
            Some(keeper) => keeper.replace_secret(secret),
            None => self.keeper = Some(Keeper::new(secret)),
        }
    }
    /// A session has begun: a code opens nothing any more.
    pub(super) fn begun(&mut self) {
        if let Some(keeper) = &mut self.keeper {
            keeper.spend_code();
        }
    }
    /// Somebody has proved the secret and is here.
    pub(super) fn has_paired_viewer(&self) -> bool {
        self.viewers.values().any(|v| v.lanes.is_some())
    }

    pub(super) fn joined(&mut self, joined: &msg::ViewerJoined) {
        let (Ok(viewer), Ok(technician)) =
            (ViewerId::try_from(&joined.viewer[..]), TechnicianId::try_from(&joined.technician_id[..]))
        else {
            return;
        };
        if self.viewers.len() < MAX_VIEWERS || self.viewers.contains_key(&viewer) {
            let name = ponte_types::Line::<80>::cut(&joined.technician_name);
            let name = name.map_or_else(|| "?".to_owned(), ponte_types::Line::into_string);
            let coming = coming(joined.role(), &joined.from);
            self.viewers.insert(viewer, Viewer { technician, name, coming, lanes: None, proved: false });
        }
    }

    /// The desk says otherwise how a viewer's technician came to be here.
    pub(super) fn changed(&mut self, changed: &msg::ViewerChanged) {
        if let Ok(viewer) = ViewerId::try_from(&changed.viewer[..])
            && let Some(known) = self.viewers.get_mut(&viewer)
        {
            known.coming = coming(changed.role(), &changed.from);
        }
    }

    /// Who holds a right now, and which.
    pub(super) fn present(&self) -> Vec<Present> {
        let here = self.gate.holders().map(|(viewer, name, grants)| {
            let coming = self.coming(viewer);
            Present { name: name.to_owned(), grants, coming }
        });
        here.collect()
    }

    pub(super) fn coming(&self, viewer: ViewerId) -> Coming {
        self.viewers.get(&viewer).map(|v| v.coming.clone()).unwrap_or_default()
    }

    /// `for_good`: it was sent away, or went by itself; what it had does not wait for its return.
    pub(super) fn left(&mut self, viewer: ViewerId, for_good: bool, now: UnixMillis) -> Vec<Action> {
        if self.viewers.remove(&viewer).is_none() {
            return Vec::new();
        }
        if let Some(keeper) = &mut self.keeper {
            keeper.viewer_left(viewer);
        }
        let outputs =
            if for_good { self.gate.viewer_gone(viewer, now) } else { self.gate.viewer_left(viewer, now) };
        self.carry_out(outputs)
    }

    /// When it changed who may see, before everything else: who they are, for the relay; and last, for each of them, the key
    /// of what they see from now on. `random` is asked for it then.
    ///
    /// # Errors
    /// When there is no randomness.
    pub(super) fn audience(
        &mut self,
        actions: &mut Vec<Action>,
        random: impl FnOnce() -> anyhow::Result<[u8; 32]>,
    ) -> anyhow::Result<()> {
        if self.pictures.are_for(self.gate.watchers()) {
            return Ok(());
        }
        let watchers: Vec<ViewerId> = self.gate.watchers().collect();
        let viewers = watchers.iter().map(|viewer| viewer.as_bytes().to_vec()).collect();
        actions.insert(0, Action::Send(ToRelay::Watchers(msg::Watchers { viewers })));
        if watchers.is_empty() {
            self.pictures.end();
            return Ok(());
        }
        let key = PictureKey::from_bytes(random()?);
        let epoch = self.pictures.turn(watchers.clone(), &key);
        for viewer in watchers {
            let key = msg::PictureKey { epoch: epoch.into(), key: key.as_bytes().to_vec() };
            // Behind what is sealed already: a lane takes its messages in their order.
            actions.extend(self.tell(viewer, ToTechnician::PictureKey(key)));
        }
        Ok(())
    }

    /// The connection is gone, and all viewers with it; their pairings stay.
    pub(super) fn disconnected(&mut self, now: UnixMillis) -> Vec<Action> {
        let all: Vec<ViewerId> = self.viewers.keys().copied().collect();
        // Whom the relay sends pictures to begins anew with the next connection.
        self.pictures.end();
        all.into_iter().flat_map(|viewer| self.left(viewer, false, now)).collect()
    }

    /// One message of a viewer. `random` must be fresh.
    pub(super) fn peer(
        &mut self,
        peer: &msg::Peer,
        random: &[u8; 96],
        now: UnixMillis,
        micros: u64,
    ) -> Vec<Action> {
        let Ok(viewer) = ViewerId::try_from(&peer.viewer[..]) else { return Vec::new() };
        let lane = match peer.lane() {
            Lane::Handshake => return self.handshake(viewer, &peer.payload, random, now),
            Lane::Control => SealedLane::Control,
            Lane::Input => SealedLane::Input,
            Lane::Pointer => SealedLane::Pointer,
            Lane::Unspecified => return Vec::new(),
        };
        let Some(lanes) = self.viewers.get_mut(&viewer).and_then(|v| v.lanes.as_mut()) else {
            return Vec::new();
        };
        let opened = lanes.open(lane, &peer.payload).ok();
        let body = opened.and_then(|bytes| FromTechnician::decode(&bytes[..]).ok()).and_then(|m| m.body);
        match (lane, body) {
            (SealedLane::Control, Some(Asked::Ask(ask))) => {
                let Ok(grant) = Grant::try_from(ask.grant()) else { return Vec::new() };
                let outputs = self.gate.ask(viewer, grant, now);
                self.carry_out(outputs)
            }
            (SealedLane::Control, Some(Asked::GiveBack(back))) => {
                let Ok(grant) = Grant::try_from(back.grant()) else { return Vec::new() };
                let outputs = self.gate.give_back(viewer, grant, now);
                self.carry_out(outputs)
            }
            (SealedLane::Control, Some(Asked::Ping(ping))) => self
                .tell(viewer, ToTechnician::Pong(msg::Pong { id: ping.id, sos_micros: micros }))
                .into_iter()
                .collect(),
            (SealedLane::Control, Some(Asked::Report(_))) => Vec::new(),
            (SealedLane::Control, Some(Asked::PassControl(pass))) => {
                let to = TechnicianId::try_from(&pass.technician_id[..]).ok();
                let Some(to) = to.and_then(|to| self.viewer_of(to)) else { return Vec::new() };
                let outputs = self.gate.pass_control(viewer, to, now);
                self.carry_out(outputs)
            }
            (SealedLane::Control, Some(Asked::HandOver(hand))) => {
                self.heir = TechnicianId::try_from(&hand.technician_id[..]).ok().map(|to| (viewer, to));
                self.settle_heir();
                Vec::new()
            }
            (SealedLane::Control, Some(Asked::Introduce(introduce))) => {
                self.introduce(viewer, &introduce, now)
            }
            (SealedLane::Input | SealedLane::Pointer, Some(body)) => {
                let Some((seq, command)) = injection(body) else { return Vec::new() };
                // Whoever else is here must not let go of what the one who controls holds down.
                let letting_go = command == Inject::ReleaseAll && self.gate.controller().is_none();
                if self.gate.allows(viewer, Grant::Control) || letting_go {
                    return vec![Action::Inject(seq, command)];
                }
                let refused = msg::InputRefused { reason: "no_grant".into() };
                self.tell(viewer, ToTechnician::InputRefused(refused)).into_iter().collect()
            }
            // An ordered lane never loses or repeats a message by itself: the attachment is over.
            (SealedLane::Control | SealedLane::Input, _) => {
                tracing::warn!(%viewer, "a sealed message was not valid; its viewer must pair again");
                let outputs = self.gate.viewer_left(viewer, now);
                if let Some(viewer) = self.viewers.get_mut(&viewer) {
                    viewer.lanes = None;
                }
                self.carry_out(outputs)
            }
            (SealedLane::Pointer, None) => Vec::new(),
        }
    }

    fn handshake(
        &mut self,
        viewer: ViewerId,
        payload: &[u8],
        random: &[u8; 96],
        now: UnixMillis,
    ) -> Vec<Action> {
        let (Some(keeper), Some(known)) = (&mut self.keeper, self.viewers.get_mut(&viewer)) else {
            return Vec::new();
        };
        let Ok(message) = msg::Handshake::decode(payload) else { return Vec::new() };
        let technician = known.technician;
        let step = keeper.handle(viewer, technician, message, random);
        let mut actions = vec![Action::Send(ToRelay::Peer(msg::Peer {
            viewer: viewer.as_bytes().to_vec(),
            lane: Lane::Handshake.into(),
            payload: step.reply.encode_to_vec().into(),
        }))];
        let verdict = |accepted, burned| {
            let viewer = viewer.as_bytes().to_vec();
            Action::Send(ToRelay::Verdict(msg::PairingVerdict { viewer, accepted, burned }))
        };
        match step.outcome {
            Outcome::Pending => {}
            Outcome::WrongSecret { burned } => {
                actions.push(verdict(false, burned));
                self.wrong += 1;
                if self.wrong >= MAX_WRONG {
                    actions.push(Action::GuessedTooOften);
                } else if burned {
                    actions.push(Action::CodeBurned);
                }
            }
            Outcome::Established(established) => {
                known.lanes = Some(established.lanes);
                self.pictures.forgotten_by(viewer);
                let name = known.name.clone();
                actions.push(verdict(true, false));
                if established.first {
                    actions.push(Action::CodeUsed);
                }
                let proof = match established.proved {
                    Proved::Secret => Proof::Secret,
                    Proved::Words { words, joiner: false } => Proof::Words(words),
                    Proved::Words { words, joiner: true } => Proof::Joiner {
                        words,
                        introduced_by: self.introduced.get(&technician).map(|it| it.name.clone()),
                    },
                };
                known.proved = proof == Proof::Secret && established.first;
                actions.extend(self.paired(viewer, established.pairing, &name, proof, now));
                actions.extend(self.let_in(viewer, now));
            }
        }
        actions
    }

    /// The end user said no to this technician, or took it back: nobody else's word lets them in any more.
    fn answers_for_no_more(&mut self, viewer: ViewerId) {
        if let Some(technician) = self.viewers.get(&viewer).map(|v| v.technician)
            && let Some(introduced) = self.introduced.get_mut(&technician)
        {
            introduced.lets_see = false;
        }
    }

    /// Where somebody who is let in answers for a technician who has proved the secret, they see without a question.
    /// Once: who comes again is asked about.
    fn let_in(&mut self, viewer: ViewerId, now: UnixMillis) -> Vec<Action> {
        let Some(known) = self.viewers.get(&viewer).filter(|known| known.proved) else { return Vec::new() };
        let Some(introduced) = self.introduced.get_mut(&known.technician) else { return Vec::new() };
        let (by, lets_see) = (introduced.by, std::mem::take(&mut introduced.lets_see));
        if !lets_see || !self.viewer_of(by).is_some_and(|by| self.gate.allows(by, Grant::View)) {
            return Vec::new();
        }
        let outputs = self.gate.let_in(viewer, now);
        let mut actions = self.carry_out(outputs);
        actions.push(Action::NewLooker);
        actions
    }

    /// The lead goes to whom it is handed once the end user has let them in.
    fn settle_heir(&mut self) {
        let Some((by, to)) = self.heir else { return };
        if let Some(viewer) = self.viewer_of(to).filter(|viewer| self.gate.allows(*viewer, Grant::View)) {
            self.gate.hand_over(by, viewer);
            self.heir = None;
        }
    }

    /// The viewer with which a technician is here.
    fn viewer_of(&self, technician: TechnicianId) -> Option<ViewerId> {
        let theirs = self.viewers.iter().filter(|(_, v)| v.technician == technician && v.lanes.is_some());
        let mut theirs: Vec<ViewerId> = theirs.map(|(id, _)| *id).collect();
        // Of several, one that may see: the others are on their way.
        theirs.sort_by_key(|id| !self.gate.allows(*id, Grant::View));
        theirs.first().copied()
    }

    /// Only somebody whom the end user has let in can say who comes.
    fn introduce(&mut self, by: ViewerId, introduce: &msg::Introduce, now: UnixMillis) -> Vec<Action> {
        let Ok(technician) = TechnicianId::try_from(&introduce.technician_id[..]) else { return Vec::new() };
        let room = self.introduced.len() < MAX_INTRODUCED || self.introduced.contains_key(&technician);
        if !room || !self.gate.allows(by, Grant::View) {
            return Vec::new();
        }
        let Some((by, name)) = self.viewers.get(&by).map(|v| (v.technician, v.name.clone())) else {
            return Vec::new();
        };
        let introduced = Introduced { by, name: name.clone(), lets_see: introduce.lets_see };
        self.introduced.insert(technician, introduced);
        // They may have been faster.
        let Some(viewer) = self.viewer_of(technician) else { return Vec::new() };
        let outputs = self.gate.introduced(viewer, &name);
        let mut actions = self.carry_out(outputs);
        actions.extend(self.let_in(viewer, now));
        actions
    }

    fn paired(
        &mut self,
        viewer: ViewerId,
        pairing: PairingId,
        name: &str,
        proof: Proof,
        now: UnixMillis,
    ) -> Vec<Action> {
        let outputs = self.gate.paired(viewer, pairing, name, proof, now);
        let mut actions = self.carry_out(outputs);
        if self.gate.allows(viewer, Grant::View) {
            actions.push(Action::NewLooker);
        }
        actions
    }

    pub(super) fn answer(&mut self, question: &Question, yes: bool, now: UnixMillis) -> Vec<Action> {
        let outputs = self.gate.answer(question, yes, now);
        let mut actions = self.carry_out(outputs);
        if yes {
            actions.push(Action::NewLooker);
        }
        actions
    }
    pub(super) fn take_back_control(&mut self, now: UnixMillis) -> Vec<Action> {
        let outputs = self.gate.revoke(Grant::Control, now);
        self.carry_out(outputs)
    }
    pub(super) fn stop(&mut self) -> Vec<Action> {
        let outputs = self.gate.stop();
        self.carry_out(outputs)
    }
    pub(super) fn tick(&mut self, now: UnixMillis) -> Vec<Action> {
        let outputs = self.gate.tick(now);
        self.carry_out(outputs)
    }

    /// Tells everybody who may look, or who may control.
    pub(super) fn tell_all(&mut self, grant: Grant, body: &ToTechnician) -> Vec<Action> {
        let all: Vec<ViewerId> =
            self.viewers.keys().copied().filter(|v| self.gate.allows(*v, grant)).collect();
        all.into_iter().filter_map(|viewer| self.tell(viewer, body.clone())).collect()
    }

    fn tell(&mut self, viewer: ViewerId, body: ToTechnician) -> Option<Action> {
        let lanes = self.viewers.get_mut(&viewer)?.lanes.as_mut()?;
        let payload = lanes.seal(SealedLane::Control, &FromEndUser { body: Some(body) }.encode_to_vec());
        let viewer = viewer.as_bytes().to_vec();
        Some(Action::Send(ToRelay::Peer(msg::Peer {
            viewer,
            lane: Lane::Control.into(),
            payload: payload.into(),
        })))
    }

    fn carry_out(&mut self, outputs: Vec<Output>) -> Vec<Action> {
        self.settle_heir();
        let mut actions = Vec::new();
        for output in outputs {
            match output {
                Output::Show(_) | Output::Sharing(_) => actions.push(Action::Rights),
                Output::Tell { viewer, granted, waits, asking, change } => {
                    let mut state = msg::GrantState {
                        granted: granted.iter().map(|g| GrantKind::from(g).into()).collect(),
                        may_control: waits,
                        ..msg::GrantState::default()
                    };
                    state.asking = asking.map(|g| GrantKind::from(g).into());
                    match change {
                        Change::None => {}
                        Change::Revoked => {
                            state.revoked = true;
                            self.answers_for_no_more(viewer);
                        }
                        Change::Denied { grant, by_timeout } => {
                            if grant == Grant::View {
                                self.answers_for_no_more(viewer);
                            }
                            state.denied = Some(GrantKind::from(grant).into());
                            state.by_timeout = by_timeout;
                        }
                    }
                    actions.push(Action::Rights);
                    actions.extend(self.tell(viewer, ToTechnician::Grants(state)));
                }
                Output::ReleaseInput(_) => actions.push(Action::ReleaseInput),
                Output::Leave => actions.push(Action::Leave),
            }
        }
        actions
    }
}

fn coming(role: msg::ViewerRole, from: &str) -> Coming {
    let name = || ponte_types::Line::<80>::cut(from).map(ponte_types::Line::into_string);
    match role {
        msg::ViewerRole::TakesOver => name().map_or(Coming::ToHelp, Coming::Instead),
        msg::ViewerRole::Joins => Coming::Besides,
        msg::ViewerRole::LooksIn => Coming::ToLookOn,
        msg::ViewerRole::Leads | msg::ViewerRole::Unspecified => Coming::ToHelp,
    }
}

/// Longest text that is typed at once, in characters.
const MAX_TEXT: usize = 4096;

fn injection(body: Asked) -> Option<(u32, Inject)> {
    Some(match body {
        Asked::Move(m) => (m.seq, Inject::Move { x: m.x, y: m.y }),
        Asked::Button(b) => (b.seq, Inject::Button { x: b.x, y: b.y, button: b.button, down: b.down }),
        Asked::Wheel(w) => (w.seq, Inject::Wheel { x: w.x, y: w.y, right: w.dx, down: w.dy }),
        Asked::Key(k) => (k.seq, Inject::Key { code: k.code, key: k.key, down: k.down }),
        Asked::Text(t) => (t.seq, Inject::Text(t.text.chars().take(MAX_TEXT).collect())),
        Asked::ReleaseAll(r) => (r.seq, Inject::ReleaseAll),
        Asked::Ask(_)
        | Asked::GiveBack(_)
        | Asked::Ping(_)
        | Asked::Report(_)
        | Asked::Introduce(_)
        | Asked::PassControl(_)
        | Asked::HandOver(_) => return None,
    })
}
