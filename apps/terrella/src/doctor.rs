//! What a machine gives and lacks.

/// The process that listens at a TCP port of this machine, as far as `/proc` tells.
pub fn owner_of(port: u16) -> Option<String> {
    let sockets: Vec<String> =
        ["/proc/net/tcp", "/proc/net/tcp6"].iter().filter_map(|table| listening(table, port)).collect();
    let processes = std::fs::read_dir("/proc").ok()?;
    for process in processes.filter_map(Result::ok) {
        let Ok(pid) = process.file_name().to_string_lossy().parse::<u32>() else { continue };
        let Ok(files) = std::fs::read_dir(process.path().join("fd")) else { continue };
        let targets = files.filter_map(|f| std::fs::read_link(f.ok()?.path()).ok());
        for target in targets {
            if sockets.iter().any(|inode| target.to_string_lossy() == format!("socket:[{inode}]")) {
                let name = std::fs::read_to_string(process.path().join("comm")).unwrap_or_default();
                return Some(format!("process {pid} ({})", name.trim()));
            }
        }
    }
    None
}

/// The inode of the socket that listens at `port`: local address in the second column, state `0A` in the fourth.
fn listening(table: &str, port: u16) -> Option<String> {
    let text = std::fs::read_to_string(table).ok()?;
    text.lines().skip(1).find_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let (_, hex) = columns.get(1)?.rsplit_once(':')?;
        let here = u16::from_str_radix(hex, 16).ok()? == port && *columns.get(3)? == "0A";
        here.then(|| columns.get(9).map(|inode| (*inode).to_owned()))?
    })
}
