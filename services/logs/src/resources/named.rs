//! What is found by its name among those that begin with it.

use super::GONE;
use service::resource::{Hand, found, text_at};
use service::{Result, Value};

/// The item of a listing whose member `member` is `name`; `None` where there is none, or where it would lie in a group that is gone.
pub fn named(
    hand: &mut Hand,
    (operation, input): (&str, Value),
    (items, member, name): (&str, &str, &str),
) -> Result<Option<Value>> {
    let pages = hand.pages(operation, input, ["nextToken", "nextToken", items]);
    let all = found(pages.map(Value::List), GONE)?.unwrap_or_default();
    let all = all.as_list().unwrap_or_default();
    Ok(all.iter().find(|item| text_at(item, &[member]) == Some(name)).cloned())
}
