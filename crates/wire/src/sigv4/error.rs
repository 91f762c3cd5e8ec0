//! Why a request is not believed. How each protocol words it is in `reply` and `reply_s3`.

use super::AmzDate;

/// Where a fault of the credentials was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The `Authorization` header, and the headers that go with it.
    Header,
    /// The query string of a presigned request.
    Query,
}

/// A way to authenticate that AWS knows and that is refused here by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mechanism {
    /// Signature Version 2: `Authorization: AWS key:signature`, or `AWSAccessKeyId` and `Signature` in the query.
    SigV2,
    /// Asymmetric Signature Version 4 (`AWS4-ECDSA-P256-SHA256`).
    SigV4a,
    /// A browser's form upload to S3, signed by its policy.
    PostPolicy,
}

/// What is wrong with an `Authorization` header. `hashed` is its SHA-256 in Base64, which AWS echoes in its stead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizationFault {
    /// Parameters are missing.
    Missing {
        /// The header's first word.
        scheme: String,
        /// `Credential`, `Signature`, `SignedHeaders`, as far as they are missing.
        parameters: Vec<&'static str>,
        /// Whether there is no `X-Amz-Date` and no `Date` either.
        date: bool,
        /// The header, hashed.
        hashed: String,
    },
    /// A parameter without an equals sign.
    NotKeyValue {
        /// The header's first word.
        scheme: String,
        /// The header, hashed.
        hashed: String,
    },
    /// A complete header of an unknown algorithm.
    Algorithm {
        /// The header's first word.
        algorithm: String,
    },
}

/// What is wrong with the query string of a presigned request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryFault {
    /// Parameters are missing.
    Missing {
        /// Their names.
        parameters: Vec<&'static str>,
    },
    /// `X-Amz-Algorithm` is unknown.
    Algorithm {
        /// Its value.
        algorithm: String,
    },
    /// `X-Amz-Expires` is no number.
    ExpiresNotANumber,
    /// `X-Amz-Expires` is zero or negative.
    ExpiresNotPositive,
    /// `X-Amz-Expires` is more than a week.
    ExpiresTooLong,
}

/// In what the credential scope differs from the right one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeFault {
    /// Header or query.
    pub source: Source,
    /// The Region signed and the Region expected, if they differ.
    pub region: Option<(String, String)>,
    /// The service signed and the service expected, if they differ.
    pub service: Option<(String, String)>,
    /// The scope's last element, if it is not `aws4_request`.
    pub terminator: Option<String>,
    /// The scope's date, if it is not the date of the request's time.
    pub day: Option<String>,
    /// The request's time.
    pub timestamp: AmzDate,
}

/// What the server signed, for the client to compare with its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureMismatch {
    /// The access key ID that the request presents.
    pub access_key: String,
    /// The signature that the request presents.
    pub signature_provided: String,
    /// The string to sign as the server computed it.
    pub string_to_sign: String,
    /// The canonical request as the server computed it; empty for a chunk or an event.
    pub canonical_request: String,
}

/// What is wrong with the claim about the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContentSha256Fault {
    /// S3 demands the header.
    Missing,
    /// The value is neither a digest nor one of the known words.
    Invalid {
        /// The value.
        value: String,
    },
    /// The body has another digest.
    Mismatch {
        /// The digest claimed.
        client: String,
        /// The digest found.
        computed: String,
    },
}

/// What is wrong with an `aws-chunked` body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChunkError {
    /// The framing is broken, ends early, or holds more or less than `x-amz-decoded-content-length`.
    IncompleteBody,
    /// A chunk other than the last is smaller than 8,192 bytes.
    InvalidChunkSize {
        /// The number of the chunk at which this was found, from 1.
        chunk: u64,
        /// The size of the small chunk, in bytes.
        size: u64,
    },
    /// The trailer is malformed, unannounced, or not what was announced.
    MalformedTrailer,
    /// The signature of a chunk or trailer is wrong.
    Signature(Box<SignatureMismatch>),
}

/// Why a request's authentication fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthError {
    /// The request is anonymous where that is not allowed. The caller of `parse` decides this.
    MissingAuthenticationToken,
    /// The `Authorization` header is malformed.
    Authorization(AuthorizationFault),
    /// The query string of a presigned request is malformed.
    Query(QueryFault),
    /// The credential has not five elements.
    Credential {
        /// Header or query.
        source: Source,
        /// The credential, at most 256 characters of it.
        credential: String,
    },
    /// The request's time is not in the form AWS demands.
    Date {
        /// Header or query.
        source: Source,
        /// The time as sent.
        value: String,
    },
    /// A mechanism that is refused by name.
    Unsupported {
        /// Which.
        mechanism: Mechanism,
        /// The `Authorization` header, hashed, if there is one.
        authorization: Option<String>,
    },
    /// The request is signed both by header and by query.
    SeveralMechanisms {
        /// The `Authorization` header.
        authorization: String,
    },
    /// The credential scope is not the right one.
    Scope(Box<ScopeFault>),
    /// Headers that must be signed are not.
    HeadersNotSigned {
        /// Their names in lower case.
        names: Vec<String>,
    },
    /// The request's time is too far ahead.
    NotYetCurrent {
        /// The request's time.
        signed: AmzDate,
        /// The server's time.
        now: AmzDate,
    },
    /// The request's time is too long ago.
    Expired {
        /// The request's time.
        signed: AmzDate,
        /// The server's time.
        now: AmzDate,
    },
    /// A presigned request is used before its date.
    PresignedNotYetValid {
        /// The request's time.
        signed: AmzDate,
        /// Its life in seconds.
        expires: u32,
        /// The server's time.
        now: AmzDate,
    },
    /// A presigned request is used after its end.
    PresignedExpired {
        /// The request's time.
        signed: AmzDate,
        /// Its life in seconds.
        expires: u32,
        /// The server's time.
        now: AmzDate,
    },
    /// No such access key. The caller, who looks keys up, reports this.
    UnknownAccessKey {
        /// The access key ID.
        access_key: String,
    },
    /// The session token does not belong to the access key. The caller reports this.
    InvalidToken {
        /// The token.
        token: String,
    },
    /// The session token's life has ended. The caller reports this.
    ExpiredToken {
        /// The token.
        token: String,
    },
    /// The signature is wrong.
    SignatureMismatch(Box<SignatureMismatch>),
    /// The claim about the body is missing, malformed or false.
    ContentSha256(ContentSha256Fault),
    /// An `aws-chunked` body is wrong.
    Chunk(ChunkError),
}

impl From<ChunkError> for AuthError {
    fn from(error: ChunkError) -> Self {
        Self::Chunk(error)
    }
}
