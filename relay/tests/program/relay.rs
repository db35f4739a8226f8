//! A folder with a configuration, and the program run in it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use tempfile::TempDir;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_ponte-relay");

pub(crate) struct Place(TempDir);

pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) output: String,
    pub(crate) error: String,
}

impl Place {
    /// `HERE` in the configuration is this folder.
    pub(crate) fn new(text: &str) -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        let here = place.folder().display().to_string();
        let text = format!("data_dir = \"{here}/data\"\n{}", text.replace("HERE", &here));
        std::fs::write(place.config(), text).unwrap();
        place
    }

    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn config(&self) -> String {
        self.folder().join("ponte.toml").display().to_string()
    }

    /// There is no data folder.
    pub(crate) fn untouched(&self) -> bool {
        !self.folder().join("data").exists()
    }

    pub(crate) fn run(&self, command: &[&str]) -> Ran {
        self.run_with(&[command, &["--config", &self.config()]].concat(), &[])
    }

    pub(crate) fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
        let mut command = clean(PROGRAM);
        command.args(arguments).envs(environment.iter().copied());
        ran(command, "")
    }

    pub(crate) fn create_owner(&self, password: &str) -> Ran {
        let mut command = clean(PROGRAM);
        command.args(["admin", "create-owner", "--config", &self.config()]);
        command.args(["--email", "ana@desk.example", "--name", "Ana", "--password-stdin"]);
        ran(command, password)
    }
}

/// Without what the environment of a developer may hold.
pub(crate) fn clean(program: &str) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    if let Some(path) = std::env::var_os("PATH") {
        command.env("PATH", path);
    }
    command
}

/// Runs to the end; a program that does not end would hang the test, whose runner has a limit.
pub(crate) fn ran(mut command: Command, input: &str) -> Ran {
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A program that refused before it read closes its end.
    let _ = writeln!(child.stdin.take().unwrap(), "{input}");
    let out = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: out.status.code(), output: text(out.stdout), error: text(out.stderr) }
}

/// A relay that serves; killed when dropped.
pub(crate) struct Serving {
    child: Child,
    /// Kept open, for a program may say more.
    _output: BufReader<ChildStdout>,
}

impl Serving {
    /// Starts it and waits until it says where it is.
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        output.read_line(&mut line).unwrap();
        let this = Self { child, _output: output };
        assert!(line.starts_with("Ponte is at "), "{line}");
        this
    }

    /// Asks it to end; its exit code.
    pub(crate) fn stop(mut self) -> Option<i32> {
        let asked = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(asked.success());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
