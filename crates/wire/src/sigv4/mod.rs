//! AWS Signature Version 4, both sides: what a server needs to verify a request, and what a client needs to sign one.
//!
//! Everything here is a pure function of its arguments: no socket, no clock, no look-up of keys. A server
//!
//! 1. [`parse`]s the request into [`Credentials`] (anonymous, or [`Presented`] with access key and scope),
//! 2. looks the access key up by its own means and gets a [`SigningKey`] for its secret from a [`KeyCache`],
//! 3. [`verify`]s, giving [`Rules`] (how this service signs, which scope is right, which [`Clock`] counts),
//! 4. for an `aws-chunked` body, decodes it with a [`ChunkDecoder`] whose [`ChunkChain`] starts at the request's signature.
//!
//! A refusal is an [`AuthError`], which each protocol words in its own way: [`AuthError::for_query`],
//! [`AuthError::for_json`], [`AuthError::for_rest_json`], [`AuthError::for_ec2`], [`AuthError::for_s3`].
//!
//! Only `AWS4-HMAC-SHA256` is verified here; presigned requests of Version 2 are in [`crate::sigv2`]. All else of it, SigV4a and S3's POST policies are refused by name.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>

mod canonical;
mod chunk;
mod chunk_decode;
mod date;
mod encoding;
mod error;
mod event;
mod key;
mod parse;
mod presented;
mod reply;
mod reply_s3;
mod sign;
mod verify;

pub use canonical::{PathStyle, RequestView};
pub use chunk::{ChunkChain, ChunkEncoder, ChunkFormat};
pub use chunk_decode::{ChunkDecoder, ChunkPlan, Trailers};
pub use date::AmzDate;
pub use error::{
    AuthError, AuthorizationFault, ChunkError, ContentSha256Fault, Mechanism, QueryFault, ScopeFault,
    SignatureMismatch, Source,
};
pub use event::EventChain;
pub use key::{KeyCache, Scope, SigningKey};
pub use parse::{X_AMZ_CONTENT_SHA256, is_post_policy_form, parse};
pub use presented::{Credentials, Kind, PayloadHash, Presented};
pub use reply::Reply;
pub use reply_s3::S3Reply;
pub use sign::{SignError, SignPayload, Signer};
pub use verify::{Body, Clock, Instants, Rules, Standing, Verified, check, check_time, verify};

/// The one signing algorithm that is verified here.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The last element of every credential scope.
pub const TERMINATOR: &str = "aws4_request";

/// How far a request's time may be from the server's, in seconds: 15 minutes.
pub const MAX_SKEW_SECONDS: i64 = 15 * 60;

/// The longest life of a presigned request, in seconds: seven days.
pub const MAX_EXPIRES_SECONDS: u32 = 604_800;
