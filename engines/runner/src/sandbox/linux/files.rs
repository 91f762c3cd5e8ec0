//! The files that a sandbox sees: a root in memory on which little is bound, all of it read-only, and a `/tmp`.
#![expect(clippy::disallowed_methods, reason = "a sandbox's files are what this makes")]

use crate::sandbox::View;
use nix::errno::Errno;
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::unistd::{chdir, chown, pivot_root};
use std::ffi::CString;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

/// The system's programs and libraries.
const SYSTEM: &[&str] = &["bin", "lib", "lib32", "lib64", "libx32", "sbin", "usr"];
/// What of `/etc` programs need to find libraries, names and certificates.
const ETC: &[&str] = &[
    "alternatives",
    "ca-certificates",
    "crypto-policies",
    "hosts",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "localtime",
    "mime.types",
    "nsswitch.conf",
    "pki",
    "protocols",
    "resolv.conf",
    "services",
    "ssl",
];
const DEVICES: &[&str] = &["full", "null", "random", "urandom", "zero"];
const LINKS: &[(&str, &str)] = &[
    ("fd", "/proc/self/fd"),
    ("stdin", "/proc/self/fd/0"),
    ("stdout", "/proc/self/fd/1"),
    ("stderr", "/proc/self/fd/2"),
];

/// A step that failed, for the operator.
type Failed = String;

/// Builds the view and makes it the root. `owner` is whose `/tmp` is, and whose name `/etc/passwd` knows.
pub(super) fn enter(view: &View, owner: (u32, u32)) -> Result<(), Failed> {
    let none = None::<&str>;
    mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none)
        .map_err(|e| told("make mounts private", "/", e))?;
    let root = &view.root;
    let safe = MsFlags::MS_NOSUID | MsFlags::MS_NODEV;
    mount(Some("tmpfs"), root, Some("tmpfs"), safe, Some("size=1m,mode=755")).map_err(|e| told("mount", root, e))?;
    system(root)?;
    etc(root, owner)?;
    devices(root)?;
    for (from, to) in &view.folders {
        bind(from, &below(root, to))?;
    }
    let (tmp, proc) = (below(root, &view.tmp), root.join("proc"));
    // Lambda has an /opt with and without layers.
    [&tmp, &proc, &root.join("opt")].into_iter().try_for_each(|path| folder(path))?;
    let c_root = CString::new(root.as_os_str().as_bytes()).map_err(|_| "a path with NUL".to_owned())?;
    super::sys::read_only_recursively(&c_root).map_err(|e| told("make read-only", root, e))?;
    let size = format!("size={},mode=700", view.tmp_bytes);
    mount(Some("tmpfs"), &tmp, Some("tmpfs"), safe, Some(size.as_str())).map_err(|e| told("mount", &tmp, e))?;
    chown(&tmp, Some(owner.0.into()), Some(owner.1.into())).map_err(|e| told("chown", &tmp, e))?;
    let quiet = safe | MsFlags::MS_NOEXEC;
    mount(Some("proc"), &proc, Some("proc"), quiet, none).map_err(|e| told("mount", &proc, e))?;
    chdir(root.as_path()).map_err(|e| told("enter", root, e))?;
    pivot_root(".", ".").map_err(|e| told("pivot to", root, e))?;
    umount2(".", MntFlags::MNT_DETACH).map_err(|e| told("leave", "/", e))?;
    chdir("/").map_err(|e| told("enter", "/", e))
}

fn system(root: &Path) -> Result<(), Failed> {
    for name in SYSTEM {
        let (from, to) = (Path::new("/").join(name), root.join(name));
        match fs::symlink_metadata(&from) {
            // Where the system has merged /lib into /usr, so has the sandbox.
            Ok(found) if found.is_symlink() => {
                let target = fs::read_link(&from).map_err(|e| told("read", &from, e))?;
                symlink(target, &to).map_err(|e| told("link", &to, e))?;
            }
            Ok(_) => bind(&from, &to)?,
            Err(_) => {}
        }
    }
    Ok(())
}

fn etc(root: &Path, owner: (u32, u32)) -> Result<(), Failed> {
    let etc = root.join("etc");
    folder(&etc)?;
    for name in ETC {
        let from = Path::new("/etc").join(name);
        if from.exists() {
            bind(&from, &etc.join(name))?;
        }
    }
    let (uid, gid) = owner;
    // Lambda's own name for the user that functions run as.
    let passwd = format!("root:x:0:0:root:/:/sbin/nologin\nsbx_user1051:x:{uid}:{gid}::/tmp:/sbin/nologin\n");
    fs::write(etc.join("passwd"), passwd).map_err(|e| told("write", &etc, e))?;
    fs::write(etc.join("group"), format!("root:x:0:\nsbx_user1051:x:{gid}:\n")).map_err(|e| told("write", &etc, e))
}

fn devices(root: &Path) -> Result<(), Failed> {
    let dev = root.join("dev");
    folder(&dev)?;
    for name in DEVICES {
        bind(&Path::new("/dev").join(name), &dev.join(name))?;
    }
    LINKS.iter().try_for_each(|(name, target)| symlink(target, dev.join(name)).map_err(|e| told("link", name, e)))
}

/// Shows a file or a folder of the machine in the sandbox, with what is mounted below it.
fn bind(from: &Path, to: &Path) -> Result<(), Failed> {
    if from.is_dir() {
        folder(to)?;
    } else {
        folder(to.parent().unwrap_or(Path::new("/")))?;
        fs::write(to, "").map_err(|e| told("make", to, e))?;
    }
    let none = None::<&str>;
    mount(Some(from), to, none, MsFlags::MS_BIND | MsFlags::MS_REC, none).map_err(|e| told("bind", from, e))
}

fn folder(path: &Path) -> Result<(), Failed> {
    fs::create_dir_all(path).map_err(|e| told("make", path, e))
}

fn below(root: &Path, path: &Path) -> PathBuf {
    root.join(path.strip_prefix("/").unwrap_or(path))
}

fn told(what: &str, path: impl AsRef<Path>, error: impl Into<std::io::Error>) -> Failed {
    let error: std::io::Error = error.into();
    let name = error.raw_os_error().map_or_else(|| error.to_string(), |n| Errno::from_raw(n).to_string());
    format!("{what} {}: {name}", path.as_ref().display())
}
