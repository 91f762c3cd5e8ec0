//! A function's place to run: what its sandbox is made of, and the sandbox once it is made.
#![expect(clippy::disallowed_methods, reason = "the runner has a folder of its own")]

use crate::api::Api;
use crate::code::{Cache, Unpacked};
use crate::daemon::Daemon;
use crate::environment::{self, Places};
use crate::log::Log;
use crate::runtime::{Interpreter, Language, Runtime, Runtimes};
use crate::sandbox::{Event, Link, Plan, Sandboxes, Step, View};
use crate::{FunctionId, FunctionSpec, Invocation, Isolation, Refusal, Settings};
use nix::errno::Errno;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::io::AsyncReadExt;
use tokio::sync::OwnedSemaphorePermit;

/// Lambda's limits of an execution environment.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const MAX_PROCESSES: u64 = 1024;
const MAX_OPEN_FILES: u64 = 1024;
/// How long init may take to stop or kill everything before the sandbox is given up.
const OBEY_LIMIT: Duration = Duration::from_secs(2);
const READ_BYTES: usize = 16 * 1024;

/// What sandboxes are made from.
pub(crate) struct Ground {
    pub(crate) cache: Cache,
    pub(crate) runtimes: Runtimes,
    pub(crate) sandboxes: Sandboxes,
    folder: PathBuf,
    next: AtomicU64,
}

/// A sandbox with its runtime.
pub(crate) struct Sandbox {
    pub(crate) id: FunctionId,
    pub(crate) serial: u64,
    pub(crate) log_stream: String,
    pub(crate) api: Api,
    pub(crate) daemon: Daemon,
    /// Whether the program that is to be started exists.
    pub(crate) has_program: bool,
    link: Link,
    out_of_memory: bool,
    output_open: bool,
    _tmp: Option<Tmp>,
    _permit: OwnedSemaphorePermit,
}

/// What came first while something was waited for.
pub(crate) enum Happened<T> {
    Done(T),
    NotStarted { step: Step, message: String },
    Exited { code: Option<i32>, signal: Option<String>, out_of_memory: bool },
    TimedOut,
}

/// A folder for files where the sandbox cannot have its own `/tmp`.
struct Tmp(PathBuf);

impl Drop for Tmp {
    fn drop(&mut self) {
        // Its processes are being killed meanwhile; what they leave is swept at the next start.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Ground {
    pub(crate) fn open(settings: &Settings) -> std::io::Result<Ground> {
        let folder = std::path::absolute(&settings.folder)?;
        match std::fs::remove_dir_all(folder.join("tmp")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        for name in ["root", "tmp"] {
            std::fs::create_dir_all(folder.join(name))?;
        }
        Ok(Ground {
            cache: Cache::open(&folder)?,
            runtimes: Runtimes::open(folder.join("runtime"), settings.search_path.clone(), settings.nearest_runtime)?,
            sandboxes: Sandboxes::new(settings.launcher.clone(), settings.isolation),
            folder,
            next: AtomicU64::new(0),
        })
    }

    /// The isolation of this machine.
    pub(crate) async fn isolation(&self) -> Result<(Isolation, Vec<String>), Refusal> {
        let tmp = self.tmp().map_err(kept)?;
        let probe = |isolation| Plan {
            isolation,
            command: Vec::new(),
            variables: Vec::new(),
            folder: "/".into(),
            view: self.view(isolation, Vec::new(), &tmp.0, 1 << 20),
            memory_bytes: u64::MAX,
            max_processes: MAX_PROCESSES,
            max_open_files: MAX_OPEN_FILES,
        };
        self.sandboxes.isolation(probe).await
    }

    /// Starts a function's sandbox; whether it comes up is seen later.
    pub(crate) async fn start(
        self: &Arc<Ground>,
        spec: &Arc<FunctionSpec>,
        invocation: &Invocation,
        permit: OwnedSemaphorePermit,
    ) -> Result<Sandbox, Refusal> {
        let runtime = Runtime::parse(&spec.runtime)?;
        let (ground, function) = (Arc::clone(self), Arc::clone(spec));
        let prepared = tokio::task::spawn_blocking(move || {
            let interpreter = ground.runtimes.interpreter(runtime, &function.runtime)?;
            Ok((interpreter, ground.cache.unpacked(&function.code, &function.layers)?))
        });
        let (interpreter, code) = prepared.await.map_err(|_| Refusal::Stopping)??;
        let (isolation, _) = self.isolation().await?;
        let api = Api::open().await.map_err(|error| Refusal::Sandbox(error.to_string()))?;
        let daemon = Daemon::open().await.map_err(|error| Refusal::Sandbox(error.to_string()))?;
        let tmp = if isolation == Isolation::Namespaces { None } else { Some(self.tmp().map_err(kept)?) };
        let places = self.places(isolation, &code, tmp.as_ref());
        let program = Program::of(runtime, interpreter.as_ref(), &code, &places);
        let mut folders = vec![(code.task.clone(), places.task.clone())];
        folders.push((self.runtimes.folder().to_path_buf(), places.runtime.clone()));
        folders.extend(code.opt.iter().map(|opt| (opt.clone(), places.opt.clone())));
        folders.extend(interpreter.iter().filter_map(|i| Some((i.home.clone()?, i.home.clone()?))));
        let plan = Plan {
            isolation,
            command: program.command,
            variables: environment::variables(spec, runtime, &places, invocation, (api.address, daemon.address)),
            folder: places.task.clone(),
            view: self.view(isolation, folders, &places.tmp, u64::from(spec.ephemeral_storage_mb) << 20),
            memory_bytes: u64::from(spec.memory_mb) << 20,
            max_processes: MAX_PROCESSES,
            max_open_files: MAX_OPEN_FILES,
        };
        Ok(Sandbox {
            id: spec.id.clone(),
            serial: self.serial(),
            log_stream: invocation.log_stream.clone(),
            api,
            daemon,
            has_program: program.exists,
            link: self.sandboxes.start(&plan)?,
            out_of_memory: false,
            output_open: true,
            _tmp: tmp,
            _permit: permit,
        })
    }

    /// A number that grows with each call.
    pub(crate) fn serial(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    fn tmp(&self) -> std::io::Result<Tmp> {
        let path = self.folder.join("tmp").join(self.serial().to_string());
        std::fs::create_dir_all(&path)?;
        Ok(Tmp(path))
    }

    fn view(&self, isolation: Isolation, folders: Vec<(PathBuf, PathBuf)>, tmp: &Path, tmp_bytes: u64) -> View {
        let tmp = if isolation == Isolation::Namespaces { Path::new("/tmp") } else { tmp };
        View { root: self.folder.join("root"), folders, tmp: tmp.to_path_buf(), tmp_bytes }
    }

    fn places(&self, isolation: Isolation, code: &Unpacked, tmp: Option<&Tmp>) -> Places {
        match tmp {
            Some(tmp) if isolation != Isolation::Namespaces => Places {
                task: code.task.clone(),
                runtime: self.runtimes.folder().to_path_buf(),
                opt: code.opt.clone().unwrap_or_else(|| self.folder.join("opt")),
                tmp: tmp.0.clone(),
            },
            _ => Places {
                task: "/var/task".into(),
                runtime: "/var/runtime".into(),
                opt: "/opt".into(),
                tmp: "/tmp".into(),
            },
        }
    }
}

fn kept(error: std::io::Error) -> Refusal {
    Refusal::Sandbox(format!("its folder cannot be made: {error}"))
}

/// What is started.
struct Program {
    command: Vec<String>,
    exists: bool,
}

impl Program {
    fn of(runtime: Runtime, interpreter: Option<&Interpreter>, code: &Unpacked, places: &Places) -> Program {
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        if let (Runtime::Interpreted(language, ..), Some(interpreter)) = (runtime, interpreter) {
            let client = if language == Language::Python { "bootstrap.py" } else { "bootstrap.mjs" };
            let command = vec![text(interpreter.program.clone()), text(places.runtime.join(client))];
            return Program { command, exists: true };
        }
        // https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html: the task's first, then a layer's.
        let in_layer = code.opt.as_ref().is_some_and(|opt| opt.join("bootstrap").exists());
        let in_task = code.task.join("bootstrap").exists();
        let folder = if in_layer && !in_task { &places.opt } else { &places.task };
        Program { command: vec![text(folder.join("bootstrap"))], exists: in_layer || in_task }
    }
}

impl Sandbox {
    /// Continues a stopped sandbox; `false` if it has ended meanwhile.
    pub(crate) async fn resume(&mut self) -> bool {
        let ended = tokio::select! {
            biased;
            _ = self.link.events.next() => true,
            () = std::future::ready(()) => false,
        };
        !ended && self.link.commands.resume().await.is_ok()
    }

    /// Waits for something of the runtime's, taking its output meanwhile.
    pub(crate) async fn watch<T>(
        &mut self,
        what: impl Future<Output = T>,
        until: Instant,
        log: &mut Log,
    ) -> Happened<T> {
        let mut what = pin!(what);
        let mut timer = pin!(tokio::time::sleep_until(until.into()));
        let mut buffer = vec![0; READ_BYTES];
        loop {
            tokio::select! {
                done = &mut what => return Happened::Done(done),
                event = self.link.events.next() => match event {
                    Some(Event::Started { .. } | Event::Frozen { .. }) => {}
                    Some(Event::OutOfMemory { .. }) => self.out_of_memory = true,
                    Some(Event::Failed { step, message }) => return Happened::NotStarted { step, message },
                    Some(Event::Exited { code, signal }) => {
                        self.drain(log);
                        return Happened::Exited { code, signal, out_of_memory: self.out_of_memory };
                    }
                    None => {
                        self.drain(log);
                        let signal = Some("killed".to_owned());
                        return Happened::Exited { code: None, signal, out_of_memory: self.out_of_memory };
                    }
                },
                read = self.link.output.read(&mut buffer), if self.output_open => {
                    let bytes = read.ok().and_then(|n| buffer.get(..n)).unwrap_or_default();
                    self.output_open = !bytes.is_empty();
                    log.output(bytes);
                }
                () = self.daemon.receive() => {}
                () = &mut timer => return Happened::TimedOut,
            }
        }
    }

    /// Stops all processes; gives the most memory that they held, or `None` if the sandbox ended instead.
    pub(crate) async fn freeze(&mut self, log: &mut Log) -> Option<u64> {
        self.link.commands.freeze().await.ok()?;
        let frozen = async {
            loop {
                match self.link.events.next().await? {
                    Event::Frozen { peak_bytes } => return Some(peak_bytes),
                    Event::Exited { .. } | Event::OutOfMemory { .. } | Event::Failed { .. } => return None,
                    Event::Started { .. } => {}
                }
            }
        };
        let peak = tokio::time::timeout(OBEY_LIMIT, frozen).await.ok().flatten();
        self.drain(log);
        peak
    }

    /// Kills all processes and takes their last words; gives what they told the trace daemon.
    pub(crate) async fn kill(mut self, log: &mut Log) -> Vec<String> {
        let killed = async {
            if self.link.commands.kill().await.is_ok() {
                while !matches!(self.link.events.next().await, None | Some(Event::Exited { .. })) {}
            }
        };
        // One that cannot be killed in time is killed by its init's end, when the socket closes.
        let _ = tokio::time::timeout(OBEY_LIMIT, killed).await;
        self.drain(log);
        self.daemon.take()
    }

    /// Takes what is in the pipe now. The descriptor itself is asked: tokio knows only what it was last told.
    fn drain(&mut self, log: &mut Log) {
        self.daemon.drain();
        let mut buffer = vec![0; READ_BYTES];
        // A process that is not stopped may write as fast as this reads: a pipe's content is all that is owed.
        const PIPE_BYTES: usize = 1 << 20;
        let mut taken = 0;
        while taken < PIPE_BYTES {
            match nix::unistd::read(&self.link.output, &mut buffer) {
                Ok(0) => {
                    self.output_open = false;
                    return;
                }
                Ok(read) => {
                    taken += read;
                    log.output(buffer.get(..read).unwrap_or_default());
                }
                Err(Errno::EINTR) => {}
                Err(_) => return,
            }
        }
    }
}
