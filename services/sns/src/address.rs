//! How topics and subscriptions are called.

use crate::errors;
use crate::state::{SUBSCRIPTIONS, Subscription, TOPICS, Topic};
use service::{AccountId, Arn, ArnParts, Region, Result, Scope, View};

/// Whose a topic is, where it is and what it is called; it may not exist.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicAddress {
    /// The owner's account, and the region.
    pub scope: Scope,
    /// The name.
    pub name: String,
}

impl TopicAddress {
    /// The topic that an ARN names.
    ///
    /// # Errors
    /// `InvalidParameter` for what is no ARN of a topic, or of another region, which has an endpoint of its own.
    pub fn of(view: &View, arn: &str) -> Result<TopicAddress> {
        let parts = ArnParts::parse(arn).ok().filter(|parts| parts.service == "sns" && !parts.resource.contains(':'));
        let scope = parts.as_ref().and_then(scope_of);
        match (parts, scope) {
            (Some(parts), Some(scope)) if scope.region == view.region() => {
                Ok(TopicAddress { scope, name: parts.resource.to_owned() })
            }
            _ => Err(errors::invalid("TopicArn")),
        }
    }

    /// A topic of the view's own scope.
    pub fn own(view: &View, name: &str) -> TopicAddress {
        TopicAddress { scope: view.scope(), name: name.to_owned() }
    }

    /// The topic, if there is one.
    pub fn find(&self, view: &View) -> Result<Option<Topic>> {
        view.get_in(self.scope, &TOPICS, &self.name)
    }

    /// The topic.
    ///
    /// # Errors
    /// `NotFound`
    pub fn topic(&self, view: &View) -> Result<Topic> {
        self.find(view)?.ok_or_else(errors::topic_not_found)
    }

    /// The topic's ARN.
    pub fn arn(&self) -> Arn {
        Arn::new(self.scope.partition(), "sns", self.scope.region, Some(self.scope.account), &self.name)
    }

    /// The ARN of one of its subscriptions.
    pub fn subscription_arn(&self, id: &str) -> String {
        format!("{}:{id}", self.arn())
    }
}

/// The topic and the id in a subscription's ARN; `None` where it is none.
pub fn of_subscription(view: &View, arn: &str) -> Option<(TopicAddress, String)> {
    let (topic, id) = arn.rsplit_once(':')?;
    let address = TopicAddress::of(view, topic).ok()?;
    Some((address, id.to_owned()))
}

/// A subscription.
///
/// # Errors
/// `InvalidParameter` for what is no ARN of one, `NotFound` where there is none.
pub fn subscription(view: &View, arn: &str) -> Result<(TopicAddress, Subscription)> {
    let found = of_subscription(view, arn);
    let (address, id) = found.ok_or_else(|| {
        let reason = "An ARN must have at least 6 elements, not 1";
        errors::invalid(format_args!("SubscriptionArn Reason: {reason}"))
    })?;
    let row = view.get_in(address.scope, &SUBSCRIPTIONS, &(address.name.clone(), id))?;
    Ok((address, row.ok_or_else(errors::subscription_not_found)?))
}

/// The account and region of an ARN.
pub fn scope_of(parts: &ArnParts<'_>) -> Option<Scope> {
    let account: AccountId = parts.account.parse().ok()?;
    let region = Region::new(parts.region)?;
    (parts.partition == region.partition().as_str()).then(|| Scope::new(account, region))
}
