//! `terrella start`.

use crate::address;
use clap::{Args, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// How a cloud is started.
#[derive(Args, Debug, Clone)]
pub struct Start {
    /// Where to listen; port 0 takes a free one. Without it, where LocalStack's GATEWAY_LISTEN says [default:
    /// 127.0.0.1:4566]
    #[arg(long, value_name = "ADDR:PORT", value_parser = address::parse)]
    pub listen: Option<SocketAddr>,
    /// Where to keep the state [default: .terrella]
    #[arg(long, value_name = "DIR", conflicts_with = "memory")]
    pub data: Option<PathBuf>,
    /// Keep nothing: the state goes when the process ends.
    #[arg(long)]
    pub memory: bool,
    /// When a write counts as kept: when the operating system has it (survives kill -9), or when the disk has (survives
    /// a power cut).
    #[arg(long, value_enum, default_value = "os", conflicts_with = "memory")]
    pub durability: Durability,
    /// The account of the access key `test`.
    #[arg(long, value_name = "ID", default_value = "000000000000")]
    pub account: ids::AccountId,
    /// What becomes of calls that the policies deny.
    #[arg(long, value_enum, default_value = "enforce")]
    pub iam: Iam,
    /// Not even a bootstrap identity may assume roles, as AWS's root may not.
    #[arg(long)]
    pub strict_root: bool,
    /// Let clients beyond this machine use the bootstrap identities and the operator's API.
    #[arg(long)]
    pub trust_network: bool,
    /// Enforce the API's own rate limits too. Declared limits are enforced always.
    #[arg(long)]
    pub throttle: bool,
    /// Draw all ids from this seed, so that a run can be repeated. Keys are never drawn from it.
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Let an interpreter of another minor version run functions whose own is not installed, such as Python 3.12 for
    /// python3.13.
    #[arg(long)]
    pub nearest_runtime: bool,
    /// Run the *.sh and *.py of this folder, in order, once the cloud is ready; LocalStack's ready.d otherwise.
    #[arg(long, value_name = "DIR")]
    pub ready_dir: Option<PathBuf>,
    /// How much to say: error, warn, info (each denial and error), debug (each call).
    #[arg(long, value_enum, default_value = "info")]
    pub log: Level,
    /// Print the first line as JSON.
    #[arg(long)]
    pub json: bool,
}

impl Start {
    /// Where to listen.
    pub fn address(&self) -> SocketAddr {
        self.listen.unwrap_or(address::USUAL)
    }

    /// Where the state is kept; `None` where nothing is.
    pub fn data_dir(&self) -> Option<PathBuf> {
        (!self.memory).then(|| self.data.clone().unwrap_or_else(|| PathBuf::from(".terrella")))
    }
}

/// `--durability`.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// The operating system has it.
    Os,
    /// The disk has it.
    Fsync,
}

/// `--iam`.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Iam {
    /// Denials are answered.
    Enforce,
    /// Denials are recorded, and the call goes through.
    Audit,
    /// Nothing is evaluated.
    Off,
}

/// `--log`.
#[derive(ValueEnum, Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// What ends or endangers the cloud.
    Error,
    /// What is not done as asked.
    Warn,
    /// Denials and errors of calls.
    Info,
    /// Every call.
    Debug,
}
