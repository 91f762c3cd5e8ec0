//! Signatures, and public keys.

use crate::api::*;
use crate::crypto::signing::{self, Message};
use crate::key::is_older;
use crate::names::{self, Forms};
use crate::spec::{ENCAPSULATE_DECAPSULATE, ENCRYPT_DECRYPT, Hash, KEY_AGREEMENT, Kind, SIGN_VERIFY, Spec};
use crate::using::{Use, end_dry_run};
use crate::{errors, grants, material};
use service::{Result, View};

const RAW: &str = "RAW";
const DIGEST: &str = "DIGEST";
const EXTERNAL_MU: &str = "EXTERNAL_MU";

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_Sign.html>
pub fn sign(view: &View, input: SignRequest) -> Result<SignResponse> {
    let SignRequest { key_id, message, message_type, grant_tokens, signing_algorithm, dry_run } = input;
    let signing = Use { usage: SIGN_VERIFY, operation: "Sign", algorithm: &signing_algorithm };
    let (key, spec) = signing.open(view, &key_id, grant_tokens.as_ref())?;
    let message = read(view, spec, &signing_algorithm, (message_type.as_deref(), &message))?;
    end_dry_run(dry_run)?;
    let secret = material::current(view, &key)?.secret;
    let signature = signing::sign(spec.kind, &secret, &signing_algorithm, message)?;
    Ok(SignResponse {
        key_id: Some(key.arn()),
        signature: Some(signature.into()),
        signing_algorithm: Some(signing_algorithm),
    })
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_Verify.html>
pub fn verify(view: &View, input: VerifyRequest) -> Result<VerifyResponse> {
    let VerifyRequest { key_id, message, message_type, signature, signing_algorithm, grant_tokens, dry_run } = input;
    let verifying = Use { usage: SIGN_VERIFY, operation: "Verify", algorithm: &signing_algorithm };
    let (key, spec) = verifying.open(view, &key_id, grant_tokens.as_ref())?;
    let message = read(view, spec, &signing_algorithm, (message_type.as_deref(), &message))?;
    end_dry_run(dry_run)?;
    let public = material::current(view, &key)?.public;
    if !signing::verify(spec.kind, &public, &signing_algorithm, message, &signature)? {
        return Err(errors::invalid_signature());
    }
    Ok(VerifyResponse {
        key_id: Some(key.arn()),
        signature_valid: Some(true),
        signing_algorithm: Some(signing_algorithm),
    })
}

/// The message as the algorithm takes it.
fn read<'m>(
    view: &View,
    spec: &Spec,
    algorithm: &str,
    (kind, message): (Option<&str>, &'m [u8]),
) -> Result<Message<'m>> {
    let kind = kind.unwrap_or(RAW);
    // AWS-LC signs neither by Ed25519ph nor from a message representative.
    let missing = algorithm == "ED25519_PH_SHA_512" || (kind == EXTERNAL_MU && matches!(spec.kind, Kind::MlDsa(_)));
    if missing {
        return Err(errors::not_built(&format!("SigningAlgorithm {algorithm} and MessageType {kind}"), view));
    }
    match (kind, spec.kind) {
        (RAW, _) => Ok(Message::Raw(message)),
        (DIGEST, Kind::Rsa(_) | Kind::Ecc(_)) => {
            let length = Hash::of_algorithm(algorithm).map(Hash::bytes);
            if length != Some(message.len()) {
                return Err(errors::validation(format!("Digest is invalid length for algorithm {algorithm}.")));
            }
            Ok(Message::Digest(message))
        }
        _ => Err(errors::validation(format!("MessageType {kind} is incompatible with SigningAlgorithm {algorithm}."))),
    }
}

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GetPublicKey.html>
pub fn get_public_key(view: &View, input: GetPublicKeyRequest) -> Result<GetPublicKeyResponse> {
    let GetPublicKeyRequest { key_id, grant_tokens } = input;
    grants::check_tokens(grant_tokens.as_ref())?;
    let key = names::key(view, &key_id, Forms::Any)?;
    let spec = key.spec()?;
    if !spec.is_asymmetric() {
        let text = format!("{} key spec is {} which is not valid for GetPublicKey.", key.arn(), spec.name);
        return Err(errors::unsupported(text));
    }
    key.check_enabled()?;
    let usage = key.row.usage.clone();
    let algorithms: Vec<String> = spec.algorithms(&usage).iter().map(|name| (*name).to_owned()).collect();
    let of = |wanted: &str| (usage == wanted).then(|| algorithms.clone());
    Ok(GetPublicKeyResponse {
        key_id: Some(key.arn()),
        public_key: Some(material::current(view, &key)?.public),
        customer_master_key_spec: Some(spec.name.to_owned()).filter(|name| is_older(name)),
        key_spec: Some(spec.name.to_owned()),
        encryption_algorithms: of(ENCRYPT_DECRYPT),
        signing_algorithms: of(SIGN_VERIFY),
        key_agreement_algorithms: of(KEY_AGREEMENT),
        encapsulation_algorithms: of(ENCAPSULATE_DECAPSULATE),
        key_usage: Some(usage),
    })
}
