//! SOS Call: the form on its way to the records, and the place in the queue on its way to the program.

use ponte_desk::setup::Question as Asks;
use ponte_types::{CallId, CategoryId, DeviceFacts, ErrorCode, LinkId};
use ponte_wire::msg::{self, CallFieldKind, queue_place, to_sos};

use super::{Room, sos::keep_program};
use crate::{
    live::hub::{session_opened, within},
    ports::{
        AskedForm, CallNo, CallOpened, CallSent, Course, Filled, LiveSession, Newcomer, Question, Standing,
        Wait,
    },
};

impl Room {
    /// The person pressed Send.
    pub(super) async fn call(&mut self, request: msg::CallRequest) {
        let (Some(link), None) = (self.calling, &self.session) else {
            // Not asked for, or asked and opened already: the answer is on its way.
            if self.calling.is_none() {
                self.hang_up(ErrorCode::InvalidRequest).await;
            }
            return;
        };
        match self.open_call(link, request).await {
            Ok(()) => {}
            // What passes is tried again by the person, who keeps what they wrote.
            Err(code @ (ErrorCode::LinkExpired | ErrorCode::InvalidRequest)) => self.hang_up(code).await,
            Err(code) => self.refuse_call(code.as_str(), None),
        }
    }

    async fn open_call(&mut self, link: LinkId, request: msg::CallRequest) -> Result<(), ErrorCode> {
        let Some(sos) = &self.sos else { return Ok(()) };
        let id = CallId::try_from(&request.id[..]).map_err(|_| ErrorCode::InvalidRequest)?;
        let category = (!request.category.is_empty()).then(|| CategoryId::try_from(&request.category[..]));
        let category = category.transpose().map_err(|_| ErrorCode::InvalidRequest)?;
        self.device = keep_program(DeviceFacts::from(request.device.unwrap_or_default()), &self.device);
        let program = Newcomer {
            connection: sos.connection,
            token: sos.token.clone(),
            device: self.device.clone(),
            from: sos.from,
        };
        let filled = Filled {
            name: request.name,
            contact: request.contact,
            department: request.department,
            company: request.company,
            category,
            subject: request.subject,
        };
        let sent = CallSent { id, filled };
        match within(self.hub.shared.records.open_call(&program, link, &sent)).await? {
            CallOpened::Session(session) => {
                self.hub.session_begins(program.connection, session.id);
                self.send_sos(to_sos::Body::SessionOpened(session_opened(&session)));
                self.session = Some(session);
                self.calling = None;
                self.tell_whole_chat().await;
                self.tell_place();
            }
            CallOpened::No(CallNo { reason, again_at, form }) => {
                if let Some(form) = form {
                    self.send_sos(to_sos::Body::CallForm(call_form(&form)));
                }
                self.refuse_call(reason, again_at.map(|at| at.0));
            }
        }
        Ok(())
    }

    fn refuse_call(&mut self, reason: &str, again_at: Option<i64>) {
        let refused = msg::CallRefused { reason: reason.to_owned(), again_at: again_at.unwrap_or(0) };
        self.send_sos(to_sos::Body::CallRefused(refused));
    }

    /// The queue has moved.
    pub(super) fn placed(&mut self, standing: Standing) {
        if self.standing != Some(standing) {
            self.standing = Some(standing);
            self.tell_place();
        }
    }

    /// Who waited by a channel's link hears that somebody has taken their request. One that was given back is placed anew.
    pub(super) fn tell_taken(&mut self) {
        match &self.session {
            Some(LiveSession { called: true, owner: Some(_), .. }) => self.placed(Standing::TAKEN),
            Some(LiveSession { called: true, owner: None, course: Course::Going, .. })
                if self.standing == Some(Standing::TAKEN) =>
            {
                self.placed(Standing::BACK);
            }
            _ => {}
        }
    }

    /// A program that has just come hears where it stands; it is told again when the queue moves.
    pub(super) fn tell_place(&mut self) {
        if let Some(standing) = self.standing {
            self.send_sos(to_sos::Body::Place(place(&standing)));
        }
    }
}

/// A form as it travels.
pub(in crate::live) fn call_form(form: &AskedForm) -> msg::CallForm {
    let category = |(id, name): &(CategoryId, String)| msg::CallCategory {
        id: id.as_bytes().to_vec(),
        name: name.clone(),
    };
    msg::CallForm {
        channel: form.channel.clone(),
        fields: form.questions.iter().map(field).collect(),
        categories: form.categories.iter().map(category).collect(),
        privacy: form.privacy.clone().unwrap_or_default(),
    }
}

fn field(question: &Question) -> msg::CallField {
    let kind = match question.what {
        Asks::Name => CallFieldKind::CallName,
        Asks::Contact => CallFieldKind::CallContact,
        Asks::Department => CallFieldKind::CallDepartment,
        Asks::Company => CallFieldKind::CallCompany,
        Asks::Category => CallFieldKind::CallCategory,
        Asks::Subject => CallFieldKind::CallSubject,
    };
    let label = question.label.clone().unwrap_or_default();
    msg::CallField { kind: kind.into(), required: question.required, label }
}

fn place(standing: &Standing) -> msg::QueuePlace {
    let wait = match standing.wait {
        Wait::Now => Some(queue_place::Wait::Now(msg::WaitNow {})),
        Wait::Minutes { from, to } => Some(queue_place::Wait::Between(msg::WaitMinutes { from, to })),
        Wait::Unknown => None,
    };
    msg::QueuePlace {
        place: standing.place,
        about: standing.about,
        taken: standing.taken,
        opens_at: standing.opens_at.map_or(0, |at| at.0),
        wait,
    }
}
