//! A real PostgreSQL for tests and measurements: a cluster of its own in a temporary folder, reached by a socket there.
//!
//! Whoever has many tests starts one [`Server`] and puts [`Server::address`] into [`ADDRESS`]; each test takes a [`Database`] of
//! it. A test that is run alone has no such server and starts one: a second or two.
//!
//! The server's programs are those of Debian's package `postgresql`. It refuses to run as root; started by root, it runs
//! as the user `postgres` that the package makes.

use std::{
    fs, io,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// The variable of the environment that names a running server, as [`Server::address`] does.
pub const ADDRESS: &str = "PONTE_TEST_POSTGRES";

/// Every server has it.
const EMPTY: &str = "template0";
/// How long the server may take to start.
const START: Duration = Duration::from_secs(60);

/// How much a server does for what it was told to keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safety {
    /// Nothing survives a crash of the machine: for tests.
    None,
    /// As PostgreSQL is when it is installed: for measurements.
    Full,
}

/// A running server, ended when dropped or when the thread that started it ends.
#[derive(Debug)]
pub struct Server {
    child: Child,
    folder: TempDir,
}

impl Server {
    /// Makes a cluster and starts it.
    ///
    /// # Errors
    /// With what to install, when there is no PostgreSQL on this machine; with the server's log, when it does not start.
    pub fn start(safety: Safety) -> io::Result<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new().prefix("ponte-pg-").tempdir()?;
        let user = unprivileged()?;
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid))?;
        }
        let data = folder.path().join("data");
        let mut initdb = run_as(user, &programs.join("initdb"));
        // A language's order, to prove that nothing depends on it.
        initdb.args(["--no-sync", "--auth=trust", "--username=ponte", "--encoding=UTF8", "--locale=C.UTF-8"]);
        initdb.args(["--locale-provider=icu", "--icu-locale=en", "--pgdata"]).arg(&data);
        finish("initdb", initdb.current_dir(folder.path()))?;
        // Whoever is not 'ponte' needs a password, which none has unless a test gives them one.
        fs::write(data.join("pg_hba.conf"), "local all ponte trust\nlocal all all scram-sha-256\n")?;

        let log = fs::File::create(folder.path().join("log"))?;
        let mut postgres = run_as(user, &programs.join("postgres"));
        postgres.arg("-D").arg(&data).arg("-k").arg(folder.path());
        postgres.args(["-c", "listen_addresses=", "-c", "max_connections=400", "-c", "shared_buffers=64MB"]);
        if safety == Safety::None {
            postgres.args([
                "-c",
                "fsync=off",
                "-c",
                "synchronous_commit=off",
                "-c",
                "full_page_writes=off",
                "-c",
                "autovacuum=off",
            ]);
        }
        postgres.current_dir(folder.path()).stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let mut server = Self { child: postgres.spawn()?, folder };
        server.wait()?;
        Ok(server)
    }

    /// Of its first database, where others are made from.
    #[must_use]
    pub fn address(&self) -> String {
        self.folder.path().display().to_string()
    }

    fn wait(&mut self) -> io::Result<()> {
        let begun = Instant::now();
        loop {
            if psql(&self.address(), "postgres", "SELECT 1").is_ok() {
                return Ok(());
            }
            if self.child.try_wait()?.is_some() || begun.elapsed() > START {
                let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                return Err(io::Error::other(format!("PostgreSQL does not start:\n{log}")));
            }
            thread::park_timeout(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGINT: it ends at once, and in order.
        let _ = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

/// An empty database, removed when dropped.
#[derive(Debug)]
pub struct Database {
    name: String,
    server: String,
    /// When there is none that was started for all.
    _own: Option<Server>,
}

impl Database {
    /// In the server that the environment names, or else in one of its own.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn new() -> io::Result<Self> {
        match std::env::var(ADDRESS) {
            Ok(server) => Self::make(server, None, EMPTY),
            Err(_) => {
                let own = Server::start(Safety::None)?;
                Self::make(own.address(), Some(own), EMPTY)
            }
        }
    }

    /// In this server.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn of(server: &Server) -> io::Result<Self> {
        Self::make(server.address(), None, EMPTY)
    }

    /// A copy in the same server, which must live as long as this one does. Nobody may be connected to this one.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn copy(&self) -> io::Result<Self> {
        Self::make(self.server.clone(), None, &self.name)
    }

    fn make(server: String, own: Option<Server>, template: &str) -> io::Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("t{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        psql(&server, "postgres", &format!("CREATE DATABASE {name} TEMPLATE {template}"))?;
        Ok(Self { name, server, _own: own })
    }

    /// For whoever may do everything there.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of("ponte")
    }

    /// For another user, such as `ana:password`.
    #[must_use]
    pub fn url_of(&self, user: &str) -> String {
        format!("postgres://{user}@{}/{}", self.server.replace('/', "%2F"), self.name)
    }

    /// Runs statements as who may do everything, and tells what they answer.
    ///
    /// # Errors
    /// What the server says.
    pub fn sql(&self, statements: &str) -> io::Result<String> {
        psql(&self.server, &self.name, statements)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let _ =
            psql(&self.server, "postgres", &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

fn psql(server: &str, database: &str, statements: &str) -> io::Result<String> {
    let mut psql = Command::new(programs()?.join("psql"));
    psql.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "ponte", "-h", server, "-d", database]);
    finish("psql", psql.args(["-c", statements]))
}

fn finish(name: &str, command: &mut Command) -> io::Result<String> {
    let done = command.stdin(Stdio::null()).output()?;
    if !done.status.success() {
        return Err(io::Error::other(format!("{name}: {}", String::from_utf8_lossy(&done.stderr).trim())));
    }
    Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
}

/// Where Debian, or whoever, has put the newest one's programs.
fn programs() -> io::Result<PathBuf> {
    let there = |folder: &Path| folder.join("postgres").is_file() && folder.join("initdb").is_file();
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| there(folder))
        .collect();
    versions.sort();
    if let Some((_, newest)) = versions.pop() {
        return Ok(newest);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).find(|folder| there(folder)).ok_or_else(|| {
        io::Error::other("there is no PostgreSQL on this machine: cargo xtask setup, or install 'postgresql'")
    })
}

/// Who runs the server when we are root: user and group.
fn unprivileged() -> io::Result<Option<(u32, u32)>> {
    let id = |arguments: &[&str]| -> io::Result<u32> {
        let text = finish("id", Command::new("id").args(arguments))?;
        text.parse().map_err(|_| io::Error::other(format!("id says '{text}'")))
    };
    if id(&["-u"])? != 0 {
        return Ok(None);
    }
    let name = if id(&["-u", "postgres"]).is_ok() { "postgres" } else { "nobody" };
    Ok(Some((id(&["-u", name])?, id(&["-g", name])?)))
}

/// The program as that user, told by the kernel to end should we be killed.
fn run_as(user: Option<(u32, u32)>, program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if let Some((uid, gid)) = user {
        command.args([format!("--reuid={uid}"), format!("--regid={gid}"), "--clear-groups".to_owned()]);
    }
    command.args(["--pdeathsig", "INT", "--"]).arg(program);
    command
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // a test says so by failing
mod tests {
    use super::*;

    #[test]
    fn a_server_makes_databases_and_leaves_nothing_behind() {
        let server = Server::start(Safety::None).unwrap();
        let folder = server.folder.path().to_owned();
        let database = Database::of(&server).unwrap();
        assert_eq!(database.sql("SELECT 'Zo' < 'ana'").unwrap(), "f", "it orders by language");
        let name = database.name.clone();
        drop(database);
        let gone = psql(
            &server.address(),
            "postgres",
            &format!("SELECT 1 FROM pg_database WHERE datname = '{name}'"),
        );
        assert_eq!(gone.unwrap(), "");
        let pid = server.child.id();
        drop(server);
        assert!(!folder.exists() && !Path::new(&format!("/proc/{pid}")).exists());
    }
}
