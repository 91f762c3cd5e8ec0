//! Data keys and data key pairs: made for the client, kept nowhere.

use super::encryption::seal;
use crate::api::*;
use crate::context::{self, EncryptionContext};
use crate::crypto;
use crate::key::Key;
use crate::spec::{self, ENCRYPT_DECRYPT, SYMMETRIC_DEFAULT, Spec};
use crate::state::MaterialRow;
use crate::using::{Use, end_dry_run};
use crate::{errors, material};
use service::{Result, View};

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html>
pub fn generate_data_key(view: &View, input: GenerateDataKeyRequest) -> Result<GenerateDataKeyResponse> {
    let GenerateDataKeyRequest {
        key_id,
        encryption_context,
        number_of_bytes,
        key_spec,
        grant_tokens,
        recipient,
        dry_run,
    } = input;
    if recipient.is_some() {
        return Err(errors::refuse("Recipient", view));
    }
    let length = length(key_spec.as_deref(), number_of_bytes)?;
    let under = Under::open(view, "GenerateDataKey", (&key_id, grant_tokens.as_ref()), encryption_context.as_ref())?;
    end_dry_run(dry_run)?;
    let plaintext = random(length);
    Ok(GenerateDataKeyResponse {
        ciphertext_blob: Some(under.seal(&plaintext)?.into()),
        plaintext: Some(plaintext.into()),
        key_id: Some(under.key.arn()),
        ciphertext_for_recipient: None,
        key_material_id: Some(under.material.id),
    })
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyWithoutPlaintext.html>
pub fn generate_data_key_without_plaintext(
    view: &View,
    input: GenerateDataKeyWithoutPlaintextRequest,
) -> Result<GenerateDataKeyWithoutPlaintextResponse> {
    let GenerateDataKeyWithoutPlaintextRequest {
        key_id,
        encryption_context,
        key_spec,
        number_of_bytes,
        grant_tokens,
        dry_run,
    } = input;
    let length = length(key_spec.as_deref(), number_of_bytes)?;
    let operation = "GenerateDataKeyWithoutPlaintext";
    let under = Under::open(view, operation, (&key_id, grant_tokens.as_ref()), encryption_context.as_ref())?;
    end_dry_run(dry_run)?;
    Ok(GenerateDataKeyWithoutPlaintextResponse {
        ciphertext_blob: Some(under.seal(&random(length))?.into()),
        key_id: Some(under.key.arn()),
        key_material_id: Some(under.material.id),
    })
}

/// The pair is made here, on a snapshot and beside all others, however long it takes.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPair.html>
pub fn generate_data_key_pair(view: &View, input: GenerateDataKeyPairRequest) -> Result<GenerateDataKeyPairResponse> {
    let GenerateDataKeyPairRequest { encryption_context, key_id, key_pair_spec, grant_tokens, recipient, dry_run } =
        input;
    if recipient.is_some() {
        return Err(errors::refuse("Recipient", view));
    }
    let spec = pair_spec(view, &key_pair_spec)?;
    let under =
        Under::open(view, "GenerateDataKeyPair", (&key_id, grant_tokens.as_ref()), encryption_context.as_ref())?;
    end_dry_run(dry_run)?;
    let pair = Pair::generate(spec, &under)?;
    Ok(GenerateDataKeyPairResponse {
        private_key_ciphertext_blob: Some(pair.sealed.into()),
        private_key_plaintext: Some(pair.private.into()),
        public_key: Some(pair.public.into()),
        key_id: Some(under.key.arn()),
        key_pair_spec: Some(key_pair_spec),
        ciphertext_for_recipient: None,
        key_material_id: Some(under.material.id),
    })
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyPairWithoutPlaintext.html>
pub fn generate_data_key_pair_without_plaintext(
    view: &View,
    input: GenerateDataKeyPairWithoutPlaintextRequest,
) -> Result<GenerateDataKeyPairWithoutPlaintextResponse> {
    let GenerateDataKeyPairWithoutPlaintextRequest { encryption_context, key_id, key_pair_spec, grant_tokens, dry_run } =
        input;
    let spec = pair_spec(view, &key_pair_spec)?;
    let operation = "GenerateDataKeyPairWithoutPlaintext";
    let under = Under::open(view, operation, (&key_id, grant_tokens.as_ref()), encryption_context.as_ref())?;
    end_dry_run(dry_run)?;
    let pair = Pair::generate(spec, &under)?;
    Ok(GenerateDataKeyPairWithoutPlaintextResponse {
        private_key_ciphertext_blob: Some(pair.sealed.into()),
        public_key: Some(pair.public.into()),
        key_id: Some(under.key.arn()),
        key_pair_spec: Some(key_pair_spec),
        key_material_id: Some(under.material.id),
    })
}

/// A symmetric key under which a data key is encrypted.
struct Under<'a> {
    key: Key,
    material: MaterialRow,
    context: Option<&'a EncryptionContext>,
}

impl<'a> Under<'a> {
    fn open(
        view: &View,
        operation: &'static str,
        (key_id, tokens): (&str, Option<&Vec<String>>),
        context: Option<&'a EncryptionContext>,
    ) -> Result<Under<'a>> {
        context::check(context)?;
        let wrapping = Use { usage: ENCRYPT_DECRYPT, operation, algorithm: SYMMETRIC_DEFAULT };
        let (key, _) = wrapping.open(view, key_id, tokens)?;
        let material = material::current(view, &key)?;
        Ok(Under { key, material, context })
    }

    fn seal(&self, plaintext: &[u8]) -> Result<Vec<u8>> {
        seal(&self.key, &self.material, self.context, plaintext)
    }
}

/// A data key pair.
struct Pair {
    private: Vec<u8>,
    public: Vec<u8>,
    sealed: Vec<u8>,
}

impl Pair {
    fn generate(spec: &'static Spec, under: &Under<'_>) -> Result<Pair> {
        let made = crypto::generate(spec.kind)?;
        let private = crypto::pkcs8(spec.kind, &made);
        Ok(Pair { sealed: under.seal(&private)?, private, public: made.public })
    }
}

fn pair_spec(view: &View, name: &str) -> Result<&'static Spec> {
    spec::find(name).ok_or_else(|| errors::not_built(&format!("KeyPairSpec {name}"), view))
}

fn length(key_spec: Option<&str>, number_of_bytes: Option<i64>) -> Result<usize> {
    match (key_spec, number_of_bytes) {
        (Some("AES_128"), None) => Ok(16),
        (Some(_), None) => Ok(32),
        (None, Some(bytes)) => Ok(usize::try_from(bytes).unwrap_or_default()),
        _ => Err(errors::validation("Please specify either number of bytes or key spec.")),
    }
}

fn random(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    service::secret(&mut bytes);
    bytes
}
