//! The pages of the window.

use std::time::{Duration, Instant};

use egui::{Align, CentralPanel, Frame, Key, Label, Layout, Margin, ScrollArea, TextEdit, Ui, Vec2, vec2};
use ponte_session::gate::{Proof, Question};
use ponte_types::{EndReason, ErrorCode, Grant, PairingWords};

use super::{
    Window,
    theme::{self, ACCENT, ALARM, INK, Kind, LINE, WASH, body, button, code, digits, heading, link, small},
    typed_ahead::TypedAhead,
};
use crate::{
    config::Start,
    link::{AnyLink, BadLink},
    strings::Text,
    trust::Fingerprint,
    view::{Chat, Coming, Command, Course, Ending, Offline, Replaced, View},
};

const WIDE: Vec2 = vec2(240.0, 50.0);
const HALF: Vec2 = vec2(200.0, 54.0);
/// Of the two answers to whether it is solved.
const ANSWER: Vec2 = vec2(300.0, 54.0);

/// How long a page that asks must have been seen before yes counts.
const YES_AFTER: Duration = Duration::from_millis(700);

impl Window {
    pub(super) fn page(&mut self, ui: &mut Ui, view: &View) {
        let frame = Frame::new().fill(theme::PAPER).inner_margin(Margin::symmetric(40, 30));
        let another = self.asks_something_else(view);
        if another {
            ui.ctx().with_plugin(TypedAhead::forget);
        }
        let fresh = another || self.focused != Some(std::mem::discriminant(view));
        self.focused = Some(std::mem::discriminant(view));
        CentralPanel::default().frame(frame).show_inside(ui, |ui| {
            ui.with_layout(Layout::top_down(Align::Center), |ui| {
                ui.spacing_mut().item_spacing.y = 12.0;
                match view {
                    _ if self.entry.open => self.ask_link(ui, fresh),
                    View::CannotStart { why } => self.cannot_start(ui, why, fresh),
                    View::AskRelay => self.ask_relay(ui, fresh),
                    View::UnknownRelay { host, fingerprint } => self.unknown(ui, host, *fingerprint),
                    View::ChangedRelay { host, expected, found } => self.changed(ui, host, *expected, *found),
                    View::WrongRelay { host, expected, found } => self.wrong(ui, host, *expected, *found),
                    View::Connecting { host } => self.connecting(ui, host),
                    View::Offline { host, why } => self.offline(ui, host, why),
                    View::Code { digits, desk, replaced } => self.code(ui, digits, desk, *replaced, fresh),
                    View::Ready { desk, subject, course: Course::Done, chat } => {
                        self.solved(ui, desk, subject, chat.as_ref(), fresh);
                    }
                    View::Ready { desk, subject, course, chat } => {
                        self.draft.focus |= fresh;
                        self.ready(ui, desk, subject, *course, chat.as_ref());
                    }
                    View::Question { question, coming, desk, seconds_left } => {
                        self.question(ui, (question, coming), desk, *seconds_left, fresh);
                    }
                    View::Call(form) if self.request.blacking() => self.blackout(ui, form),
                    View::Call(form) => self.call(ui, form, fresh),
                    View::Waiting { .. } => {
                        self.draft.focus |= fresh;
                        self.waiting(ui, view);
                    }
                    View::Ended(ending) => self.ended(ui, *ending, fresh),
                    View::Over { chat, .. } if self.draft.reading => self.reading(ui, chat),
                    View::Over { ending, .. } => {
                        self.ended(ui, *ending, fresh);
                        if link(ui, self.say(Text::ChatRead)).clicked() {
                            self.draft.reading = true;
                        }
                    }
                    View::Session { .. } => {}
                }
            });
        });
    }

    /// Takes note of the page that is shown and asks for agreement, and since when.
    fn asks_something_else(&mut self, view: &View) -> bool {
        let mut asks = view.clone();
        match &mut asks {
            View::Question { seconds_left, .. } => *seconds_left = 0,
            View::Ready { course: Course::Done, chat, .. } => *chat = None,
            View::UnknownRelay { .. } | View::ChangedRelay { .. } => {}
            _ => {
                self.asked = None;
                return false;
            }
        }
        let another = self.asked.as_ref().is_none_or(|(shown, _)| *shown != asks);
        if another {
            self.asked = Some((asks, Instant::now()));
        }
        another
    }

    /// The second half of a double click, or a key on its way to another program, is no consent: yes counts, and
    /// looks it, only when what it agrees to has been there for a moment.
    fn may_agree(&self, ui: &Ui) -> bool {
        let seen = self.asked.as_ref().map_or(Duration::ZERO, |(_, at)| at.elapsed());
        if seen < YES_AFTER {
            ui.ctx().request_repaint_after(YES_AFTER - seen);
        }
        seen >= YES_AFTER
    }

    fn connecting(&mut self, ui: &mut Ui, host: &str) {
        ui.add_space(110.0);
        ui.label(heading(self.say(Text::Connecting)));
        ui.label(small(&self.language.say_with(Text::ConnectingTo, host)));
    }

    fn code(&mut self, ui: &mut Ui, number: &str, desk: &str, replaced: Option<Replaced>, fresh: bool) {
        ui.label(small(desk));
        ui.add_space(if replaced.is_some() { 6.0 } else { 26.0 });
        if let Some(why) = replaced {
            let why = match why {
                Replaced::WrongDigits => Text::ReplacedWrong,
                Replaced::TooOld => Text::ReplacedOld,
                Replaced::Forgotten => Text::ReplacedForgotten,
                Replaced::CutOff => Text::ReplacedCutOff,
            };
            ui.label(small(self.say(why)).color(ALARM));
        }
        ui.label(heading(self.say(Text::CodeSentence)));
        ui.add_space(8.0);
        let grouped = group(number);
        Frame::new().fill(WASH).corner_radius(14).inner_margin(Margin::symmetric(28, 14)).show(ui, |ui| {
            ui.label(digits(&grouped));
        });
        ui.add_space(8.0);
        let label = self.say(if self.copied && !fresh { Text::Copied } else { Text::Copy });
        self.copied &= !fresh;
        let copy = button(ui, label, Kind::Main, WIDE);
        if fresh {
            copy.request_focus();
        }
        if copy.clicked() {
            let number = number.to_owned();
            self.copied = self.clipboard().is_some_and(|c| c.set_text(number).is_ok());
        }
        ui.label(small(self.say(Text::CodeCalm)));
        if link(ui, self.say(Text::HaveLink)).clicked() {
            self.open_entry();
        }
    }

    fn ready(&mut self, ui: &mut Ui, desk: &str, subject: &str, course: Course, chat: Option<&Chat>) {
        let (title, sentence) = match course {
            Course::OnHold => (Text::HoldTitle, Text::HoldSentence),
            Course::InPerson => (Text::InPersonTitle, Text::InPersonSentence),
            Course::Back => (Text::BackTitle, Text::BackSentence),
            Course::Going | Course::Done => (Text::ReadyTitle, Text::ReadySentence),
        };
        ui.label(small(desk));
        if chat.is_none() {
            ui.add_space(60.0);
        }
        ui.label(heading(self.say(title)));
        if !subject.is_empty() {
            ui.label(body(subject).color(ACCENT));
        }
        ui.label(body(self.say(sentence)));
        let Some(chat) = chat else {
            ui.add_space(20.0);
            if button(ui, self.say(Text::Stop), Kind::Quiet, WIDE).clicked() {
                self.send(Command::Stop);
            }
            return;
        };
        let height = ui.available_height() - 20.0;
        self.chat(ui, chat, height);
        if link(ui, self.say(Text::Stop)).clicked() {
            self.send(Command::Stop);
        }
    }

    /// The technician says that it is solved.
    fn solved(&mut self, ui: &mut Ui, desk: &str, subject: &str, chat: Option<&Chat>, fresh: bool) {
        ui.label(small(desk));
        ui.label(heading(self.say(Text::DoneTitle)).size(34.0));
        if !subject.is_empty() {
            ui.label(body(subject).color(ACCENT));
        }
        ui.label(body(self.say(Text::DoneSentence)));
        ui.add_space(6.0);
        // A click that was meant for what was here before is no answer.
        let ready = self.may_agree(ui);
        let yes = button(ui, self.say(Text::DoneYes), if ready { Kind::Main } else { Kind::Quiet }, ANSWER);
        let no = button(ui, self.say(Text::DoneNo), Kind::Quiet, ANSWER);
        // Whatever is being typed at this moment must not say yes.
        if fresh {
            no.request_focus();
        }
        if ready && (yes.clicked() || no.clicked()) {
            self.send(Command::Judge(yes.clicked()));
        }
        ui.label(small(self.say(Text::DoneSilence)));
        // What was written stays in sight, and can be answered before the question is.
        if let Some(chat) = chat.filter(|chat| !chat.said.is_empty()) {
            let height = ui.available_height();
            self.chat(ui, chat, height);
        }
    }

    fn offline(&mut self, ui: &mut Ui, host: &str, why: &Offline) {
        ui.add_space(50.0);
        ui.label(heading(self.say(Text::OfflineTitle)));
        let what = match why {
            Offline::NoSuchHost => Text::OfflineHost,
            Offline::NoAnswer => Text::OfflineAnswer,
            Offline::Refused(_) => Text::OfflineBusy,
        };
        ui.label(body(&self.language.say_with(what, host)));
        ui.label(small(self.say(Text::OfflineRetry)));
        ui.add_space(14.0);
        if link(ui, self.say(Text::HaveLink)).clicked() {
            self.open_entry();
        }
    }

    fn question(
        &mut self,
        ui: &mut Ui,
        (question, coming): (&Question, &Coming),
        desk: &str,
        left: u32,
        fresh: bool,
    ) {
        ui.label(small(desk));
        // Who has seen the screen before has been compared before.
        let first = question.grant == Grant::View && !question.again;
        let words = question.proof.words().filter(|_| first);
        if words.is_some() {
            // With all that there is to read and compare, how long there is to answer must still be seen.
            ui.spacing_mut().item_spacing.y = 7.0;
        } else {
            ui.add_space(22.0);
        }
        ui.label(heading(&question.technician).size(34.0).color(ACCENT));
        if let Some(how) = self.comes(coming).filter(|_| first) {
            ui.label(small(&how).color(INK));
        }
        let (asked, means) = match question.grant {
            _ if question.again => (Text::AskAgain, Text::AskAgainMeans),
            Grant::View => (Text::AskView, Text::AskViewMeans),
            Grant::Control => (Text::AskControl, Text::AskControlMeans),
        };
        ui.label(heading(self.say(asked)).size(22.0));
        ui.add_space(2.0);
        match words {
            Some(words) => self.words(ui, words, &question.proof),
            None => {
                ui.label(body(self.say(means)));
                ui.add_space(18.0);
            }
        }
        let row = HALF.x * 2.0 + 24.0;
        let mut answer = None;
        ui.allocate_ui(vec2(row, HALF.y), |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 24.0;
                let no = button(ui, self.say(Text::No), Kind::Quiet, HALF);
                // Whatever is being typed at this moment must not say yes.
                if fresh {
                    no.request_focus();
                }
                let ready = self.may_agree(ui);
                let yes = button(ui, self.say(Text::Yes), if ready { Kind::Main } else { Kind::Quiet }, HALF);
                answer = if no.clicked() {
                    Some(false)
                } else if yes.clicked() && ready {
                    Some(true)
                } else {
                    None
                };
            });
        });
        if ui.input(|i| i.key_pressed(Key::Escape)) {
            answer = Some(false);
        }
        ui.add_space(14.0);
        countdown(ui, row, left);
        ui.label(small(&self.language.say_with(Text::SilenceIsNo, &left.to_string())));
        if let Some(yes) = answer {
            self.send(Command::Answer { question: question.clone(), yes });
        }
    }

    /// How somebody came to be here, where there is something to say about it.
    fn comes(&self, coming: &Coming) -> Option<String> {
        match coming {
            Coming::ToHelp => None,
            Coming::Instead(name) => Some(self.language.say_with(Text::ComesInstead, name)),
            Coming::Besides => Some(self.say(Text::ComesBesides).to_owned()),
            Coming::ToLookOn => Some(self.say(Text::ComesToLookOn).to_owned()),
        }
    }

    /// What the two people compare before the one here says yes.
    fn words(&self, ui: &mut Ui, words: PairingWords, proof: &Proof) {
        if let Proof::Joiner { introduced_by, .. } = proof {
            let line = match introduced_by {
                Some(name) => small(&self.language.say_with(Text::WordsIntroduced, name)),
                None => small(self.say(Text::WordsJoiner)).color(ALARM),
            };
            ui.label(line);
        }
        let spoken = ponte_seal::spoken(words, self.language.alphabet());
        Frame::new().fill(WASH).corner_radius(14).inner_margin(Margin::symmetric(18, 10)).show(ui, |ui| {
            ui.label(theme::words(&spoken.join("  ")));
        });
        ui.label(body(self.say(Text::WordsAsk)).size(15.5));
        ui.label(small(self.say(Text::AskViewMeans)));
    }

    fn ended(&mut self, ui: &mut Ui, ending: Ending, fresh: bool) {
        ui.add_space(70.0);
        let (ending, days) = match ending {
            Ending::Reopenable(reason, days) => (Ending::Reason(reason), days),
            ending => (ending, 0),
        };
        let never =
            matches!(ending, Ending::Refused(_) | Ending::Reason(EndReason::Expired) | Ending::NoSuchCall);
        ui.label(heading(self.say(if never { Text::RefusedTitle } else { Text::EndedTitle })));
        let what = match ending {
            Ending::Reason(EndReason::Technician) => Text::EndedTechnician,
            Ending::Reason(EndReason::EndUser) => Text::EndedYou,
            Ending::Reason(EndReason::Expired) => Text::EndedExpired,
            Ending::Reason(EndReason::Solved) => Text::EndedSolved,
            Ending::Reason(EndReason::NoContact) => Text::EndedNoContact,
            Ending::Reason(EndReason::Relay) | Ending::Reopenable(..) => Text::EndedRelay,
            Ending::Refused(ErrorCode::LinkUsed) => Text::EndedLinkUsed,
            Ending::Refused(ErrorCode::CodeBurned) => Text::EndedGuessed,
            Ending::Refused(ErrorCode::UnsupportedProtocol) => Text::EndedVersion,
            Ending::Refused(_) => Text::EndedOther,
            Ending::Desktop => Text::EndedDesktop,
            Ending::NoSuchCall => Text::EndedNoCall,
        };
        ui.label(body(self.say(what)));
        match days {
            0 => {}
            1 => drop(ui.label(body(self.say(Text::EndedReopenDay)))),
            days => drop(ui.label(body(&self.language.say_with(Text::EndedReopen, &days.to_string())))),
        }
        if !never {
            ui.label(small(self.say(Text::EndedClean)));
        }
        ui.add_space(24.0);
        self.close_button(ui, fresh);
        if link(ui, self.say(Text::Again)).clicked() {
            self.send(Command::Again);
        }
    }

    /// After the end: what was said.
    fn reading(&mut self, ui: &mut Ui, chat: &Chat) {
        ui.label(heading(self.say(Text::ChatWas)));
        ui.label(small(self.say(Text::ChatWasMeans)));
        let height = ui.available_height() - 52.0;
        self.messages(ui, chat, height);
        if link(ui, self.say(Text::Back)).clicked() {
            self.draft.reading = false;
        }
    }

    fn close_button(&self, ui: &mut Ui, fresh: bool) {
        let close = button(ui, self.say(Text::Close), Kind::Main, WIDE);
        if fresh {
            close.request_focus();
        }
        if close.clicked() {
            ui.ctx().send_viewport_cmd(egui::ViewportCommand::Close);
        }
    }

    fn cannot_start(&self, ui: &mut Ui, why: &str, fresh: bool) {
        ui.add_space(40.0);
        ui.label(heading(self.say(Text::CannotStart)));
        ui.label(body(self.say(Text::CannotStartSentence)));
        ui.add_space(4.0);
        Frame::new().fill(WASH).corner_radius(10).inner_margin(Margin::symmetric(18, 14)).show(ui, |ui| {
            let all = ScrollArea::vertical().max_height(150.0).auto_shrink([false, true]);
            all.show(ui, |ui| {
                ui.with_layout(Layout::top_down(Align::LEFT), |ui| {
                    ui.add(Label::new(small(why).color(INK)).wrap().selectable(true));
                });
            });
        });
        ui.add_space(14.0);
        self.close_button(ui, fresh);
    }

    fn unknown(&mut self, ui: &mut Ui, host: &str, fingerprint: Option<Fingerprint>) {
        ui.label(heading(self.say(Text::ScamTitle)).color(ALARM));
        if let Some(print) = fingerprint {
            ui.add_space(24.0);
            ui.label(body(&self.language.say_with(Text::ScamUnvouched, host)));
            ui.label(small(self.say(Text::ScamFingerprint)));
            ui.label(fingerprint_of(print));
            ui.label(heading(self.say(Text::ScamOne)).size(21.0));
        } else {
            ui.label(body(&self.language.say_with(Text::ScamHost, host)));
            ui.add_space(4.0);
            ui.label(heading(self.say(Text::ScamOne)).size(21.0));
            ui.label(body(self.say(Text::ScamTwo)));
            ui.label(body(self.say(Text::ScamThree)));
        }
        ui.add_space(10.0);
        self.leave_or_trust(ui, Text::ScamContinue, fingerprint);
    }

    fn leave_or_trust(&self, ui: &mut Ui, trust: Text, fingerprint: Option<Fingerprint>) {
        let size = vec2(228.0, 50.0);
        ui.allocate_ui(vec2(2.0 * size.x + 16.0, size.y), |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 16.0;
                if button(ui, self.say(Text::ScamLeave), Kind::Main, size).clicked() {
                    self.send(Command::Stop);
                    ui.ctx().send_viewport_cmd(egui::ViewportCommand::Close);
                }
                let ready = self.may_agree(ui);
                if button(ui, self.say(trust), Kind::Quiet, size).clicked() && ready {
                    self.send(Command::TrustRelay(fingerprint));
                }
            });
        });
    }

    fn changed(&mut self, ui: &mut Ui, host: &str, expected: Option<Fingerprint>, found: Fingerprint) {
        ui.spacing_mut().item_spacing.y = 10.0;
        ui.label(heading(self.say(Text::ChangedTitle)).size(23.0).color(ALARM));
        ui.label(body(&self.language.say_with(Text::ChangedSentence, host)));
        match expected {
            Some(expected) => {
                ui.label(small(self.say(Text::ChangedBefore)));
                ui.label(fingerprint_of(expected));
            }
            None => {
                ui.label(small(self.say(Text::ChangedVouched)));
            }
        }
        ui.label(small(self.say(Text::ChangedFound)));
        ui.label(fingerprint_of(found));
        ui.label(small(&self.language.say_with(Text::ChangedMeans, host)).color(INK));
        ui.add_space(8.0);
        self.leave_or_trust(ui, Text::ChangedTrust, Some(found));
    }

    fn wrong(&mut self, ui: &mut Ui, host: &str, expected: Fingerprint, found: Fingerprint) {
        ui.add_space(24.0);
        ui.label(heading(self.say(Text::ChangedTitle)).color(ALARM));
        ui.label(body(&self.language.say_with(Text::WrongSentence, host)));
        for (what, print) in [(Text::WrongNamed, expected), (Text::ChangedFound, found)] {
            ui.label(small(self.say(what)));
            ui.label(fingerprint_of(print));
        }
        ui.add_space(14.0);
        if button(ui, self.say(Text::TryAgain), Kind::Quiet, WIDE).clicked() {
            self.send(Command::Again);
        }
    }

    fn open_entry(&mut self) {
        self.entry = super::Entry { open: true, ..super::Entry::default() };
        // Somebody who was given a link has most likely just copied it.
        if let Some(text) = self.clipboard().and_then(|c| c.get_text().ok())
            && text.parse::<AnyLink>().is_ok()
        {
            self.entry.text = text.trim().to_owned();
        }
    }

    fn ask_link(&mut self, ui: &mut Ui, fresh: bool) {
        self.entry(ui, Text::LinkTitle, Text::LinkSentence, fresh);
        if link(ui, self.say(Text::Back)).clicked() || ui.input(|i| i.key_pressed(Key::Escape)) {
            self.entry.open = false;
        }
    }
    fn ask_relay(&mut self, ui: &mut Ui, fresh: bool) {
        self.entry(ui, Text::AskTitle, Text::AskSentence, fresh);
    }

    fn entry(&mut self, ui: &mut Ui, title: Text, sentence: Text, fresh: bool) {
        ui.add_space(54.0);
        ui.label(heading(self.say(title)));
        ui.label(body(self.say(sentence)));
        ui.add_space(8.0);
        let edit = TextEdit::singleline(&mut self.entry.text)
            .font(egui::FontId::proportional(17.0))
            .margin(Margin::symmetric(12, 10))
            .char_limit(400)
            .desired_width(430.0);
        let edit = ui.add(edit);
        if fresh {
            edit.request_focus();
        }
        if edit.changed() {
            self.entry.error = None;
        }
        if let Some(error) = self.entry.error {
            ui.label(small(self.say(error)).color(ALARM));
        }
        let entered = edit.lost_focus() && ui.input(|i| i.key_pressed(Key::Enter));
        ui.add_space(6.0);
        let mut go = entered;
        ui.allocate_ui(vec2(2.0 * 160.0 + 16.0, 50.0), |ui| {
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 16.0;
                if button(ui, self.say(Text::Paste), Kind::Quiet, vec2(160.0, 50.0)).clicked()
                    && let Some(text) = self.clipboard().and_then(|c| c.get_text().ok())
                {
                    self.entry.text = text.trim().chars().take(400).collect();
                    self.entry.error = None;
                }
                go |= button(ui, self.say(Text::Continue), Kind::Main, vec2(160.0, 50.0)).clicked();
            });
        });
        if go {
            match read_entry(&self.entry.text, title == Text::AskTitle) {
                Ok(start) => {
                    self.entry.open = false;
                    self.send(Command::Start(start));
                }
                Err(error) => self.entry.error = Some(error),
            }
        }
    }
}

/// A link, or an address where one is asked for.
fn read_entry(text: &str, address_allowed: bool) -> Result<Start, Text> {
    match text.parse::<AnyLink>() {
        Ok(link) => Ok(link.into()),
        Err(BadLink::NoSecret) => Err(Text::NoSecret),
        Err(BadLink::NotSecure) => Err(Text::NotSecure),
        Err(BadLink::NotALink) if address_allowed => {
            text.parse().map(Start::Code).map_err(|_| Text::BadAddress)
        }
        Err(BadLink::NotALink) => Err(Text::BadLink),
    }
}

/// `482913077` as people read it out: `482 913 077`.
fn group(number: &str) -> String {
    let digits: Vec<char> = number.chars().collect();
    digits.chunks(3).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// A fingerprint as people compare it: eight digits at a time.
fn fingerprint_of(print: Fingerprint) -> egui::RichText {
    let digits: Vec<char> = print.to_string().chars().collect();
    let groups: Vec<String> = digits.chunks(8).map(|c| c.iter().collect()).collect();
    code(&groups.join(" ")).size(10.5)
}

/// The time that is left of a minute, as a line.
fn countdown(ui: &mut Ui, width: f32, left: u32) {
    let (track, _) = ui.allocate_exact_size(vec2(width, 6.0), egui::Sense::hover());
    ui.painter().rect_filled(track, 3.0, LINE);
    let mut rest = track;
    #[allow(clippy::cast_precision_loss)] // at most 60
    rest.set_width(width * (left.min(60) as f32) / 60.0);
    ui.painter().rect_filled(rest, 3.0, if left <= 10 { ALARM } else { INK });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_grouped_by_three() {
        assert_eq!(group("482913077"), "482 913 077");
    }

    #[test]
    fn an_address_counts_only_where_one_is_asked_for() {
        assert!(matches!(read_entry("desk.example", true), Ok(Start::Code(_))));
        assert_eq!(read_entry("desk.example", false), Err(Text::BadLink));
        assert_eq!(read_entry("two words", true), Err(Text::BadAddress));
        assert_eq!(
            read_entry("https://d.example/j/0192f0c1-2b3c-7d4e-8f50-616263646566", false),
            Err(Text::NoSecret)
        );
    }
}
