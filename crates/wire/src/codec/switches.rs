use http::HeaderName;

/// What a service does otherwise than its protocol says; none of it by default.
#[derive(Debug, Clone, Default)]
pub struct Switches {
    /// The header that carries the request's id, where it is not `x-amzn-RequestId` (S3: `x-amz-request-id`).
    pub request_id_header: Option<HeaderName>,
    /// Whether replies carry a second id, `x-amz-id-2`, and XML errors name it as `HostId` (S3).
    pub second_id: bool,
    /// The namespace of XML replies where the model has none (S3, Route 53, CloudFront).
    pub xml_namespace: Option<Box<str>>,
    /// Operations and the root elements of their XML replies, where that is not the output shape's name:
    /// `ListObjectsV2` answers with `ListBucketResult`.
    pub output_roots: Vec<(Box<str>, Box<str>)>,
    /// Operations whose XML reply is the only member's element, without a root around it (`GetBucketLocation`).
    pub unwrapped_outputs: Vec<Box<str>>,
    /// Errors and their codes in Query's words, where the model has none (SQS: `KmsDisabled` is `KMS.DisabledException`).
    pub error_codes: Vec<(Box<str>, Box<str>)>,
    /// Whether the `Error` element is the root of XML errors, as S3 has it (`noErrorWrapping`).
    pub unwrapped_errors: bool,
    /// The error code for a body that cannot be read, where it is not the protocol's own.
    pub malformed_body_code: Option<Box<str>>,
    /// Whether `Content-Type` and `Accept` that do not fit are refused with 415 and 406, as Smithy's servers do. AWS's
    /// older services read on.
    pub check_media_types: bool,
}

impl Switches {
    pub(super) fn request_id_header(&self) -> HeaderName {
        self.request_id_header.clone().unwrap_or(HeaderName::from_static("x-amzn-requestid"))
    }

    pub(super) fn output_root(&self, operation: &str) -> Option<&str> {
        self.output_roots.iter().find(|(name, _)| **name == *operation).map(|(_, root)| &**root)
    }

    pub(crate) fn error_code(&self, name: &str) -> Option<&str> {
        self.error_codes.iter().find(|(known, _)| **known == *name).map(|(_, code)| &**code)
    }

    pub(super) fn unwraps(&self, operation: &str) -> bool {
        self.unwrapped_outputs.iter().any(|name| **name == *operation)
    }
}
