//! The gate: what the end user allows whom, enforced on the end user's machine (C1, C2).
//!
//! Silence is no. A right ends at once when it is taken back, given back, or its holder's pairing is replaced.
//! A viewer that comes back with the same pairing within [`SLEEP`] finds its rights again, unless somebody else
//! has paired meanwhile; nobody inherits another's.
//!
//! Every input returns outputs as data, in the order in which they must be carried out.

use std::{collections::VecDeque, time::Duration};

use ponte_types::{Grant, Grants, PairingId, UnixMillis, ViewerId};

/// How long a question stays open. Silence is no.
pub const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// A technician who was refused may ask for the same right again after this long.
pub const ASK_AGAIN_AFTER: Duration = Duration::from_secs(5);
/// How long the rights of somebody who is away wait for their return: long enough for a restart or a change of
/// network, too short for the end user to have forgotten whom they trusted.
pub const SLEEP: Duration = Duration::from_secs(5 * 60);
/// Viewers known at once; more are not let in.
const MAX_VIEWERS: usize = 16;

/// A question that the end user sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub viewer: ViewerId,
    pub technician: String,
    pub grant: Grant,
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
    /// Tell a viewer its rights.
    Tell { viewer: ViewerId, granted: Grants, asking: Option<Grant>, change: Change },
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
    granted: Grants,
    refused: Vec<(Grant, UnixMillis)>,
    /// `None`: here.
    away_since: Option<UnixMillis>,
}

impl Viewer {
    fn is_here(&self) -> bool {
        self.away_since.is_none()
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
            granted: Grants::default(),
            refused: Vec::new(),
            away_since: None,
        };
        if let Some(index) = known {
            let old = self.viewers.swap_remove(index);
            // The same account came back under its pairing; a name that changed is somebody else to the end user.
            if old.technician == technician {
                rights.granted = old.granted;
            }
            rights.refused = old.refused;
            if old.id != viewer || old.technician != technician {
                out.extend(self.drop_questions(old.id));
                out.push(Output::ReleaseInput(old.id));
            }
        }
        if self.viewers.iter().any(|v| v.id == viewer) {
            // Paired anew: what was asked and held before was another pairing's.
            out.extend(self.drop_questions(viewer));
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

    /// The viewer's link is gone. Its rights sleep until its pairing comes back, for [`SLEEP`] at most.
    pub fn viewer_left(&mut self, viewer: ViewerId, now: UnixMillis) -> Vec<Output> {
        let before = self.sharing();
        let mut out = self.drop_questions(viewer);
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
        let already = v.granted.contains(grant) || self.questions.iter().any(|q| q.viewer == viewer);
        let too_soon = v.refused.iter().any(|(g, at)| *g == grant && now.since(*at) < ASK_AGAIN_AFTER);
        if already || too_soon {
            return self.tell(viewer, Change::None);
        }
        let question =
            Question { viewer, technician: v.technician.clone(), grant, until: now.after(ANSWER_WITHIN) };
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
            if let Some(v) = self.viewers.iter_mut().find(|v| v.id == question.viewer) {
                v.granted.insert(question.grant);
            }
            Change::None
        } else {
            self.refuse(question, now);
            Change::Denied { grant: question.grant, by_timeout: false }
        };
        out.push(self.show());
        out.extend(self.tell(question.viewer, change));
        out.extend(self.sharing_changed(before));
        out
    }

    /// Time passed: unanswered questions become no, rights that slept too long are gone. Call at
    /// [`Gate::deadline`].
    pub fn tick(&mut self, now: UnixMillis) -> Vec<Output> {
        self.forget(now);
        let mut out = Vec::new();
        while let Some(question) = self.questions.front().filter(|q| q.until <= now).cloned() {
            self.questions.pop_front();
            self.restart_clock(now);
            self.refuse(&question, now);
            out.push(self.show());
            let change = Change::Denied { grant: question.grant, by_timeout: true };
            out.extend(self.tell(question.viewer, change));
        }
        out
    }

    /// When [`Gate::tick`] has something to do next.
    #[must_use]
    pub fn deadline(&self) -> Option<UnixMillis> {
        let asked = self.questions.front().map(|q| q.until);
        let asleep = self.viewers.iter().filter_map(Viewer::forgotten_at).min();
        [asked, asleep].into_iter().flatten().min()
    }

    /// The end user takes a right back from everybody. Taking view takes control too.
    pub fn revoke(&mut self, grant: Grant) -> Vec<Output> {
        let before = self.sharing();
        let mut out = Vec::new();
        let holders: Vec<ViewerId> =
            self.viewers.iter().filter(|v| v.granted.contains(grant)).map(|v| v.id).collect();
        for viewer in holders {
            out.extend(self.remove(viewer, grant));
            if grant == Grant::View {
                // Control without a view is no question to answer.
                out.extend(self.drop_questions(viewer));
            }
            out.extend(self.tell(viewer, Change::Revoked));
        }
        out.extend(self.sharing_changed(before));
        out
    }

    /// A technician needs a right no longer.
    pub fn give_back(&mut self, viewer: ViewerId, grant: Grant) -> Vec<Output> {
        let before = self.sharing();
        let mut out = self.remove(viewer, grant);
        // A question still open for it has lost its reason.
        let moot = |q: &Question| q.viewer == viewer && (q.grant == grant || grant == Grant::View);
        if self.questions.iter().any(moot) {
            out.extend(self.drop_questions(viewer));
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
            && self.viewers.iter().any(|v| v.id == viewer && v.is_here() && v.granted.contains(grant))
    }

    /// May anybody who is here see the screen?
    #[must_use]
    pub fn sharing(&self) -> bool {
        self.viewers.iter().any(|v| v.is_here() && v.granted.contains(Grant::View))
    }

    /// Technicians who hold a right now, and which: for the bar.
    pub fn holders(&self) -> impl Iterator<Item = (&str, Grants)> {
        let here = self.viewers.iter().filter(|v| v.is_here() && !v.granted.is_empty());
        here.map(|v| (v.technician.as_str(), v.granted))
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
        if lost { vec![Output::ReleaseInput(viewer)] } else { Vec::new() }
    }

    fn forget(&mut self, now: UnixMillis) {
        for viewer in &mut self.viewers {
            if viewer.forgotten_at().is_some_and(|at| at <= now) {
                viewer.granted = Grants::default();
            }
        }
    }

    fn refuse(&mut self, question: &Question, now: UnixMillis) {
        if let Some(v) = self.viewers.iter_mut().find(|v| v.id == question.viewer) {
            v.refused.retain(|(grant, _)| *grant != question.grant);
            v.refused.push((question.grant, now));
        }
    }

    /// A question that had to queue gets its full time from when it is seen.
    fn restart_clock(&mut self, now: UnixMillis) {
        if let Some(next) = self.questions.front_mut() {
            next.until = now.after(ANSWER_WITHIN);
        }
    }

    fn drop_questions(&mut self, viewer: ViewerId) -> Vec<Output> {
        let shown = self.questions.front().is_some_and(|q| q.viewer == viewer);
        self.questions.retain(|q| q.viewer != viewer);
        if shown { vec![self.show()] } else { Vec::new() }
    }

    fn show(&self) -> Output {
        Output::Show(self.questions.front().cloned())
    }

    fn tell(&self, viewer: ViewerId, change: Change) -> Vec<Output> {
        let Some(v) = self.viewers.iter().find(|v| v.id == viewer && v.is_here()) else { return Vec::new() };
        let asking = self.questions.iter().find(|q| q.viewer == viewer).map(|q| q.grant);
        vec![Output::Tell { viewer, granted: v.granted, asking, change }]
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
