//! The command line.

use std::{
    fs::File,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context as _, bail};
use clap::{Args, Parser, Subcommand};
use ponte_app::{
    Ambient,
    desk::{NewTechnician, verify_audit_file, whole_desk},
    ports::{Mailer as _, OutgoingMail},
};
use ponte_desk::{
    audit::{Tampered, Whole},
    permission::RoleName,
    setup::TechnicianSetup,
};

use crate::{ambient, config::Config, data, node, node::Node};

/// The relay of the Ponte support desk.
#[derive(Debug, Parser)]
#[command(name = "ponte-relay", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the relay until Ctrl-C or SIGTERM.
    Serve(ConfigFile),
    /// Look for mistakes in the configuration; changes nothing.
    CheckConfig(ConfigFile),
    /// Manage accounts. Nothing of this can be done over the network.
    #[command(subcommand)]
    Admin(Admin),
}

#[derive(Debug, Args)]
struct ConfigFile {
    /// The configuration, TOML. Without it, everything comes from the environment (PONTE_LISTEN, …).
    #[arg(long, env = "PONTE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Admin {
    /// Make an account that may do everything.
    CreateOwner(NewAccount),
    /// Make an account for a technician.
    CreateTechnician(NewAccount),
    /// Send a mail by the configured server, to see whether it arrives.
    TestMail(TestMail),
    /// Check that nobody tampered with the audit. Exit code 2: somebody did, and where is said.
    VerifyAudit(VerifyAudit),
}

#[derive(Debug, Args)]
struct TestMail {
    #[command(flatten)]
    config: ConfigFile,
    /// Whom to send it.
    #[arg(long, value_name = "ADDRESS")]
    to: String,
}

#[derive(Debug, Args)]
struct VerifyAudit {
    #[command(flatten)]
    config: ConfigFile,
    /// Check an exported file instead (the console's audit page, "with its proof"); needs no configuration.
    #[arg(long, value_name = "EXPORT")]
    file: Option<PathBuf>,
    /// With --file: the key by which its heads must be signed, 64 hexadecimal digits, as `verify-audit` prints it on the
    /// relay. Without it, the key that the file names is believed.
    #[arg(long, requires = "file", value_name = "HEX")]
    key: Option<String>,
}

#[derive(Debug, Args)]
struct NewAccount {
    #[command(flatten)]
    file: ConfigFile,
    #[arg(long)]
    email: String,
    /// Shown to end users when they are asked for consent.
    #[arg(long)]
    name: String,
    /// Read the password from the first line of standard input; without this a password is made up and printed.
    #[arg(long)]
    password_stdin: bool,
}

/// Runs the command line. Exit code 2: it could not start, and nothing was changed.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    match dispatch(cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[allow(clippy::print_stderr)]
            // the log may not be set up, and this is for the person who typed it
            {
                eprintln!("ponte-relay: {error:#}");
            }
            ExitCode::from(2)
        }
    }
}

fn dispatch(command: Command) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match command {
        Command::Serve(file) => {
            log_to_stderr();
            runtime.block_on(serve(file.load()?))
        }
        Command::CheckConfig(file) => {
            let config = file.load()?;
            node::check(&config)?;
            say(&format!("The configuration is good: it would listen on {}.", config.listen));
            Ok(())
        }
        Command::Admin(Admin::CreateOwner(new)) => runtime.block_on(create(new, RoleName::Owner)),
        Command::Admin(Admin::TestMail(test)) => runtime.block_on(test_mail(&test.config.load()?, test.to)),
        Command::Admin(Admin::VerifyAudit(VerifyAudit { file: Some(file), key, .. })) => {
            verify_file(&file, key.as_deref())
        }
        Command::Admin(Admin::VerifyAudit(asked)) => runtime.block_on(verify_audit(asked.config.load()?)),
        Command::Admin(Admin::CreateTechnician(new)) => {
            runtime.block_on(create(new, RoleName::ChannelTechnician))
        }
    }
}

impl ConfigFile {
    fn load(&self) -> anyhow::Result<Config> {
        Config::load(self.config.as_deref(), std::env::vars_os())
    }
}

async fn serve(config: Config) -> anyhow::Result<()> {
    let node = Node::start(config, ambient()).await?;
    say(&format!("Ponte is at {} (TCP and UDP on {}).", node.url(), node.address()));
    if let Some(fingerprint) = node.fingerprint() {
        say(&format!("Certificate made by this relay, SHA-256 {fingerprint}"));
    }
    stop_asked().await?;
    tracing::info!("stopping");
    node.stop().await;
    Ok(())
}

#[cfg(unix)]
async fn stop_asked() -> anyhow::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        asked = tokio::signal::ctrl_c() => asked?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn stop_asked() -> anyhow::Result<()> {
    Ok(tokio::signal::ctrl_c().await?)
}

async fn create(new: NewAccount, role: RoleName) -> anyhow::Result<()> {
    let config = new.file.load()?;
    let ambient = ambient();
    let made_up = if new.password_stdin { None } else { Some(make_up(&ambient)?) };
    let password = match &made_up {
        Some(password) => password.clone(),
        None => {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).context("standard input")?;
            line.trim_end_matches(['\r', '\n']).to_owned()
        }
    };
    let (desk, store, _) = node::open_desk(&config, config.url(config.listen.port()), ambient).await?;
    let setup = TechnicianSetup::holding(whole_desk(role));
    let made =
        desk.create_technician(NewTechnician { email: new.email, name: new.name, setup, password }).await;
    drop(desk);
    store.close().await;
    let made = made?;
    say(&format!("{} ({}) can sign in now.", made.name, made.email));
    if let Some(password) = made_up {
        say(&format!("Password: {password}"));
    }
    Ok(())
}

async fn test_mail(config: &Config, to: String) -> anyhow::Result<()> {
    let mail = config.mail.as_ref().context("no mail server is configured: fill in [mail]")?;
    let ambient = ambient();
    let mut drawn = [0u8; 16];
    ambient.random.fill(&mut drawn).map_err(|e| anyhow::anyhow!("no random bytes: {e}"))?;
    let id: String = drawn.iter().map(|byte| format!("{byte:02x}")).collect();
    let outgoing = OutgoingMail {
        subject: format!("{}: a test", config.desk_name),
        body: format!("This is a test by the relay of “{}”. Mail from it arrives here.\n", config.desk_name),
        message_id: format!("{id}@test.ponte"),
        at: ambient.clock.now(),
        to,
    };
    let (server, wait) = (mail.server()?, std::time::Duration::from_secs(60));
    let sent = tokio::time::timeout(wait, server.send(&outgoing)).await;
    sent.with_context(|| format!("{} did not answer in time", mail.place()))?
        .with_context(|| format!("{} did not take the mail", mail.place()))?;
    say(&format!("{} took the mail for {}.", mail.place(), outgoing.to));
    Ok(())
}

async fn verify_audit(config: Config) -> anyhow::Result<()> {
    let (desk, store, _) = node::open_desk(&config, config.url(config.listen.port()), ambient()).await?;
    let report = desk.audit_report().await;
    drop(desk);
    store.close().await;
    let report = report?;
    said(report.outcome, &report.public_key)
}

fn verify_file(file: &Path, key: Option<&str>) -> anyhow::Result<()> {
    let trusted = key
        .map(|key| data::bytes32(key.trim()).context("'--key' must be 64 hexadecimal digits"))
        .transpose()?;
    let name = file.display();
    let opened = File::open(file).with_context(|| format!("'{name}' cannot be read"))?;
    let report = verify_audit_file(BufReader::new(opened), trusted).with_context(|| format!("'{name}'"))?;
    said(report.outcome, &report.public_key)?;
    if trusted.is_none() {
        say(
            "That key stands in the file itself: compare it with the one that the relay prints, or give it with --key.",
        );
    }
    Ok(())
}

fn said(outcome: Result<Whole, Tampered>, public_key: &[u8; 32]) -> anyhow::Result<()> {
    let key: String = public_key.iter().map(|byte| format!("{byte:02x}")).collect();
    match outcome {
        Ok(whole) => {
            say(&format!(
                "The audit is whole: {} lines, {} signed heads, {} lines since the newest of them.",
                whole.lines, whole.heads, whole.unsigned
            ));
            say(&format!("Heads are signed by {key}"));
            Ok(())
        }
        Err(tampered) => bail!("the audit was tampered with: {tampered}"),
    }
}

/// Twenty letters and digits that cannot be mistaken for each other: about 99 bits.
fn make_up(ambient: &Ambient) -> anyhow::Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0u8; 20];
    if let Err(error) = Arc::clone(&ambient.random).fill(&mut bytes) {
        bail!("no random bytes: {error}");
    }
    Ok(bytes.iter().map(|b| char::from(LETTERS[usize::from(b % 32)])).collect())
}

/// For the person or script that started it; when nobody reads any more, work goes on.
fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn log_to_stderr() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("PONTE_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn,sea_orm_migration=warn"));
    // A second call in one process keeps the first.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
}
