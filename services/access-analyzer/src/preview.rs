//! What an access preview finds: the resource as it would be, looked at as resources are, against the findings that there are.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-access-preview.html>

use crate::api::{Configuration, S3BucketConfiguration};
use crate::errors;
use crate::scan::{begun, external, policies};
use crate::state::{AnalyzerRow, FindingRow, PreviewedRow};
use crate::zone::Zone;
use policies::Resource;
use service::policy::{Document, Limits};
use service::{ArnParts, Result, Scope, Value, View};

/// A resource as somebody thinks of making it.
pub struct Proposal {
    /// Its account.
    pub owner: Scope,
    /// With its policy and what else lets others in.
    pub resource: Resource,
    /// Whether its policy can be read.
    pub valid: bool,
}

/// What is proposed of a policy; `None` where nothing is said of it.
type Proposed = Option<String>;

/// Reads a configuration: of the types that are looked at here.
///
/// # Errors
/// `ValidationException`; what is not looked at is not implemented, by name.
pub fn read(view: &View, zone: &Zone, (arn, configuration): (&str, Configuration)) -> Result<Proposal> {
    let (kind, policy, bucket) = of_kind(configuration)?;
    let unfit = || errors::validation(format!("{arn} is not the ARN of a resource of the type {}.", kind.name));
    let parts = ArnParts::parse(arn).map_err(|_| unfit())?;
    if parts.service != kind.service || !parts.resource.starts_with(kind.begins) || parts.resource == kind.begins {
        return Err(unfit());
    }
    let owner = match parts.account {
        "" => view.account(),
        own if zone.has(own) => own.parse().map_err(|_| unfit())?,
        _ => return Err(errors::validation("The resource must be within the zone of trust of the analyzer.")),
    };
    let scope = Scope::new(owner, view.region());
    let there = view.elsewhere(scope)?;
    let mut resource =
        policies::find(&there, arn)?.unwrap_or_else(|| Resource::new(arn, (kind.name, kind.prefix), None));
    if policy.is_some() {
        // An empty policy is none.
        resource.policy = policy.filter(|text| !text.is_empty());
    }
    if let Some(bucket) = bucket {
        propose_bucket(&mut resource, bucket)?;
    }
    let text = resource.policy.as_deref().filter(|text| !text.is_empty());
    let valid = text.is_none_or(|text| Document::parse(text, Limits::default()).is_ok());
    Ok(Proposal { owner: scope, resource, valid })
}

/// A type of resource.
struct Kind {
    name: &'static str,
    /// The prefix of the actions on it.
    prefix: &'static str,
    /// The service in its ARN, and how the resource there begins.
    service: &'static str,
    begins: &'static str,
}

const fn kind(name: &'static str, prefix: &'static str, (service, begins): (&'static str, &'static str)) -> Kind {
    Kind { name, prefix, service, begins }
}

fn of_kind(configuration: Configuration) -> Result<(Kind, Proposed, Option<S3BucketConfiguration>)> {
    let Configuration {
        ebs_snapshot,
        ecr_repository,
        iam_role,
        efs_file_system,
        kms_key,
        rds_db_cluster_snapshot,
        rds_db_snapshot,
        secrets_manager_secret,
        s3_bucket,
        sns_topic,
        sqs_queue,
        s3_express_directory_bucket,
        dynamodb_stream,
        dynamodb_table,
    } = configuration;
    for (given, name) in [
        (ebs_snapshot.is_some(), "ebsSnapshot"),
        (ecr_repository.is_some(), "ecrRepository"),
        (efs_file_system.is_some(), "efsFileSystem"),
        (rds_db_cluster_snapshot.is_some(), "rdsDbClusterSnapshot"),
        (rds_db_snapshot.is_some(), "rdsDbSnapshot"),
        (s3_express_directory_bucket.is_some(), "s3ExpressDirectoryBucket"),
        (dynamodb_stream.is_some(), "dynamodbStream"),
    ] {
        if given {
            return Err(errors::not_implemented(format!("an access preview of {name}")));
        }
    }
    let mut all = Vec::new();
    if let Some(own) = iam_role {
        all.push((kind("AWS::IAM::Role", "sts", ("iam", "role/")), own.trust_policy, None));
    }
    if let Some(own) = kms_key {
        if own.grants.is_some_and(|grants| !grants.is_empty()) {
            return Err(errors::not_implemented("an access preview of a key's grants"));
        }
        let policy = own.key_policies.and_then(|mut policies| policies.shift_remove("default"));
        all.push((kind("AWS::KMS::Key", "kms", ("kms", "key/")), policy, None));
    }
    if let Some(own) = secrets_manager_secret {
        let form = ("secretsmanager", "secret:");
        all.push((kind("AWS::SecretsManager::Secret", "secretsmanager", form), own.secret_policy, None));
    }
    if let Some(own) = s3_bucket {
        all.push((kind("AWS::S3::Bucket", "s3", ("s3", "")), own.bucket_policy.clone(), Some(own)));
    }
    if let Some(own) = sns_topic {
        all.push((kind("AWS::SNS::Topic", "sns", ("sns", "")), own.topic_policy, None));
    }
    if let Some(own) = sqs_queue {
        all.push((kind("AWS::SQS::Queue", "sqs", ("sqs", "")), own.queue_policy, None));
    }
    if let Some(own) = dynamodb_table {
        all.push((kind("AWS::DynamoDB::Table", "dynamodb", ("dynamodb", "table/")), own.table_policy, None));
    }
    match (all.pop(), all.is_empty()) {
        (Some(one), true) => Ok(one),
        _ => Err(errors::validation("A configuration must be of exactly one type of resource.")),
    }
}

fn propose_bucket(resource: &mut Resource, bucket: S3BucketConfiguration) -> Result<()> {
    let S3BucketConfiguration { bucket_policy: _, bucket_acl_grants, bucket_public_access_block, access_points } =
        bucket;
    if access_points.is_some_and(|points| !points.is_empty()) {
        return Err(errors::not_implemented("an access preview of access points"));
    }
    if let Some(grants) = bucket_acl_grants {
        if grants.iter().any(|grant| grant.grantee.id.is_some()) {
            return Err(errors::not_implemented("an access preview of a list's grant to a canonical user"));
        }
        let grant = |grant: crate::api::S3BucketAclGrantConfiguration| {
            let grantee = Value::map([("URI", Value::from(grant.grantee.uri.unwrap_or_default()))]);
            Value::map([("Grantee", grantee), ("Permission", grant.permission.into())])
        };
        let list = Value::List(grants.into_iter().map(grant).collect());
        resource.public_by_list = policies::public_grants(&Value::map([("Grants", list)]));
    }
    if let Some(block) = bucket_public_access_block {
        resource.ignores_list = block.ignore_public_acls;
        resource.restricted = block.restrict_public_buckets;
    }
    Ok(())
}

/// The findings that there would be, each against the one that there is.
pub fn findings(view: &View, analyzer: &AnalyzerRow, zone: &Zone, proposal: &Proposal) -> Result<Vec<PreviewedRow>> {
    let all = crate::ops::findings::all(view, analyzer)?.into_iter();
    let mut standing: Vec<FindingRow> = all.filter(|row| row.resource == proposal.resource.arn).collect();
    let mut previewed = Vec::new();
    for wanted in external::grants(&view.elsewhere(proposal.owner)?, zone, &proposal.resource) {
        let before = standing.iter().position(|row| row.key == wanted.key).map(|at| standing.remove(at));
        previewed.push(against(view, analyzer, (before, wanted)));
    }
    for gone in standing.into_iter().filter(|row| row.status != "RESOLVED") {
        let (existing_id, existing_status) = (Some(gone.id.clone()), Some(gone.status.clone()));
        let finding = FindingRow { status: "RESOLVED".to_owned(), created_at: view.now(), ..gone };
        previewed.push(PreviewedRow { finding, existing_id, existing_status, change: "CHANGED".to_owned() });
    }
    Ok(previewed)
}

fn against(view: &View, analyzer: &AnalyzerRow, (before, wanted): (Option<FindingRow>, FindingRow)) -> PreviewedRow {
    let finding = begun(view, analyzer, FindingRow { created_at: view.now(), ..wanted });
    let Some(before) = before else {
        return PreviewedRow { finding, existing_id: None, existing_status: None, change: "NEW".to_owned() };
    };
    let back = before.status == "RESOLVED";
    let same = (&before.action, &before.condition, before.is_public)
        == (&finding.action, &finding.condition, finding.is_public);
    let finding = if back { finding } else { FindingRow { status: before.status.clone(), ..finding } };
    PreviewedRow {
        finding,
        existing_id: Some(before.id),
        existing_status: Some(before.status),
        change: if same && !back { "UNCHANGED" } else { "CHANGED" }.to_owned(),
    }
}
