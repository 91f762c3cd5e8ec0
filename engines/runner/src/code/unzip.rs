//! A zip archive as a folder, with nothing outside of it and no more bytes than there is room for.
#![expect(clippy::disallowed_methods, reason = "unpacking writes files")]

use crate::Refusal;
use std::fs::{self, OpenOptions, Permissions};
use std::io::{Cursor, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt, symlink};
use std::path::{Component, Path, PathBuf};
use zip::ZipArchive;

/// The most entries of an archive: AWS gives no figure; each costs an inode and a system call.
const MAX_ENTRIES: usize = 200_000;
const MAX_DEPTH: usize = 64;
const MAX_LINK_BYTES: u64 = 4096;

/// Unpacks an archive over what is in the folder. `room` is how many bytes it may still take.
pub(super) fn unzip(bytes: Vec<u8>, folder: &Path, room: &mut u64) -> Result<(), Refusal> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| not_a_zip())?;
    if archive.len() > MAX_ENTRIES {
        return Err(Refusal::Code(format!("the archive has more than {MAX_ENTRIES} entries")));
    }
    fs::create_dir_all(folder).map_err(kept)?;
    for index in 0..archive.len() {
        let mut entry =
            archive.by_index(index).map_err(|error| Refusal::Code(format!("bad archive entry: {error}")))?;
        let name = entry.name().map_err(|_| not_a_zip())?.into_owned();
        let relative =
            inside(&name).ok_or_else(|| Refusal::Code(format!("the entry {name:?} leads out of the archive")))?;
        let path = folder.join(&relative);
        if entry.is_dir() {
            directories(folder, &relative)?;
            continue;
        }
        directories(folder, relative.parent().unwrap_or(Path::new("")))?;
        if entry.is_symlink() {
            let mut target = String::new();
            entry.by_ref().take(MAX_LINK_BYTES).read_to_string(&mut target).map_err(kept)?;
            link(&relative, &target, &path)?;
            continue;
        }
        let mode = entry.unix_mode().map_or(0o644, |mode| mode & 0o777);
        *room -= file(&mut entry, &path, mode, *room)?;
    }
    Ok(())
}

/// An entry's name as a path that stays below the folder.
fn inside(name: &str) -> Option<PathBuf> {
    let path = Path::new(name);
    let plain = |c: Component<'_>| matches!(c, Component::Normal(_) | Component::CurDir);
    let fits = !name.contains(['\0', '\\']) && path.components().all(plain) && path.components().count() <= MAX_DEPTH;
    (fits && path.components().any(|c| matches!(c, Component::Normal(_)))).then(|| path.components().collect())
}

/// Makes the folders of a path, none of which may be a link that an earlier entry made.
fn directories(folder: &Path, relative: &Path) -> Result<(), Refusal> {
    let mut path = folder.to_path_buf();
    for part in relative.components() {
        path.push(part);
        match fs::symlink_metadata(&path) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(Refusal::Code(format!("{} is a file and a folder", relative.display()))),
            Err(_) => {
                fs::create_dir(&path).map_err(kept)?;
                fs::set_permissions(&path, Permissions::from_mode(0o755)).map_err(kept)?;
            }
        }
    }
    Ok(())
}

/// A symbolic link that leads to within the archive, as `node_modules/.bin` has them.
fn link(relative: &Path, target: &str, path: &Path) -> Result<(), Refusal> {
    let mut depth = relative.components().count() as i64 - 1;
    let mut stays = !target.is_empty();
    for part in Path::new(target).components() {
        match part {
            Component::Normal(_) => depth += 1,
            Component::ParentDir => depth -= 1,
            Component::CurDir => {}
            Component::RootDir | Component::Prefix(_) => stays = false,
        }
        stays &= depth >= 0;
    }
    if !stays {
        return Err(Refusal::Code(format!("the link {} leads out of the archive", relative.display())));
    }
    remove_file(path)?;
    symlink(target, path).map_err(kept)
}

/// Writes a file; gives its size.
fn file(entry: &mut impl Read, path: &Path, mode: u32, room: u64) -> Result<u64, Refusal> {
    remove_file(path)?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(kept)?;
    let mut buffer = vec![0; 64 * 1024];
    let mut written = 0;
    loop {
        let read = entry.read(&mut buffer).map_err(|error| Refusal::Code(format!("bad archive entry: {error}")))?;
        if read == 0 {
            break;
        }
        written += read as u64;
        if written > room {
            return Err(too_large());
        }
        file.write_all(buffer.get(..read).unwrap_or_default()).map_err(kept)?;
    }
    file.set_permissions(Permissions::from_mode(mode)).map_err(kept)?;
    Ok(written)
}

/// Later entries and layers win over earlier ones.
fn remove_file(path: &Path) -> Result<(), Refusal> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(kept(error)),
        _ => Ok(()),
    }
}

fn kept(error: std::io::Error) -> Refusal {
    Refusal::Code(format!("the code cannot be kept: {error}"))
}

fn not_a_zip() -> Refusal {
    Refusal::Code("Could not unzip uploaded file. Please check your file, then try to upload again.".into())
}

/// AWS's text: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub(super) fn too_large() -> Refusal {
    Refusal::Code("Unzipped size must be smaller than 262144000 bytes".into())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    pub(in crate::code) fn zip(entries: &[(&str, &[u8], u32)]) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes, mode) in entries {
            let options = SimpleFileOptions::default().unix_permissions(*mode);
            writer.start_file(*name, options).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn linked(name: &str, target: &str) -> Vec<u8> {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.add_symlink(name, target, SimpleFileOptions::default()).unwrap();
        writer.finish().unwrap().into_inner()
    }

    fn run(bytes: Vec<u8>, mut room: u64) -> Result<tempfile::TempDir, Refusal> {
        let folder = tempfile::tempdir().unwrap();
        unzip(bytes, &folder.path().join("code"), &mut room).map(|()| folder)
    }

    #[test]
    fn files_keep_their_modes() {
        let folder = run(zip(&[("bootstrap", b"#!", 0o755), ("a/b.txt", b"b", 0o640)]), 100).unwrap();
        let mode =
            |name: &str| fs::metadata(folder.path().join("code").join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("bootstrap"), mode("a/b.txt"), mode("a")), (0o755, 0o640, 0o755));
    }

    #[test]
    fn what_leads_out_is_refused() {
        for name in ["../evil", "a/../../evil", "/evil", "a\\..\\evil", "."] {
            assert!(run(zip(&[(name, b"x", 0o644)]), 100).is_err(), "{name}");
        }
        for (name, target, good) in [
            ("a/link", "../b", true),
            ("link", "a/../b", true),
            ("link", "../b", false),
            ("a/link", "../../b", false),
            ("link", "/etc/passwd", false),
        ] {
            assert_eq!(run(linked(name, target), 100).is_ok(), good, "{name} -> {target}");
        }
    }

    #[test]
    fn nothing_is_written_through_a_link() {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default();
        writer.add_symlink("a", "b", options).unwrap();
        writer.start_file("a/c", options).unwrap();
        assert!(run(writer.finish().unwrap().into_inner(), 100).is_err());
    }

    #[test]
    fn a_bomb_ends_where_the_room_ends() {
        let bomb = zip(&[("zeros", &vec![0; 10 << 20], 0o644)]);
        assert!(bomb.len() < 100_000);
        assert_eq!(run(bomb, 1 << 20).unwrap_err(), too_large());
        assert!(
            matches!(run(b"no zip".to_vec(), 100), Err(Refusal::Code(text)) if text.starts_with("Could not unzip"))
        );
    }
}
