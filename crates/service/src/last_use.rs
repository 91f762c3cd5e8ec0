use clock::Timestamp;

/// When and where an access key was last used, or a principal last called a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastUse {
    /// When, in virtual time.
    pub at: Timestamp,
    /// The service, by the namespace of its IAM actions, such as `sqs`.
    pub service: String,
    /// The region; `None` for a service without one.
    pub region: Option<String>,
}
