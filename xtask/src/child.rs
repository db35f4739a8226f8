//! Programs that run beside this one and never outlive it.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How long a program may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(5);

/// A running program with its own process group; dropping it ends the whole group.
pub(crate) struct Running {
    name: String,
    child: Child,
}

impl Running {
    /// Starts a program; what it prints goes to `log`.
    pub(crate) fn start(name: &str, command: &Command, log: &Path) -> Result<Running> {
        let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        let again = file.try_clone().context("cannot write the log")?;
        let mut guarded = guarded(command);
        guarded.stdout(file).stderr(again);
        Running::spawn(name, &mut guarded)
    }

    /// Starts a program whose output the caller reads.
    pub(crate) fn start_piped(name: &str, command: &Command) -> Result<(Running, std::process::ChildStdout)> {
        let mut guarded = guarded(command);
        guarded.stdout(Stdio::piped()).stderr(Stdio::null());
        let mut running = Running::spawn(name, &mut guarded)?;
        let output = running.child.stdout.take().context("no output")?;
        Ok((running, output))
    }

    fn spawn(name: &str, command: &mut Command) -> Result<Running> {
        let child = command.spawn().with_context(|| format!("cannot start {name}"))?;
        Ok(Running { name: name.to_owned(), child })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Its end, when it has ended.
    pub(crate) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        signal(self.child.id(), "TERM");
        if wait_until(GRACE, || self.ended().map(|_| ())).is_err() {
            signal(self.child.id(), "KILL");
        }
        let _ = self.child.wait();
    }
}

/// The same command in its own process group (a Ctrl-C in the terminal reaches this program alone, which
/// then ends the others in order), told by the kernel to end should this program be killed.
fn guarded(command: &Command) -> Command {
    let mut guarded = if crate::root::has("setpriv") {
        let mut setpriv = Command::new("setpriv");
        setpriv.args(["--pdeathsig", "TERM", "--"]).arg(command.get_program());
        setpriv
    } else {
        Command::new(command.get_program())
    };
    guarded.args(command.get_args()).process_group(0).stdin(Stdio::null());
    for (key, value) in command.get_envs() {
        match value {
            Some(value) => guarded.env(key, value),
            None => guarded.env_remove(key),
        };
    }
    if let Some(folder) = command.get_current_dir() {
        guarded.current_dir(folder);
    }
    guarded
}

fn signal(group: u32, name: &str) {
    let _ = Command::new("kill")
        .args([format!("-{name}"), "--".to_owned(), format!("-{group}")])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

/// Asks again and again until there is an answer.
pub(crate) fn wait_until<T>(limit: Duration, mut ask: impl FnMut() -> Option<T>) -> Result<T> {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return Ok(answer);
        }
        if started.elapsed() > limit {
            bail!("no answer within {} s", limit.as_secs());
        }
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

/// Runs a short command and gives back what it printed; an error when it fails.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let answer = command.stdin(Stdio::null()).output().with_context(|| format!("cannot run {program}"))?;
    if !answer.status.success() {
        bail!("{program} failed: {}", String::from_utf8_lossy(&answer.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&answer.stdout).into_owned())
}
