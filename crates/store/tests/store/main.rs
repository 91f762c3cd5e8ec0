//! Tests of the store from outside: against a model, through crashes, on a full disk, with real processes.

mod crash;
mod dice;
mod full;
mod kill;
mod model;
mod opening;
mod sim;
