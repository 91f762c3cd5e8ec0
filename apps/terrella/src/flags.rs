use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// A local AWS in one binary: identities, policies, keys, limits and time are enforced, and every call is recorded and
/// explained.
#[derive(Parser, Debug)]
#[command(name = "terrella", version, propagate_version = true)]
pub struct Flags {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// The verbs.
#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Start the cloud and serve until told to stop.
    Start(Start),
}

/// How a cloud is started.
#[derive(Args, Debug, Clone)]
pub struct Start {
    /// Where to listen; port 0 takes a free one. LocalStack's GATEWAY_LISTEN is honoured.
    #[arg(long, default_value = "127.0.0.1:4566", value_name = "ADDR:PORT")]
    pub listen: SocketAddr,
    /// Where to keep the state.
    #[arg(long, value_name = "DIR", conflicts_with = "memory")]
    pub data: Option<PathBuf>,
    /// Keep nothing: the state goes when the process ends.
    #[arg(long)]
    pub memory: bool,
    /// When a write counts as kept: when the operating system has it (survives kill -9), or when the disk has (survives
    /// a power cut).
    #[arg(long, value_enum, default_value = "os")]
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
