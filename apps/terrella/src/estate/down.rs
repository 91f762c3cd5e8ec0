//! `terrella down`: what an estate deployed is deleted, and the cloud that was started for it is stopped.

use crate::client::Failure;
use crate::estate::session::Session;
use crate::estate::stacks::{self, Deployer};
use crate::estate::up::templates_bucket;
use crate::estate::{Estate, artifacts, background};
use crate::flags::Down;
use crate::verbs::print;
use serde_json::{Value, json};

/// Empties the stacks' buckets, deletes the stacks, the last first, then what `up` put before them.
pub fn run(flags: &Down) -> Result<(), Failure> {
    let estate = Estate::find(&flags.estate)?;
    let manifest = &estate.manifest;
    let session = Session::new(&flags.operator, &manifest.region)?;
    let account = session.account()?;
    let bucket = templates_bucket(&estate, &account);
    let region = manifest.region.clone();
    let deployer = Deployer { session: &session, bucket: bucket.clone(), region, quiet: flags.operator.json };
    let mut deleted = Vec::new();
    for stack in manifest.stacks.iter().rev() {
        // AWS deletes no bucket that holds something.
        for bucket in deployer.resources(&stack.name, "AWS::S3::Bucket")? {
            delete_versions(&session, &bucket, None)?;
        }
        if deployer.delete(&stack.name)? {
            deleted.push(stack.name.clone());
        }
    }
    for artifact in &manifest.artifacts {
        let bucket = artifacts::bucket_of(artifact, &account, &manifest.region);
        take_away(&session, (&bucket, &artifact.key))?;
    }
    for stack in &manifest.stacks {
        take_away(&session, (&bucket, &stacks::template_key(stack)))?;
    }
    for secret in &manifest.secrets {
        let input = json!({"SecretId": secret.name, "ForceDeleteWithoutRecovery": true});
        session.call_or(("secretsmanager", "DeleteSecret"), &input, &["ResourceNotFoundException"])?;
    }
    let stopped = !flags.keep_cloud && background::stop(&flags.operator, &flags.data)?;
    let value = json!({"estate": manifest.name, "deleted": deleted, "stopped": stopped});
    print(flags.operator.json, &value, |_| {
        let stacks = match deleted.is_empty() {
            true => "no stack was there".to_owned(),
            false => format!("deleted: {}", deleted.join(", ")),
        };
        format!("{stacks}{}", if stopped { "; the cloud is stopped" } else { "; the cloud runs on" })
    });
    Ok(())
}

/// Deletes what `up` put into a bucket, and the bucket with it unless it holds something of others.
fn take_away(session: &Session, (bucket, key): (&str, &str)) -> Result<(), Failure> {
    if delete_versions(session, bucket, Some(key))? {
        session.call_or(("s3", "DeleteBucket"), &json!({"Bucket": bucket}), &["BucketNotEmpty"])?;
    }
    Ok(())
}

/// Deletes all versions of an object, or of all objects of a bucket; whether there is such a bucket.
fn delete_versions(session: &Session, bucket: &str, key: Option<&str>) -> Result<bool, Failure> {
    loop {
        let mut input = json!({"Bucket": bucket});
        if let Some(key) = key {
            input["Prefix"] = json!(key);
        }
        let Some(page) = session.call_or(("s3", "ListObjectVersions"), &input, &["NoSuchBucket"])? else {
            return Ok(false);
        };
        let rows = ["Versions", "DeleteMarkers"].iter().flat_map(|kind| page[*kind].as_array().into_iter().flatten());
        let rows = rows.filter(|row| key.is_none_or(|key| row["Key"] == key));
        let objects: Vec<Value> = rows.map(|row| json!({"Key": row["Key"], "VersionId": row["VersionId"]})).collect();
        if objects.is_empty() {
            return Ok(true);
        }
        let wish = json!({"Bucket": bucket, "Delete": {"Objects": objects, "Quiet": true}});
        let answer = session.call("s3", "DeleteObjects", &wish)?;
        if let Some(error) = answer["Errors"].get(0) {
            return Err(Failure(format!("{bucket} cannot be emptied: {error}")));
        }
    }
}
