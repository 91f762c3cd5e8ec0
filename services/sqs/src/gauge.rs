//! What CloudWatch sees of a queue whenever it looks.
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html>

use crate::delivery::count;
use crate::state::{MESSAGES, QUEUES};
use service::{Result, View};

/// What a gauge of a queue shows now, with its unit.
pub fn show(view: &View, metric: &str, dimensions: &[(String, String)]) -> Result<Option<(f64, &'static str)>> {
    let [(name, queue)] = dimensions else { return Ok(None) };
    if name != "QueueName" || !metric.starts_with("Approximate") {
        return Ok(None);
    }
    let Some(queue) = view.get(&QUEUES, queue.as_str())? else { return Ok(None) };
    let messages = |count: i64| Ok(Some((count as f64, "Count")));
    match metric {
        "ApproximateNumberOfMessagesVisible" => messages(count(view, &queue)?.visible),
        "ApproximateNumberOfMessagesNotVisible" => messages(count(view, &queue)?.in_flight),
        "ApproximateNumberOfMessagesDelayed" => messages(count(view, &queue)?.delayed),
        "ApproximateAgeOfOldestMessage" => {
            let oldest = view.rows(&MESSAGES, (queue.space,)).next().transpose()?;
            let age = oldest.map_or(0.0, |message| view.now().since(message.sent_at).as_secs_f64().floor());
            Ok(Some((age, "Seconds")))
        }
        _ => Ok(None),
    }
}
