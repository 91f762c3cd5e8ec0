//! Definitions that were read lately, so that a step does not read its definition anew.

use crate::language::definition::Definition;
use crate::language::parse;
use service::{Error, Result};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// How many each thread keeps.
const MOST: usize = 16;

thread_local! {
    /// By the whole text: two clouds of one process may give the same id to different definitions.
    static LATELY: RefCell<VecDeque<(String, Rc<Definition>)>> = const { RefCell::new(VecDeque::new()) };
}

/// A definition that was checked when its machine was made.
pub fn definition(text: &str) -> Result<Rc<Definition>> {
    LATELY.with_borrow_mut(|lately| {
        if let Some((_, known)) = lately.iter().find(|(known, _)| known == text) {
            return Ok(Rc::clone(known));
        }
        let read = parse::read(text).map_err(|_| Error::internal("a kept definition cannot be read"))?;
        let read = Rc::new(read);
        lately.truncate(MOST - 1);
        lately.push_front((text.to_owned(), Rc::clone(&read)));
        Ok(read)
    })
}
