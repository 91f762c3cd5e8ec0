//! All that Parameter Store calls: KMS, for secure strings, as its caller; EventBridge, which is told of changes; and Resource Access
//! Manager, which knows what is shared.
//! <https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html>

use crate::errors;
use serde_json::Value as Json;
use service::shape::shape;
use service::{Arn, As, Bytes, Cx, Error, IndexMap, Result, Scope, Value, View, peer};

peer! {
    /// Describes a key; AWS's own is made by that.
    "kms".DescribeKey {
        key_id: String = "KeyId",
    } -> KeyDescribed {}

    /// Encrypts a standard parameter.
    "kms".Encrypt {
        key_id: String = "KeyId",
        plaintext: Bytes = "Plaintext",
        encryption_context: Option<IndexMap<String, String>> = "EncryptionContext",
    } -> Encrypted {
        ciphertext_blob: Option<Bytes> = "CiphertextBlob",
    }

    /// Makes the data key of an advanced parameter.
    "kms".GenerateDataKey {
        key_id: String = "KeyId",
        key_spec: Option<String> = "KeySpec",
        encryption_context: Option<IndexMap<String, String>> = "EncryptionContext",
    } -> DataKeyMade {
        plaintext: Option<Bytes> = "Plaintext",
        ciphertext_blob: Option<Bytes> = "CiphertextBlob",
    }

    /// Decrypts.
    "kms".Decrypt {
        ciphertext_blob: Bytes = "CiphertextBlob",
        encryption_context: Option<IndexMap<String, String>> = "EncryptionContext",
    } -> Decrypted {
        plaintext: Option<Bytes> = "Plaintext",
    }

    /// Puts events onto a bus.
    "events".PutEvents {
        entries: Vec<Change> = "Entries",
    } -> EventsPut {}
}

shape! {
    /// An event about a parameter.
    pub struct Change {
        /// `aws.ssm`
        pub source: String = "Source",
        /// What happened.
        pub detail_type: String = "DetailType",
        /// The parameter, as JSON.
        pub detail: String = "Detail",
        /// The parameter's ARN.
        pub resources: Vec<String> = "Resources",
    }
}

/// The alias of AWS's own key.
pub const OWN_KEY: &str = "alias/aws/ssm";

/// Has AWS's own key made, if it is that.
fn ready(cx: &mut Cx, key: &str) -> Result<()> {
    if key != OWN_KEY {
        return Ok(());
    }
    cx.call(&As::caller(), &DescribeKey { key_id: key.to_owned() }).map(drop).map_err(told)
}

/// Encrypts with a key of KMS.
pub fn encrypt(cx: &mut Cx, (key, arn): (&str, &str), plaintext: Bytes) -> Result<Bytes> {
    ready(cx, key)?;
    let wish = Encrypt { key_id: key.to_owned(), plaintext, encryption_context: Some(context(arn)) };
    let encrypted = cx.call(&As::caller(), &wish).map_err(told)?;
    encrypted.ciphertext_blob.ok_or_else(|| Error::internal("KMS gave no ciphertext"))
}

/// A new data key, in clear and encrypted.
pub fn new_key(cx: &mut Cx, (key, arn): (&str, &str)) -> Result<(Bytes, Bytes)> {
    ready(cx, key)?;
    let key_spec = Some("AES_256".to_owned());
    let wish = GenerateDataKey { key_id: key.to_owned(), key_spec, encryption_context: Some(context(arn)) };
    let made = cx.call(&As::caller(), &wish).map_err(told)?;
    made.plaintext.zip(made.ciphertext_blob).ok_or_else(|| Error::internal("KMS gave no data key"))
}

/// Decrypts what one of the others encrypted.
pub fn decrypt(cx: &mut Cx, ciphertext: &Bytes, arn: &str) -> Result<Bytes> {
    let wish = Decrypt { ciphertext_blob: ciphertext.clone(), encryption_context: Some(context(arn)) };
    let decrypted = cx.call(&As::caller(), &wish).map_err(told)?;
    decrypted.plaintext.ok_or_else(|| Error::internal("KMS gave no plaintext"))
}

fn context(arn: &str) -> IndexMap<String, String> {
    [("PARAMETER_ARN".to_owned(), arn.to_owned())].into_iter().collect()
}

/// KMS's denial and its faults are passed on; a key that cannot be used is an invalid one.
fn told(error: Error) -> Error {
    match error.code() {
        "AccessDeniedException" => error,
        _ if error.is_receiver_fault() => error,
        _ => errors::invalid_key(error.message().to_owned()),
    }
}

/// Tells EventBridge, in this very transaction, of a change. Parameters change where nobody listens too.
/// <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html>
pub fn changed(cx: &mut Cx, parameter: &Arn, detail: &Json) {
    let change = Change {
        source: "aws.ssm".to_owned(),
        detail_type: "Parameter Store Change".to_owned(),
        detail: detail.to_string(),
        resources: vec![parameter.to_string()],
    };
    let _ = cx.call(&As::service(parameter), &PutEvents { entries: vec![change] });
}

/// What shares of its owner allow on a parameter, as a policy; `None` where it is not shared.
/// <https://docs.aws.amazon.com/ram/latest/APIReference/API_GetResourcePolicies.html>
pub fn shared_by(view: &View, owner: Scope, arn: &str) -> Result<Option<String>> {
    if !view.offers("ram", "GetResourcePolicies") {
        return Ok(None);
    }
    let input = Value::map([("resourceArns", Value::List(vec![arn.into()]))]);
    let found = view.peer_in(owner, "ram", "GetResourcePolicies", input)?;
    let first = found.get("policies").and_then(Value::as_list).and_then(|all| all.first());
    Ok(first.and_then(Value::as_str).map(str::to_owned))
}
