//! Keys that were pressed faster than the window is drawn: on a slow computer *Tab* and *Enter* may come in one frame,
//! and *Enter* would press the button that has just lost the keyboard.

use std::collections::VecDeque;

use egui::{Event, Key, Plugin, RawInput, Ui};

/// Gives each frame what was typed up to the first key that changes where the keyboard is; the rest waits for the next.
#[derive(Default)]
pub(super) struct TypedAhead {
    waiting: VecDeque<Event>,
}

impl Plugin for TypedAhead {
    fn debug_name(&self) -> &'static str {
        "typed ahead"
    }

    fn input_hook(&mut self, input: &mut RawInput) {
        self.waiting.extend(input.events.drain(..));
        while let Some(event) = self.waiting.pop_front() {
            let moves = moves(&event);
            input.events.push(event);
            if moves {
                break;
            }
        }
    }

    fn on_end_pass(&mut self, ui: &mut Ui) {
        if !self.waiting.is_empty() {
            ui.ctx().request_repaint();
        }
    }
}

/// Whether the page, or what has the keyboard, may be another one after this.
fn moves(event: &Event) -> bool {
    matches!(event, Event::Key { key: Key::Tab | Key::Enter | Key::Space | Key::Escape, pressed: true, .. })
}

#[cfg(test)]
mod tests {
    use egui::{Context, Modifiers};

    use super::*;

    fn key(key: Key) -> Event {
        Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers: Modifiers::NONE }
    }

    #[test]
    fn enter_presses_the_button_that_tab_came_to() {
        let context = Context::default();
        context.add_plugin(TypedAhead::default());
        let mut pressed = Vec::new();
        let mut frame = |events: Vec<Event>| {
            let output = context.run_ui(RawInput { events, ..RawInput::default() }, |ui| {
                for name in ["first", "second", "third"] {
                    if ui.button(name).clicked() {
                        pressed.push(name);
                    }
                }
            });
            output.viewport_output.values().any(|viewport| viewport.repaint_delay.is_zero())
        };
        frame(Vec::new());
        let mut again =
            frame(vec![key(Key::Tab), key(Key::Tab), key(Key::Enter), key(Key::Tab), key(Key::Space)]);
        // Drawn again by itself as long as keys wait.
        let mut frames = 0;
        while again && frames < 20 {
            again = frame(Vec::new());
            frames += 1;
        }
        assert_eq!(pressed, ["second", "third"]);
    }
}
