//! One line a step: what is being done, for how long, and how it ended.
//!
//! The output of a command goes to a log under `out/logs`; it is shown whole when the command fails.

use std::fs::File;
use std::io::{BufRead, BufReader, IsTerminal, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::root;

/// How often a step that runs long says so where nobody sees a live line (CI).
const SIGN_OF_LIFE: Duration = Duration::from_secs(30);

/// Runs a command quietly, as one step.
pub(crate) fn run(name: &str, command: &mut Command) -> Result<()> {
    steps(name, command, false)
}

/// Runs a command and shows what it prints, for runners whose output people want to read.
pub(crate) fn run_shown(name: &str, command: &mut Command) -> Result<()> {
    steps(name, command, true)
}

/// What a step printed, also when it failed; nothing when it did not begin.
pub(crate) fn printed(name: &str) -> String {
    std::fs::read(log_of(name)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// Says something that is not a command.
pub(crate) fn say(text: &str) {
    println!("  {text}");
}

fn steps(name: &str, command: &mut Command, shown: bool) -> Result<()> {
    let log_path = log_of(name);
    std::fs::create_dir_all(root::out("logs")).context("cannot make out/logs")?;
    let mut log = File::create(&log_path).with_context(|| format!("cannot write {}", log_path.display()))?;
    let live = !shown && std::io::stdout().is_terminal();
    let started = Instant::now();
    if shown {
        println!("─── {name}");
    }

    let (reader, writer) = std::io::pipe().context("no pipe")?;
    let again = writer.try_clone().context("no pipe")?;
    command.stdin(Stdio::null()).stdout(writer).stderr(again);
    let program = command.get_program().to_string_lossy().into_owned();
    let mut child = command.spawn().with_context(|| format!("cannot start {program}; is it installed?"))?;
    // The pipe ends when the last writer is gone: our own copies must not keep it open.
    command.stdout(Stdio::null()).stderr(Stdio::null());

    let (lines, received) = sync_channel::<Vec<u8>>(64);
    let pump = std::thread::spawn(move || {
        let mut reader = BufReader::new(reader);
        let mut line = Vec::new();
        while matches!(reader.read_until(b'\n', &mut line), Ok(n) if n > 0) {
            if lines.send(std::mem::take(&mut line)).is_err() {
                break;
            }
        }
    });

    let mut last = String::new();
    let mut spoke = Instant::now();
    loop {
        match received.recv_timeout(Duration::from_secs(1)) {
            Ok(line) => {
                log.write_all(&line).context("cannot write the log")?;
                if shown {
                    let mut out = std::io::stdout().lock();
                    out.write_all(&line).and_then(|()| out.flush()).context("cannot write")?;
                }
                last = brief(&line);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if live {
            print!("\r\x1b[K  {name} … {} {last}", duration(started.elapsed()));
            let _ = std::io::stdout().flush();
        } else if !shown && spoke.elapsed() >= SIGN_OF_LIFE {
            spoke = Instant::now();
            println!("  {name} … {} ({last})", duration(started.elapsed()));
        }
    }
    let status = child.wait().context("cannot wait")?;
    let _ = pump.join();
    if live {
        print!("\r\x1b[K");
    }
    if status.success() {
        println!("  {name} … {}", duration(started.elapsed()));
        return Ok(());
    }
    println!("  {name} … failed after {}", duration(started.elapsed()));
    if !shown {
        let text = std::fs::read(&log_path).unwrap_or_default();
        println!("{}", String::from_utf8_lossy(&text));
    }
    bail!("{name}: {program} ended with {status}; its output is in {}", log_path.display())
}

fn log_of(name: &str) -> std::path::PathBuf {
    root::out("logs").join(format!("{}.log", slug(name)))
}

/// 42 s, or 3 min 02 s.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0 => format!("{:.1} s", time.as_secs_f32()),
        1..60 => format!("{seconds} s"),
        _ => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

fn brief(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let plain: String = text.trim().chars().filter(|c| !c.is_control()).take(60).collect();
    plain
}

fn slug(name: &str) -> String {
    name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect()
}
