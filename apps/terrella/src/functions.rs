//! The engine that runs functions, as this program sets it up. Nothing of it is made before the first invocation.

use crate::address::from_here;
use runner::{Functions, Launcher, Settings};
use service::Engine;
use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use tokio::runtime::Handle;

/// By this argument the program knows that it is to launch sandboxes.
const LAUNCHER: &str = "launch-sandboxes";

/// The name of a folder that nobody can have made before, in a folder that all write to.
fn nobody_elses() -> String {
    // The standard library's keys come from the system.
    format!("terrella-{:016x}", RandomState::new().hash_one(std::process::id()))
}

/// Whether this process was started to launch sandboxes.
pub fn is_launcher() -> bool {
    std::env::args_os().nth(1).is_some_and(|argument| argument == LAUNCHER)
}

/// The engine, and the folder that goes with it where nothing is kept.
pub struct FunctionEngine {
    functions: Arc<Functions>,
    passing: Option<PathBuf>,
}

impl FunctionEngine {
    /// An engine in a folder of the data directory, or one of its own where there is none.
    pub fn new(data: Option<PathBuf>, nearest_runtime: bool) -> FunctionEngine {
        let passing = data.is_none().then(|| std::env::temp_dir().join(nobody_elses()));
        let folder = data.or_else(|| passing.clone()).unwrap_or_default().join("functions");
        let launcher = Launcher { program: "/proc/self/exe".into(), arguments: vec![LAUNCHER.into()] };
        let mut settings = Settings::new(folder, launcher);
        settings.nearest_runtime = nearest_runtime;
        let path = std::env::var_os("PATH").unwrap_or_default();
        settings.search_path = std::env::split_paths(&path).filter(|folder| folder.is_absolute()).collect();
        FunctionEngine { functions: Arc::new(Functions::new(settings, Handle::current())), passing }
    }

    /// The engine for the cloud.
    pub fn engine(&self) -> Arc<dyn Engine> {
        Arc::clone(&self.functions) as Arc<dyn Engine>
    }

    /// Says where the cloud listens.
    pub fn serve_at(&self, address: SocketAddr) {
        self.functions.set_endpoint(format!("http://{}", from_here(address)));
    }

    /// Ends what idles.
    pub fn stop(&self) {
        self.functions.stop();
        if let Some(folder) = &self.passing {
            // It is only there if a function ran; what cannot be removed is the system's to sweep.
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
