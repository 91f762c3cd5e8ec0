//! What LocalStack's users have in their environment: honoured where it means the same, named where it does not.

use crate::flags::{Level, Start};
use std::env;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Settings found in the environment, and what could not be honoured.
#[derive(Debug, Default)]
pub struct Inherited {
    listen: Option<SocketAddr>,
    data: Option<PathBuf>,
    debug: bool,
    /// For the first lines of the log.
    pub notes: Vec<String>,
}

/// Variables that mean something there and nothing here, and why.
const NOT_HONOURED: [(&str, &str); 9] = [
    ("LOCALSTACK_AUTH_TOKEN", "no account is needed"),
    ("LOCALSTACK_API_KEY", "no account is needed"),
    ("SERVICES", "every service is there and costs nothing until it is used"),
    ("LOCALSTACK_SERVICES", "every service is there and costs nothing until it is used"),
    ("EAGER_SERVICE_LOADING", "no service is loaded before its first call"),
    ("ENFORCE_IAM", "IAM is enforced by default; --iam off ends it"),
    ("IAM_SOFT_MODE", "say --iam audit"),
    ("LAMBDA_EXECUTOR", "functions do not run yet"),
    ("SNAPSHOT_SAVE_STRATEGY", "every answered write is kept at once"),
];

impl Inherited {
    /// Reads the environment; flags that were given count more.
    pub fn read(flags: &Start) -> Result<Inherited, String> {
        let mut inherited = Inherited::default();
        let listen = env::var("GATEWAY_LISTEN").or_else(|_| env::var("LOCALSTACK_GATEWAY_LISTEN")).ok();
        if let Some(text) = listen.filter(|text| !text.is_empty()) {
            inherited.listen(&text)?;
        }
        let on = |name: &str| env::var(name).is_ok_and(|value| matches!(value.as_str(), "1" | "true" | "True"));
        if on("PERSISTENCE") || on("LOCALSTACK_PERSISTENCE") {
            let volume = env::var("LOCALSTACK_VOLUME_DIR").unwrap_or_else(|_| "/var/lib/localstack".to_owned());
            inherited.data = Some(PathBuf::from(volume));
        }
        inherited.debug = on("DEBUG") || on("LOCALSTACK_DEBUG");
        for (name, why) in NOT_HONOURED {
            if env::var(name).is_ok() {
                inherited.notes.push(format!("{name} has no effect: {why}"));
            }
        }
        if inherited.data.is_some() && (flags.data.is_some() || flags.memory) {
            inherited
                .notes
                .push("PERSISTENCE has no effect: --data or --memory says where the state is kept".to_owned());
        }
        Ok(inherited)
    }

    fn listen(&mut self, text: &str) -> Result<(), String> {
        let mut addresses = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let first = addresses.next().unwrap_or_default();
        // LocalStack takes `:4566` and `0.0.0.0:4566` alike.
        let whole = if first.starts_with(':') { format!("0.0.0.0{first}") } else { first.to_owned() };
        let address = whole.parse().map_err(|_| format!("GATEWAY_LISTEN: '{first}' is no ADDR:PORT"))?;
        self.listen = Some(address);
        for further in addresses {
            self.notes.push(format!("GATEWAY_LISTEN: {further} is not listened at; one address is"));
        }
        Ok(())
    }

    /// The flags with what the environment adds to them.
    pub fn applied(&self, mut flags: Start) -> Start {
        if let Some(address) = self.listen {
            flags.listen = address;
            // Who sets it expects its fixed keys to work from other machines and containers, as LocalStack's do.
            flags.trust_network |= !address.ip().is_loopback();
        }
        if flags.data.is_none() && !flags.memory {
            flags.data.clone_from(&self.data);
        }
        if self.debug {
            flags.log = flags.log.max(Level::Debug);
        }
        flags
    }
}
