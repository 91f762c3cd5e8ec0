//! The regions that AWS has.

use serde_json::Value;
use std::sync::LazyLock;

/// By partition, with AWS's names for them.
static ENDPOINTS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../models/endpoints.json")).unwrap_or_default());

/// Says on standard error if AWS has no such region. That is no error: a cloud takes calls that are signed for any.
pub fn doubt(region: &str) {
    if !is_known(region) {
        eprintln!("warning: AWS has no region '{region}': nothing is there unless calls were signed for it");
    }
}

fn is_known(region: &str) -> bool {
    let partitions = ENDPOINTS["partitions"].as_object();
    partitions.is_some_and(|all| all.values().any(|partition| !partition["regions"][region].is_null()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_of_every_partition() {
        for (region, known) in [
            ("us-east-1", true),
            ("eu-central-1", true),
            ("cn-north-1", true),
            ("us-gov-west-1", true),
            ("us-esat-1", false),
            ("mars", false),
            ("", false),
        ] {
            assert_eq!(is_known(region), known, "{region}");
        }
    }
}
