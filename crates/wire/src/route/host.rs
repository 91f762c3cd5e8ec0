//! What a host name says: service, region, and what stands before them (a bucket, an account, an API's id).

use rustc_hash::FxHashMap;

/// The domains under which AWS's names are understood; the twin's own come with [`super::Routes::with_domain`].
/// <https://docs.aws.amazon.com/general/latest/gr/rande.html>
pub(crate) const DOMAINS: [&str; 6] =
    ["amazonaws.com", "amazonaws.com.cn", "api.aws", "on.aws", "localhost.localstack.cloud", "localhost"];

/// Those of them that are no domains of AWS: whatever stands before one and names no service belongs to the default service.
pub(crate) const TWINS: [&str; 2] = ["localhost.localstack.cloud", "localhost"];

/// The longest name that DNS allows.
const LONGEST: usize = 253;

/// What a host name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HostMatch<'t, 'h> {
    /// The services that go by the label.
    pub services: &'t [u16],
    /// The fronts that go by it, by their places among all.
    pub fronts: &'t [u16],
    /// The label, as the facts have it.
    pub label: &'static str,
    /// The region, where the name holds one.
    pub region: Option<&'h str>,
    /// What stands before.
    pub rest: Option<&'h str>,
}

/// From where to where a part of a host name goes.
type Place = (usize, usize);

/// Who goes by a label.
#[derive(Debug)]
struct Owners {
    label: &'static str,
    services: Vec<u16>,
    fronts: Vec<u16>,
}

#[derive(Debug)]
pub(super) struct HostTable {
    labels: FxHashMap<&'static str, Owners>,
    domains: Vec<Box<str>>,
}

impl HostTable {
    pub fn new() -> HostTable {
        HostTable { labels: FxHashMap::default(), domains: DOMAINS.iter().map(|&d| d.into()).collect() }
    }

    pub fn add(&mut self, label: &'static str, service: u16) {
        self.owners(label).services.push(service);
    }

    pub fn add_front(&mut self, label: &'static str, front: u16) {
        self.owners(label).fronts.push(front);
    }

    fn owners(&mut self, label: &'static str) -> &mut Owners {
        self.labels.entry(label).or_insert(Owners { label, services: Vec::new(), fronts: Vec::new() })
    }

    pub fn add_domain(&mut self, domain: &str) {
        self.domains.push(domain.trim_matches('.').to_ascii_lowercase().into());
    }

    /// What `host`, with or without a port, says; `None` where it names no service.
    pub fn read<'t, 'h>(&'t self, host: &'h str) -> Option<HostMatch<'t, 'h>> {
        let host = without_port(host);
        if host.len() > LONGEST || !host.is_ascii() {
            return None;
        }
        let mut buffer = [0; LONGEST];
        let lower = buffer.get_mut(..host.len())?;
        lower.copy_from_slice(host.as_bytes());
        lower.make_ascii_lowercase();
        let lower = std::str::from_utf8(lower).ok()?;
        let head = self.head(lower)?;
        self.read_head(head, host)
    }

    /// What stands before a domain of a twin, where that names no service: `photos` of `photos.localhost:4566`.
    pub fn before_twin<'h>(&self, host: &'h str) -> Option<&'h str> {
        let host = without_port(host);
        let head = |domain: &str| host.strip_suffix(domain)?.strip_suffix('.');
        TWINS.into_iter().find_map(head).filter(|head| !head.is_empty())
    }

    /// The part before the longest known domain.
    fn head<'a>(&self, lower: &'a str) -> Option<&'a str> {
        let before = |domain: &str| lower.strip_suffix(domain)?.strip_suffix('.');
        self.domains.iter().filter_map(|d| before(d)).min_by_key(|head| head.len())
    }

    fn read_head<'t, 'h>(&'t self, head: &str, host: &'h str) -> Option<HostMatch<'t, 'h>> {
        let mut end = head.len();
        let mut region = None;
        loop {
            let (start, label) = last_label(head, end)?;
            if is_region(label) {
                region = host.get(start..end);
            } else if !matches!(label, "dualstack" | "fips" | "vpce") {
                break;
            }
            end = start.checked_sub(1)?;
        }
        let (start, Owners { label, services, fronts }, named_region) = self.service(head, end)?;
        if let Some((from, to)) = named_region {
            region = host.get(from..to);
        }
        let mut rest_end = start.saturating_sub(1);
        if let Some((from, before)) = last_label(head, rest_end)
            && is_region(before)
        {
            region = host.get(from..rest_end);
            rest_end = from.saturating_sub(1);
        }
        let rest = host.get(..rest_end).filter(|rest| !rest.is_empty());
        Some(HostMatch { services, fronts, label, region, rest })
    }

    /// The service label that ends at `end`: where it begins, and the region that is glued to it (`s3-us-west-2`).
    fn service(&self, head: &str, end: usize) -> Option<(usize, &Owners, Option<Place>)> {
        let known = |text: &str| self.labels.get(text);
        let (start, label) = last_label(head, end)?;
        if let Some((start, _)) = start.checked_sub(1).and_then(|end| last_label(head, end))
            && let Some(found) = head.get(start..end).and_then(known)
        {
            return Some((start, found, None));
        }
        if let Some(found) = known(label) {
            return Some((start, found, None));
        }
        let plain = label.strip_suffix("-fips").or_else(|| label.strip_prefix("fips-"));
        if let Some(found) = plain.and_then(known) {
            return Some((start, found, None));
        }
        let cuts = label.match_indices('-').map(|(at, _)| at);
        cuts.filter(|&at| label.get(at + 1..).is_some_and(is_region)).find_map(|at| {
            let found = known(label.get(..at)?)?;
            Some((start, found, Some((start + at + 1, end))))
        })
    }
}

/// The label that ends at `end`, and where it begins.
fn last_label(head: &str, end: usize) -> Option<(usize, &str)> {
    let before = head.get(..end).filter(|before| !before.is_empty())?;
    let start = before.rfind('.').map_or(0, |dot| dot + 1);
    Some((start, before.get(start..)?))
}

/// A host without its port and the dot that may end it.
pub(crate) fn without_port(host: &str) -> &str {
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    host.strip_suffix('.').unwrap_or(host)
}

/// Whether a label has the form of a region: `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`.
fn is_region(label: &str) -> bool {
    let mut parts = label.split('-');
    let (Some(area), Some(number)) = (parts.next(), parts.next_back()) else { return false };
    let words = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    let mut middle = 0;
    matches!(area.len(), 2 | 4)
        && words(area)
        && matches!(number.len(), 1 | 2)
        && number.bytes().all(|b| b.is_ascii_digit())
        && parts.all(|part| {
            middle += 1;
            words(part)
        })
        && middle > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, expect: Option<(&str, Option<&str>, Option<&str>)>) {
        let mut table = HostTable::new();
        let labels = ["sqs", "queue", "s3", "s3-website", "s3-control", "iam", "api.ecr", "dkr.ecr", "ecr"];
        for (i, label) in labels.into_iter().chain(["execute-api", "es", "streams.dynamodb"]).enumerate() {
            table.add(label, i as u16);
        }
        table.add_domain("aws.corp.example");
        assert_eq!(table.read(host).map(|m| (m.label, m.region, m.rest)), expect, "{host}");
    }

    #[test]
    fn hosts_of_aws_and_of_its_twins() {
        let east = Some("us-east-1");
        for (host, label, region, rest) in [
            ("sqs.us-east-1.localhost.localstack.cloud:4566", "sqs", east, None),
            ("sqs.us-east-1.amazonaws.com", "sqs", east, None),
            ("SQS.US-East-1.AmazonAWS.com", "sqs", Some("US-East-1"), None),
            ("sqs.us-east-1.amazonaws.com.", "sqs", east, None),
            ("sqs.cn-north-1.amazonaws.com.cn", "sqs", Some("cn-north-1"), None),
            ("sqs.us-gov-west-1.amazonaws.com", "sqs", Some("us-gov-west-1"), None),
            ("sqs.us-east-1.api.aws", "sqs", east, None),
            ("sqs-fips.us-east-1.api.aws", "sqs", east, None),
            ("fips-sqs.us-east-1.amazonaws.com", "sqs", east, None),
            ("sqs.dualstack.us-east-1.amazonaws.com", "sqs", east, None),
            ("vpce-0a1b.sqs.us-east-1.vpce.amazonaws.com", "sqs", east, Some("vpce-0a1b")),
            ("queue.amazonaws.com", "queue", None, None),
            ("us-east-1.queue.amazonaws.com", "queue", east, None),
            ("us-east-1.queue.localhost.localstack.cloud:4566", "queue", east, None),
            ("iam.amazonaws.com", "iam", None, None),
            ("iam.localhost:4566", "iam", None, None),
            ("sqs.eu-west-2.aws.corp.example", "sqs", Some("eu-west-2"), None),
            ("s3.localhost.localstack.cloud:4566", "s3", None, None),
            ("my.bucket.s3.localhost.localstack.cloud:4566", "s3", None, Some("my.bucket")),
            ("bucket.s3.eu-west-1.amazonaws.com", "s3", Some("eu-west-1"), Some("bucket")),
            ("bucket.s3-us-west-2.amazonaws.com", "s3", Some("us-west-2"), Some("bucket")),
            ("bucket.s3.dualstack.us-east-1.amazonaws.com", "s3", east, Some("bucket")),
            ("bucket.s3-fips.dualstack.us-east-1.amazonaws.com", "s3", east, Some("bucket")),
            ("iam.s3.amazonaws.com", "s3", None, Some("iam")),
            ("b.s3-website-us-east-1.amazonaws.com", "s3-website", east, Some("b")),
            ("b.s3-website.us-east-1.amazonaws.com", "s3-website", east, Some("b")),
            ("111122223333.s3-control.us-east-1.amazonaws.com", "s3-control", east, Some("111122223333")),
            ("api.ecr.us-east-1.amazonaws.com", "api.ecr", east, None),
            ("111122223333.dkr.ecr.us-east-1.amazonaws.com", "dkr.ecr", east, Some("111122223333")),
            ("streams.dynamodb.us-east-1.amazonaws.com", "streams.dynamodb", east, None),
            ("a1b2.execute-api.us-east-1.amazonaws.com", "execute-api", east, Some("a1b2")),
            ("a1b2.execute-api.localhost.localstack.cloud", "execute-api", None, Some("a1b2")),
            ("search-logs-x.us-east-1.es.amazonaws.com", "es", east, Some("search-logs-x")),
        ] {
            check(host, Some((label, region, rest)));
        }
        for host in [
            "localhost:4566",
            "127.0.0.1:4566",
            "[::1]:4566",
            "amazonaws.com",
            ".amazonaws.com",
            "us-east-1.amazonaws.com",
            "nothing.us-east-1.amazonaws.com",
            "sqs.example.com",
            "localhost.localstack.cloud:4566",
            "x.sqsamazonaws.com",
            "",
            "..",
            "ß.sqs.amazonaws.com",
        ] {
            check(host, None);
        }
        check(&format!("{}.s3.amazonaws.com", "a".repeat(300)), None);
    }

    #[test]
    fn what_stands_before_a_twin() {
        let table = HostTable::new();
        for (host, want) in [
            ("photos.localhost:4566", Some("photos")),
            ("my.photos.localhost.localstack.cloud:4566", Some("my.photos")),
            ("localhost:4566", None),
            ("localhost.localstack.cloud", None),
            ("photos.amazonaws.com", None),
            ("photos.example.com", None),
        ] {
            assert_eq!(table.before_twin(host), want, "{host}");
        }
    }
}
