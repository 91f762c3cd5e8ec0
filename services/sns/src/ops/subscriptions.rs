//! Subscriptions.

use super::topics;
use crate::address::{self, TopicAddress, of_subscription};
use crate::api::*;
use crate::delivery::Tag;
use crate::paging::page;
use crate::peers::{self, SendMessage};
use crate::state::{self, OWNED, Owned, SUBSCRIPTIONS, Topic};
use crate::{envelope, errors, subscription};
use service::{Cx, Duration, Error, IndexMap, Nothing, Result, Scope, View};

/// How long a token confirms.
const TOKEN_LIVES: Duration = Duration::from_secs(2 * 86_400);
/// <https://docs.aws.amazon.com/general/latest/gr/sns.html#limits_sns>
const MOST_OF_FIFO: usize = 100;

const PENDING: &str = "pending confirmation";

/// <https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html>
pub fn subscribe(cx: &mut Cx, input: SubscribeInput) -> Result<SubscribeResponse> {
    let SubscribeInput { topic_arn, protocol, endpoint, attributes, return_subscription_arn } = input;
    let address = TopicAddress::of(cx, &topic_arn)?;
    let topic = address.topic(cx)?;
    let endpoint = endpoint.filter(|text| !text.is_empty()).ok_or_else(|| errors::invalid("Endpoint"))?;
    let account = subscription::check_endpoint(cx, &topic, &protocol, &endpoint)?;
    let owner = cx.caller().account;
    let mut row = state::Subscription {
        topic: topic.name.clone(),
        owner: owner.to_string(),
        protocol,
        endpoint,
        token_at: cx.now(),
        ..state::Subscription::default()
    };
    subscription::set(&topic, &mut row, &attributes.unwrap_or_default())?;
    let always = return_subscription_arn.unwrap_or_default();
    if let Some(old) = same(cx, &address, &row)? {
        let settings = |row: &state::Subscription| (row.raw, row.filter_policy.clone(), row.redrive_policy.clone());
        if settings(&old) != settings(&row) {
            return Err(errors::invalid("Attributes Reason: Subscription already exists with different attributes"));
        }
        return Ok(answer(&address, &old, always));
    }
    row.id = cx.entropy().uuid();
    // Who subscribes an endpoint of his own consents by that; a function's policy is its consent.
    let confirmed = account.as_ref().is_some_and(|account| *account == row.owner) || row.protocol == "lambda";
    row.authenticated = confirmed;
    row.token = (!confirmed).then(|| cx.entropy().text("0123456789abcdef", 128));
    cx.in_scope(address.scope, |cx| keep_new(cx, &address, &topic, &row))?;
    let owned = Owned { arn: address.subscription_arn(&row.id) };
    let home = Scope::new(owner, cx.region());
    cx.in_scope(home, |cx| cx.put(&OWNED, owned.arn.as_str(), &owned))?;
    Ok(answer(&address, &row, always))
}

fn keep_new(cx: &mut Cx, address: &TopicAddress, topic: &Topic, row: &state::Subscription) -> Result<()> {
    if topic.fifo && cx.rows(&SUBSCRIPTIONS, (topic.name.as_str(),)).count() >= MOST_OF_FIFO {
        return Err(Error::new("SubscriptionLimitExceededException", "Subscription limit exceeded"));
    }
    cx.put(&SUBSCRIPTIONS, &(row.topic.clone(), row.id.clone()), row)?;
    let Some(token) = row.token.as_deref().filter(|_| row.protocol == "sqs") else { return Ok(()) };
    let (id, base_url) = (cx.entropy().uuid(), cx.request().base_url.to_string());
    let body = envelope::confirmation(cx, (&id, address.arn().as_str(), token, &base_url))?;
    let send =
        SendMessage { queue_url: peers::queue_url(cx, &row.endpoint), message_body: body, ..SendMessage::default() };
    peers::deliver(cx, &Tag::of(address, &row.id), &row.endpoint, &send)
}

fn same(view: &View, address: &TopicAddress, wanted: &state::Subscription) -> Result<Option<state::Subscription>> {
    let there = view.elsewhere(address.scope)?;
    let rows = there.rows(&SUBSCRIPTIONS, (address.name.as_str(),));
    let mut rows = rows.filter(|row: &Result<state::Subscription>| {
        row.as_ref().map_or(true, |row| (&row.protocol, &row.endpoint) == (&wanted.protocol, &wanted.endpoint))
    });
    rows.next().transpose()
}

fn answer(address: &TopicAddress, row: &state::Subscription, always: bool) -> SubscribeResponse {
    let arn = if row.token.is_some() && !always { PENDING.to_owned() } else { address.subscription_arn(&row.id) };
    SubscribeResponse { subscription_arn: Some(arn) }
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_ConfirmSubscription.html>
pub fn confirm_subscription(cx: &mut Cx, input: ConfirmSubscriptionInput) -> Result<ConfirmSubscriptionResponse> {
    let ConfirmSubscriptionInput { topic_arn, token, authenticate_on_unsubscribe } = input;
    let address = TopicAddress::of(cx, &topic_arn)?;
    address.topic(cx)?;
    cx.in_scope(address.scope, |cx| {
        let rows: Vec<state::Subscription> =
            cx.rows(&SUBSCRIPTIONS, (address.name.as_str(),)).collect::<Result<_>>()?;
        let now = cx.now();
        let found =
            rows.into_iter().find(|row| row.token.as_ref() == Some(&token) && now.since(row.token_at) < TOKEN_LIVES);
        let mut row = found.ok_or_else(|| errors::invalid("Token"))?;
        row.token = None;
        row.authenticated = authenticate_on_unsubscribe.is_some_and(|text| text == "true");
        cx.put(&SUBSCRIPTIONS, &(row.topic.clone(), row.id.clone()), &row)?;
        Ok(ConfirmSubscriptionResponse { subscription_arn: Some(address.subscription_arn(&row.id)) })
    })
}

/// A subscription that is not there is gone already.
/// <https://docs.aws.amazon.com/sns/latest/api/API_Unsubscribe.html>
pub fn unsubscribe(cx: &mut Cx, input: UnsubscribeInput) -> Result<Nothing> {
    let UnsubscribeInput { subscription_arn } = input;
    if of_subscription(cx, &subscription_arn)
        .is_some_and(|(address, _)| address.find(cx).is_ok_and(|topic| topic.is_none()))
    {
        return Ok(Nothing {});
    }
    let (address, row) = match address::subscription(cx, &subscription_arn) {
        Err(error) if error.code() == "NotFoundException" => return Ok(Nothing {}),
        found => found?,
    };
    if row.token.is_some() {
        let reason = "This subscription cannot be deleted because it is pending confirmation.";
        return Err(errors::invalid(format_args!("SubscriptionArn Reason: {reason}")));
    }
    cx.in_scope(address.scope, |cx| {
        topics::forget(cx, &address, &row)?;
        let mut topic = address.topic(cx)?;
        topic.deleted += 1;
        cx.put(&state::TOPICS, topic.name.as_str(), &topic)?;
        Ok(Nothing {})
    })
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_GetSubscriptionAttributes.html>
pub fn get_subscription_attributes(
    view: &View,
    input: GetSubscriptionAttributesInput,
) -> Result<GetSubscriptionAttributesResponse> {
    let GetSubscriptionAttributesInput { subscription_arn } = input;
    let (address, row) = address::subscription(view, &subscription_arn)?;
    Ok(GetSubscriptionAttributesResponse { attributes: Some(subscription::shown(&address, &row)) })
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_SetSubscriptionAttributes.html>
pub fn set_subscription_attributes(cx: &mut Cx, input: SetSubscriptionAttributesInput) -> Result<Nothing> {
    let SetSubscriptionAttributesInput { subscription_arn, attribute_name, attribute_value } = input;
    let (address, mut row) = address::subscription(cx, &subscription_arn)?;
    let topic = address.topic(cx)?;
    let given = IndexMap::from_iter([(attribute_name, attribute_value.unwrap_or_default())]);
    subscription::set(&topic, &mut row, &given)?;
    cx.in_scope(address.scope, |cx| cx.put(&SUBSCRIPTIONS, &(row.topic.clone(), row.id.clone()), &row))?;
    Ok(Nothing {})
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptions.html>
pub fn list_subscriptions(view: &View, input: ListSubscriptionsInput) -> Result<ListSubscriptionsResponse> {
    let ListSubscriptionsInput { next_token } = input;
    let (owned, next) = view.page(&OWNED, (), &page(next_token)?, |_: &Owned| true)?;
    let mut shown = Vec::new();
    for Owned { arn } in owned {
        let (address, row) = address::subscription(view, &arn)?;
        shown.push(entry(&address, row));
    }
    Ok(ListSubscriptionsResponse { subscriptions: Some(shown), next_token: next.map(|token| token.encode()) })
}

/// <https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html>
pub fn list_subscriptions_by_topic(
    view: &View,
    input: ListSubscriptionsByTopicInput,
) -> Result<ListSubscriptionsByTopicResponse> {
    let ListSubscriptionsByTopicInput { topic_arn, next_token } = input;
    let address = TopicAddress::of(view, &topic_arn)?;
    address.topic(view)?;
    let there = view.elsewhere(address.scope)?;
    let (rows, next) = there.page(&SUBSCRIPTIONS, (address.name.as_str(),), &page(next_token)?, |_| true)?;
    Ok(ListSubscriptionsByTopicResponse {
        subscriptions: Some(rows.into_iter().map(|row| entry(&address, row)).collect()),
        next_token: next.map(|token| token.encode()),
    })
}

fn entry(address: &TopicAddress, row: state::Subscription) -> Subscription {
    let arn = if row.token.is_some() { "PendingConfirmation".to_owned() } else { address.subscription_arn(&row.id) };
    Subscription {
        subscription_arn: Some(arn),
        owner: Some(row.owner),
        protocol: Some(row.protocol),
        endpoint: Some(row.endpoint),
        topic_arn: Some(address.arn().to_string()),
    }
}
