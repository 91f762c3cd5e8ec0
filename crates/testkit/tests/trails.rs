//! Trails as their readers see them: log files that open, and digest files whose signatures hold.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;
use pipeline::Settings;
use serde_json::{Value as Json, json};
use std::io::Read;
use std::time::Duration;
use testkit::{Keys, World};

struct Reader {
    world: World,
    keys: Keys,
}

impl Reader {
    fn new(validated: bool) -> Reader {
        let mut reader = Reader { world: World::new(Settings::default()), keys: Keys::bootstrap() };
        let may = json!({
            "Effect": "Allow", "Principal": { "Service": "cloudtrail.amazonaws.com" },
            "Action": ["s3:GetBucketAcl", "s3:PutObject"], "Resource": ["arn:aws:s3:::trails", "arn:aws:s3:::trails/*"],
        });
        let policy = json!({ "Version": "2012-10-17", "Statement": [may] }).to_string();
        reader.ask("s3", "CreateBucket", json!({ "Bucket": "trails" }));
        reader.ask("s3", "PutBucketPolicy", json!({ "Bucket": "trails", "Policy": policy }));
        let trail = json!({
            "Name": "audit", "S3BucketName": "trails", "EnableLogFileValidation": validated, "IsMultiRegionTrail": true,
        });
        reader.ask("cloudtrail", "CreateTrail", trail);
        reader.ask("cloudtrail", "StartLogging", json!({ "Name": "audit" }));
        reader
    }

    fn ask(&mut self, service: &str, operation: &str, input: Json) -> Json {
        let answer = self.world.call(&self.keys, service, operation, &input);
        assert!(answer.ok(), "{service} {operation}: {answer:?}");
        answer.output
    }

    fn keys_under(&mut self, prefix: &str) -> Vec<String> {
        let prefix = format!("AWSLogs/000000000000/{prefix}");
        let listed = self.ask("s3", "ListObjectsV2", json!({ "Bucket": "trails", "Prefix": prefix }));
        let keys = listed["Contents"].as_array().into_iter().flatten().map(|one| one["Key"].as_str().unwrap());
        keys.filter(|key| key.ends_with(".gz")).map(str::to_owned).collect()
    }

    fn open(&mut self, key: &str) -> String {
        let object = self.ask("s3", "GetObject", json!({ "Bucket": "trails", "Key": key }));
        let body = STANDARD.decode(object["Body"].as_str().unwrap()).unwrap();
        let mut text = String::new();
        GzDecoder::new(body.as_slice()).read_to_string(&mut text).unwrap();
        text
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(digit).collect()
}

fn sha256(text: &str) -> String {
    hex(digest(&SHA256, text.as_bytes()).as_ref())
}

#[test]
fn a_log_file_holds_what_happened_in_its_region() {
    let mut reader = Reader::new(false);
    reader.keys = Keys::bootstrap().in_region("eu-west-1");
    reader.ask("sqs", "CreateQueue", json!({ "QueueName": "orders" }));
    reader.ask("iam", "CreateUser", json!({ "UserName": "ann" }));
    reader.keys = Keys::bootstrap();
    reader.world.advance(Duration::from_secs(300)).unwrap();
    let names = |reader: &mut Reader, region: &str| -> Vec<String> {
        let keys = reader.keys_under(&format!("CloudTrail/{region}/2026/01/01/000000000000_CloudTrail_{region}_"));
        let file: Json = serde_json::from_str(&reader.open(keys.first().unwrap())).unwrap();
        let records = file["Records"].as_array().unwrap();
        assert!(records.iter().all(|record| record["awsRegion"] == region && record["eventVersion"] == "1.11"));
        records.iter().map(|record| record["eventName"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&mut reader, "eu-west-1"), ["CreateQueue"]);
    assert_eq!(names(&mut reader, "us-east-1"), ["StartLogging", "CreateUser"]);
}

#[test]
fn a_chain_of_digest_files_verifies() {
    let mut reader = Reader::new(true);
    reader.ask("sqs", "CreateQueue", json!({ "QueueName": "orders" }));
    reader.world.advance(Duration::from_secs(3_600)).unwrap();
    reader.ask("sqs", "CreateQueue", json!({ "QueueName": "bills" }));
    reader.world.advance(Duration::from_secs(3_600)).unwrap();
    let keys = reader.keys_under("CloudTrail-Digest/us-east-1/");
    assert_eq!(keys.len(), 2, "{keys:?}");
    let public = reader.ask("cloudtrail", "ListPublicKeys", json!({}));
    let public = &public["PublicKeyList"][0];
    let der = STANDARD.decode(public["Value"].as_str().unwrap()).unwrap();
    let (mut before, mut named) = (Json::Null, 0);
    for key in &keys {
        let head = reader.ask("s3", "HeadObject", json!({ "Bucket": "trails", "Key": key }));
        let signature = head["Metadata"]["signature"].as_str().unwrap().to_owned();
        let text = reader.open(key);
        let content: Json = serde_json::from_str(&text).unwrap();
        assert_eq!(content["digestPublicKeyFingerprint"], public["Fingerprint"]);
        assert_eq!(content["previousDigestSignature"], before);
        let (end, hash) = (content["digestEndTime"].as_str().unwrap(), sha256(&text));
        let signed = format!("{end}\ntrails/{key}\n{hash}\n{}", before.as_str().unwrap_or("null"));
        let verifier = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &der);
        assert!(verifier.verify(signed.as_bytes(), &unhex(&signature)).is_ok(), "{key}");
        assert!(verifier.verify(format!("{signed} ").as_bytes(), &unhex(&signature)).is_err());
        for file in content["logFiles"].as_array().unwrap() {
            let log = reader.open(file["s3Object"].as_str().unwrap());
            assert_eq!(file["hashValue"], sha256(&log));
            named += 1;
        }
        before = signature.into();
    }
    assert_eq!(named, reader.keys_under("CloudTrail/").len());
    assert!(named >= 2);
}

#[test]
fn nothing_falls_due_where_nobody_calls() {
    let mut reader = Reader::new(false);
    reader.world.advance(Duration::from_secs(3_600)).unwrap();
    assert_eq!(reader.keys_under("CloudTrail/us-east-1/").len(), 1);
    // That was a call itself; what it leads to is delivered, and then all is quiet.
    reader.world.advance(Duration::from_secs(3_600)).unwrap();
    assert_eq!(reader.world.cloud().next_due().unwrap(), None);
    reader.ask("sqs", "CreateQueue", json!({ "QueueName": "orders" }));
    reader.world.advance(Duration::from_secs(1)).unwrap();
    assert!(reader.world.cloud().next_due().unwrap().is_some());
    reader.world.advance(Duration::from_secs(300)).unwrap();
    assert_eq!(reader.world.cloud().next_due().unwrap(), None);
    assert_eq!(reader.keys_under("CloudTrail/us-east-1/").len(), 2);
}
