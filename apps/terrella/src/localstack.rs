//! What LocalStack's users have in their environment: honoured where it means the same, named where it does not.

use crate::address;
use crate::flags::{Level, Start};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What LocalStack's own variables begin with; it reads most of them without it too.
const PREFIX: &str = "LOCALSTACK_";

/// Where LocalStack's images keep what `PERSISTENCE` is to keep.
const VOLUME: &str = "/var/lib/localstack";

/// What is honoured, with the prefix or without.
const HONOURED: [&str; 3] = ["GATEWAY_LISTEN", "PERSISTENCE", "DEBUG"];

/// Variables that mean something there and nothing here, where there is more to say.
const WHY: [(&str, &str); 9] = [
    ("AUTH_TOKEN", "no account is needed"),
    ("API_KEY", "no account is needed"),
    ("SERVICES", "every service is there and costs nothing until it is used"),
    ("EAGER_SERVICE_LOADING", "no service is loaded before its first call"),
    ("ENFORCE_IAM", "IAM is enforced by default; --iam off ends it"),
    ("IAM_SOFT_MODE", "say --iam audit"),
    ("LAMBDA_EXECUTOR", "functions run as processes of this machine, without containers"),
    ("SNAPSHOT_SAVE_STRATEGY", "every answered write is kept at once"),
    ("EDGE_PORT", "say --listen, or GATEWAY_LISTEN"),
];

/// Those of LocalStack's variables without its prefix that nobody else is likely to have set.
/// <https://docs.localstack.cloud/references/configuration/>
const UNPREFIXED: [&str; 65] = [
    "ACTIVATE_PRO",
    "ALLOW_NONSTANDARD_REGIONS",
    "AUTO_LOAD_POD",
    "BUCKET_MARKER_LOCAL",
    "CUSTOM_SSL_CERT_PATH",
    "DISABLE_CORS_CHECKS",
    "DISABLE_CORS_HEADERS",
    "DISABLE_CUSTOM_CORS_APIGATEWAY",
    "DISABLE_CUSTOM_CORS_S3",
    "DISABLE_EVENTS",
    "DISABLE_TRANSPARENT_ENDPOINT_INJECTION",
    "DYNAMODB_ERROR_PROBABILITY",
    "DYNAMODB_HEAP_SIZE",
    "DYNAMODB_IN_MEMORY",
    "DYNAMODB_READ_ERROR_PROBABILITY",
    "DYNAMODB_REMOVE_EXPIRED_ITEMS",
    "DYNAMODB_SHARE_DB",
    "DYNAMODB_WRITE_ERROR_PROBABILITY",
    "EAGER_SERVICE_LOADING",
    "EDGE_BIND_HOST",
    "EDGE_PORT",
    "EDGE_PORT_HTTP",
    "ENFORCE_IAM",
    "EXTRA_CORS_ALLOWED_HEADERS",
    "EXTRA_CORS_ALLOWED_ORIGINS",
    "EXTRA_CORS_EXPOSE_HEADERS",
    "HOSTNAME_EXTERNAL",
    "HOSTNAME_FROM_LAMBDA",
    "IAM_SOFT_MODE",
    "KINESIS_ERROR_PROBABILITY",
    "KINESIS_LATENCY",
    "LAMBDA_DISABLE_AWS_ENDPOINT_URL",
    "LAMBDA_DOCKER_DNS",
    "LAMBDA_DOCKER_FLAGS",
    "LAMBDA_DOCKER_NETWORK",
    "LAMBDA_EXECUTOR",
    "LAMBDA_IGNORE_ARCHITECTURE",
    "LAMBDA_KEEPALIVE_MS",
    "LAMBDA_REMOTE_DOCKER",
    "LAMBDA_REMOVE_CONTAINERS",
    "LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT",
    "LAMBDA_RUNTIME_EXECUTOR",
    "LAMBDA_RUNTIME_IMAGE_MAPPING",
    "LAMBDA_SYNCHRONOUS_CREATE",
    "LAMBDA_TRUNCATE_STDOUT",
    "LS_LOG",
    "MAIN_CONTAINER_NAME",
    "MAIN_DOCKER_NETWORK",
    "OPENSEARCH_ENDPOINT_STRATEGY",
    "OUTBOUND_HTTPS_PROXY",
    "OUTBOUND_HTTP_PROXY",
    "PARITY_AWS_ACCESS_KEY_ID",
    "S3_SKIP_KMS_KEY_VALIDATION",
    "S3_SKIP_SIGNATURE_VALIDATION",
    "SERVICES",
    "SFN_MOCK_CONFIG",
    "SKIP_SSL_CERT_DOWNLOAD",
    "SNAPSHOT_FLUSH_INTERVAL",
    "SNAPSHOT_LOAD_STRATEGY",
    "SNAPSHOT_SAVE_STRATEGY",
    "SQS_DELAY_PURGE_RETRY",
    "SQS_DELAY_RECENTLY_DELETED",
    "SQS_DISABLE_CLOUDWATCH_METRICS",
    "SQS_ENDPOINT_STRATEGY",
    "STRICT_SERVICE_LOADING",
];

/// A start's flags with what the environment adds to them, and what of it could not be honoured.
#[derive(Debug)]
pub struct Inherited {
    /// The flags, as they hold.
    pub flags: Start,
    /// For the first lines of the log.
    pub notes: Vec<String>,
}

/// What is set, without what is set to nothing: a compose file passes on so what its user has not.
struct Environment(BTreeMap<String, String>);

impl Environment {
    /// A variable by its name, without LocalStack's prefix or with it: the name under which it is set, and its value.
    fn get(&self, name: &str) -> Option<(&str, &str)> {
        let found = self.0.get_key_value(name).or_else(|| self.0.get_key_value(&format!("{PREFIX}{name}")));
        found.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn on(&self, name: &str) -> bool {
        self.get(name).is_some_and(|(_, value)| matches!(value, "1" | "true" | "True"))
    }
}

impl Inherited {
    /// Reads the environment; flags that were given count more.
    pub fn read(flags: Start, environment: impl Iterator<Item = (String, String)>) -> Result<Inherited, String> {
        let environment = Environment(environment.filter(|(_, value)| !value.is_empty()).collect());
        let mut inherited = Inherited { flags, notes: Vec::new() };
        inherited.listen(&environment)?;
        inherited.keep(&environment);
        if environment.on("DEBUG") {
            inherited.flags.log = inherited.flags.log.max(Level::Debug);
        }
        inherited.name_the_rest(&environment);
        Ok(inherited)
    }

    fn listen(&mut self, environment: &Environment) -> Result<(), String> {
        let Some((name, text)) = environment.get("GATEWAY_LISTEN") else { return Ok(()) };
        if self.flags.listen.is_some() {
            self.notes.push(format!("{name} has no effect: --listen says where"));
            return Ok(());
        }
        let mut addresses = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let Some(first) = addresses.next() else { return Ok(()) };
        let address =
            address::parse_localstack(first).map_err(|why| format!("{name}: '{first}' is no address: {why}"))?;
        self.flags.listen = Some(address);
        // Who sets it expects its fixed keys to work from other machines and containers, as LocalStack's do.
        self.flags.trust_network |= !address.ip().is_loopback();
        self.notes.extend(addresses.map(|further| format!("{name}: {further} is not listened at; one address is")));
        Ok(())
    }

    fn keep(&mut self, environment: &Environment) {
        let volume = environment.0.get("LOCALSTACK_VOLUME_DIR");
        match environment.on("PERSISTENCE") {
            true if self.flags.data.is_some() || self.flags.memory => {
                let note = "PERSISTENCE has no effect: --data or --memory says where the state is kept";
                self.notes.push(note.to_owned());
            }
            true => self.flags.data = Some(PathBuf::from(volume.map_or(VOLUME, String::as_str))),
            false if volume.is_some() => {
                let note =
                    "LOCALSTACK_VOLUME_DIR has no effect without PERSISTENCE=1; --data says where the state is kept";
                self.notes.push(note.to_owned());
            }
            false => {}
        }
    }

    /// Names each variable that LocalStack reads and nothing here does.
    fn name_the_rest(&mut self, environment: &Environment) {
        let mut without = Vec::new();
        for name in environment.0.keys() {
            let bare = name.strip_prefix(PREFIX);
            let known = bare.unwrap_or(name);
            let honoured = HONOURED.contains(&known) || name == "LOCALSTACK_VOLUME_DIR";
            if honoured || (bare.is_none() && !UNPREFIXED.contains(&known)) {
                continue;
            }
            match WHY.iter().find(|(named, _)| *named == known) {
                Some((_, why)) => self.notes.push(format!("{name} has no effect: {why}")),
                None => without.push(name.as_str()),
            }
        }
        if !without.is_empty() {
            self.notes.push(format!("without a meaning here, and so without effect: {}", without.join(", ")));
        }
    }
}

/// What the process was started with, as far as it is text.
pub fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags::{Flags, Verb};
    use clap::Parser;

    fn start(flags: &[&str]) -> Start {
        match Flags::parse_from(["terrella", "start"].iter().chain(flags)).verb {
            Verb::Start(start) => start,
            other => panic!("{other:?}"),
        }
    }

    fn read(flags: &[&str], set: &[(&str, &str)]) -> Result<Inherited, String> {
        Inherited::read(start(flags), set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
    }

    fn notes(set: &[(&str, &str)]) -> Vec<String> {
        read(&[], set).unwrap().notes
    }

    #[test]
    fn a_flag_counts_more_than_gateway_listen() {
        let set = [("GATEWAY_LISTEN", "0.0.0.0:4566")];
        let told = read(&["--listen", "127.0.0.1:45998"], &set).unwrap();
        assert_eq!((told.flags.address().to_string().as_str(), told.flags.trust_network), ("127.0.0.1:45998", false));
        assert_eq!(told.notes, ["GATEWAY_LISTEN has no effect: --listen says where"]);
    }

    #[test]
    fn gateway_listen_says_where_and_trusts_the_network_that_it_opens_to() {
        for (value, address, trusted) in [
            ("0.0.0.0", "0.0.0.0:4566", true),
            (":4510", "0.0.0.0:4510", true),
            ("127.0.0.1:45999", "127.0.0.1:45999", false),
            ("localhost", "127.0.0.1:4566", false),
            (" , ", "127.0.0.1:4566", false),
            ("", "127.0.0.1:4566", false),
        ] {
            let told = read(&[], &[("LOCALSTACK_GATEWAY_LISTEN", value)]).unwrap();
            assert_eq!((told.flags.address().to_string().as_str(), told.flags.trust_network), (address, trusted));
            assert!(told.notes.is_empty(), "{value}: {:?}", told.notes);
        }
        let two = [("GATEWAY_LISTEN", "0.0.0.0:4566,0.0.0.0:443")];
        assert_eq!(notes(&two), ["GATEWAY_LISTEN: 0.0.0.0:443 is not listened at; one address is"]);
        let wrong = read(&[], &[("GATEWAY_LISTEN", "cloud.example:80")]).unwrap_err();
        assert!(wrong.starts_with("GATEWAY_LISTEN: 'cloud.example:80' is no address: write such as"), "{wrong}");
    }

    #[test]
    fn what_is_set_and_has_no_meaning_is_named() {
        let set = [
            ("LOCALSTACK_FOO", "1"),
            ("LOCALSTACK_HOST", "localhost"),
            ("EDGE_PORT", "4566"),
            ("SQS_ENDPOINT_STRATEGY", "path"),
            ("LOCALSTACK_ENFORCE_IAM", "1"),
            ("LAMBDA_EXECUTOR", "docker"),
            ("LOCALSTACK_AUTH_TOKEN", ""),
            ("LOCALSTACK_DEBUG", "1"),
            ("HOME", "/root"),
        ];
        let told = read(&[], &set).unwrap();
        assert_eq!(told.flags.log, Level::Debug);
        assert_eq!(
            told.notes,
            [
                "EDGE_PORT has no effect: say --listen, or GATEWAY_LISTEN",
                "LAMBDA_EXECUTOR has no effect: functions run as processes of this machine, without containers",
                "LOCALSTACK_ENFORCE_IAM has no effect: IAM is enforced by default; --iam off ends it",
                "without a meaning here, and so without effect: LOCALSTACK_FOO, LOCALSTACK_HOST, SQS_ENDPOINT_STRATEGY",
            ]
        );
    }

    #[test]
    fn persistence_keeps_the_state_in_localstacks_volume() {
        let kept = |set: &[(&str, &str)]| read(&[], set).unwrap().flags.data;
        assert_eq!(kept(&[("PERSISTENCE", "1")]), Some(PathBuf::from(VOLUME)));
        assert_eq!(kept(&[("PERSISTENCE", "1"), ("LOCALSTACK_VOLUME_DIR", "/v")]), Some(PathBuf::from("/v")));
        assert_eq!(kept(&[("LOCALSTACK_VOLUME_DIR", "/v")]), None);
        assert_eq!(notes(&[("LOCALSTACK_VOLUME_DIR", "/v")]).len(), 1);
        let told = read(&["--memory"], &[("PERSISTENCE", "1")]).unwrap();
        assert_eq!((told.flags.data, told.notes.len()), (None, 1));
    }

    #[test]
    fn the_names_are_in_order_and_said_once() {
        assert!(UNPREFIXED.is_sorted() && UNPREFIXED.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
