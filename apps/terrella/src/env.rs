//! `terrella env`: what a shell must be told for AWS's own tools to come here, and nowhere else.

use crate::client::{Client, Failure};
use crate::flags::Operator;
use crate::verbs::{print, text};
use clap::Args;
use serde_json::{Map, Value, json};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::net::ToSocketAddrs;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// What `terrella env` may be asked beside the usual.
#[derive(Args, Debug, Clone, Copy)]
pub struct Asked {
    /// Also turn the AWS CLI's first version, which sends SQS to AWS whatever the variables say.
    #[arg(long)]
    shell: bool,
    /// Come by TLS: the certificate of this cloud's authority is written to a file, and the clients are told of it.
    #[arg(long)]
    tls: bool,
    /// Also give hosts of their own under localhost to the services of which some operations have a prefix before their host,
    /// for SDKs that nothing else keeps from setting it before the address.
    #[arg(long)]
    hosts: bool,
}

/// Prints the variables as lines for a shell, or as JSON.
pub fn run(operator: &Operator, asked: Asked) -> Result<(), Failure> {
    let client = operator.client()?;
    let mut endpoint = operator.endpoint();
    let mut trusted = String::new();
    if asked.tls || endpoint.starts_with("https://") {
        trusted = trusted_file(&client)?;
        endpoint = endpoint.replacen("http://", "https://", 1);
    }
    let mut pairs: Vec<(String, String)> = [
        ("AWS_ENDPOINT_URL", endpoint.as_str()),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        // Some operations have a prefix before their host: `sync-127.0.0.1` is nobody's name.
        // https://docs.aws.amazon.com/sdkref/latest/guide/feature-host-prefix.html
        ("AWS_DISABLE_HOST_PREFIX_INJECTION", "true"),
        ("AWS_SESSION_TOKEN", ""),
        ("AWS_PROFILE", ""),
        ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", ""),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    if !trusted.is_empty() {
        pairs.extend(["AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"].map(|name| (name.to_owned(), trusted.clone())));
    }
    if asked.hosts {
        pairs.extend(hosts(&client, &endpoint)?);
    }
    let others: Vec<String> = endpoints_of_services().filter(|set| pairs.iter().all(|(name, _)| name != set)).collect();
    pairs.extend(others.into_iter().map(|name| (name, String::new())));
    let all: Map<String, Value> = pairs.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    print(operator.json, &Value::Object(all), |_| {
        let line = |(name, value): &(String, String)| match value.is_empty() {
            true => format!("unset {name}"),
            false => format!("export {name}={}", quoted(value)),
        };
        let mut lines: Vec<String> = pairs.iter().map(line).collect();
        if asked.shell {
            // The CLI's first version has hosts of its own for SQS, which no variable turns.
            lines.push(format!("alias aws={}", quoted(&format!("aws --endpoint-url {}", quoted(&endpoint)))));
        }
        lines.join("\n")
    });
    Ok(())
}

/// The variables of single services that are set: they count more than the one for all, and may lead to AWS.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
fn endpoints_of_services() -> impl Iterator<Item = String> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    // Lines for a shell are made of them.
    let is_name = |name: &str| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    names.filter(move |name| name.starts_with("AWS_ENDPOINT_URL_") && is_name(name))
}

/// A text as one word of a shell.
fn quoted(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b":/._-+@%".contains(&b);
    match text.bytes().all(plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}

/// Whether names under localhost lead to this machine: some systems' resolvers know them, others do not.
/// <https://www.rfc-editor.org/rfc/rfc6761#section-6.3>
pub fn localhost_has_hosts() -> bool {
    let Ok(addresses) = ("sync-states.localhost", 0).to_socket_addrs() else { return false };
    let mut addresses = addresses.peekable();
    addresses.peek().is_some() && addresses.all(|address| address.ip().is_loopback())
}

/// The variables that send the services with host-prefixed operations to hosts under localhost. Only who asks is given them: a
/// program that resolves names without the system's library, as Terraform does, may not find them, and needs none.
fn hosts(client: &Client, endpoint: &str) -> Result<Vec<(String, String)>, Failure> {
    if !client.is_here() {
        return Err(Failure(format!("hosts under localhost lead to this machine, and {endpoint} is another")));
    }
    if !localhost_has_hosts() {
        return Err(Failure(
            "names under localhost lead nowhere on this machine: with systemd-resolved or nss-myhostname they do; without \
             --hosts AWS's CLI and boto3 need none, and an SDK that does is told in its code (disableHostPrefix: true in \
             that for JavaScript)"
                .to_owned(),
        ));
    }
    let scheme = endpoint.split_once("://").map_or("http", |(scheme, _)| scheme);
    Ok(host_variables(scheme, client.port()))
}

/// One variable for each service whose model has an operation with a prefix before its host.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html>
fn host_variables(scheme: &str, port: u16) -> Vec<(String, String)> {
    let entries = catalog::directory().entries().iter().filter(|entry| {
        // What takes every path would have its buckets' names before a host's name from then on, for one operation.
        !entry.facts.is_default
            && entry.model.get().operations().iter().any(|operation| operation.host_prefix.is_some())
    });
    let variable = |entry: &pipeline::Entry| {
        let id = entry.model.get().metadata.service_id.to_uppercase().replace(' ', "_");
        let host = entry.facts.hosts.first()?;
        Some((format!("AWS_ENDPOINT_URL_{id}"), format!("{scheme}://{host}.localhost:{port}")))
    };
    entries.filter_map(variable).collect()
}

/// The file with the certificate that clients are to trust who come by TLS: in the user's own cache, where nobody else can have
/// laid something in its place.
fn trusted_file(client: &Client) -> Result<String, Failure> {
    let answer = client.get("/_terrella/ca")?;
    let folder = cache().ok_or_else(|| {
        Failure("there is no folder for the certificate: set HOME, or XDG_CACHE_HOME to an absolute path".to_owned())
    })?;
    let folder = folder.join("terrella");
    let name: String = client.authority().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let path = folder.join(format!("ca-{name}.pem"));
    replace(&folder, &path, text(&answer, "certificate"))
        .map_err(|e| Failure(format!("the certificate cannot be written to {}: {e}", path.display())))?;
    Ok(path.display().to_string())
}

/// <https://specifications.freedesktop.org/basedir-spec/latest/>
fn cache() -> Option<PathBuf> {
    let named = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    named.or_else(|| Some(std::env::home_dir().filter(|home| home.is_absolute())?.join(".cache")))
}

/// Puts a text where a file may be already, so that who reads it finds the old one or the new one.
fn replace(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let draft = path.with_extension(format!("{}.draft", std::process::id()));
    let written = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft);
    let written = written.and_then(|mut file| file.write_all(text.as_bytes())).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // What is left of it is only in the way.
        let _ = fs::remove_file(&draft);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_shell() {
        for (text, word) in [
            ("http://127.0.0.1:4566", "http://127.0.0.1:4566"),
            ("/home/a b/ca.pem", "'/home/a b/ca.pem'"),
            ("http://[::1]:4566", "'http://[::1]:4566'"),
            ("it's $(x)", "'it'\\''s $(x)'"),
        ] {
            assert_eq!(quoted(text), word);
        }
    }

    #[test]
    fn services_with_host_prefixed_operations_have_hosts() {
        let variables = host_variables("http", 4566);
        let value = |name: &str| variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        assert_eq!(value("AWS_ENDPOINT_URL_SFN"), Some("http://states.localhost:4566"));
        assert_eq!(value("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS"), Some("http://logs.localhost:4566"));
        assert!(value("AWS_ENDPOINT_URL_S3_CONTROL").is_some() && value("AWS_ENDPOINT_URL_SERVICEDISCOVERY").is_some());
        assert_eq!((value("AWS_ENDPOINT_URL_S3"), value("AWS_ENDPOINT_URL_SQS")), (None, None));
    }
}
