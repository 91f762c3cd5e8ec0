//! The names of services under `Principal`: which can be one, and which are slips of the pen.
//!
//! AWS refuses every name that is none of its services'. It publishes no list of them, so a name that nobody here has heard of is
//! taken; what differs by one letter from a name that is known, and is none itself, is refused as AWS refuses it.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services>

use crate::{linked_services, managed, services_known};
use service::{Partition, Region};
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Domains of services besides those of the partitions' endpoints; Alexa's principals are of the last.
const DOMAINS: [&str; 3] = ["aws.internal", "api.aws", "amazon.com"];
/// Shorter names are too close to each other to guess which was meant.
const SHORTEST: usize = 5;

/// Whether it can be the name of a service.
pub fn is_service(name: &str) -> bool {
    name == "*" || start_of(name).is_some_and(|start| !start.is_empty() && !is_slip(start))
}

/// What stands before the domain.
fn start_of(name: &str) -> Option<&str> {
    let endpoints = Partition::ALL.iter().map(|partition| partition.dns_suffix());
    endpoints.chain(DOMAINS).find_map(|domain| name.strip_suffix(domain)?.strip_suffix('.'))
}

fn is_slip(start: &str) -> bool {
    let start = without_region(start);
    let known = known();
    !known.contains(start.as_str())
        && known.iter().any(|known| known.len() >= SHORTEST && is_one_letter_off(&start, known))
}

/// Without the region that a name may have in it: `logs.eu-west-1`.
fn without_region(start: &str) -> String {
    let is_region = |part: &str| part.matches('-').count() >= 2 && part.ends_with(|c: char| c.is_ascii_digit());
    let parts = start.split('.').filter(|part| !(is_region(part) && Region::new(part).is_some()));
    parts.collect::<Vec<_>>().join(".")
}

/// Names that are known, without their domain: the namespaces of services, those with service-linked roles, and all that AWS's own
/// policies name.
fn known() -> &'static BTreeSet<&'static str> {
    static KNOWN: OnceLock<BTreeSet<&str>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let namespaces = services_known::all().iter().map(|(namespace, _)| *namespace);
        namespaces.chain(linked_services::names()).chain(managed::named_services()).collect()
    })
}

/// Whether a letter that is missing, too much or another, or two that changed places, tell one from the other. Digits and
/// punctuation tell services apart: `wafv2`, `launch-wizard`.
fn is_one_letter_off(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (one.get(same..).unwrap_or_default(), other.get(same..).unwrap_or_default());
    match (one, other) {
        ([extra, rest @ ..], all) | (all, [extra, rest @ ..]) if rest == all => extra.is_ascii_alphabetic(),
        ([a, b, one @ ..], [c, d, other @ ..]) if one == other && a == d && b == c => true,
        ([a, one @ ..], [b, other @ ..]) => one == other && a.is_ascii_alphabetic() && b.is_ascii_alphabetic(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_names() {
        for name in
            ["lamda", "lambdas", "event", "ecs-task", "cloudformaton", "apigatway", "evnets", "evnets.eu-west-1"]
        {
            assert!(!is_service(&format!("{name}.amazonaws.com")), "{name}");
        }
        for name in ["lambda", "lambda.amazonaws.org", ".amazonaws.com", "amazonaws.com", ""] {
            assert!(!is_service(name), "{name}");
        }
    }

    #[test]
    fn what_may_be_a_service_is_one() {
        for name in [
            "*",
            "lambda.amazonaws.com",
            "ec2.amazonaws.com.cn",
            "logs.eu-west-1.amazonaws.com",
            "delivery.logs.amazonaws.com",
            "wafv3.amazonaws.com",
            "purchaseorders.amazonaws.com",
            "launch-wizard.amazonaws.com",
            "q.apps.amazonaws.com",
            "sqss.amazonaws.com",
            "brand-new.amazonaws.com",
            "alexa-appkit.amazon.com",
            "build.apprunner.amazonaws.com",
            "edgelambda.amazonaws.com",
        ] {
            assert!(is_service(name), "{name}");
        }
    }
}
