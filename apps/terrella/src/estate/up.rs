//! `terrella up`: an estate, from nothing to its addresses.

use crate::client::Failure;
use crate::estate::session::Session;
use crate::estate::stacks::Deployer;
use crate::estate::{Estate, artifacts, background, read};
use crate::flags::Up;
use crate::verbs::print;
use serde_json::{Map, Value, json};

/// A stack that stands.
struct Told {
    name: String,
    done: &'static str,
    outputs: Vec<(String, String)>,
}

/// Starts a cloud where none answers, puts what the stacks need, deploys them, and tells their outputs.
pub fn run(flags: &Up) -> Result<(), Failure> {
    let estate = Estate::find(&flags.estate)?;
    let manifest = &estate.manifest;
    let said = |what: &str| {
        if !flags.operator.json {
            eprintln!("{what}");
        }
    };
    let started = match background::answers(&flags.operator) {
        true => None,
        false => Some(background::start(flags)?),
    };
    match started {
        Some(pid) => said(&format!("a cloud runs in the background at {} (process {pid})", flags.operator.endpoint())),
        None => said(&format!("the cloud at {} is used", flags.operator.endpoint())),
    }
    let session = Session::new(&flags.operator, &manifest.region)?;
    let account = session.account()?;
    for artifact in &manifest.artifacts {
        said(&format!("putting {}", artifact.key));
        artifacts::put(&estate, &session, artifact, &account)?;
    }
    for secret in &manifest.secrets {
        artifacts::make_secret(&session, &secret.name)?;
    }
    let deployer = Deployer {
        session: &session,
        bucket: templates_bucket(&estate, &account),
        region: manifest.region.clone(),
        quiet: flags.operator.json,
    };
    let (mut told, mut wound_seconds) = (Vec::new(), 0);
    for stack in &manifest.stacks {
        said(&format!("deploying {}", stack.name));
        let (done, wound) = deployer.deploy(stack, &read(&estate.file(&stack.template))?)?;
        wound_seconds += wound;
        let outputs = deployer.outputs(&stack.name)?;
        told.push(Told { name: stack.name.clone(), done: done.word(), outputs });
    }
    let endpoint = flags.operator.endpoint();
    let stacks = told.iter().map(|Told { name, done, outputs }| {
        let here = outputs.iter().filter_map(|(key, value)| Some((key.clone(), json!(local(value, &endpoint)?))));
        let outputs: Map<String, Value> = outputs.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
        json!({"name": name, "result": done, "outputs": outputs, "here": here.collect::<Map<_, _>>()})
    });
    let value = json!({
        "estate": manifest.name,
        "endpoint": endpoint,
        "started": started,
        "woundSeconds": wound_seconds,
        "stacks": stacks.collect::<Vec<_>>(),
    });
    print(flags.operator.json, &value, |_| text(&told, &endpoint, &flags.estate.display().to_string()));
    Ok(())
}

/// The bucket for templates too long for a request: that of the artifacts, or one of `up`'s own.
pub fn templates_bucket(estate: &Estate, account: &str) -> String {
    let region = &estate.manifest.region;
    match estate.manifest.artifacts.first() {
        Some(artifact) => artifacts::bucket_of(artifact, account, region),
        None => format!("terrella-up-{account}-{region}"),
    }
}

/// The address at which this machine reaches what AWS would have at a host of its own.
fn local(url: &str, endpoint: &str) -> Option<String> {
    let (host, path) = url.strip_prefix("https://")?.split_once('/').unwrap_or((url.strip_prefix("https://")?, ""));
    let mut labels = host.split('.');
    let (api, kind) = (labels.next()?, labels.next()?);
    (kind == "execute-api").then(|| format!("{endpoint}/_aws/execute-api/{api}/{path}"))
}

fn text(told: &[Told], endpoint: &str, estate: &str) -> String {
    let mut lines = Vec::new();
    for Told { name, done, outputs } in told {
        lines.push(format!("{name} ({done})"));
        for (key, value) in outputs {
            lines.push(format!("  {key:<24} {value}"));
            lines.extend(local(value, endpoint).map(|here| format!("  {:<24} {here}", "from this machine")));
        }
    }
    lines.push(format!(
        "AWS's own tools come here with: eval \"$(terrella env)\"\nnext: terrella prove {estate}; terrella down {estate}"
    ));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_from_here() {
        let endpoint = "http://127.0.0.1:4566";
        for (url, here) in [
            (
                "https://a1b2.execute-api.us-east-1.amazonaws.com/showcase",
                Some("http://127.0.0.1:4566/_aws/execute-api/a1b2/showcase"),
            ),
            ("https://a1b2.execute-api.us-east-1.amazonaws.com", Some("http://127.0.0.1:4566/_aws/execute-api/a1b2/")),
            ("https://sqs.us-east-1.amazonaws.com/0/q", None),
            ("orders", None),
        ] {
            assert_eq!(local(url, endpoint).as_deref(), here, "{url}");
        }
    }
}
