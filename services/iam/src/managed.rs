//! The managed policies that AWS brings: names, documents and dates from models/iam/managed-policies.json, which has
//! one policy a line, by name. Lines are found on first use; a document is read when somebody asks for it.
//! <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>

use serde::Deserialize;
use serde_json::value::RawValue;
use service::{Error, Partition, Result, Timestamp};
use std::borrow::Cow;
use std::sync::OnceLock;

const FILE: &str = include_str!("../../../models/iam/managed-policies.json");
/// How the ARNs begin that documents name. The file has them as they are in the partition `aws`.
const WRITTEN: &str = "arn:aws:";

/// A managed policy of AWS's, in the version that the file holds.
#[derive(Debug, Clone, Copy)]
pub struct Managed {
    /// Its name.
    pub name: &'static str,
    /// Its path.
    pub path: &'static str,
    /// The version in force, such as `v4`.
    pub version: &'static str,
    /// When the policy was made.
    pub created: Timestamp,
    /// When the version was.
    pub updated: Timestamp,
    /// The partition in which it is looked at.
    partition: Partition,
    /// The document, as it is in the partition `aws`.
    document: &'static str,
}

#[derive(Deserialize)]
struct Line<'a> {
    path: &'a str,
    version: &'a str,
    created: &'a str,
    updated: &'a str,
    #[serde(borrow)]
    document: &'a RawValue,
}

impl Managed {
    /// Its ARN.
    pub fn arn(&self) -> String {
        format!("arn:{}:iam::aws:policy{}{}", self.partition, self.path, self.name)
    }

    /// The document, its ARNs in the partition.
    pub fn document(&self) -> Cow<'static, str> {
        match self.partition {
            Partition::Standard => self.document.into(),
            other => self.document.replace(WRITTEN, &format!("arn:{other}:")).into(),
        }
    }

    /// Its id: the same for a name in every cloud, as AWS's is.
    pub fn id(&self) -> String {
        let mut hash = self
            .name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
        let letters = (0..17).map(|_| {
            hash = hash.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
            char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".get((hash >> 59) as usize).copied().unwrap_or(b'A'))
        });
        "ANPA".chars().chain(letters).collect()
    }
}

/// The policy with this ARN in a partition.
pub fn find(partition: Partition, arn: &str) -> Result<Option<Managed>> {
    let Some(resource) = arn.strip_prefix("arn:").and_then(|rest| rest.strip_prefix(partition.as_str())) else {
        return Ok(None);
    };
    let name = resource.rsplit('/').next().unwrap_or_default();
    let lines = lines();
    let Ok(at) = lines.binary_search_by_key(&name, |(name, _)| name) else { return Ok(None) };
    let Some((name, json)) = lines.get(at) else { return Ok(None) };
    let managed = read(partition, name, json)?;
    Ok(Some(managed).filter(|managed| managed.arn() == arn))
}

/// All of them in a partition, by name.
pub fn all(partition: Partition) -> impl Iterator<Item = Result<Managed>> {
    lines().iter().map(move |(name, json)| read(partition, name, json))
}

/// The services that the documents name by their principals, without `.amazonaws.com`.
pub fn named_services() -> impl Iterator<Item = &'static str> {
    let ends = FILE.split(".amazonaws.com\"").map(|before| before.rsplit_once('"').map_or(before, |(_, value)| value));
    let plain =
        |name: &str| name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'.');
    ends.filter(move |name| plain(name))
}

fn lines() -> &'static [(&'static str, &'static str)] {
    static LINES: OnceLock<Vec<(&'static str, &'static str)>> = OnceLock::new();
    LINES.get_or_init(|| {
        let entry = |line: &'static str| {
            let (name, json) = line.strip_prefix('"')?.split_once("\":")?;
            json.starts_with("{\"path\"").then(|| (name, json.trim_end_matches(',')))
        };
        let mut lines: Vec<_> = FILE.lines().filter_map(entry).collect();
        lines.sort_unstable();
        lines
    })
}

fn read(partition: Partition, name: &'static str, json: &'static str) -> Result<Managed> {
    let line: Line<'static> = serde_json::from_str(json).map_err(Error::internal)?;
    let time = |text: &str| Timestamp::parse_iso8601(text).unwrap_or_default();
    Ok(Managed {
        name,
        path: line.path,
        version: line.version,
        created: time(line.created),
        updated: time(line.updated),
        partition,
        document: line.document.get(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use service::policy::{Document, Limits};

    #[test]
    fn policies_are_found_by_arn() {
        for (arn, path) in [
            ("arn:aws:iam::aws:policy/AdministratorAccess", Some("/")),
            ("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole", Some("/service-role/")),
            ("arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole", None),
            ("arn:aws:iam::aws:policy/Nothing", None),
            ("arn:aws:iam::123456789012:policy/AdministratorAccess", None),
        ] {
            assert_eq!(find(Partition::Standard, arn).unwrap().map(|m| m.path), path, "{arn}");
        }
        let chinese = "arn:aws-cn:iam::aws:policy/AmazonSSMManagedInstanceCore";
        assert_eq!(find(Partition::Standard, chinese).unwrap().map(|m| m.name), None);
        assert_eq!(find(Partition::China, chinese).unwrap().map(|m| m.arn()).as_deref(), Some(chinese));
    }

    #[test]
    fn documents_name_resources_of_their_partition() {
        let named = all(Partition::GovCloud).map(Result::unwrap).filter(|m| m.document.contains(WRITTEN));
        let texts: Vec<_> = named.map(|m| m.document()).collect();
        assert!(texts.len() > 100 && texts.iter().all(|text| !text.contains(WRITTEN)));
    }

    #[test]
    fn every_policy_can_be_read() {
        let mut count = 0;
        for managed in all(Partition::Standard) {
            let managed = managed.unwrap();
            // The longest, AWSSupportServiceRolePolicy, has 150 KB: more than accounts may write.
            let limits = Limits { bytes: 1 << 20, ..Limits::default() };
            Document::parse(managed.document, limits).unwrap_or_else(|e| panic!("{}: {e}", managed.name));
            assert!(managed.created > Timestamp::EPOCH && managed.updated >= managed.created, "{}", managed.name);
            assert_eq!(managed.id().len(), 21);
            count += 1;
        }
        assert!(count > 1500, "{count}");
    }
}
