//! Encrypting, decrypting, and both at once.

use crate::api::*;
use crate::ciphertext::{self, Label};
use crate::context::{self, EncryptionContext};
use crate::crypto::rsa;
use crate::key::Key;
use crate::spec::{ENCRYPT_DECRYPT, Hash, Kind, SYMMETRIC_DEFAULT, Spec};
use crate::state::MaterialRow;
use crate::using::{Use, end_dry_run};
use crate::{access, errors, grants, material};
use service::{Result, View};

/// A dry run that asks for nothing but the right to it.
const IGNORE_CIPHERTEXT: &str = "IGNORE_CIPHERTEXT";

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html>
pub fn encrypt(view: &View, input: EncryptRequest) -> Result<EncryptResponse> {
    let EncryptRequest { key_id, plaintext, encryption_context, grant_tokens, encryption_algorithm, dry_run } = input;
    let algorithm = encryption_algorithm.unwrap_or_else(|| SYMMETRIC_DEFAULT.to_owned());
    let encrypting = Use { usage: ENCRYPT_DECRYPT, operation: "Encrypt", algorithm: &algorithm };
    let (key, spec) = encrypting.open(view, &key_id, grant_tokens.as_ref())?;
    let target = Target { key, spec, algorithm: &algorithm, context: encryption_context.as_ref() };
    target.check(&plaintext)?;
    end_dry_run(dry_run)?;
    let (ciphertext, _) = target.encrypt(view, &plaintext)?;
    Ok(EncryptResponse {
        ciphertext_blob: Some(ciphertext.into()),
        key_id: Some(target.key.arn()),
        encryption_algorithm: Some(algorithm),
    })
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html>
pub fn decrypt(view: &View, input: DecryptRequest) -> Result<DecryptResponse> {
    let DecryptRequest {
        ciphertext_blob,
        encryption_context,
        grant_tokens,
        key_id,
        encryption_algorithm,
        recipient,
        dry_run,
        dry_run_modifiers,
    } = input;
    if recipient.is_some() {
        return Err(errors::refuse("Recipient", view));
    }
    let algorithm = encryption_algorithm.unwrap_or_else(|| SYMMETRIC_DEFAULT.to_owned());
    let source = Source {
        ciphertext: ciphertext_blob.as_deref(),
        key_id: key_id.as_deref(),
        algorithm: &algorithm,
        context: encryption_context.as_ref(),
        operation: "Decrypt",
    };
    grants::check_tokens(grant_tokens.as_ref())?;
    let (key, spec) = source.open(view)?;
    if ignores_ciphertext(dry_run, dry_run_modifiers.as_ref()) {
        return Err(errors::dry_run());
    }
    let (plaintext, material) = source.decrypt(view, &key, spec)?;
    end_dry_run(dry_run)?;
    Ok(DecryptResponse {
        key_id: Some(key.arn()),
        plaintext: Some(plaintext.into()),
        encryption_algorithm: Some(algorithm),
        ciphertext_for_recipient: None,
        key_material_id: material,
    })
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html>
pub fn re_encrypt(view: &View, input: ReEncryptRequest) -> Result<ReEncryptResponse> {
    let ReEncryptRequest {
        ciphertext_blob,
        source_encryption_context,
        source_key_id,
        destination_key_id,
        destination_encryption_context,
        source_encryption_algorithm,
        destination_encryption_algorithm,
        grant_tokens,
        dry_run,
        dry_run_modifiers,
    } = input;
    let usual = || SYMMETRIC_DEFAULT.to_owned();
    let from = source_encryption_algorithm.unwrap_or_else(usual);
    let to = destination_encryption_algorithm.unwrap_or_else(usual);
    let source = Source {
        ciphertext: ciphertext_blob.as_deref(),
        key_id: source_key_id.as_deref(),
        algorithm: &from,
        context: source_encryption_context.as_ref(),
        operation: "ReEncrypt",
    };
    grants::check_tokens(grant_tokens.as_ref())?;
    let (source_key, source_spec) = source.open(view)?;
    let encrypting = Use { usage: ENCRYPT_DECRYPT, operation: "ReEncrypt", algorithm: &to };
    let (key, spec) = encrypting.open(view, &destination_key_id, None)?;
    if ignores_ciphertext(dry_run, dry_run_modifiers.as_ref()) {
        return Err(errors::dry_run());
    }
    let (plaintext, source_material) = source.decrypt(view, &source_key, source_spec)?;
    let target = Target { key, spec, algorithm: &to, context: destination_encryption_context.as_ref() };
    target.check(&plaintext)?;
    end_dry_run(dry_run)?;
    let (ciphertext, material) = target.encrypt(view, &plaintext)?;
    Ok(ReEncryptResponse {
        ciphertext_blob: Some(ciphertext.into()),
        source_key_id: Some(source_key.arn()),
        key_id: Some(target.key.arn()),
        source_key_material_id: source_material,
        destination_key_material_id: material,
        source_encryption_algorithm: Some(from),
        destination_encryption_algorithm: Some(to),
    })
}

fn ignores_ciphertext(dry_run: Option<bool>, modifiers: Option<&Vec<String>>) -> bool {
    dry_run == Some(true) && modifiers.is_some_and(|modifiers| modifiers.iter().any(|m| m == IGNORE_CIPHERTEXT))
}

/// What is encrypted with.
struct Target<'a> {
    key: Key,
    spec: &'static Spec,
    algorithm: &'a str,
    context: Option<&'a EncryptionContext>,
}

impl Target<'_> {
    fn check(&self, plaintext: &[u8]) -> Result<()> {
        let Kind::Rsa(bits) = self.spec.kind else { return context::check(self.context) };
        refuse_context(self.context)?;
        let most = rsa::most_bytes(bits, oaep_hash(self.algorithm));
        if plaintext.len() <= most {
            return Ok(());
        }
        let (algorithm, spec) = (self.algorithm, self.spec.name);
        let text = format!("Algorithm {algorithm} and key spec {spec} cannot encrypt data larger than {most} bytes.");
        Err(errors::validation(text))
    }

    /// The ciphertext, and for symmetric keys the id of the material.
    fn encrypt(&self, view: &View, plaintext: &[u8]) -> Result<(Vec<u8>, Option<String>)> {
        let material = material::current(view, &self.key)?;
        if self.spec.is_symmetric() {
            let ciphertext = seal(&self.key, &material, self.context, plaintext)?;
            return Ok((ciphertext, Some(material.id)));
        }
        Ok((rsa::encrypt(oaep_hash(self.algorithm), &material.public, plaintext)?, None))
    }
}

/// Encrypts under a symmetric key's material.
pub(crate) fn seal(
    key: &Key,
    material: &MaterialRow,
    context: Option<&EncryptionContext>,
    plaintext: &[u8],
) -> Result<Vec<u8>> {
    let label = Label { account: key.scope.account, key: key.row.id.clone(), material: material.id.clone() };
    ciphertext::seal(&label, &material.secret, context, plaintext)
}

/// What is decrypted.
struct Source<'a> {
    ciphertext: Option<&'a [u8]>,
    key_id: Option<&'a str>,
    algorithm: &'a str,
    context: Option<&'a EncryptionContext>,
    operation: &'static str,
}

impl Source<'_> {
    fn open(&self, view: &View) -> Result<(Key, &'static Spec)> {
        let key = access::source(view, self.key_id, self.ciphertext)?.key()?;
        let decrypting = Use { usage: ENCRYPT_DECRYPT, operation: self.operation, algorithm: self.algorithm };
        decrypting.check(key)
    }

    /// The plaintext, and for symmetric keys the id of the material.
    fn decrypt(&self, view: &View, key: &Key, spec: &'static Spec) -> Result<(Vec<u8>, Option<String>)> {
        let ciphertext = self.ciphertext.unwrap_or_default();
        if !spec.is_symmetric() {
            refuse_context(self.context)?;
            let secret = material::current(view, key)?.secret;
            let plaintext = rsa::decrypt(oaep_hash(self.algorithm), &secret, ciphertext)?;
            return Ok((plaintext.ok_or_else(errors::invalid_ciphertext)?, None));
        }
        let label = Label::read(ciphertext).ok_or_else(errors::invalid_ciphertext)?;
        if label.key != key.row.id || label.account != key.scope.account {
            return Err(errors::incorrect_key());
        }
        let material = material::of_ciphertext(view, key, &label.material)?;
        let plaintext = ciphertext::open(&material.secret, self.context, ciphertext)?;
        Ok((plaintext.ok_or_else(errors::invalid_ciphertext)?, Some(material.id)))
    }
}

/// "You cannot specify an encryption context when performing a cryptographic operation with an asymmetric KMS key."
/// <https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html>
fn refuse_context(context: Option<&EncryptionContext>) -> Result<()> {
    if context.is_none_or(EncryptionContext::is_empty) {
        return Ok(());
    }
    Err(errors::validation("An encryption context cannot be specified with an asymmetric KMS key."))
}

fn oaep_hash(algorithm: &str) -> Hash {
    Hash::of_algorithm(algorithm).unwrap_or(Hash::Sha256)
}
