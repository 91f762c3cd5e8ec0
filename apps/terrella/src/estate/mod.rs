//! Estates: folders with an architecture, the templates that deploy it, and the proof that it works.

mod artifacts;
mod background;
mod down;
mod inventory;
mod manifest;
mod prove;
mod session;
mod stacks;
mod up;

pub use down::run as down;
pub use inventory::run as inventory;
pub use prove::run as prove;
pub use session::Session;
pub use up::run as up;

use crate::client::Failure;
use manifest::Manifest;
use std::path::{Path, PathBuf};

/// What an estate's folder says of it.
const MANIFEST: &str = "estate.toml";

/// An estate: its folder, and what it says of itself.
struct Estate {
    folder: PathBuf,
    manifest: Manifest,
}

impl Estate {
    /// Finds an estate by its folder, or by its name: in `estates` of this folder or one above, or of one above the program.
    fn find(given: &Path) -> Result<Estate, Failure> {
        let here = std::env::current_dir().unwrap_or_default();
        let program = std::env::current_exe().unwrap_or_default();
        let above = here.ancestors().chain(program.ancestors().skip(1));
        let mut folders = [given.to_owned()].into_iter().chain(above.map(|above| above.join("estates").join(given)));
        let folder = folders.find(|folder| folder.join(MANIFEST).is_file()).ok_or_else(|| {
            Failure(format!(
                "there is no estate '{}': name a folder with an {MANIFEST}, or one of the folders of `estates`",
                given.display()
            ))
        })?;
        let path = folder.join(MANIFEST);
        let manifest = Manifest::parse(&read(&path)?).map_err(|why| Failure(format!("{}: {why}", path.display())))?;
        Ok(Estate { folder, manifest })
    }

    /// A file of its folder.
    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The names of its stacks.
    fn stacks(&self) -> Vec<String> {
        self.manifest.stacks.iter().map(|stack| stack.name.clone()).collect()
    }
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|e| Failure(format!("{}: {e}", path.display())))
}
