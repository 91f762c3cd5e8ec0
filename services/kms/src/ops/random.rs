//! Random bytes.

use crate::api::*;
use crate::errors;
use service::{Result, View};

/// <https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateRandom.html>
pub fn generate_random(view: &View, input: GenerateRandomRequest) -> Result<GenerateRandomResponse> {
    let GenerateRandomRequest { number_of_bytes, custom_key_store_id, recipient } = input;
    if recipient.is_some() {
        return Err(errors::refuse("Recipient", view));
    }
    if custom_key_store_id.is_some() {
        return Err(errors::refuse("CustomKeyStoreId", view));
    }
    let Some(length) = number_of_bytes.and_then(|bytes| usize::try_from(bytes).ok()) else {
        return Err(errors::validation("NumberOfBytes must be specified."));
    };
    let mut plaintext = vec![0; length];
    service::secret(&mut plaintext);
    Ok(GenerateRandomResponse { plaintext: Some(plaintext.into()), ciphertext_for_recipient: None })
}
