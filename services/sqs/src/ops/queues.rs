//! Queues as such.

use crate::address::Address;
use crate::api::*;
use crate::state::{HEADS, Head, QUEUES, Queue, TAILS, TOMBSTONES, Tombstone};
use crate::{attributes, delivery, errors, redrive, timers};
use service::{Cx, Duration, IndexMap, Nothing, Page, Result, Scope, Token, View};

/// Pages of queues: <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html>
const LARGEST_PAGE: i64 = 1_000;

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html>
pub fn create_queue(cx: &mut Cx, input: CreateQueueRequest) -> Result<CreateQueueResult> {
    let CreateQueueRequest { queue_name, attributes, tags } = input;
    let (given, tags) = (attributes.unwrap_or_default(), tags.unwrap_or_default());
    let fifo = check_name(&queue_name, &given)?;
    super::tags::check(cx, &tags)?;
    let address = Address::own(cx, &queue_name);
    let url = Some(address.url(cx));
    if let Some(existing) = address.find(cx)? {
        let mut wanted = Queue::clone(&existing);
        attributes::set(cx, &mut wanted, &given)?;
        return match attributes::difference(&existing, &wanted, &given) {
            Some(attribute) => Err(errors::queue_name_exists(attribute)),
            None => Ok(CreateQueueResult { queue_url: url }),
        };
    }
    let blocked = Duration::from_secs(timers::NAME_BLOCKED);
    if cx.get(&TOMBSTONES, queue_name.as_str())?.is_some_and(|t| cx.now().since(t.deleted_at) < blocked) {
        return Err(errors::queue_deleted_recently());
    }
    let mut queue = attributes::defaults(&queue_name, fifo);
    attributes::set(cx, &mut queue, &given)?;
    (queue.id, queue.space) = (cx.entropy().u64() as i64, cx.entropy().u64() as i64);
    (queue.created_at, queue.modified_at) = (cx.now(), cx.now());
    queue.tags = tags;
    cx.put(&QUEUES, &queue_name, &queue)?;
    Ok(CreateQueueResult { queue_url: url })
}

/// Checks a queue's name and tells whether it is that of a FIFO queue.
/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-queues.html>
fn check_name(name: &str, given: &IndexMap<String, String>) -> Result<bool> {
    let fifo =
        given.get("FifoQueue").map(|value| attributes::boolean("FifoQueue", value)).transpose()?.unwrap_or(false);
    let stem = if fifo { name.strip_suffix(".fifo") } else { Some(name) };
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    match stem {
        Some(stem) if !stem.is_empty() && name.len() <= 80 && stem.bytes().all(allowed) => Ok(fifo),
        _ if fifo => Err(errors::invalid_parameter(
            "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with \
             .fifo suffix and be 1 to 80 in length.",
        )),
        _ => Err(errors::invalid_parameter(
            "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        )),
    }
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html>
pub fn delete_queue(cx: &mut Cx, input: DeleteQueueRequest) -> Result<Nothing> {
    let DeleteQueueRequest { queue_url } = input;
    let address = Address::of_url(cx, &queue_url)?;
    cx.in_scope(address.scope, |cx| {
        let queue = address.queue(cx)?;
        cx.delete(&QUEUES, queue.name.as_str())?;
        cx.put(&TOMBSTONES, queue.name.as_str(), &Tombstone { deleted_at: cx.now() })?;
        timers::release_name(cx, &queue.name)?;
        timers::sweep_space(cx, queue.space)?;
        timers::sweep_memory(cx, queue.id)?;
        // Whoever waits learns that there is nothing to wait for.
        cx.wake(delivery::signal(cx, &queue), usize::MAX);
        Ok(Nothing {})
    })
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueUrl.html>
pub fn get_queue_url(view: &View, input: GetQueueUrlRequest) -> Result<GetQueueUrlResult> {
    let GetQueueUrlRequest { queue_name, queue_owner_aws_account_id } = input;
    let address = named(view, &queue_name, queue_owner_aws_account_id.as_deref())?;
    address.queue(view)?;
    Ok(GetQueueUrlResult { queue_url: Some(address.url(view)) })
}

/// The queue of that name and owner.
pub(crate) fn named(view: &View, name: &str, owner: Option<&str>) -> Result<Address> {
    if name.is_empty() {
        return Err(errors::missing_parameter("QueueName"));
    }
    let account = match owner {
        Some(owner) => owner.parse().map_err(|_| {
            errors::invalid_value(owner, "QueueOwnerAWSAccountId", "Must be an AWS account id of 12 digits.")
        })?,
        None => view.account(),
    };
    Ok(Address { scope: Scope::new(account, view.region()), name: name.to_owned() })
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html>
pub fn list_queues(view: &View, input: ListQueuesRequest) -> Result<ListQueuesResult> {
    let ListQueuesRequest { queue_name_prefix, next_token, max_results } = input;
    let page = page(next_token, max_results)?;
    let prefix = queue_name_prefix.unwrap_or_default();
    let (queues, next) = view.page(&QUEUES, (), &page, |queue| queue.name.starts_with(&prefix))?;
    let urls: Vec<String> = queues.iter().map(|queue| Address::own(view, &queue.name).url(view)).collect();
    Ok(ListQueuesResult {
        queue_urls: (!urls.is_empty()).then_some(urls),
        // "If you do not set MaxResults, the response includes a maximum of 1,000 results" and no token.
        next_token: next.filter(|_| max_results.is_some()).map(|token| token.encode()),
    })
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListDeadLetterSourceQueues.html>
pub fn list_dead_letter_source_queues(
    view: &View,
    input: ListDeadLetterSourceQueuesRequest,
) -> Result<ListDeadLetterSourceQueuesResult> {
    let ListDeadLetterSourceQueuesRequest { queue_url, next_token, max_results } = input;
    let address = Address::of_url(view, &queue_url)?;
    let page = page(next_token, max_results)?;
    let view = view.elsewhere(address.scope)?;
    address.queue(&view)?;
    let after = page.after.as_ref().map(Token::as_bytes).unwrap_or_default();
    let sources = redrive::sources(&view, &address.arn())?;
    let mut rest = sources.iter().map(|queue| queue.name.as_str()).filter(|name| name.as_bytes() > after);
    let names: Vec<&str> = rest.by_ref().take(page.limit).collect();
    let last = names.last().filter(|_| max_results.is_some() && rest.next().is_some());
    Ok(ListDeadLetterSourceQueuesResult {
        queue_urls: names.iter().map(|name| Address::own(&view, name).url(&view)).collect(),
        next_token: last.map(|name| Token::of(name.as_bytes()).encode()),
    })
}

fn page(next_token: Option<String>, max_results: Option<i64>) -> Result<Page> {
    let limit = max_results.unwrap_or(LARGEST_PAGE);
    if !(1..=LARGEST_PAGE).contains(&limit) {
        let reason = "MaxResults must be an integer between 1 and 1000.";
        return Err(errors::invalid_value(limit, "MaxResults", reason));
    }
    let invalid = || errors::invalid_parameter("Invalid or expired next token.");
    let after = next_token.map(|text| Token::decode(&text).ok_or_else(invalid)).transpose()?;
    Ok(Page { after, limit: usize::try_from(limit).unwrap_or_default() })
}

/// <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html>
pub fn purge_queue(cx: &mut Cx, input: PurgeQueueRequest) -> Result<Nothing> {
    let PurgeQueueRequest { queue_url } = input;
    let address = Address::of_url(cx, &queue_url)?;
    cx.in_scope(address.scope, |cx| {
        let queue = address.own_copy(cx)?;
        if queue.purged_at.is_some_and(|at| cx.now().since(at).as_secs() < 60) {
            return Err(errors::purge_in_progress(&queue.name));
        }
        // Numbers go on in the new space: an old receipt handle fits no new message, and sequence numbers keep growing.
        let tail = cx.get(&TAILS, &queue.space)?.unwrap_or_default();
        let space = cx.entropy().u64() as i64;
        cx.put(&TAILS, &space, &tail)?;
        cx.put(&HEADS, &space, &Head { next: tail.next, allowance: delivery::MOST_IN_FLIGHT })?;
        timers::sweep_space(cx, queue.space)?;
        let queue = Queue { space, purged_at: Some(cx.now()), ..queue };
        cx.put(&QUEUES, queue.name.as_str(), &queue)?;
        Ok(Nothing {})
    })
}
