//! The form of a channel: what is wrong, who asks, and the picture of the screen that goes with it.

use egui::{Align, Layout, Margin, RichText, ScrollArea, TextEdit, TextureHandle, TextureOptions, Ui, vec2};
use ponte_desktop::Rect;
use ponte_types::{CategoryId, UnixMillis};
use ponte_wire::msg::CallFieldKind;

use super::{
    Window,
    blackout::Parts,
    theme::{ACCENT, ALARM, INK, Kind, LINE, PAPER, SOFT, WASH, body, button, heading, link, small},
};
use crate::{
    clock,
    strings::Text,
    view::{CallField, CallForm, CallProblem, CallStage, Command, Filled, Picture},
};

/// Longest answers, in characters: as the relay allows.
const LONGEST: usize = 120;
const LONGEST_SUBJECT: usize = 200;
/// The picture's width beside the questions.
const THUMB: f32 = 200.0;
const SEND: egui::Vec2 = vec2(240.0, 52.0);

/// What the person has filled in so far.
#[derive(Default)]
pub(super) struct Request {
    name: String,
    contact: String,
    department: String,
    company: String,
    subject: String,
    category: Option<CategoryId>,
    /// Send was pressed: what is missing is shown.
    checked: bool,
    left_out: bool,
    pub(super) parts: Parts,
    /// The picture that the parts belong to, and how it is shown.
    pub(super) shown: Option<(Picture, TextureHandle)>,
    /// The page on which parts are blacked out is open.
    blacking: bool,
    /// That page was closed: the keyboard is to be where it was opened.
    back: bool,
    /// What becomes of what is written is to be read.
    privacy: bool,
}

impl Request {
    pub(super) fn blacking(&self) -> bool {
        self.blacking
    }

    pub(super) fn end_blacking(&mut self) {
        (self.blacking, self.back) = (false, true);
    }

    fn text(&mut self, kind: CallFieldKind) -> Option<&mut String> {
        Some(match kind {
            CallFieldKind::CallName => &mut self.name,
            CallFieldKind::CallContact => &mut self.contact,
            CallFieldKind::CallDepartment => &mut self.department,
            CallFieldKind::CallCompany => &mut self.company,
            CallFieldKind::CallSubject => &mut self.subject,
            CallFieldKind::CallCategory | CallFieldKind::Unspecified => return None,
        })
    }

    fn misses(&mut self, field: &CallField) -> bool {
        field.required
            && match self.text(field.kind) {
                Some(text) => text.trim().is_empty(),
                None => self.category.is_none(),
            }
    }

    fn filled(&self, picture: Option<&Picture>) -> Filled {
        let parts = || -> Vec<Rect> { self.parts.boxes().to_vec() };
        Filled {
            name: self.name.clone(),
            contact: self.contact.clone(),
            department: self.department.clone(),
            company: self.company.clone(),
            category: self.category,
            subject: self.subject.clone(),
            picture: picture.filter(|_| !self.left_out).map(|picture| (picture.clone(), parts())),
        }
    }
}

impl Window {
    pub(super) fn call(&mut self, ui: &mut Ui, form: &CallForm, fresh: bool) {
        self.show_picture(ui, form.picture.as_ref());
        let sending = form.stage == CallStage::Sending;
        ui.label(small(&[form.desk.as_str(), form.channel.as_str()].join(" · ")));
        ui.label(heading(self.say(Text::CallTitle)));
        let foot = if form.privacy.is_empty() { 116.0 } else { 142.0 };
        let height = (ui.available_height() - foot).max(120.0);
        ScrollArea::vertical().max_height(height).auto_shrink([false, false]).show(ui, |ui| {
            ui.set_max_width(ui.available_width() - 12.0);
            ui.add_enabled_ui(!sending, |ui| {
                ui.with_layout(Layout::top_down(Align::LEFT), |ui| {
                    ui.spacing_mut().item_spacing.y = 6.0;
                    for (index, field) in form.fields.iter().enumerate() {
                        self.question_of(ui, form, field, fresh && index == 0);
                    }
                    self.picture(ui, form);
                    if !form.privacy.is_empty() {
                        ui.add_space(6.0);
                        ui.label(small(self.say(Text::CallPrivacy)).strong());
                        let text = ui.add(egui::Label::new(small(&form.privacy)).wrap());
                        if std::mem::take(&mut self.request.privacy) {
                            text.scroll_to_me(None);
                        }
                    }
                });
            });
        });
        ui.add_space(14.0);
        ui.with_layout(Layout::top_down(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.y = 8.0;
            let (line, colour) = self.state_of(form);
            ui.label(small(&line).color(colour));
            if !form.privacy.is_empty() && link(ui, self.say(Text::CallPrivacy)).clicked() {
                self.request.privacy = true;
            }
            let label = self.say(if sending { Text::CallSending } else { Text::CallSend });
            let send = ui.add_enabled_ui(!sending, |ui| button(ui, label, Kind::Main, SEND)).inner;
            if send.clicked() && !sending {
                self.try_to_send(ui, form);
            }
        });
    }

    fn try_to_send(&mut self, ui: &Ui, form: &CallForm) {
        self.request.checked = true;
        let missing = form.fields.iter().find(|field| self.request.misses(field));
        match missing {
            Some(field) => ui.memory_mut(|memory| memory.request_focus(id_of(field))),
            None => self.send(Command::Call(Box::new(self.request.filled(form.picture.as_ref())))),
        }
    }

    /// One question, with what is wrong with its answer below it.
    fn question_of(&mut self, ui: &mut Ui, form: &CallForm, field: &CallField, first: bool) {
        let own = match field.kind {
            CallFieldKind::CallName => Text::CallName,
            CallFieldKind::CallContact => Text::CallContact,
            CallFieldKind::CallDepartment => Text::CallDepartment,
            CallFieldKind::CallCompany => Text::CallCompany,
            CallFieldKind::CallCategory => Text::CallCategory,
            CallFieldKind::CallSubject => Text::CallSubject,
            CallFieldKind::Unspecified => return,
        };
        let label = if field.label.is_empty() { self.say(own) } else { field.label.as_str() };
        let label =
            if field.required { label.to_owned() } else { self.language.say_with(Text::CallOptional, label) };
        let label = ui.label(body(&label));
        let wrong = self.request.checked && self.request.misses(field);
        if field.kind == CallFieldKind::CallCategory {
            self.categories(ui, form, field);
        } else {
            let language = self.language;
            let subject = field.kind == CallFieldKind::CallSubject;
            let longest = if subject { LONGEST_SUBJECT } else { LONGEST };
            let Some(text) = self.request.text(field.kind) else { return };
            let edit =
                if subject { TextEdit::multiline(text).desired_rows(2) } else { TextEdit::singleline(text) };
            let edit = edit
                .id(id_of(field))
                // Enter does not part what is one sentence; Tab goes on.
                .return_key(None)
                .text_color(INK)
                .background_color(PAPER)
                .font(egui::FontId::proportional(17.0))
                .margin(Margin::symmetric(12, 9))
                .char_limit(longest)
                .desired_width(f32::INFINITY);
            let edit = ui.add(edit).labelled_by(label.id);
            let colour = if wrong {
                ALARM
            } else if edit.has_focus() {
                ACCENT
            } else {
                LINE
            };
            let stroke = egui::Stroke::new(if edit.has_focus() || wrong { 2.0 } else { 1.0 }, colour);
            ui.painter().rect_stroke(edit.rect, 6.0, stroke, egui::StrokeKind::Inside);
            if first {
                edit.request_focus();
            }
            seen(&edit);
            let length = text.chars().count();
            if length == longest {
                ui.label(small(&language.say_with(Text::CallTooLong, &longest.to_string())));
            }
        }
        if wrong {
            let choose = field.kind == CallFieldKind::CallCategory;
            let text = self.say(if choose { Text::CallChoose } else { Text::CallMissing });
            ui.label(small(text).color(ALARM));
        }
        ui.add_space(4.0);
    }

    /// All to be seen, each reached by Tab.
    fn categories(&mut self, ui: &mut Ui, form: &CallForm, field: &CallField) {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(8.0, 8.0);
            for (index, (id, name)) in form.categories.iter().enumerate() {
                let chosen = self.request.category == Some(*id);
                let (fill, ink, edge) = if chosen { (ACCENT, PAPER, ACCENT) } else { (PAPER, INK, LINE) };
                let name = RichText::new(name).size(15.5).color(ink);
                let look = egui::Button::new(name).fill(fill).stroke((1.5, edge)).corner_radius(16);
                let look = look.selected(chosen);
                let pressed =
                    if index == 0 { ui.push_id(id_of(field), |ui| ui.add(look)).inner } else { ui.add(look) };
                if pressed.has_focus() {
                    let edge = egui::Stroke::new(2.5, INK);
                    ui.painter().rect_stroke(pressed.rect.expand(3.0), 18.0, edge, egui::StrokeKind::Inside);
                }
                if seen(&pressed).clicked() {
                    self.request.category = if chosen && !field.required { None } else { Some(*id) };
                }
            }
        });
    }

    fn picture(&mut self, ui: &mut Ui, form: &CallForm) {
        let frame = egui::Frame::new().fill(WASH).corner_radius(10).inner_margin(Margin::symmetric(14, 12));
        let shown = self.request.shown.as_ref().map(|(picture, texture)| (picture.0.size(), texture.id()));
        frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            let Some((size, texture)) = shown.filter(|_| form.picture.is_some()) else {
                ui.label(small(self.say(Text::CallNoPicture)));
                if seen(&link(ui, self.say(Text::CallTakeAgain))).clicked() {
                    self.send(Command::TakeAgain);
                }
                return;
            };
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 16.0;
                if !self.request.left_out {
                    let thumb = self.request.parts.thumb(ui, texture, size, THUMB);
                    seen(&thumb);
                    if thumb.clicked() {
                        self.request.blacking = true;
                    }
                }
                ui.vertical(|ui| {
                    ui.spacing_mut().item_spacing.y = 4.0;
                    let out = self.request.left_out;
                    let says = if out { Text::CallPictureOut } else { Text::CallPicture };
                    ui.add(egui::Label::new(RichText::new(self.say(says)).size(15.5).color(INK)).wrap());
                    if out {
                        if seen(&link(ui, self.say(Text::CallPutIn))).clicked() {
                            self.request.left_out = false;
                        }
                        return;
                    }
                    let black = link(ui, self.say(Text::CallBlack));
                    if std::mem::take(&mut self.request.back) {
                        black.request_focus();
                    }
                    if seen(&black).clicked() {
                        self.request.blacking = true;
                    }
                    if seen(&link(ui, self.say(Text::CallLeaveOut))).clicked() {
                        self.request.left_out = true;
                    }
                    if seen(&link(ui, self.say(Text::CallTakeAgain))).clicked() {
                        self.send(Command::TakeAgain);
                    }
                });
            });
        });
    }

    /// Keeps the picture where it can be drawn. Parts that were black on another one are not on this.
    fn show_picture(&mut self, ui: &Ui, picture: Option<&Picture>) {
        let Some(picture) = picture else {
            self.request.shown = None;
            return;
        };
        if self.request.shown.as_ref().is_some_and(|(shown, _)| shown == picture) {
            return;
        }
        // As large as it is ever drawn, and no larger: a screen takes many megabytes.
        let (width, _) = picture.0.size();
        let small = picture.0.shrunk((width / super::BLACKOUT_PIXELS).max(1));
        let (width, height) = small.size();
        let image = egui::ColorImage::from_rgb([width as usize, height as usize], small.rgb());
        let texture = ui.ctx().load_texture("screen", image, TextureOptions::LINEAR);
        self.request.shown = Some((picture.clone(), texture));
        self.request.parts = Parts::default();
    }

    /// What there is to say beside Send.
    fn state_of(&self, form: &CallForm) -> (String, egui::Color32) {
        let again = |text: Text, at: Option<UnixMillis>| {
            let says = self.say(text).to_owned();
            match at {
                Some(at) => format!("{says} {}", self.language.say_with(Text::CallAgain, &self.until(at))),
                None => says,
            }
        };
        match form.stage {
            _ if !form.online => (self.say(Text::CallOffline).to_owned(), ALARM),
            CallStage::Refused(problem) => {
                let says = match problem {
                    CallProblem::Paused { again_at } => again(Text::CallPaused, again_at),
                    CallProblem::OutsideHours { again_at } => again(Text::CallClosed, again_at),
                    CallProblem::Full => self.say(Text::CallFull).to_owned(),
                    CallProblem::OtherForm => self.say(Text::CallOtherForm).to_owned(),
                    CallProblem::TooMany => self.say(Text::CallTooMany).to_owned(),
                    CallProblem::Failed => self.say(Text::CallFailed).to_owned(),
                };
                (says, ALARM)
            }
            _ => (self.say(Text::CallNothingSent).to_owned(), SOFT),
        }
    }

    /// From now until then, in words.
    pub(super) fn until(&self, at: UnixMillis) -> String {
        let minutes = at.since(clock::now()).as_secs().div_ceil(60).max(1);
        let with = |text, number: u64| self.language.say_with(text, &number.to_string());
        match minutes {
            1 => self.say(Text::InMinute).to_owned(),
            2..60 => with(Text::InMinutes, minutes),
            60..90 => self.say(Text::InHour).to_owned(),
            90..2880 => with(Text::InHours, (minutes + 30) / 60),
            _ => with(Text::InDays, (minutes + 720) / 1440),
        }
    }
}

/// What the keyboard comes to is brought into view.
fn seen(response: &egui::Response) -> &egui::Response {
    if response.gained_focus() {
        response.scroll_to_me(None);
    }
    response
}

fn id_of(field: &CallField) -> egui::Id {
    egui::Id::new(("question", field.kind as i32))
}
