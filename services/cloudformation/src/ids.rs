//! Names and ids of stacks and change sets.

use crate::state::{STACKS, Stack};
use crate::{errors, words};
use service::{Arn, ArnParts, Result, View};

/// The ARN of a stack: its id.
pub fn stack_arn(view: &View, name: &str, uid: &str) -> Arn {
    view.arn("cloudformation", format!("stack/{name}/{uid}"))
}

/// The ARN of a change set: its id.
pub fn change_set_arn(view: &View, name: &str, uid: &str) -> Arn {
    view.arn("cloudformation", format!("changeSet/{name}/{uid}"))
}

/// The stack that goes by a name, unless it is deleted, or by an id, even then.
pub fn find(view: &View, name_or_id: &str) -> Result<Option<Stack>> {
    if let Ok(parts) = ArnParts::parse(name_or_id) {
        let own = parts.service == "cloudformation"
            && parts.account == view.account().to_string()
            && parts.region == view.region().as_str();
        let named = parts.resource.strip_prefix("stack/").and_then(|rest| rest.split_once('/'));
        return match named.filter(|_| own) {
            Some((name, uid)) => view.get(&STACKS, &(name.to_owned(), uid.to_owned())),
            None => Ok(None),
        };
    }
    let mut of_name = view.rows(&STACKS, (name_or_id.to_owned(),));
    of_name.find(|stack| stack.as_ref().map_or(true, |stack| !words::is_gone(&stack.status))).transpose()
}

/// The stack that goes by a name or an id.
pub fn get(view: &View, name_or_id: &str) -> Result<Stack> {
    find(view, name_or_id)?.ok_or_else(|| errors::no_stack(name_or_id))
}
