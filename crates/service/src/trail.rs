//! What happened in an account, as CloudTrail tells it: read from the ledger.

use crate::{Result, View};
use clock::Timestamp;

/// Which calls of the view's account to read, and how far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrailQuery {
    /// Goes on behind this place, in the order of the query; `None` for the beginning.
    pub after: Option<u64>,
    /// The newest first, or the oldest.
    pub newest_first: bool,
    /// Not before this moment, in virtual time.
    pub since: Option<Timestamp>,
    /// Before this moment, in virtual time.
    pub until: Option<Timestamp>,
    /// At most this many are given.
    pub most: usize,
    /// At most about this many are looked at, whatever comes of them.
    pub look_at: usize,
}

/// A call as CloudTrail sees it, with what it is found by.
#[derive(Debug, Clone, PartialEq)]
pub struct TrailEvent {
    /// Its place in the order of what happened.
    pub place: u64,
    /// `eventID`
    pub id: String,
    /// `eventTime`
    pub time: Timestamp,
    /// `eventName`
    pub name: String,
    /// `eventSource`
    pub source: String,
    /// `awsRegion`: the home of global services for a call of one.
    pub region: String,
    /// Whether the service has no region.
    pub global: bool,
    /// The user's name, the session's of a role, or `root`.
    pub user_name: Option<String>,
    /// `userIdentity.arn`: the caller's ARN, or the service's principal.
    pub caller: String,
    /// `userIdentity.invokedBy`: the service that made the call, if one did.
    pub invoked_by: Option<String>,
    /// The access key that signed; empty where none did.
    pub access_key: String,
    /// `readOnly`
    pub read_only: bool,
    /// Whether it is a data event, and no management event.
    pub data: bool,
    /// The ARNs of the resources that were asked for.
    pub resources: Vec<String>,
    /// The IAM actions that it put to the policies.
    pub actions: Vec<String>,
    /// Whether the policies denied it.
    pub denied: bool,
}

/// Some calls.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrailPage {
    /// The calls, each with its record as CloudTrail delivers it: JSON.
    pub events: Vec<(TrailEvent, String)>,
    /// How far was looked: [`TrailQuery::after`] of the next page.
    pub last: u64,
    /// Whether there may be more.
    pub more: bool,
}

impl View {
    /// Calls that were made in this account, or of what it owns, in all regions. Only those that `keep` keeps are given.
    /// Requests that never became anybody's are not among them.
    /// <https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>
    pub fn trail(&self, query: &TrailQuery, keep: &dyn Fn(&TrailEvent) -> bool) -> Result<TrailPage> {
        self.door()?.trail(self, query, keep)
    }

    /// The operations that are logged as management events, of the services of this cloud whose actions have a prefix, such as `sqs`:
    /// those of which the trail tells when they were used last.
    pub fn logged_operations(&self, iam_prefix: &str) -> Result<Vec<&'static str>> {
        Ok(self.door()?.logged_operations(iam_prefix))
    }

    /// The place of the newest call: what follows is behind it.
    pub fn end_of_trail(&self) -> Result<u64> {
        Ok(self.door()?.end_of_trail())
    }
}
