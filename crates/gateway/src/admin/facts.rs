//! What the running cloud is, and which services it has.

use super::{Answer, Refusal};
use crate::server::Shared;
use pipeline::{Entry, IamMode};
use serde_json::{Map, Value, json};
use store::Stats;

/// In the form that LocalStack's clients wait for: every built service is running from the first moment, by the prefix of its
/// hosts and by the name that AWS's clients have for it.
pub(super) fn health(shared: &Shared) -> Value {
    let built = shared.cloud.directory().entries().iter().filter(|entry| entry.service.is_some());
    let names = built.flat_map(|entry| [entry.prefix(), entry.facts.name]);
    json!({
        "services": names.map(|name| (name.to_owned(), json!("running"))).collect::<Map<_, _>>(),
        "edition": "terrella",
        "version": shared.operator.version,
    })
}

pub(super) fn info(shared: &Shared) -> Value {
    let cloud = &shared.cloud;
    json!({
        "version": shared.operator.version,
        "edition": "terrella",
        "data": shared.operator.data,
        "policies": match cloud.settings().iam {
            IamMode::Enforce => "enforce",
            IamMode::Audit => "audit",
            IamMode::Off => "off",
        },
        "account": cloud.settings().account.to_string(),
        "region": cloud.settings().region.to_string(),
        "now": cloud.clock().now().iso8601(),
        "waiting": cloud.waiting(),
        "notes": shared.operator.notes,
        "store": store(&cloud.store().stats()),
    })
}

fn store(stats: &Stats) -> Value {
    let Stats { seq, folded, unfolded_bytes, overlay_rows, overlay_bytes, fold_error } = stats;
    json!({
        "commit": seq.0,
        "foldedCommit": folded.0,
        "unfoldedBytes": unfolded_bytes,
        "rowsInMemory": overlay_rows,
        "bytesInMemory": overlay_bytes,
        "foldError": fold_error,
    })
}

pub(super) fn services(shared: &Shared) -> Value {
    let rows = shared.cloud.directory().entries().iter().map(|entry| {
        let model = entry.model.get();
        let built = |name: &str| entry.operation(name).is_some();
        let (have, lack): (Vec<_>, Vec<_>) =
            model.operations().iter().map(|op| &*op.name).partition(|name| built(name));
        json!({
            "service": entry.prefix(),
            "name": model.metadata.service_id,
            "built": entry.service.is_some(),
            "operations": have,
            "notImplemented": if entry.service.is_some() { lack.clone() } else { Vec::new() },
            "modelled": have.len() + lack.len(),
        })
    });
    json!({"services": rows.collect::<Vec<_>>()})
}

/// The certificate that clients are to trust who come by TLS.
pub(super) fn authority(shared: &Shared) -> Answer {
    let pem = shared.tls.authority().map_err(Refusal::failed)?;
    Ok(json!({"certificate": &*pem}))
}

/// Refuses what is no service by that name, for nothing is ever recorded of it.
pub(super) fn must_be_service(name: &str, shared: &Shared) -> Result<(), Refusal> {
    let directory = shared.cloud.directory();
    let known = |entry: &&Entry| entry.facts.name == name;
    match directory.entry(name) {
        Some(_) => Ok(()),
        None => Err(Refusal::bad(match directory.entries().iter().find(known) {
            Some(entry) => format!("{name} goes by the name '{}' here", entry.prefix()),
            None => format!("there is no service '{name}': `terrella services` lists them"),
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::CommitSeq;

    #[test]
    fn the_store_is_told_as_json() {
        let stats = Stats {
            seq: CommitSeq(133),
            folded: CommitSeq(7),
            unfolded_bytes: 42,
            overlay_rows: 3,
            overlay_bytes: 99,
            fold_error: None,
        };
        assert_eq!(
            store(&stats),
            json!({"commit": 133, "foldedCommit": 7, "unfoldedBytes": 42, "rowsInMemory": 3, "bytesInMemory": 99, "foldError": null})
        );
    }
}
