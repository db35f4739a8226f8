//! The wait: number, place, an honest time, and the chat.

use egui::{Align, Frame, Layout, Margin, RichText, Ui, vec2};

use super::{
    Window,
    theme::{ACCENT, ALARM, INK, Kind, SOFT, WASH, body, button, heading, link, small},
};
use crate::{
    strings::Text,
    view::{Command, PictureSent, Place, View, Wait},
};

impl Window {
    pub(super) fn waiting(&mut self, ui: &mut Ui, view: &View) {
        let View::Waiting { desk, number, subject, place, picture, online, chat } = view else { return };
        ui.spacing_mut().item_spacing.y = 8.0;
        ui.label(small(desk));
        let frame = Frame::new().fill(WASH).corner_radius(14).inner_margin(Margin::symmetric(24, 12));
        frame.show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.with_layout(Layout::top_down(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.y = 4.0;
                ui.label(small(self.say(Text::WaitNumber)));
                ui.label(heading(&number.to_string()).size(40.0).color(ACCENT));
                if !subject.is_empty() {
                    ui.add(egui::Label::new(body(subject)).truncate());
                }
                for (line, strong) in self.standing(*place) {
                    let text = RichText::new(line).size(if strong { 19.0 } else { 16.0 });
                    ui.label(text.color(if strong { INK } else { SOFT }));
                }
            });
        });
        let (line, colour) = match picture {
            _ if !online => (Text::WaitOffline, ALARM),
            PictureSent::OnItsWay => (Text::WaitPicture, SOFT),
            PictureSent::Failed => (Text::WaitPictureFailed, ALARM),
            PictureSent::Kept => (Text::WaitPictureKept, SOFT),
            PictureSent::No => (Text::WaitStay, SOFT),
        };
        ui.label(small(self.say(line)).color(colour));
        let height = (ui.available_height() - 44.0).max(80.0);
        self.chat(ui, chat, height);
        self.cancel(ui, *online);
    }

    /// Where the request stands, in one or two sentences; the first is the one to be seen from afar.
    fn standing(&self, place: Option<Place>) -> Vec<(String, bool)> {
        let say = |text: Text| self.say(text).to_owned();
        let with = |text: Text, value: String| self.language.say_with(text, &value);
        let Some(place) = place else { return vec![(say(Text::WaitArrived), true)] };
        if place.taken {
            return vec![(say(Text::WaitTaken), true)];
        }
        let before = place.place.saturating_sub(1);
        let stands = match (place.place, before) {
            (0, _) => say(Text::WaitArrived),
            (_, 0) => say(Text::WaitNext),
            (_, 1) => say(Text::WaitOne),
            _ => with(if place.about { Text::WaitAbout } else { Text::WaitBefore }, before.to_string()),
        };
        let time = match (place.opens_at, place.wait) {
            (Some(at), _) => with(Text::WaitOpens, self.until(at)),
            (None, Wait::Now) => say(Text::WaitSoon),
            (None, Wait::Minutes { to: 1, .. }) => say(Text::WaitMinute),
            (None, Wait::Minutes { from, to }) => {
                let range = if from == 0 || from == to { to.to_string() } else { format!("{from}–{to}") };
                with(Text::WaitMinutes, range)
            }
            (None, Wait::Unknown) => say(Text::WaitUnknown),
        };
        vec![(stands, true), (time, false)]
    }

    /// Taking the request back is asked twice: a slip would cost the place.
    fn cancel(&mut self, ui: &mut Ui, online: bool) {
        if !online {
            self.cancelling = false;
            return;
        }
        if !self.cancelling {
            if link(ui, self.say(Text::WaitCancel)).clicked() {
                self.cancelling = true;
            }
            return;
        }
        let each = vec2(150.0, 36.0);
        ui.allocate_ui(vec2(ui.available_width(), each.y), |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 12.0;
                ui.label(RichText::new(self.say(Text::WaitCancelAsk)).size(15.5).color(INK));
                let keep = button(ui, self.say(Text::WaitCancelNo), Kind::Main, each);
                if keep.clicked() {
                    self.cancelling = false;
                }
                if button(ui, self.say(Text::WaitCancelYes), Kind::Quiet, each).clicked() {
                    self.cancelling = false;
                    self.send(Command::Cancel);
                }
            });
        });
    }
}
