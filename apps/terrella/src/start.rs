//! `terrella start`: from flags to a cloud that serves, and down again.

use crate::banner::Banner;
use crate::flags::{Durability, Iam, Start};
use crate::functions::FunctionEngine;
use crate::initscripts::Scripts;
use crate::localstack::{self, Inherited};
use crate::{authority, log};
use clock::{Clock, EntropySource};
use gateway::{Limits, Operator, Server, Tls};
use ids::Region;
use ledger::Ledger;
use pipeline::{Bootstrap, Cloud, IamMode, Parts, RootKey, Settings};
use std::error::Error;
use std::io;
use std::ops::RangeInclusive;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use store::{AttachmentSink, CommitSeq, Options, Store};
use tokio::signal::unix::{SignalKind, signal};

/// How many of the newest records a cloud that keeps nothing remembers.
const RECORDS_IN_MEMORY: usize = 10_000;

/// How many file descriptors are asked for: each idle connection takes one.
const FILES: u64 = 65_536;

/// Starts, serves and stops; the exit code is 1 where the start failed.
pub fn run(flags: Start) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => return failed(&format!("no threads can be started: {e}")),
    };
    match runtime.block_on(serve(flags)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => failed(&e.to_string()),
    }
}

fn failed(why: &str) -> ExitCode {
    eprintln!("error: {why}");
    ExitCode::FAILURE
}

async fn serve(flags: Start) -> Result<(), Box<dyn Error>> {
    let Inherited { flags, notes } = Inherited::read(flags, localstack::environment())?;
    let loopback = flags.address().ip().is_loopback();
    if flags.seed.is_some() && !loopback {
        return Err(
            "--seed makes ids that can be guessed: it is for clouds on this machine only (--listen 127.0.0.1:…)".into(),
        );
    }
    let scripts = Scripts::find(&flags)?;
    // Fewer connections are served where the system gives fewer descriptors; that is no reason not to start.
    let _ = rlimit::increase_nofile_limit(FILES);
    let (store, ledger) = open(&flags)?;
    let clock = Clock::system(Cloud::winds_of(&store).map_err(|e| e.to_string())?);
    let entropy = flags.seed.map_or_else(EntropySource::system, EntropySource::seeded);
    let root_key = (!loopback && !flags.trust_network).then(generated_key);
    let settings = Settings {
        iam: match flags.iam {
            Iam::Enforce => IamMode::Enforce,
            Iam::Audit => IamMode::Audit,
            Iam::Off => IamMode::Off,
        },
        account: flags.account,
        region: Region::new("us-east-1").unwrap_or(Region::GLOBAL),
        bootstrap: if flags.trust_network { Bootstrap::Everywhere } else { Bootstrap::Loopback },
        strict_root: flags.strict_root,
        root_key: root_key.clone(),
        throttle: flags.throttle,
    };
    let functions = FunctionEngine::new(flags.data_dir(), flags.nearest_runtime);
    let cloud = Cloud::new(Parts {
        store,
        clock,
        entropy,
        directory: catalog::directory(),
        ledger,
        settings,
        engines: vec![functions.engine()],
    });
    let operator = Operator {
        version: env!("CARGO_PKG_VERSION"),
        data: flags.data_dir(),
        trust_network: flags.trust_network,
        notes: notes.clone(),
        ready: scripts.told(),
    };
    let told = operator.ready.clone();
    let tls = Tls::new(authority::keeper(flags.data_dir()));
    let server = gateway::serve(Arc::clone(&cloud), flags.address(), operator, Limits::default(), tls).await;
    let server = server.map_err(|e| unusable(&flags, &e))?;
    functions.serve_at(server.address());
    Banner { flags: &flags, address: server.address(), root_key, notes: &notes, cloud: &cloud }.print();
    // What a crash left of bodies goes while the first clients are served.
    let sweeping = Arc::clone(&cloud);
    let _sweep = tokio::task::spawn_blocking(move || {
        if let Err(error) = sweeping.sweep_bodies() {
            eprintln!("warning: bodies that nothing names could not be removed: {error}");
        }
    });
    let _log = log::follow(Arc::clone(&cloud), flags.log);
    scripts.run(server.address(), told);
    until_stopped(server).await?;
    functions.stop();
    cloud.keep_uses().map_err(|e| e.to_string())?;
    cloud.keep_measured().map_err(|e| e.to_string())?;
    cloud.store().sync()?;
    cloud.ledger().sync()?;
    Ok(())
}

fn open(flags: &Start) -> Result<(Store, Ledger), Box<dyn Error>> {
    let Some(dir) = flags.data_dir() else { return Ok((Store::memory(), Ledger::memory(RECORDS_IN_MEMORY))) };
    std::fs::create_dir_all(&dir).map_err(|e| {
        format!(
            "the data directory {} cannot be made: {e}: choose another with --data DIR, or keep nothing with --memory",
            dir.display()
        )
    })?;
    open_in(&dir, flags.durability)
}

/// Opens state and ledger; what the ledger had not yet copied out of the store's log is copied now.
fn open_in(dir: &Path, durability: Durability) -> Result<(Store, Ledger), Box<dyn Error>> {
    let slot = Arc::new(LateLedger::default());
    let durability = match durability {
        Durability::Os => store::Durability::Os,
        Durability::Fsync => store::Durability::Fsync,
    };
    let sink: Arc<dyn AttachmentSink> = Arc::clone(&slot) as Arc<dyn AttachmentSink>;
    let options = Options { durability, attachments: Some(sink), ..Options::default() };
    // The store's lock holds for the whole directory, so it is opened first.
    let store = Store::open(&dir.join("state"), options)?;
    if let Some(torn) = &store.open_report().torn {
        eprintln!("warning: the last write was cut off by a crash, and its rest is dropped: {torn:?}");
    }
    let ledger = Ledger::open(&dir.join("ledger"), &ledger::Options::default())?;
    for damage in &ledger.open_report().damage {
        eprintln!("warning: {}: {}", damage.path.display(), damage.what);
    }
    let newest = store.snapshot().seq();
    // A record that cannot be read stops the start, as a row that cannot would: the log holds both.
    let attachments = store.attachments(CommitSeq(0))?.collect::<Result<Vec<_>, _>>()?;
    ledger.recover(newest.0, attachments.into_iter().map(|(seq, bytes)| (seq.0, bytes)))?;
    let ledger = slot.fill(ledger);
    Ok((store, ledger))
}

fn unusable(flags: &Start, error: &io::Error) -> String {
    let address = flags.address();
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            let owner = crate::doctor::owner_of(address.port());
            let owner = owner.map_or_else(String::new, |owner| format!(" by {owner}"));
            format!("{address} is in use{owner}: stop what listens there, or choose another with --listen 127.0.0.1:0")
        }
        io::ErrorKind::PermissionDenied => format!(
            "nothing can listen at {address}: {error}: ports below 1024 are the administrator's on most systems; choose another \
             with --listen 127.0.0.1:4566"
        ),
        io::ErrorKind::AddrNotAvailable => format!(
            "nothing can listen at {address}: {error}: it is no address of this machine; choose one with --listen 127.0.0.1:4566, \
             or all with --listen 0.0.0.0:4566"
        ),
        _ => format!("nothing can listen at {address}: {error}: choose another address with --listen 127.0.0.1:4566"),
    }
}

/// A root key for a cloud that strangers can reach.
fn generated_key() -> RootKey {
    let mut secret = [0; 30];
    EntropySource::system().stream().secret(&mut secret);
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let letter = |b: u8| char::from(alphabet[usize::from(b) % alphabet.len()]);
    let mut more = [0; 26];
    EntropySource::system().stream().secret(&mut more);
    let secret: String = secret.iter().chain(&more[..10]).map(|b| letter(*b)).collect();
    let id: String =
        more[10..].iter().map(|b| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[usize::from(*b) % 32])).collect();
    RootKey { id: format!("AKIA{id}"), secret }
}

async fn until_stopped(server: Server) -> io::Result<()> {
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
    server.stopper().stop();
    server.join().await;
    Ok(())
}

/// The store copies attachments into the ledger before its log drops them, but it opens before the ledger does.
#[derive(Default)]
struct LateLedger(std::sync::OnceLock<Ledger>);

impl LateLedger {
    fn fill(&self, ledger: Ledger) -> Ledger {
        self.0.get_or_init(|| ledger.clone());
        ledger
    }

    fn ledger(&self) -> io::Result<&Ledger> {
        self.0.get().ok_or_else(|| io::Error::other("the ledger is not open yet"))
    }
}

impl AttachmentSink for LateLedger {
    fn has(&self, commits: &[RangeInclusive<u64>], through: CommitSeq) -> bool {
        self.ledger().is_ok_and(|ledger| ledger.has(commits, through.0))
    }

    fn attachment(&self, seq: CommitSeq, bytes: &[u8]) -> io::Result<()> {
        self.ledger()?.copy(seq.0, bytes);
        Ok(())
    }

    fn flush(&self) -> io::Result<()> {
        self.ledger()?.sync()
    }
}
