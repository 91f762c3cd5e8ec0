//! Key policies: the default, what KMS asks of others, and who must keep the right to change them.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html>

use crate::errors;
use crate::key::Key;
use service::policy::valid::{self, Facts, Kind};
use service::policy::{Document, Fault, Limits};
use service::{AccountId, Check, PolicyRole, Result, Scope, View};

/// The only name that a key policy has.
pub const NAME: &str = "default";
/// <https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html>
const MOST_BYTES: usize = 32_768;
/// <https://github.com/aws-samples/siem-on-amazon-opensearch-service/issues/32>
const UNKNOWN: &str = "Policy contains a statement with one or more invalid principals.";

/// The policy of a key for which none was given: it hands over to the account's IAM policies.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>
pub fn default_policy(scope: Scope) -> String {
    let root = root(scope.account, scope);
    format!(
        "{{\n  \"Version\" : \"2012-10-17\",\n  \"Id\" : \"key-default-1\",\n  \"Statement\" : [ {{\n    \"Sid\" : \"Enable IAM \
         User Permissions\",\n    \"Effect\" : \"Allow\",\n    \"Principal\" : {{\n      \"AWS\" : \"{root}\"\n    }},\n    \
         \"Action\" : \"kms:*\",\n    \"Resource\" : \"*\"\n  }} ]\n}}"
    )
}

/// An account's root as an ARN.
pub fn root(account: AccountId, scope: Scope) -> String {
    format!("arn:{}:iam::{account}:root", scope.partition())
}

/// Fails unless it is a policy that a key can have, and whoever it names is there.
pub fn check(view: &View, text: &str) -> Result<()> {
    let document = read(text)?;
    if view.unknown_principal(&document)?.is_some() {
        return Err(errors::malformed_policy(UNKNOWN));
    }
    Ok(())
}

/// The document, if it is one that a key can have.
pub fn read(text: &str) -> Result<Document> {
    if text.len() > MOST_BYTES {
        return Err(errors::limit_exceeded(format!("The key policy exceeds the maximum size of {MOST_BYTES} bytes.")));
    }
    let limits = Limits { bytes: MOST_BYTES, ..Limits::default() };
    valid::check(text, Kind::Resource, &Facts::default(), limits).map_err(|error| match error.fault() {
        Fault::InvalidPrincipal(..) => errors::malformed_policy(UNKNOWN),
        _ => errors::malformed_policy(error.message()),
    })
}

/// Fails unless the caller could change the policy of this key again, if it were this.
/// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#prevent-unmanageable-key>
pub fn check_lockout(view: &View, key: &Key, policy: &str) -> Result<()> {
    let check = Check::new("kms:PutKeyPolicy", key.arn())
        .owned_by(key.scope.account)
        .with_policy(name(&key.row.id), policy, PolicyRole::Key)
        .key("kms:CallerAccount", view.caller().account.to_string());
    match view.may(view.caller(), &check) {
        Err(error) if error.is_receiver_fault() => Err(error),
        Err(_) => Err(errors::malformed_policy(
            "The new key policy will not allow you to update the key policy in the future.",
        )),
        Ok(()) => Ok(()),
    }
}

/// How proofs call the policy of a key.
pub fn name(key_id: &str) -> String {
    format!("policy of key {key_id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_that_a_key_takes_and_refuses() {
        let scope = Scope::new(AccountId::from_number(1).unwrap(), "eu-west-1".parse().unwrap());
        assert!(read(&default_policy(scope)).is_ok());
        let code = |text: &str| read(text).unwrap_err().code().to_owned();
        assert_eq!(code("{}"), "MalformedPolicyDocumentException");
        assert_eq!(code("not JSON"), "MalformedPolicyDocumentException");
        assert_eq!(code(&" ".repeat(MOST_BYTES + 1)), "LimitExceededException");
    }
}
