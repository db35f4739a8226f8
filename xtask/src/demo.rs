//! The whole product on one machine: the relay, a desktop with the SOS program, and how to get in.
//!
//! The demo desktop is a virtual screen that nobody sees, so this task does there what a person would do with
//! a mouse: it presses *Copy number* to tell the nine digits, and *Yes*, *No* or *Stop* when asked to. These are
//! real clicks into the real window; the SOS program knows nothing of them.
//!
//! Beside it, `demo-desk` (in `tests/`) sets up a desk with channels, groups and colleagues, lets people call, and
//! colleagues work, through the interfaces that everybody has.

mod desktop;
mod keys;
mod life;
mod pixels;
mod relay;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::child::Running;
use crate::{build, root, setup, step};
use desktop::{Button, Desktop};
use keys::{Event, Events};
use life::Colleague;

#[derive(Args)]
pub(crate) struct Options {
    /// Share this machine's own screen instead of a virtual one
    #[arg(long)]
    here: bool,
    /// Port of the relay, TCP and UDP (default: the first free one from 8443)
    #[arg(long)]
    port: Option<u16>,
    /// Folder of the demo's data (default: out/demo)
    #[arg(long)]
    data: Option<PathBuf>,
    /// Forget the data of earlier demos
    #[arg(long)]
    fresh: bool,
    /// Only the relay and the demo desktop: nobody else calls, nobody else works
    #[arg(long)]
    alone: bool,
}

const PICTURE_EVERY: Duration = Duration::from_secs(2);

/// How long a program that was just started may take to show its number, on a machine that does much else.
const FIRST_NUMBER: Duration = Duration::from_secs(60);

pub(crate) fn run(options: &Options) -> Result<()> {
    if options.here && std::env::var_os("DISPLAY").is_none_or(|display| display.is_empty()) {
        bail!(
            "--here shares this machine's own X11 screen, but DISPLAY is not set. Start it from a terminal on that screen, or leave --here out."
        );
    }
    let mut events = Events::listen()?;
    println!("\nPonte demo\n");
    // Nothing but what a demo needs: the packages of the tests stay as they are, a test may be running this.
    setup::system()?;
    build::programs()?;

    let folder = match &options.data {
        Some(folder) => std::path::absolute(folder).context("cannot find that folder")?,
        None => root::out("demo"),
    };
    if options.fresh && folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    let (site, relay) = relay::start(&folder, options.port)?;
    let mut running = vec![relay];
    let desktop = if options.here {
        running.push(sos_here(&site)?);
        None
    } else {
        Some(Desktop::start(&site, &mut running)?)
    };
    let number = match &desktop {
        Some(desktop) => Some(desktop.number(FIRST_NUMBER).with_context(|| {
            format!("the SOS program showed no number; see {}", folder.join("sos.log").display())
        })?),
        None => None,
    };
    let colleagues = if options.alone { Vec::new() } else { life::start(&site, &mut running)? };
    show(&site, number.as_deref(), desktop.as_ref(), &colleagues);
    let result = serve(&mut events, &mut running, desktop.as_ref());
    // Latest first: the SOS program says goodbye to a relay that still listens.
    while let Some(program) = running.pop() {
        drop(program);
    }
    if result.is_ok() {
        println!("\n  stopped; the data is kept in {} (--fresh forgets it)", folder.display());
    }
    result
}

fn sos_here(site: &relay::Site) -> Result<Running> {
    let mut command = std::process::Command::new(root::program("ponte-sos"));
    command.arg("--relay").arg(format!("127.0.0.1:{}", site.port));
    Running::start("the SOS program", &command, &site.folder.join("sos.log"))
}

fn show(site: &relay::Site, number: Option<&str>, desktop: Option<&Desktop>, colleagues: &[Colleague]) {
    let mut lines = vec![
        format!("Console    {}", site.address()),
        format!("E-mail     {}", site.email),
        format!("Password   {}", site.password),
        String::new(),
    ];
    if !colleagues.is_empty() {
        lines.push("Colleagues, with the same password; people call by themselves:".to_owned());
        lines.extend(colleagues.iter().map(|it| format!("  {:<20} {}, {}", it.email, it.name, it.about)));
        lines.push(String::new());
    }
    match number {
        Some(number) => lines.push(format!("Number     {number}   (Enter code, in the console)")),
        None => lines.push("Number     in the SOS window on this screen".to_owned()),
    }
    if let Some(desktop) = desktop {
        lines.push(format!(
            "Desktop    display {}, picture in {}",
            desktop.display(),
            desktop.picture_path().display()
        ));
        lines.push(String::new());
        lines.push("On the demo desktop, press for the end user:".to_owned());
        lines.push("  [y] Yes   [n] No   [s] Stop   [c] (new) number   [p] picture".to_owned());
    }
    lines.push(String::new());
    lines.push("Ctrl-C ends everything".to_owned());
    let width = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    println!("\n  ╭{}╮", "─".repeat(width + 4));
    for line in lines {
        println!("  │  {line}{}  │", " ".repeat(width - line.chars().count()));
    }
    println!("  ╰{}╯\n", "─".repeat(width + 4));
}

/// Until Ctrl-C, or until a program ends by itself.
fn serve(events: &mut Events, running: &mut Vec<Running>, desktop: Option<&Desktop>) -> Result<()> {
    loop {
        let event = events.next(PICTURE_EVERY);
        if let Event::Stop = event {
            return Ok(());
        }
        if let Some(desktop) = desktop {
            desktop.picture();
            if let Event::Key(key) = event
                && let Err(error) = pressed(desktop, key)
            {
                step::say(&format!("{error:#}"));
            }
        }
        let mut over = None;
        for (position, program) in running.iter_mut().enumerate() {
            if let Some(status) = program.ended() {
                over = Some((position, status));
            }
        }
        if let Some((position, status)) = over {
            let name = running.remove(position).name().to_owned();
            match (name.as_str(), desktop) {
                // The end user's program ends with its session: start the next one, so the demo can go on.
                ("the SOS program", Some(desktop)) => {
                    running.push(desktop.start_sos()?);
                    step::say(&format!(
                        "the session is over; the SOS program was started again: {}",
                        desktop.number(FIRST_NUMBER)?
                    ));
                }
                ("the SOS program", None) => {
                    step::say("the SOS program was closed");
                    return Ok(());
                }
                ("the relay", _) => {
                    bail!("the relay ended ({status}); its log is relay.log in the demo's folder")
                }
                _ => step::say(&format!("{name} was closed")),
            }
        }
    }
}

fn pressed(desktop: &Desktop, key: u8) -> Result<()> {
    match key.to_ascii_lowercase() {
        b'y' => desktop.press(Button::Yes),
        b'n' => desktop.press(Button::No),
        b's' => desktop.press(Button::Stop),
        b'c' => {
            step::say(&format!("number {}", desktop.number(Duration::from_secs(3))?));
            Ok(())
        }
        b'p' => {
            desktop.picture();
            step::say(&format!("{}", desktop.picture_path().display()));
            Ok(())
        }
        _ => Ok(()),
    }
}
