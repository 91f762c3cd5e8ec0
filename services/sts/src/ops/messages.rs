//! Encoded authorisation messages.

use crate::api::{DecodeAuthorizationMessageRequest, DecodeAuthorizationMessageResponse};
use crate::{authorization_message, errors};
use service::{Result, View};

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html>
pub fn decode_authorization_message(
    view: &View,
    input: DecodeAuthorizationMessageRequest,
) -> Result<DecodeAuthorizationMessageResponse> {
    let DecodeAuthorizationMessageRequest { encoded_message } = input;
    let message = authorization_message::open(view, &encoded_message)?;
    let message = message.ok_or_else(errors::invalid_authorization_message)?;
    Ok(DecodeAuthorizationMessageResponse { decoded_message: Some(message) })
}
