//! How the window looks: white, ink, one accent; large type; a focus that is always seen.

use std::sync::Arc;

use egui::{
    Button, Color32, Context, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Response,
    RichText, Stroke, StrokeKind, Style, Ui, Vec2, Visuals,
};
use epaint_default_fonts::{HACK_REGULAR, UBUNTU_LIGHT};

pub(super) const INK: Color32 = Color32::from_rgb(0x14, 0x1f, 0x2e);
pub(super) const SOFT: Color32 = Color32::from_rgb(0x5a, 0x66, 0x75);
pub(super) const LINE: Color32 = Color32::from_rgb(0xd5, 0xdb, 0xe3);
pub(super) const PAPER: Color32 = Color32::WHITE;
pub(super) const WASH: Color32 = Color32::from_rgb(0xee, 0xf4, 0xf6);
pub(super) const ACCENT: Color32 = Color32::from_rgb(0x0b, 0x5f, 0x73);
/// Behind what the person wrote.
pub(super) const OWN: Color32 = Color32::from_rgb(0xd4, 0xe6, 0xea);
pub(super) const ALARM: Color32 = Color32::from_rgb(0xc0, 0x35, 0x18);

const ROUND: u8 = 10;

/// Sets fonts, colours and sizes once.
pub(super) fn apply(ctx: &Context) {
    ctx.set_fonts(fonts());
    ctx.set_theme(egui::Theme::Light);
    let mut style = Style { visuals: Visuals::light(), ..Style::default() };
    // Redrawn only when something changes: nothing fades, nothing blinks.
    style.animation_time = 0.0;
    style.visuals.text_cursor.blink = false;
    style.visuals.panel_fill = PAPER;
    style.visuals.override_text_color = Some(INK);
    style.visuals.selection.bg_fill = ACCENT.gamma_multiply(0.25);
    style.visuals.selection.stroke = Stroke::new(1.0, ACCENT);
    style.visuals.hyperlink_color = ACCENT;
    style.visuals.extreme_bg_color = PAPER;
    for widget in [
        &mut style.visuals.widgets.inactive,
        &mut style.visuals.widgets.hovered,
        &mut style.visuals.widgets.active,
        &mut style.visuals.widgets.open,
    ] {
        widget.corner_radius = CornerRadius::same(ROUND);
        widget.bg_stroke = Stroke::new(1.0, LINE);
        widget.expansion = 0.0;
    }
    style.spacing.button_padding = Vec2::new(18.0, 10.0);
    style.interaction.selectable_labels = false;
    ctx.set_style_of(egui::Theme::Light, style);
}

/// One for text and one for numbers; of the four that egui brings, two are for emoji.
fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    for (name, bytes) in [("text", UBUNTU_LIGHT), ("numbers", HACK_REGULAR)] {
        fonts.font_data.insert(name.into(), Arc::new(FontData::from_static(bytes)));
    }
    fonts.families.insert(FontFamily::Proportional, vec!["text".into()]);
    fonts.families.insert(FontFamily::Monospace, vec!["numbers".into(), "text".into()]);
    fonts
}

pub(super) fn heading(text: &str) -> RichText {
    RichText::new(text).size(27.0).color(INK)
}
pub(super) fn body(text: &str) -> RichText {
    RichText::new(text).size(17.0).color(INK)
}
pub(super) fn small(text: &str) -> RichText {
    RichText::new(text).size(14.5).color(SOFT)
}
pub(super) fn digits(text: &str) -> RichText {
    RichText::new(text).font(FontId::new(58.0, FontFamily::Monospace)).color(ACCENT)
}
pub(super) fn words(text: &str) -> RichText {
    RichText::new(text).font(FontId::new(24.0, FontFamily::Monospace)).color(ACCENT)
}
pub(super) fn code(text: &str) -> RichText {
    RichText::new(text).font(FontId::new(13.0, FontFamily::Monospace)).color(SOFT)
}

/// What a button is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Main,
    Quiet,
    Alarm,
}

/// A button; the focused one has a ring.
pub(super) fn button(ui: &mut Ui, text: &str, kind: Kind, size: Vec2) -> Response {
    let (fill, ink, edge) = match kind {
        Kind::Main => (ACCENT, PAPER, ACCENT),
        Kind::Quiet => (PAPER, INK, LINE),
        Kind::Alarm => (ALARM, PAPER, ALARM),
    };
    let label = RichText::new(text).size(if size.y > 40.0 { 18.0 } else { 15.5 }).color(ink);
    let look =
        Button::new(label).fill(fill).stroke(Stroke::new(1.5, edge)).corner_radius(ROUND).min_size(size);
    let response = ui.add(look);
    ring(ui, response)
}

/// A button that looks like a link.
pub(super) fn link(ui: &mut Ui, text: &str) -> Response {
    let look = Button::new(RichText::new(text).size(15.5).color(ACCENT).underline()).frame(false);
    let response = ui.add(look);
    ring(ui, response)
}

fn ring(ui: &Ui, response: Response) -> Response {
    if response.has_focus() {
        let edge = Stroke::new(2.5, INK);
        ui.painter().rect_stroke(
            response.rect.expand(4.0),
            CornerRadius::same(ROUND + 3),
            edge,
            StrokeKind::Inside,
        );
    }
    response
}
