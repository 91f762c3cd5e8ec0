//! What the fuzzers share: seeded inputs, mutation, and a guard that tells when an input costs more than it may.
//!
//! An input is a function of the seed and its number, so that `--seed S --at N` makes it again.

mod dice;
mod guard;
pub mod memdisk;
pub mod models;
mod mutate;
mod run;

pub use dice::Dice;
pub use guard::Allocator;
pub use mutate::{Mutator, pieces};
pub use run::{Case, fuzz};
