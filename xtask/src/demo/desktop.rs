//! The demo desktop: a virtual screen with a window manager, a terminal, an editor, and the SOS program.

use std::io::{BufRead, BufReader};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use super::pixels::{Area, Colour, Pixels};
use super::relay::Site;
use crate::child::{self, Running};
use crate::{root, step};

const WIDTH: usize = 1280;
const HEIGHT: usize = 720;
const SIZE: &str = "1280x720x24";
const BACKGROUND: &str = "#33475b";

/// How the SOS program's buttons look (sos-client/src/window/theme.rs and pages.rs).
const ACCENT: Colour = [0x0b, 0x5f, 0x73];
const ALARM: Colour = [0xc0, 0x35, 0x18];
const MAIN_WIDTH: RangeInclusive<usize> = 228..=260;
const YES_WIDTH: RangeInclusive<usize> = 190..=222;
const STOP_WIDTH: RangeInclusive<usize> = 80..=130;
const YES_TO_NO: usize = 224;

/// What the end user can press.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Button {
    Yes,
    No,
    Stop,
}

pub(crate) struct Desktop {
    display: String,
    folder: PathBuf,
    relay: String,
}

impl Desktop {
    /// Starts the screen and everything on it, adding each program to `running`.
    pub(crate) fn start(site: &Site, running: &mut Vec<Running>) -> Result<Desktop> {
        let folder = site.folder.clone();
        let mut xvfb = Command::new("Xvfb");
        xvfb.args(["-displayfd", "1", "-screen", "0", SIZE, "-nolisten", "tcp", "-noreset"]);
        let (screen, output) = Running::start_piped("the demo desktop", &xvfb)?;
        running.push(screen);
        // The server names the free display it took once it answers; it closes nothing, so one line is read.
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line).context("Xvfb said nothing")?;
        let number: u32 =
            line.trim().parse().context("Xvfb did not start; is another X server using up its displays?")?;
        let desktop =
            Desktop { display: format!(":{number}"), folder, relay: format!("127.0.0.1:{}", site.port) };

        child::output(&mut desktop.on("xsetroot", &["-solid", BACKGROUND]))?;
        running.push(desktop.program("the window manager", "openbox", &["--sm-disable"])?);
        // Windows that open before the window manager does would lack frame and place.
        child::wait_until(Duration::from_secs(30), || {
            let said =
                child::output(&mut desktop.on("xprop", &["-root", "_NET_SUPPORTING_WM_CHECK"])).ok()?;
            said.contains("window id").then_some(())
        })
        .context("the window manager did not start; see openbox.log in the demo's folder")?;
        // It says so before it is done starting, and until then it loses requests to show a window: it is there once
        // it has carried something out. (Its own settings have four desktops.)
        child::wait_until(Duration::from_secs(30), || {
            let counted = ["set_num_desktops", "1", "get_num_desktops"];
            (child::output(&mut desktop.on("xdotool", &counted)).ok()?.trim() == "1").then_some(())
        })
        .context("the window manager carries nothing out; see openbox.log in the demo's folder")?;
        running.push(desktop.program("the editor", "mousepad", &["--disable-server", &desktop.letter()?])?);
        running.push(desktop.program(
            "the terminal",
            "xterm",
            &[
                "-fa",
                "DejaVu Sans Mono",
                "-fs",
                "11",
                "-geometry",
                "76x18+24+330",
                "-bg",
                "#101820",
                "-fg",
                "#e6edf3",
                "-T",
                "Terminal",
                "-e",
                "bash",
                "--rcfile",
                &desktop.shell()?,
                "-i",
            ],
        )?);
        // How tidy it looks is not what a demo fails for.
        if let Err(error) = desktop.place("Mousepad", 24, 24, 640, 270) {
            step::say(&format!("{error:#}"));
        }
        running.push(desktop.start_sos()?);
        Ok(desktop)
    }

    pub(crate) fn start_sos(&self) -> Result<Running> {
        let path = root::program("ponte-sos");
        let path = path.to_string_lossy().into_owned();
        self.program("the SOS program", &path, &["--relay", &self.relay])
    }

    pub(crate) fn display(&self) -> &str {
        &self.display
    }

    pub(crate) fn picture_path(&self) -> PathBuf {
        self.folder.join("desktop.png")
    }

    /// Takes a picture of the screen; a viewer never finds it half written.
    pub(crate) fn picture(&self) {
        let fresh = self.folder.join("desktop.new.png");
        let mut import = self.on("import", &["-window", "root"]);
        if import.arg(&fresh).output().is_ok_and(|answer| answer.status.success()) {
            let _ = std::fs::rename(&fresh, self.picture_path());
        }
    }

    /// The nine digits: presses *Copy number* and reads the clipboard. After a session the main button is *Close*: the
    /// program ends, and the demo starts it again.
    pub(crate) fn number(&self, within: Duration) -> Result<String> {
        child::output(
            &mut self.on("sh", &["-c", "printf none | xclip -selection clipboard -in >/dev/null 2>&1"]),
        )?;
        child::wait_until(within, || {
            let main = self.area(ACCENT, MAIN_WIDTH)?;
            self.click(main.middle()).ok()?;
            let text =
                child::output(&mut self.on("timeout", &["2", "xclip", "-selection", "clipboard", "-out"]))
                    .ok()?;
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            (digits.len() == 9).then(|| format!("{} {} {}", &digits[..3], &digits[3..6], &digits[6..]))
        })
        .context("the SOS program shows no number now (press [p] and look at the picture)")
    }

    /// Presses a button of the SOS program, where it is shown now.
    pub(crate) fn press(&self, button: Button) -> Result<()> {
        let find = || match button {
            Button::Yes => self.area(ACCENT, YES_WIDTH).map(|yes| yes.middle()),
            Button::No => {
                let (x, y) = self.area(ACCENT, YES_WIDTH)?.middle();
                Some((x.saturating_sub(YES_TO_NO), y))
            }
            Button::Stop => self.area(ALARM, STOP_WIDTH).map(|stop| stop.middle()),
        };
        // The console says that it asks a moment before the window shows the question.
        let place = child::wait_until(Duration::from_secs(3), find).map_err(|_| {
            anyhow::anyhow!("there is nothing to press for {button:?} on the demo desktop now; [p] shows it")
        })?;
        self.click(place)
    }

    /// An area of that colour and width that looks like a button.
    fn area(&self, colour: Colour, width: RangeInclusive<usize>) -> Option<Area> {
        let pixels = Pixels::take(&mut self.on("import", &[]), WIDTH, HEIGHT).ok()?;
        pixels.areas(colour).into_iter().find(|area| width.contains(&area.width()) && area.height() <= 62)
    }

    fn click(&self, at: (usize, usize)) -> Result<()> {
        let (x, y) = (at.0.to_string(), at.1.to_string());
        child::output(
            &mut self.on("xdotool", &["mousemove", &x, &y, "sleep", "0.08", "click", "1", "sleep", "0.1"]),
        )?;
        Ok(())
    }

    fn windows(&self, title: &str) -> Vec<String> {
        let found = child::output(&mut self.on("xdotool", &["search", "--onlyvisible", "--name", title]))
            .unwrap_or_default();
        found.lines().map(str::to_owned).collect()
    }

    /// Puts a window where it looks tidy, once it is there.
    fn place(&self, title: &str, x: i32, y: i32, width: i32, height: i32) -> Result<()> {
        let window = child::wait_until(Duration::from_secs(30), || self.windows(title).pop())
            .with_context(|| format!("no window called {title}"))?;
        let (x, y, width, height) = (x.to_string(), y.to_string(), width.to_string(), height.to_string());
        child::output(&mut self.on(
            "xdotool",
            &["windowsize", "--sync", &window, &width, &height, "windowmove", &window, &x, &y],
        ))?;
        Ok(())
    }

    /// A letter somebody was writing when they called for help.
    fn letter(&self) -> Result<String> {
        self.file(
            "letter.txt",
            "Dear desk,\n\nsince Monday the printer on the second floor prints only\nthe upper half of each page. I turned it off and on again.\n\nThank you,\nMaria\n",
        )
    }

    /// The start file of a shell with a short prompt, in a folder with something in it.
    fn shell(&self) -> Result<String> {
        self.file(
            "printer.log",
            "09:12  job 1041  letter.txt     2 pages  printed\n09:20  job 1042  invoice.pdf    1 page   printed\n09:31  job 1043  timetable.odt  3 pages  half of each page\n",
        )?;
        self.file(
            "shellrc",
            "PS1='\\[\\e[32m\\]maria@reception\\[\\e[0m\\]:~$ '\nHISTFILE=\ncd \"$(dirname \"$BASH_SOURCE\")\"\nprintf '\\e[32mmaria@reception\\e[0m:~$ cat printer.log\\n'\ncat printer.log\n",
        )
    }

    /// A file of the demo's folder; what is there already stays.
    fn file(&self, name: &str, text: &str) -> Result<String> {
        let path = self.folder.join(name);
        if !path.exists() {
            std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(path.to_string_lossy().into_owned())
    }

    fn program(&self, name: &str, program: &str, arguments: &[&str]) -> Result<Running> {
        let log = self.folder.join(format!("{}.log", log_name(program)));
        Running::start(name, &self.on(program, arguments), &log)
    }

    fn on(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(arguments)
            .env("DISPLAY", &self.display)
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("SESSION_MANAGER");
        command.env("NO_AT_BRIDGE", "1").stdin(Stdio::null());
        command
    }
}

fn log_name(program: &str) -> &str {
    let name = Path::new(program).file_name().and_then(|name| name.to_str()).unwrap_or("program");
    name.strip_prefix("ponte-").unwrap_or(name)
}
