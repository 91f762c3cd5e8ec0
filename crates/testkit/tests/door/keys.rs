//! A peer that looks at the way by which it was called, makes something before it writes, and is permitted by grants.

use crate::world;
use serde_json::{Value as Json, json};
use testkit::{Answer, Keys, World};

const SOURCE: &str = "arn:aws:lab:us-east-1:000000000000:thing/source";

fn kms(world: &mut World, operation: &str, input: &Json) -> Answer {
    world.call(&Keys::bootstrap(), "kms", operation, input)
}

/// The lab calls KMS, for its caller or for itself.
fn by_lab(world: &mut World, operation: &str, input: &Json, who: &str) -> Answer {
    let errand = json!({"Name": "n", "Service": "kms", "Operation": operation, "Input": input.to_string(), "Who": who});
    world.call(&Keys::bootstrap(), "lab", "CallPeer", &errand)
}

fn key(world: &mut World, statements: &[Json]) -> String {
    let root = json!({"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Resource": "*",
        "Action": ["kms:DescribeKey", "kms:PutKeyPolicy", "kms:CreateGrant", "kms:RevokeGrant"]});
    let statements: Vec<Json> = [root].into_iter().chain(statements.iter().cloned()).collect();
    let policy = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
    let answer = kms(world, "CreateKey", &json!({"Policy": policy}));
    answer.output["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
}

#[test]
fn a_key_can_be_for_use_through_one_service() {
    let mut world = world();
    let key = key(
        &mut world,
        &[json!({"Effect": "Allow", "Principal": {"AWS": "*"}, "Resource": "*", "Action": "kms:GenerateDataKey*",
        "Condition": {"StringEquals": {
            "kms:ViaService": "lab.us-east-1.amazonaws.com", "kms:CallerAccount": "000000000000"
        }}})],
    );
    let input = json!({"KeyId": key, "KeySpec": "AES_256"});
    let operation = "GenerateDataKeyWithoutPlaintext";
    assert_eq!(kms(&mut world, operation, &input).code, "AccessDeniedException");
    assert_eq!(by_lab(&mut world, operation, &input, "service").code, "AccessDeniedException");
    let answer = by_lab(&mut world, operation, &input, "caller");
    assert!(answer.ok(), "{answer:?}");
}

#[test]
fn a_grant_to_a_service_holds_for_its_source_and_is_named_in_the_record() {
    let mut world = world();
    let key = key(&mut world, &[]);
    let input = json!({"KeyId": key, "KeySpec": "AES_256"});
    let operation = "GenerateDataKeyWithoutPlaintext";
    assert_eq!(by_lab(&mut world, operation, &input, "service").code, "AccessDeniedException");
    let mut grant = |source: &str| {
        let grant = json!({"KeyId": key, "GranteeServicePrincipal": "lab.amazonaws.com", "Operations": [operation],
            "Constraints": {"SourceArn": source}});
        let answer = kms(&mut world, "CreateGrant", &grant);
        let id = answer.output["GrantId"].as_str().unwrap().to_owned();
        (id, by_lab(&mut world, operation, &input, "service"))
    };
    let (_, other) = grant("arn:aws:lab:us-east-1:000000000000:thing/other");
    assert_eq!(other.code, "AccessDeniedException");
    let (id, answer) = grant(SOURCE);
    assert!(answer.ok(), "{answer:?}");
    let record = world.records(10).into_iter().find(|record| record.operation == operation).unwrap();
    assert_eq!((record.policy, record.reason), (id, format!("kms:{operation}: allowed by grant")));
}

#[test]
fn the_record_has_the_encryption_context_and_no_plaintext() {
    let mut world = world();
    let answer = kms(&mut world, "CreateKey", &json!({}));
    let key = answer.output["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    kms(&mut world, "Encrypt", &json!({"KeyId": key, "Plaintext": "aGVsbG8=", "EncryptionContext": {"tenant": "a"}}));
    let record = world.records(10).into_iter().find(|record| record.operation == "Encrypt").unwrap();
    assert_eq!(record.input, format!(r#"{{"keyId":"{key}","encryptionContext":{{"tenant":"a"}}}}"#));
}

#[test]
fn what_a_peer_makes_is_part_of_its_callers_transaction() {
    let mut world = world();
    let input = json!({"KeyId": "alias/aws/sqs"});
    let errand =
        json!({"Name": "n", "Service": "kms", "Operation": "DescribeKey", "Input": input.to_string(), "Then": "fail"});
    assert_eq!(world.call(&Keys::bootstrap(), "lab", "CallPeer", &errand).code, "LabFailure");
    assert_eq!(kms(&mut world, "ListKeys", &json!({})).output["Keys"], json!([]));
    assert!(by_lab(&mut world, "DescribeKey", &input, "caller").ok());
    assert_eq!(kms(&mut world, "ListKeys", &json!({})).output["Keys"].as_array().map(Vec::len), Some(1));
    // Once it is there, nothing is made any more.
    assert!(by_lab(&mut world, "DescribeKey", &input, "caller").ok());
    assert_eq!(kms(&mut world, "ListKeys", &json!({})).output["Keys"].as_array().map(Vec::len), Some(1));
}
