//! All that Secrets Manager calls: KMS, for the keys of values, as its caller.
//! <https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html>

use service::{As, Bytes, Cx, Error, IndexMap, Result, peer};

peer! {
    /// Describes a key; AWS's own is made by that.
    "kms".DescribeKey {
        key_id: String = "KeyId",
    } -> KeyDescribed {}

    /// Makes a data key.
    "kms".GenerateDataKey {
        key_id: String = "KeyId",
        key_spec: Option<String> = "KeySpec",
        encryption_context: Option<IndexMap<String, String>> = "EncryptionContext",
    } -> DataKeyMade {
        key_id: Option<String> = "KeyId",
        plaintext: Option<Bytes> = "Plaintext",
        ciphertext_blob: Option<Bytes> = "CiphertextBlob",
    }

    /// Decrypts a data key.
    "kms".Decrypt {
        ciphertext_blob: Bytes = "CiphertextBlob",
        key_id: Option<String> = "KeyId",
        encryption_context: Option<IndexMap<String, String>> = "EncryptionContext",
    } -> Decrypted {
        plaintext: Option<Bytes> = "Plaintext",
    }
}

/// The alias of AWS's own key.
pub const OWN_KEY: &str = "alias/aws/secretsmanager";

/// A new data key: the key that encrypts it, in clear, and encrypted.
pub fn new_key(cx: &mut Cx, key: Option<&str>, (arn, version): (&str, &str)) -> Result<(String, Bytes, Bytes)> {
    let key_id = key.unwrap_or(OWN_KEY).to_owned();
    if key.is_none() {
        cx.call(&As::caller(), &DescribeKey { key_id: key_id.clone() }).map_err(encryption)?;
    }
    let wish = GenerateDataKey {
        key_id,
        key_spec: Some("AES_256".to_owned()),
        encryption_context: Some(context(arn, version)),
    };
    let made = cx.call(&As::caller(), &wish).map_err(encryption)?;
    let missing = || Error::internal("KMS gave no data key");
    let key_id = made.key_id.ok_or_else(missing)?;
    Ok((key_id, made.plaintext.ok_or_else(missing)?, made.ciphertext_blob.ok_or_else(missing)?))
}

/// A data key in clear.
pub fn open_key(cx: &mut Cx, (key, data_key): (&str, &Bytes), (arn, version): (&str, &str)) -> Result<Bytes> {
    let wish = Decrypt {
        ciphertext_blob: data_key.clone(),
        key_id: Some(key.to_owned()),
        encryption_context: Some(context(arn, version)),
    };
    let opened = cx.call(&As::caller(), &wish).map_err(decryption)?;
    opened.plaintext.ok_or_else(|| Error::internal("KMS gave no plaintext"))
}

fn context(arn: &str, version: &str) -> IndexMap<String, String> {
    let pairs = [("SecretARN", arn), ("SecretVersionId", version)];
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// A denial is told as such; everything else is a failure of the encryption.
/// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html>
fn encryption(error: Error) -> Error {
    told(
        error,
        "EncryptionFailure",
        "Secrets Manager can't encrypt the protected secret text using the specified KMS key",
    )
}

fn decryption(error: Error) -> Error {
    told(error, "DecryptionFailure", "Secrets Manager can't decrypt the secret value using the specified KMS key")
}

fn told(error: Error, code: &'static str, text: &str) -> Error {
    match error.code() {
        "AccessDeniedException" => Error::new("AccessDeniedException", "Access to KMS is not allowed").status(400),
        _ if error.is_receiver_fault() => error,
        _ => Error::new(code, format!("{text}: {}", error.message())),
    }
}
