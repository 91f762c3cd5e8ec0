//! What can go wrong, each with what to do next.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// A read, a commit or a fold that failed. The store stays usable unless it says [`Error::Poisoned`].
#[derive(Debug)]
pub enum Error {
    /// The log could not be written, for want of space above all. Nothing of the transaction was kept, and a later
    /// one may succeed.
    Log(io::Error),
    /// A key, a value or a whole transaction is larger than the store takes.
    TooLarge {
        /// What is too large: `key`, `value` or `transaction`.
        what: &'static str,
        /// Its size in bytes.
        bytes: usize,
        /// The most that is taken, in bytes.
        limit: usize,
    },
    /// The base file could not be read or written.
    Base(String),
    /// A file other than the log or the base could not be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A snapshot could not be written where it was asked for.
    NotSaved {
        /// The file that it was to be.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The hook that copies attachments elsewhere failed, so the log it reads from was kept.
    Attachments(io::Error),
    /// An earlier failure left the log in doubt, so writes are refused until the store is opened again.
    Poisoned(String),
    /// What rows were at a past second was not kept, or is not any more.
    NotRetained {
        /// The second asked for.
        second: i64,
        /// The first that can be read; `None` where nothing is kept.
        since: Option<i64>,
    },
    /// The store keeps nothing on disk ([`crate::Store::memory`]), so it has no such thing to give.
    MemoryOnly,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Log(source) if source.kind() == io::ErrorKind::StorageFull => {
                write!(f, "the disk is full, so the write was not kept: free some space and try again ({source})")
            }
            Error::Log(source) => write!(f, "the log cannot be written, so the write was not kept: {source}"),
            Error::TooLarge { what, bytes, limit } => {
                write!(f, "a {what} of {bytes} bytes is above the store's limit of {limit}")
            }
            Error::Base(what) => write!(f, "the base file failed: {what}"),
            Error::File { path, source } => write!(f, "{}: {source}", path.display()),
            Error::NotSaved { path, source } => write!(
                f,
                "the snapshot cannot be written to {}: {source}: name a file in a folder that is there, with room, and that \
                 this user may write to",
                path.display()
            ),
            Error::Attachments(source) => write!(f, "the attachments of the log could not be copied: {source}"),
            Error::Poisoned(what) => {
                write!(f, "writes are refused since the log failed ({what}): check the disk, then start again")
            }
            Error::NotRetained { second, since: Some(since) } => {
                write!(f, "the rows of second {second} are not kept: the first kept is {since}")
            }
            Error::NotRetained { second, since: None } => {
                write!(f, "the rows of second {second} are not kept: nobody asked for their history")
            }
            Error::MemoryOnly => f.write_str("this store is kept in memory only: start it with a data directory"),
        }
    }
}

impl std::error::Error for Error {}

/// Why a data directory was not opened. Its text says what to do next.
#[derive(Debug)]
pub enum OpenError {
    /// Another process, or another store of this one, holds the directory.
    InUse {
        /// The data directory.
        dir: PathBuf,
        /// The holder's process id, where its lock file names one.
        pid: Option<u32>,
    },
    /// The state was written by a newer version of the program.
    NewerFormat {
        /// The data directory.
        dir: PathBuf,
        /// The version found.
        found: u32,
        /// The newest version known here.
        known: u32,
    },
    /// A part that was known to be safely on the disk cannot be read.
    Damaged {
        /// The file.
        file: PathBuf,
        /// Where in the file, in bytes.
        offset: u64,
        /// What is wrong there.
        what: String,
    },
    /// A file is no snapshot, or not a whole one.
    NoSnapshot {
        /// The file.
        file: PathBuf,
        /// Where in the file, in bytes.
        offset: u64,
        /// What is wrong there.
        what: String,
    },
    /// A directory to be made is there already, with something in it.
    NotEmpty {
        /// The directory.
        dir: PathBuf,
    },
    /// The operating system refused.
    Io {
        /// What was being done: `read`, `create`, ...
        doing: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl OpenError {
    pub(crate) fn io(doing: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> OpenError {
        let path = path.into();
        move |source| OpenError::Io { doing, path, source }
    }

    pub(crate) fn no_snapshot(file: impl Into<PathBuf>, offset: u64, what: impl Into<String>) -> OpenError {
        OpenError::NoSnapshot { file: file.into(), offset, what: what.into() }
    }

    pub(crate) fn damaged(file: impl Into<PathBuf>, offset: u64, what: impl Into<String>) -> OpenError {
        OpenError::Damaged { file: file.into(), offset, what: what.into() }
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::InUse { dir, pid: Some(pid) } => write!(
                f,
                "the data directory {} is in use by process {pid}: stop that process, or choose another directory",
                dir.display()
            ),
            OpenError::InUse { dir, pid: None } => write!(
                f,
                "the data directory {} is in use by another process: stop it, or choose another directory",
                dir.display()
            ),
            OpenError::NewerFormat { dir, found, known } => write!(
                f,
                "the state in {} has format {found}, and this program knows {known} at most: use a newer version of \
                 the program, or another directory",
                dir.display()
            ),
            OpenError::Damaged { file, offset, what } => write!(
                f,
                "{} is damaged at byte {offset}: {what}. Nothing was changed: put back a copy of the data directory, \
                 load a snapshot into a new one, or choose another directory",
                file.display()
            ),
            OpenError::NoSnapshot { file, offset, what } => write!(
                f,
                "{} cannot be loaded, at byte {offset}: {what}. Nothing was changed: save the snapshot again, or load another",
                file.display()
            ),
            OpenError::NotEmpty { dir } => {
                write!(f, "{} is not empty: choose a new directory, or empty this one first", dir.display())
            }
            OpenError::Io { doing, path, source } => {
                write!(f, "cannot {doing} {}: {source}{}", path.display(), next_step(source.kind()))
            }
        }
    }
}

/// What to do where the operating system refused.
fn next_step(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::PermissionDenied => ": let this user read and write there, or choose another directory",
        io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::NotADirectory => ": choose another directory",
        io::ErrorKind::StorageFull => ": free some space, or choose another directory",
        io::ErrorKind::NotFound => ": look at the path",
        _ => "",
    }
}

impl std::error::Error for OpenError {}
