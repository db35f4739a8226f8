//! The gate: what the end user allows whom, enforced on the end user's machine (C1, C2).
//!
//! Silence is no. A right ends at once when it is taken back, given back, or its holder's pairing is replaced.
//! A viewer that comes back with the same pairing within [`SLEEP`] finds its rights again, unless somebody else
//! has paired meanwhile; nobody inherits another's.
//!
//! Several technicians may be let in; at most one controls: the one whom the end user allowed last, or to whom that one
//! or the lead passed control over their sealed lane. The lead is who was let in first of those who are here, or to
//! whom the lead was handed; neither the relay nor anybody else has a word in it. Control is passed only between those
//! to whom the end user gave it; for anybody else passing it is asking for it.
//!
//! Who is let in for [`ASK_EVERY`] is asked about again, and sees on while the question is open; silence is no then, too.
//!
//! Every input returns outputs as data, in the order in which they must be carried out.

use std::{collections::VecDeque, time::Duration};

use ponte_types::{Grant, Grants, PairingId, PairingWords, UnixMillis, ViewerId};

/// How long a question stays open. Silence is no.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// A technician who was refused may ask for the same right again after this long.
pub const ASK_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// How long the rights of somebody who is away wait for their return: long enough for a restart or a change of
/// network, too short for the end user to have forgotten whom they trusted.
pub const SLEEP: Duration = Duration::from_secs(5 * 60);
/// The end user is asked again about whoever has been let in for this long.
pub const ASK_EVERY: Duration = Duration::from_secs(3600);
/// Viewers known at once; more are not let in.
const MAX_VIEWERS: usize = 16;

/// How it is known who a technician is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Proof {
    /// They knew the digits or the link.
    #[default]
    Secret,
    /// The session began without a secret: the two people compare these words.
    Words(PairingWords),
    /// The session began with a secret, which somebody else proved: this one comes later and does not have it.
    Joiner {
        words: PairingWords,
        /// Who is here, and said over their sealed lane that this one comes.
        introduced_by: Option<String>,
    },
}

impl Proof {
    /// What the two people are to compare.
    #[must_use]
    pub fn words(&self) -> Option<PairingWords> {
        match self {
            Self::Secret => None,
            Self::Words(words) | Self::Joiner { words, .. } => Some(*words),
        }
    }
}

/// A question that the end user sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub viewer: ViewerId,
    pub technician: String,
    pub grant: Grant,
    pub proof: Proof,
    /// They have it already: may they go on?
    pub again: bool,
    /// When silence becomes no.
    pub until: UnixMillis,
}

/// Why a viewer's rights are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The present state, for example after pairing.
    None,
    Denied {
        grant: Grant,
        by_timeout: bool,
    },
    /// The end user took a right back.
    Revoked,
}

/// What must be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Show this question, or none.
    Show(Option<Question>),
    /// Tell a viewer its rights: what it may do now, and whether it may control but somebody else does.
    Tell { viewer: ViewerId, granted: Grants, waits: bool, asking: Option<Grant>, change: Change },
    /// This viewer may no longer control: release every key and button it holds.
    ReleaseInput(ViewerId),
    /// Somebody may see the screen now, or nobody may any more.
    Sharing(bool),
    /// The end user stopped everything: leave the session.
    Leave,
}

struct Viewer {
    id: ViewerId,
    /// `None` until the key agreement is done: nothing can be asked before.
    pairing: Option<PairingId>,
    technician: String,
    proof: Proof,
    granted: Grants,
    refused: Vec<(Grant, UnixMillis)>,
    /// When the end user said yes to the view last.
    agreed_at: Option<UnixMillis>,
    /// `None`: here.
    away_since: Option<UnixMillis>,
}

impl Viewer {
    fn is_here(&self) -> bool {
        self.away_since.is_none()
    }
    fn may(&self, grant: Grant) -> bool {
        self.is_here() && self.granted.contains(grant)
    }
    /// When the end user is asked about it again.
    fn asked_again_at(&self) -> Option<UnixMillis> {
        self.agreed_at.filter(|_| self.may(Grant::View)).map(|at| at.after(ASK_EVERY))
    }
    /// When rights that sleep are forgotten.
    fn forgotten_at(&self) -> Option<UnixMillis> {
        self.away_since.filter(|_| !self.granted.is_empty()).map(|since| since.after(SLEEP))
    }
}

/// Consent for one connection.
#[derive(Default)]
pub struct Gate {
    viewers: Vec<Viewer>,
    questions: VecDeque<Question>,
    /// Who controls, of those who may.
    holder: Option<PairingId>,
    lead: Option<PairingId>,
    stopped: bool,
}

impl Gate {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A viewer proved its key. With a pairing seen before, it gets back the rights it had; a new one ends the
    /// rights of everybody who is away.
    pub fn paired(
        &mut self,
        viewer: ViewerId,
        pairing: PairingId,
        technician: &str,
        proof: Proof,
        now: UnixMillis,
    ) -> Vec<Output> {
        if self.stopped {
            return Vec::new();
        }
        let before = self.sharing();
        let mut out = Vec::new();
        let known = self.viewers.iter().position(|v| v.pairing == Some(pairing));
        if known.is_none() {
            for away in self.viewers.iter_mut().filter(|v| !v.is_here()) {
                away.granted = Grants::default();
            }
        }
        self.forget(now);
        let mut rights = Viewer {
            id: viewer,
            pairing: Some(pairing),
            technician: technician.to_owned(),
            proof,
            granted: Grants::default(),
            refused: Vec::new(),
            agreed_at: None,
            away_since: None,
        };
        if let Some(index) = known {
            let old = self.viewers.swap_remove(index);
            // The same account came back under its pairing; a name that changed is somebody else to the end user.
            if old.technician == technician {
                rights.granted = old.granted;
                rights.agreed_at = old.agreed_at;
            }
            rights.refused = old.refused;
            if old.id != viewer || old.technician != technician {
                out.extend(self.drop_questions(old.id, now));
                out.push(Output::ReleaseInput(old.id));
            }
        }
        if self.viewers.iter().any(|v| v.id == viewer) {
            // Paired anew: what was asked and held before was another pairing's.
            out.extend(self.drop_questions(viewer, now));
            out.push(Output::ReleaseInput(viewer));
            self.viewers.retain(|v| v.id != viewer);
        }
        if self.viewers.len() >= MAX_VIEWERS {
            let oldest_away = self.viewers.iter().position(|v| !v.is_here());
            match oldest_away {
                Some(index) => drop(self.viewers.remove(index)),
                None => return out,
            }
        }
        self.viewers.push(rights);
        out.extend(self.tell(viewer, Change::None));
        out.extend(self.sharing_changed(before));
        out
    }

    /// Somebody who is let in answers for this viewer, who knows the secret: it sees without a question. Anything more
    /// is asked.
    pub fn let_in(&mut self, viewer: ViewerId, now: UnixMillis) -> Vec<Output> {
        let before = self.sharing();
        let new = |v: &&mut Viewer| {
            v.id == viewer && v.is_here() && v.proof == Proof::Secret && v.pairing.is_some()
        };
        let Some(v) = self.viewers.iter_mut().find(new) else { return Vec::new() };
        v.granted.insert(Grant::View);
        v.agreed_at = Some(now);
        let mut out = self.drop_questions(viewer, now);
        out.extend(self.tell(viewer, Change::None));
        out.extend(self.sharing_changed(before));
        out
    }

    /// Somebody who is let in says that this viewer's technician comes: a question about them says so, too.
    pub fn introduced(&mut self, viewer: ViewerId, by: &str) -> Vec<Output> {
        let name = |proof: &mut Proof| match proof {
            Proof::Joiner { introduced_by, .. } if introduced_by.is_none() => {
                *introduced_by = Some(by.to_owned());
                true
            }
            _ => false,
        };
        if let Some(v) = self.viewers.iter_mut().find(|v| v.id == viewer) {
            name(&mut v.proof);
        }
        let mut shown = false;
        for (place, question) in self.questions.iter_mut().enumerate().filter(|(_, q)| q.viewer == viewer) {
            shown |= name(&mut question.proof) && place == 0;
        }
        if shown { vec![self.show()] } else { Vec::new() }
    }

    /// The viewer's link is gone. Its rights sleep until its pairing comes back, for [`SLEEP`] at most.
    pub fn viewer_left(&mut self, viewer: ViewerId, now: UnixMillis) -> Vec<Output> {
        let before = self.sharing();
        let mut out = self.drop_questions(viewer, now);
        if let Some(v) = self.viewers.iter_mut().find(|v| v.id == viewer) {
            v.away_since.get_or_insert(now);
            if v.granted.contains(Grant::Control) {
                out.push(Output::ReleaseInput(viewer));
            }
        }
        out.extend(self.sharing_changed(before));
        out
    }

    /// A technician asks for a right. Control needs view first: asking for it then asks for view.
    pub fn ask(&mut self, viewer: ViewerId, grant: Grant, now: UnixMillis) -> Vec<Output> {
        let Some(v) = self.viewers.iter().find(|v| v.id == viewer && v.is_here()) else { return Vec::new() };
        let grant = if v.granted.contains(Grant::View) { grant } else { Grant::View };
        if grant == Grant::Control && v.granted.contains(Grant::Control) && self.controller().is_none() {
            // Nobody controls, and the end user has allowed it: there is nothing to ask.
            return self.gives_control(viewer);
        }
        let has = v.granted.contains(grant) && (grant != Grant::Control || self.controls(viewer));
        let already = has || self.questions.iter().any(|q| q.viewer == viewer);
        let too_soon = v.refused.iter().any(|(g, at)| *g == grant && now.since(*at) < ASK_AGAIN_AFTER);
        if already {
            return self.tell(viewer, Change::None);
        }
        if too_soon {
            // Not asked again so soon: the answer that was given stands, and is told as one.
            return self.tell(viewer, Change::Denied { grant, by_timeout: false });
        }
        let (technician, proof) = (v.technician.clone(), v.proof.clone());
        let until = now.after(ANSWER_WITHIN);
        let question = Question { viewer, technician, grant, proof, again: false, until };
        self.questions.push_back(question);
        let mut out = self.tell(viewer, Change::None);
        if self.questions.len() == 1 {
            out.push(self.show());
        }
        out
    }

    /// The end user answers the question they see. An answer to a question that is no longer there does nothing.
    pub fn answer(&mut self, question: &Question, yes: bool, now: UnixMillis) -> Vec<Output> {
        if self.questions.front() != Some(question) {
            return Vec::new();
        }
        let before = self.sharing();
        let mut out = self.tick(now);
        if self.questions.front() != Some(question) {
            return out; // the answer came after its time
        }
        self.questions.pop_front();
        self.restart_clock(now);
        let change = if yes {
            self.agreed(question, now);
            Change::None
        } else {
            out.extend(self.refuse(question, now));
            Change::Denied { grant: question.grant, by_timeout: false }
        };
        out.push(self.show());
        if yes && question.grant == Grant::Control && !question.again {
            out.extend(self.gives_control(question.viewer));
        } else {
            out.extend(self.tell(question.viewer, change));
        }
        out.extend(self.sharing_changed(before));
        out
    }

    /// Time passed: unanswered questions become no, rights that slept too long are gone. Call at
    /// [`Gate::deadline`].
    pub fn tick(&mut self, now: UnixMillis) -> Vec<Output> {
        self.forget(now);
        let before = self.sharing();
        let mut out = Vec::new();
        while let Some(question) = self.questions.front().filter(|q| q.until <= now).cloned() {
            self.questions.pop_front();
            self.restart_clock(now);
            out.extend(self.refuse(&question, now));
            out.push(self.show());
            let change = Change::Denied { grant: question.grant, by_timeout: true };
            out.extend(self.tell(question.viewer, change));
        }
        out.extend(self.ask_again(now));
        out.extend(self.sharing_changed(before));
        out
    }

    /// About whoever has been let in for so long that the end user may have forgotten them.
    fn ask_again(&mut self, now: UnixMillis) -> Option<Output> {
        let none_shown = self.questions.is_empty();
        for v in self.viewers.iter().filter(|v| v.asked_again_at().is_some_and(|at| at <= now)) {
            if self.questions.iter().any(|q| q.viewer == v.id) {
                continue;
            }
            let (viewer, technician, proof) = (v.id, v.technician.clone(), v.proof.clone());
            let until = now.after(ANSWER_WITHIN);
            let grant = Grant::View;
            self.questions.push_back(Question { viewer, technician, grant, proof, again: true, until });
        }
        (none_shown && !self.questions.is_empty()).then(|| self.show())
    }

    /// Who controls, or the lead, passes control to somebody who is here. Who was not allowed to control is asked for.
    pub fn pass_control(&mut self, by: ViewerId, to: ViewerId, now: UnixMillis) -> Vec<Output> {
        let may = self.controls(by) || self.leads(by);
        let here = self.viewers.iter().any(|v| v.id == to && v.may(Grant::View));
        if !may || !here || self.controls(to) {
            return self.tell(by, Change::None);
        }
        if self.viewers.iter().any(|v| v.id == to && v.may(Grant::Control)) {
            self.gives_control(to)
        } else {
            self.ask(to, Grant::Control, now)
        }
    }

    /// The lead hands the lead over to somebody who is let in.
    pub fn hand_over(&mut self, by: ViewerId, to: ViewerId) {
        if self.leads(by)
            && let Some(next) = self.viewers.iter().find(|v| v.id == to && v.may(Grant::View))
        {
            self.lead = next.pairing;
        }
    }

    /// When [`Gate::tick`] has something to do next.
    #[must_use]
    pub fn deadline(&self) -> Option<UnixMillis> {
        let asked = self.questions.front().map(|q| q.until);
        let asleep = self.viewers.iter().filter_map(Viewer::forgotten_at).min();
        let unasked = self.viewers.iter().filter(|v| !self.questions.iter().any(|q| q.viewer == v.id));
        let again = unasked.filter_map(Viewer::asked_again_at).min();
        [asked, asleep, again].into_iter().flatten().min()
    }

    /// The end user takes a right back from everybody. Taking view takes control too.
    pub fn revoke(&mut self, grant: Grant, now: UnixMillis) -> Vec<Output> {
        let before = self.sharing();
        let mut out = Vec::new();
        let holders: Vec<ViewerId> =
            self.viewers.iter().filter(|v| v.granted.contains(grant)).map(|v| v.id).collect();
        for viewer in holders {
            out.extend(self.remove(viewer, grant));
            if grant == Grant::View {
                // Control without a view is no question to answer.
                out.extend(self.drop_questions(viewer, now));
            }
            out.extend(self.tell(viewer, Change::Revoked));
        }
        out.extend(self.sharing_changed(before));
        out
    }

    /// The viewer left for good: its rights do not wait for a return.
    pub fn viewer_gone(&mut self, viewer: ViewerId, now: UnixMillis) -> Vec<Output> {
        let mut out = self.give_back(viewer, Grant::View, now);
        out.extend(self.viewer_left(viewer, now));
        out
    }

    /// A technician needs a right no longer.
    pub fn give_back(&mut self, viewer: ViewerId, grant: Grant, now: UnixMillis) -> Vec<Output> {
        let before = self.sharing();
        let mut out = self.remove(viewer, grant);
        // A question still open for it has lost its reason.
        let moot = |q: &Question| q.viewer == viewer && (q.grant == grant || grant == Grant::View);
        if self.questions.iter().any(moot) {
            out.extend(self.drop_questions(viewer, now));
        }
        out.extend(self.tell(viewer, Change::None));
        out.extend(self.sharing_changed(before));
        out
    }

    /// The end user stops everything. Works without the network; nothing is allowed afterwards.
    pub fn stop(&mut self) -> Vec<Output> {
        if self.stopped {
            return Vec::new();
        }
        self.stopped = true;
        let before = self.sharing();
        let mut out: Vec<Output> = self.viewers.iter().map(|v| Output::ReleaseInput(v.id)).collect();
        self.viewers.clear();
        if !self.questions.is_empty() {
            self.questions.clear();
            out.push(Output::Show(None));
        }
        out.extend(self.sharing_changed(before));
        out.push(Output::Leave);
        out
    }

    /// May this viewer do this now?
    #[must_use]
    pub fn allows(&self, viewer: ViewerId, grant: Grant) -> bool {
        !self.stopped
            && self.viewers.iter().any(|v| v.id == viewer && v.may(grant))
            && (grant != Grant::Control || self.controls(viewer))
    }

    /// Who controls now.
    #[must_use]
    pub fn controller(&self) -> Option<ViewerId> {
        let holder = self.holder?;
        let holds = |v: &&Viewer| v.pairing == Some(holder) && v.may(Grant::Control);
        self.viewers.iter().find(holds).map(|v| v.id)
    }

    fn controls(&self, viewer: ViewerId) -> bool {
        self.controller() == Some(viewer)
    }

    /// The lead; while they are away, who was let in first of those who are here.
    fn leads(&self, viewer: ViewerId) -> bool {
        let here = || self.viewers.iter().filter(|v| v.may(Grant::View));
        let lead = here().find(|v| v.pairing == self.lead).or_else(|| here().min_by_key(|v| v.agreed_at));
        lead.is_some_and(|v| v.id == viewer)
    }

    /// What a viewer may do at this moment: control only while nobody else does.
    fn effective(&self, v: &Viewer) -> Grants {
        let mut granted = v.granted;
        if granted.contains(Grant::Control) && self.holder != v.pairing {
            granted.remove(Grant::Control);
        }
        granted
    }

    /// May anybody who is here see the screen?
    #[must_use]
    pub fn sharing(&self) -> bool {
        self.viewers.iter().any(|v| v.is_here() && v.granted.contains(Grant::View))
    }

    /// Who may see the screen at this moment: nobody else is to get a picture.
    pub fn watchers(&self) -> impl Iterator<Item = ViewerId> {
        self.viewers.iter().filter(|v| !self.stopped && v.may(Grant::View)).map(|v| v.id)
    }

    /// Does anybody hold a right, here or asleep? As long as it is so there is something to stop.
    #[must_use]
    pub fn at_stake(&self) -> bool {
        self.viewers.iter().any(|v| !v.granted.is_empty())
    }

    /// Technicians who hold a right, and which: for the bar. Those who are here; where nobody is, those whose rights
    /// wait for their return.
    pub fn holders(&self) -> impl Iterator<Item = (ViewerId, &str, Grants)> {
        let anybody = self.sharing();
        let held = self.viewers.iter().filter(move |v| v.is_here() == anybody && !v.granted.is_empty());
        held.map(|v| (v.id, v.technician.as_str(), self.effective(v)))
    }

    /// The question on the screen.
    #[must_use]
    pub fn question(&self) -> Option<&Question> {
        self.questions.front()
    }

    fn remove(&mut self, viewer: ViewerId, grant: Grant) -> Vec<Output> {
        let Some(v) = self.viewers.iter_mut().find(|v| v.id == viewer) else { return Vec::new() };
        let had_control = v.granted.contains(Grant::Control);
        v.granted.remove(grant);
        if grant == Grant::View {
            v.granted.remove(Grant::Control);
        }
        let lost = had_control && !v.granted.contains(Grant::Control);
        if lost && self.holder == v.pairing {
            self.holder = None;
        }
        if lost { vec![Output::ReleaseInput(viewer)] } else { Vec::new() }
    }

    fn agreed(&mut self, question: &Question, now: UnixMillis) {
        let led = self.viewers.iter().any(|v| v.pairing == self.lead && v.may(Grant::View));
        if let Some(v) = self.viewers.iter_mut().find(|v| v.id == question.viewer) {
            v.granted.insert(question.grant);
            if question.grant == Grant::View {
                v.agreed_at = Some(now);
                if !led {
                    self.lead = v.pairing;
                }
            }
        }
    }

    /// The viewer controls from now on; who did so until now lets go of everything first.
    fn gives_control(&mut self, viewer: ViewerId) -> Vec<Output> {
        let before = self.controller().filter(|before| *before != viewer);
        self.holder = self.viewers.iter().find(|v| v.id == viewer).and_then(|v| v.pairing);
        let mut out = Vec::new();
        if let Some(before) = before {
            out.push(Output::ReleaseInput(before));
            out.extend(self.tell(before, Change::None));
        }
        out.extend(self.tell(viewer, Change::None));
        out
    }

    fn forget(&mut self, now: UnixMillis) {
        for viewer in &mut self.viewers {
            if viewer.forgotten_at().is_some_and(|at| at <= now) {
                viewer.granted = Grants::default();
            }
        }
    }

    fn refuse(&mut self, question: &Question, now: UnixMillis) -> Vec<Output> {
        let lost = if question.again { self.remove(question.viewer, question.grant) } else { Vec::new() };
        if let Some(v) = self.viewers.iter_mut().find(|v| v.id == question.viewer) {
            v.refused.retain(|(grant, _)| *grant != question.grant);
            v.refused.push((question.grant, now));
        }
        lost
    }

    /// A question that had to queue gets its full time from when it is seen.
    fn restart_clock(&mut self, now: UnixMillis) {
        if let Some(next) = self.questions.front_mut() {
            next.until = now.after(ANSWER_WITHIN);
        }
    }

    fn drop_questions(&mut self, viewer: ViewerId, now: UnixMillis) -> Vec<Output> {
        let shown = self.questions.front().is_some_and(|q| q.viewer == viewer);
        self.questions.retain(|q| q.viewer != viewer);
        if !shown {
            return Vec::new();
        }
        self.restart_clock(now);
        vec![self.show()]
    }

    fn show(&self) -> Output {
        Output::Show(self.questions.front().cloned())
    }

    fn tell(&self, viewer: ViewerId, change: Change) -> Vec<Output> {
        let Some(v) = self.viewers.iter().find(|v| v.id == viewer && v.is_here()) else { return Vec::new() };
        let asking = self.questions.iter().find(|q| q.viewer == viewer).map(|q| q.grant);
        let granted = self.effective(v);
        let waits = v.granted.contains(Grant::Control) && !granted.contains(Grant::Control);
        vec![Output::Tell { viewer, granted, waits, asking, change }]
    }

    fn sharing_changed(&self, before: bool) -> Option<Output> {
        let now = self.sharing();
        (now != before).then_some(Output::Sharing(now))
    }
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate")
            .field("viewers", &self.viewers.len())
            .field("questions", &self.questions)
            .field("stopped", &self.stopped)
            .finish()
    }
}
