//! What is made before the writer's lock is taken: key pairs, which may take a second, and imported material, which is
//! unwrapped with RSA.

use crate::api::*;
use crate::creation::Choice;
use crate::crypto::{self, Material};
use crate::imports::{self, ImportToken};
use crate::key::AWS_KMS;
use crate::names::{self, Forms};
use crate::ops::keys;
use crate::{errors, managed, spec};
use service::{Prepared, Result, View};

/// The material of the new key; `None` if it is to be imported.
pub fn create_key(view: &View, input: &CreateKeyRequest) -> Result<Prepared<CreateKeyResponse, Option<Material>>> {
    let wanted = Choice {
        key_spec: input.key_spec.as_deref(),
        customer_master_key_spec: input.customer_master_key_spec.as_deref(),
        key_usage: input.key_usage.as_deref(),
        origin: input.origin.as_deref(),
    }
    .check(view)?;
    let made = (wanted.origin == AWS_KMS).then(|| crypto::generate(wanted.spec.kind)).transpose()?;
    Ok(Prepared::Made(made))
}

/// The answer, but for the alias of an AWS managed key that was not asked for before.
/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html>
pub fn describe_key(view: &View, input: &DescribeKeyRequest) -> Result<Prepared<DescribeKeyResponse, Material>> {
    let asked = names::ask(view, &input.key_id, Forms::Any)?;
    let missing = asked.alias.as_deref().filter(|_| asked.key.is_none() && asked.scope == view.scope());
    if missing.is_some_and(managed::is_predefined) {
        return Ok(Prepared::Made(crypto::generate(spec::Kind::Symmetric)?));
    }
    crate::grants::check_tokens(input.grant_tokens.as_ref())?;
    let key_metadata = Some(keys::described(view, &asked.key()?)?);
    Ok(Prepared::Answer(DescribeKeyResponse { key_metadata }))
}

/// The material, unwrapped and of the key's kind.
pub fn import_key_material(
    view: &View,
    input: &ImportKeyMaterialRequest,
) -> Result<Prepared<ImportKeyMaterialResponse, Material>> {
    let key = names::key(view, &input.key_id, Forms::Keys)?;
    imports::check_external(&key)?;
    key.check_not_pending_deletion()?;
    let token = ImportToken::open(view, &key, &input.import_token)?;
    let plain = token.wrapping.unwrap(token.bits, &token.secret, &input.encrypted_key_material)?;
    let plain = plain.ok_or_else(errors::invalid_ciphertext)?;
    let spec = key.spec()?;
    let material = crypto::parse(spec.kind, &plain).ok_or_else(|| {
        errors::incorrect_material(format!("The imported key material is not that of a key of KeySpec {}.", spec.name))
    })?;
    Ok(Prepared::Made(material))
}
