//! The cryptographic operations.

use super::{Across, by_any_name, on, with_context};
use crate::api::*;
use crate::ciphertext::Label;
use crate::names::{Asked, Forms};
use crate::spec::SYMMETRIC_DEFAULT;
use crate::{errors, names};
use service::{Access, Check, Result, Scope, View};

pub fn encrypt(view: &View, input: &EncryptRequest) -> Result<Access> {
    let check = by_any_name(view, "kms:Encrypt", &input.key_id)?;
    let check = with_context(check, input.encryption_context.as_ref());
    Ok(Access::to(with_algorithm(check, input.encryption_algorithm.as_deref())))
}

pub fn decrypt(view: &View, input: &DecryptRequest) -> Result<Access> {
    let asked = source(view, input.key_id.as_deref(), input.ciphertext_blob.as_deref())?;
    let check = with_context(on(view, "kms:Decrypt", &asked, Across::Yes)?, input.encryption_context.as_ref());
    Ok(Access::to(with_algorithm(check, input.encryption_algorithm.as_deref())))
}

/// Two actions, each on its key and with its own encryption context.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_ReEncrypt.html>
pub fn re_encrypt(view: &View, input: &ReEncryptRequest) -> Result<Access> {
    let from = source(view, input.source_key_id.as_deref(), input.ciphertext_blob.as_deref())?;
    let to = names::ask(view, &input.destination_key_id, Forms::Any)?;
    let same = from.key.is_some() && from.key == to.key;
    let on_same_key = |check: Check| check.key("kms:ReEncryptOnSameKey", same.to_string());
    let source =
        with_context(on(view, "kms:ReEncryptFrom", &from, Across::Yes)?, input.source_encryption_context.as_ref());
    let destination =
        with_context(on(view, "kms:ReEncryptTo", &to, Across::Yes)?, input.destination_encryption_context.as_ref());
    Ok(Access::Checks(vec![
        on_same_key(with_algorithm(source, input.source_encryption_algorithm.as_deref())),
        on_same_key(with_algorithm(destination, input.destination_encryption_algorithm.as_deref())),
    ]))
}

/// The key that opens a ciphertext: the one that is named, or the one that the ciphertext tells.
pub(crate) fn source(view: &View, key_id: Option<&str>, ciphertext: Option<&[u8]>) -> Result<Asked> {
    if let Some(key_id) = key_id {
        return names::ask(view, key_id, Forms::Any);
    }
    let label = Label::read(ciphertext.unwrap_or_default()).ok_or_else(errors::invalid_ciphertext)?;
    let scope = Scope::new(label.account, view.region());
    match names::find(view, scope, &label.key)? {
        Some(key) => Ok(Asked { arn: key.arn(), key: Some(key), alias: None, scope }),
        None => Err(errors::unknown_ciphertext_key()),
    }
}

pub fn generate_data_key(view: &View, input: &GenerateDataKeyRequest) -> Result<Access> {
    data_key(view, "kms:GenerateDataKey", &input.key_id, input.encryption_context.as_ref())
}

pub fn generate_data_key_without_plaintext(
    view: &View,
    input: &GenerateDataKeyWithoutPlaintextRequest,
) -> Result<Access> {
    data_key(view, "kms:GenerateDataKeyWithoutPlaintext", &input.key_id, input.encryption_context.as_ref())
}

pub fn generate_data_key_pair(view: &View, input: &GenerateDataKeyPairRequest) -> Result<Access> {
    let check = by_any_name(view, "kms:GenerateDataKeyPair", &input.key_id)?;
    let check = with_context(check, input.encryption_context.as_ref());
    Ok(Access::to(with_algorithm(check.key("kms:DataKeyPairSpec", input.key_pair_spec.as_str()), None)))
}

pub fn generate_data_key_pair_without_plaintext(
    view: &View,
    input: &GenerateDataKeyPairWithoutPlaintextRequest,
) -> Result<Access> {
    let check = by_any_name(view, "kms:GenerateDataKeyPairWithoutPlaintext", &input.key_id)?;
    let check = with_context(check, input.encryption_context.as_ref());
    Ok(Access::to(with_algorithm(check.key("kms:DataKeyPairSpec", input.key_pair_spec.as_str()), None)))
}

fn data_key(
    view: &View,
    action: &'static str,
    key_id: &str,
    context: Option<&crate::context::EncryptionContext>,
) -> Result<Access> {
    let check = with_context(by_any_name(view, action, key_id)?, context);
    Ok(Access::to(with_algorithm(check, None)))
}

fn with_algorithm(check: Check, algorithm: Option<&str>) -> Check {
    check.key("kms:EncryptionAlgorithm", algorithm.unwrap_or(SYMMETRIC_DEFAULT))
}

pub fn generate_random(_view: &View, _input: &GenerateRandomRequest) -> Result<Access> {
    Ok(Access::to(Check::new("kms:GenerateRandom", "*")))
}

pub fn sign(view: &View, input: &SignRequest) -> Result<Access> {
    let check = by_any_name(view, "kms:Sign", &input.key_id)?;
    Ok(Access::to(signature(check, &input.signing_algorithm, input.message_type.as_deref())))
}

pub fn verify(view: &View, input: &VerifyRequest) -> Result<Access> {
    let check = by_any_name(view, "kms:Verify", &input.key_id)?;
    Ok(Access::to(signature(check, &input.signing_algorithm, input.message_type.as_deref())))
}

fn signature(check: Check, algorithm: &str, message_type: Option<&str>) -> Check {
    check.key("kms:SigningAlgorithm", algorithm).key("kms:MessageType", message_type.unwrap_or("RAW"))
}

pub fn generate_mac(view: &View, input: &GenerateMacRequest) -> Result<Access> {
    let check = by_any_name(view, "kms:GenerateMac", &input.key_id)?;
    Ok(Access::to(check.key("kms:MacAlgorithm", input.mac_algorithm.as_str())))
}

pub fn verify_mac(view: &View, input: &VerifyMacRequest) -> Result<Access> {
    let check = by_any_name(view, "kms:VerifyMac", &input.key_id)?;
    Ok(Access::to(check.key("kms:MacAlgorithm", input.mac_algorithm.as_str())))
}

pub fn derive_shared_secret(view: &View, input: &DeriveSharedSecretRequest) -> Result<Access> {
    let check = by_any_name(view, "kms:DeriveSharedSecret", &input.key_id)?;
    Ok(Access::to(check.key("kms:KeyAgreementAlgorithm", input.key_agreement_algorithm.as_str())))
}

pub fn encapsulate(view: &View, input: &EncapsulateRequest) -> Result<Access> {
    let check = by_any_name(view, "kms:Encapsulate", &input.key_id)?;
    Ok(Access::to(check.key("kms:EncapsulationAlgorithm", input.encapsulation_algorithm.as_str())))
}

pub fn decapsulate(view: &View, input: &DecapsulateRequest) -> Result<Access> {
    let check = by_any_name(view, "kms:Decapsulate", &input.key_id)?;
    Ok(Access::to(check.key("kms:EncapsulationAlgorithm", input.encapsulation_algorithm.as_str())))
}

pub fn get_public_key(view: &View, input: &GetPublicKeyRequest) -> Result<Access> {
    by_any_name(view, "kms:GetPublicKey", &input.key_id).map(Access::to)
}
