//! `terrella down`: what an estate deployed is deleted, and the cloud that was started for it is stopped.

use crate::client::Failure;
use crate::estate::session::Session;
use crate::estate::stacks::Deployer;
use crate::estate::up::templates_bucket;
use crate::estate::{Estate, artifacts, background};
use crate::flags::Down;
use crate::verbs::print;
use serde_json::{Value, json};

/// Empties the stacks' buckets, deletes the stacks, the last first, then what was put before them.
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
            empty(&session, &bucket)?;
        }
        if deployer.delete(&stack.name)? {
            deleted.push(stack.name.clone());
        }
    }
    let mut buckets: Vec<String> =
        manifest.artifacts.iter().map(|a| artifacts::bucket_of(a, &account, &manifest.region)).collect();
    buckets.push(bucket);
    buckets.sort();
    buckets.dedup();
    for bucket in &buckets {
        if empty(&session, bucket)? {
            session.call("s3", "DeleteBucket", &json!({"Bucket": bucket}))?;
        }
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

/// Deletes all versions of all objects of a bucket; whether there is such a bucket.
fn empty(session: &Session, bucket: &str) -> Result<bool, Failure> {
    loop {
        let input = json!({"Bucket": bucket});
        let Some(page) = session.call_or(("s3", "ListObjectVersions"), &input, &["NoSuchBucket"])? else {
            return Ok(false);
        };
        let rows = ["Versions", "DeleteMarkers"].iter().flat_map(|kind| page[*kind].as_array().into_iter().flatten());
        let objects: Vec<Value> = rows.map(|row| json!({"Key": row["Key"], "VersionId": row["VersionId"]})).collect();
        if objects.is_empty() {
            return Ok(true);
        }
        let answer = session.call(
            "s3",
            "DeleteObjects",
            &json!({"Bucket": bucket, "Delete": {"Objects": objects, "Quiet": true}}),
        )?;
        if let Some(error) = answer["Errors"].get(0) {
            return Err(Failure(format!("{bucket} cannot be emptied: {error}")));
        }
    }
}
