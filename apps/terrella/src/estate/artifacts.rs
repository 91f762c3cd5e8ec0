//! What stacks take from buckets and secrets, made before them.

use crate::client::Failure;
use crate::estate::Estate;
use crate::estate::manifest::Artifact;
use crate::estate::session::Session;
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use zip::write::SimpleFileOptions;

/// The bucket of an artifact.
pub fn bucket_of(artifact: &Artifact, account: &str, region: &str) -> String {
    artifact.bucket.replace("{account}", account).replace("{region}", region)
}

/// Makes a bucket, if it is not there.
pub fn make_bucket(session: &Session, bucket: &str, region: &str) -> Result<(), Failure> {
    let mut input = json!({"Bucket": bucket});
    if region != "us-east-1" {
        input["CreateBucketConfiguration"] = json!({"LocationConstraint": region});
    }
    session.call_or(("s3", "CreateBucket"), &input, &["BucketAlreadyOwnedByYou"]).map(drop)
}

/// Builds, packs and puts an artifact.
pub fn put(estate: &Estate, session: &Session, artifact: &Artifact, account: &str) -> Result<(), Failure> {
    let region = &estate.manifest.region;
    build(estate, artifact)?;
    let archive = packed(artifact)?;
    let bucket = bucket_of(artifact, account, region);
    make_bucket(session, &bucket, region)?;
    put_object(session, (&bucket, &artifact.key), &archive)
}

/// Puts bytes into a bucket.
pub fn put_object(session: &Session, (bucket, key): (&str, &str), bytes: &[u8]) -> Result<(), Failure> {
    let call = service::Call {
        service: "s3".to_owned(),
        operation: "PutObject".to_owned(),
        input: shape::Value::map([
            ("Bucket", bucket.into()),
            ("Key", key.into()),
            ("Body", shape::Value::Blob(shape::Bytes::copy_from_slice(bytes))),
        ]),
    };
    match session.by_hand(&call)? {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure(format!("{key} cannot be put into {bucket}: {} {}", error.code(), error.message()))),
    }
}

/// Makes a secret with a password of its own, if it is not there.
pub fn make_secret(session: &Session, name: &str) -> Result<(), Failure> {
    let wanted = json!({"PasswordLength": 32, "ExcludeCharacters": "\"@/\\ "});
    let password = session.call("secretsmanager", "GetRandomPassword", &wanted)?;
    let text = json!({"username": "postgres", "password": password["RandomPassword"]}).to_string();
    let input = json!({"Name": name, "SecretString": text});
    session.call_or(("secretsmanager", "CreateSecret"), &input, &["ResourceExistsException"]).map(drop)
}

/// Builds the programs of an artifact, where the estate stands in a workspace that has their source.
fn build(estate: &Estate, artifact: &Artifact) -> Result<(), Failure> {
    let folder = std::fs::canonicalize(&estate.folder).unwrap_or_else(|_| estate.folder.clone());
    let workspace = folder.ancestors().skip(1).find(|above| above.join("Cargo.toml").is_file());
    let (Some([program, arguments @ ..]), Some(workspace)) =
        (Some(artifact.build.as_slice()).filter(|build| !build.is_empty()), workspace)
    else {
        return Ok(());
    };
    // What it says goes where this program's own words go: a first build takes minutes.
    let built = Command::new(program).args(arguments).current_dir(workspace).stdout(Stdio::null()).status();
    let built = match built {
        // Without a compiler the programs must be there already, which is seen when they are packed.
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        built => built.map_err(|e| Failure(format!("`{}` cannot be run: {e}", artifact.build.join(" "))))?,
    };
    match built.success() {
        true => Ok(()),
        false => Err(Failure(format!("`{}` failed in {}", artifact.build.join(" "), workspace.display()))),
    }
}

/// Where a program may be: beside this one, or where the release build of this one's workspace puts it.
fn program(name: &str) -> Result<PathBuf, Failure> {
    let own = std::env::current_exe().unwrap_or_default();
    let beside = own.parent().unwrap_or(Path::new("."));
    let places = [beside.join("../release").join(name), beside.join(name)];
    let found = places.iter().find(|place| place.is_file());
    found.cloned().ok_or_else(|| {
        Failure(format!(
            "the program '{name}' is not beside {}: put it there, or run this from the folder of its source",
            own.display()
        ))
    })
}

/// The archive, the same bytes for the same programs.
fn packed(artifact: &Artifact) -> Result<Vec<u8>, Failure> {
    let failed = |e: &dyn std::fmt::Display| Failure(format!("the archive {} cannot be made: {e}", artifact.key));
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().unix_permissions(0o755).last_modified_time(zip::DateTime::default());
    for (name, file) in &artifact.zip {
        let path = program(file)?;
        let bytes = std::fs::read(&path).map_err(|e| Failure(format!("{}: {e}", path.display())))?;
        archive.start_file(name, options).map_err(|e| failed(&e))?;
        archive.write_all(&bytes).map_err(|e| failed(&e))?;
    }
    archive.finish().map(std::io::Cursor::into_inner).map_err(|e| failed(&e))
}
