//! Tests of the store from outside: against a model, through crashes, on a full disk, with real processes.
//! `cfg(test)` tells clippy that helpers here are tests too.

#[cfg(test)]
mod bodies;
#[cfg(test)]
mod copies;
#[cfg(test)]
mod crash;
#[cfg(test)]
mod dice;
#[cfg(test)]
mod format;
#[cfg(test)]
mod full;
#[cfg(test)]
mod history;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod model;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod replaced;
#[cfg(test)]
mod sim;
