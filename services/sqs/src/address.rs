//! How queues are called: URLs, ARNs and names.

use crate::errors;
use crate::state::{QUEUES, Queue};
use service::{AccountId, Arn, ArnParts, Region, Result, Scope, View};
use std::sync::Arc;

/// Whose a queue is, where it is and what it is called; it may not exist.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// The owner's account, and the region.
    pub scope: Scope,
    /// The name.
    pub name: String,
}

impl Address {
    /// The queue that a request's `QueueUrl` names: a URL, or a bare name for a queue of one's own, as AWS takes them
    /// too.
    /// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html>
    ///
    /// # Errors
    /// `QueueDoesNotExist` for what names no queue; `InvalidAddress` for a queue of another region, which has an
    /// endpoint of its own.
    pub fn of_url(view: &View, url: &str) -> Result<Address> {
        if url.is_empty() {
            return Err(errors::missing_parameter("QueueUrl"));
        }
        let (host, path) = match url.split_once(':').and_then(|(_, rest)| rest.strip_prefix("//")) {
            Some(rest) => rest.split_once('/').unwrap_or((rest, "")),
            None => ("", url.trim_start_matches('/')),
        };
        // A list of one: for so short a text that is three times as quick as the character.
        let mut parts = path.trim_end_matches('/').split(['/']);
        let (account, region, name) = match [(); 5].map(|()| parts.next()) {
            [Some(name), None, ..] if host.is_empty() => (Some(view.account()), None, name),
            [Some(account), Some(name), None, ..] => (account.parse().ok(), region_of_host(host), name),
            // The path style of LocalStack: http://localhost:4566/queue/eu-central-1/000000000000/orders
            [Some("queue"), Some(region), Some(account), Some(name), None] => {
                (account.parse().ok(), Region::new(region), name)
            }
            _ => return Err(errors::queue_does_not_exist()),
        };
        let account: AccountId = account.ok_or_else(errors::queue_does_not_exist)?;
        if region.is_some_and(|region| region != view.region()) {
            return Err(errors::invalid_address(url));
        }
        Ok(Address { scope: Scope::new(account, view.region()), name: name.to_owned() })
    }

    /// The queue that an ARN names; `None` where it is no ARN of a queue.
    pub fn of_arn(arn: &str) -> Option<Address> {
        let parts = ArnParts::parse(arn).ok()?;
        let (account, region) = (parts.account.parse().ok()?, Region::new(parts.region)?);
        let own = parts.service == "sqs" && parts.partition == region.partition().as_str();
        own.then(|| Address { scope: Scope::new(account, region), name: parts.resource.to_owned() })
    }

    /// A queue of the view's own scope.
    pub fn own(view: &View, name: &str) -> Address {
        Address { scope: view.scope(), name: name.to_owned() }
    }

    /// The queue, if there is one.
    pub fn find(&self, view: &View) -> Result<Option<Arc<Queue>>> {
        view.shared_in(self.scope, &QUEUES, &self.name)
    }

    /// The queue.
    ///
    /// # Errors
    /// `QueueDoesNotExist`
    pub fn queue(&self, view: &View) -> Result<Arc<Queue>> {
        self.find(view)?.ok_or_else(errors::queue_does_not_exist)
    }

    /// A copy of the queue, to be changed and put back.
    ///
    /// # Errors
    /// `QueueDoesNotExist`
    pub fn own_copy(&self, view: &View) -> Result<Queue> {
        self.queue(view).map(Arc::unwrap_or_clone)
    }

    /// The queue's ARN.
    pub fn arn(&self) -> String {
        let Scope { account, region } = self.scope;
        Arn::new(self.scope.partition(), "sqs", region, Some(account), &self.name).into_string()
    }

    /// The URL by which the request's client reaches the queue.
    pub fn url(&self, view: &View) -> String {
        format!("{}/{}/{}", view.request().base_url, self.scope.account, self.name)
    }
}

/// The region that a host of AWS's names: `sqs.REGION.…`, or the older `REGION.queue.…` and `queue.…`.
/// <https://docs.aws.amazon.com/general/latest/gr/sqs-service.html>
fn region_of_host(host: &str) -> Option<Region> {
    let mut labels = host.split(['.', ':']);
    match [(); 3].map(|()| labels.next()) {
        [Some("queue"), Some("amazonaws"), _] => Region::new("us-east-1"),
        [Some("sqs" | "sqs-fips"), Some(region), Some(domain)] if is_aws(domain) => Region::new(region),
        [Some(region), Some("queue"), Some(domain)] if is_aws(domain) => Region::new(region),
        _ => None,
    }
}

fn is_aws(domain: &str) -> bool {
    // sqs.eu-west-1.localhost.localstack.cloud is how LocalStack's users write it.
    matches!(domain, "amazonaws" | "localhost" | "api")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{ACCOUNT, Cloud};

    #[test]
    fn urls_name_queues() {
        let cloud = Cloud::new();
        let view = cloud.view();
        let check = |url: &str, expect: Result<(&str, &str), &str>| {
            let found = Address::of_url(&view, url);
            let found = found.as_ref().map(|a| (a.scope.account.to_string(), a.name.as_str())).map_err(|e| e.code());
            assert_eq!(found, expect.map(|(account, name)| (account.to_owned(), name)), "{url}");
        };
        check("http://localhost:4566/123456789012/orders", Ok((ACCOUNT, "orders")));
        check("https://sqs.eu-central-1.amazonaws.com/210987654321/orders.fifo", Ok(("210987654321", "orders.fifo")));
        check("https://eu-central-1.queue.amazonaws.com/123456789012/orders/", Ok((ACCOUNT, "orders")));
        check("http://sqs.eu-central-1.localhost.localstack.cloud:4566/123456789012/orders", Ok((ACCOUNT, "orders")));
        check("http://localhost:4566/queue/eu-central-1/123456789012/orders", Ok((ACCOUNT, "orders")));
        check("orders", Ok((ACCOUNT, "orders")));
        check("/123456789012/orders", Ok((ACCOUNT, "orders")));
        check("https://sqs.us-east-1.amazonaws.com/123456789012/orders", Err("InvalidAddress"));
        check("https://queue.amazonaws.com/123456789012/orders", Err("InvalidAddress"));
        check("http://whatever-incorrect-queue-address", Err("QueueDoesNotExist"));
        check("http://localhost/12/orders", Err("QueueDoesNotExist"));
        check("http://localhost/a/b/c/d/e", Err("QueueDoesNotExist"));
        check("", Err("MissingParameter"));
    }

    #[test]
    fn arns_name_queues() {
        let arn = "arn:aws:sqs:eu-west-1:123456789012:orders";
        assert_eq!(Address::of_arn(arn).map(|a| a.arn()).as_deref(), Some(arn));
        for arn in
            ["", "arn:aws:sns:eu-west-1:123456789012:o", "arn:aws-cn:sqs:eu-west-1:123456789012:o", "arn:aws:sqs::1:o"]
        {
            assert_eq!(Address::of_arn(arn), None, "{arn}");
        }
    }
}
