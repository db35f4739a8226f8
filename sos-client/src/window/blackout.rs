//! Blacking out parts of the picture, by dragging or by the keyboard.

use egui::{Align, Color32, EventFilter, Key, Layout, Sense, TextureId, Ui, pos2, vec2};
use ponte_desktop::Rect;

use super::{
    Window,
    theme::{ACCENT, INK, Kind, LINE, button, heading, small},
};
use crate::{strings::Text, view::CallForm};

/// Boxes at once; nobody needs more.
const MOST: usize = 200;
/// Steps that can be undone.
const STEPS: usize = 100;
/// How far an arrow key moves or stretches a box, as a part of the picture's width.
const STEP: u32 = 64;

/// The black boxes, in the picture's own pixels.
#[derive(Default)]
pub(super) struct Parts {
    boxes: Vec<Rect>,
    /// How it was before each step.
    before: Vec<Vec<Rect>>,
    /// The box that the keyboard moves.
    chosen: Option<usize>,
    /// Where the drag began, in the picture's pixels.
    from: Option<(u32, u32)>,
}

impl Parts {
    pub(super) fn boxes(&self) -> &[Rect] {
        &self.boxes
    }

    fn step(&mut self) {
        if self.before.len() == STEPS {
            self.before.remove(0);
        }
        self.before.push(self.boxes.clone());
    }

    fn add(&mut self, part: Rect) {
        if part.width == 0 || part.height == 0 || self.boxes.len() >= MOST {
            return;
        }
        self.step();
        self.boxes.push(part);
        self.chosen = Some(self.boxes.len() - 1);
    }

    fn undo(&mut self) {
        if let Some(before) = self.before.pop() {
            self.boxes = before;
            self.chosen = self.boxes.len().checked_sub(1);
        }
    }

    fn remove_chosen(&mut self) {
        if let Some(index) = self.chosen.filter(|index| *index < self.boxes.len()) {
            self.step();
            self.boxes.remove(index);
            self.chosen = self.boxes.len().checked_sub(1);
        }
    }

    /// Moves or stretches the chosen box by so many steps, within the picture.
    fn push(&mut self, (right, down): (i64, i64), stretch: bool, (width, height): (u32, u32)) {
        let by = i64::from((width / STEP).max(1));
        let Some(old) = self.chosen.and_then(|index| self.boxes.get(index).copied()) else { return };
        let add = |value: u32, steps: i64, least: u32, most: u32| -> u32 {
            let moved = (i64::from(value) + steps * by).clamp(i64::from(least), i64::from(most.max(least)));
            u32::try_from(moved).unwrap_or(value)
        };
        let new = if stretch {
            Rect {
                width: add(old.width, right, 1, width - old.x),
                height: add(old.height, down, 1, height - old.y),
                ..old
            }
        } else {
            Rect {
                x: add(old.x, right, 0, width.saturating_sub(old.width)),
                y: add(old.y, down, 0, height.saturating_sub(old.height)),
                ..old
            }
        };
        if new != old
            && let Some(index) = self.chosen
        {
            self.step();
            self.boxes[index] = new;
        }
    }

    /// The picture with its black boxes, small, to be pressed.
    pub(super) fn thumb(
        &self,
        ui: &mut Ui,
        texture: TextureId,
        size: (u32, u32),
        width: f32,
    ) -> egui::Response {
        let shown = fitted(size, vec2(width, width));
        let (rect, response) = ui.allocate_exact_size(shown, Sense::click());
        self.draw(ui, rect, texture, size, false);
        if response.has_focus() {
            ui.painter().rect_stroke(rect.expand(3.0), 4.0, (2.5, INK), egui::StrokeKind::Inside);
        }
        response
    }

    #[allow(clippy::cast_precision_loss)] // screens are far below 2^24 pixels
    fn draw(&self, ui: &Ui, rect: egui::Rect, texture: TextureId, size: (u32, u32), chosen: bool) {
        let whole = egui::Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
        let painter = ui.painter();
        painter.image(texture, rect, whole, Color32::WHITE);
        painter.rect_stroke(rect, 2.0, (1.0, LINE), egui::StrokeKind::Outside);
        let scale = rect.width() / size.0 as f32;
        for (index, part) in self.boxes.iter().enumerate() {
            let at = rect.min + vec2(part.x as f32, part.y as f32) * scale;
            let black = egui::Rect::from_min_size(at, vec2(part.width as f32, part.height as f32) * scale);
            let black = black.intersect(rect);
            painter.rect_filled(black, 0.0, Color32::BLACK);
            if chosen && self.chosen == Some(index) {
                painter.rect_stroke(black.expand(2.0), 0.0, (2.0, ACCENT), egui::StrokeKind::Outside);
            }
        }
    }
}

/// As large as fits, in the picture's shape.
#[allow(clippy::cast_precision_loss)] // screens are far below 2^24 pixels
fn fitted(size: (u32, u32), room: egui::Vec2) -> egui::Vec2 {
    let (width, height) = (size.0.max(1) as f32, size.1.max(1) as f32);
    let scale = (room.x / width).min(room.y / height);
    vec2(width * scale, height * scale)
}

impl Window {
    pub(super) fn blackout(&mut self, ui: &mut Ui, form: &CallForm) {
        let Some((picture, texture)) = self.request.shown.clone() else {
            self.request.end_blacking();
            return;
        };
        if form.picture.as_ref() != Some(&picture) {
            // Another one was taken: the form shows it first.
            self.request.end_blacking();
            return;
        }
        let size = picture.0.size();
        ui.label(heading(self.say(Text::BlackTitle)).size(22.0));
        let room = vec2(ui.available_width(), (ui.available_height() - 112.0).max(80.0));
        let (rect, response) = ui.allocate_exact_size(fitted(size, room), Sense::click_and_drag());
        self.request.parts.draw(ui, rect, texture.id(), size, response.has_focus());
        if response.has_focus() {
            ui.painter().rect_stroke(rect.expand(4.0), 4.0, (2.5, INK), egui::StrokeKind::Inside);
        }
        self.drag(ui, rect, size, &response);
        self.keys(ui, size, &response);
        ui.label(small(self.say(Text::BlackKeys)));
        ui.with_layout(Layout::bottom_up(Align::Center), |ui| {
            let each = vec2(150.0, 48.0);
            ui.allocate_ui(vec2(3.0 * each.x + 32.0, each.y), |ui| {
                ui.horizontal(|ui| {
                    ui.spacing_mut().item_spacing.x = 16.0;
                    if button(ui, self.say(Text::BlackAdd), Kind::Quiet, each).clicked() {
                        let (width, height) = (size.0 / 4, size.1 / 8);
                        self.request.parts.add(Rect::new(width * 3 / 2, height * 7 / 2, width, height));
                        response.request_focus();
                    }
                    let undo = !self.request.parts.before.is_empty();
                    let undo = ui
                        .add_enabled_ui(undo, |ui| button(ui, self.say(Text::BlackUndo), Kind::Quiet, each));
                    if undo.inner.clicked() {
                        self.request.parts.undo();
                    }
                    if button(ui, self.say(Text::BlackDone), Kind::Main, each).clicked() {
                        self.request.end_blacking();
                    }
                });
            });
        });
    }

    fn drag(&mut self, ui: &Ui, rect: egui::Rect, size: (u32, u32), response: &egui::Response) {
        let parts = &mut self.request.parts;
        let here = response.interact_pointer_pos().map(|at| pixel(rect, size, at));
        if response.drag_started() {
            // Where the button went down, not where the pointer had come to when it counted as a drag.
            parts.from =
                ui.input(|input| input.pointer.press_origin()).map(|at| pixel(rect, size, at)).or(here);
            response.request_focus();
        }
        let (Some(from), Some(to)) = (parts.from, here) else { return };
        let part = between(from, to);
        if response.drag_stopped() {
            parts.from = None;
            parts.add(part);
        } else if response.dragged() {
            #[allow(clippy::cast_precision_loss)] // screens are far below 2^24 pixels
            let scale = rect.width() / size.0 as f32;
            #[allow(clippy::cast_precision_loss)] // as above
            let (at, extent) = (
                vec2(part.x as f32, part.y as f32) * scale,
                vec2(part.width as f32, part.height as f32) * scale,
            );
            let shown = egui::Rect::from_min_size(rect.min + at, extent);
            ui.painter().rect_filled(shown, 0.0, Color32::BLACK);
        }
    }

    fn keys(&mut self, ui: &Ui, size: (u32, u32), response: &egui::Response) {
        let parts = &mut self.request.parts;
        if ui.input(|input| input.key_pressed(Key::Z) && input.modifiers.command) {
            parts.undo();
        }
        if ui.input(|input| input.key_pressed(Key::Escape)) {
            self.request.end_blacking();
            return;
        }
        if !response.has_focus() {
            return;
        }
        let arrows = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, arrows));
        let (steps, stretch, remove) = ui.input(|input| {
            let pressed = |key| i64::from(input.key_pressed(key));
            let right = pressed(Key::ArrowRight) - pressed(Key::ArrowLeft);
            let down = pressed(Key::ArrowDown) - pressed(Key::ArrowUp);
            let remove = input.key_pressed(Key::Delete) || input.key_pressed(Key::Backspace);
            ((right, down), input.modifiers.shift, remove)
        });
        if steps != (0, 0) {
            parts.push(steps, stretch, size);
        }
        if remove {
            parts.remove_chosen();
        }
    }
}

/// Which pixel of the picture is here; the nearest one outside of it.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped
fn pixel(rect: egui::Rect, size: (u32, u32), at: egui::Pos2) -> (u32, u32) {
    let along = |at: f32, from: f32, length: f32, pixels: u32| {
        ((at - from) / length.max(1.0) * pixels as f32).clamp(0.0, pixels as f32) as u32
    };
    (along(at.x, rect.min.x, rect.width(), size.0), along(at.y, rect.min.y, rect.height(), size.1))
}

fn between(one: (u32, u32), other: (u32, u32)) -> Rect {
    let (x, y) = (one.0.min(other.0), one.1.min(other.1));
    Rect::new(x, y, one.0.abs_diff(other.0), one.1.abs_diff(other.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: (u32, u32) = (1280, 720);

    #[test]
    fn a_drag_in_any_direction_makes_the_same_box() {
        let rect = egui::Rect::from_min_size(pos2(10.0, 20.0), vec2(640.0, 360.0));
        let (one, other) = (pixel(rect, SIZE, pos2(60.0, 70.0)), pixel(rect, SIZE, pos2(110.0, 95.0)));
        assert_eq!(between(one, other), Rect::new(100, 100, 100, 50));
        assert_eq!(between(other, one), between(one, other));
        assert_eq!(pixel(rect, SIZE, pos2(-50.0, 9999.0)), (0, 720), "beyond the picture it ends with it");
    }

    #[test]
    fn each_step_can_be_undone() {
        let mut parts = Parts::default();
        parts.add(Rect::new(0, 0, 0, 9));
        assert!(parts.boxes().is_empty(), "a click is no box");
        parts.add(Rect::new(100, 100, 200, 100));
        parts.push((1, -1), false, SIZE);
        assert_eq!(parts.boxes(), [Rect::new(120, 80, 200, 100)]);
        parts.push((2, 1), true, SIZE);
        assert_eq!(parts.boxes(), [Rect::new(120, 80, 240, 120)]);
        parts.remove_chosen();
        assert!(parts.boxes().is_empty());
        for expected in
            [Rect::new(120, 80, 240, 120), Rect::new(120, 80, 200, 100), Rect::new(100, 100, 200, 100)]
        {
            parts.undo();
            assert_eq!(parts.boxes(), [expected]);
        }
        parts.undo();
        parts.undo();
        assert!(parts.boxes().is_empty());
    }

    #[test]
    fn a_box_stays_in_the_picture() {
        let mut parts = Parts::default();
        parts.add(Rect::new(1200, 10, 80, 80));
        for _ in 0..100 {
            parts.push((1, -1), false, SIZE);
            parts.push((1, -1), true, SIZE);
        }
        assert_eq!(parts.boxes(), [Rect::new(1200, 0, 80, 1)]);
    }
}
