//! Asking a channel for help by its link: the form, the picture, and the wait.
//!
//! Nothing of this machine is told before the person presses Send. A request that was sent and not answered is sent
//! again after a break, with the same id; the relay keeps it once.

use std::sync::Arc;

use ponte_desktop::{Rect, Still};
use ponte_types::{AttachmentId, CallId, CategoryId, ErrorCode, Line, Paragraphs, UnixMillis};
use ponte_wire::msg::{self, CallFieldKind, from_sos::Body as ToRelay, queue_place};
use tokio::task::JoinSet;

use super::{
    Engine,
    files::{NewFile, Purpose},
    session::Action,
};
use crate::{
    clock,
    disk::Source,
    view::{
        CallField, CallForm, CallProblem, CallStage, Course, Filled, Picture, PictureSent, Place, View, Wait,
    },
};

/// Questions and categories beyond these are not shown: a relay that lies must not fill the window.
const MOST_FIELDS: usize = 12;
const MOST_CATEGORIES: usize = 200;
/// Largest picture that is sent, in bytes of PNG; a larger one is made smaller.
const MOST_PICTURE: usize = 4 * 1024 * 1024;
/// Smallest part of its size at which a picture is still worth sending.
const SMALLEST: u32 = 4;

/// What the channel asks.
#[derive(Debug, Clone)]
struct Told {
    channel: String,
    fields: Vec<CallField>,
    categories: Vec<(CategoryId, String)>,
    privacy: String,
}

/// What the engine knows of a request.
#[derive(Default)]
pub(super) struct Calling {
    /// As the relay told it.
    form: Option<Told>,
    picture: Option<Picture>,
    stage: Option<CallStage>,
    /// What was sent, or is to be sent, until the relay answers.
    request: Option<(CallId, Filled)>,
    pub(super) number: u64,
    place: Option<Place>,
    sent: Option<PictureSent>,
    /// As which the picture is sent.
    file: Option<AttachmentId>,
    /// Being taken.
    taking: JoinSet<Option<Still>>,
    /// Being made smaller and packed.
    packing: JoinSet<Option<Vec<u8>>>,
}

/// What came of work beside the engine.
pub(super) enum Worked {
    Taken(Option<Still>),
    Packed(Option<Vec<u8>>),
}

impl Calling {
    pub(super) fn with(still: Option<Still>) -> Self {
        Self { picture: still.map(picture), ..Self::default() }
    }

    /// The form is before the person.
    pub(super) fn filling(&self) -> bool {
        self.form.is_some()
    }

    /// The relay may have opened a session that this end has not heard of.
    pub(super) fn unanswered(&self) -> bool {
        self.request.is_some()
    }

    pub(super) fn heard(&mut self, form: msg::CallForm) {
        let fields = form.fields.into_iter().take(MOST_FIELDS).filter_map(|told| field(&told)).collect();
        let category = |it: msg::CallCategory| {
            Some((CategoryId::try_from(&it.id[..]).ok()?, Line::<80>::cut(&it.name)?.into_string()))
        };
        let categories = form.categories.into_iter().take(MOST_CATEGORIES).filter_map(category).collect();
        let channel = Line::<80>::cut(&form.channel).map(Line::into_string).unwrap_or_default();
        let privacy =
            Paragraphs::<1_000>::cut(&form.privacy).map(Paragraphs::into_string).unwrap_or_default();
        self.form = Some(Told { channel, fields, categories, privacy });
    }

    pub(super) fn refused(&mut self, refused: &msg::CallRefused) {
        let again_at = (refused.again_at > 0).then_some(UnixMillis(refused.again_at));
        let problem = match refused.reason.as_str() {
            "paused" => CallProblem::Paused { again_at },
            "outside_hours" => CallProblem::OutsideHours { again_at },
            "full" => CallProblem::Full,
            "form" => CallProblem::OtherForm,
            "too_many_requests" | "too_many_tries" => CallProblem::TooMany,
            _ => CallProblem::Failed,
        };
        self.request = None;
        self.stage = Some(CallStage::Refused(problem));
    }

    pub(super) fn placed(&mut self, told: &msg::QueuePlace) {
        let wait = match &told.wait {
            Some(queue_place::Wait::Now(_)) => Wait::Now,
            Some(queue_place::Wait::Between(minutes)) if minutes.to > 0 => {
                Wait::Minutes { from: minutes.from.min(minutes.to), to: minutes.to }
            }
            _ => Wait::Unknown,
        };
        self.place = Some(Place {
            place: told.place,
            about: told.about,
            taken: told.taken,
            wait,
            opens_at: (told.opens_at > 0).then_some(UnixMillis(told.opens_at)),
        });
    }

    /// A session was opened: the picture that goes with it is packed now, if one does.
    pub(super) fn opened(&mut self, number: u64) {
        self.number = number;
        self.form = None;
        let Some((_, filled)) = self.request.take() else { return };
        self.sent = Some(if filled.picture.is_some() { PictureSent::OnItsWay } else { PictureSent::No });
        if let Some((picture, parts)) = filled.picture {
            self.picture = None;
            self.packing.spawn_blocking(move || pack(Arc::unwrap_or_clone(picture.0), &parts));
        }
    }

    /// Work beside the engine that is done; never ready while there is none.
    pub(super) async fn worked(&mut self) -> Worked {
        tokio::select! {
            Some(taken) = self.taking.join_next() => Worked::Taken(taken.ok().flatten()),
            Some(packed) = self.packing.join_next() => Worked::Packed(packed.ok().flatten()),
            else => std::future::pending().await,
        }
    }

    pub(super) fn taken(&mut self, still: Option<Still>) {
        // One that could not be taken leaves the one before.
        self.picture = still.map(picture).or(self.picture.take());
        self.stage = Some(CallStage::Filling);
    }

    /// A window that has gone for a picture comes back: whether there is a link or not, it is what the person has.
    pub(super) fn disconnected(&mut self) {
        if self.stage == Some(CallStage::Hiding) {
            self.stage = Some(CallStage::Filling);
        }
    }

    /// The window goes, and comes back with what is behind it.
    pub(super) fn hide(&mut self) {
        if self.form.is_some() && self.request.is_none() && self.taking.is_empty() {
            self.stage = Some(CallStage::Hiding);
        }
    }
}

fn picture(still: Still) -> Picture {
    Picture(Arc::new(still))
}

fn field(field: &msg::CallField) -> Option<CallField> {
    let kind = field.kind();
    let label = Line::<80>::cut(&field.label).map(Line::into_string).unwrap_or_default();
    let known = kind != CallFieldKind::Unspecified;
    known.then_some(CallField { kind, required: field.required, label })
}

/// The picture as it is sent: what is black is black in its very pixels.
fn pack(still: Still, parts: &[Rect]) -> Option<Vec<u8>> {
    let still = still.blackened(parts);
    (1..=SMALLEST).map(|n| png(&still.shrunk(n))).find_map(|packed| match packed {
        Ok(bytes) if bytes.len() <= MOST_PICTURE => Some(bytes),
        Ok(_) => None,
        Err(error) => {
            tracing::warn!(%error, "the picture could not be packed");
            None
        }
    })
}

fn png(still: &Still) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let (width, height) = still.size();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(still.rgb())?;
    writer.finish()?;
    Ok(bytes)
}

impl Engine {
    /// The person pressed Send: what goes to the relay, once there is a connection.
    pub(super) fn send_call(&mut self, filled: Filled) -> Vec<Action> {
        let calling = &mut self.state.calling;
        if calling.form.is_none() || calling.request.is_some() {
            return Vec::new();
        }
        // A system without random numbers has ended this program long before.
        let Ok(id) = clock::call_id() else { return Vec::new() };
        calling.request = Some((id, filled));
        calling.stage = Some(CallStage::Sending);
        self.call_again()
    }

    /// What was sent, or would have been, and was not answered.
    pub(super) fn call_again(&self) -> Vec<Action> {
        let Some((id, filled)) = &self.state.calling.request else { return Vec::new() };
        let request = msg::CallRequest {
            id: id.as_bytes().to_vec(),
            name: filled.name.clone(),
            contact: filled.contact.clone(),
            department: filled.department.clone(),
            company: filled.company.clone(),
            category: filled.category.map(|id| id.as_bytes().to_vec()).unwrap_or_default(),
            subject: filled.subject.clone(),
            device: Some((&self.facts).into()),
        };
        vec![Action::Send(ToRelay::Call(request))]
    }

    /// The window is out of the way.
    pub(super) fn take_still(&mut self) {
        if self.state.calling.stage == Some(CallStage::Hiding) && self.state.calling.taking.is_empty() {
            let take = self.desktop.still();
            self.state.calling.taking.spawn_blocking(take);
        }
    }

    /// The window was there before the link was: it has to go for a picture.
    pub(super) fn still_wanted(&self) -> bool {
        self.state.calling.picture.is_none() && self.state.calling.stage.is_none()
    }

    /// The picture is ready to be sent, or cannot be.
    pub(super) fn picture_packed(&mut self, packed: Option<Vec<u8>>) {
        let file = packed.zip(clock::attachment_id().ok()).map(|(bytes, id)| {
            let (name, source) = ("screen.png".to_owned(), Source::Bytes(bytes.into()));
            (id, NewFile { name, source, purpose: Purpose::Screenshot })
        });
        self.state.calling.sent = Some(PictureSent::Failed);
        if let Some((id, file)) = file
            && self.state.chat.files.add(id, file)
        {
            self.state.calling.file = Some(id);
        }
    }

    /// What has become of the picture.
    fn picture_sent(&self) -> PictureSent {
        let calling = &self.state.calling;
        match calling.file.map(|id| self.state.chat.files.on_its_way(id)) {
            Some(Some(true)) => PictureSent::OnItsWay,
            Some(Some(false)) => PictureSent::Failed,
            // The relay has all of it.
            Some(None) => PictureSent::Kept,
            None => calling.sent.unwrap_or(PictureSent::No),
        }
    }

    /// Nothing of this machine has been told, and nothing is to be.
    pub(super) fn is_private(&self) -> bool {
        self.calls && !self.state.in_session && !self.state.calling.unanswered()
    }

    /// The form, while it is one; or the wait.
    pub(super) fn call_view(&self) -> Option<View> {
        let (calling, desk) = (&self.state.calling, self.state.desk.clone());
        if self.state.in_session {
            // What has come of it otherwise has a page for every session.
            return (self.calls && self.state.course == Course::Going).then(|| View::Waiting {
                desk,
                number: calling.number,
                subject: self.state.subject.clone(),
                place: calling.place,
                picture: self.picture_sent(),
                online: self.state.online,
                chat: self.state.chat.shown(),
            });
        }
        let Some(Told { channel, fields, categories, privacy }) = calling.form.clone() else {
            // What the channel asks is on its way.
            return self.calls.then_some(View::Connecting { host: desk });
        };
        Some(View::Call(Box::new(CallForm {
            desk,
            channel,
            fields,
            categories,
            privacy,
            picture: calling.picture.clone(),
            stage: calling.stage.unwrap_or(CallStage::Filling),
            online: self.state.online,
        })))
    }
}

/// What becomes of a refusal to open the form.
pub(super) fn no_such_call(code: ErrorCode) -> bool {
    matches!(code, ErrorCode::LinkExpired | ErrorCode::NotFound | ErrorCode::InvalidRequest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn screen(width: u32, height: u32) -> Still {
        let secret = (0..width * height).flat_map(|n| [n as u8, (n >> 3) as u8, (n >> 7) as u8 | 1, 0]);
        Still::from_bgra(width, height, &secret.collect::<Vec<_>>()).unwrap()
    }

    fn read(packed: &[u8]) -> (u32, u32, Vec<u8>) {
        let mut reader = png::Decoder::new(std::io::Cursor::new(packed)).read_info().unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        (info.width, info.height, pixels)
    }

    #[test]
    fn what_was_blacked_out_is_not_in_what_is_sent() {
        let parts = [Rect::new(10, 20, 30, 15), Rect::new(60, 0, 500, 9)];
        let (width, height, pixels) = read(&pack(screen(100, 50), &parts).unwrap());
        assert_eq!((width, height), (100, 50));
        let original = screen(100, 50);
        for (at, (pixel, was)) in pixels.chunks_exact(3).zip(original.rgb().chunks_exact(3)).enumerate() {
            let (x, y) = ((at % 100) as u32, (at / 100) as u32);
            let inside =
                parts.iter().any(|p| x >= p.x && x < p.x + p.width && y >= p.y && y < p.y + p.height);
            assert_eq!(pixel, if inside { [0; 3] } else { [was[0], was[1], was[2]] }, "{x} {y}");
        }
    }

    #[test]
    fn a_picture_that_is_too_large_is_made_smaller_and_stays_black() {
        // Noise cannot be packed: three bytes a pixel.
        let mut seed = 7u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 24) as u8 | 1
        })
        .take(3000 * 1000 * 4)
        .collect();
        let packed =
            pack(Still::from_bgra(3000, 1000, &noise).unwrap(), &[Rect::new(0, 0, 1500, 1000)]).unwrap();
        assert!(packed.len() <= MOST_PICTURE);
        let (width, height, pixels) = read(&packed);
        assert_eq!((width, height), (1500, 500));
        assert!(pixels.chunks_exact(3 * 1500).all(|row| row[..3 * 750].iter().all(|value| *value == 0)));
    }

    #[test]
    fn a_relay_that_says_nonsense_fills_no_window() {
        let mut calling = Calling::default();
        let field = msg::CallField { kind: 99, required: true, label: "x".repeat(500) };
        let name = msg::CallField { kind: CallFieldKind::CallName.into(), ..field.clone() };
        calling.heard(msg::CallForm {
            channel: "\u{202e}Finance\n".into(),
            fields: [vec![field], vec![name; 50]].concat(),
            categories: vec![msg::CallCategory { id: vec![1], name: "x".into() }],
            privacy: "\u{202e}y".repeat(2_000),
        });
        let Told { channel, fields, categories, privacy } = calling.form.unwrap();
        assert_eq!((channel.as_str(), categories.len()), ("Finance", 0));
        assert_eq!((privacy.chars().count(), privacy.contains('\u{202e}')), (1_000, false));
        assert_eq!((fields.len(), fields[0].label.chars().count()), (MOST_FIELDS - 1, 80));
    }
}
