//! The one window: a page for each [`View`], and a small bar on top of everything while somebody looks.

mod bar;
mod blackout;
mod call;
mod chat;
mod files;
mod pages;
mod theme;
mod typed_ahead;
mod waiting;

use std::{sync::Arc, time::Duration};

use egui::{Context, ViewportCommand, WindowLevel, vec2};
use egui_software_backend::{
    SoftwareBackend, SoftwareBackendAppConfiguration, run_app_with_software_backend,
};
use ponte_desktop::Rect;
use tokio::sync::{mpsc, watch};

use crate::{
    strings::{Language, Text},
    view::{CallStage, Command, View},
};

const PAGE: egui::Vec2 = vec2(560.0, 460.0);
/// With more to read or to fill in; less where the screen is small.
const FORM: egui::Vec2 = vec2(640.0, 740.0);
const WAITING: egui::Vec2 = vec2(580.0, 620.0);
const BLACKOUT: egui::Vec2 = vec2(1000.0, 740.0);
/// The picture's widest side on that page, in pixels.
const BLACKOUT_PIXELS: u32 = 920;
/// What a window manager's frame and panels take of the screen's height.
const FRAME: f32 = 70.0;

/// Which of its shapes the window has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Page { on_top: bool },
    Bar { chat: bool },
    Form,
    Blackout,
    Waiting,
}

/// What the person is doing in the window, beyond what the engine knows.
#[derive(Debug, Default)]
struct Entry {
    /// The page for a link is open.
    open: bool,
    text: String,
    error: Option<Text>,
}

pub(crate) struct Window {
    view: watch::Receiver<View>,
    commands: mpsc::Sender<Command>,
    language: Language,
    screen: Rect,
    shape: Shape,
    entry: Entry,
    /// Kept: on X11 a clipboard lives as long as its owner.
    clipboard: Option<arboard::Clipboard>,
    copied: bool,
    /// The view that focus was set for.
    focused: Option<std::mem::Discriminant<View>>,
    draft: chat::Draft,
    request: call::Request,
    /// Out of the way, for a picture of what is behind.
    hidden: bool,
    /// The person was asked whether they want to take their request back.
    cancelling: bool,
    /// The page that asks for agreement and is shown, and since when.
    asked: Option<(View, std::time::Instant)>,
}

/// Shows the window until it is closed. `start` is called once with what redraws it.
///
/// # Errors
/// When the window system refuses.
pub(crate) fn run(
    view: &watch::Receiver<View>,
    commands: &mpsc::Sender<Command>,
    screen: Option<Rect>,
    start: impl FnOnce(Arc<dyn Fn() + Send + Sync>),
) -> anyhow::Result<()> {
    let language = Language::of_system();
    let settings = SoftwareBackendAppConfiguration::new()
        .inner_size(Some(PAGE))
        .title(Some(language.say(Text::Title).to_owned()))
        .app_id(Some("ponte-sos".to_owned()))
        .position(screen.map(|screen| centre(screen, PAGE)));
    let mut start = Some(start);
    run_app_with_software_backend(settings, |ctx: Context| {
        theme::apply(&ctx);
        ctx.add_plugin(typed_ahead::TypedAhead::default());
        if let Some(start) = start.take() {
            start(Arc::new(move || ctx.request_repaint()));
        }
        Window {
            view: view.clone(),
            commands: commands.clone(),
            language,
            screen: screen.unwrap_or_default(),
            shape: Shape::Page { on_top: false },
            entry: Entry::default(),
            clipboard: None,
            copied: false,
            focused: None,
            draft: chat::Draft::default(),
            request: call::Request::default(),
            hidden: false,
            cancelling: false,
            asked: None,
        }
    })
    .map_err(|e| anyhow::anyhow!("the window cannot be shown: {e}"))
}

/// Shows one page with nothing behind it, until it is closed.
pub(crate) fn tell(view: &View) -> anyhow::Result<()> {
    let (_keep, shown) = watch::channel(view.clone());
    let (commands, _orders) = mpsc::channel(1);
    run(&shown, &commands, None, |_| {})
}

fn centre(screen: Rect, size: egui::Vec2) -> egui::Pos2 {
    #[allow(clippy::cast_precision_loss)] // screens are far below 2^24 pixels
    let (x, y, w, h) = (screen.x as f32, screen.y as f32, screen.width as f32, screen.height as f32);
    egui::pos2(x + ((w - size.x) / 2.0).max(0.0), y + ((h - size.y) / 2.0).max(0.0))
}

impl Window {
    fn send(&self, command: Command) {
        // Full only if the engine hangs; the guard's Stop works even then.
        if let Err(error) = self.commands.try_send(command) {
            tracing::warn!(%error, "the engine does not listen");
        }
    }
    fn say(&self, text: Text) -> &'static str {
        self.language.say(text)
    }
    fn clipboard(&mut self) -> Option<&mut arboard::Clipboard> {
        if self.clipboard.is_none() {
            self.clipboard = arboard::Clipboard::new().ok();
        }
        self.clipboard.as_mut()
    }

    /// As large as it should be, and as the screen allows.
    fn size(&self, shape: Shape) -> egui::Vec2 {
        let wanted = match shape {
            Shape::Bar { chat: false } => return bar::SIZE,
            Shape::Bar { chat: true } => return bar::WITH_CHAT,
            Shape::Page { .. } => return PAGE,
            Shape::Form => FORM,
            Shape::Blackout => BLACKOUT,
            Shape::Waiting => WAITING,
        };
        #[allow(clippy::cast_precision_loss)] // screens are far below 2^24 pixels
        let screen = vec2(self.screen.width as f32, self.screen.height as f32 - FRAME);
        if screen.x < 1.0 || screen.y < 1.0 { wanted } else { wanted.min(screen) }
    }

    /// Makes the window a page or a bar.
    fn reshape(&mut self, ctx: &Context, shape: Shape) {
        if self.shape == shape {
            return;
        }
        let is_bar = |shape| matches!(shape, Shape::Bar { .. });
        let (was_bar, was) = (is_bar(self.shape), self.size(self.shape));
        self.shape = shape;
        let size = self.size(shape);
        let position = match shape {
            Shape::Bar { .. } => {
                egui::pos2(centre(self.screen, size).x, centre(self.screen, size).y.min(0.0) + bar::TOP)
            }
            _ => centre(self.screen, size),
        };
        let on_top = matches!(shape, Shape::Page { on_top: true } | Shape::Bar { .. });
        ctx.send_viewport_cmd(ViewportCommand::WindowLevel(if on_top {
            WindowLevel::AlwaysOnTop
        } else {
            WindowLevel::Normal
        }));
        if was_bar || is_bar(shape) {
            ctx.send_viewport_cmd(ViewportCommand::Decorations(!is_bar(shape)));
        }
        if was_bar || is_bar(shape) || was != size {
            ctx.send_viewport_cmd(ViewportCommand::InnerSize(size));
            ctx.send_viewport_cmd(ViewportCommand::OuterPosition(position));
        }
        if matches!(shape, Shape::Page { on_top: true }) {
            ctx.send_viewport_cmd(ViewportCommand::Focus);
        }
    }

    /// Goes out of the way while the screen behind is taken, and comes back.
    fn hide(&mut self, ctx: &Context, hide: bool) {
        if hide && !self.hidden {
            self.hidden = true;
            ctx.send_viewport_cmd(ViewportCommand::Visible(false));
            self.send(Command::Hidden);
        } else if !hide && self.hidden {
            self.hidden = false;
            ctx.send_viewport_cmd(ViewportCommand::Visible(true));
            ctx.send_viewport_cmd(ViewportCommand::Focus);
        }
    }
}

impl egui_software_backend::App for Window {
    fn ui(&mut self, ui: &mut egui::Ui, _backend: &mut SoftwareBackend) {
        let view = self.view.borrow_and_update().clone();
        let shape = match &view {
            View::Session { chat, .. } => {
                // What a technician writes is to be noticed; it takes the keyboard from nobody.
                self.draft.open |= chat.unread > 0 && chat.newest > self.draft.read;
                Shape::Bar { chat: self.draft.open }
            }
            View::Question { .. } => Shape::Page { on_top: true },
            View::Call(_) if self.request.blacking() => Shape::Blackout,
            View::Call(_) => Shape::Form,
            View::Waiting { .. } => Shape::Waiting,
            _ => Shape::Page { on_top: false },
        };
        // Another session begins with nothing written and nothing read.
        if !matches!(
            view,
            View::Session { .. }
                | View::Question { .. }
                | View::Waiting { .. }
                | View::Ready { chat: Some(_), .. }
                | View::Over { .. }
        ) {
            self.draft = chat::Draft::default();
        }
        // What was filled in stays while it is not sent; another request begins with nothing.
        if matches!(view, View::Waiting { .. } | View::Ended(_)) {
            self.request = call::Request::default();
        }
        if !matches!(view, View::Waiting { .. }) {
            self.cancelling = false;
        }
        let hiding = matches!(&view, View::Call(form) if form.stage == CallStage::Hiding);
        self.hide(&ui.ctx().clone(), hiding);
        self.reshape(&ui.ctx().clone(), shape);
        if matches!(view, View::Question { .. } | View::Session { .. } | View::Ended(_) | View::Over { .. }) {
            self.entry.open = false;
        }
        match &view {
            View::Session { .. } => {
                // The next question is a new one: its focus is set again.
                self.focused = None;
                self.bar(ui, &view);
            }
            _ => self.page(ui, &view),
        }
    }

    fn on_exit(&mut self, _ctx: &Context) {
        self.send(Command::Stop);
    }
}

/// How long the program waits for the engine to say goodbye after the window is closed.
pub(crate) const GOODBYE: Duration = Duration::from_secs(3);
