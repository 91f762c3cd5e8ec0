//! AWS managed keys: one of each service in each account and region, made when it is first asked for.
//! <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk>

use crate::crypto::Material;
use crate::key::{AWS_KMS, Key};
use crate::key_policy::root;
use crate::spec::{ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT};
use crate::state::{ALIASES, AliasRow, KeyRow, Rotation};
use crate::{material, rotation};
use service::{Cx, Duration, Result, Scope};

/// What the names of AWS's own aliases begin with.
pub const PREFIX: &str = "alias/aws/";

/// A service that has a key of its own in each account.
struct Managed {
    /// The alias behind [`PREFIX`].
    alias: &'static str,
    /// The service's endpoint prefix, by which `kms:ViaService` names it.
    service: &'static str,
    /// What it encrypts.
    description: &'static str,
}

const fn managed(alias: &'static str, service: &'static str, description: &'static str) -> Managed {
    Managed { alias, service, description }
}

static ALL: &[Managed] = &[
    managed("acm", "acm", "Default key that protects my ACM private keys when no other key is defined"),
    managed("backup", "backup", "Default key that protects my Backup data when no other key is defined"),
    managed(
        "codecommit",
        "codecommit",
        "Default key that protects my CodeCommit repositories when no other key is defined",
    ),
    managed("dynamodb", "dynamodb", "Default key that protects my DynamoDB data when no other key is defined"),
    managed("ebs", "ec2", "Default key that protects my EBS volumes when no other key is defined"),
    managed(
        "elasticfilesystem",
        "elasticfilesystem",
        "Default key that protects my EFS filesystems when no other key is defined",
    ),
    managed("es", "es", "Default key that protects my Elasticsearch data when no other key is defined"),
    managed("glue", "glue", "Default key that protects my Glue data when no other key is defined"),
    managed("kinesis", "kinesis", "Default key that protects my Kinesis data when no other key is defined"),
    managed(
        "kinesisvideo",
        "kinesisvideo",
        "Default key that protects my Kinesis Video Streams data when no other key is defined",
    ),
    managed("lambda", "lambda", "Default key that protects my Lambda functions when no other key is defined"),
    managed("rds", "rds", "Default key that protects my RDS database volumes when no other key is defined"),
    managed("redshift", "redshift", "Default key that protects my Redshift clusters when no other key is defined"),
    managed("s3", "s3", "Default key that protects my S3 objects when no other key is defined"),
    managed(
        "secretsmanager",
        "secretsmanager",
        "Default key that protects my Secrets Manager data when no other key is defined",
    ),
    managed("sns", "sns", "Default key that protects my SNS data when no other key is defined"),
    managed("sqs", "sqs", "Default key that protects my SQS messages when no other key is defined"),
    managed("ssm", "ssm", "Default key that protects my SSM parameters when no other key is defined"),
    managed("xray", "xray", "Default key that protects my X-Ray data when no other key is defined"),
];

/// AWS's own aliases, whether their keys were made yet or not.
pub fn aliases() -> impl Iterator<Item = String> {
    ALL.iter().map(|managed| format!("{PREFIX}{}", managed.alias))
}

/// Whether it is the alias of a key that is made when it is asked for.
pub fn is_predefined(alias: &str) -> bool {
    find(alias).is_some()
}

/// Makes the AWS managed key of that alias in the present scope.
pub fn create(cx: &mut Cx, alias: &str, made: &Material) -> Result<Option<Key>> {
    let Some(managed) = find(alias) else { return Ok(None) };
    let (scope, id) = (cx.scope(), cx.entropy().uuid());
    let first = material::row(cx, &id, made, 1);
    let row = KeyRow {
        id: id.clone(),
        created_at: cx.now(),
        description: managed.description.to_owned(),
        spec: SYMMETRIC_DEFAULT.to_owned(),
        usage: ENCRYPT_DECRYPT.to_owned(),
        origin: AWS_KMS.to_owned(),
        managed_for: managed.service.to_owned(),
        enabled: true,
        policy: policy(managed, scope),
        aliases: vec![alias.to_owned()],
        material: first.id.clone(),
        // "All AWS managed keys are automatically rotated every year", and nobody may change that.
        rotation: Some(Rotation {
            period_days: rotation::DEFAULT_DAYS,
            next_at: cx.now().after(Duration::from_hours(24 * rotation::DEFAULT_DAYS.unsigned_abs())),
        }),
        ..KeyRow::default()
    };
    let key = Key { scope, row };
    key.save(cx)?;
    material::put(cx, scope, &id, &first)?;
    let now = cx.now();
    cx.put(&ALIASES, alias, &AliasRow { name: alias.to_owned(), key: id, created_at: now, updated_at: now })?;
    Ok(Some(key))
}

/// The policy of the AWS managed key of that alias, which may not have been made yet.
pub fn policy_of(alias: &str, scope: Scope) -> Option<String> {
    find(alias).map(|managed| policy(managed, scope))
}

fn find(alias: &str) -> Option<&'static Managed> {
    let name = alias.strip_prefix(PREFIX)?;
    ALL.iter().find(|managed| managed.alias == name)
}

/// The service may use the key for whoever may use the service; the account may look at it.
fn policy(managed: &Managed, scope: Scope) -> String {
    let Managed { alias, service, .. } = managed;
    let (account, region, root) = (scope.account, scope.region, root(scope.account, scope));
    format!(
        r#"{{
  "Version" : "2012-10-17",
  "Id" : "auto-{alias}-1",
  "Statement" : [ {{
    "Sid" : "Allow access through {alias} for all principals in the account that are authorized to use {alias}",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "*"
    }},
    "Action" : [ "kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey" ],
    "Resource" : "*",
    "Condition" : {{
      "StringEquals" : {{
        "kms:ViaService" : "{service}.{region}.amazonaws.com",
        "kms:CallerAccount" : "{account}"
      }}
    }}
  }}, {{
    "Sid" : "Allow direct access to key metadata to the account",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "{root}"
    }},
    "Action" : [ "kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant" ],
    "Resource" : "*"
  }} ]
}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_is_one_that_a_key_takes() {
        let scope = Scope::new(service::AccountId::DEFAULT, "eu-west-1".parse().unwrap());
        for managed in ALL {
            assert!(crate::key_policy::read(&policy(managed, scope)).is_ok(), "{}", managed.alias);
        }
        assert!(is_predefined("alias/aws/s3") && !is_predefined("alias/aws/nothing") && !is_predefined("alias/s3"));
    }
}
