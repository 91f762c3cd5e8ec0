//! The tests of the policy engine, in one binary: tables from AWS's pages, properties, and a second evaluator.
#![expect(clippy::panic, clippy::unwrap_used, reason = "tests fail by panicking")]

mod analysis;
mod chain;
mod conditions;
mod corpus;
mod differential;
mod documents;
mod explaining;
mod operators;
mod properties;
mod reference;
mod statements;
mod tags;
mod trust;
