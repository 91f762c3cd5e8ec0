//! Linux: the launcher, the init of a sandbox, and what confines its processes.

mod client;
mod confine;
mod files;
mod init;
mod launcher;
mod processes;
mod seccomp;
mod sys;

pub(super) use client::Client;
pub(super) use launcher::main as launcher_main;
