//! Shared secrets: by Diffie-Hellman on elliptic curves, and by encapsulation.

use crate::api::*;
use crate::crypto::kem::Encapsulated;
use crate::crypto::{agreement, kem};
use crate::spec::{ENCAPSULATE_DECAPSULATE, KEY_AGREEMENT, Kind, Level, Spec};
use crate::using::{Use, end_dry_run};
use crate::{errors, material};
use service::{Error, Result, View};

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_DeriveSharedSecret.html>
pub fn derive_shared_secret(view: &View, input: DeriveSharedSecretRequest) -> Result<DeriveSharedSecretResponse> {
    let DeriveSharedSecretRequest { key_id, key_agreement_algorithm, public_key, grant_tokens, dry_run, recipient } =
        input;
    if recipient.is_some() {
        return Err(errors::refuse("Recipient", view));
    }
    let agreeing = Use { usage: KEY_AGREEMENT, operation: "DeriveSharedSecret", algorithm: &key_agreement_algorithm };
    let (key, spec) = agreeing.open(view, &key_id, grant_tokens.as_ref())?;
    end_dry_run(dry_run)?;
    let Kind::Ecc(curve) = spec.kind else { return Err(wrong_kind(spec)) };
    let secret = material::current(view, &key)?.secret;
    let shared = agreement::derive(curve, &secret, &public_key)?;
    let shared =
        shared.ok_or_else(|| errors::validation(format!("PublicKey is not a public key of KeySpec {}.", spec.name)))?;
    Ok(DeriveSharedSecretResponse {
        key_id: Some(key.arn()),
        shared_secret: Some(shared.into()),
        ciphertext_for_recipient: None,
        key_agreement_algorithm: Some(key_agreement_algorithm),
        key_origin: Some(key.row.origin),
    })
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_Encapsulate.html>
pub fn encapsulate(view: &View, input: EncapsulateRequest) -> Result<EncapsulateResponse> {
    let EncapsulateRequest { key_id, encapsulation_algorithm, grant_tokens, dry_run } = input;
    let encapsulating =
        Use { usage: ENCAPSULATE_DECAPSULATE, operation: "Encapsulate", algorithm: &encapsulation_algorithm };
    let (key, spec) = encapsulating.open(view, &key_id, grant_tokens.as_ref())?;
    end_dry_run(dry_run)?;
    let Encapsulated { secret, ciphertext } = kem::encapsulate(level(spec)?, &material::current(view, &key)?.public)?;
    Ok(EncapsulateResponse {
        key_id: Some(key.arn()),
        shared_secret: Some(secret.into()),
        shared_secret_ciphertext_blob: Some(ciphertext.into()),
        encapsulation_algorithm: Some(encapsulation_algorithm),
    })
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_Decapsulate.html>
pub fn decapsulate(view: &View, input: DecapsulateRequest) -> Result<DecapsulateResponse> {
    let DecapsulateRequest { key_id, shared_secret_ciphertext_blob, encapsulation_algorithm, grant_tokens, dry_run } =
        input;
    let decapsulating =
        Use { usage: ENCAPSULATE_DECAPSULATE, operation: "Decapsulate", algorithm: &encapsulation_algorithm };
    let (key, spec) = decapsulating.open(view, &key_id, grant_tokens.as_ref())?;
    let secret = material::current(view, &key)?.secret;
    let shared = kem::decapsulate(level(spec)?, &secret, &shared_secret_ciphertext_blob)?;
    let shared = shared.ok_or_else(errors::invalid_ciphertext)?;
    end_dry_run(dry_run)?;
    Ok(DecapsulateResponse {
        key_id: Some(key.arn()),
        shared_secret: Some(shared.into()),
        encapsulation_algorithm: Some(encapsulation_algorithm),
    })
}

fn level(spec: &Spec) -> Result<Level> {
    match spec.kind {
        Kind::MlKem(level) => Ok(level),
        _ => Err(wrong_kind(spec)),
    }
}

fn wrong_kind(spec: &Spec) -> Error {
    Error::internal(format!("a key of spec {} came to an operation that is not its own", spec.name))
}
