use model::{Model, Protocol};

/// What tells one service's requests from another's. Written by codegen from the service's model and `service.toml`.
#[derive(Debug, Clone, Copy, Default)]
pub struct ServiceFacts {
    /// The name of the service's folder. Among services that cannot be told apart, one whose name is the signing name
    /// is chosen.
    pub name: &'static str,
    /// The names that stand in the scope of its signatures.
    pub signing_names: &'static [&'static str],
    /// The labels that stand for it in a host name, without region: `queue`, `api.ecr`, `s3-website`.
    pub hosts: &'static [&'static str],
    /// What stands before the operation in `X-Amz-Target`; also the service's name in paths of Smithy's RPC protocols.
    pub target_prefixes: &'static [&'static str],
    /// The values of `Version` of its Query API.
    pub versions: &'static [&'static str],
    /// Its Query operations: they tell the service where a request has neither scope, host nor version, such as the
    /// links by which a subscription is confirmed.
    pub actions: &'static [&'static str],
    /// The beginnings of its REST paths.
    pub paths: &'static [PathFact],
    /// Whether it takes what nothing else claims, as the service does whose paths begin with a bucket's name.
    pub is_default: bool,
}

/// The literal segments with which the path of a REST operation begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PathFact {
    /// The method.
    pub method: &'static str,
    /// The segments up to the first label, such as `/2015-03-31/functions`; never empty, no slash at its end.
    pub prefix: &'static str,
    /// Whether the path alone is enough, in a request that no signature and no host assigns to a service.
    pub unsigned: bool,
}

/// The beginnings of a model's REST paths as (method, prefix, unsigned), for [`ServiceFacts::paths`].
///
/// A path alone decides only where an operation is called without signatures, or where its first segment can be no
/// bucket's name: else a public bucket named `jobs` or `models` would be out of reach by path.
pub fn rest_prefixes(model: &Model) -> Vec<(String, String, bool)> {
    let rest = |p: &Protocol| matches!(p, Protocol::RestJson | Protocol::RestXml);
    if !model.metadata.protocols.iter().any(rest) {
        return Vec::new();
    }
    let mut prefixes: Vec<(String, String, bool)> = Vec::new();
    for operation in model.operations() {
        let path = operation.http.uri.split('?').next().unwrap_or_default();
        let literals = path.split('/').skip(1).take_while(|s| !s.is_empty() && !s.starts_with('{'));
        let prefix = literals.fold(String::new(), |all, segment| all + "/" + segment);
        let Some(first) = prefix.split('/').nth(1) else { continue };
        let unsigned = operation.unsigned || !possible_bucket_name(first) || is_date(first);
        match prefixes.iter_mut().find(|p| p.0 == *operation.http.method && p.1 == prefix) {
            Some(known) => known.2 |= unsigned,
            None => prefixes.push((operation.http.method.to_string(), prefix, unsigned)),
        }
    }
    prefixes.sort();
    prefixes
}

/// Whether a bucket may have this name, as far as its characters tell.
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
pub fn possible_bucket_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let (first, last) = (name.bytes().next(), name.bytes().next_back());
    (3..=63).contains(&name.len())
        && first.is_some_and(plain)
        && last.is_some_and(plain)
        && name.bytes().all(|b| plain(b) || b == b'-' || b == b'.')
}

/// An API version such as `2015-03-31` is a possible bucket name that nobody gives.
fn is_date(segment: &str) -> bool {
    let shape = |(i, b): (usize, u8)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() };
    segment.len() == 10 && segment.bytes().enumerate().all(shape)
}
