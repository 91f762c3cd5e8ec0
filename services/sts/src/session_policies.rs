//! Session policies: what a request may pass to narrow a session.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session>

use crate::errors;
use crate::session_tags::SessionTags;
use service::policy::Limits;
use service::policy::valid::{Facts, Kind, check, size_without_whitespace};
use service::{ArnParts, Partition, Result};

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const MOST_ARNS: usize = 10;
/// Characters of inline policy and ARNs together.
const MOST_CHARACTERS: usize = 2048;
/// Bytes that the packed form may have. AWS publishes neither the packing nor its limit; here policies count without their
/// white space, ARNs and tags as they are.
const PACKED: usize = 2048;

/// The session policies of a request, checked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SessionPolicies {
    /// The inline policy.
    pub inline: Option<String>,
    /// ARNs of managed policies.
    pub arns: Vec<String>,
}

impl SessionPolicies {
    /// Checks sizes, grammar and ARNs. Whether the managed policies exist is IAM's to say.
    pub fn of(partition: Partition, inline: Option<String>, arns: Vec<String>) -> Result<SessionPolicies> {
        if arns.len() > MOST_ARNS {
            let list = format!("[{}]", arns.join(", "));
            let text = format!("Member must have length less than or equal to {MOST_ARNS}");
            return Err(errors::constraint(&list, "policyArns", &text));
        }
        let of_policies =
            |arn: &str| ArnParts::parse(arn).is_ok_and(|p| p.service == "iam" && p.resource.starts_with("policy/"));
        if let Some(arn) = arns.iter().find(|arn| !of_policies(arn)) {
            return Err(errors::validation(format!("{arn} is invalid")));
        }
        let text = inline.as_deref().unwrap_or_default();
        let characters: usize = text.chars().count() + arns.iter().map(String::len).sum::<usize>();
        if characters > MOST_CHARACTERS {
            let limit = format!("Member must have length less than or equal to {MOST_CHARACTERS}");
            return Err(errors::constraint(text, "policy", &limit));
        }
        if let Some(text) = &inline {
            let facts = Facts { partitions: &[partition.as_str()], ..Facts::default() };
            check(text, Kind::Session, &facts, Limits::default())
                .map_err(|error| errors::malformed_policy(error.message()))?;
        }
        Ok(SessionPolicies { inline, arns })
    }

    /// Whether none was passed.
    pub fn is_empty(&self) -> bool {
        self.inline.is_none() && self.arns.is_empty()
    }

    /// How many hundredths of the room for policies and tags are used: `PackedPolicySize`. Inherited tags do not count.
    ///
    /// # Errors
    /// `PackedPolicyTooLarge` above a hundred.
    pub fn packed_size(&self, tags: &SessionTags) -> Result<i64> {
        let policies = self.inline.as_deref().map_or(0, size_without_whitespace);
        let arns: usize = self.arns.iter().map(String::len).sum();
        let tags: usize = tags.passed().map(|(key, value)| key.len() + value.len()).sum();
        let percent = ((policies + arns + tags) * 100).div_ceil(PACKED) as i64;
        if percent > 100 { Err(errors::packed_policy_too_large(percent)) } else { Ok(percent) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(fill: usize) -> String {
        let sid = "s".repeat(fill);
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"{sid}","Effect":"Allow","Action":"s3:*","Resource":"*"}}]}}"#
        )
    }

    #[test]
    fn policies_that_are_taken_and_refused() {
        let managed = |n: usize| vec!["arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned(); n];
        let check = |inline: Option<String>, arns: Vec<String>, code: &str| {
            let got = SessionPolicies::of(Partition::Standard, inline.clone(), arns);
            assert_eq!(got.err().map(|e| e.code().to_owned()).unwrap_or_default(), code, "{inline:?}");
        };
        check(None, Vec::new(), "");
        check(Some(document(1)), managed(10), "");
        check(None, managed(11), "ValidationError");
        check(None, vec!["arn:aws:iam::aws:role/ReadOnlyAccess".to_owned()], "ValidationError");
        check(Some(document(2048)), Vec::new(), "ValidationError");
        check(Some("{}".to_owned()), Vec::new(), "MalformedPolicyDocumentException");
        let with_principal = document(1).replace("\"Action\"", "\"Principal\":\"*\",\"Action\"");
        check(Some(with_principal), Vec::new(), "MalformedPolicyDocumentException");
    }

    #[test]
    fn the_packed_size_counts_policies_and_passed_tags() {
        let none = SessionTags::default();
        let empty = SessionPolicies::default();
        assert_eq!(empty.packed_size(&none).unwrap(), 0);
        let one = SessionPolicies::of(Partition::Standard, Some(document(1)), Vec::new()).unwrap();
        assert_eq!(one.packed_size(&none).unwrap(), 5);
        let tag = ("k".repeat(128), "v".repeat(256));
        let tagged = |n| SessionTags { passed: vec![tag.clone(); n], ..SessionTags::default() };
        assert_eq!(one.packed_size(&tagged(5)).unwrap(), 99);
        let error = empty.packed_size(&tagged(6)).unwrap_err();
        assert_eq!(error.message(), "Packed policy consumes 113% of allotted space, please use smaller policy.");
    }
}
