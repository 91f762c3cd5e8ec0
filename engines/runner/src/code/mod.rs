//! Unpacked code, kept by digest.
//!
//! An archive is unpacked into a folder beside and then renamed, so that what stands under its digest is whole. The cache
//! is of one boot of the machine: after a power cut a file may be shorter than what was written to it.
#![expect(clippy::disallowed_methods, reason = "the cache is files")]

mod unzip;

use crate::{Archive, Code, Refusal};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The most bytes of a function and its layers, unzipped.
/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const MAX_UNZIPPED_BYTES: u64 = 262_144_000;
/// AWS allows five layers.
const MAX_LAYERS: usize = 5;

/// The folders of unpacked archives.
pub(crate) struct Cache {
    folder: PathBuf,
    /// One lock for each digest, so that two cold starts unpack once.
    busy: Mutex<BTreeMap<String, Arc<Mutex<()>>>>,
    next: AtomicU64,
}

/// Where a function's code stands.
#[derive(Clone, Debug)]
pub(crate) struct Unpacked {
    pub(crate) task: PathBuf,
    /// All layers, merged.
    pub(crate) opt: Option<PathBuf>,
}

impl Cache {
    /// A cache in a folder; what an earlier boot left there is removed.
    pub(crate) fn open(parent: &Path) -> std::io::Result<Cache> {
        let name = format!("code-{}", boot_id());
        for entry in fs::read_dir(parent)?.flatten() {
            let old = entry.file_name();
            if old.to_string_lossy().starts_with("code-") && old != *name {
                fs::remove_dir_all(entry.path())?;
            }
        }
        let folder = parent.join(name);
        fs::create_dir_all(&folder)?;
        Ok(Cache { folder, busy: Mutex::default(), next: AtomicU64::new(0) })
    }

    /// A function's folders, unpacked if need be. Blocks while unpacking.
    pub(crate) fn unpacked(&self, code: &Code, layers: &[Archive]) -> Result<Unpacked, Refusal> {
        let mut room = MAX_UNZIPPED_BYTES;
        let task = match code {
            Code::Folder(folder) if folder.is_dir() => folder.clone(),
            Code::Folder(folder) => return Err(Refusal::Code(format!("{} is no folder", folder.display()))),
            Code::Zip(archive) => self.one(std::slice::from_ref(archive), &mut room)?,
        };
        if layers.len() > MAX_LAYERS {
            return Err(Refusal::Code(format!("a function has at most {MAX_LAYERS} layers")));
        }
        let opt = if layers.is_empty() { None } else { Some(self.one(layers, &mut room)?) };
        Ok(Unpacked { task, opt })
    }

    /// The folder of archives laid over one another.
    fn one(&self, archives: &[Archive], room: &mut u64) -> Result<PathBuf, Refusal> {
        let name = archives.iter().map(|a| checked(&a.digest)).collect::<Result<Vec<_>, _>>()?.join("+");
        let folder = self.folder.join(&name);
        let lock = Arc::clone(self.busy.lock().entry(name.clone()).or_default());
        let held = lock.lock();
        let failed = |error: std::io::Error| Refusal::Code(format!("the code cannot be kept: {error}"));
        let sized = self.folder.join(format!("{name}.bytes"));
        if !folder.is_dir() {
            let draft =
                self.folder.join(format!("draft-{}-{}", std::process::id(), self.next.fetch_add(1, Ordering::Relaxed)));
            let mut left = MAX_UNZIPPED_BYTES;
            let done = unpack_all(archives, &draft, &mut left);
            let done = done.and_then(|()| fs::write(&sized, (MAX_UNZIPPED_BYTES - left).to_string()).map_err(failed));
            let done = done.and_then(|()| fs::rename(&draft, &folder).map_err(failed));
            if let Err(refusal) = done {
                // What cannot be removed is of this boot's cache and goes with it.
                let _ = fs::remove_dir_all(&draft);
                return Err(refusal);
            }
        }
        drop(held);
        self.busy.lock().remove(&name);
        let bytes: u64 = fs::read_to_string(&sized).ok().and_then(|text| text.parse().ok()).unwrap_or_default();
        *room = room.checked_sub(bytes).ok_or_else(unzip::too_large)?;
        Ok(folder)
    }
}

fn unpack_all(archives: &[Archive], draft: &Path, room: &mut u64) -> Result<(), Refusal> {
    for archive in archives {
        let bytes = (archive.load)().map_err(|e| Refusal::Code(format!("the archive cannot be read: {e}")))?;
        unzip::unzip(bytes, draft, room)?;
    }
    Ok(())
}

/// A digest that may be a file's name.
fn checked(digest: &str) -> Result<&str, Refusal> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let good = (1..=128).contains(&digest.len()) && digest.bytes().all(fits);
    good.then_some(digest).ok_or_else(|| Refusal::Code("the archive's digest is not a name".into()))
}

fn boot_id() -> String {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    id.trim().chars().filter(char::is_ascii_alphanumeric).take(16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_names() {
        for (digest, good) in [("aB3_-", true), ("", false), ("a/b", false), ("..", false), ("a b", false)] {
            assert_eq!(checked(digest).is_ok(), good, "{digest:?}");
        }
    }

    #[test]
    fn a_package_is_unpacked_once_and_its_layers_count() {
        let parent = tempfile::tempdir().unwrap();
        let cache = Cache::open(parent.path()).unwrap();
        let zip = unzip::tests::zip(&[("app.py", b"x", 0o644)]);
        let loads = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&loads);
        let load = Arc::new(move || {
            counted.fetch_add(1, Ordering::SeqCst);
            Ok(zip.clone())
        });
        let code = Code::Zip(Archive { digest: "d".into(), load });
        let layers = [
            Archive::of_bytes("l1", unzip::tests::zip(&[("a", b"1", 0o644), ("b", b"1", 0o644)])),
            Archive::of_bytes("l2", unzip::tests::zip(&[("b", b"2", 0o644)])),
        ];
        for _ in 0..2 {
            let unpacked = cache.unpacked(&code, &layers).unwrap();
            assert_eq!(fs::read(unpacked.task.join("app.py")).unwrap(), b"x");
            let opt = unpacked.opt.unwrap();
            assert_eq!(
                (fs::read(opt.join("a")).unwrap(), fs::read(opt.join("b")).unwrap()),
                (b"1".to_vec(), b"2".to_vec())
            );
        }
        assert_eq!(loads.load(Ordering::SeqCst), 1);
    }
}
