//! The first lines of the log: what runs, where, and who may do what.

use crate::flags::{Durability, Iam, Start};
use pipeline::{Cloud, RootKey};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Arc;

/// What there is to say at the start.
pub struct Banner<'a> {
    /// As they hold, the environment's included.
    pub flags: &'a Start,
    /// Where it listens.
    pub address: SocketAddr,
    /// The generated root key, if there is one.
    pub root_key: Option<RootKey>,
    /// What was asked for and does nothing.
    pub notes: &'a [String],
    /// The cloud.
    pub cloud: &'a Arc<Cloud>,
}

impl Banner<'_> {
    /// Prints them; as one JSON object on standard output with `--json`.
    pub fn print(&self) {
        if self.flags.json {
            println!("{}", self.as_json());
            return;
        }
        eprintln!("{}", self.first_line());
        if let Some(key) = &self.root_key {
            eprintln!("root key (shown once): AWS_ACCESS_KEY_ID={} AWS_SECRET_ACCESS_KEY={}", key.id, key.secret);
        }
        for note in self.notes {
            eprintln!("note: {note}");
        }
    }

    /// What is dangerous comes first: the line is long, and who looks at a log sees its beginning.
    fn first_line(&self) -> String {
        let warnings: String = self.warnings().iter().map(|warning| format!(" · WARNING: {warning}")).collect();
        format!(
            "terrella {} ready at http://{}{warnings} · state {} · IAM {} · {} · {} services",
            env!("CARGO_PKG_VERSION"),
            self.address,
            self.state(),
            iam(self.flags.iam),
            self.identities(),
            self.cloud.directory().services().count()
        )
    }

    fn warnings(&self) -> Vec<String> {
        warnings(self.flags, self.address)
    }

    fn state(&self) -> String {
        match (self.flags.data_dir(), self.flags.durability) {
            (None, _) => "in memory (kept nowhere)".to_owned(),
            (Some(dir), Durability::Os) => {
                format!("in {} (survives kill -9; --durability fsync: a power cut)", dir.display())
            }
            (Some(dir), Durability::Fsync) => format!("in {} (synced at each write)", dir.display()),
        }
    }

    fn identities(&self) -> String {
        let root = if self.flags.strict_root { "root" } else { "root that may assume roles" };
        match (&self.root_key, self.flags.trust_network) {
            (Some(_), _) => format!("the printed root key; from this machine also 'test' or any account id: {root}"),
            (None, true) => format!("key 'test' or any account id from anywhere: {root}"),
            (None, false) => format!("key 'test' or any account id from this machine: {root}"),
        }
    }

    fn as_json(&self) -> serde_json::Value {
        json!({
            "version": env!("CARGO_PKG_VERSION"),
            "endpoint": format!("http://{}", self.address),
            "data": self.flags.data_dir(),
            "durability": (!self.flags.memory).then(|| durability(self.flags.durability)),
            "iam": iam(self.flags.iam),
            "account": self.flags.account.to_string(),
            "strictRoot": self.flags.strict_root,
            "trustNetwork": self.flags.trust_network,
            "rootKey": self.root_key.as_ref().map(|key| json!({"id": key.id, "secret": key.secret})),
            "warnings": self.warnings(),
            "notes": self.notes,
        })
    }
}

fn warnings(flags: &Start, address: SocketAddr) -> Vec<String> {
    let mut warnings = Vec::new();
    if flags.trust_network && !address.ip().is_loopback() {
        warnings.push(format!("the network is trusted, whoever reaches {address} is root with the key 'test'"));
    }
    if flags.seed.is_some() {
        warnings.push("--seed makes every id predictable, except keys".to_owned());
    }
    warnings
}

fn durability(durability: Durability) -> &'static str {
    match durability {
        Durability::Os => "os",
        Durability::Fsync => "fsync",
    }
}

fn iam(mode: Iam) -> &'static str {
    match mode {
        Iam::Enforce => "enforced",
        Iam::Audit => "audited (denials go through)",
        Iam::Off => "off",
    }
}
