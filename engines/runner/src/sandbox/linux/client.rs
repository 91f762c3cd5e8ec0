//! The driver's end of the launcher.

use crate::Launcher;
use crate::sandbox::{Link, Plan};
use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, ControlMessage, MsgFlags, SockFlag, SockType, UnixAddr, sendmsg, socketpair};
use parking_lot::Mutex;
use std::io::{self, IoSlice};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};

/// Starts the launcher when it is first needed, and again if it has gone.
pub(in crate::sandbox) struct Client {
    launcher: Launcher,
    running: Mutex<Option<Running>>,
}

struct Running {
    socket: OwnedFd,
    child: Child,
}

impl Client {
    pub(in crate::sandbox) fn new(launcher: Launcher) -> Client {
        Client { launcher, running: Mutex::new(None) }
    }

    /// Hands a plan to the launcher.
    pub(in crate::sandbox) fn start(&self, plan: &Plan) -> io::Result<Link> {
        let message = serde_json::to_vec(plan)?;
        let (ours, theirs) = UnixStream::pair()?;
        let (output, write) = io::pipe()?;
        let descriptors = [theirs.as_raw_fd(), write.as_raw_fd()];
        let mut running = self.running.lock();
        for last in [false, true] {
            let launcher = match running.take() {
                Some(launcher) => launcher,
                None => self.launch()?,
            };
            let rights = [ControlMessage::ScmRights(&descriptors)];
            let parts = [IoSlice::new(&message)];
            let sent = sendmsg::<UnixAddr>(launcher.socket.as_raw_fd(), &parts, &rights, MsgFlags::MSG_NOSIGNAL, None);
            match sent {
                Ok(_) => {
                    *running = Some(launcher);
                    break;
                }
                // It has ended, killed by whomever; a second one may live longer.
                Err(Errno::EPIPE | Errno::ECONNRESET | Errno::ENOTCONN) if !last => reap(launcher),
                Err(errno) => {
                    *running = Some(launcher);
                    return Err(errno.into());
                }
            }
        }
        drop(running);
        Link::new(ours, OwnedFd::from(output))
    }

    fn launch(&self) -> io::Result<Running> {
        let (socket, theirs) = socketpair(AddressFamily::Unix, SockType::SeqPacket, None, SockFlag::SOCK_CLOEXEC)?;
        #[expect(clippy::disallowed_methods, reason = "the launcher is a process; the path is the binary's own")]
        let mut command = Command::new(&self.launcher.program);
        command.args(&self.launcher.arguments).env_clear().current_dir("/");
        let child = command.stdin(Stdio::from(theirs)).stdout(Stdio::null()).stderr(Stdio::inherit()).spawn()?;
        Ok(Running { socket, child })
    }
}

/// Closes the launcher's socket, by which it ends, and waits for that.
fn reap(launcher: Running) {
    let Running { socket, mut child } = launcher;
    drop(socket);
    // It is a child of this process, so waiting can fail only if somebody else waited.
    let _ = child.wait();
}

impl Drop for Client {
    fn drop(&mut self) {
        if let Some(launcher) = self.running.lock().take() {
            reap(launcher);
        }
    }
}
