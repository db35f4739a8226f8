//! What both sides wrote, and a line to write in.

use egui::{Align, Frame, Key, Layout, Margin, RichText, ScrollArea, TextEdit, Ui, vec2};
use ponte_types::{ErrorCode, MessageText};

use super::{
    Window,
    theme::{ACCENT, ALARM, INK, Kind, LINE, OWN, PAPER, SOFT, WASH, button, link},
};
use crate::{
    strings::Text,
    view::{Chat, Command, FileState, Said, Sending},
};

const LINE_HEIGHT: f32 = 44.0;
const FILE: egui::Vec2 = vec2(92.0, 40.0);

/// What the person is doing with the chat.
#[derive(Debug, Default)]
pub(super) struct Draft {
    text: String,
    /// The newest message that was on the screen.
    pub(super) read: u64,
    /// While somebody looks at the screen: the messages are shown under the bar.
    pub(super) open: bool,
    /// The line to write in gets the keyboard when it is shown next.
    pub(super) focus: bool,
    /// How many messages there were when they were last shown.
    shown: usize,
    /// The list of this machine's files, while one is chosen.
    pub(super) picker: Option<super::files::Picker>,
    pub(super) pasting: super::files::Pasting,
    /// After the end: what was said is read.
    pub(super) reading: bool,
}

impl Window {
    /// The messages in `height`, with the line to write in below.
    pub(super) fn chat(&mut self, ui: &mut Ui, chat: &Chat, height: f32) {
        self.read(chat);
        self.take_files(ui, chat.limits.as_ref());
        self.drop_hint(ui, chat.limits.as_ref());
        if let (Some(limits), true) = (&chat.limits, self.draft.picker.is_some()) {
            return self.pick(ui, limits, height);
        }
        self.messages(ui, chat, height - LINE_HEIGHT - 6.0);
        ui.add_space(6.0);
        self.line(ui, chat);
    }

    /// What was said, in `height`.
    pub(super) fn messages(&mut self, ui: &mut Ui, chat: &Chat, height: f32) {
        let grew = std::mem::replace(&mut self.draft.shown, chat.said.len()) < chat.said.len();
        let mut again = None;
        let list = Frame::new().fill(WASH).corner_radius(10).inner_margin(Margin::symmetric(14, 8));
        list.show(ui, |ui| {
            // While the window is still a bar there is no room at all.
            let height = (height - 28.0).max(LINE_HEIGHT);
            ui.set_min_height(height);
            ui.set_width(ui.available_width());
            if chat.said.is_empty() {
                ui.label(RichText::new(self.say(Text::ChatEmpty)).size(15.0).color(SOFT));
            }
            ScrollArea::vertical().max_height(height).auto_shrink([false, true]).stick_to_bottom(true).show(
                ui,
                |ui| {
                    ui.spacing_mut().item_spacing.y = 6.0;
                    // Beside the bar that scrolls, not under it.
                    ui.set_max_width((ui.available_width() - 10.0).max(1.0));
                    for said in &chat.said {
                        again = again.or(self.message(ui, said));
                    }
                    if grew {
                        ui.scroll_to_cursor(Some(Align::BOTTOM));
                    }
                },
            );
        });
        if let Some(id) = again {
            self.send(Command::SayAgain(id));
        }
    }

    /// The person has the messages before them.
    fn read(&mut self, chat: &Chat) {
        if chat.newest > self.draft.read {
            self.draft.read = chat.newest;
            self.send(Command::Read(chat.newest));
        }
    }

    fn message(&self, ui: &mut Ui, said: &Said) -> Option<ponte_types::MessageId> {
        if let Some(coming) = &said.coming {
            let word = if coming.came { Text::ChatCame } else { Text::ChatLeft };
            let line = self.language.say_with(word, &coming.technician);
            ui.vertical_centered(|ui| ui.label(RichText::new(line).size(13.5).color(SOFT)));
            return None;
        }
        let mine = said.by.is_none();
        let mut again = None;
        let side = if mine { Layout::right_to_left(Align::TOP) } else { Layout::left_to_right(Align::TOP) };
        ui.with_layout(side, |ui| {
            ui.set_max_width(ui.available_width());
            let fill = if mine { OWN } else { PAPER };
            let bubble = Frame::new().fill(fill).corner_radius(10).inner_margin(Margin::symmetric(12, 7));
            let widest = (ui.available_width() * 0.8).max(1.0);
            let font = egui::FontId::proportional(16.0);
            let text = match (&said.file, said.removed) {
                (Some(_), false) => widest.min(320.0),
                (_, true) => widest,
                (None, false) => ui.painter().layout(said.text.clone(), font, INK, widest).size().x,
            };
            bubble.show(ui, |ui| {
                // A bubble on the right would take all the room that it may.
                ui.set_max_width(if mine { text.ceil() + 1.0 } else { widest });
                ui.with_layout(Layout::top_down(Align::LEFT), |ui| {
                    ui.spacing_mut().item_spacing.y = 2.0;
                    if let Some(by) = &said.by {
                        ui.label(RichText::new(by).size(13.0).color(ACCENT));
                    }
                    match &said.file {
                        _ if said.removed => {
                            let removed = RichText::new(self.say(Text::ChatRemoved)).size(14.0).color(SOFT);
                            ui.add(egui::Label::new(removed).wrap());
                        }
                        Some(file) => self.file(ui, file, mine),
                        None => {
                            let text = RichText::new(&said.text).size(16.0).color(INK);
                            ui.add(egui::Label::new(text).wrap());
                        }
                    }
                });
            });
        });
        // A file on its way says so itself.
        let says = said.file.as_ref().is_none_or(|file| file.state == FileState::Kept);
        if mine && says {
            let (word, colour) = match said.sending {
                Sending::OnItsWay => (Text::ChatSending, SOFT),
                Sending::Kept => (Text::ChatSent, SOFT),
                Sending::Seen => (Text::ChatSeen, SOFT),
                Sending::Refused(ErrorCode::TooManyRequests) => (Text::ChatTooFast, ALARM),
                Sending::Refused(_) => (Text::ChatRefused, ALARM),
            };
            ui.with_layout(Layout::right_to_left(Align::TOP), |ui| {
                ui.label(RichText::new(self.say(word)).size(12.5).color(colour));
                if let (Some(id), Sending::Refused(_)) = (said.id, said.sending)
                    && !self.draft.reading
                    && link(ui, self.say(Text::TryAgain)).clicked()
                {
                    again = Some(id);
                }
            });
        }
        again
    }

    fn line(&mut self, ui: &mut Ui, chat: &Chat) {
        let full = chat.full;
        // Buttons with the space before them.
        let beside = if chat.limits.is_some() { 106.0 + FILE.x + 10.0 } else { 106.0 };
        let width = ui.available_width().max(160.0);
        ui.allocate_ui(vec2(width, LINE_HEIGHT), |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 10.0;
                let edit = TextEdit::singleline(&mut self.draft.text)
                    .hint_text(RichText::new(self.language.say(Text::ChatHint)).color(SOFT))
                    .text_color(INK)
                    .background_color(PAPER)
                    .font(egui::FontId::proportional(16.0))
                    .margin(Margin::symmetric(12, 10))
                    .char_limit(MessageText::MAX)
                    .desired_width(width - beside)
                    .vertical_align(Align::Center);
                let edit = ui.add(edit);
                let stroke = egui::Stroke::new(1.0, LINE);
                ui.painter().rect_stroke(edit.rect, 6.0, stroke, egui::StrokeKind::Inside);
                if std::mem::take(&mut self.draft.focus) {
                    edit.request_focus();
                }
                let entered = edit.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
                if let Some(limits) = &chat.limits
                    && button(ui, self.say(Text::FileGive), Kind::Quiet, FILE).clicked()
                {
                    self.open_picker(ui, limits);
                }
                let pressed = button(ui, self.say(Text::ChatSend), Kind::Main, vec2(96.0, 40.0)).clicked();
                if (entered || pressed) && !full && !self.draft.text.trim().is_empty() {
                    let text = std::mem::take(&mut self.draft.text);
                    self.send(Command::Say(text));
                    edit.request_focus();
                }
            });
        });
    }
}
