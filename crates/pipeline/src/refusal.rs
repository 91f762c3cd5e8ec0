//! What a client is told whose credentials are not taken, and what the record says of it.

use crate::flow::Flow;
use ledger::{Refusal, RefusalFacts};
use model::Protocol;
use service::Error;
use wire::sigv4::{AuthError, AuthorizationFault};

/// The longest access key that AWS's models allow.
const LONGEST_KEY: usize = 128;
const LONGEST_DETAIL: usize = 256;

impl Flow {
    /// What a client is told whose credentials are not taken.
    pub(crate) fn refused(&self, error: &AuthError) -> Error {
        match self.asked {
            Some(asked) if asked.entry.wire().plain_signing => {
                let reply = error.for_s3();
                let told = Error::new(reply.code, reply.message).status(reply.status);
                reply.fields.into_iter().fold(told, |told, (name, value)| told.with(name, value))
            }
            asked => worded(error, asked.map_or(Protocol::Query, |asked| asked.protocol)),
        }
    }

    /// The same, and notes in the record why: clients are told the same of many causes.
    pub(crate) fn turn_away(&mut self, error: &AuthError) -> Error {
        if let Some((cause, detail)) = cause(error) {
            self.note_refusal(cause, detail);
        }
        self.refused(error)
    }

    /// The same for a cause that the error does not tell.
    pub(crate) fn turn_away_for(&mut self, error: &AuthError, cause: Refusal, detail: String) -> Error {
        self.note_refusal(cause, detail);
        self.refused(error)
    }

    fn note_refusal(&mut self, cause: Refusal, mut detail: String) {
        detail.truncate(detail.floor_char_boundary(LONGEST_DETAIL));
        let access_key = self.caller.access_key.clone();
        self.record.refused = Some(RefusalFacts { cause: cause.as_str().to_owned(), access_key, detail });
    }

    /// Notes with which key somebody came who was turned away.
    pub(crate) fn note_refused_key(&mut self, access_key: &str) {
        if let Some(refused) = &mut self.record.refused {
            let end = access_key.floor_char_boundary(LONGEST_KEY);
            refused.access_key = access_key.get(..end).unwrap_or_default().to_owned();
        }
    }
}

/// Why, and what it is about. Nothing where no credentials came.
fn cause(error: &AuthError) -> Option<(Refusal, String)> {
    let plain = |cause| (cause, String::new());
    Some(match error {
        AuthError::MissingAuthenticationToken => return None,
        AuthError::Authorization(AuthorizationFault::Algorithm { algorithm }) => {
            (Refusal::Malformed, algorithm.clone())
        }
        AuthError::Authorization(_)
        | AuthError::Query(_)
        | AuthError::Credential { .. }
        | AuthError::Date { .. }
        | AuthError::Unsupported { .. }
        | AuthError::SeveralMechanisms { .. }
        | AuthError::HeadersNotSigned { .. } => plain(Refusal::Malformed),
        AuthError::Scope(_) => plain(Refusal::Scope),
        AuthError::NotYetCurrent { signed, now } | AuthError::Expired { signed, now } => {
            (Refusal::ClockSkew, format!("signed at {signed}, come at {now}"))
        }
        AuthError::PresignedNotYetValid { signed, expires, now }
        | AuthError::PresignedExpired { signed, expires, now } => {
            (Refusal::LinkNotCurrent, format!("signed at {signed} for {expires} seconds, come at {now}"))
        }
        AuthError::UnknownAccessKey { .. } => plain(Refusal::UnknownKey),
        AuthError::InvalidToken { .. } => plain(Refusal::UnknownSession),
        AuthError::ExpiredToken { .. } => plain(Refusal::SessionEnded),
        AuthError::SignatureMismatch(_) => plain(Refusal::Signature),
        AuthError::ContentSha256(_) | AuthError::Chunk(_) => plain(Refusal::Body),
    })
}

fn worded(error: &AuthError, protocol: Protocol) -> Error {
    let reply = match protocol {
        Protocol::Query => error.for_query(),
        Protocol::Ec2 => error.for_ec2(),
        Protocol::RestJson => error.for_rest_json(),
        Protocol::Json | Protocol::RpcV2Cbor | Protocol::RpcV2Json => error.for_json(),
        Protocol::RestXml => error.for_query(),
    };
    Error::new(reply.code, reply.message).status(reply.status)
}
