//! The bar of a session: who, what they may do, for how long, and Stop.

use egui::{Align, CentralPanel, Frame, Layout, Margin, Panel, RichText, Ui, vec2};
use ponte_types::Grant;

use super::{
    Window,
    theme::{self, ALARM, INK, Kind, PAPER, button},
};
use crate::{
    strings::Text,
    view::{Coming, Command, Present, View},
};

pub(super) const SIZE: egui::Vec2 = vec2(820.0, 60.0);
pub(super) const WITH_CHAT: egui::Vec2 = vec2(820.0, 390.0);
/// From the screen's top edge: below the border.
pub(super) const TOP: f32 = 6.0;

impl Window {
    pub(super) fn bar(&mut self, ui: &mut Ui, view: &View) {
        let View::Session { holders, minutes, online, chat, .. } = view else { return };
        let frame = Frame::new().fill(INK).inner_margin(Margin::symmetric(18, 10));
        if self.draft.open {
            let below = Frame::new().fill(PAPER).stroke((1.0, INK)).inner_margin(Margin::symmetric(18, 12));
            let panel = Panel::bottom("messages").frame(below).resizable(false).show_separator_line(false);
            let height = WITH_CHAT.y - SIZE.y;
            panel.exact_size(height).show_inside(ui, |ui| self.chat(ui, chat, ui.available_height()));
        }
        CentralPanel::default().frame(frame).show_inside(ui, |ui| {
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.x = 12.0;
                if button(ui, self.say(Text::Stop), Kind::Alarm, vec2(92.0, 38.0)).clicked() {
                    self.send(Command::Stop);
                }
                if holders.iter().any(|it| it.grants.contains(Grant::Control))
                    && button(ui, self.say(Text::TakeBack), Kind::Quiet, vec2(150.0, 38.0)).clicked()
                {
                    self.send(Command::TakeBackControl);
                }
                let messages = if self.draft.open { Text::MessagesHide } else { Text::Messages };
                if button(ui, self.say(messages), Kind::Quiet, vec2(120.0, 38.0)).clicked() {
                    self.draft.open = !self.draft.open;
                    self.draft.focus = self.draft.open;
                    ui.ctx().request_repaint();
                }
                ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                    self.who(ui, holders, *minutes, *online)
                });
            });
        });
    }

    /// What somebody does here, where there are several to tell apart.
    fn does(&self, who: &Present) -> &'static str {
        self.say(match (who.grants.contains(Grant::Control), &who.coming) {
            (true, _) => Text::BarControls,
            (false, Coming::ToLookOn) => Text::BarLooksOn,
            (false, _) => Text::BarSees,
        })
    }

    fn who(&self, ui: &mut Ui, holders: &[Present], minutes: u32, online: bool) {
        let (dot, _) = ui.allocate_exact_size(vec2(14.0, 14.0), egui::Sense::hover());
        ui.painter().circle_filled(dot.center(), 6.0, if online { ALARM } else { theme::SOFT });
        let light = |text: &str| RichText::new(text).size(15.0).color(PAPER.gamma_multiply(0.75));
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            let names = match holders {
                [one] if one.coming != Coming::ToLookOn => one.name.clone(),
                several => {
                    let each = several.iter().map(|it| format!("{} ({})", it.name, self.does(it)));
                    each.collect::<Vec<_>>().join(", ")
                }
            };
            let size = if holders.len() > 2 { 14.0 } else { 17.0 };
            ui.add(egui::Label::new(RichText::new(names).size(size).color(PAPER)).truncate());
            let may = if holders.iter().any(|it| it.grants.contains(Grant::Control)) {
                Text::BarControl
            } else {
                Text::BarView
            };
            let line = if online {
                let minutes = self.language.say_with(Text::BarMinutes, &minutes.to_string());
                format!("{} · {minutes} · {}", self.say(may), self.say(Text::EscHint))
            } else {
                self.say(Text::BarLost).to_owned()
            };
            ui.add(egui::Label::new(light(&line).size(13.0)).truncate());
        });
    }
}
