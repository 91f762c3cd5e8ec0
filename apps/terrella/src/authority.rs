//! The authority that signs the listener's certificates, kept beside the state so that clients trust it once.

use gateway::Authority;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Finds the authority in the data directory or makes it there; without a directory it lives as long as the process.
pub fn keeper(data: Option<PathBuf>) -> impl Fn() -> io::Result<Authority> + Send + Sync + 'static {
    move || match &data {
        Some(data) => kept(&data.join("tls")),
        None => Authority::generate(),
    }
}

fn kept(dir: &Path) -> io::Result<Authority> {
    let (certificate, key) = (dir.join("ca.pem"), dir.join("ca.key"));
    match (fs::read_to_string(&certificate), fs::read_to_string(&key)) {
        (Ok(certificate), Ok(key)) => Ok(Authority { certificate, key }),
        _ => {
            let made = Authority::generate()?;
            fs::create_dir_all(dir)?;
            write(&key, &made.key)?;
            write(&certificate, &made.certificate)?;
            Ok(made)
        }
    }
}

/// The key signs whatever its clients trust: it is nobody else's to read.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}
