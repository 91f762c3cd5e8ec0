//! Message authentication codes.

use crate::api::*;
use crate::crypto::mac;
use crate::spec::{GENERATE_VERIFY_MAC, Hash};
use crate::using::{Use, end_dry_run};
use crate::{errors, material};
use service::{Result, View};

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateMac.html>
pub fn generate_mac(view: &View, input: GenerateMacRequest) -> Result<GenerateMacResponse> {
    let GenerateMacRequest { message, key_id, mac_algorithm, grant_tokens, dry_run } = input;
    let generating = Use { usage: GENERATE_VERIFY_MAC, operation: "GenerateMac", algorithm: &mac_algorithm };
    let (key, _) = generating.open(view, &key_id, grant_tokens.as_ref())?;
    end_dry_run(dry_run)?;
    let secret = material::current(view, &key)?.secret;
    Ok(GenerateMacResponse {
        mac: Some(mac::generate(hash(&mac_algorithm), &secret, &message).into()),
        mac_algorithm: Some(mac_algorithm),
        key_id: Some(key.arn()),
    })
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_VerifyMac.html>
pub fn verify_mac(view: &View, input: VerifyMacRequest) -> Result<VerifyMacResponse> {
    let VerifyMacRequest { message, key_id, mac_algorithm, mac, grant_tokens, dry_run } = input;
    let verifying = Use { usage: GENERATE_VERIFY_MAC, operation: "VerifyMac", algorithm: &mac_algorithm };
    let (key, _) = verifying.open(view, &key_id, grant_tokens.as_ref())?;
    end_dry_run(dry_run)?;
    let secret = material::current(view, &key)?.secret;
    if !mac::verify(hash(&mac_algorithm), &secret, &message, &mac) {
        return Err(errors::invalid_mac());
    }
    Ok(VerifyMacResponse { key_id: Some(key.arn()), mac_valid: Some(true), mac_algorithm: Some(mac_algorithm) })
}

fn hash(algorithm: &str) -> Hash {
    Hash::of_algorithm(algorithm).unwrap_or(Hash::Sha256)
}
