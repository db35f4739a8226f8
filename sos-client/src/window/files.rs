//! Files in the chat: what is on its way, what can be saved, and a list of this machine's files to choose from.

use std::{
    path::{Path, PathBuf},
    sync::mpsc,
};

use egui::{Align, Frame, Key, Layout, Margin, RichText, ScrollArea, Sense, Ui, vec2};

use super::{
    Window,
    theme::{ACCENT, ALARM, INK, Kind, LINE, PAPER, SOFT, WASH, button, link},
};
use crate::{
    disk::{self, Place, Source, Trouble},
    engine::{NewFile, Purpose},
    strings::{Language, Text},
    view::{Command, FileShown, FileState, Limits},
};

/// Entries of a folder that are shown; nobody scrolls further.
const SHOWN: usize = 2_000;
const ROW: f32 = 30.0;

/// The list of files to choose from.
#[derive(Debug)]
pub(super) struct Picker {
    folder: PathBuf,
    /// Absent while it is read, which a network's disk can make long.
    entries: Option<Option<Vec<Entry>>>,
    reading: mpsc::Receiver<Option<Vec<Entry>>>,
    chosen: Option<PathBuf>,
    /// The list gets the keyboard when it is shown next.
    focus: bool,
}

#[derive(Debug, Clone)]
struct Entry {
    name: String,
    path: PathBuf,
    folder: bool,
    size: u64,
}

impl Picker {
    fn open(folder: PathBuf, limits: &Limits, ui: &Ui) -> Self {
        let (sender, reading) = mpsc::sync_channel(1);
        let (at, endings, ctx) = (folder.clone(), limits.endings.clone(), ui.ctx().clone());
        std::thread::spawn(move || {
            // Nobody waits any more when another folder was opened.
            let _ = sender.send(list(&at, &endings));
            ctx.request_repaint();
        });
        Self { folder, entries: None, reading, chosen: None, focus: true }
    }
}

/// Folders, and files that the desk takes; what is hidden stays so.
fn list(folder: &Path, endings: &[String]) -> Option<Vec<Entry>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).ok()?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        // Links are followed: what they lead to is what the person means.
        let Ok(known) = std::fs::metadata(entry.path()) else { continue };
        let taken = || {
            let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
            ending.is_some_and(|ending| endings.contains(&ending))
        };
        if name.starts_with('.') || !(known.is_dir() || (known.is_file() && taken())) {
            continue;
        }
        all.push(Entry { path: entry.path(), folder: known.is_dir(), size: known.len(), name });
        if all.len() == SHOWN {
            break;
        }
    }
    all.sort_by_key(|entry| (!entry.folder, entry.name.to_lowercase()));
    Some(all)
}

impl Window {
    /// What was dropped onto the window, or pasted, goes to the technician.
    pub(super) fn take_files(&mut self, ui: &Ui, limits: Option<&Limits>) {
        if limits.is_none() {
            return;
        }
        let dropped = ui.input(|input| input.raw.dropped_files.clone());
        for path in dropped.into_iter().filter_map(|file| file.path) {
            self.give(path);
        }
        // The window system hands over text alone; a picture is looked for when the key is let go. Each event has the
        // modifiers of its time: by the end of a frame Ctrl may be let go as well.
        let mut text = self.draft.pasted_text;
        let pasted = ui.input(|input| {
            let mut pasted = false;
            for event in &input.events {
                match event {
                    egui::Event::Paste(_) => text = true,
                    egui::Event::Key { key: Key::V, pressed: false, modifiers, .. } => {
                        pasted |= modifiers.command && !text;
                        text = false;
                    }
                    _ => {}
                }
            }
            pasted
        });
        self.draft.pasted_text = text;
        if pasted {
            self.paste_file();
        }
    }

    fn give(&mut self, path: PathBuf) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        self.send(Command::Attach(NewFile { name, source: Source::File(path), purpose: Purpose::Chat }));
    }

    /// Files or a picture from the clipboard.
    fn paste_file(&mut self) {
        let Some(clipboard) = self.clipboard() else { return };
        // Some programs answer with what they have, whatever they are asked for: what is no file of this machine is none.
        let files = clipboard.get().file_list().unwrap_or_default();
        let files: Vec<PathBuf> =
            files.into_iter().filter(|path| path.is_absolute() && path.exists()).collect();
        if !files.is_empty() {
            for path in files {
                self.give(path);
            }
            return;
        }
        // Another program gives it, and may take its time.
        let commands = self.commands.clone();
        std::thread::spawn(move || {
            let Some(bytes) = ponte_desktop::x11::clipboard::png() else { return };
            let (name, source) = ("clipboard.png".to_owned(), Source::Bytes(bytes.into()));
            // Full only if the engine hangs.
            let _ = commands.try_send(Command::Attach(NewFile { name, source, purpose: Purpose::Chat }));
        });
    }

    /// A file that hovers over the window is to be seen as welcome.
    pub(super) fn drop_hint(&self, ui: &Ui, limits: Option<&Limits>) {
        if limits.is_none() || ui.input(|input| input.raw.hovered_files.is_empty()) {
            return;
        }
        let area = ui.ctx().content_rect().shrink(6.0);
        let painter = ui.ctx().layer_painter(egui::LayerId::new(egui::Order::Foreground, "drop".into()));
        painter.rect(area, 12.0, PAPER.gamma_multiply(0.92), (3.0, ACCENT), egui::StrokeKind::Inside);
        let font = egui::FontId::proportional(22.0);
        painter.text(area.center(), egui::Align2::CENTER_CENTER, self.say(Text::FileDrop), font, ACCENT);
    }

    /// A file as it stands in a message.
    pub(super) fn file(&self, ui: &mut Ui, file: &FileShown, own: bool) {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 10.0;
            ui.add(egui::Label::new(RichText::new(&file.name).size(16.0).color(INK)).wrap());
            if file.size > 0 {
                ui.label(RichText::new(size(self.language, file.size)).size(13.0).color(SOFT));
            }
        });
        let note = |ui: &mut Ui, text: &str, colour| {
            ui.add(egui::Label::new(RichText::new(text).size(13.0).color(colour)).wrap());
        };
        match &file.state {
            FileState::Offered => {
                ui.horizontal(|ui| {
                    if button(ui, self.say(Text::FileSave), Kind::Quiet, vec2(96.0, 34.0)).clicked() {
                        self.send(Command::Save(file.id));
                    }
                });
            }
            FileState::Moving(done) => {
                progress(ui, *done, file.size);
                let word = if own { Text::FileSending } else { Text::FileSaving };
                ui.horizontal(|ui| {
                    note(ui, &self.language.say_with(word, &percent(*done, file.size).to_string()), SOFT);
                    if own && link(ui, self.say(Text::FileCancel)).clicked() {
                        self.send(Command::GiveUp(file.id));
                    }
                });
            }
            FileState::Kept => {}
            FileState::Saved(place) => {
                note(ui, &self.language.say_with(Text::FileSaved, &place.display().to_string()), SOFT);
            }
            FileState::Failed(trouble) => {
                note(ui, &self.trouble(*trouble), if *trouble == Trouble::Over { SOFT } else { ALARM });
                if self.draft.reading {
                    return;
                }
                ui.horizontal(|ui| {
                    if own {
                        if !matches!(trouble, Trouble::Kind | Trouble::TooLarge(_) | Trouble::Empty)
                            && link(ui, self.say(Text::TryAgain)).clicked()
                        {
                            self.send(Command::AttachAgain(file.id));
                        }
                        if link(ui, self.say(Text::FileRemove)).clicked() {
                            self.send(Command::GiveUp(file.id));
                        }
                    } else if link(ui, self.say(Text::TryAgain)).clicked() {
                        self.send(Command::Save(file.id));
                    }
                });
            }
        }
    }

    fn trouble(&self, trouble: Trouble) -> String {
        use ponte_types::ErrorCode as E;
        let text = match trouble {
            Trouble::TooLarge(most) => {
                return self.language.say_with(Text::FileTooLarge, &size(self.language, most));
            }
            Trouble::Unreadable => Text::FileUnreadable,
            Trouble::Empty => Text::FileEmpty,
            Trouble::Kind | Trouble::Refused(E::FileKindRefused) => Text::FileKind,
            Trouble::CannotSave => Text::FileCannotSave,
            Trouble::Over => Text::FileOver,
            Trouble::Damaged | Trouble::Refused(E::FileDamaged) => Text::FileDamaged,
            Trouble::Refused(E::FileTooLarge) => Text::FileTooLargeHere,
            Trouble::Refused(E::FilesFull) => Text::FileFull,
            Trouble::Refused(E::TooManyRequests) => Text::ChatTooFast,
            Trouble::Refused(_) => Text::FileRefused,
        };
        self.say(text).to_owned()
    }

    /// The list in place of the messages. False when it was closed.
    pub(super) fn pick(&mut self, ui: &mut Ui, limits: &Limits, height: f32) {
        let Some(mut picker) = self.draft.picker.take() else { return };
        if picker.entries.is_none()
            && let Ok(read) = picker.reading.try_recv()
        {
            picker.entries = Some(read);
        }
        let mut go = None;
        let mut close = ui.input(|input| input.key_pressed(Key::Escape));
        let mut give = false;
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 12.0;
            ui.label(RichText::new(self.say(Text::FileWhich)).size(17.0).color(INK));
            for (place, word) in [
                (Place::Desktop, Text::PlaceDesktop),
                (Place::Pictures, Text::PlacePictures),
                (Place::Documents, Text::PlaceDocuments),
                (Place::Downloads, Text::PlaceDownloads),
            ] {
                if let Some(folder) = disk::place(place)
                    && link(ui, self.say(word)).clicked()
                {
                    go = Some(folder);
                }
            }
            if let Some(up) = picker.folder.parent()
                && link(ui, self.say(Text::PlaceUp)).clicked()
            {
                go = Some(up.to_owned());
            }
        });
        ui.label(RichText::new(picker.folder.display().to_string()).size(12.5).color(SOFT));
        let rows = Frame::new().fill(WASH).corner_radius(10).inner_margin(Margin::symmetric(10, 8));
        let list = (height - 120.0).max(ROW * 2.0);
        rows.show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.set_min_height(list);
            let entries = match &picker.entries {
                None => return self.hint(ui, Text::FolderReading),
                Some(None) => return self.hint(ui, Text::FolderUnreadable),
                Some(Some(entries)) if entries.is_empty() => return self.hint(ui, Text::FolderEmpty),
                Some(Some(entries)) => entries,
            };
            let area = ScrollArea::vertical().max_height(list).auto_shrink([false, true]);
            area.show_rows(ui, ROW, entries.len(), |ui, range| {
                for entry in &entries[range] {
                    let chosen = picker.chosen.as_ref() == Some(&entry.path);
                    let row = self.row(ui, entry, chosen);
                    if std::mem::take(&mut picker.focus) {
                        row.request_focus();
                    }
                    if row.clicked() && entry.folder {
                        go = Some(entry.path.clone());
                    } else if row.clicked() {
                        give |= chosen;
                        picker.chosen = Some(entry.path.clone());
                    }
                    give |= row.double_clicked() && !entry.folder;
                }
            });
        });
        ui.add_space(6.0);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = 12.0;
            let kind = if picker.chosen.is_some() { Kind::Main } else { Kind::Quiet };
            let send = ui.add_enabled_ui(picker.chosen.is_some(), |ui| {
                button(ui, self.say(Text::FileSend), kind, vec2(150.0, 40.0)).clicked()
            });
            give |= send.inner;
            close |= button(ui, self.say(Text::Back), Kind::Quiet, vec2(96.0, 40.0)).clicked();
        });
        if give && let Some(path) = picker.chosen.take() {
            self.give(path);
            close = true;
        }
        if let Some(folder) = go {
            picker = Picker::open(folder, limits, ui);
        }
        self.draft.focus |= close;
        self.draft.picker = (!close).then_some(picker);
    }

    fn hint(&self, ui: &mut Ui, text: Text) {
        ui.label(RichText::new(self.say(text)).size(15.0).color(SOFT));
    }

    fn row(&self, ui: &mut Ui, entry: &Entry, chosen: bool) -> egui::Response {
        let (place, row) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::click());
        row.widget_info(|| {
            egui::WidgetInfo::labeled(egui::WidgetType::Button, true, format!("{} ", entry.name))
        });
        let painter = ui.painter();
        if chosen || row.hovered() {
            painter.rect_filled(place, 6.0, if chosen { LINE } else { PAPER });
        }
        if row.has_focus() {
            painter.rect_stroke(place, 6.0, (2.0, INK), egui::StrokeKind::Inside);
        }
        let mut inside = ui.new_child(
            egui::UiBuilder::new()
                .max_rect(place.shrink2(vec2(8.0, 0.0)))
                .layout(Layout::right_to_left(Align::Center)),
        );
        if !entry.folder {
            inside.label(RichText::new(size(self.language, entry.size)).size(13.0).color(SOFT));
        }
        inside.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let name = if entry.folder { format!("{}/", entry.name) } else { entry.name.clone() };
            let colour = if entry.folder { ACCENT } else { INK };
            ui.add(
                egui::Label::new(RichText::new(name).size(15.5).color(colour)).truncate().selectable(false),
            );
        });
        row
    }

    /// Opens the list, where files are that people give.
    pub(super) fn open_picker(&mut self, ui: &Ui, limits: &Limits) {
        let there = |place| disk::place(place).filter(|folder: &PathBuf| folder.is_dir());
        let folder = there(Place::Desktop).or_else(|| there(Place::Documents)).or_else(disk::home);
        if let Some(folder) = folder {
            self.draft.picker = Some(Picker::open(folder, limits, ui));
        }
    }
}

fn progress(ui: &mut Ui, done: u64, of: u64) {
    let (place, _) = ui.allocate_exact_size(vec2(220.0, 6.0), Sense::hover());
    ui.painter().rect_filled(place, 3.0, LINE);
    let mut part = place;
    part.set_width(place.width() * f32::from(percent(done, of)) / 100.0);
    ui.painter().rect_filled(part, 3.0, ACCENT);
}

fn percent(done: u64, of: u64) -> u8 {
    u8::try_from(done.saturating_mul(100) / of.max(1)).unwrap_or(100).min(100)
}

/// In the unit that people say, to one digit.
fn size(language: Language, bytes: u64) -> String {
    let (kilo, mega) = match language {
        Language::Ru => ("КБ", "МБ"),
        Language::En | Language::PtBr => ("KB", "MB"),
    };
    let tenths = bytes.saturating_mul(10) / (1024 * 1024);
    if tenths < 10 {
        return format!("{} {kilo}", bytes.div_ceil(1024));
    }
    let point = if language == Language::En { '.' } else { ',' };
    match tenths % 10 {
        0 => format!("{} {mega}", tenths / 10),
        rest => format!("{}{point}{rest} {mega}", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_as_people_say_them() {
        assert_eq!(size(Language::En, 1), "1 KB");
        assert_eq!(size(Language::En, 25 * 1024 * 1024), "25 MB");
        assert_eq!(size(Language::PtBr, 1_600_000), "1,5 MB");
        assert_eq!(size(Language::Ru, 2_000), "2 КБ");
        assert_eq!((percent(0, 0), percent(1, 3), percent(9, 3)), (0, 33, 100));
    }

    #[test]
    fn the_list_shows_folders_and_what_the_desk_takes() -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        for name in ["b.TXT", "a.png", "run.exe", ".hidden.txt"] {
            std::fs::write(folder.path().join(name), "x")?;
        }
        std::fs::create_dir(folder.path().join("Z"))?;
        let listed = list(folder.path(), &["txt".to_owned(), "png".to_owned()]).unwrap();
        let names: Vec<_> = listed.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["Z", "a.png", "b.TXT"]);
        assert!(list(&folder.path().join("none"), &[]).is_none());
        Ok(())
    }
}
