//! The tests of the policy engine, in one binary: tables from AWS's pages, properties, and a second evaluator.

mod chain;
mod conditions;
mod differential;
mod documents;
mod explaining;
mod properties;
mod reference;
mod statements;
