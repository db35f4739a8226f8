//! SOS Call: somebody asks a channel for help by its link.

use ponte_desk::{
    routing::{Facts, Request, Route, Verdict},
    setup::{Answers, Asked, CallForm, FormField, Question},
};
use ponte_session::record::{Phase, Reach};
use ponte_store::{Actor, Call, CallLink, Called, Entry, HistoryKind, Placement, Session};
use ponte_types::{CategoryId, ChannelId, CompanyId, DeviceFacts, ErrorCode, LinkId, Network, PairingMode};

use super::{Desk, DeskError, Directory, lock, phase::phase, records::live};
use crate::ports::{AskedForm, CallNo, CallOpened, CallSent, Newcomer, Question as Asks};

/// Addresses that are no link, for one network in ten minutes.
pub(super) const MOST_WRONG: usize = 120;

/// What the page behind a link shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallPage {
    /// The channel's name; absent for a link that is unknown, paused or deleted: those answer alike.
    pub channel: Option<String>,
}

impl Desk {
    /// What anybody who has a link's address may know; consumes nothing.
    ///
    /// # Errors
    /// `too_many_requests` for a network that tries many that are not there.
    pub async fn call_page(&self, id: LinkId, from: Network) -> Result<CallPage, DeskError> {
        let found = self.open_link(id, from).await?;
        Ok(CallPage { channel: found.map(|(_, directory, link)| channel_name(&directory, &link)) })
    }

    /// What the channel of a link asks.
    ///
    /// # Errors
    /// `link_expired` alike for unknown, paused and deleted links; `too_many_requests`.
    pub(super) async fn form_of(&self, id: LinkId, from: Network) -> Result<AskedForm, DeskError> {
        let (form, directory, link) =
            self.open_link(id, from).await?.ok_or(DeskError::Refused(ErrorCode::LinkExpired))?;
        Ok(asked(&directory, &link, &form))
    }

    /// Opens the session of a request, in the channel where the rules send it. The same request again is the same session.
    ///
    /// # Errors
    /// As [`Desk::form_of`], and `too_many_requests` for a network that asks too often.
    pub(super) async fn open_called(
        &self,
        program: &Newcomer,
        id: LinkId,
        sent: &CallSent,
    ) -> Result<CallOpened, DeskError> {
        let gone = || DeskError::Refused(ErrorCode::LinkExpired);
        let (form, directory, link) = self.open_link(id, program.from).await?.ok_or_else(gone)?;
        let answers = match form.read(&sent.filled) {
            Ok(answers) => answers,
            // The form is another one than the program showed, or the program is not ours.
            Err(_) => return Ok(CallOpened::No(CallNo::form(asked(&directory, &link, &form)))),
        };
        let request = Asking { link: &link, answers: &answers, device: &program.device };
        let (mut placement, rules) = request.routed(&directory).ok_or_else(gone)?;
        // Who is in already, and did not hear so, is not turned away.
        if self.store.called(sent.id).await?.is_none() {
            let admission = self.admission(&directory, placement.channel).await?;
            let shut = admission.asked.first().map(|asked| asked.shut);
            match directory.let_in(admission) {
                Ok(channel) => place_in(&mut placement, channel),
                Err(DeskError::TurnedAway(away)) => {
                    return Ok(CallOpened::No(CallNo::shut(shut, away.again_at())));
                }
                Err(error) => return Err(error),
            }
        }
        let (now, session) = (self.ambient.now(), self.ambient.session_id()?);
        let reach = if directory.in_person(placement.channel) { Reach::InPerson } else { Reach::Program };
        if lock(&self.calls).begin(program.from, now).is_err() {
            tracing::warn!(from = %program.from, "too many requests from one address ('limits.codes_per_address')");
            return Err(ErrorCode::TooManyRequests.into());
        }
        let contact = answers.contact.map(ponte_types::Line::into_string);
        let (email, phone) = match contact {
            Some(contact) if contact.contains('@') => (Some(contact), None),
            other => (None, other),
        };
        let call = Call {
            id: sent.id,
            link: link.id,
            link_name: link.name.clone(),
            entry: link.channel,
            department: answers.department.map(ponte_types::Line::into_string),
            rules,
        };
        let new = Session {
            person: answers.name.map(ponte_types::Line::into_string),
            email,
            phone,
            company: answers.company.map(ponte_types::Line::into_string),
            subject: answers.subject.map(ponte_types::Line::into_string),
            device: Some(program.device.clone()),
            connection: Some(program.connection),
            call: Some(call),
            ..directory.begun(session, MODE, Phase::called(now, reach), placement, None, now)
        };
        let entry = Entry { at: now, kind: HistoryKind::Called, by: Actor::EndUser };
        match self.store.add_called(&new, &program.to_keep(), &entry).await? {
            Called::Done(session) => {
                self.changed().await;
                Ok(CallOpened::Session(live(&directory, &session)?))
            }
            Called::Again(session) => {
                lock(&self.calls).was_right(&program.from);
                Ok(CallOpened::Session(self.serves_again(*session, program).await?))
            }
            Called::Gone => Err(gone()),
        }
    }

    /// The program asked before and did not hear the answer: its session is here.
    async fn serves_again(
        &self,
        mut session: Session,
        program: &Newcomer,
    ) -> Result<crate::ports::LiveSession, DeskError> {
        loop {
            let now = self.ambient.now();
            let over = |_| DeskError::Refused(ErrorCode::LinkExpired);
            let next = phase(&session)?.program_came().map_err(over)?;
            let id = session.id;
            let mut back = self.directory().moved(session, next, None, now);
            back.connection = Some(program.connection);
            back.device = Some(program.device.clone());
            let entry = Entry { at: now, kind: HistoryKind::Back, by: Actor::EndUser };
            if let Some(kept) = self.store.change(&back, Some(&program.to_keep()), &entry).await? {
                self.changed().await;
                return live(&self.directory(), &kept);
            }
            session = self.load(id).await?;
        }
    }

    /// The link, if it can be used, with what it asks.
    async fn open_link(
        &self,
        id: LinkId,
        from: Network,
    ) -> Result<Option<(CallForm, std::sync::Arc<Directory>, CallLink)>, DeskError> {
        // Who tries addresses learns nothing; they are kept from using the database up.
        let now = self.ambient.now();
        lock(&self.link_tries)
            .begin(from, now)
            .map_err(|retry_after| DeskError::TooManyTries { retry_after })?;
        let found = self.store.link(id).await;
        // One that is paused is somebody's who was given it.
        if found.as_ref().map_or(true, Option::is_some) {
            lock(&self.link_tries).was_right(&from);
        }
        let Some(link) = found?.filter(|link| !link.paused) else { return Ok(None) };
        let directory = self.directory_now().await?;
        let form = directory.channel(link.channel).map(|channel| channel.form.clone());
        Ok(form.map(|form| (form, directory, link)))
    }
}

/// Nobody shared a secret with who comes by a channel's link.
const MODE: PairingMode = PairingMode::Words;

fn channel_name(directory: &Directory, link: &CallLink) -> String {
    directory.channel(link.channel).map(|channel| channel.name.to_string()).unwrap_or_default()
}

/// Whom a request was meant for works in the channel that let it in, or it is for anybody there.
fn place_in(placement: &mut Placement, channel: ChannelId) {
    if placement.channel != channel {
        placement.channel = channel;
        placement.narrow = None;
    }
}

/// The form as it is shown: a question about categories only where the desk has some.
fn asked(directory: &Directory, link: &CallLink, form: &CallForm) -> AskedForm {
    let mut categories: Vec<(CategoryId, String)> = Vec::new();
    if form.category.asked != Asked::No {
        let all = directory.setup().categories.iter();
        categories.extend(all.map(|(id, category)| (*id, category.name.to_string())));
        categories.sort_by_key(|(_, name)| name.to_lowercase());
    }
    let question = |(what, field): (Question, &FormField)| Asks {
        what,
        required: field.asked == Asked::Required,
        label: field.label.as_ref().map(|label| label.to_string()),
    };
    let shown = |(what, _): &(Question, &FormField)| *what != Question::Category || !categories.is_empty();
    AskedForm {
        channel: channel_name(directory, link),
        questions: form.questions().filter(shown).map(question).collect(),
        categories,
        privacy: directory
            .channel(link.channel)
            .and_then(|channel| Some(channel.privacy.as_ref()?.to_string())),
    }
}

/// A request on its way to its channel.
struct Asking<'a> {
    link: &'a CallLink,
    answers: &'a Answers,
    device: &'a DeviceFacts,
}

impl Asking<'_> {
    /// Where the rules send it, with the names of those that decided; `None` when the channel is gone.
    fn routed(&self, directory: &Directory) -> Option<(Placement, Vec<String>)> {
        let text = |line: Option<&str>| line.map(str::to_owned);
        let company = self.company(directory);
        let category = self.answers.category.filter(|id| directory.setup().categories.contains_key(id));
        let request = Request {
            department: text(self.answers.department.as_ref().map(ponte_types::Line::as_str)),
            company,
            category,
            language: text(self.device.language.as_ref().map(ponte_types::Line::as_str)),
            system: text(self.device.system.as_ref().map(ponte_types::Line::as_str)),
            asset: self.device.asset_number(),
            text: self.answers.subject.as_ref().map(ToString::to_string).unwrap_or_default(),
            priority: directory.priority_of(category),
        };
        let route = directory.checked.plan.route(self.link.channel, &Facts::new(&request))?;
        let rules = decided(&route);
        let placement = Placement {
            company,
            category,
            priority: route.priority,
            narrow: route.narrow,
            needs: route.skills,
            ..Placement::in_channel(route.channel)
        };
        Some((placement, rules))
    }

    /// One of the desk's companies, when the person wrote its name.
    fn company(&self, directory: &Directory) -> Option<CompanyId> {
        let typed = self.answers.company.as_ref()?.as_str().to_lowercase();
        let mut all = directory.setup().companies.iter();
        all.find(|(_, company)| company.name.as_str().to_lowercase() == typed).map(|(id, _)| *id)
    }
}

fn decided(route: &Route) -> Vec<String> {
    let all = route.steps.iter().flat_map(|step| &step.checked);
    all.filter(|checked| checked.verdict == Verdict::Matched).map(|checked| checked.name.clone()).collect()
}
