//! What is done before the writer's lock is taken, beside all other requests.

use crate::address::Address;
use crate::api::*;
use crate::ops::receives::{Asked, Wish};
use crate::{content, standard};
use service::{Prepared, Result, View};

/// The answer where there is nothing to hand out: most receives of clients that poll find nothing, and need no lock.
pub fn receive_message(view: &View, input: &ReceiveMessageRequest) -> Result<Prepared<ReceiveMessageResult, ()>> {
    let address = Address::of_url(view, &input.queue_url)?;
    if address.scope != view.scope() {
        return Ok(Prepared::Made(()));
    }
    let queue = address.queue(view)?;
    let wish = Wish {
        wanted: input.max_number_of_messages,
        hidden: input.visibility_timeout,
        wait: input.wait_time_seconds,
        system: [&input.attribute_names, &input.message_system_attribute_names],
        attributes: &input.message_attribute_names,
        attempt: &input.receive_request_attempt_id,
    };
    let asked = Asked::check(&queue, &wish)?;
    // A FIFO queue has more to look at, and who waits does so under the lock, so that he misses no message.
    if queue.fifo || asked.wait > 0 || !standard::is_empty(view, &queue, asked.wanted)? {
        return Ok(Prepared::Made(()));
    }
    view.count("NumberOfEmptyReceives", ("QueueName", &queue.name), 1.0, "Count");
    Ok(Prepared::Answer(ReceiveMessageResult { messages: None }))
}

/// The digest of the body, in hexadecimal.
pub fn send_message(_view: &View, input: &SendMessageRequest) -> Result<Prepared<SendMessageResult, String>> {
    Ok(Prepared::Made(content::md5_of_body(&input.message_body)))
}
