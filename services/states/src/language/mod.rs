//! The Amazon States Language with JSONPath: reading definitions, and what states do to data. Pure: it knows no store, no
//! clock and no caller.
//!
//! `definition.rs` is what a definition becomes, `parse.rs` how; `flow.rs` is the way of data through a state; `path.rs`,
//! `intrinsic.rs`, `template.rs` and `choice.rs` are the expressions in it; `retry.rs` and `fault.rs` what becomes of errors.

pub mod choice;
pub mod definition;
pub mod diagnostic;
pub mod fault;
mod fields;
pub mod filter;
pub mod flow;
mod functions;
pub mod intrinsic;
pub mod parse;
pub mod path;
mod reach;
pub mod retry;
pub mod scope;
pub mod template;

/// Chance that always draws the least, for tests.
#[cfg(test)]
pub struct Unlikely;

#[cfg(test)]
impl scope::Chance for Unlikely {
    fn below(&mut self, _bound: u64) -> u64 {
        0
    }
    fn uuid(&mut self) -> String {
        "00000000-0000-4000-8000-000000000000".to_owned()
    }
}
