//! How requests find each service: the facts that `wire::route` is given, from the models and the endpoints.

use super::ServiceFacts;
use crate::{Finding, Outcome, Repo};
use model::{Model, Protocol};
use serde_json::Value;

/// What takes the requests that nothing else claims: a path that begins with a bucket's name.
const DEFAULT_SERVICE: &str = "s3";

/// The hosts of all services, from `models/endpoints.json`.
pub(super) struct Hosts(Value);

impl Hosts {
    pub(super) fn read(repo: &Repo) -> Outcome<Hosts> {
        let path = "models/endpoints.json";
        let json = repo.read_bytes(path)?;
        let parsed = serde_json::from_slice(&json);
        parsed.map(Hosts).map_err(|e| vec![Finding::new(path, e.to_string(), "run `python3 models/fetch.py` again")])
    }

    /// The label before the region or the domain: `api.ecr` of `api.ecr.{region}.{dnsSuffix}`.
    fn label(&self, name: &str) -> Option<&str> {
        let host = self.0.get("services")?.get(name)?.get("host")?.as_str()?;
        let label = host.split(".{").next().unwrap_or(host);
        (!label.contains('{') && !label.is_empty()).then_some(label)
    }
}

/// One service's facts as the text of a constant.
pub(super) fn text(hosts: &Hosts, name: &str, model: &Model, facts: Option<&ServiceFacts>) -> String {
    let meta = &model.metadata;
    let mut labels: Vec<String> = vec![meta.endpoint_prefix.to_string()];
    labels.extend(hosts.label(name).map(str::to_owned));
    labels.extend(facts.iter().flat_map(|f| f.host_labels.iter().cloned()));
    labels.sort();
    labels.dedup();
    let query = meta.protocols.iter().any(|p| matches!(p, Protocol::Query | Protocol::Ec2));
    let versions: Vec<&str> = if query { vec![&meta.api_version] } else { Vec::new() };
    let targets: Vec<&str> = meta.target_prefix.as_deref().into_iter().collect();
    let paths: Vec<String> = wire::route::rest_prefixes(model)
        .into_iter()
        .map(|(method, prefix, unsigned)| {
            format!("PathFact {{ method: {method:?}, prefix: {prefix:?}, unsigned: {unsigned} }}")
        })
        .collect();
    format!(
        "ServiceFacts {{ name: {name:?}, signing_names: &[{:?}], hosts: &{labels:?}, target_prefixes: &{targets:?}, \
         versions: &{versions:?}, actions: &[], paths: &[{}], is_default: {} }}",
        meta.signing_name,
        paths.join(", "),
        name == DEFAULT_SERVICE
    )
}
